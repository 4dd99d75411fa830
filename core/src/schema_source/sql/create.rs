//! CREATE: which kind of thing is made.

use super::column::{column_definition, data_type};
use super::cursor::Cursor;
use super::index::{index_key, read_tail, take_kind, take_method};
use super::statement::Reader;
use crate::migration::{ColumnAlteration, Constraint, OperationKind};
use crate::schema::{ColumnType, Dialect, EnumType, EnumValue, Index, Table, TableKind, TableName};
use crate::text::TextRange;

impl Reader<'_> {
    pub(super) fn read_create(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        cursor.bump();
        let or_replace = cursor.eat(&["or", "replace"]) || cursor.eat(&["or", "alter"]);
        let mut temporary = false;
        loop {
            if cursor.eat_any(&["temp", "temporary"]) {
                temporary = true;
            } else if cursor.is(&["unique"]) || !skip_modifier(cursor) {
                break;
            }
        }
        if cursor.eat(&["table"]) {
            return self.read_create_table(whole, cursor, temporary);
        }
        if cursor.eat(&["virtual", "table"]) {
            return self.read_virtual_table(whole, cursor);
        }
        let materialized = cursor.is(&["materialized", "view"]);
        if cursor.eat(&["view"]) || cursor.eat(&["materialized", "view"]) {
            self.materialized = materialized;
            return self.read_create_view(whole, cursor, temporary, or_replace);
        }
        if cursor.eat(&["type"]) {
            return self.read_create_type(whole, cursor);
        }
        if self.dialect == Dialect::Postgres && !temporary {
            if cursor.eat(&["domain"]) {
                return self.read_create_domain(whole, cursor);
            }
            if cursor.eat(&["sequence"]) {
                return self.read_create_sequence(whole, cursor);
            }
        }
        let unique = cursor.eat(&["unique"]);
        cursor.eat_any(&["clustered", "nonclustered"]);
        let mut ahead = *cursor;
        let kind = take_kind(&mut ahead);
        ahead.eat(&["columnstore"]);
        if ahead.eat(&["index"]) {
            return self.read_create_index(whole, &mut ahead, unique, kind);
        }
        if !is_no_table(cursor) {
            return None;
        }
        self.remember_routine(cursor);
        if self.read_create_program(whole, cursor, or_replace).is_none() {
            self.irrelevant(whole);
        }
        Some(())
    }

    fn read_create_index(
        &mut self,
        whole: Cursor<'_>,
        cursor: &mut Cursor<'_>,
        unique: bool,
        kind: Option<String>,
    ) -> Option<()> {
        cursor.eat(&["concurrently"]);
        let if_not_exists = cursor.eat(&["if", "not", "exists"]);
        let name = if cursor.is(&["on"]) && !cursor.is_word_at(1, "on") {
            None
        } else {
            Some(cursor.table_name()?.0.name)
        };
        let _ = take_method(cursor);
        cursor.eat(&["on"]).then_some(())?;
        let only = cursor.eat(&["only"]);
        let (table, _) = self.table_name(cursor)?;
        let method = kind.or(take_method(cursor));
        if self.is_temporary(&table) {
            self.irrelevant(whole);
            return Some(());
        }
        let name = name.or_else(|| super::key::expression_index_name(cursor, &table));
        let key = index_key(cursor)?;
        let span = (self.origin)(whole.range());
        let mut index = Index { unique, method, ..key.index(name, span) };
        read_tail(cursor, &mut index);
        let constraint = Constraint::Index(index);
        let outer = std::mem::replace(&mut self.only, only);
        self.push(whole.range(), OperationKind::AddConstraint { table, constraint, if_not_exists });
        self.only = outer;
        Some(())
    }

    fn read_create_type(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        let if_not_exists = cursor.eat(&["if", "not", "exists"]);
        let (name, range) = self.table_name(cursor)?;
        if cursor.is(&["as"]) && cursor.is_symbol_at(1, b'(') {
            cursor.bump();
            return self.read_composite(whole, cursor, name, range);
        }
        if !cursor.eat(&["as", "enum"]) {
            // Range and base types: no column of a table changes with them.
            self.irrelevant(whole);
            return Some(());
        }
        let mut values = Vec::new();
        for mut part in cursor.parentheses()?.comma_parts() {
            let (name, range) = part.string()?;
            values.push(EnumValue { name, span: (self.origin)(range) });
        }
        let item = EnumType { name, values, span: (self.origin)(range) };
        self.push(whole.range(), OperationKind::CreateEnum { item, if_not_exists });
        Some(())
    }

    /// `CREATE TYPE t AS (a int, b text COLLATE "C")`.
    fn read_composite(
        &mut self,
        whole: Cursor<'_>,
        cursor: &mut Cursor<'_>,
        name: TableName,
        range: TextRange,
    ) -> Option<()> {
        let mut item = Table::new(name, TableKind::Composite, (self.origin)(range));
        for mut part in cursor.parentheses()?.comma_parts() {
            item.columns.push(column_definition(&mut part, self.origin)?.column);
        }
        self.push(whole.range(), OperationKind::CreateComposite { item: Box::new(item) });
        Some(())
    }

    pub(super) fn read_alter_type(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        cursor.eat(&["if", "exists"]);
        let (name, _) = self.table_name(cursor)?;
        let kind = if cursor.eat(&["rename", "to"]) {
            let to = TableName { schema: name.schema.clone(), name: cursor.name()?.name };
            OperationKind::RenameEnum { name, to }
        } else if cursor.eat(&["set", "schema"]) {
            let to = TableName { schema: Some(cursor.name()?.name), name: name.name.clone() };
            OperationKind::RenameEnum { name, to }
        } else if cursor.eat(&["rename", "value"]) {
            let (value, _) = cursor.string()?;
            cursor.eat(&["to"]).then_some(())?;
            let (to, _) = cursor.string()?;
            OperationKind::RenameEnumValue { name, value, to }
        } else if cursor.eat(&["add", "value"]) {
            cursor.eat(&["if", "not", "exists"]);
            let (value, _) = cursor.string()?;
            let before = if cursor.eat(&["before"]) { cursor.string().map(|(value, _)| value) } else { None };
            let after = if cursor.eat(&["after"]) { cursor.string().map(|(value, _)| value) } else { None };
            OperationKind::AddEnumValue { name, value, before, after }
        } else {
            return self.read_attributes(whole, cursor, name);
        };
        self.push(whole.range(), kind);
        Some(())
    }

    /// `ADD ATTRIBUTE`, `DROP ATTRIBUTE`, `ALTER ATTRIBUTE`, `RENAME ATTRIBUTE`: what the same words do to columns.
    fn read_attributes(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>, name: TableName) -> Option<()> {
        let mut known = false;
        for mut part in cursor.comma_parts() {
            let Some(operation) = self.attribute_step(&mut part, &name) else {
                continue;
            };
            known = true;
            let operation = Box::new(operation);
            self.push(whole.range(), OperationKind::AlterComposite { operation });
        }
        if !known {
            self.irrelevant(whole);
        }
        Some(())
    }

    fn attribute_step(&self, cursor: &mut Cursor<'_>, name: &TableName) -> Option<OperationKind> {
        let table = name.clone();
        Some(if cursor.eat(&["add", "attribute"]) {
            let column = Box::new(column_definition(cursor, self.origin)?.column);
            OperationKind::AddColumn { table, column, if_not_exists: false }
        } else if cursor.eat(&["drop", "attribute"]) {
            let if_exists = cursor.eat(&["if", "exists"]);
            OperationKind::DropColumn { table, column: cursor.name()?.name, if_exists, cascade: false }
        } else if cursor.eat(&["rename", "attribute"]) {
            let column = cursor.name()?.name;
            cursor.eat(&["to"]).then_some(())?;
            OperationKind::RenameColumn { table, column, to: cursor.name()?.name }
        } else if cursor.eat(&["alter", "attribute"]) {
            let column = cursor.name()?.name;
            cursor.eat(&["set", "data"]);
            cursor.eat(&["type"]).then_some(())?;
            let range = data_type(cursor)?;
            let ty = Some(ColumnType::parse(self.dialect, cursor.slice(range)));
            let alteration = ColumnAlteration { ty, ..ColumnAlteration::default() };
            OperationKind::AlterColumn { table, column, alteration }
        } else {
            return None;
        })
    }
}

