//! Functions, procedures, triggers and policies: which table they belong to, and the text that names columns.

use super::block::quoted_body;
use super::cursor::Cursor;
use super::statement::Reader;
use crate::migration::{OperationKind, Setting};
use crate::schema::{Dialect, Program, ProgramKind};

impl Reader<'_> {
    /// Reads `FUNCTION f(...) ...` and its kin behind `CREATE`; `None` where it is none, or not understood.
    pub(super) fn read_create_program(
        &mut self,
        whole: Cursor<'_>,
        cursor: &Cursor<'_>,
        or_replace: bool,
    ) -> Option<()> {
        let mut cursor = *cursor;
        cursor.eat_any(&["constraint"]);
        let kind = kind(&mut cursor)?;
        cursor.eat(&["if", "not", "exists"]);
        let (name, range) = self.table_name(&mut cursor)?;
        let mut program = Program {
            kind,
            name,
            table: None,
            columns: Vec::new(),
            condition: String::new(),
            body: String::new(),
            is_tree: false,
            calls: None,
            row_of: None,
            parameters: 0,
            span: (self.origin)(range),
        };
        match kind {
            ProgramKind::Function | ProgramKind::Procedure => self.read_routine(&mut program, cursor),
            ProgramKind::Trigger => self.read_trigger(&mut program, cursor)?,
            ProgramKind::Policy => self.read_policy(&mut program, cursor)?,
        }
        self.push(whole.range(), OperationKind::CreateProgram { program: Box::new(program), or_replace });
        Some(())
    }

    fn read_routine(&self, program: &mut Program, mut cursor: Cursor<'_>) {
        program.parameters = cursor.parentheses().map_or(0, |inner| inner.comma_parts().len());
        if self.dialect != Dialect::Postgres {
            program.body = cursor.slice(cursor.range()).to_owned();
            return;
        }
        if let Some(mut returned) = cursor.find_word("returns") {
            returned.bump();
            returned.eat_any(&["setof"]);
            program.row_of = self.table_name(&mut returned).map(|(name, _)| name);
        }
        // The last `AS` is the body's: `RETURNS TABLE (...)` and casts stand in parentheses.
        let quoted = cursor.find_word("as").and_then(|mut place| {
            place.bump();
            quoted_body(&place)
        });
        if let Some(range) = quoted {
            program.body = self.text.get(range).unwrap_or_default().to_owned();
            return;
        }
        let tree = cursor.find_word("begin").or_else(|| cursor.find_word("return"));
        if let Some(tree) = tree {
            program.is_tree = true;
            program.body = tree.slice(tree.range()).to_owned();
        }
    }

    fn read_trigger(&self, program: &mut Program, mut cursor: Cursor<'_>) -> Option<()> {
        cursor.take_until_word(&["of", "on"]);
        if cursor.is(&["of"]) && !cursor.is_word_at(1, "on") {
            cursor.bump();
            let start = cursor;
            cursor.take_until_word(&["or", "on"]);
            let listed = start.up_to(&cursor).comma_parts();
            program.columns =
                listed.into_iter().filter_map(|mut part| part.name()).map(|name| name.name).collect();
        }
        cursor.take_until_word(&["on"]);
        cursor.eat(&["on"]).then_some(())?;
        program.table = Some(self.table_name(&mut cursor)?.0);
        match self.dialect {
            Dialect::Postgres => {
                if let Some(mut when) = cursor.find_word("when") {
                    when.bump();
                    let condition = when.parentheses()?;
                    program.condition = condition.slice(condition.range()).to_owned();
                }
                let mut execute = cursor.find_word("execute")?;
                execute.bump();
                execute.eat_any(&["function", "procedure"]);
                program.calls = Some(self.table_name(&mut execute)?.0);
            }
            Dialect::Sqlite => {
                let body = cursor.find_word("begin")?;
                if let Some(mut when) = cursor.up_to(&body).find_word("when") {
                    when.bump();
                    let condition = when.up_to(&body);
                    program.condition = condition.slice(condition.range()).to_owned();
                }
                program.body = body.slice(body.range()).to_owned();
            }
            Dialect::Mysql | Dialect::Mssql => {
                cursor.eat(&["for", "each", "row"]);
                program.body = cursor.slice(cursor.range()).to_owned();
            }
        }
        Some(())
    }

    /// `CREATE POLICY p ON t [FOR ...] [TO ...] USING (...) WITH CHECK (...)`.
    fn read_policy(&self, program: &mut Program, mut cursor: Cursor<'_>) -> Option<()> {
        cursor.eat(&["on"]).then_some(())?;
        program.table = Some(self.table_name(&mut cursor)?.0);
        let mut parts = Vec::new();
        while !cursor.is_at_end() {
            match cursor.parentheses() {
                Some(inner) => parts.push(inner.slice(inner.range()).to_owned()),
                None => {
                    cursor.bump();
                }
            }
        }
        program.condition = parts.join(" AND ");
        program.body.clone_from(&program.condition);
        program.is_tree = true;
        Some(())
    }

    /// Reads `FUNCTION f(int), g` and its kin behind `DROP`; `None` where it is none.
    pub(super) fn read_drop_program(&mut self, whole: Cursor<'_>, cursor: &Cursor<'_>) -> Option<()> {
        let mut cursor = *cursor;
        let kind = kind(&mut cursor)?;
        cursor.eat(&["if", "exists"]);
        for mut part in cursor.comma_parts() {
            let (name, _) = self.table_name(&mut part)?;
            let parameters = part.parentheses().map(|inner| inner.comma_parts().len());
            let table = match part.eat(&["on"]) {
                true => Some(self.table_name(&mut part)?.0),
                false => None,
            };
            self.push(whole.range(), OperationKind::DropProgram { kind, name, table, parameters });
        }
        Some(())
    }

    /// `SET FOREIGN_KEY_CHECKS = 0` (MySQL), `PRAGMA legacy_alter_table = ON` (SQLite).
    pub(super) fn read_setting(&mut self, whole: Cursor<'_>) -> Option<()> {
        let mut cursor = whole;
        let setting = match self.dialect {
            Dialect::Mysql => {
                cursor.eat(&["set"]).then_some(())?;
                while cursor.eat_symbol(b'@') {}
                cursor.eat_any(&["session", "global", "local"]);
                cursor.eat_symbol(b'.');
                cursor.eat_any(&["foreign_key_checks"]).then_some(Setting::ForeignKeyChecks)?
            }
            Dialect::Sqlite => {
                cursor.eat(&["pragma"]).then_some(())?;
                cursor.eat_any(&["legacy_alter_table"]).then_some(Setting::LegacyAlterTable)?
            }
            Dialect::Postgres | Dialect::Mssql => return None,
        };
        cursor.eat_symbol(b':');
        (cursor.eat_symbol(b'=') || cursor.eat_symbol(b'(')).then_some(())?;
        let value =
            cursor.slice(cursor.range()).trim_matches([')', '\'', '"', ' ', '\n']).to_ascii_lowercase();
        let on = match value.as_str() {
            "1" | "on" | "true" | "yes" => true,
            "0" | "off" | "false" | "no" => false,
            // A variable: what it was before the migration turned it off.
            _ => setting == Setting::ForeignKeyChecks,
        };
        self.push(whole.range(), OperationKind::Set { setting, on });
        Some(())
    }
}

fn kind(cursor: &mut Cursor<'_>) -> Option<ProgramKind> {
    let kinds = [ProgramKind::Function, ProgramKind::Procedure, ProgramKind::Trigger, ProgramKind::Policy];
    kinds.into_iter().find(|kind| cursor.eat_any(&[kind.name()]))
}
