//! Functions, procedures, triggers and policies: made, dropped, and what becomes of them when their tables change.
//!
//! PostgreSQL keeps conditions, policies and bodies of the standard as trees, which follow renames, and other bodies as text.
//! SQLite rewrites triggers when something is renamed; MySQL keeps all of them as they were written.

use super::Step;
use super::expression::{mentions, names_table, renamed, renamed_table};
use crate::schema::{Dialect, Program, ProgramKind, TableName};

impl Step<'_> {
    pub(super) fn create_program(&mut self, program: &Program, or_replace: bool) {
        let canonical = |name: &TableName| self.schema.canonical(name);
        let program = Program {
            name: canonical(&program.name),
            table: program.table.as_ref().map(canonical),
            calls: program.calls.as_ref().map(canonical),
            row_of: program.row_of.as_ref().map(canonical),
            ..program.clone()
        };
        match self.schema.programs.iter_mut().find(|known| known.is_same(&program)) {
            Some(known) if or_replace => *known = program,
            Some(_) => {}
            None => self.schema.programs.push(program),
        }
    }

    /// A statement that does not say the parameters, or says others than are known, means the only one of that name.
    pub(super) fn drop_program(
        &mut self,
        kind: ProgramKind,
        name: &TableName,
        table: Option<&TableName>,
        parameters: Option<usize>,
    ) {
        let dialect = self.schema.dialect;
        let (name, table) = (self.schema.canonical(name), table.map(|table| self.schema.canonical(table)));
        let is_meant = |known: &Program| {
            known.kind == kind
                && known.name.schema == name.schema
                && dialect.same_name(&known.name.name, &name.name)
                && (table.is_none() || known.table == table)
        };
        let several = self.schema.programs.iter().filter(|known| is_meant(known)).count() > 1;
        let by_parameters = parameters.filter(|_| several);
        self.schema
            .programs
            .retain(|known| !is_meant(known) || by_parameters.is_some_and(|count| count != known.parameters));
    }

    /// Triggers and policies go with their table; what PostgreSQL keeps as a tree goes with a table that it reads.
    pub(super) fn drop_programs_of(&mut self, table: &TableName) {
        let keeps_trees = self.schema.dialect == Dialect::Postgres;
        self.schema.programs.retain(|program| {
            let reads = program.is_tree && names_table(&program.body, &table.name);
            program.table.as_ref() != Some(table)
                && !(keeps_trees && (reads || program.row_of.as_ref() == Some(table)))
        });
    }

    /// What PostgreSQL knows to use a column goes with it: nothing else was in the way, or the statement said `CASCADE`.
    pub(super) fn drop_programs_using(&mut self, table: &TableName, column: &str) {
        if self.schema.dialect == Dialect::Postgres {
            self.schema.programs.retain(|program| !depends_on(program, table, column));
        }
    }

    pub(super) fn rename_column_in_programs(&mut self, table: &TableName, before: &str, after: &str) {
        let dialect = self.schema.dialect;
        if dialect == Dialect::Mysql {
            return;
        }
        for program in &mut self.schema.programs {
            let own = program.table.as_ref() == Some(table);
            if own {
                let columns = program.columns.iter_mut().filter(|name| dialect.same_name(name, before));
                columns.for_each(|name| after.clone_into(name));
                program.condition = renamed(&program.condition, before, after);
            }
            if is_rewritten(dialect, program) && (own || names_table(&program.body, &table.name)) {
                program.body = renamed(&program.body, before, after);
            }
        }
    }

    pub(super) fn rename_table_in_programs(&mut self, before: &TableName, after: &TableName) {
        let dialect = self.schema.dialect;
        for program in &mut self.schema.programs {
            for table in program.table.iter_mut().chain(&mut program.row_of) {
                if table == before {
                    table.clone_from(after);
                }
            }
            if is_rewritten(dialect, program) {
                program.body = renamed_table(&program.body, &before.name, &after.name);
            }
        }
    }
}

/// Whether the database rewrites the body when something in it gets another name.
fn is_rewritten(dialect: Dialect, program: &Program) -> bool {
    match dialect {
        Dialect::Sqlite => true,
        Dialect::Postgres => program.is_tree,
        Dialect::Mysql | Dialect::Mssql => false,
    }
}

/// Whether PostgreSQL knows that the program uses the column.
fn depends_on(program: &Program, table: &TableName, column: &str) -> bool {
    let own = program.table.as_ref() == Some(table)
        && (program.columns.iter().any(|name| name == column) || mentions(&program.condition, column));
    let read = program.is_tree && names_table(&program.body, &table.name) && mentions(&program.body, column);
    own || read
}
