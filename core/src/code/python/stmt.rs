//! Statements.

use seawall_grammars::python::{PythonField as Field, PythonKind as Kind, PythonNode};

use super::expr::operator;
use super::{Lowering, bare, ident, range};
use crate::code::tree::{
    BindingKind, ClassId, ClassMember, ExprId, ExprKind, Handler, Ident, MemberKind, Parent, PatternId,
    PatternSource, ScopeOwner, SequenceKind, SiteKind, StmtId, StmtKind, TypeId,
};

impl Lowering {
    /// The statements among the children of a node.
    pub(super) fn block(&mut self, node: PythonNode<'_>) -> Vec<StmtId> {
        let mut out = vec![];
        for child in node.named() {
            self.stmt(child, &mut out);
        }
        out
    }

    /// The statements of the block in a field.
    pub(super) fn block_in(&mut self, node: PythonNode<'_>, field: Field) -> Vec<StmtId> {
        let mut out = vec![];
        for block in node.children_in(field) {
            out.extend(self.block(block));
        }
        out
    }

    /// The statements of the first block among the children, for clauses that give it no field.
    fn block_of(&mut self, node: PythonNode<'_>) -> Vec<StmtId> {
        node.child_of_kind(Kind::Block).map(|block| self.block(block)).unwrap_or_default()
    }

    fn stmt(&mut self, node: PythonNode<'_>, out: &mut Vec<StmtId>) {
        if !self.b.descend(range(node)) {
            let stmt = self.b.open_stmt(range(node));
            self.b.close_stmt(stmt, StmtKind::Other(vec![]));
            out.push(stmt);
            return;
        }
        match node.kind() {
            Kind::ImportStatement => self.import_statement(node, out),
            Kind::IfStatement => self.if_statement(node, out),
            _ => {
                let id = self.b.open_stmt(range(node));
                let kind = self.stmt_kind(id, node);
                self.b.close_stmt(id, kind);
                out.push(id);
            }
        }
        if node.kind() == Kind::WhileStatement {
            // Its `else` runs when the loop is done: like the statements after it.
            for clause in node.children_in(Field::Alternative) {
                out.extend(self.block_in(clause, Field::Body));
            }
        }
        self.b.ascend();
    }

    fn stmt_kind(&mut self, id: StmtId, node: PythonNode<'_>) -> StmtKind {
        match node.kind() {
            Kind::ExpressionStatement => self.expression_statement(id, node),
            Kind::ImportFromStatement => self.import_from_statement(node),
            Kind::ReturnStatement => {
                let value = node.named().next().map(|value| self.expr(value, Parent::Stmt(id)));
                if let Some(value) = value {
                    self.b.returns(value);
                }
                StmtKind::Return(value)
            }
            Kind::RaiseStatement => {
                let parts = self.exprs(node, Parent::Stmt(id));
                StmtKind::Raise(parts.first().copied())
            }
            Kind::DeleteStatement => {
                let list = node.child_of_kind(Kind::ExpressionList).unwrap_or(node);
                StmtKind::Delete(self.exprs(list, Parent::Stmt(id)))
            }
            Kind::AssertStatement => match self.exprs(node, Parent::Stmt(id)).first() {
                Some(test) => StmtKind::Assert(*test),
                None => StmtKind::Empty,
            },
            Kind::WhileStatement => {
                let test = self.expr_in(node, Field::Condition, Parent::Stmt(id));
                StmtKind::While { test, body: self.block_in(node, Field::Body), step: None }
            }
            Kind::ForStatement => self.for_statement(id, node),
            Kind::WithStatement => self.with_statement(id, node),
            Kind::TryStatement => self.try_statement(id, node),
            Kind::MatchStatement => self.match_statement(id, node),
            Kind::FunctionDefinition => self.function_statement(node, &[]),
            Kind::ClassDefinition => self.class_statement(node, &[]),
            Kind::DecoratedDefinition => self.decorated(node),
            Kind::TypeAliasStatement => self.type_alias(node),
            Kind::GlobalStatement | Kind::NonlocalStatement => self.outer_names(id, node),
            Kind::BreakStatement => StmtKind::Break,
            Kind::ContinueStatement => StmtKind::Continue,
            Kind::PassStatement | Kind::FutureImportStatement => StmtKind::Empty,
            Kind::Block => StmtKind::Block(self.block(node)),
            Kind::PrintStatement | Kind::ExecStatement => {
                let whole = self.b.open_expr(range(node), Parent::Stmt(id));
                let parts = self.exprs(node, Parent::Expr(whole));
                self.b.set_expr(whole, ExprKind::Other(parts));
                StmtKind::Expr(whole)
            }
            Kind::ElseClause
            | Kind::ElifClause
            | Kind::ExceptClause
            | Kind::FinallyClause
            | Kind::CaseClause => StmtKind::Other(self.block(node)),
            // What a syntax error left: statements, and pieces of expressions.
            _ if node.is_error() => StmtKind::Other(self.block(node)),
            _ => StmtKind::Expr(self.expr(node, Parent::Stmt(id))),
        }
    }

