//! What a database has, as facts that compare: read from a catalog, or said by the model.

use std::collections::BTreeSet;

use seawall::schema::{ColumnType, DefaultValue, Dialect, Schema, Table, TableKind, TypeFamily};
use serde::Deserialize;

/// One fact of a catalog, as the queries in `tests/servers/catalog` print it.
#[derive(Debug, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    Table {
        table: String,
        view: bool,
    },
    Column(Column),
    PrimaryKey {
        table: String,
        name: Option<String>,
        columns: Vec<String>,
    },
    Unique {
        table: String,
        name: Option<String>,
        columns: Vec<String>,
    },
    ForeignKey(ForeignKey),
    Index(Index),
    /// A parent of a table, with what a partition holds.
    Parent {
        table: String,
        to: String,
        bound: Option<String>,
    },
    /// How a table is divided, and into what, where that is no table.
    Partitioning {
        table: String,
        by: String,
        parts: Vec<String>,
    },
    Domain {
        name: String,
        #[serde(rename = "type")]
        ty: String,
        nullable: bool,
        default: bool,
        checks: Vec<String>,
    },
    Sequence {
        name: String,
        owner: Option<String>,
    },
    Check {
        table: String,
        name: Option<String>,
    },
    Enum {
        name: String,
        values: Vec<String>,
    },
}

#[derive(Debug, Deserialize)]
pub struct Column {
    table: String,
    name: String,
    position: usize,
    #[serde(rename = "type")]
    ty: String,
    nullable: bool,
    default: Option<String>,
    auto: bool,
    generated: bool,
}

#[derive(Debug, Deserialize)]
pub struct Index {
    table: String,
    name: Option<String>,
    parts: Vec<Part>,
    unique: bool,
    partial: bool,
    method: Option<String>,
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    nulls_not_distinct: bool,
    #[serde(default)]
    exclusion: bool,
}

/// One part of an index's key.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub struct Part {
    column: Option<String>,
    /// The expression as the database prints it.
    expression: Option<String>,
    length: Option<u32>,
    class: Option<String>,
    /// Whether the class is the one that the type has unasked.
    usual_class: bool,
    collation: Option<String>,
    descending: bool,
    /// Whether NULL comes first, where the database lets one choose.
    nulls_first: Option<bool>,
    operator: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct ForeignKey {
    table: String,
    name: Option<String>,
    columns: Vec<String>,
    to: String,
    to_columns: Vec<String>,
    on_delete: String,
    on_update: String,
}

/// The facts of a catalog as lines. What the model says it does not know of a column (the type of a computed one), or
/// writes in its own way (a default that is no literal), is not looked at.
pub fn of_catalog(dialect: Dialect, facts: Vec<Fact>, model: &Schema) -> BTreeSet<String> {
    let canonical = |fact: Fact| match fact {
        Fact::Column(column) => Fact::Column(canonical_column(dialect, column, model)),
        Fact::Index(index) => Fact::Index(canonical_index(index, model)),
        Fact::Domain { name, ty, nullable, default, checks } => {
            let ty = ColumnType::parse(dialect, &ty).name;
            Fact::Domain { name, ty, nullable, default, checks }
        }
        other => other,
    };
    facts.into_iter().map(|fact| line(dialect, &canonical(fact))).collect()
}

fn canonical_column(dialect: Dialect, mut column: Column, model: &Schema) -> Column {
    let table = model.tables.iter().find(|table| table.name.to_string() == column.table);
    let said = table.and_then(|table| table.columns.iter().find(|said| said.name == column.name));
    column.ty = ColumnType::parse(dialect, &column.ty).name;
    let Some(said) = said else { return column };
    let computed = table.is_some_and(|table| table.query.is_some()) || dialect == Dialect::Postgres;
    if computed && said.ty.name.is_empty() {
        column.ty.clear();
        (column.nullable, column.default) = (said.nullable, None);
    }
    // `DEFAULT NULL` is stored with a cast where the type has a length.
    if column.default.as_deref().is_some_and(|text| text.starts_with("NULL::")) {
        column.default = None;
    }
    if let (Some(real), Some(DefaultValue::Expression(text))) = (&mut column.default, &said.default)
        && (literal(dialect, text) == OTHER || is_rewritten(&said.ty.family))
    {
        // Both sides are then shown by what the model writes.
        real.clone_from(text);
    }
    column
}

