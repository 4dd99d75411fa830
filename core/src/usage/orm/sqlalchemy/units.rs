//! The unit of work: what INSERT, UPDATE and DELETE name beside what code sets, and what methods of sessions load again.
//!
//! Sources: "Column INSERT/UPDATE Defaults", "Fetching Server-Generated Defaults" (`eager_defaults`), "Configuring a Version
//! Counter", "Refreshing / Expiring", "Cascades", and the statements that were sent when the shapes were run.

use crate::code::eval::{Call, Context, Evaluator, callee_name};
use crate::code::library::AskedColumn;
use crate::code::tree::{ExprId, ExprKind, FunctionId, Parent};
use crate::code::value::{Row, Value};
use crate::schema::{EntityId, ValueSource};
use crate::text::TextRange;
use crate::usage::orm::sqlalchemy::climb::{Climb, call_of};
use crate::usage::orm::sqlalchemy::inserts::MAKERS;
use crate::usage::orm::sqlalchemy::loads::{chains, options_of};
use crate::usage::orm::sqlalchemy::{DML, QUERY, SqlAlchemy};

/// What becomes of an object that a constructor makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// A flush inserts it.
    Inserted,
    /// It is written as it is, without what is not set (`bulk_save_objects`).
    Bulk,
    /// It is merged: looked for, then inserted or updated.
    Merged,
    /// It is said to be in the database already, or is found in the session.
    Known,
}

impl SqlAlchemy {
    /// What a statement or object that the reference begins writes by itself, with the name to point at.
    pub(super) fn writes(
        &self,
        climb: &Climb<'_>,
        cx: Context<'_>,
        expr: ExprId,
        entity: EntityId,
    ) -> Option<(TextRange, &'static str)> {
        let eval = climb.eval;
        let field = self.asked_field(eval, climb.asked, entity)?;
        let info = eval.entity(entity)?;
        let mapped = info.entity.field(&field).filter(|field| !field.ignored)?;
        let subject = self.subject_of_write(eval, cx, expr)?;
        let call = Call::at(cx, subject.call)?;
        let range = callee_name(cx.module, subject.call)?;
        let keys = || self.written(eval, cx, subject.call);
        match subject.kind {
            "new" => {
                let insert = self.new_object(eval, cx, &call)?;
                let is_set = insert.0.contains(&field);
                let names = !is_set && self.insert_names(eval, entity, &field, insert.1);
                names.then_some((range, "makes an INSERT that names the column"))
            }
            "insert" => {
                let keys = keys()?;
                (mapped.default == ValueSource::Orm && !keys.contains(&field))
                    .then_some((range, "makes an INSERT that names the column"))
            }
            "update" => (mapped.on_update && !keys().unwrap_or_default().contains(&field))
                .then_some((range, "makes an UPDATE that sets the column")),
            _ => None,
        }
    }

    /// What the reference is the subject of: a constructor, `insert(User)`, `users.update()`, `query(User)...update()`.
    fn subject_of_write(&self, eval: &Evaluator<'_>, cx: Context<'_>, expr: ExprId) -> Option<Subject> {
        let mut current = expr;
        for _ in 0..24 {
            let Parent::Expr(parent) = cx.module.expr(current).parent else { return None };
            if let ExprKind::Call { callee, .. } = cx.module.expr(parent).kind {
                eval.begin();
                let name = callee_name(cx.module, parent).map_or("", |range| cx.module.slice(range));
                let is_maker = matches!(cx.module.expr(callee).kind, ExprKind::Member { object, .. } if object == expr)
                    && MAKERS.contains(&name);
                if (callee == current && parent_is_class(eval, cx, callee)) || is_maker {
                    return Some(Subject { kind: "new", call: parent });
                }
                if matches!(name, "bulk_insert_mappings" | "bulk_update_mappings") {
                    let kind = if name.contains("insert") { "insert" } else { "update" };
                    return Some(Subject { kind, call: parent });
                }
                let receiver = match cx.module.expr(callee).kind {
                    ExprKind::Member { object, .. } => Some(eval.expr(cx, object).value),
                    _ => None,
                };
                let of_query = receiver.as_ref().is_some_and(|value| value.library(QUERY).is_some());
                if of_query && name == "update" {
                    return Some(Subject { kind: "update", call: parent });
                }
                let value = eval.expr(cx, parent).value;
                let dml = value
                    .alternatives()
                    .iter()
                    .find_map(|value| value.library(DML))
                    .map(|dml| dml.text.to_string());
                match dml.as_deref() {
                    Some("insert" | "inserted") => return Some(Subject { kind: "insert", call: parent }),
                    Some("update") => return Some(Subject { kind: "update", call: parent }),
                    Some(_) => return None,
                    None if of_query || value.library(QUERY).is_some() => {}
                    None => return None,
                }
            }
            current = parent;
        }
        None
    }

