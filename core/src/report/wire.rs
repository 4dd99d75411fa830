//! The stable JSON of Seawall: what `--format json`, Python and Node give.

mod schema;
mod witness;

pub use witness::{SentBy, WitnessReport};

pub use schema::{
    CheckConstraintReport, ColumnReport, DomainReport, EntityReport, EnumReport, FieldReport,
    ForeignKeyReport, IndexReport, KeyPartReport, ParentReport, RevisionReport, SchemaReport, SequenceReport,
    TableKindReport, TableReport, UniqueReport,
};

use schemars::JsonSchema;
use serde::Serialize;

use crate::rules::{Cell, DeployOrder, Severity, Verdict};
use crate::schema::Dialect;
use crate::usage::{Access, Confidence, How, NamedBy, When};

/// The version of this format: the field `version` of every report. A field may be added within a version; a field
/// that goes or changes its meaning makes a new one.
pub const VERSION: u32 = 1;

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
    /// The git revision that the file was read at; absent for the work tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

/// What `check` found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CheckReport {
    /// Version of this format.
    pub version: u32,
    /// What all of it comes to.
    pub verdict: OverallVerdict,
    /// How the change is taken to go out, and which releases were judged.
    pub rollout: RolloutReport,
    /// The schema sources that were read.
    pub schema_sources: Vec<SourceReport>,
    /// What was taken for the change, source by source.
    pub judged: Vec<JudgedReport>,
    /// What changes, with the verdict for each.
    pub changes: Vec<ChangeReport>,
    /// What breaks, sorted by path, place, rule.
    pub findings: Vec<FindingReport>,
    /// What was not understood.
    pub unanalyzed: Vec<UnanalyzedReport>,
    /// What the run cost.
    pub stats: Stats,
}

/// What was taken for the change in a schema source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JudgedReport {
    /// The schema source: its path.
    pub source: String,
    /// The ids of the revisions that are pending, in order; none where schemas are compared.
    pub revisions: Vec<String>,
    /// What it is, in words.
    pub summary: String,
}

/// What all changes of a run come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverallVerdict {
    /// Every change is safe, and nothing of the schema sources was left out.
    Safe,
    /// Nothing is proven to break, but something may: an `unknown` change, a warning, a part that was not understood.
    NeedsReview,
    /// Something breaks.
    Blocked,
}

/// How a change is taken to go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RolloutReport {
    /// The order of migration and code.
    pub order: DeployOrder,
    /// The release that runs before the change; absent where none was named, and its code was not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<ReleaseReport>,
}

/// A release that is known as a git revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReleaseReport {
    /// The revision as it was named; `revision` of a location that stands in it.
    pub revision: String,
    /// The id of its commit.
    pub commit: String,
}

/// A schema source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SourceReport {
    /// Its language.
    pub kind: SourceKindReport,
    /// The file or folder.
    pub path: String,
    /// The database.
    pub dialect: Dialect,
    /// What is taken to be there before the first revision; absent where that is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub baseline: Vec<BaselineReport>,
}

/// A part of what is taken to be there before the first revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BaselineReport {
    /// Where it comes from.
    pub origin: BaselineOriginReport,
    /// The source that was named, or the library; empty for the project's models.
    pub name: String,
    /// Its tables.
    pub tables: Vec<String>,
}

/// Where a baseline comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BaselineOriginReport {
    /// It was named.
    Given,
    /// The project's models, taken back over the revisions.
    Models,
    /// A library makes these tables.
    Library,
}

/// The languages that a schema comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SourceKindReport {
    /// A Prisma schema, with its migrations where there are some.
    Prisma,
    /// A folder of Alembic revisions.
    Alembic,
    /// SQL: a schema file or a folder of migrations.
    Sql,
    /// Knex migrations.
    Knex,
    /// TypeORM migrations.
    #[serde(rename = "typeorm")]
    TypeOrm,
}

/// What kind of difference it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKindReport {
    /// A table or view is new.
    AddTable,
    /// A table or view is gone.
    DropTable,
    /// A table has another name.
    RenameTable,
    /// A column is new.
    AddColumn,
    /// A column is gone.
    DropColumn,
    /// A column has another name.
    RenameColumn,
    /// A column's type differs.
    AlterColumnType,
    /// A required column became nullable, or the other way round.
    AlterColumnNullability,
    /// A column's default differs.
    AlterColumnDefault,
    /// An enum type is new.
    AddEnum,
    /// An enum type is gone.
    DropEnum,
    /// An enum has one value more.
    AddEnumValue,
    /// An enum has one value less.
    DropEnumValue,
    /// A value of an enum has another name.
    RenameEnumValue,
    /// Columns became unique.
    AddUnique,
    /// Columns are no longer unique.
    DropUnique,
    /// A foreign key is new.
    AddForeignKey,
    /// A foreign key is gone.
    DropForeignKey,
    /// A foreign key references other columns, or does something else to its rows.
    AlterForeignKey,
}

