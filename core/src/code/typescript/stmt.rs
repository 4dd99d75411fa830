//! Statements.

use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::expr::{assignment_op, first_expr, is_expression};
use super::function::annotated;
use super::{Lowering, range};
use crate::code::tree::{
    Case, ExprId, Handler, Ident, PatternId, PatternSource, ScopeId, ScopeOwner, StmtId, StmtKind,
};

impl Lowering<'_> {
    /// Lowers statements.
    pub(super) fn stmts<'n>(&mut self, nodes: impl Iterator<Item = TsNode<'n>>) -> Vec<StmtId> {
        let mut stmts = vec![];
        for node in nodes {
            self.stmt(node, &mut stmts);
        }
        stmts
    }

    /// Lowers a statement; `const a = 1, b = 2` is two.
    pub(super) fn stmt(&mut self, node: TsNode<'_>, into: &mut Vec<StmtId>) {
        if !self.build.descend(range(node)) {
            let stmt = self.build.open_stmt(range(node));
            self.build.close_stmt(stmt, StmtKind::Other(vec![]));
            into.push(stmt);
            return;
        }
        match node.kind() {
            Kind::LexicalDeclaration | Kind::VariableDeclaration => {
                self.declaration(node, into);
            }
            Kind::ForStatement => self.for_statement(node, into),
            Kind::ExportStatement => self.export_statement(node, into),
            Kind::AmbientDeclaration => self.ambient(node, into),
            Kind::LabeledStatement => {
                if let Some(body) = node.child(Field::Body) {
                    self.stmt(body, into);
                }
            }
            _ if node.is_error() => self.error_stmt(node, into),
            kind if is_statement(kind) || is_expression(kind) => {
                let stmt = self.build.open_stmt(range(node));
                let kind = self.stmt_kind(node);
                self.build.close_stmt(stmt, kind);
                into.push(stmt);
            }
            _ => {}
        }
        self.build.ascend();
    }

    /// What stands in a part that could not be parsed: fragments, and often whole statements.
    fn error_stmt(&mut self, node: TsNode<'_>, into: &mut Vec<StmtId>) {
        let stmt = self.build.open_stmt(range(node));
        let inside = self.stmts(node.children());
        self.build.close_stmt(stmt, StmtKind::Other(inside));
        into.push(stmt);
    }

    fn stmt_kind(&mut self, node: TsNode<'_>) -> StmtKind {
        match node.kind() {
            Kind::ExpressionStatement => self.expression_statement(node),
            Kind::ReturnStatement => {
                let value = self.value_of_stmt(node);
                if let Some(value) = value {
                    self.build.returns(value);
                }
                StmtKind::Return(value)
            }
            Kind::ThrowStatement => StmtKind::Raise(self.value_of_stmt(node)),
            Kind::IfStatement => self.if_statement(node),
            Kind::WhileStatement | Kind::DoStatement => {
                let test = node.child(Field::Condition).map(|test| self.stmt_expr(test));
                StmtKind::While { test, body: self.body(node, Field::Body), step: None }
            }
            Kind::ForInStatement => self.for_in(node),
            Kind::TryStatement => self.try_statement(node),
            Kind::SwitchStatement => self.switch(node),
            Kind::WithStatement => {
                let object = node.child(Field::Object).map(|object| self.stmt_expr(object));
                let body = self.body(node, Field::Body);
                StmtKind::With { items: object.into_iter().map(|object| (object, None)).collect(), body }
            }
            Kind::StatementBlock => StmtKind::Block(self.block(node)),
            Kind::FunctionDeclaration | Kind::GeneratorFunctionDeclaration | Kind::FunctionSignature => {
                StmtKind::Function(self.declared_function(node))
            }
            Kind::ClassDeclaration
            | Kind::AbstractClassDeclaration
            | Kind::InterfaceDeclaration
            | Kind::EnumDeclaration => StmtKind::Class(self.declared_class(node)),
            Kind::TypeAliasDeclaration => self.type_alias(node),
            Kind::ImportStatement => self.import_statement(node),
            Kind::ImportAlias => self.import_alias(node),
            Kind::InternalModule | Kind::Module => self.namespace(node),
            Kind::BreakStatement => StmtKind::Break,
            Kind::ContinueStatement => StmtKind::Continue,
            kind if is_expression(kind) => StmtKind::Expr(self.stmt_expr(node)),
            _ => StmtKind::Empty,
        }
    }

    /// An expression that stands in the statement opened last.
    fn stmt_expr(&mut self, node: TsNode<'_>) -> ExprId {
        let parent = self.build.stmt_parent();
        self.expr(node, parent)
    }

    fn value_of_stmt(&mut self, node: TsNode<'_>) -> Option<ExprId> {
        first_expr(node).map(|value| self.stmt_expr(value))
    }

    fn expression_statement(&mut self, node: TsNode<'_>) -> StmtKind {
        // The grammar has namespaces among the expressions' statements.
        if let Some(module) = node.child_of_kind(Kind::InternalModule) {
            return self.namespace(module);
        }
        let Some(mut inner) = first_expr(node) else {
            return StmtKind::Empty;
        };
        while let (Kind::ParenthesizedExpression, Some(deeper)) = (inner.kind(), first_expr(inner)) {
            inner = deeper;
        }
        match inner.kind() {
            Kind::AssignmentExpression | Kind::AugmentedAssignmentExpression => self.assign(inner),
            _ => StmtKind::Expr(self.stmt_expr(inner)),
        }
    }

    /// `a = b = value`, `a += value`.
    fn assign(&mut self, node: TsNode<'_>) -> StmtKind {
        let mut lefts = vec![];
        let mut at = node;
        let op = assignment_op(node);
        let value = loop {
            lefts.extend(at.child(Field::Left));
            match at.child(Field::Right) {
                Some(next) if op.is_none() && next.kind() == Kind::AssignmentExpression => at = next,
                right => break right,
            }
        };
        let value = value.map(|value| self.stmt_expr(value));
        for left in &lefts {
            self.common_js_export(*left, value);
        }
        let source = match (op, value) {
            (Some(_), Some(value)) => PatternSource::Augmented(value),
            _ => PatternSource::Value { value, annotation: None },
        };
        let targets = lefts.into_iter().map(|left| self.assigned(left, source)).collect();
        StmtKind::Assign { targets, value, annotation: None, op, declares: false }
    }

    /// `const a = 1, b: T`. Gives the names.
    pub(super) fn declaration(&mut self, node: TsNode<'_>, into: &mut Vec<StmtId>) -> Vec<Ident> {
        let scope = match node.kind() {
            Kind::VariableDeclaration => self.build.function_scope(),
            _ => self.build.scope(),
        };
        let mut names = vec![];
        for child in node.children().filter(|child| child.kind() == Kind::VariableDeclarator) {
            let stmt = self.build.open_stmt(range(child));
            let kind = match self.require_declaration(child, scope) {
                Some((kind, bound)) => {
                    names.extend(bound);
                    kind
                }
                None => self.declarator(child, scope),
            };
            if let StmtKind::Assign { targets, .. } = &kind {
                names.extend(targets.iter().flat_map(|target| self.bound_names(*target)));
            }
            self.build.close_stmt(stmt, kind);
            into.push(stmt);
        }
        names
    }

    fn declarator(&mut self, node: TsNode<'_>, scope: ScopeId) -> StmtKind {
        let annotation = match node.child(Field::Type).and_then(annotated) {
            Some(ty) => Some(self.ty(ty)),
            None => self.jsdoc(node).ty.and_then(|range| self.jsdoc_type(range)),
        };
        let parent = self.build.stmt_parent();
        let value = self.expr_in(node, Field::Value, parent);
        let source = PatternSource::Value { value, annotation };
        let name = node.child(Field::Name);
        let targets = name.map(|name| self.declared(name, source, scope)).into_iter().collect();
        StmtKind::Assign { targets, value, annotation, op: None, declares: true }
    }

    /// `else if` is a nested statement; a chain of them is lowered in a loop.
    fn if_statement(&mut self, node: TsNode<'_>) -> StmtKind {
        let mut nested = vec![];
        let mut at = node;
        let mut last = loop {
            let test = match at.child(Field::Condition) {
                Some(test) => self.stmt_expr(test),
                None => self.build.open_expr(range(at), self.build.stmt_parent()),
            };
            let then = self.body(at, Field::Consequence);
            let alternative = at.child(Field::Alternative);
            let next = alternative.and_then(|clause| clause.named().next());
            match next {
                Some(next) if next.kind() == Kind::IfStatement => {
                    nested.push((test, then, self.build.open_stmt(range(next))));
                    at = next;
                }
                Some(next) => {
                    let otherwise = self.one_body(next);
                    break StmtKind::If { test, then, otherwise };
                }
                None => break StmtKind::If { test, then, otherwise: vec![] },
            }
        };
        for (test, then, stmt) in nested.into_iter().rev() {
            self.build.close_stmt(stmt, last);
            last = StmtKind::If { test, then, otherwise: vec![stmt] };
        }
        last
    }

    /// The statements of a body: those of the block, or the one statement.
    fn body(&mut self, node: TsNode<'_>, field: Field) -> Vec<StmtId> {
        node.child(field).map_or(vec![], |body| self.one_body(body))
    }

    fn one_body(&mut self, body: TsNode<'_>) -> Vec<StmtId> {
        match body.kind() {
            Kind::StatementBlock => self.block(body),
            _ => self.stmts(std::iter::once(body)),
        }
    }

    /// The statements of a block, in a scope of their own where one of them declares something.
    fn block(&mut self, node: TsNode<'_>) -> Vec<StmtId> {
        let declares = node.children().any(|child| declares_in_block(child.kind()));
        self.scoped(declares, |lowering| lowering.stmts(node.children()))
    }

    fn scoped<R>(&mut self, own_scope: bool, lower: impl FnOnce(&mut Self) -> R) -> R {
        if !own_scope {
            return lower(self);
        }
        let scope = self.build.add_scope(ScopeOwner::Block);
        self.build.enter_scope(scope);
        let lowered = lower(self);
        self.build.leave_scope();
        lowered
    }

    /// The C-like `for`: its first part stands before it.
    fn for_statement(&mut self, node: TsNode<'_>, into: &mut Vec<StmtId>) {
        let initializer = node.child(Field::Initializer);
        let declares = initializer.is_some_and(|first| first.kind() == Kind::LexicalDeclaration);
        self.scoped(declares, |lowering| {
            if let Some(first) = initializer {
                lowering.stmt(first, into);
            }
            let stmt = lowering.build.open_stmt(range(node));
            let mut conditions = node.children_in(Field::Condition);
            let condition = conditions.find(|child| is_expression(child.kind()) || has_expr(*child));
            let test = condition.map(|condition| {
                let inner =
                    if is_expression(condition.kind()) { Some(condition) } else { first_expr(condition) };
                lowering.stmt_expr(inner.unwrap_or(condition))
            });
            let parent = lowering.build.stmt_parent();
            let step = lowering.expr_in(node, Field::Increment, parent);
            let body = lowering.body(node, Field::Body);
            lowering.build.close_stmt(stmt, StmtKind::While { test, body, step });
            into.push(stmt);
        });
    }

    fn for_in(&mut self, node: TsNode<'_>) -> StmtKind {
        let iterable = match node.child(Field::Right) {
            Some(right) => self.stmt_expr(right),
            None => self.build.open_expr(range(node), self.build.stmt_parent()),
        };
        let keys = node.child(Field::Operator).is_some_and(|operator| operator.kind() == Kind::InToken);
        let source = PatternSource::Iterate { iterable, keys };
        let declared = node.child(Field::Kind).map(|kind| kind.kind());
        let is_var = declared == Some(Kind::VarToken);
        self.scoped(declared.is_some() && !is_var, |lowering| {
            let pattern = lowering.loop_pattern(node, source, declared.is_some(), is_var);
            let body = lowering.body(node, Field::Body);
            StmtKind::For { pattern, iterable, body, otherwise: vec![], keys }
        })
    }

    fn loop_pattern(
        &mut self,
        node: TsNode<'_>,
        source: PatternSource,
        declares: bool,
        is_var: bool,
    ) -> PatternId {
        let scope = if is_var { self.build.function_scope() } else { self.build.scope() };
        match node.child(Field::Left) {
            Some(left) if declares => self.declared(left, source, scope),
            Some(left) => self.assigned(left, source),
            None => self.build.open_pattern(range(node), source, scope),
        }
    }

    fn try_statement(&mut self, node: TsNode<'_>) -> StmtKind {
        let body = self.body(node, Field::Body);
        let handlers = node.child(Field::Handler).map(|handler| {
            self.scoped(true, |lowering| {
                let scope = lowering.build.scope();
                let parameter = handler.child(Field::Parameter);
                let pattern = parameter.map(|name| lowering.declared(name, PatternSource::Caught, scope));
                Handler { types: None, pattern, body: lowering.body(handler, Field::Body) }
            })
        });
        let finalizer = node.child(Field::Finalizer);
        let finally = finalizer.map_or(vec![], |clause| self.body(clause, Field::Body));
        StmtKind::Try { body, handlers: handlers.into_iter().collect(), otherwise: vec![], finally }
    }

    fn switch(&mut self, node: TsNode<'_>) -> StmtKind {
        let subject = match node.child(Field::Value) {
            Some(value) => self.stmt_expr(value),
            None => self.build.open_expr(range(node), self.build.stmt_parent()),
        };
        let cases = self.scoped(true, |lowering| {
            let mut cases = vec![];
            for case in node.child(Field::Body).into_iter().flat_map(TsNode::children) {
                if !matches!(case.kind(), Kind::SwitchCase | Kind::SwitchDefault) {
                    continue;
                }
                let value = case.child(Field::Value).map(|value| lowering.stmt_expr(value));
                let body = lowering.stmts(case.children_in(Field::Body));
                let values = value.into_iter().collect();
                cases.push(Case { values, patterns: vec![], guard: None, body });
            }
            cases
        });
        StmtKind::Switch { subject, cases }
    }

    /// `namespace A {}`, `declare module "x" {}`: its names are its own.
    fn namespace(&mut self, node: TsNode<'_>) -> StmtKind {
        let body = node.child(Field::Body);
        let exports = self.build.module.exports.len();
        let stmts = self.scoped(true, |lowering| body.map_or(vec![], |body| lowering.stmts(body.children())));
        // What it exports, it exports from the namespace and not from the file.
        self.build.module.exports.truncate(exports);
        StmtKind::Other(stmts)
    }

    /// `declare ...`: what follows, and `declare global {}`, whose names everybody sees.
    pub(super) fn ambient(&mut self, node: TsNode<'_>, into: &mut Vec<StmtId>) {
        for child in node.named() {
            if child.kind() == Kind::StatementBlock {
                let stmt = self.build.open_stmt(range(node));
                let body = self.stmts(child.children());
                self.build.close_stmt(stmt, StmtKind::Other(body));
                into.push(stmt);
            } else {
                self.stmt(child, into);
            }
        }
    }
}

