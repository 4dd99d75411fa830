//! What a migration meets when it runs: Alembic, SQLAlchemy, and a database that is as the history says so far.

use std::rc::Rc;

use crate::code::interpret::{
    Arguments, ClassValueId, External, ExternalId, Host, Interpreter, Journal, Run, Runner, Text, Value,
};
use crate::migration::{Constraint, Operation, OperationKind};
use crate::schema::{Dialect, ForeignKey, Schema, TableName};
use crate::schema_source::alembic::batch::OpenBatch;
use crate::schema_source::alembic::invoke::OwnDirectives;
use crate::schema_source::alembic::naming::{NamingConvention, with_fitting_names};
use crate::schema_source::alembic::operations::Target;
use crate::schema_source::alembic::types::last_part;
use crate::schema_source::record::Record;
use crate::text::{FileId, Span};

/// What a model's `__table__` stands as; its argument is the class.
pub(super) const MODEL_TABLE: &str = "alembic.model_table";
/// What a declarative base's `metadata` stands as; its argument is the class.
pub(super) const MODEL_METADATA: &str = "alembic.model_metadata";

/// The world of one revision: the schema so far, and what the revision does to it.
pub(super) struct AlembicHost {
    /// The model, and what the revision has done so far.
    record: Record,
    /// Names that the project's metadata gives to constraints.
    pub naming: NamingConvention,
    /// Tables that were changed or dropped and were not there.
    changed_missing: Vec<TableName>,
    /// Tables that were referred to and were not there.
    referred_missing: Vec<TableName>,
    /// All tables that were made.
    made: Vec<TableName>,
    /// Whether what is missing is written down.
    watched: bool,
    /// Batches whose `with` is open.
    pub batches: Vec<OpenBatch>,
    /// What the project adds to `op`, once somebody asked for it.
    pub own: Option<Rc<OwnDirectives>>,
}

/// The host is asked for its record as if it were its own.
impl std::ops::Deref for AlembicHost {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.record
    }
}

impl std::ops::DerefMut for AlembicHost {
    fn deref_mut(&mut self) -> &mut Record {
        &mut self.record
    }
}

impl AlembicHost {
    pub(super) fn new(schema: Schema, naming: NamingConvention) -> Self {
        Self {
            record: Record::new(schema),
            naming,
            changed_missing: vec![],
            referred_missing: vec![],
            made: vec![],
            watched: false,
            batches: vec![],
            own: None,
        }
    }

    /// From now on what is missing is written down, or is not.
    pub(super) fn watch(&mut self, watched: bool) {
        self.watched = watched;
    }

    /// Tables that revisions changed, or referred to, and that were not there; but for those that are only referred to
    /// before they are made.
    pub(super) fn missing(&self) -> Vec<TableName> {
        let referred = self.referred_missing.iter().filter(|table| !self.made.contains(table));
        let mut missing: Vec<TableName> = self.changed_missing.iter().chain(referred).cloned().collect();
        missing.sort();
        missing.dedup();
        missing
    }

    fn look_for_tables(&mut self, kind: &OperationKind) {
        let schema = &self.record.schema;
        let lacks = |table: &TableName| schema.table(table).is_none();
        if let Some(table) = needed(kind).filter(|table| lacks(table)) {
            self.changed_missing.push(table.clone());
        }
        let mut own = None;
        let keys: &[ForeignKey] = match kind {
            OperationKind::CreateTable { table, .. } => {
                own = Some(&table.name);
                &table.foreign_keys
            }
            OperationKind::AddConstraint { constraint: Constraint::ForeignKey(key), .. } => {
                std::slice::from_ref(key)
            }
            _ => &[],
        };
        let referred = keys.iter().map(|key| &key.referenced_table);
        let referred: Vec<TableName> =
            referred.filter(|table| Some(*table) != own && lacks(table)).cloned().collect();
        self.referred_missing.extend(referred);
        if let OperationKind::CreateTable { table, .. } = kind {
            self.made.push(table.name.clone());
        }
    }

