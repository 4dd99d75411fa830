//! A change in words, and as JSON.

use crate::diff::{Change, ChangeKind, Pair, TypeChange};
use crate::report::places::Places;
use crate::report::wire::{ChangeKindReport as Kind, DifferenceReport};
use crate::schema::{Mapping, TableName};

/// The parts of a change that its kind decides.
struct Parts {
    kind: Kind,
    table: TableName,
    column: Option<String>,
    before: Option<String>,
    after: Option<String>,
    summary: String,
}

impl Parts {
    fn new(kind: Kind, table: &TableName, summary: String) -> Self {
        Self { kind, table: table.clone(), column: None, before: None, after: None, summary }
    }

    fn of_column(kind: Kind, table: &TableName, column: &str, what: &str) -> Self {
        let parts = Self::new(kind, table, format!("column {table}.{column} {what}"));
        Self { column: Some(column.to_owned()), ..parts }
    }

    fn of_key(kind: Kind, table: &TableName, columns: &[String], what: &str) -> Self {
        let columns = columns.join(", ");
        let parts = Self::new(kind, table, format!("{table} ({columns}) {what}"));
        Self { column: Some(columns), ..parts }
    }

    fn before(mut self, before: impl Into<String>) -> Self {
        self.before = Some(before.into());
        self
    }

    fn after(mut self, after: impl Into<String>) -> Self {
        self.after = Some(after.into());
        self
    }
}

/// The report of one change. Code names are taken from `mapping`, which should describe the code before the change.
pub(crate) fn difference(change: &Change, mapping: &Mapping, places: &Places) -> DifferenceReport {
    let parts = parts(&change.kind);
    let entity = mapping.entities_of(&parts.table).next();
    let field = parts.column.as_deref().and_then(|column| entity?.field_of_column(column));
    DifferenceReport {
        kind: parts.kind,
        table: parts.table.to_string(),
        entity: entity.map(|entity| entity.name.clone()),
        field: field.map(|field| field.name.clone()),
        column: parts.column,
        before: parts.before,
        after: parts.after,
        rename_candidate: change.rename_candidate.clone(),
        location: places.location(change.span),
        declared: change.declared.map(|span| places.location(span)),
        summary: parts.summary,
    }
}

fn parts(kind: &ChangeKind) -> Parts {
    match kind {
        ChangeKind::AddTable { table } => {
            Parts::new(Kind::AddTable, table, format!("table {table} is added"))
        }
        ChangeKind::DropTable { table } => {
            Parts::new(Kind::DropTable, table, format!("table {table} is dropped"))
        }
        ChangeKind::RenameTable { table } => renamed(Kind::RenameTable, table),
        ChangeKind::AddColumn { table, column } => {
            let required = !column.nullable && column.default.is_none() && !column.generated;
            let what = if required { "is added, required and without a default" } else { "is added" };
            Parts::of_column(Kind::AddColumn, table, &column.name, what).after(column.ty.name.clone())
        }
        ChangeKind::DropColumn { table, column } => {
            Parts::of_column(Kind::DropColumn, table, column, "is dropped")
        }
        ChangeKind::RenameColumn { table, column } => {
            let what = format!("is renamed to {}", column.after);
            Parts::of_column(Kind::RenameColumn, table, &column.before, &what).after(column.after.clone())
        }
        ChangeKind::AlterColumnType { table, column, ty, effect } => {
            let what = format!(
                "changes its type from {} to {} ({})",
                ty.before.name,
                ty.after.name,
                effect_word(*effect)
            );
            let parts = Parts::of_column(Kind::AlterColumnType, table, column, &what);
            parts.before(ty.before.name.clone()).after(ty.after.name.clone())
        }
        ChangeKind::AlterColumnNullability { table, column, nullable, .. } => {
            let word = |nullable: bool| if nullable { "nullable" } else { "required" };
            let what = format!("becomes {}", word(*nullable));
            let parts = Parts::of_column(Kind::AlterColumnNullability, table, column, &what);
            parts.before(word(!nullable)).after(word(*nullable))
        }
        ChangeKind::AlterColumnDefault { table, column, has_default } => {
            let what = default_words(*has_default);
            Parts::of_column(Kind::AlterColumnDefault, table, column, what)
        }
        ChangeKind::AddEnum { name } => Parts::new(Kind::AddEnum, name, format!("enum {name} is added")),
        ChangeKind::DropEnum { name } => Parts::new(Kind::DropEnum, name, format!("enum {name} is dropped")),
        ChangeKind::AddEnumValue { name, value } => {
            Parts::new(Kind::AddEnumValue, name, format!("enum {name} gets the value {value}")).after(value)
        }
        ChangeKind::DropEnumValue { name, value } => {
            Parts::new(Kind::DropEnumValue, name, format!("enum {name} loses the value {value}"))
                .before(value)
        }
        ChangeKind::RenameEnumValue { name, value } => {
            let summary = format!("value {} of enum {name} is renamed to {}", value.before, value.after);
            Parts::new(Kind::RenameEnumValue, name, summary).before(&value.before).after(&value.after)
        }
        ChangeKind::AddUnique { table, columns } => {
            Parts::of_key(Kind::AddUnique, table, columns, "becomes unique")
        }
        ChangeKind::DropUnique { table, columns, name } => {
            let parts = Parts::of_key(Kind::DropUnique, table, columns, "is no longer unique");
            Parts { before: name.clone(), ..parts }
        }
        ChangeKind::AddForeignKey { table, columns } => {
            Parts::of_key(Kind::AddForeignKey, table, columns, "gets a foreign key")
        }
        ChangeKind::DropForeignKey { table, columns } => {
            Parts::of_key(Kind::DropForeignKey, table, columns, "loses its foreign key")
        }
        ChangeKind::AlterForeignKey { table, columns } => {
            Parts::of_key(Kind::AlterForeignKey, table, columns, "gets another foreign key")
        }
    }
}

