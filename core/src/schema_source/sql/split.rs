//! Where statements begin and end.

use std::ops::Range;

use super::token::{Lexer, Token, TokenKind};
use crate::schema::Dialect;

/// The byte ranges of the statements in a part of a text, without their terminators. Comments around a statement, psql's
/// commands, and the data of `COPY ... FROM stdin` belong to none.
pub(super) fn split_range(text: &str, range: Range<usize>, dialect: Dialect) -> Vec<Range<usize>> {
    let lexer = Lexer::new(text, range.start, range.end, dialect);
    let mut splitter = Splitter {
        text,
        dialect,
        lexer,
        delimiter: None,
        found: Vec::new(),
        statement: Statement::default(),
    };
    while splitter.step() {}
    splitter.finish();
    splitter.found
}

/// What is known of the statement that is being read.
#[derive(Debug, Default)]
struct Statement {
    range: Option<Range<usize>>,
    /// Number of words so far.
    words: usize,
    /// `COPY` is its first word.
    copy: bool,
    /// It says `STDIN`.
    stdin: bool,
    /// `CREATE` is its first word.
    create: bool,
    /// It makes something that has a body of statements.
    body: Option<Body>,
    /// Open `BEGIN` and `CASE`, or parentheses of a rule.
    depth: usize,
    /// `END` came last: what follows tells what it ends.
    ended: bool,
    /// `BEGIN` came last, in a PostgreSQL routine.
    begun: bool,
}

/// What encloses the statements of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    /// `BEGIN ... END`.
    Block,
    /// Parentheses: PostgreSQL's rules.
    Parentheses,
}

struct Splitter<'t> {
    text: &'t str,
    dialect: Dialect,
    lexer: Lexer<'t>,
    /// What ends a statement instead of `;` (the mysql client's `DELIMITER`).
    delimiter: Option<&'t str>,
    found: Vec<Range<usize>>,
    statement: Statement,
}

impl<'t> Splitter<'t> {
    /// Reads one token; `false` at the end.
    fn step(&mut self) -> bool {
        if let Some(delimiter) = self.delimiter {
            self.lexer.skip_blank();
            let at = self.lexer.position();
            if self.text.get(at..).is_some_and(|rest| rest.starts_with(delimiter)) {
                self.finish();
                self.lexer.jump(at + delimiter.len());
                return true;
            }
        }
        let Some(token) = self.lexer.next() else {
            return false;
        };
        if self.is_command(token) {
            return true;
        }
        if token.kind == TokenKind::Symbol(b';') {
            self.close_end();
        }
        match token.kind {
            TokenKind::Symbol(b';') if self.delimiter.is_none() && self.statement.depth == 0 => {
                self.end(token)
            }
            TokenKind::Breakpoint => self.finish(),
            _ => self.take(token),
        }
        true
    }

    fn word(&self, token: Token) -> &'t str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// Lines that are for the client and not for the server.
    fn is_command(&mut self, token: Token) -> bool {
        match token.kind {
            TokenKind::Symbol(b'\\') => {
                self.finish();
                let end = self.lexer.line_end(token.start);
                self.lexer.jump(end);
                true
            }
            TokenKind::Word if self.dialect == Dialect::Mysql => self.is_delimiter_command(token),
            TokenKind::Word if self.dialect == Dialect::Mssql => self.is_batch_end(token),
            _ => false,
        }
    }

    fn is_line_start(&self, at: usize) -> bool {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        last.is_none_or(|byte| *byte == b'\n')
    }

    /// `GO` alone on its line ends a batch of SQL Server's.
    fn is_batch_end(&mut self, token: Token) -> bool {
        if !self.word(token).eq_ignore_ascii_case("go") || !self.is_line_start(token.start) {
            return false;
        }
        let end = self.lexer.line_end(token.start);
        let alone = self.text.get(token.end..end).is_some_and(|rest| rest.trim().is_empty());
        if alone {
            self.finish();
        }
        alone
    }

