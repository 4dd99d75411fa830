//! A reference to a class, followed outwards to the statement that it becomes a part of. A query is judged by what it is when it
//! is sent, and told where it begins.
//!
//! Sources: "Legacy Query API" (`count`, `exists`, `with_entities`), "SELECT statements" (`subquery`, `cte`, `with_only_columns`),
//! and the statements that were sent when the shapes were run.

use crate::code::eval::{Call, Context, Evaluator, callee_name};
use crate::code::library::AskedColumn;
use crate::code::tree::{BinaryOp, ExprId, ExprKind, Parent, PatternKind, StmtKind};
use crate::code::value::{LibraryValue, Value};
use crate::text::TextRange;
use crate::usage::orm::sqlalchemy::query::{joined, options, selected};
use crate::usage::orm::sqlalchemy::{
    DML, LOADER, QUERY, RESULT, SCALARS, SELECT, SESSION, STEP, SUBQUERY, SqlAlchemy, TABLE, function_name,
};

/// Steps outwards that are taken at most.
const LONGEST: usize = 48;
/// Variables that are followed one after the other.
const MOST_VARIABLES: u32 = 6;

/// Methods that make a statement a part of another one, which names all mapped columns of its entities.
const PARTS: [&str; 15] = [
    "subquery",
    "cte",
    "alias",
    "lateral",
    "scalar_subquery",
    "as_scalar",
    "from_self",
    "exists",
    "union",
    "union_all",
    "intersect",
    "intersect_all",
    "except_",
    "except_all",
    "in_",
];

/// Methods of sessions and connections that send the statement in their first argument.
const SENDING: [&str; 8] =
    ["execute", "scalars", "scalar", "stream", "stream_scalars", "exec", "first_or_404", "one_or_404"];

/// Where a statement got to, one step further out.
enum Step {
    /// On: what it is now.
    On(Value),
    /// It is sent, or goes where it is not followed: judged by its elements and options.
    Sent(Value),
    /// It is a part of another one: all mapped columns are named.
    Part(Value),
    /// It is sent, and counted as a part of another one.
    Both(Value),
    /// Judged already.
    Known(bool),
}

/// One column that is followed.
pub struct Climb<'a> {
    /// The knowledge of the library.
    pub orm: &'a SqlAlchemy,
    /// The evaluator.
    pub eval: &'a Evaluator<'a>,
    /// The column.
    pub asked: &'a AskedColumn,
}

impl<'a> Climb<'a> {
    /// Whether the statement that `start` becomes a part of names the column; `value` is what `start` stands for.
    pub fn reads(
        &self,
        cx: Context<'_>,
        start: ExprId,
        value: Value,
        extra: &[Value],
        followed: u32,
    ) -> bool {
        let (mut current, mut value, mut extra) = (start, value, extra.to_vec());
        for _ in 0..LONGEST {
            let Parent::Expr(parent) = cx.module.expr(current).parent else {
                return self.bound(cx, current, &value, &extra, followed);
            };
            let step = match &cx.module.expr(parent).kind {
                ExprKind::Member { object, .. } if *object == current => match call_of(cx, parent) {
                    Some(call) => {
                        let step = self.method(cx, &value, call);
                        current = call;
                        step
                    }
                    None => {
                        current = parent;
                        self.attribute(cx, parent)
                    }
                },
                // The class is called: an object, and no query. `Repo[User](session)` makes what queries it.
                ExprKind::Call { callee, .. } if *callee == current => {
                    current = parent;
                    self.instance(cx, parent)
                }
                ExprKind::Index { index, .. } if *index == current => {
                    current = parent;
                    continue;
                }
                ExprKind::Call { .. } => {
                    current = parent;
                    self.argument(cx, &value, parent, &mut extra)
                }
                ExprKind::Sequence { .. }
                | ExprKind::Spread(_)
                | ExprKind::Await(_)
                | ExprKind::NonNull(_)
                | ExprKind::Conditional { .. }
                | ExprKind::Binary { op: BinaryOp::Or, .. } => {
                    current = parent;
                    continue;
                }
                _ => Step::Sent(value.clone()),
            };
            match step {
                Step::On(next) => value = next,
                Step::Known(known) => return known,
                Step::Sent(value) => return self.is_named(&value, &extra),
                Step::Part(value) => return self.is_selected(&value),
                Step::Both(value) => return self.is_named(&value, &extra) || self.is_selected(&value),
            }
        }
        false
    }

