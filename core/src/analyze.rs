//! The pipeline, one screen: a project in, a report out.

mod assumptions;
mod base;
mod code_side;
mod compat;
mod judge;
mod mapping_before;
mod pending;
mod prepare;
mod relocate;
pub(crate) mod run;
mod stack;
mod steps;
mod subject;
mod suppressions;
mod target;
mod witness;
mod words;

pub use compat::Releases;
#[cfg(feature = "cli")]
pub(crate) use witness::witness as witness_of;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Result;
use crate::near::did_you_mean;
use crate::report::pages;
use crate::report::wire::{
    CheckReport, CompatReport, DiffReport, RuleReport, RulesReport, SchemaReport, UsagesReport, VERSION,
    WitnessReport,
};
use crate::rules::DeployOrder;
use crate::schema::{Dialect, Mapping, Schema};
use crate::usage::Cost;
use crate::{Error, ErrorKind};

/// What every verb takes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The folder of the project; empty means the current folder.
    pub root: String,
    /// Schema sources to read (paths relative to the current folder, else to the root, or absolute); empty: those that
    /// the configuration names, else those that the project is found to have.
    pub schema: Vec<String>,
    /// The database, where the sources do not say it.
    pub dialect: Option<Dialect>,
    /// What was there before the first revision: a schema source, Python files with models, `models` (the project's own, taken
    /// back over the revisions) or `none`. Without it, where revisions change tables that none of them makes, these are taken
    /// from the project's models and from libraries that are known to make them.
    pub baseline: Option<String>,
    /// A configuration file; else the nearest one is taken, from the root upward.
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
    /// Schema and code at this git revision, the release that runs, against the work tree; `auto` finds one.
    Base(String),
}

/// [`Options`] and [`ChangeSource`] as one flat object: what the bindings and the command line take.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CheckOptions {
    /// The folder of the project; empty means the current folder.
    pub root: String,
    /// Schema sources to read (paths relative to the current folder, else to the root, or absolute); empty: those that
    /// the configuration names, else those that the project is found to have.
    pub schema: Vec<String>,
    /// The database, where the sources do not say it.
    pub dialect: Option<Dialect>,
    /// What was there before the first revision: a schema source, Python files with models, `models` (the project's own, taken
    /// back over the revisions) or `none`. Without it, where revisions change tables that none of them makes, these are taken
    /// from the project's models and from libraries that are known to make them.
    pub baseline: Option<String>,
    /// A configuration file; else the nearest one is taken, from the root upward.
    pub config: Option<String>,
    /// The change is this SQL, which is not in any file: what if?
    pub sql: Option<String>,
    /// The change is the difference between two schema sources: the one before; `after` belongs to it.
    pub before: Option<String>,
    /// The schema source after; `before` belongs to it.
    pub after: Option<String>,
    /// The change is all revisions after this one.
    pub since: Option<String>,
    /// The change is what differs between this git revision, the release that runs, and the work tree: its code is judged
    /// too. `auto` stands for the main branch where the work tree is ahead of it, else for what is checked out.
    pub base: Option<String>,
    /// In which order migration and code go out; else as the configuration says, else the migration first.
    pub deploy_order: Option<DeployOrder>,
}

impl CheckOptions {
    /// Takes the two parts out; the order of deployment is no part of either.
    ///
    /// # Errors
    /// More than one change is named, or one of `before` and `after` without the other.
    pub fn into_parts(self) -> Result<(Options, ChangeSource)> {
        let paths = match (self.before, self.after) {
            (Some(before), Some(after)) => Some(ChangeSource::Paths { before, after }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                return Err(Error::new(
                    ErrorKind::Option,
                    "`before` and `after` belong together: name both schema sources",
                ));
            }
        };
        let mut named = [
            ("sql", self.sql.map(ChangeSource::Sql)),
            ("before` and `after", paths),
            ("since", self.since.map(ChangeSource::Since)),
            ("base", self.base.map(ChangeSource::Base)),
        ]
        .into_iter()
        .filter_map(|(name, source)| Some((name, source?)));
        let change = match (named.next(), named.next()) {
            (None, _) => ChangeSource::Newest,
            (Some((_, source)), None) => source,
            (Some((first, _)), Some((second, _))) => {
                return Err(Error::new(
                    ErrorKind::Option,
                    format!("`{first}` and `{second}` name two different changes: give one of them"),
                ));
            }
        };
        let options = Options {
            root: self.root,
            schema: self.schema,
            dialect: self.dialect,
            baseline: self.baseline,
            config: self.config,
        };
        Ok((options, change))
    }
}

