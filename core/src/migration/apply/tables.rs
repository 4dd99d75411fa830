//! Tables made, dropped and renamed.

use super::{Step, names, views};
use crate::schema::{ColumnType, DefaultValue, Dialect, Table, TableKind, TableName, Unique};
use crate::text::Span;

impl Step<'_> {
    pub(super) fn create_table(&mut self, mut table: Table, if_not_exists: bool, or_replace: bool) {
        table.name = self.schema.canonical(&table.name);
        if self.schema.table(&table.name).is_some() {
            if or_replace {
                self.schema.remove_table(&table.name);
            } else {
                if !if_not_exists {
                    self.note(&table.name, format_args!("table {} is there already", table.name));
                }
                return;
            }
        }
        if self.schema.dialect == Dialect::Postgres {
            merge_repeated_keys(&mut table);
        }
        for index in 0..table.columns.len() {
            self.settle_sequence(&mut table, index);
        }
        self.complete(&mut table, &[]);
        let name = table.name.clone();
        self.schema.tables.push(table);
        self.know_sequences(&name);
    }

    /// Fills in what the database knows and the statement leaves open.
    ///
    /// `settled` are the places of the foreign keys that the table had before.
    fn complete(&mut self, table: &mut Table, settled: &[Span]) {
        for column in &mut table.columns {
            column.ty = self.resolved_type(&column.ty);
        }
        complete_primary_key(self.schema.dialect, table);
        names::fill_names(self.schema, table, settled);
        for key in &mut table.foreign_keys {
            key.referenced_table = self.schema.canonical(&key.referenced_table);
        }
        for index in 0..table.foreign_keys.len() {
            self.fill_referenced_columns(table, index);
        }
    }

    /// A foreign key that names no columns references the primary key.
    fn fill_referenced_columns(&self, table: &mut Table, index: usize) {
        let Some(key) = table.foreign_keys.get(index).filter(|key| key.referenced_columns.is_empty()) else {
            return;
        };
        let other = if self.same_table(&key.referenced_table, &table.name) {
            Some(&*table)
        } else {
            self.schema.table(&key.referenced_table)
        };
        let primary = other.and_then(|other| other.primary_key.as_ref());
        let columns = primary.map(|primary| primary.columns.clone()).unwrap_or_default();
        if let Some(key) = table.foreign_keys.get_mut(index) {
            key.referenced_columns = columns;
        }
    }

    /// Takes the table out, lets `change` work on it, completes it and puts it back in its place.
    pub(super) fn rework(&mut self, name: &TableName, change: impl FnOnce(&mut Table)) {
        let Some(index) = self.schema.tables.iter().position(|table| self.same_table(&table.name, name))
        else {
            return;
        };
        let mut table = self.schema.tables.remove(index);
        let settled: Vec<Span> = table.foreign_keys.iter().map(|key| key.span).collect();
        change(&mut table);
        self.complete(&mut table, &settled);
        self.schema.tables.insert(index, table);
    }

    /// `others` are dropped by the same statement.
    pub(super) fn drop_table(
        &mut self,
        name: &TableName,
        if_exists: bool,
        cascade: bool,
        others: &[TableName],
    ) {
        let Some(table) = self.schema.remove_table(name) else {
            if !if_exists {
                self.note(name, format_args!("table {name} is not known here"));
            }
            return;
        };
        self.drop_owned_sequences(&table.name, None, cascade);
        self.drop_references_to(&table.name);
        self.drop_programs_of(&table.name);
        if self.schema.dialect == Dialect::Postgres {
            self.drop_views_of(&table.name, None, others);
        }
        self.drop_children_of(&table.name, cascade);
    }

    /// MySQL (with checks off) and SQLite keep foreign keys whose table is gone: the rebuild of a table relies on it.
    fn drop_references_to(&mut self, name: &TableName) {
        match self.schema.dialect {
            Dialect::Postgres | Dialect::Mssql => {
                for other in &mut self.schema.tables {
                    other.foreign_keys.retain(|key| key.referenced_table != *name);
                }
            }
            Dialect::Mysql | Dialect::Sqlite => {}
        }
    }

    /// Partitions go with their table; other children go with `CASCADE`.
    fn drop_children_of(&mut self, name: &TableName, cascade: bool) {
        let is_child = |table: &Table, gone: bool| {
            table.parents.iter().any(|parent| parent.table == *name && (parent.partition || cascade) == gone)
        };
        let gone: Vec<TableName> = self
            .schema
            .tables
            .iter()
            .filter(|table| is_child(table, true))
            .map(|table| table.name.clone())
            .collect();
        for child in gone {
            self.drop_table(&child, true, cascade, &[]);
        }
        for table in &mut self.schema.tables {
            table.parents.retain(|parent| parent.table != *name);
        }
    }

    pub(super) fn rename_table(&mut self, name: &TableName, to: &TableName, if_exists: bool) {
        let (before, after) = (self.schema.canonical(name), self.schema.canonical(to));
        if self.schema.table(&before).is_none() {
            if !if_exists {
                self.note(name, format_args!("table {name} is not known here"));
            }
            return;
        }
        if !self.same_table(&before, &after) && self.schema.table(&after).is_some() {
            self.note(&after, format_args!("table {after} is there already"));
            return;
        }
        let mysql = self.schema.dialect == Dialect::Mysql;
        if let Some(table) = self.schema.table_mut(&before) {
            table.name = after.clone();
            if mysql {
                names::follow_table(table, &before.name);
            }
        }
        self.move_owned_sequences(&before, &after);
        let dialect = self.schema.dialect;
        let is_before =
            |other: &TableName| other.schema == before.schema && dialect.same_name(&other.name, &before.name);
        let follows = dialect != Dialect::Mysql;
        for table in &mut self.schema.tables {
            if let Some(query) =
                table.query.as_mut().filter(|query| follows && query.tables.iter().any(is_before))
            {
                query.text = super::expression::renamed(&query.text, &before.name, &after.name);
            }
            let keys = table.foreign_keys.iter_mut().map(|key| &mut key.referenced_table);
            let read = table.query.iter_mut().filter(|_| follows).flat_map(views::table_names);
            let parents = table.parents.iter_mut().map(|parent| &mut parent.table);
            for reference in keys.chain(read).chain(parents).filter(|reference| is_before(reference)) {
                *reference = after.clone();
            }
        }
        self.rename_table_in_programs(&before, &after);
    }

    pub(super) fn rename_schema(&mut self, name: &str, to: &str) {
        let place = |name: &str| {
            self.schema.canonical(&TableName { schema: Some(name.to_owned()), name: String::new() }).schema
        };
        let (before, after) = (place(name), place(to));
        let is_inside = |name: &TableName| name.schema == before;
        let types: Vec<TableName> =
            self.schema.enums.iter().map(|item| item.name.clone()).filter(is_inside).collect();
        let domains: Vec<TableName> =
            self.schema.domains.iter().map(|item| item.name.clone()).filter(is_inside).collect();
        for name in types.into_iter().chain(domains) {
            self.rename_enum(&name, &TableName { schema: after.clone(), ..name.clone() });
        }
        let sequences: Vec<TableName> =
            self.schema.sequences.iter().map(|item| item.name.clone()).filter(is_inside).collect();
        for name in sequences {
            self.rename_sequence(&name, &TableName { schema: after.clone(), ..name.clone() });
        }
        for owner in self.schema.sequences.iter_mut().filter_map(|sequence| sequence.owner.as_mut()) {
            if owner.0.schema == before {
                owner.0.schema.clone_from(&after);
            }
        }
        for table in &mut self.schema.tables {
            let keys = table.foreign_keys.iter_mut().map(|key| &mut key.referenced_table);
            let read = table.query.iter_mut().flat_map(views::table_names);
            let parents = table.parents.iter_mut().map(|parent| &mut parent.table);
            let names = keys.chain(read).chain(parents).chain([&mut table.name]);
            names.filter(|name| name.schema == before).for_each(|name| name.schema.clone_from(&after));
        }
    }

    pub(super) fn drop_schema(&mut self, name: &str) {
        // The default schema's own name stands nowhere in the model.
        let schema =
            self.schema.canonical(&TableName { schema: Some(name.to_owned()), name: String::new() }).schema;
        let is_inside = |name: &TableName| name.schema == schema;
        let gone: Vec<TableName> =
            self.schema.tables.iter().map(|table| table.name.clone()).filter(is_inside).collect();
        for name in &gone {
            self.drop_views_of(name, None, &[]);
        }
        let types: Vec<TableName> =
            self.schema.enums.iter().map(|item| item.name.clone()).filter(is_inside).collect();
        let domains: Vec<TableName> =
            self.schema.domains.iter().map(|item| item.name.clone()).filter(is_inside).collect();
        for name in types.iter().chain(&domains) {
            self.drop_enum(name, true);
        }
        let sequences: Vec<TableName> =
            self.schema.sequences.iter().map(|item| item.name.clone()).filter(is_inside).collect();
        for name in &sequences {
            self.drop_sequence(name, true);
        }
        self.schema.tables.retain(|table| table.name.schema != schema);
        self.schema.programs.retain(|program| program.name.schema != schema);
        for table in &mut self.schema.tables {
            table.foreign_keys.retain(|key| key.referenced_table.schema != schema);
        }
    }
}

