//! Column definitions: name, type and everything that may follow them.

use super::cursor::{Cursor, Name};
use super::key;
use super::token::TokenKind;
use crate::migration::{Constraint, postgres_name};
use crate::schema::{Check, Column, ColumnType, DefaultValue, Dialect, PrimaryKey, TableName, Unique};
use crate::text::{Span, TextRange};

/// From a range of the text to its span.
pub(super) type Origin<'o> = dyn Fn(TextRange) -> Span + 'o;

/// A column definition as read.
pub(super) struct ColumnDefinition {
    /// The column.
    pub column: Column,
    /// Constraints that stand with the column.
    pub constraints: Vec<Constraint>,
    /// What was not understood.
    pub leftover: Option<TextRange>,
    /// Whether its type makes a sequence for it (PostgreSQL's `serial`).
    pub serial: bool,
}

impl ColumnDefinition {
    /// Names the sequence that a serial column of this table gets: as the table and the column are called now
    /// (`ChooseRelationName` in PostgreSQL's source).
    pub fn name_sequence(&mut self, table: &TableName) {
        if self.serial {
            let name = postgres_name(&table.name, &self.column.name, "seq");
            self.column.sequence = Some(TableName { schema: table.schema.clone(), name });
        }
    }
}

/// Words that begin something else than a type or an expression, in a column definition.
const OPTION_WORDS: &[&str] = &[
    "constraint",
    "primary",
    "unique",
    "check",
    "references",
    "generated",
    "collate",
    "comment",
    "on",
    "auto_increment",
    "autoincrement",
    "after",
    "first",
    "key",
    "stored",
    "virtual",
    "persisted",
    "visible",
    "invisible",
    "deferrable",
    "initially",
    "default",
    "as",
    "identity",
    "storage",
    "compression",
    "using",
    "not",
    "null",
    "foreign",
    "sparse",
    "rowguidcol",
    "enforced",
    "column_format",
    "srid",
    "hidden",
    "options",
    "encode",
    "no",
    "engine_attribute",
    "with",
    "serial",
];

/// Those of SQLite, which takes every other word for a part of the type (lang_createtable.html, column-constraint).
const SQLITE_OPTION_WORDS: &[&str] = &[
    "constraint",
    "primary",
    "not",
    "null",
    "unique",
    "check",
    "default",
    "collate",
    "references",
    "generated",
    "as",
    "foreign",
    "deferrable",
    "on",
    "autoincrement",
];

/// Reads a column definition; `None` where not even a name stands there.
pub(super) fn column_definition(cursor: &mut Cursor<'_>, origin: &Origin<'_>) -> Option<ColumnDefinition> {
    let name = cursor.name()?;
    Some(column_of_name(cursor, name, origin))
}

/// Reads what follows the column's name.
pub(super) fn column_of_name(cursor: &mut Cursor<'_>, name: Name, origin: &Origin<'_>) -> ColumnDefinition {
    let type_text = data_type(cursor).map(|range| cursor.slice(range).to_owned()).unwrap_or_default();
    let span = origin(name.range);
    let serial = match cursor.dialect {
        Dialect::Postgres => ColumnType::is_serial(&type_text),
        Dialect::Mysql => type_text.eq_ignore_ascii_case("serial"),
        Dialect::Sqlite | Dialect::Mssql => false,
    };
    let column = Column {
        name: name.name,
        ty: ColumnType::parse(cursor.dialect, &without_comments(cursor, &type_text)),
        nullable: !serial,
        default: serial.then_some(DefaultValue::AutoIncrement),
        generated: false,
        expression: None,
        sequence: None,
        span,
    };
    let mut options = Options { column, constraints: Vec::new(), origin, constraint_name: None };
    if serial && cursor.dialect == Dialect::Mysql {
        options.add_unique(span);
    }
    let leftover = options.read(cursor);
    let serial = serial && cursor.dialect == Dialect::Postgres;
    ColumnDefinition { column: options.column, constraints: options.constraints, leftover, serial }
}

/// Comments inside a type are rare; a type's text is read again token by token only where one may be.
fn without_comments(cursor: &Cursor<'_>, text: &str) -> String {
    if !text.contains("--") && !text.contains("/*") {
        return text.to_owned();
    }
    let tokens = super::cursor::Tokens::read(text, 0..text.len(), cursor.dialect);
    let mut words = Vec::new();
    let mut rest = tokens.cursor();
    while let Some(token) = rest.bump() {
        words.push(rest.text_of(token));
    }
    words.join(" ")
}

