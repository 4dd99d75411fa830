//! The histories in `tests/servers`: files of SQL, taken apart into histories and steps.

use std::path::Path;

use super::super::Outcome;

/// One history: a new database, and steps that are applied to it one after the other.
#[derive(Debug)]
pub struct History {
    /// The file's name and the title.
    pub name: String,
    pub steps: Vec<Step>,
    /// Whether SQL that is written of the model in the end makes the same database.
    pub is_written: bool,
}

/// One step: most often a single statement.
#[derive(Debug)]
pub struct Step {
    pub sql: String,
    /// What the model must say that it did not understand, as part of a reason; empty where nothing.
    pub notes: Vec<String>,
    /// Whether the server must refuse it, and the model must say so.
    pub refused: bool,
}

/// Reads the histories of the files in a folder, by name. A history begins with a line `-- history: TITLE`; its steps
/// are divided by lines `--`; `-- note: WORDS` says that the model must note something with these words from here on;
/// `-- not in ddl: WHY` that the SQL written of the model is not compared;
/// `-- refused` that the server refuses the step, which is one statement, and the model says so.
pub fn load(folder: &Path) -> Outcome<Vec<History>> {
    let listing = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<_> = listing.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        found.extend(histories(&stem, &text));
    }
    Ok(found)
}

fn histories(stem: &str, text: &str) -> Vec<History> {
    let mut found: Vec<History> = Vec::new();
    for part in text.split("-- history: ").skip(1) {
        let (title, body) = part.split_once('\n').unwrap_or((part, ""));
        let steps = format!("\n{body}\n")
            .split("\n--\n")
            .map(step)
            .filter(|step| !step.sql.trim().is_empty())
            .collect();
        let is_written = !body.contains("\n-- not in ddl: ") && !body.starts_with("-- not in ddl: ");
        found.push(History { name: format!("{stem}: {}", title.trim()), steps, is_written });
    }
    found
}

fn step(text: &str) -> Step {
    let notes = text.lines().filter_map(|line| line.strip_prefix("-- note: ")).map(str::to_owned).collect();
    let refused = text.lines().any(|line| line == "-- refused");
    Step { sql: format!("{}\n", text.trim_matches('\n')), notes, refused }
}
