//! Whether code has asked for null before it uses a value.

use crate::code::conditions::{Condition, Nothing, decided_at, excludes, is_rebound};
use crate::code::tree::{ExprId, Module};

/// Whether the same value (`user.nickname`, letter by letter) was found not to be null on every way to the expression: by
/// a test around it, by an earlier test that leaves (`if user.nickname is None: return`), by an assertion.
pub(super) fn is_guarded(module: &Module, expr: ExprId) -> bool {
    is_ruled_out(module, expr, Nothing::Null)
}

/// As [`is_guarded`], whether the value was found not to be undefined.
pub(super) fn is_defined(module: &Module, expr: ExprId) -> bool {
    is_ruled_out(module, expr, Nothing::Undefined)
}

fn is_ruled_out(module: &Module, expr: ExprId, what: Nothing) -> bool {
    let used = module.expr(expr).range;
    let text = module.slice(used);
    decided_at(module, expr).into_iter().any(|condition| {
        let decided = match condition {
            Condition::Test { test, .. } => module.expr(test).range.end,
            Condition::Case { value, .. } => module.expr(value).range.end,
            Condition::Assigned { target } => module.expr(target).range.end,
        };
        excludes(module, condition, text, what) && !is_rebound(module, expr, decided, used.start)
    })
}
