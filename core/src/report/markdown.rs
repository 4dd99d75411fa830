//! The report as Markdown: for comments on pull requests and job summaries.

use std::fmt::Write;

use crate::report::frame::place_text;
use crate::report::printable::clean_line;
use crate::report::text::{counts, is_on_path, plural, tells_judged, weight};
use crate::report::wire::{ChangeReport, CheckReport, FindingReport, OverallVerdict, UnanalyzedReport};
use crate::rules::{Severity, Verdict};

/// Rows of one table; a comment on GitHub holds 65,536 characters.
const ROWS: usize = 50;

/// The report of `check`.
pub(crate) fn check(report: &CheckReport) -> String {
    let mut out = String::from("## Seawall\n\n");
    let order = report.rollout.order;
    let told: Vec<&FindingReport> =
        report.findings.iter().filter(|finding| is_on_path(finding, order)).collect();
    let changes = plural(report.changes.len(), "change");
    let _ = writeln!(out, "**{}**. {changes}. {}", overall_word(report.verdict), counts(&told));
    if let Some(running) = &report.rollout.running {
        let _ =
            writeln!(out, "\nRunning release: {}. Deploy order: {}.", code(&running.revision), order.name());
    }
    if tells_judged(report) {
        for judged in report.judged.iter().take(ROWS) {
            let _ = writeln!(out, "\nJudged: {} ({}).", escape(&judged.summary), code(&judged.source));
        }
    }
    if !report.changes.is_empty() {
        out.push_str("\n| Verdict | Change | Where |\n|---|---|---|\n");
        for change in &report.changes {
            let _ = writeln!(
                out,
                "| {} | {} | {} |",
                verdict_word(change.verdict),
                escape(&change.difference.summary),
                code(&place_text(&change.difference.location))
            );
        }
    }
    for (index, change) in report.changes.iter().enumerate() {
        let of_change = told.iter().copied().filter(|finding| finding.change == Some(index));
        write_change(&mut out, change, &of_change.collect::<Vec<_>>());
    }
    let others: Vec<&FindingReport> =
        report.findings.iter().filter(|finding| finding.change.is_none()).collect();
    if !others.is_empty() {
        out.push_str("\n### Other findings\n");
        write_findings(&mut out, &others);
    }
    write_places(&mut out, "Not read, or read with a doubt", &report.unanalyzed);
    out
}

fn overall_word(verdict: OverallVerdict) -> &'static str {
    match verdict {
        OverallVerdict::Safe => "🟢 Safe",
        OverallVerdict::NeedsReview => "🟡 Needs review",
        OverallVerdict::Blocked => "🔴 Blocked",
    }
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Breaks => "🔴 breaks",
        Verdict::Unknown => "🟡 unknown",
        Verdict::Safe => "🟢 safe",
    }
}

fn write_change(out: &mut String, change: &ChangeReport, findings: &[&FindingReport]) {
    if findings.is_empty() && change.unresolved.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n### {}", escape(&change.difference.summary));
    write_findings(out, findings);
    let mut help: Vec<&str> = findings.iter().filter_map(|finding| finding.help.as_deref()).collect();
    help.dedup();
    if let Some(help) = help.first() {
        let _ = writeln!(out, "\n**What to do:** {}", escape(help));
    }
    if change.verdict == Verdict::Unknown {
        write_places(out, "Places that could meet it and were not resolved", &change.unresolved);
    }
}

fn write_findings(out: &mut String, findings: &[&FindingReport]) {
    if findings.is_empty() {
        return;
    }
    let mut sorted = findings.to_vec();
    sorted.sort_by_key(|finding| weight(finding));
    out.push_str("\n| | Code | What | Why |\n|---|---|---|---|\n");
    for finding in sorted.iter().take(ROWS) {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let message = escape(finding.message.lines().next().unwrap_or_default());
        let evidence: Vec<String> =
            finding.evidence.iter().map(|link| escape(&crate::report::frame::evidence_text(link))).collect();
        let place = code(&place_text(&finding.location));
        let _ = writeln!(
            out,
            "| {severity} | {place} | {message} (`{}`) | {} |",
            finding.rule,
            evidence.join("; ")
        );
    }
    if sorted.len() > ROWS {
        let _ = writeln!(out, "\nand {} more", sorted.len() - ROWS);
    }
}

fn write_places(out: &mut String, title: &str, places: &[UnanalyzedReport]) {
    if places.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n<details><summary>{title} ({})</summary>\n", places.len());
    for place in places.iter().take(ROWS) {
        let _ = writeln!(out, "- {}: {}", code(&place_text(&place.location)), escape(&place.reason));
    }
    if places.len() > ROWS {
        let _ = writeln!(out, "- and {} more", places.len() - ROWS);
    }
    out.push_str("\n</details>\n");
}

/// Text of the input as plain text of one line: no markup, no mention, no table cell of its own. Code spans stay.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for (index, piece) in clean_line(text).split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        let in_code = index % 2 == 1;
        for c in piece.chars() {
            match c {
                '|' => out.push_str("\\|"),
                '<' if !in_code => out.push_str("&lt;"),
                '&' if !in_code => out.push_str("&amp;"),
                '@' if !in_code => out.push_str("&#64;"),
                '*' | '_' | '[' | ']' | '#' | '~' | '!' | '\\' if !in_code => {
                    out.push('\\');
                    out.push(c);
                }
                c => out.push(c),
            }
        }
    }
    // A span that does not end would reach over the cells that follow.
    if out.matches('`').count() % 2 == 1 {
        out.push('`');
    }
    out
}

/// A code span of one line inside a table.
fn code(text: &str) -> String {
    format!("`{}`", clean_line(text).replace('`', "'").replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{finding, report};

    #[test]
    fn changes_and_findings_are_tables() {
        let text = check(&report(vec![finding("src/a.ts", 2)]));
        assert!(text.contains("1 change. 1 error in 1 file."), "{text}");
        assert!(text.contains("| 🔴 breaks | column users.email is dropped | `db/2.sql:2` |"), "{text}");
        let row = "| error | `src/a.ts:2` | users.email is read (`dropped-column-in-use`) | `user` is a row of users (src/c.ts:1) |";
        assert!(text.contains(row), "{text}");
        assert!(text.contains("**What to do:** stop reading it first"), "{text}");
    }

    #[test]
    fn input_stays_in_its_cell() {
        assert_eq!(escape("a|b <img> @all *x* `co<de"), "a\\|b &lt;img> &#64;all \\*x\\* `co<de`");
        assert_eq!(code("a`b|c\nd"), "`a'b\\|c d`");
    }
}
