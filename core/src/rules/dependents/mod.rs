//! What the steps of a migration do to what depends on tables and columns inside the database: views, computed columns, keys,
//! checks, indexes, triggers, functions, policies.
//!
//! Everything here was executed: `tests/servers/objects` holds the statements, and what PostgreSQL 15, MariaDB 10.11 and SQLite 3.40
//! did with them. Where MySQL is known to differ from MariaDB (its manual, 15.1.9), nothing is certain.

mod body;
mod keys;
mod objects;

pub(crate) use objects::{Effect, Fate, Object, ObjectKind, What};

use crate::migration::{Condition, Operation, OperationKind, Setting, mentions};
use crate::schema::{Dialect, Program, ProgramKind, Schema, Table, TableKind, TableName};
use crate::text::Span;
use body::{Use, column_use, names_own_row, table_use};

/// What is known of a step beside its operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    /// The steps of the same statement that come behind it.
    pub rest: &'a [Operation],
    /// Whether the statement stands as it is in SQL; else a program may do it another way (SQLite's tables are made anew).
    pub is_sql: bool,
}

/// Follows the steps of a migration over the schemas that they meet.
#[derive(Debug)]
pub(crate) struct Dependents {
    foreign_key_checks: bool,
    legacy_alter_table: bool,
    found: Vec<Effect>,
}

impl Default for Dependents {
    fn default() -> Self {
        Self { foreign_key_checks: true, legacy_alter_table: false, found: Vec::new() }
    }
}

impl Dependents {
    /// Looks at a step; `schema` is as the step meets it.
    pub fn step(&mut self, schema: &Schema, operation: &Operation, step: Step<'_>) {
        self.take(schema, operation.span, &operation.kind, step, true);
    }

    fn take(
        &mut self,
        schema: &Schema,
        statement: Span,
        kind: &OperationKind,
        step: Step<'_>,
        certain: bool,
    ) {
        let count = self.found.len();
        match kind {
            OperationKind::Conditional { operation, condition } => {
                let holds = match condition {
                    Condition::Unknown => None,
                    condition => condition.holds(schema),
                };
                if holds != Some(false) {
                    self.take(schema, statement, operation, step, certain && holds == Some(true));
                }
                return;
            }
            OperationKind::Only { operation } => {
                return self.take(schema, statement, operation, step, certain);
            }
            OperationKind::Set { setting: Setting::ForeignKeyChecks, on } => self.foreign_key_checks = *on,
            OperationKind::Set { setting: Setting::LegacyAlterTable, on } => self.legacy_alter_table = *on,
            _ => self.found.extend(self.effects(schema, statement, kind, step)),
        }
        let new = self.found.get_mut(count..).unwrap_or_default();
        new.iter_mut().for_each(|effect| effect.certain &= certain);
    }

    fn effects(&self, schema: &Schema, statement: Span, kind: &OperationKind, step: Step<'_>) -> Vec<Effect> {
        let (table, column, what, cascade) = match kind {
            OperationKind::DropColumn { table, column, cascade, .. } => {
                (table, Some(column), What::Dropped, *cascade)
            }
            OperationKind::RenameColumn { table, column, to } => {
                (table, Some(column), What::Renamed(to.clone()), false)
            }
            OperationKind::AlterColumn { table, column, alteration } => {
                let Some(ty) = &alteration.ty else { return Vec::new() };
                let known = schema.table(table).and_then(|known| known.column(column));
                let is_same = known.is_some_and(|known| known.ty.name == ty.name);
                if is_same && schema.dialect != Dialect::Postgres {
                    return Vec::new();
                }
                (table, Some(column), What::Retyped, false)
            }
            OperationKind::DropTable { table, cascade, .. } => (table, None, What::Dropped, *cascade),
            OperationKind::RenameTable { table, to, .. } => {
                (table, None, What::Renamed(to.name.clone()), false)
            }
            _ => return Vec::new(),
        };
        let Some(known) = schema.table(table) else { return Vec::new() };
        let column = match column {
            Some(name) => match known.column(name) {
                Some(column) => Some(column.name.clone()),
                None => return Vec::new(),
            },
            None => None,
        };
        let others = match kind {
            OperationKind::DropTable { others, .. } => others.as_slice(),
            _ => &[],
        };
        let event = Event {
            schema,
            table: known,
            column,
            what,
            cascade,
            others,
            step,
            statement,
            foreign_key_checks: self.foreign_key_checks,
            legacy_alter_table: self.legacy_alter_table,
        };
        event.effects()
    }

    /// What holds in the end: what was made anew meanwhile neither went nor fails.
    pub fn finish(self, after: &Schema) -> Vec<Effect> {
        let mut found = self.found;
        found.retain(|effect| match effect.fate {
            Fate::Refused => true,
            Fate::Taken => !effect.object.is_there(after),
            Fate::Fails => effect.object.fails(after) && !is_restored(after, effect),
        });
        found
    }
}

