//! Calls on table builders, and on the columns and foreign keys that these give.

use std::rc::Rc;

use crate::code::interpret::{Arguments, External, ExternalId, Interpreter, Text, Value};
use crate::schema_source::knex::host::{Call, KnexHost, TABLE};
use crate::schema_source::knex::table::{Alter, ColumnBuild, ForeignBuild, TableStep, is_column_method};
use crate::schema_source::script::{Options, ScriptHost as _, made_up};
use crate::text::Span;

impl KnexHost {
    /// Calls on a table builder, on a column of it, on a foreign key; `None` where `object` is none of them.
    pub(super) fn call_builder(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        object: ExternalId,
        call: &Call<'_>,
    ) -> Option<Value> {
        if let Some(view) = self.views.iter().position(|view| view.id == object) {
            self.call_view(interpreter, view, call);
            return Some(Value::External(object));
        }
        for at in (0..self.tables.len()).rev() {
            let build = self.tables.get(at)?;
            if build.id == object {
                return Some(self.call_table(interpreter, at, call));
            }
            if let Some(column) = build.columns.iter().position(|column| column.id == object) {
                self.call_column(interpreter, (at, column), call);
                return Some(Value::External(object));
            }
            let is_key = |step: &TableStep| step.foreign.as_ref().is_some_and(|key| key.id == object);
            if let Some(step) = build.steps.iter().position(is_key) {
                self.call_foreign(interpreter, (at, step), call);
                return Some(Value::External(object));
            }
        }
        None
    }

    fn call_view(&mut self, interpreter: &Interpreter<'_>, view: usize, call: &Call<'_>) {
        let columns = self.names(interpreter, call.arguments.positional.first());
        let Some(build) = self.views.get_mut(view) else { return };
        match call.name {
            "columns" => build.columns = columns,
            "as" => build.query = call.arguments.positional.first().cloned(),
            _ => {}
        }
    }

    /// Whether what is said of a table may never be said; then that is what is recorded.
    fn left_open(&mut self, at: usize, span: Span) -> bool {
        self.record.count_step();
        let open = self.record.in_unknown_loop();
        if open {
            let table = self.tables.get(at).map(|build| build.table.value.to_string());
            let reason = "how often this runs depends on what the database holds";
            self.emit_opaque(reason, table.into_iter().collect(), span);
        }
        open
    }

    fn call_table(&mut self, interpreter: &mut Interpreter<'_>, at: usize, call: &Call<'_>) -> Value {
        let builder = Value::External(self.tables.get(at).map_or_else(
            || interpreter.heap.push_external(External::Symbol(Rc::from(TABLE))),
            |build| build.id,
        ));
        match call.name {
            "comment" | "engine" | "charset" | "collate" | "queryContext" => return builder,
            _ => {}
        }
        if self.left_open(at, call.span) {
            return interpreter.symbol(TABLE);
        }
        if is_column_method(call.name) {
            return self.add_column(interpreter, at, call);
        }
        let arguments = self.step_arguments(interpreter, &call.arguments.positional);
        match call.name {
            "timestamps" => self.add_timestamps(interpreter, at, call),
            "inherits" => {
                let parent = self.name(interpreter, arguments.first());
                if let Some(build) = self.tables.get_mut(at) {
                    build.inherits = parent;
                }
            }
            "foreign" => return self.add_foreign(interpreter, at, call),
            "dropTimestamps" => {
                let camel = matches!(arguments.first(), Some(Value::Bool(true)));
                let names = if camel { ["createdAt", "updatedAt"] } else { ["created_at", "updated_at"] };
                let names = names.map(|name| Value::Str(self.in_database(made_up(name, call.span)))).to_vec();
                self.push_step(at, "dropColumn", names, call.span);
            }
            "dropColumn" | "dropColumns" => self.push_step(at, "dropColumn", arguments, call.span),
            "index"
            | "primary"
            | "unique"
            | "dropPrimary"
            | "dropPrimaryIfExists"
            | "dropUnique"
            | "dropUniqueIfExists"
            | "dropIndex"
            | "dropForeign"
            | "dropForeignIfExists"
            | "renameColumn"
            | "setNullable"
            | "dropNullable"
            | "check"
            | "dropChecks" => {
                self.push_step(at, call.name, arguments, call.span);
            }
            other => {
                let table = self.tables.get(at).map(|build| build.table.value.to_string());
                let reason = format!("`{other}` is no method of Knex's table builder that is known");
                self.emit_opaque(reason, table.into_iter().collect(), call.span);
            }
        }
        builder
    }

