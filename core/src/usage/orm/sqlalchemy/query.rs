//! Statements, queries and results, method by method.

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::value::{Fields, Known, LibraryValue, Projection, Row, Value};
use crate::schema::{EntityId, FieldKind};
use crate::usage::orm::sqlalchemy::{
    COLUMNS, DML, LOADER, MAPPINGS, QUERY, RESULT, SCALARS, SELECT, SESSION, SESSION_MAKER, SUBQUERY,
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
                subject.with(LibraryValue::named(DML, [Value::Entity(entity)], name))
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
            name if EAGER.contains(&name) => self.loader(eval, &[], call),
            "distinct" | "desc" | "asc" | "nullslast" | "nullsfirst" | "label" | "type_coerce"
            | "lateral" => arg(0),
            // The mapper of a class has its columns; of a row, its state.
            "inspect" => {
                match self.entity(eval, &arg(0).value).filter(|_| !matches!(arg(0).value, Value::Row(_))) {
                    Some(entity) => Known::plain(LibraryValue::of(TABLE, [Value::Entity(entity)])),
                    None => Known::plain(Value::Other),
                }
            }
            "text" | "and_" | "or_" | "not_" | "exists" | "case" | "cast" | "literal" | "literal_column"
            | "bindparam" | "load_only" | "defer" | "undefer" | "raiseload" | "noload" | "lazyload"
            | "tuple_" | "extract" | "null" | "true" | "false" | "within_group" | "over" => {
                Known::plain(Value::Other)
            }
            _ => return None,
        })
    }

    /// An option that loads a relationship, after those that stand before it ("Relationship Loading Techniques").
    fn loader(&self, eval: &Evaluator<'_>, before: &[Value], call: &Call<'_>) -> Known {
        let arg = eval.argument(call, 0);
        let loaded = self.joined_entity(eval, &arg.value).map(Row::whole);
        arg.with(LibraryValue::of(LOADER, before.iter().cloned().chain(loaded).collect::<Vec<_>>()))
    }

    /// `load_only(...)`: the last relationship's rows carry these columns and no others.
    fn loader_with_only(&self, eval: &Evaluator<'_>, receiver: &LibraryValue, call: &Call<'_>) -> Known {
        let named = call.args.iter().filter_map(|arg| match eval.expr(call.cx, arg.value).value {
            Value::Field(_, field) => Some(field),
            _ => None,
        });
        let fields = Fields { only: named.collect(), ..Fields::default() };
        let mut rows = receiver.args.to_vec();
        if let Some(Value::Row(row)) = rows.last_mut() {
            row.projection = Projection::Some(Rc::new(fields));
        }
        Known::plain(LibraryValue::of(LOADER, rows))
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
                name if EAGER.contains(&name) => self.loader(eval, &receiver.args, call),
                "load_only" => self.loader_with_only(eval, receiver, call),
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
        let single = || match items.as_slice() {
            [only] => scalar(only),
            _ => row_of(&items),
        };
        Some(Known::plain(match name {
            "join" | "outerjoin" | "join_from" | "select_from" => {
                let mut with = joined(receiver);
                for arg in call.args.iter().filter(|arg| arg.name.is_none()) {
                    let value = eval.expr(call.cx, arg.value).value;
                    with.extend(self.joined_entity(eval, &value).map(Value::Entity));
                }
                statement(kind, items, with)
            }
            // `Query.values(User.id)` gives the rows of the columns that it names.
            "with_only_columns" | "with_entities" | "values" => {
                statement(kind, elements(&self.selected_by(eval, call).value), joined(receiver))
            }
            "add_columns" | "add_column" | "add_entity" | "column" => {
                let more = elements(&self.selected_by(eval, call).value);
                statement(kind, items.into_iter().chain(more).collect(), joined(receiver))
            }
            "subquery" | "cte" | "alias" | "lateral" | "scalar_subquery" | "as_scalar" | "exists" => {
                LibraryValue::of(SUBQUERY, receiver.args.clone())
            }
            "all" if kind == QUERY => Value::list(single()),
            "first" | "one_or_none" if kind == QUERY => Value::union([single(), Value::Null]),
            "one" if kind == QUERY => single(),
            "scalar" | "scalar_one" | "scalar_one_or_none" if kind == QUERY => {
                items.first().map_or(Value::Unknown, scalar)
            }
            "get" | "get_or_404" | "first_or_404" | "one_or_404" if kind == QUERY => {
                Value::union([single(), Value::Null])
            }
            "count" | "delete" | "update" if kind == QUERY => Value::Other,
            "paginate" if kind == QUERY => LibraryValue::of("sqlalchemy.page", [single()]),
            "yield_per" | "__iter__" if kind == QUERY => Value::list(single()),
            "scalars" if kind == QUERY => {
                LibraryValue::of(SCALARS, [items.first().map_or(Value::Unknown, scalar)])
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
                Some(selected(library))
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
                let row = Row::whole(entity);
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
            "select" => statement(SELECT, vec![Row::whole(entity)], Vec::new()),
            "insert" | "update" | "delete" => LibraryValue::named(DML, [Value::Entity(entity)], name),
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
            QUERY => match selected(library).as_slice() {
                [only] => Some(scalar(only)),
                items => Some(row_of(items)),
            },
            "sqlalchemy.page" => Some(library.first()),
            _ => None,
        }
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
