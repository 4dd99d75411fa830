//! Characters, white space, comments, names and strings of the Prisma language.

use super::ast::Name;
use crate::text::TextRange;

/// A place in the text that moves on.
pub struct Cursor<'t> {
    text: &'t str,
    pub at: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub fn looking_at(&self, prefix: &str) -> bool {
        self.rest().starts_with(prefix)
    }

    pub fn eat(&mut self, prefix: &str) -> bool {
        let found = self.looking_at(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    pub fn range_from(&self, start: usize) -> TextRange {
        TextRange::new(start, self.at)
    }

    /// Takes characters as long as `wanted` says so, and returns them.
    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Skips white space and comments, but stays on the line (a block comment may end on a later one).
    pub fn skip_spaces(&mut self) {
        loop {
            self.take_while(|character| {
                character != '\n' && (character.is_whitespace() || character == '\u{feff}')
            });
            if !self.skip_comment() {
                return;
            }
        }
    }

    /// Skips white space, line ends and comments.
    pub fn skip_blank(&mut self) {
        loop {
            self.take_while(|character| character.is_whitespace() || character == '\u{feff}');
            if !self.skip_comment() {
                return;
            }
        }
    }

    fn skip_comment(&mut self) -> bool {
        if self.looking_at("//") {
            self.at += memchr::memchr(b'\n', self.rest().as_bytes()).unwrap_or(self.rest().len());
            return true;
        }
        if self.looking_at("/*") {
            let length = self.rest().find("*/").map_or(self.rest().len(), |end| end + 2);
            self.at += length;
            return true;
        }
        false
    }

    /// Goes behind the end of this line.
    pub fn skip_line(&mut self) {
        let rest = self.rest().as_bytes();
        self.at += memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
    }

    /// Where the line of the byte `offset` begins.
    pub fn line_start(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        memchr::memrchr(b'\n', before).map_or(0, |end| end + 1)
    }

    /// A name: letters, digits, `_` and `-`.
    pub fn name(&mut self) -> Option<Name> {
        let start = self.at;
        let text = self.take_while(|character| character.is_alphanumeric() || matches!(character, '_' | '-'));
        (!text.is_empty()).then(|| Name { text: text.to_owned(), range: self.range_from(start) })
    }

    /// Names joined by dots.
    pub fn path(&mut self) -> Option<Name> {
        let start = self.at;
        let first = self.name()?;
        let mut text = first.text;
        while self.looking_at(".") {
            self.at += 1;
            let Some(next) = self.name() else {
                self.at -= 1;
                break;
            };
            text.push('.');
            text.push_str(&next.text);
        }
        Some(Name { text, range: self.range_from(start) })
    }

    /// A number as written: sign, digits, fraction, exponent.
    pub fn number(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        let unsigned = rest.strip_prefix('-').unwrap_or(rest);
        if !unsigned.starts_with(|character: char| character.is_ascii_digit()) {
            return None;
        }
        let start = self.at;
        self.eat("-");
        let mut before = ' ';
        while let Some(next) = self.peek() {
            let exponent_sign = matches!(next, '+' | '-') && matches!(before, 'e' | 'E');
            if !(next.is_ascii_digit() || matches!(next, '.' | 'e' | 'E') || exponent_sign) {
                break;
            }
            before = next;
            self.at += next.len_utf8();
        }
        self.text.get(start..self.at)
    }

    /// The string that begins here, its escapes resolved; `None` where it does not end on its line.
    pub fn string(&mut self) -> Option<String> {
        if !self.eat("\"") {
            return None;
        }
        let mut value = String::new();
        loop {
            value.push_str(self.take_while(|character| !matches!(character, '"' | '\\' | '\n')));
            if self.eat("\"") {
                return Some(value);
            }
            if !self.eat("\\") {
                return None;
            }
            value.push(self.escape()?);
        }
    }

    /// The character behind a backslash.
    fn escape(&mut self) -> Option<char> {
        let letter = self.peek().filter(|letter| *letter != '\n')?;
        self.at += letter.len_utf8();
        Some(match letter {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => self.unicode_escape().unwrap_or(char::REPLACEMENT_CHARACTER),
            other => other,
        })
    }

    /// Four hexadecimal digits, or two such escapes that make a surrogate pair.
    fn unicode_escape(&mut self) -> Option<char> {
        let high = self.four_digits()?;
        if !(0xD800..0xDC00).contains(&high) {
            return char::from_u32(high);
        }
        if !self.eat("\\u") {
            return None;
        }
        let low = self.four_digits()?;
        char::from_u32(
            0x10000 + ((high - 0xD800) << 10) + low.checked_sub(0xDC00).filter(|low| *low < 0x400)?,
        )
    }

    fn four_digits(&mut self) -> Option<u32> {
        let value = u32::from_str_radix(self.rest().get(..4)?, 16).ok()?;
        self.at += 4;
        Some(value)
    }
}
