//! Where a schema that is declared beside its migrations (Prisma) and what the migrations give have parted: what
//! `mapping-differs-from-schema` says beyond the fields of its models.

use std::collections::BTreeMap;

use crate::diff::{Change, ChangeKind, Pair, diff};
use crate::rules::{Finding, RuleContext, Severity};
use crate::schema::{Column, Entity, Field, Schema, Table, TableKind, TableName, ValueSource};
use crate::text::Span;
use crate::usage::{Evidence, When};

/// What all findings can be answered with.
const HELP: &str = "write the migration that is missing (`prisma migrate dev` makes it), or let the schema say what the \
                    database has; an edit that is still to be migrated is judged with --base";

/// The differences of a migrated schema and the declared one.
struct Comparison<'a> {
    rule: &'static str,
    cx: &'a RuleContext<'a>,
    /// What all migrations give.
    migrated: &'a Schema,
    declared: &'a Schema,
    findings: Vec<Finding>,
    /// What no query meets, by table: the places, and words for each.
    quiet: BTreeMap<TableName, Vec<(Span, String)>>,
    /// Tables of database schemas in which the migrations make nothing.
    foreign: BTreeMap<String, Vec<(Span, String)>>,
}

/// The findings, each difference once. What only the migrations have is none, unless an insert by the declared schema
/// fails for it.
pub(super) fn differences(rule: &'static str, cx: &RuleContext<'_>, declared: &Schema) -> Vec<Finding> {
    let migrated = cx.schemas.after;
    let mut comparison = Comparison {
        rule,
        cx,
        migrated,
        declared,
        findings: Vec::new(),
        quiet: BTreeMap::new(),
        foreign: BTreeMap::new(),
    };
    for change in diff(Pair { before: migrated, after: declared }, &[]) {
        comparison.take(&change);
    }
    comparison.close()
}

