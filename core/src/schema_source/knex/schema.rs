//! The schema builder: `knex.schema.createTable(...)` and what else it has.

use std::rc::Rc;

use crate::code::interpret::{Arguments, External, ExternalId, Interpreter, Run, Runner, Text, Value};
use crate::schema_source::knex::host::{Call, KnexHost, TABLE, VIEW};
use crate::schema_source::knex::raw::raw_text;
use crate::schema_source::knex::table::{Method, TableBuild};
use crate::schema_source::knex::view::ViewBuild;
use crate::schema_source::script::{ScriptHost as _, Sql};

impl KnexHost {
    /// The schema builder.
    pub(super) fn call_schema(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        callee: ExternalId,
        call: &Call<'_>,
    ) -> Run<Option<Value>> {
        let object = match interpreter.heap.external(callee) {
            External::Member { object, .. } => Some(*object),
            External::Symbol(_) | External::Call { .. } => None,
        };
        let schema = object.and_then(|object| match interpreter.heap.external(object) {
            External::Call { arguments, .. } => self.name(interpreter, arguments.positional.first()),
            External::Symbol(_) | External::Member { .. } => None,
        });
        let builder = object.map(Value::External).unwrap_or_else(|| interpreter.symbol("knex.schema"));
        let first = call.arguments.positional.first().cloned();
        match call.name {
            // Symbolic: what is done with it says what it is.
            "withSchema" => return Ok(None),
            "hasTable" | "hasColumn" => return Ok(Some(self.asked(interpreter, schema.as_ref(), call))),
            "raw" => {
                self.call_raw_always(interpreter, call);
            }
            "createTable" | "createTableIfNotExists" | "createTableLike" | "table" | "alterTable" => {
                self.build_table(interpreter, schema, call)?;
            }
            "createView" | "createViewOrReplace" | "createMaterializedView" => {
                self.build_view(interpreter, schema, call)?;
            }
            "alterView" | "view" => {
                let tables = self.name(interpreter, first.as_ref()).map(|name| name.value.to_string());
                let tables = tables.into_iter().collect();
                self.emit_opaque("how the view is altered is not followed", tables, call.span);
            }
            "refreshMaterializedView"
            | "createExtension"
            | "createExtensionIfNotExists"
            | "dropExtension"
            | "dropExtensionIfExists"
            | "createSchema"
            | "createSchemaIfNotExists"
            | "queryContext"
            | "transacting"
            | "debug"
            | "on"
            | "timeout" => {}
            _ => self.call_statement(interpreter, schema.as_ref(), call),
        }
        Ok(Some(builder))
    }

    fn call_raw_always(&mut self, interpreter: &Interpreter<'_>, call: &Call<'_>) {
        match raw_text(interpreter, call.arguments, self.dialect()) {
            Some(text) => self.execute(&text, call.span),
            None => self.emit_opaque("the statement is not known before it runs", vec![], call.span),
        }
    }

    /// `hasTable`, `hasColumn`: asked of the model as it stands.
    fn asked(&self, interpreter: &Interpreter<'_>, schema: Option<&Text>, call: &Call<'_>) -> Value {
        let Some(table) = self.name(interpreter, call.arguments.positional.first()) else {
            return Value::unknown("the name of the table is not known before it runs");
        };
        let table = self.schema().table(&self.table_name(schema, &table));
        if call.name == "hasTable" {
            return Value::Bool(table.is_some());
        }
        match self.name(interpreter, call.arguments.positional.get(1)) {
            Some(column) => Value::Bool(table.is_some_and(|table| table.column(&column.value).is_some())),
            None => Value::unknown("the name of the column is not known before it runs"),
        }
    }

