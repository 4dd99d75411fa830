//! One statement through the parser, its spans turned into byte offsets.

use std::ops::Range;

use sqlparser::ast::Statement;
use sqlparser::dialect::{
    Dialect as Grammar, GenericDialect, MsSqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect,
};
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Span as TokenSpan, Token, TokenWithSpan, Tokenizer};

use crate::schema::Dialect;

/// A chain of this many operators in one expression is not parsed: its tree would be as deep as it is long.
const LONGEST_CHAIN: usize = 2000;

/// A statement, or its tokens where no grammar takes it.
pub(super) enum Parsed {
    /// The tree; its spans count bytes (see [`byte_range`]).
    Tree(Box<Statement>),
    /// The tokens, and why there is no tree.
    Tokens(Vec<TokenWithSpan>, String),
}

/// Parses one statement. `offset` is the place of `text` in the masked text: spans count from there.
pub(super) fn parse(text: &str, offset: usize, dialect: Dialect) -> Parsed {
    let first = grammar(dialect);
    let tokens = match tokenize(text, offset, first.as_ref()) {
        Ok(tokens) => tokens,
        Err(reason) => return Parsed::Tokens(Vec::new(), reason),
    };
    if longest_chain(&tokens) > LONGEST_CHAIN {
        return Parsed::Tokens(tokens, "the statement is too deep to be read".to_owned());
    }
    let reason = match statement(first.as_ref(), tokens.clone()) {
        Ok(tree) => return Parsed::Tree(Box::new(tree)),
        Err(reason) => reason,
    };
    let generic = GenericDialect {};
    if let Ok(tokens) = tokenize(text, offset, &generic)
        && let Ok(tree) = statement(&generic, tokens)
    {
        return Parsed::Tree(Box::new(tree));
    }
    Parsed::Tokens(tokens, reason)
}

/// The bytes of a node of a parsed statement, or of a token; `None` where the parser gave it no place.
pub(super) fn byte_range(span: TokenSpan) -> Option<Range<usize>> {
    let offset = |location: Location| usize::try_from(location.column.checked_sub(1)?).ok();
    let (start, end) = (offset(span.start)?, offset(span.end)?);
    (start <= end).then_some(start..end)
}

/// The tokens of a piece of a statement.
pub(super) fn tokens(text: &str, offset: usize, dialect: Dialect) -> Parsed {
    match tokenize(text, offset, grammar(dialect).as_ref()) {
        Ok(tokens) => Parsed::Tokens(tokens, "it is only a piece of a statement".to_owned()),
        Err(reason) => Parsed::Tokens(Vec::new(), reason),
    }
}

fn grammar(dialect: Dialect) -> Box<dyn Grammar> {
    match dialect {
        Dialect::Postgres => Box::new(PostgreSqlDialect {}),
        Dialect::Mysql => Box::new(MySqlDialect {}),
        Dialect::Sqlite => Box::new(SQLiteDialect {}),
        Dialect::Mssql => Box::new(MsSqlDialect {}),
    }
}

fn statement(grammar: &dyn Grammar, tokens: Vec<TokenWithSpan>) -> Result<Statement, String> {
    let mut parser = Parser::new(grammar).with_tokens_with_locations(tokens);
    let tree = parser.parse_statement().map_err(|error| error.to_string())?;
    match parser.peek_token().token {
        Token::EOF | Token::SemiColon => Ok(tree),
        other => Err(format!("unexpected {other}")),
    }
}

/// Tokens whose places are byte offsets: line 1, column offset + 1. The parser only compares and joins places, so that
/// all spans of its tree come out as offsets too.
fn tokenize(text: &str, offset: usize, grammar: &dyn Grammar) -> Result<Vec<TokenWithSpan>, String> {
    let mut tokens =
        Tokenizer::new(grammar, text).tokenize_with_location().map_err(|error| error.to_string())?;
    let mut cursor = Cursor { text, line: 1, column: 1, at: 0 };
    for token in &mut tokens {
        let start = cursor.advance(token.span.start);
        let end = cursor.advance(token.span.end);
        let location = |at: usize| Location { line: 1, column: (offset + at + 1) as u64 };
        token.span = TokenSpan::new(location(start), location(end));
    }
    Ok(tokens)
}

/// Walks the text once, from place to place.
struct Cursor<'t> {
    text: &'t str,
    line: u64,
    column: u64,
    at: usize,
}

impl Cursor<'_> {
    /// The byte offset of a place that is not before the last one.
    fn advance(&mut self, to: Location) -> usize {
        let rest = self.text.get(self.at..).unwrap_or("");
        let mut chars = rest.chars();
        while (self.line, self.column) < (to.line, to.column) {
            let Some(c) = chars.next() else { break };
            self.at += c.len_utf8();
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.at
    }
}

/// The most operators in one chain, those of the brackets around it included.
fn longest_chain(tokens: &[TokenWithSpan]) -> usize {
    let mut open = vec![0usize];
    let (mut total, mut longest) = (0usize, 0usize);
    for token in tokens {
        match &token.token {
            Token::LParen | Token::LBracket => open.push(0),
            Token::RParen | Token::RBracket => {
                total -= open.pop().unwrap_or(0).min(total);
            }
            Token::Comma | Token::SemiColon => {
                if let Some(count) = open.last_mut() {
                    total -= (*count).min(total);
                    *count = 0;
                }
            }
            token if is_operator(token) => {
                total += 1;
                longest = longest.max(total);
                match open.last_mut() {
                    Some(count) => *count += 1,
                    None => open.push(1),
                }
            }
            _ => {}
        }
    }
    longest
}

fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::UNION
                | Keyword::EXCEPT
                | Keyword::INTERSECT
                | Keyword::JOIN
                | Keyword::LIKE
                | Keyword::IS
                | Keyword::COLLATE
        ),
        Token::Whitespace(_) | Token::Number(..) | Token::SingleQuotedString(_) | Token::Period => false,
        Token::DoubleQuotedString(_) | Token::Placeholder(_) | Token::EOF => false,
        _ => true,
    }
}
