//! The schema as a Mermaid entity relationship diagram (mermaid.js.org/syntax/entityRelationshipDiagram.html).

use std::fmt::Write;

use crate::report::wire::{ColumnReport, SchemaReport, TableReport};

/// The report of `schema`.
pub(crate) fn schema(report: &SchemaReport) -> String {
    let mut out = String::from("erDiagram\n");
    for table in &report.tables {
        let _ = writeln!(out, "  \"{}\" {{", name(&table.name));
        for column in &table.columns {
            write_column(&mut out, table, column);
        }
        out.push_str("  }\n");
    }
    for table in &report.tables {
        for key in &table.foreign_keys {
            let optional =
                table.columns.iter().any(|column| column.nullable && key.columns.contains(&column.name));
            let one = if optional { "|o" } else { "||" };
            let unique = table.unique.iter().any(|unique| unique.columns == key.columns)
                || table.primary_key == key.columns;
            let many = if unique { "o|" } else { "o{" };
            let other = key.referenced_table.rsplit('.').next().unwrap_or_default();
            let columns = name(&key.columns.join(", "));
            let _ = writeln!(
                out,
                "  \"{}\" {one}--{many} \"{}\" : \"{columns}\"",
                name(other),
                name(&table.name)
            );
        }
    }
    out
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
    let nullable = if column.nullable { " \"nullable\"" } else { "" };
    let _ = writeln!(out, "    {} {}{keys}{nullable}", word(&column.ty), word(&column.name));
}

/// A word of the grammar: letters, digits, hyphens, underscores, round and square brackets; it begins with a letter.
fn word(text: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '(' | ')' | '[' | ']');
    let word: String = text.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') { word } else { format!("_{word}") }
}

/// A quoted name holds anything but quotes, percent signs and backslashes.
fn name(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '"' | '%' | '\\') || c.is_control() { '_' } else { c }).collect()
}
