//! Views, and the queries of Knex's builder that stand behind them, as far as they are plain.

use crate::code::interpret::{Arguments, External, ExternalId, Interpreter, Text, TextBuilder, Value};
use crate::schema::Dialect;
use crate::schema_source::knex::raw::{ident_text, raw_text};
use crate::schema_source::script::{Options, Sql, literal};

/// What a view builder is told.
#[derive(Debug, Clone)]
pub struct ViewBuild {
    /// The builder as the program has it.
    pub id: ExternalId,
    /// `create view "x"`, `create materialized view "x"`.
    pub head: Text,
    pub columns: Option<Vec<Text>>,
    pub query: Option<Value>,
}

impl ViewBuild {
    /// The statement; `None` where the query is not plain.
    pub fn statement(&self, interpreter: &Interpreter<'_>, dialect: Dialect) -> Option<Text> {
        let mut sql = Sql::new(dialect, "").text(&self.head);
        if let Some(columns) = &self.columns {
            sql = sql.words(" (").names(columns).words(")");
        }
        let query = self.query.as_ref()?;
        let text = match ident_text(interpreter, query, dialect) {
            Some(text) => text,
            None => select(interpreter, query, dialect)?,
        };
        Some(sql.words(" as ").text(&text).build())
    }
}

/// The calls of a chain, the first one first: method and arguments. The first method is empty for `knex("t")`.
fn chain(interpreter: &Interpreter<'_>, value: &Value) -> Option<Vec<(String, std::rc::Rc<Arguments>)>> {
    let Value::External(mut at) = *value else { return None };
    let mut calls = Vec::new();
    for _ in 0..64 {
        let External::Call { callee, arguments, .. } = interpreter.heap.external(at) else { return None };
        match interpreter.heap.external(*callee) {
            External::Member { object, name } => {
                calls.push((name.to_string(), arguments.clone()));
                at = *object;
            }
            External::Symbol(path) => {
                let name = path.strip_prefix("knex")?.trim_start_matches('.');
                calls.push((name.to_owned(), arguments.clone()));
                calls.reverse();
                return Some(calls);
            }
            External::Call { .. } => return None,
        }
    }
    None
}

/// A `SELECT` of the query builder.
fn select(interpreter: &Interpreter<'_>, query: &Value, dialect: Dialect) -> Option<Text> {
    let mut columns: Vec<Text> = Vec::new();
    let mut table = None;
    let mut joins = TextBuilder::default();
    let mut conditions: Vec<Text> = Vec::new();
    let mut tail = TextBuilder::default();
    let options = Options::new(interpreter);
    for (method, arguments) in chain(interpreter, query)? {
        let first = arguments.positional.first();
        match method.as_str() {
            "" | "from" | "table" | "into" => table = Some(options.text(first)?),
            "select" | "column" | "columns" => {
                for argument in &arguments.positional {
                    let items = interpreter.items(argument).map(<[Value]>::to_vec);
                    for item in items.unwrap_or_else(|| vec![argument.clone()]) {
                        columns.push(selected(interpreter, &item, dialect)?);
                    }
                }
            }
            "join" | "innerJoin" | "leftJoin" | "leftOuterJoin" | "rightJoin" => {
                joins.push_text(&join(options, &method, &arguments, dialect)?);
            }
            "groupBy" | "orderBy" => {
                let names = options.texts(first)?;
                let words = if method == "groupBy" { " group by " } else { " order by " };
                let mut sql = Sql::new(dialect, words);
                for (at, name) in names.iter().enumerate() {
                    sql = sql.words(if at > 0 { ", " } else { "" }).path(name);
                }
                tail.push_text(&sql.build());
            }
            "distinct" | "clone" => {}
            _ if method.to_ascii_lowercase().contains("where") => {
                conditions.push(where_part(interpreter, &method, &arguments, dialect)?);
            }
            _ => return None,
        }
    }
    let mut sql = Sql::new(dialect, "select ");
    if columns.is_empty() {
        sql = sql.words("*");
    }
    for (at, column) in columns.iter().enumerate() {
        sql = sql.words(if at > 0 { ", " } else { "" }).text(column);
    }
    sql = aliased(sql.words(" from "), &table?).text(&joins.build());
    for (at, condition) in conditions.iter().enumerate() {
        sql = sql.words(if at > 0 { " and " } else { " where " }).text(condition);
    }
    Some(sql.text(&tail.build()).build())
}

