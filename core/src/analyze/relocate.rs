//! Moves the file ids of what was read from a git base behind those of the work tree.

use crate::diagnostic::Unanalyzed;
use crate::schema::{Mapping, Schema, Table};
use crate::schema_source::SchemaSource;
use crate::text::{FileId, Span};

/// Adds `offset` to the file ids of the schema, the mapping and the notes. The history stays as it is: of the base's
/// revisions only the names are used.
pub(super) fn relocate(source: &mut SchemaSource, offset: u32) {
    let shift = |span: &mut Span| span.file = FileId(span.file.0.saturating_add(offset));
    schema(&mut source.schema, &shift);
    mapping(&mut source.mapping, &shift);
    notes(&mut source.unanalyzed, &shift);
}

fn notes(notes: &mut [Unanalyzed], shift: &impl Fn(&mut Span)) {
    notes.iter_mut().for_each(|note| shift(&mut note.span));
}

fn schema(schema: &mut Schema, shift: &impl Fn(&mut Span)) {
    schema.tables.iter_mut().for_each(|item| table(item, shift));
    for item in &mut schema.enums {
        shift(&mut item.span);
        item.values.iter_mut().for_each(|value| shift(&mut value.span));
    }
}

fn table(table: &mut Table, shift: &impl Fn(&mut Span)) {
    shift(&mut table.span);
    table.columns.iter_mut().for_each(|item| shift(&mut item.span));
    table.primary_key.iter_mut().for_each(|item| shift(&mut item.span));
    table.uniques.iter_mut().for_each(|item| shift(&mut item.span));
    table.foreign_keys.iter_mut().for_each(|item| shift(&mut item.span));
    table.indexes.iter_mut().for_each(|item| shift(&mut item.span));
    table.checks.iter_mut().for_each(|item| shift(&mut item.span));
    table.query.iter_mut().for_each(|item| shift(&mut item.span));
}

fn mapping(mapping: &mut Mapping, shift: &impl Fn(&mut Span)) {
    for entity in &mut mapping.entities {
        shift(&mut entity.span);
        entity.fields.iter_mut().for_each(|field| shift(&mut field.span));
    }
    for item in &mut mapping.enums {
        shift(&mut item.span);
        item.values.iter_mut().for_each(|(_, _, span)| shift(span));
    }
}
