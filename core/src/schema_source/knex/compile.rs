//! A table builder as the statements that Knex makes of it, in Knex's order (`tablecompiler.js` and its kin): the columns,
//! then what the columns ask for, then the steps as they were written.

use crate::code::interpret::{Interpreter, Text, Value};
use crate::migration::{ColumnAlteration, Constraint, OperationKind};
use crate::schema::{ColumnType, DefaultValue, Dialect, Table, TableName};
use crate::schema_source::knex::column::Columns;
use crate::schema_source::knex::host::KnexHost;
use crate::schema_source::knex::table::{ColumnBuild, ForeignBuild, Method, TableBuild, TableStep};
use crate::schema_source::script::{Options, ScriptHost as _, Sql};
use crate::text::Span;

impl KnexHost {
    /// Takes what a builder was told.
    pub(super) fn compile(&mut self, interpreter: &mut Interpreter<'_>, build: &TableBuild) {
        for column in &build.columns {
            let made = self.columns(interpreter, build).native_enum(column).and_then(|(_, make)| make);
            if let Some(make) = made {
                self.execute_call(&make, column.span);
            }
        }
        if build.method == Method::Alter {
            self.add_columns(interpreter, build);
        } else {
            self.create(interpreter, build);
        }
        for column in build.columns.iter().filter(|column| column.alter.is_some()) {
            self.alter_column(interpreter, build, column);
        }
        let mut checks = 0;
        for step in &build.steps {
            self.step(interpreter, build, step, &mut checks);
        }
    }

    fn columns<'a, 'p>(
        &'a mut self,
        interpreter: &'a mut Interpreter<'p>,
        build: &'a TableBuild,
    ) -> Columns<'a, 'p> {
        let dialect = self.dialect();
        Columns { interpreter, host: self, dialect, build }
    }

    fn begin(&self, words: &str, build: &TableBuild) -> Sql {
        self.table(Sql::new(self.dialect(), words), build)
    }

    fn table(&self, sql: Sql, build: &TableBuild) -> Sql {
        match &build.schema {
            Some(schema) => sql.name(schema).words(".").path(&build.table),
            None => sql.path(&build.table),
        }
    }

    fn not_known(&mut self, what: &str, build: &TableBuild, span: Span) {
        let reason = format!("a part of {what} is not known before it runs");
        self.emit_opaque(reason, vec![build.table.value.to_string()], span);
    }

    fn create(&mut self, interpreter: &mut Interpreter<'_>, build: &TableBuild) {
        let mut parts: Vec<Text> = Vec::new();
        for column in &build.columns {
            match self.columns(interpreter, build).definition(column) {
                Some(definition) => parts.push(definition),
                None => self.not_known("the column", build, column.span),
            }
        }
        let words = match build.method {
            Method::CreateIfNot => "create table if not exists ",
            Method::Create | Method::Alter => "create table ",
        };
        let mut sql = self.begin(words, build);
        let dialect = self.dialect();
        match (&build.like, dialect) {
            (Some(like), Dialect::Postgres | Dialect::Mssql) => {
                parts.insert(0, Sql::new(dialect, "like ").path(like).words(" including all").build());
            }
            (Some(like), Dialect::Mysql) => {
                self.execute_call(&sql.words(" like ").path(like).build(), build.span);
                return self.add_columns(interpreter, build);
            }
            (Some(like), Dialect::Sqlite) => {
                let query = sql.words(" as select * from ").path(like).words(" where 0=1").build();
                self.execute_call(&query, build.span);
                return self.add_columns(interpreter, build);
            }
            (None, _) => {}
        }
        parts.extend(self.keys_of_new_table(interpreter, build));
        sql = sql.words(" (");
        for (index, part) in parts.iter().enumerate() {
            sql = sql.words(if index > 0 { ", " } else { "" }).text(part);
        }
        sql = sql.words(")");
        if let Some(parent) = &build.inherits {
            sql = sql.words(" inherits (").path(parent).words(")");
        }
        self.execute_call(&sql.build(), build.span);
    }

