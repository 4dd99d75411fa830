//! Programs in SQL: `DO` bodies and blocks. Their statements are read one by one and taken where they fit the model, since
//! only the database can decide the conditions that they stand under.

use super::cursor::{Cursor, Tokens};
use super::statement::Reader;
use super::token::TokenKind;
use crate::text::TextRange;

impl Reader<'_> {
    /// `DO $$ ... $$`.
    pub(super) fn read_do(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        cursor.bump();
        if cursor.eat(&["language"]) {
            cursor.bump();
        }
        let body = cursor
            .peek()
            .filter(|token| matches!(token.kind, TokenKind::DollarString | TokenKind::String))?;
        let text = cursor.text_of(body);
        let quote = match body.kind {
            TokenKind::DollarString => text.get(1..)?.find('$')? + 2,
            _ => 1,
        };
        let range = body.start + quote..body.end.saturating_sub(quote).max(body.start + quote);
        self.read_body(whole, range);
        Some(())
    }

    /// A block that stands in the text itself: T-SQL's `BEGIN ... END`, `IF ... ALTER TABLE`.
    pub(super) fn read_program(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        let transaction = whole.is(&["begin"])
            && (whole.peek_at(1).is_none()
                || [
                    "transaction",
                    "work",
                    "tran",
                    "deferred",
                    "immediate",
                    "exclusive",
                    "isolation",
                    "read",
                    "try",
                ]
                .iter()
                .any(|word| whole.is_word_at(1, word)));
        if transaction || whole.is_any(&["declare", "prepare"]) && !mentions_definition(&whole) {
            self.irrelevant(whole);
            return Some(());
        }
        let count = self.operations.len();
        self.read_body(whole, whole.range().as_usize());
        (self.operations.len() > count).then_some(())
    }

    /// Reads the statements of a body. What stands before them (`IF ... THEN`, `BEGIN`, `LOOP`) makes them conditional.
    fn read_body(&mut self, whole: Cursor<'_>, range: std::ops::Range<usize>) {
        let outer = std::mem::replace(&mut self.conditional, true);
        let count = self.operations.len();
        let dialect = self.dialect;
        for statement in super::split::split_range(self.text, range, dialect) {
            let tokens = Tokens::read(self.text, statement, dialect);
            self.read_step(tokens.cursor());
        }
        self.conditional = outer;
        if self.operations.len() == count {
            self.irrelevant(whole);
        }
    }

    /// One statement of a body, behind the words that control it.
    fn read_step(&mut self, step: Cursor<'_>) {
        let mut cursor = step;
        while !cursor.is_at_end() {
            if cursor.is(&["execute"]) || cursor.is(&["perform"]) {
                self.read_dynamic(cursor);
                return;
            }
            if is_definition(&cursor) {
                let whole = cursor;
                if self.read_head(&mut cursor).is_none() {
                    self.opaque(whole, whole.range(), "the statement is not understood");
                }
                return;
            }
            cursor.skip_one();
        }
    }

    /// `EXECUTE 'ALTER TABLE ...'`: read where the statement is one string, reported where it is put together.
    fn read_dynamic(&mut self, step: Cursor<'_>) {
        let mut cursor = step;
        let executes = cursor.eat(&["execute"]);
        let start = cursor;
        if !executes || !mentions_definition_in_strings(&cursor) {
            return;
        }
        let literal = cursor.string().filter(|_| cursor.is_at_end());
        let read = literal.and_then(|(text, range)| self.read_string(start, &text, range));
        if read.is_none() {
            self.opaque(step, step.range(), "the statement is put together at run time");
        }
    }

    fn read_string(&mut self, place: Cursor<'_>, text: &str, range: TextRange) -> Option<()> {
        let written = place.slice(range);
        let offset = written.find(text);
        let outer = self.origin;
        // Where the string has escapes, its parts have no place of their own.
        let origin = move |inner: TextRange| match offset {
            Some(offset) => outer(inner.shifted(range.start as usize + offset)),
            None => outer(range),
        };
        let mut reader = self.nested(text, &origin)?;
        reader.read_range(0..text.len());
        let operations = reader.operations;
        self.operations.extend(operations);
        Some(())
    }
}

/// Whether a statement that may change the model begins here.
fn is_definition(cursor: &Cursor<'_>) -> bool {
    (cursor.is_any(&["create", "alter", "drop"])
        && cursor.peek_at(1).is_some_and(|token| token.kind == TokenKind::Word))
        || (cursor.is(&["update"]) && cursor.find_word("set").is_some())
        || cursor.is(&["rename", "table"])
}

fn mentions_definition(cursor: &Cursor<'_>) -> bool {
    let mut cursor = *cursor;
    while !cursor.is_at_end() {
        if is_definition(&cursor) {
            return true;
        }
        cursor.bump();
    }
    false
}

/// Whether a string that is put together may hold a definition of a table.
fn mentions_definition_in_strings(cursor: &Cursor<'_>) -> bool {
    let text = cursor.slice(cursor.range()).to_ascii_lowercase();
    [
        "alter table",
        "create table",
        "drop table",
        "alter type",
        "create type",
        "drop type",
        "drop column",
        "create view",
        "drop view",
        "rename",
    ]
    .iter()
    .any(|words| text.contains(words))
        || !text.contains('\'')
}
