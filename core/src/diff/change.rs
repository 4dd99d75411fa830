//! One difference between two schemas.

use crate::diff::Pair;
use crate::schema::{Column, ColumnType, TableName};
use crate::text::Span;

/// One difference, with the place that makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What differs.
    pub kind: ChangeKind,
    /// The operation (statement, call) that does it; where two schema files are compared, the item in the later file,
    /// or in the earlier one if it is gone.
    pub span: Span,
    /// Where the thing was declared before the change, if it was.
    pub declared: Option<Span>,
    /// For a drop beside a like addition: the column or table that it may have been renamed to.
    pub rename_candidate: Option<String>,
}

impl Change {
    /// A change that is no candidate for a rename.
    pub(super) fn new(kind: ChangeKind, span: Span, declared: Option<Span>) -> Self {
        Self { kind, span, declared, rename_candidate: None }
    }
}

/// What differs. A rename is one change, not a drop and an addition.
#[derive(Debug, Clone, PartialEq)]
pub enum ChangeKind {
    /// A table or view is new.
    AddTable {
        /// The table.
        table: TableName,
    },
    /// A table or view is gone.
    DropTable {
        /// The table.
        table: TableName,
    },
    /// A table has another name.
    RenameTable {
        /// Names before and after.
        table: Pair<TableName>,
    },
    /// A column is new.
    AddColumn {
        /// The table, by its name after.
        table: TableName,
        /// The column.
        column: Box<Column>,
    },
    /// A column is gone.
    DropColumn {
        /// The table, by its name before.
        table: TableName,
        /// The column.
        column: String,
    },
    /// A column has another name.
    RenameColumn {
        /// The table, by its name before.
        table: TableName,
        /// Names before and after.
        column: Pair<String>,
    },
    /// A column's type differs.
    AlterColumnType {
        /// The table, by its name before.
        table: TableName,
        /// The column, by its name before.
        column: String,
        /// Types before and after.
        ty: Pair<ColumnType>,
        /// How readers and writers fare.
        effect: TypeChange,
    },
    /// A required column became nullable, or the other way round.
    AlterColumnNullability {
        /// The table, by its name before.
        table: TableName,
        /// The column, by its name before.
        column: String,
        /// Whether it is nullable after the change.
        nullable: bool,
        /// Whether the database fills in a value after the change.
        has_default: bool,
    },
    /// A column's default differs.
    AlterColumnDefault {
        /// The table, by its name before.
        table: TableName,
        /// The column, by its name before.
        column: String,
        /// Whether there is a default before and after.
        has_default: Pair<bool>,
    },
    /// An enum type is new.
    AddEnum {
        /// The type.
        name: TableName,
    },
    /// An enum type is gone.
    DropEnum {
        /// The type.
        name: TableName,
    },
    /// An enum has one value more.
    AddEnumValue {
        /// The type.
        name: TableName,
        /// The value.
        value: String,
    },
    /// An enum has one value less.
    DropEnumValue {
        /// The type.
        name: TableName,
        /// The value.
        value: String,
    },
    /// A value of an enum has another name.
    RenameEnumValue {
        /// The type.
        name: TableName,
        /// Values before and after.
        value: Pair<String>,
    },
    /// Columns became unique (constraint, unique index or primary key).
    AddUnique {
        /// The table, by its name after.
        table: TableName,
        /// The columns.
        columns: Vec<String>,
    },
    /// Columns are no longer unique.
    DropUnique {
        /// The table, by its name before.
        table: TableName,
        /// The columns, by their names before.
        columns: Vec<String>,
        /// The constraint's or index's name, where known.
        name: Option<String>,
    },
    /// A foreign key is new.
    AddForeignKey {
        /// The table, by its name after.
        table: TableName,
        /// The columns.
        columns: Vec<String>,
    },
    /// A foreign key is gone.
    DropForeignKey {
        /// The table, by its name before.
        table: TableName,
        /// The columns.
        columns: Vec<String>,
    },
    /// A foreign key references other columns of its table, or does something else to its rows (`ON DELETE`,
    /// `ON UPDATE`).
    AlterForeignKey {
        /// The table, by its name before.
        table: TableName,
        /// The columns, by their names before.
        columns: Vec<String>,
    },
}

impl ChangeKind {
    /// The table that changes, by the name that the change has for it; `None` for changes of enums.
    pub fn table(&self) -> Option<&TableName> {
        match self {
            Self::RenameTable { table } => Some(&table.before),
            Self::AddTable { table }
            | Self::DropTable { table }
            | Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterColumnType { table, .. }
            | Self::AlterColumnNullability { table, .. }
            | Self::AlterColumnDefault { table, .. }
            | Self::AddUnique { table, .. }
            | Self::DropUnique { table, .. }
            | Self::AddForeignKey { table, .. }
            | Self::DropForeignKey { table, .. }
            | Self::AlterForeignKey { table, .. } => Some(table),
            Self::AddEnum { .. }
            | Self::DropEnum { .. }
            | Self::AddEnumValue { .. }
            | Self::DropEnumValue { .. }
            | Self::RenameEnumValue { .. } => None,
        }
    }
}

/// How readers and writers fare when a column's type changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeChange {
    /// Every value before is a value after: `int` to `bigint`, a longer `varchar`.
    Widening,
    /// Some values before are none after: `bigint` to `int`, a shorter `varchar`.
    Narrowing,
    /// Values are of another kind: `text` to `int`.
    Incompatible,
}
