//! The query runner: `createTable`, `addColumn`, `dropForeignKey` and what else it has.

use super::host::{Call, TypeOrmHost};
use super::loaded;
use super::naming::Named;
use super::object;
use super::spec::{ColumnSpec, ForeignSpec, KeySpec, SpecReader, TableSpec};
use super::write::{self, Target};
use crate::code::interpret::{Interpreter, Text, Value};
use crate::schema::{Dialect, TableName};
use crate::schema_source::script::{Options, ScriptHost as _, Sql};
use crate::text::Span;

/// A table that a call names, by its name or as an object.
#[derive(Clone)]
pub(super) struct TableArgument {
    pub target: Target,
    pub name: TableName,
}

impl TypeOrmHost {
    /// A method of the query runner.
    pub(super) fn call_runner(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        call: &Call<'_>,
    ) -> Option<Value> {
        match call.name {
            "query" => {
                self.query(interpreter, call);
                return None;
            }
            "hasTable" | "hasColumn" | "getTable" | "getTables" => return self.asked(interpreter, call),
            "connect"
            | "release"
            | "startTransaction"
            | "commitTransaction"
            | "rollbackTransaction"
            | "clearTable"
            | "stream"
            | "createDatabase"
            | "changeTableComment"
            | "enableSqlMemory"
            | "disableSqlMemory"
            | "clearSqlMemory"
            | "getMemorySql"
            | "createSchema" => {
                return Some(Value::None);
            }
            _ if call.name.starts_with("get") || call.name.starts_with("has") => return None,
            "createView" | "dropView" | "createViewIndex" | "createViewIndices" | "dropViewIndex" => {
                self.call_view(interpreter, call);
            }
            "dropSchema" => self.drop_schema(interpreter, call),
            "createTable" => self.create_table(interpreter, call),
            _ => {
                if let Err(reason) = self.call_table(interpreter, call) {
                    self.report(interpreter, reason, call);
                }
            }
        }
        Some(Value::None)
    }

    fn report(&mut self, interpreter: &Interpreter<'_>, reason: &str, call: &Call<'_>) {
        let table = self.table_argument(interpreter, call.at(0)).map(|table| table.name.to_string());
        self.emit_opaque(format!("`{}`: {reason}", call.name), table.into_iter().collect(), call.span);
    }

    /// A table by its name, or as an object.
    pub(super) fn table_argument(
        &self,
        interpreter: &Interpreter<'_>,
        value: Option<&Value>,
    ) -> Option<TableArgument> {
        let options = Options::new(interpreter);
        let (path, schema) = match value? {
            object @ Value::Dict(_) => {
                (options.entry_text(Some(object), "name")?, options.entry_text(Some(object), "schema"))
            }
            text => (options.text(Some(text))?, None),
        };
        Some(self.table_named(&path, schema.as_ref()))
    }

    pub(super) fn table_named(&self, path: &Text, schema: Option<&Text>) -> TableArgument {
        let target = Target::new(self.dialect(), path, schema.or(self.default_schema.as_ref()));
        let name = TableName {
            schema: target.schema.as_ref().map(|schema| schema.value.to_string()),
            name: target.name.value.to_string(),
        };
        TableArgument { name: self.record.schema.canonical(&name), target }
    }

    /// The table as TypeORM knows it at this moment.
    pub(super) fn known(&self, table: &TableArgument) -> Option<TableSpec> {
        let schema = &self.record.schema;
        let mut spec = loaded::table(schema, schema.table(&table.name)?);
        for (_, given) in self.given.iter().filter(|(name, _)| *name == table.name) {
            let own = spec.columns.iter_mut().find(|column| column.name.value == given.name.value);
            if let Some(own) = own {
                *own = ColumnSpec { name: own.name.clone(), ..given.clone() };
            }
        }
        Some(spec)
    }

