//! Runs a case through the public functions and compares what is reported with what is marked.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use seawall::report::wire::{CheckReport, EvidenceReport, Location, UnanalyzedReport, UsagesReport};
use seawall::{ChangeSource, CheckOptions, Options};
use serde::Serialize;

use crate::case::{Case, CaseFile, Question, Side};

/// A case's project on disk, removed with the value.
struct Project {
    root: PathBuf,
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

impl Project {
    /// Writes the files: code at the root, the schemas in `before` and `after`.
    fn write(files: &[CaseFile]) -> std::io::Result<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("seawall-case-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let project = Self { root: std::env::temp_dir().join(name) };
        std::fs::create_dir_all(&project.root)?;
        for file in files {
            for place in places(file) {
                let path = project.root.join(place);
                path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
                std::fs::write(path, &file.text)?;
            }
        }
        Ok(project)
    }

    fn options(&self, schema: Option<String>) -> Options {
        let root = self.root.display().to_string();
        Options { root, schema: schema.into_iter().collect(), ..Options::default() }
    }
}

/// Where a file of a case lies in its project.
pub fn places(file: &CaseFile) -> Vec<String> {
    match file.side {
        Side::Both => vec![format!("before/{}", file.path), format!("after/{}", file.path)],
        Side::Before => vec![format!("before/{}", file.path)],
        Side::After => vec![format!("after/{}", file.path)],
        Side::Code => vec![file.path.clone()],
    }
}

/// The schema source of a side: its only file, its `versions` folder, or all of it.
pub fn source(files: &[CaseFile], side: &str) -> Option<String> {
    let prefix = format!("{side}/");
    let places = files.iter().flat_map(places).filter(|place| place.starts_with(&prefix));
    let places: Vec<String> = places.collect();
    match places.as_slice() {
        [] => None,
        [only] if !only.contains("/versions/") => Some(only.clone()),
        _ if places.iter().any(|place| place.starts_with(&format!("{side}/versions/"))) => {
            Some(format!("{side}/versions"))
        }
        _ => Some(side.to_owned()),
    }
}

/// What is wrong with a case; empty where all is as it should be.
pub fn failures(case: &Case) -> Vec<String> {
    let result = std::panic::catch_unwind(|| judge(case));
    let found = match result {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => vec![format!("the run failed: {error}")],
        Err(_) => vec!["the run panicked".to_owned()],
    };
    let place = format!("{}:{}: {}", case.page.display(), case.page_line, case.name);
    found.into_iter().map(|failure| format!("{place}: {failure}")).collect()
}

fn judge(case: &Case) -> Result<Vec<String>, String> {
    let first = ask(case, &case.files)?;
    let mut failures = compare(case, &first);
    if ask(case, &case.files)?.json != first.json {
        failures.push("two runs give different bytes".to_owned());
    }
    failures.extend(unchanged(case)?);
    for cut in truncated(&case.files) {
        // A cut project may be refused; it may not panic.
        let _ = ask(case, &cut);
    }
    Ok(failures)
}

/// Something reported: the place, and the label that a mark must have.
struct Reported {
    location: Location,
    label: String,
}

/// What a run gave.
struct Answer {
    /// Must be marked.
    reported: Vec<Reported>,
    /// May be marked with `note:`.
    notes: Vec<Reported>,
    json: String,
}

fn ask(case: &Case, files: &[CaseFile]) -> Result<Answer, String> {
    let project = Project::write(files).map_err(|error| error.to_string())?;
    let (before, after) = (source(files, "before"), source(files, "after"));
    let change = match (&case.question, before, after) {
        (Question::Usages(target), _, after) => {
            let report =
                seawall::usages(&project.options(after), target).map_err(|error| error.to_string())?;
            return Ok(answer_usages(&report));
        }
        (Question::Sql(sql), before, _) => {
            let (options, change) = (project.options(before), ChangeSource::Sql(sql.clone()));
            return Ok(answer_check(check(case, options, change)?));
        }
        (Question::Check, Some(before), Some(after)) => ChangeSource::Paths { before, after },
        (Question::Check, _, _) => ChangeSource::Newest,
    };
    Ok(answer_check(check(case, project.options(None), change)?))
}

fn check(case: &Case, options: Options, change: ChangeSource) -> Result<CheckReport, String> {
    let mut all = CheckOptions {
        root: options.root,
        schema: options.schema,
        deploy_order: case.order,
        ..CheckOptions::default()
    };
    match change {
        ChangeSource::Newest => {}
        ChangeSource::Sql(sql) => all.sql = Some(sql),
        ChangeSource::Paths { before, after } => (all.before, all.after) = (Some(before), Some(after)),
        ChangeSource::Since(revision) => all.since = Some(revision),
        ChangeSource::Base(revision) => all.base = Some(revision),
    }
    seawall::check_with(all).map_err(|error| error.to_string())
}

fn answer_check(mut report: CheckReport) -> Answer {
    report.stats.elapsed_ms = 0;
    let reported = report.findings.iter().map(|finding| Reported {
        location: finding.location.clone(),
        label: format!("{}: {}", severity_mark(&finding.severity), finding.rule),
    });
    let mut notes: Vec<Reported> = vec![];
    for change in &report.changes {
        let places = std::iter::once(&change.difference.location).chain(&change.difference.declared);
        notes.extend(places.map(|location| Reported {
            location: location.clone(),
            label: change.difference.summary.clone(),
        }));
        notes.extend(unresolved(&change.unresolved));
    }
    notes.extend(report.findings.iter().flat_map(|finding| evidence(&finding.evidence)));
    Answer { reported: reported.collect(), notes, json: json(&report) }
}

fn answer_usages(report: &UsagesReport) -> Answer {
    let reported = report.usages.iter().map(|usage| {
        let mut label = format!("{} {}", word(&usage.how), word(&usage.access));
        if usage.implicit {
            label.push_str(" implicit");
        }
        let confidence = word(&usage.confidence);
        if confidence != "exact" {
            label = format!("{label} {confidence}");
        }
        Reported { location: usage.location.clone(), label }
    });
    let evidence = report.usages.iter().flat_map(|usage| evidence(&usage.evidence));
    let notes = evidence.chain(unresolved(&report.unresolved));
    Answer { reported: reported.collect(), notes: notes.collect(), json: json(report) }
}

fn unresolved(places: &[UnanalyzedReport]) -> impl Iterator<Item = Reported> + '_ {
    places.iter().map(|place| Reported { location: place.location.clone(), label: place.reason.clone() })
}

