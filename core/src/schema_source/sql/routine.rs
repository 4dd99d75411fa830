//! What a text says to its own later statements: routines that it calls, variables that hold a statement or the answer
//! to a question, statements that are prepared.

use std::ops::Range;

use super::block::quoted_body;
use super::cursor::Cursor;
use super::statement::Reader;
use crate::migration::{Condition, OperationKind};
use crate::schema::Dialect;
use crate::text::TextRange;

/// A text that is known where it is run, with the condition that it is this one.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    condition: Option<Condition>,
    text: String,
    range: TextRange,
}

/// A routine.
#[derive(Debug, Clone)]
struct Routine {
    name: String,
    parameters: Vec<String>,
    body: Range<usize>,
}

/// What is known by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Definitions {
    /// Routines whose bodies stand in this text.
    routines: Vec<Routine>,
    /// Variables that say whether something is there.
    pub conditions: Vec<(String, Condition)>,
    /// Variables and prepared statements, with the texts that they may hold.
    texts: Vec<(String, Vec<Statement>)>,
}

impl Definitions {
    /// The text that a variable holds, where it is one.
    pub fn text_of(&self, name: &str) -> Option<String> {
        match self.texts_of(name)?.as_slice() {
            [only] if only.condition.is_none() => Some(only.text.clone()),
            _ => None,
        }
    }

    fn texts_of(&self, name: &str) -> Option<&Vec<Statement>> {
        self.texts.iter().rev().find(|(known, _)| known == name).map(|(_, texts)| texts)
    }
}

