//! The truth of implicit references, executed anew: calls of an ORM run on SQLite, and what is said of them.
//!
//! `tests/data/implicit/rows.json` was executed once, with the versions that it names. These steps run shapes with a version
//! from the registry, so that a release that behaves otherwise is noticed when the version is raised.

use std::path::Path;

use seawall_tests::implicit::{Row, compare_rows};
use seawall_tests::required;

use super::{Outcome, python, tool};

const SOURCES: &str = "tests/truth/implicit";

/// Runs the shapes of Prisma.
pub fn run_prisma() -> Outcome {
    let folder = tool::work_folder("truth-implicit-prisma")?;
    let sources = tool::workspace().join(SOURCES);
    for name in ["package.json", "prisma.mjs"] {
        let (from, to) = (sources.join(name), folder.join(name));
        std::fs::copy(&from, &to)
            .map_err(|error| format!("cannot copy {} to {}: {error}", from.display(), to.display()))?;
    }
    // Install scripts would download engines, which nothing here needs.
    tool::npm(&folder, "install", &["--ignore-scripts"])?;
    let data = tool::workspace().join("tests/data/implicit");
    let executed = tool::output(tool::command("node").arg(folder.join("prisma.mjs")).args([
        data.join("schema.prisma"),
        sources.join("prisma.sql"),
        data.join("clients.ts"),
        sources.join("prisma.json"),
    ]))?;
    judge(&executed, &sources.join("prisma.json"))
}

/// Releases of SQLAlchemy whose shapes are run: the newest one of the second major version, so that what it does otherwise is
/// noticed, and the last of the first.
const SQLALCHEMY: [(&str, &str); 2] = [("2", "sqlalchemy>=2,<3"), ("1.4", "sqlalchemy>=1.4,<2")];

/// Runs the shapes of SQLAlchemy.
pub fn run_sqlalchemy() -> Outcome {
    let sources = tool::workspace().join(SOURCES);
    let shapes = sources.join("sqlalchemy.json");
    let mut wrong = Vec::new();
    for (release, package) in SQLALCHEMY {
        let python = python::environment(&format!("truth-implicit-{release}"), &[package])?;
        let executed = tool::output(
            tool::command(&python)
                .args(["-W", "ignore", "-B"])
                .arg(sources.join("sqlalchemy_shapes.py"))
                .arg(tool::workspace().join("tests/data/implicit"))
                .arg(&shapes),
        )?;
        wrong.extend(judge(&executed, &shapes).err());
        if release == "2" {
            wrong.extend(run_required(&python).err());
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.join("\n")),
    }
}

/// Runs the shapes that write a column which becomes NOT NULL: they must do what is written down.
fn run_required(python: &Path) -> Outcome {
    let data = tool::workspace().join("tests/data/required");
    let executed = tool::output(
        tool::command(python)
            .args(["-W", "ignore", "-B"])
            .arg(tool::workspace().join(SOURCES).join("required.py"))
            .args([data.join("models.py"), data.join("shapes.json")]),
    )?;
    let executed: Vec<required::Shape> = serde_json::from_str(&executed)
        .map_err(|error| format!("what was executed is no list of shapes: {error}"))?;
    let differs = |(was, is): (&required::Shape, &required::Shape)| {
        (was != is).then(|| format!("{}: {}, written down is {}", is.shape, is.outcome, was.outcome))
    };
    let shapes = required::shapes()?;
    let wrong: Vec<String> = shapes.iter().zip(&executed).filter_map(differs).collect();
    println!("{} shapes that write a required column executed, {} differ", executed.len(), wrong.len());
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.join("\n")),
    }
}

/// Compares rows that were just executed with what is said of them.
fn judge(executed: &str, shapes: &Path) -> Outcome {
    let rows: Vec<Row> = serde_json::from_str(executed)
        .map_err(|error| format!("what was executed is no list of rows: {error}"))?;
    let mut calls: Vec<&str> = rows.iter().map(|row| row.call.as_str()).collect();
    calls.dedup();
    let calls = calls.len();
    let version = rows.first().map(|row| format!("{} {}", row.orm, row.version)).unwrap_or_default();
    let outcome = compare_rows(rows, false)?;
    println!(
        "{calls} shapes of {version} executed, {} questions, {} answered otherwise",
        outcome.cases,
        outcome.wrong.len()
    );
    match outcome.wrong.is_empty() {
        true => Ok(()),
        false => Err(format!("{}:\n{}", shapes.display(), outcome.wrong.join("\n"))),
    }
}