    /// The fields that a statement is given values of, wherever along its chain; `None` where it is given none.
    fn written(&self, eval: &Evaluator<'_>, cx: Context<'_>, start: ExprId) -> Option<Vec<String>> {
        let mut current = start;
        let mut found = None;
        for _ in 0..24 {
            if let Some(call) = Call::at(cx, current)
                && let Some(insert) = self.insert_of_call(eval, &call)
            {
                let names = insert.fields.into_iter().map(|(name, _)| name);
                found.get_or_insert_with(Vec::new).extend(names);
            }
            let next = match cx.module.expr(current).parent {
                Parent::Expr(parent) => Some(parent),
                _ => None,
            };
            match next {
                Some(parent) => current = parent,
                // A statement in a variable: what it is given stands where the variable is used.
                None => {
                    let climb_uses = self.uses_of_assigned(eval, cx, current);
                    for used in climb_uses {
                        if let Some(more) = self.written(eval, cx, used) {
                            found.get_or_insert_with(Vec::new).extend(more);
                        }
                    }
                    break;
                }
            }
        }
        found
    }

    /// The places that read the variable which an expression is assigned to.
    pub(super) fn uses_of_assigned(
        &self,
        eval: &Evaluator<'_>,
        cx: Context<'_>,
        value: ExprId,
    ) -> Vec<ExprId> {
        let asked = AskedColumn {
            table: crate::schema::TableName::plain(String::new()),
            column: String::new(),
            fields: Vec::new(),
            of_table: Vec::new(),
        };
        Climb { orm: self, eval, asked: &asked }.uses(cx, value).unwrap_or_default()
    }

    /// The fields that a constructor sets, and what becomes of the object.
    fn new_object(
        &self,
        eval: &Evaluator<'_>,
        cx: Context<'_>,
        call: &Call<'_>,
    ) -> Option<(Vec<String>, Fate)> {
        let fate = self.fate(eval, cx, call.expr);
        if matches!(fate, Fate::Merged | Fate::Known) {
            return None;
        }
        let insert = self.insert_of_call(eval, call)?;
        Some((insert.fields.into_iter().map(|(name, _)| name).collect(), fate))
    }

    /// Whether the INSERT of an object names a field that was not set.
    fn insert_names(&self, eval: &Evaluator<'_>, entity: EntityId, field: &str, fate: Fate) -> bool {
        let facts = self.facts(eval, entity);
        let Some(info) = eval.entity(entity) else { return false };
        let Some(mapped) = info.entity.field(field) else { return false };
        let is_version = facts.version.as_deref() == Some(field);
        match mapped.default {
            ValueSource::Orm => true,
            // Fetched by RETURNING, where defaults of the database are.
            ValueSource::Database => {
                fate == Fate::Inserted
                    && (facts.primary.iter().any(|primary| primary == field)
                        || facts.eager_defaults.unwrap_or_else(|| self.release(eval).fetches_defaults))
            }
            // What has no default is set to NULL.
            _ => fate == Fate::Inserted || is_version,
        }
    }

    /// What becomes of the object that a constructor makes.
    pub(super) fn fate(&self, eval: &Evaluator<'_>, cx: Context<'_>, made: ExprId) -> Fate {
        let direct = fate_of_argument(cx, made);
        if let Some(fate) = direct {
            return match fate {
                Fate::Merged if self.is_in_session(eval, cx, made) => Fate::Known,
                fate => fate,
            };
        }
        let uses = self.uses_of_assigned(eval, cx, made);
        uses.into_iter().find_map(|used| fate_of_argument(cx, used)).unwrap_or(Fate::Inserted)
    }

