//! SQL as tokens with byte ranges. Nothing is refused: what is not closed runs to the end.

use crate::schema::Dialect;
use crate::text::TextRange;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A keyword or an identifier that is not quoted; template holes (`{{x}}`, `${x}`) are part of it.
    Word,
    /// An identifier in `"`, backticks or brackets; in MySQL, `"` may also stand around a string.
    Quoted,
    /// A string in `'`, with or without a prefix.
    String,
    /// A string in PostgreSQL's `$tag$`.
    DollarString,
    /// A number or a numbered parameter.
    Number,
    /// Any other byte.
    Symbol(u8),
    /// Drizzle's `--> statement-breakpoint`.
    Breakpoint,
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Token {
    /// The token's range.
    pub fn range(self) -> TextRange {
        TextRange::new(self.start, self.end)
    }
}

/// Reads tokens from one place to another.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    dialect: Dialect,
    at: usize,
    end: usize,
}

impl<'t> Lexer<'t> {
    /// A lexer of `start..end` of the text.
    pub fn new(text: &'t str, start: usize, end: usize, dialect: Dialect) -> Self {
        Self { text, dialect, at: start, end: end.min(text.len()) }
    }

    /// Where the next token is looked for.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Goes on from another place.
    pub fn jump(&mut self, at: usize) {
        self.at = at.min(self.end);
    }

    fn byte(&self, at: usize) -> Option<u8> {
        if at < self.end { self.text.as_bytes().get(at).copied() } else { None }
    }