/// `table`, `schema.table`, `table as t`.
fn aliased(sql: Sql, name: &Text) -> Sql {
    let lower = name.value.to_ascii_lowercase();
    match lower.find(" as ") {
        Some(at) => sql.path(&name.slice(0, at)).words(" as ").name(&name.slice(at + 4, name.value.len())),
        None if &*name.value == "*" => sql.words("*"),
        None => match name.value.strip_suffix(".*") {
            Some(table) => sql.path(&name.slice(0, table.len())).words(".*"),
            None => sql.path(name),
        },
    }
}

fn selected(interpreter: &Interpreter<'_>, value: &Value, dialect: Dialect) -> Option<Text> {
    match value {
        Value::External(_) => ident_text(interpreter, value, dialect),
        // `{ alias: "column" }`.
        Value::Dict(id) => {
            let mut whole = TextBuilder::default();
            for (index, (alias, column)) in interpreter.heap.dict(*id).iter().enumerate() {
                let (alias, column) = (interpreter.as_text(alias)?, interpreter.as_text(column)?);
                let sql = Sql::new(dialect, if index > 0 { ", " } else { "" });
                whole.push_text(&sql.path(&column).words(" as ").name(&alias).build());
            }
            Some(whole.build())
        }
        value => {
            let text = Options::new(interpreter).text(Some(value))?;
            Some(aliased(Sql::new(dialect, ""), &text).build())
        }
    }
}

fn join(options: Options<'_, '_>, method: &str, arguments: &Arguments, dialect: Dialect) -> Option<Text> {
    let words = match method {
        "leftJoin" | "leftOuterJoin" => " left join ",
        "rightJoin" => " right join ",
        _ => " inner join ",
    };
    let text = |at: usize| options.text(arguments.positional.get(at));
    let (left, right) = match arguments.positional.len() {
        3 => (text(1)?, text(2)?),
        4 => (text(1)?, text(3)?),
        _ => return None,
    };
    let sql =
        aliased(Sql::new(dialect, words), &text(0)?).words(" on ").path(&left).words(" = ").path(&right);
    Some(sql.build())
}

/// The condition of a chain of `where` calls: the predicate of an index.
pub fn condition(interpreter: &Interpreter<'_>, query: &Value, dialect: Dialect) -> Option<Text> {
    let mut parts = Vec::new();
    for (method, arguments) in chain(interpreter, query)? {
        parts.push(where_part(interpreter, &method, &arguments, dialect)?);
    }
    let mut whole = TextBuilder::default();
    for (at, part) in parts.iter().enumerate() {
        whole.push_str(if at > 0 { " and " } else { "" });
        whole.push_text(part);
    }
    Some(whole.build())
}

fn where_part(
    interpreter: &Interpreter<'_>,
    method: &str,
    arguments: &Arguments,
    dialect: Dialect,
) -> Option<Text> {
    let options = Options::new(interpreter);
    let at = |index: usize| arguments.positional.get(index);
    let value = |value: Option<&Value>| match value? {
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Str(text) if !text.has_holes() => Some(literal(&text.value)),
        _ => None,
    };
    let name = |index: usize| Some(Sql::new(dialect, "").path(&options.text(at(index))?));
    Some(match (method, arguments.positional.len()) {
        ("whereNull", _) => name(0)?.words(" is null").build(),
        ("whereNotNull", _) => name(0)?.words(" is not null").build(),
        ("whereRaw" | "andWhereRaw", _) => raw_text(interpreter, arguments, dialect)?,
        ("where" | "andWhere", 2) => name(0)?.words(" = ").words(&value(at(1))?).build(),
        ("where" | "andWhere", 3) => {
            let sign = options.text(at(1))?;
            name(0)?.words(" ").words(&sign.value).words(" ").words(&value(at(2))?).build()
        }
        ("where" | "andWhere", 1) => {
            let Some(Value::Dict(id)) = at(0) else { return None };
            let mut whole = TextBuilder::default();
            for (index, (key, item)) in interpreter.heap.dict(*id).iter().enumerate() {
                let key = interpreter.as_text(key)?;
                let sql = Sql::new(dialect, if index > 0 { " and " } else { "" }).path(&key);
                whole.push_text(&sql.words(" = ").words(&value(Some(item))?).build());
            }
            whole.build()
        }
        ("whereIn", _) => {
            let items = interpreter.items(at(1)?)?.iter().map(|item| value(Some(item)));
            let items: Option<Vec<String>> = items.collect();
            name(0)?.words(&format!(" in ({})", items?.join(", "))).build()
        }
        _ => return None,
    })
}
