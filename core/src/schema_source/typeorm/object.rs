//! The objects that migrations hold: `new Table(...)`, what `getTable` gives, and their methods.

use std::rc::Rc;

use super::spec::{ColumnSpec, ForeignSpec, KeySpec, TableSpec};
use crate::code::interpret::{Arguments, External, Interpreter, Text, Value};
use crate::text::{FileId, Span, TextRange};

/// What an object's methods are called on; its argument is the object.
pub const OBJECT: &str = "typeorm.object";

const NOWHERE: Span = Span { file: FileId(u32::MAX), range: TextRange { start: 0, end: 0 } };

/// The methods that each of the objects has.
const METHODS: &[&str] = &["clone"];
const TABLE_METHODS: &[&str] = &[
    "clone",
    "findColumnByName",
    "findColumnIndices",
    "findColumnForeignKeys",
    "findColumnUniques",
    "findColumnChecks",
];
const LISTS: &[&str] = &["columns", "indices", "foreignKeys", "uniques", "checks", "exclusions"];

/// An object with these entries, and with the methods of its class.
pub fn object(interpreter: &mut Interpreter<'_>, is_table: bool, entries: Vec<(Value, Value)>) -> Value {
    let mut entries = entries;
    let has = |entries: &[(Value, Value)], name: &str| {
        entries.iter().any(|(key, _)| matches!(key, Value::Str(text) if &*text.value == name))
    };
    if is_table {
        for list in LISTS {
            if !has(&entries, list) {
                let empty = interpreter.list(Vec::new());
                entries.push((Value::text(list), empty));
            }
        }
    }
    let id = interpreter.heap.push_dict(entries);
    let value = Value::Dict(id);
    let callee = interpreter.heap.push_external(External::Symbol(Rc::from(OBJECT)));
    let arguments = Rc::new(Arguments::of(vec![value.clone()]));
    let object = interpreter.heap.push_external(External::Call { callee, arguments, span: NOWHERE });
    for name in if is_table { TABLE_METHODS } else { METHODS } {
        let method = External::Member { object, name: Rc::from(*name) };
        let method = Value::External(interpreter.heap.push_external(method));
        let entries = interpreter.heap.dict_mut(id);
        entries.retain(|(key, _)| !matches!(key, Value::Str(text) if &*text.value == *name));
        entries.push((Value::text(name), method));
    }
    value
}

/// Calls a method of an object.
pub fn call_method(
    interpreter: &mut Interpreter<'_>,
    this: &Value,
    name: &str,
    arguments: &Arguments,
) -> Value {
    let Value::Dict(id) = this else { return Value::None };
    let entries = interpreter.heap.dict(*id).clone();
    if name == "clone" {
        let is_table = interpreter.entry(this, "columns").is_some();
        let mut copied = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let items = interpreter.items(&value).map(<[Value]>::to_vec);
            copied.push((key, items.map_or(value, |items| interpreter.list(items))));
        }
        return object(interpreter, is_table, copied);
    }
    let wanted = arguments.positional.first();
    let wanted = wanted.and_then(|value| match value {
        Value::Dict(_) => interpreter.entry(value, "name").and_then(|name| interpreter.as_text(name)),
        other => interpreter.as_text(other),
    });
    let Some(wanted) = wanted else {
        return Value::unknown("the name of the column is not known before it runs");
    };
    let (list, key) = match name {
        "findColumnByName" => ("columns", "name"),
        "findColumnIndices" => ("indices", "columnNames"),
        "findColumnForeignKeys" => ("foreignKeys", "columnNames"),
        "findColumnUniques" => ("uniques", "columnNames"),
        _ => ("checks", "columnNames"),
    };
    let items = interpreter.entry(this, list).and_then(|list| interpreter.items(list));
    let is = |value: &Value| interpreter.as_text(value).is_some_and(|text| text.value == wanted.value);
    let holds = |item: &&Value| {
        let Some(own) = interpreter.entry(item, key) else { return false };
        is(own) || interpreter.items(own).is_some_and(|names| names.iter().any(is))
    };
    let mut found: Vec<Value> = items.unwrap_or_default().iter().filter(holds).cloned().collect();
    if list == "columns" {
        return if found.is_empty() { Value::None } else { found.swap_remove(0) };
    }
    interpreter.list(found)
}

