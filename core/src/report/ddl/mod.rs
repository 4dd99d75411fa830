//! The schema as SQL that its database accepts and that gives the same model back: schemas, types, sequences, tables with
//! what stands in them, indexes, foreign keys, views, each after what it names.
//!
//! What the model does not hold is not in it: functions, triggers, rights. What is known to be missing is said in a comment
//! in its place.

mod keys;
mod types;

use std::fmt::Write;

use crate::schema::{
    Column, ColumnType, DefaultValue, Dialect, Partitioning, PrimaryKey, Schema, Table, TableKind, TableName,
};

/// The whole schema.
pub fn ddl(schema: &Schema) -> String {
    let mut writer = Writer { schema, dialect: schema.dialect, out: String::new() };
    writer.schemas();
    writer.types();
    writer.sequences();
    let tables = || schema.tables.iter().filter(|table| table.kind == TableKind::Table);
    tables().for_each(|table| writer.table(table));
    tables().for_each(|table| writer.indexes(table));
    tables().for_each(|table| writer.foreign_keys(table));
    tables().for_each(|table| writer.parents(table));
    tables().for_each(|table| writer.indexes_of_parent_alone(table));
    for view in views_in_order(schema) {
        writer.view(view);
    }
    writer.out
}

/// Views after the views that they read. What reads itself, or is read before it was made, keeps its place.
fn views_in_order(schema: &Schema) -> Vec<&Table> {
    let mut waiting: Vec<&Table> =
        schema.tables.iter().filter(|table| table.kind == TableKind::View).collect();
    let mut ordered: Vec<&Table> = Vec::new();
    while !waiting.is_empty() {
        let names: Vec<&TableName> = waiting.iter().map(|view| &view.name).collect();
        let is_ready = |view: &&Table| {
            let mut reads = view.query.iter().flat_map(|query| &query.tables);
            !reads.any(|read| *read != view.name && names.contains(&read))
        };
        let (mut ready, rest): (Vec<&Table>, Vec<&Table>) = waiting.iter().partition(|view| is_ready(view));
        waiting = if ready.is_empty() {
            ready = rest;
            Vec::new()
        } else {
            rest
        };
        ordered.append(&mut ready);
    }
    ordered
}

struct Writer<'s> {
    schema: &'s Schema,
    dialect: Dialect,
    out: String,
}

