//! Query builders that name tables and columns in strings: Kysely and Knex.
//!
//! Sources: Kysely's API documentation (`selectFrom`, `select`, `where`, `ExpressionBuilder`) and Knex' ("Query Builder"). Both
//! read `"table"`, `"table as alias"`, `"column"`, `"table.column"` and `"column as alias"`.

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{FieldAccess, KeyMeaning, Library, NamedField};
use crate::code::tree::ExprKind;
use crate::code::value::{Known, LibraryValue, Row, Value};
use crate::schema::{EntityId, Schema, TableName};

/// A query; `args`: its row (`Unknown` while nothing is selected), then its tables; `text`: their aliases.
const QUERY: &str = "builder.query";
/// Names of columns that are read; `args`: as of the query.
const READ: &str = "builder.read";
/// Names of columns that are compared or sorted by.
const FILTER: &str = "builder.filter";
/// Names of columns that are written.
const WRITE: &str = "builder.write";
/// A Knex instance or transaction.
const KNEX: &str = "builder.knex";

/// Kysely and Knex over one schema.
pub struct Builder<'p> {
    schema: &'p Schema,
}

impl<'p> Builder<'p> {
    /// The builders' knowledge for this schema.
    pub fn new(schema: &'p Schema) -> Self {
        Self { schema }
    }

    /// A query over one more table.
    fn with_table(&self, eval: &Evaluator<'_>, query: Option<&LibraryValue>, table: &Value) -> Option<Value> {
        let (table, alias) = aliased(table.as_str()?);
        let bare = table.rsplit('.').next().unwrap_or(table);
        let entity = eval.table_entity(self.schema.table(&TableName::plain(bare))?);
        let mut args = query.map_or_else(|| vec![Value::Unknown], |query| query.args.to_vec());
        args.push(Value::Entity(entity));
        let text = format!("{}{} ", query.map_or("", |query| &query.text), alias.unwrap_or(bare));
        Some(LibraryValue::named(QUERY, args, text))
    }

    /// The columns that a string names: `"email"`, `"u.email as mail"`; with the name that the row has it under.
    fn named(
        &self,
        eval: &Evaluator<'_>,
        query: &LibraryValue,
        text: &str,
    ) -> Vec<(EntityId, String, String)> {
        let (path, alias) = aliased(text);
        let mut parts = path.rsplit('.');
        let Some(column) = parts.next() else { return Vec::new() };
        let wanted = parts.next();
        let tables = query.args.iter().skip(1).zip(query.text.split(' '));
        tables
            .filter(|(_, name)| wanted.is_none_or(|wanted| wanted == *name))
            .filter_map(|(entity, _)| match entity {
                Value::Entity(entity) => Some(*entity),
                _ => None,
            })
            .filter(|entity| {
                let info = eval.entity(*entity);
                let table = info.and_then(|info| self.schema.table(&info.entity.table));
                table.is_some_and(|table| table.columns.iter().any(|known| known.name == column))
            })
            .map(|entity| (entity, column.to_owned(), alias.unwrap_or(column).to_owned()))
            .collect()
    }

    /// The query with what the arguments of a call select.
    fn selected(&self, eval: &Evaluator<'_>, query: &LibraryValue, call: &Call<'_>) -> Value {
        let mut items: Vec<Value> = match query.args.first() {
            Some(Value::Tuple(items)) => items.to_vec(),
            _ => Vec::new(),
        };
        for index in 0..call.args.len() {
            let given = eval.argument(call, index);
            let given = match &given.value {
                Value::Function(_) => eval.call_without_arguments(&given).value,
                value => value.clone(),
            };
            let texts: Vec<Value> = match given {
                Value::Tuple(items) => items.to_vec(),
                value => vec![value],
            };
            for text in texts.iter().filter_map(Value::as_str) {
                if text == "*" || text.ends_with(".*") {
                    return self.all(query);
                }
                for (entity, column, name) in self.named(eval, query, text) {
                    let field = Value::Field(entity, Rc::from(column.as_str()));
                    items.push(if column == name { field } else { Value::Other });
                }
            }
        }
        with_row(query, Value::Tuple(items.into()))
    }

    /// The query with every column of its tables.
    fn all(&self, query: &LibraryValue) -> Value {
        let rows: Vec<Value> = tables(query).map(Row::whole).collect();
        with_row(query, crate::code::eval::merged(rows))
    }

    /// What a method of a query gives.
    fn method(
        &self,
        eval: &Evaluator<'_>,
        query: &LibraryValue,
        name: &str,
        call: &Call<'_>,
    ) -> Option<Value> {
        let row = || match query.args.first() {
            None | Some(Value::Unknown) => crate::code::eval::merged(tables(query).map(Row::whole).collect()),
            Some(row) => row.clone(),
        };
        Some(match name {
            "select" | "column" | "columns" | "returning" | "distinct" | "distinctOn" | "pluck" => {
                self.selected(eval, query, call)
            }
            "selectAll" | "returningAll" => self.all(query),
            "execute" | "stream" => Value::promise(Value::list(row())),
            "executeTakeFirst" | "first" => Value::promise(Value::union([row(), Value::Null])),
            "executeTakeFirstOrThrow" | "firstOrFail" => Value::promise(row()),
            "then" => return None,
            _ if name.ends_with("oin") || matches!(name, "from" | "into" | "using" | "table") => {
                let table = eval.argument(call, 0).value;
                self.with_table(eval, Some(query), &table).unwrap_or_else(|| Value::Library(query.clone()))
            }
            "compile" | "toSQL" | "toString" => Value::Other,
            _ => Value::Library(query.clone()),
        })
    }
}

