//! Alembic itself: the histories in `tests/alembic` are run up and down again in PostgreSQL, MariaDB and SQLite, and after
//! each revision, either way, the database must be what the model says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use seawall::Options;
use seawall::analyze::{LoadedModel, load_models};
use seawall::migration::apply;
use seawall::schema::{Dialect, Schema};
use serde_json::json;

use super::super::{Outcome, python, tool};
use super::facts::Fact;
use super::{SHOWN, facts, mariadb, postgres};

/// Alembic, and what reaches the servers.
const TOOLS: [&str; 4] = ["alembic==1.20.1", "sqlalchemy==2.1.9", "psycopg[binary]>=3.2", "pymysql>=1.1"];

/// What stands above every revision that does not say its own id.
const HEAD: &str = "import sqlalchemy as sa\nfrom alembic import context, op\n\
                    from sqlalchemy.dialects import mysql, postgresql, sqlite\n";

/// A history: a section of a page.
#[derive(Debug, Default)]
struct History {
    name: String,
    dialects: Vec<Dialect>,
    /// Version folders, in the order in which Alembic is given them.
    folders: Vec<String>,
    /// What the model must say that it did not understand, as parts of the reasons.
    notes: Vec<String>,
    /// Whether it is not taken back.
    stays: bool,
    /// Path and text.
    files: Vec<(String, String)>,
}

/// The step `alembic`.
pub fn run() -> Outcome {
    let only = std::env::var("HISTORY").unwrap_or_default();
    let mut histories = load()?;
    histories.retain(|history| history.name.contains(&only));
    let stage = Stage::prepare()?;
    let mut done = Done::default();
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        let chosen: Vec<&History> =
            histories.iter().filter(|history| history.dialects.contains(&dialect)).collect();
        if !chosen.is_empty() {
            stage.judge(dialect, &chosen, &mut done)?;
        }
    }
    println!(
        "  {} histories, {} runs on a database, {} revisions up and {} down, {} facts compared; {} runs differ",
        histories.len(),
        done.runs,
        done.up,
        done.down,
        done.facts,
        done.wrong.len()
    );
    match done.wrong.is_empty() {
        true => Ok(()),
        false => Err(done.wrong.into_iter().take(2 * SHOWN).collect::<Vec<_>>().join("\n\n")),
    }
}

/// What was done, and what was wrong.
#[derive(Default)]
struct Done {
    runs: usize,
    up: usize,
    down: usize,
    facts: usize,
    wrong: Vec<String>,
}

/// What is installed and running.
struct Stage {
    python: PathBuf,
    folder: PathBuf,
    postgres: postgres::Server,
    mariadb: Option<mariadb::Server>,
}

impl Stage {
    fn prepare() -> Outcome<Self> {
        let python = python::kept_environment("alembic-servers", &TOOLS)?;
        let mariadb = match mariadb::Server::start() {
            Ok(server) => Some(server),
            Err(error) if error.starts_with(tool::CANNOT) => {
                println!("  without MariaDB: {error}");
                None
            }
            Err(error) => return Err(error),
        };
        let (folder, postgres) = (tool::fresh_folder("alembic")?, postgres::Server::start()?);
        Ok(Self { python, folder, postgres, mariadb })
    }

    /// The URL of an empty database.
    fn database(&self, dialect: Dialect, name: &str) -> Outcome<String> {
        match (dialect, &self.mariadb) {
            (Dialect::Postgres, _) => {
                self.postgres.create_database(name)?;
                Ok(self.postgres.url(name).replacen("postgres:", "postgresql+psycopg:", 1))
            }
            (Dialect::Mysql, Some(server)) => {
                server.create_database(name)?;
                Ok(format!("mysql+pymysql://root@/{name}?unix_socket={}", server.socket().display()))
            }
            _ => Ok("sqlite://".to_owned()),
        }
    }