/// Columns of a primary key hold no NULL, but in SQLite, which lets them for the sake of old databases
/// (lang_createtable.html, 3.5), save for the alias of the row id.
pub(super) fn complete_primary_key(dialect: Dialect, table: &mut Table) {
    let Some(key) = table.primary_key.as_ref().filter(|_| table.kind == TableKind::Table) else {
        return;
    };
    let columns = key.columns.clone();
    let single = columns.len() == 1 && !key.descending;
    for name in &columns {
        let Some(column) = table.column_mut(name) else {
            continue;
        };
        if dialect != Dialect::Sqlite {
            column.nullable = false;
        } else if single && is_row_id_type(&column.ty) {
            column.nullable = false;
            column.default.get_or_insert(DefaultValue::AutoIncrement);
        }
    }
}

/// A single primary key of exactly this type is the row id under another name (lang_createtable.html, 5).
fn is_row_id_type(ty: &ColumnType) -> bool {
    ty.name == "integer"
}

/// PostgreSQL makes one index of keys over the same columns in one `CREATE TABLE`, the primary key first, and gives a
/// name that only a later one has to the first (`transformIndexConstraints` in its source).
fn merge_repeated_keys(table: &mut Table) {
    let mut kept: Vec<Unique> = Vec::new();
    for unique in std::mem::take(&mut table.uniques) {
        if let Some(key) = table.primary_key.as_mut().filter(|key| key.columns == unique.columns) {
            key.name = key.name.take().or(unique.name);
        } else if let Some(first) = kept.iter_mut().find(|first| first.columns == unique.columns) {
            first.name = first.name.take().or(unique.name);
        } else {
            kept.push(unique);
        }
    }
    table.uniques = kept;
}
