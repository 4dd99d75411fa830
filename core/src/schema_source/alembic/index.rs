//! Indexes and exclusion constraints as values, read into the model.

use crate::code::interpret::{Arguments, External, Value};
use crate::schema::{Dialect, Index, KeyOptions};
use crate::schema_source::alembic::elements::ElementReader;
use crate::schema_source::sql::{KeyPartRead, read_key_part};
use crate::text::Span;

/// How deep calls in an index's expression are followed.
const DEPTH: usize = 8;

impl ElementReader<'_, '_, '_> {
    /// An exclusion constraint, as the index that PostgreSQL keeps for it; `elements` are pairs of a column and an operator.
    /// It is kept by GiST unless it says otherwise (SQLAlchemy, `ExcludeConstraint`).
    pub(super) fn exclusion(
        &self,
        name: Option<String>,
        elements: &[Value],
        arguments: &Arguments,
        span: Span,
    ) -> Index {
        let mut parts = Vec::new();
        for element in elements {
            let Some([column, operator, ..]) = self.run.interpreter.items(element) else {
                parts.push(KeyPartRead::default());
                continue;
            };
            let mut part = self.key_part(column, arguments);
            part.options.operator = self.string(Some(operator));
            parts.push(part);
        }
        let predicate = arguments.keyword("where").filter(|value| !matches!(value, Value::None));
        let method = self.string(arguments.keyword("using")).map(|method| method.to_ascii_lowercase());
        Index {
            exclusion: true,
            method: Some(method.unwrap_or_else(|| "gist".to_owned())).filter(|method| method != "btree"),
            predicate: predicate.map(|predicate| self.string(Some(predicate)).unwrap_or_default()),
            ..of_parts(name, parts, span)
        }
    }

    /// `sa.Index(name, *columns, unique=)`; `skip` is where the columns begin.
    pub(super) fn index(&self, arguments: &Arguments, skip: usize, span: Span) -> Option<Index> {
        let columns = arguments.positional.get(skip..).unwrap_or_default();
        let name = self.string(arguments.get(0, "name"));
        Some(self.index_over(name, columns, arguments, span))
    }

    /// An index over these columns, with what its arguments say of it.
    pub(super) fn index_over(
        &self,
        name: Option<String>,
        columns: &[Value],
        arguments: &Arguments,
        span: Span,
    ) -> Index {
        let parts = columns.iter().map(|column| self.key_part(column, arguments)).collect();
        Index {
            unique: self.flag(arguments.keyword("unique")),
            predicate: self.predicate(arguments),
            method: self.method(arguments),
            include: self.names(self.option(arguments, "include")).unwrap_or_default(),
            nulls_not_distinct: self.flag(self.option(arguments, "nulls_not_distinct")),
            ..of_parts(name, parts, span)
        }
    }

    /// An argument of the dialect: `postgresql_using`.
    fn option<'v>(&self, arguments: &'v Arguments, name: &str) -> Option<&'v Value> {
        let prefixes: &[&str] = match self.dialect {
            Dialect::Postgres => &["postgresql"],
            Dialect::Sqlite => &["sqlite"],
            Dialect::Mysql => &["mysql", "mariadb"],
            Dialect::Mssql => &["mssql"],
        };
        let given = prefixes.iter().find_map(|prefix| arguments.keyword(&format!("{prefix}_{name}")));
        given.filter(|value| !matches!(value, Value::None))
    }

    fn method(&self, arguments: &Arguments) -> Option<String> {
        let option = match self.dialect {
            Dialect::Postgres => "using",
            Dialect::Mysql => "prefix",
            Dialect::Sqlite | Dialect::Mssql => return None,
        };
        let method = self.string(self.option(arguments, option))?.to_ascii_lowercase();
        let known = self.dialect == Dialect::Postgres || matches!(method.as_str(), "fulltext" | "spatial");
        (known && method != "btree").then_some(method)
    }

    fn predicate(&self, arguments: &Arguments) -> Option<String> {
        let value = self.option(arguments, "where").filter(|_| self.dialect != Dialect::Mysql)?;
        Some(self.string(Some(value)).unwrap_or_default())
    }

    /// A part of a key, with its operator class or length where the arguments give it one.
    fn key_part(&self, value: &Value, arguments: &Arguments) -> KeyPartRead {
        let mut part = self.part(value, 0);
        let Some(column) = &part.column else { return part };
        if let Some(ops) = self.option(arguments, "ops").or_else(|| arguments.keyword("ops")) {
            part.options.operator_class = self.entry(ops, column).and_then(|value| self.string(Some(value)));
        }
        let lengths = self.option(arguments, "length");
        let length = lengths.and_then(|given| match given {
            Value::Dict(_) => self.entry(given, column),
            _ => Some(given),
        });
        if let Some(Value::Int(length)) = length {
            part.options.length = u32::try_from(*length).ok();
        }
        part
    }

    /// The value of a dict's key.
    fn entry<'v>(&'v self, dict: &Value, name: &str) -> Option<&'v Value> {
        let Value::Dict(id) = dict else { return None };
        let entries = self.run.interpreter.heap.dict(*id);
        entries
            .iter()
            .find(|(key, _)| self.string(Some(key)).as_deref() == Some(name))
            .map(|(_, value)| value)
    }

    /// A column, an expression, or one of them with its order: `sa.desc("a")`, `sa.text("lower(name) DESC")`.
    fn part(&self, value: &Value, depth: usize) -> KeyPartRead {
        if depth > DEPTH {
            return KeyPartRead::default();
        }
        let Some((name, arguments, _)) = self.call_of(value) else { return self.column_part(value) };
        let inner = || match arguments.positional.first() {
            Some(inner) => self.part(inner, depth + 1),
            None => self.receiver(value).map(|inner| self.part(&inner, depth + 1)).unwrap_or_default(),
        };
        let ordered = |descending: Option<bool>, nulls_first: Option<bool>| {
            let mut part = inner();
            part.options.descending = descending.unwrap_or(part.options.descending);
            part.options.nulls_first = nulls_first.or(part.options.nulls_first);
            part
        };
        match name.as_str() {
            "text" | "literal_column" => {
                let text = self.string(arguments.positional.first());
                text.map(|text| read_key_part(&text, self.dialect)).unwrap_or_default()
            }
            "desc" => ordered(Some(true), None),
            "asc" => ordered(Some(false), None),
            "nullslast" | "nulls_last" => ordered(None, Some(false)),
            "nullsfirst" | "nulls_first" => ordered(None, Some(true)),
            _ => match self.string(Some(value)) {
                Some(column) => KeyPartRead { column: Some(column), ..KeyPartRead::default() },
                None => KeyPartRead { expression: self.called(value, depth), ..KeyPartRead::default() },
            },
        }
    }

    fn column_part(&self, value: &Value) -> KeyPartRead {
        let column = match value {
            // `Model.column`, `table.c.column`.
            Value::External(id) => match self.run.interpreter.heap.external(*id) {
                External::Member { name, .. } => Some(name.to_string()),
                External::Symbol(_) | External::Call { .. } => None,
            },
            _ => self.string(Some(value)),
        };
        KeyPartRead { column, ..KeyPartRead::default() }
    }

    /// `func.lower(column)` as SQL.
    fn called(&self, value: &Value, depth: usize) -> Option<String> {
        let Value::External(id) = value else { return None };
        let External::Call { callee, arguments, .. } = self.run.interpreter.heap.external(*id) else {
            return None;
        };
        let path = self.run.interpreter.path(*callee);
        let (owner, function) = path.rsplit_once('.')?;
        if owner.rsplit('.').next() != Some("func") || !arguments.keywords.is_empty() {
            return None;
        }
        let given = arguments.positional.iter().map(|argument| match argument {
            // A string is a value there, and a column only as one.
            Value::Int(number) => Some(number.to_string()),
            Value::External(_) => {
                let part = self.part(argument, depth + 1);
                part.expression.or_else(|| part.column.map(|name| quoted_where_needed(&name, self.dialect)))
            }
            _ => self.string(Some(argument)).map(|text| format!("'{}'", text.replace('\'', "''"))),
        });
        let given: Option<Vec<String>> = given.collect();
        Some(format!("{function}({})", given?.join(", ")))
    }
}

/// SQLAlchemy quotes names that are not plain lower case (`IdentifierPreparer`).
fn quoted_where_needed(name: &str, dialect: Dialect) -> String {
    let plain =
        name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    match dialect {
        _ if plain => name.to_owned(),
        Dialect::Mysql => format!("`{name}`"),
        Dialect::Postgres | Dialect::Sqlite | Dialect::Mssql => format!("\"{name}\""),
    }
}

fn of_parts(name: Option<String>, parts: Vec<KeyPartRead>, span: Span) -> Index {
    let all_said = parts.iter().all(|part| part.column.is_some() || part.expression.is_some());
    let columns = parts.iter().map(|part| part.column.clone()).collect();
    let options = KeyOptions::trimmed(parts.iter().map(|part| part.options.clone()).collect());
    let expressions = parts.into_iter().filter_map(|part| part.expression).collect();
    // Which of several is not said could not be told.
    let expressions = if all_said { expressions } else { Vec::new() };
    Index { expressions, options, ..Index::new(name, columns, span) }
}
