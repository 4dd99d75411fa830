//! Moves what was read from a git revision to the ids that its files have in the run.

use std::cell::OnceCell;

use crate::diagnostic::Unanalyzed;
use crate::report::places::{Places, SideId};
use crate::schema::{Column, Mapping, Schema, Table, TableName};
use crate::schema_source::SchemaSource;
use crate::text::Span;
use crate::usage::{
    Cost, Evidence, Finder, Insert, NewColumnUse, Subject, TypedRow, Unresolved, UsageSet, Usages,
};

/// The source with the places that it has in the run. The history stays as it is: of the base's revisions only the names
/// and what they do are used.
pub(super) fn relocate(source: &SchemaSource, places: &Places, side: SideId) -> SchemaSource {
    let mut source = source.clone();
    let shift = |span: &mut Span| *span = places.moved(side, *span);
    schema(&mut source.schema, &shift);
    mapping(&mut source.mapping, &shift);
    notes(&mut source.unanalyzed, &shift);
    source
}

/// The schema with the places that it has in the run.
pub(super) fn relocate_schema(found: &mut Schema, places: &Places, side: SideId) {
    schema(found, &|span: &mut Span| *span = places.moved(side, *span));
}

/// What the code of a git revision does, with the places that it has in the run.
pub(super) struct Moved<'a> {
    finder: Finder<'a>,
    places: &'a Places,
    side: SideId,
    mapping: OnceCell<Mapping>,
}

impl<'a> Moved<'a> {
    pub(super) fn new(finder: Finder<'a>, places: &'a Places, side: SideId) -> Self {
        Self { finder, places, side, mapping: OnceCell::new() }
    }

    fn moved(&self, span: &mut Span) {
        *span = self.places.moved(self.side, *span);
    }

    fn evidence(&self, links: &mut [Evidence]) {
        links.iter_mut().filter_map(|link| link.span.as_mut()).for_each(|span| self.moved(span));
    }

    fn set_moved(&self, mut set: UsageSet) -> UsageSet {
        for usage in &mut set.usages {
            self.moved(&mut usage.span);
            self.evidence(&mut usage.evidence);
            usage.required_at.iter_mut().for_each(|place| self.moved(place));
        }
        set.unresolved.iter_mut().for_each(|place| self.moved(&mut place.span));
        set
    }

    fn mapping_moved(&self, mut found: Mapping) -> Mapping {
        mapping(&mut found, &|span: &mut Span| self.moved(span));
        found
    }
}

impl Usages for Moved<'_> {
    fn of(&self, subject: &Subject) -> UsageSet {
        self.set_moved(self.finder.of(subject))
    }

    fn of_required(&self, subject: &Subject) -> UsageSet {
        self.set_moved(self.finder.of_required(subject))
    }

    fn open(&self, subject: &Subject) -> Vec<Unresolved> {
        let mut places = self.finder.open(subject);
        places.iter_mut().for_each(|place| self.moved(&mut place.span));
        places
    }

    fn inserts(&self, table: &TableName) -> Vec<Insert> {
        let mut inserts = self.finder.inserts(table);
        for insert in &mut inserts {
            self.moved(&mut insert.span);
            self.evidence(&mut insert.evidence);
        }
        inserts
    }

    fn typed_rows(&self, table: &TableName, rows: bool) -> Vec<TypedRow> {
        let mut found = self.finder.typed_rows(table, rows);
        for row in &mut found {
            self.moved(&mut row.span);
            self.evidence(&mut row.evidence);
        }
        found
    }

    fn met_by_new_column(&self, table: &TableName, column: &Column) -> Vec<NewColumnUse> {
        let mut places = self.finder.met_by_new_column(table, column);
        for place in &mut places {
            self.moved(&mut place.span);
            self.moved(&mut place.statement);
        }
        places
    }

    fn columns_named(&self, name: &str, schema: &Schema) -> Vec<Span> {
        let mut places = self.finder.columns_named(name, schema);
        places.iter_mut().for_each(|place| self.moved(place));
        places
    }

    fn mapping(&self) -> &Mapping {
        self.mapping.get_or_init(|| self.mapping_moved(self.finder.mapping().clone()))
    }

    fn mapping_near(&self, names: &[&str]) -> Mapping {
        self.mapping_moved(self.finder.mapping_near(names))
    }

    fn cost(&self) -> Cost {
        self.finder.cost()
    }
}

fn notes(notes: &mut [Unanalyzed], shift: &impl Fn(&mut Span)) {
    notes.iter_mut().for_each(|note| shift(&mut note.span));
}

fn schema(schema: &mut Schema, shift: &impl Fn(&mut Span)) {
    schema.tables.iter_mut().for_each(|item| table(item, shift));
    schema.programs.iter_mut().for_each(|item| shift(&mut item.span));
    for item in &mut schema.enums {
        shift(&mut item.span);
        item.values.iter_mut().for_each(|value| shift(&mut value.span));
    }
    schema.composites.iter_mut().for_each(|item| table(item, shift));
    schema.sequences.iter_mut().for_each(|item| shift(&mut item.span));
    for item in &mut schema.domains {
        shift(&mut item.span);
        item.checks.iter_mut().for_each(|check| shift(&mut check.span));
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
