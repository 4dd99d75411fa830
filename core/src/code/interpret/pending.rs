//! Which statements of a module bind which names, so that a module runs no further than it is asked.
//!
//! A helper module of an application imports half of it; a migration wants one function.

use rustc_hash::FxHashMap;

use crate::code::tree::{
    ExprId, ExprKind, ImportId, Imported, Module, PatternId, PatternKind, StmtId, StmtKind,
};

/// Statements of a module by the names that they bind or change, in source order.
pub(super) type Pending = FxHashMap<String, Vec<StmtId>>;

/// How deep statements and patterns are looked into.
const DEEPEST: u32 = 64;

/// The module's own statements, and its imports of all names of another module.
pub(super) fn of_module(module: &Module) -> (Pending, Vec<ImportId>) {
    let mut collector = Collector { module, names: Vec::new(), stars: Vec::new() };
    let mut pending = Pending::default();
    for statement in &module.body {
        collector.statement(*statement, 0);
        for name in collector.names.drain(..) {
            let statements = pending.entry(name).or_default();
            if statements.last() != Some(statement) {
                statements.push(*statement);
            }
        }
    }
    (pending, collector.stars)
}

struct Collector<'m> {
    module: &'m Module,
    names: Vec<String>,
    stars: Vec<ImportId>,
}

impl Collector<'_> {
    fn name(&mut self, ident: crate::code::tree::Ident) {
        self.names.push(self.module.text(ident).to_owned());
    }

    fn block(&mut self, block: &[StmtId], depth: u32) {
        for statement in block {
            self.statement(*statement, depth);
        }
    }

    fn statement(&mut self, statement: StmtId, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        let depth = depth + 1;
        match &self.module.stmt(statement).kind {
            StmtKind::Assign { targets, .. } => {
                targets.iter().for_each(|target| self.pattern(*target, depth))
            }
            StmtKind::Expr(expr) => self.changed(*expr, depth),
            StmtKind::Function(function) => {
                if let Some(name) = self.module.function(*function).name {
                    self.name(name);
                }
            }
            StmtKind::Class(class) => {
                if let Some(name) = self.module.class(*class).name {
                    self.name(name);
                }
            }
            StmtKind::Import(import) => {
                for imported in &self.module.import(*import).names {
                    match imported.what {
                        Imported::Star => self.stars.push(*import),
                        _ => self.name(imported.local),
                    }
                }
            }
            StmtKind::If { then, otherwise, .. } => {
                self.block(then, depth);
                self.block(otherwise, depth);
            }
            StmtKind::While { body, .. } | StmtKind::Block(body) | StmtKind::Other(body) => {
                self.block(body, depth)
            }
            StmtKind::For { pattern, body, otherwise, .. } => {
                self.pattern(*pattern, depth);
                self.block(body, depth);
                self.block(otherwise, depth);
            }
            StmtKind::With { items, body } => {
                for (_, pattern) in items {
                    pattern.iter().for_each(|pattern| self.pattern(*pattern, depth));
                }
                self.block(body, depth);
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                self.block(body, depth);
                for handler in handlers {
                    self.block(&handler.body, depth);
                }
                self.block(otherwise, depth);
                self.block(finally, depth);
            }
            StmtKind::Switch { cases, .. } => {
                for case in cases {
                    self.block(&case.body, depth);
                }
            }
            StmtKind::Return(_)
            | StmtKind::Raise(_)
            | StmtKind::Delete(_)
            | StmtKind::Assert(_)
            | StmtKind::Alias(_)
            | StmtKind::ExportDefault(_)
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Empty => {}
        }
    }

    fn pattern(&mut self, pattern: PatternId, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        match &self.module.pattern(pattern).kind {
            PatternKind::Name(name) => self.name(*name),
            PatternKind::Object(entries) => {
                entries.iter().for_each(|entry| self.pattern(entry.pattern, depth + 1));
            }
            PatternKind::Sequence(parts) => {
                parts.iter().flatten().for_each(|part| self.pattern(*part, depth + 1));
            }
            PatternKind::Rest(inner) => self.pattern(*inner, depth + 1),
            PatternKind::Target(target) => self.root(*target, depth),
        }
    }

    /// `names.append(x)`, `mapping.update(x)`: a call that may change what a name is bound to.
    fn changed(&mut self, expr: ExprId, depth: u32) {
        if let ExprKind::Call { callee, .. } = &self.module.expr(expr).kind
            && let ExprKind::Member { object, .. } = &self.module.expr(*callee).kind
        {
            self.root(*object, depth);
        }
    }

    /// The name at the root of `name.a[b].c`.
    fn root(&mut self, expr: ExprId, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        match &self.module.expr(expr).kind {
            ExprKind::Name(name) => self.name(*name),
            ExprKind::Member { object, .. } | ExprKind::Index { object, .. } => self.root(*object, depth + 1),
            _ => {}
        }
    }
}
