//! Makes text with holes and placeholders into text that parses, statement by statement.
//!
//! A placeholder or hole is replaced by what fits its position: a name where a table or a value stands, a list after
//! `IN`, an assignment after `SET`, nothing where it can only be a further clause. Every replaced stretch keeps its way
//! back to the original.

use std::ops::Range;

use crate::schema::Dialect;
use crate::text::Span;
use crate::usage::sql::text::{HoleKind, SqlText};

/// The name that stands for something unknown.
pub(super) const HOLE: &str = "__hole__";

/// Whether a name or string has something unknown in it.
pub(super) fn has_hole(name: &str) -> bool {
    name.contains(HOLE)
}

/// Text that parses as far as its holes let it.
#[derive(Debug)]
pub(super) struct Masked<'t> {
    sql: &'t SqlText,
    /// The text.
    pub text: String,
    edits: Vec<Edit>,
    /// The statements, without their semicolons; none is empty.
    pub statements: Vec<Range<usize>>,
    /// Holes that may hold any piece of SQL, and where they stand in the masked text.
    pub fragments: Vec<(usize, Span)>,
}

/// `original` was replaced by what stands at `masked`.
#[derive(Debug)]
struct Edit {
    masked: Range<usize>,
    original: Range<usize>,
}

impl Masked<'_> {
    /// The place in the file of a range of the masked text.
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.original(range.start, false);
        let end = self.original(range.end, true).max(start);
        self.sql.span(start, end)
    }

    fn original(&self, offset: usize, end: bool) -> usize {
        let next = self.edits.partition_point(|edit| edit.masked.start < offset + usize::from(!end));
        let Some(edit) = next.checked_sub(1).and_then(|index| self.edits.get(index)) else { return offset };
        if offset >= edit.masked.end {
            edit.original.end + (offset - edit.masked.end)
        } else if end {
            edit.original.end
        } else {
            edit.original.start
        }
    }
}

/// Masks `sql`. With `drop_fragments`, holes that may hold any piece of SQL are taken out.
pub(super) fn mask(sql: &SqlText, dialect: Dialect, drop_fragments: bool) -> Masked<'_> {
    let mut masker = Masker {
        sql,
        text: sql.text(),
        dialect,
        drop_fragments,
        at: 0,
        next_hole: 0,
        previous: Previous::Start,
        clause: Clause::Other,
        open: Vec::new(),
        body: Body::default(),
        start: 0,
        out: Masked {
            sql,
            text: String::new(),
            edits: Vec::new(),
            statements: Vec::new(),
            fragments: Vec::new(),
        },
    };
    while masker.step() {}
    masker.end_statement();
    masker.out
}

/// What stands before the current place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Previous {
    /// Nothing: a statement begins.
    Start,
    /// Something that can end an expression or name.
    Operand,
    /// `*`, which is a sign after an operand and a name otherwise.
    Star,
    /// An operator, comma, opening bracket or a keyword that wants something after it.
    Open,
    /// `IN`.
    In,
    /// `VALUES`.
    Values,
    /// `SET`, or a comma in its list.
    Set,
    /// `SELECT`, `DISTINCT`.
    Select,
    /// A dot.
    Dot,
}

/// The clause that the current place belongs to, as far as a hole cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clause {
    Set,
    Into,
    Other,
}

/// An open bracket.
#[derive(Debug, Clone, Copy)]
struct Bracket {
    /// The clause around it.
    outer: Clause,
    /// Whether only values stand in it.
    values: bool,
}

/// The body of a routine or trigger, whose semicolons end no statement.
#[derive(Debug, Default)]
struct Body {
    words: u32,
    creates: bool,
    routine: bool,
    depth: u32,
}

struct Masker<'t> {
    sql: &'t SqlText,
    text: &'t str,
    dialect: Dialect,
    drop_fragments: bool,
    at: usize,
    next_hole: usize,
    previous: Previous,
    clause: Clause,
    open: Vec<Bracket>,
    body: Body,
    start: usize,
    out: Masked<'t>,
}