impl Reader<'_> {
    /// Remembers the body of `CREATE PROCEDURE p() BEGIN ... END` and `CREATE FUNCTION f() ... AS $$ ... $$`.
    pub(super) fn remember_routine(&mut self, cursor: &Cursor<'_>) {
        let mut cursor = *cursor;
        if !cursor.eat_any(&["procedure", "function"]) {
            return;
        }
        cursor.eat(&["if", "not", "exists"]);
        let Some((name, _)) = cursor.table_name() else {
            return;
        };
        let mut rest = cursor;
        let listed = rest.parentheses().map(|inner| inner.comma_parts()).unwrap_or_default();
        let parameters = listed.into_iter().filter_map(|mut part| {
            part.eat_any(&["in", "out", "inout"]);
            part.name().map(|name| name.name)
        });
        let parameters = parameters.collect();
        let body = match self.dialect {
            Dialect::Postgres => cursor.find_word("as").and_then(|mut place| {
                place.bump();
                quoted_body(&place)
            }),
            Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql => {
                cursor.find_word("begin").map(|body| body.range().as_usize())
            }
        };
        if let Some(body) = body {
            self.known.routines.push(Routine { name: name.name, parameters, body });
        }
    }

    /// `CALL p()`: the body is read where it stands in this text.
    pub(super) fn read_call(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        cursor.bump();
        let (name, _) = cursor.table_name()?;
        self.run_routine(whole, &name.name)
    }

    /// Reads the body of a routine that is called; `None` where it is not known.
    pub(super) fn run_routine(&mut self, whole: Cursor<'_>, name: &str) -> Option<()> {
        let known = self.known.routines.iter().rev().find(|known| known.name.eq_ignore_ascii_case(name))?;
        let Routine { parameters, body, .. } = known.clone();
        let bound = self.known.texts.len();
        self.bind(whole, &parameters);
        if self.depth >= super::statement::DEEPEST {
            return None;
        }
        let count = self.operations.len();
        self.depth += 1;
        self.read_body(whole, body);
        self.depth -= 1;
        self.known.texts.truncate(bound);
        self.say_once(count);
        Some(())
    }

    /// What is not understood in a routine is said at its first call.
    fn say_once(&mut self, from: usize) {
        let (before, now) = self.operations.split_at_mut(from);
        for operation in
            now.iter_mut().filter(|operation| matches!(operation.kind, OperationKind::Opaque { .. }))
        {
            if before.contains(operation) {
                operation.kind = OperationKind::Irrelevant;
            }
        }
    }

    /// Gives the parameters of a routine the constant arguments of a call.
    fn bind(&mut self, call: Cursor<'_>, parameters: &[String]) {
        let mut cursor = call;
        cursor.bump();
        let arguments = cursor.table_name().and_then(|_| cursor.parentheses());
        let arguments = arguments.map(|inner| inner.comma_parts()).unwrap_or_default();
        for (name, argument) in parameters.iter().zip(arguments) {
            let text = self.constant(argument);
            let range = argument.range();
            let texts = text.map(|text| vec![Statement { condition: None, text, range }]);
            self.known.texts.push((name.clone(), texts.unwrap_or_default()));
        }
    }

    /// The statements of a body that are put together or that set variables.
    pub(super) fn read_dynamic(&mut self, step: Cursor<'_>) {
        let mut cursor = step;
        let first = cursor.word().unwrap_or_default();
        match first.as_str() {
            "execute" => {
                cursor.bump();
                cursor.eat(&["immediate"]);
                if self.dialect == Dialect::Mysql {
                    let mut statement = step;
                    if self.read_execute_prepared(&mut statement).is_none() {
                        self.opaque(step, step.range(), PUT_TOGETHER);
                    }
                } else {
                    self.run_texts(step, cursor);
                }
            }
            "call" => {
                let mut call = step;
                if self.read_call(&mut call).is_none() {
                    self.opaque(step, step.range(), "the routine that is called is not known");
                }
            }
            "perform" | "select" => self.read_step_query(step),
            "set" => {
                cursor.bump();
                cursor.eat_symbol(b'@');
                self.assign(cursor);
            }
            "prepare" => {
                let mut statement = step;
                let _ = self.read_prepare(&mut statement);
            }
            _ => self.assign(cursor),
        }
    }

    fn read_step_query(&mut self, step: Cursor<'_>) {
        self.read_into(step);
        let mut cursor = step;
        cursor.bump();
        if let Some((name, _)) = cursor.table_name().filter(|_| cursor.is_symbol(b'(')) {
            self.run_routine(step, &name.name);
        }
    }

    /// `SELECT count(*) INTO n FROM information_schema.columns WHERE ...`.
    pub(super) fn read_into(&mut self, query: Cursor<'_>) {
        let Some(mut into) = query.find_word("into") else {
            return;
        };
        into.bump();
        into.eat(&["strict"]);
        into.eat_symbol(b'@');
        let Some(name) = into.name() else {
            return;
        };
        let mut value = query;
        value.bump();
        if let Some(texts) = self.texts(self.value_of_query(value)) {
            self.known.texts.push((name.name, texts));
            return;
        }
        let condition = if value.is(&["exists"]) {
            value.bump();
            value.parentheses().map_or(Condition::Unknown, |inner| self.catalog_question(inner))
        } else {
            self.catalog_question(query)
        };
        let condition = self.ask(query.range(), condition);
        self.known.conditions.push((name.name, condition));
    }

    fn value_of_query<'c>(&self, value: Cursor<'c>) -> Cursor<'c> {
        let mut end = value;
        end.take_until_word(&["from", "into", "limit"]);
        value.up_to(&end)
    }

    /// `x = value`, `x := value`.
    pub(super) fn assign(&mut self, cursor: Cursor<'_>) {
        let mut cursor = cursor;
        let Some(name) = cursor.name() else {
            return;
        };
        cursor.eat_symbol(b':');
        if !cursor.eat_symbol(b'=') {
            return;
        }
        match self.texts(cursor) {
            Some(texts) => self.known.texts.push((name.name, texts)),
            None => {
                let condition = self.read_condition(cursor);
                let condition = self.ask(cursor.range(), condition);
                self.known.texts.retain(|(known, _)| *known != name.name);
                self.known.conditions.push((name.name, condition));
            }
        }
    }

    /// `PREPARE s FROM @x`, `PREPARE s FROM '...'`. PostgreSQL prepares queries alone.
    pub(super) fn read_prepare(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        cursor.bump();
        let name = cursor.name();
        if let Some(name) = name.filter(|_| cursor.eat(&["from"])) {
            self.known.texts.retain(|(known, _)| *known != name.name);
            if let Some(texts) = self.texts(*cursor) {
                self.known.texts.push((name.name, texts));
            }
        }
        self.irrelevant(whole);
        Some(())
    }

    /// MySQL's `EXECUTE s`.
    pub(super) fn read_execute_prepared(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        cursor.bump();
        let name = cursor.name()?.name;
        let texts = self.known.texts_of(&name)?.clone();
        let count = self.operations.len();
        self.read_texts(whole, &texts)?;
        if self.operations.len() == count {
            self.irrelevant(whole);
        }
        Some(())
    }

    /// `EXECUTE 'ALTER TABLE ...'`: read where the statement is known, reported where it is put together.
    fn run_texts(&mut self, step: Cursor<'_>, value: Cursor<'_>) {
        let mut end = value;
        end.take_until_word(&["using", "into"]);
        let value = value.up_to(&end);
        let read = match self.texts(value) {
            Some(texts) => self.read_texts(step, &texts),
            None if may_define(&value) => None,
            None => Some(()),
        };
        if read.is_none() {
            self.opaque(step, step.range(), PUT_TOGETHER);
        }
    }

    fn read_texts(&mut self, place: Cursor<'_>, texts: &[Statement]) -> Option<()> {
        let outer = self.conditional;
        for statement in texts {
            let count = self.conditions.len();
            self.conditions.extend(statement.condition.clone());
            self.conditional = outer || statement.condition.is_some();
            let read = self.read_string(place, &statement.text, statement.range);
            self.conditions.truncate(count);
            self.conditional = outer;
            read?;
        }
        Some(())
    }

    fn read_string(&mut self, place: Cursor<'_>, text: &str, range: TextRange) -> Option<()> {
        let written = place.slice(range);
        let offset = written.find(text);
        let outer = self.origin;
        // Where the string has escapes or parts, those have no place of their own.
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

    /// The texts that a value may be: a string, strings put together, a variable, `IF(condition, a, b)`.
    fn texts(&self, value: Cursor<'_>) -> Option<Vec<Statement>> {
        let range = value.range();
        let mut cursor = value;
        if let Some(inner) = cursor.parentheses().filter(|_| cursor.is_at_end()) {
            return self.texts(inner);
        }
        if value.is(&["select"]) {
            let mut inner = value;
            inner.bump();
            return self.texts(self.value_of_query(inner));
        }
        let mut cursor = value;
        if cursor.eat(&["if"]) {
            let parts = cursor.parentheses().filter(|_| cursor.is_at_end())?.comma_parts();
            let [condition, then, other] = parts.as_slice() else {
                return None;
            };
            return self.choice(self.read_condition(*condition), *then, *other);
        }
        if cursor.eat(&["case", "when"]) {
            let (condition, then, other) = case_parts(cursor)?;
            return self.choice(self.read_condition(condition), then, other);
        }
        let mut at = value;
        at.eat_symbol(b'@');
        if let Some(name) = at.name().filter(|_| at.is_at_end())
            && let Some(texts) = self.known.texts_of(&name.name)
        {
            return Some(texts.clone());
        }
        let text = self.constant(value)?;
        Some(vec![Statement { condition: None, text, range }])
    }

    fn choice(&self, condition: Condition, then: Cursor<'_>, other: Cursor<'_>) -> Option<Vec<Statement>> {
        let mut texts = Vec::new();
        for (side, condition) in [(then, condition.clone()), (other, condition.negated())] {
            for statement in self.texts(side)? {
                let condition = match statement.condition {
                    Some(inner) => Condition::All(vec![condition.clone(), inner]),
                    None => condition.clone(),
                };
                texts.push(Statement { condition: Some(condition), ..statement });
            }
        }
        Some(texts)
    }

    /// The text that a value is whatever happens: strings, also put together by `||`, `CONCAT` and `format`.
    fn constant(&self, value: Cursor<'_>) -> Option<String> {
        let mut cursor = value;
        let mut text = String::new();
        loop {
            text.push_str(&self.constant_part(&mut cursor)?);
            if cursor.is_at_end() {
                return Some(text);
            }
            let joined = cursor.eat_symbol(b'|') && cursor.eat_symbol(b'|');
            // Strings beside each other are one (SQL, 5.3).
            if !joined && cursor.peek().is_none_or(|token| token.kind != super::token::TokenKind::String) {
                return None;
            }
        }
    }

    fn constant_part(&self, cursor: &mut Cursor<'_>) -> Option<String> {
        if let Some((text, _)) = cursor.string() {
            return Some(text);
        }
        if cursor.eat_any(&["concat"]) {
            let parts = cursor.parentheses()?.comma_parts();
            return parts.into_iter().map(|part| self.constant(part)).collect();
        }
        if cursor.eat_any(&["quote_ident"]) {
            let name = self.constant(cursor.parentheses()?)?;
            return Some(format!("\"{name}\""));
        }
        if cursor.eat_any(&["format"]) {
            let parts = cursor.parentheses()?.comma_parts();
            let (first, rest) = parts.split_first()?;
            let arguments: Option<Vec<String>> = rest.iter().map(|part| self.constant(*part)).collect();
            return formatted(&self.constant(*first)?, &arguments?);
        }
        cursor.eat_symbol(b'@');
        let name = cursor.name()?.name;
        self.known.text_of(&name)
    }
}

