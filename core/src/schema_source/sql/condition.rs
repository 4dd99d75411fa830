//! Conditions that SQL asks of the database's catalog, as far as the model can decide them.

use super::cursor::{Cursor, Tokens};
use super::statement::Reader;
use super::token::TokenKind;
use crate::migration::Condition;
use crate::schema::TableName;

/// Columns of catalogs that narrow a question down in a way that the answer does not depend on.
const NARROWING: &[&str] = &[
    "attnum",
    "attisdropped",
    "relkind",
    "table_type",
    "constraint_type",
    "table_catalog",
    "constraint_schema",
    "constraint_catalog",
    "index_schema",
    "typtype",
    "contype",
    "type",
    "oid",
    "connamespace",
    "typnamespace",
    "relnamespace",
    "non_unique",
    "seq_in_index",
];

/// Whether a count or a value means that something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Present,
    Absent,
}

impl Reader<'_> {
    /// Reads a condition: `NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE ...) AND ...`.
    pub(super) fn read_condition(&self, cursor: Cursor<'_>) -> Condition {
        let any = at_words(cursor, "or");
        if any.len() > 1 {
            return Condition::Any(any.into_iter().map(|part| self.read_condition(part)).collect());
        }
        let all = at_words(cursor, "and");
        if all.len() > 1 {
            return Condition::All(all.into_iter().map(|part| self.read_condition(part)).collect());
        }
        self.simple_condition(cursor)
    }

    fn simple_condition(&self, cursor: Cursor<'_>) -> Condition {
        let mut rest = cursor;
        if rest.eat(&["not"]) {
            return self.simple_condition(rest).negated();
        }
        if rest.eat(&["exists"]) {
            return rest.parentheses().map_or(Condition::Unknown, |query| self.catalog_question(query));
        }
        if let Some(inner) =
            rest.parentheses().filter(|inner| rest.is_at_end() && !inner.is_any(&["select", "with"]))
        {
            return self.read_condition(inner);
        }
        if let Some(condition) = shadow_database(cursor) {
            return condition;
        }
        let mut rest = cursor;
        let Some(present) = self.value_is_there(&mut rest) else {
            return Condition::Unknown;
        };
        match comparison(rest) {
            Some(Test::Present) => present,
            Some(Test::Absent) => present.negated(),
            None => Condition::Unknown,
        }
    }

    /// Takes a value, and gives the condition that it is there: a count above nought, a name that stands for something.
    fn value_is_there(&self, cursor: &mut Cursor<'_>) -> Option<Condition> {
        if let Some(query) = cursor.parentheses() {
            return Some(self.catalog_question(query));
        }
        if cursor.eat_any(&["to_regclass", "to_regtype"]) {
            let (text, _) = cursor.parentheses()?.string()?;
            return Some(self.named(&text));
        }
        cursor.eat_symbol(b'@');
        let name = cursor.name()?.name;
        self.known
            .conditions
            .iter()
            .rev()
            .find(|(known, _)| *known == name)
            .map(|(_, condition)| condition.clone())
    }

    /// That something of this name is there: a table, a view, an index or a type.
    pub(super) fn named(&self, text: &str) -> Condition {
        match self.name_in(text) {
            Some(name) => Condition::Any(vec![
                Condition::Table(name.clone()),
                Condition::Key { table: None, name: name.name.clone() },
                Condition::Enum(name),
            ]),
            None => Condition::Unknown,
        }
    }

    /// The name in a text such as `'public."User"'`.
    fn name_in(&self, text: &str) -> Option<TableName> {
        let tokens = Tokens::read(text, 0..text.len(), self.dialect);
        tokens.cursor().table_name().map(|(name, _)| name)
    }

    /// What a query of the catalog asks for.
    pub(super) fn catalog_question(&self, query: Cursor<'_>) -> Condition {
        let Some(mut from) = query.find_word("from") else {
            return Condition::Unknown;
        };
        from.bump();
        let Some(catalog) = from.dotted().and_then(|mut parts| parts.pop()) else {
            return Condition::Unknown;
        };
        let question = self.question(query);
        let condition = question.ask(&catalog.name.to_ascii_lowercase());
        match question.exact {
            true => condition,
            false => Condition::All(vec![condition, Condition::Unknown]),
        }
    }

    /// The equalities behind WHERE and ON.
    fn question(&self, query: Cursor<'_>) -> Question {
        let mut question = Question { pairs: Vec::new(), exact: true };
        let mut cursor = query;
        while !cursor.is_at_end() {
            if !cursor.eat_any(&["where", "on"]) {
                cursor.skip_one();
                continue;
            }
            let start = cursor;
            cursor.take_until(|cursor| {
                cursor
                    .is_any(&["where", "join", "inner", "left", "group", "having", "limit", "order", "union"])
            });
            for part in at_words(start.up_to(&cursor), "and") {
                self.add_part(part, &mut question);
            }
        }
        question
    }

    fn add_part(&self, part: Cursor<'_>, question: &mut Question) {
        let mut rest = part;
        if let Some(inner) = rest.parentheses().filter(|_| rest.is_at_end()) {
            let parts = at_words(inner, "and");
            let single = at_words(inner, "or").len() == 1;
            if single {
                parts.into_iter().for_each(|part| self.add_part(part, question));
                return;
            }
        }
        match self.equality(part) {
            Some((column, value)) => question.pairs.push((column, value)),
            None => question.exact &= is_narrowing(part),
        }
    }

    /// `lower(t.table_name) = 'x'`, `attrelid = 'x'::regclass`, `table_schema = DATABASE()`.
    fn equality(&self, part: Cursor<'_>) -> Option<(String, Option<String>)> {
        let mut cursor = part;
        cursor.eat_any(&["binary", "upper", "lower"]);
        let column = match cursor.parentheses() {
            Some(mut inner) => inner.dotted()?.pop()?,
            None => cursor.dotted()?.pop()?,
        };
        let column = column.name.to_ascii_lowercase();
        if cursor.is_symbol(b':') {
            cursor.eat_symbol(b':');
            cursor.eat_symbol(b':');
            cursor.name()?;
        }
        if cursor.eat_any(&["in"]) {
            let mut inner = cursor.parentheses()?;
            let (value, _) = inner.string()?;
            return inner.is_at_end().then_some((column, Some(value)));
        }
        if !cursor.eat_symbol(b'=') && !cursor.eat(&["like"]) {
            return None;
        }
        cursor.eat_any(&["binary"]);
        if let Some((value, _)) = cursor.string() {
            return (!value.contains('%')).then_some((column, Some(value)));
        }
        let mut variable = cursor;
        let name = variable.name().filter(|_| variable.is_at_end());
        if let Some(value) = name.and_then(|name| self.known.text_of(&name.name)) {
            return Some((column, Some(value)));
        }
        if let Some(mut inner) = cursor.parentheses() {
            inner.eat(&["select"]);
            cursor = inner;
        }
        let own = cursor.eat_any(&["database", "schema", "current_schema", "current_database"]);
        own.then_some((column, None))
    }
}