    /// Whether an object of the same class and key was put into the session before, in the same function.
    pub(super) fn is_in_session(&self, eval: &Evaluator<'_>, cx: Context<'_>, made: ExprId) -> bool {
        let Some(call) = Call::at(cx, made) else { return false };
        let Value::Class(class) = eval.expr(cx, call.callee).value else { return false };
        let Some(entity) = eval.class_entity(class) else { return false };
        let facts = self.facts(eval, entity);
        let key = |call: &Call<'_>| -> Option<Vec<String>> {
            let text = |name: &String| {
                call.keyword(name).map(|value| cx.module.slice(cx.module.expr(value).range).to_owned())
            };
            facts.primary.iter().map(text).collect()
        };
        let wanted = key(&call).filter(|key| !key.is_empty());
        let name = cx.module.slice(cx.module.expr(call.callee).range);
        let range = self.function_range(eval, cx, made);
        wanted.is_some()
            && cx.module.sites_named(name).any(|site| {
                let crate::code::tree::SiteKind::Name(expr) = site.kind else { return false };
                site.range.start < cx.module.expr(made).range.start
                    && range.is_some_and(|range| range.contains_range(site.range))
                    && call_of(cx, expr).and_then(|other| Call::at(cx, other)).is_some_and(|other| {
                        key(&other) == wanted && self.fate(eval, cx, other.expr) == Fate::Known
                    })
            })
    }

    /// The function around an expression.
    pub(super) fn function_range(
        &self,
        eval: &Evaluator<'_>,
        cx: Context<'_>,
        expr: ExprId,
    ) -> Option<TextRange> {
        let function: FunctionId = eval.function_around(cx.module, cx.module.expr(expr).scope)?;
        Some(cx.module.function(function).range)
    }

    /// Names of attributes whose change makes an UPDATE that names the column too.
    pub(super) fn attributes_that_update(&self, eval: &Evaluator<'_>, asked: &AskedColumn) -> Vec<String> {
        let mut found = Vec::new();
        for (entity, field) in &asked.fields {
            let Some(info) = eval.entity(*entity).filter(|info| info.class.is_some()) else { continue };
            if self.update_names(eval, *entity, field, None).is_some() {
                let others = info
                    .entity
                    .fields
                    .iter()
                    .filter(|other| other.column().is_some() && other.name != *field);
                found.extend(others.map(|other| other.name.clone()));
            }
        }
        found
    }

    /// Names of attributes of a derived class that has a table of its own: reading one of an object of the base loads it.
    pub(super) fn attributes_of_derived(&self, eval: &Evaluator<'_>, asked: &AskedColumn) -> Vec<String> {
        let mut found = Vec::new();
        for (entity, field) in &asked.fields {
            let Some(info) = eval.entity(*entity) else { continue };
            let Some(class) = info.class else { continue };
            let bases =
                self.lineage(eval, class).into_iter().skip(1).filter_map(|base| eval.class_entity(base));
            let bases: Vec<_> =
                bases.filter_map(|base| eval.entity(base)).filter(|base| !base.entity.is_abstract).collect();
            if bases.is_empty() {
                continue;
            }
            let own = info.entity.fields.iter().filter(|other| {
                other.name != *field && bases.iter().all(|base| base.entity.field(&other.name).is_none())
            });
            found.extend(own.map(|other| other.name.clone()));
        }
        found
    }

    /// Why an UPDATE of other attributes names the field.
    fn update_names(
        &self,
        eval: &Evaluator<'_>,
        entity: EntityId,
        field: &str,
        row: Option<&Row>,
    ) -> Option<&'static str> {
        let facts = self.facts(eval, entity);
        let info = eval.entity(entity)?;
        let mapped = info.entity.field(field)?;
        if mapped.on_update {
            return Some("changes the row: the UPDATE sets the column too (`onupdate`)");
        }
        if facts.version.as_deref() == Some(field) {
            return Some("changes the row: the UPDATE compares and sets the column that counts versions");
        }
        // What the database gives is fetched again where it was not loaded.
        let fetched = facts.eager_defaults == Some(true) && mapped.default == ValueSource::Database;
        let is_key = facts.primary.iter().any(|primary| primary == field);
        let unloaded = row.is_none_or(|row| {
            !self.is_loaded(eval, entity, field, !mapped.deferred, &chains(options_of(row)))
        });
        (fetched && !is_key && unloaded)
            .then_some("changes the row: the column is fetched again (`eager_defaults`)")
    }

    /// What `user.name = "z"` makes the next flush name. One statement is told once: at the first change in a function.
    pub(super) fn update_by_write(
        &self,
        climb: &Climb<'_>,
        cx: Context<'_>,
        member: ExprId,
        object: ExprId,
        row: &Row,
        name: &str,
    ) -> Option<&'static str> {
        let eval = climb.eval;
        let field = self.asked_field(eval, climb.asked, row.entity)?;
        let is_column = eval
            .entity(row.entity)
            .is_some_and(|info| info.entity.field(name).is_some_and(|written| written.column().is_some()));
        if !is_column || field == name || self.is_new(eval, cx, object) {
            return None;
        }
        let why = self.update_names(eval, row.entity, &field, Some(row))?;
        let function = self.function_range(eval, cx, member);
        let text = cx.module.slice(cx.module.expr(object).range);
        let at = cx.module.expr(member).range.start;
        let is_first = !cx.module.exprs.iter().any(|other| {
            let ExprKind::Member { object, name, .. } = other.kind else { return false };
            other.range.start < at
                && matches!(other.parent, Parent::Pattern(_))
                && function.is_some_and(|function| function.contains_range(other.range))
                && cx.module.slice(cx.module.expr(object).range) == text
                && cx.module.text(name) != field
        });
        is_first.then_some(why)
    }

    /// Whether an object was made by its constructor in the same function: nothing is in the database yet.
    pub(super) fn is_new(&self, eval: &Evaluator<'_>, cx: Context<'_>, object: ExprId) -> bool {
        let ExprKind::Name(name) = cx.module.expr(object).kind else {
            return is_made(eval, cx, object);
        };
        let Some(found) = eval.lookup(cx.module, cx.module.expr(object).scope, cx.module.text(name)) else {
            return false;
        };
        let at = cx.module.expr(object).range.start;
        let reaching = eval.reaching(cx.module, &found.bindings, at);
        !reaching.is_empty()
            && reaching.iter().all(|binding| {
                let crate::code::tree::BindingKind::Pattern(pattern) = binding.kind else { return false };
                match cx.module.pattern(pattern).source {
                    crate::code::tree::PatternSource::Value { value: Some(value), .. } => {
                        is_made(eval, cx, value) && self.fate(eval, cx, value) != Fate::Known
                    }
                    _ => false,
                }
            })
    }
}

