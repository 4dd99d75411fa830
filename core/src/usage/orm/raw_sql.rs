//! Rows of SQL that code hands to a driver: `pool.query("SELECT ...")`, `cursor.execute("SELECT ...").fetchall()`.
//!
//! Drivers are not told apart: the statement in the argument says what comes back. A row carries the columns that the
//! statement gives out under their own names. Sources: PEP 249 (cursors; psycopg's `execute` returns one), asyncpg's `fetch`
//! and `fetchrow`, node-postgres' `query` ("Result").

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::tree::{ExprId, ExprKind};
use crate::code::value::{Known, LibraryValue, Value};
use crate::schema::{EntityId, Schema, TableName};
use crate::usage::sql::{OutputColumn, SqlText, looks_like_sql, resolve};

/// What a statement gave; its argument is the row.
const RESULT: &str = "sql.result";

/// What is known of SQL in a project.
pub struct RawSql<'p> {
    schema: &'p Schema,
}

impl<'p> RawSql<'p> {
    /// The knowledge for this schema.
    pub fn new(schema: &'p Schema) -> Self {
        Self { schema }
    }

    /// What `driver.name("SELECT ...")` gives.
    fn executed(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Option<Known> {
        let ExprKind::Member { name, .. } = call.module().expr(call.callee).kind else { return None };
        let is_python = call.module().language.is_python();
        let row = || self.row(eval, call, call.args.first()?.value);
        let value = match (is_python, call.module().text(name)) {
            (true, "execute") => LibraryValue::of(RESULT, [row()?]),
            (true, "fetch" | "fetch_all") => Value::promise(Value::list(row()?)),
            (true, "fetchrow" | "fetch_one") => Value::promise(Value::union([row()?, Value::Null])),
            (false, "query") => Value::promise(LibraryValue::of(RESULT, [row()?])),
            _ => return None,
        };
        let range = call.module().expr(call.expr).range;
        Some(Known::plain(value).link(call.module().span(range), || "a row of this SQL statement".to_owned()))
    }

    /// The row of a statement; `None` where it is not known as a whole.
    fn row(&self, eval: &Evaluator<'_>, call: &Call<'_>, arg: ExprId) -> Option<Value> {
        let module = call.module();
        // `text("SELECT ...")` marks a string as SQL.
        let arg = match &module.expr(arg).kind {
            ExprKind::Call { args, .. } => args.first()?.value,
            _ => arg,
        };
        let constant = |expr: ExprId| eval.constant_str(call.cx, expr);
        let text = match constant(arg) {
            Some(text) if looks_like_sql(&text) => {
                SqlText::verbatim(module.file, &text, module.expr(arg).range)
            }
            Some(_) => return None,
            None => SqlText::from_expr(module, arg, &constant).filter(|text| looks_like_sql(text.text()))?,
        };
        let statements = resolve(&text, self.schema);
        let [statement] = statements.as_slice() else { return None };
        let columns = statement.output_complete.then_some(&statement.output)?;
        let row: Vec<Value> = columns.iter().map(|column| self.column(eval, column)).collect();
        row.iter().any(Value::matters).then(|| Value::Tuple(row.into()))
    }

    /// A column of the row: the field of that name, where it is a table's column under its own name.
    fn column(&self, eval: &Evaluator<'_>, column: &OutputColumn) -> Value {
        match &column.source {
            Some((table, name)) if *name == column.name => {
                let entity = self.entity(eval, table, name);
                entity.map_or(Value::Other, |entity| Value::Field(entity, name.as_str().into()))
            }
            Some(_) | None => Value::Other,
        }
    }

    /// The entity that code reads the column of, if that has the column's own name; else the table.
    fn entity(&self, eval: &Evaluator<'_>, table: &TableName, column: &str) -> Option<EntityId> {
        let name = self.schema.canonical(table);
        let mapped = eval.entities().into_iter().find(|(_, info)| {
            let field = info.entity.field_of_column(column).map_or(column, |field| field.name.as_str());
            self.schema.canonical(&info.entity.table) == name && field == column
        });
        match mapped {
            Some((id, _)) => Some(id),
            None => self.schema.table(table).map(|table| eval.table_entity(table)),
        }
    }
}

impl Library for RawSql<'_> {
    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::Method(receiver, name) => match receiver.library(RESULT) {
                Some(result) => Some(Known::plain(result_method(result, name))),
                None => self.executed(eval, call),
            },
            Value::Unknown | Value::Other | Value::External(_) | Value::ExternalInstance(..) => {
                self.executed(eval, call)
            }
            _ => None,
        }
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        let result = object.library(RESULT)?;
        match name {
            "rows" => Some(Value::list(result.first())),
            "rowCount" | "rowcount" | "fields" | "command" => Some(Value::Other),
            _ => None,
        }
    }

    fn iterate(&self, _eval: &Evaluator<'_>, value: &Value) -> Option<Value> {
        value.library(RESULT).map(LibraryValue::first)
    }
}

fn result_method(result: &LibraryValue, name: &str) -> Value {
    match name {
        "fetchall" | "fetchmany" | "all" | "mappings" => Value::list(result.first()),
        "fetchone" | "first" | "one_or_none" => Value::union([result.first(), Value::Null]),
        "one" => result.first(),
        _ => Value::Other,
    }
}
