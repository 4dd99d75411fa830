//! GitLab's Code Quality report ("Code Quality report format", docs.gitlab.com): an array of violations.
//!
//! GitLab shows a violation on changed lines only, so that the place is the migration's statement; the text names the
//! code. Fingerprints are unique, which GitLab demands.

use serde_json::{Value, json};

use crate::report::frame::place_text;
use crate::report::printable::clean_line;
use crate::report::wire::{CheckReport, FindingReport};
use crate::rules::Severity;

/// The report of `check`.
pub(crate) fn check(report: &CheckReport) -> String {
    let violations: Vec<Value> = report.findings.iter().map(|finding| violation(report, finding)).collect();
    super::json::render(&violations)
}

fn violation(report: &CheckReport, finding: &FindingReport) -> Value {
    let change = finding.change.and_then(|index| report.changes.get(index));
    let place = change.map_or(&finding.location, |change| &change.difference.location);
    let message = clean_line(finding.message.lines().next().unwrap_or_default());
    let description = match change {
        Some(_) => format!("{message} ({})", place_text(&finding.location)),
        None => message,
    };
    json!({
        "description": description,
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        "location": {
            "path": place.path,
            "positions": {
                "begin": { "line": place.line, "column": place.column },
                "end": { "line": place.end_line, "column": place.end_column },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{finding, report};

    #[test]
    fn the_place_is_the_statement_and_the_text_names_the_code() {
        let text = check(&report(vec![finding("src/a.ts", 2)]));
        let violations: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            violations,
            [json!({
                "description": "users.email is read (src/a.ts:2)",
                "check_name": "dropped-column-in-use",
                "fingerprint": "src/a.ts:2",
                "severity": "critical",
                "location": {
                    "path": "db/2.sql",
                    "positions": { "begin": { "line": 2, "column": 1 }, "end": { "line": 2, "column": 5 } },
                },
            })]
        );
    }
}