    /// What stands behind the columns of a new table: SQLite's foreign keys, the primary key, checks.
    fn keys_of_new_table(&mut self, interpreter: &mut Interpreter<'_>, build: &TableBuild) -> Vec<Text> {
        let mut parts = Vec::new();
        let dialect = self.dialect();
        if dialect == Dialect::Sqlite {
            let keys = build.steps.iter().filter_map(|step| step.foreign.as_ref());
            parts.extend(keys.filter_map(|key| foreign_key(dialect, key, key.name.as_ref())));
        }
        let primary = build.steps.iter().find(|step| step.method == "primary");
        if let Some(step) = primary {
            match primary_key(interpreter, dialect, build, step) {
                Some(key) => parts.push(key),
                None => self.not_known("the primary key", build, step.span),
            }
        }
        for step in build.steps.iter().filter(|step| step.method == "check") {
            match check(interpreter, dialect, step) {
                Some((name, condition)) => {
                    let name = name.map(|name| format!("constraint {} ", name.value)).unwrap_or_default();
                    parts.push(Sql::new(dialect, &name).words("check (").text(&condition).words(")").build());
                }
                None => self.not_known("the check", build, step.span),
            }
        }
        parts
    }

    fn add_columns(&mut self, interpreter: &mut Interpreter<'_>, build: &TableBuild) {
        for column in build.columns.iter().filter(|column| column.alter.is_none()) {
            match self.columns(interpreter, build).definition(column) {
                Some(definition) => {
                    let sql = self.begin("alter table ", build).words(" add column ").text(&definition);
                    self.execute_call(&sql.build(), column.span);
                }
                None => self.not_known("the column", build, column.span),
            }
        }
    }

    /// `alter()`: type, nullability and default become what is said here; what is not said is gone.
    fn alter_column(&mut self, interpreter: &mut Interpreter<'_>, build: &TableBuild, column: &ColumnBuild) {
        let Some(alter) = column.alter else { return };
        let dialect = self.dialect();
        let postgres = dialect == Dialect::Postgres;
        let default = self.columns(interpreter, build).default_of(column);
        let ty = self.columns(interpreter, build).ty(column);
        let (Some(default), Some(ty)) = (default, ty) else {
            return self.not_known("the column", build, column.span);
        };
        if column.counts_up() {
            return self.emit_opaque(
                "a column that counts up is altered, which databases do not take",
                vec![build.table.value.to_string()],
                column.span,
            );
        }
        let unsigned = dialect == Dialect::Mysql && column.modifier("unsigned").is_some();
        let ty = if unsigned { format!("{ty} unsigned") } else { ty };
        let alteration = ColumnAlteration {
            ty: (alter.ty || !postgres).then(|| self.column_type(&ty)),
            nullable: (alter.nullable || !postgres).then(|| column.nullable()),
            default: Some(default.and_then(|text| DefaultValue::of_expression(&text.value))),
            ..ColumnAlteration::default()
        };
        let table = self.table_name(build.schema.as_ref(), &build.table);
        let kind = OperationKind::AlterColumn { table, column: column.name.value.to_string(), alteration };
        self.emit(kind, column.span);
    }

    /// A type as the model names it; a named one is an enum where the model has it as one.
    fn column_type(&self, text: &str) -> ColumnType {
        let ty = ColumnType::parse(self.dialect(), text.split(" check (").next().unwrap_or(text));
        let named = ty.named_type().map(|name| TableName::plain(name.trim_matches('"')));
        match named.filter(|name| self.schema().enum_type(name).is_some()) {
            Some(name) => ty.over_enum(&name.name),
            None => ty,
        }
    }

    fn step(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        build: &TableBuild,
        step: &TableStep,
        checks: &mut usize,
    ) {
        let created = build.method != Method::Alter;
        let dialect = self.dialect();
        match step.method.as_str() {
            // They stand in the statement that makes the table.
            "primary" | "check" if created => return,
            "foreign" if created && dialect == Dialect::Sqlite => return,
            _ => {}
        }
        if self.table_step(interpreter, build, step, checks).is_none() {
            self.not_known(&format!("`{}`", step.method), build, step.span);
        }
    }

