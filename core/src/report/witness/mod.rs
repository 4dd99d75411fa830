//! The smallest proof of a finding: a table as the code knows it, the change, and the statement that the code sends, which
//! succeeds before and fails after.

mod change;
mod sample;
mod statement;

use std::fmt::Write;

use crate::diff::{Change, ChangeKind, Pair};
use crate::report::ddl::ddl;
use crate::report::printable::{clean, clean_line};
use crate::report::wire::{SentBy, WitnessReport};
use crate::rules::Finding;
use crate::schema::{Dialect, Mapping, Schema, Sequence, Table, TableKind, TableName};
use crate::usage::Usages;

pub(crate) use sample::Samples;

/// What a proof is made from.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    /// The schema that the code was written for, and the one that it meets.
    pub schemas: Pair<&'a Schema>,
    /// What the code calls things.
    pub mapping: &'a Mapping,
    /// What the code does.
    pub usages: &'a dyn Usages,
}

/// A proof, before it is part of a report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Witness {
    /// The database.
    pub dialect: Dialect,
    /// SQL that makes what the statement needs.
    pub before: String,
    /// The change.
    pub change: String,
    /// The statement and who sends it; else why there is none.
    pub statement: Result<(String, SentBy), String>,
}

/// The proof of `finding`, which is about `change`.
pub(crate) fn witness(case: Case<'_>, change: &Change, finding: &Finding) -> Witness {
    let tables = tables(case.schemas.before, change, finding);
    let before = part(case.schemas.before, &tables);
    let statement = if tables.is_empty() {
        Err("the table is not known as it was before the change".to_owned())
    } else if tables.iter().any(|table| table.kind == TableKind::View) {
        Err("a view changes: what it reads is no part of a small proof".to_owned())
    } else {
        statement::statement(case, change, finding, &tables)
    };
    let changed = change::sql(case, &before, change).filter(|_| !tables.is_empty());
    let statement = match changed {
        Some(_) => statement,
        None => {
            statement.and_then(|_| Err("the change is of no table that the statement is about".to_owned()))
        }
    };
    Witness { dialect: before.dialect, before: ddl(&before), change: changed.unwrap_or_default(), statement }
}

/// The tables that the finding is about, as they are before the change: without what a small proof does not need.
fn tables(schema: &Schema, change: &Change, finding: &Finding) -> Vec<Table> {
    let names: Vec<TableName> = match (&change.kind, &finding.usage) {
        (ChangeKind::AddTable { .. }, _) => Vec::new(),
        (kind, _) if kind.table().is_some() => kind.table().into_iter().cloned().collect(),
        (_, Some(usage)) => vec![usage.table.clone()],
        (_, None) => Vec::new(),
    };
    names.iter().filter_map(|name| schema.table(name)).map(alone).collect()
}

/// A table without what ties it to others: keys into other tables, plain indexes, conditions.
fn alone(table: &Table) -> Table {
    let mut table = table.clone();
    table.foreign_keys.clear();
    table.checks.clear();
    table.parents.clear();
    table.indexes.retain(|index| index.unique && index.columns.iter().all(Option::is_some));
    table
}

/// The sequences that the table counts with, all of which go with it in a proof.
fn owned_sequences(table: &Table) -> impl Iterator<Item = Sequence> {
    table.columns.iter().filter_map(|column| {
        let owner = Some((table.name.clone(), column.name.clone()));
        Some(Sequence { name: column.sequence.clone()?, owner, span: column.span })
    })
}

/// The schema with nothing but these tables and the enums that their columns have.
fn part(schema: &Schema, tables: &[Table]) -> Schema {
    let mut part = Schema::new(schema.dialect);
    let uses = |name: &TableName| {
        let full = name.to_string();
        let columns = tables.iter().flat_map(|table| &table.columns);
        columns.filter_map(|column| column.ty.named_type()).any(|named| named == full || named == name.name)
    };
    part.enums = schema.enums.iter().filter(|item| uses(&item.name)).cloned().collect();
    part.domains = schema.domains.iter().filter(|item| uses(&item.name)).cloned().collect();
    part.sequences = tables.iter().flat_map(owned_sequences).collect();
    part.tables = tables.to_vec();
    part
}

/// The proof as SQL that can be run: comments say what is what.
pub(crate) fn text(report: &WitnessReport) -> String {
    let place = &report.location;
    let message = report.message.lines().next().unwrap_or_default();
    let mut out = format!("-- {}\n", clean_line(message));
    let _ = writeln!(out, "-- {}:{}:{}\n", clean_line(&place.path), place.line, place.column);
    let _ = writeln!(out, "-- before\n{}\n", report.before.trim_end());
    match (&report.statement, report.sent_by) {
        (Some(statement), by) => {
            let who = if by == Some(SentBy::Orm) { "the ORM sends this" } else { "the code sends this" };
            let statement = statement.trim_end();
            // What an INSERT leaves behind could stand in the way of the change itself.
            let _ = writeln!(out, "-- {who}: it succeeds\nBEGIN;\n{statement}\nROLLBACK;\n");
            let _ = writeln!(out, "-- the change\n{}\n", report.change.trim_end());
            let _ = writeln!(out, "-- and now it fails\n{statement}");
        }
        (None, _) => {
            let _ = writeln!(out, "-- the change\n{}\n", report.change.trim_end());
            let _ = writeln!(out, "-- {}", clean_line(report.no_statement.as_deref().unwrap_or_default()));
        }
    }
    clean(&out).into_owned()
}
