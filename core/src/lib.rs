//! Seawall tells which lines of code a database change will break, before it is deployed.
//!
//! The house, floor by floor; each module may use only those before it:
//!
//! | module | what it holds |
//! |---|---|
//! | [`text`] | files, byte ranges, lines and columns at the edge |
//! | [`diagnostic`], [`error`] | what was not understood; what stops a run |
//! | [`schema`] | tables, columns, constraints, enums; what code calls them |
//! | [`migration`] | operations, revisions, histories; applying them |
//! | [`diff`] | the changes between two schemas |
//! | `code` | application code as one small tree, and the evaluator over it |
//! | `schema_source` | Prisma, Alembic and SQL into schemas and histories |
//! | [`usage`] | where code meets tables and columns, ORM by ORM, and in SQL |
//! | [`rules`] | what breaks, one rule per breakage |
//! | `plan` | reserved for phases and rollbacks |
//! | [`report`] | the stable JSON and the other output formats |
//! | [`analyze`] | the pipeline |
//! | [`json`] | the verbs over JSON text, as the bindings call them |
//! | `cli` | the command line, behind the feature `cli` |

pub mod analyze;
mod code;
pub mod config;
pub mod diagnostic;
pub mod diff;
pub mod error;
pub mod json;
pub mod migration;
mod near;
mod plan;
pub mod report;
pub mod rules;
pub mod schema;
mod schema_source;
mod suppress;
pub mod text;
pub mod usage;

#[cfg(feature = "cli")]
pub mod cli;

pub use analyze::{
    ChangeSource, CheckOptions, Options, Releases, check, check_with, compat, diff, explain, load_schema,
    rules, usages, witness,
};
pub use error::{Error, ErrorKind, Result};

/// The steps of an SQL text, one or more for each statement: [`migration::OperationKind::Irrelevant`] where a statement
/// cannot touch the model, [`migration::OperationKind::Opaque`] where one is not understood. Spans are byte ranges of the
/// text; [`migration::apply`] takes each into a [`schema::Schema`].
pub fn read_sql(text: &str, dialect: schema::Dialect) -> Vec<migration::Operation> {
    schema_source::sql::read_text(text, dialect)
}
