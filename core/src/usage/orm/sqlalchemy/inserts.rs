//! What calls that make rows set: constructors, `insert()`, bulk methods.

use crate::code::eval::{Call, Evaluator, callee_name};
use crate::code::library::{RowInsert, When};
use crate::code::tree::{ExprId, ExprKind, Parent};
use crate::code::value::{Known, Value};
use crate::schema::{EntityId, FieldKind};
use crate::usage::orm::sqlalchemy::climb::call_of;
use crate::usage::orm::sqlalchemy::facts::ForeignKey;
use crate::usage::orm::sqlalchemy::units::Fate;
use crate::usage::orm::sqlalchemy::{DML, QUERY, SqlAlchemy};

/// Class methods of SQLModel that make an object, as the constructor does ("Models with Relationships": `model_validate`).
pub const MAKERS: [&str; 4] = ["model_validate", "model_construct", "parse_obj", "from_orm"];

/// So many calls of `values` after one another are read.
const MOST_VALUES: usize = 8;

/// What is set.
#[derive(Default)]
pub(super) struct Set {
    /// Fields, each with whether it is set to null.
    pub fields: Vec<(String, bool)>,
    /// Fields that are set to null where no name of them stands (a constructor's own default).
    pub unsaid_nulls: Vec<String>,
    /// Whether these are all.
    pub complete: bool,
}