    /// Calls that are one statement: drops and renames.
    fn call_statement(&mut self, interpreter: &Interpreter<'_>, schema: Option<&Text>, call: &Call<'_>) {
        let dialect = self.dialect();
        let name = |at: usize| self.name(interpreter, call.arguments.positional.get(at));
        let qualified = |sql: Sql, table: &Text| match schema {
            Some(schema) => sql.name(schema).words(".").path(table),
            None => sql.path(table),
        };
        let cascade = matches!(call.arguments.positional.get(1), Some(Value::Bool(true)));
        let statement = (|| {
            Some(match call.name {
                "dropTable" => qualified(Sql::new(dialect, "drop table "), &name(0)?),
                "dropTableIfExists" => qualified(Sql::new(dialect, "drop table if exists "), &name(0)?),
                "dropView" => qualified(Sql::new(dialect, "drop view "), &name(0)?),
                "dropViewIfExists" => qualified(Sql::new(dialect, "drop view if exists "), &name(0)?),
                "dropMaterializedView" => qualified(Sql::new(dialect, "drop materialized view "), &name(0)?),
                "dropMaterializedViewIfExists" => {
                    qualified(Sql::new(dialect, "drop materialized view if exists "), &name(0)?)
                }
                "renameTable" => qualified(Sql::new(dialect, "alter table "), &name(0)?)
                    .words(" rename to ")
                    .name(&name(1)?),
                "renameView" => qualified(Sql::new(dialect, "alter view "), &name(0)?)
                    .words(" rename to ")
                    .name(&name(1)?),
                "dropSchema" | "dropSchemaIfExists" => {
                    let words =
                        if call.name == "dropSchema" { "drop schema " } else { "drop schema if exists " };
                    Sql::new(dialect, words).name(&name(0)?).words(if cascade { " cascade" } else { "" })
                }
                _ => return None,
            })
        })();
        match statement {
            Some(sql) => self.execute_call(&sql.build(), call.span),
            None => {
                let reason = format!("`knex.schema.{}` is not understood here", call.name);
                let tables = name(0).map(|name| name.value.to_string()).into_iter().collect();
                self.emit_opaque(reason, tables, call.span);
            }
        }
    }

    fn build_table(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        schema: Option<Text>,
        call: &Call<'_>,
    ) -> Run<()> {
        let arguments = &call.arguments.positional;
        let Some(table) = self.name(interpreter, arguments.first()) else {
            self.emit_opaque("the name of the table is not known before it runs", vec![], call.span);
            return Ok(());
        };
        let like = call.name == "createTableLike";
        let callee = interpreter.heap.push_external(External::Symbol(Rc::from(TABLE)));
        let id = interpreter.heap.push_external(External::Call {
            callee,
            arguments: Rc::new(Arguments::of(vec![Value::Str(table.clone())])),
            span: call.span,
        });
        let build = TableBuild {
            id,
            method: match call.name {
                "createTable" | "createTableLike" => Method::Create,
                "createTableIfNotExists" => Method::CreateIfNot,
                _ => Method::Alter,
            },
            schema,
            like: if like { self.name(interpreter, arguments.get(1)) } else { None },
            table,
            span: call.span,
            columns: Vec::new(),
            steps: Vec::new(),
            inherits: None,
        };
        let callback = arguments.get(if like { 2 } else { 1 }).cloned();
        self.tables.push(build);
        let result = match callback {
            Some(callback) => {
                let this = Value::External(id);
                let inner = Rc::new(Arguments::of(vec![this.clone()]));
                let mut run = Runner { interpreter: &mut *interpreter, host: self };
                run.call_on(&callback, &this, &inner, call.span).map(|_| ())
            }
            None => Ok(()),
        };
        if let Some(build) = self.tables.pop() {
            self.compile(interpreter, &build);
        }
        result
    }

    fn build_view(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        schema: Option<Text>,
        call: &Call<'_>,
    ) -> Run<()> {
        let arguments = &call.arguments.positional;
        let Some(view) = self.name(interpreter, arguments.first()) else {
            self.emit_opaque("the name of the view is not known before it runs", vec![], call.span);
            return Ok(());
        };
        let words = match call.name {
            "createMaterializedView" => "create materialized view ",
            "createViewOrReplace" => "create or replace view ",
            _ => "create view ",
        };
        let head = Sql::new(self.dialect(), words);
        let head = match &schema {
            Some(schema) => head.name(schema).words("."),
            None => head,
        };
        let callee = interpreter.heap.push_external(External::Symbol(Rc::from(VIEW)));
        let inner = External::Call { callee, arguments: Rc::default(), span: call.span };
        let id = interpreter.heap.push_external(inner);
        self.views.push(ViewBuild { id, head: head.path(&view).build(), columns: None, query: None });
        let result = match arguments.get(1).cloned() {
            Some(callback) => {
                let this = Value::External(id);
                let inner = Rc::new(Arguments::of(vec![this.clone()]));
                let mut run = Runner { interpreter: &mut *interpreter, host: self };
                run.call_on(&callback, &this, &inner, call.span).map(|_| ())
            }
            None => Ok(()),
        };
        let Some(build) = self.views.pop() else { return result };
        match build.statement(interpreter, self.dialect()) {
            Some(statement) => self.execute_call(&statement, call.span),
            None => {
                let tables = vec![view.value.to_string()];
                self.emit_opaque("the query of the view is not followed", tables, call.span);
            }
        }
        result
    }
}
