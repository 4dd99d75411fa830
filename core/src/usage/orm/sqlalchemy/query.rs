//! Statements, queries and results, method by method.

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::tree::ArgumentSpread;
use crate::code::value::{Known, LibraryValue, Projection, Row, Value};
use crate::schema::{EntityId, FieldKind};
use crate::usage::orm::sqlalchemy::loads::LOADERS;
use crate::usage::orm::sqlalchemy::{
    COLUMNS, DML, LOADER, MAPPINGS, QUERY, RESULT, SCALARS, SELECT, SESSION, SESSION_MAKER, STEP, SUBQUERY,
    SqlAlchemy, TABLE,
};

/// Options that load a relationship together with the rows that have it.
pub const EAGER: [&str; 5] =
    ["joinedload", "selectinload", "subqueryload", "contains_eager", "immediateload"];

/// A statement that selects `elements` and joins `joined`.
pub fn statement(kind: &'static str, elements: Vec<Value>, joined: Vec<Value>) -> Value {
    LibraryValue::of(kind, [Value::Tuple(elements.into()), Value::Tuple(joined.into())])
}

/// The elements of a row type: `tuple[User, Team]`, or one.
pub fn elements(value: &Value) -> Vec<Value> {
    match value {
        Value::Tuple(items) => items.to_vec(),
        Value::Unknown => Vec::new(),
        value => vec![value.clone()],
    }
}

/// What a statement selects.
pub fn selected(statement: &LibraryValue) -> Vec<Value> {
    match statement.args.first() {
        Some(Value::Tuple(items)) => items.to_vec(),
        _ => Vec::new(),
    }
}

/// What a statement joins.
pub fn joined(statement: &LibraryValue) -> Vec<Value> {
    match statement.args.get(1) {
        Some(Value::Tuple(items)) => items.to_vec(),
        _ => Vec::new(),
    }
}

/// The options of a statement.
pub fn options(statement: &LibraryValue) -> &[Value] {
    match statement.args.get(2) {
        Some(Value::Tuple(items)) => items,
        _ => &[],
    }
}

/// The same statement with other elements, joins and options.
fn rebuilt(kind: &'static str, elements: Vec<Value>, joined: Vec<Value>, options: Vec<Value>) -> Value {
    if options.is_empty() {
        return statement(kind, elements, joined);
    }
    let parts = [elements, joined, options].map(|part| Value::Tuple(part.into()));
    LibraryValue::of(kind, parts)
}

/// What a statement gives: its elements, with the options that they are loaded with.
pub fn given(statement: &LibraryValue) -> Vec<Value> {
    let options = options(statement);
    selected(statement).into_iter().map(|element| with_options(element, options)).collect()
}

/// An element as it is loaded with these options.
pub fn with_options(element: Value, options: &[Value]) -> Value {
    match element {
        Value::Row(row) if !options.is_empty() && row.projection == Projection::All => {
            Value::Row(Row { projection: Projection::Loaded(options.into()), ..row })
        }
        other => other,
    }
}

/// A row of a `Table`, all of whose columns are selected.
fn core_row(entity: EntityId) -> Value {
    let core = Value::Str(Rc::from(crate::usage::orm::sqlalchemy::loads::CORE));
    Value::Row(Row { entity, projection: Projection::Loaded(Rc::from([core])) })
}

