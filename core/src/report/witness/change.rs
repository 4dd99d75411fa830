//! One change as SQL.

use crate::diff::{Change, ChangeKind};
use crate::report::ddl::{name_in, quote};
use crate::report::witness::{Case, alone};
use crate::schema::{Column, Dialect, EnumValue, Index, Schema, Table, TableName, Unique};

/// The statements that make `change` on the schema of the proof; `None` where it changes nothing there.
pub(super) fn sql(case: Case<'_>, before: &Schema, change: &Change) -> Option<String> {
    let dialect = before.dialect;
    let name = |table: &TableName| name_in(table.schema.as_deref(), &table.name, dialect);
    let text = match &change.kind {
        ChangeKind::DropTable { table } => format!("DROP TABLE {};\n", name(table)),
        ChangeKind::RenameTable { table } => {
            let to = quote(&table.after.name, dialect);
            format!("ALTER TABLE {} RENAME TO {to};\n", name(&table.before))
        }
        ChangeKind::RenameColumn { table, column } => {
            let (from, to) = (quote(&column.before, dialect), quote(&column.after, dialect));
            format!("ALTER TABLE {} RENAME COLUMN {from} TO {to};\n", name(table))
        }
        ChangeKind::DropColumn { table, column } if !is_bound(before, table, column) => {
            format!("ALTER TABLE {} DROP COLUMN {};\n", name(table), quote(column, dialect))
        }
        ChangeKind::RenameEnumValue { name: of, value } if dialect == Dialect::Postgres => {
            let (from, to) = (super::sample::quoted(&value.before), super::sample::quoted(&value.after));
            format!("ALTER TYPE {} RENAME VALUE {from} TO {to};\n", name(of))
        }
        ChangeKind::AlterColumnNullability { table, column, nullable, .. }
            if dialect == Dialect::Postgres =>
        {
            let verb = if *nullable { "DROP" } else { "SET" };
            format!("ALTER TABLE {} ALTER COLUMN {} {verb} NOT NULL;\n", name(table), quote(column, dialect))
        }
        ChangeKind::AlterColumnDefault { table, column, has_default }
            if dialect == Dialect::Postgres && !has_default.after =>
        {
            format!("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT;\n", name(table), quote(column, dialect))
        }
        kind => return rebuilt(case, before, kind),
    };
    Some(text)
}

/// Whether keys hold the column: SQLite does not drop it then (sqlite.org/lang_altertable.html).
fn is_bound(schema: &Schema, table: &TableName, column: &str) -> bool {
    let Some(table) = schema.table(table).filter(|_| schema.dialect == Dialect::Sqlite) else { return false };
    let keys = table.primary_key.iter().map(|key| key.columns.as_slice());
    let keys = keys.chain(table.uniques.iter().map(|unique| unique.columns.as_slice()));
    let in_index = table.indexes.iter().flat_map(|index| index.columns.iter().flatten());
    keys.flatten().chain(in_index).any(|name| name == column)
}

/// The tables as the change leaves them, made anew: they hold nothing, and not every database can alter in place.
fn rebuilt(case: Case<'_>, before: &Schema, kind: &ChangeKind) -> Option<String> {
    let mut after = before.clone();
    match kind {
        ChangeKind::DropEnumValue { name, value } => drop_value(&mut after, name, value),
        ChangeKind::RenameEnumValue { .. } | ChangeKind::AddEnumValue { .. } => {
            after.enums = case.schemas.after.enums.clone();
        }
        kind => {
            let table = after.tables.iter_mut().find(|table| Some(&table.name) == kind.table())?;
            change_table(case, table, kind)?;
        }
    }
    // Inline enums: their values stand in the column's type, which the schema after has.
    if before.dialect == Dialect::Mysql {
        after.tables.iter_mut().for_each(|table| take_enum_types(case.schemas.after, table));
    }
    let mut text = String::new();
    for table in &before.tables {
        let name = name_in(table.name.schema.as_deref(), &table.name.name, before.dialect);
        text.push_str(&format!("DROP TABLE {name};\n"));
    }
    if before.dialect == Dialect::Postgres {
        for item in &before.enums {
            let name = name_in(item.name.schema.as_deref(), &item.name.name, before.dialect);
            text.push_str(&format!("DROP TYPE {name};\n"));
        }
    }
    text.push_str(&crate::report::ddl::ddl(&after));
    Some(text)
}

fn drop_value(schema: &mut Schema, name: &TableName, value: &str) {
    for item in schema.enums.iter_mut().filter(|item| &item.name == name) {
        item.values.retain(|known: &EnumValue| known.name != value);
    }
}

fn take_enum_types(after: &Schema, table: &mut Table) {
    let Some(later) = after.table(&table.name) else { return };
    for column in &mut table.columns {
        if let Some(now) = later.column(&column.name)
            && !now.ty.inline_enum_values().is_empty()
        {
            column.ty = now.ty.clone();
        }
    }
}

/// `None` where the change is of no table's own.
fn change_table(case: Case<'_>, table: &mut Table, kind: &ChangeKind) -> Option<()> {
    let later = || case.schemas.after.table(&table.name).map(alone);
    match kind {
        ChangeKind::AddColumn { column, .. } => table.columns.push((**column).clone()),
        ChangeKind::DropColumn { column, .. } => drop_column(table, column),
        ChangeKind::AlterColumnType { column, ty, .. } => column_of(table, column)?.ty = ty.after.clone(),
        ChangeKind::AlterColumnNullability { column, nullable, .. } => {
            column_of(table, column)?.nullable = *nullable;
        }
        ChangeKind::AlterColumnDefault { column, .. } => {
            let default = later()?.column(column)?.default.clone();
            column_of(table, column)?.default = default;
        }
        ChangeKind::DropUnique { columns, .. } => drop_unique(table, columns),
        ChangeKind::AddUnique { columns, .. } => {
            table.uniques.push(Unique { name: None, columns: columns.clone(), span: table.span });
        }
        _ => return None,
    }
    Some(())
}

fn column_of<'t>(table: &'t mut Table, name: &str) -> Option<&'t mut Column> {
    table.columns.iter_mut().find(|column| column.name == name)
}

fn drop_column(table: &mut Table, name: &str) {
    table.columns.retain(|column| column.name != name);
    if table.primary_key.as_ref().is_some_and(|key| key.columns.iter().any(|column| column == name)) {
        table.primary_key = None;
    }
    table.uniques.retain(|unique| unique.columns.iter().all(|column| column != name));
    table.indexes.retain(|index| index.columns.iter().flatten().all(|column| column != name));
}

fn drop_unique(table: &mut Table, columns: &[String]) {
    table.uniques.retain(|unique| unique.columns != columns);
    table.indexes.retain(|index: &Index| !index.columns.iter().flatten().eq(columns));
    if table.primary_key.as_ref().is_some_and(|key| key.columns == columns) {
        table.primary_key = None;
    }
}
