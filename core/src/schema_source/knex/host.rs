//! What a migration meets when it runs: `knex`, and a database that is as the history says so far.

use std::rc::Rc;

use crate::code::interpret::{
    Arguments, External, ExternalId, Host, Interpreter, Journal, Run, Runner, Text, Value,
};
use crate::migration::OperationKind;
use crate::schema::{Dialect, Schema, TableName};
use crate::schema_source::knex::raw::{is_statement, raw_text};
use crate::schema_source::knex::table::TableBuild;
use crate::schema_source::knex::view::ViewBuild;
use crate::schema_source::record::Record;
use crate::schema_source::script::{Options, ScriptHost, made_up};
use crate::text::Span;

/// What a table builder stands as.
pub(super) const TABLE: &str = "knex.TableBuilder";
/// What a view builder stands as.
pub(super) const VIEW: &str = "knex.ViewBuilder";

/// The world of one migration.
pub(super) struct KnexHost {
    pub record: Record,
    /// `client`, as the knexfile has it.
    client: Option<String>,
    /// Whether names of code become `snake_case` in the database.
    snake_case: bool,
    /// The tables that are being built, the innermost last.
    pub tables: Vec<TableBuild>,
    pub views: Vec<ViewBuild>,
}

impl ScriptHost for KnexHost {
    fn record(&mut self) -> &mut Record {
        &mut self.record
    }
}

/// A call of a method.
pub(super) struct Call<'a> {
    pub name: &'a str,
    pub arguments: &'a Rc<Arguments>,
    pub span: Span,
}

impl KnexHost {
    pub(super) fn new(schema: Schema, client: Option<String>, snake_case: bool) -> Self {
        Self { record: Record::new(schema), client, snake_case, tables: Vec::new(), views: Vec::new() }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.record.schema.dialect
    }

    pub(super) fn schema(&self) -> &Schema {
        &self.record.schema
    }

    /// A table as the model names it; a dot stands between schema and table.
    pub(super) fn table_name(&self, schema: Option<&Text>, table: &Text) -> TableName {
        let (own, name) = match table.value.split_once('.') {
            Some((schema, name)) => (Some(schema.to_owned()), name),
            None => (schema.map(|schema| schema.value.to_string()), &*table.value),
        };
        self.schema().canonical(&TableName { schema: own, name: name.to_owned() })
    }

    /// A name of the program as the database has it.
    pub(super) fn in_database(&self, text: Text) -> Text {
        if !self.snake_case {
            return text;
        }
        let name = snake_case(&text.value);
        match text.span() {
            Some(span) => made_up(&name, span),
            None => Text::plain(&name),
        }
    }

    pub(super) fn name(&self, interpreter: &Interpreter<'_>, value: Option<&Value>) -> Option<Text> {
        Options::new(interpreter).text(value).map(|text| self.in_database(text))
    }

    pub(super) fn names(&self, interpreter: &Interpreter<'_>, value: Option<&Value>) -> Option<Vec<Text>> {
        let names = Options::new(interpreter).texts(value)?;
        Some(names.into_iter().map(|name| self.in_database(name)).collect())
    }

    /// The arguments of a step with their names as the database has them.
    pub(super) fn step_arguments(
        &self,
        interpreter: &mut Interpreter<'_>,
        arguments: &[Value],
    ) -> Vec<Value> {
        if !self.snake_case {
            return arguments.to_vec();
        }
        let mut found = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let items = interpreter.items(argument).map(<[Value]>::to_vec);
            found.push(match (argument, items) {
                (Value::Str(text), _) => Value::Str(self.in_database(text.clone())),
                (_, Some(items)) => {
                    let items = self.step_arguments(interpreter, &items);
                    interpreter.list(items)
                }
                (other, None) => other.clone(),
            });
        }
        found
    }

    /// Calls on `knex` itself, on its schema builder and on queries.
    fn call_path(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        callee: ExternalId,
        path: &str,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        let (owner, name) = path.rsplit_once('.').unwrap_or(("", path));
        let call = Call { name, arguments, span };
        let is_schema =
            owner == "knex.schema" || (owner.starts_with("knex.schema.") && owner.ends_with("withSchema()"));
        if is_schema {
            return self.call_schema(interpreter, callee, &call);
        }
        match (owner, name) {
            ("knex", "raw") => self.call_raw(interpreter, &call),
            ("knex", "transaction") => match arguments.positional.first() {
                Some(function @ (Value::Function(_) | Value::Bound(..))) => {
                    let knex = interpreter.symbol("knex");
                    let inner = Rc::new(Arguments::of(vec![knex]));
                    Runner { interpreter, host: self }.call(&function.clone(), &inner, span).map(Some)
                }
                _ => Ok(Some(interpreter.symbol("knex"))),
            },
            ("", "knex") => Ok(None),
            // Not a package whose name only begins so.
            _ if owner == "knex" || owner.starts_with("knex.") || owner.starts_with("knex()") => {
                if name == "update" {
                    self.copied(interpreter, callee, &call);
                }
                Ok(None)
            }
            _ => {
                self.report_foreign(interpreter, path, arguments, span);
                Ok(None)
            }
        }
    }

    /// `knex.raw(...)`: a statement is run, an expression waits for who is filled with it.
    pub(super) fn call_raw(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        call: &Call<'_>,
    ) -> Run<Option<Value>> {
        match raw_text(interpreter, call.arguments, self.dialect()) {
            Some(text) if is_statement(&text.value) => self.execute(&text, call.span),
            Some(_) => {}
            None => {
                self.emit_opaque("the statement is not known before it runs", vec![], call.span);
            }
        }
        Ok(None)
    }

    /// `knex("t").update({ b: knex.ref("a") })`: rows are copied from one column into another.
    fn copied(&mut self, interpreter: &Interpreter<'_>, callee: ExternalId, call: &Call<'_>) {
        let mut at = callee;
        let mut table = None;
        for _ in 0..64 {
            at = match interpreter.heap.external(at) {
                External::Member { object, .. } => *object,
                External::Call { callee, arguments, .. } => {
                    table = arguments.positional.first().cloned();
                    *callee
                }
                External::Symbol(_) => break,
            };
        }
        let Some(table) = self.name(interpreter, table.as_ref()) else { return };
        let Some(Value::Dict(entries)) = call.arguments.positional.first() else { return };
        for (to, value) in interpreter.heap.dict(*entries) {
            let Value::External(id) = value else { continue };
            let External::Call { callee, arguments, .. } = interpreter.heap.external(*id) else { continue };
            let path = interpreter.path(*callee);
            let from = match path.as_str() {
                "knex.ref" => self.name(interpreter, arguments.positional.first()),
                "knex.raw" => raw_text(interpreter, arguments, self.dialect())
                    .map(|text| Text::plain(text.value.trim_matches(['"', '`'])))
                    .filter(|text| text.value.chars().all(|c| c.is_alphanumeric() || c == '_')),
                _ => None,
            };
            if let (Some(from), Some(to)) = (from, self.name(interpreter, Some(to))) {
                let kind = OperationKind::CopyColumn {
                    table: self.table_name(None, &table),
                    from: None,
                    column: from.value.to_string(),
                    to: to.value.to_string(),
                };
                self.emit(kind, call.span);
            }
        }
    }

    /// Something that is not Knex and is given it may change the schema.
    fn report_foreign(
        &mut self,
        interpreter: &Interpreter<'_>,
        path: &str,
        arguments: &Arguments,
        span: Span,
    ) {
        if passes_knex(interpreter, arguments) {
            let reason = format!("`{path}` may change the schema and is not part of the project");
            self.emit_opaque(reason, vec![], span);
        }
    }
}

