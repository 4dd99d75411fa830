//! The pipeline, one screen: a project in, a report out.

use crate::error::Result;
use crate::report::wire::{CheckReport, UsagesReport};
use crate::schema::Dialect;

/// What every verb takes.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder of the project.
    pub root: String,
    /// Schema sources to read (paths relative to the current folder or absolute); empty: those that the project is
    /// found to have.
    pub schema: Vec<String>,
    /// The database, where the sources do not say it.
    pub dialect: Option<Dialect>,
    /// A configuration file; else the nearest one is taken.
    pub config: Option<String>,
}

/// Which change `check` judges.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ChangeSource {
    /// The newest revision of each history.
    #[default]
    Newest,
    /// SQL that is not in any file: what if?
    Sql(String),
    /// The difference between two schema sources.
    Paths {
        /// Path of the source before.
        before: String,
        /// Path of the source after.
        after: String,
    },
    /// All revisions after this one.
    Since(String),
    /// Schema and code at this git revision against the work tree.
    Base(String),
}

/// Judges a change: which lines of the project does it break?
///
/// # Errors
/// Options, paths or configuration that are not valid, a project without a schema.
pub fn check(options: &Options, change: &ChangeSource) -> Result<CheckReport> {
    let _ = (options, change);
    Err(crate::Error::new(crate::ErrorKind::Schema, "no schema was found"))
}

/// Every usage of `target`: `TABLE`, `TABLE.COLUMN`, `Entity.field`, by code names or database names.
///
/// # Errors
/// As [`check`], and a target that no schema source knows.
pub fn usages(options: &Options, target: &str) -> Result<UsagesReport> {
    let _ = (options, target);
    Err(crate::Error::new(crate::ErrorKind::Schema, "no schema was found"))
}
