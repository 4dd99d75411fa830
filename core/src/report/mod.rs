//! Reports: the only serialisable types (`wire`) and one file per output format.

pub(crate) mod describe;
pub(crate) mod fingerprint;
pub(crate) mod model;
pub(crate) mod pages;
pub(crate) mod places;
pub mod wire;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The output formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Text,
    /// The stable JSON of [`wire`].
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Commands of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// For comments on pull requests.
    Markdown,
}
