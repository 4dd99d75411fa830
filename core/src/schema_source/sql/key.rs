//! Table constraints and index columns.

use super::column::Origin;
use super::cursor::Cursor;
use super::token::TokenKind;
use crate::migration::{Constraint, postgres_name};
use crate::schema::{Check, Dialect, ForeignKey, Index, PrimaryKey, ReferentialAction, TableName, Unique};

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
        let columns = column_names(cursor)?;
        skip_tail(cursor);
        let span = origin(start.range_until(cursor));
        return Some(Some(Constraint::PrimaryKey(PrimaryKey::new(name, columns, span))));
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
    let (columns, expressions) = index_columns(cursor)?;
    skip_tail(cursor);
    let span = origin(start.range_until(cursor));
    let name = name.or(inline);
    let plain: Option<Vec<String>> = columns.iter().cloned().collect();
    Some(match plain {
        Some(columns) => Constraint::Unique(Unique { name, columns, span }),
        // A unique key over an expression can only be an index.
        None => Constraint::Index(Index { expressions, unique: true, ..Index::new(name, columns, span) }),
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
        skip_using(cursor);
        let (columns, expressions) = exclusion_columns(cursor.parentheses()?);
        let predicate = cursor.find_word("where").map(|mut place| {
            place.bump();
            place.slice(place.range()).to_owned()
        });
        cursor.take_until(|_| false);
        // The database keeps an index of the constraint's name.
        let span = origin(start.range_until(cursor));
        let index = Index { expressions, predicate, ..Index::new(name, columns, span) };
        return Some(Some(Constraint::Index(index)));
    }
    if cursor.eat(&["period", "for"]) {
        cursor.take_until(|_| false);
        return Some(None);
    }
    cursor.eat_any(&["fulltext", "spatial"]);
    cursor.eat_any(&["key", "index"]);
    skip_using(cursor);
    let inline = if cursor.is_symbol(b'(') { None } else { Some(cursor.name()?.name) };
    skip_using(cursor);
    let (columns, expressions) = index_columns(cursor)?;
    skip_tail(cursor);
    let span = origin(start.range_until(cursor));
    let index = Index { expressions, ..Index::new(name.or(inline), columns, span) };
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
    let names = parts
        .iter()
        .map(|part| called(part).or_else(|| index_column(*part)).unwrap_or_else(|| "expr".to_owned()));
    Some(postgres_name(&table.name, &names.collect::<Vec<_>>().join("_"), "idx"))
}

/// The name that PostgreSQL gives to an exclusion constraint without one (`ChooseIndexName` in its source).
pub(super) fn exclusion_name(cursor: &Cursor<'_>, table: &TableName) -> Option<String> {
    let mut ahead = *cursor;
    if !ahead.eat(&["exclude"]) {
        return None;
    }
    skip_using(&mut ahead);
    let (columns, _) = exclusion_columns(ahead.parentheses()?);
    let columns: Vec<&str> = columns.iter().map(|column| column.as_deref().unwrap_or("expr")).collect();
    Some(postgres_name(&table.name, &columns.join("_"), "excl"))
}

/// The columns of an index, an expression as `None`, and the expressions.
pub(super) type IndexColumns = (Vec<Option<String>>, Vec<String>);

/// The columns of `(a WITH =, (b + 1) WITH &&)`.
fn exclusion_columns(inner: Cursor<'_>) -> IndexColumns {
    columns_and_expressions(inner, |mut part: Cursor<'_>| {
        let name = part.name()?;
        (!part.is_symbol(b'(')).then_some(name.name)
    })
}

fn columns_and_expressions(inner: Cursor<'_>, plain: impl Fn(Cursor<'_>) -> Option<String>) -> IndexColumns {
    let (mut columns, mut expressions) = (Vec::new(), Vec::new());
    for part in inner.comma_parts() {
        let column = plain(part);
        if column.is_none() {
            expressions.push(part.slice(part.range()).to_owned());
        }
        columns.push(column);
    }
    (columns, expressions)
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

/// Takes the columns of an index.
pub(super) fn index_columns(cursor: &mut Cursor<'_>) -> Option<IndexColumns> {
    let inner = cursor.parentheses()?;
    Some(columns_and_expressions(inner, index_column))
}

fn index_column(mut part: Cursor<'_>) -> Option<String> {
    let name = part.name()?;
    match part.peek().map(|token| token.kind) {
        None | Some(TokenKind::Word | TokenKind::Quoted) => Some(name.name),
        // MySQL's prefix length.
        Some(TokenKind::Symbol(b'(')) => {
            let mut inner = part.parentheses()?;
            let length = inner.bump().is_some_and(|token| token.kind == TokenKind::Number);
            (length && inner.is_at_end()).then_some(name.name)
        }
        Some(_) => None,
    }
}
