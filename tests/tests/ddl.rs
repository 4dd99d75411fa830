//! `seawall schema --format sql`: what is written gives the same model when it is read.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

use seawall::Options;
use seawall::analyze::load_models;
use seawall::migration::apply;
use seawall::report::ddl::ddl;
use seawall::schema::{DefaultValue, Dialect, Schema, Table};

/// Histories that hold what the model, and so its SQL, leaves out: a line `-- not in ddl: WHY` says what.
const NOT_WRITTEN: &str = "-- not in ddl: ";

fn read(text: &str, dialect: Dialect) -> (Schema, Vec<String>) {
    let mut schema = Schema::new(dialect);
    let mut notes = Vec::new();
    for operation in seawall::read_sql(text, dialect) {
        apply(&mut schema, &operation, &mut notes);
    }
    (schema, notes.into_iter().map(|note| note.reason).collect())
}

/// The model as lines, without places.
fn shape(schema: &Schema, automatic: bool) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for table in &schema.tables {
        lines.insert(format!("{:?} {}", table.kind, table.name));
        table_lines(schema, table, automatic, &mut lines);
    }
    for item in &schema.enums {
        let values: Vec<&str> = item.values.iter().map(|value| value.name.as_str()).collect();
        lines.insert(format!("enum {} {values:?}", item.name));
    }
    for item in &schema.domains {
        let checks: Vec<_> = item.checks.iter().map(|check| (&check.name, &check.expression)).collect();
        let parts: [&dyn Debug; 5] = [&item.ty.name, &item.collation, &item.nullable, &item.default, &checks];
        lines.insert(format!("domain {} {parts:?}", item.name));
    }
    // Prisma's schemas say of no sequence.
    for item in schema.sequences.iter().filter(|_| automatic) {
        lines.insert(format!("sequence {} {:?}", item.name, item.owner));
    }
    lines
}

fn table_lines(schema: &Schema, table: &Table, automatic: bool, lines: &mut BTreeSet<String>) {
    let mut line =
        |what: &str, parts: &[&dyn Debug]| lines.insert(format!("{}: {what} {parts:?}", table.name));
    for (at, column) in table.columns.iter().enumerate() {
        let default = match &column.default {
            // What the source does not say cannot be written.
            Some(DefaultValue::Expression(text)) if text == DefaultValue::UNSAID => None,
            Some(DefaultValue::Expression(text)) => Some(text.trim_matches(['(', ')']).to_owned()),
            Some(DefaultValue::AutoIncrement) => Some("counts up".to_owned()),
            None => None,
        };
        // A computed column may have no type of its own, and a view's columns have the types of its query.
        let parts: [&dyn Debug; 6] =
            [&at, &column.name, &column.ty.name, &column.nullable, &default, &column.generated];
        line("column", &parts);
    }
    if let Some(key) = &table.primary_key {
        let named = matches!(schema.dialect, Dialect::Postgres | Dialect::Mssql);
        let name = key.name.as_ref().filter(|_| named);
        line("primary key", &[&name, &key.columns, &key.descending, &key.lengths]);
    }
    for unique in &table.uniques {
        line("unique", &[&unique.name, &unique.columns]);
    }
    for key in &table.foreign_keys {
        line(
            "foreign key",
            &[&key.name, &key.columns, &key.referenced_table.to_string(), &key.on_delete, &key.on_update],
        );
    }
    let mysql = schema.dialect == Dialect::Mysql;
    for index in table.indexes.iter().filter(|index| automatic || !index.automatic) {
        let plain: Option<Vec<String>> = index.columns.iter().cloned().collect();
        if let Some(columns) = plain.filter(|_| mysql && index.unique && index.options.is_empty()) {
            // One thing in MySQL.
            line("unique", &[&index.name, &columns]);
            continue;
        }
        line("index", &[&index.name, &index.columns, &index.expressions, &index.unique, &index.predicate]);
        let how: [&dyn Debug; 5] =
            [&index.method, &index.options, &index.include, &index.nulls_not_distinct, &index.exclusion];
        line("index", &[&index.name, &how]);
    }
    let parents: BTreeSet<_> = table
        .parents
        .iter()
        .map(|parent| (parent.table.to_string(), parent.partition, &parent.bound))
        .collect();
    line("belongs to", &[&parents, &table.partitioning]);
    for check in &table.checks {
        line("check", &[&check.name, &check.expression]);
    }
}

/// What differs after the model was written and read again.
fn differences(schema: &Schema, automatic: bool) -> Vec<String> {
    let text = ddl(schema);
    let (again, notes) = read(&text, schema.dialect);
    let (before, after) = (shape(schema, automatic), shape(&again, automatic));
    let mut found: Vec<String> = before.difference(&after).map(|line| format!("  lost   {line}")).collect();
    found.extend(after.difference(&before).map(|line| format!("  made   {line}")));
    found.extend(notes.iter().map(|note| format!("  noted  {note}")));
    if !found.is_empty() {
        found.push(text);
    }
    found
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder is there");
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.retain(|path| extension.is_empty() || path.extension().is_some_and(|found| found == extension));
    found.sort();
    found
}

fn fail(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_history_is_written_and_read_again() {
    let mut wrong = Vec::new();
    let mut written = 0;
    for (folder, dialect) in
        [("postgres", Dialect::Postgres), ("mysql", Dialect::Mysql), ("sqlite", Dialect::Sqlite)]
    {
        for file in files(&format!("servers/{folder}"), "sql") {
            let text = std::fs::read_to_string(&file).expect("it can be read");
            for history in text.split("-- history: ").skip(1) {
                let (title, body) = history.split_once('\n').unwrap_or((history, ""));
                let mut done = String::new();
                for step in format!("\n{body}\n").split("\n--\n") {
                    if step.contains("\n-- refused") || step.starts_with("-- refused") {
                        continue;
                    }
                    done.push_str(step);
                    done.push_str("\n;\n");
                    let found = differences(&read(&done, dialect).0, true);
                    written += 1;
                    if !found.is_empty() && !body.contains(NOT_WRITTEN) {
                        wrong.push(format!("{folder}: {title} after {}\n{}", step.trim(), found.join("\n")));
                        break;
                    }
                }
            }
        }
    }
    assert!(written > 300, "{written} steps");
    fail(&wrong);
}

#[test]
fn every_prisma_schema_is_written_and_read_again() {
    let mut wrong = Vec::new();
    let mut written = 0;
    for path in files("prisma/schemas", "") {
        let options = Options { schema: vec![path.display().to_string()], ..Options::default() };
        for model in load_models(&options).expect("it can be read") {
            if model.schema.dialect == Dialect::Mssql || model.schema.tables.is_empty() {
                continue;
            }
            let mut schema = model.schema;
            // Prisma's views have no query, and so are not written.
            schema.tables.retain(|table| table.kind == seawall::schema::TableKind::Table);
            // Nor have indexes whose condition stands in Prisma's own words.
            for table in &mut schema.tables {
                table.indexes.retain(|index| index.predicate.as_deref() != Some(""));
            }
            // Nor has its schema the indexes that MySQL makes for foreign keys by itself.
            let found = differences(&schema, false);
            written += 1;
            if !found.is_empty() {
                wrong.push(format!("{}\n{}", path.display(), found.join("\n")));
            }
        }
    }
    assert!(written > 30, "{written} schemas");
    fail(&wrong);
}
