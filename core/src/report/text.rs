//! The report for people at a terminal: change by change, the code line first, then the statement, the proof and the
//! remedy.

use std::cmp::Reverse;
use std::fmt::Write;

use crate::report::frame::{Layout, place_text, render_finding};
use crate::report::places::Places;
use crate::report::printable::{clean, clean_line};
use crate::report::wire::{
    BaselineOriginReport, ChangeReport, CheckReport, DiffReport, FindingReport, OverallVerdict, SourceReport,
    UnanalyzedReport, UsagesReport,
};
use crate::rules::{Cell, DeployOrder, Severity, Verdict};
use crate::usage::How;

/// Places of one kind are listed up to this number; JSON has all.
const LISTED: usize = 20;

/// What heads the places of `unanalyzed`: statements that were not understood, files that were passed over, and what is to be
/// known about their order.
const LEFT_OPEN: &str = "not read, or read with a doubt";

/// The report of `check`.
pub(crate) fn check(report: &CheckReport, places: &Places, layout: Layout) -> String {
    if report.changes.is_empty() && report.findings.is_empty() && report.unanalyzed.is_empty() {
        let mut out = "Nothing changes in the schema.\n".to_owned();
        write_judged(&mut out, report);
        return out;
    }
    let mut out = format!("{}\n", verdict_line(report, layout));
    write_judged(&mut out, report);
    out.push('\n');
    let changes: Vec<(usize, &ChangeReport)> = report.changes.iter().enumerate().collect();
    for verdict in [Verdict::Breaks, Verdict::Unknown, Verdict::Safe] {
        for (index, change) in changes.iter().filter(|(_, change)| change.verdict == verdict) {
            let findings: Vec<&FindingReport> =
                report.findings.iter().filter(|finding| finding.change == Some(*index)).collect();
            // What another order would break is said in a line.
            let (findings, aside): (Vec<_>, Vec<_>) =
                findings.into_iter().partition(|finding| is_on_path(finding, report.rollout.order));
            let silent = findings.is_empty() && verdict == Verdict::Safe;
            write_heading(&mut out, change, layout);
            write_cells(&mut out, change, report);
            write_aside(&mut out, &aside);
            if !silent {
                write_change(&mut out, change, &findings, places, layout);
            }
        }
    }
    let others: Vec<&FindingReport> =
        report.findings.iter().filter(|finding| finding.change.is_none()).collect();
    if !others.is_empty() {
        if !out.is_empty() {
            out.push('\n');
        }
        write_findings(&mut out, None, &others, places, layout);
    }
    write_unanalyzed(&mut out, LEFT_OPEN, &report.unanalyzed);
    write_baseline(&mut out, &report.schema_sources);
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push_str("\n\n");
    }
    out.push_str(&summary(report, layout));
    out
}

/// What was taken for the change, a line for each, where the changes do not say it: there are none, or a release was compared.
fn write_judged(out: &mut String, report: &CheckReport) {
    if !tells_judged(report) {
        return;
    }
    for judged in report.judged.iter().take(LISTED) {
        let _ = writeln!(out, "Judged: {} ({}).", clean_line(&judged.summary), clean_line(&judged.source));
    }
}

/// Whether a reader needs to be told what was taken for the change.
pub(crate) fn tells_judged(report: &CheckReport) -> bool {
    report.changes.is_empty() || report.rollout.running.is_some()
}

/// `blocked: 3 of 4 changes break code`: the answer, before the reasons.
fn verdict_line(report: &CheckReport, layout: Layout) -> String {
    let of = |verdict| report.changes.iter().filter(|change| change.verdict == verdict).count();
    let all = plural(report.changes.len(), "change");
    let (color, text) = match report.verdict {
        OverallVerdict::Safe => ("1;32", format!("safe: {}", safe_words(report))),
        OverallVerdict::NeedsReview => {
            let text = match (of(Verdict::Unknown), report.findings.is_empty()) {
                (0, true) => "needs review: a part was not read, or is in doubt".to_owned(),
                (0, false) => {
                    format!("needs review: nothing is proven to break by {all}, but see the warnings")
                }
                (1, _) => format!("needs review: 1 of {all} could not be judged"),
                (unknown, _) => format!("needs review: {unknown} of {all} could not be judged"),
            };
            ("1;33", text)
        }
        OverallVerdict::Blocked => {
            let text = match of(Verdict::Breaks) {
                0 => "blocked: code and schema do not fit together".to_owned(),
                1 => format!("blocked: 1 of {all} breaks code"),
                breaks => format!("blocked: {breaks} of {all} break code"),
            };
            ("1;31", text)
        }
    };
    paint(&text, color, layout)
}

