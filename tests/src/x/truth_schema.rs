//! Alembic histories of real projects against what real databases had: the wheels are taken from PyPI, the truth lies in
//! `tests/data/truth-schema` (`tests/data/README.md` says where it comes from), and the order of the revisions is that of
//! Alembic itself, id by id, there and in further projects.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seawall::report::wire::{SchemaReport, TableKindReport, TableReport};
use seawall::schema::Dialect;
use seawall::{Options, load_schema};
use serde_json::Value;

use super::{Outcome, python, tool};

/// The Alembic whose order counts.
const ALEMBIC: &str = "alembic==1.20.1";

/// The projects, and the share (in hundredths of a percent) of each figure below which the step fails: what was reached.
const PROJECTS: [(&str, &[(&str, u64)]); 2] = [
    ("octavia", &[]),
    // A unique index over `lower(username)` is no list of columns.
    ("langflow-base", &[("unique", 9_900)]),
];

/// Projects of which the order of the revisions is compared alone: name and version on PyPI, versions folder in the wheel.
const ORDERED: [(&str, &str, &str); 5] = [
    ("argilla-server", "2.8.0", "argilla_server/alembic/versions"),
    ("prefect", "3.8.0", "prefect/server/database/_migrations/versions/postgresql"),
    ("prefect", "3.8.0", "prefect/server/database/_migrations/versions/sqlite"),
    ("apache-superset", "6.1.0", "superset/migrations/versions"),
    ("apache-airflow-core", "3.3.2", "airflow/migrations/versions"),
];

/// Runs the step.
pub fn run() -> Outcome {
    let environment = python::kept_environment("alembic", &[ALEMBIC])?;
    let mut failures = Vec::new();
    for (name, floors) in PROJECTS {
        let truth = Truth::read(name)?;
        let versions = fetch(&environment, (&truth.project, &truth.version), &truth.versions)?;
        let mut score = Score::default();
        let mut order = Vec::new();
        for revision in &truth.revisions {
            let report = load(&versions, &truth.dialect, Some(&revision.id))?;
            order = report.revisions.iter().map(|revision| revision.id.clone()).collect();
            score.compare(revision, &report);
        }
        score.print(name, truth.revisions.len());
        failures.extend(score.below(floors).into_iter().map(|failure| format!("{name}: {failure}")));
        failures
            .extend(different_order(&environment, &versions, &order)?.map(|text| format!("{name}: {text}")));
    }
    for (name, version, folder) in ORDERED {
        let versions = fetch(&environment, (name, version), folder)?;
        let report = load(&versions, "postgres", None)?;
        let order: Vec<String> = report.revisions.into_iter().map(|revision| revision.id).collect();
        println!("  {name} ({folder}): the order of {} revisions", order.len());
        let different = different_order(&environment, &versions, &order)?;
        failures.extend(different.map(|text| format!("{name}, {folder}: {text}")));
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// The model after a revision, or after all. The root is a folder without anything else in it.
fn load(versions: &Path, dialect: &str, revision: Option<&str>) -> Outcome<SchemaReport> {
    let options = Options {
        root: tool::work_folder("truth/empty")?.display().to_string(),
        schema: vec![versions.display().to_string()],
        dialect: Dialect::parse(dialect),
        ..Options::default()
    };
    load_schema(&options, revision).map_err(|error| error.to_string())
}

/// The versions folder of a project's wheel.
fn fetch(python: &Path, (project, version): (&str, &str), inside: &str) -> Outcome<PathBuf> {
    let name = format!("{project}=={version}");
    let folder = tool::work_folder(&format!("truth/{project}-{version}"))?;
    let versions = folder.join("site").join(inside);
    if !versions.is_dir() {
        let wheels = folder.join("wheel");
        tool::run(
            tool::command(python)
                .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
                .args(["--only-binary=:all:", &name, "--dest"])
                .arg(&wheels),
        )?;
        let entries = std::fs::read_dir(&wheels).map_err(|error| error.to_string())?;
        let wheel = entries
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|end| end == "whl"));
        let wheel = wheel.ok_or_else(|| format!("pip left no wheel of {name} in {}", wheels.display()))?;
        tool::run(tool::command(python).args(["-m", "zipfile", "-e"]).arg(wheel).arg(folder.join("site")))?;
    }
    match versions.is_dir() {
        true => Ok(versions),
        false => Err(format!("the wheel of {name} has no {inside}")),
    }
}

