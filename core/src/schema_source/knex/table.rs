//! What a table builder is told, as it is told: Knex makes statements of it when the callback is over.

use std::rc::Rc;

use crate::code::interpret::{Arguments, ExternalId, Text, Value};
use crate::text::Span;

/// What a builder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Create,
    CreateIfNot,
    Alter,
}

/// One call of `createTable` or `alterTable`.
#[derive(Debug, Clone)]
pub struct TableBuild {
    /// The builder as the program has it.
    pub id: ExternalId,
    pub method: Method,
    pub schema: Option<Text>,
    pub table: Text,
    /// The other table of `createTableLike`.
    pub like: Option<Text>,
    pub span: Span,
    pub columns: Vec<ColumnBuild>,
    pub steps: Vec<TableStep>,
    /// `inherits`.
    pub inherits: Option<Text>,
}

/// A column of a builder.
#[derive(Debug, Clone)]
pub struct ColumnBuild {
    pub id: ExternalId,
    /// The method of the table builder, in lower case.
    pub kind: String,
    /// Its arguments behind the name.
    pub arguments: Vec<Value>,
    pub name: Text,
    pub span: Span,
    /// Set where an existing column is altered.
    pub alter: Option<Alter>,
    /// What was said of it: method, arguments.
    pub modifiers: Vec<(String, Rc<Arguments>)>,
    /// The step of the foreign key that `references` began.
    pub foreign: Option<usize>,
}

/// Which parts of an existing column are altered.
#[derive(Debug, Clone, Copy)]
pub struct Alter {
    pub nullable: bool,
    pub ty: bool,
}

impl ColumnBuild {
    /// The arguments of the last call of a modifier.
    pub fn modifier(&self, name: &str) -> Option<&Rc<Arguments>> {
        let mut found = self.modifiers.iter().rev().filter(|(method, _)| method == name);
        found.next().map(|(_, arguments)| arguments)
    }

    /// Whether it is one of the types that count up.
    pub fn counts_up(&self) -> bool {
        self.kind.contains("increments")
    }

    /// Whether it may be null.
    pub fn nullable(&self) -> bool {
        !self
            .modifier("nullable")
            .is_some_and(|arguments| matches!(arguments.positional.first(), Some(Value::Bool(false))))
    }
}

/// What happens to a table beside its columns.
#[derive(Debug, Clone)]
pub struct TableStep {
    pub method: String,
    pub arguments: Vec<Value>,
    pub span: Span,
    /// For a foreign key what is said of it.
    pub foreign: Option<ForeignBuild>,
}

/// A foreign key.
#[derive(Debug, Clone)]
pub struct ForeignBuild {
    pub id: ExternalId,
    pub columns: Vec<Text>,
    pub name: Option<Text>,
    pub references: Vec<Text>,
    pub table: Option<Text>,
    pub on_update: Option<Text>,
    pub on_delete: Option<Text>,
}

/// The methods of a table builder that make a column (`columnTypes` in Knex's `tablebuilder.js`).
pub fn is_column_method(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "tinyint"
            | "smallint"
            | "mediumint"
            | "int"
            | "bigint"
            | "decimal"
            | "float"
            | "double"
            | "real"
            | "bit"
            | "boolean"
            | "serial"
            | "date"
            | "datetime"
            | "timestamp"
            | "time"
            | "year"
            | "geometry"
            | "geography"
            | "point"
            | "char"
            | "varchar"
            | "tinytext"
            | "text"
            | "mediumtext"
            | "longtext"
            | "binary"
            | "varbinary"
            | "tinyblob"
            | "mediumblob"
            | "blob"
            | "longblob"
            | "enum"
            | "enu"
            | "set"
            | "bool"
            | "increments"
            | "bigincrements"
            | "integer"
            | "biginteger"
            | "string"
            | "json"
            | "jsonb"
            | "uuid"
            | "specifictype"
    )
}
