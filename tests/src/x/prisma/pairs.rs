//! Pairs of schemas: the kinds and targets of the changes between them, as `diff` and as Prisma's engine have them.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use seawall::diff::{ChangeKind, Pair, diff};
use seawall::schema::{Schema, Table};

use super::mutate::mutations;
use super::{Case, Files, load, write};
use crate::x::Outcome;

/// A schema before and after.
#[derive(Serialize)]
pub struct Asked {
    pub id: String,
    pub provider: String,
    pub before: Files,
    pub after: Files,
}

/// The engine's words.
#[derive(Deserialize)]
pub struct Answer {
    pub summary: Option<String>,
    /// Why the engine refuses the schema after: not every mutation of a schema is one.
    pub error: Option<String>,
}

/// Every schema of which the engine tells the differences, with one thing about it changed; and the way back.
pub fn all(cases: &[Case]) -> Vec<Asked> {
    let mut pairs = Vec::new();
    for case in cases.iter().filter(|case| matches!(case.provider.as_str(), "postgresql" | "sqlite")) {
        for (name, after) in mutations(&case.files) {
            let sides = [("", &case.files, &after), (" undone", &after, &case.files)];
            pairs.extend(sides.map(|(way, before, after)| Asked {
                id: format!("{}: {name}{way}", case.id),
                provider: case.provider.clone(),
                before: before.clone(),
                after: after.clone(),
            }));
        }
    }
    pairs
}

/// Where we differ; `None` where the engine does not take the pair.
pub fn compare(pair: &Asked, answer: &Answer, stage: &Path) -> Outcome<Option<Vec<String>>> {
    let Some(summary) = answer.summary.as_ref().filter(|_| answer.error.is_none()) else { return Ok(None) };
    let before = read(&pair.before, &stage.join("pair/before"))?;
    let after = read(&pair.after, &stage.join("pair/after"))?;
    let (expected, rebuilt) = theirs(summary, &before, &after);
    let found = ours(&before, &after);
    // A table that SQLite rebuilds is named, and not what changes about it.
    let told = |line: &&String| !rebuilt.iter().any(|table| of_table(line, table));
    let found_lines: BTreeSet<&String> = found.iter().filter(told).collect();
    let expected_lines: BTreeSet<&String> = expected.iter().filter(told).collect();
    let mut differences: Vec<String> =
        expected_lines.difference(&found_lines).map(|line| format!("- {line}")).collect();
    differences.extend(found_lines.difference(&expected_lines).map(|line| format!("+ {line}")));
    for table in &rebuilt {
        if !found.iter().any(|line| of_table(line, table)) {
            differences.push(format!("- something about {table}"));
        }
    }
    Ok(Some(differences))
}

fn of_table(line: &str, table: &str) -> bool {
    line.split_whitespace().any(|word| {
        word.strip_prefix(table).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '(']))
    })
}

fn read(files: &Files, folder: &Path) -> Outcome<Schema> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    for (place, (_, text)) in files.iter().enumerate() {
        write(&folder.join(format!("{place}.prisma")), text)?;
    }
    Ok(load(folder, None)?.schema)
}

/// Our changes, a line each.
fn ours(before: &Schema, after: &Schema) -> BTreeSet<String> {
    let changes = diff(Pair { before, after }, &[]);
    changes.iter().filter_map(|change| line(&change.kind)).collect()
}

fn line(kind: &ChangeKind) -> Option<String> {
    Some(match kind {
        ChangeKind::AddTable { table } => format!("add {}", table.name),
        ChangeKind::DropTable { table } => format!("drop {}", table.name),
        ChangeKind::RenameTable { table } => format!("rename {}", table.before.name),
        ChangeKind::AddColumn { table, column } => format!("add {}.{}", table.name, column.name),
        ChangeKind::DropColumn { table, column } => format!("drop {}.{column}", table.name),
        ChangeKind::RenameColumn { table, column } => format!("rename {}.{}", table.name, column.before),
        ChangeKind::AlterColumnType { table, column, .. }
        | ChangeKind::AlterColumnNullability { table, column, .. }
        | ChangeKind::AlterColumnDefault { table, column, .. } => format!("alter {}.{column}", table.name),
        ChangeKind::AddEnum { name } => format!("add enum {}", name.name),
        ChangeKind::DropEnum { name } => format!("drop enum {}", name.name),
        ChangeKind::AddEnumValue { name, value } => format!("add value {}.{value}", name.name),
        ChangeKind::DropEnumValue { name, value } => format!("drop value {}.{value}", name.name),
        ChangeKind::RenameEnumValue { name, value } => format!("rename value {}.{}", name.name, value.before),
        ChangeKind::AddUnique { table, columns } => {
            format!("add unique {}({})", table.name, columns.join(", "))
        }
        ChangeKind::DropUnique { table, columns, .. } => {
            format!("drop unique {}({})", table.name, columns.join(", "))
        }
        ChangeKind::AddForeignKey { table, columns } => {
            format!("add key {}({})", table.name, columns.join(", "))
        }
        ChangeKind::AlterForeignKey { table, columns } => {
            format!("alter key {}({})", table.name, columns.join(", "))
        }
        ChangeKind::DropForeignKey { table, columns } => {
            format!("drop key {}({})", table.name, columns.join(", "))
        }
    })
}