    /// Takes an operation of a directive, whose names are SQLAlchemy's.
    ///
    /// # Errors
    /// As [`AlembicHost::take`].
    pub(super) fn emit(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        kind: OperationKind,
        span: Span,
    ) -> Run<()> {
        let kind = with_fitting_names(self.schema.dialect, kind);
        self.take(interpreter, kind, span)
    }

    /// Takes an operation: into the model, and into what the revision does.
    ///
    /// # Errors
    /// A database error, where the model says that the database would refuse and the program would catch it.
    pub(super) fn take(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        kind: OperationKind,
        span: Span,
    ) -> Run<()> {
        let operation = self.operation(kind, span);
        if self.watched {
            self.look_for_tables(&operation.kind);
        }
        let taken = self.record.apply(&operation);
        if !taken && interpreter.is_guarded() {
            return Runner { interpreter, host: self }.raise("sqlalchemy.exc.OperationalError");
        }
        self.keep(operation);
        Ok(())
    }

    pub(super) fn emit_opaque(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        reason: impl Into<String>,
        tables: Vec<String>,
        span: Span,
    ) -> Run<()> {
        self.emit(interpreter, OperationKind::Opaque { reason: reason.into(), tables }, span)
    }

    /// SQLAlchemy's name of the dialect.
    fn dialect_name(&self) -> &'static str {
        match self.schema.dialect {
            Dialect::Postgres => "postgresql",
            Dialect::Mysql => "mysql",
            Dialect::Sqlite => "sqlite",
            Dialect::Mssql => "mssql",
        }
    }

    /// The call that `object` came of, if it is one of this name: `op.batch_alter_table("t")`.
    pub(super) fn call_named<'i>(
        interpreter: &'i Interpreter<'_>,
        object: ExternalId,
        name: &str,
    ) -> Option<&'i Rc<Arguments>> {
        let External::Call { callee, arguments, .. } = interpreter.heap.external(object) else { return None };
        (last_part(&interpreter.path(*callee)) == name).then_some(arguments)
    }

    /// Calls on objects that SQLAlchemy made: enum types, tables, metadata, connections.
    fn call_member(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        object: ExternalId,
        name: &str,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        let batch = Self::call_named(interpreter, object, "batch_alter_table").cloned();
        if let Some(batch) = batch {
            return self.call_batch(interpreter, object, &batch, (name, arguments, span));
        }
        if let Some(value) = self.catalog_answer(interpreter, object, name, arguments) {
            return Ok(Some(value));
        }
        match name {
            "create" | "drop" | "create_all" | "drop_all" => {
                if let Some(value) = self.create_or_drop(interpreter, object, name, arguments, span)? {
                    return Ok(Some(value));
                }
            }
            "execute" | "exec_driver_sql" | "execute_sql" | "executescript" | "scalar" | "scalars" => {
                if let Some(statement) = arguments.get(0, "statement").cloned() {
                    self.execute(interpreter, &statement, span)?;
                }
                return Ok(None);
            }
            "type_descriptor" => return Ok(arguments.positional.first().cloned()),
            "run_sync" => {
                if let Some(function) = arguments.positional.first().cloned() {
                    let connection = Value::External(object);
                    let rest = arguments.positional.iter().skip(1).cloned();
                    let inner = Rc::new(Arguments::of([connection].into_iter().chain(rest).collect()));
                    let value = Runner { interpreter, host: self }.call(&function, &inner, span)?;
                    return Ok(Some(value));
                }
            }
            _ => {}
        }
        self.inspect(interpreter, name, arguments)
    }
}

/// The table that must be there for an operation.
fn needed(kind: &OperationKind) -> Option<&TableName> {
    match kind {
        OperationKind::DropTable { table, if_exists: false, .. }
        | OperationKind::RenameTable { table, if_exists: false, .. }
        | OperationKind::AddColumn { table, .. }
        | OperationKind::DropColumn { table, if_exists: false, .. }
        | OperationKind::RenameColumn { table, .. }
        | OperationKind::AlterColumn { table, .. }
        | OperationKind::AddConstraint { table, .. }
        | OperationKind::DropConstraint { table, if_exists: false, .. } => Some(table),
        _ => None,
    }
}

