//! What a migration meets when it runs: TypeORM's query runner, and a database that is as the history says so far.

use std::rc::Rc;

use super::object::{self, OBJECT};
use super::spec::ColumnSpec;
use crate::code::interpret::{
    Arguments, External, ExternalId, Host, Interpreter, Journal, Run, Runner, Text, Value,
};
use crate::schema::{Dialect, Schema, TableName};
use crate::schema_source::record::Record;
use crate::schema_source::script::ScriptHost;
use crate::text::Span;

/// What the query runner stands as.
pub(super) const RUNNER: &str = "typeorm.queryRunner";

/// The classes of which a migration makes objects.
const CLASSES: &[&str] = &[
    "Table",
    "TableColumn",
    "TableForeignKey",
    "TableIndex",
    "TableUnique",
    "TableCheck",
    "TableExclusion",
    "View",
];

/// The world of one migration.
pub(super) struct TypeOrmHost {
    pub record: Record,
    /// `type`, as the data source has it.
    driver: Option<String>,
    /// The schema that tables without one belong to, where it is not the database's own.
    pub default_schema: Option<Text>,
    /// The columns that the migration has added: TypeORM goes on to know them by the types that they were given.
    pub given: Vec<(TableName, ColumnSpec)>,
}

impl ScriptHost for TypeOrmHost {
    fn record(&mut self) -> &mut Record {
        &mut self.record
    }

    fn begin_step(&mut self, here: Span) {
        self.given.clear();
        self.record.begin(here);
    }
}

/// A call of a method of the query runner.
pub(super) struct Call<'a> {
    pub name: &'a str,
    pub arguments: &'a Arguments,
    pub span: Span,
}

impl Call<'_> {
    pub fn at(&self, index: usize) -> Option<&Value> {
        self.arguments.positional.get(index)
    }

    /// Whether an argument is true, where it is left out `default`.
    pub fn truth(&self, index: usize, default: bool) -> bool {
        match self.at(index) {
            Some(Value::Bool(truth)) => *truth,
            _ => default,
        }
    }
}

impl TypeOrmHost {
    pub(super) fn new(schema: Schema, driver: Option<String>, default_schema: Option<&str>) -> Self {
        let own = schema.dialect.default_schema();
        let default_schema = default_schema.filter(|schema| Some(*schema) != own).map(Text::plain);
        Self { record: Record::new(schema), driver, default_schema, given: Vec::new() }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.record.schema.dialect
    }

    /// Calls below the query runner: on it, on its connection, on its entity manager.
    fn call_path(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        path: &str,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        let (owner, name) = path.rsplit_once('.').unwrap_or(("", path));
        let call = Call { name, arguments, span };
        if owner == RUNNER {
            return Ok(self.call_runner(interpreter, &call));
        }
        match name {
            "query" => self.query(interpreter, &call),
            "createQueryRunner" => return Ok(Some(interpreter.symbol(RUNNER))),
            "transaction" => return self.in_transaction(interpreter, owner, &call),
            "synchronize" | "runMigrations" | "undoLastMigration" | "dropDatabase" => {
                let reason =
                    format!("`{name}` changes the schema by what the entities say, which is not followed");
                self.emit_opaque(reason, vec![], span);
            }
            _ => {}
        }
        Ok(None)
    }

    /// `manager.transaction(async (manager) => ...)`; the isolation level may stand before.
    fn in_transaction(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        owner: &str,
        call: &Call<'_>,
    ) -> Run<Option<Value>> {
        let function = call.arguments.positional.last();
        let Some(function @ (Value::Function(_) | Value::Bound(..))) = function.cloned() else {
            return Ok(None);
        };
        let manager =
            if owner.ends_with(".manager") { owner.to_owned() } else { format!("{RUNNER}.manager") };
        let inner = Rc::new(Arguments::of(vec![interpreter.symbol(&manager)]));
        Runner { interpreter, host: self }.call(&function, &inner, call.span).map(Some)
    }

    /// `query(sql, parameters)`.
    pub(super) fn query(&mut self, interpreter: &Interpreter<'_>, call: &Call<'_>) {
        match call.at(0).and_then(|text| interpreter.as_text(text)) {
            Some(text) => self.execute(&text, call.span),
            None => self.emit_opaque("the statement is not known before it runs", vec![], call.span),
        }
    }
}