/// `current_database() LIKE 'prisma_migrate_shadow_db%'`. A database that is deployed is none of those that Prisma makes to
/// try migrations out in (their names begin so: Prisma's documentation, "About the shadow database").
fn shadow_database(cursor: Cursor<'_>) -> Option<Condition> {
    let mut cursor = cursor;
    cursor.eat(&["current_database"]).then_some(())?;
    cursor.parentheses()?;
    let not = cursor.eat(&["not"]);
    cursor.eat_any(&["like", "ilike"]).then_some(())?;
    let (pattern, _) = cursor.string()?;
    let never = Condition::Any(Vec::new());
    let is_shadow = pattern.trim_start_matches('%').starts_with("prisma_migrate_shadow_db");
    (is_shadow && cursor.is_at_end()).then(|| if not { never.negated() } else { never })
}

/// The equalities of a query of the catalog.
struct Question {
    /// Columns in lower case with their values; `None` is the database's own schema.
    pairs: Vec<(String, Option<String>)>,
    /// Whether nothing else is asked.
    exact: bool,
}

impl Question {
    fn get(&self, names: &[&str]) -> Option<&str> {
        let found = self.pairs.iter().find(|(column, _)| names.contains(&column.as_str()));
        found.and_then(|(_, value)| value.as_deref())
    }

    fn table(&self) -> Option<TableName> {
        let name = self.get(&[
            "table_name",
            "tablename",
            "relname",
            "viewname",
            "matviewname",
            "tbl_name",
            "attrelid",
            "conrelid",
        ])?;
        let (schema, name) = match name.rsplit_once('.') {
            Some((schema, name)) => (Some(schema.trim_matches('"').to_owned()), name),
            None => (self.get(&["table_schema", "schemaname", "nspname"]).map(str::to_owned), name),
        };
        Some(TableName { schema, name: name.trim_matches('"').to_owned() })
    }

    fn ask(&self, catalog: &str) -> Condition {
        let found = match catalog {
            "columns" | "pg_attribute" => self.ask_column(),
            "tables" | "views" | "pg_tables" | "pg_views" | "pg_matviews" | "sqlite_master"
            | "sqlite_schema" | "pg_class" => self.ask_relation(),
            "table_constraints"
            | "referential_constraints"
            | "key_column_usage"
            | "constraint_column_usage"
            | "check_constraints"
            | "pg_constraint"
            | "pg_indexes"
            | "statistics"
            | "pg_index" => self.ask_key(),
            "pg_type" => self.get(&["typname"]).map(|name| Condition::Enum(TableName::plain(name))),
            "pg_enum" => self.get(&["enumlabel"]).map(|value| Condition::EnumValue {
                name: self
                    .get(&["typname", "enumtypid"])
                    .map(|name| TableName::plain(name.trim_matches('"'))),
                value: value.to_owned(),
            }),
            _ => None,
        };
        found.unwrap_or(Condition::Unknown)
    }