/// A class and a collation that are the usual ones are looked at where the model says one.
fn canonical_index(mut index: Index, model: &Schema) -> Index {
    let table = model.tables.iter().find(|table| table.name.to_string() == index.table);
    let said = table.and_then(|table| table.indexes.iter().find(|said| said.name == index.name));
    for (at, part) in index.parts.iter_mut().enumerate() {
        let options = said.and_then(|said| said.options.get(at));
        if part.usual_class && options.is_none_or(|options| options.operator_class.is_none()) {
            part.class = None;
        }
        if options.is_none_or(|options| options.collation.is_none()) {
            part.collation = None;
        }
        let expression = said.and_then(|said| said.parts().nth(at)?.expression);
        if said.is_some() && expression.is_none() {
            part.expression = None;
        }
    }
    index
}

/// What is left of an expression that databases write in their own way: no spaces, quotes, parentheses and casts.
fn bare(text: &str) -> String {
    let text = text.to_lowercase().replace(" 00:00:00+00", "").replace(" 00:00:00", "");
    let mut parts = text.split("::");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.strip_prefix("character varying").unwrap_or(part);
        plain.push_str(rest.trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_'));
    }
    plain.retain(|letter| !letter.is_whitespace() && !"()'\"`".contains(letter));
    plain
}

fn part_text(part: &Part) -> String {
    let mut text = match (&part.column, &part.expression) {
        (Some(column), _) => column.clone(),
        (None, Some(expression)) => format!("({})", bare(expression)),
        (None, None) => "()".to_owned(),
    };
    let mut say = |word: &str| text.push_str(&format!(" {word}"));
    part.length.iter().for_each(|length| say(&format!("length {length}")));
    part.collation.iter().for_each(|collation| say(&format!("collate {}", bare(collation))));
    part.class.iter().for_each(|class| say(class));
    if part.descending {
        say("desc");
    }
    if part.nulls_first.is_some_and(|first| first != part.descending) {
        say(if part.nulls_first == Some(true) { "nulls first" } else { "nulls last" });
    }
    part.operator.iter().for_each(|operator| say(&format!("with {operator}")));
    text
}

fn index_line(dialect: Dialect, index: &Index) -> String {
    let parts: Vec<String> = index.parts.iter().map(part_text).collect();
    let mut tail = String::new();
    let mut say = |word: &str| tail.push_str(&format!(" {word}"));
    if index.partial {
        say("partial");
    }
    index.method.iter().for_each(|method| say(&method.to_lowercase()));
    if !index.include.is_empty() {
        say(&format!("include ({})", index.include.join(", ")));
    }
    if index.nulls_not_distinct {
        say("nulls not distinct");
    }
    let kind = match (index.exclusion, index.unique) {
        (true, _) => "exclusion",
        (false, true) => "unique",
        (false, false) => "index",
    };
    format!("{kind} on {}: {} ({}){tail}", index.table, shown(dialect, &index.name), parts.join(", "))
}

/// Whether databases write the literals of a type in their own way: `'f'` as `false`, JSON with its keys in order.
fn is_rewritten(family: &TypeFamily) -> bool {
    matches!(family, TypeFamily::Boolean | TypeFamily::Json | TypeFamily::Timestamp { .. } | TypeFamily::Date)
}

/// A default that is no literal: databases print those in their own way.
const OTHER: &str = "...";

fn line(dialect: Dialect, fact: &Fact) -> String {
    match fact {
        Fact::Table { table, view } => format!("{} {table}", if *view { "view" } else { "table" }),
        Fact::Column(column) => column_line(dialect, column),
        Fact::PrimaryKey { table, name, columns } => key_line(dialect, "primary key", table, name, columns),
        Fact::Unique { table, name, columns } => key_line(dialect, "unique", table, name, columns),
        Fact::ForeignKey(key) => foreign_key_line(dialect, key),
        Fact::Index(index) => index_line(dialect, index),
        Fact::Parent { table, to, bound } => {
            format!("{table} belongs to {to} {}", bare(bound.as_deref().unwrap_or_default()))
        }
        Fact::Partitioning { table, by, parts } => {
            format!("{table} is divided by {}: {}", bare(by), parts.join(", "))
        }
        Fact::Domain { name, ty, nullable, default, checks } => {
            format!("domain {name}: {ty} null {nullable} default {default} checks {}", checks.join(", "))
        }
        Fact::Sequence { name, owner } => {
            format!("sequence {name} of {}", owner.as_deref().unwrap_or("nothing"))
        }
        // MySQL and MariaDB differ in what they call a check without a name; the model has MySQL's names.
        Fact::Check { table, name: Some(name) }
            if dialect == Dialect::Mysql
                && (name.starts_with("CONSTRAINT_") || name.starts_with(&format!("{table}_chk_"))) =>
        {
            format!("check on {table}: ?")
        }
        Fact::Check { table, name } => format!("check on {table}: {}", shown(dialect, name)),
        Fact::Enum { name, values } => format!("enum {name}: {}", values.join(", ")),
    }
}

