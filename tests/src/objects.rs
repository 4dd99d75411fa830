//! What databases do to a dependent of a table or column that changes: `tests/servers/objects`, one file for each database.
//!
//! A case begins with a line `-- case: TITLE`. `-- object: KIND NAME` is the dependent, `-- answer:` what the server did:
//! `refused` the change, `taken` the object with it, left one that `fails` at its next use, or one that `stays`. What makes the
//! tables comes first, then `-- change`, then `-- use`: a statement that uses the object. `-- told: nothing, WHY` says that
//! the report is silent on purpose, `-- told: warning, WHY` that it is not sure.

use std::path::PathBuf;

use crate::outcome::workspace;

/// What a server did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It refused the change.
    Refused,
    /// The object went with it.
    Taken,
    /// The object stayed, and its use fails.
    Fails,
    /// The object stayed and works.
    Stays,
}

impl Answer {
    /// The word in the files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Taken => "taken",
            Self::Fails => "fails",
            Self::Stays => "stays",
        }
    }
}

/// One case.
#[derive(Debug, Clone)]
pub struct ObjectCase {
    /// Its title.
    pub title: String,
    /// The kind of the dependent, as reports call it.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What the server did.
    pub answer: Answer,
    /// What the report says of it where that is not the answer: `nothing`, `warning`.
    pub told: Option<String>,
    /// Makes the tables.
    pub setup: String,
    /// The change.
    pub change: String,
    /// Uses the object.
    pub uses: String,
}

/// The cases of a database: `postgres`, `mysql`, `sqlite`.
///
/// # Errors
/// A file that cannot be read, or a case without its parts.
pub fn cases(database: &str) -> Result<Vec<ObjectCase>, String> {
    let path: PathBuf = workspace().join("tests/servers/objects").join(format!("{database}.sql"));
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    text.split("-- case: ").skip(1).map(case).collect()
}

fn case(text: &str) -> Result<ObjectCase, String> {
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    let missing = |what: &str| format!("{title}: no `-- {what}`");
    let said = |key: &str| body.lines().find_map(|line| line.strip_prefix(&format!("-- {key}: ")));
    let (kind, name) =
        said("object").and_then(|object| object.rsplit_once(' ')).ok_or_else(|| missing("object"))?;
    let answer = match said("answer") {
        Some("refused") => Answer::Refused,
        Some("taken") => Answer::Taken,
        Some("fails") => Answer::Fails,
        Some("stays") => Answer::Stays,
        _ => return Err(missing("answer")),
    };
    let (setup, rest) = body.split_once("\n-- change\n").ok_or_else(|| missing("change"))?;
    let (change, uses) = rest.split_once("\n-- use\n").ok_or_else(|| missing("use"))?;
    let told = said("told").map(|told| told.split(',').next().unwrap_or(told).to_owned());
    let setup: Vec<&str> = setup.lines().filter(|line| !line.starts_with("-- ")).collect();
    Ok(ObjectCase {
        title: title.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        answer,
        told,
        setup: setup.join("\n"),
        change: change.trim().to_owned(),
        uses: uses.trim().to_owned(),
    })
}
