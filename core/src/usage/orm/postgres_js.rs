//! Helpers of postgres.js: names of columns in arguments of its tag, inside a statement.
//!
//! Source: postgres.js' documentation ("Building queries"): `sql(rows, 'a', 'b')` after `INSERT INTO t` and `SET` takes the
//! named keys of rows, all of them where none is named; `sql(['a', 'b'])` and `sql('a')` are identifiers; behind `IN` and in
//! `VALUES` they are values.

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{FieldAccess, KeyMeaning, Library, NamedField};
use crate::code::tree::{ExprKind, Parent};
use crate::code::value::{LibraryValue, Value};
use crate::schema::{EntityId, Schema};
use crate::usage::orm::raw_sql::{TAG, entity_of_column};
use crate::usage::sql::{SqlText, resolve};

/// Names of columns of a table; `text`: what is done with them and the position of the table in the schema.
const NAMES: &str = "postgres_js.names";

/// postgres.js.
pub struct PostgresJs<'p> {
    schema: &'p Schema,
}

impl<'p> PostgresJs<'p> {
    /// The knowledge for this schema.
    pub fn new(schema: &'p Schema) -> Self {
        Self { schema }
    }

    /// What a helper's argument is in the statement around it, and the position of the statement's table.
    fn role(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Option<(&'static str, usize)> {
        let module = call.module();
        let Parent::Expr(template) = module.expr(call.expr).parent else { return None };
        if !matches!(module.expr(template).kind, ExprKind::Template { .. }) {
            return None;
        }
        let (whole, hole) = (module.expr(template).range, module.expr(call.expr).range);
        let before = module.slice(crate::text::TextRange { start: whole.start, end: hole.start });
        let role = role_after(before)?;
        let constant = |expr| eval.constant_str(call.cx, expr);
        let text = SqlText::from_expr(module, template, &constant)?;
        let statements = resolve(&text, self.schema);
        let mut tables = statements.iter().flat_map(|statement| &statement.tables).map(|used| &used.table);
        let table = tables.next().filter(|first| tables.all(|other| other == *first))?;
        let position = self.schema.tables.iter().position(|known| known.name == *table)?;
        Some((role, position))
    }

    fn named(&self, eval: &Evaluator<'_>, shape: &LibraryValue, column: &str) -> Option<NamedField> {
        let (role, position) = shape.text.split_once(' ')?;
        let table = self.schema.tables.get(position.parse::<usize>().ok()?)?;
        table.column(column)?;
        let entity: EntityId = entity_of_column(eval, self.schema, &table.name, column)?;
        let access = match role {
            "write" => FieldAccess::Write,
            "filter" => FieldAccess::Filter,
            _ => FieldAccess::Read,
        };
        Some(NamedField { entity, field: column.to_owned(), access, in_query: true })
    }
}

impl Library for PostgresJs<'_> {
    fn parameter(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        callee.library(TAG).filter(|_| !call.args.is_empty())?;
        let (role, position) = self.role(eval, call)?;
        // Of rows only the named columns are taken.
        let names_rows = role == "write" && index == 0 && call.args.len() > 1;
        (!names_rows).then(|| LibraryValue::named(NAMES, [], format!("{role} {position}")))
    }

    fn key(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let named = self.named(eval, shape.library(NAMES)?, key)?;
        Some(KeyMeaning { shape: Value::Other, names: vec![named] })
    }
}

/// What stands behind these words of a statement: `None` for values and tables.
fn role_after(before: &str) -> Option<&'static str> {
    let words = before.trim_end_matches('{').trim_end_matches('$');
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    words.rsplit(|letter: char| !is_letter(letter)).find_map(|word| {
        Some(match word.to_ascii_uppercase().as_str() {
            "SELECT" | "DISTINCT" | "RETURNING" => Some("read"),
            "INTO" | "SET" => Some("write"),
            "WHERE" | "BY" | "AND" | "OR" | "ON" | "HAVING" => Some("filter"),
            "IN" | "VALUES" | "FROM" | "JOIN" | "LIMIT" | "OFFSET" => None,
            _ => return None,
        })
    })?
}