fn safe_words(report: &CheckReport) -> String {
    match report.changes.len() {
        0 => "nothing changes in the schema".to_owned(),
        1 => "the change breaks no code".to_owned(),
        count => format!("none of {count} changes breaks code"),
    }
}

/// Whether the finding is one of the rollout's own states; one of another order is a note beside it.
pub(crate) fn is_on_path(finding: &FindingReport, order: DeployOrder) -> bool {
    finding.cells.is_empty() || finding.cells.iter().any(|cell| order.passes(*cell))
}

/// Who fails when, where more than the end state was judged.
fn write_cells(out: &mut String, change: &ChangeReport, report: &CheckReport) {
    if report.rollout.running.is_none() && report.rollout.order != DeployOrder::CodeFirst {
        return;
    }
    if let Some(note) = &change.note {
        let _ = writeln!(out, "        {}", clean_line(note));
    }
    for cell in change.cells.iter().filter(|cell| cell.on_path && cell.verdict != Verdict::Safe) {
        let who = match &cell.release {
            Some(revision) => format!("the running release ({})", clean_line(revision)),
            None => "the new code".to_owned(),
        };
        let when = match cell.cell {
            Cell::MigrateFirst => "from the migration until the new code has replaced it",
            Cell::CodeFirst => "from its release until the migration has run",
            Cell::EndState => "after the migration",
        };
        let _ = match cell.verdict {
            Verdict::Breaks => {
                writeln!(out, "        {who} fails {when}: {}", plural(cell.places, "place"))
            }
            Verdict::Unknown => writeln!(out, "        {who} may fail {when}: not all could be resolved"),
            Verdict::Safe => Ok(()),
        };
    }
}

/// What another order of deployment would break.
fn write_aside(out: &mut String, aside: &[&FindingReport]) {
    for finding in aside {
        let last = finding.message.lines().last().unwrap_or_default();
        let _ = writeln!(out, "        {} ({})", clean_line(last), place_text(&finding.location));
    }
}

/// `breaks   column users.email is dropped  migrations/3.sql:4`.
fn write_heading(out: &mut String, change: &ChangeReport, layout: Layout) {
    let (word, color) = match change.verdict {
        Verdict::Breaks => ("breaks", "1;31"),
        Verdict::Unknown => ("unknown", "1;33"),
        Verdict::Safe => ("safe", "1;32"),
    };
    let difference = &change.difference;
    let code_name = match (&difference.entity, &difference.field) {
        (Some(entity), Some(field)) => format!(" ({entity}.{field})"),
        (Some(entity), None) if difference.column.is_none() => format!(" ({entity})"),
        (Some(_), None) | (None, _) => String::new(),
    };
    let candidate = difference.rename_candidate.as_ref();
    let candidate = candidate.map(|name| format!("; renamed to {name}?")).unwrap_or_default();
    let summary = clean_line(&format!("{}{code_name}{candidate}", difference.summary));
    let place = place_text(&difference.location);
    let suppressed = match change.suppressed {
        0 => String::new(),
        1 => " (1 finding suppressed)".to_owned(),
        count => format!(" ({count} findings suppressed)"),
    };
    let word = paint(&format!("{word:<8}"), color, layout);
    let _ = writeln!(out, "{word}{}  {place}{suppressed}", paint(&summary, "1", layout));
}

fn write_change(
    out: &mut String,
    change: &ChangeReport,
    findings: &[&FindingReport],
    places: &Places,
    layout: Layout,
) {
    write_findings(out, Some(change), findings, places, layout);
    if change.verdict == Verdict::Unknown {
        write_unanalyzed(out, "places that could meet it and were not resolved", &change.unresolved);
    }
    out.push('\n');
}

/// What is shown first: the worst, and of these the model, since it stands for all queries that name the column through it.
pub(crate) fn weight(finding: &FindingReport) -> impl Ord + use<> {
    let is_model = finding.usage.as_ref().is_some_and(|usage| usage.how == How::Mapping);
    (Reverse(finding.severity), !is_model)
}

