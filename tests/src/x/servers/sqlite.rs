//! SQLite, as the standard library of Python brings it.

use super::super::{Outcome, tool};
use super::history::History;
use super::witness::{Answer, Proof};

/// A Python whose SQLite is new enough for what the histories hold.
pub fn python() -> Outcome<String> {
    let python = std::env::var("SEAWALL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let version =
        tool::output(tool::command(&python).args(["-c", "import sqlite3; print(sqlite3.sqlite_version)"]))
            .map_err(|error| tool::cannot(&format!("python3 with SQLite is needed: {error}")))?;
    println!("  SQLite {}", version.trim());
    Ok(python)
}

/// Applies a history to a database in memory and gives what the script printed.
pub fn run(python: &str, history: &History) -> Outcome<String> {
    let steps: Vec<&str> = history.steps.iter().map(|step| step.sql.as_str()).collect();
    let input = serde_json::to_string(&steps).map_err(|error| error.to_string())?;
    let script = super::folder().join("catalog/sqlite.py");
    tool::output_of_input(tool::command(python).arg(script), &input)
}

/// Runs a proof on a database in memory.
pub fn prove(python: &str, proof: &Proof) -> Outcome<Answer> {
    let Proof { before, change, statement, .. } = proof;
    let input = serde_json::json!({ "before": before, "change": change, "statement": statement });
    let script = super::folder().join("catalog/witness.py");
    let output = tool::output_of_input(tool::command(python).arg(script), &input.to_string())?;
    let said: serde_json::Value =
        serde_json::from_str(&output).map_err(|error| format!("{error}: {output}"))?;
    let text = |name: &str| said[name].as_str().map(str::to_owned);
    Ok(Answer { first: text("first"), second: text("second") })
}

/// What a database in a file has, one fact a line.
pub fn catalog(python: &str, file: &std::path::Path) -> Outcome<String> {
    let script = super::folder().join("catalog/sqlite.py");
    tool::output(tool::command(python).arg(script).arg(file))
}
