//! Statements on rows, as far as they say something of the model: a copying UPDATE, SELECT ... INTO, sp_rename.

use super::cursor::Cursor;
use super::statement::Reader;
use super::token::TokenKind;
use crate::migration::OperationKind;
use crate::schema::{Dialect, TableName};
use crate::text::TextRange;

impl Reader<'_> {
    /// `UPDATE t SET b = a` is the copy half of a rename.
    pub(super) fn read_update(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        if self.read_copies(cursor).unwrap_or_default() == 0 {
            self.irrelevant(whole);
        }
        Some(())
    }

    /// Number of copies found.
    fn read_copies(&mut self, cursor: &mut Cursor<'_>) -> Option<usize> {
        let whole = *cursor;
        cursor.bump();
        cursor.eat_any(&["only", "ignore", "low_priority"]);
        let (table, _) = self.table_name(cursor)?;
        let mut alias = None;
        if !cursor.is(&["set"]) {
            cursor.eat(&["as"]);
            alias = cursor.name().map(|name| name.name);
        }
        if !cursor.eat(&["set"]) {
            return None;
        }
        let mut end = *cursor;
        end.take_until_word(&["from", "where", "returning", "order", "limit"]);
        let mut count = 0;
        for part in cursor.up_to(&end).comma_parts() {
            if let Some((column, to)) = copied_column(part, &table, alias.as_deref()) {
                let (table, from) = (table.clone(), None);
                self.push(whole.range(), OperationKind::CopyColumn { table, from, column, to });
                count += 1;
            }
        }
        Some(count)
    }

    /// `INSERT INTO t (b) SELECT a FROM s`: where `s` is made anew as `t`, `b` is `a`.
    pub(super) fn read_insert(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        if self.read_inserted(*cursor).unwrap_or_default() == 0 {
            self.irrelevant(whole);
        }
        Some(())
    }

    /// Number of columns that get another name on the way.
    fn read_inserted(&mut self, mut cursor: Cursor<'_>) -> Option<usize> {
        let whole = cursor;
        cursor.bump();
        cursor.eat(&["or"]).then(|| cursor.bump());
        cursor.eat_any(&["ignore"]);
        cursor.eat(&["into"]).then_some(())?;
        let (table, _) = self.table_name(&mut cursor)?;
        let names = super::key::column_names(&mut cursor)?;
        cursor.eat(&["select"]).then_some(())?;
        let mut from = cursor.find_word("from")?;
        let shown = cursor.up_to(&from).comma_parts();
        from.bump();
        let (source, _) = self.table_name(&mut from)?;
        let single = from.is_at_end() || from.is_any(&["where", "order"]);
        if !single || shown.len() != names.len() || source == table {
            return None;
        }
        let mut count = 0;
        for (mut part, to) in shown.into_iter().zip(names) {
            let Some(column) = part.dotted().and_then(|mut name| name.pop()).filter(|_| part.is_at_end())
            else {
                continue;
            };
            if column.name != to {
                let (table, from) = (table.clone(), Some(source.clone()));
                let kind = OperationKind::CopyColumn { table, from, column: column.name, to };
                self.push(whole.range(), kind);
                count += 1;
            }
        }
        Some(count)
    }

    /// A query leaves the model as it is, but for `SELECT ... INTO t` and PostgreSQL's `set_config`.
    pub(super) fn read_query(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        let text = whole.slice(whole.range());
        if let Some(path) = configured_search_path(text) {
            self.set_search_path(Some(path));
        }
        // Of `WITH`, the query behind its parts; one that inserts goes into a table that is there.
        let insert = whole.find_word("insert").is_some();
        let query = whole.find_word("select").filter(|_| !insert);
        let into = query.and_then(|query| query.find_word("into"));
        if let Some(mut into) = into
            && self.dialect != Dialect::Mysql
        {
            into.bump();
            let temporary = into.eat_any(&["temp", "temporary"]);
            let _ = into.eat_any(&["unlogged", "table"]);
            if let Some((table, range)) = self.table_name(&mut into).filter(|_| !into.is_symbol(b'(')) {
                return self.read_select_into(whole, table, range, temporary);
            }
        }
        if self.dialect == Dialect::Mysql {
            self.read_into(whole);
        }
        let mut called = whole;
        called.bump();
        if let Some((name, _)) = called.table_name().filter(|_| called.is_symbol(b'('))
            && self.run_routine(whole, &name.name).is_some()
        {
            return Some(());
        }
        self.irrelevant(whole);
        Some(())
    }

    fn read_select_into(
        &mut self,
        whole: Cursor<'_>,
        table: TableName,
        range: TextRange,
        temporary: bool,
    ) -> Option<()> {
        if temporary || table.name.starts_with('#') {
            self.temporary.push(table);
            self.irrelevant(whole);
            return Some(());
        }
        self.push_queried_table(whole, whole, table, range);
        Some(())
    }

    /// `EXEC sp_rename 'table.column', 'new', 'COLUMN'` is how SQL Server renames; anything else that is executed is not
    /// seen.
    pub(super) fn read_execute(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        match self.dialect {
            Dialect::Mysql => return self.read_execute_prepared(cursor),
            // What is prepared there is a query.
            Dialect::Postgres => {
                self.irrelevant(whole);
                return Some(());
            }
            Dialect::Sqlite | Dialect::Mssql => {}
        }
        cursor.bump();
        let (procedure, _) = cursor.table_name()?;
        if !procedure.name.eq_ignore_ascii_case("sp_rename") {
            if procedure.name.to_ascii_lowercase().starts_with("sp_") {
                self.irrelevant(whole);
                return Some(());
            }
            return None;
        }
        let mut arguments = Vec::new();
        for mut part in cursor.comma_parts() {
            if part.eat_symbol(b'@') {
                part.bump();
                part.eat_symbol(b'=');
            }
            arguments.push(part.string()?.0);
        }
        let [object, to, kind @ ..] = arguments.as_slice() else {
            return None;
        };
        let parts: Vec<&str> = object.split('.').map(|part| part.trim_matches(['[', ']', '"'])).collect();
        let operation =
            match (kind.first().map(|kind| kind.to_ascii_lowercase()).as_deref(), parts.as_slice()) {
                (Some("column"), [.., table, column]) => OperationKind::RenameColumn {
                    table: TableName::plain(*table),
                    column: (*column).to_owned(),
                    to: to.clone(),
                },
                (Some("index"), [.., index]) => {
                    OperationKind::RenameConstraint { table: None, name: (*index).to_owned(), to: to.clone() }
                }
                (_, [.., table]) => OperationKind::RenameTable {
                    table: TableName::plain(*table),
                    to: TableName::plain(to.clone()),
                    if_exists: false,
                },
                (_, []) => return None,
            };
        self.push(whole.range(), operation);
        Some(())
    }
}

