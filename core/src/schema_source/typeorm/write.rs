//! The SQL that TypeORM sends: columns, tables and constraints, as each of its drivers writes them.

use super::naming::{self, Named};
use super::spec::{ColumnSpec, ForeignSpec, KeySpec, TableSpec};
use crate::code::interpret::Text;
use crate::schema::Dialect;
use crate::schema_source::script::{Sql, literal};

/// A table as statements name it.
#[derive(Debug, Clone)]
pub struct Target {
    pub dialect: Dialect,
    pub schema: Option<Text>,
    pub name: Text,
}

impl Target {
    /// `table`, `schema.table`; the schema may be said beside it.
    pub fn new(dialect: Dialect, path: &Text, schema: Option<&Text>) -> Self {
        match path.value.split_once('.') {
            Some((own, _)) => Self {
                dialect,
                schema: Some(path.slice(0, own.len())),
                name: path.slice(own.len() + 1, path.value.len()),
            },
            None => Self { dialect, schema: schema.cloned(), name: path.clone() },
        }
    }

    /// A statement that begins so, and then names the table.
    pub fn sql(&self, words: &str) -> Sql {
        self.named(Sql::new(self.dialect, words))
    }

    pub fn named(&self, sql: Sql) -> Sql {
        let sql = match &self.schema {
            Some(schema) => sql.name(schema).words("."),
            None => sql,
        };
        sql.name(&self.name)
    }

    /// The name that a constraint over these columns gets.
    pub fn key_name(&self, named: Named, columns: &[Text], behind: Option<&Text>) -> Text {
        let columns: Vec<&str> = columns.iter().map(|column| &*column.value).collect();
        let behind = behind.map(|behind| &*behind.value);
        Text::plain(&naming::of_columns(named, &self.name.value, &columns, behind))
    }

    fn expression_name(&self, named: Named, expression: &Text) -> Text {
        Text::plain(&naming::of_expression(named, &self.name.value, &expression.value))
    }

    /// The name of the enum type of a column, quoted.
    pub fn enum_type(&self, column: &ColumnSpec) -> Text {
        self.quoted_type(&Text::plain(&self.enum_name(column)))
    }

    pub fn quoted_type(&self, name: &Text) -> Text {
        let sql = Sql::new(self.dialect, "");
        match &self.schema {
            Some(schema) => sql.name(schema).words(".").name(name).build(),
            None => sql.path(name).build(),
        }
    }

    pub fn enum_name(&self, column: &ColumnSpec) -> String {
        let made = || format!("{}_{}_enum", self.name.value, column.name.value.to_lowercase());
        column.enum_name.clone().unwrap_or_else(made)
    }
}

/// The type with its arguments (`createFullType` of the drivers).
pub fn full_type(dialect: Dialect, column: &ColumnSpec) -> String {
    if dialect == Dialect::Sqlite && column.values.is_some() {
        return "varchar".to_owned();
    }
    let uuid = dialect == Dialect::Mysql && column.strategy.as_deref() == Some("uuid");
    let length = match column.ty.as_str() {
        _ if !column.length.is_empty() => column.length.as_str(),
        // MariaDB and MySQL have no type for them that all versions know.
        _ if uuid && column.ty != "uuid" => "36",
        "varchar" | "nvarchar" | "national varchar" | "varbinary" if dialect == Dialect::Mysql => "255",
        _ => "",
    };
    let arguments = match (length, column.precision, column.scale, &column.spatial) {
        (_, _, _, Some(spatial)) if dialect == Dialect::Postgres => format!("({spatial})"),
        ("", Some(precision), Some(scale), _) => format!("({precision},{scale})"),
        ("", Some(precision), None, _) => format!("({precision})"),
        ("", None, _, _) => String::new(),
        (length, ..) => format!("({length})"),
    };
    let array = if column.array { " array" } else { "" };
    match column.ty.as_str() {
        "time with time zone"
        | "time without time zone"
        | "timestamp with time zone"
        | "timestamp without time zone" => {
            let (name, zone) = column.ty.split_once(' ').unwrap_or((&column.ty, ""));
            format!("{name}{arguments} {zone}{array}")
        }
        ty => format!("{ty}{arguments}{array}"),
    }
}