/// The first findings with their code, the others as a list.
fn write_findings(
    out: &mut String,
    change: Option<&ChangeReport>,
    findings: &[&FindingReport],
    places: &Places,
    layout: Layout,
) {
    let mut sorted = findings.to_vec();
    sorted.sort_by_key(|finding| weight(finding));
    let split = sorted.len().min(layout.frames);
    let (framed, listed) = sorted.split_at_checked(split).unwrap_or((&sorted, &[]));
    for (position, finding) in framed.iter().enumerate() {
        out.push('\n');
        out.push_str(&render_finding(finding, change, position == 0, places, layout));
        out.push('\n');
    }
    if listed.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n  and {} more (--frames {} shows their code):", listed.len(), sorted.len());
    for finding in listed {
        let severity = severity_word(finding.severity);
        let message = clean_line(finding.message.lines().next().unwrap_or_default());
        let _ = writeln!(out, "  {}: {severity}: {message}", position_text(finding));
    }
}

fn position_text(finding: &FindingReport) -> String {
    let place = &finding.location;
    format!("{}:{}:{}", clean_line(&place.path), place.line, place.column)
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn write_unanalyzed(out: &mut String, title: &str, places: &[UnanalyzedReport]) {
    if places.is_empty() {
        return;
    }
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
    let _ = writeln!(out, "{title} ({}):", places.len());
    for place in places.iter().take(LISTED) {
        let _ = writeln!(out, "  {}: {}", place_text(&place.location), clean_line(&place.reason));
    }
    if places.len() > LISTED {
        let _ = writeln!(out, "  and {} more (--format json has them all)", places.len() - LISTED);
    }
}

/// What is taken to be there before the first revision, where nobody named it.
fn write_baseline(out: &mut String, sources: &[SourceReport]) {
    for part in sources.iter().flat_map(|source| &source.baseline) {
        let from = match part.origin {
            BaselineOriginReport::Given => continue,
            BaselineOriginReport::Models => "the project's models".to_owned(),
            BaselineOriginReport::Library => clean_line(&part.name),
        };
        let count = plural(part.tables.len(), "table");
        let first: Vec<String> = part.tables.iter().take(5).map(|table| clean_line(table)).collect();
        let more = if part.tables.len() > first.len() { ", ..." } else { "" };
        let _ = writeln!(
            out,
            "\nno revision makes {count} ({}{more}): taken from {from}; --baseline says it otherwise",
            first.join(", ")
        );
    }
}

/// The last line: what stands in the way of the change, in numbers.
fn summary(report: &CheckReport, layout: Layout) -> String {
    let of = |verdict| report.changes.iter().filter(|change| change.verdict == verdict).count();
    let (breaks, unknown, safe) = (of(Verdict::Breaks), of(Verdict::Unknown), of(Verdict::Safe));
    let parts = [(breaks, "breaking"), (unknown, "unknown"), (safe, "safe")];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let color = match (breaks, unknown) {
        (0, 0) => "1;32",
        (0, _) => "1;33",
        (_, _) => "1;31",
    };
    let changes = plural(report.changes.len(), "change");
    let text = format!("{changes}: {}", if parts.is_empty() { "none".to_owned() } else { parts.join(", ") });
    let order = report.rollout.order;
    let told: Vec<&FindingReport> =
        report.findings.iter().filter(|finding| is_on_path(finding, order)).collect();
    format!("{}. {}\n{}", paint(&text, color, layout), counts(&told), judged(report))
}

/// What was judged, where that is not all that there is.
fn judged(report: &CheckReport) -> &'static str {
    let is_open = report.rollout.running.is_none()
        && report.rollout.order == DeployOrder::MigrateFirst
        && !report.changes.is_empty();
    if is_open {
        "The code of the work tree was judged; --base GITREF also judges the release that is still running.\n"
    } else {
        ""
    }
}

