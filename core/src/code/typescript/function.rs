//! Functions, methods, arrow functions and their parameters.

use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::{Lowering, ident, range};
use crate::code::tree::{
    BindingKind, ClassId, ExprId, FunctionId, FunctionKind, Param, ParamKind, Parent, PatternId, PatternKind,
    PatternSource, SiteKind, TypeId, TypeParam,
};

impl Lowering<'_> {
    /// A function that is an expression: an arrow function, a function expression, an object's method.
    pub(super) fn function_expr(&mut self, node: TsNode<'_>, expr: ExprId) -> FunctionId {
        let id = self.function(node, None);
        if let Some(function) = self.build.function_mut(id) {
            function.expr = Some(expr);
        }
        id
    }

    /// A function with a name that is a statement, bound in the current scope.
    pub(super) fn declared_function(&mut self, node: TsNode<'_>) -> FunctionId {
        let id = self.function(node, None);
        if let Some(name) = node.child(Field::Name).map(ident) {
            let scope = self.build.scope();
            self.build.bind(scope, name, BindingKind::Function(id));
            self.build.site(name.range, SiteKind::Function(id));
        }
        id
    }

    /// A function; a method where `class` is given.
    pub(super) fn function(&mut self, node: TsNode<'_>, class: Option<ClassId>) -> FunctionId {
        let id = self.build.open_function(range(node));
        self.build.enter_function(id);
        let name = node.child(Field::Name).and_then(|name| self.plain_name(name));
        if let (Some(name), Kind::FunctionExpression | Kind::GeneratorFunction) = (name, node.kind()) {
            let scope = self.build.scope();
            self.build.bind(scope, name, BindingKind::Function(id));
            self.build.site(name.range, SiteKind::Function(id));
        }
        let doc = self.jsdoc(node);
        let type_params =
            self.type_params(node, |index| BindingKind::FunctionTypeParam { function: id, index });
        let params = self.params(node, id, &doc);
        let returns = match node.child(Field::ReturnType).and_then(annotated) {
            Some(ty) => Some(self.ty(ty)),
            None => doc.returns.and_then(|range| self.jsdoc_type(range)),
        };
        let kind = self.function_kind(node, name.map(|name| self.name_text(name)), class);
        if let Some(function) = self.build.function_mut(id) {
            function.name = name;
            function.params = params;
            function.returns = returns;
            function.type_params = type_params;
            function.is_async = node.has(Kind::AsyncToken);
            function.is_generator = node.has(Kind::StarToken);
            function.is_static = node.has(Kind::StaticToken);
            function.kind = kind;
            function.class = class;
        }
        self.function_body(node, id);
        self.build.leave_function();
        id
    }

    fn function_kind(&self, node: TsNode<'_>, name: Option<&str>, class: Option<ClassId>) -> FunctionKind {
        if node.has(Kind::GetToken) {
            FunctionKind::Getter
        } else if node.has(Kind::SetToken) {
            FunctionKind::Setter
        } else if class.is_some() && name == Some("constructor") {
            FunctionKind::Constructor
        } else {
            FunctionKind::Plain
        }
    }

    fn function_body(&mut self, node: TsNode<'_>, id: FunctionId) {
        let Some(body) = node.child(Field::Body) else { return };
        if body.kind() == Kind::StatementBlock {
            let stmts = self.stmts(body.children());
            if let Some(function) = self.build.function_mut(id) {
                function.body = stmts;
            }
            return;
        }
        let value = self.expr(body, Parent::Function(id));
        self.build.returns(value);
        if let Some(function) = self.build.function_mut(id) {
            function.expression = Some(value);
        }
    }

    /// The type parameters of a function, class or alias, bound in the current scope.
    pub(super) fn type_params(
        &mut self,
        node: TsNode<'_>,
        binding: impl Fn(u32) -> BindingKind,
    ) -> Vec<TypeParam> {
        let Some(list) = node.child(Field::TypeParameters) else { return vec![] };
        let scope = self.build.scope();
        let mut params = vec![];
        // All are bound before a bound is lowered: one may name another.
        let nodes = list.children().filter(|child| child.kind() == Kind::TypeParameter);
        for (index, param) in (0..).zip(nodes) {
            let Some(name) = param.child(Field::Name).map(ident) else { continue };
            self.build.bind(scope, name, binding(index));
            let bound = param.child(Field::Constraint).and_then(|part| part.named().next());
            let bound = bound.map(|ty| self.ty(ty));
            let default = param.child(Field::Value).and_then(|part| part.named().next());
            let default = default.map(|ty| self.ty(ty));
            params.push(TypeParam { name, bound, default });
        }
        params
    }

    fn params(&mut self, node: TsNode<'_>, function: FunctionId, doc: &super::jsdoc::Doc) -> Vec<Param> {
        if let Some(name) = node.child(Field::Parameter) {
            let source = PatternSource::Parameter { function, index: 0 };
            let pattern = self.declared(name, source, self.build.scope());
            let annotation = self.jsdoc_param(doc, pattern);
            return vec![Param {
                pattern,
                annotation,
                default: None,
                kind: ParamKind::Plain,
                optional: false,
                declares_field: false,
                has_decorators: false,
            }];
        }
        let Some(list) = node.child(Field::Parameters) else { return vec![] };
        let mut params = vec![];
        for child in list.children() {
            if matches!(child.kind(), Kind::RequiredParameter | Kind::OptionalParameter) {
                let index = u32::try_from(params.len()).unwrap_or(u32::MAX);
                params.extend(self.param(child, function, index, doc));
            }
        }
        params
    }

    /// A parameter; `None` for `this: T`, which is no parameter.
    fn param(
        &mut self,
        node: TsNode<'_>,
        function: FunctionId,
        index: u32,
        doc: &super::jsdoc::Doc,
    ) -> Option<Param> {
        let bound = node.child(Field::Pattern).or_else(|| node.child(Field::Name))?;
        if bound.kind() == Kind::This {
            return None;
        }
        let source = PatternSource::Parameter { function, index };
        let (kind, bound) = match bound.kind() {
            Kind::RestPattern => (ParamKind::RestItems, bound.named().next()?),
            _ => (ParamKind::Plain, bound),
        };
        let pattern = self.declared(bound, source, self.build.scope());
        let annotation = match node.child(Field::Type).and_then(annotated) {
            Some(ty) => Some(self.ty(ty)),
            None => self.jsdoc_param(doc, pattern),
        };
        let default = self.expr_in(node, Field::Value, Parent::Function(function));
        let declares_field = node.children().any(|child| {
            matches!(child.kind(), Kind::AccessibilityModifier | Kind::OverrideModifier | Kind::ReadonlyToken)
        });
        Some(Param {
            pattern,
            annotation,
            default,
            kind,
            optional: node.kind() == Kind::OptionalParameter,
            declares_field,
            has_decorators: node.child(Field::Decorator).is_some(),
        })
    }

    fn jsdoc_param(&mut self, doc: &super::jsdoc::Doc, pattern: PatternId) -> Option<TypeId> {
        let PatternKind::Name(name) = self.build.module.pattern(pattern).kind else { return None };
        let text = self.name_text(name);
        let (_, range) = doc.params.iter().find(|(param, _)| self.text.get(param.clone()) == Some(text))?;
        self.jsdoc_type(range.clone())
    }
}

/// The type in an annotation.
pub(super) fn annotated(node: TsNode<'_>) -> Option<TsNode<'_>> {
    match node.kind() {
        Kind::TypeAnnotation | Kind::TypePredicateAnnotation | Kind::AssertsAnnotation => node.named().next(),
        _ => Some(node),
    }
}