impl Host for AlembicHost {
    fn call(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        callee: ExternalId,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        let path = interpreter.path(callee);
        if let Some(value) =
            (Runner { interpreter: &mut *interpreter, host: self }).standard_library(&path, arguments)?
        {
            return Ok(Some(value));
        }
        if let Some(name) = path.strip_prefix("alembic.op.").filter(|name| !name.contains(['.', '('])) {
            return self.call_global(interpreter, name, arguments, span);
        }
        match path.as_str() {
            "alembic.context.is_offline_mode" => return Ok(Some(Value::Bool(false))),
            // Alembic's own helper for a project's `env.py`; nothing happens in a revision.
            "alembic.op.get_context().begin_transaction" => return Ok(None),
            // An object that is made when it is used: here that is at once.
            "lazy_object_proxy.Proxy" => {
                let Some(made) = arguments.positional.first().cloned() else { return Ok(None) };
                return Runner { interpreter, host: self }.call(&made, &Rc::default(), span).map(Some);
            }
            "sqlalchemy.DDL" | "sqlalchemy.schema.DDL" => return self.ddl_text(interpreter, arguments),
            _ => {}
        }
        if let External::Member { object, name } = interpreter.heap.external(callee).clone() {
            return self.call_member(interpreter, object, &name, arguments, span);
        }
        if last_part(&path) == "Table" {
            self.reflect_elsewhere(interpreter, arguments)?;
        }
        self.report_foreign(interpreter, &path, arguments, span)?;
        Ok(None)
    }

    fn member(&mut self, interpreter: &mut Interpreter<'_>, object: ExternalId, name: &str) -> Option<Value> {
        let path = interpreter.path(object);
        if name == "name"
            && (path.ends_with("dialect") || path.ends_with(".engine") || path.ends_with("get_bind()"))
        {
            return Some(Value::text(self.dialect_name()));
        }
        if name == "version_table_schema" && path.ends_with("get_context()") {
            return Some(Value::None);
        }
        if name == "as_sql" && path.ends_with("get_context()") {
            return Some(Value::Bool(false));
        }
        if name == "dialect" && path == "alembic" {
            return None;
        }
        let External::Call { callee, arguments, .. } = interpreter.heap.external(object) else { return None };
        let called = last_part(&interpreter.path(*callee)).to_owned();
        let arguments = arguments.clone();
        if let Some(value) = self.reflected(interpreter, &called, name, &arguments) {
            return Some(value);
        }
        match (called.as_str(), name) {
            ("Column" | "column", "name" | "key") => arguments.get(0, "name").cloned(),
            ("Column" | "column", "type") => arguments.get(1, "type_").cloned(),
            ("Column", "nullable") => {
                Some(arguments.keyword("nullable").cloned().unwrap_or(Value::Bool(true)))
            }
            ("Table" | "table" | "create_table", "name") => arguments.positional.first().cloned(),
            ("Enum" | "ENUM", "name") => arguments.keyword("name").cloned(),
            (_, "length" | "precision" | "scale" | "timezone" | "item_type") => {
                arguments.keyword(name).cloned()
            }
            _ => None,
        }
    }

    fn class_member(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        class: ClassValueId,
        name: &str,
    ) -> Run<Option<Value>> {
        let stands_for = match name {
            "__table__" => MODEL_TABLE,
            "metadata" => MODEL_METADATA,
            _ => return Ok(None),
        };
        let callee = interpreter.heap.push_external(External::Symbol(Rc::from(stands_for)));
        let arguments = Rc::new(Arguments::of(vec![Value::Class(class)]));
        let call = External::Call { callee, arguments, span: Self::NOWHERE };
        Ok(Some(Value::External(interpreter.heap.push_external(call))))
    }

    fn is_script(&self, interpreter: &Interpreter<'_>, file: FileId) -> bool {
        let source = interpreter.project.sources().load(file);
        source.is_ok_and(|source| source.text.contains("revision") || source.path.ends_with("env.py"))
    }

