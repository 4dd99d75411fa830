//! The states that a rollout passes through: which release meets which schema.

use crate::rules::{Check, RuleContext};

/// A release and a schema that meet while a change is rolled out.
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
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// The running release meets the schema after: the migration ran, and the new code is not out yet.
    MigrateFirst,
    /// The new code meets the schema before: it is out, and the migration has not run yet.
    CodeFirst,
    /// The new code meets the schema after.
    EndState,
}

/// In which order a migration and the code that belongs to it go out.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum DeployOrder {
    /// The migration runs while the release before still serves: its code meets the schema after.
    #[default]
    MigrateFirst,
    /// The new code serves before the migration has run: it meets the schema before.
    CodeFirst,
    /// Nothing serves while the migration runs: only the end state counts.
    StopTheWorld,
}

impl DeployOrder {
    /// The name, as in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::MigrateFirst => "migrate-first",
            Self::CodeFirst => "code-first",
            Self::StopTheWorld => "stop-the-world",
        }
    }

    /// Whether a rollout in this order passes through the cell.
    pub fn passes(self, cell: Cell) -> bool {
        match cell {
            Cell::EndState => true,
            Cell::MigrateFirst => self == Self::MigrateFirst,
            Cell::CodeFirst => self == Self::CodeFirst,
        }
    }
}

impl Check {
    /// Whether a rule that looks at this has something to say in the cell.
    pub(crate) fn is_asked_in(self, cell: Cell) -> bool {
        match self {
            Self::Change(_) => cell != Cell::CodeFirst,
            Self::Early(_) => cell == Cell::CodeFirst,
            Self::Both(_) => true,
            // Model and schema of one release are compared; the cells before it mix two.
            Self::Migration(_) | Self::Schema(_) => cell == Cell::EndState,
        }
    }
}

impl RuleContext<'_> {
    /// Whether new code meets the schema before. The changes are turned round, then: from the schema that the code was
    /// written for to the one that it meets.
    pub(super) fn is_early(&self) -> bool {
        self.cell == Cell::CodeFirst
    }
}