    /// Runs histories in one Python and compares.
    fn judge(&self, dialect: Dialect, histories: &[&History], done: &mut Done) -> Outcome {
        let catalog = match dialect {
            Dialect::Postgres => "postgres.sql",
            Dialect::Mysql if self.mariadb.is_none() => return Ok(()),
            Dialect::Mysql => "mariadb.sql",
            Dialect::Sqlite | Dialect::Mssql => "sqlite.py",
        };
        let name = dialect.name();
        let mut work = Vec::new();
        for (number, history) in histories.iter().enumerate() {
            let place = self.folder.join(format!("{name}-{number}"));
            history.write(&place)?;
            work.push(json!({
                "folder": place,
                "locations": history.folders.iter().map(|folder| place.join(folder)).collect::<Vec<_>>(),
                "url": self.database(dialect, &format!("alembic_{number}"))?,
                "down": !history.stays,
            }));
        }
        let catalog = super::folder().join("catalog").join(catalog);
        let work = json!({ "catalog": catalog, "folder": self.folder, "histories": work });
        let script = tool::workspace().join("tests/alembic/run.py");
        let output = tool::output_of_input(tool::command(&self.python).arg(script), &work.to_string())?;
        let runs: Vec<&str> = output.split("@@history ").skip(1).collect();
        for (number, (history, run)) in histories.iter().zip(&runs).enumerate() {
            let place = self.folder.join(format!("{name}-{number}"));
            done.runs += 1;
            let differences = compare(dialect, history, &place, run, done)?;
            if !differences.is_empty() {
                done.wrong.push(format!("{} on {name}:\n{}", history.name, differences.join("\n")));
            }
        }
        match runs.len() == histories.len() {
            true => Ok(()),
            false => Err(format!("{} of {} histories were run", runs.len(), histories.len())),
        }
    }
}

/// One revision that was run, and what the database had after it.
struct Ran {
    up: bool,
    id: String,
    facts: Vec<Fact>,
}

/// What a run printed: its revisions, and the error that ended it.
fn read_run(output: &str) -> Outcome<(Vec<Ran>, Option<String>)> {
    let (mut found, mut failed): (Vec<Ran>, _) = (Vec::new(), None);
    for line in output.lines() {
        if let Some(error) = line.strip_prefix("@@error ") {
            failed = Some(format!("  Alembic fails: {error}"));
        } else if let Some((way, id)) = line.strip_prefix("@@").and_then(|line| line.split_once(' ')) {
            found.push(Ran { up: way == "up", id: id.to_owned(), facts: Vec::new() });
        } else if line.contains("\"fact\"") && !line.contains("alembic_version") {
            let fact = serde_json::from_str(line).map_err(|error| format!("not a fact: {line}: {error}"))?;
            found.last_mut().ok_or("a fact before the first revision")?.facts.push(fact);
        }
    }
    Ok((found, failed))
}

/// What the database and the model do not agree on. What follows a difference inherits it and is not looked at.
fn compare(
    dialect: Dialect,
    history: &History,
    place: &Path,
    output: &str,
    done: &mut Done,
) -> Outcome<Vec<String>> {
    let (ran, failed) = read_run(output)?;
    let mut wrong: Vec<String> = failed.into_iter().collect();
    let model = history.model(place, dialect)?;
    let ours = model.history.as_ref().ok_or("no history")?;
    let mut schema = ours.baseline.clone();
    for (at, step) in ran.into_iter().enumerate() {
        let position = ours.revisions.iter().position(|revision| revision.id == step.id);
        let Some(revision) = position.and_then(|position| ours.revisions.get(position)) else {
            wrong.push(format!("  there is no revision {}", step.id));
            break;
        };
        if step.up && position != Some(at) {
            wrong.push(format!("  Alembic applies {} at place {at}", step.id));
        }
        let operations = if step.up { Some(&revision.operations) } else { revision.down.as_ref() };
        for operation in operations.into_iter().flatten() {
            apply(&mut schema, operation, &mut Vec::new());
        }
        *(if step.up { &mut done.up } else { &mut done.down }) += 1;
        done.facts += step.facts.len();
        let differences = differences(dialect, step.facts, &schema);
        if !differences.is_empty() {
            wrong.push(format!("  {} {}", if step.up { "after" } else { "taken back:" }, step.id));
            wrong.extend(differences);
            break;
        }
    }
    wrong.extend(history.wrong_notes(&model));
    Ok(wrong)
}

fn differences(dialect: Dialect, catalog: Vec<Fact>, schema: &Schema) -> Vec<String> {
    let real = facts::of_catalog(dialect, catalog, schema);
    let said = facts::of_model(schema);
    let has = real.difference(&said).map(|fact| format!("  the database has  {fact}"));
    has.chain(said.difference(&real).map(|fact| format!("  the model has     {fact}"))).collect()
}