impl SqlAlchemy {
    /// A function of the library.
    pub(super) fn function_call(&self, eval: &Evaluator<'_>, name: &str, call: &Call<'_>) -> Option<Known> {
        let arg = |index: usize| eval.argument(call, index);
        Some(match name {
            "select" => {
                let given = self.selected_by(eval, call);
                self.linked(call, given.with(statement(SELECT, elements(&given.value), Vec::new())))
            }
            "insert" | "update" | "delete" => {
                let subject = arg(0);
                let entity = self.entity(eval, &subject.value)?;
                let core = subject.value.library(TABLE).map(|_| Value::Other);
                let of: Vec<Value> = [Value::Entity(entity)].into_iter().chain(core).collect();
                subject.with(LibraryValue::named(DML, of, name))
            }
            "aliased" | "with_polymorphic" | "alias" => arg(0),
            "union" | "union_all" | "intersect" | "except_" => arg(0),
            "sessionmaker" | "async_sessionmaker" => Known::plain(LibraryValue::of(SESSION_MAKER, [])),
            "scoped_session"
            | "async_scoped_session"
            | "Session"
            | "AsyncSession"
            | "create_engine"
            | "create_async_engine"
            | "object_session"
            | "async_object_session" => Known::plain(LibraryValue::of(SESSION, [])),
            "Table" => {
                let entity = self.table_object(eval, call.cx, call.expr)?;
                Known::plain(LibraryValue::of(TABLE, [Value::Entity(entity)]))
            }
            // The base has the members of the class that it is made of.
            "declarative_base" | "automap_base" => {
                let base = Value::external(format!("sqlalchemy.{name}"));
                match call.keyword("cls").map(|class| eval.expr(call.cx, class).value) {
                    Some(class @ Value::Class(_)) => Known::plain(Value::union([class, base])),
                    _ => return None,
                }
            }
            name if LOADERS.contains(&name) || name == "Load" => self.loader(eval, &[], name, call),
            // Flask-SQLAlchemy's extension object.
            "get_or_404" => return self.session_call(eval, name, call),
            "first_or_404" | "one_or_404" => return self.session_call(eval, "scalar", call),
            "distinct" | "desc" | "asc" | "nullslast" | "nullsfirst" | "label" | "type_coerce"
            | "lateral" => arg(0),
            // The mapper of a class has its columns; of a row, its state.
            "inspect" => {
                match self.entity(eval, &arg(0).value).filter(|_| !matches!(arg(0).value, Value::Row(_))) {
                    Some(entity) => Known::plain(LibraryValue::of(TABLE, [Value::Entity(entity)])),
                    None => Known::plain(Value::Other),
                }
            }
            "null" => Known::plain(Value::Null),
            "text" | "and_" | "or_" | "not_" | "exists" | "case" | "cast" | "literal" | "literal_column"
            | "bindparam" | "tuple_" | "extract" | "true" | "false" | "within_group" | "over" => {
                Known::plain(Value::Other)
            }
            _ => return None,
        })
    }

    /// A loader option, after the steps before it: a relationship and how it is loaded, columns and whether.
    fn loader(&self, eval: &Evaluator<'_>, before: &[Value], name: &str, call: &Call<'_>) -> Known {
        let mut first = Known::unknown();
        let mut about: Vec<Value> = Vec::new();
        for arg in call.args.iter().filter(|arg| arg.name.is_none()) {
            let known = eval.expr(call.cx, arg.value);
            match &known.value {
                Value::Tuple(items) => about.extend(items.iter().map(|item| self.subject(eval, item))),
                value => about.push(self.subject(eval, value)),
            }
            if first.value.is_unknown() {
                first = known;
            }
        }
        let step = LibraryValue::named(STEP, about, name);
        first.with(LibraryValue::of(LOADER, before.iter().cloned().chain([step]).collect::<Vec<_>>()))
    }

    /// What a loader option is about: an attribute, a class, a name.
    fn subject(&self, eval: &Evaluator<'_>, value: &Value) -> Value {
        match value {
            Value::Field(..) | Value::Str(_) => value.clone(),
            value => self.entity(eval, value).map_or(Value::Other, Value::Entity),
        }
    }

    /// `joinedload(Post.user).options(load_only(User.name), ...)`: each of them goes on where the option stands.
    fn loader_options(&self, eval: &Evaluator<'_>, receiver: &LibraryValue, call: &Call<'_>) -> Known {
        let given = self.given_options(eval, call);
        let longer = |chain: &[Value]| {
            LibraryValue::of(LOADER, receiver.args.iter().chain(chain).cloned().collect::<Vec<_>>())
        };
        let all: Vec<Value> =
            crate::usage::orm::sqlalchemy::loads::chains(&given).into_iter().map(longer).collect();
        Known::plain(if all.is_empty() { Value::Library(receiver.clone()) } else { Value::Tuple(all.into()) })
    }

