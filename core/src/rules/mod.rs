//! Rules: one breakage each, one `.rs` and one executed `.md` page each.
//!
//! A rule is small and pure: it sees a change, the schemas of both sides, the mapping and the usages, and reports.

mod added_column_breaks_query;
mod column_type_changed_in_use;
mod column_used_before_migration;
mod declared_schema;
mod dependent_object_breaks;
pub(crate) mod dependents;
mod dropped_column_in_use;
mod dropped_table_in_use;
mod dropped_unique_in_use;
mod enum_value_used_before_migration;
mod finding;
mod gone_column;
mod gone_table;
mod mapping_differs_from_schema;
mod models;
mod null_written_to_required_column;
mod nullable_column_read_as_required;
mod removed_enum_value_in_use;
mod renamed_column_in_use;
mod renamed_table_in_use;
mod required_column_not_written;
mod rollout;
mod table_used_before_migration;
mod unique_key_used_before_migration;

pub use rollout::{Cell, DeployOrder};

use crate::diff::{Change, Pair};
use crate::schema::{Mapping, Schema};
use crate::text::Span;
use crate::usage::{Evidence, Unresolved, Usage, Usages, When};

/// How bad a finding is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// May break.
    Warning,
    /// Breaks.
    Error,
}

/// One rule.
pub struct Rule {
    /// Its name: the breakage, kebab-case.
    pub name: &'static str,
    /// One line: what it finds.
    pub summary: &'static str,
    /// The page: why it breaks, examples (executed), how to change it safely.
    pub page: &'static str,
    /// Severity where the configuration says nothing.
    pub severity: Severity,
    /// What it looks at.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// One change at a time under code that was written for the schema before; the change's position in
    /// [`RuleContext::changes`] comes along.
    Change(fn(&mut RuleContext<'_>, usize, &Change)),
    /// One change at a time, turned round: code that was written for the schema after meets the schema before.
    Early(fn(&mut RuleContext<'_>, usize, &Change)),
    /// Both of them; [`RuleContext::cell`] says which.
    Both(fn(&mut RuleContext<'_>, usize, &Change)),
    /// What a migration does to the database itself, whatever code there is: asked once.
    Migration(fn(&mut RuleContext<'_>)),
    /// Schema and mapping as they are after all changes: asked once.
    Schema(fn(&mut RuleContext<'_>)),
}

/// What a rule sees, and where it reports.
pub struct RuleContext<'a> {
    /// Which release meets which schema.
    pub cell: Cell,
    /// The schemas on both sides: the one that the code was written for, and the one that it meets.
    pub schemas: Pair<&'a Schema>,
    /// What the code calls things (all ORMs of the project).
    pub mapping: &'a Mapping,
    /// The schema that a schema source declares beside its migrations (Prisma).
    pub declared: Option<&'a Schema>,
    /// The schema that Prisma's client was generated from, where the code is known to have been compiled with it: the new
    /// release's, beside one that runs.
    pub compiled_with: Option<&'a Schema>,
    /// All changes, for "another rule has that".
    pub changes: &'a [Change],
    /// What the statements do to what depends on tables and columns.
    pub(crate) effects: &'a [dependents::Effect],
    /// What the code does.
    pub usages: &'a dyn Usages,
    /// What rules have reported so far.
    pub findings: Vec<Finding>,
    /// Places that a rule looked at and could not judge, each with the position of its change: they stand between the
    /// change and `safe`.
    pub unresolved: Vec<(usize, Unresolved)>,
}

/// What a rule says, before it is rendered.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What, why: the first line stands alone and names table, column and use.
    pub message: String,
    /// The place in code (or the model).
    pub span: Span,
    /// Which change, by position in [`RuleContext::changes`]; `None` for what is wrong whatever changes.
    pub change: Option<usize>,
    /// The usage behind it.
    pub usage: Option<Usage>,
    /// What a proof of it sends.
    pub proof: Proof,
    /// Which rows there must be for it.
    pub when: When,
    /// The chain that proves it.
    pub evidence: Vec<Evidence>,
    /// What to do.
    pub help: Option<String>,
}

/// What a statement must be that proves a finding: it succeeds before the change and fails after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Proof {
    /// What the usage says.
    Usage,
    /// The INSERT at the place, which leaves the column out.
    Insert,
    /// The INSERT at the place, which counts on the columns that there are.
    InsertByPosition,
    /// None of the code's: the migration itself is what fails, or what it takes away.
    Migration,
}

/// What is said of a change in the end.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every place that could reach the table was resolved, and none breaks.
    Safe,
    /// Some places were not resolved.
    Unknown,
    /// Some places break.
    Breaks,
}

/// All rules, sorted by name.
pub static RULES: &[&Rule] = &[
    &added_column_breaks_query::RULE,
    &column_type_changed_in_use::RULE,
    &column_used_before_migration::RULE,
    &dependent_object_breaks::RULE,
    &dropped_column_in_use::RULE,
    &dropped_table_in_use::RULE,
    &dropped_unique_in_use::RULE,
    &enum_value_used_before_migration::RULE,
    &mapping_differs_from_schema::RULE,
    &null_written_to_required_column::RULE,
    &nullable_column_read_as_required::RULE,
    &removed_enum_value_in_use::RULE,
    &renamed_column_in_use::RULE,
    &renamed_table_in_use::RULE,
    &required_column_not_written::RULE,
    &table_used_before_migration::RULE,
    &unique_key_used_before_migration::RULE,
];

/// The names of all rules, and of the findings that the pipeline itself makes.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.name).chain([UNUSED_SUPPRESSION, UNUSED_ASSUMPTION])
}

/// The rule that reports a suppression which suppresses nothing: the pipeline finds it, not a rule of [`RULES`].
pub(crate) const UNUSED_SUPPRESSION: &str = "unused-suppression";

/// The page of [`UNUSED_SUPPRESSION`].
pub(crate) const UNUSED_SUPPRESSION_PAGE: &str = include_str!("unused-suppression.md");

/// The rule that reports an assumption of the configuration which no place needs; the pipeline finds it.
pub(crate) const UNUSED_ASSUMPTION: &str = "unused-assumption";

/// The page of [`UNUSED_ASSUMPTION`].
pub(crate) const UNUSED_ASSUMPTION_PAGE: &str = include_str!("unused-assumption.md");
