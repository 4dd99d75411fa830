//! Table constraints and index columns.

use super::column::Origin;
use super::cursor::Cursor;
use super::index::{index_key, key_of, plain_column, take_kind, take_method};
use super::token::TokenKind;
use crate::migration::{Constraint, numbered_names, postgres_name};
use crate::schema::{
    Check, Dialect, ForeignKey, Index, KeyOptions, PrimaryKey, ReferentialAction, TableName, Unique,
};

/// Whether a table constraint, and no column, begins here. `KEY`, `INDEX` and others may be names of columns outside
/// MySQL.
pub(super) fn is_table_constraint(cursor: &Cursor<'_>) -> bool {
    let mysql = cursor.dialect == Dialect::Mysql;
    let named = |ahead: usize| {
        cursor.peek_at(ahead).is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
    };
    cursor.is_any(&["constraint", "unique", "check"])
        || cursor.is(&["primary", "key"])
        || cursor.is(&["foreign", "key"])
        || (cursor.is(&["exclude"]) && (cursor.is_word_at(1, "using") || cursor.is_symbol_at(1, b'(')))
        || (cursor.is(&["not", "null"]) && named(2))
        || (cursor.is(&["period", "for"]))
        || (mysql && cursor.is_any(&["key", "index", "fulltext", "spatial"]))
        || (cursor.dialect == Dialect::Mssql && cursor.is(&["index"]) && named(1))
}

/// Reads a table constraint whose name, if it has one before it, is given. `None`: not understood; `Some(None)`: nothing
/// that the model holds.
pub(super) fn table_constraint(
    cursor: &mut Cursor<'_>,
    name: Option<String>,
    origin: &Origin<'_>,
) -> Option<Option<Constraint>> {
    let start = *cursor;
    if cursor.eat(&["primary", "key"]) {
        cursor.eat_any(&["clustered", "nonclustered"]);
        skip_using(cursor);
        // MySQL takes a name here and calls the key PRIMARY all the same.
        if !cursor.is_symbol(b'(') {
            cursor.name()?;
            skip_using(cursor);
        }
        let lengths = key_lengths(cursor);
        let columns = column_names(cursor)?;
        skip_tail(cursor);
        let span = origin(start.range_until(cursor));
        let key = PrimaryKey { lengths, ..PrimaryKey::new(name, columns, span) };
        return Some(Some(Constraint::PrimaryKey(key)));
    }
    if cursor.eat(&["unique"]) {
        return unique(cursor, start, name, origin).map(Some);
    }
    if cursor.eat(&["foreign", "key"]) {
        let inline = if cursor.is_symbol(b'(') { None } else { cursor.name().map(|name| name.name) };
        let columns = column_names(cursor)?;
        if !cursor.eat(&["references"]) {
            return None;
        }
        let key = references(cursor, name.or(inline), columns, start, origin)?;
        return Some(Some(Constraint::ForeignKey(key)));
    }
    if cursor.eat(&["check"]) {
        let inner = cursor.parentheses()?;
        let expression = inner.slice(inner.range()).to_owned();
        skip_tail(cursor);
        let span = origin(start.range_until(cursor));
        return Some(Some(Constraint::Check(Check::new(name, expression, span))));
    }
    other_constraint(cursor, start, name, origin)
}

fn unique(
    cursor: &mut Cursor<'_>,
    start: Cursor<'_>,
    name: Option<String>,
    origin: &Origin<'_>,
) -> Option<Constraint> {
    cursor.eat_any(&["key", "index"]);
    cursor.eat_any(&["clustered", "nonclustered"]);
    let _ = cursor.eat(&["nulls", "not", "distinct"]) || cursor.eat(&["nulls", "distinct"]);
    skip_using(cursor);
    let inline = if cursor.is_symbol(b'(') { None } else { cursor.name().map(|name| name.name) };
    skip_using(cursor);
    let key = index_key(cursor)?;
    skip_tail(cursor);
    let span = origin(start.range_until(cursor));
    let name = name.or(inline);
    // MySQL's unique constraints are indexes, of which parts of columns may be the key.
    let is_index = cursor.dialect == Dialect::Mysql && !key.options.is_empty();
    Some(match key.plain().filter(|_| !is_index) {
        Some(columns) => Constraint::Unique(Unique { name, columns, span }),
        // A unique key over an expression can only be an index.
        None => Constraint::Index(Index { unique: true, ..key.index(name, span) }),
    })
}

