//! Reports: the only serialisable types (`wire`) and one file per output format.

pub(crate) mod compat;
pub mod ddl;
pub(crate) mod describe;
pub(crate) mod fingerprint;
mod frame;
mod github;
mod gitlab;
pub(crate) mod json;
pub mod key;
mod markdown;
pub(crate) mod mermaid;
pub(crate) mod model;
pub(crate) mod pages;
pub(crate) mod places;
pub(crate) mod printable;
#[cfg(test)]
mod samples;
mod sarif;
pub(crate) mod text;
pub mod wire;
pub(crate) mod witness;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use frame::Layout;

use places::Places;
use wire::{CheckReport, Location};

/// The output formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people at a terminal
    #[default]
    Text,
    /// The stable JSON
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Commands of GitHub Actions
    Github,
    /// GitLab's Code Quality report
    Gitlab,
    /// For comments on pull requests
    Markdown,
}

/// The report of `check` in a format. `repository_path` is the root's path in its repository: what GitHub and GitLab
/// read is relative to that.
pub(crate) fn render_check(
    format: Format,
    report: &CheckReport,
    places: &Places,
    layout: Layout,
    repository_path: &str,
) -> String {
    match format {
        Format::Text => text::check(report, places, layout),
        Format::Json => json::render(report),
        Format::Markdown => markdown::check(report),
        Format::Sarif => sarif::check(&from_repository(report, repository_path)),
        Format::Github => github::check(&on_path(from_repository(report, repository_path))),
        Format::Gitlab => gitlab::check(&on_path(from_repository(report, repository_path))),
    }
}

/// The report without what only another order of deployment would break: a pull request is no place for that.
fn on_path(mut report: CheckReport) -> CheckReport {
    let order = report.rollout.order;
    report.findings.retain(|finding| text::is_on_path(finding, order));
    report
}

/// The report with paths that begin at the repository's top.
fn from_repository(report: &CheckReport, repository_path: &str) -> CheckReport {
    let mut report = report.clone();
    if repository_path.is_empty() {
        return report;
    }
    let prefix = |place: &mut Location| {
        if !place.path.starts_with('/') {
            place.path = format!("{repository_path}/{}", place.path);
        }
    };
    for change in &mut report.changes {
        prefix(&mut change.difference.location);
        change.difference.declared.iter_mut().for_each(prefix);
        change.unresolved.iter_mut().for_each(|place| prefix(&mut place.location));
    }
    for finding in &mut report.findings {
        prefix(&mut finding.location);
        finding.evidence.iter_mut().filter_map(|link| link.location.as_mut()).for_each(prefix);
    }
    report.unanalyzed.iter_mut().for_each(|place| prefix(&mut place.location));
    report
}
