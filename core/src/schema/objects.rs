//! What stands beside and behind tables: domains, sequences, partitions.

use crate::schema::{Check, ColumnType, DefaultValue, TableName};
use crate::text::Span;

/// A type with rules of its own (PostgreSQL).
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    /// Its name, with its schema where it is not the default one.
    pub name: TableName,
    /// The type that its values have.
    pub ty: ColumnType,
    /// `COLLATE`, as written.
    pub collation: Option<String>,
    /// Whether its values may be NULL.
    pub nullable: bool,
    /// What a column of it takes that has no default of its own.
    pub default: Option<DefaultValue>,
    /// Its conditions, where `VALUE` is the value.
    pub checks: Vec<Check>,
    /// Where it was made.
    pub span: Span,
}

/// A sequence that can be dropped: those of identity columns are parts of their columns (PostgreSQL).
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// Its name, with its schema where it is not the default one.
    pub name: TableName,
    /// The table and column that it goes with when they are dropped.
    pub owner: Option<(TableName, String)>,
    /// Where it was made.
    pub span: Span,
}

/// How the rows of a table are divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partitioning {
    /// What stands behind `PARTITION BY`, as written: `RANGE (created_at)`.
    pub by: String,
    /// The partitions, where they are no tables of their own (MySQL).
    pub parts: Vec<Partition>,
}

/// A partition that is no table of its own (MySQL).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Its name.
    pub name: String,
    /// Its definition, as written: `PARTITION p0 VALUES LESS THAN (10)`.
    pub text: String,
}
