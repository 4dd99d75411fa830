//! The statement that the code sends, as short as it can be said.

use crate::diff::{Change, ChangeKind};
use crate::report::ddl::{name_in, quote};
use crate::report::wire::SentBy;
use crate::report::witness::sample::{quoted, unfit};
use crate::report::witness::{Case, Samples};
use crate::rules::{Finding, Proof};
use crate::schema::{Column, Dialect, Entity, Schema, Table};
use crate::usage::{Access, How, NamedBy, Usage};

type Statement = Result<(String, SentBy), String>;

/// The statement for a finding about `change`; the tables are as before it.
pub(super) fn statement(case: Case<'_>, change: &Change, finding: &Finding, tables: &[Table]) -> Statement {
    let Some(table) = tables.first() else { return Err(String::new()) };
    let writer = Writer { schema: case.schemas.before, table, case };
    if finding.proof == Proof::Migration {
        return Err("no statement of the code is behind it: it is about the migration itself".to_owned());
    }
    let usage = finding.usage.as_ref();
    match (&change.kind, usage) {
        (ChangeKind::DropColumn { column, .. }, Some(usage)) => writer.names(usage, column),
        (ChangeKind::RenameColumn { column, .. }, Some(usage)) => writer.names(usage, &column.before),
        (ChangeKind::DropTable { .. } | ChangeKind::RenameTable { .. }, Some(usage)) => {
            writer.names_table(usage)
        }
        (ChangeKind::DropEnumValue { value, .. }, Some(usage)) => writer.enum_value(usage, value),
        (ChangeKind::RenameEnumValue { value, .. }, Some(usage)) => writer.enum_value(usage, &value.before),
        (ChangeKind::AlterColumnType { column, ty, .. }, Some(usage)) if usage.access == Access::Write => {
            match unfit(&ty.before, &ty.after, case.schemas.before.dialect) {
                Some(value) => writer.insert(&[(column, value)], &[]).map(by_code),
                None => Err("whether the statement fails depends on the value".to_owned()),
            }
        }
        (ChangeKind::AlterColumnNullability { column, nullable: false, .. }, Some(usage))
            if usage.access == Access::Write =>
        {
            writer.insert(&[(column, "NULL".to_owned())], &[]).map(by_code)
        }
        (ChangeKind::DropUnique { columns, .. }, Some(usage)) => writer.on_conflict(usage, columns),
        (ChangeKind::AddColumn { .. }, None) => match finding.proof {
            Proof::InsertByPosition => writer.by_position_at(finding),
            Proof::Insert => writer.insert_at(finding, None),
            Proof::Usage | Proof::Migration => {
                Err("the statement needs more tables than this one".to_owned())
            }
        },
        (
            ChangeKind::AlterColumnNullability { column, .. } | ChangeKind::AlterColumnDefault { column, .. },
            None,
        ) => writer.insert_at(finding, Some(column)),
        (ChangeKind::AlterColumnType { .. }, _) => {
            Err("no statement fails: the value is of another type".to_owned())
        }
        (ChangeKind::AlterColumnNullability { nullable: true, .. }, _) => {
            Err("no statement fails: the code meets NULL".to_owned())
        }
        _ => Err("no statement of its own is behind it".to_owned()),
    }
}

fn by_code(text: String) -> (String, SentBy) {
    (text, SentBy::Code)
}

/// Writes statements on one table.
struct Writer<'a> {
    schema: &'a Schema,
    table: &'a Table,
    case: Case<'a>,
}