/// What `getTable` gives.
pub fn of_table(interpreter: &mut Interpreter<'_>, table: &TableSpec) -> Value {
    let mut columns = Vec::new();
    let mut primary = Vec::new();
    for column in &table.columns {
        let value = of_column(interpreter, column);
        primary.extend(column.primary.then(|| value.clone()));
        columns.push(value);
    }
    let mut lists = vec![("columns", columns), ("primaryColumns", primary)];
    let keys = [
        ("uniques", &table.uniques),
        ("indices", &table.indices),
        ("checks", &table.checks),
        ("exclusions", &table.exclusions),
    ];
    for (name, keys) in keys {
        let keys = keys.iter().map(|key| of_key(interpreter, key)).collect();
        lists.push((name, keys));
    }
    let foreign = table.foreign_keys.iter().map(|key| of_foreign(interpreter, key)).collect();
    lists.push(("foreignKeys", foreign));
    let mut entries = vec![(Value::text("name"), Value::Str(table.name.clone()))];
    if let Some(schema) = &table.schema {
        entries.push((Value::text("schema"), Value::Str(schema.clone())));
    }
    for (name, items) in lists {
        let list = interpreter.list(items);
        entries.push((Value::text(name), list));
    }
    object(interpreter, true, entries)
}

fn texts(interpreter: &mut Interpreter<'_>, texts: &[Text]) -> Value {
    interpreter.list(texts.iter().cloned().map(Value::Str).collect())
}

fn of_column(interpreter: &mut Interpreter<'_>, column: &ColumnSpec) -> Value {
    let text = |value: &Option<String>| value.as_deref().map_or(Value::None, Value::text);
    let number = |value: Option<i64>| value.map_or(Value::None, Value::Int);
    let shown = |value: &Option<Text>| value.clone().map_or(Value::None, Value::Str);
    let mut entries = vec![
        ("name", Value::Str(column.name.clone())),
        ("type", Value::text(&column.ty)),
        ("length", Value::text(&column.length)),
        ("precision", number(column.precision)),
        ("scale", number(column.scale)),
        ("unsigned", Value::Bool(column.unsigned)),
        ("default", shown(&column.default)),
        ("onUpdate", text(&column.on_update)),
        ("isNullable", Value::Bool(column.nullable)),
        ("isGenerated", Value::Bool(column.generated)),
        ("generationStrategy", text(&column.strategy)),
        ("generatedIdentity", text(&column.identity)),
        ("isPrimary", Value::Bool(column.primary)),
        ("isUnique", Value::Bool(column.unique)),
        ("isArray", Value::Bool(column.array)),
        ("enumName", text(&column.enum_name)),
        ("primaryKeyConstraintName", text(&column.key_name)),
        ("asExpression", shown(&column.expression)),
        ("generatedType", text(&column.generated_type)),
    ];
    if let Some(values) = &column.values {
        let values = texts(interpreter, values);
        entries.push(("enum", values));
    }
    let entries = entries.into_iter().map(|(key, value)| (Value::text(key), value)).collect();
    object(interpreter, false, entries)
}

fn of_key(interpreter: &mut Interpreter<'_>, key: &KeySpec) -> Value {
    let columns = texts(interpreter, &key.columns);
    let shown = |value: &Option<Text>| value.clone().map_or(Value::None, Value::Str);
    let entries = vec![
        (Value::text("name"), shown(&key.name)),
        (Value::text("columnNames"), columns),
        (Value::text("isUnique"), Value::Bool(key.unique)),
        (Value::text("where"), shown(&key.expression)),
        (Value::text("expression"), shown(&key.expression)),
    ];
    object(interpreter, false, entries)
}

fn of_foreign(interpreter: &mut Interpreter<'_>, key: &ForeignSpec) -> Value {
    let columns = texts(interpreter, &key.columns);
    let referenced = texts(interpreter, &key.referenced);
    let shown = |value: &Option<Text>| value.clone().map_or(Value::None, Value::Str);
    let text = |value: &Option<String>| value.as_deref().map_or(Value::None, Value::text);
    let entries = vec![
        (Value::text("name"), shown(&key.name)),
        (Value::text("columnNames"), columns),
        (Value::text("referencedSchema"), shown(&key.schema)),
        (Value::text("referencedTableName"), shown(&key.table)),
        (Value::text("referencedColumnNames"), referenced),
        (Value::text("onDelete"), text(&key.on_delete)),
        (Value::text("onUpdate"), text(&key.on_update)),
    ];
    object(interpreter, false, entries)
}