/// Indexes inside a table (MySQL), exclusion constraints, `NOT NULL column` as a constraint.
fn other_constraint(
    cursor: &mut Cursor<'_>,
    start: Cursor<'_>,
    name: Option<String>,
    origin: &Origin<'_>,
) -> Option<Option<Constraint>> {
    if cursor.eat(&["exclude"]) {
        let method = take_method(cursor);
        let key = key_of(cursor.parentheses()?);
        let include = if cursor.eat(&["include"]) { column_names(cursor)? } else { Vec::new() };
        let predicate = cursor.find_word("where").and_then(|mut place| {
            place.bump();
            let inner = place.parentheses()?;
            Some(inner.slice(inner.range()).to_owned())
        });
        cursor.take_until(|_| false);
        // The database keeps an index of the constraint's name.
        let span = origin(start.range_until(cursor));
        let index = Index { exclusion: true, method, include, predicate, ..key.index(name, span) };
        return Some(Some(Constraint::Index(index)));
    }
    if cursor.eat(&["period", "for"]) {
        cursor.take_until(|_| false);
        return Some(None);
    }
    let method = take_kind(cursor);
    cursor.eat_any(&["key", "index"]);
    skip_using(cursor);
    let inline = if cursor.is_symbol(b'(') { None } else { Some(cursor.name()?.name) };
    skip_using(cursor);
    let key = index_key(cursor)?;
    skip_tail(cursor);
    let span = origin(start.range_until(cursor));
    let index = Index { method, ..key.index(name.or(inline), span) };
    Some(Some(Constraint::Index(index)))
}

/// The name that PostgreSQL gives to an index over calls: a call is called as its function is (`FigureIndexColname`).
pub(super) fn expression_index_name(cursor: &Cursor<'_>, table: &TableName) -> Option<String> {
    let mut ahead = *cursor;
    let parts = ahead.parentheses()?.comma_parts();
    let called = |part: &Cursor<'_>| {
        let mut ahead = *part;
        let name = ahead.dotted()?.pop()?.name;
        ahead.is_symbol(b'(').then_some(name)
    };
    if cursor.dialect != Dialect::Postgres || !parts.iter().any(|part| called(part).is_some()) {
        return None;
    }
    let column = |part: &Cursor<'_>| plain_column(&mut part.clone(), &mut KeyOptions::default());
    let names =
        parts.iter().map(|part| called(part).or_else(|| column(part)).unwrap_or_else(|| "expr".to_owned()));
    let names = names.chain(included(&ahead));
    Some(postgres_name(&table.name, &numbered_names(names).join("_"), "idx"))
}

/// The name that PostgreSQL gives to an exclusion constraint without one (`ChooseIndexName` in its source).
pub(super) fn exclusion_name(cursor: &Cursor<'_>, table: &TableName) -> Option<String> {
    let mut ahead = *cursor;
    if !ahead.eat(&["exclude"]) {
        return None;
    }
    skip_using(&mut ahead);
    let key = key_of(ahead.parentheses()?);
    let names = key.columns.into_iter().map(|column| column.unwrap_or_else(|| "expr".to_owned()));
    let names = numbered_names(names.chain(included(&ahead)));
    Some(postgres_name(&table.name, &names.join("_"), "excl"))
}

/// The columns behind `INCLUDE`, which are in the names of indexes too.
fn included(after_key: &Cursor<'_>) -> Vec<String> {
    let place = after_key.find_word("include").map(|mut place| {
        place.bump();
        place
    });
    place.and_then(|mut place| column_names(&mut place)).unwrap_or_default()
}