    /// The options that stand in the arguments of `options(...)`.
    fn given_options(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Vec<Value> {
        let args = call.args.iter().filter(|arg| arg.name.is_none());
        let mut found = Vec::new();
        for arg in args {
            found.extend(flat_options(&eval.expr(call.cx, arg.value).value));
        }
        found
    }

    /// The options that a keyword gives: `session.get(User, 1, options=[...])`.
    pub(super) fn keyword_options(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Vec<Value> {
        call.keyword("options").map_or_else(Vec::new, |value| flat_options(&eval.expr(call.cx, value).value))
    }

    fn linked(&self, call: &Call<'_>, known: Known) -> Known {
        let range = call.module().expr(call.expr).range;
        let text: String = call
            .module()
            .slice(range)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(60)
            .collect();
        known.link(call.module().span(range), || format!("selected by `{text}`"))
    }

    /// What the arguments of `select(...)` or `query(...)` select, as a tuple.
    fn selected_by(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Known {
        let mut found: Vec<Value> = Vec::new();
        let mut first = Known::unknown();
        for arg in call.args.iter().filter(|arg| arg.name.is_none()) {
            let known = eval.expr(call.cx, arg.value);
            match &known.value {
                // `select(*users.c)`: all columns of a table.
                Value::Library(columns) if columns.kind == COLUMNS && arg.spread != ArgumentSpread::None => {
                    match columns.first() {
                        Value::Entity(entity) => found.push(core_row(entity)),
                        _ => found.extend(columns.args.iter().cloned()),
                    }
                }
                // `select([a, b])` of 1.3.
                Value::Tuple(items) => {
                    items.iter().for_each(|item| self.push_element(eval, item, &mut found))
                }
                value => self.push_element(eval, value, &mut found),
            }
            if first.value.is_unknown() {
                first = known;
            }
        }
        first.with(Value::Tuple(found.into()))
    }

    fn push_element(&self, eval: &Evaluator<'_>, value: &Value, found: &mut Vec<Value>) {
        match value {
            Value::Field(entity, name) => {
                // A relationship selected as a column stands for nothing; a column stands for itself.
                let is_column = eval.entity(*entity).is_some_and(|info| {
                    info.entity
                        .field(name)
                        .is_none_or(|field| !matches!(field.kind, FieldKind::Relation { .. }))
                });
                found.push(if is_column { value.clone() } else { Value::Other });
            }
            Value::Library(library) if library.kind == SUBQUERY => found.extend(selected(library)),
            Value::Library(library) if library.kind == TABLE => {
                found.extend(self.entity(eval, value).map(core_row));
            }
            value => match self.entity(eval, value) {
                Some(entity) if !matches!(value, Value::Row(_)) => found.push(Row::whole(entity)),
                _ => found.push(if value.is_unknown() { Value::Unknown } else { Value::Other }),
            },
        }
    }

    /// A method of a library value.
    pub(super) fn method_call(
        &self,
        eval: &Evaluator<'_>,
        receiver: &LibraryValue,
        name: &str,
        call: &Call<'_>,
    ) -> Option<Known> {
        match receiver.kind {
            SELECT | QUERY => self.statement_method(eval, receiver, name, call),
            DML => Some(self.dml_method(eval, receiver, name, call)),
            RESULT => Some(Known::plain(self.result_method(receiver, name))),
            SCALARS => Some(Known::plain(scalars_method(&receiver.first(), receiver, name))),
            MAPPINGS => Some(Known::plain(rows_method(&Value::Tuple(receiver.args.clone()), receiver, name))),
            SESSION => self.session_call(eval, name, call),
            LOADER => Some(match name {
                name if LOADERS.contains(&name) => self.loader(eval, &receiver.args, name, call),
                "options" => self.loader_options(eval, receiver, call),
                _ => Known::plain(Value::Library(receiver.clone())),
            }),
            TABLE => self.table_method(eval, receiver, name),
            SUBQUERY => Some(Known::plain(Value::Library(receiver.clone()))),
            _ => None,
        }
    }

    fn statement_method(
        &self,
        eval: &Evaluator<'_>,
        receiver: &LibraryValue,
        name: &str,
        call: &Call<'_>,
    ) -> Option<Known> {
        let items = selected(receiver);
        let kind = receiver.kind;
        let known = options(receiver).to_vec();
        let single = || match given(receiver).as_slice() {
            [only] => scalar(only),
            items => row_of(items),
        };
        Some(Known::plain(match name {
            "join" | "outerjoin" | "join_from" | "select_from" => {
                let mut with = joined(receiver);
                for arg in call.args.iter().filter(|arg| arg.name.is_none()) {
                    let value = eval.expr(call.cx, arg.value).value;
                    with.extend(self.joined_entity(eval, &value).map(Value::Entity));
                }
                rebuilt(kind, items, with, known)
            }
            "options" => {
                let more = self.given_options(eval, call);
                rebuilt(kind, items, joined(receiver), known.into_iter().chain(more).collect())
            }
            // `Query.values(User.id)` gives the rows of the columns that it names.
            "with_only_columns" | "with_entities" | "values" => {
                rebuilt(kind, elements(&self.selected_by(eval, call).value), joined(receiver), known)
            }
            "add_columns" | "add_column" | "add_entity" | "column" => {
                let more = elements(&self.selected_by(eval, call).value);
                rebuilt(kind, items.into_iter().chain(more).collect(), joined(receiver), known)
            }
            "subquery" | "cte" | "alias" | "lateral" | "scalar_subquery" | "as_scalar" | "exists" => {
                LibraryValue::of(SUBQUERY, receiver.args.clone())
            }
            "all" if kind == QUERY => Value::list(single()),
            "first" | "one_or_none" if kind == QUERY => Value::union([single(), Value::Null]),
            "one" if kind == QUERY => single(),
            "scalar" | "scalar_one" | "scalar_one_or_none" if kind == QUERY => {
                given(receiver).first().map_or(Value::Unknown, scalar)
            }
            "get" | "get_or_404" | "first_or_404" | "one_or_404" if kind == QUERY => {
                Value::union([single(), Value::Null])
            }
            "count" | "delete" | "update" if kind == QUERY => Value::Other,
            "paginate" if kind == QUERY => LibraryValue::of("sqlalchemy.page", [single()]),
            "yield_per" | "__iter__" if kind == QUERY => Value::list(single()),
            "scalars" if kind == QUERY => {
                LibraryValue::of(SCALARS, [given(receiver).first().map_or(Value::Unknown, scalar)])
            }
            // Everything else narrows, orders or configures: `where`, `options`, `limit`, ...
            _ => Value::Library(receiver.clone()),
        }))
    }

    /// The entity that an argument of `join` adds: a class, or the other end of a relationship.
    fn joined_entity(&self, eval: &Evaluator<'_>, value: &Value) -> Option<EntityId> {
        match value {
            Value::Field(entity, name) => match &eval.entity(*entity)?.entity.field(name)?.kind {
                FieldKind::Relation { entity: other, .. } => eval.entity_named(other),
                FieldKind::Column { .. } | FieldKind::Computed => None,
            },
            value => self.entity(eval, value),
        }
    }

    fn dml_method(
        &self,
        eval: &Evaluator<'_>,
        receiver: &LibraryValue,
        name: &str,
        call: &Call<'_>,
    ) -> Known {
        match name {
            "returning" => {
                let given = self.selected_by(eval, call);
                given.with(statement(SELECT, elements(&given.value), Vec::new()))
            }
            // What was given values is not given them again by what it is executed with.
            "values" | "from_select" => Known::plain(LibraryValue::named(
                DML,
                receiver.args.clone(),
                if &*receiver.text == "insert" { "inserted" } else { &*receiver.text },
            )),
            _ => Known::plain(Value::Library(receiver.clone())),
        }
    }

    fn result_method(&self, receiver: &LibraryValue, name: &str) -> Value {
        let row = row_of(&receiver.args);
        let first = receiver.args.first().map_or(Value::Unknown, scalar);
        match name {
            "scalars" => LibraryValue::of(SCALARS, [first]),
            "scalar" | "scalar_one_or_none" => Value::union([first, Value::Null]),
            "scalar_one" => first,
            "mappings" => LibraryValue::of(MAPPINGS, receiver.args.clone()),
            _ => rows_method(&row, receiver, name),
        }
    }

    /// A method of a session or connection, by the statement that it is given. `name` alone would say little.
    pub(super) fn session_call(&self, eval: &Evaluator<'_>, name: &str, call: &Call<'_>) -> Option<Known> {
        let arg = eval.argument(call, 0);
        let of_value = |value: &Value| match value {
            Value::Library(library) if matches!(library.kind, SELECT | QUERY | SUBQUERY) => {
                Some(given(library))
            }
            Value::Library(library) if library.kind == TABLE => {
                Some(elements(&Row::whole(self.entity(eval, value)?)))
            }
            _ => None,
        };
        // A statement that is built step by step is one of several.
        let of_statement = || arg.value.alternatives().iter().filter_map(of_value).reduce(either_selected);
        let value = match name {
            "execute" | "stream" | "exec_driver_sql" => LibraryValue::of(RESULT, of_statement()?),
            // SQLModel: `exec` gives scalars of a single element.
            "exec" => match of_statement()?.as_slice() {
                [only] => LibraryValue::of(SCALARS, [scalar(only)]),
                items => LibraryValue::of(RESULT, items.to_vec()),
            },
            "scalars" | "stream_scalars" => LibraryValue::of(SCALARS, [scalar(of_statement()?.first()?)]),
            "scalar" => Value::union([scalar(of_statement()?.first()?), Value::Null]),
            "query" => {
                let given = self.selected_by(eval, call);
                if !elements(&given.value).iter().any(Value::matters) {
                    return None;
                }
                return Some(
                    self.linked(call, given.with(statement(QUERY, elements(&given.value), Vec::new()))),
                );
            }
            "get" | "get_one" | "get_or_404" => {
                let entity = self
                    .entity(eval, &arg.value)
                    .filter(|_| matches!(arg.value, Value::Class(_) | Value::Entity(_)))?;
                let row = with_options(Row::whole(entity), &self.keyword_options(eval, call));
                return Some(self.linked(call, Known::plain(Value::union([row, Value::Null]))));
            }
            "merge" => {
                self.entity(eval, &arg.value)?;
                arg.value.clone()
            }
            // What the function gives that is run with a synchronous session.
            "run_sync" => eval.call_without_arguments(&arg).value,
            _ => return None,
        };
        Some(arg.with(value))
    }

    fn table_method(&self, eval: &Evaluator<'_>, receiver: &LibraryValue, name: &str) -> Option<Known> {
        let entity = self.entity(eval, &Value::Library(receiver.clone()))?;
        Some(Known::plain(match name {
            "select" => statement(SELECT, vec![core_row(entity)], Vec::new()),
            "insert" | "update" | "delete" => {
                LibraryValue::named(DML, [Value::Entity(entity), Value::Other], name)
            }
            "alias" | "join" | "outerjoin" => Value::Library(receiver.clone()),
            _ => return None,
        }))
    }

    /// Attributes of library values that are no methods.
    pub(super) fn library_member(
        &self,
        eval: &Evaluator<'_>,
        library: &LibraryValue,
        name: &str,
    ) -> Option<Value> {
        match (library.kind, name) {
            (TABLE, "c" | "columns" | "attrs" | "column_attrs" | "all_orm_descriptors") => {
                Some(LibraryValue::of(COLUMNS, library.args.clone()))
            }
            (SUBQUERY | SELECT, "c" | "columns" | "selected_columns") => {
                Some(LibraryValue::of(COLUMNS, selected(library)))
            }
            (COLUMNS, "[]") => Some(Value::Other),
            (COLUMNS, name) => self
                .column_named(eval, library, name)
                .map(|(entity, field)| Value::Field(entity, field.into())),
            (SESSION, "begin" | "begin_nested" | "connect" | "__enter__" | "connection") => {
                Some(session_member(library, name))
            }
            (SESSION_MAKER, "begin" | "__enter__") => Some(session_member(library, name)),
            ("sqlalchemy.page", "items") => Some(Value::list(library.first())),
            _ => None,
        }
    }

    /// The field of a column in `.c`.
    pub(super) fn column_named(
        &self,
        eval: &Evaluator<'_>,
        columns: &LibraryValue,
        name: &str,
    ) -> Option<(EntityId, String)> {
        columns.args.iter().find_map(|element| match element {
            Value::Field(entity, field) if &**field == name => Some((*entity, name.to_owned())),
            Value::Row(Row { entity, .. }) | Value::Entity(entity) => {
                let info = eval.entity(*entity)?;
                // `.c` goes by the column's key, which is the attribute's name for mapped classes' subqueries and the
                // column's own for tables.
                let field = info.entity.field_of_column(name).or_else(|| info.entity.field(name));
                Some((*entity, field.map_or_else(|| name.to_owned(), |field| field.name.clone())))
            }
            _ => None,
        })
    }

    /// `Post.user.name`, `User.posts.any`: attributes of relationship attributes.
    pub(super) fn relation_attribute(
        &self,
        eval: &Evaluator<'_>,
        entity: EntityId,
        field: &str,
        name: &str,
    ) -> Option<Value> {
        let info = eval.entity(entity)?;
        let FieldKind::Relation { entity: other, .. } = &info.entity.field(field)?.kind else { return None };
        let other = eval.entity_named(other)?;
        eval.entity(other)?.entity.field(name).map(|_| Value::Field(other, Rc::from(name)))
    }

    /// An element of a result row by its name: `row.User`.
    pub(super) fn row_element(&self, eval: &Evaluator<'_>, items: &[Value], name: &str) -> Option<Value> {
        items.iter().find_map(|item| match item {
            Value::Row(row) => (eval.entity(row.entity)?.entity.name == name).then(|| item.clone()),
            Value::Field(_, field) => (&**field == name).then_some(Value::Other),
            _ => None,
        })
    }

    /// Items of a result or query that is iterated.
    pub(super) fn items_of(&self, eval: &Evaluator<'_>, value: &Value) -> Option<Value> {
        let _ = eval;
        let Value::Library(library) = value else { return None };
        match library.kind {
            SCALARS => Some(library.first()),
            RESULT | MAPPINGS => Some(row_of(&library.args)),
            QUERY => match given(library).as_slice() {
                [only] => Some(scalar(only)),
                items => Some(row_of(items)),
            },
            "sqlalchemy.page" => Some(library.first()),
            _ => None,
        }
    }
}

/// The loader options in a value: one, several, a list of them.
fn flat_options(value: &Value) -> Vec<Value> {
    match value {
        Value::Library(library) if library.kind == LOADER => vec![value.clone()],
        Value::Tuple(items) | Value::Union(items) => items.iter().flat_map(flat_options).collect(),
        Value::List(item) => flat_options(item),
        _ => Vec::new(),
    }
}

/// What one of two statements selects, element by element where they select as many.
fn either_selected(left: Vec<Value>, right: Vec<Value>) -> Vec<Value> {
    if left.len() != right.len() {
        return left;
    }
    left.into_iter().zip(right).map(|(left, right)| Value::union([left, right])).collect()
}

fn session_member(library: &LibraryValue, name: &str) -> Value {
    match (library.kind, name) {
        (_, "__enter__") => LibraryValue::of(SESSION, []),
        // `begin()` is called, and gives the session again.
        _ => Value::Callable { params: Rc::from([]), returns: Rc::new(LibraryValue::of(SESSION, [])) },
    }
}

/// What an element is when it is read alone: a row stays a row, a column is a plain value.
pub fn scalar(element: &Value) -> Value {
    match element {
        Value::Field(..) => Value::Other,
        value => value.clone(),
    }
}

/// One row of several elements.
fn row_of(elements: &[Value]) -> Value {
    Value::Tuple(elements.into())
}

fn rows_method(row: &Value, receiver: &LibraryValue, name: &str) -> Value {
    match name {
        "all" | "fetchall" | "fetchmany" => Value::list(row.clone()),
        "partitions" => Value::list(Value::list(row.clone())),
        "first" | "one_or_none" | "fetchone" => Value::union([row.clone(), Value::Null]),
        "one" => row.clone(),
        "rowcount" | "keys" | "close" => Value::Other,
        _ => Value::Library(receiver.clone()),
    }
}

fn scalars_method(item: &Value, receiver: &LibraryValue, name: &str) -> Value {
    match name {
        "all" | "fetchall" | "fetchmany" => Value::list(item.clone()),
        "partitions" => Value::list(Value::list(item.clone())),
        "first" | "one_or_none" => Value::union([item.clone(), Value::Null]),
        "one" => item.clone(),
        _ => Value::Library(receiver.clone()),
    }
}
