//! What a migration asks of the database, answered from the model as it stands at that revision.

use std::rc::Rc;

use crate::code::interpret::{Arguments, External, Interpreter, Run, Runner, Value};
use crate::schema::{ColumnType, DefaultValue, Dialect, Table, TableKind, TableName, TypeFamily};
use crate::schema_source::alembic::host::AlembicHost;

impl AlembicHost {
    /// Answers a method of SQLAlchemy's `Inspector` (or of a dialect); `None` where it is none of them.
    ///
    /// # Errors
    /// `NoSuchTableError`, where the program would catch it.
    pub(super) fn inspect(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        method: &str,
        arguments: &Arguments,
    ) -> Run<Option<Value>> {
        let schema = arguments.keyword("schema").and_then(|schema| interpreter.as_text(schema));
        let schema = schema.map(|schema| schema.value.to_string());
        match method {
            "get_table_names" => return Ok(Some(self.table_names(interpreter, TableKind::Table))),
            "get_view_names" => return Ok(Some(self.table_names(interpreter, TableKind::View))),
            "get_enums" => return Ok(Some(self.enum_list(interpreter))),
            "get_schema_names" => {
                let names = self.schema.dialect.default_schema().into_iter().map(Value::text).collect();
                return Ok(Some(interpreter.list(names)));
            }
            "has_table"
            | "get_columns"
            | "get_indexes"
            | "get_foreign_keys"
            | "get_unique_constraints"
            | "get_pk_constraint"
            | "get_check_constraints"
            | "has_index"
            | "get_table_comment" => {}
            _ => return Ok(None),
        }
        // `dialect.has_table(connection, name)`: the name is the first string.
        let named = arguments.positional.iter().find_map(|value| interpreter.as_text(value));
        let named = named.or_else(|| interpreter.as_text(arguments.keyword("table_name")?));
        let Some(name) = named.filter(|name| !name.has_holes()) else {
            return Ok(Some(Value::unknown("the name of the table is not known before it runs")));
        };
        let table = TableName { schema, name: name.value.to_string() };
        if method == "has_table" {
            return Ok(Some(Value::Bool(self.schema.table(&table).is_some())));
        }
        let Some(mut table) = self.schema.table(&table).cloned() else {
            if interpreter.is_guarded() {
                return Runner { interpreter, host: self }.raise("sqlalchemy.exc.NoSuchTableError");
            }
            let empty = match method {
                "get_pk_constraint" => interpreter.dict([("name", Value::None)]),
                "has_index" => Value::Bool(false),
                _ => interpreter.list(vec![]),
            };
            return Ok(Some(empty));
        };
        if self.schema.dialect == Dialect::Postgres {
            // SQLAlchemy asks PostgreSQL for them in the order of their names.
            table.foreign_keys.sort_by(|one, other| one.name.cmp(&other.name));
            table.uniques.sort_by(|one, other| one.name.cmp(&other.name));
            table.indexes.sort_by(|one, other| one.name.cmp(&other.name));
        }
        Ok(Some(match method {
            "get_columns" => columns(interpreter, &table),
            "get_indexes" => indexes(interpreter, &table),
            "get_foreign_keys" => foreign_keys(interpreter, &table),
            "get_unique_constraints" => uniques(interpreter, &table),
            "get_check_constraints" => checks(interpreter, &table),
            "get_pk_constraint" => primary_key(interpreter, &table),
            "has_index" => {
                let index = arguments.positional.iter().filter_map(|value| interpreter.as_text(value)).nth(1);
                let found =
                    |name: &str| table.indexes.iter().any(|index| index.name.as_deref() == Some(name));
                Value::Bool(index.is_some_and(|index| found(&index.value)))
            }
            _ => interpreter.dict([("text", Value::None)]),
        }))
    }

    fn table_names(&self, interpreter: &mut Interpreter<'_>, kind: TableKind) -> Value {
        let tables = self.schema.tables.iter().filter(|table| table.kind == kind);
        let mut names: Vec<Value> = tables.map(|table| Value::text(&table.name.name)).collect();
        if kind == TableKind::Table {
            names.push(Value::text("alembic_version"));
        }
        interpreter.list(names)
    }

