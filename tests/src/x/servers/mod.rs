//! The model against real databases: our own histories are applied step by step, the catalog is read back after each
//! step, and must say what the model says.

mod account;
pub mod alembic;
mod facts;
mod history;
pub mod mariadb;
mod objects;
pub mod order;
pub mod postgres;
pub mod replay;
pub mod scripts;
mod sqlite;
mod witness;

use std::collections::BTreeSet;
use std::path::PathBuf;

use seawall::Options;
use seawall::analyze::load_models;
use seawall::diagnostic::Unanalyzed;
use seawall::migration::apply;
use seawall::schema::{DefaultValue, Dialect, Schema, TableKind};

use self::facts::Fact;
use self::history::{History, Step};
use self::witness::{Answer, Proof};
use super::{Outcome, tool};

/// What stands before the facts of a step in a server's output.
const MARK: &str = "@@step ";

/// What begins the query that prints a mark.
const MARIADB_MARK: &str = "SELECT CONCAT('@@', 'step ', ";

/// What is printed of differences.
const SHOWN: usize = 40;

/// The SQL of each history in `tests/servers/NAME`, whole but for what the server refuses.
pub fn ends_of_histories(name: &str) -> Outcome<Vec<String>> {
    let histories = history::load(&tool::workspace().join("tests/servers").join(name))?;
    let whole = |history: History| {
        let steps = history.steps.into_iter().filter(|step| !step.refused).map(|step| step.sql);
        steps.collect::<Vec<_>>().join("\n;\n")
    };
    Ok(histories.into_iter().map(whole).collect())
}

/// PostgreSQL.
pub fn run_postgres() -> Outcome {
    let server = postgres::Server::start()?;
    let mut number = 0;
    judge(Dialect::Postgres, "postgres", |history| {
        number += 1;
        let database = format!("history_{number}");
        server.create_database(&database)?;
        server.run(&database, &script(history, "\\echo ", &catalog("postgres.sql")?))
    })?;
    witness::judge("postgres", |proof| {
        number += 1;
        let database = format!("proof_{number}");
        server.create_database(&database)?;
        Ok(prove(proof, |script| server.run(&database, script)))
    })?;
    let mut known = BTreeSet::new();
    objects::judge("postgres", objects::POSTGRES, |database, script| {
        if known.insert(database.to_owned()) {
            server.create_database(database)?;
        }
        server.run(database, script)
    })
}

/// MariaDB.
pub fn run_mariadb() -> Outcome {
    let server = mariadb::Server::start()?;
    let mut number = 0;
    judge(Dialect::Mysql, "mysql", |history| {
        number += 1;
        let database = format!("history_{number}");
        server.create_database(&database)?;
        server.run(&database, &script(history, MARIADB_MARK, &catalog("mariadb.sql")?))
    })?;
    witness::judge("mysql", |proof| {
        number += 1;
        let database = format!("proof_{number}");
        server.create_database(&database)?;
        Ok(prove(proof, |script| server.run(&database, script)))
    })?;
    let mut known = BTreeSet::new();
    objects::judge("mysql", objects::MARIADB, |database, script| {
        if known.insert(database.to_owned()) {
            server.create_database(database)?;
        }
        server.run(database, script)
    })
}

/// A proof on a database of its own, by a client that stops at the first error.
fn prove(proof: &Proof, run: impl Fn(&str) -> Outcome<String>) -> Answer {
    let Proof { before, change, statement, .. } = proof;
    let first = format!("{before}BEGIN;\n{statement}ROLLBACK;\n{change}");
    Answer { first: run(&first).err(), second: run(statement).err() }
}

/// SQLite.
pub fn run_sqlite() -> Outcome {
    let python = sqlite::python()?;
    judge(Dialect::Sqlite, "sqlite", |history| sqlite::run(&python, history))?;
    witness::judge("sqlite", |proof| sqlite::prove(&python, proof))?;
    objects::judge_sqlite(&python)
}