/// Takes a data type.
pub(super) fn data_type(cursor: &mut Cursor<'_>) -> Option<TextRange> {
    let start = *cursor;
    let first = cursor.peek()?;
    let typed = match first.kind {
        TokenKind::Word => !is_option(cursor) || cursor.is(&["serial"]),
        TokenKind::Quoted => true,
        _ => false,
    };
    if !typed {
        return None;
    }
    cursor.dotted()?;
    while continues_type(cursor) {
        cursor.skip_one();
    }
    Some(start.range_until(cursor))
}

/// Whether the next token still belongs to the type, and is stepped over by one.
fn continues_type(cursor: &mut Cursor<'_>) -> bool {
    let Some(token) = cursor.peek() else {
        return false;
    };
    match token.kind {
        TokenKind::Symbol(b'(' | b'[' | b']' | b'%') => true,
        // The bound of an array: `text[3]`.
        TokenKind::Number => cursor.is_symbol_at(1, b']'),
        TokenKind::Word if cursor.dialect == Dialect::Sqlite => !cursor.is_any(SQLITE_OPTION_WORDS),
        TokenKind::Word => continues_type_word(cursor),
        _ => false,
    }
}

fn continues_type_word(cursor: &mut Cursor<'_>) -> bool {
    const PARTS: &[&str] = &[
        "varying",
        "precision",
        "unsigned",
        "signed",
        "zerofill",
        "array",
        "binary",
        "ascii",
        "unicode",
        "varchar",
        "varcharacter",
        "character",
        "char",
        "zone",
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "second",
        "to",
        "byte",
    ];
    if cursor.is_any(&["with", "without"]) {
        let zoned = cursor.is_word_at(1, "time") || cursor.is_word_at(1, "local");
        if zoned {
            cursor.bump();
        }
        return zoned;
    }
    if cursor.is(&["character", "set"]) {
        cursor.bump();
        cursor.bump();
        return !cursor.is_at_end();
    }
    if cursor.is_any(&["charset"]) {
        cursor.bump();
        return !cursor.is_at_end();
    }
    cursor.is_any(PARTS)
}

fn is_option(cursor: &Cursor<'_>) -> bool {
    cursor.is_any(OPTION_WORDS)
}

/// Reads what follows a column's type.
struct Options<'o> {
    column: Column,
    constraints: Vec<Constraint>,
    origin: &'o Origin<'o>,
    /// The name before the constraint that comes next.
    constraint_name: Option<String>,
}