fn has_expr(node: TsNode<'_>) -> bool {
    first_expr(node).is_some()
}

/// Whether a statement of this kind binds its name in the block it stands in.
fn declares_in_block(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::LexicalDeclaration
            | Kind::FunctionDeclaration
            | Kind::GeneratorFunctionDeclaration
            | Kind::ClassDeclaration
            | Kind::AbstractClassDeclaration
            | Kind::InterfaceDeclaration
            | Kind::EnumDeclaration
            | Kind::TypeAliasDeclaration
    )
}

fn is_statement(kind: Kind) -> bool {
    declares_in_block(kind)
        || matches!(
            kind,
            Kind::BreakStatement
                | Kind::ContinueStatement
                | Kind::DebuggerStatement
                | Kind::DoStatement
                | Kind::EmptyStatement
                | Kind::ExpressionStatement
                | Kind::ForInStatement
                | Kind::FunctionSignature
                | Kind::IfStatement
                | Kind::ImportAlias
                | Kind::ImportStatement
                | Kind::InternalModule
                | Kind::Module
                | Kind::ReturnStatement
                | Kind::StatementBlock
                | Kind::SwitchStatement
                | Kind::ThrowStatement
                | Kind::TryStatement
                | Kind::WhileStatement
                | Kind::WithStatement
        )
}