const PUT_TOGETHER: &str = "the statement is put together at run time";

/// `condition THEN a ELSE b END`.
fn case_parts(cursor: Cursor<'_>) -> Option<(Cursor<'_>, Cursor<'_>, Cursor<'_>)> {
    let take = |from: &mut Cursor<'_>, word: &str| {
        let start = from.range();
        from.take_until_word(&[word]);
        (!from.is_at_end()).then_some(start)
    };
    let mut at = cursor;
    let condition = cursor;
    take(&mut at, "then")?;
    let condition = condition.up_to(&at);
    at.bump();
    let then = at;
    take(&mut at, "else")?;
    let then = then.up_to(&at);
    at.bump();
    let other = at;
    take(&mut at, "end")?;
    Some((condition, then, other.up_to(&at)))
}

/// PostgreSQL's `format` with constant arguments.
fn formatted(pattern: &str, arguments: &[String]) -> Option<String> {
    let mut text = String::new();
    let mut arguments = arguments.iter();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        match chars.next()? {
            '%' => text.push('%'),
            's' => text.push_str(arguments.next()?),
            'I' => text.push_str(&format!("\"{}\"", arguments.next()?)),
            'L' => text.push_str(&format!("'{}'", arguments.next()?)),
            _ => return None,
        }
    }
    Some(text)
}

/// Whether a statement that is put together may define something: by the strings in it, or since there are none.
fn may_define(value: &Cursor<'_>) -> bool {
    let text = value.slice(value.range()).to_ascii_lowercase();
    let words = [
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
    ];
    words.iter().any(|words| text.contains(words)) || !text.contains('\'')
}
