//! Two models of the database side by side, line by line: columns, keys, indexes, references, enums, with their names.

use std::collections::BTreeSet;

use seawall::schema::{Column, DefaultValue, Dialect, Schema, Table, TableKind};

/// How many lines were compared, and those that one side has alone (`-` the judge's, `+` ours).
pub fn compare(ours: &Schema, theirs: &Schema) -> (usize, Vec<String>) {
    let (found, expected) = (lines(ours), lines(theirs));
    let mut differences: Vec<String> = expected.difference(&found).map(|line| format!("- {line}")).collect();
    differences.extend(found.difference(&expected).map(|line| format!("+ {line}")));
    (expected.len(), differences)
}

/// Everything that the model says of the tables of a database; views aside, which migrations do not make.
pub fn lines(schema: &Schema) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for table in schema.tables.iter().filter(|table| table.kind == TableKind::Table) {
        add_table(schema, table, &mut lines);
    }
    for item in &schema.enums {
        let values: Vec<&str> = item.values.iter().map(|value| value.name.as_str()).collect();
        lines.insert(format!("enum {} ({})", item.name, values.join(",")));
    }
    lines
}

fn add_table(schema: &Schema, table: &Table, lines: &mut BTreeSet<String>) {
    let name = &table.name;
    lines.insert(format!("table {name}"));
    for (place, item) in table.columns.iter().enumerate() {
        lines.insert(format!("{name}.{place} {}", column(item)));
    }
    if let Some(key) = &table.primary_key {
        let given = key.name.clone().filter(|_| schema.dialect == Dialect::Postgres).unwrap_or_default();
        lines.insert(format!("{name} primary key {given} ({})", key.columns.join(",")));
    }
    for unique in &table.uniques {
        let given = unique.name.clone().unwrap_or_default();
        lines.insert(format!("{name} unique {given} ({})", unique.columns.join(",")));
    }
    for index in &table.indexes {
        let columns: Vec<&str> =
            index.columns.iter().map(|column| column.as_deref().unwrap_or("(expression)")).collect();
        let kind = if index.unique { "unique" } else { "index" };
        let given = index.name.clone().unwrap_or_default();
        let partial = if index.predicate.is_some() { " where" } else { "" };
        lines.insert(format!("{name} {kind} {given} ({}){partial}", columns.join(",")));
    }
    for key in &table.foreign_keys {
        lines.insert(format!(
            "{name} reference {} ({}) to {} ({}) on delete {} on update {}",
            key.name.clone().unwrap_or_default(),
            key.columns.join(","),
            key.referenced_table,
            key.referenced_columns.join(","),
            key.on_delete.sql(),
            key.on_update.sql()
        ));
    }
}

fn column(column: &Column) -> String {
    let null = if column.nullable { "" } else { " not null" };
    let default = match &column.default {
        None => String::new(),
        // There, but not said: nothing to compare.
        Some(DefaultValue::Expression(text)) if text == DefaultValue::UNSAID => String::new(),
        Some(DefaultValue::AutoIncrement) => " counts".to_owned(),
        Some(DefaultValue::Expression(text)) => format!(" default {}", plain(text)),
    };
    format!("{} {}{null}{default}", column.name, column.ty.name)
}

/// A default whose words are in lower case, and its strings as they are.
fn plain(text: &str) -> String {
    let parts = text.split('\'').enumerate();
    let parts: Vec<String> = parts
        .map(|(place, part)| if place % 2 == 0 { part.to_lowercase() } else { part.to_owned() })
        .collect();
    parts.join("'")
}
