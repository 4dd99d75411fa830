//! Names that SQLAlchemy gives to constraints and indexes: the metadata's naming convention, else its own for indexes.

use crate::code::interpret::{Interpreter, Value};
use crate::schema::TableName;

/// A naming convention (SQLAlchemy manual, "Configuring Constraint Naming Conventions"): templates by kind.
#[derive(Debug, Clone, Default)]
pub(super) struct NamingConvention {
    templates: Vec<(String, String)>,
}

/// What a template's tokens stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameParts<'a> {
    /// The table.
    pub table: &'a TableName,
    /// Columns in order.
    pub columns: &'a [String],
    /// The referenced table and columns, of a foreign key.
    pub referenced: Option<(&'a str, &'a [String])>,
    /// The name that was given, for `%(constraint_name)s`.
    pub given: Option<&'a str>,
}

impl NamingConvention {
    /// Reads `naming_convention={"ix": "...", ...}`.
    pub(super) fn read(interpreter: &Interpreter<'_>, value: &Value) -> Self {
        let Value::Dict(id) = value else { return Self::default() };
        let entries = interpreter.heap.dict(*id).iter();
        let templates = entries.filter_map(|(key, value)| {
            let (key, value) = (interpreter.as_text(key)?, interpreter.as_text(value)?);
            Some((key.value.to_string(), value.value.to_string()))
        });
        Self { templates: templates.collect() }
    }

    /// The name of an unnamed constraint of this kind (`pk`, `uq`, `fk`, `ck`, `ix`), where the convention has one.
    pub(super) fn name(&self, kind: &str, parts: NameParts<'_>) -> Option<String> {
        let template = self.templates.iter().find(|(key, _)| key == kind).map(|(_, template)| template)?;
        let mut name = String::new();
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once("%(") {
            name.push_str(before);
            let (token, tail) = after.split_once(")s")?;
            name.push_str(&token_value(token, parts)?);
            rest = tail;
        }
        name.push_str(rest);
        Some(name)
    }

    /// SQLAlchemy's own name of an index, `ix_table_column`, where the convention has none.
    pub(super) fn index_name(&self, table: &TableName, columns: &[String]) -> String {
        let parts = NameParts { table, columns, referenced: None, given: None };
        self.name("ix", parts).unwrap_or_else(|| {
            let first = columns.first().map_or("", String::as_str);
            match &table.schema {
                Some(schema) => format!("ix_{schema}_{}_{first}", table.name),
                None => format!("ix_{}_{first}", table.name),
            }
        })
    }
}

/// The value of a token: `column_0_name`, `column_0_N_name` (all columns, joined by `_`), `referred_table_name`.
fn token_value(token: &str, parts: NameParts<'_>) -> Option<String> {
    match token {
        "table_name" => return Some(parts.table.name.clone()),
        "constraint_name" => return parts.given.map(str::to_owned),
        "referred_table_name" => return parts.referenced.map(|(table, _)| table.to_owned()),
        _ => {}
    }
    let (columns, token) = match token.strip_prefix("referred_") {
        Some(token) => (parts.referenced?.1, token),
        None => (parts.columns, token),
    };
    let numbered = token.strip_prefix("column_")?;
    let (number, what) = numbered.split_once('_')?;
    let position: usize = number.parse().or_else(|_| number.trim_end_matches('N').parse()).ok()?;
    let label = |column: &String| match what {
        "label" => format!("{}_{column}", parts.table.name),
        _ => column.clone(),
    };
    match what {
        "N_name" | "N_key" | "N_label" => Some(columns.get(position..)?.join("_")),
        _ if number.ends_with('N') => Some(columns.get(position..)?.join("")),
        _ => columns.get(position).map(label),
    }
}
