//! One statement: which kind it is, and who reads it.

use std::ops::Range;

use super::column::Origin;
use super::cursor::{Cursor, Tokens};
use super::routine::Definitions;
use super::split::split_range;
use super::transaction::Transaction;
use crate::migration::{Condition, Operation, OperationKind};
use crate::schema::{Column, Dialect, TableName};
use crate::text::TextRange;

/// How deep statements may stand in the bodies and strings of others.
pub(super) const DEEPEST: usize = 4;

/// Reads the statements of one text in order, remembering what they say to those that follow.
pub(super) struct Reader<'a> {
    pub text: &'a str,
    pub dialect: Dialect,
    pub origin: &'a Origin<'a>,
    /// The schema that unqualified names are in, where it is not the default one.
    pub search_path: Option<String>,
    /// Tables that end with the session: what happens to them is no matter of the model.
    pub temporary: Vec<TableName>,
    /// Whether the statement being read stands under a condition.
    pub conditional: bool,
    /// The conditions that it stands under, as far as they are understood.
    pub conditions: Vec<Condition>,
    /// Whether the statement being read says `ONLY`.
    pub only: bool,
    /// Whether the view that is read next keeps its rows.
    pub materialized: bool,
    /// What `ROLLBACK` would take back.
    pub transaction: Transaction,
    /// Routines whose bodies stand in this text, and variables that hold statements.
    pub known: Definitions,
    pub depth: usize,
    pub operations: Vec<Operation>,
}

impl<'a> Reader<'a> {
    /// A reader of this text.
    pub fn new(text: &'a str, dialect: Dialect, origin: &'a Origin<'a>) -> Self {
        Self {
            text,
            dialect,
            origin,
            search_path: None,
            temporary: Vec::new(),
            conditional: false,
            conditions: Vec::new(),
            only: false,
            materialized: false,
            transaction: Transaction::default(),
            known: Definitions::default(),
            depth: 0,
            operations: Vec::new(),
        }
    }

    /// Reads all statements of a part of the text.
    pub fn read_range(&mut self, range: Range<usize>) {
        for statement in split_range(self.text, range, self.dialect) {
            self.read_statement(statement);
        }
    }

    /// Reads one statement.
    pub fn read_statement(&mut self, range: Range<usize>) {
        let tokens = Tokens::read(self.text, range, self.dialect);
        let mut cursor = tokens.cursor();
        if cursor.is_at_end() {
            return;
        }
        let whole = cursor;
        if self.read_head(&mut cursor).is_none() {
            self.opaque(whole, whole.range(), "the statement is not understood");
        }
    }

    /// Reads a statement by its first words; `None` where it is not understood.
    pub fn read_head(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        let word = cursor.word()?;
        match word.as_str() {
            "create" => self.read_create(cursor),
            "alter" => self.read_alter(cursor),
            "drop" => self.read_drop(cursor),
            "rename" => self.read_rename_tables(cursor),
            "update" => self.read_update(cursor),
            "insert" => self.read_insert(cursor),
            "do" => self.read_do(cursor),
            "set" => self.read_set(cursor),
            "select" | "with" | "values" | "table" => self.read_query(cursor),
            "exec" | "execute" => self.read_execute(cursor),
            "prepare" => self.read_prepare(cursor),
            "call" => self.read_call(cursor),
            "pragma" => {
                if self.read_setting(whole).is_none() {
                    self.irrelevant(whole);
                }
                Some(())
            }
            "begin" | "declare" | "if" | "import" | "while" => self.read_program(cursor),
            _ if is_irrelevant(&word) => {
                self.follow_transaction(whole);
                self.irrelevant(whole);
                Some(())
            }
            _ => None,
        }
    }

    /// Adds an operation; a step under a condition is marked so.
    pub fn push(&mut self, range: TextRange, kind: OperationKind) {
        let known = matches!(kind, OperationKind::Irrelevant | OperationKind::Opaque { .. });
        let kind = if self.only && !known { OperationKind::Only { operation: Box::new(kind) } } else { kind };
        let kind = if self.conditional && !known {
            let condition = match self.conditions.as_slice() {
                [] => Condition::Unknown,
                [one] => one.clone(),
                several => Condition::All(several.to_vec()),
            };
            OperationKind::Conditional { operation: Box::new(kind), condition }
        } else {
            kind
        };
        self.operations.push(Operation { kind, span: (self.origin)(range) });
    }

    /// Asks the condition here, so that what follows stands under the answer and not under what became of the model
    /// meanwhile.
    pub fn ask(&mut self, range: TextRange, condition: Condition) -> Condition {
        if condition == Condition::Unknown {
            return condition;
        }
        let span = (self.origin)(range);
        self.operations.push(Operation { kind: OperationKind::Ask { condition }, span });
        Condition::Answer(span)
    }

    pub fn irrelevant(&mut self, whole: Cursor<'_>) {
        self.push(whole.range(), OperationKind::Irrelevant);
    }

    /// Reports a part of a statement that was not understood.
    pub fn opaque(&mut self, statement: Cursor<'_>, range: TextRange, reason: &str) {
        let tables = tables_touched(statement);
        self.push(range, OperationKind::Opaque { reason: reason.to_owned(), tables });
    }

