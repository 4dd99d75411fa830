//! Recording what names mean: the part shared by queries and writes.

use std::ops::Range;

use sqlparser::ast::{Expr, Ident, ObjectName, Value};

use crate::schema::{Schema, Table, TableName};
use crate::text::Span;
use crate::usage::sql::facts::{
    ColumnUse, ComparedString, ComparedWith, SqlStatement, TableUse, UnresolvedName, Via,
};
use crate::usage::sql::mask::{Masked, has_hole};
use crate::usage::sql::parse::byte_range;
use crate::usage::sql::scope::{Columns, Found, Meaning, Relation, Row, Scope, find_table};
use crate::usage::{Access, Confidence};

/// Reads one statement.
pub(super) struct Resolver<'a, 's> {
    pub schema: &'s Schema,
    pub masked: &'a Masked<'a>,
    pub out: SqlStatement,
}

/// Names that stand for no declared column: system columns (PostgreSQL manual, 5.6; SQLite's rowid) and `DEFAULT`.
const SYSTEM_NAMES: &[&str] = &[
    "ctid",
    "xmin",
    "xmax",
    "cmin",
    "cmax",
    "oid",
    "tableoid",
    "rowid",
    "_rowid_",
    "default",
    "current_user",
];

impl<'s> Resolver<'_, 's> {
    /// `INSERT INTO a SELECT * FROM b`: a value goes where its position says, so that a column less shifts those after it.
    pub fn count_by_position(&mut self, row: &Row) {
        let wildcards: Vec<_> = row.columns.iter().filter(|column| column.wildcard).collect();
        for used in &mut self.out.columns {
            let is_star = matches!(used.via, Via::Wildcard | Via::Returning);
            let is_inserted = wildcards.iter().any(|column| {
                column
                    .source
                    .as_ref()
                    .is_some_and(|(table, name)| *table == used.table && *name == used.column)
            });
            if is_star && is_inserted {
                used.via = Via::Position;
            }
        }
    }

    /// The place of a name, without its quotes.
    pub fn ident_span(&self, ident: &Ident) -> Span {
        let range = byte_range(ident.span).unwrap_or(0..0);
        self.masked.span(self.unquoted(range, ident.quote_style.is_some()))
    }

    fn unquoted(&self, range: Range<usize>, quoted: bool) -> Range<usize> {
        if quoted && range.len() >= 2 { range.start + 1..range.end - 1 } else { range }
    }

    /// The name as the database stores it.
    pub fn fold(&self, ident: &Ident) -> String {
        self.schema.dialect.fold(&ident.value, ident.quote_style.is_some())
    }

    /// The schema and name of a table, and the identifier of the name.
    pub fn table_name<'n>(&self, name: &'n ObjectName) -> Option<(TableName, &'n Ident)> {
        let mut parts = name.0.iter().rev().map(|part| part.as_ident());
        let ident = parts.next()??;
        let schema = parts.next().flatten().map(|ident| self.fold(ident));
        let canonical = self.schema.canonical(&TableName { schema, name: self.fold(ident) });
        Some((canonical, ident))
    }

    /// Records a table and gives it, if it is in the schema.
    pub fn use_table(&mut self, name: &ObjectName, access: Access) -> Option<(&'s Table, Confidence)> {
        let (written, ident) = self.table_name(name)?;
        let span = self.ident_span(ident);
        if has_hole(&written.name) {
            return None;
        }
        let found = find_table(self.schema, &written);
        self.out.tables.push(TableUse {
            table: found.map_or(written, |(table, _)| table.name.clone()),
            resolved: found.is_some(),
            span,
            access,
            confidence: found.map_or(Confidence::Possible, |(_, confidence)| confidence),
        });
        found
    }

    /// The relation that a table is in a `FROM` clause.
    pub fn relation(&self, name: &ObjectName, found: Option<(&'s Table, Confidence)>) -> Relation<'s> {
        let written = self.table_name(name).map(|(written, _)| written);
        Relation {
            name: written.as_ref().map(|written| written.name.clone()),
            schema: written.and_then(|written| written.schema),
            columns: found.map_or(Columns::Unknown, |(table, confidence)| Columns::Table(table, confidence)),
        }
    }

    pub fn use_found(&mut self, found: Found, span: Span, access: Access) {
        self.out.columns.push(ColumnUse {
            table: found.table,
            column: found.column,
            span,
            access,
            via: found.via,
            confidence: found.confidence,
        });
    }

    /// Records columns that no text names.
    pub fn use_implicitly(
        &mut self,
        table: &Table,
        columns: impl Iterator<Item = String>,
        how: (Span, Access, Via, Confidence),
    ) {
        let (span, access, via, confidence) = how;
        for column in columns {
            let found = Found { table: table.name.clone(), column, via, confidence };
            self.use_found(found, span, access);
        }
    }

    /// Records what a name means.
    pub fn use_meaning(&mut self, meaning: Meaning, ident: &Ident, access: Access) {
        let span = self.ident_span(ident);
        match meaning {
            Meaning::Columns(found) => {
                for column in found {
                    self.use_found(column, span, access);
                }
            }
            Meaning::Row(table, columns) => {
                for column in columns {
                    let confidence = Confidence::Likely;
                    self.use_found(
                        Found { table: table.clone(), column, via: Via::Row, confidence },
                        span,
                        access,
                    );
                }
            }
            Meaning::Computed => {}
            Meaning::Ambiguous(tables) => {
                let tables: Vec<String> = tables.iter().map(ToString::to_string).collect();
                self.unresolved(
                    ident,
                    format!("more than one table in scope has this column ({})", tables.join(", ")),
                );
            }
            Meaning::Unknown { possible: true } => {
                self.unresolved(ident, "the columns of a table in scope are not known".to_owned());
            }
            Meaning::Unknown { possible: false } => {
                // SQLite reads a quoted name that is no column as a string (manual, "Double-quoted string literals").
                self.unresolved(ident, "no table in scope has this column".to_owned());
            }
        }
    }

    pub fn unresolved(&mut self, ident: &Ident, reason: String) {
        let name = self.fold(ident);
        if has_hole(&name) || (ident.quote_style.is_none() && is_system_name(&name)) {
            return;
        }
        let span = self.ident_span(ident);
        self.out.unresolved.push(UnresolvedName { span, name: Some(name), reason });
    }

    /// What the column expression means, if it is one.
    pub fn meaning_of(&self, expr: &Expr, scope: &Scope<'_, 's>) -> Option<Meaning> {
        match expr {
            Expr::Identifier(ident) => Some(scope.column(&self.fold(ident))),
            Expr::CompoundIdentifier(parts) => {
                let names: Vec<String> = parts.iter().rev().take(3).map(|part| self.fold(part)).collect();
                match names.as_slice() {
                    [name, qualifier] => scope.qualified(None, qualifier, name),
                    [name, qualifier, schema] => scope.qualified(Some(schema), qualifier, name),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The one column that the expression is.
    pub fn column_of(&self, expr: &Expr, scope: &Scope<'_, 's>) -> Option<(TableName, String)> {
        match self.meaning_of(strip(expr), scope)? {
            Meaning::Columns(found) => found.into_iter().next().map(|found| (found.table, found.column)),
            _ => None,
        }
    }

    /// Records the expression if it is a string literal.
    pub fn use_string(&mut self, with: ComparedWith, expr: &Expr, access: Access) {
        let Expr::Value(value) = strip(expr) else { return };
        let (Value::SingleQuotedString(text)
        | Value::EscapedStringLiteral(text)
        | Value::DoubleQuotedString(text)) = &value.value
        else {
            return;
        };
        if has_hole(text) {
            return;
        }
        let Some(range) = byte_range(value.span) else { return };
        let prefix = usize::from(matches!(value.value, Value::EscapedStringLiteral(_)));
        let range = self.unquoted(range.start + prefix..range.end, true);
        let span = self.masked.span(range);
        self.out.compared_strings.push(ComparedString { with, value: text.clone(), span, access });
    }
}

/// The expression without brackets, casts and collations around it.
pub(super) fn strip(expr: &Expr) -> &Expr {
    let mut expr = expr;
    while let Expr::Nested(inner) | Expr::Cast { expr: inner, .. } | Expr::Collate { expr: inner, .. } = expr
    {
        expr = inner;
    }
    expr
}

/// Whether the expression is a literal NULL.
pub(super) fn is_null(expr: &Expr) -> bool {
    matches!(strip(expr), Expr::Value(value) if matches!(value.value, Value::Null))
}

fn is_system_name(name: &str) -> bool {
    SYSTEM_NAMES.iter().any(|system| name.eq_ignore_ascii_case(system))
}
