//! The table of implicit references, asked of Seawall: `data/implicit/rows.json` holds what ORMs did when they were run.
//!
//! A row becomes a file of a project that has its ORM's models, at each of the versions that the row was run with. The
//! project is asked three questions for each table that has the column: who meets it, who fails when another column that is
//! required is added, and who fails when this one becomes required. What is said of the file's judged lines is the answer.

mod project;

use std::collections::{BTreeMap, BTreeSet};

use seawall::ChangeSource;
use seawall::report::wire::{CheckReport, UsagesReport};
use serde::Deserialize;

use project::{Project, Target};

/// One call shape and what it did.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    /// Which shape.
    pub id: String,
    /// `Prisma`, `SQLAlchemy`, `SQLModel`, `Flask-SQLAlchemy`.
    pub orm: String,
    /// All versions with this outcome, joined by commas.
    pub version: String,
    /// The databases, likewise.
    pub database: String,
    /// The source.
    pub call: String,
    /// What to know of it beside the source: `row exists`.
    pub condition: String,
    /// Whether the source says the column's name.
    #[serde(default)]
    pub mentions: bool,
    /// Whether a statement names the column although the source does not.
    pub names: Option<bool>,
    /// Whether the call fails when the column is dropped.
    pub drop: Option<bool>,
    /// Whether it fails when another column is added that is NOT NULL.
    pub unmapped: Option<bool>,
    /// Whether it fails when the column is made NOT NULL without a default of the database's.
    pub required: Option<bool>,
    /// For rows about other changes: whether the call fails.
    pub scenario: Option<bool>,
}

/// What is said of a row's lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Answer {
    names: bool,
    drop: bool,
    unmapped: Said,
    required: Said,
}

/// Whether an INSERT fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Said {
    /// It does not.
    #[default]
    No,
    /// Where it meets no row yet.
    WhereNew,
    /// It does.
    Yes,
}

impl Row {
    /// Whether the row was run against rows that exist already, which its source does not say.
    fn row_exists(&self) -> bool {
        self.condition.contains("row exists")
            || self.id == "merge.existing"
            || self.id.starts_with("nest.connectOrCreate.hit")
    }

    /// The versions, one by one.
    pub fn versions(&self) -> Vec<String> {
        self.version.split(", ").map(str::to_owned).collect()
    }
}

/// The rows of the table.
///
/// # Panics
/// The committed file is not what it should be.
pub fn rows() -> Vec<Row> {
    let path = crate::outcome::workspace().join("tests/data/implicit/rows.json");
    let text = std::fs::read_to_string(path).expect("tests/data/implicit/rows.json");
    serde_json::from_str(&text).expect("rows.json is a list of rows")
}

/// Cases asked, and what Seawall says otherwise.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Rows, each with each of its versions.
    pub cases: usize,
    /// One line for each case that disagrees.
    pub wrong: Vec<String>,
}

/// Asks all rows about the column, in both directions: with the last of their versions, or with each.
///
/// # Errors
/// A project cannot be written or a run failed.
pub fn compare(every_version: bool) -> Result<Outcome, String> {
    let mut groups: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
    for row in rows().into_iter().filter(|row| row.drop.is_some()) {
        let versions = row.versions();
        let skipped = if every_version { 0 } else { versions.len().saturating_sub(1) };
        for version in versions.into_iter().skip(skipped) {
            groups.entry((row.orm.clone(), version)).or_default().push(row.clone());
        }
    }
    let mut outcome = Outcome::default();
    for ((orm, version), rows) in groups {
        let project = Project::write(&orm, &version, &rows).map_err(|error| error.to_string())?;
        let answers = ask(&project, &rows)?;
        for (row, answer) in rows.iter().zip(answers) {
            outcome.cases += 1;
            let wrong = differences(row, answer);
            if !wrong.is_empty() {
                let line =
                    format!("{orm} {version}: {}: `{}` ({}): {wrong}", row.id, row.call, row.condition);
                outcome.wrong.push(line);
            }
        }
    }
    Ok(outcome)
}