    /// One step; `None` where a part of it is not known.
    fn table_step(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        build: &TableBuild,
        step: &TableStep,
        checks: &mut usize,
    ) -> Option<()> {
        let dialect = self.dialect();
        let options = Options::new(interpreter);
        let first = step.arguments.first();
        let alter = |host: &Self| host.begin("alter table ", build);
        let statement = match step.method.as_str() {
            "foreign" => {
                let key = step.foreign.as_ref()?;
                // Knex makes nothing of a key without a table.
                if key.table.is_none() || key.references.is_empty() {
                    return Some(());
                }
                let made = (dialect != Dialect::Sqlite)
                    .then(|| index_name("foreign", build, &key.columns, step.span));
                let name = key.name.as_ref().or(made.as_ref());
                alter(self).words(" add ").text(&foreign_key(dialect, key, name)?).build()
            }
            "primary" => {
                alter(self).words(" add ").text(&primary_key(interpreter, dialect, build, step)?).build()
            }
            "unique" | "index" => index(interpreter, self, build, step)?,
            "check" => {
                *checks += 1;
                let (name, condition) = check(interpreter, dialect, step)?;
                let name = name
                    .map_or_else(|| format!("{}_{checks}", build.table.value), |name| name.value.to_string());
                alter(self)
                    .words(&format!(" add constraint {name} check ("))
                    .text(&condition)
                    .words(")")
                    .build()
            }
            "renameColumn" => {
                let (from, to) = (options.text(first)?, options.text(step.arguments.get(1))?);
                alter(self).words(" rename column ").name(&from).words(" to ").name(&to).build()
            }
            "dropColumn" => {
                for column in flat_texts(options, &step.arguments)? {
                    let drop = alter(self).words(" drop column ").name(&column).build();
                    self.execute_call(&drop, step.span);
                }
                return Some(());
            }
            "setNullable" | "dropNullable" => {
                let nullable = Some(step.method == "setNullable");
                let kind = OperationKind::AlterColumn {
                    table: self.table_name(build.schema.as_ref(), &build.table),
                    column: options.text(first)?.value.to_string(),
                    alteration: ColumnAlteration { nullable, ..ColumnAlteration::default() },
                };
                self.emit(kind, step.span);
                return Some(());
            }
            "dropChecks" => {
                for name in flat_texts(options, &step.arguments)? {
                    let drop = alter(self).words(" drop constraint ").text(&name).build();
                    self.execute_call(&drop, step.span);
                }
                return Some(());
            }
            "dropPrimary" | "dropPrimaryIfExists" => {
                let named = options.text(first);
                let name = (dialect == Dialect::Postgres).then(|| {
                    named.map_or_else(|| format!("{}_pkey", build.table.value), |name| name.value.to_string())
                });
                let table = self.table_name(build.schema.as_ref(), &build.table);
                let if_exists = step.method.ends_with("IfExists");
                self.emit(OperationKind::DropConstraint { table, name, if_exists }, step.span);
                return Some(());
            }
            "dropForeign" | "dropForeignIfExists" if dialect == Dialect::Sqlite => {
                let columns = options.texts(first)?;
                let name = options.text(step.arguments.get(1));
                self.drop_foreign_by_columns(build, &columns, name.as_ref(), step.span);
                return Some(());
            }
            method => self.drop_by_name(options, build, step, method)?,
        };
        self.execute_call(&statement, step.span);
        Some(())
    }

    /// `dropForeign`, `dropUnique`, `dropIndex`: by the name that Knex gave it where none is said.
    fn drop_by_name(
        &self,
        options: Options<'_, '_>,
        build: &TableBuild,
        step: &TableStep,
        method: &str,
    ) -> Option<Text> {
        let kind = if method.starts_with("dropForeign") {
            "foreign"
        } else if method.starts_with("dropUnique") {
            "unique"
        } else {
            "index"
        };
        let columns = options.texts(step.arguments.first());
        let name = match options.text(step.arguments.get(1)) {
            Some(name) => name,
            None => index_name(kind, build, &columns?, step.span),
        };
        let dialect = self.dialect();
        let if_exists = if method.ends_with("IfExists") { "if exists " } else { "" };
        let alter = || self.begin("alter table ", build);
        Some(match (dialect, kind) {
            (Dialect::Mysql, "foreign") => alter().words(" drop foreign key ").name(&name).build(),
            (Dialect::Mysql, _) => alter().words(" drop index ").name(&name).build(),
            (Dialect::Postgres | Dialect::Mssql, "foreign" | "unique") => {
                alter().words(" drop constraint ").words(if_exists).name(&name).build()
            }
            (_, _) => {
                let mut sql = Sql::new(dialect, "drop index ").words(if_exists);
                if let Some(schema) = build.schema.as_ref().filter(|_| dialect == Dialect::Postgres) {
                    sql = sql.name(schema).words(".");
                }
                sql.name(&name).build()
            }
        })
    }