    fn push_step(&mut self, at: usize, method: &str, arguments: Vec<Value>, span: Span) {
        if let Some(build) = self.tables.get_mut(at) {
            build.steps.push(TableStep { method: method.to_owned(), arguments, span, foreign: None });
        }
    }

    fn add_column(&mut self, interpreter: &mut Interpreter<'_>, at: usize, call: &Call<'_>) -> Value {
        let kind = call.name.to_ascii_lowercase();
        let given = call.arguments.positional.first().filter(|name| !matches!(name, Value::None));
        let name = match given {
            None if kind.contains("increments") => Some(made_up("id", call.span)),
            given => self.name(interpreter, given),
        };
        let Some(name) = name else {
            let table = self.tables.get(at).map(|build| build.table.value.to_string());
            let reason = "the name of the column is not known before it runs";
            self.emit_opaque(reason, table.into_iter().collect(), call.span);
            return interpreter.symbol(TABLE);
        };
        let arguments = call.arguments.positional.iter().skip(1).cloned().collect();
        self.push_column(interpreter, at, kind, name, arguments, call.span)
    }

    fn push_column(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        at: usize,
        kind: String,
        name: Text,
        arguments: Vec<Value>,
        span: Span,
    ) -> Value {
        let callee = interpreter.heap.push_external(External::Symbol(Rc::from("knex.ColumnBuilder")));
        let id = interpreter.heap.push_external(External::Call { callee, arguments: Rc::default(), span });
        if let Some(build) = self.tables.get_mut(at) {
            build.columns.push(ColumnBuild {
                id,
                kind,
                arguments,
                name,
                span,
                alter: None,
                modifiers: Vec::new(),
                foreign: None,
            });
        }
        Value::External(id)
    }

    /// `timestamps(useTimestamps, defaultToNow, useCamelCase)`, or the same as an object.
    fn add_timestamps(&mut self, interpreter: &mut Interpreter<'_>, at: usize, call: &Call<'_>) {
        let first = call.arguments.positional.first();
        let options = Options::new(interpreter);
        let truth = |index: usize, key: &str| match first {
            Some(Value::Dict(_)) => options.flag(first, key),
            _ => matches!(call.arguments.positional.get(index), Some(Value::Bool(true))),
        };
        let (zoned, now, camel) =
            (truth(0, "useTimestamps"), truth(1, "defaultToNow"), truth(2, "useCamelCase"));
        let kind = if zoned { "timestamp" } else { "datetime" };
        for name in if camel { ["createdAt", "updatedAt"] } else { ["created_at", "updated_at"] } {
            let name = self.in_database(made_up(name, call.span));
            self.push_column(interpreter, at, kind.to_owned(), name, Vec::new(), call.span);
            if !now {
                continue;
            }
            let callee = interpreter.heap.push_external(External::Symbol(Rc::from("knex.fn.now")));
            let now = External::Call { callee, arguments: Rc::default(), span: call.span };
            let now = Value::External(interpreter.heap.push_external(now));
            let column = self.tables.get_mut(at).and_then(|build| build.columns.last_mut());
            if let Some(column) = column {
                let modifier = |name: &str, value| (name.to_owned(), Rc::new(Arguments::of(vec![value])));
                column.modifiers.push(modifier("nullable", Value::Bool(false)));
                column.modifiers.push(modifier("defaultTo", now));
            }
        }
    }

    fn add_foreign(&mut self, interpreter: &mut Interpreter<'_>, at: usize, call: &Call<'_>) -> Value {
        let columns = self.names(interpreter, call.arguments.positional.first());
        let Some(columns) = columns else {
            self.emit_opaque(
                "the columns of the foreign key are not known before it runs",
                vec![],
                call.span,
            );
            return interpreter.symbol(TABLE);
        };
        let name = self.name(interpreter, call.arguments.positional.get(1));
        let id = self.push_foreign(interpreter, at, columns, name, call.span);
        Value::External(id)
    }

    fn push_foreign(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        at: usize,
        columns: Vec<Text>,
        name: Option<Text>,
        span: Span,
    ) -> ExternalId {
        let callee = interpreter.heap.push_external(External::Symbol(Rc::from("knex.ForeignBuilder")));
        let id = interpreter.heap.push_external(External::Call { callee, arguments: Rc::default(), span });
        let key = ForeignBuild {
            id,
            columns,
            name,
            references: Vec::new(),
            table: None,
            on_update: None,
            on_delete: None,
        };
        if let Some(build) = self.tables.get_mut(at) {
            let method = "foreign".to_owned();
            build.steps.push(TableStep { method, arguments: Vec::new(), span, foreign: Some(key) });
        }
        id
    }

