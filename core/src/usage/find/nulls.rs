//! Where the value of a column is used as if it could not be null.
//!
//! A use fails on null by itself (`user.name.trim()`), or hands the value on to where null is not declared: a parameter, a
//! key of an object type, a prop, what a function returns, an annotated variable.

use crate::code::eval::{Call, Context};
use crate::code::library::{FieldAccess, NamedField};
use crate::code::tree::{
    ArgumentSpread, BinaryOp, BindingKind, Entry, EntryKey, ExprId, ExprKind, Module, Parent, PatternId,
    PatternKind, PatternSource, Site, SiteKind, StmtKind, UnaryOp,
};
use crate::code::value::Value;
use crate::text::{Span, TextRange};
use crate::usage::find::Finder;
use crate::usage::find::guards::is_guarded;

/// Python's functions that raise `TypeError` for `None`, with the position of the argument
/// (docs.python.org/3/library/functions.html, json.html, re.html, uuid.html).
const RAISES_ON_NONE: [(&str, usize); 40] = [
    ("len", 0),
    ("int", 0),
    ("float", 0),
    ("abs", 0),
    ("round", 0),
    ("ord", 0),
    ("chr", 0),
    ("pow", 0),
    ("divmod", 0),
    ("list", 0),
    ("tuple", 0),
    ("set", 0),
    ("frozenset", 0),
    ("dict", 0),
    ("iter", 0),
    ("next", 0),
    ("sorted", 0),
    ("reversed", 0),
    ("sum", 0),
    ("any", 0),
    ("all", 0),
    ("enumerate", 0),
    ("zip", 0),
    ("zip", 1),
    ("map", 1),
    ("filter", 1),
    ("open", 0),
    ("bytearray", 0),
    ("json.loads", 0),
    ("re.match", 1),
    ("re.search", 1),
    ("re.fullmatch", 1),
    ("re.sub", 2),
    ("re.split", 1),
    ("pathlib.Path", 0),
    ("datetime.datetime.fromisoformat", 0),
    ("datetime.datetime.fromtimestamp", 0),
    ("base64.b64decode", 0),
    ("base64.b64encode", 0),
    ("uuid.UUID", 0),
];

impl Finder<'_> {
    /// The places where the value read at a site is used as if it were never null: the site itself, or the uses of the
    /// variable that the value was put into.
    pub(super) fn required_at(&self, module: &Module, site: Site, named: &NamedField) -> Vec<Span> {
        if !self.asks_required.get() {
            return Vec::new();
        }
        let cx = Context::of(module);
        // A column as an object of the query language is no value; what the query gives is.
        if named.in_query && named.access != FieldAccess::Write {
            let ranges = match site.kind {
                SiteKind::Member(expr) if module.language.is_python() => self.unpacked(cx, expr, named),
                _ => Vec::new(),
            };
            return ranges.into_iter().map(|range| module.span(range)).collect();
        }
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

    /// The uses that a variable's value reaches without a test on the way.
    fn uses_without_guard(&self, cx: Context<'_>, variable: PatternId) -> Vec<TextRange> {
        self.uses_where(cx, variable, |expr| self.refuses_null(cx, expr) && !is_guarded(cx.module, expr))
    }

    /// The uses that a variable's value reaches, of those that are wanted.
    pub(super) fn uses_where(
        &self,
        cx: Context<'_>,
        variable: PatternId,
        is_wanted: impl Fn(ExprId) -> bool,
    ) -> Vec<TextRange> {
        let module = cx.module;
        let bound = module.pattern(variable);
        let PatternKind::Name(name) = bound.kind else { return Vec::new() };
        let name = module.text(name);
        let bindings = module.bindings_named(bound.scope, name);
        let reaches = |expr: ExprId| {
            if bindings.len() == 1 {
                return true;
            }
            let same_function = self.eval.function_around(module, module.expr(expr).scope)
                == self.eval.function_around(module, bound.scope);
            let reaching = self.eval.reaching(module, &bindings, module.expr(expr).range.start);
            same_function && reaching.iter().any(|binding| binding.kind == BindingKind::Pattern(variable))
        };
        let uses = self.eval.uses_of(module, bound.scope, name);
        let found = uses.iter().copied().filter(|expr| reaches(*expr) && is_wanted(*expr));
        found.map(|expr| module.expr(expr).range).collect()
    }

    /// The uses of the variables that a selected column is unpacked into in the same function:
    /// `for id, name in session.execute(select(User.id, User.name))`.
    fn unpacked(&self, cx: Context<'_>, expr: ExprId, named: &NamedField) -> Vec<TextRange> {
        let module = cx.module;
        let Some(function) = self.eval.function_around(module, module.expr(expr).scope) else {
            return Vec::new();
        };
        let within = module.function(function).range;
        let column = Value::Field(named.entity, named.field.as_str().into());
        let is_part = |id: PatternId| {
            let pattern = module.pattern(id);
            let is_part = matches!(pattern.source, PatternSource::Part { .. });
            is_part && within.contains_range(pattern.range) && matches!(pattern.kind, PatternKind::Name(_))
        };
        (0..module.patterns.len())
            .filter_map(|index| u32::try_from(index).ok().map(PatternId))
            .filter(|id| is_part(*id) && self.eval.pattern(cx, *id).value == column)
            .flat_map(|id| self.uses_without_guard(cx, id))
            .collect()
    }

    fn refuses_null(&self, cx: Context<'_>, expr: ExprId) -> bool {
        fails_on_null(cx.module, expr)
            || self.raises_on_none(cx, expr)
            || (self.declares_null(cx.module)
                && !may_be_undefined(cx.module, expr)
                && self.goes_where_null_may_not(cx, expr))
    }

    /// Whether the types of a file say where null can be: without `strictNullChecks` they take it everywhere.
    fn declares_null(&self, module: &Module) -> bool {
        module.language.is_python() || self.project.checks_null(self.project.sources().path(module.file))
    }

    /// Whether the value is given to a function of Python that takes no `None`.
    fn raises_on_none(&self, cx: Context<'_>, expr: ExprId) -> bool {
        let Parent::Expr(parent) = cx.module.expr(expr).parent else { return false };
        let Some(call) = Call::at(cx, parent).filter(|_| cx.module.language.is_python()) else {
            return false;
        };
        let Some(index) = call.args.iter().position(|arg| arg.value == expr && arg.name.is_none()) else {
            return false;
        };
        match self.eval.expr(cx, call.callee).value {
            Value::External(path) => {
                let path = path.strip_prefix("builtins.").unwrap_or(&path);
                RAISES_ON_NONE.contains(&(path, index))
            }
            _ => false,
        }
    }
}

