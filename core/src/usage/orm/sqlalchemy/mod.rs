//! SQLAlchemy 1.4 and 2.x, with SQLModel and Flask-SQLAlchemy: mapped classes, queries, results.
//!
//! Sources: the SQLAlchemy 2.0 documentation ("ORM Mapped Class Configuration", "ORM Querying Guide", "Legacy Query
//! API"), and calls whose emitted SQL was logged.
//!
//! | file | what it holds |
//! |---|---|
//! | `mapping`, `imperative` | classes and `Table` objects into entities; classes that are mapped from outside |
//! | `attribute` | one attribute of a class: column, relationship, neither |
//! | `query` | statements, queries and results, method by method |
//! | `keys` | what keywords, keys and strings name in their arguments |
//! | `stated` | classes of other libraries that state a mapped class: admin views, schemas that mirror it |

mod attribute;
mod imperative;
mod keys;
mod mapping;
mod query;
mod stated;

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::code::eval::{Call, Context, Evaluator};
use crate::code::library::{KeyMeaning, Library, RowInsert};
use crate::code::tree::{ExprId, ExprKind, FunctionId, Module};
use crate::code::value::{ClassRef, Known, LibraryValue, Row, Value};
use crate::schema::EntityId;
use crate::text::FileId;

/// A statement or legacy query: what it selects (a tuple), what it joins (a tuple).
const SELECT: &str = "sqlalchemy.select";
/// A legacy `Query`.
const QUERY: &str = "sqlalchemy.query";
/// `insert()`, `update()`, `delete()` of an entity; `text` says which.
const DML: &str = "sqlalchemy.dml";
/// Rows of an executed statement.
const RESULT: &str = "sqlalchemy.result";
/// First elements of the rows.
const SCALARS: &str = "sqlalchemy.scalars";
/// Rows as mappings.
const MAPPINGS: &str = "sqlalchemy.mappings";
/// A session, connection, engine: what executes statements.
const SESSION: &str = "sqlalchemy.session";
/// What makes sessions.
const SESSION_MAKER: &str = "sqlalchemy.sessionmaker";
/// A table as an object.
const TABLE: &str = "sqlalchemy.table";
/// `.c` of a table or subquery.
const COLUMNS: &str = "sqlalchemy.columns";
/// A loader option: the rows of the relationships that it loads, outermost first.
const LOADER: &str = "sqlalchemy.loader";
/// A subquery, CTE or alias.
const SUBQUERY: &str = "sqlalchemy.subquery";

/// The columns of the rows that a statement gives; `None` where the value is no statement.
pub(super) fn selected_columns(statement: &Value) -> Option<Vec<Value>> {
    let statement = statement.library(SELECT).or_else(|| statement.library(QUERY))?;
    Some(query::selected(statement))
}

/// An attribute that a `backref` adds: its name, and the class that declares the relationship.
struct Backref {
    name: String,
    source: String,
}

/// What is known of SQLAlchemy in a project.
#[derive(Default)]
pub struct SqlAlchemy {
    /// Attributes that a `backref` of another class adds, by the class's name.
    backrefs: RefCell<FxHashMap<String, Vec<Backref>>>,
    /// `Table` objects, by the call that makes them.
    tables: RefCell<FxHashMap<(FileId, ExprId), Option<EntityId>>>,
    /// Calls that map classes from outside.
    imperative: OnceCell<imperative::MappingCalls>,
    /// Places where schemas are filled from rows.
    fillings: OnceCell<stated::Fillings>,
}

impl SqlAlchemy {
    /// The entity that a value stands for: a mapped class, an entity, a table.
    fn entity(&self, eval: &Evaluator<'_>, value: &Value) -> Option<EntityId> {
        match value {
            Value::Class(class) => eval.class_entity(*class),
            Value::Entity(entity) => Some(*entity),
            Value::Library(library) if library.kind == TABLE => match library.first() {
                Value::Entity(entity) => Some(entity),
                _ => None,
            },
            Value::Row(row) => Some(row.entity),
            Value::Union(items) => items.iter().find_map(|item| self.entity(eval, item)),
            _ => None,
        }
    }

    /// `User.name`: the attribute as an object of the query language.
    fn class_attribute(&self, eval: &Evaluator<'_>, class: ClassRef, name: &str) -> Option<Value> {
        let entity = eval.class_entity(class)?;
        match name {
            "__table__" | "__mapper__" => return Some(LibraryValue::of(TABLE, [Value::Entity(entity)])),
            "query" if !eval.declares_member(class, "query") => {
                return Some(query::statement(QUERY, vec![Row::whole(entity)], Vec::new()));
            }
            _ => {}
        }
        let info = eval.entity(entity)?;
        info.entity.field(name).map(|_| Value::Field(entity, Rc::from(name)))
    }