/// The engine's summary as such lines, and the tables of which it says no more than that they are rebuilt.
fn theirs(summary: &str, before: &Schema, after: &Schema) -> (BTreeSet<String>, Vec<String>) {
    let mut lines = BTreeSet::new();
    let mut rebuilt = Vec::new();
    let (mut section, mut subject) = ("", "");
    for text in summary.lines() {
        let named = || text.split('`').nth(1).unwrap_or_default();
        let entry = text.trim_start();
        if let Some(name) = text.strip_prefix("  - ") {
            let what = if section.ends_with("enums") { "enum " } else { "" };
            let verb = if section.contains("Added") { "add" } else { "drop" };
            lines.insert(format!("{verb} {what}{}", bare(name)));
        } else if let Some(name) = text.strip_prefix("[*] Redefined table ") {
            rebuilt.push(bare(name.trim_matches('`')).to_owned());
        } else if text.starts_with('[') {
            section = text;
            subject = bare(named());
        } else if section.ends_with("enum") {
            let verb = if entry.starts_with("[+]") { "add" } else { "drop" };
            lines.extend(entry.starts_with('[').then(|| format!("{verb} value {subject}.{}", named())));
        } else if entry.starts_with('[') {
            lines.extend(member(entry, subject, named()));
        }
    }
    (without_what_follows(lines, before, after), rebuilt)
}

/// A name without its schema.
fn bare(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, name)| name)
}

fn member(entry: &str, table: &str, column: &str) -> Option<String> {
    let verb = match entry.get(..3)? {
        "[+]" => "add",
        "[-]" => "drop",
        _ => "alter",
    };
    let columns =
        || entry.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    if entry.contains("olumn `") {
        return Some(format!("{verb} {table}.{column}"));
    }
    if entry.contains("unique index") || entry.contains("primary key") {
        return Some(format!("{verb} unique {table}({})", columns()?));
    }
    entry.contains("foreign key").then(|| Some(format!("{verb} key {table}({})", columns()?)))?
}

/// A key that goes or comes with its table or columns is no change of its own; one that goes and comes back is an altered
/// one; and columns stay unique whatever it is that makes them so, which a partial index does not.
fn without_what_follows(lines: BTreeSet<String>, before: &Schema, after: &Schema) -> BTreeSet<String> {
    let mut kept = BTreeSet::new();
    for line in &lines {
        let Some(key) = Key::read(line) else {
            kept.insert(line.clone());
            continue;
        };
        let other = if key.added { "drop" } else { "add" };
        let back = lines.contains(&format!("{other} {} {}({})", key.kind, key.table, key.columns.join(", ")));
        let follows = if key.added {
            key.lacks(before, key.columns.len())
        } else {
            key.lacks(after, 1) || key.is_unreferenced(before, after)
        };
        if key.kind == "unique" {
            let sides = [key.is_unique(before), key.is_unique(after)];
            if !follows && sides[0] != sides[1] {
                kept.insert(line.clone());
            }
        } else if back && key.has_retyped_columns(before, after) {
            // The engine makes the key anew around the column's new type; the key is what it was.
        } else if back && !key.is_unreferenced(before, after) {
            kept.insert(format!("alter key {}({})", key.table, key.columns.join(", ")));
        } else if !follows {
            kept.insert(line.clone());
        }
    }
    kept
}

/// A line about a key.
struct Key<'t> {
    added: bool,
    /// `unique` or `key`.
    kind: &'t str,
    table: &'t str,
    columns: Vec<&'t str>,
}

impl<'t> Key<'t> {
    fn read(line: &'t str) -> Option<Self> {
        let (verb, rest) = line.split_once(' ')?;
        let (kind, rest) = rest.split_once(' ').filter(|(kind, _)| matches!(*kind, "unique" | "key"))?;
        let (table, columns) = rest.strip_suffix(')')?.rsplit_once('(')?;
        Some(Self { added: verb == "add", kind, table, columns: columns.split(", ").collect() })
    }

    fn table<'s>(&self, schema: &'s Schema) -> Option<&'s Table>
    where
        't: 's,
    {
        schema.tables_named(self.table).next()
    }

    /// Whether so many of the key's columns, or the table, are missing.
    fn lacks(&self, schema: &Schema, count: usize) -> bool {
        let Some(table) = self.table(schema) else { return true };
        self.columns.iter().filter(|name| table.column(name).is_none()).count() >= count
    }

    /// Whether the key's other table is gone.
    fn is_unreferenced(&self, before: &Schema, after: &Schema) -> bool {
        let mut keys = self.table(before).into_iter().flat_map(|table| &table.foreign_keys);
        let key = keys.find(|key| key.columns == self.columns);
        key.is_some_and(|key| after.table(&key.referenced_table).is_none())
    }

    /// Whether a column of the key, or one that it references, gets another type.
    fn has_retyped_columns(&self, before: &Schema, after: &Schema) -> bool {
        let types = |schema: &Schema| {
            let table = self.table(schema)?;
            let key = table.foreign_keys.iter().find(|key| key.columns == self.columns)?;
            let referenced = schema.table(&key.referenced_table)?;
            let own = key.columns.iter().map(|name| table.column(name));
            let others = key.referenced_columns.iter().map(|name| referenced.column(name));
            own.chain(others).map(|column| column.map(|column| column.ty.clone())).collect::<Option<Vec<_>>>()
        };
        types(before) != types(after)
    }

    fn is_unique(&self, schema: &Schema) -> bool {
        let Some(table) = self.table(schema) else { return false };
        let primary = table.primary_key.iter().map(|key| key.columns.clone());
        let uniques = table.uniques.iter().map(|unique| unique.columns.clone());
        let indexes = table.indexes.iter().filter(|index| index.unique && index.predicate.is_none());
        let indexes = indexes.filter_map(|index| index.columns.iter().cloned().collect());
        let mut wanted = self.columns.clone();
        wanted.sort_unstable();
        primary.chain(uniques).chain(indexes).any(|mut columns: Vec<String>| {
            columns.sort_unstable();
            columns == wanted
        })
    }
}
