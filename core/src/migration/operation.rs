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