fn catalog(name: &str) -> Outcome<String> {
    let path = folder().join("catalog").join(name);
    std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn folder() -> PathBuf {
    tool::workspace().join("tests/servers")
}

/// All steps of a history for a client, with the catalog's query behind each.
fn script(history: &History, mark: &str, catalog: &str) -> String {
    let mut text = String::new();
    for (number, step) in (1..).zip(&history.steps) {
        if step.refused {
            text.push_str(&format!("\\set ON_ERROR_STOP off\n{}\\set ON_ERROR_STOP on\n", step.sql));
            text.push_str("\\if :ERROR\n\\else\nSELECT the_step_was_not_refused;\n\\endif\n");
        } else {
            text.push_str(&step.sql);
        }
        match mark.starts_with('\\') {
            true => text.push_str(&format!("\n;\n{mark}{MARK}{number}\n{catalog}\n")),
            false => text.push_str(&format!("\n{mark}{number});\n{catalog}\n")),
        }
    }
    text
}

/// Applies each history to a database by `run`, which gives what the server printed, and compares.
fn judge(dialect: Dialect, name: &str, mut run: impl FnMut(&History) -> Outcome<String>) -> Outcome {
    let histories = history::load(&folder().join(name))?;
    let (mut steps, mut facts, mut wrong) = (0, 0, Vec::new());
    let mut written = 0;
    for history in &histories {
        let catalogs = match run(history).and_then(|output| catalogs(&output)) {
            Ok(catalogs) => catalogs,
            Err(error) => {
                wrong.push(format!("{}: {error}", history.name));
                continue;
            }
        };
        if catalogs.len() != history.steps.len() {
            let answered = catalogs.len();
            wrong.push(format!("{}: answers to {answered} of {} steps", history.name, history.steps.len()));
            continue;
        }
        for (at, catalog) in catalogs.into_iter().enumerate() {
            steps += 1;
            facts += catalog.len();
            let differences = compare(dialect, history, at, catalog);
            if !differences.is_empty() {
                wrong.push(format!(
                    "{} after step {}:\n{}\n{}",
                    history.name,
                    at + 1,
                    history.steps[at].sql.trim(),
                    differences.join("\n")
                ));
                // What follows inherits the difference.
                break;
            }
        }
        if history.is_written {
            written += 1;
            let (model, _) = model(dialect, &taken(&history.steps));
            wrong.extend(compare_written(&history.name, &model, &mut run));
        }
    }
    for (name, model) in prisma_schemas(dialect)? {
        written += 1;
        wrong.extend(compare_written(&name, &model, &mut run));
    }
    println!("  {written} schemas as SQL make the database that they describe, but for those named below");
    println!(
        "  {} histories, {steps} steps, {facts} facts compared; {} histories differ",
        histories.len(),
        wrong.len()
    );
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.into_iter().take(SHOWN).collect::<Vec<_>>().join("\n\n")),
    }
}

/// The facts that a client printed after each step.
fn catalogs(output: &str) -> Outcome<Vec<Vec<Fact>>> {
    let mut found: Vec<Vec<Fact>> = Vec::new();
    for line in output.lines() {
        if line.starts_with(MARK) {
            found.push(Vec::new());
        } else if line.starts_with("{\"") && line.contains("\"fact\"") {
            let fact = serde_json::from_str(line).map_err(|error| format!("not a fact: {line}: {error}"))?;
            found.last_mut().ok_or("a fact before the first step")?.push(fact);
        }
    }
    Ok(found)
}

/// The steps that the server takes, as one text.
fn taken(steps: &[Step]) -> String {
    steps.iter().filter(|step| !step.refused).map(|step| format!("{}\n;\n", step.sql)).collect()
}