    /// An attribute that a `backref` adds to a row.
    fn backref(&self, eval: &Evaluator<'_>, row: &Row, name: &str) -> Option<Value> {
        let info = eval.entity(row.entity)?;
        let backrefs = self.backrefs.borrow();
        let backref = backrefs.get(&info.entity.name)?.iter().find(|backref| backref.name == name)?;
        let source = Row::whole(eval.entity_named(&backref.source)?);
        // One or many: `uselist` stands at the other end.
        Some(Value::union([Value::list(source.clone()), source]))
    }
}

impl Library for SqlAlchemy {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let name = function_name(path)?;
        let first = || args.first().cloned().unwrap_or(Value::Unknown);
        Some(match name {
            "Session"
            | "AsyncSession"
            | "scoped_session"
            | "async_scoped_session"
            | "Connection"
            | "AsyncConnection"
            | "Engine"
            | "AsyncEngine" => LibraryValue::of(SESSION, []),
            "sessionmaker" | "async_sessionmaker" => LibraryValue::of(SESSION_MAKER, []),
            "Mapped" | "DynamicMapped" | "WriteOnlyMapped" | "InstrumentedList" => first(),
            "Select" | "Executable" => query::statement(SELECT, query::elements(&first()), Vec::new()),
            "Query" => query::statement(QUERY, query::elements(&first()), Vec::new()),
            "Result" | "CursorResult" | "AsyncResult" | "ChunkedIteratorResult" => {
                LibraryValue::of(RESULT, query::elements(&first()))
            }
            "ScalarResult" | "AsyncScalarResult" => LibraryValue::of(SCALARS, [first()]),
            "Row" => first(),
            "RowMapping" => Value::Map(Rc::new(Value::Other)),
            _ => return None,
        })
    }

    fn member(&self, eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        match object {
            Value::Class(class) => self.class_attribute(eval, *class, name),
            Value::Row(row) => {
                let info = eval.entity(row.entity)?;
                let absent = info.class.is_some() && info.entity.field(name).is_none();
                absent.then(|| self.backref(eval, row, name)).flatten()
            }
            Value::Field(entity, field) => self.relation_attribute(eval, *entity, field, name),
            Value::Library(library) => self.library_member(eval, library, name),
            Value::Tuple(items) => self.row_element(eval, items, name),
            Value::ExternalInstance(path, _) if is_flask(path) => match name {
                "session" | "engine" => Some(LibraryValue::of(SESSION, [])),
                "Model" => Some(Value::external("flask_sqlalchemy.model.Model")),
                "Query" => None,
                _ => Some(Value::external(format!("sqlalchemy.{name}"))),
            },
            _ => None,
        }
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        if !call.module().language.is_python() {
            return None;
        }
        match callee {
            Value::External(path) => self.function_call(eval, function_name(path)?, call),
            Value::Method(receiver, name) => match &**receiver {
                Value::Library(library) => self.method_call(eval, library, name, call),
                Value::Field(..) => Some(Known::plain(field_method(receiver, name))),
                Value::Class(_) | Value::ExternalInstance(..) => self.session_call(eval, name, call),
                _ => None,
            },
            Value::Library(library) if library.kind == SESSION_MAKER => {
                Some(Known::plain(LibraryValue::of(SESSION, [])))
            }
            Value::Library(library) if library.kind == SESSION => {
                Some(Known::plain(Value::Library(library.clone())))
            }
            // A session that nothing declares: the statement in the argument says what comes back.
            Value::Unknown => match call.module().expr(call.callee).kind {
                ExprKind::Member { name, .. } => self.session_call(eval, call.module().text(name), call),
                _ => None,
            },
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
        if !call.module().language.is_python() {
            return None;
        }
        self.argument_shape(eval, callee, call, index)
    }

    fn key(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        self.key_of(eval, shape, key)
    }

    fn insert(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<RowInsert> {
        let entity = match callee {
            Value::Class(class) => eval.class_entity(*class)?,
            Value::Method(receiver, name) if &**name == "values" => {
                let dml = receiver.library(DML).filter(|dml| &*dml.text == "insert")?;
                self.entity(eval, &dml.first())?
            }
            _ => return None,
        };
        eval.entity(entity)?.class?;
        let (mut fields, mut complete) = (Vec::new(), true);
        let is_null = |value: ExprId| matches!(call.module().expr(value).kind, ExprKind::Null);
        for arg in call.args {
            match arg.name {
                Some(name) => fields.push((call.module().text(name).to_owned(), is_null(arg.value))),
                None => match written_keys(eval, &eval.expr(call.cx, arg.value)) {
                    Some(keys) => {
                        complete &= keys.complete;
                        fields
                            .extend(keys.keys.into_iter().map(|(name, value)| (name, value == Value::Null)));
                    }
                    None => complete = false,
                },
            }
        }
        let range = crate::code::eval::callee_name(call.module(), call.expr)?;
        Some(RowInsert { entity, fields, complete, when: crate::code::library::When::Always, range })
    }

    fn reads_no_row(&self, callee: &Value) -> bool {
        let Value::Method(receiver, name) = callee else { return false };
        // `Query.exists()` selects 1; `exists()` of a `select()` keeps its columns.
        let of_query = receiver.library(QUERY).is_some()
            && matches!(&**name, "update" | "delete" | "exists" | "with_entities" | "values");
        of_query || (receiver.library(SELECT).is_some() && &**name == "with_only_columns")
    }

    fn class_entity(&self, eval: &Evaluator<'_>, class: ClassRef) -> Option<EntityId> {
        self.map_class(eval, class).or_else(|| self.map_from_outside(eval, class))
    }

    fn referenced_entity(&self, _eval: &Evaluator<'_>, value: &Value) -> Option<EntityId> {
        match value.library(TABLE)?.first() {
            Value::Entity(entity) => Some(entity),
            _ => None,
        }
    }

    fn mapped_classes(&self, eval: &Evaluator<'_>, module: &Module) -> Vec<EntityId> {
        let classes = (0..u32::try_from(module.classes.len()).unwrap_or(0)).map(crate::code::tree::ClassId);
        let mut found: Vec<EntityId> =
            classes.filter_map(|id| eval.class_entity(ClassRef { file: module.file, id })).collect();
        found.extend(self.mapped_from(eval, module));
        found.extend(self.table_objects(eval, Context::of(module)));
        found
    }

    fn mapping_markers(&self) -> &'static [&'static str] {
        &[
            "__tablename__",
            "mapped_column",
            "Mapped",
            "Column",
            "__table__",
            "SQLModel",
            "Table",
            "map_imperatively",
        ]
    }

    fn injected(
        &self,
        eval: &Evaluator<'_>,
        module: &Module,
        function: FunctionId,
        index: usize,
    ) -> Option<Known> {
        stated::resolver_parent(self, eval, module, function, index)
    }

    fn class_attribute_shape(&self, eval: &Evaluator<'_>, class: ClassRef, name: &str) -> Option<Known> {
        self.stated_names(eval, class, name)
    }

    fn mirrored(&self, eval: &Evaluator<'_>, class: ClassRef) -> Option<Known> {
        self.mirrored_entity(eval, class)
    }

    fn is_concrete(&self, eval: &Evaluator<'_>, class: ClassRef) -> bool {
        mapping::is_concrete(eval, class)
    }

    fn relation_loaders(&self) -> &'static [&'static str] {
        &query::EAGER
    }

    fn iterate(&self, eval: &Evaluator<'_>, value: &Value) -> Option<Value> {
        self.items_of(eval, value)
    }
}

