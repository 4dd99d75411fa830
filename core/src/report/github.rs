//! Commands of GitHub Actions: annotations on the changed lines of a pull request.
//!
//! GitHub shows an annotation where the changed file is shown, so that each stands at the migration's statement and names
//! the code. Format: "Workflow commands for GitHub Actions" (docs.github.com). Ten annotations per severity and step are
//! shown: the worst come first, one per change and severity, with the places in the text.

use std::fmt::Write;

use crate::report::frame::place_text;
use crate::report::printable::clean;
use crate::report::text::{counts, plural};
use crate::report::wire::{CheckReport, FindingReport, Location};
use crate::rules::{Severity, Verdict};

/// Places of one annotation.
const PLACES: usize = 20;

/// The report of `check`.
pub(crate) fn check(report: &CheckReport) -> String {
    let mut out = String::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for (index, change) in report.changes.iter().enumerate() {
            let findings: Vec<&FindingReport> = report
                .findings
                .iter()
                .filter(|finding| finding.change == Some(index) && finding.severity == severity)
                .collect();
            if findings.is_empty() {
                continue;
            }
            let title = format!("seawall: {}", change.difference.summary);
            write_command(&mut out, severity, &title, &change.difference.location, &body(&findings));
        }
        let others = report.findings.iter().filter(|finding| finding.change.is_none());
        for finding in others.filter(|finding| finding.severity == severity) {
            let title = format!("seawall: {}", finding.rule);
            write_command(&mut out, severity, &title, &finding.location, &finding.message);
        }
    }
    for change in report.changes.iter().filter(|change| change.verdict == Verdict::Unknown) {
        let title = format!("seawall: {}", change.difference.summary);
        let places = change.unresolved.iter().map(|place| (&place.location, place.reason.as_str()));
        let body = format!("Not known to be safe: {}", listing(places.collect()));
        write_command(&mut out, Severity::Note, &title, &change.difference.location, &body);
    }
    let _ = writeln!(
        out,
        "seawall: {} {}",
        plural(report.changes.len(), "change") + ".",
        counts(&report.findings.iter().collect::<Vec<_>>())
    );
    out
}

fn body(findings: &[&FindingReport]) -> String {
    let first_line =
        |finding: &'_ FindingReport| finding.message.lines().next().unwrap_or_default().to_owned();
    let messages: Vec<String> = findings.iter().map(|finding| first_line(finding)).collect();
    let places =
        findings.iter().zip(&messages).map(|(finding, message)| (&finding.location, message.as_str()));
    let mut body = listing(places.collect());
    let help = findings.first().and_then(|finding| finding.help.as_ref());
    if let Some(help) = help {
        let _ = write!(body, "\nhelp: {help}");
    }
    body
}

fn listing(places: Vec<(&Location, &str)>) -> String {
    let mut lines: Vec<String> = places
        .iter()
        .take(PLACES)
        .map(|(place, message)| format!("{}: {message}", place_text(place)))
        .collect();
    if places.len() > PLACES {
        lines.push(format!("and {} more", places.len() - PLACES));
    }
    lines.join("\n")
}

fn write_command(out: &mut String, severity: Severity, title: &str, place: &Location, message: &str) {
    let command = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let _ = write!(
        out,
        "::{command} title={},file={},line={}",
        property(title),
        property(&place.path),
        place.line
    );
    // Columns are for places on one line only; GitHub refuses others.
    if place.end_line == place.line {
        let _ =
            write!(out, ",endLine={},col={},endColumn={}", place.end_line, place.column, place.end_column);
    } else {
        let _ = write!(out, ",endLine={}", place.end_line);
    }
    let _ = writeln!(out, "::{}", data(message));
}

/// A line break would end the command and begin another one.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    clean(&text).into_owned()
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{finding, report};

    #[test]
    fn the_annotation_stands_at_the_statement_and_names_the_code() {
        let text = check(&report(vec![finding("src/a.ts", 2), finding("src/b.ts", 5)]));
        let first = text.lines().next().unwrap_or_default();
        assert!(
            first.starts_with(
                "::error title=seawall%3A column users.email is dropped,file=db/2.sql,line=2,endLine=2,col=1,endColumn=5::"
            ),
            "{first}"
        );
        assert!(
            first.contains("src/a.ts:2: users.email is read%0Asrc/b.ts:5: users.email is read"),
            "{first}"
        );
        assert_eq!(text.lines().last(), Some("seawall: 1 change. 2 errors in 2 files."));
    }

    #[test]
    fn input_cannot_begin_a_command_of_its_own() {
        let mut sample = finding("src/a.ts", 2);
        sample.message = "x\n::stop-commands::y\r\n100%".into();
        sample.change = None;
        sample.location.path = "a,b:c\n.ts".into();
        let text = check(&report(vec![sample]));
        assert!(!text.lines().any(|line| line.starts_with("::stop")), "{text}");
        assert!(text.contains("file=a%2Cb%3Ac%0A.ts,") && text.contains("100%25"), "{text}");
    }
}