impl Options<'_> {
    /// Reads all options; gives what was not understood.
    fn read(&mut self, cursor: &mut Cursor<'_>) -> Option<TextRange> {
        let mut leftover: Option<TextRange> = None;
        while let Some(token) = cursor.peek() {
            if !self.read_option(cursor) {
                leftover = Some(leftover.map_or(token.range(), |range| range.cover(token.range())));
                cursor.skip_one();
            }
        }
        leftover
    }

    /// Reads one option; `false` where it is not known, and nothing is taken.
    fn read_option(&mut self, cursor: &mut Cursor<'_>) -> bool {
        if cursor.eat(&["constraint"]) {
            self.constraint_name = None;
            if !is_option(cursor) {
                self.constraint_name = cursor.name().map(|name| name.name);
            }
            return true;
        }
        self.read_key(cursor)
            || self.read_value(cursor)
            || self.read_generated(cursor)
            || skip_attribute(cursor)
    }

    fn span_from(&self, start: &Cursor<'_>, cursor: &Cursor<'_>) -> Span {
        (self.origin)(start.range_until(cursor))
    }

    fn add_unique(&mut self, span: Span) {
        let name = self.constraint_name.take();
        self.constraints.push(Constraint::Unique(Unique {
            name,
            columns: vec![self.column.name.clone()],
            span,
        }));
    }

    fn read_key(&mut self, cursor: &mut Cursor<'_>) -> bool {
        let start = *cursor;
        let table_level = cursor.is(&["foreign", "key"])
            || (cursor.is(&["primary", "key"]) && cursor.is_symbol_at(2, b'('))
            || (cursor.is(&["unique"]) && cursor.is_symbol_at(1, b'('));
        if table_level {
            // A table constraint without the comma before it: SQLite takes it.
            let name = self.constraint_name.take();
            return match key::table_constraint(cursor, name, self.origin) {
                Some(constraint) => {
                    self.constraints.extend(constraint);
                    true
                }
                None => false,
            };
        }
        if cursor.eat(&["primary", "key"]) || (cursor.dialect == Dialect::Mysql && cursor.eat(&["key"])) {
            self.read_primary_key(start, cursor);
            return true;
        }
        if cursor.eat(&["unique"]) {
            cursor.eat_any(&["key", "index"]);
            cursor.eat_any(&["clustered", "nonclustered"]);
            let _ = cursor.eat(&["nulls", "not", "distinct"]) || cursor.eat(&["nulls", "distinct"]);
            let span = self.span_from(&start, cursor);
            self.add_unique(span);
            return true;
        }
        if cursor.eat(&["references"]) {
            let (name, columns) = (self.constraint_name.take(), vec![self.column.name.clone()]);
            let found = key::references(cursor, name, columns, start, self.origin);
            self.constraints.extend(found.map(Constraint::ForeignKey));
            return true;
        }
        self.read_check(start, cursor)
    }

    fn read_primary_key(&mut self, start: Cursor<'_>, cursor: &mut Cursor<'_>) {
        let descending = cursor.eat(&["desc"]);
        cursor.eat_any(&["asc", "clustered", "nonclustered"]);
        if self.column.default.is_none() && cursor.eat_any(&["autoincrement", "auto_increment"]) {
            self.column.default = Some(DefaultValue::AutoIncrement);
        }
        let span = self.span_from(&start, cursor);
        let (name, columns) = (self.constraint_name.take(), vec![self.column.name.clone()]);
        let key = PrimaryKey { descending, ..PrimaryKey::new(name, columns, span) };
        self.constraints.push(Constraint::PrimaryKey(key));
    }

    fn read_check(&mut self, start: Cursor<'_>, cursor: &mut Cursor<'_>) -> bool {
        if !cursor.is(&["check"]) || !cursor.is_symbol_at(1, b'(') {
            return false;
        }
        cursor.bump();
        let expression =
            cursor.parentheses().map(|inner| inner.slice(inner.range()).to_owned()).unwrap_or_default();
        let span = self.span_from(&start, cursor);
        let check = Check::new(self.constraint_name.take(), expression, span);
        // MariaDB calls a column's unnamed check as the column is.
        let alias = check.name.is_none().then(|| self.column.name.clone());
        self.constraints.push(Constraint::Check(Check { alias, ..check }));
        true
    }

    /// NULL, NOT NULL, DEFAULT.
    fn read_value(&mut self, cursor: &mut Cursor<'_>) -> bool {
        if cursor.eat(&["not", "null"]) {
            self.column.nullable = false;
            cursor.eat(&["enable"]);
        } else if cursor.eat(&["null"]) {
            // What counts up is never NULL, and NULL after NOT NULL is an error: the first word stays.
        } else if cursor.eat(&["default"]) {
            (self.column.default, self.column.sequence) = default_and_sequence(cursor);
            self.constraint_name = None;
        } else if cursor.eat_any(&["auto_increment", "autoincrement"]) {
            self.column.default = Some(DefaultValue::AutoIncrement);
            self.column.nullable &= cursor.dialect != Dialect::Mysql;
        } else if cursor.is(&["identity"]) {
            cursor.bump();
            let _ = cursor.parentheses();
            self.set_identity();
        } else {
            return false;
        }
        true
    }

    fn set_identity(&mut self) {
        self.column.default = Some(DefaultValue::AutoIncrement);
        self.column.nullable = false;
    }

    /// `GENERATED ... AS IDENTITY`, `GENERATED ALWAYS AS (...)`, `AS (...)`, `GENERATED ALWAYS AS ROW START`.
    fn read_generated(&mut self, cursor: &mut Cursor<'_>) -> bool {
        let mut ahead = *cursor;
        let generated = ahead.eat(&["generated"]);
        let _ = ahead.eat(&["always"]) || ahead.eat(&["by", "default"]);
        ahead.eat(&["on", "null"]);
        if ahead.eat(&["as", "identity"]) {
            let _ = ahead.parentheses();
            self.set_identity();
        } else if ahead.eat(&["as", "row"]) {
            ahead.eat_any(&["start", "end"]);
            self.column.generated = true;
        } else if ahead.is(&["as"]) && (generated || ahead.is_symbol_at(1, b'(')) {
            ahead.bump();
            let start = ahead;
            self.column.expression = match ahead.parentheses() {
                Some(inner) => Some(inner.slice(inner.range()).to_owned()),
                None => {
                    ahead.take_until(is_option);
                    Some(ahead.slice(start.range_until(&ahead)).to_owned())
                }
            };
            ahead.eat_any(&["stored", "virtual", "persisted", "persistent"]);
            self.column.generated = true;
        } else {
            return false;
        }
        *cursor = ahead;
        true
    }
}

