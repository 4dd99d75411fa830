//! The arguments of the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::analyze::ChangeSource;
use crate::config::FailOn;
use crate::report::Format;
use crate::rules::DeployOrder;
use crate::schema::Dialect;

/// Tells which lines of your code a database change will break, and why.
#[derive(Debug, Parser)]
#[command(name = "seawall", bin_name = "seawall", version, max_term_width = 100)]
#[command(
    after_help = "Exit code: 0 nothing at or above --fail-on, 1 findings, 2 the run could not be done."
)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    /// Options of all verbs.
    #[command(flatten)]
    pub common: Common,
}

/// Options of all verbs.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// A schema source: a .prisma file or folder, an Alembic versions folder or alembic.ini, a knexfile or a folder of
    /// Knex migrations, a data source or a folder of TypeORM migrations, a .sql file or a folder of migrations. May be repeated. Without it, the sources are those of the configuration, else detected.
    #[arg(long, value_name = "PATH", global = true)]
    pub schema: Vec<String>,
    /// The database, where the sources do not say it: postgres, mysql, sqlite or mssql.
    #[arg(long, value_name = "NAME", global = true, value_parser = parse_dialect)]
    pub dialect: Option<Dialect>,
    /// What was there before the first revision: a schema source, Python files with models, `models` (the project's own,
    /// taken back over the revisions) or `none`. Without it, tables that revisions change and none makes are taken from the
    /// project's models and from libraries that are known to make them.
    #[arg(long, value_name = "SOURCE", global = true)]
    pub baseline: Option<String>,
    /// The configuration file; else the nearest seawall.toml, pyproject.toml or package.json that has one.
    #[arg(long, value_name = "PATH", global = true)]
    pub config: Option<String>,
    /// Writes the result into a file.
    #[arg(short, long, value_name = "PATH", global = true)]
    pub output: Option<String>,
    /// No progress on standard error.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Colours in text.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, global = true)]
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR or TERM=dumb say otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Judge a schema change: which lines of code does it break?
    ///
    /// The change is the newest revision of each history, unless an option names another one.
    Check(CheckArguments),
    /// Tell which releases (tags, commits) still work on the schema of the work tree.
    ///
    /// Without options, all tags that the commit comes after.
    Compat(CompatArguments),
    /// List every usage of a table or column, with the evidence.
    Usages(UsagesArguments),
    /// Print the schema of the project.
    Schema(SchemaArguments),
    /// List the changes between two schema sources.
    Diff(DiffArguments),
    /// Give the smallest proof of a finding: tables, the change, and the statement that it breaks.
    Witness(WitnessArguments),
    /// List the rules.
    Rules {
        /// The output format.
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Print the page of a rule.
    Explain {
        /// The rule's name.
        rule: String,
        /// The output format.
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// The folder of the project.
    #[arg(default_value = ".")]
    pub root: String,
    /// The change.
    #[command(flatten)]
    pub change: ChangeArguments,
    /// The output format [default: text, or what the configuration says].
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// The least severity that makes the exit code 1 [default: error, or what the configuration says].
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Makes the exit code 1 where a change's verdict is `unknown`, too.
    #[arg(long)]
    pub fail_on_unknown: bool,
    /// Findings of each change that text shows with their code; the others are listed.
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    pub frames: usize,
}

/// Which change is judged, and how it goes out.
#[derive(Debug, Args)]
pub(super) struct ChangeArguments {
    /// What if: the change is this SQL.
    #[arg(long, value_name = "STATEMENTS", conflicts_with_all = ["before", "after", "since", "base"])]
    pub sql: Option<String>,
    /// The schema source before the change; --after names the one after it.
    #[arg(long, value_name = "PATH", requires = "after", conflicts_with_all = ["since", "base"])]
    pub before: Option<String>,
    /// The schema source after the change.
    #[arg(long, value_name = "PATH", requires = "before", conflicts_with_all = ["since", "base"])]
    pub after: Option<String>,
    /// The change is all revisions after this one.
    #[arg(long, value_name = "REVISION", conflicts_with = "base")]
    pub since: Option<String>,
    /// The change is what differs between this git revision, the release that runs, and the work tree; its code is judged
    /// against the schema after. `auto`: the main branch where the work tree is ahead of it, else what is checked out.
    #[arg(long, value_name = "GITREF")]
    pub base: Option<String>,
    /// In which order migration and code go out: what breaks on that way is an error, what another order would break a
    /// note [default: migrate-first, or what the configuration says].
    #[arg(long, value_enum, value_name = "ORDER")]
    pub deploy_order: Option<DeployOrder>,
}

impl ChangeArguments {
    /// The change that is named; clap has refused two of them.
    pub(super) fn source(&self) -> ChangeSource {
        match self {
            Self { sql: Some(sql), .. } => ChangeSource::Sql(sql.clone()),
            Self { before: Some(before), after: Some(after), .. } => {
                ChangeSource::Paths { before: before.clone(), after: after.clone() }
            }
            Self { since: Some(revision), .. } => ChangeSource::Since(revision.clone()),
            Self { base: Some(revision), .. } => ChangeSource::Base(revision.clone()),
            Self { .. } => ChangeSource::Newest,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct WitnessArguments {
    /// The finding: its fingerprint (`check --format json` has it), the beginning of one, or PATH:LINE[:COLUMN].
    pub finding: String,
    /// The folder of the project.
    #[arg(default_value = ".")]
    pub root: String,
    /// The change.
    #[command(flatten)]
    pub change: ChangeArguments,
    /// The output format.
    #[arg(long, value_enum, default_value_t)]
    pub format: ListFormat,
}

#[derive(Debug, Args)]
pub(super) struct CompatArguments {
    /// The folder of the project.
    #[arg(default_value = ".")]
    pub root: String,
    /// A release: a tag, branch or commit. May be repeated, newest first.
    #[arg(long = "revisions", visible_alias = "revision", value_name = "GITREF")]
    pub revisions: Vec<String>,
    /// The commits of a range, as git writes it (v1.0..main), along first parents.
    #[arg(long, value_name = "RANGE")]
    pub range: Option<String>,
    /// The tags that match a pattern (v*).
    #[arg(long, value_name = "PATTERN")]
    pub tags: Option<String>,
    /// The output format.
    #[arg(long, value_enum, default_value_t)]
    pub format: ListFormat,
}

#[derive(Debug, Args)]
pub(super) struct UsagesArguments {
    /// TABLE, TABLE.COLUMN or Entity.field: database names and code names both work.
    #[arg(value_name = "TABLE[.COLUMN]")]
    pub target: String,
    /// The folder of the project.
    #[arg(default_value = ".")]
    pub root: String,
    /// The output format.
    #[arg(long, value_enum, default_value_t)]
    pub format: ListFormat,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// The folder of the project.
    #[arg(default_value = ".")]
    pub root: String,
    /// The schema as it was after this revision.
    #[arg(long, value_name = "REVISION")]
    pub at: Option<String>,
    /// The output format.
    #[arg(long, value_enum, default_value_t)]
    pub format: SchemaFormat,
}

#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// The schema source before.
    pub before: String,
    /// The schema source after.
    pub after: String,
    /// The output format.
    #[arg(long, value_enum, default_value_t)]
    pub format: ListFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum ListFormat {
    /// For people.
    #[default]
    Text,
    /// The stable JSON.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum SchemaFormat {
    /// The stable JSON.
    Json,
    /// Statements that make the schema.
    #[default]
    Sql,
    /// A Mermaid diagram.
    Mermaid,
}

fn parse_dialect(name: &str) -> Result<Dialect, String> {
    Dialect::parse(name).ok_or_else(|| "it is none of postgres, mysql, sqlite, mssql".to_owned())
}