fn column_line(dialect: Dialect, column: &Column) -> String {
    // MariaDB has JSON as another name of longtext.
    let json = dialect == Dialect::Mysql && column.ty == "json";
    let ty = if json { "longtext" } else { &column.ty };
    let null = if column.nullable { "" } else { " not null" };
    let value = match (&column.default, column.auto) {
        (_, true) => " counts up".to_owned(),
        (Some(text), false) => format!(" default {}", literal(dialect, text)),
        (None, false) => String::new(),
    };
    let generated = if column.generated { " generated" } else { "" };
    format!("column {}.{} at {}: {ty}{null}{value}{generated}", column.table, column.name, column.position)
}

/// A literal without the cast that PostgreSQL writes behind it; `...` for what a database prints in its own way.
fn literal(dialect: Dialect, text: &str) -> String {
    let text = text.trim().trim_start_matches('(').trim_end_matches(')');
    let plain = match dialect {
        Dialect::Postgres => text.split("::").next().unwrap_or(text).trim_end_matches(')'),
        Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql => text,
    };
    // MariaDB quotes no number, and takes one in quotes; `"x"` is a string there.
    let inner = plain.trim_matches(['\'', '"']);
    let quoted = plain.len() >= 2 && plain.starts_with(['\'', '"']) && plain.ends_with(['\'', '"']);
    let number = inner.parse::<f64>().ok();
    match number {
        Some(number) => number.to_string(),
        None if quoted && !inner.contains('\'') => format!("'{inner}'"),
        None if matches!(inner.to_ascii_lowercase().as_str(), "true" | "false") => {
            match (dialect, inner.eq_ignore_ascii_case("true")) {
                (Dialect::Mysql, true) => "1".to_owned(),
                (Dialect::Mysql, false) => "0".to_owned(),
                _ => inner.to_ascii_lowercase(),
            }
        }
        None => OTHER.to_owned(),
    }
}

fn key_line(dialect: Dialect, kind: &str, table: &str, name: &Option<String>, columns: &[String]) -> String {
    let name = if kind == "primary key" && dialect != Dialect::Postgres { "?" } else { shown(dialect, name) };
    format!("{kind} on {table}: {name} ({})", columns.join(", "))
}

/// A name; SQLite tells none of a constraint's.
fn shown(dialect: Dialect, name: &Option<String>) -> &str {
    match (dialect, name) {
        (_, Some(name)) => name,
        (_, None) => "?",
    }
}

fn foreign_key_line(dialect: Dialect, key: &ForeignKey) -> String {
    let action = |text: &str| match (text, dialect) {
        ("a" | "NO ACTION", Dialect::Mysql) | ("r" | "RESTRICT", Dialect::Mysql) => "restrict".to_owned(),
        ("a" | "NO ACTION", _) => "no action".to_owned(),
        ("r" | "RESTRICT", _) => "restrict".to_owned(),
        ("c" | "CASCADE", _) => "cascade".to_owned(),
        ("n" | "SET NULL", _) => "set null".to_owned(),
        ("d" | "SET DEFAULT", _) => "set default".to_owned(),
        (other, _) => other.to_owned(),
    };
    let name = if dialect == Dialect::Sqlite { "?" } else { shown(dialect, &key.name) };
    format!(
        "foreign key on {}: {name} ({}) to {} ({}) delete {} update {}",
        key.table,
        key.columns.join(", "),
        key.to,
        key.to_columns.join(", "),
        action(&key.on_delete),
        action(&key.on_update)
    )
}

/// The facts that the model says, as lines.
pub fn of_model(schema: &Schema) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for table in &schema.tables {
        for fact in table_facts(schema.dialect, table) {
            lines.insert(line(schema.dialect, &fact));
        }
    }
    for item in &schema.enums {
        let values = item.values.iter().map(|value| value.name.clone()).collect();
        lines.insert(line(schema.dialect, &Fact::Enum { name: item.name.to_string(), values }));
    }
    for item in &schema.domains {
        lines.insert(line(
            schema.dialect,
            &Fact::Domain {
                name: item.name.to_string(),
                ty: item.ty.name.clone(),
                nullable: item.nullable,
                default: item.default.is_some(),
                checks: item.checks.iter().filter_map(|check| check.name.clone()).collect(),
            },
        ));
    }
    for item in &schema.sequences {
        let owner = item.owner.as_ref().map(|(table, column)| format!("{table}.{column}"));
        lines.insert(line(schema.dialect, &Fact::Sequence { name: item.name.to_string(), owner }));
    }
    lines
}

