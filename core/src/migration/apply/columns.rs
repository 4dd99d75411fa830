//! Columns added, dropped, renamed and altered.

use super::expression::{mentions, renamed};
use super::{Step, tables, views};
use crate::migration::ColumnAlteration;
use crate::schema::{Column, ColumnType, DefaultValue, Dialect, Table, TableName};

impl Step<'_> {
    pub(super) fn add_column(&mut self, table: &TableName, column: &Column, if_not_exists: bool) {
        let ty = self.resolved_type(&column.ty);
        let same = same_column(self.schema.dialect, &column.name);
        let Some(known) = self.table_mut(table) else {
            return;
        };
        if known.columns.iter().any(same) {
            if !if_not_exists {
                self.note(table, format_args!("column {table}.{} is there already", column.name));
            }
            return;
        }
        known.columns.push(Column { ty, ..column.clone() });
        let last = known.columns.len() - 1;
        if column.sequence.is_some() {
            self.settle_column_sequence(table, last);
            self.know_sequences(table);
        }
        self.add_column_to_children(table, column);
    }

    /// The position of a column; noted where it is not there.
    fn column_index(&mut self, table: &TableName, column: &str) -> Option<usize> {
        let same = same_column(self.schema.dialect, column);
        let index = self.table_mut(table)?.columns.iter().position(same);
        if index.is_none() {
            self.note(table, format_args!("column {table}.{column} is not known here"));
        }
        index
    }

    pub(super) fn drop_column(&mut self, table: &TableName, column: &str, if_exists: bool, cascade: bool) {
        let outer = self.conditional;
        // PostgreSQL's IF EXISTS is about the column alone: a table that is missing is still an error.
        self.conditional |= if_exists && self.schema.table(table).is_some();
        let index = self.column_index(table, column);
        self.conditional = outer;
        let dialect = self.schema.dialect;
        let (Some(index), Some(known)) = (index, self.schema.table(table)) else {
            return;
        };
        let name = known.columns.get(index).map(|column| column.name.clone()).unwrap_or_default();
        self.note_users(table, Some(&name), cascade, &[]);
        let Some(known) = self.schema.table_mut(table) else {
            return;
        };
        known.columns.remove(index);
        let full = known.name.clone();
        match dialect {
            Dialect::Mysql => shrink_keys(known, &name),
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mssql => drop_keys(known, &name),
        }
        known.foreign_keys.retain(|key| !key.columns.iter().any(|item| dialect.same_name(item, &name)));
        known.checks.retain(|check| !mentions(&check.expression, &name));
        let table = full;
        self.drop_owned_sequences(&table, Some(&name), cascade);
        self.drop_references_to_column(&table, &name);
        if dialect == Dialect::Postgres {
            self.drop_views_of(&table, Some(&name), &[]);
            self.drop_columns_computed_from(&table, &name);
        }
        self.drop_programs_using(&table, &name);
        self.drop_column_of_children(&table, &name, cascade);
    }

    fn drop_columns_computed_from(&mut self, table: &TableName, column: &str) {
        let columns = self.schema.table(table).into_iter().flat_map(|known| &known.columns);
        let gone: Vec<String> = columns
            .filter(|other| views::is_computed_from(other, column))
            .map(|other| other.name.clone())
            .collect();
        for name in gone {
            self.quietly(|step| step.drop_column(table, &name, true, true));
        }
    }

    /// SQLite keeps keys that reference what is not there, and refuses writes for them.
    fn drop_references_to_column(&mut self, table: &TableName, column: &str) {
        let dialect = self.schema.dialect;
        if dialect == Dialect::Sqlite {
            return;
        }
        for other in &mut self.schema.tables {
            other.foreign_keys.retain(|key| {
                key.referenced_table != *table
                    || !key.referenced_columns.iter().any(|item| dialect.same_name(item, column))
            });
        }
    }

    pub(super) fn rename_column(&mut self, table: &TableName, column: &str, to: &str) {
        let dialect = self.schema.dialect;
        let Some(index) = self.column_index(table, column) else {
            return;
        };
        let taken = self.schema.table(table).is_some_and(|known| {
            known
                .columns
                .iter()
                .enumerate()
                .any(|(at, item)| at != index && dialect.same_name(&item.name, to))
        });
        if taken {
            self.note(table, format_args!("column {table}.{to} is there already"));
            return;
        }
        let span = self.span;
        let Some(known) = self.schema.table_mut(table) else {
            return;
        };
        let Some(item) = known.columns.get_mut(index) else {
            return;
        };
        let before = std::mem::replace(&mut item.name, to.to_owned());
        item.span = span;
        rename_in_table(dialect, known, &before, to);
        let name = known.name.clone();
        for other in &mut self.schema.tables {
            let keys = other.foreign_keys.iter_mut().filter(|key| key.referenced_table == name);
            rename_all(dialect, keys.flat_map(|key| &mut key.referenced_columns), &before, to);
        }
        for owner in self.schema.sequences.iter_mut().filter_map(|sequence| sequence.owner.as_mut()) {
            if owner.0 == name && owner.1 == before {
                to.clone_into(&mut owner.1);
            }
        }
        self.rename_column_in_views(&name, &before, to);
        self.rename_column_in_programs(&name, &before, to);
        self.rename_column_of_children(&name, &before, to);
    }

    pub(super) fn move_column(&mut self, table: &TableName, column: &str, after: Option<&str>) {
        let dialect = self.schema.dialect;
        let Some(known) = self.schema.table_mut(table) else {
            return;
        };
        let position = |columns: &[Column], name: &str| {
            columns.iter().position(|item| dialect.same_name(&item.name, name))
        };
        let Some(at) = position(&known.columns, column) else {
            return;
        };
        let moved = known.columns.remove(at);
        let to = match after {
            None => 0,
            Some(after) => position(&known.columns, after).map_or(at, |before| before + 1),
        };
        known.columns.insert(to.min(known.columns.len()), moved);
    }

    pub(super) fn alter_column(&mut self, table: &TableName, column: &str, alteration: &ColumnAlteration) {
        let ty = alteration.ty.as_ref().map(|ty| self.resolved_type(ty));
        let sequence = alteration.sequence.as_ref().map(|name| self.schema.canonical(name));
        let (dialect, span) = (self.schema.dialect, self.span);
        let Some(index) = self.column_index(table, column) else {
            return;
        };
        if ty.is_some() {
            self.note_view_of_type(table, column);
        }
        let Some(known) = self.schema.table_mut(table) else {
            return;
        };
        if let Some(item) = known.columns.get_mut(index) {
            if let Some(ty) = ty {
                keep_cast(item, &ty);
                item.ty = ty;
            }
            item.nullable = alteration.nullable.unwrap_or(item.nullable);
            if let Some(generated) = alteration.generated {
                item.generated = generated;
                item.expression = alteration.expression.clone().filter(|_| generated);
            }
            if let Some(default) = &alteration.default {
                item.default.clone_from(default);
                item.sequence = sequence;
            }
            item.span = span;
        }
        tables::complete_primary_key(dialect, known);
        self.know_sequences(table);
        self.alter_column_of_children(table, column, alteration);
    }
}

