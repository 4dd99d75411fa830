//! A walk over the tokens of one statement, or of a part of it.

use super::token::{Lexer, Token, TokenKind};
use crate::schema::{Dialect, TableName};
use crate::text::TextRange;

/// The tokens of one statement.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    dialect: Dialect,
    tokens: Vec<Token>,
}

impl<'t> Tokens<'t> {
    /// The tokens of a part of the text.
    pub fn read(text: &'t str, range: std::ops::Range<usize>, dialect: Dialect) -> Self {
        Self { text, dialect, tokens: Lexer::new(text, range.start, range.end, dialect).collect() }
    }

    /// A cursor at the first token.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { text: self.text, dialect: self.dialect, tokens: &self.tokens, at: 0 }
    }
}

/// A position in a run of tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    /// The text that the tokens are of.
    pub text: &'a str,
    /// The language.
    pub dialect: Dialect,
    tokens: &'a [Token],
    at: usize,
}

/// An identifier as the database stores it, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Folded by the dialect, quotes taken off.
    pub name: String,
    /// Where it stands, quotes included.
    pub range: TextRange,
}

impl<'a> Cursor<'a> {
    /// The token `ahead` places on.
    pub fn peek_at(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.at + ahead).copied()
    }

    /// The next token.
    pub fn peek(&self) -> Option<Token> {
        self.peek_at(0)
    }

    /// Takes the next token.
    pub fn bump(&mut self) -> Option<Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Whether nothing is left.
    pub fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// A token's text.
    pub fn text_of(&self, token: Token) -> &'a str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// The range of all that is left; empty, after the last token, where nothing is.
    pub fn range(&self) -> TextRange {
        match (self.peek(), self.tokens.last()) {
            (Some(first), Some(last)) => TextRange::new(first.start, last.end),
            (None, Some(last)) => TextRange::new(last.end, last.end),
            (_, None) => TextRange::default(),
        }
    }

    /// The range from where `self` stands to where `later` does.
    pub fn range_until(&self, later: &Cursor<'_>) -> TextRange {
        let last = later.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        match (self.peek(), last) {
            (Some(first), Some(last)) => TextRange::new(first.start, last.end),
            _ => self.range(),
        }
    }

    /// The text of a range.
    pub fn slice(&self, range: TextRange) -> &'a str {
        self.text.get(range.as_usize()).unwrap_or_default()
    }

    /// Whether the token `ahead` places on is this word, in any case.
    pub fn is_word_at(&self, ahead: usize, word: &str) -> bool {
        self.peek_at(ahead).is_some_and(|token| {
            token.kind == TokenKind::Word && self.text_of(token).eq_ignore_ascii_case(word)
        })
    }

    /// Whether these words follow.
    pub fn is(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| self.is_word_at(ahead, word))
    }

    /// Whether one of these words follows.
    pub fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word_at(0, word))
    }

    /// Takes these words if they follow.
    pub fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.is(words);
        if found {
            self.at += words.len();
        }
        found
    }

    /// Takes one of these words if it follows.
    pub fn eat_any(&mut self, words: &[&str]) -> bool {
        let found = self.is_any(words);
        if found {
            self.at += 1;
        }
        found
    }

    /// Whether this symbol follows.
    pub fn is_symbol(&self, symbol: u8) -> bool {
        self.is_symbol_at(0, symbol)
    }

    /// Whether the token `ahead` places on is this symbol.
    pub fn is_symbol_at(&self, ahead: usize, symbol: u8) -> bool {
        self.peek_at(ahead).is_some_and(|token| token.kind == TokenKind::Symbol(symbol))
    }

    /// Takes this symbol if it follows.
    pub fn eat_symbol(&mut self, symbol: u8) -> bool {
        let found = self.is_symbol(symbol);
        if found {
            self.at += 1;
        }
        found
    }

    /// The next word in lower case, not taken.
    pub fn word(&self) -> Option<String> {
        let token = self.peek().filter(|token| token.kind == TokenKind::Word)?;
        Some(self.text_of(token).to_ascii_lowercase())
    }

    /// Takes an identifier.
    pub fn name(&mut self) -> Option<Name> {
        let token = self.peek()?;
        let name = self.name_of(token)?;
        self.at += 1;
        Some(name)
    }

    fn name_of(&self, token: Token) -> Option<Name> {
        let text = self.text_of(token);
        let name = match token.kind {
            TokenKind::Word => self.dialect.fold(text, false),
            TokenKind::Quoted => unquoted(text),
            // SQLite takes a string where a name must stand (lang_keywords.html).
            TokenKind::String if self.dialect == Dialect::Sqlite => string_value(text, false),
            _ => return None,
        };
        Some(Name { name: self.stored(name), range: token.range() })
    }

    /// PostgreSQL cuts a name after 63 bytes (manual, 4.1.1).
    fn stored(&self, mut name: String) -> String {
        if self.dialect == Dialect::Postgres && name.len() > 63 {
            let mut end = 63;
            while !name.is_char_boundary(end) {
                end -= 1;
            }
            name.truncate(end);
        }
        name
    }

    /// Takes a dotted name: its parts.
    pub fn dotted(&mut self) -> Option<Vec<Name>> {
        let mut parts = vec![self.name()?];
        while self.is_symbol(b'.') {
            let mut ahead = *self;
            ahead.at += 1;
            let Some(part) = ahead.name() else {
                break;
            };
            parts.push(part);
            *self = ahead;
        }
        Some(parts)
    }

    /// Takes the name of a table, type or index, with the place of the whole name.
    pub fn table_name(&mut self) -> Option<(TableName, TextRange)> {
        let parts = self.dotted()?;
        let range = parts.iter().map(|part| part.range).reduce(TextRange::cover)?;
        table_name_of(self.dialect, &parts).map(|name| (name, range))
    }

    /// Takes a string and gives its value.
    pub fn string(&mut self) -> Option<(String, TextRange)> {
        let token = self.peek()?;
        let text = self.text_of(token);
        let value = match token.kind {
            TokenKind::String => {
                string_value(text, self.dialect == Dialect::Mysql || text.starts_with(['e', 'E']))
            }
            TokenKind::Quoted if self.dialect == Dialect::Mysql => unquoted(text),
            TokenKind::DollarString => {
                let tag = text.get(1..).and_then(|rest| rest.find('$')).map_or(0, |end| end + 2);
                let inner = text.get(tag..text.len().saturating_sub(tag));
                inner.unwrap_or_default().to_owned()
            }
            _ => return None,
        };
        self.at += 1;
        Some((value, token.range()))
    }

    /// Takes a parenthesis with all in it: a cursor over what is inside.
    pub fn parentheses(&mut self) -> Option<Cursor<'a>> {
        if !self.is_symbol(b'(') {
            return None;
        }
        let start = self.at + 1;
        self.skip_one();
        let closed = self.tokens.get(self.at - 1).is_some_and(|token| token.kind == TokenKind::Symbol(b')'));
        let end = if closed && self.at > start { self.at - 1 } else { self.at };
        Some(Cursor { tokens: self.tokens.get(start..end).unwrap_or_default(), at: 0, ..*self })
    }

    /// Takes one token, or a parenthesis with all in it.
    pub fn skip_one(&mut self) {
        let mut depth = 0_usize;
        while let Some(token) = self.bump() {
            match token.kind {
                TokenKind::Symbol(b'(') => depth += 1,
                TokenKind::Symbol(b')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// What is left, in parts at the commas outside parentheses and brackets. Empty parts are left out.
    pub fn comma_parts(&self) -> Vec<Cursor<'a>> {
        let mut parts = Vec::new();
        let mut rest = *self;
        let mut part_start = rest.at;
        let mut brackets = 0_usize;
        loop {
            let at = rest.at;
            let end = rest.is_at_end();
            if end || (brackets == 0 && rest.is_symbol(b',')) {
                let tokens = self.tokens.get(part_start..at).unwrap_or_default();
                if !tokens.is_empty() {
                    parts.push(Cursor { tokens, at: 0, ..*self });
                }
                part_start = at + 1;
            }
            if end {
                return parts;
            }
            if rest.is_symbol(b'[') {
                brackets += 1;
            } else if rest.is_symbol(b']') {
                brackets = brackets.saturating_sub(1);
            }
            rest.skip_one();
        }
    }

    /// Takes tokens until `stop` says so at a token outside parentheses; gives their range, if there are any.
    pub fn take_until(&mut self, mut stop: impl FnMut(&Cursor<'a>) -> bool) -> Option<TextRange> {
        let start = *self;
        while !self.is_at_end() && !stop(self) {
            self.skip_one();
        }
        (self.at > start.at).then(|| start.range_until(self))
    }

    /// Takes an expression that ends at one of these words.
    pub fn take_until_word(&mut self, words: &[&str]) -> Option<TextRange> {
        self.take_until(|cursor| cursor.is_any(words))
    }

    /// Whether a word stands anywhere in what is left, outside parentheses: the cursor at it.
    pub fn find_word(&self, word: &str) -> Option<Cursor<'a>> {
        let mut cursor = *self;
        cursor.take_until(|cursor| cursor.is_any(&[word]));
        (!cursor.is_at_end()).then_some(cursor)
    }

    /// Whether a symbol stands anywhere in what is left, outside parentheses.
    pub fn find_symbol(&self, symbol: u8) -> bool {
        let mut cursor = *self;
        cursor.take_until(|cursor| cursor.is_symbol(symbol));
        !cursor.is_at_end()
    }

    /// What is left up to where `later` stands.
    pub fn up_to(&self, later: &Cursor<'_>) -> Cursor<'a> {
        Cursor { tokens: self.tokens.get(..later.at).unwrap_or(self.tokens), ..*self }
    }
}

/// A table's name of the parts of a dotted one. A part that is a template hole says nothing of the schema.
pub(super) fn table_name_of(dialect: Dialect, parts: &[Name]) -> Option<TableName> {
    let (last, qualifiers) = parts.split_last()?;
    let is_hole = |name: &&Name| {
        (name.name.starts_with("{{") || name.name.starts_with("${")) && name.name.ends_with('}')
    };
    let schema = qualifiers.last().filter(|name| !is_hole(name)).map(|name| name.name.clone());
    let schema = schema.filter(|schema| {
        let main = dialect == Dialect::Sqlite && schema.eq_ignore_ascii_case("main");
        !main && Some(schema.as_str()) != dialect.default_schema()
    });
    Some(TableName { schema, name: last.name.clone() })
}

/// The name in quotes or brackets, a doubled quote standing for itself.
pub(super) fn unquoted(text: &str) -> String {
    let mut chars = text.chars();
    let Some(open) = chars.next() else {
        return String::new();
    };
    let close = if open == '[' { ']' } else { open };
    let inner = text.get(open.len_utf8()..).unwrap_or_default();
    let inner = inner.strip_suffix(close).unwrap_or(inner);
    if inner.contains(close) {
        inner.replace(&format!("{close}{close}"), &close.to_string())
    } else {
        inner.to_owned()
    }
}

/// The value of a string as written.
fn string_value(text: &str, escapes: bool) -> String {
    let start = text.find('\'').map_or(0, |at| at + 1);
    let inner = text.get(start..).unwrap_or_default();
    let inner = inner.strip_suffix('\'').unwrap_or(inner);
    let inner = inner.replace("''", "'");
    if !escapes || !inner.contains('\\') {
        return inner;
    }
    let mut value = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some('r') => value.push('\r'),
                Some(other) => value.push(other),
                None => {}
            },
            _ => value.push(c),
        }
    }
    value
}