/// Judges a change: which lines of the project does it break?
///
/// # Errors
/// Options, paths or configuration that are not valid, a project without a schema.
pub fn check(options: &Options, change: &ChangeSource) -> Result<CheckReport> {
    Ok(run::check(options, change, None)?.report)
}

/// As [`check`], with all that can be asked for.
///
/// # Errors
/// As [`check`], and options that contradict each other.
pub fn check_with(options: CheckOptions) -> Result<CheckReport> {
    let order = options.deploy_order;
    let (options, change) = options.into_parts()?;
    Ok(run::check(&options, &change, order)?.report)
}

/// Which releases (git revisions) still work on the schema of the work tree, and which is the oldest of them.
///
/// # Errors
/// As [`check`], revisions that git does not know, and none at all.
pub fn compat(options: &Options, releases: &Releases) -> Result<CompatReport> {
    compat::compat(options, releases)
}

/// The smallest proof of a finding of [`check_with`]: tables, the change, and the statement that succeeds before it and fails
/// after it. `finding` is a fingerprint, the beginning of one (four characters or more), or `PATH:LINE[:COLUMN]`.
///
/// # Errors
/// As [`check_with`], and a name that stands for no finding, for several, or for one that is about no change.
pub fn witness(options: CheckOptions, finding: &str) -> Result<WitnessReport> {
    let order = options.deploy_order;
    let (options, change) = options.into_parts()?;
    witness::witness(&options, &change, order, finding)
}

/// Every usage of `target`: `TABLE`, `TABLE.COLUMN`, `Entity.field`, by code names or database names.
///
/// # Errors
/// As [`check`], and a target that no schema source knows.
pub fn usages(options: &Options, target: &str) -> Result<UsagesReport> {
    Ok(run::usages(options, target)?.report)
}

/// As [`usages`], with what it cost: for the test that holds the cost.
#[doc(hidden)]
pub fn usages_and_cost(options: &Options, target: &str) -> Result<(UsagesReport, Cost)> {
    run::usages_and_cost(options, target)
}

/// The schema of the project; `at` names a revision, and the schema is what it was after that one.
///
/// # Errors
/// As [`check`], and a revision that no history has.
pub fn load_schema(options: &Options, at: Option<&str>) -> Result<SchemaReport> {
    run::load_schema(options, at)
}

/// What the sources say, as the model has it: for tests that compare it with what other tools say.
#[doc(hidden)]
pub fn load_models(options: &Options) -> Result<Vec<LoadedModel>> {
    run::load_models(options)
}

/// One schema source of [`load_models`].
#[doc(hidden)]
#[derive(Debug)]
pub struct LoadedModel {
    pub schema: Schema,
    pub mapping: Mapping,
    pub history: Option<crate::migration::History>,
    pub unanalyzed: Vec<String>,
}

/// The differences between two schema sources (paths as in [`Options::schema`], which is not used here).
///
/// # Errors
/// As [`check`].
pub fn diff(options: &Options, before: &str, after: &str) -> Result<DiffReport> {
    Ok(run::diff(options, before, after)?.report)
}

/// All rules, sorted by name.
pub fn rules() -> RulesReport {
    RulesReport { version: VERSION, rules: pages::all() }
}

/// One rule with its page.
///
/// # Errors
/// A name that no rule has; the message offers near names.
pub fn explain(rule: &str) -> Result<RuleReport> {
    pages::all().into_iter().find(|page| page.name == rule).ok_or_else(|| {
        let near = did_you_mean(rule, crate::rules::names());
        Error::new(ErrorKind::Name, format!("there is no rule named `{rule}`{near}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(options: CheckOptions, expected: std::result::Result<ChangeSource, &str>) {
        match (options.into_parts(), expected) {
            (Ok((_, change)), Ok(expected)) => assert_eq!(change, expected),
            (Err(error), Err(part)) => assert!(error.message.contains(part), "{error}"),
            (found, expected) => panic!("{found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn one_change_at_a_time() {
        let named = |text: &str| Some(text.to_owned());
        check(CheckOptions::default(), Ok(ChangeSource::Newest));
        check(
            CheckOptions { base: named("main"), ..Default::default() },
            Ok(ChangeSource::Base("main".into())),
        );
        check(CheckOptions { before: named("a"), ..Default::default() }, Err("belong together"));
        check(
            CheckOptions { sql: named("DROP TABLE a"), since: named("1"), ..Default::default() },
            Err("`sql` and `since` name two different changes"),
        );
    }
}
