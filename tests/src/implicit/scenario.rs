//! Rows about a changed type, a renamed enum value, a renamed table and NULL in a required column.
//!
//! The calls are of a table with a column of each kind (`T5`); a scenario is the statements that make of its schema what
//! the call met. What is said to fail is what a finding stands at, or counts among the queries of a model.

use seawall::ChangeSource;
use seawall::report::wire::{CheckReport, FindingReport};
use seawall::rules::Severity;
use seawall::usage::How;

use super::project::Project;
use super::{Outcome, Row};

/// What a scenario does to the schema; nothing for `base`.
fn statements(scenario: &str) -> Result<&'static str, String> {
    Ok(match scenario {
        "base" => "",
        "nullInRequired" => {
            "ALTER TABLE \"T5\" ALTER COLUMN name DROP NOT NULL; ALTER TABLE \"T5\" ALTER COLUMN n DROP NOT NULL; \
             ALTER TABLE \"T5\" ALTER COLUMN e DROP NOT NULL; ALTER TABLE \"User\" ALTER COLUMN name DROP NOT NULL; \
             ALTER TABLE \"User\" ALTER COLUMN n DROP NOT NULL; ALTER TABLE \"Post\" ALTER COLUMN \"userId\" DROP NOT NULL"
        }
        "tableRenamed" => "ALTER TABLE \"T5\" RENAME TO \"T6\"",
        "intToBigintSmall" | "intToBigintBig" => "ALTER TABLE \"T5\" ALTER COLUMN n TYPE bigint",
        "intToText" => "ALTER TABLE \"T5\" ALTER COLUMN n TYPE text",
        "textToVarchar3" => "ALTER TABLE \"T5\" ALTER COLUMN name TYPE varchar(3)",
        "textToInt" => "ALTER TABLE \"T5\" ALTER COLUMN name TYPE integer USING 5",
        "enumValueRenamed" => "ALTER TYPE mood RENAME VALUE 'happy' TO 'glad'",
        "enumToText" => "ALTER TABLE \"T5\" ALTER COLUMN e TYPE text",
        other => return Err(format!("no statements are known for the scenario {other}")),
    })
}

/// Asks rows of one ORM and version.
///
/// # Errors
/// A run failed, or a scenario is not known.
pub fn ask(project: &Project, rows: &[Row], outcome: &mut Outcome) -> Result<(), String> {
    for (index, row) in rows.iter().enumerate() {
        let Some(expected) = row.scenario else { continue };
        let name = row.condition.trim_start_matches("scenario ");
        let said = fails(project, index, statements(name)?)?;
        outcome.cases += 1;
        if said != expected {
            let line = format!(
                "{} {}: {name}: `{}`: fails: {said}, must be {expected}",
                row.orm, row.version, row.call
            );
            outcome.wrong.push(line);
        }
    }
    Ok(())
}

fn fails(project: &Project, index: usize, sql: &str) -> Result<bool, String> {
    if sql.is_empty() {
        return Ok(false);
    }
    let report: CheckReport = seawall::check(&project.options(), &ChangeSource::Sql(sql.to_owned()))
        .map_err(|error| error.to_string())?;
    let certain = report.findings.iter().filter(|finding| finding.severity != Severity::Note);
    Ok(certain.flat_map(failing_places).any(|location| project.row_at(location) == Some(index)))
}

/// The places of a finding at which a statement fails. What code does with the value of a row is no statement.
fn failing_places(finding: &FindingReport) -> Vec<&seawall::report::wire::Location> {
    match finding.usage.as_ref().map(|usage| usage.how) {
        Some(How::Value) => Vec::new(),
        Some(How::Mapping) => finding.evidence.iter().filter_map(|link| link.location.as_ref()).collect(),
        Some(How::Query) | None => vec![&finding.location],
    }
}