    fn expression_statement(&mut self, id: StmtId, node: PythonNode<'_>) -> StmtKind {
        let mut parts = node.named();
        match (parts.next(), parts.next()) {
            (Some(first), Some(_)) => {
                let whole = self.b.open_expr(range(node), Parent::Stmt(id));
                let items = std::iter::once(first)
                    .chain(node.named().skip(1))
                    .map(|item| self.expr(item, Parent::Expr(whole)))
                    .collect();
                self.b.set_expr(whole, ExprKind::Sequence { kind: SequenceKind::Tuple, items });
                StmtKind::Expr(whole)
            }
            (Some(only), None) => match only.kind() {
                Kind::Assignment => self.assignment(id, only),
                Kind::AugmentedAssignment => self.augmented(id, only),
                _ => StmtKind::Expr(self.expr(only, Parent::Stmt(id))),
            },
            (None, _) => StmtKind::Empty,
        }
    }

    fn assignment(&mut self, id: StmtId, node: PythonNode<'_>) -> StmtKind {
        let mut lefts: Vec<PythonNode<'_>> = node.child(Field::Left).into_iter().collect();
        let mut right = node.child(Field::Right);
        while let Some(chained) = right.filter(|right| right.kind() == Kind::Assignment) {
            lefts.extend(chained.child(Field::Left));
            right = chained.child(Field::Right);
        }
        let value = right.map(|right| self.expr(right, Parent::Stmt(id)));
        let annotation = node.child(Field::Type).map(|ty| self.ty(ty));
        let class = match self.b.module.scope(self.b.scope()).owner {
            ScopeOwner::Class(class) => Some(class),
            ScopeOwner::Module | ScopeOwner::Function(_) | ScopeOwner::Block => None,
        };
        let source = PatternSource::Value { value, annotation };
        let mut targets = vec![];
        for left in lefts {
            let left = bare(left);
            targets.push(match class {
                Some(class) if left.kind() == Kind::Identifier => {
                    self.field(class, ident(left), source, value, annotation)
                }
                Some(_) | None => self.pattern(left, source),
            });
        }
        StmtKind::Assign { targets, value, annotation, op: None, declares: false }
    }

    /// A name assigned or annotated in the body of a class.
    fn field(
        &mut self,
        class: ClassId,
        name: Ident,
        source: PatternSource,
        value: Option<ExprId>,
        annotation: Option<TypeId>,
    ) -> PatternId {
        let scope = self.b.scope();
        let pattern = self.b.open_pattern(name.range, source, scope);
        self.bind_pattern_without_site(pattern, name);
        self.class_member(
            class,
            ClassMember {
                name,
                kind: MemberKind::Field { annotation, value },
                is_static: false,
                optional: false,
            },
        );
        pattern
    }

    /// Adds a member to a class, with its site.
    pub(super) fn class_member(&mut self, class: ClassId, added: ClassMember) {
        let Some(found) = self.b.class_mut(class) else { return };
        let member = u32::try_from(found.members.len()).unwrap_or(u32::MAX);
        found.members.push(added);
        self.b.site(added.name.range, SiteKind::ClassMember { class, member });
    }

    fn augmented(&mut self, id: StmtId, node: PythonNode<'_>) -> StmtKind {
        let value = match node.child(Field::Right) {
            Some(right) => self.expr(right, Parent::Stmt(id)),
            None => self.missing(node, Parent::Stmt(id)),
        };
        let op = node.child(Field::Operator).map(|token| operator(token.kind()));
        let targets = node
            .child(Field::Left)
            .map(|left| self.pattern(left, PatternSource::Augmented(value)))
            .into_iter()
            .collect();
        StmtKind::Assign { targets, value: Some(value), annotation: None, op, declares: false }
    }

    /// `elif` is nested in `otherwise`, but lowered without recursion: a chain of them can be long.
    fn if_statement(&mut self, node: PythonNode<'_>, out: &mut Vec<StmtId>) {
        let mut open = vec![];
        let mut otherwise = vec![];
        let clauses = node.children_in(Field::Alternative);
        for clause in std::iter::once(node).chain(clauses) {
            if clause.kind() == Kind::ElseClause {
                otherwise = self.block_in(clause, Field::Body);
                continue;
            }
            let id = self.b.open_stmt(range(clause));
            let test = match clause.child(Field::Condition) {
                Some(condition) => self.expr(condition, Parent::Stmt(id)),
                None => self.missing(clause, Parent::Stmt(id)),
            };
            let then = self.block_in(clause, Field::Consequence);
            open.push((id, test, then));
        }
        while let Some((id, test, then)) = open.pop() {
            self.b.close_stmt(id, StmtKind::If { test, then, otherwise });
            otherwise = vec![id];
        }
        out.extend(otherwise);
    }