/// A table or column that is about to change, and all that decides what becomes of its dependents.
struct Event<'a> {
    schema: &'a Schema,
    table: &'a Table,
    column: Option<String>,
    what: What,
    cascade: bool,
    /// What the same statement drops beside the table.
    others: &'a [TableName],
    step: Step<'a>,
    statement: Span,
    foreign_key_checks: bool,
    legacy_alter_table: bool,
}

impl Event<'_> {
    fn dialect(&self) -> Dialect {
        self.schema.dialect
    }

    fn is_drop(&self) -> bool {
        self.what == What::Dropped
    }

    fn effect(&self, object: Object, fate: Fate) -> Effect {
        Effect {
            statement: self.statement,
            table: self.table.name.clone(),
            column: self.column.clone(),
            what: self.what.clone(),
            object,
            fate,
            certain: true,
            is_broken_before: false,
            dialect: self.dialect(),
        }
    }

    fn effects(&self) -> Vec<Effect> {
        let mut found = Vec::new();
        if self.table.kind == TableKind::Table {
            found.extend(self.of_broken_objects());
            if let Some(column) = &self.column {
                self.computed_columns(column, &mut found);
                self.keys(column, &mut found);
            }
            self.foreign_keys_of_others(&mut found);
        }
        self.views(&mut found);
        self.programs(&mut found);
        found
    }

    /// What PostgreSQL does where it knows of the dependent: refuses a drop or another type, lets names go through.
    fn postgres_fate(&self) -> Option<Fate> {
        match (&self.what, self.cascade) {
            (What::Dropped, true) => Some(Fate::Taken),
            (What::Dropped, false) | (What::Retyped, _) => Some(Fate::Refused),
            (What::Renamed(_), _) => None,
        }
    }

    fn views(&self, found: &mut Vec<Effect>) {
        let fate = match self.dialect() {
            Dialect::Postgres => self.postgres_fate(),
            Dialect::Mysql => (self.what != What::Retyped).then_some(Fate::Fails),
            Dialect::Sqlite => match (&self.what, &self.column) {
                (What::Dropped, Some(_)) => self.step.is_sql.then_some(Fate::Refused),
                (What::Dropped, None) => Some(Fate::Fails),
                (What::Renamed(_) | What::Retyped, _) => None,
            },
            Dialect::Mssql => None,
        };
        let Some(fate) = fate else { return };
        let dropped =
            |view: &Table| self.others.iter().any(|other| self.schema.canonical(other) == view.name);
        let mut open = vec![(self.table.name.clone(), self.column.clone())];
        let mut seen: Vec<TableName> = Vec::new();
        while let Some((name, column)) = open.pop() {
            for view in &self.schema.tables {
                let uses = reads(self.schema, view, &name, column.as_deref());
                if !uses || dropped(view) || seen.contains(&view.name) {
                    continue;
                }
                seen.push(view.name.clone());
                found.push(self.effect(Object::view(view), fate));
                // The first one is in the way; what hangs on it goes or fails with it.
                if fate != Fate::Refused {
                    open.push((view.name.clone(), None));
                }
            }
        }
    }

    fn computed_columns(&self, column: &str, found: &mut Vec<Effect>) {
        let fate = match self.dialect() {
            Dialect::Postgres => self.postgres_fate(),
            Dialect::Mysql => self.is_drop().then_some(Fate::Refused),
            Dialect::Sqlite => (self.is_drop() && self.step.is_sql).then_some(Fate::Refused),
            Dialect::Mssql => None,
        };
        let Some(fate) = fate else { return };
        for computed in &self.table.columns {
            let uses = computed.expression.as_deref().is_some_and(|text| mentions(text, column));
            if uses && !self.drops_later(|kind| drops_column(kind, &computed.name)) {
                found.push(self.effect(Object::column(self.table, computed), fate));
            }
        }
    }

    /// Whether the same statement drops the object, behind this step. PostgreSQL takes the steps one by one.
    fn drops_later(&self, is_drop: impl Fn(&OperationKind) -> bool) -> bool {
        self.dialect() == Dialect::Mysql && self.step.rest.iter().any(|step| is_drop(bare(&step.kind)))
    }

    fn programs(&self, found: &mut Vec<Effect>) {
        for program in &self.schema.programs {
            let own = program.table.as_ref() == Some(&self.table.name);
            if own && self.column.is_none() && self.is_drop() {
                // What belongs to a table goes with it, as its rows do.
                continue;
            }
            if let Some((fate, certain)) = self.program_fate(program, own) {
                let mut effect = self.effect(Object::program(self.schema, program), fate);
                effect.certain = certain;
                found.push(effect);
            }
        }
    }

    fn program_fate(&self, program: &Program, own: bool) -> Option<(Fate, bool)> {
        match self.dialect() {
            Dialect::Postgres => self.postgres_program(program, own),
            Dialect::Mysql if self.what == What::Retyped => None,
            Dialect::Mysql => {
                let used = self.used_by(program, own)?;
                Some((Fate::Fails, used.certain))
            }
            Dialect::Sqlite => self.sqlite_trigger(program, own),
            Dialect::Mssql => None,
        }
    }

    /// PostgreSQL knows what conditions, policies and bodies of the standard use; other bodies are text.
    fn postgres_program(&self, program: &Program, own: bool) -> Option<(Fate, bool)> {
        let known = match &self.column {
            Some(column) if own => program.columns.contains(column) || mentions(&program.condition, column),
            Some(_) => false,
            None => program.row_of.as_ref() == Some(&self.table.name) && self.is_drop(),
        };
        let of_tree = || program.is_tree.then(|| self.used_by(program, own)).flatten();
        if known {
            return self.postgres_fate().map(|fate| (fate, true));
        }
        if let Some(used) = of_tree() {
            return self.postgres_fate().map(|fate| (fate, used.certain));
        }
        if program.is_tree || self.what == What::Retyped {
            return None;
        }
        let runs_here = self.column.is_some()
            && self.schema.programs.iter().any(|trigger| {
                trigger.table.as_ref() == Some(&self.table.name)
                    && trigger.calls.as_ref().is_some_and(|called| called.name == program.name.name)
            });
        let used = self.used_by(program, runs_here)?;
        Some((Fate::Fails, used.certain))
    }

    /// SQLite reads triggers again when a column goes, but not where they write columns of other tables.
    fn sqlite_trigger(&self, program: &Program, own: bool) -> Option<(Fate, bool)> {
        if !self.is_drop() {
            return None;
        }
        let used = self.used_by(program, own)?;
        match self.column {
            Some(_) if !used.is_written => self.step.is_sql.then_some((Fate::Refused, used.certain)),
            Some(_) | None => Some((Fate::Fails, used.certain)),
        }
    }

    /// How the program uses what changes; `own` says that it runs on a row of the table.
    fn used_by(&self, program: &Program, own: bool) -> Option<Use> {
        let Some(column) = &self.column else {
            return table_use(self.schema, program, &self.table.name);
        };
        let of_row =
            own && (names_own_row(&program.body, column) || names_own_row(&program.condition, column));
        if of_row {
            return Some(Use { certain: true, is_written: false });
        }
        column_use(self.schema, program, &self.table.name, column)
    }

    /// SQLite reads all views and triggers again when it renames something or drops a column: one that does not work is in the
    /// way of every such statement (unless `legacy_alter_table` is on).
    fn of_broken_objects(&self) -> Vec<Effect> {
        let rereads = match (&self.what, &self.column) {
            (What::Renamed(_), _) | (What::Dropped, Some(_)) => true,
            (What::Dropped, None) | (What::Retyped, _) => false,
        };
        if self.dialect() != Dialect::Sqlite || !rereads || self.legacy_alter_table || !self.step.is_sql {
            return Vec::new();
        }
        let views = self.schema.tables.iter().filter(|table| table.kind == TableKind::View);
        let views = views.map(Object::view);
        let triggers = self.schema.programs.iter().filter(|program| program.kind == ProgramKind::Trigger);
        let all = views.chain(triggers.map(|program| Object::program(self.schema, program)));
        let broken = all.filter(|object| object.is_broken(self.schema));
        broken.map(|object| Effect { is_broken_before: true, ..self.effect(object, Fate::Refused) }).collect()
    }
}

/// Whether what a program named is there again, under the same name.
fn is_restored(after: &Schema, effect: &Effect) -> bool {
    let table = after.table(&effect.table).filter(|_| effect.object.program.is_some());
    table.is_some_and(|table| effect.column.as_ref().is_none_or(|column| table.column(column).is_some()))
}

/// The step without what stands around it.
fn bare(kind: &OperationKind) -> &OperationKind {
    match kind {
        OperationKind::Conditional { operation, .. } | OperationKind::Only { operation } => bare(operation),
        kind => kind,
    }
}

fn drops_column(kind: &OperationKind, name: &str) -> bool {
    matches!(kind, OperationKind::DropColumn { column, .. } if column.eq_ignore_ascii_case(name))
}

/// Whether a view reads the table, or the column of it.
fn reads(schema: &Schema, view: &Table, name: &TableName, column: Option<&str>) -> bool {
    let Some(query) = &view.query else { return false };
    match column {
        None => query.tables.contains(name),
        Some(column) => query
            .uses
            .iter()
            .any(|used| used.tables.contains(name) && schema.dialect.same_name(&used.column, column)),
    }
}
