//! The table of implicit references, asked of Seawall: `data/implicit/rows.json` holds what ORMs did when they were run.
//!
//! A row becomes a file of a project that has its ORM's models, at each of the versions that the row was run with. The
//! project is asked three questions for each table that has the column: who meets it, who fails when another column that is
//! required is added, and who fails when this one becomes required. What is said of the file's judged lines is the answer.

mod prisma;
mod project;
mod scenario;
mod sqlalchemy;

use std::collections::{BTreeMap, BTreeSet};

use seawall::ChangeSource;
use seawall::report::wire::{CheckReport, UsagesReport};
use seawall::usage::{Access, How, NamedBy, When};
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
    /// The column that it is about, as `table.column`; in the committed table the id says it.
    #[serde(default)]
    pub target: Option<String>,
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

/// ORMs whose rows are asked in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Prisma.
    Prisma,
    /// SQLAlchemy and what is built on it: SQLModel, Flask-SQLAlchemy.
    SqlAlchemy,
}

impl Family {
    fn of(orm: &str) -> Self {
        match orm {
            "Prisma" => Self::Prisma,
            _ => Self::SqlAlchemy,
        }
    }
}

/// What is said of a row's lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Answer {
    names: Said,
    drop: Said,
    unmapped: Said,
    required: Said,
}

/// With which rows in the database something is said: where there is none yet, and where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Said {
    where_new: bool,
    where_it_exists: bool,
}

impl Said {
    fn add(&mut self, when: When) {
        self.where_new |= when != When::RowExists;
        self.where_it_exists |= when != When::RowIsNew;
    }

    /// What is said of a row's run.
    fn of(self, row: &Row) -> bool {
        if row.row_exists() { self.where_it_exists } else { self.where_new }
    }
}

impl Row {
    /// Whether the row was run against rows that exist already, which its source does not say.
    fn row_exists(&self) -> bool {
        self.condition.contains("row exists")
            || matches!(self.id.as_str(), "merge.existing" | "merge")
            || self.id == "globalOmit.upsert"
            || self.id.contains(".hit")
    }

    /// Which models and which language the row is about.
    fn family(&self) -> Family {
        Family::of(&self.orm)
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

/// Asks the family's rows about the column, in both directions: with the last of their versions, or with each.
///
/// # Errors
/// A project cannot be written or a run failed.
pub fn compare(family: Family, every_version: bool) -> Result<Outcome, String> {
    let asked = rows().into_iter().filter(|row| row.family() == family && row.drop.is_some());
    compare_rows(asked.collect(), every_version)
}

/// Asks the family's rows about types, enums, renamed tables and NULL in required columns, each with all its versions.
///
/// # Errors
/// A project cannot be written, a run failed, or a scenario is not known.
pub fn compare_scenarios(family: Family) -> Result<Outcome, String> {
    let mut groups: BTreeMap<(String, String, String), Vec<Row>> = BTreeMap::new();
    let asked = rows().into_iter().filter(|row| row.family() == family && row.scenario.is_some());
    for row in asked {
        for version in row.versions() {
            groups.entry((row.orm.clone(), version, row.condition.clone())).or_default().push(row.clone());
        }
    }
    let mut outcome = Outcome::default();
    for ((orm, version, _), rows) in groups {
        let project = Project::write(&orm, &version, &rows).map_err(|error| error.to_string())?;
        scenario::ask(&project, &rows, &mut outcome)?;
    }
    Ok(outcome)
}

/// Asks these rows.
///
/// # Errors
/// A project cannot be written or a run failed.
pub fn compare_rows(rows: Vec<Row>, every_version: bool) -> Result<Outcome, String> {
    let mut groups: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
    for row in rows {
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
    let mut expect = |what: &str, expected: Option<bool>, said: Said| {
        let said = said.of(row);
        if expected.is_some_and(|expected| expected != said) {
            wrong.push(format!("{what}: {said}, must be {}", !said));
        }
    };
    expect("names", row.names.filter(|_| !row.mentions), answer.names);
    expect("drop", row.drop, answer.drop);
    expect("unmapped", row.unmapped, answer.unmapped);
    expect("required", row.required, answer.required);
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
        for (index, when) in failing(project, &added)? {
            if let Some(answer) = answers.get_mut(index).filter(|_| mine(index)) {
                answer.unmapped.add(when);
            }
        }
        let required = format!(
            "ALTER TABLE \"{0}\" ALTER COLUMN \"{1}\" {2}; ALTER TABLE \"{0}\" ALTER COLUMN \"{1}\" SET NOT NULL",
            target.table,
            target.column,
            if target.table == "kcomputed" { "DROP EXPRESSION" } else { "DROP DEFAULT" },
        );
        for (index, when) in failing(project, &required)? {
            if let Some(answer) = answers.get_mut(index).filter(|_| mine(index)) {
                answer.required.add(when);
            }
        }
    }
    Ok(answers)
}

fn add_usages(
    project: &Project,
    report: &UsagesReport,
    answers: &mut [Answer],
    mine: impl Fn(usize) -> bool,
) {
    for usage in report.usages.iter().filter(|usage| usage.how != How::Mapping) {
        let Some(index) = project.row_at(&usage.location).filter(|index| mine(*index)) else { continue };
        let Some(answer) = answers.get_mut(index) else { continue };
        if usage.how == How::Value {
            // An object that is given the value is told as such, and not once more by the statement that inserts it.
            if usage.access == Access::Write {
                answer.drop.add(usage.when);
            }
            continue;
        }
        let (names, fails) = match usage.named_by {
            NamedBy::Code | NamedBy::Orm => (usage.implicit, true),
            // Columns that count by place are named by nobody, and missed all the same.
            NamedBy::Position => (false, true),
            NamedBy::Wildcard => (false, false),
        };
        if names {
            answer.names.add(usage.when);
        }
        if fails {
            answer.drop.add(usage.when);
        }
    }
}

/// The rows that fail when the SQL is run, by `required-column-not-written` and its like, each with the rows that there must be.
fn failing(project: &Project, sql: &str) -> Result<Vec<(usize, When)>, String> {
    let report: CheckReport = seawall::check(&project.options(), &ChangeSource::Sql(sql.to_owned()))
        .map_err(|error| error.to_string())?;
    let certain = report.findings.iter().filter(|finding| finding.severity != seawall::rules::Severity::Note);
    Ok(certain.filter_map(|finding| Some((project.row_at(&finding.location)?, finding.when))).collect())
}
