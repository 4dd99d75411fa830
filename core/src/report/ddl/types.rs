//! Types of the schema's own, and sequences.

use super::{Writer, literal};
use crate::schema::{Column, DefaultValue, Dialect, Domain, Table, TableKind, TableName};

impl Writer<'_> {
    pub(super) fn types(&mut self) {
        let schema = self.schema;
        if self.dialect != Dialect::Postgres {
            return;
        }
        for item in &schema.enums {
            let values: Vec<String> = item.values.iter().map(|value| literal(&value.name)).collect();
            self.statement(&format!("CREATE TYPE {} AS ENUM ({})", self.name(&item.name), values.join(", ")));
        }
        let over_composite = |item: &&Domain| {
            let named = item.ty.named_type();
            schema.composites.iter().any(|composite| Some(composite.name.to_string().as_str()) == named)
        };
        let (late, early): (Vec<&Domain>, Vec<&Domain>) = schema.domains.iter().partition(over_composite);
        self.domains(&early);
        for item in &schema.composites {
            let columns: Vec<String> = item
                .columns
                .iter()
                .map(|column| format!("{} {}", self.quote(&column.name), self.type_name(&column.ty)))
                .collect();
            self.statement(&format!("CREATE TYPE {} AS ({})", self.name(&item.name), columns.join(", ")));
        }
        self.domains(&late);
    }

    /// A domain over another one was made after it.
    fn domains(&mut self, domains: &[&Domain]) {
        for item in domains {
            let text = self.domain(item);
            self.statement(&text);
        }
    }

    fn domain(&self, item: &Domain) -> String {
        let mut text = format!("CREATE DOMAIN {} AS {}", self.name(&item.name), self.type_name(&item.ty));
        if let Some(collation) = &item.collation {
            text.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(DefaultValue::Expression(default)) = &item.default {
            text.push_str(&format!(" DEFAULT {default}"));
        }
        if !item.nullable {
            text.push_str(" NOT NULL");
        }
        for check in &item.checks {
            let name = self.constraint(check.name.as_deref());
            text.push_str(&format!(" {name}CHECK ({})", check.expression));
        }
        text
    }

    /// Sequences. One that stands behind several columns is made once.
    pub(super) fn sequences(&mut self) {
        let mut made: Vec<TableName> = Vec::new();
        for sequence in &self.schema.sequences {
            self.statement(&format!("CREATE SEQUENCE {}", self.name(&sequence.name)));
            made.push(sequence.name.clone());
        }
        for table in &self.schema.tables {
            for column in &table.columns {
                let sequence = self.sequence(table, column);
                if let Some(name) = sequence.filter(|name| !made.contains(name)) {
                    self.statement(&format!("CREATE SEQUENCE {}", self.name(&name)));
                    made.push(name);
                }
            }
        }
    }

    /// Sequences go with the columns that own them.
    pub(super) fn sequence_owners(&mut self, table: &Table) {
        let listed = self.schema.sequences.iter().filter_map(|sequence| {
            let (owner, column) = sequence.owner.as_ref()?;
            (*owner == table.name).then(|| (sequence.name.clone(), column.clone()))
        });
        let made = table.columns.iter().filter(|column| column.sequence.is_none());
        let made = made.filter_map(|column| Some((self.sequence(table, column)?, column.name.clone())));
        for (sequence, column) in listed.chain(made).collect::<Vec<_>>() {
            let (sequence, table) = (self.name(&sequence), self.name(&table.name));
            self.statement(&format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{}", self.quote(&column)));
        }
    }

    /// The sequence that a column counts with where it cannot be an identity, which has no name of its own, is never NULL
    /// and is a whole number (PostgreSQL manual, CREATE TABLE).
    pub(super) fn sequence(&self, table: &Table, column: &Column) -> Option<TableName> {
        let counts = column.default == Some(DefaultValue::AutoIncrement);
        if !counts || self.dialect != Dialect::Postgres || table.kind == TableKind::View {
            return None;
        }
        let whole = matches!(column.ty.name.as_str(), "smallint" | "integer" | "bigint");
        let made = || {
            let name = format!("{}_{}_seq", table.name.name, column.name);
            TableName { schema: table.name.schema.clone(), name }
        };
        column.sequence.clone().or_else(|| (column.nullable || !whole).then(made))
    }
}
