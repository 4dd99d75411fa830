//! Prisma Client: delegates, their calls, the arguments' shapes and the rows they give.
//!
//! Sources: the Prisma Client API reference ("Model queries", "Model query options", "Nested queries", "Filter conditions
//! and operators"), and calls whose emitted SQL was logged.

mod client;
mod facts;
mod keys;
mod names;
mod projection;
mod statements;
mod typed;
mod values;

use std::rc::Rc;

use crate::code::conversion::Conversion;
use crate::code::eval::{Call, Evaluator};
use crate::code::library::{Asked, GivenKey, KeyMeaning, Library, Naming, RowInsert, TypedFields, When};
use crate::code::tree::ExprKind;
use crate::code::value::{Fields, Known, LibraryValue, Projection, Row, Value};
use crate::schema::{Dialect, Entity, EntityId, FieldKind, Mapping};
use crate::usage::orm::prisma::client::Parts;

pub use names::accessor;

/// `PrismaClient` and everything that has the same delegates: transaction clients, extended clients.
pub(crate) const CLIENT: &str = "prisma.client";
/// `prisma.user`.
const DELEGATE: &str = "prisma.delegate";
/// The object that a call takes; `text` is the call's name.
const ARGS: &str = "prisma.args";
/// `Prisma.validator<T>()`.
const VALIDATOR: &str = "prisma.validator";

/// The Prisma Client of one schema.
pub struct Prisma {
    /// Whether the project has a Prisma schema: else nothing here is asked.
    active: bool,
    enums: Vec<String>,
    entities: usize,
    /// Whether the client and not the database keeps relations whole.
    relations_in_client: bool,
    /// Whether the database has an `INSERT` that updates what is there in one statement that the client uses.
    upserts_natively: bool,
    /// Whether the project's generator does without the engine written in Rust.
    engine_in_client: bool,
    version: client::Version,
}

impl Prisma {
    /// The client of the entities of `mapping`, which are the first ones that the evaluator knows.
    pub fn new(mapping: &Mapping, dialect: Dialect) -> Self {
        Self {
            active: !mapping.entities.is_empty(),
            enums: mapping.enums.iter().map(|item| item.name.clone()).collect(),
            entities: mapping.entities.len(),
            relations_in_client: mapping.relations_in_client,
            // "Database upserts": PostgreSQL, SQLite, CockroachDB; not where the client keeps relations.
            upserts_natively: !mapping.relations_in_client
                && matches!(dialect, Dialect::Postgres | Dialect::Sqlite),
            engine_in_client: mapping.engine_in_client,
            version: client::Version::default(),
        }
    }

    /// The Prisma model of this name.
    fn model(&self, eval: &Evaluator<'_>, name: &str) -> Option<EntityId> {
        eval.entity_named(name).filter(|id| (id.0 as usize) < self.entities)
    }

    /// The model that a delegate of this name serves: `user` for `User`.
    fn model_of_accessor(&self, eval: &Evaluator<'_>, name: &str) -> Option<EntityId> {
        let mut models = eval.entities().into_iter().take(self.entities);
        models.find(|(_, info)| accessor(&info.entity.name) == name && !info.entity.ignored).map(|(id, _)| id)
    }

    /// What a call of a delegate gives, without the promise.
    pub(super) fn rows(
        &self,
        eval: &Evaluator<'_>,
        entity: EntityId,
        operation: &str,
        args: &Known,
        parts: Parts<'_>,
    ) -> Value {
        let row = || projection::of_args(eval, entity, args, parts);
        match operation {
            "findUnique" | "findFirst" => Value::union([row(), Value::Null]),
            "findUniqueOrThrow" | "findFirstOrThrow" | "create" | "update" | "upsert" | "delete" => row(),
            "findMany" | "createManyAndReturn" | "updateManyAndReturn" => Value::list(row()),
            "aggregate" => aggregated(entity, Vec::new()),
            "groupBy" => Value::list(aggregated(entity, projection::strings(eval, &eval.member(args, "by")))),
            _ => Value::Other,
        }
    }

