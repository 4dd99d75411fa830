//! Libraries that make tables of their own beside a project's migrations.

use crate::migration::apply;
use crate::schema::{Dialect, Schema};
use crate::schema_source::sql::read_sql;
use crate::text::Span;

/// A library, and the tables that it makes in the database of an application.
pub(super) struct Library {
    /// What people call it.
    pub name: &'static str,
    /// The module that an application imports.
    pub module: &'static str,
    /// Its tables as SQL.
    sql: &'static str,
}

/// The libraries that are known. Which tables are there differs a little between their versions.
pub(super) const LIBRARIES: &[Library] = &[Library {
    name: "Flask-AppBuilder",
    module: "flask_appbuilder",
    sql: include_str!("libraries/flask_appbuilder.sql"),
}];

impl Library {
    /// Its tables in a database of this dialect; they stand at `place`.
    pub(super) fn schema(&self, dialect: Dialect, place: Span) -> Schema {
        let moment = if dialect == Dialect::Postgres { "TIMESTAMP" } else { "DATETIME" };
        let mut schema = Schema::new(dialect);
        for operation in read_sql(&self.sql.replace("DATETIME", moment), |_| place, dialect) {
            apply(&mut schema, &operation, &mut Vec::new());
        }
        schema
    }
}
