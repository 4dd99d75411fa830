//! Sequences that defaults count with, and composite types (PostgreSQL).

use super::{Step, postgres_name};
use crate::schema::{DefaultValue, Sequence, Table, TableKind, TableName};

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
        self.forget_sequence(&gone);
    }

    /// The sequence is gone, and so are the defaults that count with it.
    fn forget_sequence(&mut self, gone: &TableName) {
        self.schema.sequences.retain(|sequence| sequence.name != *gone);
        for column in self.schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
            if column.sequence.as_ref() == Some(gone) {
                column.sequence = None;
                column.default =
                    column.default.take().filter(|default| *default != DefaultValue::AutoIncrement);
            }
        }
    }

    pub(super) fn create_sequence(&mut self, item: &Sequence, if_not_exists: bool) {
        let name = self.schema.canonical(&item.name);
        if self.schema.sequences.iter().any(|sequence| sequence.name == name) {
            if !if_not_exists {
                self.note(&name, format_args!("sequence {name} is there already"));
            }
            return;
        }
        let owner = item.owner.as_ref().map(|(table, column)| (self.schema.canonical(table), column.clone()));
        self.schema.sequences.push(Sequence { name, owner, span: item.span });
    }

    /// A sequence that a default counts with is there, whoever made it.
    pub(super) fn know_sequences(&mut self, table: &TableName) {
        let columns = self.schema.table(table).into_iter().flat_map(|table| &table.columns);
        let used: Vec<TableName> = columns.filter_map(|column| column.sequence.clone()).collect();
        for name in used {
            if !self.schema.sequences.iter().any(|sequence| sequence.name == name) {
                self.schema.sequences.push(Sequence { name, owner: None, span: self.span });
            }
        }
    }

    /// A sequence that is not known is made: one of a serial column, or of what was not read.
    pub(super) fn set_sequence_owner(
        &mut self,
        sequence: Option<&TableName>,
        owner: Option<&(TableName, String)>,
    ) {
        let owner = owner.map(|(table, column)| (self.schema.canonical(table), column.clone()));
        let counted = || {
            let (table, column) = owner.as_ref()?;
            self.schema.table(table)?.column(column)?.sequence.clone()
        };
        let Some(name) = sequence.map(|name| self.schema.canonical(name)).or_else(counted) else { return };
        match self.schema.sequences.iter_mut().find(|known| known.name == name) {
            Some(known) => known.owner = owner,
            None => self.schema.sequences.push(Sequence { name, owner, span: self.span }),
        }
    }

    /// Sequences go with the table or column that owns them, and defaults of other tables with those: PostgreSQL refuses
    /// that without `CASCADE`.
    pub(super) fn drop_owned_sequences(&mut self, table: &TableName, column: Option<&str>, cascade: bool) {
        let is_owned = |sequence: &&Sequence| {
            let owner = sequence.owner.as_ref();
            owner.is_some_and(|owner| owner.0 == *table && column.is_none_or(|column| owner.1 == column))
        };
        let owned: Vec<TableName> =
            self.schema.sequences.iter().filter(is_owned).map(|sequence| sequence.name.clone()).collect();
        for name in owned {
            self.drop_sequence(&name, cascade);
        }
    }

    /// Owners follow a table's new name, and owned sequences its new schema (PostgreSQL manual, ALTER TABLE, SET SCHEMA).
    pub(super) fn move_owned_sequences(&mut self, before: &TableName, after: &TableName) {
        let mut moved = Vec::new();
        for sequence in &mut self.schema.sequences {
            let Some(owner) = sequence.owner.as_mut().filter(|owner| owner.0 == *before) else { continue };
            owner.0.clone_from(after);
            if before.schema != after.schema {
                moved.push(sequence.name.clone());
            }
        }
        for name in moved {
            self.rename_sequence(&name, &TableName { schema: after.schema.clone(), ..name.clone() });
        }
    }

    pub(super) fn rename_sequence(&mut self, name: &TableName, to: &TableName) {
        let (before, after) = (self.schema.canonical(name), self.schema.canonical(to));
        for sequence in self.schema.sequences.iter_mut().filter(|sequence| sequence.name == before) {
            sequence.name.clone_from(&after);
        }
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
