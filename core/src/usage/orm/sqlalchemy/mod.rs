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
//! | `facts`, `release` | what decides what is sent: options of mapped classes, the installed release |
//! | `loads` | which columns a load of an entity names, with the options of the query |
//! | `climb` | a reference to a class, followed outwards to the statement that it is sent in |
//! | `sends` | relationships, attributes that stand for columns, methods of sessions: what each makes the ORM send |
//! | `inserts`, `made` | what calls that make rows set; what else fills the columns of an object |
//! | `session` | what methods of sessions load |
//! | `units` | what INSERT and UPDATE name beside what is set |
//! | `values` | what becomes of values whose column changed its type |
//! | `words` | what is searched for |

mod attribute;
mod climb;
mod facts;
mod imperative;
mod inserts;
mod keys;
mod loads;
mod made;
mod mapping;
mod query;
mod release;
mod sends;
mod session;
mod stated;
mod units;
mod values;
mod words;

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::code::conversion::Conversion;
use crate::code::eval::{Call, Context, Evaluator};
use crate::code::library::{AskedColumn, KeyMeaning, Library, RowInsert, SendingWords, Sent};
use crate::code::project::classes::Marker;
use crate::code::tree::{ExprId, ExprKind, FunctionId, Module, Parent, Site};
use crate::code::value::{ClassRef, Known, LibraryValue, Row, Value};
use crate::schema::{EntityId, Field, FieldKind};
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
/// A loader option: its steps, outermost first.
const LOADER: &str = "sqlalchemy.loader";
/// One step of a loader option: `text` is the function, the values are what it is about.
const STEP: &str = "sqlalchemy.step";
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
    fillings: stated::Fillings,
    /// What classes say beside their columns.
    facts: RefCell<FxHashMap<EntityId, Rc<facts::Facts>>>,
    /// The release that the project has.
    release: OnceCell<release::Release>,
    /// Whether sessions of the project keep their objects over a commit (`expire_on_commit=False`).
    keeps: OnceCell<bool>,
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

    /// What a relationship of a row holds, loaded with the options that go on behind it:
    /// `selectinload(Order.lines).selectinload(OrderLine.product)` says how the products of the lines are loaded.
    fn related(&self, eval: &Evaluator<'_>, row: &Row, field: &Field) -> Option<Value> {
        let options = loads::options_of(row);
        if options.is_empty() || !matches!(field.kind, FieldKind::Relation { .. }) {
            return None;
        }
        let below: Vec<Value> = loads::below(options, &field.name)
            .into_iter()
            .filter(|steps| !steps.is_empty())
            .map(|steps| LibraryValue::of(LOADER, steps))
            .collect();
        (!below.is_empty()).then(|| loaded_with(eval.field_value(field), &below))
    }

    /// An attribute that a `backref` adds to a row.
    fn backref(&self, eval: &Evaluator<'_>, row: &Row, name: &str) -> Option<Value> {
        let info = eval.entity(row.entity)?;
        let source = self.backref_source(&info.entity.name, name)?;
        let source = Row::whole(eval.entity_named(&source)?);
        // One or many: `uselist` stands at the other end.
        Some(Value::union([Value::list(source.clone()), source]))
    }

    /// The class whose relationship adds this attribute to another class. Its name is copied: to look the class up may read
    /// more classes, which adds backrefs.
    fn backref_source(&self, class: &str, name: &str) -> Option<String> {
        let backrefs = self.backrefs.borrow();
        let backref = backrefs.get(class)?.iter().find(|backref| backref.name == name)?;
        Some(backref.source.clone())
    }
}

impl Library for SqlAlchemy {
    fn conversion(&self, eval: &Evaluator<'_>, entity: EntityId) -> Option<&'static Conversion> {
        self.tells_what_is_sent(eval, entity).then_some(&values::CONVERSION)
    }

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
                let field = info.entity.field(name);
                if let Some(related) = field.and_then(|field| self.related(eval, row, field)) {
                    return Some(related);
                }
                let absent = info.class.is_some() && field.is_none();
                absent.then(|| self.backref(eval, row, name)).flatten()
            }
            Value::Field(_, field) if name == "key" => Some(Value::Str(field.clone())),
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
                // SQLModel makes objects of what pydantic validates.
                Value::Class(class) if inserts::MAKERS.contains(&&**name) => {
                    eval.class_entity(*class).map(|entity| Known::plain(Row::whole(entity)))
                }
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
                ExprKind::Member { object, name, .. }
                    if inserts::MAKERS.contains(&call.module().text(name)) =>
                {
                    let entity = self.made_entity(eval, call, object)?;
                    Some(Known::plain(Row::whole(entity)))
                }
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
        self.insert_by(eval, callee, call)
    }

    fn takes_default_for_null(&self, eval: &Evaluator<'_>, taker: &Value) -> bool {
        self.null_is_absent(eval, taker)
    }

    fn tells_what_is_sent(&self, eval: &Evaluator<'_>, entity: EntityId) -> bool {
        // A model of Prisma has a name and no class; so has a `Table`, which stands among ours.
        eval.entity(entity).is_some_and(|info| info.class.is_some())
            || self.tables.borrow().values().any(|known| *known == Some(entity))
    }

    fn sending_words(&self, eval: &Evaluator<'_>, asked: &AskedColumn) -> SendingWords {
        self.words(eval, asked)
    }

    fn sent_at(&self, eval: &Evaluator<'_>, cx: Context<'_>, site: Site, asked: &AskedColumn) -> Vec<Sent> {
        self.sends(eval, cx, site, asked)
    }

    fn leaves_out(&self, _eval: &Evaluator<'_>, cx: Context<'_>, attribute: ExprId) -> bool {
        let Parent::Expr(call) = cx.module.expr(attribute).parent else { return false };
        let is_argument =
            matches!(cx.module.expr(call).kind, ExprKind::Call { callee, .. } if callee != attribute);
        is_argument
            && cx.module.language.is_python()
            && crate::code::eval::callee_name(cx.module, call).is_some_and(|name| {
                matches!(cx.module.slice(name), "defer" | "raiseload" | "noload" | "lazyload")
            })
    }

    fn loads_when_read(&self, eval: &Evaluator<'_>, row: &Row, field: &str) -> bool {
        let is_deferred = || {
            let info = eval.entity(row.entity)?;
            let field = info.entity.field(field)?;
            (info.class.is_some() && field.column().is_some()).then_some(field.deferred)
        };
        let Some(deferred) = is_deferred() else { return false };
        let chains = loads::chains(loads::options_of(row));
        (deferred || !chains.is_empty()) && !self.is_loaded(eval, row.entity, field, !deferred, &chains)
    }

    fn entities_with(&self, eval: &Evaluator<'_>, entity: EntityId) -> Vec<EntityId> {
        let mut found = self.relatives(eval, entity);
        found.retain(|other| self.is_kind_of(eval, *other, entity));
        found
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

    fn mapping_markers(&self) -> &'static [Marker] {
        words::MARKERS
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

    fn iterate(&self, eval: &Evaluator<'_>, value: &Value) -> Option<Value> {
        self.items_of(eval, value)
    }
}

/// The rows in a value, as they are loaded with these options.
fn loaded_with(value: Value, options: &[Value]) -> Value {
    match value {
        Value::List(item) => Value::list(loaded_with((*item).clone(), options)),
        Value::Union(items) => Value::union(items.iter().map(|item| loaded_with(item.clone(), options))),
        value => query::with_options(value, options),
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
