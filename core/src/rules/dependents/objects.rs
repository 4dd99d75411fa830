//! What depends on a table or column, and what becomes of it.

use crate::rules::dependents::body::tables;
use crate::schema::{
    Check, Column, Dialect, ForeignKey, Index, Program, ProgramKind, Schema, Table, TableKind, TableName,
};
use crate::text::Span;

/// What a dependent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    /// A view or materialised view.
    View,
    /// A column that is computed.
    Column,
    /// An index.
    Index,
    /// A unique constraint or index.
    Unique,
    /// A primary key.
    PrimaryKey,
    /// A check.
    Check,
    /// A foreign key.
    ForeignKey,
    /// A function, procedure, trigger or policy.
    Program(ProgramKind),
}

impl ObjectKind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Column => "computed column",
            Self::Index => "index",
            Self::Unique => "unique key",
            Self::PrimaryKey => "primary key",
            Self::Check => "check",
            Self::ForeignKey => "foreign key",
            Self::Program(kind) => kind.name(),
        }
    }
}

/// What becomes of a dependent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The database refuses the statement because of it.
    Refused,
    /// It goes with what is dropped.
    Taken,
    /// It stays and fails at its next use.
    Fails,
}

/// What the statement does to the table or column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// It is dropped.
    Dropped,
    /// It gets this name.
    Renamed(String),
    /// It gets another type.
    Retyped,
}

/// A dependent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name; empty where it has none.
    pub name: String,
    /// The view itself, or the table that it belongs to.
    pub table: Option<TableName>,
    /// The columns of a key.
    pub columns: Vec<String>,
    /// Where it was made.
    pub span: Span,
    /// The program, for asking later whether it still works.
    pub program: Option<Program>,
    /// Whether it runs without being called: a trigger, or the function of one.
    pub runs_by_itself: bool,
}

/// What a statement does to a dependent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Effect {
    /// The statement.
    pub statement: Span,
    /// The table that changes.
    pub table: TableName,
    /// The column of it.
    pub column: Option<String>,
    /// What happens to it.
    pub what: What,
    /// The dependent.
    pub object: Object,
    /// What becomes of it.
    pub fate: Fate,
    /// Whether it is known, and not only likely.
    pub certain: bool,
    /// Whether the dependent failed before the statement, which is refused for that.
    pub is_broken_before: bool,
    /// The database.
    pub dialect: Dialect,
}

