//! The report of `witness`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::wire::Location;
use crate::schema::Dialect;

/// The smallest proof of a finding: run what makes the tables, and the statement succeeds; run the change, and it fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WitnessReport {
    /// Version of this format.
    pub version: u32,
    /// The finding.
    pub fingerprint: String,
    /// Its rule.
    pub rule: String,
    /// What it says.
    pub message: String,
    /// Where it stands.
    pub location: Location,
    /// The database whose SQL this is.
    pub dialect: Dialect,
    /// SQL that makes the tables as the code knows them, without what ties them to others.
    pub before: String,
    /// SQL that makes the change on them. Where the database cannot alter in place, the tables are made anew.
    pub change: String,
    /// The statement, as short as it can be said; `null` where none fails.
    pub statement: Option<String>,
    /// Who sends it; `null` where there is none.
    pub sent_by: Option<SentBy>,
    /// Why there is no statement.
    pub no_statement: Option<String>,
}

/// Who puts a statement together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SentBy {
    /// The code names what the statement names.
    Code,
    /// The ORM names what the code does not.
    Orm,
}
