//! Annotations, and what stands in other places where a type is meant.

use seawall_grammars::python::{PythonField as Field, PythonKind as Kind, PythonNode, grammar};

use super::{Lowering, bare, ident, range};
use crate::code::tree::{Ident, Parent, SiteKind, TypeId, TypeKind};
use crate::text::TextRange;

impl Lowering {
    /// A type: a `type` node, or an expression that stands for a type.
    pub(super) fn ty(&mut self, node: PythonNode<'_>) -> TypeId {
        let node = bare(node);
        let id = self.b.open_type(range(node));
        if self.b.descend(range(node)) {
            let kind = self.type_kind(id, node);
            self.b.set_type(id, kind);
            self.b.ascend();
        }
        id
    }

    fn type_kind(&mut self, id: TypeId, node: PythonNode<'_>) -> TypeKind {
        match node.kind() {
            Kind::Identifier | Kind::Attribute | Kind::MemberType => self.type_name(id, node, &[]),
            Kind::Subscript => {
                let args = subscripts(node.children_in(Field::Subscript).collect());
                match node.child(Field::Value) {
                    Some(name) => self.type_name(id, name, &args),
                    None => TypeKind::Other,
                }
            }
            Kind::GenericType => {
                let list = node.child_of_kind(Kind::TypeParameter);
                let args = subscripts(list.into_iter().flat_map(|list| list.named()).collect());
                match node.named().next() {
                    Some(name) => self.type_name(id, name, &args),
                    None => TypeKind::Other,
                }
            }
            Kind::UnionType | Kind::BinaryOperator => self.union(id, node),
            Kind::None => TypeKind::Null,
            Kind::String => self.string_type(id, node),
            Kind::List | Kind::Tuple | Kind::ExpressionList => {
                TypeKind::Tuple(node.named().map(|item| self.ty(item)).collect())
            }
            Kind::Integer | Kind::Float | Kind::True | Kind::False | Kind::UnaryOperator => {
                TypeKind::OtherLiteral
            }
            Kind::Ellipsis => TypeKind::Other,
            Kind::SplatType | Kind::ListSplat | Kind::ListSplatPattern => match node.named().next() {
                Some(inner) => TypeKind::Wrapped(self.ty(inner)),
                None => TypeKind::Other,
            },
            _ => TypeKind::Typeof(self.expr(node, Parent::Type(id))),
        }
    }

    /// `A | B | C`, however the grammar nests it. Another operator is an expression.
    fn union(&mut self, id: TypeId, node: PythonNode<'_>) -> TypeKind {
        let mut rights = vec![];
        let mut left = node;
        loop {
            let is_union = match left.kind() {
                Kind::UnionType => true,
                Kind::BinaryOperator => {
                    left.child(Field::Operator).is_some_and(|token| token.kind() == Kind::PipeToken)
                }
                _ => false,
            };
            let mut operands = left.named();
            match (operands.next(), operands.next()) {
                (Some(first), Some(second)) if is_union => {
                    rights.push(second);
                    left = bare(first);
                }
                _ => break,
            }
        }
        if rights.is_empty() {
            return TypeKind::Typeof(self.expr(node, Parent::Type(id)));
        }
        let mut members = vec![self.ty(left)];
        members.extend(rights.into_iter().rev().map(|right| self.ty(right)));
        TypeKind::Union(members)
    }