    fn asked(&mut self, interpreter: &mut Interpreter<'_>, call: &Call<'_>) -> Option<Value> {
        if call.name == "getTables" {
            let names = Options::new(interpreter).texts(call.at(0))?;
            let tables: Vec<TableSpec> =
                names.iter().filter_map(|name| self.known(&self.table_named(name, None))).collect();
            let tables = tables.iter().map(|table| object::of_table(interpreter, table)).collect();
            return Some(interpreter.list(tables));
        }
        let Some(table) = self.table_argument(interpreter, call.at(0)) else {
            return Some(Value::unknown("the name of the table is not known before it runs"));
        };
        match call.name {
            "hasTable" => Some(Value::Bool(self.record.schema.table(&table.name).is_some())),
            "hasColumn" => match Options::new(interpreter).text(call.at(1)) {
                Some(column) => {
                    let table = self.record.schema.table(&table.name);
                    Some(Value::Bool(table.is_some_and(|table| table.column(&column.value).is_some())))
                }
                None => Some(Value::unknown("the name of the column is not known before it runs")),
            },
            _ => match self.known(&table) {
                Some(spec) => Some(object::of_table(interpreter, &spec)),
                None => Some(Value::None),
            },
        }
    }

    /// Takes a statement that TypeORM sends.
    pub(super) fn send(&mut self, sql: Sql, span: Span) {
        self.execute_call(&sql.build(), span);
    }

    pub(super) fn send_alter(&mut self, target: &Target, words: &str, part: &Text, span: Span) {
        self.send(target.sql("ALTER TABLE ").words(words).text(part), span);
    }

    fn create_table(&mut self, interpreter: &Interpreter<'_>, call: &Call<'_>) {
        let Some(mut table) = call.at(0).and_then(|table| SpecReader::new(interpreter).table(table)) else {
            self.emit_opaque("the table that is made is not known before it runs", vec![], call.span);
            return;
        };
        let own = self.table_named(&table.name, table.schema.as_ref());
        if call.truth(1, false) && self.record.schema.table(&own.name).is_some() {
            return;
        }
        for reason in std::mem::take(&mut table.unknown) {
            self.record.note(call.span, reason);
        }
        if !call.truth(2, true) {
            table.foreign_keys.clear();
        }
        for column in &table.columns {
            self.make_enum(&own.target, column, call.span);
        }
        self.execute_call(&write::table(&own.target, &table), call.span);
        if call.truth(3, true) && self.dialect() != Dialect::Mysql {
            for index in &table.indices {
                self.execute_call(&write::index(&own.target, index), call.span);
            }
        }
    }

    /// `CREATE TYPE` of a column's enum, unless it is there.
    pub(super) fn make_enum(&mut self, target: &Target, column: &ColumnSpec, span: Span) {
        if self.dialect() != Dialect::Postgres || !column.is_enum() {
            return;
        }
        let schema = target.schema.as_ref().map(|schema| schema.value.to_string());
        let name = TableName { schema, name: target.enum_name(column) };
        if self.record.schema.enum_type(&name).is_none() {
            let statement = write::enum_statement(target, column, &target.enum_type(column));
            self.execute_call(&statement, span);
        }
    }