/// Reads what follows `REFERENCES`.
pub(super) fn references(
    cursor: &mut Cursor<'_>,
    name: Option<String>,
    columns: Vec<String>,
    start: Cursor<'_>,
    origin: &Origin<'_>,
) -> Option<ForeignKey> {
    let (referenced_table, _) = cursor.table_name()?;
    let referenced_columns = column_names(cursor).unwrap_or_default();
    let mut key = ForeignKey {
        name,
        columns,
        referenced_table,
        referenced_columns,
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        span: origin(start.range()),
    };
    loop {
        if cursor.eat(&["on", "delete"]) {
            key.on_delete = action(cursor);
        } else if cursor.eat(&["on", "update"]) {
            key.on_update = action(cursor);
        } else if !skip_key_attribute(cursor) {
            break;
        }
    }
    key.span = origin(start.range_until(cursor));
    Some(key)
}

fn action(cursor: &mut Cursor<'_>) -> ReferentialAction {
    if cursor.eat(&["cascade"]) {
        return ReferentialAction::Cascade;
    }
    if cursor.eat(&["restrict"]) {
        return ReferentialAction::Restrict;
    }
    if cursor.eat(&["set", "null"]) {
        let _ = cursor.parentheses();
        return ReferentialAction::SetNull;
    }
    if cursor.eat(&["set", "default"]) {
        let _ = cursor.parentheses();
        return ReferentialAction::SetDefault;
    }
    cursor.eat(&["no", "action"]);
    ReferentialAction::NoAction
}

fn skip_key_attribute(cursor: &mut Cursor<'_>) -> bool {
    if cursor.eat(&["match"]) || cursor.eat(&["initially"]) {
        cursor.bump();
        return true;
    }
    cursor.eat(&["not", "valid"])
        || cursor.eat(&["not", "deferrable"])
        || cursor.eat(&["not", "enforced"])
        || cursor.eat(&["not", "for", "replication"])
        || cursor.eat_any(&["deferrable", "enforced"])
}

fn skip_using(cursor: &mut Cursor<'_>) {
    if cursor.is(&["using"]) && !cursor.is_word_at(1, "index") {
        cursor.bump();
        cursor.bump();
    }
}

/// What may follow a key and leaves the model as it is.
fn skip_tail(cursor: &mut Cursor<'_>) {
    loop {
        let taken = skip_key_attribute(cursor)
            || cursor.eat(&["no", "inherit"])
            || cursor.eat_any(&["visible", "invisible", "clustered", "nonclustered"]);
        if taken {
            continue;
        }
        if cursor.eat(&["include"]) || cursor.eat(&["with"]) || cursor.eat(&["where"]) {
            if cursor.parentheses().is_none() {
                cursor.bump();
            }
        } else if cursor.eat(&["on", "conflict"]) || cursor.eat(&["using", "index", "tablespace"]) {
            cursor.bump();
        } else if cursor.eat_any(&["using", "comment", "key_block_size", "tablespace", "on"]) {
            cursor.eat(&["parser"]);
            cursor.eat_symbol(b'=');
            cursor.bump();
        } else if cursor.eat(&["with", "parser"]) {
            cursor.bump();
        } else {
            return;
        }
    }
}

/// Takes a list of plain column names. A length or an order behind a name is passed over.
pub(super) fn column_names(cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    let inner = cursor.parentheses()?;
    inner.comma_parts().into_iter().map(|mut part| part.name().map(|name| name.name)).collect()
}

/// How much of each column a primary key holds, where any is cut off (MySQL).
fn key_lengths(cursor: &Cursor<'_>) -> Vec<Option<u32>> {
    let key = index_key(&mut cursor.clone()).filter(|_| cursor.dialect == Dialect::Mysql);
    let lengths: Vec<Option<u32>> =
        key.iter().flat_map(|key| &key.options).map(|options| options.length).collect();
    if lengths.iter().any(Option::is_some) { lengths } else { Vec::new() }
}
