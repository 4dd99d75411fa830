//! The stable JSON of Seawall: what `--format json`, Python and Node give.

use schemars::JsonSchema;
use serde::Serialize;

/// A place in a file. Lines and columns count from 1, columns in Unicode code points; ends are exclusive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Location {
    /// Path relative to the root, with `/`.
    pub path: String,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column after the end.
    pub end_column: u32,
    /// First byte.
    pub byte_start: u32,
    /// One past the last byte.
    pub byte_end: u32,
}

/// What `check` found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CheckReport {
    /// Version of this format.
    pub version: u32,
    /// The schema sources that were read.
    pub schema_sources: Vec<SourceReport>,
    /// What changes, with the verdict for each.
    pub changes: Vec<ChangeReport>,
    /// What breaks, sorted by path, place, rule.
    pub findings: Vec<FindingReport>,
    /// What was not understood.
    pub unanalyzed: Vec<UnanalyzedReport>,
    /// What the run cost.
    pub stats: Stats,
}

/// A schema source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SourceReport {
    /// `prisma`, `alembic` or `sql`.
    pub kind: String,
    /// The file or folder.
    pub path: String,
    /// `postgres`, `mysql`, `sqlite` or `mssql`.
    pub dialect: String,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChangeReport {
    /// `drop_column`, `rename_table`, ...
    pub kind: String,
    /// The table, by its database name before (after, where it is new); the enum type for changes of enums.
    pub table: String,
    /// The column, by its database name before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The name, type or value after, where the change has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The name, type or value before, where it is not the table or column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The entity that stands for the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// The field that stands for the column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The statement or call.
    pub location: Location,
    /// `safe`, `unknown` or `breaks`.
    pub verdict: String,
    /// One line for people: "column users.email is dropped".
    pub summary: String,
    /// Places that could meet it and were not resolved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unresolved: Vec<UnanalyzedReport>,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FindingReport {
    /// The rule's name.
    pub rule: String,
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// What and why.
    pub message: String,
    /// The place in code.
    pub location: Location,
    /// The change, by position in `changes`.
    pub change: usize,
    /// The usage behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<UsageKindReport>,
    /// The chain that proves it.
    pub evidence: Vec<EvidenceReport>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Stable across edits elsewhere in the file: rule, path, names, ordinal.
    pub fingerprint: String,
}

/// What kind of usage it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UsageKindReport {
    /// `query`, `value` or `mapping`.
    pub how: String,
    /// `read`, `write` or `filter`.
    pub access: String,
    /// Whether the ORM or `*` names it and not the code.
    pub implicit: bool,
    /// `exact`, `likely` or `possible`.
    pub confidence: String,
}

/// One link of a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EvidenceReport {
    /// What it says.
    pub message: String,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// A place that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct UnanalyzedReport {
    /// The place.
    pub location: Location,
    /// Why.
    pub reason: String,
}

/// What a run cost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Stats {
    /// Files whose bytes were searched.
    pub files_scanned: usize,
    /// Files that were parsed.
    pub files_parsed: usize,
    /// Bytes searched.
    pub bytes_scanned: u64,
    /// Wall time in milliseconds.
    pub elapsed_ms: u64,
}

/// What `usages` found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UsagesReport {
    /// Version of this format.
    pub version: u32,
    /// The usages, sorted by path and place.
    pub usages: Vec<UsageReport>,
    /// Places that could meet it and were not resolved.
    pub unresolved: Vec<UnanalyzedReport>,
}

/// A usage.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UsageReport {
    /// The name itself.
    pub location: Location,
    /// The table, by its database name.
    pub table: String,
    /// The column, by its database name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// `query`, `value` or `mapping`.
    pub how: String,
    /// `read`, `write` or `filter`.
    pub access: String,
    /// Whether the ORM or `*` names it and not the code.
    pub implicit: bool,
    /// `exact`, `likely` or `possible`.
    pub confidence: String,
    /// The chain that proves it.
    pub evidence: Vec<EvidenceReport>,
}
