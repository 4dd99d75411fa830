//! Type expressions and type aliases.

use std::ops::Range;

use seawall_grammars::typescript::{self as grammar, Field, Kind, TsNode};

use super::function::annotated;
use super::{Lowering, content, ident, range};
use crate::code::tree::{
    BindingKind, Ident, Parent, ScopeOwner, SiteKind, StmtKind, TypeAlias, TypeId, TypeKind, TypeMember,
};

impl Lowering<'_> {
    /// Lowers a type.
    pub(super) fn ty(&mut self, node: TsNode<'_>) -> TypeId {
        // `A[][]` and unions, which the grammar nests to the left, are bounded like all nesting.
        let id = self.build.open_type(range(node));
        if self.build.descend(range(node)) {
            let kind = self.type_kind(node, id);
            self.build.set_type(id, kind);
            self.build.ascend();
        }
        id
    }

    /// The types in a list.
    pub(super) fn types_in(&mut self, node: TsNode<'_>) -> Vec<TypeId> {
        node.named().filter(|child| !child.is_error()).map(|child| self.ty(child)).collect()
    }

    fn first_type(&mut self, node: TsNode<'_>) -> Option<TypeId> {
        node.named().find(|child| !child.is_error()).map(|child| self.ty(child))
    }

    fn type_kind(&mut self, node: TsNode<'_>, id: TypeId) -> TypeKind {
        match node.kind() {
            Kind::TypeIdentifier | Kind::Identifier | Kind::NestedTypeIdentifier => {
                self.type_name(node, vec![], id)
            }
            Kind::PredefinedType => self.predefined(node, id),
            Kind::GenericType => {
                let args = self.type_args(node);
                match node.child(Field::Name) {
                    Some(name) => self.type_name(name, args, id),
                    None => TypeKind::Other,
                }
            }
            Kind::UnionType => TypeKind::Union(self.flat(node)),
            Kind::IntersectionType => TypeKind::Intersection(self.flat(node)),
            Kind::ArrayType => self.first_type(node).map_or(TypeKind::Other, TypeKind::Array),
            Kind::TupleType => TypeKind::Tuple(self.tuple_items(node)),
            Kind::ObjectType | Kind::InterfaceBody => self.object_type(node, id),
            Kind::FunctionType | Kind::ConstructorType => self.function_type(node),
            Kind::LiteralType => self.literal_type(node, id),
            Kind::TemplateLiteralType => TypeKind::OtherLiteral,
            Kind::LookupType => {
                let parts = self.types_in(node);
                match parts.as_slice() {
                    [object, index] => TypeKind::Indexed { object: *object, index: *index },
                    _ => TypeKind::Other,
                }
            }
            Kind::IndexTypeQuery => self.first_type(node).map_or(TypeKind::Other, TypeKind::Keyof),
            Kind::TypeQuery => self.type_query(node, id),
            Kind::ConditionalType => self.conditional(node),
            Kind::ReadonlyType | Kind::ParenthesizedType | Kind::OptionalType | Kind::RestType => {
                self.first_type(node).map_or(TypeKind::Other, TypeKind::Wrapped)
            }
            Kind::TypePredicate => {
                node.child(Field::Type).map_or(TypeKind::Other, |ty| TypeKind::Predicate(self.ty(ty)))
            }
            Kind::Asserts
            | Kind::TypePredicateAnnotation
            | Kind::AssertsAnnotation
            | Kind::TypeAnnotation => self.first_type(node).map_or(TypeKind::Other, TypeKind::Wrapped),
            Kind::CallExpression | Kind::MemberExpression => self.import_type(node, vec![], id),
            Kind::Null | Kind::Undefined => TypeKind::Null,
            _ => TypeKind::Other,
        }
    }

    fn predefined(&mut self, node: TsNode<'_>, id: TypeId) -> TypeKind {
        match self.slice(node) {
            "void" => TypeKind::Null,
            _ => self.named(vec![ident(node)], vec![], id),
        }
    }

    fn named(&mut self, path: Vec<Ident>, args: Vec<TypeId>, ty: TypeId) -> TypeKind {
        for (part, name) in (0..).zip(&path) {
            self.build.site(name.range, SiteKind::TypeName { ty, part });
        }
        TypeKind::Name { path, args }
    }

    fn type_name(&mut self, node: TsNode<'_>, args: Vec<TypeId>, ty: TypeId) -> TypeKind {
        if import_of(node).is_some() {
            return self.import_type(node, args, ty);
        }
        self.named(dotted(node), args, ty)
    }

    /// `import("x").A.B<C>`.
    fn import_type(&mut self, node: TsNode<'_>, args: Vec<TypeId>, ty: TypeId) -> TypeKind {
        let Some(call) = import_of(node) else { return TypeKind::Other };
        let specifier = call.child(Field::Arguments).and_then(|args| args.named().next());
        match specifier.filter(|specifier| specifier.kind() == Kind::String) {
            Some(specifier) => {
                let import = self.bare_import(specifier, call);
                let path = dotted(node);
                for (part, name) in (0..).zip(&path) {
                    self.build.site(name.range, SiteKind::TypeName { ty, part });
                }
                let args = if args.is_empty() { self.type_args(node) } else { args };
                TypeKind::Import { import, path, args }
            }
            None => TypeKind::Other,
        }
    }

    /// `A | B | C`, which the grammar nests to the left, as one list.
    fn flat(&mut self, node: TsNode<'_>) -> Vec<TypeId> {
        let mut parts = vec![];
        let mut at = node;
        loop {
            let mut children: Vec<_> = at.named().filter(|child| !child.is_error()).collect();
            let first = children.first().copied().filter(|first| first.kind() == node.kind());
            match first {
                Some(inner) => {
                    parts.extend(children.drain(1..).rev());
                    at = inner;
                }
                None => {
                    parts.extend(children.into_iter().rev());
                    break;
                }
            }
        }
        parts.into_iter().rev().map(|part| self.ty(part)).collect()
    }

    fn tuple_items(&mut self, node: TsNode<'_>) -> Vec<TypeId> {
        let mut items = vec![];
        for child in node.named() {
            let item = match child.kind() {
                // `[name: T]`.
                Kind::RequiredParameter | Kind::OptionalParameter => {
                    child.child(Field::Type).and_then(annotated)
                }
                _ => Some(child).filter(|child| !child.is_error()),
            };
            items.extend(item.map(|item| self.ty(item)));
        }
        items
    }

    fn object_type(&mut self, node: TsNode<'_>, ty: TypeId) -> TypeKind {
        let mut members = vec![];
        let mut index = None;
        for child in node.named() {
            if child.kind() == Kind::IndexSignature {
                index = index.or(self.index_signature(child));
                continue;
            }
            if !matches!(child.kind(), Kind::PropertySignature | Kind::MethodSignature) {
                continue;
            }
            let Some(name) = child.child(Field::Name).and_then(|name| self.member_name(name)) else {
                continue;
            };
            let member = u32::try_from(members.len()).unwrap_or(u32::MAX);
            self.build.site(name.range, SiteKind::TypeMember { ty, member });
            let annotation = match child.kind() {
                Kind::MethodSignature => {
                    let method = self.build.open_type(range(child));
                    let kind = self.function_type(child);
                    self.build.set_type(method, kind);
                    Some(method)
                }
                _ => child.child(Field::Type).and_then(annotated).map(|ty| self.ty(ty)),
            };
            let optional = child.has(Kind::QuestionToken);
            members.push(TypeMember { name, ty: annotation, optional });
        }
        match index {
            Some(mapped) if members.is_empty() => mapped,
            _ => TypeKind::Object(members),
        }
    }

    /// `{ [K in Keys]: T }`, `{ [key: string]: T }`.
    fn index_signature(&mut self, node: TsNode<'_>) -> Option<TypeKind> {
        let clause = node.child_of_kind(Kind::MappedTypeClause);
        let keys = match clause {
            Some(clause) => clause.child(Field::Type),
            None => node.child(Field::IndexType),
        };
        let keys = keys.map(|keys| self.ty(keys));
        let value =
            node.child(Field::Type).and_then(|value| value.named().next()).map(|value| self.ty(value));
        Some(TypeKind::Mapped { keys: keys?, value })
    }

    fn function_type(&mut self, node: TsNode<'_>) -> TypeKind {
        let mut params = vec![];
        for param in node.child(Field::Parameters).into_iter().flat_map(TsNode::named) {
            let ty = param.child(Field::Type).and_then(annotated).map(|ty| self.ty(ty));
            params.push(ty.unwrap_or_else(|| self.build.open_type(range(param))));
        }
        let returns = node.child(Field::ReturnType).or_else(|| node.child(Field::Type)).and_then(annotated);
        TypeKind::Function { params, returns: returns.map(|ty| self.ty(ty)) }
    }

    fn literal_type(&mut self, node: TsNode<'_>, id: TypeId) -> TypeKind {
        match node.named().next() {
            Some(literal) if literal.kind() == Kind::String => {
                let name = content(literal);
                self.build.site(name.range, SiteKind::TypeLiteral(id));
                TypeKind::StrLiteral(name)
            }
            Some(literal) if matches!(literal.kind(), Kind::Null | Kind::Undefined) => TypeKind::Null,
            _ => TypeKind::OtherLiteral,
        }
    }

    /// `typeof x`; the type of an import is the import.
    fn type_query(&mut self, node: TsNode<'_>, id: TypeId) -> TypeKind {
        let Some(query) = node.named().next() else { return TypeKind::Other };
        match import_of(query) {
            Some(_) => self.import_type(query, vec![], id),
            None => TypeKind::Typeof(self.expr(query, Parent::Type(id))),
        }
    }

    fn conditional(&mut self, node: TsNode<'_>) -> TypeKind {
        for condition in [Field::Left, Field::Right] {
            // The tree has no place for the condition, but the names in it are sites.
            if let Some(condition) = node.child(condition) {
                self.ty(condition);
            }
        }
        match (node.child(Field::Consequence), node.child(Field::Alternative)) {
            (Some(then), Some(otherwise)) => {
                TypeKind::Conditional { then: self.ty(then), otherwise: self.ty(otherwise) }
            }
            _ => TypeKind::Other,
        }
    }

    /// Types that the tree lacks, read from the text: type arguments of tags, types in comments.
    pub(super) fn types_of_text(&mut self, types: Range<usize>) -> Vec<TypeId> {
        let syntax = grammar::parse_types(self.text, types, self.dialect);
        let alias = syntax.as_ref().and_then(|syntax| syntax.root()).and_then(|root| root.named().next());
        match alias.and_then(|alias| alias.child(Field::Value)) {
            Some(tuple) => self.tuple_items(tuple),
            None => vec![],
        }
    }

    /// `type Name<T> = ...`.
    pub(super) fn type_alias(&mut self, node: TsNode<'_>) -> StmtKind {
        let (Some(name), Some(value)) = (node.child(Field::Name), node.child(Field::Value)) else {
            return StmtKind::Empty;
        };
        let name = ident(name);
        let outer = self.build.scope();
        let scope = self.build.add_scope(ScopeOwner::Block);
        self.build.enter_scope(scope);
        // The alias is made before its parameters, which refer to it.
        let ty = self.build.open_type(range(value));
        let id = self.build.add_alias(TypeAlias { name, type_params: vec![], ty, scope: outer });
        let type_params = self.type_params(node, |index| BindingKind::AliasTypeParam { alias: id, index });
        if self.build.descend(range(value)) {
            let kind = self.type_kind(value, ty);
            self.build.set_type(ty, kind);
            self.build.ascend();
        }
        self.build.leave_scope();
        if let Some(alias) = self.build.alias_mut(id) {
            alias.type_params = type_params;
        }
        self.build.bind(outer, name, BindingKind::Alias(id));
        self.build.site(name.range, SiteKind::Alias(id));
        StmtKind::Alias(id)
    }
}