/// Whether `knex` itself, or a builder, is among the arguments.
fn passes_knex(interpreter: &Interpreter<'_>, arguments: &Arguments) -> bool {
    arguments.positional.iter().any(|value| match value {
        Value::External(id) => {
            let path = interpreter.path(*id);
            path == "knex" || path == "knex.schema" || path == format!("{TABLE}()")
        }
        _ => false,
    })
}

/// The methods of the schema builder whose names say that they change it.
fn is_schema_method(name: &str) -> bool {
    matches!(
        name,
        "createTable"
            | "createTableIfNotExists"
            | "createTableLike"
            | "alterTable"
            | "dropTable"
            | "dropTableIfExists"
            | "renameTable"
            | "createView"
            | "createMaterializedView"
            | "dropView"
            | "raw"
    )
}

/// `createdAt` as `created_at`, as Objection's mappers do.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
        before = letter;
    }
    snake
}

impl Host for KnexHost {
    fn call(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        callee: ExternalId,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        let path = interpreter.path(callee);
        let known = (Runner { interpreter: &mut *interpreter, host: self }).node_library(&path, arguments)?;
        if known.is_some() {
            return Ok(known);
        }
        if let External::Member { object, name } = interpreter.heap.external(callee).clone() {
            let call = Call { name: &name, arguments, span };
            if let Some(value) = self.call_builder(interpreter, object, &call) {
                return Ok(Some(value));
            }
        }
        self.call_path(interpreter, callee, &path, arguments, span)
    }

    fn member(&mut self, interpreter: &mut Interpreter<'_>, object: ExternalId, name: &str) -> Option<Value> {
        let path = interpreter.path(object);
        let client = match (&self.client, self.dialect()) {
            (Some(client), _) => client.as_str(),
            (None, Dialect::Postgres) => "pg",
            (None, Dialect::Mysql) => "mysql2",
            (None, Dialect::Sqlite) => "sqlite3",
            (None, Dialect::Mssql) => "mssql",
        };
        match (path.as_str(), name) {
            ("knex.client.config" | "knex.client", "client") => Some(Value::text(client)),
            ("knex.client", "dialect") => Some(Value::text(match self.dialect() {
                Dialect::Postgres => "postgresql",
                Dialect::Mysql => "mysql",
                Dialect::Sqlite => "sqlite3",
                Dialect::Mssql => "mssql",
            })),
            ("knex.client", "driverName") => Some(Value::text(client)),
            _ => None,
        }
    }

    fn journal(&mut self) -> &mut dyn Journal {
        &mut self.record
    }

    fn unknown_call(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        name: Option<&str>,
        reason: &str,
        arguments: &Arguments,
        span: Span,
    ) {
        let tables = arguments.positional.first().and_then(|table| interpreter.as_text(table));
        if let Some(name) = name.filter(|name| is_schema_method(name)) {
            let reason = format!("what `{name}` is called on here is not known: {reason}");
            self.emit_opaque(reason, tables.map(|table| table.value.to_string()).into_iter().collect(), span);
        } else if passes_knex(interpreter, arguments) {
            let reason = format!("the function that is called here is not known: {reason}");
            self.emit_opaque(reason, vec![], span);
        }
    }
}