    /// Methods whose first argument is a table.
    fn call_table(&mut self, interpreter: &mut Interpreter<'_>, call: &Call<'_>) -> Result<(), &'static str> {
        const UNKNOWN: &str = "what it is given is not known before it runs";
        let table = self.table_argument(interpreter, call.at(0));
        let table = table.ok_or("the name of the table is not known before it runs")?;
        let each = many(interpreter, call.at(1));
        let reader = SpecReader::new(interpreter);
        match call.name {
            "dropTable" => {
                let words = if call.truth(1, false) { "DROP TABLE IF EXISTS " } else { "DROP TABLE " };
                self.send(table.target.sql(words), call.span);
            }
            "renameTable" => {
                let to = Options::new(interpreter).text(call.at(1)).ok_or(UNKNOWN)?;
                self.rename_table(&table, &to, call.span);
            }
            "addColumn" | "addColumns" => {
                let columns: Option<Vec<ColumnSpec>> =
                    each.iter().map(|column| reader.column(column)).collect();
                for column in columns.filter(|columns| !columns.is_empty()).ok_or(UNKNOWN)? {
                    self.add_column(&table, &column, call.span);
                }
            }
            "dropColumn" | "dropColumns" => {
                let names: Option<Vec<Text>> =
                    each.iter().map(|column| name_of(interpreter, column)).collect();
                for name in names.filter(|names| !names.is_empty()).ok_or(UNKNOWN)? {
                    self.drop_column(&table, &name, call.truth(2, false), call.span);
                }
            }
            "renameColumn" | "changeColumn" => {
                let before = call.at(1).and_then(|column| name_of(interpreter, column)).ok_or(UNKNOWN)?;
                let after = match (call.name, call.at(2)) {
                    ("renameColumn", Some(Value::Str(name))) if !name.has_holes() => {
                        let known = self.known(&table).and_then(|known| known.column(&before.value).cloned());
                        known.map(|known| ColumnSpec { name: name.clone(), ..known })
                    }
                    (_, after) => after.and_then(|after| reader.column(after)),
                };
                self.change_column(&table, &before, &after.ok_or(UNKNOWN)?, call.span);
            }
            "changeColumns" => {
                for pair in &each {
                    let options = Options::new(interpreter);
                    let before =
                        options.entry(Some(pair), "oldColumn").and_then(|old| name_of(interpreter, old));
                    let after = options.entry(Some(pair), "newColumn").and_then(|new| reader.column(new));
                    self.change_column(&table, &before.ok_or(UNKNOWN)?, &after.ok_or(UNKNOWN)?, call.span);
                }
            }
            "createPrimaryKey" | "updatePrimaryKeys" => {
                let names: Option<Vec<Text>> =
                    each.iter().map(|column| name_of(interpreter, column)).collect();
                let names = names.filter(|names| !names.is_empty()).ok_or(UNKNOWN)?;
                let name = Options::new(interpreter).text(call.at(2));
                self.set_primary_key(&table, &names, name.as_ref(), call);
            }
            "dropPrimaryKey" => self.drop_primary_key(&table, call.span),
            _ => self.call_constraint(interpreter, &table, &each, call)?,
        }
        Ok(())
    }

    /// Methods that make or drop constraints and indexes.
    fn call_constraint(
        &mut self,
        interpreter: &Interpreter<'_>,
        table: &TableArgument,
        each: &[Value],
        call: &Call<'_>,
    ) -> Result<(), &'static str> {
        const UNKNOWN: &str = "what it is given is not known before it runs";
        let (verb, named) = constraint_method(call.name).ok_or("this method is not understood")?;
        let reader = SpecReader::new(interpreter);
        for item in each {
            if verb == "create" {
                match named {
                    Named::ForeignKey => {
                        let key = reader.foreign_key(item).ok_or(UNKNOWN)?;
                        self.add_part(table, &write::foreign_key(&table.target, &key), call.span);
                    }
                    Named::Index => {
                        let index = reader.key(item).ok_or(UNKNOWN)?;
                        self.execute_call(&write::index(&table.target, &index), call.span);
                    }
                    named => {
                        let key = reader.key(item).ok_or(UNKNOWN)?;
                        let part = write::constraint(&table.target, named, &key).ok_or(UNKNOWN)?;
                        self.add_part(table, &part, call.span);
                    }
                }
                continue;
            }
            let name = match (item, named) {
                (Value::Dict(_), Named::ForeignKey) => {
                    reader.foreign_key(item).map(|key| self.foreign_name(table, &key))
                }
                (Value::Dict(_), named) => {
                    reader.key(item).and_then(|key| self.name_of_key(table, named, &key))
                }
                (item, _) => name_of(interpreter, item),
            };
            self.drop_named(table, named, &name.ok_or(UNKNOWN)?, call.truth(2, false), call.span);
        }
        if each.is_empty() && !matches!(call.at(1), Some(Value::List(_))) {
            return Err(UNKNOWN);
        }
        Ok(())
    }

    fn foreign_name(&self, table: &TableArgument, key: &ForeignSpec) -> Text {
        let made = || table.target.key_name(Named::ForeignKey, &key.columns, None);
        key.name.clone().unwrap_or_else(made)
    }

    fn name_of_key(&self, table: &TableArgument, named: Named, key: &KeySpec) -> Option<Text> {
        let behind = key.expression.as_ref().filter(|_| named == Named::Index);
        match (&key.name, named) {
            (Some(name), _) => Some(name.clone()),
            (None, Named::Check | Named::Exclusion) => None,
            (None, _) => Some(table.target.key_name(named, &key.columns, behind)),
        }
    }

    /// `ALTER TABLE t ADD part`.
    pub(super) fn add_part(&mut self, table: &TableArgument, part: &Text, span: Span) {
        self.send_alter(&table.target, " ADD ", part, span);
    }

    /// Drops a constraint or an index by its name.
    pub(super) fn drop_named(
        &mut self,
        table: &TableArgument,
        named: Named,
        name: &Text,
        if_exists: bool,
        span: Span,
    ) {
        let known = self.record.schema.table(&table.name);
        if if_exists && !known.is_some_and(|known| known.key_names().any(|own| *own == *name.value)) {
            return;
        }
        let sql = match (self.dialect(), named) {
            (Dialect::Mysql, Named::Index | Named::Unique) => {
                table.target.named(Sql::new(Dialect::Mysql, "DROP INDEX ").name(name).words(" ON "))
            }
            (Dialect::Mysql, Named::ForeignKey) => {
                table.target.sql("ALTER TABLE ").words(" DROP FOREIGN KEY ").name(name)
            }
            (dialect, Named::Index) => match &table.target.schema {
                Some(schema) => Sql::new(dialect, "DROP INDEX ").name(schema).words(".").name(name),
                None => Sql::new(dialect, "DROP INDEX ").name(name),
            },
            _ => table.target.sql("ALTER TABLE ").words(" DROP CONSTRAINT ").name(name),
        };
        self.send(sql, span);
    }

    fn drop_schema(&mut self, interpreter: &Interpreter<'_>, call: &Call<'_>) {
        let Some(name) = Options::new(interpreter).text(call.at(0)) else {
            self.emit_opaque("the schema that is dropped is not known before it runs", vec![], call.span);
            return;
        };
        let words = if call.truth(1, false) { "DROP SCHEMA IF EXISTS " } else { "DROP SCHEMA " };
        let cascade = if call.truth(2, false) { " CASCADE" } else { "" };
        let name = Target::new(self.dialect(), &name, None).name;
        self.send(Sql::new(self.dialect(), words).name(&name).words(cascade), call.span);
    }

    fn call_view(&mut self, interpreter: &Interpreter<'_>, call: &Call<'_>) {
        let options = Options::new(interpreter);
        let Some(view) = self.table_argument(interpreter, call.at(0)) else {
            self.emit_opaque("the name of the view is not known before it runs", vec![], call.span);
            return;
        };
        let materialized = if options.flag(call.at(0), "materialized") { "MATERIALIZED " } else { "" };
        match call.name {
            "createView" => match options.entry_text(call.at(0), "expression") {
                Some(query) => {
                    let sql =
                        view.target.sql(&format!("CREATE {materialized}VIEW ")).words(" AS ").text(&query);
                    self.send(sql, call.span);
                }
                None => {
                    let reason = "the query of the view is made by a query builder, which is not followed";
                    self.emit_opaque(reason, vec![view.name.to_string()], call.span);
                }
            },
            "dropView" => {
                let known = self.record.schema.table(&view.name).and_then(|known| known.query.as_ref());
                let materialized = known.map_or(!materialized.is_empty(), |query| query.materialized);
                let materialized = if materialized { "MATERIALIZED " } else { "" };
                let exists = if call.truth(1, false) { "IF EXISTS " } else { "" };
                self.send(view.target.sql(&format!("DROP {materialized}VIEW {exists}")), call.span);
            }
            // Indexes of views change no answer of theirs.
            _ => {}
        }
    }
}