impl Writer<'_> {
    fn statement(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text};\n");
    }

    fn comment(&mut self, text: &str) {
        let _ = writeln!(self.out, "-- {}\n", text.replace(['\n', '\r'], " "));
    }

    fn schemas(&mut self) {
        let schema = self.schema;
        let tables = schema.tables.iter().chain(&schema.composites).map(|table| &table.name);
        let columns = schema.tables.iter().flat_map(|table| &table.columns);
        let sequences = columns.filter_map(|column| column.sequence.as_ref());
        let sequences = sequences.chain(schema.sequences.iter().map(|sequence| &sequence.name));
        let types = schema.enums.iter().map(|item| &item.name);
        let types = types.chain(schema.domains.iter().map(|item| &item.name));
        let names = tables.chain(types).chain(sequences);
        let mut schemas: Vec<&str> = names.filter_map(|name| name.schema.as_deref()).collect();
        schemas.retain(|schema| Some(*schema) != self.dialect.default_schema());
        schemas.sort_unstable();
        schemas.dedup();
        for schema in schemas {
            let name = self.quote(schema);
            self.statement(&format!("CREATE SCHEMA {name}"));
        }
    }

    fn table(&mut self, table: &Table) {
        let mut parts: Vec<String> = table.columns.iter().map(|column| self.column(table, column)).collect();
        parts.extend(self.primary_key(table));
        // PostgreSQL makes one of like keys in one statement.
        let (mut keys, mut later) = (Vec::new(), Vec::new());
        for unique in &table.uniques {
            let name = self.constraint(unique.name.as_deref());
            let text = format!("{name}UNIQUE {}", self.list(&unique.columns));
            let is_key = table.primary_key.as_ref().is_some_and(|key| key.columns == unique.columns);
            let again = is_key || keys.contains(&&unique.columns);
            let place = if again && self.dialect == Dialect::Postgres { &mut later } else { &mut parts };
            place.push(text);
            keys.push(&unique.columns);
        }
        for check in &table.checks {
            let name = self.constraint(check.name.as_deref());
            parts.push(format!("{name}CHECK ({})", check.expression));
        }
        match self.dialect {
            // SQLite has no ALTER TABLE ... ADD CONSTRAINT.
            Dialect::Sqlite => parts.extend(table.foreign_keys.iter().map(|key| self.foreign_key(key))),
            // A column that counts up must be a key in the very statement (MySQL manual, 5.6.9).
            Dialect::Mysql => parts.extend(table.indexes.iter().filter_map(|index| self.inner_index(index))),
            Dialect::Postgres | Dialect::Mssql => {}
        }
        let body = if parts.is_empty() { String::new() } else { format!("\n  {}\n", parts.join(",\n  ")) };
        let rowid = if self.is_without_rowid(table) { " WITHOUT ROWID" } else { "" };
        let tail = partitioning(table);
        self.statement(&format!("CREATE TABLE {} ({body}){rowid}{tail}", self.name(&table.name)));
        for key in later {
            self.statement(&format!("ALTER TABLE {} ADD {key}", self.name(&table.name)));
        }
        self.sequence_owners(table);
    }

    /// An `INTEGER PRIMARY KEY` that is no alias of the row id can only be one of a table without row ids
    /// (sqlite.org/withoutrowid.html).
    fn is_without_rowid(&self, table: &Table) -> bool {
        let Some(PrimaryKey { columns, descending: false, .. }) = &table.primary_key else { return false };
        let [key] = columns.as_slice() else { return false };
        let whole = |column: &Column| column.ty.name.eq_ignore_ascii_case("integer");
        self.dialect == Dialect::Sqlite
            && rowid_alias(table).is_none()
            && table.column(key).is_some_and(|column| whole(column) && column.default.is_none())
    }

    fn column(&self, table: &Table, column: &Column) -> String {
        let mut text = format!("{} {}", self.quote(&column.name), self.type_name(&column.ty));
        if self.dialect == Dialect::Sqlite {
            let descending = table.primary_key.as_ref().filter(|key| key.descending);
            if rowid_alias(table).is_some_and(|alias| alias.name == column.name) {
                text.push_str(" PRIMARY KEY AUTOINCREMENT");
                return text;
            }
            if descending.is_some_and(|key| key.columns.contains(&column.name)) {
                text.push_str(" PRIMARY KEY DESC");
            }
        }
        text.push_str(&self.value(table, column));
        if !column.nullable {
            text.push_str(" NOT NULL");
        }
        text
    }

    /// What fills the column: an expression, a default, a number that counts up.
    fn value(&self, table: &Table, column: &Column) -> String {
        let expression = match &column.default {
            Some(DefaultValue::Expression(text)) => Some(text.as_str()),
            Some(DefaultValue::AutoIncrement) | None => None,
        };
        if column.generated {
            let kind = if self.dialect == Dialect::Postgres { " STORED" } else { "" };
            return match column.expression.as_deref().or(expression) {
                Some(expression) => format!(" GENERATED ALWAYS AS ({expression}){kind}"),
                None => " /* computed; its source does not say from what */".to_owned(),
            };
        }
        if let Some(sequence) = self.sequence(table, column) {
            return format!(" DEFAULT nextval({})", literal(&self.name(&sequence)));
        }
        match (&column.default, self.dialect) {
            (Some(DefaultValue::AutoIncrement), Dialect::Postgres) => {
                " GENERATED BY DEFAULT AS IDENTITY".to_owned()
            }
            (Some(DefaultValue::AutoIncrement), Dialect::Mysql) => " AUTO_INCREMENT".to_owned(),
            (Some(DefaultValue::AutoIncrement), Dialect::Mssql) => " IDENTITY".to_owned(),
            (Some(DefaultValue::Expression(text)), _) if text == DefaultValue::UNSAID => {
                " /* a default; its source does not say which */".to_owned()
            }
            (Some(DefaultValue::Expression(text)), _) => format!(" DEFAULT {}", self.default(text)),
            (Some(DefaultValue::AutoIncrement), Dialect::Sqlite) | (None, _) => String::new(),
        }
    }

    /// SQLite and MySQL want parentheses around a default that is more than a literal or a keyword (sqlite.org,
    /// "CREATE TABLE"; MySQL 8.0 manual, 13.6); PostgreSQL takes either.
    fn default(&self, expression: &str) -> String {
        let bare = match self.dialect {
            Dialect::Sqlite | Dialect::Mysql => is_literal(expression),
            Dialect::Postgres | Dialect::Mssql => true,
        };
        if bare { expression.to_owned() } else { format!("({expression})") }
    }

    /// The type as it must be written: the name of a type of the schema's own is an identifier, which PostgreSQL folds
    /// unless it is quoted.
    fn type_name(&self, ty: &ColumnType) -> String {
        let own = self.schema.enums.iter().map(|item| &item.name);
        let own = own.chain(self.schema.domains.iter().map(|item| &item.name));
        let mut own = own.chain(self.schema.composites.iter().map(|item| &item.name));
        let named = ty.named_type().filter(|_| self.dialect == Dialect::Postgres);
        if ty.name.is_empty() && self.dialect != Dialect::Sqlite {
            return "text /* its type is not known */".to_owned();
        }
        match named.and_then(|named| Some((named, own.find(|name| name.to_string() == named)?))) {
            Some((named, name)) => ty.name.replacen(named, &self.name(name), 1),
            None => ty.name.clone(),
        }
    }

    fn view(&mut self, view: &Table) {
        let columns: Vec<String> = view.columns.iter().map(|column| column.name.clone()).collect();
        let Some(query) = &view.query else {
            let columns = self.list(&columns);
            self.comment(&format!(
                "view {} {columns}: its source does not say its query",
                self.name(&view.name)
            ));
            return;
        };
        // Only a materialised view has indexes (PostgreSQL manual, CREATE INDEX).
        let materialized = query.materialized || !view.indexes.is_empty();
        let kind = if materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        let columns = if columns.is_empty() { String::new() } else { format!(" {}", self.list(&columns)) };
        let path = self.search_path(&query.text, &query.tables);
        let name = match (&path, &view.name.schema) {
            (Some(_), None) => format!("{}.{}", self.quote("public"), self.quote(&view.name.name)),
            (Some(_) | None, _) => self.name(&view.name),
        };
        if let Some(path) = &path {
            self.statement(&format!("SET search_path TO {path}, public"));
        }
        self.statement(&format!("CREATE {kind} {name}{columns} AS {}", query.text.trim()));
        if path.is_some() {
            self.statement("SET search_path TO public");
        }
        self.indexes(view);
    }

    /// The schemas in which a query, as it was written, finds its tables without naming them: they were moved since, or a
    /// search path led to them.
    fn search_path(&self, text: &str, tables: &[TableName]) -> Option<String> {
        let mut schemas: Vec<&str> = tables.iter().filter_map(|table| table.schema.as_deref()).collect();
        schemas.retain(|schema| {
            !text.contains(&format!("{schema}.")) && !text.contains(&format!("\"{schema}\"."))
        });
        schemas.sort_unstable();
        schemas.dedup();
        let schemas: Vec<String> = schemas.iter().map(|schema| self.quote(schema)).collect();
        (self.dialect == Dialect::Postgres && !schemas.is_empty()).then(|| schemas.join(", "))
    }

    fn constraint(&self, name: Option<&str>) -> String {
        name.map(|name| format!("CONSTRAINT {} ", self.quote(name))).unwrap_or_default()
    }

    fn name(&self, name: &TableName) -> String {
        name_in(name.schema.as_deref(), &name.name, self.dialect)
    }

    fn list(&self, columns: &[String]) -> String {
        let columns: Vec<String> = columns.iter().map(|column| self.quote(column)).collect();
        format!("({})", columns.join(", "))
    }

    fn quote(&self, name: &str) -> String {
        quote(name, self.dialect)
    }
}

