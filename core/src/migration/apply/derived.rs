//! Tables whose columns come from others: views, `CREATE TABLE ... AS`, `LIKE`, `INHERITS`, `PARTITION OF`.

use super::Step;
use crate::schema::{
    Column, ColumnSource, ColumnType, CopiedParts, DefaultValue, Dialect, Table, TableKind, TableName,
};
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
        let mut own = std::mem::take(&mut made.columns);
        for source in sources {
            self.add_source(&mut made, source);
        }
        for (column, name) in made.columns.iter_mut().zip(names) {
            column.name.clone_from(name);
        }
        if self.schema.dialect == Dialect::Mysql {
            // Columns that the query does not give come first (manual, 15.1.20.4).
            let (given, first): (Vec<Column>, Vec<Column>) =
                own.into_iter().partition(|column| made.column(&column.name).is_some());
            own = given;
            made.columns.splice(0..0, first);
        }
        for column in own {
            // A column that is declared again beside its inherited one is merged with it.
            match made.column_mut(&column.name) {
                Some(inherited) => {
                    let kept = self.schema.dialect == Dialect::Postgres;
                    let default =
                        column.default.clone().or_else(|| inherited.default.clone().filter(|_| kept));
                    let nullable = column.nullable && (inherited.nullable || !kept);
                    let ty = if column.ty.name.is_empty() { inherited.ty.clone() } else { column.ty.clone() };
                    *inherited = Column { ty, default, nullable, ..column };
                }
                None => made.columns.push(column),
            }
        }
        self.settle_query(&mut made, sources);
        for parent in &mut made.parents {
            parent.table = self.schema.canonical(&parent.table);
        }
        self.create_table(made, if_not_exists, or_replace);
    }

    /// A column of a query's result that shows a plain column. MySQL keeps its nullability and default; SQLite's
    /// `CREATE TABLE AS` keeps the affinity alone (lang_createtable.html, 2.1).
    fn shown_column(&self, made: &Table, column: &Column, name: &str, span: Span) -> Column {
        let mut shown = result_column(name, Some(column.ty.clone()), span);
        match self.schema.dialect {
            Dialect::Mysql => {
                shown.nullable = column.nullable;
                shown.default = match &column.default {
                    Some(DefaultValue::AutoIncrement) => Some(DefaultValue::Expression("0".to_owned())),
                    other => other.clone(),
                };
            }
            Dialect::Sqlite if made.kind == TableKind::Table => shown.ty = column.ty.affinity(),
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mssql => {}
        }
        shown
    }

    pub(super) fn add_source(&mut self, made: &mut Table, source: &ColumnSource) {
        match source {
            ColumnSource::All { table, copy, span } => self.copy_table(made, table, *copy, *span),
            ColumnSource::Own(column) => push_new(made, (**column).clone()),
            ColumnSource::Column { tables, column, name, span } => {
                let mut found = tables.iter().filter_map(|table| self.schema.table(table)?.column(column));
                let shown = match found.next() {
                    Some(column) => self.shown_column(made, column, name, *span),
                    None => result_column(name, None, *span),
                };
                push_new(made, shown);
            }
            ColumnSource::Expression { name, ty, span } => {
                push_new(made, result_column(name, ty.clone(), *span))
            }
        }
    }

    fn copy_table(&mut self, made: &mut Table, name: &TableName, copy: CopiedParts, span: Span) {
        let composites = self.schema.composites.iter().find(|item| item.name == self.schema.canonical(name));
        let Some(other) = self.schema.table(name).or(composites).cloned() else {
            let reason = format!("columns come from {name}, which is not known here");
            self.note_tables(reason, vec![made.name.to_string(), name.to_string()]);
            return;
        };
        for column in &other.columns {
            let own = if copy == CopiedParts::TYPES {
                self.shown_column(made, column, &column.name, span)
            } else {
                copied_column(column, copy, span)
            };
            push_new(made, own);
        }
        if copy.checks {
            let own = format!("{}_chk_", other.name.name);
            made.checks.extend(other.checks.iter().cloned().map(|mut check| {
                // Names that were made up are made up anew (MySQL manual, 15.1.20.3).
                check.name = check
                    .name
                    .filter(|name| self.schema.dialect != Dialect::Mysql || !name.starts_with(&own));
                check
            }));
        }
        if copy.keys && self.schema.dialect == Dialect::Mysql {
            made.partitioning.clone_from(&other.partitioning);
        }
        if copy.foreign_keys {
            made.foreign_keys.extend(other.foreign_keys.iter().cloned());
        }
        if copy.keys {
            self.copy_keys(made, other);
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
    Column {
        name: name.to_owned(),
        ty,
        nullable: true,
        default: None,
        generated: false,
        expression: None,
        sequence: None,
        span,
    }
}

fn copied_column(column: &Column, copy: CopiedParts, span: Span) -> Column {
    Column {
        nullable: column.nullable || !copy.nullability,
        default: column.default.clone().filter(|_| copy.defaults),
        generated: column.generated && copy.generated,
        expression: column.expression.clone().filter(|_| copy.generated),
        sequence: column.sequence.clone().filter(|_| copy.defaults),
        span,
        ..column.clone()
    }
}
