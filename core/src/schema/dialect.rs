//! Which database, and the small questions whose answer depends on it.

use serde::{Deserialize, Serialize};

/// A database product, as far as its schema language differs.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// PostgreSQL and what speaks its language (CockroachDB).
    #[default]
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
    /// SQLite.
    Sqlite,
    /// Microsoft SQL Server: read as far as the general syntax goes, not promised.
    Mssql,
}

impl Dialect {
    /// The name in options, JSON and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Sqlite => "sqlite",
            Self::Mssql => "mssql",
        }
    }

    /// The dialect of a name as users, Prisma providers and SQLAlchemy URLs write it.
    pub fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" | "cockroachdb" | "pg" => Some(Self::Postgres),
            "mysql" | "mariadb" => Some(Self::Mysql),
            "sqlite" | "sqlite3" | "libsql" => Some(Self::Sqlite),
            "mssql" | "sqlserver" => Some(Self::Mssql),
            _ => None,
        }
    }

    /// The name as the database stores it. PostgreSQL folds unquoted identifiers to lower case
    /// (manual, 4.1.1); the others keep what was written.
    pub fn fold(self, name: &str, quoted: bool) -> String {
        match self {
            Self::Postgres if !quoted => name.to_lowercase(),
            Self::Postgres | Self::Mysql | Self::Sqlite | Self::Mssql => name.to_owned(),
        }
    }

    /// Whether two stored names mean the same column. PostgreSQL compares bytes; the others ignore case.
    pub fn same_name(self, left: &str, right: &str) -> bool {
        match self {
            Self::Postgres => left == right,
            Self::Mysql | Self::Sqlite | Self::Mssql => left.eq_ignore_ascii_case(right),
        }
    }

    /// The schema that unqualified names live in, where the database has schemas of its own.
    pub fn default_schema(self) -> Option<&'static str> {
        match self {
            Self::Postgres => Some("public"),
            Self::Mssql => Some("dbo"),
            Self::Mysql | Self::Sqlite => None,
        }
    }
}