    fn call_column(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        (at, index): (usize, usize),
        call: &Call<'_>,
    ) {
        let column = |host: &Self| host.tables.get(at).and_then(|build| build.columns.get(index)).cloned();
        let Some(known) = column(self) else { return };
        match call.name {
            "references" => {
                self.push_foreign(interpreter, at, vec![known.name], None, call.span);
                let step = self.tables.get(at).map_or(0, |build| build.steps.len().saturating_sub(1));
                if let Some(column) = self.tables.get_mut(at).and_then(|build| build.columns.get_mut(index)) {
                    column.foreign = Some(step);
                }
                self.call_foreign(interpreter, (at, step), call);
            }
            "on" | "inTable" | "onDelete" | "onUpdate" | "withKeyName" | "deferrable" => {
                if let Some(step) = known.foreign {
                    self.call_foreign(interpreter, (at, step), call);
                }
            }
            "index" | "primary" | "unique" => {
                if !known.counts_up() {
                    let mut arguments = vec![Value::Str(known.name)];
                    arguments.extend(call.arguments.positional.iter().cloned());
                    self.push_step(at, call.name, arguments, call.span);
                }
            }
            "alter" => {
                let first = call.arguments.positional.first();
                let options = Options::new(interpreter);
                let denied = |key| matches!(options.entry(first, key), Some(Value::Bool(false)));
                let alter = Alter { nullable: !denied("alterNullable"), ty: !denied("alterType") };
                if let Some(column) = self.tables.get_mut(at).and_then(|build| build.columns.get_mut(index)) {
                    column.alter = Some(alter);
                }
            }
            name => self.modify(interpreter, (at, index), name, call),
        }
    }

    fn modify(
        &mut self,
        interpreter: &Interpreter<'_>,
        (at, index): (usize, usize),
        name: &str,
        call: &Call<'_>,
    ) {
        let not_null = Rc::new(Arguments::of(vec![Value::Bool(false)]));
        let (name, arguments) = match name {
            "default" | "defaultsTo" | "defaultTo" => ("defaultTo", call.arguments.clone()),
            "notNull" | "notNullable" => ("nullable", not_null),
            "after" => {
                let after = self.name(interpreter, call.arguments.positional.first());
                ("after", Rc::new(Arguments::of(after.map(Value::Str).into_iter().collect())))
            }
            "unsigned" | "nullable" | "first" | "comment" | "collate" | "checkPositive" | "checkNegative"
            | "checkIn" | "checkNotIn" | "checkBetween" | "checkLength" | "checkRegex" => {
                (name, call.arguments.clone())
            }
            "queryContext" => return,
            other => {
                let table = self.tables.get(at).map(|build| build.table.value.to_string());
                let reason = format!("`{other}` is no method of Knex's column builder that is known");
                return self.emit_opaque(reason, table.into_iter().collect(), call.span);
            }
        };
        if let Some(column) = self.tables.get_mut(at).and_then(|build| build.columns.get_mut(index)) {
            column.modifiers.push((name.to_owned(), arguments));
        }
    }

    fn call_foreign(&mut self, interpreter: &Interpreter<'_>, (at, step): (usize, usize), call: &Call<'_>) {
        let first = call.arguments.positional.first();
        let names = self.names(interpreter, first);
        let text = Options::new(interpreter).text(first);
        let Some(key) = self.tables.get_mut(at).and_then(|build| build.steps.get_mut(step)?.foreign.as_mut())
        else {
            return;
        };
        match call.name {
            "references" => match names.as_deref() {
                // `references("table.column")`.
                Some([single]) if single.value.contains('.') => {
                    let at = single.value.find('.').unwrap_or(0);
                    key.table = Some(single.slice(0, at));
                    key.references = vec![single.slice(at + 1, single.value.len())];
                }
                _ => key.references = names.unwrap_or_default(),
            },
            "on" | "inTable" => key.table = names.and_then(|names| names.into_iter().next()),
            "onDelete" => key.on_delete = text,
            "onUpdate" => key.on_update = text,
            "withKeyName" => key.name = names.and_then(|names| names.into_iter().next()),
            _ => {}
        }
    }
}
