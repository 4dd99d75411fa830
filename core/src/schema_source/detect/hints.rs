//! Which database a project uses, as far as names and requirements tell.

use super::{Listing, file_name, parent};
use crate::schema::Dialect;
use crate::text::Sources;

/// The dialect that a folder of the path is named after: `versions/sqlite`, `migrations/mysql`.
pub fn dialect_of_path(path: &str) -> Option<Dialect> {
    path.rsplit('/').find_map(Dialect::parse)
}

/// The dialect of a database URL: `postgresql+psycopg://...`.
pub fn dialect_of_url(url: &str) -> Option<Dialect> {
    let (scheme, _) = url.split_once(':')?;
    Dialect::parse(scheme.split('+').next().unwrap_or(scheme))
}

/// Drivers by database, as Python requirements name them.
const DRIVERS: &[(Dialect, &[&str])] = &[
    (Dialect::Postgres, &["psycopg", "psycopg2", "psycopg2-binary", "psycopg-binary", "asyncpg", "pg8000"]),
    (Dialect::Mysql, &["mysqlclient", "pymysql", "aiomysql", "asyncmy", "mysql-connector-python", "mariadb"]),
    (Dialect::Sqlite, &["aiosqlite"]),
];

/// The dialect of the drivers that the Python requirements around `path` name; the first of [`DRIVERS`] that is there.
pub fn python_driver(sources: &Sources, path: &str) -> Option<Dialect> {
    let listing = Listing::below(sources, "");
    let mut words = Vec::new();
    for file in &listing.files {
        let near = super::lies_in(path, parent(file)) || parent(file).ends_with(".dist-info");
        if near && is_requirements(file_name(file)) {
            words.extend(package_names(&listing.text(file)));
        }
    }
    let named = |drivers: &&(Dialect, &[&str])| {
        drivers.1.iter().any(|driver| words.iter().any(|word| word == driver))
    };
    DRIVERS.iter().find(named).map(|(dialect, _)| *dialect)
}

fn is_requirements(name: &str) -> bool {
    matches!(name, "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile" | "METADATA")
        || (name.starts_with("requirements") && name.ends_with(".txt"))
}

/// Everything in the text that has the shape of a package's name, in lower case.
fn package_names(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .filter(|word| !word.is_empty())
        .map(|word| word.to_ascii_lowercase().replace('_', "-"))
        .collect()
}

/// Drivers of Node by database, as `package.json` and the settings of query builders name them.
const NODE_DRIVERS: &[(Dialect, &[&str])] = &[
    (
        Dialect::Postgres,
        &[
            "pg",
            "pg-native",
            "pgnative",
            "postgres",
            "postgresql",
            "cockroachdb",
            "redshift",
            "aurora-postgres",
        ],
    ),
    (Dialect::Mysql, &["mysql2", "mysql", "mariadb", "aurora-mysql"]),
    (
        Dialect::Sqlite,
        &[
            "better-sqlite3",
            "sqlite3",
            "sqlite",
            "sql.js",
            "sqljs",
            "expo",
            "react-native",
            "capacitor",
            "libsql",
        ],
    ),
    (Dialect::Mssql, &["tedious", "mssql"]),
];

/// The database of a driver of Node.
pub fn dialect_of_driver(name: &str) -> Option<Dialect> {
    NODE_DRIVERS.iter().find(|(_, drivers)| drivers.contains(&name)).map(|(dialect, _)| *dialect)
}

/// The dialect of the drivers that the `package.json` files around `path` depend on, the nearest file first; the first of
/// [`NODE_DRIVERS`] that is there.
pub fn node_driver(sources: &Sources, path: &str) -> Option<Dialect> {
    let mut folder = path;
    loop {
        let file =
            sources.find(&super::join(folder, "package.json")).and_then(|file| sources.load(file).ok());
        if let Some(dialect) = file.and_then(|file| drivers_of(&file.text)) {
            return Some(dialect);
        }
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder);
    }
}

fn drivers_of(text: &str) -> Option<Dialect> {
    let package: serde_json::Value = serde_json::from_str(text).ok()?;
    let has = |section: &str, name: &str| package.get(section).is_some_and(|found| found.get(name).is_some());
    // What tests use comes last.
    ["dependencies", "peerDependencies", "devDependencies"].iter().find_map(|section| {
        let named = |(_, names): &&(Dialect, &[&str])| names.iter().any(|name| has(section, name));
        NODE_DRIVERS.iter().find(named).map(|(dialect, _)| *dialect)
    })
}