impl Comparison<'_> {
    fn take(&mut self, change: &Change) {
        match &change.kind {
            ChangeKind::AddTable { table } => self.missing_table(table, change.span),
            ChangeKind::DropColumn { table, column } => self.unmapped_column(table, column),
            ChangeKind::AlterColumnDefault { table, column, has_default } => {
                self.default(table, column, *has_default);
            }
            ChangeKind::AddUnique { table, columns } => self.missing_key(table, columns, change),
            ChangeKind::AlterColumnType { table, column, ty, .. } if !self.is_told(table, column) => {
                let words = format!("{column} is {}, declared as {}", ty.before.name, ty.after.name);
                self.quietly(table, change.span, words);
            }
            ChangeKind::AddForeignKey { table, columns } => {
                self.quietly(table, change.span, format!("({}) has no foreign key", columns.join(", ")));
            }
            ChangeKind::AlterForeignKey { table, columns } => {
                self.quietly(table, change.span, format!("({}) has another foreign key", columns.join(", ")));
            }
            ChangeKind::AddEnumValue { name, value } => self.missing_value(name, value, change.span),
            ChangeKind::DropEnumValue { name, value } => self.undeclared_value(name, value),
            // Fields whose column is missing or differs in NULL are told by the rule itself, types of another kind too;
            // what only the database has is in nobody's way. Without operations nothing is a rename.
            ChangeKind::AddColumn { .. }
            | ChangeKind::AlterColumnNullability { .. }
            | ChangeKind::AlterColumnType { .. }
            | ChangeKind::DropTable { .. }
            | ChangeKind::DropUnique { .. }
            | ChangeKind::DropForeignKey { .. }
            | ChangeKind::AddEnum { .. }
            | ChangeKind::DropEnum { .. }
            | ChangeKind::RenameTable { .. }
            | ChangeKind::RenameColumn { .. }
            | ChangeKind::RenameEnumValue { .. } => {}
        }
    }

    fn report(&mut self, severity: Severity, message: String, span: Span, evidence: Option<(Span, &str)>) {
        self.findings.push(Finding {
            rule: self.rule,
            severity,
            message,
            span,
            proof: crate::rules::Proof::Usage,
            when: When::Always,
            change: None,
            usage: None,
            evidence: evidence
                .map(|(span, words)| Evidence { message: words.to_owned(), span: Some(span) })
                .into_iter()
                .collect(),
            help: Some(HELP.to_owned()),
        });
    }

    fn quietly(&mut self, table: &TableName, span: Span, words: String) {
        self.quiet.entry(table.clone()).or_default().push((span, words));
    }

    fn entity(&self, name: &TableName) -> Option<&Entity> {
        let mut entities = self.cx.mapping.entities.iter().filter(|entity| entity.table == *name);
        entities.find(|entity| !entity.ignored && !entity.is_abstract)
    }

    fn field(&self, table: &TableName, column: &str) -> Option<&Field> {
        self.entity(table)?.field_of_column(column).filter(|field| !field.ignored)
    }

    fn column_before(&self, table: &TableName, column: &str) -> Option<&Column> {
        self.cx.schemas.before.table(table)?.column(column)
    }

    /// No migration makes the table: every query of it fails. An extension or another program may make it, and then it
    /// mostly lies in a database schema of its own.
    fn missing_table(&mut self, name: &TableName, span: Span) {
        let was_there = self.cx.schemas.before.table(name).is_some();
        let ignored = self.cx.mapping.entities_of(name).any(|entity| entity.ignored);
        let Some(table) = self.declared.table(name).filter(|_| !was_there && !ignored) else { return };
        let migrated = |schema: &String| {
            self.migrated.tables.iter().any(|table| table.name.schema.as_ref() == Some(schema))
        };
        match name.schema.as_ref().filter(|schema| !migrated(schema)) {
            Some(schema) => {
                let tables = self.foreign.entry(schema.clone()).or_default();
                tables.push((span, name.name.clone()));
            }
            None => {
                let what = if table.kind == TableKind::View { "view" } else { "table" };
                let message = format!("the {what} `{name}` is declared, but no migration makes it");
                self.report(Severity::Error, message, span, None);
            }
        }
    }

    /// A column that only the migrations know is in the way of inserts where it must have a value and gets none.
    fn unmapped_column(&mut self, name: &TableName, column: &str) {
        let table = self.migrated.table(name).filter(|table| table.kind == TableKind::Table);
        let Some(found) = table.and_then(|table| table.column(column)) else { return };
        let filled = found.nullable || found.default.is_some() || found.generated;
        // What a pending revision adds or makes required has rules of its own.
        let is_new = self.column_before(name, column).is_none_or(|before| before.nullable);
        let Some(entity) = self.entity(name).filter(|_| !filled && !is_new) else { return };
        let message = format!(
            "`{name}.{column}` is NOT NULL without a default, and the model `{}` does not map it: what inserts a row \
             fails",
            entity.name
        );
        let (span, declared) = (entity.span, found.span);
        self.report(Severity::Error, message, span, Some((declared, "the migrations declare it here")));
    }

    /// A default that the database should have and has not matters where the client leaves it to the database.
    fn default(&mut self, table: &TableName, column: &str, has_default: Pair<bool>) {
        let Some(field) = self.field(table, column) else { return };
        let (span, left) = (field.span, field.default == ValueSource::Database);
        let migrated = self.migrated.table(table).and_then(|table| table.column(column));
        match (has_default.before, has_default.after, migrated) {
            (false, true, Some(migrated)) if left => {
                let (place, nullable) = (migrated.span, migrated.nullable);
                let (severity, what) = match nullable {
                    true => (Severity::Warning, "what inserts a row without it writes NULL"),
                    false => (Severity::Error, "what inserts a row without it fails"),
                };
                let message = format!(
                    "`{table}.{column}` is declared with a default of the database's, but the migrations give none: {what}"
                );
                self.report(severity, message, span, Some((place, "the migrations declare it here")));
            }
            (false, true, _) => self.quietly(table, span, format!("{column} has no default")),
            (true, true, _) => self.quietly(table, span, format!("{column} has another default")),
            (true, false, _) | (false, false, _) => {}
        }
    }

    fn missing_key(&mut self, table: &TableName, columns: &[String], change: &Change) {
        // A key over columns that are not there is the same difference again, and so is one that is dropped just now.
        let migrated = self.migrated.table(table);
        let has = |column: &String| migrated.is_some_and(|table| table.column(column).is_some());
        let dropped = self.cx.changes.iter().any(|change| {
            matches!(&change.kind, ChangeKind::DropUnique { table: of, columns: gone, .. } if of == table && gone == columns)
        });
        if !columns.iter().all(has) || dropped {
            return;
        }
        let message = format!(
            "`{table}` ({}) is declared unique, but no migration makes it so: `findUnique` may meet several rows, and a \
             native `upsert` fails",
            columns.join(", ")
        );
        self.report(
            Severity::Warning,
            message,
            change.span,
            migrated.map(|table| (table.span, "the table is made here")),
        );
    }

    fn missing_value(&mut self, name: &TableName, value: &str, span: Span) {
        let before = self.cx.schemas.before.enum_type(name);
        if before.is_some_and(|item| item.values.iter().any(|known| known.name == value)) {
            return;
        }
        let message = format!(
            "the enum `{name}` is declared with `{value}`, but no migration adds it: what writes it fails"
        );
        let made = self.migrated.enum_type(name).map(|item| (item.span, "the enum is made here"));
        self.report(Severity::Error, message, span, made);
    }

    fn undeclared_value(&mut self, name: &TableName, value: &str) {
        let Some(declared) = self.declared.enum_type(name) else { return };
        let span = declared.span;
        let before = self.cx.schemas.before.enum_type(name);
        // What a pending revision adds is told where the change is judged.
        if !before.is_some_and(|item| item.values.iter().any(|known| known.name == value)) {
            return;
        }
        let message = format!(
            "the database's enum `{name}` has `{value}`, which is not declared: the client cannot read a row that holds it"
        );
        let made = self.migrated.enum_type(name).map(|item| (item.span, "the enum is made here"));
        self.report(Severity::Warning, message, span, made);
    }

    /// Whether the rule itself tells of this column's type.
    fn is_told(&self, table: &TableName, column: &str) -> bool {
        let migrated = self.migrated.table(table).and_then(|found| Some((found, found.column(column)?)));
        let field = self.field(table, column);
        let (Some((found, column)), Some(field)) = (migrated, field) else { return false };
        super::mapping_differs_from_schema::is_of_another_kind(found, field, column)
    }

    fn close(mut self) -> Vec<Finding> {
        for (table, mut places) in std::mem::take(&mut self.quiet) {
            places.sort();
            let words: Vec<&str> = places.iter().map(|(_, words)| words.as_str()).collect();
            let Some((span, _)) = places.first() else { continue };
            let made =
                self.migrated.table(&table).map(|table: &Table| (table.span, "the table is made here"));
            let message = format!("`{table}` is not quite what is declared: {}", listed(&words));
            self.report(Severity::Note, message, *span, made);
        }
        for (schema, places) in std::mem::take(&mut self.foreign) {
            let words: Vec<&str> = places.iter().map(|(_, name)| name.as_str()).collect();
            let Some((span, _)) = places.first() else { continue };
            let message = format!(
                "no migration makes anything in the database schema `{schema}`; taken to be there by an extension or \
                 another program: {}",
                listed(&words)
            );
            self.report(Severity::Note, message, *span, None);
        }
        self.findings
    }
}

/// How many things a message lists.
const LISTED: usize = 6;

/// The first words, and how many there are besides.
pub(super) fn listed(words: &[&str]) -> String {
    match words.len().checked_sub(LISTED) {
        Some(more) if more > 0 => {
            format!("{}; and {more} more", words.iter().take(LISTED).copied().collect::<Vec<_>>().join("; "))
        }
        Some(_) | None => words.join("; "),
    }
}
