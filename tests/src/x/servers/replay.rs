//! `cargo x replay`: the migrations of a folder on a real server, compared with the model after each.

use std::path::{Path, PathBuf};

use seawall::migration::apply;
use seawall::schema::{Dialect, Schema};

use super::super::Outcome;
use super::history::{History, Step};
use super::{facts, mariadb, postgres, sqlite};

const USAGE: &str = "cargo x replay postgres|mysql|sqlite FOLDER";

/// Applies the SQL files below a folder in the order of their paths, those that go down left out, and prints where the
/// model and the database part.
pub fn run(args: &[String]) -> Outcome {
    let [dialect, folder] = args else { return Err(USAGE.to_owned()) };
    let dialect = Dialect::parse(dialect).ok_or(USAGE)?;
    let mut files = Vec::new();
    sql_files(Path::new(folder), &mut files).map_err(|error| format!("{folder}: {error}"))?;
    files.sort();
    let mut history = History { name: folder.clone(), steps: Vec::new(), is_written: false };
    for file in &files {
        let sql = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        history.steps.push(Step { sql, notes: Vec::new(), refused: false });
    }
    let (output, error) = match dialect {
        Dialect::Postgres => {
            let server = postgres::Server::start()?;
            server.create_database("replay")?;
            server.run_far("replay", &super::script(&history, "\\echo ", &super::catalog("postgres.sql")?))?
        }
        Dialect::Mysql => {
            let server = mariadb::Server::start()?;
            server.create_database("replay")?;
            server.run_far(
                "replay",
                &super::script(&history, super::MARIADB_MARK, &super::catalog("mariadb.sql")?),
            )?
        }
        Dialect::Sqlite | Dialect::Mssql => (sqlite::run(&sqlite::python()?, &history)?, None),
    };
    let mut schema = Schema::new(dialect);
    let (mut differing, mut count, mut steps) = (0, 0, 0);
    let mut known: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    for ((catalog, step), file) in super::catalogs(&output)?.into_iter().zip(&history.steps).zip(&files) {
        let mut notes = Vec::new();
        for operation in seawall::read_sql(&step.sql, dialect) {
            apply(&mut schema, &operation, &mut notes);
        }
        steps += 1;
        count += catalog.len();
        let real = facts::of_catalog(dialect, catalog, &schema);
        let said = facts::of_model(&schema);
        let mut now: Vec<String> =
            real.difference(&said).map(|fact| format!("  the database has  {fact}")).collect();
        now.extend(said.difference(&real).map(|fact| format!("  the model has     {fact}")));
        now.extend(notes.iter().map(|note| format!("  the model notes   {}", note.reason)));
        differing += usize::from(!now.is_empty());
        let fresh: Vec<&String> = now.iter().filter(|line| !known.contains(*line)).collect();
        if !fresh.is_empty() {
            println!("{}", file.display());
            fresh.iter().for_each(|line| println!("{line}"));
        }
        known.extend(now);
    }
    if let Some(error) = error {
        println!("the server stopped: {}", error.lines().last().unwrap_or_default());
    }
    println!(
        "{steps} of {} migrations, {count} facts compared; {differing} migrations with a difference",
        files.len()
    );
    Ok(())
}

fn sql_files(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            sql_files(&path, found)?;
        } else if name.ends_with(".sql") && !name.ends_with("down.sql") {
            found.push(path);
        }
    }
    Ok(())
}