    fn type_name(&mut self, id: TypeId, node: PythonNode<'_>, args: &[PythonNode<'_>]) -> TypeKind {
        let Some(path) = type_path(node) else {
            for arg in args {
                self.ty(*arg);
            }
            return TypeKind::Typeof(self.expr(node, Parent::Type(id)));
        };
        let last = path.last().map_or("", |name| self.slice(name.range));
        let args = match last {
            "Callable" if args.len() == 2 => return self.callable(args),
            "Literal" => args.iter().map(|arg| self.literal_type(*arg)).collect(),
            "Annotated" => {
                let mut lowered: Vec<TypeId> = args.iter().take(1).map(|arg| self.ty(*arg)).collect();
                lowered.extend(args.iter().skip(1).map(|arg| self.type_of(*arg)));
                lowered
            }
            _ => args.iter().map(|arg| self.ty(*arg)).collect(),
        };
        for (name, part) in path.iter().zip(0..) {
            self.b.site(name.range, SiteKind::TypeName { ty: id, part });
        }
        TypeKind::Name { path, args }
    }

    /// `Callable[[A, B], R]`, `Callable[..., R]`.
    fn callable(&mut self, args: &[PythonNode<'_>]) -> TypeKind {
        let params = args.first().map(|params| bare(*params));
        let params = match params {
            Some(list) if list.kind() == Kind::List => list.named().map(|param| self.ty(param)).collect(),
            Some(other) if other.kind() != Kind::Ellipsis => vec![self.ty(other)],
            _ => vec![],
        };
        TypeKind::Function { params, returns: args.get(1).map(|returns| self.ty(*returns)) }
    }

    /// An argument of `Literal`: a string is itself, not an annotation in quotes.
    fn literal_type(&mut self, node: PythonNode<'_>) -> TypeId {
        let inner = bare(node);
        match self.plain_string(inner) {
            Some(content) => {
                let id = self.b.open_type(range(inner));
                self.b.site(content, SiteKind::TypeLiteral(id));
                self.b.set_type(id, TypeKind::StrLiteral(Ident { range: content }));
                id
            }
            None => self.ty(node),
        }
    }

    /// An argument of `Annotated` after the first: any expression.
    fn type_of(&mut self, node: PythonNode<'_>) -> TypeId {
        let id = self.b.open_type(range(node));
        let value = self.expr(node, Parent::Type(id));
        self.b.set_type(id, TypeKind::Typeof(value));
        id
    }

    /// `"User"`: parsed again where it stands, so that every range is true.
    fn string_type(&mut self, id: TypeId, node: PythonNode<'_>) -> TypeKind {
        let Some(content) = self.plain_string(node) else {
            return TypeKind::Typeof(self.expr(node, Parent::Type(id)));
        };
        if let Some(path) = simple_path(self.slice(content), content.start) {
            for (name, part) in path.iter().zip(0..) {
                self.b.site(name.range, SiteKind::TypeName { ty: id, part });
            }
            return TypeKind::Name { path, args: vec![] };
        }
        let text = std::sync::Arc::clone(&self.text);
        let (start, end) = (content.start as usize, content.end as usize);
        let syntax = grammar().parse_part(&mut self.parser, &text, start, end);
        let parsed = syntax.root().and_then(|root| {
            let mut statements = root.named();
            let statement = statements.next().filter(|_| statements.next().is_none())?;
            let mut parts = statement.named();
            let expression = parts.next().filter(|_| parts.next().is_none())?;
            (statement.kind() == Kind::ExpressionStatement).then_some(expression)
        });
        match parsed {
            Some(expression) if syntax.errors().is_empty() => self.type_kind(id, bare(expression)),
            _ => {
                let value = self.expr(node, Parent::Type(id));
                TypeKind::Typeof(value)
            }
        }
    }
}

/// `Union[(A, B)]` is `Union[A, B]`.
fn subscripts(args: Vec<PythonNode<'_>>) -> Vec<PythonNode<'_>> {
    match args.as_slice() {
        [only] if bare(*only).kind() == Kind::Tuple => bare(*only).named().collect(),
        _ => args,
    }
}

/// The names of `a.b.c`; `None` for anything else.
fn type_path(node: PythonNode<'_>) -> Option<Vec<Ident>> {
    let mut names = vec![];
    let mut node = bare(node);
    loop {
        match node.kind() {
            Kind::Identifier => {
                names.push(ident(node));
                names.reverse();
                return Some(names);
            }
            Kind::Attribute => {
                names.push(ident(node.child(Field::Attribute)?));
                node = bare(node.child(Field::Object)?);
            }
            Kind::MemberType => {
                let mut parts = node.named();
                let object = parts.next()?;
                names.push(ident(parts.next()?));
                node = bare(object);
            }
            _ => return None,
        }
    }
}

/// The names of a dotted name without spaces: most annotations in quotes are no more than that.
fn simple_path(text: &str, start: u32) -> Option<Vec<Ident>> {
    let mut names = vec![];
    let mut at = start;
    for part in text.split('.') {
        let is_name = part.chars().enumerate().all(|(index, char)| {
            char == '_' || if index == 0 { char.is_alphabetic() } else { char.is_alphanumeric() }
        });
        if part.is_empty() || !is_name || part == "None" {
            return None;
        }
        let end = at + u32::try_from(part.len()).unwrap_or(u32::MAX);
        names.push(Ident { range: TextRange { start: at, end } });
        at = end + 1;
    }
    Some(names)
}
