//! Which of several bindings of a name can reach a place in the same function.

use std::rc::Rc;

use crate::code::eval::Evaluator;
use crate::code::tree::{Binding, BindingKind, Module, PatternId, PatternSource, StmtId, StmtKind};
use crate::text::TextRange;

/// The statements of a module by their first byte.
pub type StmtIndex = Rc<[(u32, StmtId)]>;

impl Evaluator<'_> {
    /// The bindings that can reach the byte `at`: the last one before it, and earlier ones as long as the later ones
    /// stand in a branch that `at` is not in; those after it in a loop around both. Bindings without a place in the
    /// order of statements (parameters, imports, functions) count as first.
    pub fn reaching<'m>(&self, module: &Module, bindings: &[&'m Binding], at: u32) -> Vec<&'m Binding> {
        if bindings.len() < 2 {
            return bindings.to_vec();
        }
        let mut found = Vec::new();
        for binding in bindings.iter().rev() {
            let BindingKind::Pattern(pattern) = binding.kind else {
                found.push(*binding);
                continue;
            };
            let Some(stmt) = self.binding_stmt(module, pattern) else {
                found.push(*binding);
                continue;
            };
            if takes_effect(module, stmt, pattern) <= at {
                found.push(*binding);
                if dominates(module, stmt, at) {
                    break;
                }
            } else if in_common_loop(module, stmt, at) && !module.stmt(stmt).range.contains(at) {
                found.push(*binding);
            }
        }
        if found.is_empty() { bindings.to_vec() } else { found }
    }

    /// The statement that a pattern belongs to.
    fn binding_stmt(&self, module: &Module, pattern: PatternId) -> Option<StmtId> {
        match module.pattern(pattern).source {
            PatternSource::Parameter { .. } => None,
            _ => self.innermost_stmt(module, module.pattern(pattern).range),
        }
    }

    /// The smallest statement around a range.
    pub fn innermost_stmt(&self, module: &Module, range: TextRange) -> Option<StmtId> {
        let index = self.stmt_index(module);
        let before = index.partition_point(|(start, _)| *start <= range.start);
        let mut current = before.checked_sub(1).and_then(|last| index.get(last)).map(|(_, id)| *id);
        // The last statement that begins before the range is the one wanted, or stands in it.
        while let Some(id) = current {
            let stmt = module.stmt(id);
            if stmt.range.contains_range(range) {
                return Some(id);
            }
            current = stmt.parent;
        }
        None
    }

    fn stmt_index(&self, module: &Module) -> StmtIndex {
        if let Some(index) = self.stmt_indexes.borrow().get(&module.file) {
            return index.clone();
        }
        let mut all: Vec<(TextRange, StmtId)> =
            (0..).map(StmtId).zip(&module.stmts).map(|(id, stmt)| (stmt.range, id)).collect();
        all.sort_by_key(|(range, id)| (range.start, std::cmp::Reverse(range.end), *id));
        let index: StmtIndex = all.into_iter().map(|(range, id)| (range.start, id)).collect();
        self.stmt_indexes.borrow_mut().insert(module.file, index.clone());
        index
    }
}

/// The byte from which on a pattern's names are bound. The value of `x = f(x)` is read before.
fn takes_effect(module: &Module, stmt: StmtId, pattern: PatternId) -> u32 {
    match &module.stmt(stmt).kind {
        StmtKind::Assign { .. } => module.stmt(stmt).range.end,
        _ => module.pattern(pattern).range.start,
    }
}

/// Whether `at` can be reached only through the statement: the block around it holds `at` too, or every path to `at`
/// leads through it.
pub(super) fn dominates(module: &Module, stmt: StmtId, at: u32) -> bool {
    let Some(parent) = module.stmt(stmt).parent else { return true };
    let around = module.stmt(parent);
    match &around.kind {
        // Only one of the branches runs.
        StmtKind::If { then, otherwise, .. } => in_same_block(module, &[then, otherwise], stmt, at),
        StmtKind::Try { body, otherwise, finally, .. } => {
            in_same_block(module, &[body, otherwise, finally], stmt, at) || !around.range.contains(at)
        }
        StmtKind::With { .. } | StmtKind::Block(_) => {
            around.range.contains(at) || dominates(module, parent, at)
        }
        _ => around.range.contains(at),
    }
}

fn in_same_block(module: &Module, blocks: &[&Vec<StmtId>], stmt: StmtId, at: u32) -> bool {
    blocks
        .iter()
        .any(|block| block.contains(&stmt) && block.iter().any(|id| module.stmt(*id).range.contains(at)))
}

fn in_common_loop(module: &Module, stmt: StmtId, at: u32) -> bool {
    let mut current = module.stmt(stmt).parent;
    while let Some(id) = current {
        let parent = module.stmt(id);
        if matches!(parent.kind, StmtKind::For { .. } | StmtKind::While { .. }) && parent.range.contains(at) {
            return true;
        }
        current = parent.parent;
    }
    false
}
