//! Migrations in JavaScript and TypeScript: the projects in `tests/scripts` are migrated by Knex and TypeORM themselves, and
//! after each migration the database must be what the model says.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use seawall::Options;
use seawall::analyze::{LoadedModel, load_models};
use seawall::migration::{History, apply};
use seawall::schema::{Dialect, Schema};
use serde::Deserialize;

use super::super::{Outcome, tool};
use super::{SHOWN, facts, mariadb, postgres, sqlite};

/// What a project says of itself: `history.json`.
#[derive(Deserialize)]
struct Project {
    /// The databases that it runs on.
    dialects: Vec<String>,
    /// What the model must say that it did not understand, as parts of the reasons.
    #[serde(default)]
    notes: Vec<String>,
    /// Whether the migrations are taken back when all are applied.
    #[serde(default)]
    down: bool,
}

/// What is installed and running.
struct Stage {
    folder: PathBuf,
    server: postgres::Server,
    mariadb: mariadb::Server,
    python: String,
    databases: usize,
}

/// The step `knex`.
pub fn run_knex() -> Outcome {
    run("knex")
}

/// The step `typeorm`.
pub fn run_typeorm() -> Outcome {
    run("typeorm")
}

fn run(name: &str) -> Outcome {
    let folder = install(name)?;
    let mut stage = Stage {
        folder,
        server: postgres::Server::start()?,
        mariadb: mariadb::Server::start()?,
        python: sqlite::python()?,
        databases: 0,
    };
    let (mut histories, mut steps, mut compared, mut wrong) = (0, 0, 0, Vec::new());
    for project in projects(&stage.folder.join(name))? {
        let path = project.join("history.json");
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let said: Project =
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        for dialect in &said.dialects {
            histories += 1;
            match judge(&mut stage, name, &project, &said, dialect) {
                Ok((of_steps, of_facts)) => {
                    steps += of_steps;
                    compared += of_facts;
                }
                Err(error) => wrong.push(format!("{} on {dialect}:\n{error}", project.display())),
            }
        }
    }
    println!(
        "  {histories} histories, {steps} migrations, {compared} facts compared; {} histories differ",
        wrong.len()
    );
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.into_iter().take(SHOWN).collect::<Vec<_>>().join("\n\n")),
    }
}

