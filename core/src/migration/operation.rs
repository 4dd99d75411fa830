//! One step of a migration.

use crate::schema::{
    Check, Column, ColumnType, DefaultValue, EnumType, ForeignKey, Index, PrimaryKey, Table, TableName,
    Unique,
};
use crate::text::Span;

/// One step of a migration, with the statement or call it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What it does.
    pub kind: OperationKind,
    /// The statement or call.
    pub span: Span,
}

/// What a step does. Names are database names.
#[derive(Debug, Clone, PartialEq)]
pub enum OperationKind {
    /// `CREATE TABLE` or `CREATE VIEW`.
    CreateTable {
        /// The table.
        table: Box<Table>,
        /// `IF NOT EXISTS`: nothing happens when the table is there.
        if_not_exists: bool,
        /// `OR REPLACE` of a view.
        or_replace: bool,
    },
    /// A table or view whose columns come from others, and are known when it is made: `CREATE VIEW`,
    /// `CREATE TABLE ... AS`, `LIKE`, `INHERITS`, `PARTITION OF`.
    CreateTableFrom {
        /// The table, with the columns and constraints of its own.
        table: Box<Table>,
        /// The columns that come from elsewhere, in order; the table's own ones follow them.
        sources: Vec<ColumnSource>,
        /// The names of the columns that come from elsewhere, where the statement lists them.
        names: Vec<String>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// `OR REPLACE` of a view.
        or_replace: bool,
    },
    /// `DROP TABLE` or `DROP VIEW`.
    DropTable {
        /// The table.
        table: TableName,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// A table gets another name, or moves to another schema.
    RenameTable {
        /// The name before.
        table: TableName,
        /// The name after.
        to: TableName,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// A column is added.
    AddColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: Box<Column>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// A column is dropped.
    DropColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// A column gets another name.
    RenameColumn {
        /// The table.
        table: TableName,
        /// The name before.
        column: String,
        /// The name after.
        to: String,
    },
    /// A column's type, nullability or default changes.
    AlterColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// What changes.
        alteration: ColumnAlteration,
    },
    /// A constraint or index is added.
    AddConstraint {
        /// The table.
        table: TableName,
        /// The constraint.
        constraint: Constraint,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// A named constraint (of any kind) is dropped.
    DropConstraint {
        /// The table.
        table: TableName,
        /// The constraint's name; `None` drops the primary key (MySQL's `DROP PRIMARY KEY`).
        name: Option<String>,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// A named index is dropped.
    DropIndex {
        /// The table, where the statement names it (MySQL, Alembic).
        table: Option<TableName>,
        /// The index's name, and its schema where given.
        index: TableName,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// A constraint or index gets another name.
    RenameConstraint {
        /// The table, where the statement names it.
        table: Option<TableName>,
        /// The name before.
        name: String,
        /// The name after.
        to: String,
    },
    /// `CREATE TYPE ... AS ENUM`.
    CreateEnum {
        /// The type.
        item: EnumType,
        /// Nothing happens when the type is there.
        if_not_exists: bool,
    },
    /// `DROP TYPE` of an enum.
    DropEnum {
        /// The type.
        name: TableName,
    },
    /// `ALTER TYPE ... RENAME TO`.
    RenameEnum {
        /// The name before.
        name: TableName,
        /// The name after.
        to: TableName,
    },
    /// `ALTER TYPE ... ADD VALUE`.
    AddEnumValue {
        /// The type.
        name: TableName,
        /// The value.
        value: String,
        /// The value it stands before, where given.
        before: Option<String>,
        /// The value it stands after, where given.
        after: Option<String>,
    },
    /// `ALTER TYPE ... RENAME VALUE`.
    RenameEnumValue {
        /// The type.
        name: TableName,
        /// The value before.
        value: String,
        /// The value after.
        to: String,
    },
    /// Rows are copied from one column into another (`UPDATE t SET b = a`): evidence for a rename.
    CopyColumn {
        /// The table.
        table: TableName,
        /// Where the value comes from.
        column: String,
        /// Where it goes.
        to: String,
    },
    /// `DROP SCHEMA`, with all that is in it.
    DropSchema {
        /// The schema.
        name: String,
    },
    /// A step that the database takes or leaves by a condition that only it can decide (`DO $$ ... IF ... $$`): taken
    /// where it fits the model, else left without a word.
    Conditional {
        /// The step.
        operation: Box<OperationKind>,
    },
    /// Known to leave the model as it is: GRANT, COMMENT, data changes.
    Irrelevant,
    /// Not understood: reported with its place.
    Opaque {
        /// Why, as a sentence without a final full stop.
        reason: String,
        /// The tables it may touch, as far as they can be seen.
        tables: Vec<String>,
    },
}

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

/// What comes along with the columns of another table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopiedParts {
    /// Names and types: a query.
    Types,
    /// `NOT NULL` too: PostgreSQL's `LIKE` (manual, CREATE TABLE).
    Nullability,
    /// Defaults and checks too: `INHERITS`.
    Defaults,
    /// All but foreign keys: `LIKE ... INCLUDING ALL`, MySQL's `LIKE`, `PARTITION OF`.
    Everything,
}

/// What changes about a column. `None` leaves it as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColumnAlteration {
    /// The type after.
    pub ty: Option<ColumnType>,
    /// Nullability after.
    pub nullable: Option<bool>,
    /// Default after; the inner `None` drops it.
    pub default: Option<Option<DefaultValue>>,
    /// Whether it is computed, after.
    pub generated: Option<bool>,
}

/// A constraint or index to add.
#[derive(Debug, Clone, PartialEq)]
pub enum Constraint {
    /// A primary key.
    PrimaryKey(PrimaryKey),
    /// A unique constraint.
    Unique(Unique),
    /// A foreign key.
    ForeignKey(ForeignKey),
    /// An index.
    Index(Index),
    /// A check.
    Check(Check),
}