    fn is_delimiter_command(&mut self, token: Token) -> bool {
        if !self.word(token).eq_ignore_ascii_case("delimiter") || !self.is_line_start(token.start) {
            return false;
        }
        let end = self.lexer.line_end(token.start);
        let delimiter = self.text.get(token.end..end).unwrap_or_default().trim();
        // Any text without blanks may end statements; a column of this name has a type without marks behind it.
        let marks = delimiter.bytes().any(|byte| byte.is_ascii_punctuation());
        let other = delimiter.contains(|c: char| c.is_whitespace() || "'\"`,()".contains(c));
        if !marks || other {
            return false;
        }
        self.finish();
        self.delimiter = Some(delimiter).filter(|delimiter| *delimiter != ";");
        self.lexer.jump(end);
        true
    }

    fn take(&mut self, token: Token) {
        let statement = &mut self.statement;
        let start = statement.range.as_ref().map_or(token.start, |range| range.start);
        statement.range = Some(start..token.end);
        if token.kind == TokenKind::Word {
            let word = self.text.get(token.start..token.end).unwrap_or_default();
            self.take_word(word);
            return;
        }
        if statement.body == Some(Body::Parentheses) {
            match token.kind {
                TokenKind::Symbol(b'(') => statement.depth += 1,
                TokenKind::Symbol(b')') => statement.depth = statement.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.close_end();
    }

    fn take_word(&mut self, word: &str) {
        let dialect = self.dialect;
        let statement = &mut self.statement;
        statement.words += 1;
        let is = |wanted: &str| word.eq_ignore_ascii_case(wanted);
        if statement.words == 1 {
            statement.copy = is("copy");
            statement.create = is("create");
        }
        statement.stdin |= statement.copy && is("stdin");
        if statement.create && statement.body.is_none() && statement.words <= 12 {
            statement.body = match word.to_ascii_lowercase().as_str() {
                "trigger" | "procedure" | "function" | "event" | "package" => Some(Body::Block),
                "rule" if dialect == Dialect::Postgres => Some(Body::Parentheses),
                // From here on a word may be a name.
                "table" | "view" | "index" | "type" | "policy" => {
                    statement.create = false;
                    None
                }
                _ => None,
            };
        }
        if statement.body == Some(Body::Block) {
            self.take_block_word(word);
        }
    }

    /// Follows `BEGIN`, `CASE` and `END`. PostgreSQL's routines have a body of statements only after `BEGIN ATOMIC`.
    fn take_block_word(&mut self, word: &str) {
        let postgres = self.dialect == Dialect::Postgres;
        let word = word.to_ascii_lowercase();
        let ends_other = matches!(word.as_str(), "if" | "loop" | "while" | "repeat" | "for");
        if self.statement.ended && ends_other {
            self.statement.ended = false;
            return;
        }
        let ended_case = self.statement.ended && word == "case";
        self.close_end();
        let statement = &mut self.statement;
        match word.as_str() {
            "begin" if postgres => statement.begun = true,
            "begin" => statement.depth += 1,
            "atomic" if statement.begun => statement.depth += 1,
            "case" if statement.depth > 0 && !ended_case => statement.depth += 1,
            "end" if statement.depth > 0 => statement.ended = true,
            _ => statement.begun = false,
        }
    }

    /// An `END` before anything but `IF`, `LOOP` ... closes a block.
    fn close_end(&mut self) {
        if std::mem::take(&mut self.statement.ended) {
            self.statement.depth = self.statement.depth.saturating_sub(1);
        }
    }

    /// A semicolon outside any body ends the statement; the data of `COPY ... FROM stdin` follows.
    fn end(&mut self, semicolon: Token) {
        let data = self.statement.copy && self.statement.stdin;
        self.finish();
        if data {
            let end = self.data_end(self.lexer.line_end(semicolon.end));
            self.lexer.jump(end);
        }
    }

    /// The end of the line `\.` after `at`, which ends the data of a COPY.
    fn data_end(&self, at: usize) -> usize {
        let mut at = at;
        while at < self.text.len() {
            let line = at + 1;
            at = self.lexer.line_end(line);
            if self.text.get(line..at).is_some_and(|line| line.trim_end() == "\\.") {
                break;
            }
        }
        at
    }

    fn finish(&mut self) {
        let statement = std::mem::take(&mut self.statement);
        self.found.extend(statement.range);
    }
}
