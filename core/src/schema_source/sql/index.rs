//! Keys of indexes, part by part, and what may follow them.

use super::cursor::{Cursor, Tokens};
use super::token::TokenKind;
use crate::schema::{Dialect, Index, KeyOptions};
use crate::text::Span;

/// The parts of a key: columns with an expression as `None`, the expressions, and what is said of the parts.
#[derive(Default)]
pub(super) struct Key {
    pub columns: Vec<Option<String>>,
    pub expressions: Vec<String>,
    pub options: Vec<KeyOptions>,
}

impl Key {
    /// The plain columns, where all parts are.
    pub fn plain(&self) -> Option<Vec<String>> {
        self.columns.iter().cloned().collect()
    }

    /// An index with this key.
    pub fn index(self, name: Option<String>, span: Span) -> Index {
        Index { expressions: self.expressions, options: self.options, ..Index::new(name, self.columns, span) }
    }
}

/// One part of a key as read.
#[derive(Debug, Clone, Default)]
pub struct KeyPartRead {
    /// The column, where it is one.
    pub column: Option<String>,
    /// The expression, where it is one.
    pub expression: Option<String>,
    /// What is said of it.
    pub options: KeyOptions,
}

/// Reads one part of a key that stands elsewhere: `lower(name) DESC`.
pub fn read_key_part(text: &str, dialect: Dialect) -> KeyPartRead {
    let tokens = Tokens::read(text, 0..text.len(), dialect);
    read_part(tokens.cursor())
}

/// Takes the parenthesis with the key's parts.
pub(super) fn index_key(cursor: &mut Cursor<'_>) -> Option<Key> {
    Some(key_of(cursor.parentheses()?))
}

/// The key whose parts are left: those of an index, or of an exclusion constraint with an operator behind each.
pub(super) fn key_of(inner: Cursor<'_>) -> Key {
    let mut key = Key::default();
    for part in inner.comma_parts() {
        let part = read_part(part);
        key.columns.push(part.column);
        key.expressions.extend(part.expression);
        key.options.push(part.options);
    }
    key.options = KeyOptions::trimmed(key.options);
    key
}

/// A column or an expression, and what is said of it. What is not understood behind it is taken for a part of it.
fn read_part(part: Cursor<'_>) -> KeyPartRead {
    let mut cursor = part;
    let mut options = KeyOptions::default();
    let column = plain_column(&mut cursor, &mut options);
    let expression = if column.is_some() { None } else { take_expression(&mut cursor) };
    if read_options(&mut cursor, &mut options).is_none() || !cursor.is_at_end() {
        let expression = Some(part.slice(part.range()).to_owned());
        return KeyPartRead { expression, ..KeyPartRead::default() };
    }
    KeyPartRead { column, expression, options }
}

/// Takes a column, with MySQL's length behind it.
pub(super) fn plain_column(cursor: &mut Cursor<'_>, options: &mut KeyOptions) -> Option<String> {
    let mut ahead = *cursor;
    let name = ahead.name()?;
    match ahead.peek().map(|token| token.kind) {
        None | Some(TokenKind::Word | TokenKind::Quoted) => {}
        Some(TokenKind::Symbol(b'(')) => {
            let mut inner = ahead.parentheses()?;
            let length = inner.bump().filter(|token| token.kind == TokenKind::Number)?;
            let length = inner.text_of(length).parse().ok().filter(|_| inner.is_at_end())?;
            options.length = Some(length);
        }
        Some(_) => return None,
    }
    *cursor = ahead;
    Some(name.name)
}

/// Takes an expression: in PostgreSQL one in parentheses or a call (manual, CREATE INDEX), elsewhere all up to the order.
fn take_expression(cursor: &mut Cursor<'_>) -> Option<String> {
    const ENDS: &[&str] = &["collate", "asc", "desc", "nulls", "with"];
    let start = *cursor;
    if cursor.dialect == Dialect::Postgres {
        if !cursor.is_symbol(b'(') {
            cursor.dotted()?;
        }
        cursor.parentheses()?;
    } else {
        cursor.take_until_word(ENDS)?;
    }
    Some(cursor.slice(start.range_until(cursor)).to_owned())
}

/// Takes `COLLATE c`, an operator class, the order, and `WITH` an operator.
fn read_options(cursor: &mut Cursor<'_>, options: &mut KeyOptions) -> Option<()> {
    while !cursor.is_at_end() {
        let start = *cursor;
        if cursor.eat(&["collate"]) {
            let start = *cursor;
            cursor.dotted()?;
            options.collation = Some(cursor.slice(start.range_until(cursor)).to_owned());
        } else if cursor.eat(&["asc"]) {
            options.descending = false;
        } else if cursor.eat(&["desc"]) {
            options.descending = true;
        } else if cursor.eat(&["nulls", "first"]) {
            options.nulls_first = Some(true);
        } else if cursor.eat(&["nulls", "last"]) {
            options.nulls_first = Some(false);
        } else if cursor.eat(&["with"]) {
            options.operator = Some(cursor.slice(cursor.range()).trim().to_owned());
            cursor.take_until(|_| false)?;
        } else {
            let class = cursor.dialect == Dialect::Postgres && options.operator_class.is_none();
            cursor.dotted().filter(|_| class)?;
            let _ = cursor.parentheses();
            options.operator_class = Some(cursor.slice(start.range_until(cursor)).to_owned());
        }
    }
    Some(())
}

/// How an index is kept, by the word behind `USING`: a plain tree is none, and MySQL's engines choose by themselves.
pub(super) fn take_method(cursor: &mut Cursor<'_>) -> Option<String> {
    if !cursor.is(&["using"]) || cursor.is_word_at(1, "index") {
        return None;
    }
    cursor.bump();
    let method = cursor.name()?.name.to_ascii_lowercase();
    (method != "btree" && cursor.dialect == Dialect::Postgres).then_some(method)
}

/// The words before `INDEX` or `KEY` that say how MySQL keeps it.
pub(super) fn take_kind(cursor: &mut Cursor<'_>) -> Option<String> {
    let kind = cursor.word().filter(|_| cursor.is_any(&["fulltext", "spatial"]))?;
    cursor.bump();
    Some(kind)
}

/// Takes what follows the key in `CREATE INDEX`.
pub(super) fn read_tail(cursor: &mut Cursor<'_>, index: &mut Index) {
    while !cursor.is_at_end() {
        if cursor.eat(&["include"]) {
            index.include = super::key::column_names(cursor).unwrap_or_default();
        } else if cursor.eat(&["nulls", "not", "distinct"]) {
            index.nulls_not_distinct = true;
        } else if cursor.eat(&["where"]) {
            index.predicate = Some(cursor.slice(cursor.range()).to_owned());
            return;
        } else {
            cursor.skip_one();
        }
    }
}