/// A column as `CREATE TABLE` and `ADD` have it.
pub fn column(target: &Target, column: &ColumnSpec, key_here: bool) -> Text {
    match target.dialect {
        Dialect::Postgres | Dialect::Mssql => postgres_column(target, column),
        Dialect::Mysql => mysql_column(target, column, key_here),
        Dialect::Sqlite => sqlite_column(target, column, key_here),
    }
}

fn postgres_column(target: &Target, column: &ColumnSpec) -> Text {
    let mut sql = Sql::new(target.dialect, "").name(&column.name);
    let strategy = column.strategy.as_deref();
    let ty = column.ty.as_str();
    if column.generated && strategy == Some("identity") {
        let how = column.identity.as_deref().unwrap_or("BY DEFAULT");
        sql = sql.words(&format!(" {ty} GENERATED {how} AS IDENTITY"));
    } else if column.generated && strategy != Some("uuid") {
        sql = sql.words(match ty {
            "smallint" | "int2" => " SMALLSERIAL",
            "bigint" | "int8" => " BIGSERIAL",
            _ => " SERIAL",
        });
    }
    if column.is_enum() {
        sql = sql.words(" ").text(&target.enum_type(column)).words(if column.array { " array" } else { "" });
    } else if !column.generated || strategy == Some("uuid") {
        sql = sql.words(" ").words(&full_type(target.dialect, column));
    }
    if let Some(expression) = column.expression.as_ref().filter(|_| column.is_stored()) {
        sql = sql.words(" GENERATED ALWAYS AS (").text(expression).words(") STORED");
    }
    if let Some(collation) = &column.collation {
        sql = sql.words(&format!(" COLLATE \"{collation}\""));
    }
    sql = sql.words(if column.nullable { "" } else { " NOT NULL" });
    match &column.default {
        Some(default) => sql.words(" DEFAULT ").text(default),
        None if column.generated && strategy == Some("uuid") => sql.words(" DEFAULT uuid_generate_v4()"),
        None => sql,
    }
    .build()
}

fn mysql_column(target: &Target, column: &ColumnSpec, key_here: bool) -> Text {
    let sql = Sql::new(target.dialect, "").name(&column.name).words(" ");
    mysql_rest(sql, column, key_here).build()
}

/// A column of MySQL without its name, as `CHANGE` has it too.
pub fn mysql_rest(sql: Sql, column: &ColumnSpec, key_here: bool) -> Sql {
    let mut sql = sql.words(&full_type(Dialect::Mysql, column));
    if let Some(values) = &column.values {
        sql = sql.words(&format!(" ({})", listed(values)));
    }
    if let Some(charset) = &column.charset {
        sql = sql.words(&format!(" CHARACTER SET \"{charset}\""));
    }
    if let Some(collation) = &column.collation {
        sql = sql.words(&format!(" COLLATE \"{collation}\""));
    }
    if let Some(expression) = &column.expression {
        let kind = column.generated_type.as_deref().unwrap_or("VIRTUAL");
        sql = sql.words(" AS (").text(expression).words(&format!(") {kind}"));
    }
    sql = sql.words(if column.unsigned { " UNSIGNED" } else { "" });
    if column.expression.is_none() || !column.nullable {
        sql = sql.words(if column.nullable { " NULL" } else { " NOT NULL" });
    }
    sql = sql.words(if column.primary && key_here { " PRIMARY KEY" } else { "" });
    sql = sql.words(if column.counts_up() { " AUTO_INCREMENT" } else { "" });
    if let Some(default) = &column.default {
        sql = sql.words(" DEFAULT ").text(default);
    }
    match &column.on_update {
        Some(update) => sql.words(&format!(" ON UPDATE {update}")),
        None => sql,
    }
}

