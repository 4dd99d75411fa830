//! Conditions on what a database has, as migrations ask them of its catalog.

use crate::schema::{Schema, Table, TableName};
use crate::text::Span;

/// A condition that a step stands under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The table or view is there.
    Table(TableName),
    /// The table has the column.
    Column {
        /// The table; `None` is any.
        table: Option<TableName>,
        /// The column.
        column: String,
    },
    /// The column may hold NULL.
    Nullable {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
    },
    /// The table has a primary key.
    PrimaryKey(TableName),
    /// A constraint or index of this name is there.
    Key {
        /// Its table; `None` is any.
        table: Option<TableName>,
        /// Its name.
        name: String,
    },
    /// The enum type is there.
    Enum(TableName),
    /// The enum type has the value.
    EnumValue {
        /// The type; `None` is any.
        name: Option<TableName>,
        /// The value.
        value: String,
    },
    /// What the condition at this place came to when it was asked last.
    Answer(Span),
    /// The other one is false.
    Not(Box<Condition>),
    /// All are true.
    All(Vec<Condition>),
    /// One is true.
    Any(Vec<Condition>),
    /// Not understood: true or false.
    Unknown,
}

impl Condition {
    /// The opposite.
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            Self::Unknown => Self::Unknown,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Whether it holds in the schema; `None` where the model cannot tell.
    pub fn holds(&self, schema: &Schema) -> Option<bool> {
        match self {
            Self::Table(name) => Some(schema.table(name).is_some()),
            Self::Column { table, column } => {
                Some(tables(schema, table.as_ref()).any(|table| table.column(column).is_some()))
            }
            Self::Nullable { table, column } => Some(
                schema
                    .table(table)
                    .and_then(|table| table.column(column))
                    .is_some_and(|column| column.nullable),
            ),
            Self::PrimaryKey(table) => {
                Some(schema.table(table).is_some_and(|table| table.primary_key.is_some()))
            }
            Self::Key { table, name } => {
                let same = |known: &str| schema.dialect.same_name(known, name);
                Some(tables(schema, table.as_ref()).any(|table| table.key_names().any(same)))
            }
            // What is no enum may be a type that the model does not hold.
            Self::Enum(name) => schema.enum_type(name).map(|_| true),
            Self::EnumValue { name, value } => {
                let mut known = schema
                    .enums
                    .iter()
                    .filter(|item| name.as_ref().is_none_or(|name| item.name.name == name.name));
                Some(known.any(|item| item.values.iter().any(|known| known.name == *value)))
            }
            Self::Not(inner) => inner.holds(schema).map(|holds| !holds),
            Self::All(parts) => all(parts.iter().map(|part| part.holds(schema))),
            Self::Any(parts) => {
                all(parts.iter().map(|part| part.holds(schema).map(|holds| !holds))).map(|none| !none)
            }
            Self::Answer(place) => {
                schema.answers.iter().rev().find(|(asked, _)| asked == place).and_then(|(_, answer)| *answer)
            }
            Self::Unknown => None,
        }
    }
}

fn tables<'s>(schema: &'s Schema, name: Option<&'s TableName>) -> impl Iterator<Item = &'s Table> {
    // A name in a condition seldom says the schema that it means.
    schema.tables.iter().filter(move |table| {
        name.is_none_or(|name| {
            schema.dialect.same_name(&table.name.name, &name.name)
                && (name.schema.is_none() || schema.canonical(name).schema == table.name.schema)
        })
    })
}

/// Whether all hold; one that does not is enough to know.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = None,
        }
    }
    known
}
