//! Which fields the rows of a call carry: `select`, `include`, `omit`.

use std::rc::Rc;

use crate::code::eval::Evaluator;
use crate::code::value::{Fields, Known, Projection, Row, Value};
use crate::schema::{Entity, EntityId, FieldKind};

/// Relations are followed so deep through nested selections.
const DEEPEST: u32 = 10;

/// The row that a call with these arguments gives.
pub fn of_args(eval: &Evaluator<'_>, entity: EntityId, args: &Known) -> Value {
    of_args_at(eval, entity, args, 0)
}

fn of_args_at(eval: &Evaluator<'_>, entity: EntityId, args: &Known, depth: u32) -> Value {
    let Some(info) = eval.entity(entity) else { return Value::Unknown };
    let part = |name: &str| eval.member(args, name);
    let (select, include, omit) = (part("select"), part("include"), part("omit"));
    let present = |known: &Known| !matches!(known.value, Value::Unknown | Value::Null);
    let mut fields = Fields { columns: true, ..Fields::default() };
    if present(&select) {
        // A selection that cannot be read may carry everything.
        let Some(keys) = eval.keys(&select.value) else { return Row::whole(entity) };
        fields.columns = !keys.complete;
        for (name, value) in &keys.keys {
            add(eval, &info.entity, name, value, depth, &mut fields);
        }
    } else if present(&include) {
        let Some(keys) = eval.keys(&include.value) else { return Row::whole(entity) };
        for (name, value) in &keys.keys {
            add(eval, &info.entity, name, value, depth, &mut fields);
        }
    } else if !present(&omit) {
        return Row::whole(entity);
    }
    if present(&omit)
        && let Some(keys) = eval.keys(&omit.value)
    {
        fields.without.extend(keys.keys.iter().map(|(name, _)| Rc::from(name.as_str())));
    }
    Value::Row(Row { entity, projection: Projection::Some(Rc::new(fields)) })
}

/// Adds one key of `select` or `include`.
fn add(eval: &Evaluator<'_>, entity: &Entity, name: &str, value: &Value, depth: u32, fields: &mut Fields) {
    let field = entity.field(name);
    match field.map(|field| (&field.kind, field)) {
        Some((FieldKind::Relation { entity: other, .. }, field)) => {
            let Some(other) = eval.entity_named(other) else { return };
            let row = if depth < DEEPEST && eval.keys(value).is_some() {
                of_args_at(eval, other, &Known::plain(value.clone()), depth + 1)
            } else {
                Row::whole(other)
            };
            let row = if field.list {
                Value::list(row)
            } else if field.nullable {
                Value::union([row, Value::Null])
            } else {
                row
            };
            fields.nested.insert(Rc::from(name), row);
        }
        Some((FieldKind::Column { .. } | FieldKind::Computed, _)) | None => fields.only.push(Rc::from(name)),
    }
}

/// The constant strings of a value: one, or the items of a list.
pub fn strings(eval: &Evaluator<'_>, known: &Known) -> Vec<Rc<str>> {
    let items = eval.items(known);
    let all = if items.value.is_unknown() || matches!(known.value, Value::Str(_)) {
        known.value.clone()
    } else {
        items.value
    };
    all.alternatives()
        .iter()
        .filter_map(|value| match value {
            Value::Str(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}