/// The parts of a dotted name, without the import at its head.
fn dotted(node: TsNode<'_>) -> Vec<Ident> {
    let mut parts = vec![];
    let mut at = Some(node);
    while let Some(node) = at {
        at = match node.kind() {
            Kind::NestedTypeIdentifier => {
                parts.extend(node.child(Field::Name).map(ident));
                node.child(Field::Module)
            }
            Kind::NestedIdentifier | Kind::MemberExpression => {
                parts.extend(node.child(Field::Property).map(ident));
                node.child(Field::Object)
            }
            Kind::Identifier | Kind::TypeIdentifier => {
                parts.push(ident(node));
                None
            }
            _ => None,
        };
    }
    parts.reverse();
    parts
}

/// The `import("x")` at the head of a dotted name.
fn import_of(node: TsNode<'_>) -> Option<TsNode<'_>> {
    let mut at = node;
    loop {
        at = match at.kind() {
            Kind::CallExpression => {
                let function = at.child(Field::Function)?;
                if function.kind() == Kind::Import {
                    return Some(at);
                }
                return None;
            }
            Kind::NestedTypeIdentifier => at.child(Field::Module)?,
            Kind::NestedIdentifier | Kind::MemberExpression => at.child(Field::Object)?,
            Kind::InstantiationExpression => at.child(Field::Function)?,
            _ => return None,
        };
    }
}