fn sqlite_column(target: &Target, column: &ColumnSpec, key_here: bool) -> Text {
    let mut sql = Sql::new(target.dialect, "").name(&column.name).words(" ");
    sql = sql.words(&full_type(target.dialect, column));
    if let Some(values) = column.values.as_ref().filter(|_| !column.array) {
        sql = sql.words(" CHECK( ").name(&column.name).words(&format!(" IN ({}) )", listed(values)));
    }
    sql = sql.words(if column.primary && key_here { " PRIMARY KEY" } else { "" });
    sql = sql.words(if column.counts_up() { " AUTOINCREMENT" } else { "" });
    if let Some(collation) = &column.collation {
        sql = sql.words(&format!(" COLLATE {collation}"));
    }
    sql = sql.words(if column.nullable { "" } else { " NOT NULL" });
    if let Some(expression) = &column.expression {
        let kind = column.generated_type.as_deref().unwrap_or("VIRTUAL");
        sql = sql.words(" AS (").text(expression).words(&format!(") {kind}"));
    } else if let Some(default) = &column.default {
        sql = sql.words(" DEFAULT (").text(default).words(")");
    }
    sql.build()
}

fn listed(values: &[Text]) -> String {
    values.iter().map(|value| literal(&value.value)).collect::<Vec<_>>().join(", ")
}

/// `CREATE TYPE ... AS ENUM`.
pub fn enum_statement(target: &Target, column: &ColumnSpec, name: &Text) -> Text {
    let values = column.values.as_deref().map(listed).unwrap_or_default();
    Sql::new(target.dialect, "CREATE TYPE ").text(name).words(&format!(" AS ENUM ({values})")).build()
}

/// `CREATE TABLE`, without the indexes that stand behind it.
pub fn table(target: &Target, table: &TableSpec) -> Text {
    let primary = table.primary();
    // SQLite and MySQL differ: a key of one column stands with it in SQLite only.
    let key_here = target.dialect == Dialect::Sqlite && primary.len() == 1;
    let mut parts: Vec<Text> = table.columns.iter().map(|item| column(target, item, key_here)).collect();
    parts.extend(unique_parts(target, table));
    if target.dialect != Dialect::Mysql {
        parts.extend(table.checks.iter().filter_map(|check| constraint(target, Named::Check, check)));
        parts.extend(table.exclusions.iter().filter_map(|item| constraint(target, Named::Exclusion, item)));
    }
    parts.extend(table.foreign_keys.iter().map(|key| foreign_key(target, key)));
    if !primary.is_empty() && !key_here {
        let columns: Vec<Text> = primary.iter().map(|column| column.name.clone()).collect();
        parts.push(primary_key(
            target,
            &columns,
            primary.first().and_then(|column| column.key_name.as_deref()),
        ));
    }
    let mut sql = target.sql("CREATE TABLE ").words(" (");
    for (index, part) in parts.iter().enumerate() {
        sql = if index > 0 { sql.words(", ") } else { sql };
        sql = sql.text(part);
    }
    sql.words(")").build()
}

/// Unique constraints; those of MySQL are indexes, and its other indexes stand in the statement too.
fn unique_parts(target: &Target, table: &TableSpec) -> Vec<Text> {
    let mysql = target.dialect == Dialect::Mysql;
    let alone = |keys: &[KeySpec], name: &str| {
        keys.iter()
            .any(|key| key.columns.len() == 1 && key.columns.first().is_some_and(|own| &*own.value == name))
    };
    let indexed: Vec<KeySpec> = table.indices.iter().filter(|index| index.unique).cloned().collect();
    let mut uniques = table.uniques.clone();
    for column in table.columns.iter().filter(|column| column.unique) {
        let name = &*column.name.value;
        if !(alone(&uniques, name) || mysql && alone(&indexed, name)) {
            uniques.push(KeySpec { columns: vec![column.name.clone()], ..KeySpec::default() });
        }
    }
    if !mysql {
        return uniques.iter().filter_map(|unique| constraint(target, Named::Unique, unique)).collect();
    }
    let mut parts: Vec<Text> =
        table.indices.iter().map(|index| mysql_index(target, index, Named::Index)).collect();
    for unique in uniques {
        let named = if unique.name.is_some() { Named::Index } else { Named::Unique };
        parts.push(mysql_index(target, &KeySpec { unique: true, ..unique }, named));
    }
    parts
}

