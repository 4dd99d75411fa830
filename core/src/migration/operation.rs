//! One step of a migration.

use crate::migration::Condition;
use crate::schema::{
    Check, Column, ColumnSource, ColumnType, DefaultValue, Domain, EnumType, ForeignKey, Index, Parent,
    Partition, Partitioning, PrimaryKey, Program, ProgramKind, Sequence, Table, TableName, Unique,
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
        /// What the same statement drops beside it: nothing of that is in the way.
        others: Vec<TableName>,
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
    /// Rows are copied from one column into another (`UPDATE t SET b = a`, `INSERT INTO t (b) SELECT a FROM s`): evidence
    /// for a rename.
    CopyColumn {
        /// The table.
        table: TableName,
        /// The table that the rows come from, where it is another one (`INSERT ... SELECT`).
        from: Option<TableName>,
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
    /// `CREATE TYPE ... AS (...)`.
    CreateComposite {
        /// The type, with its attributes as columns.
        item: Box<Table>,
    },
    /// A step on the attributes of a composite type, which are its columns: what is of the type follows.
    AlterComposite {
        /// The step.
        operation: Box<OperationKind>,
    },
    /// `CREATE DOMAIN`.
    CreateDomain {
        /// The domain.
        item: Box<Domain>,
    },
    /// `ALTER DOMAIN`; renames and drops are those of types.
    AlterDomain {
        /// The domain.
        name: TableName,
        /// What changes.
        change: DomainChange,
    },
    /// The partitions of a table change, which are no tables of their own (MySQL).
    ChangePartitions {
        /// The table.
        table: TableName,
        /// What changes.
        change: PartitionChange,
    },
    /// `CREATE SEQUENCE`.
    CreateSequence {
        /// The sequence.
        item: Sequence,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// A sequence goes with a column from now on, or with none: `serial`, `OWNED BY`.
    SetSequenceOwner {
        /// The sequence; `None` is the one that the owner's default counts with.
        sequence: Option<TableName>,
        /// The table and column.
        owner: Option<(TableName, String)>,
    },
    /// `DROP SEQUENCE`: defaults that count with it go.
    DropSequence {
        /// The sequence.
        name: TableName,
        /// `CASCADE`.
        cascade: bool,
    },
    /// A sequence gets another name, or moves to another schema.
    RenameSequence {
        /// The name before.
        name: TableName,
        /// The name after.
        to: TableName,
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
    /// `CREATE FUNCTION`, `CREATE PROCEDURE`, `CREATE TRIGGER`, `CREATE POLICY`.
    CreateProgram {
        /// The program.
        program: Box<Program>,
        /// `OR REPLACE`.
        or_replace: bool,
    },
    /// `DROP FUNCTION`, `DROP PROCEDURE`, `DROP TRIGGER`, `DROP POLICY`.
    DropProgram {
        /// What it is.
        kind: ProgramKind,
        /// Its name.
        name: TableName,
        /// The table of a trigger or policy, where the statement names it.
        table: Option<TableName>,
        /// How many parameters the statement says that it has.
        parameters: Option<usize>,
    },
    /// A setting that decides what the statements after it are refused for.
    Set {
        /// The setting.
        setting: Setting,
        /// Whether it is on from here.
        on: bool,
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
    /// What it is computed from, after, where it is computed.
    pub expression: Option<String>,
    /// The sequence that the default after counts with.
    pub sequence: Option<TableName>,
}

/// What changes about a domain.
#[derive(Debug, Clone, PartialEq)]
pub enum DomainChange {
    /// Its nullability or default.
    Value(ColumnAlteration),
    /// A condition is added.
    AddCheck(Check),
    /// A condition is dropped.
    DropCheck {
        /// The constraint's name.
        name: String,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// A condition gets another name.
    RenameCheck {
        /// The name before.
        name: String,
        /// The name after.
        to: String,
    },
}

/// What changes about partitions that are no tables.
#[derive(Debug, Clone, PartialEq)]
pub enum PartitionChange {
    /// The table is divided so from now on.
    Set(Partitioning),
    /// The table is not divided any more.
    Remove,
    /// Partitions go, others stand in their place, or at the end where none goes.
    Replace {
        /// Names of those that go.
        gone: Vec<String>,
        /// Those that are made.
        made: Vec<Partition>,
    },
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

/// A setting of the session that decides what statements are refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// MySQL's `foreign_key_checks`.
    ForeignKeyChecks,
    /// SQLite's `legacy_alter_table`.
    LegacyAlterTable,
}
