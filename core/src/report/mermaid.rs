//! The schema as a Mermaid entity relationship diagram (mermaid.js.org/syntax/entityRelationshipDiagram.html).

use std::fmt::Write;

use crate::report::wire::{ColumnReport, ForeignKeyReport, SchemaReport, TableReport};

/// The report of `schema`.
pub(crate) fn schema(report: &SchemaReport) -> String {
    let mut out = String::from("erDiagram\n");
    for table in &report.tables {
        let _ = writeln!(out, "  \"{}\" {{", entity(table, &report.tables));
        for column in &table.columns {
            write_column(&mut out, table, column);
        }
        out.push_str("  }\n");
    }
    for table in &report.tables {
        for key in &table.foreign_keys {
            write_key(&mut out, table, key, &report.tables);
        }
    }
    out
}

/// What a table is called: with its schema where another one has the same name.
fn entity(table: &TableReport, tables: &[TableReport]) -> String {
    let same = tables.iter().filter(|other| other.name == table.name).count();
    match table.schema.as_ref().filter(|_| same > 1) {
        Some(schema) => name(&format!("{schema}.{}", table.name)),
        None => name(&table.name),
    }
}

/// The table that a foreign key refers to, `orders` or `shop.orders`.
fn referenced<'t>(text: &str, from: &TableReport, tables: &'t [TableReport]) -> Option<&'t TableReport> {
    let qualified = |table: &&TableReport| {
        table.schema.as_ref().is_some_and(|schema| text == format!("{schema}.{}", table.name))
    };
    let near = |table: &&TableReport| table.name == text && table.schema == from.schema;
    let named = |table: &&TableReport| table.name == text;
    let found = tables.iter().find(qualified).or_else(|| tables.iter().find(near));
    found.or_else(|| tables.iter().find(named))
}

fn write_key(out: &mut String, table: &TableReport, key: &ForeignKeyReport, tables: &[TableReport]) {
    let optional = table.columns.iter().any(|column| column.nullable && key.columns.contains(&column.name));
    let one = if optional { "|o" } else { "||" };
    let unique =
        table.unique.iter().any(|unique| unique.columns == key.columns) || table.primary_key == key.columns;
    let many = if unique { "o|" } else { "o{" };
    let other = referenced(&key.referenced_table, table, tables);
    let other = other.map_or_else(|| name(&key.referenced_table), |other| entity(other, tables));
    let columns = name(&key.columns.join(", "));
    let _ = writeln!(out, "  \"{other}\" {one}--{many} \"{}\" : \"{columns}\"", entity(table, tables));
}

fn write_column(out: &mut String, table: &TableReport, column: &ColumnReport) {
    let mut keys = Vec::new();
    if table.primary_key.contains(&column.name) {
        keys.push("PK");
    }
    if table.foreign_keys.iter().any(|key| key.columns.contains(&column.name)) {
        keys.push("FK");
    }
    if table.unique.iter().any(|unique| unique.columns == [column.name.clone()]) {
        keys.push("UK");
    }
    let keys = if keys.is_empty() { String::new() } else { format!(" {}", keys.join(", ")) };
    let written = word(&column.name);
    // What does not fit the grammar is in the comment.
    let real = (written != column.name).then(|| name(&column.name));
    let words: Vec<String> = real.into_iter().chain(column.nullable.then(|| "nullable".to_owned())).collect();
    let comment = if words.is_empty() { String::new() } else { format!(" \"{}\"", words.join(", ")) };
    let _ = writeln!(out, "    {} {written}{keys}{comment}", word(&column.ty));
}

/// A word of the grammar: letters, digits, hyphens, underscores, round and square brackets; it begins with a letter and is not
/// one of the marks of keys, which the lexer sees wherever one ends at what is no letter, digit or underscore of ASCII.
fn word(text: &str) -> String {
    let is_letter = |c: char| c.is_ascii_alphabetic() || ('\u{C0}'..='\u{FFFF}').contains(&c);
    let fits = |c: char| is_letter(c) || c.is_ascii_digit() || matches!(c, '-' | '_' | '(' | ')' | '[' | ']');
    let word: String = text.chars().map(|c| if fits(c) && !c.is_whitespace() { c } else { '_' }).collect();
    let begins = word.starts_with(|c: char| is_letter(c) || c == '_');
    let is_mark = ["pk", "fk", "uk"].iter().any(|mark| {
        let (own, rest) = word.split_at_checked(mark.len()).unwrap_or_default();
        own.eq_ignore_ascii_case(mark) && !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
    });
    if begins && !is_mark { word } else { format!("_{word}") }
}

/// A quoted name holds anything but quotes, percent signs and backslashes, and is not empty. A line with `direction TB` in it is
/// read as a direction, whatever is around it.
fn name(text: &str) -> String {
    let fits = |c: char| !matches!(c, '"' | '%' | '\\') && !c.is_control();
    let mut name: String = text.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    if name.to_ascii_lowercase().contains("direction") {
        name = name.replace(char::is_whitespace, "_");
    }
    if name.is_empty() { "_".to_owned() } else { name }
}