fn index_fact(dialect: Dialect, table: &Table, index: &seawall::schema::Index) -> Fact {
    let last = |text: &str| {
        let text = text.split('(').next().unwrap_or(text);
        text.rsplit('.').next().unwrap_or(text).trim_matches('"').to_owned()
    };
    let part = |part: seawall::schema::KeyPart<'_>| Part {
        column: part.column.map(str::to_owned),
        // Only PostgreSQL's catalog tells of them.
        expression: part.expression.filter(|_| dialect == Dialect::Postgres).map(str::to_owned),
        length: part.options.length,
        class: part.options.operator_class.as_deref().map(last),
        usual_class: false,
        collation: part.options.collation.as_deref().map(last),
        descending: part.options.descending,
        nulls_first: (dialect == Dialect::Postgres).then(|| part.options.has_nulls_first(dialect)),
        operator: part.options.operator.clone(),
    };
    Fact::Index(Index {
        table: table.name.to_string(),
        name: index.name.clone(),
        parts: index.parts().map(part).collect(),
        unique: index.unique,
        partial: index.predicate.is_some(),
        method: index.method.clone(),
        include: index.include.clone(),
        nulls_not_distinct: index.nulls_not_distinct,
        exclusion: index.exclusion,
    })
}

/// How a table is divided, as the catalogs say it: MySQL makes up names for partitions that are only counted.
fn partitioning(dialect: Dialect, table: &Table) -> Option<Fact> {
    let partitioning = table.partitioning.as_ref()?;
    let by = partitioning.by.to_lowercase();
    let (by, count) = match by.split_once("partitions") {
        Some((by, count)) if dialect == Dialect::Mysql => (by.to_owned(), count.trim().parse().unwrap_or(1)),
        _ => (by, 1),
    };
    let mut parts: Vec<String> = partitioning.parts.iter().map(|part| part.name.clone()).collect();
    if parts.is_empty() && dialect == Dialect::Mysql {
        parts = (0..count).map(|number: u32| format!("p{number}")).collect();
    }
    Some(Fact::Partitioning { table: table.name.to_string(), by, parts })
}

fn table_facts(dialect: Dialect, table: &Table) -> Vec<Fact> {
    let name = || table.name.to_string();
    let mut facts = vec![Fact::Table { table: name(), view: table.kind == TableKind::View }];
    for (at, column) in table.columns.iter().enumerate() {
        facts.push(Fact::Column(Column {
            table: name(),
            name: column.name.clone(),
            position: at + 1,
            ty: column.ty.name.clone(),
            nullable: column.nullable,
            default: match &column.default {
                Some(DefaultValue::Expression(text)) => Some(text.clone()),
                Some(DefaultValue::AutoIncrement) | None => None,
            },
            auto: column.default == Some(DefaultValue::AutoIncrement),
            generated: column.generated,
        }));
    }
    facts.extend(table.primary_key.iter().map(|key| Fact::PrimaryKey {
        table: name(),
        name: key.name.clone(),
        columns: key.columns.clone(),
    }));
    facts.extend(table.uniques.iter().map(|unique| match dialect {
        // One thing in MySQL.
        Dialect::Mysql => {
            let columns = unique.columns.iter().cloned().map(Some).collect();
            let index = seawall::schema::Index::new(unique.name.clone(), columns, unique.span);
            index_fact(dialect, table, &seawall::schema::Index { unique: true, ..index })
        }
        Dialect::Postgres | Dialect::Sqlite | Dialect::Mssql => Fact::Unique {
            table: name(),
            name: unique.name.clone().filter(|_| dialect != Dialect::Sqlite),
            columns: unique.columns.clone(),
        },
    }));
    facts.extend(table.foreign_keys.iter().map(|key| {
        Fact::ForeignKey(ForeignKey {
            table: name(),
            name: key.name.clone(),
            columns: key.columns.clone(),
            to: key.referenced_table.to_string(),
            to_columns: key.referenced_columns.clone(),
            on_delete: key.on_delete.sql().to_owned(),
            on_update: key.on_update.sql().to_owned(),
        })
    }));
    facts.extend(table.indexes.iter().map(|index| index_fact(dialect, table, index)));
    facts.extend(partitioning(dialect, table));
    // A typed table is no child in the catalog.
    facts.extend(table.parents.iter().filter(|_| dialect == Dialect::Postgres).map(|parent| Fact::Parent {
        table: name(),
        to: parent.table.to_string(),
        bound: parent.bound.clone(),
    }));
    // SQLite's catalog tells of no check.
    if dialect != Dialect::Sqlite {
        facts
            .extend(table.checks.iter().map(|check| Fact::Check { table: name(), name: check.name.clone() }));
    }
    facts
}