    fn is_library(&self, name: &str) -> bool {
        matches!(name, "alembic" | "sqlalchemy" | "sqlmodel")
    }

    fn is_instance(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        value: &Value,
        class: &Value,
    ) -> Option<bool> {
        let (Value::External(value), Value::External(class)) = (value, class) else {
            let Value::External(class) = class else { return None };
            // A plain value is no instance of SQLAlchemy's classes; of abstract ones (`Sequence`, `Iterable`) it may be.
            return interpreter.path(*class).starts_with("sqlalchemy").then_some(false);
        };
        let (value, class) = (interpreter.path(*value), interpreter.path(*class));
        // `postgresql.dialect` is the class of that dialect.
        let class = class.strip_suffix(".dialect").map_or(class.clone(), |module| format!("{module}dialect"));
        let class = last_part(&class).to_lowercase();
        if value.ends_with("dialect") {
            let is = |names: &[&str]| names.iter().any(|name| class.starts_with(name));
            return class.ends_with("dialect").then(|| match self.schema.dialect {
                Dialect::Postgres => is(&["pg", "postgres", "psycopg", "asyncpg"]),
                Dialect::Mysql => is(&["mysql", "mariadb"]),
                Dialect::Sqlite => is(&["sqlite"]),
                Dialect::Mssql => is(&["ms"]),
            });
        }
        // What reflection gives (`sqlalchemy.types.VARCHAR`), and constructors that are called.
        let own = last_part(&value).to_lowercase();
        let bases: &[&str] = match own.as_str() {
            "varchar" | "char" | "text" => &["string", "varchar"],
            "integer" | "bigint" | "smallint" => &["integer"],
            "timestamp" => &["datetime"],
            "boolean" => &["boolean"],
            _ => &[],
        };
        (own == class || bases.contains(&class.as_str()))
            .then_some(true)
            .or_else(|| (value.starts_with("sqlalchemy.types.") || value.ends_with("()")).then_some(false))
    }

    fn journal(&mut self) -> &mut dyn Journal {
        &mut self.record
    }

    fn unknown_call(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        _name: Option<&str>,
        reason: &str,
        arguments: &Arguments,
        span: Span,
    ) {
        if passes_operations(interpreter, arguments) {
            let kind = OperationKind::Opaque {
                reason: format!("the function that is called here is not known: {reason}"),
                tables: vec![],
            };
            self.keep(Operation { kind, span });
        }
    }

    fn enter(&mut self, interpreter: &mut Interpreter<'_>, manager: ExternalId) {
        self.enter_batch(interpreter, manager);
    }

    fn leave(&mut self, interpreter: &mut Interpreter<'_>, manager: ExternalId, fails: bool) -> Run<()> {
        self.leave_batch(interpreter, manager, fails)
    }
}

/// Whether `op` itself, or a `batch_op`, is among the arguments: then whatever is called can change the schema.
fn passes_operations(interpreter: &Interpreter<'_>, arguments: &Arguments) -> bool {
    let values = arguments.positional.iter().chain(arguments.keywords.iter().map(|(_, value)| value));
    values.into_iter().any(|value| match value {
        Value::External(id) => {
            let path = interpreter.path(*id);
            path == "alembic.op" || path == "alembic.op.batch_alter_table()"
        }
        _ => false,
    })
}

/// Whether a function's name says that it changes a schema: `create_table`, `add_columns`, `drop_index_if_exists`.
fn sounds_like_ddl(name: &str) -> bool {
    const VERBS: &[&str] = &["create", "add", "drop", "alter", "rename", "remove", "modify", "change"];
    const OBJECTS: &[&str] = &[
        "table",
        "column",
        "index",
        "constraint",
        "enum",
        "foreign",
        "unique",
        "view",
        "schema",
        "fk",
        "fks",
    ];
    let words: Vec<String> = name.split('_').map(str::to_lowercase).collect();
    let has = |list: &[&str]| {
        words.iter().any(|word| list.contains(&word.trim_end_matches('s')) || list.contains(&word.as_str()))
    };
    has(VERBS) && (has(OBJECTS) || words.iter().any(|word| word.starts_with("indexe")))
}