fn evidence(links: &[EvidenceReport]) -> impl Iterator<Item = Reported> + '_ {
    links
        .iter()
        .filter_map(|link| Some(Reported { location: link.location.clone()?, label: link.message.clone() }))
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// How a finding of this severity is marked: `note:` marks other places.
fn severity_mark(severity: &impl Serialize) -> String {
    match &*word(severity) {
        "note" => "finding".to_owned(),
        other => other.to_owned(),
    }
}

/// The word that the JSON has for a value.
fn word(value: &impl Serialize) -> String {
    json(value).trim_matches('"').to_owned()
}

/// What is marked and not reported, and what is reported and not marked.
fn compare(case: &Case, answer: &Answer) -> Vec<String> {
    let mut failures = vec![];
    let mut left: Vec<&Reported> = answer.reported.iter().collect();
    for file in &case.files {
        for mark in &file.marks {
            let at = |found: &Reported| {
                let same_line = found.location.line == found.location.end_line;
                places(file).contains(&found.location.path)
                    && (found.location.line, found.location.column) == (mark.line, mark.column)
                    // Carets under the first line of something that is longer reach to the end of that line.
                    && (!same_line || found.location.end_column == mark.end_column)
            };
            let known = match mark.expected.strip_prefix("note:") {
                Some(text) => answer.notes.iter().any(|note| at(note) && note.label.contains(text.trim())),
                None => {
                    let found = left.iter().position(|found| at(found) && found.label == mark.expected);
                    found.map(|index| left.swap_remove(index)).is_some()
                }
            };
            if !known {
                failures.push(format!("line {}: `{}` is not reported here", mark.page_line, mark.expected));
            }
        }
    }
    failures.extend(left.into_iter().map(|found| {
        let place = &found.location;
        format!(
            "`{}` is reported at {}:{}:{} and not marked",
            found.label, place.path, place.line, place.column
        )
    }));
    failures
}

/// A schema against itself: no change, and nothing that a change would break.
fn unchanged(case: &Case) -> Result<Vec<String>, String> {
    let mut failures = vec![];
    for side in ["before", "after"] {
        let Some(path) = source(&case.files, side) else { continue };
        let project = Project::write(&case.files).map_err(|error| error.to_string())?;
        let change = ChangeSource::Paths { before: path.clone(), after: path };
        let report = seawall::check(&project.options(None), &change).map_err(|error| error.to_string())?;
        if let Some(change) = report.changes.first() {
            failures.push(format!("{side} against {side} is a change: {}", change.difference.summary));
        }
        if let Some(finding) = report.findings.iter().find(|finding| finding.change.is_some()) {
            failures.push(format!("{side} against {side} is a finding: {}", finding.message));
        }
    }
    Ok(failures)
}

/// The project with one file cut off, for each file and several places.
fn truncated(files: &[CaseFile]) -> Vec<Vec<CaseFile>> {
    let mut projects = vec![];
    for index in 0..files.len() {
        for eighths in [1, 4, 7] {
            let mut cut = files.to_vec();
            if let Some(file) = cut.get_mut(index) {
                let mut end = file.text.len() * eighths / 8;
                while !file.text.is_char_boundary(end) {
                    end -= 1;
                }
                file.text.truncate(end);
            }
            projects.push(cut);
        }
    }
    projects
}

/// The folder of the whole workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}