/// One difference between two schemas.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DifferenceReport {
    /// What kind of difference it is.
    pub kind: ChangeKindReport,
    /// The table, by its database name before (after, where it is new); the enum type for changes of enums.
    pub table: String,
    /// The column, by its database name before; columns of a key are joined by `, `.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The name, type or value before, where it is not the table or column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The name, type or value after, where the change has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The entity that stands for the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// The field that stands for the column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// For a drop beside a like addition: the name that it may have been renamed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rename_candidate: Option<String>,
    /// The statement or call that makes the change.
    pub location: Location,
    /// Where the thing was declared before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<Location>,
    /// One line for people: "column users.email is dropped".
    pub summary: String,
}

/// One difference, judged.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChangeReport {
    /// What differs.
    #[serde(flatten)]
    pub difference: DifferenceReport,
    /// What is said of it: the worst verdict of the states that the rollout passes through.
    pub verdict: Verdict,
    /// The states that were judged.
    pub cells: Vec<CellReport>,
    /// Why it is safe, where there is something to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Places that could meet it and were not resolved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unresolved: Vec<UnanalyzedReport>,
    /// Number of its findings that comments suppress.
    #[serde(skip_serializing_if = "is_zero")]
    pub suppressed: usize,
}

/// A release and a schema that meet, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CellReport {
    /// Which release meets which schema.
    pub cell: Cell,
    /// The git revision whose code was judged; absent for the work tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Whether the rollout passes through it.
    pub on_path: bool,
    /// What is said of it.
    pub verdict: Verdict,
    /// Number of places that fail.
    pub places: usize,
}

/// `serde` asks for a reference.
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FindingReport {
    /// The rule's name.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What and why; the first line stands alone.
    pub message: String,
    /// The place in code.
    pub location: Location,
    /// The states in which it breaks; empty where no change is behind it.
    pub cells: Vec<Cell>,
    /// The change, by position in `changes`; absent where no change is behind it (`unused-suppression`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<usize>,
    /// The usage behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<UsageKindReport>,
    /// Which rows there must be for it; absent where it is so whatever rows there are.
    #[serde(default, skip_serializing_if = "When::is_always")]
    pub when: When,
    /// The chain that proves it, nearest link first.
    pub evidence: Vec<EvidenceReport>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Stable across edits elsewhere in the file: made from rule, path, names and ordinal.
    pub fingerprint: String,
}

/// What kind of usage it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UsageKindReport {
    /// How code meets the thing.
    pub how: How,
    /// What is done with it.
    pub access: Access,
    /// Whether the ORM or `*` names it and not the code.
    pub implicit: bool,
    /// How sure it is.
    pub confidence: Confidence,
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
    /// How code meets it.
    pub how: How,
    /// What is done with it.
    pub access: Access,
    /// Whether the ORM or `*` names it and not the code.
    pub implicit: bool,
    /// Who puts the name into the statement.
    pub named_by: NamedBy,
    /// Which rows there must be for it; absent where it is so whatever rows there are.
    #[serde(default, skip_serializing_if = "When::is_always")]
    pub when: When,
    /// How sure it is.
    pub confidence: Confidence,
    /// The chain that proves it, nearest link first.
    pub evidence: Vec<EvidenceReport>,
}

/// What `compat` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CompatReport {
    /// Version of this format.
    pub version: u32,
    /// The releases, in the order in which they were judged: newest first.
    pub releases: Vec<CompatReleaseReport>,
    /// The oldest release that works, none of the newer ones failing; absent where the newest fails already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<String>,
}

/// A release on the schema of the work tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CompatReleaseReport {
    /// The git revision as it was named.
    pub revision: String,
    /// The id of its commit.
    pub commit: String,
    /// Whether its code works: the worst verdict of the changes since.
    pub verdict: Verdict,
    /// Number of changes of the schema since.
    pub changes: usize,
    /// Number of places that fail.
    pub places: usize,
    /// Some of them, each with its place.
    pub reasons: Vec<String>,
}

/// What `diff` found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DiffReport {
    /// Version of this format.
    pub version: u32,
    /// The sources before.
    pub before: Vec<SourceReport>,
    /// The sources after.
    pub after: Vec<SourceReport>,
    /// What differs, in order of place.
    pub changes: Vec<DifferenceReport>,
    /// What was not understood on either side.
    pub unanalyzed: Vec<UnanalyzedReport>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleReport {
    /// Its name: the breakage.
    pub name: String,
    /// One line: what it finds.
    pub summary: String,
    /// Severity where the configuration says nothing.
    pub severity: Severity,
    /// Its page, in Markdown: why it breaks, examples, how to change it safely.
    pub page: String,
}

/// What `rules` gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RulesReport {
    /// Version of this format.
    pub version: u32,
    /// All rules, sorted by name.
    pub rules: Vec<RuleReport>,
}
