//! What methods of sessions send: `refresh` and `merge` load rows, `delete` reads what hangs on them, and after `commit`,
//! `rollback` and `expire` the next read of an object loads it again.
//!
//! Sources: "Refreshing / Expiring", "Session Basics", "Cascades" (`delete`), and the statements that were sent when the shapes
//! were run.

use crate::code::eval::{Call, Context, Evaluator, callee_name};
use crate::code::library::{AskedColumn, FieldAccess, Sent};
use crate::code::project::scan::ScanFilter;
use crate::code::tree::{ExprId, ExprKind, Module, Parent, StmtKind};
use crate::code::value::{Projection, Row, Value};
use crate::text::TextRange;
use crate::usage::orm::sqlalchemy::climb::{Climb, call_of};
use crate::usage::orm::sqlalchemy::loads::{chains, options_of};
use crate::usage::orm::sqlalchemy::sends::{LOADS, argument};
use crate::usage::orm::sqlalchemy::{SESSION, SqlAlchemy};

impl SqlAlchemy {
    /// What a method of a session sends: it loads rows again, or makes the next read of one do so.
    pub(super) fn verb(&self, climb: &Climb<'_>, cx: Context<'_>, word: &str, expr: ExprId) -> Vec<Sent> {
        let (eval, asked) = (climb.eval, climb.asked);
        let Some(call) = Call::at(cx, expr) else { return Vec::new() };
        if !self.is_session_call(eval, &call, word) {
            return Vec::new();
        }
        let Some(range) = callee_name(cx.module, expr) else { return Vec::new() };
        let subject = argument(&call, 0, "instance");
        let known = subject.map(|subject| eval.expr(cx, subject));
        let row = known.as_ref().and_then(|known| {
            known.value.alternatives().iter().find_map(|value| match value {
                Value::Row(row) => Some(row.clone()),
                _ => None,
            })
        });
        let sent = |access, why| {
            let known = known.clone().unwrap_or_else(crate::code::value::Known::unknown);
            vec![Sent { range, access, why, known, open: None }]
        };
        match (word, row) {
            ("refresh", Some(row)) => match self.refreshes(eval, asked, &call, &row) {
                true => sent(FieldAccess::Read, "loads every column of the row again"),
                false => Vec::new(),
            },
            ("merge", Some(row)) => {
                let is_told = call
                    .keyword("load")
                    .is_some_and(|load| matches!(cx.module.expr(load).kind, ExprKind::Bool(false)));
                let is_known = subject.is_some_and(|subject| self.is_in_session(eval, cx, subject));
                match !is_told && !is_known && self.loads(eval, asked, row.entity, &[], 0) {
                    true => sent(FieldAccess::Read, LOADS),
                    false => Vec::new(),
                }
            }
            ("delete", Some(row)) => match self.deletes(eval, asked, &row) {
                true => sent(FieldAccess::Read, "sends statements that name the column"),
                false => Vec::new(),
            },
            ("commit" | "rollback" | "expire_all", _) => self.read_again(climb, cx, &call, word, None),
            ("expire" | "make_transient_to_detached", Some(_)) => {
                match (subject, argument(&call, 1, "attribute_names")) {
                    (Some(subject), None) => self.read_again(climb, cx, &call, word, Some(subject)),
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// Whether what a method is called on is a session, as far as that can be told.
    fn is_session_call(&self, eval: &Evaluator<'_>, call: &Call<'_>, word: &str) -> bool {
        let ExprKind::Member { object, .. } = call.module().expr(call.callee).kind else {
            return word == "make_transient_to_detached";
        };
        eval.begin();
        let value = eval.expr(call.cx, object).value;
        let text = call.module().slice(call.module().expr(object).range);
        let named = text.rsplit('.').next().unwrap_or(text).to_ascii_lowercase();
        let is_session = |value: &Value| value.library(SESSION).is_some();
        value.alternatives().iter().any(is_session)
            || (value.is_unknown() && (named.contains("session") || matches!(named.as_str(), "s" | "db")))
    }

    /// Whether `refresh` of the row names the column.
    fn refreshes(&self, eval: &Evaluator<'_>, asked: &AskedColumn, call: &Call<'_>, row: &Row) -> bool {
        // What is to be loaded is said by name, and is no news.
        if argument(call, 1, "attribute_names").is_some() {
            return false;
        }
        let all = chains(options_of(row));
        let is_relation = |chain: &&[Value]| {
            chain.first().is_some_and(|step| match step {
                Value::Library(step) => {
                    !matches!(&*step.text, "load_only" | "defer" | "undefer" | "undefer_group" | "Load")
                }
                _ => false,
            })
        };
        let kept: Vec<&[Value]> = match self.release(eval).refreshes_what_was_loaded {
            true => all,
            false => all.into_iter().filter(|chain| is_relation(chain)).collect(),
        };
        self.loads(eval, asked, row.entity, &kept, 0) || self.loads_of_derived(eval, asked, row)
    }

    /// Whether loading a row again loads the columns of the class that it really is of.
    fn loads_of_derived(&self, eval: &Evaluator<'_>, asked: &AskedColumn, row: &Row) -> bool {
        asked.fields.iter().any(|(owner, _)| {
            *owner != row.entity
                && self.is_kind_of(eval, *owner, row.entity)
                && self.loads(eval, asked, *owner, &[], 0)
        })
    }

    /// Whether deleting a row names the column: it counts versions, or belongs to rows that hang on the row.
    fn deletes(&self, eval: &Evaluator<'_>, asked: &AskedColumn, row: &Row) -> bool {
        let facts = self.facts(eval, row.entity);
        let field = self.asked_field(eval, asked, row.entity);
        if field.is_some() && facts.version == field {
            return true;
        }
        facts.relations.iter().filter(|relation| !relation.passive).any(|relation| {
            let Some(target) = self.target(eval, row.entity, &relation.name) else { return false };
            let holds_key =
                relation.secondary.is_none()
                    && self.facts(eval, row.entity).keys.iter().any(|key| {
                        eval.entity(target).is_some_and(|info| info.entity.table.name == key.table)
                    });
            let is_loaded = !holds_key || relation.cascades;
            is_loaded
                && (self.loads(eval, asked, target, &[], 0)
                    || self.joins_by(eval, asked, row.entity, &relation.name))
        })
    }

    /// The first read of each object after it was expired: it loads the object again.
    fn read_again(
        &self,
        climb: &Climb<'_>,
        cx: Context<'_>,
        call: &Call<'_>,
        word: &str,
        only: Option<ExprId>,
    ) -> Vec<Sent> {
        let eval = climb.eval;
        if word == "commit" && self.keeps_objects(eval) {
            return Vec::new();
        }
        let Some(function) = self.function_range(eval, cx, call.expr) else { return Vec::new() };
        let after = cx.module.expr(call.expr).range.end;
        let only = only.map(|only| cx.module.slice(cx.module.expr(only).range));
        let mut seen: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        for (member, object, name) in reads_after(cx.module, function, after) {
            let text = cx.module.slice(cx.module.expr(object).range);
            if seen.contains(&text) || only.is_some_and(|only| only != text) {
                continue;
            }
            if is_exclusive(eval, cx, call.expr, member) {
                continue;
            }
            eval.begin();
            let known = eval.expr(cx, object);
            let Some(row) = known.value.alternatives().iter().find_map(|value| match value {
                Value::Row(row) => Some(row.clone()),
                _ => None,
            }) else {
                continue;
            };
            seen.push(text);
            let is_write = matches!(cx.module.expr(member).parent, Parent::Pattern(_));
            let is_mapped = eval.entity(row.entity).is_some_and(|info| {
                info.entity.field(cx.module.slice(name)).is_some_and(|field| field.column().is_some())
            });
            if is_write
                || !is_mapped
                || self.is_fresh(eval, cx, object, call, member)
                || self.is_in_async(eval, cx, call.expr)
            {
                continue;
            }
            let reloaded = Row { projection: Projection::All, ..row };
            if self.loads(eval, climb.asked, reloaded.entity, &[], 0)
                || self.loads_of_derived(eval, climb.asked, &reloaded)
            {
                let why = "is read after the object was expired: all its columns are loaded again";
                found.push(Sent { range: name, access: FieldAccess::Read, why, known, open: None });
            }
        }
        found
    }

    /// In a coroutine an expired object cannot load by being read.
    fn is_in_async(&self, eval: &Evaluator<'_>, cx: Context<'_>, expr: ExprId) -> bool {
        let function = eval.function_around(cx.module, cx.module.expr(expr).scope);
        function.is_some_and(|function| cx.module.function(function).is_async)
    }

    /// Whether the variable got another object, or was refreshed, between the two places.
    fn is_fresh(
        &self,
        eval: &Evaluator<'_>,
        cx: Context<'_>,
        object: ExprId,
        from: &Call<'_>,
        to: ExprId,
    ) -> bool {
        let ExprKind::Name(name) = cx.module.expr(object).kind else { return true };
        let text = cx.module.text(name);
        let (start, end) = (cx.module.expr(from.expr).range.end, cx.module.expr(to).range.start);
        let between = |range: TextRange| range.start >= start && range.end <= end;
        let Some(found) = eval.lookup(cx.module, cx.module.expr(object).scope, text) else { return true };
        let rebound = found.bindings.iter().any(|binding| match binding.kind {
            crate::code::tree::BindingKind::Pattern(pattern) => between(cx.module.pattern(pattern).range),
            _ => false,
        });
        let refreshed = cx.module.sites_named("refresh").any(|site| {
            let crate::code::tree::SiteKind::Member(member) = site.kind else { return false };
            between(site.range)
                && call_of(cx, member).and_then(|call| Call::at(cx, call)).is_some_and(|call| {
                    call.positional(0).is_some_and(|arg| cx.module.slice(cx.module.expr(arg).range) == text)
                })
        });
        rebound || refreshed
    }

    /// Whether the project's sessions keep their objects over a commit.
    fn keeps_objects(&self, eval: &Evaluator<'_>) -> bool {
        *self.keeps.get_or_init(|| {
            let python = ScanFilter { javascript: false, ..ScanFilter::default() };
            let found = eval.project().scan(&["expire_on_commit"], python);
            found.hits.iter().flatten().any(|(file, offsets)| {
                let is_false = |text: &[u8]| {
                    offsets.iter().any(|at| {
                        let rest = text.get(*at as usize + "expire_on_commit".len()..).unwrap_or_default();
                        let rest: String = rest.iter().take(12).map(|byte| char::from(*byte)).collect();
                        rest.trim_start_matches(['"', '\'', ' ', '=', ':']).starts_with("False")
                    })
                };
                eval.project().sources().search(*file, is_false).unwrap_or(false)
            })
        })
    }
}

/// Attributes of variables that are read or written behind a place in a function, in order.
fn reads_after(module: &Module, function: TextRange, after: u32) -> Vec<(ExprId, ExprId, TextRange)> {
    let members = (0..).map(ExprId).zip(&module.exprs);
    let mut found: Vec<(ExprId, ExprId, TextRange)> = members
        .filter(|(_, expr)| expr.range.start >= after && function.contains_range(expr.range))
        .filter_map(|(id, expr)| match expr.kind {
            ExprKind::Member { object, name, .. } => {
                matches!(module.expr(object).kind, ExprKind::Name(_)).then_some((id, object, name.range))
            }
            _ => None,
        })
        .collect();
    found.sort_by_key(|(_, _, name)| name.start);
    found
}

/// Whether the two stand in branches of which only one runs, or the first one's block ends the function.
fn is_exclusive(eval: &Evaluator<'_>, cx: Context<'_>, first: ExprId, second: ExprId) -> bool {
    let Some(mut stmt) = eval.innermost_stmt(cx.module, cx.module.expr(first).range) else { return true };
    let at = cx.module.expr(second).range;
    while let Some(parent) = cx.module.stmt(stmt).parent {
        let around = cx.module.stmt(parent);
        let blocks: Vec<&Vec<crate::code::tree::StmtId>> = match &around.kind {
            StmtKind::If { then, otherwise, .. } => vec![then, otherwise],
            StmtKind::Try { handlers, .. } => handlers.iter().map(|handler| &handler.body).collect(),
            _ => Vec::new(),
        };
        for block in blocks.into_iter().filter(|block| block.contains(&stmt)) {
            let inside = block.iter().any(|id| cx.module.stmt(*id).range.contains_range(at));
            let ends = block.iter().any(|id| {
                matches!(
                    cx.module.stmt(*id).kind,
                    StmtKind::Return(_) | StmtKind::Raise(_) | StmtKind::Continue
                )
            });
            if !inside && (around.range.contains_range(at) || ends) {
                return true;
            }
        }
        stmt = parent;
    }
    false
}