    fn client_call(
        &self,
        eval: &Evaluator<'_>,
        receiver: &Value,
        method: &str,
        call: &Call<'_>,
    ) -> Option<Known> {
        Some(match method {
            "$transaction" => {
                let given = eval.argument(call, 0);
                let of = |value: &Value| match value {
                    Value::Tuple(items) => Value::Tuple(items.iter().map(Value::awaited).collect()),
                    Value::List(item) => Value::list(item.awaited()),
                    Value::Function(_) => {
                        eval.call_without_arguments(&Known::plain(value.clone())).value.awaited()
                    }
                    _ => Value::Unknown,
                };
                let value = Value::union(given.value.alternatives().iter().map(of));
                given.with(Value::promise(value))
            }
            "$extends" => {
                let extension = eval.argument(call, 0).value;
                let Value::Library(client) = receiver else { return None };
                let extensions = client.args.iter().cloned().chain([extension]);
                Known::plain(LibraryValue::of(CLIENT, extensions.collect::<Vec<_>>()))
            }
            "$queryRaw" | "$queryRawUnsafe" | "$queryRawTyped" => {
                let row = eval.libraries().find_map(|library| library.sql_row(eval, call));
                let span = call.module().span(call.module().expr(call.expr).range);
                let rows = match (call.type_args.first(), row) {
                    (Some(ty), Some(row)) => {
                        let declared = eval.type_value(call.cx, *ty);
                        declared.with(eval.over(&declared.value, &row))
                    }
                    (Some(ty), None) => eval.type_value(call.cx, *ty),
                    (None, row) => Known::plain(Value::list(row.unwrap_or(Value::Unknown))),
                };
                rows.with(Value::promise(rows.value.clone()))
                    .link(span, || "rows of this SQL statement".to_owned())
            }
            method if method.starts_with('$') => Known::plain(Value::Other),
            _ => return None,
        })
    }
}

