//! The schema as SQL that its database accepts: schemas, enums, tables, indexes, then foreign keys, so that nothing is
//! named before it is there.

use std::fmt::Write;

use crate::report::wire::{ColumnReport, ForeignKeyReport, SchemaReport, TableKindReport, TableReport};
use crate::schema::Dialect;

/// The report of `schema`.
pub(crate) fn schema(report: &SchemaReport) -> String {
    let mut out = String::new();
    let several = report.schema_sources.len() > 1;
    for (index, source) in report.schema_sources.iter().enumerate() {
        if several {
            let _ = writeln!(out, "-- {}\n", source.path.replace(['\n', '\r'], " "));
        }
        out.push_str(&of_source(report, index, source.dialect));
    }
    out
}

/// The statements of one schema source.
pub(crate) fn of_source(report: &SchemaReport, index: usize, dialect: Dialect) -> String {
    let mut out = String::new();
    write_enums(&mut out, report, index, dialect);
    let tables = || report.tables.iter().filter(move |table| table.source == index);
    for table in tables() {
        match table.kind {
            TableKindReport::Table => write_table(&mut out, report, table, dialect),
            // The model keeps what a view shows, not the query that shows it.
            TableKindReport::View => write_view(&mut out, table, dialect),
        }
    }
    for table in tables().filter(|table| table.kind == TableKindReport::Table) {
        write_indexes(&mut out, table, dialect);
    }
    // SQLite has no ALTER TABLE ... ADD CONSTRAINT: its foreign keys stand in the table.
    if dialect != Dialect::Sqlite {
        for table in tables() {
            for key in &table.foreign_keys {
                let name = qualified(table, dialect);
                let _ = writeln!(out, "ALTER TABLE {name} ADD {};", foreign_key(key, dialect));
            }
        }
    }
    out
}

fn write_enums(out: &mut String, report: &SchemaReport, source: usize, dialect: Dialect) {
    let default = dialect.default_schema();
    let of_source = report.tables.iter().filter(|table| table.source == source);
    let enums = || report.enums.iter().filter(move |item| item.source == source);
    let mut schemas: Vec<&str> = of_source
        .filter_map(|table| table.schema.as_deref())
        .chain(enums().filter_map(|item| item.schema.as_deref()))
        .filter(|schema| Some(*schema) != default)
        .collect();
    schemas.sort_unstable();
    schemas.dedup();
    for schema in schemas {
        let _ = writeln!(out, "CREATE SCHEMA {};\n", quote(schema, dialect));
    }
    if dialect != Dialect::Postgres {
        return;
    }
    for item in enums() {
        let values: Vec<String> = item.values.iter().map(|value| literal(value)).collect();
        let name = name_in(item.schema.as_deref(), &item.name, dialect);
        let _ = writeln!(out, "CREATE TYPE {name} AS ENUM ({});\n", values.join(", "));
    }
}

fn write_view(out: &mut String, table: &TableReport, dialect: Dialect) {
    let columns: Vec<String> = table.columns.iter().map(|column| quote(&column.name, dialect)).collect();
    let _ = writeln!(out, "-- view {} ({})\n", qualified(table, dialect), columns.join(", "));
}

fn write_table(out: &mut String, report: &SchemaReport, table: &TableReport, dialect: Dialect) {
    let mut parts: Vec<String> =
        table.columns.iter().map(|item| column(item, report, table, dialect)).collect();
    let inline_key = dialect == Dialect::Sqlite && rowid_column(table).is_some();
    if !table.primary_key.is_empty() && !inline_key {
        parts.push(format!("PRIMARY KEY {}", list(&table.primary_key, dialect)));
    }
    for unique in &table.unique {
        let name = constraint(unique.name.as_deref(), dialect);
        parts.push(format!("{name}UNIQUE {}", list(&unique.columns, dialect)));
    }
    for check in &table.checks {
        let name = constraint(check.name.as_deref(), dialect);
        parts.push(format!("{name}CHECK ({})", check.expression));
    }
    if dialect == Dialect::Sqlite {
        parts.extend(table.foreign_keys.iter().map(|key| foreign_key(key, dialect)));
    }
    let body = if parts.is_empty() { String::new() } else { format!("\n  {}\n", parts.join(",\n  ")) };
    let _ = writeln!(out, "CREATE TABLE {} ({body});\n", qualified(table, dialect));
}

/// SQLite's alias of the rowid must be declared `INTEGER PRIMARY KEY` in the column itself (sqlite.org/autoinc.html).
fn rowid_column(table: &TableReport) -> Option<&ColumnReport> {
    let [key] = table.primary_key.as_slice() else { return None };
    let column = table.columns.iter().find(|column| &column.name == key)?;
    (column.default.as_deref() == Some(AUTOINCREMENT)).then_some(column)
}

const AUTOINCREMENT: &str = "autoincrement";

