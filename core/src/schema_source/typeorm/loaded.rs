//! What TypeORM loads of a table that is there: its types have the database's long names, and changing a column compares
//! with these (`loadTables` of its query runners).

use super::naming::{self, Named};
use super::spec::{ColumnSpec, ForeignSpec, KeySpec, TableSpec};
use crate::code::interpret::Text;
use crate::schema::{Column, DefaultValue, Dialect, Schema, Table, TypeFamily};

/// A table of the model as TypeORM loads it.
pub fn table(schema: &Schema, table: &Table) -> TableSpec {
    let texts = |names: &[String]| names.iter().map(|name| Text::plain(name)).collect::<Vec<Text>>();
    let named = |name: &Option<String>| name.as_deref().map(Text::plain);
    let mut spec =
        TableSpec::new(Text::plain(&table.name.name), table.name.schema.as_deref().map(Text::plain));
    spec.columns = table.columns.iter().map(|column| loaded_column(schema, table, column)).collect();
    spec.uniques = table
        .uniques
        .iter()
        .map(|key| KeySpec {
            name: named(&key.name),
            columns: texts(&key.columns),
            unique: true,
            ..KeySpec::default()
        })
        .collect();
    spec.indices = table
        .indexes
        .iter()
        .map(|index| KeySpec {
            name: named(&index.name),
            columns: texts(&index.columns.iter().flatten().cloned().collect::<Vec<String>>()),
            unique: index.unique,
            expression: index.predicate.as_deref().map(|text| condition(schema.dialect, text)),
            ..KeySpec::default()
        })
        .collect();
    // The model keeps an exclusion constraint as the index that it is.
    let mut excludes = table.indexes.iter().map(|index| index.exclusion);
    (spec.exclusions, spec.indices) =
        std::mem::take(&mut spec.indices).into_iter().partition(|_| excludes.next().unwrap_or_default());
    // MySQL has no unique constraints beside its indexes.
    if schema.dialect == Dialect::Mysql {
        let uniques = std::mem::take(&mut spec.uniques);
        spec.indices.extend(uniques);
    }
    spec.checks = table
        .checks
        .iter()
        .map(|check| KeySpec {
            name: named(&check.name),
            expression: Some(Text::plain(&check.expression)),
            ..KeySpec::default()
        })
        .collect();
    spec.foreign_keys = table
        .foreign_keys
        .iter()
        .map(|key| ForeignSpec {
            name: named(&key.name),
            columns: texts(&key.columns),
            schema: key.referenced_table.schema.as_deref().map(Text::plain),
            table: Some(Text::plain(&key.referenced_table.name)),
            referenced: texts(&key.referenced_columns),
            on_delete: Some(key.on_delete.sql().to_owned()),
            on_update: Some(key.on_update.sql().to_owned()),
            deferrable: None,
        })
        .collect();
    spec
}

/// The condition of a partial index: PostgreSQL shows it in parentheses, so that no name is made of it as it was written.
fn condition(dialect: Dialect, text: &str) -> Text {
    match dialect {
        Dialect::Postgres if !text.starts_with('(') => Text::plain(&format!("({text})")),
        _ => Text::plain(text),
    }
}

fn loaded_column(schema: &Schema, table: &Table, column: &Column) -> ColumnSpec {
    let mut spec = ColumnSpec::new(Text::plain(&column.name), "");
    match schema.dialect {
        Dialect::Postgres | Dialect::Mssql => postgres_type(schema, &table.name.name, column, &mut spec),
        Dialect::Mysql => mysql_type(column, &mut spec),
        Dialect::Sqlite => sqlite_type(column, &mut spec),
    }
    spec.nullable = column.nullable;
    let alone = |columns: &[String]| columns.len() == 1 && columns.first() == Some(&column.name);
    spec.unique = table.uniques.iter().any(|key| alone(&key.columns))
        || (schema.dialect == Dialect::Mysql
            && table.indexes.iter().any(|index| {
                let columns: Vec<String> = index.columns.iter().flatten().cloned().collect();
                index.unique && alone(&columns)
            }));
    if let Some(key) = table.primary_key.as_ref().filter(|key| key.columns.contains(&column.name)) {
        spec.primary = true;
        let columns: Vec<&str> = key.columns.iter().map(String::as_str).collect();
        let made = naming::of_columns(Named::PrimaryKey, &table.name.name, &columns, None);
        spec.key_name = key.name.clone().filter(|name| *name != made);
    }
    defaults(column, &mut spec);
    if column.generated {
        let stored = schema.dialect == Dialect::Postgres;
        spec.generated_type = Some(if stored { "STORED" } else { "VIRTUAL" }.to_owned());
        spec.expression = column.expression.as_deref().map(Text::plain);
    }
    spec
}

