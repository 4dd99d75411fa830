//! Which releases still work on the schema of the work tree.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::{ChangeSource, Options, run};
use crate::report::wire::{
    ChangeReport, CheckReport, CompatReleaseReport, CompatReport, FindingReport, VERSION,
};
use crate::rules::{Cell, DeployOrder, Verdict};
use crate::text::{commits, tags};
use crate::{Error, ErrorKind, Result};

/// Which releases [`crate::compat`] judges; without any, all tags that the work tree's commit comes after.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Releases {
    /// Git revisions (tags, branches, commits), newest first.
    pub revisions: Vec<String>,
    /// Commits of a range as git writes it (`v1.0..main`), along first parents.
    pub range: Option<String>,
    /// A pattern of tags (`v*`).
    pub tags: Option<String>,
}

/// As [`crate::compat`].
pub(super) fn compat(options: &Options, releases: &Releases) -> Result<CompatReport> {
    let root = if options.root.is_empty() { "." } else { &options.root };
    let named = named(Path::new(root), releases)?;
    let mut found = Vec::new();
    for revision in &named {
        let change = ChangeSource::Base(revision.clone());
        let report = run::check(options, &change, Some(DeployOrder::MigrateFirst))?.report;
        found.push(release(revision, report));
    }
    // Older than one that breaks is too old, whatever it says.
    let working = found.iter().take_while(|release| release.verdict == Verdict::Safe).last();
    let oldest = working.map(|release| release.revision.clone());
    Ok(CompatReport { version: VERSION, releases: found, oldest })
}

fn named(root: &Path, releases: &Releases) -> Result<Vec<String>> {
    let mut named = releases.revisions.clone();
    if let Some(range) = &releases.range {
        named.extend(commits(root, range)?);
    }
    if let Some(pattern) = &releases.tags {
        named.extend(tags(root, pattern)?);
    }
    let asked = !releases.revisions.is_empty() || releases.range.is_some() || releases.tags.is_some();
    if !asked {
        named = tags(root, "*")?;
    }
    if named.is_empty() {
        let message = "there are no releases to judge: name them with revisions (--revisions v1.0), a range of commits \
                       (--range v1.0..main) or a pattern of tags (--tags 'v*')";
        return Err(Error::new(ErrorKind::Git, message));
    }
    Ok(named)
}

/// What the release's code comes to on the schema of the work tree.
fn release(revision: &str, report: CheckReport) -> CompatReleaseReport {
    let meets = |change: &ChangeReport| {
        change
            .cells
            .iter()
            .find(|cell| cell.cell == Cell::MigrateFirst)
            .map(|cell| (cell.verdict, cell.places))
    };
    let cells: Vec<(Verdict, usize)> = report.changes.iter().filter_map(meets).collect();
    let is_its = |finding: &FindingReport| finding.cells.contains(&Cell::MigrateFirst);
    let first_lines = report.findings.iter().filter(|finding| is_its(finding)).map(first_line);
    CompatReleaseReport {
        revision: revision.to_owned(),
        commit: report.rollout.running.map(|running| running.commit).unwrap_or_default(),
        verdict: cells.iter().map(|cell| cell.0).max().unwrap_or(Verdict::Safe),
        changes: report.changes.len(),
        places: cells.iter().map(|cell| cell.1).sum(),
        reasons: first_lines.take(MOST_REASONS).collect(),
    }
}

/// So many reasons are given for each release.
const MOST_REASONS: usize = 5;

fn first_line(finding: &FindingReport) -> String {
    let place = &finding.location;
    let line = finding.message.lines().next().unwrap_or_default();
    format!("{}:{}: {line}", place.path, place.line)
}