impl Masker<'_> {
    fn step(&mut self) -> bool {
        if let Some(hole) = self.sql.holes().get(self.next_hole).copied()
            && hole.at <= self.at
        {
            self.next_hole += 1;
            self.place_hole(self.at..self.at, hole.kind, Some(hole.span));
            return true;
        }
        let Some(rest) = self.text.get(self.at..).filter(|rest| !rest.is_empty()) else { return false };
        let length = self.token(rest);
        self.at += length.max(1);
        true
    }

    /// Copies or replaces the token at the head of `rest`, and gives its length.
    fn token(&mut self, rest: &str) -> usize {
        if let Some(length) = space_or_comment(rest, self.dialect) {
            // A hole between two blanks stands alone; one in a comment is part of it.
            let blank = rest.starts_with(char::is_whitespace);
            let next =
                self.sql.holes().get(self.next_hole).filter(|hole| blank && hole.at < self.at + length);
            let length = next.map_or(length, |hole| hole.at - self.at);
            self.copy(length);
            return length;
        }
        if let Some(length) = quoted(rest, self.dialect) {
            self.copy(length);
            self.previous = Previous::Operand;
            return length;
        }
        if let Some((length, kind)) = self.placeholder(rest) {
            self.place_hole(self.at..self.at + length, kind, None);
            return length;
        }
        let word = word_length(rest);
        if word > 0 { self.word(rest, word) } else { self.sign(rest) }
    }

    /// A token that a hole may stand in the middle of: the hole is part of the name or string.
    fn copy(&mut self, length: usize) {
        let end = self.at + length;
        let mut from = self.at;
        while let Some(hole) = self.sql.holes().get(self.next_hole).filter(|hole| hole.at < end) {
            let at = hole.at;
            self.next_hole += 1;
            self.out.text.push_str(self.text.get(from..at).unwrap_or(""));
            self.replace(at..at, HOLE);
            from = at;
        }
        self.out.text.push_str(self.text.get(from..end).unwrap_or(""));
    }

    fn replace(&mut self, original: Range<usize>, by: &str) {
        let start = self.out.text.len();
        self.out.text.push_str(by);
        self.out.edits.push(Edit { masked: start..self.out.text.len(), original });
    }

    fn word(&mut self, rest: &str, length: usize) -> usize {
        self.copy(length);
        let word = rest.get(..length).unwrap_or("").to_ascii_uppercase();
        let qualified = self.previous == Previous::Dot;
        self.enter_body(&word);
        match word.as_str() {
            "SET" => self.clause = Clause::Set,
            "INTO" => self.clause = Clause::Into,
            "WHERE" | "FROM" | "VALUES" | "SELECT" | "RETURNING" | "CONFLICT" | "KEY" => {
                self.clause = Clause::Other
            }
            _ => {}
        }
        self.previous = match word.as_str() {
            _ if qualified => Previous::Operand,
            "IN" => Previous::In,
            "VALUES" => Previous::Values,
            "SET" => Previous::Set,
            "SELECT" | "DISTINCT" => Previous::Select,
            word if wants_operand(word) => Previous::Open,
            _ => Previous::Operand,
        };
        length
    }

    fn enter_body(&mut self, word: &str) {
        let body = &mut self.body;
        body.words += 1;
        match word {
            "CREATE" if body.words == 1 => body.creates = true,
            "TRIGGER" | "PROCEDURE" | "FUNCTION" if body.creates => body.routine = true,
            "BEGIN" | "CASE" if body.routine => body.depth += 1,
            "END" if body.routine => body.depth = body.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn sign(&mut self, rest: &str) -> usize {
        let sign = rest.chars().next().unwrap_or(' ');
        if sign == ';' && self.body.depth == 0 {
            self.end_statement();
            self.out.text.push(';');
            self.start = self.out.text.len();
            return 1;
        }
        if rest.starts_with("::") {
            self.out.text.push_str("::");
            self.previous = Previous::Open;
            return 2;
        }
        if sign == '%' && rest.starts_with("%%") {
            self.replace(self.at..self.at + 2, "%");
            self.previous = Previous::Open;
            return 2;
        }
        self.out.text.push(sign);
        match sign {
            '(' => self.open_bracket(),
            ')' => self.clause = self.open.pop().map_or(Clause::Other, |bracket| bracket.outer),
            _ => {}
        }
        self.previous = match sign {
            ')' | ']' => Previous::Operand,
            '.' => Previous::Dot,
            '*' if self.previous == Previous::Operand => Previous::Open,
            '*' => Previous::Star,
            ',' if self.clause == Clause::Set => Previous::Set,
            _ => Previous::Open,
        };
        sign.len_utf8()
    }

    /// Lists after `IN` and `VALUES` and a function's arguments hold values; a list of columns does not.
    fn open_bracket(&mut self) {
        let values = match self.previous {
            Previous::In | Previous::Values => true,
            Previous::Operand => self.clause != Clause::Into,
            Previous::Start
            | Previous::Open
            | Previous::Star
            | Previous::Set
            | Previous::Select
            | Previous::Dot => false,
        };
        let values =
            values || (self.previous == Previous::Open && self.open.last().is_some_and(|open| open.values));
        let outer = std::mem::replace(&mut self.clause, Clause::Other);
        self.open.push(Bracket { outer, values });
    }

    fn end_statement(&mut self) {
        let text = self.out.text.get(self.start..).unwrap_or("");
        if significant(text, 0, self.dialect).is_some() {
            self.out.statements.push(self.start..self.out.text.len());
        }
        self.start = self.out.text.len();
        self.previous = Previous::Start;
        self.clause = Clause::Other;
        self.open.clear();
        self.body = Body::default();
    }

    /// A placeholder at the head of `rest`: `?`, `$1`, `:id`, `%s`, `%(id)s`, and template marks (`{id}`, `${id}`,
    /// `{{ id }}`), which may hold any piece of SQL.
    fn placeholder(&self, rest: &str) -> Option<(usize, HoleKind)> {
        let operand = matches!(self.previous, Previous::Operand | Previous::Star);
        let bytes = rest.as_bytes();
        let name_from = |from: usize| rest.get(from..).map_or(0, word_length);
        let bound = |length: usize| Some((length, HoleKind::Bound));
        match bytes.first()? {
            b'?' if self.dialect != Dialect::Postgres || !operand => bound(1 + name_from(1)),
            b'$' if rest.starts_with("${") => template_mark(rest, "${", "}"),
            b'$' if name_from(1) > 0 => bound(1 + name_from(1)),
            b':' if !operand && !rest.starts_with("::") && name_from(1) > 0 => bound(1 + name_from(1)),
            b'{' if rest.starts_with("{{") => template_mark(rest, "{{", "}}"),
            b'{' if rest.starts_with("{%") => template_mark(rest, "{%", "%}"),
            b'{' => template_mark(rest, "{", "}"),
            b'%' if rest.starts_with("%s") && name_from(1) == 1 => bound(2),
            b'%' if rest.starts_with("%(") => {
                let close = rest.find(")s").filter(|close| *close < 80)?;
                bound(close + 2)
            }
            _ => None,
        }
    }

    /// Puts what fits into the place of a hole or placeholder.
    fn place_hole(&mut self, original: Range<usize>, kind: HoleKind, span: Option<Span>) {
        let end = original.end;
        let masked = self.out.text.len();
        let glued = self.glued(&original);
        let filler = if glued { HOLE.to_owned() } else { self.filler(end) };
        let value = self.is_value_place();
        let dropped = self.drop_fragments && kind == HoleKind::Spliced && !glued && !value;
        let filler = if dropped { " ".to_owned() } else { filler };
        if kind == HoleKind::Spliced && (!value || filler == " ") {
            let span = span.unwrap_or_else(|| self.sql.span(original.start, original.end));
            self.out.fragments.push((masked, span));
        }
        self.replace(original, &filler);
        if filler != " " {
            self.previous = Previous::Operand;
        }
    }

    /// Whether a hole here touches a name or a dot.
    fn glued(&self, original: &Range<usize>) -> bool {
        let before = self.out.text.get(self.start..).and_then(|text| text.chars().next_back());
        let after = self.text.get(original.end..).and_then(|text| text.chars().next());
        let is_name = |c: Option<char>| c.is_some_and(|c| is_name_char(c) || c == '.');
        is_name(before) || is_name(after)
    }

    /// Whether only a value can stand here: after an operator, after `LIMIT`, in a list of values.
    fn is_value_place(&self) -> bool {
        let before = self.out.text.trim_end();
        if self.previous == Previous::In || before.ends_with(['=', '<', '>', '+', '-', '/', '|']) {
            return true;
        }
        if before.ends_with([',', '(']) {
            return self.open.last().is_some_and(|open| open.values);
        }
        let last = before.rsplit(|c: char| !is_name_char(c)).next().unwrap_or("");
        ["LIMIT", "OFFSET", "BETWEEN", "LIKE", "ILIKE"].iter().any(|word| last.eq_ignore_ascii_case(word))
    }

    fn filler(&self, end: usize) -> String {
        let next = significant(self.text, end, self.dialect);
        let next_word = next.map(|rest| rest.get(..word_length(rest)).unwrap_or("").to_ascii_uppercase());
        let next_word = next_word.as_deref().unwrap_or("");
        let hole_follows = self.sql.holes().get(self.next_hole).is_some_and(|hole| hole.at == end);
        let name_follows = !next_word.is_empty() && !follows_operand(next_word);
        let filler = match self.previous {
            Previous::Start if next.is_some() => " ",
            Previous::Operand if self.clause == Clause::Into => match next_word {
                "VALUES" | "SELECT" | "WITH" | "DEFAULT" => "(__hole__)",
                _ if next.is_some_and(|rest| rest.starts_with('(')) => " ",
                _ => "(__hole__) VALUES (__hole__)",
            },
            Previous::Operand | Previous::Star => " ",
            Previous::In | Previous::Values if !next.is_some_and(|rest| rest.starts_with('(')) => {
                "(__hole__)"
            }
            Previous::Set if !next.is_some_and(|rest| rest.starts_with('=')) => "__hole__ = 1",
            Previous::Select if name_follows || hole_follows => " ",
            Previous::Start
            | Previous::Open
            | Previous::In
            | Previous::Values
            | Previous::Set
            | Previous::Select
            | Previous::Dot => HOLE,
        };
        filler.to_owned()
    }
}

/// Words after which an expression, a name or a clause must follow.
fn wants_operand(word: &str) -> bool {
    matches!(
        word,
        "ALL"
            | "AND"
            | "ANY"
            | "AS"
            | "BETWEEN"
            | "BY"
            | "CASE"
            | "DELETE"
            | "DIV"
            | "ELSE"
            | "EXCEPT"
            | "EXISTS"
            | "EXPLAIN"
            | "FROM"
            | "HAVING"
            | "ILIKE"
            | "INSERT"
            | "INTERSECT"
            | "INTERVAL"
            | "INTO"
            | "JOIN"
            | "LATERAL"
            | "LIKE"
            | "LIMIT"
            | "NOT"
            | "OFFSET"
            | "ON"
            | "ONLY"
            | "OR"
            | "OVER"
            | "PARTITION"
            | "REGEXP"
            | "RETURNING"
            | "RLIKE"
            | "SOME"
            | "TABLE"
            | "THEN"
            | "TOP"
            | "UNION"
            | "UPDATE"
            | "USING"
            | "WHEN"
            | "WHERE"
            | "WITH"
            | "XOR"
    )
}

/// Words that can follow an expression or a table; another word there is a name.
fn follows_operand(word: &str) -> bool {
    wants_operand(word)
        || matches!(
            word,
            "IN" | "IS"
                | "SET"
                | "VALUES"
                | "SELECT"
                | "ORDER"
                | "GROUP"
                | "LEFT"
                | "RIGHT"
                | "INNER"
                | "FULL"
                | "CROSS"
                | "OUTER"
                | "NATURAL"
                | "ASC"
                | "DESC"
                | "END"
                | "FOR"
                | "FETCH"
                | "WINDOW"
                | "COLLATE"
                | "AT"
                | "DO"
                | "CONFLICT"
                | "DEFAULT"
                | "SIMILAR"
        )
}

fn template_mark(rest: &str, open: &str, close: &str) -> Option<(usize, HoleKind)> {
    let inside = rest.strip_prefix(open)?;
    let length = inside.find(close)?;
    let content = inside.get(..length)?;
    let short = content.len() <= 200 && !content.contains(['\n', ';']);
    short.then_some((open.len() + length + close.len(), HoleKind::Spliced))
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Length of the name, keyword or number at the head of `text`. Names may hold `$` inside.
pub(super) fn word_length(text: &str) -> usize {
    if !text.starts_with(is_name_char) {
        return 0;
    }
    text.find(|c: char| !is_name_char(c) && c != '$').unwrap_or(text.len())
}

/// The text from the next token on.
fn significant(text: &str, from: usize, dialect: Dialect) -> Option<&str> {
    let mut rest = text.get(from..)?;
    while let Some(length) = space_or_comment(rest, dialect) {
        rest = rest.get(length..)?;
    }
    (!rest.is_empty()).then_some(rest)
}

/// Length of the white space or comment at the head of `text`. Only PostgreSQL nests comments (manual, 4.1.5).
pub(super) fn space_or_comment(text: &str, dialect: Dialect) -> Option<usize> {
    let blank = text.len() - text.trim_start().len();
    if blank > 0 {
        return Some(blank);
    }
    if text.starts_with("--") || (dialect == Dialect::Mysql && text.starts_with('#')) {
        return Some(text.find('\n').map_or(text.len(), |end| end + 1));
    }
    let mut depth = 0u32;
    let mut at = 0;
    if !text.starts_with("/*") {
        return None;
    }
    loop {
        let rest = text.get(at..)?;
        let sign =
            if dialect == Dialect::Postgres || depth == 0 { rest.find(['/', '*']) } else { rest.find('*') };
        let Some(sign) = sign else { return Some(text.len()) };
        let here = rest.get(sign..)?;
        at += sign + 1;
        if here.starts_with("/*") {
            depth += 1;
            at += 1;
        } else if here.starts_with("*/") {
            depth = depth.saturating_sub(1);
            at += 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
}

/// Length of the string or quoted name at the head of `text`.
fn quoted(text: &str, dialect: Dialect) -> Option<usize> {
    let first = text.chars().next()?;
    match first {
        '\'' => Some(closed_by(text, 1, '\'', dialect == Dialect::Mysql)),
        'E' | 'e' if dialect == Dialect::Postgres && text.get(1..)?.starts_with('\'') => {
            Some(closed_by(text, 2, '\'', true))
        }
        '"' => Some(closed_by(text, 1, '"', dialect == Dialect::Mysql)),
        '`' => Some(closed_by(text, 1, '`', false)),
        '[' if dialect == Dialect::Mssql => Some(closed_by(text, 1, ']', false)),
        '$' if dialect == Dialect::Postgres => dollar_quoted(text),
        _ => None,
    }
}

fn closed_by(text: &str, from: usize, quote: char, backslash: bool) -> usize {
    let mut chars = text.char_indices().skip(from).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && backslash {
            chars.next();
        } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// `$tag$ ... $tag$`; a tag is a name or nothing (manual, 4.1.2.4).
fn dollar_quoted(text: &str) -> Option<usize> {
    let close = text.get(1..)?.find('$')? + 1;
    let tag = text.get(1..close)?;
    if tag.starts_with(|c: char| c.is_ascii_digit()) || !tag.chars().all(is_name_char) {
        return None;
    }
    let mark = text.get(..=close)?;
    let body = text.get(close + 1..)?;
    Some(body.find(mark).map_or(text.len(), |end| close + 1 + end + mark.len()))
}