/// One thing or the things of a list.
fn many(interpreter: &Interpreter<'_>, value: Option<&Value>) -> Vec<Value> {
    match value {
        None | Some(Value::None | Value::Unknown(_)) => Vec::new(),
        Some(value) => match interpreter.items(value) {
            Some(items) => items.to_vec(),
            None => vec![value.clone()],
        },
    }
}

/// A name, or the name of an object.
fn name_of(interpreter: &Interpreter<'_>, value: &Value) -> Option<Text> {
    let options = Options::new(interpreter);
    match value {
        Value::Dict(_) => options.entry_text(Some(value), "name"),
        other => options.text(Some(other)),
    }
}

/// `createForeignKeys`: what it does, and to what.
fn constraint_method(name: &str) -> Option<(&'static str, Named)> {
    let (verb, rest) = match (name.strip_prefix("create"), name.strip_prefix("drop")) {
        (Some(rest), _) => ("create", rest),
        (_, Some(rest)) => ("drop", rest),
        _ => return None,
    };
    let named = match rest {
        "ForeignKey" | "ForeignKeys" => Named::ForeignKey,
        "Index" | "Indices" => Named::Index,
        "UniqueConstraint" | "UniqueConstraints" => Named::Unique,
        "CheckConstraint" | "CheckConstraints" => Named::Check,
        "ExclusionConstraint" | "ExclusionConstraints" => Named::Exclusion,
        _ => return None,
    };
    Some((verb, named))
}
