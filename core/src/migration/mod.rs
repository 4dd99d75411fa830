//! Migrations: operations, revisions, histories, and what an operation does to a schema.

mod apply;
mod condition;
mod find;
mod history;
mod inverse;
mod operation;

pub use apply::apply;
pub(crate) use apply::{REFUSES, mentions, names_table, numbered_names, postgres_name};
pub use condition::Condition;
pub use find::NotFound;
pub use history::{History, Revision, RevisionId};
pub(crate) use inverse::inverse;
pub use operation::{
    ColumnAlteration, Constraint, DomainChange, Operation, OperationKind, PartitionChange, Setting,
};
