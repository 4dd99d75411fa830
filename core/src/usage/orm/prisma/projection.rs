//! Which fields the rows of a call carry: `select`, `include`, `omit`, there and in what the client was made with.

use std::rc::Rc;

use crate::code::eval::{Evaluator, Keys};
use crate::code::value::{Fields, Known, Projection, Row, Value};
use crate::schema::{Entity, EntityId, FieldKind};
use crate::usage::orm::prisma::client::{self, Parts};

/// Relations are followed so deep through nested selections.
const DEEPEST: u32 = 10;

/// What is selected of one model's rows.
pub struct Selection {
    /// Whether all columns are, but for those left out.
    all: bool,
    /// Columns that are left out.
    without: Vec<String>,
    /// Keys of `select` or `include`.
    keys: Keys,
    /// Columns that computed fields need.
    pub computed: Vec<String>,
}

impl Selection {
    /// What a query with these arguments selects.
    pub fn of(eval: &Evaluator<'_>, entity: EntityId, args: &Known, parts: Parts<'_>) -> Self {
        // `include: { author: true }` has no arguments.
        let part = |name: &str| match &args.value {
            Value::Other => Value::Null,
            _ => eval.member(args, name).value,
        };
        let present = |value: &Value| !matches!(value, Value::Unknown | Value::Null);
        let (select, include, omit) = (part("select"), part("include"), part("omit"));
        let whole = || Self { all: true, without: Vec::new(), keys: Keys::default(), computed: Vec::new() };
        let mut selection = whole();
        if present(&select) {
            // A selection that cannot be read may carry everything.
            let Some(keys) = eval.keys(&select) else { return whole() };
            selection.all = !keys.complete;
            selection.keys = keys;
        } else if present(&include) {
            selection.keys = eval.keys(&include).unwrap_or_default();
        }
        let chosen = eval.keys(&omit).unwrap_or_default();
        let global =
            if parts.is_empty() || present(&select) { None } else { client::omitted(eval, entity, parts) };
        let global = global.unwrap_or_default();
        let left_out = |name: &String| chosen.is_on(name) || (global.is_on(name) && !chosen.is_off(name));
        let names = chosen.keys.iter().chain(&global.keys).map(|(name, _)| name);
        selection.without = names.filter(|name| left_out(name)).cloned().collect();
        if !parts.is_empty() {
            let computed = client::computed(eval, entity, parts).into_iter();
            let is_wanted = |name: &String| match present(&select) {
                true => selection.keys.is_on(name),
                false => !chosen.is_on(name),
            };
            let wanted = computed.filter(|field| is_wanted(&field.name));
            let needs: Vec<String> = wanted.flat_map(|field| field.needs).collect();
            selection.computed = needs;
        }
        selection
    }

    /// Whether the statement reads the column without being told so: as one of all.
    pub fn carries_silently(&self, field: &str) -> bool {
        self.all && !self.without.iter().any(|name| name == field) && !self.keys.is_on(field)
    }

    /// Whether `select` names the field.
    pub fn names(&self, field: &str) -> bool {
        self.keys.is_on(field)
    }

    fn is_whole(&self) -> bool {
        self.all && self.without.is_empty() && self.keys.keys.is_empty()
    }
}

/// The row that a call with these arguments gives.
pub fn of_args(eval: &Evaluator<'_>, entity: EntityId, args: &Known, parts: Parts<'_>) -> Value {
    of_args_at(eval, entity, args, parts, 0)
}

fn of_args_at(eval: &Evaluator<'_>, entity: EntityId, args: &Known, parts: Parts<'_>, depth: u32) -> Value {
    let Some(info) = eval.entity(entity) else { return Value::Unknown };
    let selection = Selection::of(eval, entity, args, parts);
    if selection.is_whole() {
        return Row::whole(entity);
    }
    let mut fields = Fields { columns: selection.all, ..Fields::default() };
    fields.without.extend(selection.without.iter().map(|name| Rc::from(name.as_str())));
    for (name, value) in selection.keys.keys.iter().filter(|(name, _)| !selection.keys.is_off(name)) {
        add(eval, &info.entity, (name, value), parts, depth, &mut fields);
    }
    Value::Row(Row { entity, projection: Projection::Some(Rc::new(fields)) })
}

/// Adds one key of `select` or `include`.
fn add(
    eval: &Evaluator<'_>,
    entity: &Entity,
    (name, value): (&str, &Value),
    parts: Parts<'_>,
    depth: u32,
    fields: &mut Fields,
) {
    let field = entity.field(name);
    match field.map(|field| (&field.kind, field)) {
        Some((FieldKind::Relation { entity: other, .. }, field)) => {
            let Some(other) = eval.entity_named(other) else { return };
            let row = if depth < DEEPEST && (eval.keys(value).is_some() || !parts.is_empty()) {
                of_args_at(eval, other, &Known::plain(value.clone()), parts, depth + 1)
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