    fn ask_column(&self) -> Option<Condition> {
        let table = self.table();
        let Some(column) = self.get(&["column_name", "attname"]) else {
            return table.map(Condition::Table);
        };
        let there = Condition::Column { table: table.clone(), column: column.to_owned() };
        let nullable = match (self.get(&["is_nullable"]), table) {
            (Some(yes), Some(table)) => {
                let nullable = Condition::Nullable { table, column: column.to_owned() };
                Some(if yes.eq_ignore_ascii_case("yes") { nullable } else { nullable.negated() })
            }
            _ => None,
        };
        let other = ["data_type", "udt_name", "column_type", "column_default", "character_maximum_length"];
        let asked = other.iter().any(|name| self.pairs.iter().any(|(column, _)| column == name));
        let mut parts = vec![there];
        parts.extend(nullable);
        parts.extend(asked.then_some(Condition::Unknown));
        Some(Condition::All(parts))
    }

    /// A table, a view, or an index, which PostgreSQL and SQLite have in the same catalog.
    fn ask_relation(&self) -> Option<Condition> {
        let table = self.table().or_else(|| Some(TableName::plain(self.get(&["name"])?)))?;
        let key = Condition::Key { table: None, name: table.name.clone() };
        Some(Condition::Any(vec![Condition::Table(table), key]))
    }

    fn ask_key(&self) -> Option<Condition> {
        let table = self.table();
        match self.get(&["constraint_name", "conname", "indexname", "index_name", "relname"]) {
            Some(name) => {
                let table = table.filter(|table| table.name != name);
                Some(Condition::Key { table, name: name.to_owned() })
            }
            None => {
                let primary = self
                    .get(&["constraint_type"])
                    .is_some_and(|kind| kind.eq_ignore_ascii_case("primary key"))
                    || self.get(&["contype"]) == Some("p");
                table.filter(|_| primary).map(Condition::PrimaryKey)
            }
        }
    }
}

/// Whether a part of a question leaves the answer as it is: a join of two columns, the kind of relation.
fn is_narrowing(part: Cursor<'_>) -> bool {
    let mut cursor = part;
    cursor.eat(&["not"]);
    let Some(column) = cursor.dotted().and_then(|mut parts| parts.pop()) else {
        return false;
    };
    let joins = cursor.eat_symbol(b'=') && cursor.dotted().is_some() && cursor.is_at_end();
    joins || NARROWING.contains(&column.name.to_ascii_lowercase().as_str())
}

/// The parts between a word, outside parentheses. `CASE` and `BETWEEN` are not looked into.
fn at_words<'a>(cursor: Cursor<'a>, word: &str) -> Vec<Cursor<'a>> {
    let mut parts = Vec::new();
    let mut rest = cursor;
    loop {
        let start = rest;
        rest.take_until(|cursor| cursor.is_any(&[word]));
        parts.push(start.up_to(&rest));
        if !rest.eat(&[word]) {
            return parts;
        }
    }
}

/// `> 0`, `= 1`, `IS NOT NULL`, `IS TRUE` or nothing: whether what stands before is there.
fn comparison(cursor: Cursor<'_>) -> Option<Test> {
    let mut cursor = cursor;
    if cursor.is_at_end() {
        return Some(Test::Present);
    }
    if cursor.eat(&["is"]) {
        let not = cursor.eat(&["not"]);
        let absent = cursor.is_any(&["null", "false"]);
        let known = absent || cursor.is_any(&["true"]);
        return known.then_some(if absent == not { Test::Present } else { Test::Absent });
    }
    let mut operator = String::new();
    while let Some(TokenKind::Symbol(byte @ (b'<' | b'>' | b'=' | b'!'))) =
        cursor.peek().map(|token| token.kind)
    {
        operator.push(char::from(byte));
        cursor.bump();
    }
    let value = cursor.bump()?;
    match (operator.as_str(), cursor.text_of(value).to_ascii_lowercase().as_str()) {
        (">" | "<>" | "!=", "0") | (">=" | "=", "1") | ("=", "true") | ("<>" | "!=", "false") => {
            Some(Test::Present)
        }
        ("=" | "<=", "0") | ("<" | "<>" | "!=", "1") | ("=", "false") | ("<>" | "!=", "true") => {
            Some(Test::Absent)
        }
        _ => None,
    }
}