impl Library for Prisma {
    fn conversion(&self, eval: &Evaluator<'_>, entity: EntityId) -> Option<&'static Conversion> {
        if !self.active || !self.is_model(entity) {
            return None;
        }
        let major = self.version.major(eval);
        let compiles = major >= values::WITHOUT_RUST_ENGINE
            || (major >= values::FIRST_WITH_QUERY_COMPILER && self.engine_in_client);
        Some(if compiles { &values::QUERY_COMPILER } else { &values::RUST_ENGINE })
    }

    fn instance(&self, eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let name = names::in_client(path).filter(|_| self.active)?;
        if matches!(name, "PrismaClient" | "Prisma.TransactionClient" | "Prisma.DefaultPrismaClient") {
            return Some(LibraryValue::of(CLIENT, []));
        }
        if self.enums.iter().any(|known| known == name.strip_prefix("$Enums.").unwrap_or(name)) {
            return Some(Value::Other);
        }
        if let Some(model) = self.model(eval, name) {
            return Some(Row::whole(model));
        }
        self.generated_type(eval, name.strip_prefix("Prisma.")?, args)
    }

    fn type_argument(&self, eval: &Evaluator<'_>, path: &str, index: usize) -> Option<Value> {
        let name = names::in_client(path).filter(|_| self.active && index == 0)?;
        let model = self.model(eval, name.strip_prefix("Prisma.")?.strip_suffix("GetPayload")?)?;
        Some(LibraryValue::named(ARGS, [Value::Entity(model)], "findMany"))
    }

    fn result(&self, eval: &Evaluator<'_>, callee: &Value) -> Option<Value> {
        let Value::Method(receiver, operation) = callee else { return None };
        let Value::Entity(entity) = receiver.library(DELEGATE)?.first() else { return None };
        Some(Value::promise(self.rows(eval, entity, operation, &Known::unknown(), &[])))
    }

    fn member(&self, eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        match object {
            // `prisma[model]` with a name that is not constant: any of them.
            Value::Library(library) if library.kind == CLIENT && name == "[]" => {
                let models = eval.entities().into_iter().take(self.entities);
                Some(Value::union(models.map(|(id, _)| LibraryValue::of(DELEGATE, [Value::Entity(id)]))))
            }
            Value::Library(library) if library.kind == CLIENT => {
                let model = self.model_of_accessor(eval, name)?;
                let delegate = std::iter::once(Value::Entity(model)).chain(library.args.iter().cloned());
                Some(LibraryValue::of(DELEGATE, delegate.collect::<Vec<_>>()))
            }
            Value::Library(library) if library.kind == DELEGATE && library.args.len() > 1 => {
                self.extended_method(eval, library, name)
            }
            Value::Library(library) if library.kind == DELEGATE && name == "fields" => {
                Some(LibraryValue::of(keys::FIELD_NAMES, [library.first()]))
            }
            Value::External(path) => {
                let inside = names::in_client(path).filter(|_| self.active)?;
                let model = name.strip_suffix("ScalarFieldEnum").filter(|_| inside == "Prisma")?;
                Some(LibraryValue::of(keys::FIELD_NAMES, [Value::Entity(self.model(eval, model)?)]))
            }
            Value::Row(row) if name == "_count" => match &row.projection {
                // `groupBy` and `aggregate` count the values of fields, `include` the related rows.
                Projection::Some(fields) if fields.nested.contains_key("_count") => None,
                Projection::Some(_) | Projection::All | Projection::Loaded(_) => {
                    Some(counted_relations(eval, row.entity))
                }
            },
            _ => None,
        }
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::Method(receiver, operation) => match &**receiver {
                Value::Library(library) if library.kind == DELEGATE => {
                    let Value::Entity(entity) = library.first() else { return None };
                    let parts = library.args.get(1..).unwrap_or_default();
                    let result = self.rows(eval, entity, operation, &eval.argument(call, 0), parts);
                    let span = call.module().span(call.module().expr(call.callee).range);
                    let callee = call.module().slice(call.module().expr(call.callee).range);
                    Some(
                        Known::plain(Value::promise(result))
                            .link(span, || format!("returned by `{}`", one_line(callee))),
                    )
                }
                Value::Library(library) if library.kind == CLIENT => {
                    self.client_call(eval, receiver, operation, call)
                }
                // The fluent API: `prisma.post.findUnique(...).author()`.
                Value::Promise(inner) => self.fluent(eval, inner, operation),
                _ => None,
            },
            Value::External(path)
                if self.active && names::in_client(path) == Some("Prisma.defineExtension") =>
            {
                Some(eval.argument(call, 0))
            }
            Value::External(path)
                if self.active && !call.args.is_empty() && names::in_client(path) == Some("PrismaClient") =>
            {
                let parts = client::parts_of_options(eval, &eval.argument(call, 0));
                Some(Known::plain(LibraryValue::of(CLIENT, parts)))
            }
            Value::External(path) if self.active && names::in_client(path) == Some("Prisma.validator") => {
                let shape = match call.type_args.first() {
                    Some(ty) => eval.type_value(call.cx, *ty).value,
                    None => self.validated(eval, call),
                };
                Some(Known::plain(LibraryValue::of(VALIDATOR, [shape])))
            }
            Value::Library(library) if library.kind == VALIDATOR => Some(eval.argument(call, 0)),
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
        let _ = call;
        self.parameter_type(eval, callee, index)
    }

    fn parameter_type(&self, eval: &Evaluator<'_>, callee: &Value, index: usize) -> Option<Value> {
        match callee {
            Value::Method(receiver, operation) => match &**receiver {
                Value::Library(library) if library.kind == DELEGATE && index == 0 => {
                    Some(statements::args_shape(library, operation.clone()))
                }
                Value::Library(library)
                    if library.kind == CLIENT && &**operation == "$transaction" && index == 0 =>
                {
                    Some(eval.callback([LibraryValue::of(CLIENT, library.args.clone())], Value::Unknown))
                }
                Value::Library(library) if library.kind == CLIENT && &**operation == "$extends" => {
                    Some(LibraryValue::named(keys::EXTENSION, [], ""))
                }
                _ => None,
            },
            Value::Library(library) if library.kind == VALIDATOR => Some(library.first()),
            Value::External(path)
                if self.active && names::in_client(path) == Some("Prisma.defineExtension") =>
            {
                Some(LibraryValue::named(keys::EXTENSION, [], ""))
            }
            _ => None,
        }
    }

    fn key(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        match shape {
            Value::Library(shape) if shape.kind.starts_with("prisma.") => self.key_of(eval, shape, key),
            _ => None,
        }
    }

    fn insert(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<RowInsert> {
        let Value::Method(receiver, operation) = callee else { return None };
        let delegate = receiver.library(DELEGATE)?;
        let Value::Entity(entity) = delegate.first() else { return None };
        let operation = facts::operation_of(operation)?;
        let values = operation.inserts?;
        let args = eval.argument(call, 0);
        let statements::Written { fields, optional, complete } =
            self.inserted(eval, entity, &eval.member(&args, values));
        let looks_first = operation.updates.is_some() && !self.is_native_upsert(eval, entity, &args);
        let when = if looks_first { When::RowIsNew } else { When::Always };
        let range = match call.module().expr(call.callee).kind {
            ExprKind::Member { name, .. } => name.range,
            _ => call.module().expr(call.callee).range,
        };
        let unsaid_nulls = Vec::new();
        Some(RowInsert { entity, fields, optional, unsaid_nulls, complete, when, range })
    }

    fn named_by_call(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        asked: Asked<'_>,
    ) -> Option<Vec<Naming>> {
        self.call_names(eval, callee, call, asked)
    }

    fn named_by_key(&self, eval: &Evaluator<'_>, key: &GivenKey<'_>, asked: Asked<'_>) -> Vec<Naming> {
        self.key_names(eval, key, asked)
    }

    fn inserted_by_key(&self, eval: &Evaluator<'_>, key: &GivenKey<'_>) -> Vec<RowInsert> {
        self.nested_inserts(eval, key)
    }

    fn naming_keys(&self, eval: &Evaluator<'_>, entity: EntityId, field: Option<&str>) -> Vec<String> {
        self.keys_that_reach(eval, entity, field)
    }

    fn named_through(&self, eval: &Evaluator<'_>, asked: Asked<'_>) -> Vec<EntityId> {
        self.looked_after(eval, asked)
    }

    fn makes_row(&self, shape: &Value) -> bool {
        matches!(shape, Value::Library(shape) if shape.kind == keys::DATA && &*shape.text == keys::NEW_ROW)
    }

    fn projected(&self, eval: &Evaluator<'_>, shape: &Value, names: &[Rc<str>], keep: bool) -> Option<Value> {
        self.active.then(|| typed::projected(eval, shape, names, keep)).flatten()
    }

    fn loosened(&self, shape: &Value) -> Option<Value> {
        typed::loosened(shape)
    }

    fn typed_row(&self, eval: &Evaluator<'_>, shape: &Value, object: &Value) -> Option<TypedFields> {
        self.typed_fields(eval, shape, object)
    }

    fn new_row_types(&self, entity: &Entity) -> Vec<String> {
        if self.active { typed::new_row_types(entity) } else { Vec::new() }
    }

    fn is_switch(&self, shape: &Value) -> bool {
        matches!(shape, Value::Library(shape) if matches!(shape.kind, keys::SELECT | keys::COUNTED | keys::AGGREGATE))
    }

    fn reads_no_row(&self, callee: &Value) -> bool {
        // The statements of these calls name what their arguments name ("aggregate", "groupBy", "count").
        match callee {
            Value::Method(receiver, operation) => {
                receiver.library(DELEGATE).is_some()
                    && matches!(&**operation, "aggregate" | "groupBy" | "count")
            }
            _ => false,
        }
    }

    fn reference_names(&self, entity: &Entity) -> Vec<String> {
        if !self.active {
            return Vec::new();
        }
        let types = names::TYPE_SUFFIXES.iter().map(|suffix| format!("{}{suffix}", entity.name));
        std::iter::once(accessor(&entity.name)).chain(types).collect()
    }

    fn member_name(&self, entity: &Entity) -> Option<String> {
        self.active.then(|| accessor(&entity.name))
    }

    fn referenced_entity(&self, _eval: &Evaluator<'_>, value: &Value) -> Option<EntityId> {
        match value.library(DELEGATE)?.first() {
            Value::Entity(entity) => Some(entity),
            _ => None,
        }
    }
}

impl Prisma {
    /// A method that an extension gives the model, or all models.
    fn extended_method(&self, eval: &Evaluator<'_>, delegate: &LibraryValue, name: &str) -> Option<Value> {
        let Value::Entity(entity) = delegate.first() else { return None };
        let info = eval.entity(entity)?;
        let extensions = delegate.args.iter().skip(1).map(|extension| Known::plain(extension.clone()));
        extensions
            .flat_map(|extension| {
                let models = eval.member(&extension, "model");
                [accessor(&info.entity.name), "$allModels".to_owned()]
                    .map(|model| eval.member(&eval.member(&models, &model), name).value)
            })
            .find(|value| matches!(value, Value::Function(_)))
    }

    /// The shape that `Prisma.validator(prisma, "user", "findMany", "where")` checks.
    fn validated(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Value {
        let text = |index: usize| eval.argument(call, index).value.as_str().map(str::to_owned);
        let model = text(1).and_then(|model| self.model_of_accessor(eval, &model));
        let (Some(model), Some(operation)) = (model, text(2)) else { return Value::Unknown };
        let args = Known::plain(LibraryValue::named(ARGS, [Value::Entity(model)], operation));
        text(3).map_or(args.value.clone(), |part| eval.wanted_key(&args, &part).value)
    }

    fn fluent(&self, eval: &Evaluator<'_>, inner: &Value, field: &str) -> Option<Known> {
        let Value::Row(row) = inner.non_null() else { return None };
        let info = eval.entity(row.entity)?;
        let field =
            info.entity.field(field).filter(|field| matches!(field.kind, FieldKind::Relation { .. }))?;
        Some(Known::plain(Value::promise(eval.field_value(field))))
    }

    /// `author: { connect: ... }` sets the relation's columns.
    fn add_relation_columns(&self, eval: &Evaluator<'_>, entity: EntityId, fields: &mut Vec<(String, bool)>) {
        let Some(info) = eval.entity(entity) else { return };
        let mut set = Vec::new();
        for (name, _) in fields.iter() {
            if let Some(FieldKind::Relation { fields: columns, .. }) =
                info.entity.field(name).map(|field| &field.kind)
            {
                set.extend(columns.iter().map(|column| (column.clone(), false)));
            }
        }
        fields.extend(set);
    }
}

/// What `aggregate` and `groupBy` give: the grouped fields, and `_sum` and the like with any field.
fn aggregated(entity: EntityId, by: Vec<Rc<str>>) -> Value {
    let mut fields = Fields { only: by, ..Fields::default() };
    for name in ["_sum", "_avg", "_min", "_max"] {
        fields.nested.insert(Rc::from(name), Row::whole(entity));
    }
    fields.nested.insert(Rc::from("_count"), Row::whole(entity));
    Value::Row(Row { entity, projection: Projection::Some(Rc::new(fields)) })
}

/// What `_count` of a row gives: a number under the name of each list of related rows.
fn counted_relations(eval: &Evaluator<'_>, entity: EntityId) -> Value {
    let Some(info) = eval.entity(entity) else { return Value::Unknown };
    let lists = info
        .entity
        .fields
        .iter()
        .filter(|field| field.list && matches!(field.kind, FieldKind::Relation { .. }));
    let nested = lists.map(|field| (Rc::from(field.name.as_str()), Value::Other)).collect();
    Value::Row(Row { entity, projection: Projection::Some(Rc::new(Fields { nested, ..Fields::default() })) })
}

/// Code as it fits into a sentence.
fn one_line(code: &str) -> String {
    code.split_whitespace().collect::<Vec<_>>().join("")
}
