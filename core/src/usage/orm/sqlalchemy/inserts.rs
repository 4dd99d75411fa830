//! What calls that make rows set: constructors, `insert()`, bulk methods.

use crate::code::eval::{Call, Evaluator, callee_name};
use crate::code::library::{RowInsert, When};
use crate::code::tree::{ExprId, ExprKind};
use crate::code::value::{Known, Value};
use crate::schema::{EntityId, FieldKind};
use crate::usage::orm::sqlalchemy::facts::ForeignKey;
use crate::usage::orm::sqlalchemy::units::Fate;
use crate::usage::orm::sqlalchemy::{DML, QUERY, SqlAlchemy};

/// Class methods of SQLModel that make an object, as the constructor does ("Models with Relationships": `model_validate`).
pub const MAKERS: [&str; 4] = ["model_validate", "model_construct", "parse_obj", "from_orm"];

/// Fields that are set, each with whether it is set to null, and whether these are all.
type Set = (Vec<(String, bool)>, bool);

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
            Value::Class(class) => (eval.class_entity(*class)?, self.keywords(eval, call)),
            Value::Method(receiver, name) => match (receiver.library(DML), &**name) {
                (Some(dml), "values") => (self.entity(eval, &dml.first())?, self.keywords(eval, call)),
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
        let fields = self.with_keys(eval, entity, set.0);
        let (when, optional) = (When::Always, Vec::new());
        Some(RowInsert { entity, fields, optional, complete: set.1, when, range })
    }

    /// Adds the foreign keys that a relationship fills when it is set: `Grant(customer=customer)` writes `customer_id`
    /// ("Relationship Configuration": the flush copies the keys).
    fn with_keys(
        &self,
        eval: &Evaluator<'_>,
        entity: EntityId,
        given: Vec<(String, bool)>,
    ) -> Vec<(String, bool)> {
        let mut fields = given.clone();
        for (name, is_null) in given {
            fields.extend(self.keys_behind(eval, entity, &name).into_iter().map(|field| (field, is_null)));
        }
        fields
    }

    /// The fields that hold the foreign keys of a relationship.
    fn keys_behind(&self, eval: &Evaluator<'_>, entity: EntityId, name: &str) -> Vec<String> {
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
        self.keys_of(eval, &given).unwrap_or((Vec::new(), false))
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
        Some((entity, self.keys_of(eval, &eval.expr(call.cx, values)).unwrap_or((Vec::new(), false))))
    }

    /// What keywords and dicts in the arguments set.
    fn keywords(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Set {
        let (mut fields, mut complete) = (Vec::new(), true);
        let is_null = |value: ExprId| matches!(call.module().expr(value).kind, ExprKind::Null);
        for arg in call.args {
            match arg.name {
                Some(name) => fields.push((call.module().text(name).to_owned(), is_null(arg.value))),
                None => match self.keys_of(eval, &eval.expr(call.cx, arg.value)) {
                    Some(keys) => {
                        complete &= keys.1;
                        fields.extend(keys.0);
                    }
                    None => complete = false,
                },
            }
        }
        (fields, complete)
    }

    /// The columns that a list names: `["name", User.email]`.
    fn listed(&self, eval: &Evaluator<'_>, call: &Call<'_>, list: ExprId) -> Set {
        let ExprKind::Sequence { items, .. } = &call.module().expr(list).kind else {
            return (Vec::new(), false);
        };
        let name = |item: &ExprId| match eval.expr(call.cx, *item).value {
            Value::Str(text) => Some((text.to_string(), false)),
            Value::Field(_, field) => Some((field.to_string(), false)),
            _ => None,
        };
        let found: Vec<(String, bool)> = items.iter().filter_map(name).collect();
        let complete = found.len() == items.len();
        (found, complete)
    }

    /// The keys of a dict of values, or of each dict in a list of them.
    fn keys_of(&self, eval: &Evaluator<'_>, given: &Known) -> Option<Set> {
        let keys = match given.value {
            Value::Tuple(_) | Value::List(_) => eval.keys(&eval.items(given).value),
            _ => eval.keys(&given.value),
        }?;
        let fields = keys.keys.into_iter().map(|(name, value)| (name, value == Value::Null)).collect();
        Some((fields, keys.complete))
    }
}
