//! Whether code has asked for null before it uses a value.

use crate::code::tree::{BinaryOp, ExprId, ExprKind, Module, Parent, SiteKind, StmtKind};

/// Whether the same value (`user.nickname`, letter by letter) was tested earlier in the same function: in the condition of
/// an `if`, a loop, an assertion or a conditional expression, or left of `&&` and the like. What the test says and where
/// it leads is not asked: who tests a value knows that it may be null.
pub(super) fn is_guarded(module: &Module, expr: ExprId) -> bool {
    let used = module.expr(expr).range;
    let text = module.slice(used);
    let function = innermost_function(module, used.start);
    module.sites.iter().any(|site| match site.kind {
        SiteKind::Member(other) => {
            let range = module.expr(other).range;
            range.start < used.start
                && module.slice(range) == text
                && innermost_function(module, range.start) == function
                && is_tested(module, other)
        }
        _ => false,
    })
}

/// The position of the innermost function around an offset.
fn innermost_function(module: &Module, offset: u32) -> Option<usize> {
    let around = module.functions.iter().enumerate().filter(|(_, function)| function.range.contains(offset));
    around.min_by_key(|(_, function)| function.range.len()).map(|(position, _)| position)
}

fn is_tested(module: &Module, expr: ExprId) -> bool {
    let mut current = expr;
    loop {
        match module.expr(current).parent {
            Parent::Expr(parent) => {
                let goes_on = match &module.expr(parent).kind {
                    ExprKind::Conditional { test, .. } if *test == current => return true,
                    ExprKind::Binary {
                        op: BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce, left, ..
                    } if *left == current => {
                        return true;
                    }
                    ExprKind::Binary { .. } | ExprKind::Unary { .. } => true,
                    _ => false,
                };
                if !goes_on {
                    return false;
                }
                current = parent;
            }
            Parent::Stmt(stmt) => {
                return match &module.stmt(stmt).kind {
                    StmtKind::If { test, .. } | StmtKind::Assert(test) => *test == current,
                    StmtKind::While { test, .. } => *test == Some(current),
                    _ => false,
                };
            }
            _ => return false,
        }
    }
}
