//! One step of a migration.

use crate::migration::Condition;
use crate::schema::{
    Check, Column, ColumnType, DefaultValue, EnumType, ForeignKey, Index, Parent, PrimaryKey, Table,
    TableName, Unique,
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
    /// A column gets another place among the columns of its table (MySQL's `FIRST` and `AFTER`).
    MoveColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// The column that it stands behind; `None` is the first place.
        after: Option<String>,
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
    /// `DROP TYPE`, `DROP DOMAIN`.
    DropEnum {
        /// The type.
        name: TableName,
        /// `CASCADE`: columns of the type go with it.
        cascade: bool,
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
    /// `ALTER SCHEMA ... RENAME TO`.
    RenameSchema {
        /// The name before.
        name: String,
        /// The name after.
        to: String,
    },
    /// A table becomes another one's child, or ceases to be (`INHERIT`, `ATTACH PARTITION` and their opposites).
    ChangeParent {
        /// The child.
        table: TableName,
        /// The parent.
        parent: Parent,
        /// Whether it is a child from now on.
        attached: bool,
    },
    /// A step that the database takes or leaves by a condition (`DO $$ ... IF ... $$`): left where the model knows that the
    /// condition is false; else taken where it fits the model, and left without a word where it does not.
    Conditional {
        /// The step.
        operation: Box<OperationKind>,
        /// The condition, as far as it is understood.
        condition: Condition,
    },
    /// A condition that steps stand under is asked, once for all of them: [`Condition::Answer`] with the place of this step
    /// is what it comes to.
    Ask {
        /// The condition.
        condition: Condition,
    },
    /// `ALTER TABLE ONLY`, `CREATE INDEX ... ON ONLY`: the children of the table stay as they are.
    Only {
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
