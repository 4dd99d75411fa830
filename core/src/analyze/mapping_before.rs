//! What code called the tables and columns before a change.

use crate::diff::Pair;
use crate::schema::{Column, Entity, Field, FieldKind, Mapping, Schema, TableName, ValueSource};
use crate::text::Span;

/// Completes `mapping`, which describes the models as they are now, with what the schema before had and no model names
/// any more. Models are usually edited in the same commit as the migration is written, so that a dropped column has no
/// field left, while the code that is searched still uses it. Without `@map` or a given name, both ORMs call a field
/// like its column and an entity like its table, so those are the names that the code most likely uses; where the models
/// of the running release are known, they say it.
pub(super) fn complete(mapping: &mut Mapping, schemas: Pair<&Schema>, running: Option<&Mapping>) {
    if mapping.entities.is_empty() {
        return;
    }
    for table in &schemas.before.tables {
        let after = schemas.after.table(&table.name);
        if after.is_none() && !mapping.entities.iter().any(|entity| entity.table == table.name) {
            let known = running.into_iter().flat_map(|running| running.entities_of(&table.name)).next();
            let name = known.map_or(table.name.name.as_str(), |entity| entity.name.as_str());
            mapping.entities.push(entity(name, &table.name, table.span));
        }
        let gone = |column: &&Column| after.is_none_or(|after| after.column(&column.name).is_none());
        let gone: Vec<&Column> = table.columns.iter().filter(gone).collect();
        for entity in mapping.entities.iter_mut().filter(|entity| entity.table == table.name) {
            for column in &gone {
                let known = running.into_iter().flat_map(|running| running.entities_of(&table.name));
                let known = known.filter_map(|entity| entity.field_of_column(&column.name)).next();
                let name = known.map_or(column.name.as_str(), |field| field.name.as_str());
                if entity.field(name).is_none() && entity.field_of_column(&column.name).is_none() {
                    entity.fields.push(field(name, column));
                }
            }
        }
    }
}

/// Completes `mapping`, which describes the models of the schema before, with the fields that those of the schema after have
/// besides: where two sources are compared, the code may know either.
pub(super) fn add_new_fields(mapping: &mut Mapping, after: &Mapping) {
    for entity in &mut mapping.entities {
        let new = after.entities_of(&entity.table).filter(|other| other.name == entity.name);
        for field in new.flat_map(|other| &other.fields) {
            if entity.field(&field.name).is_none() {
                entity.fields.push(field.clone());
            }
        }
    }
}

fn entity(name: &str, table: &TableName, span: Span) -> Entity {
    Entity {
        name: name.to_owned(),
        table: table.clone(),
        fields: Vec::new(),
        unique_keys: Vec::new(),
        ignored: false,
        is_abstract: false,
        span,
    }
}

fn field(name: &str, column: &Column) -> Field {
    Field {
        name: name.to_owned(),
        kind: FieldKind::Column { column: column.name.clone() },
        nullable: column.nullable,
        list: false,
        default: ValueSource::None,
        on_update: false,
        ignored: false,
        deferred: false,
        type_name: String::new(),
        span: column.span,
    }
}