/// Words between CREATE and the kind of thing, which leave the model as it is.
pub(super) fn skip_modifier(cursor: &mut Cursor<'_>) -> bool {
    if cursor.eat_any(&[
        "global",
        "local",
        "unlogged",
        "foreign",
        "recursive",
        "external",
        "online",
        "offline",
        "editionable",
        "force",
        "transient",
    ]) {
        return true;
    }
    if cursor.eat(&["algorithm"]) {
        cursor.eat_symbol(b'=');
        cursor.bump();
        return true;
    }
    if cursor.eat(&["sql", "security"]) {
        cursor.bump();
        return true;
    }
    if cursor.eat(&["definer"]) {
        cursor.eat_symbol(b'=');
        cursor.skip_one();
        let _ = cursor.parentheses();
        if cursor.eat_symbol(b'@') {
            cursor.skip_one();
        }
        return true;
    }
    false
}

/// Things that hold no table's columns.
fn is_no_table(cursor: &Cursor<'_>) -> bool {
    cursor.is_any(&[
        "sequence",
        "function",
        "procedure",
        "trigger",
        "extension",
        "policy",
        "role",
        "user",
        "group",
        "database",
        "schema",
        "server",
        "data",
        "event",
        "rule",
        "statistics",
        "publication",
        "subscription",
        "aggregate",
        "cast",
        "collation",
        "operator",
        "language",
        "trusted",
        "procedural",
        "conversion",
        "transform",
        "text",
        "access",
        "tablespace",
        "domain",
        "constraint",
        "default",
        "package",
        "synonym",
        "login",
        "xml",
        "fulltext",
        "partition",
        "resource",
        "changefeed",
        "or",
        "if",
        "macro",
        "secret",
        "logfile",
        "wrapper",
        "default",
        "keyspace",
        "stage",
        "warehouse",
        "mapping",
        "primary",
        "certificate",
        "symmetric",
        "assembly",
        "message",
        "queue",
        "service",
    ])
}
