//! Rows of SQL that code hands to a driver: `pool.query("SELECT ...")`, `cursor.execute("SELECT ...").fetchall()`.
//!
//! Drivers are not told apart: the statement in the argument says what comes back. A row carries the columns that the
//! statement gives out under their own names. Sources: PEP 249 (cursors; psycopg's `execute` returns one), asyncpg's `fetch`
//! and `fetchrow`, node-postgres' `query` ("Result"), mysql2 (`[rows, fields]`), postgres.js ("Queries"), better-sqlite3
//! (`Statement`), Knex (`raw`), Kysely (`sql`). Where the code declares a type for the row, the row has both.

use crate::code::eval::{Call, Context, Evaluator};
use crate::code::library::Library;
use crate::code::tree::{EntryKey, ExprId, ExprKind};
use crate::code::value::{Known, LibraryValue, Value};
use crate::schema::{EntityId, Schema, TableName};
use crate::usage::sql::{OutputColumn, SqlText, looks_like_sql, resolve};

/// What a statement gave; its argument is the row.
const RESULT: &str = "sql.result";
/// The same in JavaScript: `{ rows }`, `[rows, fields]` or the rows themselves, by the driver.
const JS_RESULT: &str = "sql.js_result";
/// A prepared statement, or one that is not run yet; its argument is the row.
const STATEMENT: &str = "sql.statement";
/// The tag of a driver whose templates are queries.
pub(super) const TAG: &str = "sql.tag";
/// A statement of a file, as a function of the client gives it; its argument is the row.
const FILE: &str = "sql.file";

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
        let typed = || self.typed_row(eval, call, &row()?);
        let value = match (is_python, call.module().text(name)) {
            (true, "execute") => LibraryValue::of(RESULT, [row()?]),
            (true, "fetch" | "fetch_all") => Value::promise(Value::list(row()?)),
            // PEP 249: the cursor gives the rows of what it executed last.
            (true, "fetchall" | "fetchmany") => Value::list(self.row_of_cursor(eval, call)?),
            (true, "fetchone") => Value::union([self.row_of_cursor(eval, call)?, Value::Null]),
            (true, "fetchrow" | "fetch_one") => Value::promise(Value::union([row()?, Value::Null])),
            (false, "query" | "execute" | "raw" | "queryRaw") => {
                Value::promise(LibraryValue::of(JS_RESULT, [typed()?]))
            }
            (false, "prepare") => LibraryValue::of(STATEMENT, [typed()?]),
            (false, "all" | "any" | "many" | "manyOrNone" | "unsafe") => {
                Value::promise(Value::list(typed()?))
            }
            (false, "get" | "one" | "oneOrNone") => Value::promise(Value::union([typed()?, Value::Null])),
            _ => return None,
        };
        Some(self.proven(call, value))
    }

    fn row_of_cursor(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Option<Value> {
        let ExprKind::Member { object, .. } = call.module().expr(call.callee).kind else { return None };
        self.executed_before(eval, call.cx, object)
    }

    /// The row of the statement that a cursor executed last before this place, in the same function.
    fn executed_before(&self, eval: &Evaluator<'_>, cx: Context<'_>, cursor: ExprId) -> Option<Value> {
        let module = cx.module;
        let text = module.slice(module.expr(cursor).range);
        let at = module.expr(cursor).range.start;
        let function = |expr: ExprId| eval.function_around(module, module.expr(expr).scope);
        let here = function(cursor);
        let executes = |id: &ExprId| {
            let ExprKind::Call { callee, .. } = module.expr(*id).kind else { return false };
            let ExprKind::Member { object, name, .. } = module.expr(callee).kind else { return false };
            module.expr(*id).range.end <= at
                && module.text(name) == "execute"
                && module.slice(module.expr(object).range) == text
                && function(*id) == here
        };
        let all = (0..module.exprs.len()).filter_map(|index| u32::try_from(index).ok().map(ExprId));
        let last = all.filter(executes).max_by_key(|id| module.expr(*id).range.start)?;
        let call = Call::at(cx, last)?;
        self.row(eval, &call, call.args.first()?.value)
    }

    fn proven(&self, call: &Call<'_>, value: Value) -> Known {
        let range = call.module().expr(call.expr).range;
        Known::plain(value).link(call.module().span(range), || "a row of this SQL statement".to_owned())
    }

    /// The row with the type that the call declares for it (`query<OrderRow>(...)`, or of many, `query<OrderRow[]>(...)`).
    fn typed_row(&self, eval: &Evaluator<'_>, call: &Call<'_>, row: &Value) -> Option<Value> {
        let Some(ty) = call.type_args.first() else { return Some(row.clone()) };
        let declared = eval.over(&eval.type_value(call.cx, *ty).value, row);
        Some(match &declared {
            Value::List(item) => (**item).clone(),
            Value::Unknown | Value::Other => row.clone(),
            _ => declared,
        })
    }

    /// The row of a statement; `None` where it is not known as a whole.
    fn row(&self, eval: &Evaluator<'_>, call: &Call<'_>, arg: ExprId) -> Option<Value> {
        let module = call.module();
        // `text("SELECT ...")` marks a string as SQL; `{ text: "SELECT ..." }` is node-postgres'.
        let arg = match &module.expr(arg).kind {
            ExprKind::Call { args, .. } if eval.constant_str(call.cx, arg).is_none() => args.first()?.value,
            ExprKind::Object { entries } => {
                let named = |key| matches!(module.text(key), "text" | "sql");
                let entry = entries.iter().find(|entry| match entry.key {
                    EntryKey::Name(key) => named(key),
                    _ => false,
                });
                entry?.value
            }
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
        self.row_of(eval, &text)
    }

    /// The row of a statement, where it is known as a whole.
    fn row_of(&self, eval: &Evaluator<'_>, text: &SqlText) -> Option<Value> {
        let statements = resolve(text, self.schema);
        let [statement] = statements.as_slice() else { return None };
        let columns = statement.output_complete.then_some(&statement.output)?;
        let row: Vec<Value> = columns.iter().map(|column| self.column(eval, column)).collect();
        row.iter().any(Value::matters).then(|| Value::Tuple(row.into()))
    }

    /// A column of the row: the field of that name, where it is a table's column under its own name.
    fn column(&self, eval: &Evaluator<'_>, column: &OutputColumn) -> Value {
        match &column.source {
            Some((table, name)) if *name == column.name => {
                let entity = entity_of_column(eval, self.schema, table, name);
                entity.map_or(Value::Other, |entity| Value::Field(entity, name.as_str().into()))
            }
            Some(_) | None => Value::Other,
        }
    }

    /// The row of the statement in the file that the generated client makes a function of.
    ///
    /// Source: Prisma's documentation, "TypedSQL": each file below `prisma/sql` is exported by `@prisma/client/sql` under its name;
    /// `getUsers.Result` is the type of its rows.
    fn row_of_file(&self, eval: &Evaluator<'_>, path: &str) -> Option<Value> {
        let (module, name) = path.rsplit_once('.')?;
        if !module.ends_with("/sql") || !(module.contains("prisma") || module.contains("generated")) {
            return None;
        }
        let sources = eval.project().sources();
        let ending = format!("sql/{name}.sql");
        let is_it = |path: &str| {
            path.strip_suffix(&ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let file = sources.ids().find(|file| is_it(sources.path(*file)))?;
        let source = sources.load(file).ok()?;
        self.row_of(eval, &SqlText::of_source(&source))
    }
}

/// The entity that code reads the column of, if that has the column's own name; else the table.
pub(super) fn entity_of_column(
    eval: &Evaluator<'_>,
    schema: &Schema,
    table: &TableName,
    column: &str,
) -> Option<EntityId> {
    let name = schema.canonical(table);
    let mapped = eval.entities().into_iter().find(|(_, info)| {
        let field = info.entity.field_of_column(column).map_or(column, |field| field.name.as_str());
        schema.canonical(&info.entity.table) == name && field == column
    });
    match mapped {
        Some((id, _)) => Some(id),
        None => schema.table(table).map(|table| eval.table_entity(table)),
    }
}

impl Library for RawSql<'_> {
    fn sql_row(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Option<Value> {
        if call.args.is_empty() {
            let is_template = matches!(call.module().expr(call.expr).kind, ExprKind::Template { .. });
            return is_template.then(|| self.row(eval, call, call.expr))?;
        }
        let of_file = |arg: ExprId| eval.expr(call.cx, arg).value.library(FILE).map(LibraryValue::first);
        call.args
            .iter()
            .take(2)
            .find_map(|arg| of_file(arg.value).or_else(|| self.row(eval, call, arg.value)))
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::Method(receiver, name) => match &**receiver {
                Value::Library(library) if library.kind == RESULT => {
                    Some(Known::plain(result_method(library, name)))
                }
                Value::Library(library) if library.kind == JS_RESULT => {
                    Some(eval.builtin_method(&Value::list(library.first()), name, call))
                }
                Value::Library(library) if library.kind == STATEMENT => {
                    Some(Known::plain(statement_method(library, name)))
                }
                // `sql.unsafe("...")`, `sql.begin(...)`.
                _ => self.executed(eval, call),
            },
            Value::External(path)
                if matches!(&**path, "postgres.default" | "postgres" | "@neondatabase/serverless.neon") =>
            {
                Some(Known::plain(LibraryValue::of(TAG, [])))
            }
            // psycopg's pieces of SQL are their text.
            Value::External(path)
                if path.starts_with("psycopg")
                    && (path.ends_with("sql.SQL") || path.ends_with("sql.Identifier")) =>
            {
                let text = eval.constant_str(call.cx, call.positional(0)?)?;
                Some(Known::plain(Value::Str(text.into())))
            }
            Value::External(path) if &**path == "kysely.sql" => {
                let row = self.sql_row(eval, call)?;
                Some(self.proven(call, LibraryValue::of(STATEMENT, [self.typed_row(eval, call, &row)?])))
            }
            Value::Library(library) if library.kind == TAG => self.tagged(eval, call),
            Value::External(path) if &**path == "@vercel/postgres.sql" => self.tagged(eval, call),
            Value::External(path) if self.row_of_file(eval, path).is_some() => {
                let row = self.row_of_file(eval, path)?;
                Some(self.proven(call, LibraryValue::of(FILE, [row])))
            }
            Value::Unknown | Value::Other | Value::External(_) | Value::ExternalInstance(..) => {
                self.executed(eval, call)
            }
            _ => None,
        }
    }

    fn parameter(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        let Value::Method(receiver, name) = callee else { return None };
        match &**receiver {
            Value::Library(library) if library.kind == JS_RESULT => {
                Some(eval.builtin_parameter(&Value::list(library.first()), name, call, index))
            }
            Value::Library(library) if library.kind == TAG && matches!(&**name, "begin" | "savepoint") => {
                Some(eval.callback([Value::Library(library.clone())], Value::Unknown))
            }
            _ => None,
        }
    }

    fn instance(&self, eval: &Evaluator<'_>, path: &str, _args: &[Value]) -> Option<Value> {
        if let Some(file) = path.strip_suffix(".Result") {
            return self.row_of_file(eval, file);
        }
        matches!(path, "postgres.Sql" | "postgres.default.Sql" | "postgres.TransactionSql")
            .then(|| LibraryValue::of(TAG, []))
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        let Value::Library(result) = object else { return None };
        match (result.kind, name) {
            (RESULT | JS_RESULT, "rows") => Some(Value::list(result.first())),
            (RESULT | JS_RESULT, "rowCount" | "rowcount" | "fields" | "command") => Some(Value::Other),
            (JS_RESULT, "[]") => Some(Value::union([Value::list(result.first()), result.first()])),
            _ => None,
        }
    }

    fn iterated_at(&self, eval: &Evaluator<'_>, cx: Context<'_>, expr: ExprId) -> Option<Known> {
        // `for row in cursor`.
        if !matches!(cx.module.expr(expr).kind, ExprKind::Name(_) | ExprKind::Member { .. }) {
            return None;
        }
        let row = self.executed_before(eval, cx, expr)?;
        let span = cx.module.span(cx.module.expr(expr).range);
        Some(Known::plain(row).link(span, || "a row of what this cursor executed".to_owned()))
    }

    fn iterate(&self, _eval: &Evaluator<'_>, value: &Value) -> Option<Value> {
        let Value::Library(result) = value else { return None };
        match result.kind {
            RESULT => Some(result.first()),
            JS_RESULT => Some(Value::union([Value::list(result.first()), result.first()])),
            _ => None,
        }
    }
}

impl RawSql<'_> {
    /// What a template of a driver's own tag gives.
    fn tagged(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Option<Known> {
        let row = self.sql_row(eval, call)?;
        let typed = self.typed_row(eval, call, &row)?;
        Some(self.proven(call, Value::promise(LibraryValue::of(JS_RESULT, [typed]))))
    }
}

fn statement_method(statement: &LibraryValue, name: &str) -> Value {
    match name {
        "all" | "iterate" => Value::list(statement.first()),
        "get" => Value::union([statement.first(), Value::Null]),
        "execute" => Value::promise(LibraryValue::of(JS_RESULT, [statement.first()])),
        _ => Value::Other,
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