/// What a reference is the subject of.
struct Subject {
    kind: &'static str,
    call: ExprId,
}

fn parent_is_class(eval: &Evaluator<'_>, cx: Context<'_>, callee: ExprId) -> bool {
    eval.expr(cx, callee).value.alternatives().iter().any(|value| matches!(value, Value::Class(_)))
}

/// Whether an expression is a call of a mapped class.
fn is_made(eval: &Evaluator<'_>, cx: Context<'_>, expr: ExprId) -> bool {
    Call::at(cx, expr).is_some_and(|call| {
        let callee = match cx.module.expr(call.callee).kind {
            ExprKind::Member { object, name, .. } if MAKERS.contains(&cx.module.text(name)) => object,
            _ => call.callee,
        };
        eval.expr(cx, callee).value.alternatives().iter().any(|value| match value {
            Value::Class(class) => eval.class_entity(*class).is_some(),
            _ => false,
        })
    })
}

/// What becomes of an object that stands in the arguments of a call, alone or in a list.
fn fate_of_argument(cx: Context<'_>, expr: ExprId) -> Option<Fate> {
    let mut current = expr;
    for _ in 0..4 {
        let Parent::Expr(parent) = cx.module.expr(current).parent else { return None };
        match &cx.module.expr(parent).kind {
            ExprKind::Call { callee, .. } if *callee != current => {
                let name = callee_name(cx.module, parent).map_or("", |range| cx.module.slice(range));
                return match name {
                    "bulk_save_objects" => Some(Fate::Bulk),
                    "merge" => Some(Fate::Merged),
                    "make_transient_to_detached" => Some(Fate::Known),
                    _ => None,
                };
            }
            ExprKind::Sequence { .. } | ExprKind::Comprehension { .. } => current = parent,
            _ => return None,
        }
    }
    None
}
