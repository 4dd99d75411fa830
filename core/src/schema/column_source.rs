//! Where the columns of a view, or of a table made from others, come from.

use crate::schema::{Column, ColumnType, TableName};
use crate::text::Span;

/// Where columns of a new table come from.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnSource {
    /// All columns of another table: `SELECT *`, `LIKE`, `INHERITS`, `PARTITION OF`.
    All {
        /// The other table.
        table: TableName,
        /// What comes along.
        copy: CopiedParts,
        /// Where it is named.
        span: Span,
    },
    /// A column that the statement defines itself, between those that come from elsewhere.
    Own(Box<Column>),
    /// A column of a query that is a plain column of one of its tables.
    Column {
        /// The table, or those that may be meant where the column stands alone.
        tables: Vec<TableName>,
        /// The column there.
        column: String,
        /// The column's name in the new table.
        name: String,
        /// Where its name stands.
        span: Span,
    },
    /// A column of a query that is computed.
    Expression {
        /// The column's name in the new table.
        name: String,
        /// Its type, where a cast says it.
        ty: Option<ColumnType>,
        /// Where its name stands.
        span: Span,
    },
}

/// What comes along with the columns of another table, beside their names and types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CopiedParts {
    /// `NOT NULL`.
    pub nullability: bool,
    /// Defaults.
    pub defaults: bool,
    /// Whether the column is computed.
    pub generated: bool,
    /// Check constraints.
    pub checks: bool,
    /// The primary key, unique constraints and indexes.
    pub keys: bool,
    /// Foreign keys.
    pub foreign_keys: bool,
}

impl CopiedParts {
    /// Names and types alone: a query.
    pub const TYPES: Self = Self {
        nullability: false,
        defaults: false,
        generated: false,
        checks: false,
        keys: false,
        foreign_keys: false,
    };
    /// PostgreSQL's `LIKE` without options (manual, CREATE TABLE).
    pub const NULLABILITY: Self = Self { nullability: true, ..Self::TYPES };
    /// `INHERITS`.
    pub const INHERITED: Self = Self { defaults: true, generated: true, checks: true, ..Self::NULLABILITY };
    /// `LIKE ... INCLUDING ALL`, MySQL's `LIKE`.
    pub const DEFINITION: Self = Self { keys: true, ..Self::INHERITED };
    /// `PARTITION OF`.
    pub const EVERYTHING: Self = Self { foreign_keys: true, ..Self::DEFINITION };
}