    /// SQLite drops no constraint: Knex makes the table anew without those keys, and so does the record.
    fn drop_foreign_by_columns(
        &mut self,
        build: &TableBuild,
        columns: &[Text],
        name: Option<&Text>,
        span: Span,
    ) {
        let table = self.table_name(build.schema.as_ref(), &build.table);
        let Some(before) = self.schema().table(&table).cloned() else {
            let kind = OperationKind::DropConstraint { table, name: Some(String::new()), if_exists: false };
            return self.emit(kind, span);
        };
        let mut after = before;
        after.foreign_keys.retain(|key| {
            let named = name.is_some_and(|name| key.name.as_deref() == Some(&*name.value));
            let same = key.columns.len() == columns.len()
                && key.columns.iter().zip(columns).all(|(key, column)| **key == *column.value);
            !(named || (name.is_none() && same))
        });
        self.rebuild(after, span);
    }

    /// SQLite's way to change what `ALTER TABLE` does not: a new table takes the old one's name.
    fn rebuild(&mut self, after: Table, span: Span) {
        let table = after.name.clone();
        let temporary = TableName { name: format!("_knex_temp_{}", table.name), ..table.clone() };
        let made = Table { name: temporary.clone(), span, indexes: Vec::new(), ..after.clone() };
        let create =
            OperationKind::CreateTable { table: Box::new(made), if_not_exists: false, or_replace: false };
        self.emit(create, span);
        self.emit(
            OperationKind::DropTable {
                table: table.clone(),
                if_exists: false,
                cascade: false,
                others: Vec::new(),
            },
            span,
        );
        self.emit(OperationKind::RenameTable { table: temporary, to: table.clone(), if_exists: false }, span);
        for index in after.indexes {
            let constraint = Constraint::Index(index);
            self.emit(
                OperationKind::AddConstraint { table: table.clone(), constraint, if_not_exists: false },
                span,
            );
        }
    }
}

/// The name that Knex gives: table, columns and kind, in lower case (`_indexCommand`).
fn index_name(kind: &str, build: &TableBuild, columns: &[Text], span: Span) -> Text {
    let table = build.table.value.replace(['.', '-'], "_");
    let columns: Vec<&str> = columns.iter().map(|column| &*column.value).collect();
    let name = format!("{table}_{}_{kind}", columns.join("_")).to_lowercase();
    crate::schema_source::script::made_up(&name, span)
}

fn foreign_key(dialect: Dialect, key: &ForeignBuild, name: Option<&Text>) -> Option<Text> {
    let mut sql = Sql::new(dialect, "");
    if let Some(name) = name {
        sql = sql.words("constraint ").name(name).words(" ");
    }
    sql = sql.words("foreign key (").names(&key.columns).words(") references ").path(key.table.as_ref()?);
    sql = sql.words(" (").names(&key.references).words(")");
    for (words, action) in [(" on update ", &key.on_update), (" on delete ", &key.on_delete)] {
        if let Some(action) = action {
            sql = sql.words(words).words(&action.value);
        }
    }
    Some(sql.build())
}

fn primary_key(
    interpreter: &Interpreter<'_>,
    dialect: Dialect,
    build: &TableBuild,
    step: &TableStep,
) -> Option<Text> {
    let options = Options::new(interpreter);
    let mut columns = options.texts(step.arguments.first())?;
    let named = step.arguments.get(1);
    let name = options.text(named).or_else(|| options.entry_text(named, "constraintName"));
    let counts = |column: &&ColumnBuild| column.counts_up() && column.alter.is_none();
    let counting: Vec<&ColumnBuild> = build.columns.iter().filter(counts).collect();
    let mut kind = "primary key";
    match dialect {
        // A column that counts up is always in the key.
        Dialect::Mysql => {
            for column in &counting {
                if !columns.iter().any(|known| known.value == column.name.value) {
                    columns.insert(0, column.name.clone());
                }
            }
        }
        Dialect::Sqlite if counting.iter().any(|column| column.kind == "increments") => kind = "unique",
        Dialect::Sqlite | Dialect::Postgres | Dialect::Mssql => {}
    }
    let made = crate::schema_source::script::made_up(&format!("{}_pkey", build.table.value), step.span);
    let name = name.or_else(|| (dialect == Dialect::Postgres).then_some(made));
    let mut sql = Sql::new(dialect, "");
    if let Some(name) = name {
        sql = sql.words("constraint ").name(&name).words(" ");
    }
    Some(sql.words(kind).words(" (").names(&columns).words(")").build())
}

