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
    /// The schema source, by position in `schema_sources`.
    pub source: usize,
    /// Where it was made.
    pub location: Location,
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
    /// Columns in order; `null` stands for an expression.
    pub columns: Vec<Option<String>>,
    /// Whether it is unique.
    pub unique: bool,
    /// The `WHERE` of a partial index, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
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
