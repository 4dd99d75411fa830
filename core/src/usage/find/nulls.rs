//! Where the value of a column is used as if it could not be null.
//!
//! A use fails on null by itself (`user.name.trim()`), or hands the value on to where null is not declared: a parameter, a
//! key of an object type, a prop, what a function returns, an annotated variable.

use crate::code::eval::{Call, Context};
use crate::code::library::{FieldAccess, NamedField};
use crate::code::project::ImportTarget;
use crate::code::tree::{
    ArgumentSpread, BinaryOp, BindingKind, Entry, EntryKey, ExprId, ExprKind, Imported, MemberKind, Module,
    Parent, PatternId, PatternKind, ScopeId, Site, SiteKind, StmtKind, TypeId, TypeKind,
};
use crate::code::value::{FunctionRef, Value};
use crate::text::{Span, TextRange};
use crate::usage::find::Finder;
use crate::usage::find::guards::is_guarded;

/// Types by these names take null, or do not say what they take.
const TAKES_NULL: [&str; 10] =
    ["any", "unknown", "void", "never", "ReactNode", "Any", "object", "Object", "None", "Hashable"];

/// Methods of a list or set whose argument is compared with the items: TypeScript wants it to be one.
const COMPARES_ITEMS: [&str; 4] = ["includes", "indexOf", "lastIndexOf", "has"];