/// `2 errors and 1 warning in 3 files.`
pub(crate) fn counts(findings: &[&FindingReport]) -> String {
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let numbers =
        [(of(Severity::Error), "error"), (of(Severity::Warning), "warning"), (of(Severity::Note), "note")];
    let words: Vec<String> =
        numbers.iter().filter(|(count, _)| *count > 0).map(|(count, word)| plural(*count, word)).collect();
    let mut files: Vec<&str> = findings.iter().map(|finding| finding.location.path.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    match words.split_last() {
        None => "No findings.".to_owned(),
        Some((last, [])) => format!("{last} in {}.", plural(files.len(), "file")),
        Some((last, others)) => {
            format!("{} and {last} in {}.", others.join(", "), plural(files.len(), "file"))
        }
    }
}

pub(crate) fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

fn paint(text: &str, color: &str, layout: Layout) -> String {
    if layout.color { format!("\u{1b}[{color}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// The report of `usages`: one line each, the code beside the place, file by file.
pub(crate) fn usages(report: &UsagesReport, places: &Places, layout: Layout) -> String {
    let mut out = String::new();
    let mut path = None;
    for usage in &report.usages {
        if path != Some(&usage.location.path) {
            if path.is_some() {
                out.push('\n');
            }
            let _ = writeln!(out, "{}", paint(&clean_line(&usage.location.path), "1", layout));
            path = Some(&usage.location.path);
        }
        let place = &usage.location;
        let kind = format!("{} {}", word(usage.how), word(usage.access));
        let implicit = if usage.implicit { ", implicit" } else { "" };
        let line = places.file_of(place).and_then(|file| {
            let range = file.lines().line_range(&file.text, place.line)?;
            file.text.get(range).map(|text| text.trim().chars().take(120).collect::<String>())
        });
        let code = clean_line(&line.unwrap_or_default());
        let _ = writeln!(out, "  {}:{}  {kind}{implicit}  {code}", place.line, place.column);
        for evidence in &usage.evidence {
            let _ = writeln!(out, "      {}", clean(&crate::report::frame::evidence_text(evidence)));
        }
    }
    write_unanalyzed(&mut out, "places that could meet it and were not resolved", &report.unresolved);
    if !out.is_empty() {
        out.push('\n');
    }
    let mut files: Vec<&str> = report.usages.iter().map(|usage| usage.location.path.as_str()).collect();
    files.dedup();
    let _ = writeln!(out, "{} in {}.", plural(report.usages.len(), "usage"), plural(files.len(), "file"));
    out
}

/// The word that JSON has for it.
fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

/// The report of `diff`: one line for each change.
pub(crate) fn diff(report: &DiffReport) -> String {
    let mut out = String::new();
    for change in &report.changes {
        let _ = writeln!(out, "{}  {}", clean_line(&change.summary), place_text(&change.location));
    }
    write_unanalyzed(&mut out, LEFT_OPEN, &report.unanalyzed);
    if report.changes.is_empty() {
        out.push_str("Nothing changes in the schema.\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{finding, report};
    use crate::text::{MemoryFiles, Sources};

    const LAYOUT: Layout = Layout { color: false, width: 80, frames: 1 };

    fn check_text(findings: Vec<FindingReport>) -> String {
        let files = [
            ("db/2.sql", "-- goes\ndrop column email;\n"),
            ("src/a.ts", "mail(user);\n"),
            ("src/b.ts", "x\n"),
            ("src/c.ts", "const user = find();\n"),
        ];
        let places = Places::new(Sources::new(Box::new(MemoryFiles::from_iter(files))));
        let mut report = report(findings);
        let statement = &mut report.changes[0].difference.location;
        (statement.byte_start, statement.byte_end) = (8, 25);
        check(&report, &places, LAYOUT)
    }

    #[test]
    fn the_code_comes_first_then_the_statement_the_proof_and_the_remedy() {
        let expected = "\
blocked: 1 of 1 change breaks code

breaks  column users.email is dropped (User.email)  db/2.sql:2

error[dropped-column-in-use]: users.email is read
 --> src/a.ts:1:1
  |
1 | mail(user);
  | ^^^^
  |
 ::: db/2.sql:2:1
  |
2 | drop column email;
  | ----------------- column users.email is dropped
  |
  = note: `user` is a row of users (src/c.ts:1)
  = help: stop reading it first

  and 1 more (--frames 2 shows their code):
  src/b.ts:1:1: error: users.email is read

1 change: 1 breaking. 2 errors in 2 files.
The code of the work tree was judged; --base GITREF also judges the release that is still running.
";
        assert_eq!(check_text(vec![finding("src/a.ts", 1), finding("src/b.ts", 1)]), expected);
    }

    #[test]
    fn a_safe_change_is_one_line() {
        let expected = "\
safe: the change breaks no code

safe    column users.email is dropped (User.email)  db/2.sql:2

1 change: 1 safe. No findings.
The code of the work tree was judged; --base GITREF also judges the release that is still running.
";
        assert_eq!(check_text(Vec::new()), expected);
    }
}