impl Object {
    fn new(kind: ObjectKind, name: &str, table: &TableName, span: Span) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            table: Some(table.clone()),
            columns: Vec::new(),
            span,
            program: None,
            runs_by_itself: false,
        }
    }

    pub(super) fn view(view: &Table) -> Self {
        Self::new(ObjectKind::View, &view.name.to_string(), &view.name, view.span)
    }

    pub(super) fn column(table: &Table, column: &Column) -> Self {
        Self::new(ObjectKind::Column, &column.name, &table.name, column.span)
    }

    pub(super) fn index(table: &Table, index: &Index) -> Self {
        let kind = if index.unique { ObjectKind::Unique } else { ObjectKind::Index };
        let columns = index.columns.iter().flatten().cloned().collect();
        let name = index.name.as_deref().unwrap_or_default();
        Self { columns, ..Self::new(kind, name, &table.name, index.span) }
    }

    pub(super) fn key(
        table: &Table,
        kind: ObjectKind,
        name: Option<&str>,
        columns: &[String],
        span: Span,
    ) -> Self {
        let columns = columns.to_vec();
        Self { columns, ..Self::new(kind, name.unwrap_or_default(), &table.name, span) }
    }

    pub(super) fn check(table: &Table, check: &Check) -> Self {
        Self::new(ObjectKind::Check, check.name.as_deref().unwrap_or_default(), &table.name, check.span)
    }

    pub(super) fn foreign_key(table: &Table, key: &ForeignKey) -> Self {
        Self::key(table, ObjectKind::ForeignKey, key.name.as_deref(), &key.columns, key.span)
    }

    pub(super) fn program(schema: &Schema, program: &Program) -> Self {
        let is_called =
            |trigger: &Program| trigger.calls.as_ref().is_some_and(|called| called.name == program.name.name);
        let runs_by_itself = program.kind == ProgramKind::Trigger || schema.programs.iter().any(is_called);
        let mut object = Self::new(
            ObjectKind::Program(program.kind),
            &program.name.to_string(),
            &program.name,
            program.span,
        );
        object.table.clone_from(&program.table);
        Self { program: Some(program.clone()), runs_by_itself, ..object }
    }

    /// Whether the schema has one of this kind and name.
    pub(super) fn is_there(&self, schema: &Schema) -> bool {
        if let ObjectKind::Program(kind) = self.kind {
            let named = |known: &Program| known.kind == kind && known.name.to_string() == self.name;
            return schema.programs.iter().any(named);
        }
        let Some(table) = self.table.as_ref().and_then(|table| schema.table(table)) else { return false };
        let named = |name: &Option<String>| name.as_deref() == Some(self.name.as_str());
        match self.kind {
            ObjectKind::View => true,
            ObjectKind::Column => table.column(&self.name).is_some(),
            ObjectKind::Index | ObjectKind::Unique => {
                table.indexes.iter().any(|index| named(&index.name))
                    || table.uniques.iter().any(|unique| named(&unique.name))
            }
            ObjectKind::PrimaryKey => table.primary_key.is_some(),
            ObjectKind::Check => table.checks.iter().any(|check| named(&check.name)),
            ObjectKind::ForeignKey => table.foreign_keys.iter().any(|key| named(&key.name)),
            ObjectKind::Program(_) => false,
        }
    }

    /// Whether the same object is still there, and does not work.
    pub(super) fn fails(&self, schema: &Schema) -> bool {
        match &self.program {
            // One that was written again since is not the one that failed.
            Some(program) => {
                schema.programs.iter().any(|known| known.is_same(program) && known.body == program.body)
            }
            None => self.is_broken(schema),
        }
    }

    /// Whether it names what is not there.
    pub(super) fn is_broken(&self, schema: &Schema) -> bool {
        if let Some(program) = &self.program {
            return uses_missing_table(schema, program);
        }
        let Some(table) = self.table.as_ref().and_then(|table| schema.table(table)) else { return false };
        match self.kind {
            ObjectKind::View => !works(schema, table),
            ObjectKind::ForeignKey => table.foreign_keys.iter().any(|key| {
                let referenced = schema.table(&key.referenced_table);
                let is_there = |column: &String| {
                    referenced.is_some_and(|referenced| referenced.column(column).is_some())
                };
                key.columns == self.columns
                    && (referenced.is_none() || !key.referenced_columns.iter().all(is_there))
            }),
            ObjectKind::Column
            | ObjectKind::Index
            | ObjectKind::Unique
            | ObjectKind::PrimaryKey
            | ObjectKind::Check
            | ObjectKind::Program(_) => false,
        }
    }
}

/// Whether all that a view's query uses is there; what it shows may be views that do not work themselves.
fn works(schema: &Schema, view: &Table) -> bool {
    let Some(query) = view.query.as_ref().filter(|_| view.kind == TableKind::View) else { return true };
    let has = |table: &TableName, column: &str| {
        schema.table(table).is_some_and(|table| {
            // The columns of a view whose query was not read are not known.
            column == "*" || table.column(column).is_some() || is_unread(table)
        })
    };
    query.tables.iter().all(|table| schema.table(table).is_some())
        && query.uses.iter().all(|used| used.tables.iter().all(|table| has(table, &used.column)))
}

fn is_unread(view: &Table) -> bool {
    view.kind == TableKind::View && view.query.as_ref().is_none_or(|query| query.shown.is_empty())
}

/// Whether the body reads or writes a table that is not there, by the names that statements have for tables.
fn uses_missing_table(schema: &Schema, program: &Program) -> bool {
    tables(schema, program).iter().any(|table| schema.table(table).is_none())
}