impl Library for Builder<'_> {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, _args: &[Value]) -> Option<Value> {
        matches!(path, "knex.Knex" | "knex.Knex.Transaction" | "knex.default")
            .then(|| LibraryValue::of(KNEX, []))
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        let query = object.library(QUERY)?;
        // Knex' queries are awaited as they are.
        if name != "await" {
            return None;
        }
        match query.args.first() {
            None | Some(Value::Unknown) => Some(Value::list(row_of(&self.all(query))?)),
            Some(row) => Some(Value::list(row.clone())),
        }
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let known = |value: Value| {
            let span = call.module().span(call.module().expr(call.expr).range);
            Known::plain(value).link(span, || "a row of this query".to_owned())
        };
        let first = || eval.argument(call, 0).value;
        match callee {
            Value::External(path) if matches!(&**path, "knex.default" | "knex" | "knex.knex") => {
                Some(Known::plain(LibraryValue::of(KNEX, [])))
            }
            Value::Library(library) if library.kind == KNEX => {
                self.with_table(eval, None, &first()).map(known)
            }
            Value::Method(receiver, name) => match &**receiver {
                Value::Library(query) if query.kind == QUERY => {
                    self.method(eval, query, name, call).map(known)
                }
                Value::Library(library) if library.kind == KNEX => match &**name {
                    "from" | "into" | "table" => self.with_table(eval, None, &first()).map(known),
                    _ => None,
                },
                _ => self.started(eval, call).map(known),
            },
            Value::Unknown | Value::Other => self.started(eval, call).map(known),
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
        match callee {
            Value::Method(receiver, name) => {
                let Value::Library(query) = &**receiver else { return None };
                if query.kind == KNEX && &**name == "transaction" {
                    return Some(eval.callback([LibraryValue::of(KNEX, [])], Value::Unknown));
                }
                let query = Some(query).filter(|query| query.kind == QUERY)?;
                // A table joined by the call can be named in it.
                let joined = name.ends_with("oin").then(|| eval.argument(call, 0).value);
                let joined = joined.and_then(|table| self.with_table(eval, Some(query), &table));
                let query = joined.as_ref().and_then(|value| value.library(QUERY)).unwrap_or(query);
                let kind = names_of(name, index)?;
                let names = LibraryValue::named(kind, query.args.clone(), query.text.clone());
                let callback = eval.callback([Value::Library(query.clone())], names.clone());
                Some(Value::union([names, callback]))
            }
            // `eb("email", "=", value)`.
            Value::Library(query) if query.kind == QUERY && index == 0 => {
                Some(LibraryValue::named(FILTER, query.args.clone(), query.text.clone()))
            }
            _ => None,
        }
    }

    fn key(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let Value::Library(names) = shape else { return None };
        let access = match names.kind {
            READ => FieldAccess::Read,
            FILTER => FieldAccess::Filter,
            WRITE => FieldAccess::Write,
            _ => return None,
        };
        let found = self.named(eval, names, key);
        let names = found
            .into_iter()
            .map(|(entity, field, _)| NamedField { entity, field, access, in_query: true })
            .collect();
        Some(KeyMeaning { shape: Value::Other, names })
    }
}

impl Builder<'_> {
    /// `db.selectFrom("users")`, whatever `db` is: the methods' names are Kysely's alone.
    fn started(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Option<Value> {
        let ExprKind::Member { name, .. } = call.module().expr(call.callee).kind else { return None };
        let starts = ["selectFrom", "insertInto", "updateTable", "deleteFrom", "replaceInto", "mergeInto"];
        if call.module().language.is_python() || !starts.contains(&call.module().text(name)) {
            return None;
        }
        self.with_table(eval, None, &eval.argument(call, 0).value)
    }
}

/// What the argument at `index` of a query's method names.
fn names_of(method: &str, index: usize) -> Option<&'static str> {
    match (method, index) {
        ("select" | "column" | "columns" | "returning" | "distinct" | "distinctOn" | "pluck", _) => {
            Some(READ)
        }
        ("count" | "countDistinct" | "sum" | "avg" | "min" | "max", _) => Some(READ),
        ("groupBy", _) | ("orderBy", 0) => Some(FILTER),
        ("whereRef" | "onRef" | "on", 0 | 2) => Some(FILTER),
        ("on", 1) => Some(FILTER),
        ("onConflict" | "ref", 0) => Some(FILTER),
        ("increment" | "decrement", 0) => Some(WRITE),
        ("values" | "set" | "insert" | "update" | "merge" | "doUpdateSet", 0) => Some(WRITE),
        (name, 0) if name.contains("here") || name.starts_with("having") || name.starts_with("order") => {
            Some(FILTER)
        }
        (name, 1..) if name.ends_with("oin") => Some(FILTER),
        _ => None,
    }
}

/// `"users as u"`, `"email as mail"`.
fn aliased(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    match text.split_once(" as ").or_else(|| text.split_once(" AS ")) {
        Some((name, alias)) => (name.trim(), Some(alias.trim())),
        None => (text, None),
    }
}

fn tables(query: &LibraryValue) -> impl Iterator<Item = EntityId> + '_ {
    query.args.iter().skip(1).filter_map(|entity| match entity {
        Value::Entity(entity) => Some(*entity),
        _ => None,
    })
}

fn with_row(query: &LibraryValue, row: Value) -> Value {
    let args: Vec<Value> = std::iter::once(row).chain(query.args.iter().skip(1).cloned()).collect();
    LibraryValue::named(QUERY, args, query.text.clone())
}

fn row_of(query: &Value) -> Option<Value> {
    query.library(QUERY)?.args.first().cloned()
}
