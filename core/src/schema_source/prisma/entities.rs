//! Models, views and enums as code sees them: entities with their fields, by code names.

use super::ast::{Block, BlockKind, Expression, ExpressionKind, FieldNode, find};
use super::datamodel::{Datamodel, Placed};
use super::relations::Relation;
use super::table::key_fields;
use super::types::Scalar;
use crate::schema::{Entity, EnumMapping, Field, FieldKind, ValueSource};

pub fn entity(datamodel: &Datamodel<'_>, placed: Placed<'_>) -> Entity {
    let block = placed.block;
    Entity {
        name: block.name.text.clone(),
        table: datamodel.table_name(block),
        fields: block.fields.iter().map(|node| field(datamodel, placed, node)).collect(),
        unique_keys: unique_keys(block),
        ignored: block.attribute("ignore").is_some(),
        is_abstract: false,
        span: placed.span(block.name.range),
    }
}

pub fn enum_mapping(datamodel: &Datamodel<'_>, placed: Placed<'_>) -> EnumMapping {
    let value = |value: &super::ast::ValueNode| {
        (value.name.text.clone(), value.database_name().to_owned(), placed.span(value.name.range))
    };
    EnumMapping {
        name: placed.block.name.text.clone(),
        database_name: datamodel.table_name(placed.block),
        values: placed.block.values.iter().map(value).collect(),
        span: placed.span(placed.block.name.range),
    }
}

fn field(datamodel: &Datamodel<'_>, placed: Placed<'_>, node: &FieldNode) -> Field {
    let ty = &node.ty;
    let on_update = node.attribute("updatedAt").is_some();
    let default = node.attribute("default").and_then(|attribute| attribute.named_or_first("value"));
    let type_name = match &ty.unsupported {
        Some(inner) => format!("Unsupported(\"{inner}\")"),
        None => ty.name.text.clone(),
    };
    Field {
        name: node.name.text.clone(),
        kind: field_kind(datamodel, placed, node),
        nullable: ty.optional,
        list: ty.list,
        default: value_source(default, on_update),
        on_update,
        ignored: node.attribute("ignore").is_some() || ty.unsupported.is_some(),
        deferred: false,
        type_name,
        span: placed.span(node.name.range),
    }
}

fn field_kind(datamodel: &Datamodel<'_>, placed: Placed<'_>, node: &FieldNode) -> FieldKind {
    if let Some(relation) = Relation::of(datamodel, placed, node) {
        let join_table = relation.join_table(datamodel).map(|table| table.name);
        return FieldKind::Relation {
            entity: relation.target.block.name.text.clone(),
            name: relation.name.map(str::to_owned),
            fields: relation.fields,
            references: relation.references,
            join_table,
        };
    }
    let name = &node.ty.name.text;
    let is_enum = || datamodel.block(name).is_some_and(|placed| placed.block.kind == BlockKind::Enum);
    if node.ty.unsupported.is_some() || Scalar::parse(name).is_some() || is_enum() {
        FieldKind::Column { column: node.database_name().to_owned() }
    } else {
        FieldKind::Computed
    }
}

/// Prisma names a column with `@default` or `@updatedAt` in its INSERT, but for what only the database can compute.
fn value_source(default: Option<&Expression>, on_update: bool) -> ValueSource {
    match default.map(|value| &value.kind) {
        Some(ExpressionKind::Call(name, _))
            if matches!(name.as_str(), "autoincrement" | "sequence" | "dbgenerated" | "auto") =>
        {
            ValueSource::Database
        }
        Some(_) => ValueSource::Orm,
        None if on_update => ValueSource::Orm,
        None => ValueSource::None,
    }
}

/// The keys that `findUnique` and `upsert` take: single fields by their own name, several by the name given or by
/// their names joined.
fn unique_keys(block: &Block) -> Vec<(String, Vec<String>)> {
    let mut keys = Vec::new();
    for node in &block.fields {
        if node.attribute("id").is_some() || node.attribute("unique").is_some() {
            keys.push((node.name.text.clone(), vec![node.name.text.clone()]));
        }
    }
    for attribute in &block.attributes {
        if !matches!(attribute.name.text.as_str(), "id" | "unique") {
            continue;
        }
        // A partial unique index holds no key that a query could rely on.
        if find(std::slice::from_ref(attribute), "unique")
            .is_some_and(|unique| unique.named("where").is_some())
        {
            continue;
        }
        let fields = key_fields(attribute);
        let name = attribute.named("name").and_then(|value| value.string());
        keys.push((name.map_or_else(|| fields.join("_"), str::to_owned), fields));
    }
    keys
}