/// The default of a column; `NULL` is none.
pub(super) fn default_value(cursor: &mut Cursor<'_>) -> Option<DefaultValue> {
    DefaultValue::of_expression(default_text(cursor))
}

/// The default of a column, and the sequence that it counts with.
pub(super) fn default_and_sequence(cursor: &mut Cursor<'_>) -> (Option<DefaultValue>, Option<TableName>) {
    let text = default_text(cursor);
    let sequence = if cursor.dialect == Dialect::Postgres { sequence_of(text) } else { None };
    (DefaultValue::of_expression(text), sequence)
}

/// The sequence in `nextval('"Some"."thing"'::regclass)`.
fn sequence_of(text: &str) -> Option<TableName> {
    let call = text.trim().get(..7).filter(|start| start.eq_ignore_ascii_case("nextval"))?;
    let inner =
        text.trim().get(call.len()..)?.trim_start().strip_prefix('(')?.trim_start().strip_prefix('\'')?;
    let (name, _) = inner.split_once('\'')?;
    let tokens = super::cursor::Tokens::read(name, 0..name.len(), Dialect::Postgres);
    tokens.cursor().table_name().map(|(name, _)| name)
}

fn default_text<'t>(cursor: &mut Cursor<'t>) -> &'t str {
    let start = *cursor;
    // The first token is the value's whatever word it is: `DEFAULT NULL`.
    if !cursor.is_at_end() {
        cursor.skip_one();
    }
    loop {
        cursor.take_until(is_option);
        // `timestamp with time zone 'epoch'` goes on.
        if !cursor.eat(&["with", "time", "zone"]) {
            break;
        }
    }
    cursor.slice(start.range_until(cursor))
}

/// Attributes of a column that leave the model as it is.
fn skip_attribute(cursor: &mut Cursor<'_>) -> bool {
    let start = *cursor;
    if cursor.eat(&["on", "update"]) || cursor.eat(&["comment"]) {
        cursor.eat_symbol(b'=');
        if !cursor.is_at_end() {
            cursor.skip_one();
        }
        // MySQL: the precision of CURRENT_TIMESTAMP(3).
        let _ = cursor.parentheses();
        return true;
    }
    let pairs: &[&[&str]] = &[
        &["on", "conflict"],
        &["on", "delete"],
        &["character", "set"],
        &["initially"],
        &["storage"],
        &["compression"],
        &["after"],
        &["column_format"],
        &["srid"],
        &["engine_attribute"],
        &["charset"],
        &["encode"],
    ];
    for pair in pairs {
        if cursor.eat(pair) {
            cursor.bump();
            return true;
        }
    }
    if cursor.eat(&["collate"]) {
        return cursor.dotted().is_some();
    }
    if cursor.eat(&["options"]) || cursor.eat(&["with"]) {
        let _ = cursor.parentheses();
        return true;
    }
    let found = cursor.eat(&["not", "deferrable"])
        || cursor.eat(&["not", "enforced"])
        || cursor.eat(&["not", "valid"])
        || cursor.eat(&["no", "inherit"])
        || cursor.eat(&["not", "for", "replication"])
        || cursor.eat_any(&[
            "deferrable",
            "enforced",
            "first",
            "visible",
            "invisible",
            "stored",
            "virtual",
            "hidden",
            "sparse",
            "rowguidcol",
            "binary",
            "asc",
            "desc",
            "nonclustered",
            "clustered",
            "using",
        ]);
    if !found {
        *cursor = start;
    }
    found
}