/// The variable that a value is put into as it is: `const type = order.type`, also where it is one of two.
pub(super) fn variable_of(module: &Module, expr: ExprId) -> Option<PatternId> {
    let mut expr = expr;
    while let Parent::Expr(parent) = module.expr(expr).parent {
        expr = match &module.expr(parent).kind {
            ExprKind::Conditional { test, .. } if *test != expr => parent,
            ExprKind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, right, .. } if *right == expr => parent,
            _ => return None,
        };
    }
    let Parent::Stmt(stmt) = module.expr(expr).parent else { return None };
    match &module.stmt(stmt).kind {
        StmtKind::Assign { targets, annotation: None, value: Some(value), op: None, .. }
            if *value == expr =>
        {
            let [target] = targets.as_slice() else { return None };
            Some(*target)
        }
        _ => None,
    }
}

/// Whether the expression is used in a way that fails on null, whatever is declared.
pub(super) fn fails_on_null(module: &Module, expr: ExprId) -> bool {
    let python = module.language.is_python();
    match module.expr(expr).parent {
        Parent::Expr(parent) => fails_in(module, parent, expr),
        Parent::Stmt(stmt) => match &module.stmt(stmt).kind {
            StmtKind::For { iterable, keys: false, .. } => *iterable == expr,
            // `total += row.amount`.
            StmtKind::Assign { op: Some(op), value: Some(value), .. } => {
                *value == expr && (python || *op != BinaryOp::Add)
            }
            _ => false,
        },
        // `row.amount += 1`.
        Parent::Pattern(pattern) => matches!(module.pattern(pattern).source, PatternSource::Augmented(_)),
        Parent::Function(_) | Parent::Class(_) | Parent::Type(_) => false,
    }
}

fn fails_in(module: &Module, parent: ExprId, expr: ExprId) -> bool {
    let python = module.language.is_python();
    let spreads = |entry: &Entry| entry.value == expr && matches!(entry.key, EntryKey::Spread);
    match &module.expr(parent).kind {
        ExprKind::Member { object, optional: false, .. } => *object == expr,
        // `byCode[null]` is refused in TypeScript: null is no key of an object.
        ExprKind::Index { object, index, optional: false } => *object == expr || (*index == expr && !python),
        ExprKind::Call { callee, args, optional, .. } => {
            (*callee == expr && !optional)
                || args.iter().any(|arg| arg.value == expr && arg.spread != ArgumentSpread::None)
        }
        ExprKind::Binary { op: BinaryOp::Order | BinaryOp::Add | BinaryOp::Other, .. } => true,
        ExprKind::Binary { op: BinaryOp::In | BinaryOp::NotIn, right, .. } => *right == expr,
        ExprKind::Binary { op: BinaryOp::BitAnd | BinaryOp::BitOr, .. } => python,
        ExprKind::Unary { op: UnaryOp::Minus, .. } => true,
        ExprKind::Unary { op: UnaryOp::Other, .. } => python,
        ExprKind::Spread(_) => true,
        ExprKind::Object { entries } => python && entries.iter().any(spreads),
        ExprKind::Comprehension { clauses, .. } => clauses.iter().any(|clause| clause.iterable == expr),
        ExprKind::Yield { value, each: true } => *value == Some(expr),
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