    fn enum_list(&self, interpreter: &mut Interpreter<'_>) -> Value {
        let mut enums = Vec::new();
        for item in &self.schema.enums {
            let labels = item.values.iter().map(|value| Value::text(&value.name)).collect();
            let labels = interpreter.list(labels);
            enums.push(interpreter.dict([("name", Value::text(&item.name.name)), ("labels", labels)]));
        }
        interpreter.list(enums)
    }
}

impl AlembicHost {
    /// What a table that is reflected (`Table(name, metadata, autoload_with=bind)`) or a metadata (`metadata.tables` after
    /// `reflect()`) has in the database; `None` where nothing is reflected.
    pub(super) fn reflected(
        &self,
        interpreter: &mut Interpreter<'_>,
        called: &str,
        member: &str,
        arguments: &Arguments,
    ) -> Option<Value> {
        if called == "MetaData" && member == "tables" {
            let mut tables = Vec::new();
            let callee = interpreter.heap.push_external(External::Symbol(Rc::from("sqlalchemy.Table")));
            for table in &self.schema.tables {
                let name = Value::text(&table.name.name);
                let keywords = vec![(Rc::from("autoload"), Value::Bool(true))];
                let arguments = Arguments { positional: vec![name.clone()], keywords, incomplete: false };
                let call =
                    External::Call { callee, arguments: Rc::new(arguments), span: AlembicHost::NOWHERE };
                tables.push((name, Value::External(interpreter.heap.push_external(call))));
            }
            return Some(Value::Dict(interpreter.heap.push_dict(tables)));
        }
        let is_reflected = called == "Table"
            && ["autoload_with", "autoload"].iter().any(|keyword| arguments.keyword(keyword).is_some());
        let name = interpreter.as_text(arguments.positional.first()?).filter(|_| is_reflected)?;
        let schema = arguments.keyword("schema").and_then(|schema| interpreter.as_text(schema));
        let schema = schema.map(|schema| schema.value.to_string());
        let table = self.schema.table(&TableName { schema, name: name.value.to_string() })?;
        match member {
            "columns" | "c" => {
                let rows = columns(interpreter, table);
                let items = interpreter.items(&rows).map(<[Value]>::to_vec).unwrap_or_default();
                let names = table.columns.iter().map(|column| Rc::from(column.name.as_str())).collect();
                Some(Value::List(interpreter.heap.push_named_items(items, names)))
            }
            "indexes" => Some(indexes(interpreter, table)),
            "foreign_key_constraints" => Some(key_constraints(interpreter, table)),
            _ => None,
        }
    }
}

/// Foreign keys as SQLAlchemy's `ForeignKeyConstraint` has them.
fn key_constraints(interpreter: &mut Interpreter<'_>, table: &Table) -> Value {
    let mut rows = Vec::new();
    for key in &table.foreign_keys {
        let columns = name_list(interpreter, &key.columns);
        let referred = interpreter.dict([("name", Value::text(&key.referenced_table.name))]);
        rows.push(interpreter.dict([
            ("name", optional(key.name.as_deref())),
            ("referred_table", referred),
            ("column_keys", columns),
        ]));
    }
    interpreter.list(rows)
}

fn optional(text: Option<&str>) -> Value {
    text.map_or(Value::None, Value::text)
}

fn name_list(interpreter: &mut Interpreter<'_>, names: &[String]) -> Value {
    let names = names.iter().map(|name| Value::text(name)).collect();
    interpreter.list(names)
}

fn columns(interpreter: &mut Interpreter<'_>, table: &Table) -> Value {
    let mut rows = Vec::new();
    for column in &table.columns {
        let key = table.primary_key.as_ref().is_some_and(|key| key.columns.contains(&column.name));
        let default = match &column.default {
            Some(DefaultValue::Expression(text)) => Value::text(text),
            Some(DefaultValue::AutoIncrement) | None => Value::None,
        };
        let ty = reflected_type(interpreter, &column.ty);
        rows.push(interpreter.dict([
            ("name", Value::text(&column.name)),
            ("nullable", Value::Bool(column.nullable)),
            ("type", ty),
            ("default", default),
            ("primary_key", Value::Int(i64::from(key))),
        ]));
    }
    interpreter.list(rows)
}

