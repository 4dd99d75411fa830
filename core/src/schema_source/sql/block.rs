//! Programs in SQL: `DO` bodies, routines and blocks. Their statements are read one by one, under the conditions that stand
//! around them: those that the model can decide are decided by it; under the others a step is taken where it fits.

use super::cursor::{Cursor, Tokens};
use super::statement::Reader;
use super::token::TokenKind;
use crate::migration::Condition;

/// What a statement of a body stands in.
enum Frame {
    /// `BEGIN`; the condition is that of its exception handlers, once they are reached.
    Block,
    /// `IF`: the conditions of the branches before.
    If(Vec<Condition>),
    /// `LOOP`, `CASE`.
    Other,
}

/// The frames around a statement, and how many conditions there were before each.
#[derive(Default)]
struct Frames(Vec<(Frame, usize)>);

impl Reader<'_> {
    /// `DO $$ ... $$`.
    pub(super) fn read_do(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        cursor.bump();
        if cursor.eat(&["language"]) {
            cursor.bump();
        }
        let range = quoted_body(cursor)?;
        self.read_body(whole, range);
        Some(())
    }

    /// A block that stands in the text itself: T-SQL's `BEGIN ... END`, `IF ... ALTER TABLE`.
    pub(super) fn read_program(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        let transaction = whole.is(&["begin"]) && (whole.peek_at(1).is_none() || begins_transaction(&whole));
        if transaction || whole.is_any(&["declare", "prepare"]) && !mentions_definition(&whole) {
            self.follow_transaction(whole);
            self.irrelevant(whole);
            return Some(());
        }
        let count = self.operations.len();
        self.read_body(whole, whole.range().as_usize());
        (self.operations.len() > count).then_some(())
    }

    /// Reads the statements of a body.
    pub(super) fn read_body(&mut self, whole: Cursor<'_>, range: std::ops::Range<usize>) {
        let outer = std::mem::replace(&mut self.conditional, true);
        let conditions = self.conditions.len();
        let count = self.operations.len();
        let dialect = self.dialect;
        let mut frames = Frames::default();
        for statement in super::split::split_range(self.text, range, dialect) {
            let tokens = Tokens::read(self.text, statement, dialect);
            self.read_step(tokens.cursor(), &mut frames);
        }
        self.conditional = outer;
        self.conditions.truncate(conditions);
        if self.operations.len() == count {
            self.irrelevant(whole);
        }
    }

    /// One statement of a body, behind the words that control it.
    fn read_step(&mut self, step: Cursor<'_>, frames: &mut Frames) {
        let mut cursor = step;
        while self.follow_control(&mut cursor, frames) {}
        while !cursor.is_at_end() {
            if cursor.is_any(&["execute", "perform", "call", "set", "prepare", "select"])
                || is_assignment(&cursor)
            {
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

    /// Takes words that control what follows; `false` where a statement begins.
    fn follow_control(&mut self, cursor: &mut Cursor<'_>, frames: &mut Frames) -> bool {
        skip_label(cursor);
        let mut ahead = *cursor;
        let taken = if ahead.eat(&["begin"]) {
            ahead.eat_any(&["atomic"]);
            self.enter(frames, Frame::Block, None);
            true
        } else if ahead.eat(&["if"]) {
            self.enter_branch(&mut ahead, frames, Vec::new())
        } else if ahead.eat_any(&["elsif", "elseif"]) {
            let before = self.leave_branch(frames);
            self.enter_branch(&mut ahead, frames, before)
        } else if ahead.is(&["else"])
            && frames.0.last().is_some_and(|(frame, _)| matches!(frame, Frame::If(_)))
        {
            ahead.bump();
            let before = self.leave_branch(frames);
            let none = Condition::Any(before.clone()).negated();
            self.enter(frames, Frame::If(before), Some(none));
            true
        } else if ahead.eat(&["end"]) {
            self.leave(frames, &mut ahead);
            true
        } else {
            self.enter_other(&mut ahead, frames)
        };
        if taken {
            *cursor = ahead;
        }
        taken
    }

    /// `condition THEN`; T-SQL has no THEN, and what follows then stands under a condition that is not known.
    fn enter_branch(&mut self, cursor: &mut Cursor<'_>, frames: &mut Frames, before: Vec<Condition>) -> bool {
        let start = *cursor;
        let mut end = *cursor;
        end.take_until_word(&["then"]);
        if !end.is_word_at(0, "then") {
            return false;
        }
        let condition = self.read_condition(start.up_to(&end));
        let condition = self.ask(start.up_to(&end).range(), condition);
        let mut parts = vec![Condition::Any(before.clone()).negated()];
        let mut known = before;
        known.push(condition.clone());
        if known.len() == 1 {
            parts.clear();
        }
        parts.push(condition);
        self.enter(frames, Frame::If(known), Some(Condition::All(parts)));
        end.bump();
        *cursor = end;
        true
    }

    /// Exception handlers, loops and CASE: what stands in them may happen or not.
    fn enter_other(&mut self, cursor: &mut Cursor<'_>, frames: &mut Frames) -> bool {
        let until: &[&str] = if cursor.is_any(&["exception", "when", "case"]) {
            &["then"]
        } else if cursor.is_any(&["while", "for", "foreach"]) {
            &["loop", "do"]
        } else if cursor.is_any(&["loop", "repeat", "else"]) {
            cursor.bump();
            self.enter(frames, Frame::Other, Some(Condition::Unknown));
            return true;
        } else if cursor.is(&["declare"]) && cursor.find_word("begin").is_some() {
            &["begin"]
        } else {
            return false;
        };
        let handler = cursor.is_any(&["exception", "when"]);
        let mut ahead = *cursor;
        ahead.take_until_word(until);
        if ahead.is_at_end() {
            return false;
        }
        if !cursor.is(&["declare"]) {
            ahead.bump();
        }
        *cursor = ahead;
        if handler {
            self.conditions.push(Condition::Unknown);
        } else if !until.contains(&"begin") {
            self.enter(frames, Frame::Other, Some(Condition::Unknown));
        }
        true
    }

    fn enter(&mut self, frames: &mut Frames, frame: Frame, condition: Option<Condition>) {
        frames.0.push((frame, self.conditions.len()));
        self.conditions.extend(condition);
    }

    /// Leaves a branch of the innermost IF: the conditions of the branches so far.
    fn leave_branch(&mut self, frames: &mut Frames) -> Vec<Condition> {
        match frames.0.pop() {
            Some((Frame::If(before), count)) => {
                self.conditions.truncate(count);
                before
            }
            Some(other) => {
                frames.0.push(other);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn leave(&mut self, frames: &mut Frames, cursor: &mut Cursor<'_>) {
        cursor.eat_any(&["if", "loop", "case", "while", "repeat", "for"]);
        if let Some((_, count)) = frames.0.pop() {
            self.conditions.truncate(count);
        }
        // The label of what ends.
        if cursor.peek_at(1).is_none() {
            cursor.bump();
        }
    }
}

/// The text in the quotes of a body.
pub(super) fn quoted_body(cursor: &Cursor<'_>) -> Option<std::ops::Range<usize>> {
    let body =
        cursor.peek().filter(|token| matches!(token.kind, TokenKind::DollarString | TokenKind::String))?;
    let text = cursor.text_of(body);
    let quote = match body.kind {
        TokenKind::DollarString => text.get(1..)?.find('$')? + 2,
        _ => 1,
    };
    Some(body.start + quote..body.end.saturating_sub(quote).max(body.start + quote))
}

fn begins_transaction(cursor: &Cursor<'_>) -> bool {
    ["transaction", "work", "tran", "deferred", "immediate", "exclusive", "isolation", "read", "try"]
        .iter()
        .any(|word| cursor.is_word_at(1, word))
}

/// `<<label>>` and `label:`.
fn skip_label(cursor: &mut Cursor<'_>) {
    if cursor.is_symbol(b'<') && cursor.is_symbol_at(1, b'<') {
        for _ in 0..5 {
            cursor.bump();
        }
    } else if cursor.is_symbol_at(1, b':') && !cursor.is_symbol_at(2, b'=') {
        cursor.bump();
        cursor.bump();
    }
}

/// `name := value`, and MySQL's and PL/pgSQL's declarations with a value.
fn is_assignment(cursor: &Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    ahead.name().is_some() && ahead.is_symbol(b':') && ahead.is_symbol_at(1, b'=')
}

/// Whether a statement that may change the model begins here.
pub(super) fn is_definition(cursor: &Cursor<'_>) -> bool {
    (cursor.is_any(&["create", "alter", "drop"])
        && cursor.peek_at(1).is_some_and(|token| token.kind == TokenKind::Word))
        || (cursor.is(&["update"]) && cursor.find_word("set").is_some())
        || cursor.is(&["rename", "table"])
}

pub(super) fn mentions_definition(cursor: &Cursor<'_>) -> bool {
    let mut cursor = *cursor;
    while !cursor.is_at_end() {
        if is_definition(&cursor) {
            return true;
        }
        cursor.bump();
    }
    false
}
