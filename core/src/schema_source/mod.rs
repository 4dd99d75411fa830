//! Front ends: text to schema or history. `detect` finds what a project has.

pub mod alembic;
mod baseline;
pub mod detect;
mod knex;
pub mod prisma;
mod record;
mod script;
pub mod sql;
mod typeorm;

pub use baseline::{Baseline, BaselineOrigin, BaselinePart};

use crate::diagnostic::Unanalyzed;
use crate::migration::History;
use crate::schema::{Dialect, Mapping, Schema};
use crate::text::FileId;

/// How far a history is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// Whether it is said which steps do not fit the schema.
    pub notes: bool,
    /// Whether revisions have their way back.
    pub ways_back: bool,
}

/// The languages that a schema comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// A Prisma schema, with its migrations folder where there is one.
    Prisma,
    /// A folder of Alembic revisions.
    Alembic,
    /// SQL: a schema file or a folder of migrations.
    Sql,
    /// Folders of Knex migrations.
    Knex,
    /// Folders of TypeORM migrations.
    TypeOrm,
}

/// One schema that a project has, as read.
#[derive(Debug, Clone)]
pub struct SchemaSource {
    /// Its language.
    pub kind: SourceKind,
    /// The file or folder, relative to the root where it lies in it.
    pub path: String,
    /// The database.
    pub dialect: Dialect,
    /// The schema at the end (all revisions, or the file).
    pub schema: Schema,
    /// The revisions, where the source is or has a history.
    pub history: Option<History>,
    /// What the ORM calls things, where the source says it (Prisma).
    pub mapping: Mapping,
    /// All files that were read for it.
    pub files: Vec<FileId>,
    /// What is taken to be there before the first revision, where it is not nothing.
    pub baseline: Vec<BaselinePart>,
    /// What was not understood.
    pub unanalyzed: Vec<Unanalyzed>,
}