/// A type as reflection gives it: an object of the upper-case class, with its length or time zone.
fn reflected_type(interpreter: &mut Interpreter<'_>, ty: &ColumnType) -> Value {
    let path = format!("sqlalchemy.types.{}", sqlalchemy_class(&ty.name));
    let callee = interpreter.heap.push_external(External::Symbol(Rc::from(path)));
    let mut arguments = Arguments::default();
    let mut add = |keyword: &str, value: Value| arguments.keywords.push((Rc::from(keyword), value));
    match &ty.family {
        TypeFamily::Text { length } => {
            add("length", length.map_or(Value::None, |length| Value::Int(i64::from(length))));
        }
        TypeFamily::Timestamp { zoned } => add("timezone", Value::Bool(*zoned)),
        TypeFamily::Decimal { precision } => {
            let (digits, scale) = precision.unzip();
            add("precision", digits.map_or(Value::None, |digits| Value::Int(i64::from(digits))));
            add("scale", scale.map_or(Value::None, |scale| Value::Int(i64::from(scale))));
        }
        _ => {}
    }
    let call = External::Call { callee, arguments: Rc::new(arguments), span: AlembicHost::NOWHERE };
    Value::External(interpreter.heap.push_external(call))
}

/// The upper-case class that reflection gives for a type.
fn sqlalchemy_class(name: &str) -> String {
    let base = name.split(['(', '[']).next().unwrap_or(name).trim();
    let base = match base {
        "double precision" => "DOUBLE_PRECISION",
        "timestamp with time zone" | "timestamp without time zone" => "TIMESTAMP",
        other => other,
    };
    base.replace(' ', "_").to_uppercase()
}

fn indexes(interpreter: &mut Interpreter<'_>, table: &Table) -> Value {
    let mut rows = Vec::new();
    for index in &table.indexes {
        let columns = index.columns.iter().map(|column| optional(column.as_deref())).collect();
        let columns = interpreter.list(columns);
        rows.push(interpreter.dict([
            ("name", optional(index.name.as_deref())),
            ("column_names", columns),
            ("unique", Value::Bool(index.unique)),
        ]));
    }
    // A unique constraint has its index; PostgreSQL and MySQL list it among the indexes.
    for unique in &table.uniques {
        let columns = name_list(interpreter, &unique.columns);
        let name = optional(unique.name.as_deref());
        rows.push(interpreter.dict([
            ("name", name.clone()),
            ("column_names", columns),
            ("unique", Value::Bool(true)),
            ("duplicates_constraint", name),
        ]));
    }
    interpreter.list(rows)
}

fn foreign_keys(interpreter: &mut Interpreter<'_>, table: &Table) -> Value {
    let mut rows = Vec::new();
    for key in &table.foreign_keys {
        let columns = name_list(interpreter, &key.columns);
        let referred = name_list(interpreter, &key.referenced_columns);
        let delete = match key.on_delete {
            crate::schema::ReferentialAction::NoAction => vec![],
            action => vec![(Value::text("ondelete"), Value::text(action.sql()))],
        };
        let options = Value::Dict(interpreter.heap.push_dict(delete));
        rows.push(interpreter.dict([
            ("name", optional(key.name.as_deref())),
            ("constrained_columns", columns),
            ("referred_table", Value::text(&key.referenced_table.name)),
            ("referred_schema", optional(key.referenced_table.schema.as_deref())),
            ("referred_columns", referred),
            ("options", options),
        ]));
    }
    interpreter.list(rows)
}

fn uniques(interpreter: &mut Interpreter<'_>, table: &Table) -> Value {
    let mut rows = Vec::new();
    for unique in &table.uniques {
        let columns = name_list(interpreter, &unique.columns);
        rows.push(interpreter.dict([("name", optional(unique.name.as_deref())), ("column_names", columns)]));
    }
    interpreter.list(rows)
}

fn checks(interpreter: &mut Interpreter<'_>, table: &Table) -> Value {
    let mut rows = Vec::new();
    for check in &table.checks {
        let text = Value::text(&check.expression);
        rows.push(interpreter.dict([("name", optional(check.name.as_deref())), ("sqltext", text)]));
    }
    interpreter.list(rows)
}

fn primary_key(interpreter: &mut Interpreter<'_>, table: &Table) -> Value {
    let key = table.primary_key.as_ref();
    let columns = name_list(interpreter, key.map_or(&[], |key| key.columns.as_slice()));
    let name = optional(key.and_then(|key| key.name.as_deref()));
    interpreter.dict([("name", name), ("constrained_columns", columns)])
}