/// The keys of a dict of values, or of each dict in a list of them.
fn written_keys(eval: &Evaluator<'_>, given: &Known) -> Option<crate::code::eval::Keys> {
    match given.value {
        Value::Tuple(_) | Value::List(_) => eval.keys(&eval.items(given).value),
        _ => eval.keys(&given.value),
    }
}

/// The function's name, where the path is SQLAlchemy's, SQLModel's or Flask-SQLAlchemy's.
fn function_name(path: &str) -> Option<&str> {
    let package = path.split('.').next()?;
    matches!(
        package,
        "sqlalchemy" | "sqlmodel" | "flask_sqlalchemy" | "fastapi_async_sqlalchemy" | "sqlalchemy_utils"
    )
    .then(|| path.rsplit('.').next())
    .flatten()
}

/// Whether a library class is Flask-SQLAlchemy's extension object (`db`).
fn is_flask(path: &str) -> bool {
    path.ends_with("SQLAlchemy") || path.ends_with("SQLA")
}

/// What a method of `User.email` gives: labels and orderings keep the column, the rest are conditions.
fn field_method(field: &Value, name: &str) -> Value {
    match name {
        "label" | "desc" | "asc" | "nullslast" | "nullsfirst" | "distinct" | "of_type" | "and_" => {
            field.clone()
        }
        _ => Value::Other,
    }
}
