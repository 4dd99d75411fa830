//! Tables whose columns come from others: views, `CREATE TABLE ... AS`, `LIKE`, `INHERITS`, `PARTITION OF`.

use super::Step;
use crate::migration::{ColumnSource, CopiedParts};
use crate::schema::{Column, ColumnType, Dialect, Table, TableName};
use crate::text::Span;

impl Step<'_> {
    pub(super) fn create_table_from(
        &mut self,
        table: &Table,
        sources: &[ColumnSource],
        names: &[String],
        if_not_exists: bool,
        or_replace: bool,
    ) {
        let mut made = table.clone();
        let own = std::mem::take(&mut made.columns);
        for source in sources {
            self.add_source(&mut made, source);
        }
        for (column, name) in made.columns.iter_mut().zip(names) {
            column.name.clone_from(name);
        }
        for column in own {
            // A column that is declared again beside its inherited one is merged with it.
            match made.column_mut(&column.name) {
                Some(inherited) => *inherited = column,
                None => made.columns.push(column),
            }
        }
        if let Some(query) = &mut made.query {
            for read in &mut query.tables {
                *read = self.schema.canonical(read);
            }
        }
        self.create_table(made, if_not_exists, or_replace);
    }

    fn add_source(&mut self, made: &mut Table, source: &ColumnSource) {
        match source {
            ColumnSource::All { table, copy, span } => self.copy_table(made, table, *copy, *span),
            ColumnSource::Column { tables, column, name, span } => {
                let found = tables.iter().filter_map(|table| self.schema.table(table));
                let ty =
                    found.filter_map(|table| table.column(column)).map(|column| column.ty.clone()).next();
                push_new(made, result_column(name, ty, *span));
            }
            ColumnSource::Expression { name, ty, span } => {
                push_new(made, result_column(name, ty.clone(), *span))
            }
        }
    }

    fn copy_table(&mut self, made: &mut Table, name: &TableName, copy: CopiedParts, span: Span) {
        let Some(other) = self.schema.table(name).cloned() else {
            let reason = format!("columns come from {name}, which is not known here");
            self.note_tables(reason, vec![made.name.to_string(), name.to_string()]);
            return;
        };
        for column in &other.columns {
            push_new(made, copied_column(column, copy, span));
        }
        match copy {
            CopiedParts::Types | CopiedParts::Nullability => {}
            CopiedParts::Defaults => made.checks.extend(other.checks),
            CopiedParts::Everything => self.copy_keys(made, other),
        }
    }

    /// PostgreSQL names the copied keys after the new table (manual, CREATE TABLE, LIKE); MySQL keeps their names.
    fn copy_keys(&self, made: &mut Table, other: Table) {
        let named = self.schema.dialect == Dialect::Mysql;
        let keep = |name: Option<String>| name.filter(|_| named);
        if made.primary_key.is_none() {
            made.primary_key = other.primary_key.map(|mut key| {
                key.name = keep(key.name);
                key
            });
        }
        made.uniques.extend(other.uniques.into_iter().map(|mut unique| {
            unique.name = keep(unique.name);
            unique
        }));
        made.indexes.extend(other.indexes.into_iter().map(|mut index| {
            index.name = keep(index.name);
            index
        }));
        made.checks.extend(other.checks);
    }
}

fn push_new(made: &mut Table, column: Column) {
    if !made.columns.iter().any(|known| known.name == column.name) {
        made.columns.push(column);
    }
}

/// A column of a query's result: it may be NULL and has no default, whatever its source says.
fn result_column(name: &str, ty: Option<ColumnType>, span: Span) -> Column {
    let ty = ty.unwrap_or_else(ColumnType::unknown);
    Column { name: name.to_owned(), ty, nullable: true, default: None, generated: false, span }
}

fn copied_column(column: &Column, copy: CopiedParts, span: Span) -> Column {
    match copy {
        CopiedParts::Types => result_column(&column.name, Some(column.ty.clone()), span),
        CopiedParts::Nullability => Column { default: None, generated: false, span, ..column.clone() },
        CopiedParts::Defaults | CopiedParts::Everything => Column { span, ..column.clone() },
    }
}