    /// What is bound to a variable is followed to where the variable is used.
    fn bound(&self, cx: Context<'_>, current: ExprId, value: &Value, extra: &[Value], followed: u32) -> bool {
        let is_followed = matches!(value, Value::Class(_) | Value::Entity(_))
            || matches!(value, Value::Library(library) if matches!(library.kind, SELECT | QUERY | TABLE | DML));
        let uses = if is_followed && followed < MOST_VARIABLES { self.uses(cx, current) } else { None };
        match uses {
            Some(uses) if !uses.is_empty() => uses.into_iter().any(|used| {
                self.eval.begin();
                let now = self.eval.expr(cx, used).value;
                let own =
                    now.alternatives().iter().find(|now| kind(now) == kind(value)).unwrap_or(value).clone();
                self.reads(cx, used, own, extra, followed + 1)
            }),
            _ => self.is_named(value, extra),
        }
    }

    /// The places behind an assignment that read the variable which the expression is assigned to.
    pub fn uses(&self, cx: Context<'_>, value: ExprId) -> Option<Vec<ExprId>> {
        let stmt = match cx.module.expr(value).parent {
            Parent::Stmt(stmt) => stmt,
            _ => return None,
        };
        let StmtKind::Assign { targets, .. } = &cx.module.stmt(stmt).kind else { return None };
        let [target] = targets.as_slice() else { return None };
        let PatternKind::Name(name) = cx.module.pattern(*target).kind else { return None };
        let text = cx.module.text(name);
        let scope = cx.module.pattern(*target).scope;
        let bound = self.eval.lookup(cx.module, scope, text).map_or(scope, |found| found.scope);
        let uses = self.eval.uses_of(cx.module, bound, text);
        let end = cx.module.stmt(stmt).range.end;
        Some(uses.iter().copied().filter(|used| cx.module.expr(*used).range.start >= end).collect())
    }

    /// `User.query`, `User.__table__`, `users.c`.
    fn attribute(&self, cx: Context<'_>, member: ExprId) -> Step {
        self.eval.begin();
        match self.eval.expr(cx, member).value {
            value @ Value::Library(_) => Step::On(value),
            _ => Step::Known(false),
        }
    }

    /// What a call makes that the class was handed to: an object of the project that queries it.
    fn instance(&self, cx: Context<'_>, call: ExprId) -> Step {
        self.eval.begin();
        match self.eval.expr(cx, call).value {
            value @ Value::Instance(..) => Step::On(value),
            _ => Step::Known(false),
        }
    }

    /// A method of what was followed.
    fn method(&self, cx: Context<'_>, value: &Value, call: ExprId) -> Step {
        let name = callee_name(cx.module, call).map_or("", |range| cx.module.slice(range));
        let kind = kind(value);
        match (kind, name) {
            (QUERY, "count") => return Step::Part(value.clone()),
            (QUERY, "paginate") => return Step::Both(value.clone()),
            (QUERY, "exists") | (QUERY | SELECT, "from_statement") | (QUERY, "update" | "delete") => {
                return Step::Known(false);
            }
            (QUERY | SELECT, name) if PARTS.contains(&name) => return Step::Part(value.clone()),
            _ => {}
        }
        self.eval.begin();
        let next = self.eval.expr(cx, call).value;
        match &next {
            Value::Library(library) if matches!(library.kind, SELECT | QUERY | DML | TABLE) => Step::On(next),
            // A query that is sent by its own method gives rows; what it was decides.
            _ if matches!(kind, QUERY | SELECT) => Step::Sent(value.clone()),
            Value::Instance(..) => Step::On(next),
            _ if matches!(value, Value::Class(_) | Value::Entity(_) | Value::Instance(..)) => {
                self.wrapped(cx, call, next)
            }
            _ => Step::Known(false),
        }
    }