impl Writer<'_> {
    fn dialect(&self) -> Dialect {
        self.schema.dialect
    }

    fn name(&self) -> String {
        name_in(self.table.name.schema.as_deref(), &self.table.name.name, self.dialect())
    }

    fn quoted(&self, column: &str) -> String {
        quote(column, self.dialect())
    }

    /// A column behind its table: SQLite takes a quoted name that is no column for a string where nothing stands before it
    /// (sqlite.org/quirks.html, 8).
    fn of_table(&self, column: &str) -> String {
        format!("{}.{}", quote(&self.table.name.name, self.dialect()), self.quoted(column))
    }

    /// A statement that names a column as the usage does.
    fn names(&self, usage: &Usage, column: &str) -> Statement {
        let by_orm = usage.how != How::Query || usage.named_by == NamedBy::Orm;
        if by_orm {
            return self.load(column);
        }
        let (table, quoted, full) = (self.name(), self.quoted(column), self.of_table(column));
        match (usage.named_by, usage.access) {
            (NamedBy::Position, Access::Write) => self.insert_by_position(),
            (NamedBy::Position | NamedBy::Wildcard, _) => {
                Err("the statement does not name the column itself".to_owned())
            }
            (_, Access::Read) => Ok(by_code(format!("SELECT {full} FROM {table};\n"))),
            (_, Access::Filter) => Ok(by_code(format!("SELECT 1 FROM {table} WHERE {full} IS NOT NULL;\n"))),
            (_, Access::Write) if self.is_computed(column) => {
                Err("the database computes the column".to_owned())
            }
            (_, Access::Write) => Ok(by_code(format!("UPDATE {table} SET {quoted} = {quoted};\n"))),
        }
    }

    fn is_computed(&self, column: &str) -> bool {
        self.table.column(column).is_some_and(|column| column.generated)
    }

    /// What the ORM sends for a row that carries the column: all that the model maps.
    fn load(&self, column: &str) -> Statement {
        let entity = self.entities().find(|entity| entity.field_of_column(column).is_some());
        let Some(entity) = entity else {
            return Err("no statement fails: rows no longer carry the value".to_owned());
        };
        let is_loaded = |name: &&str| self.table.column(name).is_some();
        let fields = entity.fields.iter().filter(|field| !field.ignored);
        let columns: Vec<&str> = fields
            .filter(|field| !field.deferred || field.column() == Some(column))
            .filter_map(|field| field.column())
            .filter(is_loaded)
            .collect();
        if !columns.contains(&column) {
            return Err("no statement fails: rows no longer carry the value".to_owned());
        }
        let columns: Vec<String> = columns.iter().map(|column| self.of_table(column)).collect();
        Ok((format!("SELECT {} FROM {};\n", columns.join(", "), self.name()), SentBy::Orm))
    }

    fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.case.mapping.entities_of(&self.table.name)
    }

    /// A statement that names the table as the usage does.
    fn names_table(&self, usage: &Usage) -> Statement {
        let by_orm = usage.how != How::Query || usage.named_by == NamedBy::Orm;
        if by_orm
            && let Some(column) =
                self.entities().flat_map(|entity| &entity.fields).find_map(|field| field.column())
            && let Ok(statement) = self.load(column)
        {
            return Ok(statement);
        }
        let table = self.name();
        Ok(by_code(match usage.access {
            Access::Read | Access::Filter => format!("SELECT 1 FROM {table};\n"),
            Access::Write => format!("DELETE FROM {table};\n"),
        }))
    }

    fn enum_value(&self, usage: &Usage, value: &str) -> Statement {
        let Some(column) = usage.column.as_deref().and_then(|column| self.table.column(column)) else {
            return Err("no column says where the value goes".to_owned());
        };
        if column.ty.named_type().is_none() && column.ty.inline_enum_values().is_empty() {
            return Err("the column is no enum of the database".to_owned());
        }
        match (usage.how, usage.access, self.dialect()) {
            (_, _, Dialect::Sqlite | Dialect::Mssql) => Err("the database has no enums".to_owned()),
            (How::Query, Access::Read | Access::Filter, Dialect::Postgres) => {
                let (table, name) = (self.name(), self.quoted(&column.name));
                Ok(by_code(format!("SELECT 1 FROM {table} WHERE {name} = {};\n", quoted(value))))
            }
            (_, Access::Write, _) => self.insert(&[(&column.name, quoted(value))], &[]).map(by_code),
            _ => Err("no statement fails: rows no longer carry the value".to_owned()),
        }
    }

    fn on_conflict(&self, usage: &Usage, columns: &[String]) -> Statement {
        let takes_it = matches!(self.dialect(), Dialect::Postgres | Dialect::Sqlite);
        if usage.access != Access::Write || !takes_it {
            return Err("no statement fails: the query may find several rows".to_owned());
        }
        let names: Vec<String> = columns.iter().map(|column| self.quoted(column)).collect();
        let insert = self.insert(&[], columns)?;
        let insert = insert.trim_end().trim_end_matches(';');
        Ok(by_code(format!("{insert} ON CONFLICT ({}) DO NOTHING;\n", names.join(", "))))
    }

    /// The INSERT that stands where the finding is; `without` is a column that it leaves out.
    fn insert_at(&self, finding: &Finding, without: Option<&str>) -> Statement {
        let inserts = self.case.usages.inserts(&self.table.name);
        let Some(insert) = inserts.iter().find(|insert| insert.span == finding.span) else {
            return Err("no statement of its own is behind it".to_owned());
        };
        let named: Vec<String> =
            insert.columns.iter().filter(|name| self.table.column(name).is_some()).cloned().collect();
        if without.is_some_and(|column| named.iter().any(|name| name == column)) {
            return Err("whether the statement fails depends on the value".to_owned());
        }
        let sent_by = if insert.through_orm { SentBy::Orm } else { SentBy::Code };
        let text = self.insert_leaving(&[], &named, without)?;
        Ok((text, sent_by))
    }

    /// An INSERT of these values and columns, and of all that the table requires besides.
    fn insert(&self, values: &[(&String, String)], columns: &[String]) -> Result<String, String> {
        self.insert_leaving(values, columns, None)
    }

    fn insert_leaving(
        &self,
        values: &[(&String, String)],
        columns: &[String],
        without: Option<&str>,
    ) -> Result<String, String> {
        let samples = Samples::new(self.schema);
        let (mut names, mut literals) = (Vec::new(), Vec::new());
        for column in &self.table.columns {
            let given = values.iter().find(|(name, _)| **name == column.name);
            let is_wanted = given.is_some() || columns.contains(&column.name) || is_required(column);
            if !is_wanted || column.generated || without == Some(column.name.as_str()) {
                continue;
            }
            let value = given.map(|(_, value)| value.clone()).or_else(|| samples.of(column));
            let Some(value) = value else {
                return Err(format!("no value of type {} is known for {}", column.ty.name, column.name));
            };
            names.push(self.quoted(&column.name));
            literals.push(value);
        }
        Ok(match (names.is_empty(), self.dialect()) {
            (true, Dialect::Mysql) => format!("INSERT INTO {} () VALUES ();\n", self.name()),
            (true, _) => format!("INSERT INTO {} DEFAULT VALUES;\n", self.name()),
            (false, _) => {
                format!(
                    "INSERT INTO {} ({}) VALUES ({});\n",
                    self.name(),
                    names.join(", "),
                    literals.join(", ")
                )
            }
        })
    }

    /// The INSERT without a column list that stands where the finding is.
    fn by_position_at(&self, finding: &Finding) -> Statement {
        let inserts = self.case.usages.inserts(&self.table.name);
        match inserts.iter().any(|insert| insert.span == finding.span) {
            true => self.insert_by_position(),
            false => Err("the statement needs more tables than this one".to_owned()),
        }
    }

    fn insert_by_position(&self) -> Statement {
        let samples = Samples::new(self.schema);
        let columns = self.table.columns.iter().filter(|column| !column.generated);
        let values: Option<Vec<String>> = columns.map(|column| samples.of(column)).collect();
        let values = values.ok_or("not all columns have a type of which a value is known")?;
        Ok(by_code(format!("INSERT INTO {} VALUES ({});\n", self.name(), values.join(", "))))
    }
}

/// Whether an INSERT must give a value.
fn is_required(column: &Column) -> bool {
    !column.nullable && column.default.is_none() && !column.generated
}