    fn for_statement(&mut self, id: StmtId, node: PythonNode<'_>) -> StmtKind {
        let iterable = match node.child(Field::Right) {
            Some(right) => self.expr(right, Parent::Stmt(id)),
            None => self.missing(node, Parent::Stmt(id)),
        };
        let source = PatternSource::Iterate { iterable, keys: false };
        let pattern = match node.child(Field::Left) {
            Some(left) => self.pattern(left, source),
            None => self.b.open_pattern(range(node), source, self.b.scope()),
        };
        let body = self.block_in(node, Field::Body);
        let alternatives: Vec<PythonNode<'_>> = node.children_in(Field::Alternative).collect();
        let otherwise =
            alternatives.into_iter().flat_map(|clause| self.block_in(clause, Field::Body)).collect();
        StmtKind::For { pattern, iterable, body, otherwise, keys: false }
    }

    fn with_statement(&mut self, id: StmtId, node: PythonNode<'_>) -> StmtKind {
        let mut items = vec![];
        for item in node.child_of_kind(Kind::WithClause).into_iter().flat_map(|clause| clause.named()) {
            let Some(value) = item.child(Field::Value).map(bare) else { continue };
            // `with (a as b, c as d):` can be read as a tuple of them.
            let is_list = value.kind() == Kind::Tuple && value.has(Kind::AsPattern);
            let managers: Vec<PythonNode<'_>> = if is_list { value.named().collect() } else { vec![value] };
            for manager in managers {
                let (value, alias) = as_pattern(manager);
                let value = self.expr(value, Parent::Stmt(id));
                let pattern = alias.map(|alias| self.pattern(alias, PatternSource::Enter(value)));
                items.push((value, pattern));
            }
        }
        StmtKind::With { items, body: self.block_in(node, Field::Body) }
    }

    fn try_statement(&mut self, id: StmtId, node: PythonNode<'_>) -> StmtKind {
        let body = self.block_in(node, Field::Body);
        let (mut handlers, mut otherwise, mut finally) = (vec![], vec![], vec![]);
        for clause in node.named() {
            match clause.kind() {
                Kind::ExceptClause => handlers.push(self.handler(id, clause)),
                Kind::ElseClause => otherwise = self.block_in(clause, Field::Body),
                Kind::FinallyClause => finally = self.block_of(clause),
                _ => {}
            }
        }
        StmtKind::Try { body, handlers, otherwise, finally }
    }

    fn handler(&mut self, id: StmtId, node: PythonNode<'_>) -> Handler {
        let mut values = node.children_in(Field::Value);
        let value = values.next().map(as_pattern);
        // `except A, B:` (PEP 758).
        for more in values {
            self.expr(more, Parent::Stmt(id));
        }
        let types = value.map(|(value, _)| self.expr(value, Parent::Stmt(id)));
        let alias = node.child(Field::Alias).or(value.and_then(|(_, alias)| alias));
        let pattern = alias.map(|alias| self.pattern(alias, PatternSource::Caught));
        Handler { types, pattern, body: self.block_of(node) }
    }

    fn decorated(&mut self, node: PythonNode<'_>) -> StmtKind {
        let decorators: Vec<PythonNode<'_>> = node
            .named()
            .filter(|child| child.kind() == Kind::Decorator)
            .filter_map(|decorator| decorator.named().next())
            .collect();
        match node.child(Field::Definition) {
            Some(class) if class.kind() == Kind::ClassDefinition => self.class_statement(class, &decorators),
            Some(function) => self.function_statement(function, &decorators),
            None => StmtKind::Empty,
        }
    }

    /// `global a`, `nonlocal a`.
    fn outer_names(&mut self, id: StmtId, node: PythonNode<'_>) -> StmtKind {
        let scope = self.b.scope();
        let bound_in = if node.kind() == Kind::GlobalStatement {
            self.b.module.root_scope()
        } else {
            self.enclosing_function_scope(scope)
        };
        for name in node.named().map(ident) {
            self.name(name, Parent::Stmt(id));
            if bound_in != scope {
                self.b.bind(scope, name, BindingKind::Outer);
                self.outer_names.push(super::OuterName { scope, name, bound_in });
            }
        }
        StmtKind::Empty
    }
}

/// `value as alias`.
fn as_pattern(node: PythonNode<'_>) -> (PythonNode<'_>, Option<PythonNode<'_>>) {
    if node.kind() != Kind::AsPattern {
        return (node, None);
    }
    (node.named().next().unwrap_or(node), node.child(Field::Alias))
}
