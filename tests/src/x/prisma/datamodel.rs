//! Our mapping beside Prisma's data model (DMMF): models, fields, keys, relations, enums, line by line.

use std::collections::BTreeSet;

use serde_json::Value;

use seawall::schema::{Entity, EnumMapping, Field, FieldKind, Mapping, ValueSource};

/// How many lines were compared, and those that one side has alone (`-` Prisma's, `+` ours).
pub fn compare(mapping: &Mapping, theirs: &Value) -> (usize, Vec<String>) {
    let mut expected = BTreeSet::new();
    for model in list(theirs, "models") {
        add_model(model, &mut expected);
    }
    for item in list(theirs, "enums") {
        let name = text(item, "name");
        expected.insert(format!("enum {name} = {}", database_name(item)));
        for value in list(item, "values") {
            expected.insert(format!("{name}.{} = {}", text(value, "name"), database_name(value)));
        }
    }
    let mut found = BTreeSet::new();
    for entity in mapping.entities.iter().filter(|entity| !entity.ignored) {
        add_entity(mapping, entity, &mut found);
    }
    for item in &mapping.enums {
        add_enum(item, &mut found);
    }
    let alone = |sign: char, lines: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        lines.difference(other).map(|line| format!("{sign} {line}")).collect()
    };
    let mut differences = alone('-', &expected, &found);
    differences.extend(alone('+', &found, &expected));
    (expected.len(), differences)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    list(value, key).iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn database_name(value: &Value) -> &str {
    value.get("dbName").and_then(Value::as_str).unwrap_or_else(|| text(value, "name"))
}

fn add_model(model: &Value, lines: &mut BTreeSet<String>) {
    let name = text(model, "name");
    lines.insert(format!("model {name} = {}", database_name(model)));
    for field in list(model, "fields") {
        lines.insert(format!("{name}.{}", their_field(field)));
        for mark in ["isId", "isUnique"] {
            if flag(field, mark) {
                lines.insert(format!("{name} key {} ({0})", text(field, "name")));
            }
        }
    }
    let composite = model.get("primaryKey").filter(|key| !key.is_null());
    for key in composite.into_iter().chain(list(model, "uniqueIndexes")) {
        let fields = texts(key, "fields");
        let given = key.get("name").and_then(Value::as_str).map(str::to_owned);
        lines.insert(format!(
            "{name} key {} ({})",
            given.unwrap_or_else(|| fields.join("_")),
            fields.join(",")
        ));
    }
}

fn their_field(field: &Value) -> String {
    let name = text(field, "name");
    let arity = match (flag(field, "isList"), flag(field, "isRequired")) {
        (true, _) => "[]",
        (false, true) => "",
        (false, false) => "?",
    };
    let kind = text(field, "kind");
    if kind == "object" && field.get("relationName").is_some() {
        return format!(
            "{name}: {}{arity} relation {} ({}) ({})",
            text(field, "type"),
            text(field, "relationName"),
            texts(field, "relationFromFields").join(","),
            texts(field, "relationToFields").join(",")
        );
    }
    let default = match field.get("default") {
        // What is written on every update needs no default: ours says no more than that.
        Some(_) if flag(field, "isUpdatedAt") => "",
        None | Some(Value::Null) => "",
        Some(default) => match text(default, "name") {
            "autoincrement" | "dbgenerated" | "sequence" | "auto" => " database",
            _ => " orm",
        },
    };
    let updated = if flag(field, "isUpdatedAt") { " updated" } else { "" };
    format!("{name}: {}{arity} = {}{default}{updated}", text(field, "type"), database_name(field))
}

fn add_entity(mapping: &Mapping, entity: &Entity, lines: &mut BTreeSet<String>) {
    let name = &entity.name;
    lines.insert(format!("model {name} = {}", entity.table.name));
    for field in entity.fields.iter().filter(|field| !field.ignored) {
        lines.extend(our_field(mapping, entity, field).map(|field| format!("{name}.{field}")));
    }
    let is_ignored = |field: &String| entity.field(field).is_none_or(|field| field.ignored);
    for (key, fields) in &entity.unique_keys {
        if !fields.iter().any(is_ignored) {
            lines.insert(format!("{name} key {key} ({})", fields.join(",")));
        }
    }
}

/// The field as Prisma's client has it; none for a relation to a model that the client leaves out.
fn our_field(mapping: &Mapping, entity: &Entity, field: &Field) -> Option<String> {
    let name = &field.name;
    let arity = match (field.list, field.nullable) {
        (true, _) => "[]",
        (false, false) => "",
        (false, true) => "?",
    };
    match &field.kind {
        FieldKind::Relation { entity: other, fields, references, name: relation, .. } => {
            let target = mapping.entity(other)?;
            if target.ignored {
                return None;
            }
            let mut ends = [entity.name.as_str(), target.name.as_str()];
            ends.sort_unstable();
            let relation = relation.clone().unwrap_or_else(|| ends.join("To"));
            let (fields, references) = (fields.join(","), references.join(","));
            Some(format!("{name}: {other}{arity} relation {relation} ({fields}) ({references})"))
        }
        FieldKind::Column { column } => {
            let default = match field.default {
                ValueSource::Database => " database",
                ValueSource::Orm if field.on_update => "",
                ValueSource::Orm => " orm",
                ValueSource::None => "",
            };
            let updated = if field.on_update { " updated" } else { "" };
            Some(format!("{name}: {}{arity} = {column}{default}{updated}", field.type_name))
        }
        FieldKind::Computed => Some(format!("{name}: {}{arity} = {name}", field.type_name)),
    }
}

fn add_enum(item: &EnumMapping, lines: &mut BTreeSet<String>) {
    let name = &item.name;
    lines.insert(format!("enum {name} = {}", item.database_name.name));
    for (value, database, _) in &item.values {
        lines.insert(format!("{name}.{value} = {database}"));
    }
}