impl AlembicHost {
    /// `sa.Table(name, metadata, autoload_with=engine)` through another connection than the migration's own: PostgreSQL
    /// shows it nothing of what the open transaction has made, and a history that starts from nothing is one transaction.
    fn reflect_elsewhere(&mut self, interpreter: &mut Interpreter<'_>, arguments: &Arguments) -> Run<()> {
        let Some(Value::External(with)) = arguments.keyword("autoload_with") else { return Ok(()) };
        let own = interpreter.path(*with).starts_with("alembic.");
        if !own && interpreter.is_guarded() && self.schema.dialect == Dialect::Postgres {
            return Runner { interpreter, host: self }.raise("sqlalchemy.exc.NoSuchTableError");
        }
        Ok(())
    }

    /// A library that is neither Alembic nor SQLAlchemy and is given `op` may change the schema.
    fn report_foreign(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        path: &str,
        arguments: &Arguments,
        span: Span,
    ) -> Run<()> {
        let library = ["sqlalchemy", "sqlmodel", "alembic"].iter().any(|name| path.starts_with(name));
        if !library && (passes_operations(interpreter, arguments) || sounds_like_ddl(last_part(path))) {
            let reason = format!("`{path}` may change the schema and is not part of the project");
            let tables = arguments.positional.iter().filter_map(|value| interpreter.as_text(value));
            let tables = tables.take(1).map(|text| text.value.to_string()).collect();
            return self.emit_opaque(interpreter, reason, tables, span);
        }
        Ok(())
    }

    /// Calls of `op.name(...)`.
    pub(super) fn call_global(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        name: &str,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        match name {
            // Symbolic: what is done with them says what they are.
            "get_bind" | "get_context" | "batch_alter_table" => Ok(None),
            // The name is final: no convention changes it. Where none would, the text alone is easier to follow.
            "f" if self.naming.changes_given_names() => Ok(None),
            "f" | "inline_literal" => Ok(arguments.positional.first().cloned()),
            "invoke" => self.op_invoke(interpreter, arguments, span).map(Some),
            "execute" => {
                if let Some(statement) = arguments.get(0, "sqltext").cloned() {
                    self.execute(interpreter, &statement, span)?;
                }
                Ok(Some(Value::None))
            }
            "run_async" => {
                let Some(function) = arguments.positional.first().cloned() else { return Ok(None) };
                let connection = interpreter.symbol("alembic.connection");
                let rest = arguments.positional.iter().skip(1).cloned();
                let inner = Arguments {
                    positional: [connection].into_iter().chain(rest).collect(),
                    keywords: arguments.keywords.clone(),
                    incomplete: arguments.incomplete,
                };
                Runner { interpreter, host: self }.call(&function, &Rc::new(inner), span).map(Some)
            }
            // The table that it makes can be used: `bulk_insert(table, rows)`.
            "create_table" => {
                self.call_operation(interpreter, name, Target::Named, arguments, span)?;
                Ok(None)
            }
            _ => self.call_operation(interpreter, name, Target::Named, arguments, span).map(Some),
        }
    }

    /// The text of `sa.text(...)`, a string, or `None` for an expression.
    pub(super) fn statement_text(interpreter: &Interpreter<'_>, value: &Value) -> Option<Text> {
        let mut value = value.clone();
        // `sa.text("...").bindparams(...)`: down to the text.
        for _ in 0..16 {
            if let Some(text) = interpreter.as_text(&value) {
                return Some(text);
            }
            let Value::External(id) = value else { return None };
            let External::Call { callee, arguments, .. } = interpreter.heap.external(id) else { return None };
            if matches!(last_part(&interpreter.path(*callee)), "text" | "TextClause") {
                return interpreter.as_text(arguments.get(0, "text")?);
            }
            match interpreter.heap.external(*callee) {
                External::Member { object, .. } => value = Value::External(*object),
                External::Symbol(_) | External::Call { .. } => return None,
            }
        }
        None
    }
}
