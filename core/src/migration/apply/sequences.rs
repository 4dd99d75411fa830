//! Sequences that defaults count with, and composite types (PostgreSQL).

use super::{Step, postgres_name};
use crate::schema::{DefaultValue, Table, TableKind, TableName};

impl Step<'_> {
    /// With `CASCADE` defaults that count with the sequence go with it; without it the database refuses.
    pub(super) fn drop_sequence(&mut self, name: &TableName, cascade: bool) {
        let gone = self.schema.canonical(name);
        let is_user = |sequence: &Option<TableName>| sequence.as_ref() == Some(&gone);
        let user = self
            .schema
            .tables
            .iter()
            .find(|table| table.columns.iter().any(|column| is_user(&column.sequence)));
        if let Some(table) = user.filter(|_| !cascade).map(|table| table.name.clone()) {
            let reason = format!(
                "PostgreSQL refuses to drop sequence {gone} while a default of table {table} counts with it; the model drops the default"
            );
            self.note_tables(reason, vec![table.to_string()]);
        }
        for column in self.schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
            if is_user(&column.sequence) {
                column.sequence = None;
                column.default =
                    column.default.take().filter(|default| *default != DefaultValue::AutoIncrement);
            }
        }
    }

    pub(super) fn rename_sequence(&mut self, name: &TableName, to: &TableName) {
        let (before, after) = (self.schema.canonical(name), self.schema.canonical(to));
        let columns = self.schema.tables.iter_mut().flat_map(|table| &mut table.columns);
        for sequence in columns.filter_map(|column| column.sequence.as_mut()) {
            if *sequence == before {
                sequence.clone_from(&after);
            }
        }
    }

    /// Gives a column's sequence its full name: of a serial column with a number where another column has it already.
    pub(super) fn settle_sequence(&self, table: &mut Table, index: usize) {
        let base = table.name.name.clone();
        let own: Vec<TableName> = table
            .columns
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != index)
            .filter_map(|(_, column)| column.sequence.clone())
            .collect();
        let Some(column) = table.columns.get_mut(index) else { return };
        let Some(name) = column.sequence.as_ref().map(|name| self.schema.canonical(name)) else { return };
        let is_serial = name.name == postgres_name(&base, &column.name, "seq");
        let is_taken = |wanted: &TableName| {
            let mut columns = self.schema.tables.iter().flat_map(|table| &table.columns);
            own.contains(wanted) || columns.any(|column| column.sequence.as_ref() == Some(wanted))
        };
        let mut chosen = name.clone();
        let mut pass = 0;
        while is_serial && is_taken(&chosen) {
            pass += 1;
            chosen.name = postgres_name(&base, &column.name, &format!("seq{pass}"));
        }
        column.sequence = Some(chosen);
    }

    /// [`Self::settle_sequence`] of a table that is in the schema.
    pub(super) fn settle_column_sequence(&mut self, table: &TableName, index: usize) {
        let Some(mut known) = self.schema.remove_table_at(table) else { return };
        self.settle_sequence(&mut known.1, index);
        self.schema.tables.insert(known.0, known.1);
    }

    /// Does something to the composite types, which are tables without rows (PostgreSQL keeps both in `pg_class`).
    pub(super) fn on_composites(&mut self, act: impl FnOnce(&mut Self)) {
        let composites = std::mem::take(&mut self.schema.composites);
        self.schema.tables.extend(composites);
        act(self);
        let is_composite = |table: &mut Table| table.kind == TableKind::Composite;
        self.schema.composites = self.schema.tables.extract_if(.., is_composite).collect();
    }
}
