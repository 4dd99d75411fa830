//! Columns that become NOT NULL: shapes that write rows, with what they did when they were executed
//! (`data/required/shapes.json`), beside what Seawall says of each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use seawall::{ChangeSource, Options};
use serde::Deserialize;

/// A shape and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Shape {
    /// Statements of Python, `; ` between them.
    pub shape: String,
    /// `fails` where it raises only if the column is NOT NULL, `works` where it raises in neither case.
    pub outcome: String,
}

/// What is said of the shapes.
#[derive(Debug, Default)]
pub struct Compared {
    /// How many are answered as they behave.
    pub right: usize,
    /// Shapes that fail and are not reported.
    pub missed: Vec<String>,
    /// Shapes that work and are reported.
    pub wrong: Vec<String>,
    /// Shapes that work and are said to be open.
    pub open: Vec<String>,
}

const IMPORTS: &str = "from sqlalchemy import bindparam, insert, literal, null, select, text, update
from sqlalchemy.dialects.sqlite import insert as dinsert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
";

/// Rules that tell of a required column.
const RULES: [&str; 2] = ["required-column-not-written", "null-written-to-required-column"];

/// A project on disk, removed with the value.
struct Project {
    root: PathBuf,
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

/// The folder of the shapes and their models.
pub fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/required")
}

/// The committed shapes.
///
/// # Errors
/// They cannot be read.
pub fn shapes() -> Result<Vec<Shape>, String> {
    let path = data().join("shapes.json");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Asks Seawall about all shapes at once.
///
/// # Errors
/// The project cannot be written or checked.
pub fn compare(shapes: &[Shape]) -> Result<Compared, String> {
    let read =
        |name: &str| std::fs::read_to_string(data().join(name)).map_err(|error| format!("{name}: {error}"));
    let (models, schema) = (read("models.py")?, read("schema.sql")?);
    let (code, lines) = module_of(shapes, &models);
    let root = std::env::temp_dir().join(format!("seawall-required-{}", std::process::id()));
    let project = Project { root };
    std::fs::create_dir_all(&project.root).map_err(|error| error.to_string())?;
    for (name, text) in [("models.py", &models), ("schema.sql", &schema), ("shapes.py", &code)] {
        std::fs::write(project.root.join(name), text).map_err(|error| error.to_string())?;
    }
    let options = Options { root: project.root.display().to_string(), ..Options::default() };
    let report =
        seawall::check(&options, &ChangeSource::Sql(altered(&schema))).map_err(|error| error.to_string())?;
    let at = |path: &str, line: u32| (path == "shapes.py").then(|| lines.get(&line).copied()).flatten();
    let told = report.findings.iter().filter(|finding| RULES.contains(&finding.rule.as_str()));
    let told: BTreeSet<usize> =
        told.filter_map(|finding| at(&finding.location.path, finding.location.line)).collect();
    let open = report.changes.iter().flat_map(|change| &change.unresolved);
    let open: BTreeSet<usize> = open.filter_map(|open| at(&open.location.path, open.location.line)).collect();
    Ok(judge(shapes, &told, &open))
}

fn judge(shapes: &[Shape], told: &BTreeSet<usize>, open: &BTreeSet<usize>) -> Compared {
    let mut compared = Compared::default();
    for (index, shape) in shapes.iter().enumerate() {
        let list = match (shape.outcome.as_str(), told.contains(&index), open.contains(&index)) {
            ("fails", false, _) => &mut compared.missed,
            ("works", true, _) => &mut compared.wrong,
            ("works", false, true) => &mut compared.open,
            _ => {
                compared.right += 1;
                continue;
            }
        };
        list.push(shape.shape.clone());
    }
    compared
}

/// A module with a function for each shape, and the shape that each line belongs to.
fn module_of(shapes: &[Shape], models: &str) -> (String, BTreeMap<u32, usize>) {
    let names = models.lines().filter_map(|line| {
        let defined = line.strip_prefix("class ").or_else(|| line.strip_prefix("def "));
        let assigned = || line.split_once(" = ").map(|(name, _)| name).filter(|name| !name.starts_with(' '));
        defined.map(|rest| rest.split(['(', ':']).next().unwrap_or(rest)).or_else(assigned)
    });
    let names: Vec<&str> = names.collect();
    let mut text = format!("{IMPORTS}\nfrom models import {}\n", names.join(", "));
    let mut lines = BTreeMap::new();
    for (index, shape) in shapes.iter().enumerate() {
        text.push_str(&format!("\n\ndef shape_{index}(s: Session, c: Connection):\n"));
        for statement in shape.shape.split("; ") {
            let line = u32::try_from(text.lines().count()).unwrap_or(u32::MAX) + 1;
            lines.insert(line, index);
            text.push_str(&format!("    {statement}\n"));
        }
    }
    (text, lines)
}

/// The change: `plan` becomes NOT NULL in every table that has it.
fn altered(schema: &str) -> String {
    let tables = schema.lines().filter(|line| line.contains(" plan "));
    let tables = tables.filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split(' ').next());
    tables.map(|table| format!("ALTER TABLE {table} ALTER COLUMN plan SET NOT NULL;\n")).collect()
}