impl History {
    fn write(&self, folder: &Path) -> Outcome {
        for (path, text) in &self.files {
            let path = folder.join(path);
            let parent = path.parent().unwrap_or(folder);
            fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(())
    }

    fn model(&self, place: &Path, dialect: Dialect) -> Outcome<LoadedModel> {
        // Folders that are one history together are told to be by the configuration.
        let named = match self.folders.as_slice() {
            [only] => only,
            _ => "alembic.ini",
        };
        let schema = vec![place.join(named).display().to_string()];
        let root = place.display().to_string();
        let options = Options { root, schema, dialect: Some(dialect), ..Options::default() };
        let mut models = load_models(&options).map_err(|error| error.to_string())?;
        match models.len() {
            1 => models.pop().ok_or_else(String::new),
            count => Err(format!("{}: {count} schema sources are found", self.name)),
        }
    }

    /// What the model notes and should not, or should and does not.
    fn wrong_notes(&self, model: &LoadedModel) -> Vec<String> {
        let reasons: BTreeSet<&String> = model.unanalyzed.iter().collect();
        let unsaid = reasons.iter().filter(|reason| !self.notes.iter().any(|words| reason.contains(words)));
        let unsaid = unsaid.map(|reason| format!("  the model notes   {reason}"));
        let missing = self.notes.iter().filter(|words| !reasons.iter().any(|reason| reason.contains(*words)));
        unsaid.chain(missing.map(|words| format!("  the model does not note   {words}"))).collect()
    }

    /// Takes a line between the blocks.
    fn prose(&mut self, line: &str) -> Outcome {
        let Some((key, value)) = line.split_once(": `") else { return Ok(()) };
        let words: Vec<String> =
            value.split('`').step_by(2).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        match key {
            "databases" => {
                let dialect =
                    |word: &String| Dialect::parse(word).ok_or_else(|| format!("no such dialect: {word}"));
                self.dialects = words.iter().map(dialect).collect::<Outcome<_>>()?;
            }
            "folders" => self.folders = words,
            "notes" => self.notes.extend(words),
            _ => return Err(format!("{}: what is `{key}`?", self.name)),
        }
        Ok(())
    }

    /// Takes a block. One without a path is a revision that comes after the one before it.
    fn block(&mut self, path: Option<String>, text: &str) {
        if let Some(path) = path {
            self.files.push((path, text.to_owned()));
            return;
        }
        let number = 1 + self.files.iter().filter(|(path, _)| path.starts_with("versions/r")).count();
        let id = |number: usize| if number == 0 { "None".to_owned() } else { format!("'r{number:02}'") };
        let ids = format!("revision = {}\ndown_revision = {}\n", id(number), id(number - 1));
        let mut text = format!("{HEAD}\n{ids}\n\n{text}");
        if !text.contains("def downgrade") {
            text.push_str("\n\ndef downgrade():\n    pass\n");
        }
        self.files.push((format!("versions/r{number:02}.py"), text));
    }
}

/// The histories of the pages in `tests/alembic`, as `tests/README.md` says how they are written.
fn load() -> Outcome<Vec<History>> {
    let folder = tool::workspace().join("tests/alembic");
    let mut found = Vec::new();
    for page in seawall_tests::case::pages(&folder).map_err(|error| error.to_string())? {
        let text = fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
        let stem = page.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        for section in format!("\n{text}").split("\n## ").skip(1) {
            found.push(history(&stem, section)?);
        }
    }
    Ok(found)
}

fn history(page: &str, section: &str) -> Outcome<History> {
    let mut lines = section.lines();
    let mut history = History {
        name: format!("{page}: {}", lines.next().unwrap_or_default()),
        dialects: vec![Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql],
        folders: vec!["versions".to_owned()],
        ..History::default()
    };
    let mut path = None;
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let block: String =
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            history.block(path.take(), &block);
        } else if let Some(named) = line.strip_prefix('`').and_then(|line| line.strip_suffix("`:")) {
            path = Some(named.to_owned());
        } else if line == "It is not taken back." {
            history.stays = true;
        } else {
            history.prose(line)?;
        }
    }
    Ok(history)
}
