//! Functions, lambdas, classes and type aliases.

use seawall_grammars::python::{PythonField as Field, PythonKind as Kind, PythonNode};

use super::{Lowering, ident, range};
use crate::code::tree::{
    ArgumentSpread, BindingKind, Class, ClassId, ClassKind, ClassMember, ExprId, ExprKind, FunctionId,
    FunctionKind, Ident, MemberKind, Param, ParamKind, Parent, PatternSource, ScopeId, ScopeOwner, SiteKind,
    StmtKind, TypeAlias, TypeParam,
};

impl Lowering {
    pub(super) fn function_statement(
        &mut self,
        node: PythonNode<'_>,
        decorators: &[PythonNode<'_>],
    ) -> StmtKind {
        let id = self.b.open_function(range(node));
        let decorators: Vec<ExprId> =
            decorators.iter().map(|decorator| self.expr(*decorator, Parent::Function(id))).collect();
        let class = match self.b.module.scope(self.b.scope()).owner {
            ScopeOwner::Class(class) => Some(class),
            ScopeOwner::Module | ScopeOwner::Function(_) | ScopeOwner::Block => None,
        };
        let name = node.child(Field::Name).map(ident);
        let (mut kind, is_static) = self.said_by_decorators(&decorators);
        if class.is_some() && name.is_some_and(|name| self.slice(name.range) == "__init__") {
            kind = FunctionKind::Constructor;
        }
        if let Some(function) = self.b.function_mut(id) {
            function.name = name;
            function.is_async = node.has(Kind::AsyncToken);
            function.kind = kind;
            function.is_static = is_static;
            function.decorators = decorators;
            function.class = class;
        }
        if let Some(name) = name {
            self.bind(name, BindingKind::Function(id));
            match class {
                Some(class) => {
                    let kind = MemberKind::Method(id);
                    self.class_member(class, ClassMember { name, kind, is_static, optional: false });
                }
                None => self.b.site(name.range, SiteKind::Function(id)),
            }
        }
        self.function_inside(id, node);
        StmtKind::Function(id)
    }

    /// Type parameters, parameters, return type and body.
    fn function_inside(&mut self, id: FunctionId, node: PythonNode<'_>) {
        let scope = self.b.module.function(id).scope;
        let type_params = match node.child(Field::TypeParameters) {
            Some(list) => {
                self.type_params(list, scope, |index| BindingKind::FunctionTypeParam { function: id, index })
            }
            None => vec![],
        };
        // Annotations are evaluated outside, but see the type parameters (PEP 695).
        let is_generic = !type_params.is_empty();
        if is_generic {
            self.b.enter_scope(scope);
        }
        if let Some(function) = self.b.function_mut(id) {
            function.type_params = type_params;
        }
        if let Some(list) = node.child(Field::Parameters) {
            self.params(id, list);
        }
        let returns = node.child(Field::ReturnType).map(|ty| self.ty(ty));
        if is_generic {
            self.b.leave_scope();
        }
        self.b.enter_function(id);
        let body = self.block_in(node, Field::Body);
        self.b.leave_function();
        if let Some(function) = self.b.function_mut(id) {
            function.returns = returns;
            function.body = body;
        }
    }

    /// What the decorators of the standard library say about a function.
    fn said_by_decorators(&self, decorators: &[ExprId]) -> (FunctionKind, bool) {
        let (mut kind, mut is_static) = (FunctionKind::Plain, false);
        for decorator in decorators {
            let name = match &self.b.module.expr(*decorator).kind {
                ExprKind::Name(name) | ExprKind::Member { name, .. } => self.slice(name.range),
                _ => continue,
            };
            match name {
                "property" | "cached_property" | "abstractproperty" | "getter" => kind = FunctionKind::Getter,
                "setter" => kind = FunctionKind::Setter,
                "staticmethod" | "abstractstaticmethod" => is_static = true,
                _ => {}
            }
        }
        (kind, is_static)
    }

    pub(super) fn lambda(&mut self, expr: ExprId, node: PythonNode<'_>) -> FunctionId {
        let id = self.b.open_function(range(node));
        if let Some(function) = self.b.function_mut(id) {
            function.expr = Some(expr);
        }
        if let Some(list) = node.child(Field::Parameters) {
            self.params(id, list);
        }
        self.b.enter_function(id);
        if let Some(body) = node.child(Field::Body) {
            let value = self.expr(body, Parent::Function(id));
            self.b.returns(value);
            if let Some(function) = self.b.function_mut(id) {
                function.expression = Some(value);
            }
        }
        self.b.leave_function();
        id
    }

    fn params(&mut self, id: FunctionId, list: PythonNode<'_>) {
        let mut is_keyword_only = false;
        let mut index = 0;
        for node in list.named() {
            let target = match node.kind() {
                Kind::KeywordSeparator => {
                    is_keyword_only = true;
                    continue;
                }
                Kind::PositionalSeparator => continue,
                Kind::TypedParameter => node.named().next(),
                Kind::DefaultParameter | Kind::TypedDefaultParameter => node.child(Field::Name),
                _ => Some(node),
            };
            let Some(target) = target else { continue };
            let inner = target.named().next().unwrap_or(target);
            let (target, kind) = match target.kind() {
                Kind::ListSplatPattern => (inner, ParamKind::RestItems),
                Kind::DictionarySplatPattern => (inner, ParamKind::RestKeywords),
                _ if is_keyword_only => (target, ParamKind::KeywordOnly),
                _ => (target, ParamKind::Plain),
            };
            is_keyword_only |= kind == ParamKind::RestItems;
            let annotation = node.child(Field::Type).map(|ty| self.ty(ty));
            let default = self.expr_in(node, Field::Value, Parent::Function(id));
            self.b.enter_scope(self.b.module.function(id).scope);
            let pattern = self.pattern(target, PatternSource::Parameter { function: id, index });
            self.b.leave_scope();
            index += 1;
            if let Some(function) = self.b.function_mut(id) {
                function.params.push(Param {
                    pattern,
                    annotation,
                    default,
                    kind,
                    optional: false,
                    declares_field: false,
                    has_decorators: false,
                });
            }
        }
    }

    /// `[T: Bound, *Ts, **P]`; the names are bound in `scope`.
    pub(super) fn type_params(
        &mut self,
        list: PythonNode<'_>,
        scope: ScopeId,
        binding: impl Fn(u32) -> BindingKind,
    ) -> Vec<TypeParam> {
        let mut params: Vec<TypeParam> = vec![];
        self.b.enter_scope(scope);
        for node in list.named() {
            let inner = node.named().next().unwrap_or(node);
            let (name, bound) = match inner.kind() {
                Kind::ConstrainedType => {
                    let mut parts = inner.named();
                    (parts.next().and_then(first_name), parts.next())
                }
                _ => (first_name(inner), None),
            };
            let Some(name) = name else { continue };
            let index = u32::try_from(params.len()).unwrap_or(u32::MAX);
            self.b.bind(scope, name, binding(index));
            let bound = bound.map(|bound| self.ty(bound));
            params.push(TypeParam { name, bound, default: None });
        }
        self.b.leave_scope();
        params
    }

    pub(super) fn class_statement(
        &mut self,
        node: PythonNode<'_>,
        decorators: &[PythonNode<'_>],
    ) -> StmtKind {
        let id = self.open_class(node);
        let decorators =
            decorators.iter().map(|decorator| self.expr(*decorator, Parent::Class(id))).collect();
        let scope = self.b.module.class(id).scope;
        let type_params = match node.child(Field::TypeParameters) {
            Some(list) => {
                self.type_params(list, scope, |index| BindingKind::ClassTypeParam { class: id, index })
            }
            None => vec![],
        };
        let is_generic = !type_params.is_empty();
        if is_generic {
            self.b.enter_scope(scope);
        }
        let args = match node.child(Field::Superclasses) {
            Some(list) => self.arguments(list, Parent::Class(id), |_| SiteKind::ClassKeyword(id)),
            None => vec![],
        };
        if is_generic {
            self.b.leave_scope();
        }
        let (keywords, bases): (Vec<_>, Vec<_>) =
            args.into_iter().partition(|arg| arg.name.is_some() || arg.spread == ArgumentSpread::Keywords);
        if let Some(class) = self.b.class_mut(id) {
            class.decorators = decorators;
            class.type_params = type_params;
            class.keywords = keywords;
            class.bases = bases.into_iter().map(|base| base.value).collect();
        }
        self.b.enter_scope(scope);
        let body = self.block_in(node, Field::Body);
        self.b.leave_scope();
        if let Some(class) = self.b.class_mut(id) {
            class.body = body;
        }
        StmtKind::Class(id)
    }

    /// An empty class, its name bound.
    fn open_class(&mut self, node: PythonNode<'_>) -> ClassId {
        let name = node.child(Field::Name).map(ident);
        let outer_scope = self.b.scope();
        let id = self.b.add_class(Class {
            name,
            kind: ClassKind::Class,
            bases: vec![],
            base_types: vec![],
            field_decorators: vec![],
            keywords: vec![],
            type_params: vec![],
            members: vec![],
            body: vec![],
            decorators: vec![],
            scope: outer_scope,
            outer_scope,
            range: range(node),
        });
        let scope = self.b.add_scope(ScopeOwner::Class(id));
        if let Some(class) = self.b.class_mut(id) {
            class.scope = scope;
        }
        if let Some(name) = name {
            self.bind(name, BindingKind::Class(id));
            self.b.site(name.range, SiteKind::Class(id));
        }
        id
    }

    /// `type Name[T] = ...` (PEP 695).
    pub(super) fn type_alias(&mut self, node: PythonNode<'_>) -> StmtKind {
        let left = node.child(Field::Left).map(|left| left.named().next().unwrap_or(left));
        let Some(name) = left.and_then(first_name) else { return StmtKind::Empty };
        let outer = self.b.scope();
        let inside = self.b.add_scope(ScopeOwner::Block);
        self.b.enter_scope(inside);
        let ty = match node.child(Field::Right) {
            Some(right) => self.ty(right),
            None => self.b.open_type(range(node)),
        };
        self.b.leave_scope();
        let id = self.b.add_alias(TypeAlias { name, type_params: vec![], ty, scope: outer });
        self.bind(name, BindingKind::Alias(id));
        self.b.site(name.range, SiteKind::Alias(id));
        // `Pair[T]` is a generic type inside of the left side.
        let list = left.and_then(|left| {
            left.child_of_kind(Kind::TypeParameter)
                .or_else(|| left.named().find_map(|inner| inner.child_of_kind(Kind::TypeParameter)))
        });
        if let Some(list) = list {
            let params =
                self.type_params(list, inside, |index| BindingKind::AliasTypeParam { alias: id, index });
            if let Some(alias) = self.b.alias_mut(id) {
                alias.type_params = params;
            }
        }
        StmtKind::Alias(id)
    }
}

/// The first identifier of a node: the name in `T`, `*Ts`, `Name[T]`.
fn first_name(node: PythonNode<'_>) -> Option<Ident> {
    let mut node = node;
    while node.kind() != Kind::Identifier {
        node = node.named().next()?;
    }
    Some(ident(node))
}