/// The type as it must be written: the name of an enum is an identifier, which PostgreSQL folds unless it is quoted.
fn type_name(ty: &str, report: &SchemaReport, dialect: Dialect) -> String {
    let (bare, array) = ty.strip_suffix("[]").map_or((ty, ""), |bare| (bare, "[]"));
    let named = report.enums.iter().find(|item| {
        item.name == bare
            || item.schema.as_ref().is_some_and(|schema| format!("{schema}.{}", item.name) == bare)
    });
    match named.filter(|_| dialect == Dialect::Postgres) {
        Some(item) => format!("{}{array}", name_in(item.schema.as_deref(), &item.name, dialect)),
        None => ty.to_owned(),
    }
}

fn column(column: &ColumnReport, report: &SchemaReport, table: &TableReport, dialect: Dialect) -> String {
    let ty = type_name(&column.ty, report, dialect);
    let mut text = format!("{} {ty}", quote(&column.name, dialect));
    let counts = column.default.as_deref() == Some(AUTOINCREMENT);
    if counts && dialect == Dialect::Sqlite && rowid_column(table).is_some() {
        return format!("{} integer PRIMARY KEY AUTOINCREMENT", quote(&column.name, dialect));
    }
    match &column.default {
        Some(expression) if column.generated => {
            let _ = write!(text, " GENERATED ALWAYS AS ({expression}) STORED");
        }
        Some(_) if counts => text.push_str(match dialect {
            Dialect::Postgres => " GENERATED BY DEFAULT AS IDENTITY",
            Dialect::Mysql => " AUTO_INCREMENT",
            Dialect::Mssql => " IDENTITY",
            Dialect::Sqlite => "",
        }),
        Some(expression) => {
            let _ = write!(text, " DEFAULT {}", default_value(expression, dialect));
        }
        None => {}
    }
    if !column.nullable {
        text.push_str(" NOT NULL");
    }
    text
}

/// SQLite and MySQL want brackets around a default that is more than a literal or a keyword (sqlite.org,
/// "CREATE TABLE"; MySQL 8.0 manual, 13.6); PostgreSQL takes either.
fn default_value(expression: &str, dialect: Dialect) -> String {
    let simple = !expression.contains('(') || expression.starts_with('(') || expression.starts_with('\'');
    let keyword = expression.to_ascii_uppercase().starts_with("CURRENT_TIMESTAMP");
    match dialect {
        Dialect::Sqlite | Dialect::Mysql if !simple && !keyword => format!("({expression})"),
        Dialect::Sqlite | Dialect::Mysql | Dialect::Postgres | Dialect::Mssql => expression.to_owned(),
    }
}

fn write_indexes(out: &mut String, table: &TableReport, dialect: Dialect) {
    for index in &table.indexes {
        let columns: Option<Vec<String>> = index.columns.iter().cloned().collect();
        let Some(columns) = columns else {
            let name = index.name.as_deref().unwrap_or("without a name");
            let _ = writeln!(out, "-- index {} of {}: over expressions\n", quote(name, dialect), table.name);
            continue;
        };
        let unique = if index.unique { "UNIQUE " } else { "" };
        let made = format!("{}_{}_idx", table.name, columns.join("_"));
        let name = quote(index.name.as_deref().unwrap_or(&made), dialect);
        let predicate = index.predicate.as_ref().map(|text| format!(" WHERE {text}")).unwrap_or_default();
        let on = qualified(table, dialect);
        let _ =
            writeln!(out, "CREATE {unique}INDEX {name} ON {on} {}{predicate};\n", list(&columns, dialect));
    }
}

fn foreign_key(key: &ForeignKeyReport, dialect: Dialect) -> String {
    let name = constraint(key.name.as_deref(), dialect);
    let (schema, table) = match key.referenced_table.split_once('.') {
        Some((schema, table)) => (Some(schema), table),
        None => (None, key.referenced_table.as_str()),
    };
    let mut text = format!(
        "{name}FOREIGN KEY {} REFERENCES {}",
        list(&key.columns, dialect),
        name_in(schema, table, dialect)
    );
    if !key.referenced_columns.is_empty() {
        let _ = write!(text, " {}", list(&key.referenced_columns, dialect));
    }
    for (event, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if action != "NO ACTION" {
            let _ = write!(text, " ON {event} {action}");
        }
    }
    text
}

fn constraint(name: Option<&str>, dialect: Dialect) -> String {
    name.map(|name| format!("CONSTRAINT {} ", quote(name, dialect))).unwrap_or_default()
}

fn qualified(table: &TableReport, dialect: Dialect) -> String {
    name_in(table.schema.as_deref(), &table.name, dialect)
}

/// A name in a schema, quoted; the default schema is left out.
pub(crate) fn name_in(schema: Option<&str>, name: &str, dialect: Dialect) -> String {
    match schema.filter(|schema| Some(*schema) != dialect.default_schema()) {
        Some(schema) => format!("{}.{}", quote(schema, dialect), quote(name, dialect)),
        None => quote(name, dialect),
    }
}

fn list(columns: &[String], dialect: Dialect) -> String {
    let columns: Vec<String> = columns.iter().map(|column| quote(column, dialect)).collect();
    format!("({})", columns.join(", "))
}

/// A name as an identifier.
pub(crate) fn quote(name: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Mysql => format!("`{}`", name.replace('`', "``")),
        Dialect::Mssql => format!("[{}]", name.replace(']', "]]")),
        Dialect::Postgres | Dialect::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
