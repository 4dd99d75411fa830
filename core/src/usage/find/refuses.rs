//! What TypeScript's own types refuse null for: arguments of the language's functions, attributes of HTML elements.

use crate::code::eval::{Call, Context};
use crate::code::tree::{BinaryOp, EntryKey, ExprId, ExprKind, FunctionId, Module, Parent};
use crate::code::value::Value;
use crate::usage::find::Finder;

/// Functions of the language whose argument at the position takes no null (lib.es5.d.ts, lib.dom.d.ts).
const REFUSES_NULL: [(&str, usize); 29] = [
    ("Date", 0),
    ("Date.parse", 0),
    ("parseInt", 0),
    ("parseFloat", 0),
    ("Number.parseInt", 0),
    ("Number.parseFloat", 0),
    ("isNaN", 0),
    ("isFinite", 0),
    ("encodeURIComponent", 0),
    ("decodeURIComponent", 0),
    ("encodeURI", 0),
    ("decodeURI", 0),
    ("JSON.parse", 0),
    ("Object.keys", 0),
    ("Object.values", 0),
    ("Object.entries", 0),
    ("Array.from", 0),
    ("BigInt", 0),
    ("RegExp", 0),
    ("URL", 0),
    ("Buffer.from", 0),
    ("atob", 0),
    ("btoa", 0),
    ("setTimeout", 1),
    ("setInterval", 1),
    ("localStorage.setItem", 1),
    ("localStorage.getItem", 0),
    ("sessionStorage.setItem", 1),
    ("sessionStorage.getItem", 0),
];

/// Attributes that React's types let be null (@types/react: `key`, `ref`, children), or say nothing of.
const NULLABLE_ATTRIBUTES: [&str; 3] = ["key", "ref", "children"];

impl Finder<'_> {
    /// Whether an expression is an argument of a function of the language that takes no null.
    pub(super) fn language_refuses(&self, cx: Context<'_>, call: ExprId, argument: ExprId) -> bool {
        let module = cx.module;
        let Some(call) = Call::at(cx, call).filter(|_| !module.language.is_python()) else { return false };
        let Some(index) = call.args.iter().position(|arg| arg.value == argument) else { return false };
        let path = module.slice(module.expr(call.callee).range);
        let known = path.starts_with("Math.") || REFUSES_NULL.contains(&(path, index));
        let first = path.split('.').next().unwrap_or(path);
        known && self.eval.lookup(module, module.expr(call.callee).scope, first).is_none()
    }

    /// What is wanted of an object, also where it is what a callback gives for each item of a list.
    pub(super) fn wanted_of_object(&self, cx: Context<'_>, object: ExprId) -> Value {
        let wanted = self.eval.expected(cx, object).value;
        if !wanted.is_unknown() {
            return wanted;
        }
        let module = cx.module;
        let function = match module.expr(object).parent {
            Parent::Function(function) => Some(function),
            Parent::Stmt(_) => self.eval.function_around(module, module.expr(object).scope),
            _ => None,
        };
        let call = function.and_then(|function| mapping_call(module, function));
        call.map_or(Value::Unknown, |call| self.eval.items(&self.eval.expected(cx, call)).value)
    }
}

/// The call of `map` that a function without a declared result is given to.
pub(super) fn mapping_call(module: &Module, function: FunctionId) -> Option<ExprId> {
    let declared = module.function(function);
    let expr = declared.expr.filter(|_| declared.returns.is_none() && !declared.is_async)?;
    let Parent::Expr(call) = module.expr(expr).parent else { return None };
    let ExprKind::Call { callee, args, .. } = &module.expr(call).kind else { return None };
    let ExprKind::Member { name, .. } = module.expr(*callee).kind else { return None };
    let is_first = args.first().is_some_and(|arg| arg.value == expr);
    (is_first && module.text(name) == "map" && !module.language.is_python()).then_some(call)
}

/// The expression that has the value of `expr` on one of its ways: `a ?? expr`, `test ? expr : b`.
pub(super) fn way_out(module: &Module, expr: ExprId) -> ExprId {
    let mut current = expr;
    while let Parent::Expr(parent) = module.expr(current).parent {
        current = match &module.expr(parent).kind {
            ExprKind::Conditional { test, .. } if *test != current => parent,
            ExprKind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, right, .. } if *right == current => {
                parent
            }
            _ => return current,
        };
    }
    current
}

/// Whether an expression is the value of an attribute of an HTML element that may be absent and not null.
pub(super) fn attribute_refuses(module: &Module, element: ExprId, value: ExprId) -> bool {
    let ExprKind::Jsx { tag: Some(tag), attributes, .. } = &module.expr(element).kind else { return false };
    let tag = module.slice(module.expr(*tag).range);
    let is_html = tag.starts_with(|first: char| first.is_ascii_lowercase()) && !tag.contains(['-', '.', ':']);
    let key = attributes.iter().find(|entry| entry.value == value).and_then(|entry| match entry.key {
        EntryKey::Name(key) => Some(module.text(key)),
        EntryKey::Shorthand(_) | EntryKey::Computed(_) | EntryKey::Spread => None,
    });
    is_html && key.is_some_and(|key| !NULLABLE_ATTRIBUTES.contains(&key) && !key.starts_with("data-"))
}