/// Prints the ids in the order in which Alembic applies them. Of the revisions only what they say of themselves is run.
const ORDER: &str = r#"
import ast, os, sys, tempfile
from alembic.script import ScriptDirectory
names = {"revision", "down_revision", "depends_on", "branch_labels"}
with tempfile.TemporaryDirectory() as folder:
    versions = os.path.join(folder, "versions")
    os.mkdir(versions)
    for name in os.listdir(sys.argv[1]):
        if not name.endswith(".py"):
            continue
        with open(os.path.join(sys.argv[1], name), encoding="utf-8") as file:
            tree = ast.parse(file.read())
        lines = ["def upgrade(): pass"]
        for statement in tree.body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
            if isinstance(target, ast.Name) and target.id in names:
                lines.append(f"{target.id} = {ast.unparse(statement.value)}")
        with open(os.path.join(versions, name), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    for step in ScriptDirectory(folder, version_locations=[versions])._upgrade_revs("heads", None):
        print(step.revision.revision)
"#;

fn different_order(python: &Path, versions: &Path, ours: &[String]) -> Outcome<Option<String>> {
    let printed = tool::output(tool::command(python).args(["-c", ORDER]).arg(versions))?;
    let theirs: Vec<&str> = printed.lines().collect();
    let at = ours.iter().zip(&theirs).position(|(ours, theirs)| ours != theirs);
    Ok(match at {
        Some(at) => Some(format!("revision {at} is {} and not {}, as Alembic has it", ours[at], theirs[at])),
        None if ours.len() != theirs.len() => {
            Some(format!("{} revisions and not {}", ours.len(), theirs.len()))
        }
        None => None,
    })
}

/// What a database had.
struct Truth {
    project: String,
    version: String,
    dialect: String,
    /// The versions folder in the wheel.
    versions: String,
    revisions: Vec<After>,
}

/// The tables after a revision.
struct After {
    id: String,
    tables: BTreeMap<String, TableFacts>,
}

/// What is compared of a table.
#[derive(Debug, Clone, PartialEq)]
struct TableFacts {
    /// Type and nullability by name.
    columns: BTreeMap<String, (String, bool)>,
    primary_key: Vec<String>,
    foreign_keys: Vec<(Vec<String>, String)>,
    /// Unique constraints and indexes.
    unique: Vec<Vec<String>>,
}

impl Truth {
    fn read(name: &str) -> Outcome<Self> {
        let path = tool::workspace().join(format!("tests/data/truth-schema/{name}.json"));
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let value: Value =
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let mut tables = BTreeMap::new();
        let mut revisions = Vec::new();
        for revision in value["revisions"].as_array().into_iter().flatten() {
            for name in strings(&revision["removed"]) {
                tables.remove(&name);
            }
            for (name, table) in revision["set"].as_object().into_iter().flatten() {
                tables.insert(name.clone(), TableFacts::of_truth(table));
            }
            let id = revision["revision"].as_str().unwrap_or_default().to_owned();
            revisions.push(After { id, tables: tables.clone() });
        }
        let (project, version, dialect) = (text("project"), text("version"), text("dialect"));
        Ok(Self { project, version, dialect, versions: text("versions"), revisions })
    }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

impl TableFacts {
    fn of_truth(table: &Value) -> Self {
        let columns = table["columns"].as_array().into_iter().flatten();
        let column = |column: &Value| {
            let ty = plain_type(column[1].as_str().unwrap_or_default());
            (column[0].as_str().unwrap_or_default().to_owned(), (ty, column[2].as_bool().unwrap_or_default()))
        };
        let keys = table["foreign_keys"].as_array().into_iter().flatten();
        let key = |key: &Value| (strings(&key[0]), key[1].as_str().unwrap_or_default().to_owned());
        let unique = table["unique"].as_array().into_iter().flatten().map(strings);
        Self {
            columns: columns.map(column).collect(),
            primary_key: sorted(strings(&table["primary_key"])),
            foreign_keys: sorted(keys.map(key).collect()),
            unique: distinct(unique.map(sorted).collect()),
        }
    }

    fn of_model(table: &TableReport) -> Self {
        let columns = table.columns.iter();
        let keys = table.foreign_keys.iter().map(|key| (key.columns.clone(), key.referenced_table.clone()));
        let indexes = table.indexes.iter().filter(|index| index.unique);
        let indexes =
            indexes.filter_map(|index| index.columns.iter().cloned().collect::<Option<Vec<String>>>());
        let unique = table.unique.iter().map(|unique| unique.columns.clone()).chain(indexes);
        Self {
            columns: columns.map(|item| (item.name.clone(), (plain_type(&item.ty), item.nullable))).collect(),
            primary_key: sorted(table.primary_key.clone()),
            foreign_keys: sorted(keys.collect()),
            unique: distinct(unique.map(sorted).collect()),
        }
    }
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items
}

fn distinct<T: Ord>(items: Vec<T>) -> Vec<T> {
    let mut items = sorted(items);
    items.dedup();
    items
}

/// Names of one type that are the same to the code that uses it.
const SAME: &[(&str, &[&str])] = &[
    ("integer", &["int", "int4", "serial"]),
    ("bigint", &["int8", "bigserial"]),
    ("smallint", &["int2"]),
    ("boolean", &["bool", "tinyint"]),
    ("varchar", &["character varying", "string"]),
    ("double precision", &["float8", "double", "float"]),
    ("real", &["float4"]),
    ("numeric", &["decimal"]),
    ("timestamp", &["timestamptz", "datetime", "timestamp with time zone", "timestamp without time zone"]),
    ("bytea", &["largebinary", "blob"]),
    ("char", &["character"]),
    ("time", &["time without time zone"]),
    ("text", &["longtext", "mediumtext", "clob"]),
];

/// A type without what two ways of printing it differ in.
fn plain_type(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut words = lower.trim().trim_matches('"');
    for end in [" character set", " collate", " unsigned", " charset"] {
        words = words.split(end).next().unwrap_or(words);
    }
    let (base, arguments) = match (words.split_once('('), words.rsplit_once(')')) {
        (Some((base, _)), Some((inside, behind))) => {
            let arguments = inside.split_once('(').map_or("", |(_, arguments)| arguments).replace(' ', "");
            (format!("{}{behind}", base.trim()), arguments)
        }
        _ => (words.to_owned(), String::new()),
    };
    let base = base.split_whitespace().collect::<Vec<_>>().join(" ");
    let known = SAME.iter().find(|(_, others)| others.contains(&base.as_str())).map(|(name, _)| *name);
    let name = known.unwrap_or(&base);
    let keeps = matches!(name, "varchar" | "char" | "numeric") && !arguments.is_empty();
    if keeps { format!("{name}({arguments})") } else { name.to_owned() }
}

/// Hits and questions by figure.
#[derive(Default)]
struct Score {
    figures: BTreeMap<&'static str, (u64, u64)>,
    misses: Vec<String>,
}

impl Score {
    fn count(&mut self, figure: &'static str, hit: bool, what: impl FnOnce() -> String) {
        let (hits, asked) = self.figures.entry(figure).or_default();
        *hits += u64::from(hit);
        *asked += 1;
        if !hit {
            self.misses.push(format!("{figure}: {}", what()));
        }
    }

    fn compare(&mut self, revision: &After, report: &SchemaReport) {
        let tables = report.tables.iter().filter(|table| table.kind == TableKindReport::Table);
        let have: BTreeMap<&str, TableFacts> =
            tables.map(|table| (table.name.as_str(), TableFacts::of_model(table))).collect();
        let names: std::collections::BTreeSet<&str> =
            revision.tables.keys().map(String::as_str).chain(have.keys().copied()).collect();
        for name in names.into_iter().filter(|name| *name != "alembic_version") {
            let at = format!("{} {name}", revision.id);
            let (want, have) = (revision.tables.get(name), have.get(name));
            self.count("table", want.is_some() && have.is_some(), || at.clone());
            if let (Some(want), Some(have)) = (want, have) {
                self.compare_table(&at, want, have);
            }
        }
    }

    fn compare_table(&mut self, at: &str, want: &TableFacts, have: &TableFacts) {
        let names: std::collections::BTreeSet<&String> =
            want.columns.keys().chain(have.columns.keys()).collect();
        for name in names {
            let (want, have) = (want.columns.get(name), have.columns.get(name));
            self.count("column", want.is_some() && have.is_some(), || format!("{at}.{name}"));
            if let (Some(want), Some(have)) = (want, have) {
                self.count("type", want.0 == have.0, || {
                    format!("{at}.{name}: {} and not {}", have.0, want.0)
                });
                self.count("nullable", want.1 == have.1, || format!("{at}.{name}"));
            }
        }
        self.count("primary key", want.primary_key == have.primary_key, || at.to_owned());
        self.count("foreign keys", want.foreign_keys == have.foreign_keys, || {
            format!("{at}: {:?} and not {:?}", have.foreign_keys, want.foreign_keys)
        });
        self.count("unique", want.unique == have.unique, || {
            format!("{at}: {:?} and not {:?}", have.unique, want.unique)
        });
    }

    fn print(&self, name: &str, revisions: usize) {
        println!("  {name}: {revisions} revisions");
        for (figure, (hits, asked)) in &self.figures {
            println!("    {figure:<13} {hits} of {asked}");
        }
        for miss in self.misses.iter().take(20) {
            println!("    {miss}");
        }
    }

    /// The figures below their floor: all of it, unless `floors` says another one.
    fn below(&self, floors: &[(&str, u64)]) -> Vec<String> {
        let mut failures = Vec::new();
        if self.figures.get("column").is_none_or(|(_, asked)| *asked < 1_000) {
            failures.push("fewer columns were compared than there are".to_owned());
        }
        for (figure, (hits, asked)) in &self.figures {
            let floor = floors.iter().find(|(name, _)| name == figure).map_or(10_000, |(_, floor)| *floor);
            if hits * 10_000 < asked * floor {
                failures
                    .push(format!("{figure}: {hits} of {asked} are right, and the floor is {floor}/10000"));
            }
        }
        failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_compared_without_their_spelling() {
        for (left, right) in [
            ("VARCHAR(30) COLLATE utf8", "character varying(30)"),
            ("TIMESTAMP WITHOUT TIME ZONE", "timestamp(6)"),
            ("TINYINT(1)", "boolean"),
            ("NUMERIC(10, 2)", "decimal(10,2)"),
        ] {
            assert_eq!(plain_type(left), plain_type(right));
        }
        assert_ne!(plain_type("VARCHAR(30)"), plain_type("VARCHAR(31)"));
        assert_ne!(plain_type("TEXT"), plain_type("JSON"));
    }

    #[test]
    fn a_figure_below_its_floor_fails() {
        let score = Score { figures: [("column", (1_999, 2_000))].into_iter().collect(), misses: Vec::new() };
        assert_eq!(score.below(&[]).len(), 1);
        assert!(score.below(&[("column", 9_990)]).is_empty());
    }
}
