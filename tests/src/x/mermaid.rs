//! `seawall schema --format mermaid` before Mermaid's own parser: it must take every diagram of our own schemas, with as many
//! entities, attributes and relationships as the model has tables, columns and foreign keys.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use seawall::{Options, load_schema};
use serde::{Deserialize, Serialize};

use super::{Outcome, servers, tool};

#[derive(Serialize)]
struct Diagram {
    id: String,
    text: String,
    /// What must be in it.
    #[serde(skip)]
    model: Count,
}

#[derive(Debug, PartialEq, Eq)]
struct Count {
    tables: usize,
    columns: usize,
    keys: usize,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Diagram { entities: BTreeMap<String, usize>, relationships: usize },
    Refused { error: String },
}

/// The step `mermaid`.
pub fn run() -> Outcome {
    let stage = install()?;
    let diagrams = diagrams(&stage)?;
    let request = serde_json::to_string(&diagrams).map_err(|error| error.to_string())?;
    let mut node = tool::command("node");
    let answers = tool::output_of_input(node.current_dir(&stage).arg("parse.mjs"), &request)?;
    let answers: BTreeMap<String, Answer> =
        serde_json::from_str(&answers).map_err(|error| format!("the parser: {error}"))?;
    let wrong: Vec<String> = diagrams.iter().filter_map(|diagram| judge(diagram, &answers)).collect();
    let columns: usize = diagrams.iter().map(|diagram| diagram.model.columns).sum();
    println!("  {} diagrams with {columns} columns; {} are wrong", diagrams.len(), wrong.len());
    match wrong.is_empty() && columns > 0 {
        true => Ok(()),
        false => Err(wrong.join("\n\n")),
    }
}

fn judge(diagram: &Diagram, answers: &BTreeMap<String, Answer>) -> Option<String> {
    let said = match answers.get(&diagram.id) {
        Some(Answer::Diagram { entities, relationships }) => {
            let (tables, columns) = (entities.len(), entities.values().sum());
            let count = Count { tables, columns, keys: *relationships };
            if count == diagram.model {
                return None;
            }
            format!("Mermaid has {count:?}, the model has {:?}", diagram.model)
        }
        Some(Answer::Refused { error }) => error.clone(),
        None => "no answer".to_owned(),
    };
    Some(format!("{}: {said}\n{}", diagram.id, diagram.text))
}

/// Mermaid at the version that the lock file pins.
fn install() -> Outcome<PathBuf> {
    tool::require("node", "install Node 20 or newer (with npm)")?;
    let stage = tool::work_folder("mermaid")?;
    for file in ["package.json", "package-lock.json", "parse.mjs"] {
        let from = tool::workspace().join("tests/mermaid").join(file);
        fs::copy(&from, stage.join(file)).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    let mut npm = tool::command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    tool::run(npm.current_dir(&stage).args(["ci", "--silent", "--no-audit", "--no-fund"]))?;
    Ok(stage)
}

/// The diagrams of all own schemas: Prisma's, the examples', the end of each SQL history, and hostile names.
fn diagrams(stage: &Path) -> Outcome<Vec<Diagram>> {
    let workspace = tool::workspace();
    let mut found = vec![diagram(&workspace.join("tests/mermaid/names.sql"), "postgres")?];
    for folder in ["tests/prisma/schemas", "examples"] {
        for path in entries(&workspace.join(folder))? {
            found.push(diagram(&path, "")?);
        }
    }
    let scripts = stage.join("histories");
    fs::create_dir_all(&scripts).map_err(|error| error.to_string())?;
    for dialect in ["postgres", "mysql", "sqlite"] {
        for (at, sql) in servers::ends_of_histories(dialect)?.into_iter().enumerate() {
            let path = scripts.join(format!("{dialect}-{at}.sql"));
            fs::write(&path, sql).map_err(|error| format!("{}: {error}", path.display()))?;
            found.push(diagram(&path, dialect)?);
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let listing = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found: Vec<PathBuf> = listing.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.sort();
    Ok(found)
}

/// What the command line writes for a schema source, and what the model has.
fn diagram(path: &Path, dialect: &str) -> Outcome<Diagram> {
    let path = path.to_string_lossy().into_owned();
    let is_project = path.contains("/examples/");
    let options = Options {
        root: if is_project { path.clone() } else { String::new() },
        schema: if is_project { Vec::new() } else { vec![path.clone()] },
        dialect: seawall::schema::Dialect::parse(dialect),
        ..Options::default()
    };
    let report = load_schema(&options, None).map_err(|error| error.to_string())?;
    // MySQL and SQLite let a foreign key refer to a table that is not there; Mermaid makes an empty entity of it.
    let is_there = |name: &str| {
        report.tables.iter().any(|table| name == table.name || name.ends_with(&format!(".{}", table.name)))
    };
    let referenced = report.tables.iter().flat_map(|table| &table.foreign_keys);
    let missing: BTreeSet<&str> =
        referenced.map(|key| key.referenced_table.as_str()).filter(|name| !is_there(name)).collect();
    let model = Count {
        tables: report.tables.len() + missing.len(),
        columns: report.tables.iter().map(|table| table.columns.len()).sum(),
        keys: report.tables.iter().map(|table| table.foreign_keys.len()).sum(),
    };
    let mut arguments = vec!["seawall", "schema", "--format", "mermaid"];
    arguments.extend(if is_project { vec![path.as_str()] } else { vec!["--schema", path.as_str()] });
    if !dialect.is_empty() {
        arguments.extend(["--dialect", dialect]);
    }
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    let code = seawall::cli::run_with(arguments.iter().map(OsString::from), &mut out, &mut errors);
    if code != 0 {
        return Err(format!("{path}: {}", String::from_utf8_lossy(&errors)));
    }
    Ok(Diagram { id: path, text: String::from_utf8_lossy(&out).into_owned(), model })
}