/// `UNIQUE INDEX name (columns)`.
pub fn mysql_index(target: &Target, index: &KeySpec, named: Named) -> Text {
    let name = index.name.clone().unwrap_or_else(|| target.key_name(named, &index.columns, None));
    let kind = index.kind.unwrap_or(if index.unique { "UNIQUE" } else { "" });
    let sql = Sql::new(target.dialect, &format!("{kind} INDEX ")).name(&name);
    sql.words(" (").names(&index.columns).words(")").build()
}

/// `CONSTRAINT name UNIQUE (columns)`, `CONSTRAINT name CHECK (expression)`.
pub fn constraint(target: &Target, named: Named, key: &KeySpec) -> Option<Text> {
    let name = match (&key.name, named) {
        (Some(name), _) => name.clone(),
        (None, Named::Check | Named::Exclusion) => target.expression_name(named, key.expression.as_ref()?),
        (None, _) => target.key_name(named, &key.columns, None),
    };
    let sql = Sql::new(target.dialect, "CONSTRAINT ").name(&name);
    let sql = match named {
        Named::Check => sql.words(" CHECK (").text(key.expression.as_ref()?).words(")"),
        Named::Exclusion => sql.words(" EXCLUDE ").text(key.expression.as_ref()?),
        _ => sql.words(" UNIQUE (").names(&key.columns).words(")"),
    };
    Some(deferrable(sql, key.deferrable.as_deref()).build())
}

fn deferrable(sql: Sql, how: Option<&str>) -> Sql {
    match how {
        Some(how) => sql.words(&format!(" DEFERRABLE {how}")),
        None => sql,
    }
}

/// `PRIMARY KEY (columns)` with its name, where the database keeps one.
pub fn primary_key(target: &Target, columns: &[Text], name: Option<&str>) -> Text {
    let sql = Sql::new(target.dialect, "");
    let sql = match target.dialect {
        Dialect::Postgres | Dialect::Mssql => {
            let made = || target.key_name(Named::PrimaryKey, columns, None);
            sql.words("CONSTRAINT ").name(&name.map_or_else(made, Text::plain)).words(" ")
        }
        Dialect::Mysql | Dialect::Sqlite => sql,
    };
    sql.words("PRIMARY KEY (").names(columns).words(")").build()
}

/// `CONSTRAINT name FOREIGN KEY (columns) REFERENCES table (columns)`.
pub fn foreign_key(target: &Target, key: &ForeignSpec) -> Text {
    let made = || target.key_name(Named::ForeignKey, &key.columns, None);
    let name = key.name.clone().unwrap_or_else(made);
    let table = key.table.clone().unwrap_or_else(|| Text::plain(""));
    let schema = key.schema.clone().or_else(|| target.schema.clone());
    let to = Target::new(target.dialect, &table, schema.as_ref());
    let sql = Sql::new(target.dialect, "CONSTRAINT ").name(&name);
    let sql = sql.words(" FOREIGN KEY (").names(&key.columns).words(") REFERENCES ");
    let mut sql = to.named(sql).words(" (").names(&key.referenced).words(")");
    for (word, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if let Some(action) = action {
            sql = sql.words(&format!(" ON {word} {action}"));
        }
    }
    deferrable(sql, key.deferrable.as_deref()).build()
}

/// `CREATE INDEX`.
pub fn index(target: &Target, index: &KeySpec) -> Text {
    let behind = index.expression.as_ref().filter(|_| target.dialect != Dialect::Mysql);
    let made = || target.key_name(Named::Index, &index.columns, behind);
    let name = index.name.clone().unwrap_or_else(made);
    let kind = match (target.dialect, index.kind) {
        (Dialect::Mysql, Some(kind)) => kind,
        _ if index.unique => "UNIQUE",
        _ => "",
    };
    let sql = Sql::new(target.dialect, &format!("CREATE {kind} INDEX "));
    let mut sql = target.named(sql.name(&name).words(" ON "));
    if target.dialect == Dialect::Postgres {
        let method = if index.kind == Some("SPATIAL") { Some("gist") } else { index.method.as_deref() };
        sql = sql.words(&method.map_or_else(String::new, |method| format!(" USING {method}")));
    }
    sql = sql.words(" (").names(&index.columns).words(")");
    match behind {
        Some(condition) => sql.words(" WHERE ").text(condition),
        None => sql,
    }
    .build()
}
