//! What `seawall usages TARGET` means: `TABLE`, `TABLE.COLUMN` or `Entity.field`.

use crate::near::did_you_mean;
use crate::schema::{Entity, Mapping, Schema, Table, TableName};
use crate::usage::Subject;
use crate::{Error, ErrorKind, Result};

/// A schema with what code calls its things.
pub(super) struct Names<'a> {
    /// Database names.
    pub schema: &'a Schema,
    /// Code names.
    pub mapping: &'a Mapping,
}

/// The subjects that `target` names, each with the position of its source in `sources`. Code names and database names
/// are both tried, and the whole text as a table's name first: a table may have a dot before it (its schema).
pub(super) fn resolve(target: &str, sources: &[Names<'_>]) -> Result<Vec<(usize, Subject)>> {
    let mut found = Vec::new();
    for (index, names) in sources.iter().enumerate() {
        found.extend(names.tables(target).into_iter().map(|table| (index, Subject::Table(table))));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let Some((table, column)) = target.rsplit_once('.') else {
        return Err(unknown_table(target, sources));
    };
    let mut table_known = false;
    for (index, names) in sources.iter().enumerate() {
        for name in names.tables(table) {
            table_known = true;
            let subject = names.column(&name, table, column).map(|column| Subject::Column(name, column));
            found.extend(subject.map(|subject| (index, subject)));
        }
    }
    match (found.is_empty(), table_known) {
        (false, _) => Ok(found),
        (true, true) => Err(unknown_column(table, column, sources)),
        (true, false) => Err(unknown_table(table, sources)),
    }
}

impl Names<'_> {
    /// The tables that a name means: an entity's, else the table itself, exact before folded.
    fn tables(&self, name: &str) -> Vec<TableName> {
        if let Some(entity) = self.mapping.entity(name) {
            return vec![entity.table.clone()];
        }
        let written = |table: &&Table| table.name.to_string() == name || table.name.name == name;
        let exact: Vec<TableName> =
            self.schema.tables.iter().filter(written).map(|table| table.name.clone()).collect();
        if !exact.is_empty() {
            return exact;
        }
        let default = self.schema.dialect.default_schema().and_then(|schema| {
            let bare = name.strip_prefix(schema)?.strip_prefix('.')?;
            self.schema.table(&TableName::plain(bare))
        });
        let folded = self.schema.tables.iter().filter(|table| table.name.name.eq_ignore_ascii_case(name));
        default.into_iter().chain(folded).map(|table| table.name.clone()).collect()
    }

    /// The column that a name means in a table: the field of that name, else the column itself. `written` is the name
    /// that was given for the table: where it is an entity's, that entity's fields come first.
    fn column(&self, table: &TableName, written: &str, name: &str) -> Option<String> {
        let named = self.mapping.entity(written);
        let entities = named.into_iter().chain(self.mapping.entities_of(table));
        let field = entities.filter_map(|entity| entity.field(name)?.column()).next();
        let column = || {
            let column = self.schema.table(table)?.column(name)?;
            Some(column.name.clone())
        };
        field.map(str::to_owned).or_else(column)
    }

    fn column_names<'b>(&'b self, table: &'b TableName) -> Vec<String> {
        let columns = self.schema.table(table).into_iter().flat_map(|table| &table.columns);
        let fields = self.mapping.entities_of(table).flat_map(|entity: &Entity| &entity.fields);
        let fields = fields.filter(|field| field.column().is_some()).map(|field| field.name.clone());
        columns.map(|column| column.name.clone()).chain(fields).collect()
    }
}

fn unknown_table(name: &str, sources: &[Names<'_>]) -> Error {
    let mut known: Vec<&str> = Vec::new();
    for names in sources {
        known.extend(names.schema.tables.iter().map(|table| table.name.name.as_str()));
        known.extend(names.mapping.entities.iter().map(|entity| entity.name.as_str()));
    }
    known.sort_unstable();
    known.dedup();
    let near = did_you_mean(name, known.iter().copied());
    let count = known.len();
    let message =
        format!("no schema source has a table or entity named `{name}`{near} ({count} names are known)");
    Error::new(ErrorKind::Name, message)
}

fn unknown_column(table: &str, column: &str, sources: &[Names<'_>]) -> Error {
    let mut known: Vec<String> = Vec::new();
    for names in sources {
        for table in names.tables(table) {
            known.extend(names.column_names(&table));
        }
    }
    let near = did_you_mean(column, known.iter().map(String::as_str));
    Error::new(ErrorKind::Name, format!("`{table}` has no column or field named `{column}`{near}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, ColumnType, Dialect, Field, FieldKind, TableKind, TypeFamily, ValueSource};
    use crate::text::{FileId, Span};

    fn names() -> (Schema, Mapping) {
        let span = Span::new(FileId(0), 0, 0);
        let mut schema = Schema::new(Dialect::Postgres);
        for name in ["users", "posts"] {
            let mut table = Table::new(TableName::plain(name), TableKind::Table, span);
            table.columns.push(Column {
                name: "mail".into(),
                ty: ColumnType { name: "text".into(), family: TypeFamily::Text { length: None } },
                nullable: false,
                default: None,
                generated: false,
                expression: None,
                sequence: None,
                span,
            });
            schema.tables.push(table);
        }
        let email = Field {
            name: "email".into(),
            kind: FieldKind::Column { column: "mail".into() },
            nullable: false,
            list: false,
            default: ValueSource::None,
            on_update: false,
            ignored: false,
            deferred: false,
            type_name: "String".into(),
            span,
        };
        let user = Entity {
            name: "User".into(),
            table: TableName::plain("users"),
            fields: vec![email],
            unique_keys: Vec::new(),
            ignored: false,
            is_abstract: false,
            span,
        };
        (schema, Mapping { entities: vec![user], ..Mapping::default() })
    }

    fn check(target: &str, expected: std::result::Result<Subject, &str>) {
        let (schema, mapping) = names();
        let found = resolve(target, &[Names { schema: &schema, mapping: &mapping }]);
        match (found, expected) {
            (Ok(found), Ok(subject)) => assert_eq!(found, [(0, subject)], "{target}"),
            (Err(error), Err(part)) => assert!(error.message.contains(part), "{target}: {error}"),
            (found, expected) => panic!("{target}: {found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn code_names_and_database_names_mean_the_same() {
        let users = || TableName::plain("users");
        check("users", Ok(Subject::Table(users())));
        check("User", Ok(Subject::Table(users())));
        check("public.users", Ok(Subject::Table(users())));
        for target in ["users.mail", "users.email", "User.email", "User.mail", "public.users.mail"] {
            check(target, Ok(Subject::Column(users(), "mail".into())));
        }
        check("posts.mail", Ok(Subject::Column(TableName::plain("posts"), "mail".into())));
    }

    #[test]
    fn an_unknown_name_offers_near_ones() {
        check("usres", Err("did you mean `users`"));
        check("User.emial", Err("did you mean `email`"));
        check("nothing.at", Err("no schema source has a table or entity named `nothing`"));
    }
}
