//! The report of `compat` for people at a terminal.

use std::fmt::Write;

use crate::report::printable::clean_line;
use crate::report::text::plural;
use crate::report::wire::CompatReport;
use crate::rules::Verdict;

/// One line for each release, newest first, and the answer.
pub(crate) fn text(report: &CompatReport) -> String {
    let mut out = String::new();
    let width = report.releases.iter().map(|release| release.revision.chars().count()).max().unwrap_or(0);
    for release in &report.releases {
        let said = match release.verdict {
            Verdict::Safe => format!("works    {} since", plural(release.changes, "change")),
            Verdict::Unknown => "unknown  not all of its code could be resolved".to_owned(),
            Verdict::Breaks => format!("breaks   at {}", plural(release.places, "place")),
        };
        let _ = writeln!(out, "{:width$}  {said}", clean_line(&release.revision));
        for reason in &release.reasons {
            let _ = writeln!(out, "{:width$}    {}", "", clean_line(reason));
        }
    }
    let answer = match &report.oldest {
        Some(oldest) => format!("The oldest release whose code works on this schema: {}", clean_line(oldest)),
        None => "No release is known to work on this schema.".to_owned(),
    };
    let _ = writeln!(out, "\n{answer}");
    out
}