/// A copy of the projects with the tools beside them, which the lock file pins.
fn install(name: &str) -> Outcome<PathBuf> {
    let stage = tool::work_folder("scripts")?;
    let source = tool::workspace().join("tests/scripts");
    for file in ["run.mjs", "package.json", "package-lock.json"] {
        let from = source.join(file);
        fs::copy(&from, stage.join(file)).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    let projects = stage.join(name);
    if projects.exists() {
        fs::remove_dir_all(&projects).map_err(|error| format!("{}: {error}", projects.display()))?;
    }
    // Other projects than ours, by hand: `PROJECTS=folder cargo x test typeorm`.
    let ours = std::env::var_os("PROJECTS").map_or_else(|| source.join(name), PathBuf::from);
    copy(&ours, &projects).map_err(|error| format!("{}: {error}", projects.display()))?;
    let installed = stage.join("node_modules/.package-lock.json");
    let same = fs::read(stage.join("package-lock.json")).ok() == fs::read(stage.join("installed.json")).ok();
    if !installed.exists() || !same {
        tool::npm(&stage, "ci", &[])?;
        fs::copy(stage.join("package-lock.json"), stage.join("installed.json"))
            .map_err(|error| error.to_string())?;
    }
    Ok(stage)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn projects(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let listing = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found: Vec<PathBuf> = listing.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.sort();
    Ok(found)
}

/// Migrates one project on one database; how many migrations and facts were compared.
fn judge(
    stage: &mut Stage,
    name: &str,
    project: &Path,
    said: &Project,
    dialect: &str,
) -> Outcome<(usize, usize)> {
    let dialect_name = dialect;
    let dialect = Dialect::parse(dialect).ok_or_else(|| format!("no such dialect: {dialect}"))?;
    stage.databases += 1;
    let database = format!("scripts_{}", stage.databases);
    let file = stage.folder.join(format!("{database}.sqlite"));
    let _ = fs::remove_file(&file);
    let connection = match dialect {
        Dialect::Postgres => {
            stage.server.create_database(&database)?;
            stage.server.url(&database)
        }
        Dialect::Mysql => {
            stage.mariadb.create_database(&database)?;
            stage.mariadb.socket().display().to_string()
        }
        Dialect::Sqlite | Dialect::Mssql => file.display().to_string(),
    };
    let model = model(project, dialect)?;
    let history = model.history.as_ref().ok_or("the project has no history")?;
    let mut command = tool::command("node");
    command.current_dir(&stage.folder).args(["--import", "tsx", "run.mjs", name]);
    command.arg(project).args([dialect_name, &connection, &database]);
    command.args(said.down.then_some("--down"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("node could not be started: {error}"))?;
    let mut input = child.stdin.take().ok_or("node has no standard input")?;
    let output = child.stdout.take().ok_or("node has no standard output")?;
    let mut replay = Replay { history, done: 0, taken_back: 0, schema: history.baseline.clone() };
    let (mut compared, mut wrong) = (0, Vec::new());
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|error| error.to_string())?;
        let Some(told) = line.strip_prefix("@@") else { continue };
        let catalog = catalog(stage, dialect, &database, &file)?;
        compared += catalog.len();
        wrong.extend(replay.step(told));
        let real = facts::of_catalog(dialect, catalog, &replay.schema);
        let model = facts::of_model(&replay.schema);
        wrong.extend(real.difference(&model).map(|fact| format!("  the database has  {fact}")));
        wrong.extend(model.difference(&real).map(|fact| format!("  the model has     {fact}")));
        if !wrong.is_empty() {
            wrong.insert(0, format!("after {told}:"));
            break;
        }
        input.write_all(b"\n").map_err(|error| error.to_string())?;
    }
    let done = replay.done + replay.taken_back;
    let expected = history.revisions.len() * if said.down { 2 } else { 1 };
    drop(input);
    if wrong.is_empty() {
        let mut errors = String::new();
        if let Some(mut stderr) = child.stderr.take() {
            let _ = stderr.read_to_string(&mut errors);
        }
        if done != expected {
            wrong.push(format!("{done} of {expected} migrations were applied: {errors}"));
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    wrong.extend(notes(&model, said));
    if wrong.is_empty() { Ok((done, compared)) } else { Err(wrong.join("\n")) }
}

/// The model, as the tool goes forth and back.
struct Replay<'a> {
    history: &'a History,
    done: usize,
    taken_back: usize,
    schema: Schema,
}

impl Replay<'_> {
    /// Goes one step: `step NAME` or `down NAME`; what is wrong with it.
    fn step(&mut self, told: &str) -> Option<String> {
        let (what, name) = told.split_once(' ').unwrap_or((told, ""));
        let at = if what == "step" { self.done } else { (self.done - self.taken_back).saturating_sub(1) };
        let revision = self.history.revisions.get(at);
        if what == "step" {
            self.done += 1;
            self.schema = self.history.schema_after(self.done).0;
        } else {
            self.taken_back += 1;
            for operation in revision.and_then(|revision| revision.down.as_ref()).into_iter().flatten() {
                apply(&mut self.schema, operation, &mut Vec::new());
            }
        }
        let ours = revision.map_or("none", |revision| revision.id.as_str());
        (ours != name).then(|| format!("  the tool is at {name}, and we are at {ours}"))
    }
}

/// What the model notes and should not, or should and does not.
fn notes(model: &LoadedModel, said: &Project) -> Vec<String> {
    let expected: BTreeSet<&str> = said.notes.iter().map(String::as_str).collect();
    let mut wrong = Vec::new();
    let reasons: BTreeSet<&String> = model.unanalyzed.iter().collect();
    for reason in reasons {
        if !expected.iter().any(|words| reason.contains(words)) {
            wrong.push(format!("  the model notes   {reason}"));
        }
    }
    for words in expected {
        if !model.unanalyzed.iter().any(|reason| reason.contains(words)) {
            wrong.push(format!("  the model does not note   {words}"));
        }
    }
    wrong
}

fn model(project: &Path, dialect: Dialect) -> Outcome<LoadedModel> {
    let options = Options {
        root: project.to_string_lossy().into_owned(),
        dialect: Some(dialect),
        ..Options::default()
    };
    let mut models = load_models(&options).map_err(|error| error.to_string())?;
    match models.len() {
        1 => models.pop().ok_or_else(String::new),
        count => Err(format!("{count} schema sources are found")),
    }
}

/// What the database has, without what the tools keep for themselves.
fn catalog(stage: &Stage, dialect: Dialect, database: &str, file: &Path) -> Outcome<Vec<facts::Fact>> {
    let output = match dialect {
        Dialect::Postgres => stage.server.run(database, &super::catalog("postgres.sql")?)?,
        Dialect::Mysql => stage.mariadb.run(database, &super::catalog("mariadb.sql")?)?,
        Dialect::Sqlite | Dialect::Mssql => sqlite::catalog(&stage.python, file)?,
    };
    let own = |line: &&str| {
        line.starts_with("{\"") && line.contains("\"fact\"") && !line.contains("tool_migrations")
    };
    let read =
        |line: &str| serde_json::from_str(line).map_err(|error| format!("not a fact: {line}: {error}"));
    output.lines().filter(own).map(read).collect()
}
