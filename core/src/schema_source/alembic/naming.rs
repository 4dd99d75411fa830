//! Names that SQLAlchemy gives to constraints and indexes: the metadata's naming convention, else its own for indexes.

use crate::code::interpret::{Interpreter, Value};
use crate::migration::{Constraint, OperationKind};
use crate::schema::{Dialect, Table, TableName};

/// Stands before a name that no convention changes (`op.f(...)`), until the name reaches the model.
pub(super) const FINAL: char = '\u{F0001}';

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

    /// Whether names that are given are changed by it (`%(constraint_name)s`).
    pub(super) fn changes_given_names(&self) -> bool {
        self.templates.iter().any(|(_, template)| template.contains("%(constraint_name)s"))
    }

    /// The name of a constraint of this kind that was given one: the convention's where it builds on what is given and the
    /// name is not final, else the given one.
    pub(super) fn given_name(&self, kind: &str, given: &str, parts: NameParts<'_>) -> String {
        if let Some(name) = given.strip_prefix(FINAL) {
            return name.to_owned();
        }
        let builds = self
            .templates
            .iter()
            .any(|(key, template)| key == kind && template.contains("%(constraint_name)s"));
        let parts = NameParts { given: Some(given), ..parts };
        let named = if builds { self.name(kind, parts) } else { None };
        named.unwrap_or_else(|| given.to_owned())
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
    let label = |column: &String| match what.ends_with("label") {
        true => format!("{}_{column}", parts.table.name),
        false => column.clone(),
    };
    let all = |separator: &str| {
        Some(columns.get(position..)?.iter().map(label).collect::<Vec<_>>().join(separator))
    };
    match what {
        "N_name" | "N_key" | "N_label" => all("_"),
        _ if number.ends_with('N') => all(""),
        // A condition that is written as text has no columns.
        _ if columns.is_empty() => Some(String::new()),
        _ => columns.get(position).map(label),
    }
}

/// A name as SQLAlchemy sends it: one that is longer than the database takes is cut off, with the end of its MD5 sum behind
/// it (`IdentifierPreparer.truncate_and_render_index_name` and its kin).
pub(super) fn fitting(dialect: Dialect, name: &str) -> String {
    let name = name.strip_prefix(FINAL).unwrap_or(name);
    let most = match dialect {
        Dialect::Postgres => 63,
        Dialect::Mysql => 64,
        Dialect::Mssql => 128,
        Dialect::Sqlite => return name.to_owned(),
    };
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let sum = format!("{:x}", md5::compute(name));
    let kept: String = name.chars().take(most - 8).collect();
    format!("{kept}_{}", sum.get(sum.len().saturating_sub(4)..).unwrap_or_default())
}

/// An operation with the names of its constraints as they are sent.
pub(super) fn with_fitting_names(dialect: Dialect, kind: OperationKind) -> OperationKind {
    let mut kind = kind;
    let fit = |name: &mut Option<String>| {
        if let Some(name) = name {
            *name = fitting(dialect, name);
        }
    };
    match &mut kind {
        OperationKind::CreateTable { table, .. } => fit_table(table, fit),
        OperationKind::AddConstraint { constraint, .. } => match constraint {
            Constraint::PrimaryKey(key) => fit(&mut key.name),
            Constraint::Unique(unique) => fit(&mut unique.name),
            Constraint::ForeignKey(key) => fit(&mut key.name),
            Constraint::Index(index) => fit(&mut index.name),
            Constraint::Check(check) => fit(&mut check.name),
        },
        OperationKind::DropConstraint { name, .. } => fit(name),
        OperationKind::DropIndex { index, .. } => index.name = fitting(dialect, &index.name),
        _ => {}
    }
    kind
}

fn fit_table(table: &mut Table, fit: impl Fn(&mut Option<String>)) {
    table.primary_key.iter_mut().for_each(|key| fit(&mut key.name));
    table.uniques.iter_mut().for_each(|unique| fit(&mut unique.name));
    table.foreign_keys.iter_mut().for_each(|key| fit(&mut key.name));
    table.checks.iter_mut().for_each(|check| fit(&mut check.name));
}
