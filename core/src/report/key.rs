//! The parts of an index's key as JSON, and expressions as PostgreSQL prints them.

use sqlparser::ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Value};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use crate::report::wire::{IndexReport, KeyPartReport};
use crate::schema::{Dialect, Index, KeyPart, Table};

/// Longer expressions are given as they are written.
const LONGEST: usize = 400;

/// Functions of PostgreSQL whose first argument is text, and whose result is text or a number (manual, 9.4). The other
/// arguments are text too, or numbers.
const OF_TEXT: &[&str] = &[
    "lower",
    "upper",
    "btrim",
    "ltrim",
    "rtrim",
    "md5",
    "initcap",
    "reverse",
    "length",
    "char_length",
    "substr",
    "replace",
    "translate",
    "split_part",
    "lpad",
    "rpad",
    "repeat",
    "ascii",
    "strpos",
    "octet_length",
];

/// The report of an index of this table.
pub(crate) fn index(dialect: Dialect, table: &Table, item: &Index) -> IndexReport {
    let is_plain = item.options.is_empty() && item.columns.iter().all(Option::is_some);
    IndexReport {
        name: item.name.clone(),
        columns: item.parts().map(|part| shown(dialect, table, part)).collect(),
        unique: item.unique,
        predicate: item.predicate.clone(),
        method: item.method.clone(),
        parts: if is_plain {
            Vec::new()
        } else {
            item.parts().map(|part| part_report(dialect, part)).collect()
        },
        include: item.include.clone(),
        nulls_not_distinct: item.nulls_not_distinct,
        exclusion: item.exclusion,
    }
}

/// The column, or the expression as the database's own catalog names it: that of PostgreSQL prints it, those of the others
/// have nothing there.
fn shown(dialect: Dialect, table: &Table, part: KeyPart<'_>) -> Option<String> {
    match (part.column, part.expression, dialect) {
        (Some(column), ..) => Some(column.to_owned()),
        (None, Some(text), Dialect::Postgres) => Some(printed(table, text)),
        (None, ..) => None,
    }
}

fn part_report(dialect: Dialect, part: KeyPart<'_>) -> KeyPartReport {
    let options = part.options;
    KeyPartReport {
        column: part.column.map(str::to_owned),
        expression: part.expression.map(str::to_owned),
        length: options.length,
        collation: options.collation.clone(),
        operator_class: options.operator_class.clone(),
        descending: options.descending,
        nulls_first: options.nulls_first.map(|_| options.has_nulls_first(dialect)),
        operator: options.operator.clone(),
    }
}

/// An index's expression as `pg_get_indexdef(index, part, true)` prints it: where a call takes text, it shows the cast of
/// what is of another type. What is more than calls over columns and literals is given as it is written.
pub fn printed(table: &Table, text: &str) -> String {
    let written = || text.to_owned();
    if text.len() > LONGEST {
        return written();
    }
    let parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(text);
    let Ok(parsed) = parser.and_then(|mut parser| parser.parse_expr()) else { return written() };
    called(table, &parsed).unwrap_or_else(written)
}

fn called(table: &Table, expr: &Expr) -> Option<String> {
    match expr {
        Expr::Nested(inner) => called(table, inner),
        Expr::Function(call) => {
            let name = text_function(call)?;
            let FunctionArguments::List(list) = &call.args else { return None };
            let mut given = Vec::new();
            for argument in &list.args {
                let FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) = argument else { return None };
                given.push(text_argument(table, argument)?);
            }
            Some(format!("{name}({})", given.join(", ")))
        }
        _ => None,
    }
}

fn text_function(call: &Function) -> Option<&'static str> {
    let [name] = call.name.0.as_slice() else { return None };
    let name = name.as_ident()?.value.to_ascii_lowercase();
    OF_TEXT.iter().copied().find(|known| *known == name)
}

fn text_argument(table: &Table, argument: &Expr) -> Option<String> {
    match argument {
        Expr::Identifier(name) => {
            let column = table.column(&stored(name))?;
            let shown = quoted(&column.name);
            let ty = column.ty.name.as_str();
            let word = ty.split('(').next().unwrap_or(ty);
            let cast =
                matches!(word, "varchar" | "char" | "character varying" | "character" | "bpchar" | "citext");
            match ty {
                "text" => Some(shown),
                _ if cast => Some(format!("{shown}::text")),
                _ => None,
            }
        }
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(format!("'{}'::text", text.replace('\'', "''"))),
            Value::Number(number, _) => Some(number.clone()),
            _ => None,
        },
        Expr::Nested(inner) => text_argument(table, inner),
        other => called(table, other),
    }
}

fn stored(name: &Ident) -> String {
    Dialect::Postgres.fold(&name.value, name.quote_style.is_some())
}

/// A name as PostgreSQL prints it: in quotes where it is not plain (`quote_identifier`). Its reserved words are not looked
/// at.
fn quoted(name: &str) -> String {
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|first| first.is_ascii_lowercase() || first == '_');
    let plain = letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    if begins && plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}