/// What a database that was made by the model's SQL does not have as the model has it.
fn compare_written(
    name: &str,
    model: &Schema,
    run: &mut impl FnMut(&History) -> Outcome<String>,
) -> Option<String> {
    let mut sql = seawall::report::ddl::ddl(model);
    if sql.contains(" citext") {
        sql.insert_str(0, "CREATE EXTENSION citext;\n");
    }
    let step = Step { sql: sql.clone(), notes: Vec::new(), refused: false };
    let history = History { name: format!("{name}, as SQL"), steps: vec![step], is_written: false };
    let catalog = run(&history).and_then(|output| catalogs(&output)).map(|mut catalogs| catalogs.pop());
    let differences = match catalog {
        Ok(catalog) => {
            let real = facts::of_catalog(model.dialect, catalog.unwrap_or_default(), model);
            let said = facts::of_model(model);
            let has = real.difference(&said).map(|fact| format!("  the database has  {fact}"));
            has.chain(said.difference(&real).map(|fact| format!("  the model has     {fact}"))).collect()
        }
        Err(error) => vec![format!("  {error}")],
    };
    (!differences.is_empty()).then(|| format!("{}\n{}\n{sql}", history.name, differences.join("\n")))
}

/// Schemas that need what they do not hold themselves.
const NOT_ALONE: [(&str, &str); 8] = [
    ("auth_and_shop", "a default that counts with a sequence of the migrations'"),
    ("extensions", "types of extensions that are not installed with the server"),
    ("ignored", "PostGIS"),
    ("indexes_mysql", "lengths of key parts, which the model does not hold"),
    ("native_types_cockroachdb", "another server"),
    ("relations_mysql", "MySQL makes an index for a foreign key, which Prisma does not know of"),
    ("scalars_cockroachdb", "another server"),
    ("scalars_mysql", "a moment with an offset, which MariaDB refuses and MySQL takes"),
];

/// The own Prisma schemas of this database, without what they leave open: queries of views, some defaults and conditions.
fn prisma_schemas(dialect: Dialect) -> Outcome<Vec<(String, Schema)>> {
    let folder = tool::workspace().join("tests/prisma/schemas");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if NOT_ALONE.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let options = Options { schema: vec![path.display().to_string()], ..Options::default() };
        for model in load_models(&options).map_err(|error| error.to_string())? {
            let mut schema = model.schema;
            schema.tables.retain(|table| table.kind == TableKind::Table);
            for table in &mut schema.tables {
                table.indexes.retain(|index| index.predicate.as_deref() != Some(""));
                let unsaid = DefaultValue::Expression(DefaultValue::UNSAID.to_owned());
                let open = table.columns.iter_mut().filter(|column| column.default.as_ref() == Some(&unsaid));
                open.for_each(|column| column.default = None);
            }
            if schema.dialect == dialect && !schema.tables.is_empty() {
                found.push((format!("prisma: {name}"), schema));
            }
        }
    }
    Ok(found)
}

/// What the database and the model do not agree on after step `at`.
fn compare(dialect: Dialect, history: &History, at: usize, catalog: Vec<Fact>) -> Vec<String> {
    let done = &history.steps[..=at];
    let text = taken(done);
    let (model, notes) = model(dialect, &text);
    let real = facts::of_catalog(dialect, catalog, &model);
    let said = facts::of_model(&model);
    let mut differences: Vec<String> =
        real.difference(&said).map(|fact| format!("  the database has  {fact}")).collect();
    differences.extend(said.difference(&real).map(|fact| format!("  the model has     {fact}")));
    let expected: BTreeSet<&str> =
        done.iter().flat_map(|step| step.notes.iter().map(String::as_str)).collect();
    for note in &notes {
        if !expected.iter().any(|words| note.reason.contains(words)) {
            let place = text.get(note.span.range.as_usize()).unwrap_or_default();
            differences.push(format!("  the model notes   {} [{}]", note.reason, place.trim()));
        }
    }
    if history.steps[at].refused {
        let (_, notes) = self::model(dialect, &format!("{text}{}", history.steps[at].sql));
        if !notes.iter().any(|note| note.reason.contains("refuses")) {
            differences.push("  the model does not say that the step is refused".to_owned());
        }
    }
    for words in expected {
        if !notes.iter().any(|note| note.reason.contains(words)) {
            differences.push(format!("  the model does not note   {words}"));
        }
    }
    differences
}

fn model(dialect: Dialect, text: &str) -> (Schema, Vec<Unanalyzed>) {
    let mut schema = Schema::new(dialect);
    let mut notes = Vec::new();
    for operation in seawall::read_sql(text, dialect) {
        apply(&mut schema, &operation, &mut notes);
    }
    (schema, notes)
}