/// The class of TypeORM that a call makes an object of.
fn class_of(path: &str) -> Option<&str> {
    let (module, class) = path.rsplit_once('.')?;
    let own = module == "typeorm" || module.starts_with("typeorm/") || module.ends_with("/typeorm");
    (own && CLASSES.contains(&class)).then_some(class)
}

/// Whether the query runner, or what belongs to it, is among the arguments.
fn passes_runner(interpreter: &Interpreter<'_>, arguments: &Arguments) -> bool {
    arguments.positional.iter().any(|value| match value {
        Value::External(id) => {
            let path = interpreter.path(*id);
            path == RUNNER || path == format!("{RUNNER}.manager") || path == format!("{RUNNER}.connection")
        }
        _ => false,
    })
}

impl Host for TypeOrmHost {
    fn call(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        callee: ExternalId,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        let path = interpreter.path(callee);
        if let Some(known) =
            (Runner { interpreter: &mut *interpreter, host: self }).node_library(&path, arguments)?
        {
            return Ok(Some(known));
        }
        if let Some(class) = class_of(&path) {
            let entries = match arguments.positional.first() {
                Some(Value::Dict(id)) => interpreter.heap.dict(*id).clone(),
                // Filled in afterwards.
                None => Vec::new(),
                Some(_) => return Ok(None),
            };
            return Ok(Some(object::object(interpreter, class == "Table", entries)));
        }
        if path == RUNNER || path.starts_with(&format!("{RUNNER}.")) {
            return self.call_path(interpreter, &path, arguments, span);
        }
        if let External::Member { object, name } = interpreter.heap.external(callee).clone()
            && interpreter.path(object) == format!("{OBJECT}()")
            && let External::Call { arguments: this, .. } = interpreter.heap.external(object).clone()
            && let Some(this) = this.positional.first()
        {
            return Ok(Some(object::call_method(interpreter, this, &name, arguments)));
        }
        if passes_runner(interpreter, arguments) {
            let reason = format!("`{path}` may change the schema and is not part of the project");
            self.emit_opaque(reason, vec![], span);
        }
        Ok(None)
    }

    fn member(&mut self, interpreter: &mut Interpreter<'_>, object: ExternalId, name: &str) -> Option<Value> {
        let path = interpreter.path(object);
        let rest = path.strip_prefix(RUNNER)?;
        let driver = match (&self.driver, self.dialect()) {
            (Some(driver), _) => driver.as_str(),
            (None, Dialect::Postgres) => "postgres",
            (None, Dialect::Mysql) => "mysql",
            (None, Dialect::Sqlite) => "sqlite",
            (None, Dialect::Mssql) => "mssql",
        };
        match (rest, name) {
            (_, "type") if rest.ends_with(".options") => Some(Value::text(driver)),
            (_, "schema") if rest.ends_with(".options") => {
                Some(self.default_schema.clone().map_or(Value::None, Value::Str))
            }
            ("", "isTransactionActive") => Some(Value::Bool(true)),
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
        if let Some(name) = name.filter(|name| is_schema_method(name)) {
            let table = arguments.positional.first().and_then(|table| interpreter.as_text(table));
            let reason = format!("what `{name}` is called on here is not known: {reason}");
            self.emit_opaque(reason, table.map(|table| table.value.to_string()).into_iter().collect(), span);
        } else if passes_runner(interpreter, arguments) {
            let reason = format!("the function that is called here is not known: {reason}");
            self.emit_opaque(reason, vec![], span);
        }
    }
}

/// The methods of a query runner whose names say that they change the schema.
fn is_schema_method(name: &str) -> bool {
    const VERBS: &[&str] = &["create", "drop", "add", "rename", "change", "update"];
    const OBJECTS: &[&str] =
        &["Table", "Column", "Index", "Indices", "Key", "Constraint", "View", "Schema", "Database"];
    VERBS.iter().any(|verb| name.starts_with(verb)) && OBJECTS.iter().any(|object| name.contains(object))
}
