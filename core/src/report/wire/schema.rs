//! The schema model as JSON: what `seawall schema --format json` gives.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::wire::{Location, SourceReport, UnanalyzedReport};
use crate::schema::Dialect;

/// The schema of a project: the tables, enums and entities of all its sources.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SchemaReport {
    /// Version of this format.
    pub version: u32,
    /// The database of the first source; each source says its own in `schema_sources`.
    pub dialect: Dialect,
    /// The schema sources that were read.
    pub schema_sources: Vec<SourceReport>,
    /// Names of the database schemas that tables or enums lie in, sorted.
    pub schemas: Vec<String>,
    /// Tables and views, in the order they were made.
    pub tables: Vec<TableReport>,
    /// Named enum types.
    pub enums: Vec<EnumReport>,
    /// Domains (PostgreSQL).
    pub domains: Vec<DomainReport>,
    /// Sequences that can be dropped, as far as they are known (PostgreSQL): those of identity columns are parts of them.
    pub sequences: Vec<SequenceReport>,
    /// The revisions of the sources, in the order in which they apply.
    pub revisions: Vec<RevisionReport>,
    /// What code calls the tables and columns.
    pub mapping: Vec<EntityReport>,
    /// What was not understood.
    pub unanalyzed: Vec<UnanalyzedReport>,
}

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RevisionReport {
    /// Its name.
    pub id: String,
    /// What it says of itself.
    pub title: Option<String>,
    /// The revisions that it comes after.
    pub parents: Vec<String>,
    /// Names of the branch that begins with it.
    pub labels: Vec<String>,
    /// Whether something is written that takes it back: a `downgrade()` that does not raise, a down part.
    pub reversible: bool,
    /// Position of its source in `schema_sources`.
    pub source: usize,
    /// Where it stands.
    pub location: Location,
}

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TableKindReport {
    /// A base table.
    Table,
    /// A view or materialised view.
    View,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TableReport {
    /// The database schema; `null` where the database has none (MySQL, SQLite).
    pub schema: Option<String>,
    /// Its database name.
    pub name: String,
    /// Base table or view.
    pub kind: TableKindReport,
    /// Its columns, in order.
    pub columns: Vec<ColumnReport>,
    /// Columns of the primary key, in order; empty where there is none.
    pub primary_key: Vec<String>,
    /// Unique constraints; unique indexes are in `indexes`.
    pub unique: Vec<UniqueReport>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKeyReport>,
    /// Indexes.
    pub indexes: Vec<IndexReport>,
    /// Check constraints.
    pub checks: Vec<CheckConstraintReport>,
    /// The tables that it inherits from, or is a partition of (PostgreSQL).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<ParentReport>,
    /// How its rows are divided, as written behind `PARTITION BY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
    /// Its partitions that are no tables of their own, as written (MySQL).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partitions: Vec<String>,
    /// The schema source, by position in `schema_sources`.
    pub source: usize,
    /// Where it was made.
    pub location: Location,
}

/// A table that another one inherits from, or is a partition of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ParentReport {
    /// The table, with its schema where that is not the default one.
    pub table: String,
    /// Whether the child is a partition.
    pub partition: bool,
    /// What the partition holds, as written: `FOR VALUES FROM (1) TO (10)`, `DEFAULT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ColumnReport {
    /// Its database name.
    pub name: String,
    /// Its type as the database would print it, lower case, with its arguments.
    #[serde(rename = "type")]
    pub ty: String,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// What the database fills in: an expression as written, or `autoincrement`; `null` where nothing.
    pub default: Option<String>,
    /// Whether the database computes it.
    pub generated: bool,
    /// Where it was last defined.
    pub location: Location,
}

/// A unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UniqueReport {
    /// Its name, where known.
    pub name: Option<String>,
    /// Columns in order.
    pub columns: Vec<String>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ForeignKeyReport {
    /// Its name, where known.
    pub name: Option<String>,
    /// Columns of this table.
    pub columns: Vec<String>,
    /// The table that they reference, with its schema where that is not the default one.
    pub referenced_table: String,
    /// The referenced columns; where the statement names none, those of the referenced table's primary key.
    pub referenced_columns: Vec<String>,
    /// `NO ACTION`, `RESTRICT`, `CASCADE`, `SET NULL` or `SET DEFAULT`.
    pub on_delete: String,
    /// The same for updates of the referenced key.
    pub on_update: String,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IndexReport {
    /// Its name, where known.
    pub name: Option<String>,
    /// The parts of its key in order: a column's name; for an expression what the database's own catalog has in its place,
    /// which is its text in PostgreSQL and `null` elsewhere. `parts` tells expressions from columns, and has them as written.
    pub columns: Vec<Option<String>>,
    /// Whether it is unique.
    pub unique: bool,
    /// The `WHERE` of a partial index, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    /// How it is kept where that is not a plain tree, in lower case: `gin`, `gist`, `fulltext`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The parts of its key one by one, where one of them is more than a column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<KeyPartReport>,
    /// Columns that it holds beside its key (`INCLUDE`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Whether two rows with NULL are the same to it (`NULLS NOT DISTINCT`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    /// Whether it is of an exclusion constraint of the same name; the operators are in `parts`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exclusion: bool,
}

/// One part of an index's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyPartReport {
    /// The column, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The expression as written, where it is one and the source says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// How much of the column the key holds, where it is not all (MySQL).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// The collation, where one is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// The operator class, where one is given (PostgreSQL).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_class: Option<String>,
    /// Whether the order is turned round.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub descending: bool,
    /// Whether NULL comes first, where it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nulls_first: Option<bool>,
    /// The operator of an exclusion constraint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckConstraintReport {
    /// Its name, where known.
    pub name: Option<String>,
    /// The condition, as written.
    pub expression: String,
}

/// A named enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EnumReport {
    /// The database schema; `null` where the database has none.
    pub schema: Option<String>,
    /// Its database name.
    pub name: String,
    /// Its values, in order.
    pub values: Vec<String>,
    /// The schema source, by position in `schema_sources`.
    pub source: usize,
}

/// A domain: a type with rules of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DomainReport {
    /// The database schema.
    pub schema: Option<String>,
    /// Its database name.
    pub name: String,
    /// The type of its values.
    #[serde(rename = "type")]
    pub ty: String,
    /// Whether its values may be NULL.
    pub nullable: bool,
    /// What a column takes that has no default of its own, as written.
    pub default: Option<String>,
    /// Its conditions, where `VALUE` is the value.
    pub checks: Vec<CheckConstraintReport>,
    /// The schema source, by position in `schema_sources`.
    pub source: usize,
    /// Where it was made.
    pub location: Location,
}

/// A sequence that can be dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SequenceReport {
    /// The database schema.
    pub schema: Option<String>,
    /// Its database name.
    pub name: String,
    /// The table that it goes with, with its schema where that is not the default one; `null` where it stands alone.
    pub owner_table: Option<String>,
    /// The column there.
    pub owner_column: Option<String>,
    /// The schema source, by position in `schema_sources`.
    pub source: usize,
    /// Where it was made.
    pub location: Location,
}

/// An entity: a Prisma model, a mapped class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntityReport {
    /// Its code name.
    pub entity: String,
    /// The table it stands for, with its schema where that is not the default one.
    pub table: String,
    /// The fields that stand for columns, in order.
    pub fields: Vec<FieldReport>,
    /// Where its name stands.
    pub location: Location,
}

/// A field that stands for a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldReport {
    /// Its code name.
    pub field: String,
    /// The column's database name.
    pub column: String,
    /// Whether the code's type allows null.
    pub nullable: bool,
}