    /// The name along the search path.
    pub fn qualified(&self, name: TableName) -> TableName {
        match (&name.schema, &self.search_path) {
            (None, Some(schema)) => TableName { schema: Some(schema.clone()), name: name.name },
            _ => name,
        }
    }

    /// Takes the sequence of a column's default along the search path.
    pub fn qualify_sequence(&self, column: &mut Column) {
        column.sequence = column.sequence.take().map(|name| self.qualified(name));
    }

    /// Takes a table's name.
    pub fn table_name(&self, cursor: &mut Cursor<'_>) -> Option<(TableName, TextRange)> {
        let mut ahead = *cursor;
        let is_qualified = ahead.dotted().is_some_and(|parts| parts.len() > 1);
        let (name, range) = cursor.table_name()?;
        // `public.t` is in the default schema, wherever the path leads.
        Some((if is_qualified { name } else { self.qualified(name) }, range))
    }

    pub fn is_temporary(&self, name: &TableName) -> bool {
        self.temporary.contains(name)
    }

    /// `SET search_path TO a, b`, `SET SCHEMA 'a'`; every other setting leaves the model as it is.
    fn read_set(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        if self.read_setting(whole).is_some() {
            return Some(());
        }
        cursor.bump();
        cursor.eat_any(&["local", "session"]);
        if self.dialect == Dialect::Mysql && cursor.eat_symbol(b'@') {
            self.assign(*cursor);
            self.irrelevant(whole);
            return Some(());
        }
        let path = cursor.eat(&["search_path"]) && (cursor.eat_symbol(b'=') || cursor.eat(&["to"]));
        if path || cursor.eat(&["schema"]) {
            let first = cursor.string().map(|(name, _)| name).or_else(|| cursor.name().map(|name| name.name));
            self.set_search_path(first.as_deref());
        }
        self.irrelevant(whole);
        Some(())
    }

    pub fn set_search_path(&mut self, schema: Option<&str>) {
        let own = schema.filter(|schema| {
            let default = Some(*schema) == self.dialect.default_schema();
            !default
                && !schema.is_empty()
                && !schema.starts_with('$')
                && !schema.eq_ignore_ascii_case("default")
        });
        self.search_path = own.map(str::to_owned);
    }

    /// The reader of a text inside this one's, with what this one knows.
    pub fn nested<'b>(&self, text: &'b str, origin: &'b Origin<'b>) -> Option<Reader<'b>> {
        if self.depth >= DEEPEST {
            return None;
        }
        Some(Reader {
            text,
            dialect: self.dialect,
            origin,
            search_path: self.search_path.clone(),
            temporary: self.temporary.clone(),
            conditional: self.conditional,
            conditions: self.conditions.clone(),
            only: self.only,
            materialized: false,
            transaction: Transaction::default(),
            known: Definitions::default(),
            depth: self.depth + 1,
            operations: Vec::new(),
        })
    }
}

/// Statements that by their first word cannot change what tables and columns there are.
fn is_irrelevant(word: &str) -> bool {
    matches!(
        word,
        "delete"
            | "merge"
            | "replace"
            | "truncate"
            | "copy"
            | "load"
            | "upsert"
            | "grant"
            | "revoke"
            | "comment"
            | "security"
            | "reassign"
            | "start"
            | "commit"
            | "rollback"
            | "savepoint"
            | "release"
            | "end"
            | "abort"
            | "checkpoint"
            | "reset"
            | "show"
            | "use"
            | "lock"
            | "unlock"
            | "flush"
            | "kill"
            | "discard"
            | "vacuum"
            | "analyze"
            | "analyse"
            | "reindex"
            | "cluster"
            | "refresh"
            | "optimize"
            | "repair"
            | "check"
            | "explain"
            | "describe"
            | "desc"
            | "listen"
            | "unlisten"
            | "notify"
            | "deallocate"
            | "fetch"
            | "close"
            | "open"
            | "move"
            | "attach"
            | "detach"
            | "print"
            | "go"
            | "return"
            | "raise"
            | "perform"
            | "null"
            | "deny"
            | "signal"
            | "leave"
            | "iterate"
            | "undrop"
            | "purge"
            | "help"
            | "source"
            | "delimiter"
            | "get"
            | "checksum"
            | "resignal"
    )
}

/// The tables that a statement may touch, as far as its words show them.
pub(super) fn tables_touched(statement: Cursor<'_>) -> Vec<String> {
    let mut tables = Vec::new();
    let mut cursor = statement;
    while !cursor.is_at_end() {
        let names_table = cursor.eat_any(&["table", "on", "into", "from", "join", "references", "view"])
            || cursor.eat(&["update"]);
        if !names_table {
            cursor.bump();
            continue;
        }
        while cursor
            .eat_any(&["if", "not", "exists", "only", "lateral", "delete", "update", "cascade", "set"])
        {
        }
        if let Some((name, _)) = cursor.table_name() {
            let name = name.to_string();
            if !tables.contains(&name) {
                tables.push(name);
            }
        }
    }
    tables
}