/// How the table's rows are divided, as the end of its statement.
fn partitioning(table: &Table) -> String {
    let Some(Partitioning { by, parts }) = &table.partitioning else { return String::new() };
    let parts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    format!(" PARTITION BY {by}{parts}")
}

/// A name in a schema, quoted; the default schema is left out.
pub(crate) fn name_in(schema: Option<&str>, name: &str, dialect: Dialect) -> String {
    match schema.filter(|schema| Some(*schema) != dialect.default_schema()) {
        Some(schema) => format!("{}.{}", quote(schema, dialect), quote(name, dialect)),
        None => quote(name, dialect),
    }
}

/// A name as an identifier.
pub(crate) fn quote(name: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Mysql => format!("`{}`", name.replace('`', "``")),
        Dialect::Mssql => format!("[{}]", name.replace(']', "]]")),
        Dialect::Postgres | Dialect::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// SQLite's alias of the row id must be declared `INTEGER PRIMARY KEY` in the column itself (sqlite.org/autoinc.html).
fn rowid_alias(table: &Table) -> Option<&Column> {
    let PrimaryKey { columns, descending: false, .. } = table.primary_key.as_ref()? else { return None };
    let [key] = columns.as_slice() else { return None };
    table.column(key).filter(|column| column.default == Some(DefaultValue::AutoIncrement))
}

/// Whether a default is a literal, a keyword, or in parentheses already.
fn is_literal(expression: &str) -> bool {
    let text = expression.trim();
    let quoted = |quote: char| {
        let inner = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        inner.is_some_and(|inner| !inner.replace(&format!("{quote}{quote}"), "").contains(quote))
    };
    let number = text.trim_start_matches(['-', '+']).parse::<f64>().is_ok();
    let prefixed = text.len() > 2
        && matches!(text.get(..2), Some("b'" | "B'" | "x'" | "X'" | "0x"))
        && !text.contains([' ', '(']);
    let upper = text.to_ascii_uppercase();
    let keyword = matches!(upper.as_str(), "NULL" | "TRUE" | "FALSE" | "CURRENT_DATE" | "CURRENT_TIME")
        || upper.starts_with("CURRENT_TIMESTAMP")
        || upper.starts_with("NOW(");
    quoted('\'') || quoted('"') || number || prefixed || keyword || is_parenthesised(text)
}

/// Whether one pair of parentheses holds all of the text.
fn is_parenthesised(text: &str) -> bool {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at > 0 && at + 1 == text.len();
        }
    }
    false
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