impl Finder<'_> {
    /// The places where the value read at a site is used as if it were never null: the site itself, or the uses of the
    /// variable that the value was put into.
    pub(super) fn required_at(&self, module: &Module, site: Site, named: &NamedField) -> Vec<Span> {
        // A column as an object of the query language is no value.
        if named.in_query && named.access != FieldAccess::Write {
            return Vec::new();
        }
        let cx = Context::of(module);
        let ranges = match site.kind {
            SiteKind::Member(expr) if is_guarded(module, expr) => Vec::new(),
            SiteKind::Member(expr) if self.refuses_null(cx, expr) => vec![site.range],
            SiteKind::Member(expr) => variable_of(module, expr)
                .map_or_else(Vec::new, |variable| self.uses_without_guard(cx, variable)),
            SiteKind::PatternKey { pattern, entry } => match &module.pattern(pattern).kind {
                PatternKind::Object(entries) => entries
                    .get(entry as usize)
                    .map_or_else(Vec::new, |entry| self.uses_without_guard(cx, entry.pattern)),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        ranges.into_iter().map(|range| module.span(range)).collect()
    }

    /// The uses of a variable that is bound only once: a second value may be another than the column's.
    fn uses_without_guard(&self, cx: Context<'_>, variable: PatternId) -> Vec<TextRange> {
        let module = cx.module;
        let bound = module.pattern(variable);
        let PatternKind::Name(name) = bound.kind else { return Vec::new() };
        let name = module.text(name);
        if module.bindings_named(bound.scope, name).len() != 1 {
            return Vec::new();
        }
        let uses = self.eval.uses_of(module, bound.scope, name);
        let fails = |expr: &ExprId| self.refuses_null(cx, *expr) && !is_guarded(module, *expr);
        uses.iter().copied().filter(fails).map(|expr| module.expr(expr).range).collect()
    }

    fn refuses_null(&self, cx: Context<'_>, expr: ExprId) -> bool {
        fails_on_null(cx.module, expr)
            || (!may_be_undefined(cx.module, expr) && self.goes_where_null_may_not(cx, expr))
    }

    fn goes_where_null_may_not(&self, cx: Context<'_>, expr: ExprId) -> bool {
        let module = cx.module;
        match module.expr(expr).parent {
            Parent::Expr(parent) => match &module.expr(parent).kind {
                ExprKind::Call { callee, .. } if *callee != expr => self.argument_refuses(cx, parent, expr),
                ExprKind::Object { entries } => {
                    self.key_refuses(cx, &self.eval.expected(cx, parent).value, entries, expr)
                }
                ExprKind::Jsx { attributes, .. } => {
                    self.key_refuses(cx, &self.eval.jsx_props(cx, parent).value, attributes, expr)
                }
                _ => false,
            },
            Parent::Stmt(stmt) => match &module.stmt(stmt).kind {
                StmtKind::Return(_) => self.return_refuses(cx, expr),
                StmtKind::Assign { annotation: Some(ty), .. } => self.excludes_null(cx, *ty),
                _ => false,
            },
            Parent::Function(function) => {
                module.function(function).expression == Some(expr) && self.return_refuses(cx, expr)
            }
            _ => false,
        }
    }

    /// Whether every function that a call may mean declares a parameter without null.
    fn argument_refuses(&self, cx: Context<'_>, at: ExprId, argument: ExprId) -> bool {
        let Some(call) = Call::at(cx, at) else { return false };
        let Some(index) = call.args.iter().position(|arg| arg.value == argument) else { return false };
        if call.args.iter().take(index + 1).any(|arg| arg.spread != ArgumentSpread::None) {
            return false;
        }
        if !cx.module.language.is_python()
            && let ExprKind::Member { object, name, .. } = cx.module.expr(call.callee).kind
            && COMPARES_ITEMS.contains(&cx.module.text(name))
        {
            return self.items_exclude_null(cx, object, 0);
        }
        let callee = self.eval.expr(cx, call.callee).value;
        callee.alternatives().iter().all(|value| match value {
            Value::Function(function) => self.parameter_refuses(function, &call, index),
            Value::Class(class) => self
                .eval
                .constructor(*class)
                .is_some_and(|function| self.parameter_refuses(&function, &call, index)),
            _ => false,
        })
    }

    fn parameter_refuses(&self, function: &FunctionRef, call: &Call<'_>, index: usize) -> bool {
        let Some(module) = self.eval.module(function.file) else { return false };
        let Some(position) = self.eval.parameter_index(&module, function, call, index) else { return false };
        let Some(param) = module.function(function.id).params.get(position) else { return false };
        let null_is_default =
            param.default.is_some_and(|default| matches!(module.expr(default).kind, ExprKind::Null));
        let cx = Context { module: &module, frame: function.frame };
        !null_is_default
            && param.annotation.is_some_and(|ty| self.items_or_itself_excludes(cx, ty, param.kind))
    }

    /// As [`Self::excludes_null`]; of a rest parameter the items are meant.
    fn items_or_itself_excludes(
        &self,
        cx: Context<'_>,
        ty: TypeId,
        kind: crate::code::tree::ParamKind,
    ) -> bool {
        let is_rest = kind == crate::code::tree::ParamKind::RestItems && !cx.module.language.is_python();
        match cx.module.ty(ty).kind {
            TypeKind::Array(item) if is_rest => self.excludes_null(cx, item),
            _ => !is_rest && self.excludes_null(cx, ty),
        }
    }

    /// Whether a list is written so that none of its items can be null: constants, a declared type.
    fn items_exclude_null(&self, cx: Context<'_>, list: ExprId, depth: u32) -> bool {
        let module = cx.module;
        match &module.expr(list).kind {
            ExprKind::Sequence { items, .. } => {
                let constant = |item: &ExprId| matches!(self.eval.expr(cx, *item).value, Value::Str(_));
                !items.is_empty() && items.iter().all(constant)
            }
            ExprKind::Cast { ty, value, .. } => match module.ty(*ty).kind {
                TypeKind::Array(item) => self.excludes_null(cx, item),
                _ => self.items_exclude_null(cx, *value, depth),
            },
            ExprKind::Name(name) if depth < 4 => {
                self.name_excludes_null(cx, module.expr(list).scope, module.text(*name), depth + 1)
            }
            _ => false,
        }
    }

    /// As [`Self::items_exclude_null`], of a list that is bound to a name here or in the file that it is imported from.
    fn name_excludes_null(&self, cx: Context<'_>, scope: ScopeId, name: &str, depth: u32) -> bool {
        let module = cx.module;
        let Some(found) = self.eval.lookup(module, scope, name) else { return false };
        let [binding] = found.bindings.as_slice() else { return false };
        match binding.kind {
            BindingKind::Pattern(pattern) => self.variable_excludes_null(cx, pattern, depth),
            BindingKind::Import { import, index } if depth < 4 => {
                let names = &module.import(import).names;
                let Some(Imported::Name(name)) = names.get(index as usize).map(|name| name.what) else {
                    return false;
                };
                let ImportTarget::File(file) = self.project.resolve_import(module, import) else {
                    return false;
                };
                self.eval.module(file).is_some_and(|from| {
                    let cx = Context::of(&from);
                    self.name_excludes_null(cx, from.root_scope(), module.text(name), depth + 1)
                })
            }
            _ => false,
        }
    }

    fn variable_excludes_null(&self, cx: Context<'_>, pattern: PatternId, depth: u32) -> bool {
        use crate::code::tree::PatternSource;
        match cx.module.pattern(pattern).source {
            PatternSource::Value { annotation: Some(ty), .. } => match cx.module.ty(ty).kind {
                TypeKind::Array(item) => self.excludes_null(cx, item),
                _ => false,
            },
            PatternSource::Value { value: Some(value), .. } => self.items_exclude_null(cx, value, depth),
            _ => false,
        }
    }

    /// Whether every shape that an object may have declares the key without null.
    fn key_refuses(&self, cx: Context<'_>, wanted: &Value, entries: &[Entry], value: ExprId) -> bool {
        let Some(entry) = entries.iter().find(|entry| entry.value == value) else { return false };
        let (EntryKey::Name(key) | EntryKey::Shorthand(key)) = entry.key else { return false };
        let key = cx.module.text(key);
        let shapes = wanted.alternatives();
        let mut shapes = shapes.iter().filter(|shape| !matches!(shape, Value::Null)).peekable();
        shapes.peek().is_some() && shapes.all(|shape| self.member_excludes_null(shape, key))
    }

    /// Whether an object type, interface or class itself declares a member without null. A row's own member changes with the column.
    fn member_excludes_null(&self, shape: &Value, key: &str) -> bool {
        match shape {
            Value::TypeObject(place) => self.eval.module(place.file).is_some_and(|module| {
                let TypeKind::Object(members) = &module.ty(place.id).kind else { return false };
                let found = members.iter().find(|member| module.text(member.name) == key);
                let cx = Context { module: &module, frame: place.frame };
                found.and_then(|member| member.ty).is_some_and(|ty| self.excludes_null(cx, ty))
            }),
            Value::Instance(class, _) => self.eval.module(class.file).is_some_and(|module| {
                let members = &module.class(class.id).members;
                let found = members.iter().find(|member| module.text(member.name) == key);
                found.is_some_and(|member| match member.kind {
                    MemberKind::Field { annotation: Some(ty), .. } => {
                        self.excludes_null(Context::of(&module), ty)
                    }
                    _ => false,
                })
            }),
            Value::Merged(parts) => parts.iter().any(|part| self.member_excludes_null(part, key)),
            _ => false,
        }
    }

    fn return_refuses(&self, cx: Context<'_>, expr: ExprId) -> bool {
        let module = cx.module;
        let function = match module.expr(expr).parent {
            Parent::Function(function) => Some(function),
            _ => self.eval.function_around(module, module.expr(expr).scope),
        };
        let Some(declared) = function.map(|function| module.function(function)) else { return false };
        let Some(ty) = declared.returns.filter(|_| !declared.is_generator) else { return false };
        match &module.ty(ty).kind {
            TypeKind::Name { args, .. } if declared.is_async && !module.language.is_python() => {
                args.first().is_some_and(|ty| self.excludes_null(cx, *ty))
            }
            _ => self.excludes_null(cx, ty),
        }
    }

    /// Whether a written type certainly has no null. One that is taken from another (`User["email"]`) may change with the
    /// column, one of a library is not known.
    fn excludes_null(&self, cx: Context<'_>, ty: TypeId) -> bool {
        match &cx.module.ty(ty).kind {
            TypeKind::Union(items) => items.iter().all(|item| self.excludes_null(cx, *item)),
            TypeKind::Wrapped(inner) => self.excludes_null(cx, *inner),
            TypeKind::Array(_)
            | TypeKind::Tuple(_)
            | TypeKind::Object(_)
            | TypeKind::Function { .. }
            | TypeKind::StrLiteral(_)
            | TypeKind::OtherLiteral => true,
            TypeKind::Name { path, .. } => {
                let takes_null = path.last().is_none_or(|name| TAKES_NULL.contains(&cx.module.text(*name)));
                let plain = |value: &Value| {
                    matches!(
                        value,
                        Value::Other
                            | Value::Str(_)
                            | Value::Instance(..)
                            | Value::TypeObject(_)
                            | Value::List(_)
                            | Value::Map(_)
                            | Value::Tuple(_)
                            | Value::Row(_)
                    )
                };
                !takes_null && self.eval.type_value(cx, ty).value.alternatives().iter().all(plain)
            }
            _ => false,
        }
    }
}

/// The variable that a value is put into as it is: `const type = order.type`.
fn variable_of(module: &Module, expr: ExprId) -> Option<PatternId> {
    let Parent::Stmt(stmt) = module.expr(expr).parent else { return None };
    match &module.stmt(stmt).kind {
        StmtKind::Assign { targets, annotation: None, value: Some(value), .. } if *value == expr => {
            let [target] = targets.as_slice() else { return None };
            Some(*target)
        }
        _ => None,
    }
}

/// Whether the expression is used in a way that fails on null, whatever is declared.
fn fails_on_null(module: &Module, expr: ExprId) -> bool {
    let Parent::Expr(parent) = module.expr(expr).parent else { return false };
    match &module.expr(parent).kind {
        ExprKind::Member { object, optional: false, .. } => *object == expr,
        // `byCode[null]` is refused in TypeScript: null is no key of an object.
        ExprKind::Index { object, index, optional: false } => {
            *object == expr || (*index == expr && !module.language.is_python())
        }
        ExprKind::Binary { op: BinaryOp::Order | BinaryOp::Add | BinaryOp::Other, .. } => true,
        _ => false,
    }
}

/// Whether a `?.` on the way to the value lets it be undefined already: where it goes is no news.
fn may_be_undefined(module: &Module, expr: ExprId) -> bool {
    let mut current = expr;
    loop {
        current = match module.expr(current).kind {
            ExprKind::Member { optional: true, .. } | ExprKind::Index { optional: true, .. } => return true,
            ExprKind::Member { object, .. } | ExprKind::Index { object, .. } => object,
            ExprKind::Call { callee, .. } => callee,
            _ => return false,
        };
    }
}