/// The name and the condition of a table's check.
fn check(interpreter: &Interpreter<'_>, dialect: Dialect, step: &TableStep) -> Option<(Option<Text>, Text)> {
    let arguments = crate::code::interpret::Arguments::of(step.arguments.iter().take(2).cloned().collect());
    let condition =
        super::raw::raw_text(interpreter, &arguments, dialect).filter(|text| !text.has_holes())?;
    Some((Options::new(interpreter).text(step.arguments.get(2)), condition))
}

/// `index` and `unique`.
fn index(
    interpreter: &Interpreter<'_>,
    host: &KnexHost,
    build: &TableBuild,
    step: &TableStep,
) -> Option<Text> {
    let options = Options::new(interpreter);
    let dialect = host.dialect();
    let columns = index_columns(interpreter, dialect, step.arguments.first()?)?;
    let plain: Vec<Text> = columns.iter().map(|(text, _)| text.clone()).collect();
    let second = step.arguments.get(1);
    let unique = step.method == "unique";
    let given = if unique { second } else { step.arguments.get(2) };
    let name = options.text(second).or_else(|| options.entry_text(second, "indexName"));
    let name = name.unwrap_or_else(|| index_name(&step.method, build, &plain, step.span));
    let predicate = match options.entry(given, "predicate") {
        Some(predicate) => Some(super::view::condition(interpreter, predicate, dialect)?),
        None => None,
    };
    let list = columns.iter().enumerate().fold(Sql::new(dialect, " ("), |sql, (at, (text, raw))| {
        let sql = sql.words(if at > 0 { ", " } else { "" });
        if *raw { sql.text(text) } else { sql.name(text) }
    });
    let list = list.words(")").build();
    let as_constraint = match options.entry(given, "useConstraint") {
        Some(Value::Bool(value)) => *value,
        _ => options.entry(given, "deferrable").is_some() || predicate.is_none(),
    };
    if unique && as_constraint && matches!(dialect, Dialect::Postgres | Dialect::Mssql) {
        let sql = host.begin("alter table ", build).words(" add constraint ").name(&name).words(" unique");
        return Some(sql.text(&list).build());
    }
    let kind = options.text(given).or_else(|| options.entry_text(given, "indexType"));
    let kind = kind.map(|kind| kind.value.to_ascii_lowercase()).unwrap_or_default();
    let unique = unique || (kind == "unique" && dialect != Dialect::Sqlite);
    if dialect == Dialect::Mysql {
        let kind = match (unique, kind.as_str()) {
            (true, _) => "unique ",
            (false, "fulltext") => "fulltext index ",
            (false, "spatial") => "spatial index ",
            (false, _) => "index ",
        };
        return Some(
            host.begin("alter table ", build).words(" add ").words(kind).name(&name).text(&list).build(),
        );
    }
    let words = if unique { "create unique index " } else { "create index " };
    let mut sql = host.table(Sql::new(dialect, words).name(&name).words(" on "), build);
    let storage = options.text(given).or_else(|| options.entry_text(given, "storageEngineIndexType"));
    if let Some(storage) = storage.filter(|_| dialect == Dialect::Postgres && step.method == "index") {
        sql = sql.words(" using ").words(&storage.value);
    }
    sql = sql.text(&list);
    if let Some(predicate) = predicate {
        sql = sql.words(" where ").text(&predicate);
    }
    Some(sql.build())
}

/// The columns of an index, each with whether it is an expression.
fn index_columns(
    interpreter: &Interpreter<'_>,
    dialect: Dialect,
    value: &Value,
) -> Option<Vec<(Text, bool)>> {
    let one = |value: &Value| match value {
        Value::External(_) => super::raw::ident_text(interpreter, value, dialect).map(|text| (text, true)),
        value => Options::new(interpreter).text(Some(value)).map(|text| (text, false)),
    };
    match interpreter.items(value) {
        Some(items) => items.iter().map(one).collect(),
        None => one(value).map(|column| vec![column]),
    }
}

/// The strings of arguments, each a string or a list.
fn flat_texts(options: Options<'_, '_>, arguments: &[Value]) -> Option<Vec<Text>> {
    let mut found = Vec::new();
    for argument in arguments {
        found.extend(options.texts(Some(argument))?);
    }
    Some(found)
}