    /// A call that what was followed is an argument of.
    fn argument(&self, cx: Context<'_>, value: &Value, expr: ExprId, extra: &mut Vec<Value>) -> Step {
        let Some(call) = Call::at(cx, expr) else { return Step::Known(false) };
        self.eval.begin();
        let callee = self.eval.expr(cx, call.callee).value;
        let callee = callee.alternatives().iter().find(|callee| **callee != Value::Null).cloned();
        let name = callee_name(cx.module, expr).map_or("", |range| cx.module.slice(range));
        let is_statement = matches!(kind(value), SELECT | QUERY);
        let next = || self.eval.expr(cx, expr).value;
        match callee.unwrap_or(Value::Unknown) {
            Value::External(path) => match function_name(&path) {
                Some("select" | "insert" | "update" | "delete") => Step::On(next()),
                Some("aliased" | "alias") => Step::On(value.clone()),
                Some("with_polymorphic") => {
                    extra.push(self.with_polymorphic(&call));
                    Step::On(value.clone())
                }
                Some("paginate") if is_statement => Step::Both(value.clone()),
                Some("first_or_404" | "one_or_404") if is_statement => Step::Sent(value.clone()),
                Some("get_or_404") => Step::Sent(next()),
                Some("cte" | "lateral" | "subquery") => Step::Part(value.clone()),
                Some(name) if PARTS.contains(&name) && is_statement => Step::Part(value.clone()),
                Some(_) => Step::Known(false),
                None if is_statement => Step::Sent(value.clone()),
                None => Step::Known(false),
            },
            Value::Method(receiver, name) => match &*receiver {
                Value::Library(library) => self.method_argument(cx, value, library, &name, &call),
                Value::Field(..) if is_statement => Step::Part(value.clone()),
                Value::Class(_) | Value::ExternalInstance(..) => self.session_argument(value, &name, next),
                _ if is_statement => Step::Sent(value.clone()),
                _ => Step::Known(false),
            },
            Value::Unknown => self.session_argument(value, name, next),
            Value::Function(_) if !is_statement => self.wrapped(cx, expr, next()),
            Value::Class(_) if !is_statement => self.instance(cx, expr),
            _ if is_statement => Step::Sent(value.clone()),
            _ => Step::Known(false),
        }
    }

    /// An argument of a method of the library's own objects.
    fn method_argument(
        &self,
        cx: Context<'_>,
        value: &Value,
        receiver: &LibraryValue,
        name: &str,
        call: &Call<'_>,
    ) -> Step {
        let next = || self.eval.expr(cx, call.expr).value;
        let is_statement = matches!(kind(value), SELECT | QUERY);
        match (receiver.kind, name) {
            (SESSION, _) => self.session_argument(value, name, next),
            (
                SELECT | QUERY | DML,
                "add_columns" | "add_column" | "add_entity" | "column" | "with_entities"
                | "with_only_columns" | "values" | "returning",
            ) if !is_statement => Step::On(next()),
            (SELECT | QUERY, "join" | "outerjoin" | "join_from") => {
                Step::Known(self.is_joined(receiver, value))
            }
            (_, "select_from") => Step::Known(false),
            _ if is_statement => Step::Part(value.clone()),
            _ => Step::Known(false),
        }
    }

    /// An argument of a method that may be a session's.
    fn session_argument(&self, value: &Value, name: &str, next: impl Fn() -> Value) -> Step {
        let is_statement = matches!(kind(value), SELECT | QUERY | TABLE | DML);
        match name {
            "query" => Step::On(next()),
            "get" | "get_one" | "get_or_404" => Step::Sent(next()),
            "paginate" if is_statement => Step::Both(value.clone()),
            name if SENDING.contains(&name) && is_statement => Step::Sent(value.clone()),
            _ if matches!(kind(value), SELECT | QUERY) => Step::Sent(value.clone()),
            _ => Step::Known(false),
        }
    }