/// A default that stays over a change of type is cast from the named type before: it depends on it from then on.
fn keep_cast(column: &mut Column, after: &ColumnType) {
    let named = column.ty.named_type().filter(|before| Some(*before) != after.named_type());
    if let (Some(before), Some(DefaultValue::Expression(text))) = (named, &mut column.default)
        && !text.contains("::")
    {
        *text = format!("{text}::\"{before}\"");
    }
}

fn same_column(dialect: Dialect, name: &str) -> impl FnMut(&Column) -> bool + use<'_> {
    move |column| dialect.same_name(&column.name, name)
}

/// All keys that include the column go with it (PostgreSQL, ALTER TABLE, DROP COLUMN).
fn drop_keys(table: &mut Table, column: &str) {
    let names = |columns: &[String]| columns.iter().any(|item| item.eq_ignore_ascii_case(column));
    if table.primary_key.as_ref().is_some_and(|key| names(&key.columns)) {
        table.primary_key = None;
    }
    table.uniques.retain(|unique| !names(&unique.columns));
    table.indexes.retain(|index| {
        !index.columns.iter().flatten().any(|item| item.eq_ignore_ascii_case(column))
            && !names(&index.include)
            && !index.expressions.iter().any(|text| mentions(text, column))
            && !index.predicate.as_deref().is_some_and(|text| mentions(text, column))
    });
}

/// MySQL takes the column out of every key, and drops the keys that are left without any
/// (manual, 15.1.9, DROP COLUMN).
fn shrink_keys(table: &mut Table, column: &str) {
    let other = |item: &String| !item.eq_ignore_ascii_case(column);
    if let Some(key) = &mut table.primary_key {
        let mut gone = key.columns.iter().map(|item| !other(item)).collect::<Vec<_>>().into_iter();
        key.lengths.retain(|_| !gone.next().unwrap_or_default());
        key.columns.retain(other);
    }
    table.primary_key = table.primary_key.take().filter(|key| !key.columns.is_empty());
    for unique in &mut table.uniques {
        unique.columns.retain(other);
    }
    table.uniques.retain(|unique| !unique.columns.is_empty());
    for index in &mut table.indexes {
        index.retain_columns(|item| !item.eq_ignore_ascii_case(column));
    }
    table.indexes.retain(|index| !index.columns.is_empty());
}

/// Constraints and indexes follow a column's new name.
fn rename_in_table(dialect: Dialect, table: &mut Table, before: &str, after: &str) {
    let primary = table.primary_key.iter_mut().flat_map(|key| &mut key.columns);
    let uniques = table.uniques.iter_mut().flat_map(|unique| &mut unique.columns);
    let foreign = table.foreign_keys.iter_mut().flat_map(|key| &mut key.columns);
    rename_all(dialect, primary.chain(uniques).chain(foreign), before, after);
    rename_all(
        dialect,
        table
            .indexes
            .iter_mut()
            .flat_map(|index| index.columns.iter_mut().flatten().chain(&mut index.include)),
        before,
        after,
    );
    let divided = table.partitioning.iter_mut().map(|partitioning| &mut partitioning.by);
    let expressions = table.columns.iter_mut().filter_map(|column| column.expression.as_mut()).chain(divided);
    let keyed =
        table.indexes.iter_mut().flat_map(|index| index.predicate.iter_mut().chain(&mut index.expressions));
    for text in expressions.chain(keyed) {
        *text = renamed(text, before, after);
    }
    for check in &mut table.checks {
        check.expression = renamed(&check.expression, before, after);
    }
}

fn rename_all<'n>(dialect: Dialect, names: impl Iterator<Item = &'n mut String>, before: &str, after: &str) {
    for name in names.filter(|name| dialect.same_name(name, before)) {
        after.clone_into(name);
    }
}
