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