impl SqlAlchemy {
    /// What the call sets, if it makes rows or changes them.
    pub(super) fn insert_of_call(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Option<RowInsert> {
        let callee = eval.expr(call.cx, call.callee).value;
        callee.alternatives().iter().find_map(|callee| self.set_by(eval, callee, call))
    }

    /// What a call inserts; an object that is in the database already is not inserted.
    pub(super) fn insert_by(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
    ) -> Option<RowInsert> {
        let mut insert = self.set_by(eval, callee, call)?;
        let is_update = |value: &Value| value.library(DML).is_some_and(|dml| dml.text.starts_with("update"));
        if is_update(&eval.argument(call, 0).value) {
            return None;
        }
        match callee {
            Value::Class(_) | Value::Unknown => match self.fate(eval, call.cx, call.expr) {
                Fate::Known => return None,
                Fate::Merged => insert.when = When::RowIsNew,
                Fate::Inserted | Fate::Bulk => {}
            },
            Value::Method(receiver, name) => {
                let changes = receiver.library(QUERY).is_some() || &**name == "bulk_update_mappings";
                if changes || is_update(receiver) {
                    return None;
                }
            }
            _ => {}
        }
        Some(insert)
    }

    fn set_by(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<RowInsert> {
        let (entity, set) = match callee {
            Value::Class(class) => {
                let entity = eval.class_entity(*class)?;
                (entity, self.object_made(eval, *class, entity, call))
            }
            Value::Method(receiver, name) => match (receiver.library(DML), &**name) {
                // The last of several calls tells what all of them set.
                (Some(_), "values") if next_values(call).is_some() => return None,
                (Some(dml), "values") => (self.entity(eval, &dml.first())?, self.all_values(eval, call)),
                (Some(dml), "from_select") => {
                    (self.entity(eval, &dml.first())?, self.listed(eval, call, call.positional(0)?))
                }
                (None, "update") if receiver.library(QUERY).is_some() => {
                    let query = receiver.library(QUERY)?;
                    let row = crate::usage::orm::sqlalchemy::query::selected(query);
                    let entity = row.iter().find_map(|value| self.entity(eval, value))?;
                    (entity, self.keywords(eval, call))
                }
                _ => match &**receiver {
                    Value::Class(class) if MAKERS.contains(&&**name) => {
                        (eval.class_entity(*class)?, self.validated(eval, call))
                    }
                    _ => self.parameters(eval, name, call)?,
                },
            },
            // A session that nothing declares.
            Value::Unknown => {
                let name = callee_name(call.module(), call.expr)?;
                match call.module().expr(call.callee).kind {
                    ExprKind::Member { object, .. } if MAKERS.contains(&call.module().slice(name)) => {
                        (self.made_entity(eval, call, object)?, self.validated(eval, call))
                    }
                    _ => self.parameters(eval, call.module().slice(name), call)?,
                }
            }
            _ => return None,
        };
        let range = callee_name(call.module(), call.expr)?;
        let (fields, complete, mut unsaid_nulls) = (set.fields, set.complete, set.unsaid_nulls);
        let fields = self.with_keys(eval, entity, fields, &mut unsaid_nulls);
        let (when, optional) = (When::Always, Vec::new());
        Some(RowInsert { entity, fields, optional, unsaid_nulls, complete, when, range })
    }

    /// Adds the foreign keys that a relationship fills when it is set: `Grant(customer=customer)` writes `customer_id`
    /// ("Relationship Configuration": the flush copies the keys).
    fn with_keys(
        &self,
        eval: &Evaluator<'_>,
        entity: EntityId,
        given: Vec<(String, bool)>,
        unsaid_nulls: &mut Vec<String>,
    ) -> Vec<(String, bool)> {
        let mut fields = given.clone();
        for (name, is_null) in given {
            for field in self.keys_behind(eval, entity, &name) {
                if is_null && !fields.iter().any(|(known, _)| *known == field) {
                    unsaid_nulls.push(field.clone());
                }
                fields.push((field, is_null));
            }
        }
        fields
    }

    /// The fields that hold the foreign keys of a relationship.
    pub(super) fn keys_behind(&self, eval: &Evaluator<'_>, entity: EntityId, name: &str) -> Vec<String> {
        let Some(info) = eval.entity(entity) else { return Vec::new() };
        let Some(FieldKind::Relation { entity: other, .. }) =
            info.entity.field(name).map(|field| &field.kind)
        else {
            return Vec::new();
        };
        let table = eval.entity_named(other).and_then(|other| eval.entity(other));
        let Some(table) = table.map(|other| other.entity.table.name.clone()) else { return Vec::new() };
        let facts = self.facts(eval, entity);
        let relation = facts.relations.iter().find(|relation| relation.name == name);
        let is_meant = |key: &&ForeignKey| {
            let said = relation.filter(|relation| relation.has_condition);
            key.table.rsplit('.').next() == Some(&table)
                && said.is_none_or(|relation| relation.names.iter().any(|(_, named)| *named == key.field))
        };
        facts.keys.iter().filter(is_meant).map(|key| key.field.clone()).collect()
    }

    /// The entity whose object a class method makes.
    pub(super) fn made_entity(
        &self,
        eval: &Evaluator<'_>,
        call: &Call<'_>,
        object: ExprId,
    ) -> Option<EntityId> {
        match eval.expr(call.cx, object).value {
            Value::Class(class) => eval.class_entity(class),
            _ => None,
        }
    }

    /// What an object is made of: a dict, or another object whose fields are not known.
    fn validated(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Set {
        let given = eval.argument(call, 0);
        self.keys_of(eval, &given).unwrap_or_default()
    }

    /// `session.execute(insert(User), [{...}])`, `bulk_insert_mappings(User, [{...}])`.
    fn parameters(&self, eval: &Evaluator<'_>, name: &str, call: &Call<'_>) -> Option<(EntityId, Set)> {
        let values =
            call.positional(1).or_else(|| call.keyword("params")).or_else(|| call.keyword("mappings"))?;
        let subject = eval.argument(call, 0).value;
        let entity = match (name, &subject) {
            ("execute" | "scalars" | "exec" | "scalar" | "stream", Value::Library(dml))
                if dml.kind == DML && matches!(&*dml.text, "insert" | "update") =>
            {
                self.entity(eval, &dml.first())?
            }
            ("bulk_insert_mappings" | "bulk_update_mappings", subject) => self.entity(eval, subject)?,
            _ => return None,
        };
        let mut set = self.keys_of(eval, &eval.expr(call.cx, values)).unwrap_or_default();
        for put in eval.put_into_items(call.cx, values) {
            match put.name.filter(|_| put.certain) {
                Some(name) => set.fields.push((name, put.value == Value::Null)),
                None => set.complete = false,
            }
        }
        Some((entity, set))
    }

    /// What `values()` sets, with the calls of it before: `insert(User).values(name="a").values(email="b")`.
    fn all_values(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Set {
        let mut all = self.keywords(eval, call);
        let mut before = earlier_values(call);
        for _ in 0..MOST_VALUES {
            let Some(earlier) = before else { break };
            all.add(self.keywords(eval, &earlier));
            before = earlier_values(&earlier);
        }
        all
    }

    /// What keywords and dicts in the arguments set.
    pub(super) fn keywords(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Set {
        let mut set = Set { complete: true, ..Set::default() };
        let is_null = |value: ExprId| eval.expr(call.cx, value).value == Value::Null;
        for arg in call.args {
            match arg.name {
                Some(name) => set.fields.push((call.module().text(name).to_owned(), is_null(arg.value))),
                None => match self.keys_of(eval, &eval.expr(call.cx, arg.value)) {
                    Some(keys) => set.add(keys),
                    None => set.complete = false,
                },
            }
        }
        set
    }

    /// The columns that a list names: `["name", User.email]`.
    fn listed(&self, eval: &Evaluator<'_>, call: &Call<'_>, list: ExprId) -> Set {
        let ExprKind::Sequence { items, .. } = &call.module().expr(list).kind else {
            return Set::default();
        };
        let name = |item: &ExprId| match eval.expr(call.cx, *item).value {
            Value::Str(text) => Some((text.to_string(), false)),
            Value::Field(_, field) => Some((field.to_string(), false)),
            _ => None,
        };
        let fields: Vec<(String, bool)> = items.iter().filter_map(name).collect();
        let complete = fields.len() == items.len();
        Set { fields, complete, ..Set::default() }
    }

    /// The keys of a dict of values, or those that each dict in a list of them has: a row without the key has no value.
    fn keys_of(&self, eval: &Evaluator<'_>, given: &Known) -> Option<Set> {
        let value = match given.value {
            Value::Tuple(_) | Value::List(_) => eval.items(given).value,
            _ => given.value.clone(),
        };
        let mut common: Option<Set> = None;
        for row in value.alternatives().iter().filter(|row| **row != Value::Null) {
            let Some(keys) = eval.keys(row) else {
                common.get_or_insert_default().complete = false;
                continue;
            };
            let has = |name: &String| keys.keys.iter().any(|(key, _)| key == name);
            match &mut common {
                Some(set) => {
                    set.fields.retain(|(name, _)| has(name));
                    set.complete &= keys.complete;
                }
                None => {
                    let complete = keys.complete;
                    let of = |(name, value): (String, Value)| (name, value == Value::Null);
                    let fields = keys.keys.into_iter().map(of).collect();
                    common = Some(Set { fields, complete, ..Set::default() });
                }
            }
        }
        common
    }
}

impl Set {
    /// What something else sets beside it.
    pub(super) fn add(&mut self, other: Set) {
        self.fields.extend(other.fields);
        self.unsaid_nulls.extend(other.unsaid_nulls);
        self.complete &= other.complete;
    }
}

/// The call of `values` on what this one gives.
fn next_values(call: &Call<'_>) -> Option<ExprId> {
    let module = call.module();
    let Parent::Expr(member) = module.expr(call.expr).parent else { return None };
    match module.expr(member).kind {
        ExprKind::Member { object, name, .. } if object == call.expr && module.text(name) == "values" => {
            call_of(call.cx, member)
        }
        _ => None,
    }
}

/// The call of `values` that this one is called on.
fn earlier_values<'m>(call: &Call<'m>) -> Option<Call<'m>> {
    let module = call.module();
    let ExprKind::Member { object, .. } = module.expr(call.callee).kind else { return None };
    let name = callee_name(module, object)?;
    if module.slice(name) == "values" { Call::at(call.cx, object) } else { None }
}
