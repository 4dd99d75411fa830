//! DROP, and MySQL's RENAME TABLE.

use super::cursor::Cursor;
use super::statement::Reader;
use crate::migration::OperationKind;
use crate::schema::{Dialect, TableName};

impl Reader<'_> {
    pub(super) fn read_drop(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        cursor.bump();
        if cursor.eat_any(&["temporary"]) {
            self.irrelevant(whole);
            return Some(());
        }
        if cursor.eat_any(&["table", "view"])
            || cursor.eat(&["materialized", "view"])
            || cursor.eat(&["foreign", "table"])
        {
            return self.read_drop_tables(whole, cursor);
        }
        if cursor.eat(&["index"]) {
            return self.read_drop_index(whole, cursor);
        }
        if cursor.eat_any(&["type", "domain"]) {
            cursor.eat(&["if", "exists"]);
            let cascade = cursor.find_word("cascade").is_some();
            for mut part in cursor.comma_parts() {
                let (name, _) = self.table_name(&mut part)?;
                self.push(whole.range(), OperationKind::DropEnum { name, cascade });
            }
            return Some(());
        }
        if cursor.is(&["sequence"]) && self.dialect == Dialect::Postgres {
            cursor.bump();
            cursor.eat(&["if", "exists"]);
            let cascade = cursor.find_word("cascade").is_some();
            for mut part in cursor.comma_parts() {
                let (name, _) = self.table_name(&mut part)?;
                self.push(whole.range(), OperationKind::DropSequence { name, cascade });
            }
            return Some(());
        }
        if cursor.eat(&["schema"]) && self.dialect != Dialect::Mysql {
            cursor.eat(&["if", "exists"]);
            for mut part in cursor.comma_parts() {
                let name = part.name()?.name;
                self.push(whole.range(), OperationKind::DropSchema { name });
            }
            return Some(());
        }
        if self.read_drop_program(whole, cursor).is_none() {
            self.irrelevant(whole);
        }
        Some(())
    }

    fn read_drop_tables(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        let if_exists = cursor.eat(&["if", "exists"]);
        let cascade = cursor.find_word("cascade").is_some();
        let parts = cursor.comma_parts();
        let all: Vec<TableName> =
            parts.iter().filter_map(|part| Some(self.table_name(&mut part.clone())?.0)).collect();
        for mut part in parts {
            let (table, _) = self.table_name(&mut part)?;
            if self.is_temporary(&table) {
                self.temporary.retain(|known| *known != table);
                self.irrelevant(whole);
            } else {
                let others = all.iter().filter(|other| **other != table).cloned().collect();
                self.push(whole.range(), OperationKind::DropTable { table, if_exists, cascade, others });
            }
        }
        Some(())
    }

    fn read_drop_index(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        cursor.eat(&["concurrently"]);
        let if_exists = cursor.eat(&["if", "exists"]);
        let place =
            cursor.find_word("on").filter(|_| matches!(self.dialect, Dialect::Mysql | Dialect::Mssql));
        let table = match place {
            Some(mut place) => {
                place.bump();
                Some(self.table_name(&mut place)?.0)
            }
            None => None,
        };
        for mut part in cursor.comma_parts() {
            let (index, _) = if table.is_some() { part.table_name()? } else { self.table_name(&mut part)? };
            // SQL Server's older form: `DROP INDEX table.index`.
            let (table, index) = match (&index.schema, &table) {
                (Some(named), None) if self.dialect == Dialect::Mssql => {
                    (Some(TableName::plain(named.clone())), TableName::plain(index.name))
                }
                _ => (table.clone(), index),
            };
            self.push(whole.range(), OperationKind::DropIndex { table, index, if_exists });
        }
        Some(())
    }

    /// `RENAME TABLE a TO b, c TO d`, one after the other.
    pub(super) fn read_rename_tables(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        cursor.bump();
        if !cursor.eat_any(&["table", "tables"]) {
            self.irrelevant(whole);
            return Some(());
        }
        let if_exists = cursor.eat(&["if", "exists"]);
        for mut part in cursor.comma_parts() {
            let (table, _) = self.table_name(&mut part)?;
            part.eat(&["to"]).then_some(())?;
            let (to, _) = self.table_name(&mut part)?;
            self.push(whole.range(), OperationKind::RenameTable { table, to, if_exists });
        }
        Some(())
    }
}
