//! The dialect of SQL that does not say it.

use crate::schema::Dialect;
use crate::text::{FileId, Sources};

/// Text that is looked at, in bytes.
const ENOUGH: usize = 512 * 1024;

/// Words that one dialect has and the others have not, and how much they weigh. Backticks are MySQL's, and SQLite's in
/// what drizzle writes.
const MARKS: &[(&str, Dialect, usize)] = &[
    ("engine=", Dialect::Mysql, 5),
    ("engine =", Dialect::Mysql, 5),
    ("auto_increment", Dialect::Mysql, 5),
    (" unsigned", Dialect::Mysql, 3),
    ("charset=", Dialect::Mysql, 3),
    ("`", Dialect::Mysql, 1),
    ("tinyint", Dialect::Mysql, 2),
    ("drop foreign key", Dialect::Mysql, 5),
    ("modify ", Dialect::Mysql, 3),
    ("change column", Dialect::Mysql, 3),
    (" datetime", Dialect::Mysql, 1),
    (" datetime", Dialect::Sqlite, 1),
    ("autoincrement", Dialect::Sqlite, 8),
    ("pragma ", Dialect::Sqlite, 8),
    ("without rowid", Dialect::Sqlite, 8),
    ("sqlite_", Dialect::Sqlite, 8),
    ("using fts5", Dialect::Sqlite, 8),
    ("nvarchar(", Dialect::Mssql, 5),
    ("[dbo]", Dialect::Mssql, 5),
    ("identity(1,1)", Dialect::Mssql, 5),
    ("serial", Dialect::Postgres, 3),
    ("jsonb", Dialect::Postgres, 5),
    ("timestamptz", Dialect::Postgres, 3),
    ("with time zone", Dialect::Postgres, 3),
    ("gen_random_uuid", Dialect::Postgres, 3),
    ("::", Dialect::Postgres, 2),
    ("$$", Dialect::Postgres, 3),
    ("create extension", Dialect::Postgres, 8),
    ("as enum", Dialect::Postgres, 5),
    ("public.", Dialect::Postgres, 3),
];

/// The dialect that a folder of the path is called after; else the one whose words the files have most of; PostgreSQL
/// where they have none.
pub(super) fn dialect(sources: &Sources, files: &[FileId]) -> Dialect {
    let named = |file: &FileId| {
        let folders = sources.path(*file).rsplit('/').skip(1);
        folders.into_iter().find_map(Dialect::parse)
    };
    if let Some(dialect) = files.first().and_then(named) {
        return dialect;
    }
    let mut text = String::new();
    for file in files {
        if text.len() >= ENOUGH {
            break;
        }
        if let Ok(source) = sources.load(*file) {
            text.push_str(&source.text.to_ascii_lowercase());
        }
    }
    of_text(&text)
}

/// The dialect whose words a text in lower case has most of.
pub(super) fn of_text(text: &str) -> Dialect {
    let weight = |wanted: Dialect| -> usize {
        let marks = MARKS.iter().filter(|(_, dialect, _)| *dialect == wanted);
        // A mark counts a few times at most, so that one habit does not outweigh all else.
        marks.map(|(mark, _, weight)| text.matches(mark).take(5).count() * weight).sum()
    };
    let mut best = (weight(Dialect::Postgres), Dialect::Postgres);
    for dialect in [Dialect::Mysql, Dialect::Sqlite, Dialect::Mssql] {
        let found = weight(dialect);
        if found > best.0 {
            best = (found, dialect);
        }
    }
    best.1
}
