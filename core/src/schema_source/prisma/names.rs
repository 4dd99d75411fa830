//! The names that Prisma gives to keys and indexes that have none in the schema ("Configuring the name of constraints"
//! in Prisma's manual), cut to the length that the database allows.

use crate::schema::Dialect;

/// Longest identifier in bytes: PostgreSQL manual 4.1.1, MySQL manual 9.2.1, SQL Server "Database identifiers".
fn longest(dialect: Dialect) -> Option<usize> {
    match dialect {
        Dialect::Postgres => Some(63),
        Dialect::Mysql => Some(64),
        Dialect::Mssql => Some(128),
        Dialect::Sqlite => None,
    }
}

/// `Table_column_column` and the suffix; the suffix stays whole.
fn named(dialect: Dialect, table: &str, columns: &[String], suffix: &str) -> String {
    let mut name = table.to_owned();
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    if let Some(longest) = longest(dialect) {
        let mut room = longest.saturating_sub(suffix.len()).min(name.len());
        while !name.is_char_boundary(room) {
            room -= 1;
        }
        name.truncate(room);
    }
    name + suffix
}

/// The primary key's name; MySQL and SQLite give it none of its own.
pub fn primary_key(dialect: Dialect, table: &str) -> Option<String> {
    match dialect {
        Dialect::Postgres | Dialect::Mssql => Some(named(dialect, table, &[], "_pkey")),
        Dialect::Mysql | Dialect::Sqlite => None,
    }
}

pub fn unique(dialect: Dialect, table: &str, columns: &[String]) -> String {
    named(dialect, table, columns, "_key")
}

pub fn index(dialect: Dialect, table: &str, columns: &[String]) -> String {
    named(dialect, table, columns, "_idx")
}

pub fn foreign_key(dialect: Dialect, table: &str, columns: &[String]) -> String {
    named(dialect, table, columns, "_fkey")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_before_the_suffix() {
        let columns = ["é".repeat(40)];
        let name = unique(Dialect::Postgres, "T", &columns);
        assert_eq!(name, format!("T_{}_key", "é".repeat(28)));
        assert_eq!(unique(Dialect::Sqlite, "T", &columns), format!("T_{}_key", "é".repeat(40)));
    }
}