    fn rest(&self, at: usize) -> &'t [u8] {
        self.text.as_bytes().get(at..self.end).unwrap_or_default()
    }

    fn find(&self, from: usize, wanted: &[u8]) -> Option<usize> {
        memchr::memmem::find(self.rest(from), wanted).map(|found| from + found)
    }

    /// The end of the line that `at` is in.
    pub fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', self.rest(at)).map_or(self.end, |found| at + found)
    }

    /// Skips blanks and comments; a breakpoint is a token and is not skipped.
    pub fn skip_blank(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            let next = self.byte(self.at + 1);
            match (byte, next) {
                (b'-', Some(b'-')) if self.is_line_comment() => self.at = self.line_end(self.at),
                (b'#', _) if self.dialect == Dialect::Mysql => self.at = self.line_end(self.at),
                (b'/', Some(b'*')) => self.skip_block_comment(),
                // What closes MySQL's conditional comment, whose content is code.
                (b'*', Some(b'/')) if self.dialect == Dialect::Mysql => self.at += 2,
                _ if byte.is_ascii_whitespace() => self.at += 1,
                // A byte order mark, or a non-breaking space out of a web page.
                (0xEF, Some(0xBB)) if self.byte(self.at + 2) == Some(0xBF) => self.at += 3,
                (0xC2, Some(0xA0)) => self.at += 2,
                _ => break,
            }
        }
    }

    /// MySQL wants a blank after `--` (manual, 11.7); drizzle's breakpoint is no comment for us.
    fn is_line_comment(&self) -> bool {
        if self.is_breakpoint() {
            return false;
        }
        let after = self.byte(self.at + 2);
        self.dialect != Dialect::Mysql || after.is_none_or(|byte| byte.is_ascii_whitespace() || byte == b'-')
    }

    fn is_breakpoint(&self) -> bool {
        self.rest(self.at).starts_with(b"--> statement-breakpoint")
    }

    fn skip_block_comment(&mut self) {
        let rest = self.rest(self.at + 2);
        let conditional = rest.starts_with(b"!") || rest.starts_with(b"M!");
        if self.dialect == Dialect::Mysql && conditional {
            let mark = self.at + 2 + rest.iter().position(|byte| *byte == b'!').unwrap_or(0) + 1;
            let digits = self.rest(mark).iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.at = mark + digits;
            return;
        }
        let mut depth = 1;
        let mut at = self.at + 2;
        while depth > 0 {
            let Some(found) = memchr::memchr2(b'*', b'/', self.rest(at)).map(|found| at + found) else {
                at = self.end;
                break;
            };
            match (self.byte(found), self.byte(found + 1)) {
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    at = found + 2;
                }
                // Comments nest in PostgreSQL alone (manual, 4.1.5).
                (Some(b'/'), Some(b'*')) if self.dialect == Dialect::Postgres => {
                    depth += 1;
                    at = found + 2;
                }
                _ => at = found + 1,
            }
        }
        self.at = at;
    }

    fn symbol_end(&self, start: usize) -> usize {
        let mut end = start + 1;
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        end
    }

    fn lex(&self, start: usize, byte: u8) -> (TokenKind, usize) {
        let next = self.byte(start + 1);
        match byte {
            b'-' if self.is_breakpoint() => {
                (TokenKind::Breakpoint, start + b"--> statement-breakpoint".len())
            }
            b'\'' => (TokenKind::String, self.string_end(start, self.dialect == Dialect::Mysql)),
            b'"' => (TokenKind::Quoted, self.quoted_end(start, b'"')),
            b'`' => (TokenKind::Quoted, self.quoted_end(start, b'`')),
            b'[' if self.has_brackets(next) => (TokenKind::Quoted, self.quoted_end(start, b']')),
            b'$' => self.dollar(start),
            b'{' if next == Some(b'{') => (TokenKind::Word, self.word_end(start)),
            b'0'..=b'9' => (TokenKind::Number, self.number_end(start)),
            b'e' | b'E' if next == Some(b'\'') => (TokenKind::String, self.string_end(start + 1, true)),
            b'n' | b'N' | b'b' | b'B' | b'x' | b'X' if next == Some(b'\'') => {
                (TokenKind::String, self.string_end(start + 1, self.dialect == Dialect::Mysql))
            }
            b'u' | b'U' if next == Some(b'&') && self.byte(start + 2) == Some(b'\'') => {
                (TokenKind::String, self.string_end(start + 2, false))
            }
            _ if is_word_byte(byte) => (TokenKind::Word, self.word_end(start)),
            _ => (TokenKind::Symbol(byte), self.symbol_end(start)),
        }
    }

    /// SQLite and SQL Server quote names in brackets; elsewhere they index arrays.
    fn has_brackets(&self, next: Option<u8>) -> bool {
        let named = next.is_some_and(|byte| is_word_byte(byte) && !byte.is_ascii_digit());
        matches!(self.dialect, Dialect::Sqlite | Dialect::Mssql) && named
    }

    /// The end of a string that begins at `start`: a doubled quote stands for itself, and a backslash escapes where it
    /// may.
    fn string_end(&self, start: usize, escapes: bool) -> usize {
        let mut at = start + 1;
        loop {
            let found = if escapes {
                memchr::memchr2(b'\'', b'\\', self.rest(at))
            } else {
                memchr::memchr(b'\'', self.rest(at))
            };
            let Some(found) = found.map(|found| at + found) else {
                return self.end;
            };
            let doubled = self.byte(found + 1) == Some(b'\'');
            if self.byte(found) == Some(b'\\') {
                at = self.symbol_end((found + 1).min(self.end.saturating_sub(1)));
            } else if doubled {
                at = found + 2;
            } else {
                return found + 1;
            }
            if at >= self.end {
                return self.end;
            }
        }
    }

    fn quoted_end(&self, start: usize, quote: u8) -> usize {
        let mut at = start + 1;
        // In MySQL it may be a string, with a string's escapes.
        let escape = if quote == b'"' && self.dialect == Dialect::Mysql { b'\\' } else { quote };
        while let Some(found) = memchr::memchr2(quote, escape, self.rest(at)).map(|found| at + found) {
            if self.byte(found) != Some(quote) {
                at = self.symbol_end((found + 1).min(self.end.saturating_sub(1)));
                continue;
            }
            if self.byte(found + 1) != Some(quote) {
                return found + 1;
            }
            at = found + 2;
        }
        self.end
    }

    /// `$1`, `$tag$ ... $tag$`, `${hole}`, or a dollar alone.
    fn dollar(&self, start: usize) -> (TokenKind, usize) {
        match self.byte(start + 1) {
            Some(b'{') => (TokenKind::Word, self.word_end(start)),
            Some(b'0'..=b'9') => (TokenKind::Number, self.number_end(start + 1)),
            _ => self.dollar_string(start).unwrap_or((TokenKind::Symbol(b'$'), start + 1)),
        }
    }

    fn dollar_string(&self, start: usize) -> Option<(TokenKind, usize)> {
        if matches!(self.dialect, Dialect::Mysql | Dialect::Mssql) {
            return None;
        }
        let tag =
            self.rest(start + 1).iter().take_while(|byte| is_word_byte(**byte) && **byte != b'$').count();
        let open = self.rest(start).get(..tag + 2).filter(|open| open.ends_with(b"$"))?;
        let end = self.find(start + open.len(), open).map_or(self.end, |found| found + open.len());
        Some((TokenKind::DollarString, end))
    }

    fn number_end(&self, start: usize) -> usize {
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'.' || *byte == b'_';
        let rest = self.rest(start);
        start + rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len())
    }

    fn word_end(&self, start: usize) -> usize {
        let mut at = start;
        while let Some(byte) = self.byte(at) {
            let next = self.byte(at + 1);
            at = match byte {
                b'{' if next == Some(b'{') => match self.find(at, b"}}") {
                    Some(close) => close + 2,
                    None => return if at == start { at + 1 } else { at },
                },
                b'$' if next == Some(b'{') => match self.find(at, b"}") {
                    Some(close) => close + 1,
                    None => return if at == start { at + 1 } else { at },
                },
                b'$' => at + 1,
                _ if is_word_byte(byte) => at + 1,
                _ => break,
            };
        }
        at
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blank();
        let start = self.at;
        let (kind, end) = self.lex(start, self.byte(start)?);
        self.at = end;
        Some(Token { kind, start, end })
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