fn differences(row: &Row, answer: Answer) -> String {
    let mut wrong = Vec::new();
    let mut expect = |what: &str, expected: Option<bool>, said: bool| {
        if expected.is_some_and(|expected| expected != said) {
            wrong.push(format!("{what}: {said}, must be {}", !said));
        }
    };
    expect("names", row.names.filter(|_| !row.mentions), answer.names);
    expect("drop", row.drop, answer.drop);
    for (what, expected, said) in
        [("unmapped", row.unmapped, answer.unmapped), ("required", row.required, answer.required)]
    {
        // Of one source, run once with the row there and once without, both answers are right.
        let said = match said {
            Said::WhereNew => !row.row_exists(),
            said => said == Said::Yes,
        };
        expect(what, expected, said);
    }
    wrong.join("; ")
}

fn ask(project: &Project, rows: &[Row]) -> Result<Vec<Answer>, String> {
    let mut answers = vec![Answer::default(); rows.len()];
    let targets: BTreeSet<Target> = rows.iter().map(project::target).collect();
    for target in targets {
        let mine = |index: usize| rows.get(index).is_some_and(|row| project::target(row) == target);
        let report = seawall::usages(&project.options(), &format!("{}.{}", target.table, target.column))
            .map_err(|error| error.to_string())?;
        add_usages(project, &report, &mut answers, mine);
        let added = format!("ALTER TABLE \"{}\" ADD COLUMN must TEXT NOT NULL", target.table);
        for (index, said) in failing(project, &added)? {
            if mine(index)
                && let Some(answer) = answers.get_mut(index)
            {
                answer.unmapped = answer.unmapped.max(said);
            }
        }
        let required = format!(
            "ALTER TABLE \"{0}\" ALTER COLUMN \"{1}\" DROP DEFAULT; ALTER TABLE \"{0}\" ALTER COLUMN \"{1}\" SET NOT NULL",
            target.table, target.column
        );
        for (index, said) in failing(project, &required)? {
            if mine(index)
                && let Some(answer) = answers.get_mut(index)
            {
                answer.required = answer.required.max(said);
            }
        }
    }
    Ok(answers)
}

impl Said {
    fn max(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::WhereNew, _) | (_, Self::WhereNew) => Self::WhereNew,
            (Self::No, Self::No) => Self::No,
        }
    }
}

fn add_usages(
    project: &Project,
    report: &UsagesReport,
    answers: &mut [Answer],
    mine: impl Fn(usize) -> bool,
) {
    use seawall::usage::How;
    for usage in report.usages.iter().filter(|usage| usage.how == How::Query) {
        let Some(index) = project.row_at(&usage.location).filter(|index| mine(*index)) else { continue };
        let Some(answer) = answers.get_mut(index) else { continue };
        // A `*` names nothing, and fails nothing by itself.
        let written = project.slice(&usage.location);
        if written == "*" {
            continue;
        }
        answer.drop = true;
        answer.names |=
            usage.implicit && !by_position(usage.evidence.iter().map(|link| link.message.as_str()));
    }
}

/// Whether a usage counts columns instead of naming them.
fn by_position<'a>(mut evidence: impl Iterator<Item = &'a str>) -> bool {
    evidence.any(|message| message.contains("position"))
}

/// The rows that fail when the SQL is run, by `required-column-not-written` and its like.
fn failing(project: &Project, sql: &str) -> Result<Vec<(usize, Said)>, String> {
    let report: CheckReport = seawall::check(&project.options(), &ChangeSource::Sql(sql.to_owned()))
        .map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    for finding in &report.findings {
        if finding.severity == seawall::rules::Severity::Note {
            continue;
        }
        if let Some(index) = project.row_at(&finding.location) {
            let where_new = finding.message.contains("does not exist yet");
            found.push((index, if where_new { Said::WhereNew } else { Said::Yes }));
        }
    }
    Ok(found)
}