/// The columns of `b = a`, `b = t.a` and `b = a::text`: where the value comes from, and where it goes.
fn copied_column(mut part: Cursor<'_>, table: &TableName, alias: Option<&str>) -> Option<(String, String)> {
    let to = part.dotted()?.pop()?.name;
    if !part.eat_symbol(b'=') {
        return None;
    }
    let quoted = part.peek().is_some_and(|token| token.kind == TokenKind::Quoted);
    let mut source = part.dotted()?;
    let column = source.pop()?.name;
    let own = source.last().is_none_or(|name| name.name == table.name || Some(name.name.as_str()) == alias);
    let value = !quoted
        && matches!(
            column.to_ascii_lowercase().as_str(),
            "null" | "true" | "false" | "default" | "current_timestamp" | "current_date"
        );
    // A cast keeps the value; anything else computes another one.
    let whole = part.is_at_end() || (part.is_symbol(b':') && part.is_symbol_at(1, b':'));
    (own && whole && !value && column != to).then_some((column, to))
}

/// The schema that `set_config('search_path', 'x', false)` sets.
fn configured_search_path(text: &str) -> Option<&str> {
    let start = text.find("set_config('search_path'")? + "set_config('search_path'".len();
    let value = text.get(start..)?.split('\'').nth(1)?;
    value.split(',').next().map(str::trim)
}