fn renamed(kind: Kind, table: &Pair<TableName>) -> Parts {
    let summary = format!("table {} is renamed to {}", table.before, table.after);
    Parts::new(kind, &table.before, summary).after(table.after.to_string())
}

fn effect_word(effect: TypeChange) -> &'static str {
    match effect {
        TypeChange::Widening => "widening",
        TypeChange::Narrowing => "narrowing",
        TypeChange::Incompatible => "incompatible",
    }
}

fn default_words(has_default: Pair<bool>) -> &'static str {
    match (has_default.before, has_default.after) {
        (true, false) => "loses its default",
        (false, true) => "gets a default",
        (true, true) | (false, false) => "changes its default",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{FileId, MemoryFiles, Sources, TextRange};

    fn check(kind: ChangeKind, summary: &str) {
        let sources = Sources::new(Box::new(MemoryFiles::from_iter([("a.sql", "ALTER TABLE users;")])));
        let change = Change {
            kind,
            span: TextRange::new(0, 5).in_file(FileId(0)),
            declared: None,
            rename_candidate: None,
        };
        let report = difference(&change, &Mapping::default(), &Places::new(sources));
        assert_eq!(report.summary, summary);
        assert_eq!((report.location.line, report.location.end_column), (1, 6));
    }

    #[test]
    fn the_summary_names_the_thing_and_what_happens_to_it() {
        let users = || TableName::plain("users");
        check(ChangeKind::DropTable { table: users() }, "table users is dropped");
        check(
            ChangeKind::DropColumn { table: users(), column: "email".into() },
            "column users.email is dropped",
        );
        check(
            ChangeKind::RenameColumn {
                table: users(),
                column: Pair { before: "email".into(), after: "mail".into() },
            },
            "column users.email is renamed to mail",
        );
        check(
            ChangeKind::AlterColumnNullability {
                table: users(),
                column: "email".into(),
                nullable: false,
                has_default: false,
            },
            "column users.email becomes required",
        );
        check(
            ChangeKind::DropUnique { table: users(), columns: vec!["a".into(), "b".into()], name: None },
            "users (a, b) is no longer unique",
        );
        check(
            ChangeKind::DropEnumValue { name: TableName::plain("role"), value: "ADMIN".into() },
            "enum role loses the value ADMIN",
        );
    }
}
