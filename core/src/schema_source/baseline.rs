//! What was there before the first revision of a history.

use crate::schema::{Schema, TableName};
use crate::text::FileId;

/// Where the schema before the first revision comes from.
#[derive(Debug, Clone, Default)]
pub enum Baseline {
    /// Nothing, unless the revisions change tables that none of them makes; those come from libraries that are known to
    /// make them, and from the project's models.
    #[default]
    Automatic,
    /// Nothing, whatever the revisions say.
    Nothing,
    /// The project's models, taken back to what they were before the first revision.
    Models,
    /// The classes and tables of these files, as they are.
    Files(Vec<FileId>),
    /// This schema.
    Schema(Box<Schema>),
}

/// A part of what is taken to be there before the first revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselinePart {
    /// Where it comes from.
    pub origin: BaselineOrigin,
    /// The source, the library; empty for the project's models.
    pub name: String,
    /// The tables, in order.
    pub tables: Vec<TableName>,
}

/// Where a baseline comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaselineOrigin {
    /// It was named.
    Given,
    /// The project's models.
    Models,
    /// A library makes the tables.
    Library,
}

impl BaselinePart {
    /// A part with all tables of `schema` that `before` lacks.
    pub(crate) fn of(origin: BaselineOrigin, name: &str, schema: &Schema, before: &Schema) -> Self {
        let new = schema.tables.iter().filter(|table| before.table(&table.name).is_none());
        Self { origin, name: name.to_owned(), tables: new.map(|table| table.name.clone()).collect() }
    }
}
