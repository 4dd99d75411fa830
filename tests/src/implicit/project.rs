//! A project made of rows.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use seawall::Options;
use seawall::report::wire::Location;

use super::{Family, Row, prisma, sqlalchemy};

/// Projects written by this process: tests that run at the same time do not meet.
static WRITTEN: AtomicUsize = AtomicUsize::new(0);

/// The column that a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The table's database name.
    pub table: String,
    /// The column's.
    pub column: String,
}

/// The column that a row is about: its id says which of the models is meant.
pub fn target(row: &Row) -> Target {
    if let Some((table, column)) = row.target.as_deref().and_then(|target| target.split_once('.')) {
        return Target { table: table.to_owned(), column: column.to_owned() };
    }
    match row.family() {
        Family::Prisma => prisma::target(row),
        Family::SqlAlchemy => sqlalchemy::target(row),
    }
}

/// A project on disk, removed with the value.
pub struct Project {
    root: PathBuf,
    /// The first judged line of each row's file, from 1.
    judged: Vec<u32>,
}

impl Drop for Project {
    fn drop(&mut self) {
        if std::env::var_os("SEAWALL_KEEP").is_none() {
            let _ = std::fs::remove_dir_all(&self.root);
        }
    }
}

impl Project {
    /// Writes the project of these rows for a version of their ORM.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(orm: &str, version: &str, rows: &[Row]) -> std::io::Result<Self> {
        let name: String = format!("{orm}-{version}").chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let folder = format!("seawall-implicit-{}-{number}-{name}", std::process::id());
        let root = std::env::temp_dir().join(folder);
        let mut project = Self { root, judged: Vec::new() };
        let scenario = rows.iter().any(|row| row.scenario.is_some());
        for (path, text) in match Family::of(orm) {
            Family::Prisma => prisma::files(version, scenario),
            Family::SqlAlchemy => sqlalchemy::files(orm, version, scenario),
        } {
            project.file(path, &text)?;
        }
        for (index, row) in rows.iter().enumerate() {
            let (path, text) = match row.family() {
                Family::Prisma => prisma::source(index, row),
                Family::SqlAlchemy => sqlalchemy::source(index, row),
            };
            let judged = text.lines().position(|line| line.contains("judged")).unwrap_or(0);
            project.judged.push(u32::try_from(judged).unwrap_or(0) + 1);
            project.file(&path, &text)?;
        }
        Ok(project)
    }

    /// What every question is asked with.
    pub fn options(&self) -> Options {
        Options { root: self.root.display().to_string(), ..Options::default() }
    }

    /// The row that a place belongs to, if it stands in the judged lines.
    pub fn row_at(&self, location: &Location) -> Option<usize> {
        let name = location.path.rsplit('/').next()?.strip_prefix("row")?;
        let index: usize = name.split('.').next()?.parse().ok()?;
        self.judged.get(index).is_some_and(|line| location.line > *line).then_some(index)
    }

    fn file(&self, path: &str, text: &str) -> std::io::Result<()> {
        let path = self.root.join(path);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, text)
    }
}

/// A file of the table's data.
pub fn data(name: &str) -> String {
    let path = crate::outcome::workspace().join("tests/data/implicit").join(name);
    std::fs::read_to_string(path).unwrap_or_default()
}