fn defaults(column: &Column, spec: &mut ColumnSpec) {
    match &column.default {
        Some(DefaultValue::AutoIncrement) => {
            spec.generated = true;
            spec.strategy = Some("increment".to_owned());
        }
        Some(DefaultValue::Expression(text)) => {
            let made = text.starts_with("uuid_generate_v") || text == "gen_random_uuid()";
            if made && column.ty.family == TypeFamily::Uuid {
                spec.generated = true;
                spec.strategy = Some("uuid".to_owned());
            } else {
                spec.default = Some(Text::plain(text));
            }
        }
        None => {}
    }
}

/// A type's name and what stands in its parentheses.
fn parts(name: &str) -> (&str, Option<&str>) {
    match name.split_once('(') {
        Some((words, rest)) => (words, rest.split(')').next()),
        None => (name, None),
    }
}

fn numbers(spec: &mut ColumnSpec, arguments: Option<&str>) {
    let mut numbers = arguments.unwrap_or("").split(',').map(|number| number.trim().parse().ok());
    spec.precision = numbers.next().flatten();
    spec.scale = numbers.next().flatten();
}

fn postgres_type(schema: &Schema, table: &str, column: &Column, spec: &mut ColumnSpec) {
    let name = column.ty.name.strip_suffix("[]").unwrap_or(&column.ty.name);
    spec.array = name.len() < column.ty.name.len();
    let named = column.ty.named_type();
    let item = schema.enums.iter().find(|item| named == Some(item.name.to_string().as_str()));
    if let Some(item) = item {
        "enum".clone_into(&mut spec.ty);
        spec.values = Some(item.values.iter().map(|value| Text::plain(&value.name)).collect());
        let own = format!("{table}_{}_enum", column.name.to_lowercase());
        spec.enum_name = Some(item.name.name.clone()).filter(|name| *name != own);
        return;
    }
    let (words, arguments) = parts(name);
    let long = match words {
        "varchar" => "character varying",
        "char" | "bpchar" => "character",
        "varbit" => "bit varying",
        "timestamptz" => "timestamp with time zone",
        "timestamp" => "timestamp without time zone",
        "timetz" => "time with time zone",
        "time" => "time without time zone",
        other => other,
    };
    long.clone_into(&mut spec.ty);
    match long {
        "character varying" | "character" | "bit" | "bit varying" => {
            let length = arguments.filter(|length| !(matches!(long, "character" | "bit") && *length == "1"));
            length.unwrap_or("").clone_into(&mut spec.length);
        }
        _ => numbers(spec, arguments),
    }
}

fn mysql_type(column: &Column, spec: &mut ColumnSpec) {
    let (words, arguments) = parts(&column.ty.name);
    spec.unsigned = column.ty.name.contains("unsigned");
    let words = words.split_whitespace().next().unwrap_or(words);
    words.clone_into(&mut spec.ty);
    match words {
        "enum" | "set" => {
            let values = column.ty.inline_enum_values();
            spec.values = Some(values.iter().map(|value| Text::plain(value)).collect());
        }
        "varchar" | "nvarchar" => {
            arguments.filter(|length| *length != "255").unwrap_or("").clone_into(&mut spec.length);
        }
        "char" | "binary" => {
            arguments.filter(|length| *length != "1").unwrap_or("").clone_into(&mut spec.length)
        }
        "varbinary" => arguments.unwrap_or("").clone_into(&mut spec.length),
        "decimal" => {
            numbers(spec, arguments);
            // The precision and scale that a decimal without any has.
            spec.precision = spec.precision.filter(|precision| *precision != 10);
            spec.scale = spec.scale.filter(|scale| *scale != 0);
        }
        "double" | "float" | "datetime" | "time" | "timestamp" => numbers(spec, arguments),
        _ => {}
    }
}

fn sqlite_type(column: &Column, spec: &mut ColumnSpec) {
    let (words, arguments) = parts(&column.ty.name);
    words.trim().clone_into(&mut spec.ty);
    match words {
        "character" | "varchar" | "varying character" | "nchar" | "native character" | "nvarchar"
        | "text" | "blob" | "clob" => arguments.unwrap_or("").clone_into(&mut spec.length),
        _ => numbers(spec, arguments),
    }
}
