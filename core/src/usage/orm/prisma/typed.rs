//! Objects whose type says that they are a row, or that one is made of them: `Prisma.UserCreateInput`, `User`.
//!
//! A key of an input type is required where the column has to have a value and nothing else gives it one (the generated
//! client's types, and "Generated types" in Prisma's documentation).

use std::rc::Rc;

use crate::code::eval::Evaluator;
use crate::code::library::TypedFields;
use crate::code::value::{LibraryValue, Row, Value};
use crate::schema::{Entity, EntityId, FieldKind};
use crate::usage::orm::prisma::statements::Written;
use crate::usage::orm::prisma::{Prisma, keys};

/// What the types of a new row end in, behind the model's name; those that stand in relations are made of their fields.
const NEW_ROWS: &[&str] = &["CreateInput", "UncheckedCreateInput", "CreateManyInput"];

/// Types of arguments that hold new rows.
const ARGUMENTS: &[&str] = &["CreateArgs", "CreateManyArgs", "CreateManyAndReturnArgs", "UpsertArgs"];

/// The names of the types of a model's rows that are to be made: `UserCreateInput`, `UserCreateWithoutPostsInput`.
pub fn new_row_types(entity: &Entity) -> Vec<String> {
    let model = &entity.name;
    let plain = NEW_ROWS.iter().chain(ARGUMENTS).map(|suffix| format!("{model}{suffix}"));
    let relations = entity.fields.iter().filter(|field| matches!(field.kind, FieldKind::Relation { .. }));
    let nested = relations.flat_map(|field| {
        let mut letters = field.name.chars();
        let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
        let name = format!("{first}{}", letters.as_str());
        [
            format!("{model}CreateWithout{name}Input"),
            format!("{model}UncheckedCreateWithout{name}Input"),
            format!("{model}CreateMany{name}Input"),
            format!("{model}CreateNestedManyWithout{name}Input"),
            format!("{model}CreateNestedOneWithout{name}Input"),
        ]
    });
    plain.chain(nested).collect()
}

/// Whether the type of this name, behind the model's, is one that a row is made of.
pub fn is_new_row(rest: &str) -> bool {
    let inside = rest.strip_prefix("Unchecked").unwrap_or(rest);
    inside.starts_with("Create") && inside.ends_with("Input") && !inside.contains("OrConnect")
}

/// The shape of a new row, of which only some keys are wanted: its row says which.
pub fn projected(eval: &Evaluator<'_>, shape: &Value, names: &[Rc<str>], keep: bool) -> Option<Value> {
    let data = new_row(shape)?;
    let Value::Entity(entity) = data.first() else { return None };
    let before = row_of(data, entity).cloned().map_or_else(|| Row::whole(entity), Value::Row);
    let row = eval.projected(&before, names, keep);
    let others = data.args.iter().filter(|part| !matches!(part, Value::Row(_))).cloned();
    let args: Vec<Value> = others.chain([row]).collect();
    Some(LibraryValue::named(data.kind, args, data.text.clone()))
}

/// The shape of a new row of which each key may be left out: of data alone.
pub fn loosened(shape: &Value) -> Option<Value> {
    new_row(shape).map(|data| LibraryValue::of(keys::DATA, data.args.clone()))
}

fn new_row(shape: &Value) -> Option<&LibraryValue> {
    shape.library(keys::DATA).filter(|data| &*data.text == keys::NEW_ROW)
}

fn row_of(data: &LibraryValue, entity: EntityId) -> Option<&Row> {
    data.args.iter().find_map(|part| match part {
        Value::Row(row) if row.entity == entity => Some(row),
        _ => None,
    })
}

impl Prisma {
    /// What an object gives that has to have the shape of a row or of a new one.
    pub(super) fn typed_fields(
        &self,
        eval: &Evaluator<'_>,
        shape: &Value,
        object: &Value,
    ) -> Option<TypedFields> {
        let (entity, row) = match shape {
            Value::Row(row) if self.is_model(row.entity) && !row.is_optional() => (row.entity, Some(row)),
            shape => {
                let data = new_row(shape)?;
                let Value::Entity(entity) = data.first() else { return None };
                (entity, row_of(data, entity))
            }
        };
        let info = eval.entity(entity)?;
        let Written { fields, optional, complete } = self.written(eval, entity, object);
        let wants = |name: &str| row.is_none_or(|row| row.carries(name));
        let unwanted = info.entity.fields.iter().filter(|field| !wants(&field.name));
        let given = fields.into_iter().map(|(name, _)| name);
        let fields = given.chain(unwanted.map(|field| field.name.clone())).collect();
        let is_new = !matches!(shape, Value::Row(_));
        Some(TypedFields { entity, is_new, fields, optional, complete })
    }
}
