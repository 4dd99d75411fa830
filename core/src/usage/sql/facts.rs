//! What a statement says about tables and columns.

use crate::schema::TableName;
use crate::text::Span;
use crate::usage::{Access, Confidence};

/// What a statement names, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlStatement {
    /// What it does.
    pub kind: StatementKind,
    /// Its bytes.
    pub span: Span,
    /// Tables named.
    pub tables: Vec<TableUse>,
    /// Columns named, in the text or through `*` and the like.
    pub columns: Vec<ColumnUse>,
    /// What it inserts.
    pub inserts: Vec<InsertUse>,
    /// The unique keys that its `ON CONFLICT` clauses need.
    pub conflict_targets: Vec<ConflictTargetUse>,
    /// String literals compared with or written to a column, or cast to an enum.
    pub compared_strings: Vec<ComparedString>,
    /// Columns that get a literal NULL.
    pub null_writes: Vec<NullWrite>,
    /// The columns of its rows, for typing them.
    pub output: Vec<OutputColumn>,
    /// Whether `output` is all of them.
    pub output_complete: bool,
    /// What was not resolved.
    pub unresolved: Vec<UnresolvedName>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatementKind {
    /// `SELECT`, `VALUES`, `TABLE`, a `WITH` that ends in one.
    Select,
    /// `INSERT`, `REPLACE`.
    Insert,
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
    /// `MERGE`.
    Merge,
    /// `CREATE VIEW`, `CREATE TABLE ... AS`.
    CreateFrom,
    /// One that makes, alters or drops tables and indexes: it is the schema, and no use of it.
    Definition,
    /// Any other that the parser understood.
    Other,
    /// One that did not parse: what it names was read from its words.
    Unparsed,
}

/// A table named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableUse {
    /// The table, by its name in the schema; as written where it is not in the schema.
    pub table: TableName,
    /// Whether it is in the schema.
    pub resolved: bool,
    /// The name itself.
    pub span: Span,
    /// What is done with it.
    pub access: Access,
    /// How sure it is.
    pub confidence: Confidence,
}

/// A column named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    /// The table.
    pub table: TableName,
    /// The column.
    pub column: String,
    /// The name itself; for what is named implicitly, the `*`, the keyword or the table.
    pub span: Span,
    /// What is done with it.
    pub access: Access,
    /// How it is named.
    pub via: Via,
    /// How sure it is.
    pub confidence: Confidence,
}

/// How a column is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Via {
    /// By its name.
    Name,
    /// By the same name, in a query around the one that selects it from the table.
    Derived,
    /// By `*` or `t.*`.
    Wildcard,
    /// By `RETURNING *`.
    Returning,
    /// By the whole row: `row_to_json(t)`.
    Row,
    /// By its position in an INSERT without a column list.
    Position,
    /// By `NATURAL JOIN`.
    Natural,
}

impl ColumnUse {
    /// Whether no text names the column.
    pub fn implicit(&self) -> bool {
        match self.via {
            Via::Name | Via::Derived => false,
            Via::Wildcard | Via::Returning | Via::Row | Via::Position | Via::Natural => true,
        }
    }
}

/// An INSERT into a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsertUse {
    /// The table.
    pub table: TableName,
    /// The table's name in the statement.
    pub span: Span,
    /// The columns that it sets; `None` where it goes by position.
    pub columns: Option<Vec<String>>,
    /// How many values each row has, where that is known.
    pub width: Option<usize>,
    /// Whether `columns` are all; else some come from a hole.
    pub complete: bool,
    /// Columns that get a literal NULL.
    pub null_columns: Vec<String>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// The unique key that an `ON CONFLICT` needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictTargetUse {
    /// The table.
    pub table: TableName,
    /// The key.
    pub target: ConflictKey,
    /// The columns, or the constraint's name.
    pub span: Span,
}

/// How an `ON CONFLICT` names its unique key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictKey {
    /// By its columns.
    Columns(Vec<String>),
    /// By the constraint's name.
    Constraint(String),
}

/// A string literal that meets a column or an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedString {
    /// What it meets.
    pub with: ComparedWith,
    /// Its value.
    pub value: String,
    /// Its bytes, without the quotes.
    pub span: Span,
    /// Written to the column, or compared with it.
    pub access: Access,
}

/// What a string literal meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComparedWith {
    /// A column.
    Column(TableName, String),
    /// An enum type, by a cast.
    Enum(TableName),
}

/// A column that gets a literal NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NullWrite {
    /// The table.
    pub table: TableName,
    /// The column.
    pub column: String,
    /// The NULL.
    pub span: Span,
}

/// A column of the rows that a statement gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name in the row; empty where the expression has none.
    pub name: String,
    /// The table's column that it is, where it is one unchanged.
    pub source: Option<(TableName, String)>,
    /// The alias, the name or the `*`.
    pub span: Span,
    /// Whether `*` brought it.
    pub wildcard: bool,
}

/// Something that was not resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedName {
    /// The place.
    pub span: Span,
    /// The name, where it is one: it can only stand for a column or table of this name.
    pub name: Option<String>,
    /// Why, without a final full stop.
    pub reason: String,
}