    /// A function of the project that is given the class. Where its body names the class, the query in it is told there.
    fn wrapped(&self, cx: Context<'_>, expr: ExprId, next: Value) -> Step {
        let Some(call) = Call::at(cx, expr) else { return Step::Known(false) };
        let names_itself = self.eval.expr(cx, call.callee).value.alternatives().iter().any(|callee| {
            let Value::Function(function) = callee else { return false };
            let Some(module) = self.eval.module(function.file) else { return false };
            let range = module.function(function.id).range;
            self.asked.fields.iter().filter_map(|(entity, _)| self.eval.entity(*entity)).any(|info| {
                module.sites_named(&info.entity.name).any(|site| range.contains_range(site.range))
            })
        });
        if names_itself {
            return Step::Known(false);
        }
        match &next {
            Value::Library(library) if matches!(library.kind, SELECT | QUERY) => Step::On(next),
            Value::Library(library) if matches!(library.kind, RESULT | SCALARS) => {
                Step::Sent(Value::Tuple(library.args.clone()))
            }
            _ => Step::Sent(next),
        }
    }

    /// `with_polymorphic(Emp, [Eng])` as an option of the statement.
    fn with_polymorphic(&self, call: &Call<'_>) -> Value {
        let mut about = vec![Value::Other];
        let given = self.eval.argument(call, 1).value;
        let items = match &given {
            Value::Tuple(items) => items.to_vec(),
            value => vec![value.clone()],
        };
        about.extend(items.iter().map(|item| match item {
            Value::Str(_) => item.clone(),
            item => self.orm.entity(self.eval, item).map_or(Value::Other, Value::Entity),
        }));
        LibraryValue::of(LOADER, [LibraryValue::named(STEP, about, "with_polymorphic")])
    }

    /// Whether joining the entity names the column: it is a foreign key between the two, or what one references.
    fn is_joined(&self, statement: &LibraryValue, value: &Value) -> bool {
        let Some(entity) = self.orm.entity(self.eval, value) else { return false };
        let others = selected(statement).into_iter().chain(joined(statement));
        let others = others.filter_map(|element| match element {
            Value::Row(row) => Some(row.entity),
            Value::Field(entity, _) | Value::Entity(entity) => Some(entity),
            _ => None,
        });
        others
            .filter(|other| *other != entity)
            .any(|other| self.orm.keyed_by(self.eval, self.asked, other, entity))
    }

    fn is_named(&self, value: &Value, extra: &[Value]) -> bool {
        match value {
            Value::Library(library) if matches!(library.kind, SELECT | QUERY) => {
                let mut all = options(library).to_vec();
                all.extend(extra.iter().cloned());
                selected(library)
                    .iter()
                    .any(|element| self.orm.element_names(self.eval, self.asked, element, &all))
            }
            Value::Library(library) if matches!(library.kind, RESULT | SCALARS) => library
                .args
                .iter()
                .any(|element| self.orm.element_names(self.eval, self.asked, element, extra)),
            Value::Library(_) | Value::Class(_) | Value::Entity(_) => false,
            value => self.orm.element_names(self.eval, self.asked, value, extra),
        }
    }

    fn is_selected(&self, value: &Value) -> bool {
        let Value::Library(library) = value else { return false };
        matches!(library.kind, SELECT | QUERY | SUBQUERY)
            && selected(library).iter().any(|element| match element {
                Value::Row(row) => self.orm.selects(self.eval, self.asked, row),
                _ => false,
            })
    }

    /// The name of the first call outwards from an expression, where the query begins for who reads it.
    pub fn place(&self, cx: Context<'_>, start: ExprId, or: TextRange) -> TextRange {
        let mut current = start;
        for _ in 0..LONGEST {
            let Parent::Expr(parent) = cx.module.expr(current).parent else { break };
            self.eval.begin();
            let is_call = matches!(cx.module.expr(parent).kind, ExprKind::Call { .. });
            if is_call && !matches!(self.eval.expr(cx, parent).value, Value::Instance(..)) {
                return callee_name(cx.module, parent).unwrap_or(or);
            }
            current = parent;
        }
        or
    }
}

/// The call whose callee an expression is.
pub fn call_of(cx: Context<'_>, callee: ExprId) -> Option<ExprId> {
    let Parent::Expr(parent) = cx.module.expr(callee).parent else { return None };
    match cx.module.expr(parent).kind {
        ExprKind::Call { callee: called, .. } if called == callee => Some(parent),
        _ => None,
    }
}

/// The kind of a library value.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Library(library) => library.kind,
        _ => "",
    }
}
