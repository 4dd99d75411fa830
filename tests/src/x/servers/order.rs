//! dbmate and node-pg-migrate from npm against our order: each applies a folder of migrations to PostgreSQL, and the tables
//! must have been made in the order in which the model makes them.

use std::path::Path;

use seawall::Options;
use seawall::analyze::load_models;
use seawall::schema::Dialect;

use super::super::{Outcome, tool};
use super::postgres;

/// The tools, at the versions whose order was compared.
const PACKAGES: [&str; 3] = ["dbmate@2.36.0", "node-pg-migrate@9.0.0", "pg@8.23.1"];

/// Names whose order as text, as numbers and as moments is not the same.
const DBMATE: [&str; 7] = [
    "0002_c.sql",
    "10_a.sql",
    "20240101000000_x.sql",
    "20240101.sql",
    "3abc.sql",
    "9_b.sql",
    "not_numbered.sql",
];
const NODE_PG_MIGRATE: [&str; 8] = [
    "9_b.sql",
    "10_a.sql",
    "0010_z.sql",
    "0011_y.sql",
    "1589353644504_e.sql",
    "20200513070724505_d.sql",
    "20190101000000000_f.sql",
    "20200229235959999_g.sql",
];

/// The step `order`.
pub fn run() -> Outcome {
    let stage = tool::work_folder("order")?;
    write(&stage.join("package.json"), "{\"private\": true}")?;
    tool::npm(&stage, "install", &PACKAGES)?;
    let server = postgres::Server::start()?;
    compare(&server, &stage, "dbmate", &DBMATE, ("-- migrate:up", "-- migrate:down"), |url, folder| {
        vec![
            "--url".into(),
            format!("{url}?sslmode=disable"),
            "-d".into(),
            folder,
            "--no-dump-schema".into(),
            "up".into(),
        ]
    })?;
    let marks = ("-- Up Migration", "--  down   MIGRATION");
    compare(&server, &stage, "node-pg-migrate", &NODE_PG_MIGRATE, marks, |_, folder| {
        vec!["up".into(), "-m".into(), folder, "--no-check-order".into()]
    })
}

/// Lets a tool apply files that make a table each, called after the file, and compares what came after what.
fn compare(
    server: &postgres::Server,
    stage: &Path,
    program: &str,
    names: &[&str],
    (up, down): (&str, &str),
    arguments: impl Fn(String, String) -> Vec<String>,
) -> Outcome {
    let folder = stage.join(format!("files-{program}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for name in names {
        let table = format!("\"of {name}\"");
        let text = format!("{up}\nCREATE TABLE {table} (a int);\n{down}\nDROP TABLE {table};\n");
        write(&folder.join(name), &text)?;
    }
    let database = program.replace('-', "_");
    server.create_database(&database)?;
    let path = stage.join("node_modules/.bin").join(program);
    let folder_name = folder.to_string_lossy().into_owned();
    tool::output(
        tool::command(&path)
            .env("DATABASE_URL", server.url(&database))
            .current_dir(stage)
            .args(arguments(server.url(&database), folder_name.clone())),
    )?;
    let listed = server.run(
        &database,
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'of %' ORDER BY oid;",
    )?;
    let real: Vec<&str> = listed.lines().collect();
    let options = Options {
        root: stage.to_string_lossy().into_owned(),
        schema: vec![folder_name],
        dialect: Some(Dialect::Postgres),
        ..Options::default()
    };
    let models = load_models(&options).map_err(|error| error.to_string())?;
    let tables = models.iter().flat_map(|model| &model.schema.tables);
    let ours: Vec<&str> = tables.map(|table| table.name.name.as_str()).collect();
    println!("  {program}: {}", real.join(", "));
    match ours == real && !real.is_empty() {
        true => Ok(()),
        false => Err(format!("{program} made {real:?}, the model has {ours:?}")),
    }
}

fn write(path: &Path, text: &str) -> Outcome {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
