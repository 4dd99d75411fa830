//! `knex.raw(text, bindings)`: values and names are filled in where the text says so.

use crate::code::interpret::{Arguments, External, Interpreter, Text, TextBuilder, Value};
use crate::schema::Dialect;
use crate::schema_source::script::{Sql, literal};

/// The text of a raw statement or expression with its bindings; a hole for each that is not known.
pub fn raw_text(interpreter: &Interpreter<'_>, arguments: &Arguments, dialect: Dialect) -> Option<Text> {
    let text = interpreter.as_text(arguments.positional.first()?)?;
    let Some(bindings) = arguments.positional.get(1).filter(|value| !matches!(value, Value::None)) else {
        return Some(text);
    };
    Some(match bindings {
        Value::Dict(_) => named(interpreter, &text, bindings, dialect),
        Value::List(id) => {
            let items = interpreter.heap.items(*id);
            by_position(interpreter, &text, items, dialect)
        }
        Value::Unknown(_) | Value::External(_) => by_position(interpreter, &text, &[], dialect),
        single => by_position(interpreter, &text, std::slice::from_ref(single), dialect),
    })
}

/// A string, or the text of a raw expression.
pub fn ident_text(interpreter: &Interpreter<'_>, value: &Value, dialect: Dialect) -> Option<Text> {
    let text = match value {
        Value::External(id) => {
            let External::Call { callee, arguments, .. } = interpreter.heap.external(*id) else {
                return None;
            };
            interpreter.path(*callee).ends_with(".raw").then_some(())?;
            raw_text(interpreter, arguments, dialect)?
        }
        other => interpreter.as_text(other)?,
    };
    Some(text).filter(|text| !text.has_holes())
}

/// `?` is a value, `??` a name, `\?` a question mark.
fn by_position(interpreter: &Interpreter<'_>, text: &Text, items: &[Value], dialect: Dialect) -> Text {
    let mut whole = TextBuilder::default();
    let mut items = items.iter();
    let mut from = 0;
    let value = &text.value;
    while let Some(found) = value.get(from..).and_then(|rest| rest.find('?')) {
        let at = from + found;
        if value.get(..at).is_some_and(|before| before.ends_with('\\')) {
            whole.push_text(&text.slice(from, at.saturating_sub(1)));
            whole.push_str("?");
            from = at + 1;
            continue;
        }
        whole.push_text(&text.slice(from, at));
        let is_name = value.get(at + 1..).is_some_and(|rest| rest.starts_with('?'));
        whole.push_text(&bound(interpreter, items.next(), is_name, dialect));
        from = at + if is_name { 2 } else { 1 };
    }
    whole.push_text(&text.slice(from, value.len()));
    whole.build()
}

/// `:name` is a value, `:name:` a name. `::type` is neither.
fn named(interpreter: &Interpreter<'_>, text: &Text, bindings: &Value, dialect: Dialect) -> Text {
    let mut whole = TextBuilder::default();
    let value = &text.value;
    let mut from = 0;
    let mut search = 0;
    while let Some(found) = value.get(search..).and_then(|rest| rest.find(':')) {
        let at = search + found;
        let rest = value.get(at + 1..).unwrap_or("");
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let key = rest.get(..end).unwrap_or("");
        let bound_value = interpreter.entry(bindings, key);
        let doubled = value.get(..at).is_some_and(|before| before.ends_with(':'));
        if key.is_empty() || bound_value.is_none() || doubled {
            search = at + 1;
            continue;
        }
        whole.push_text(&text.slice(from, at));
        let is_name = rest.get(end..).is_some_and(|rest| rest.starts_with(':') && !rest.starts_with("::"));
        whole.push_text(&bound(interpreter, bound_value, is_name, dialect));
        from = at + 1 + end + usize::from(is_name);
        search = from;
    }
    whole.push_text(&text.slice(from, value.len()));
    whole.build()
}

fn bound(interpreter: &Interpreter<'_>, value: Option<&Value>, is_name: bool, dialect: Dialect) -> Text {
    let hole = || Text::plain(Text::HOLE.encode_utf8(&mut [0; 4]));
    let Some(value) = value else { return hole() };
    if let Value::List(id) = value {
        let parts: Vec<Text> = interpreter
            .heap
            .items(*id)
            .iter()
            .map(|item| bound(interpreter, Some(item), is_name, dialect))
            .collect();
        let mut whole = TextBuilder::default();
        for (index, part) in parts.iter().enumerate() {
            whole.push_str(if index > 0 { ", " } else { "" });
            whole.push_text(part);
        }
        return whole.build();
    }
    match (value, interpreter.as_text(value)) {
        (_, Some(text)) if text.has_holes() => hole(),
        (_, Some(text)) if is_name => Sql::new(dialect, "").path(&text).build(),
        (_, Some(text)) => Text::plain(&literal(&text.value)),
        (Value::Int(number), None) => Text::plain(&number.to_string()),
        (Value::Float(number), None) => Text::plain(&number.to_string()),
        (Value::Bool(value), None) => Text::plain(&value.to_string()),
        (Value::None, None) => Text::plain("NULL"),
        (value, None) => ident_text(interpreter, value, dialect).unwrap_or_else(hole),
    }
}

/// Whether a text is a statement, and not an expression that something is filled with.
pub fn is_statement(text: &str) -> bool {
    let mut rest = text.trim_start();
    loop {
        let after = match rest {
            _ if rest.starts_with("--") => rest.split_once('\n').map_or("", |(_, rest)| rest),
            _ if rest.starts_with("/*") => rest.split_once("*/").map_or("", |(_, rest)| rest),
            _ => break,
        };
        rest = after.trim_start();
    }
    let rest = rest.trim_start_matches(['(', ';']).trim_start();
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    let follows = rest.get(word.len()..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
    follows
        && matches!(
            word.to_ascii_uppercase().as_str(),
            "CREATE"
                | "ALTER"
                | "DROP"
                | "DO"
                | "RENAME"
                | "COMMENT"
                | "TRUNCATE"
                | "UPDATE"
                | "INSERT"
                | "DELETE"
                | "WITH"
                | "SELECT"
                | "SET"
                | "BEGIN"
                | "EXEC"
                | "EXECUTE"
                | "CALL"
                | "GRANT"
                | "REVOKE"
                | "REINDEX"
                | "REFRESH"
                | "LOCK"
                | "PRAGMA"
                | "IF"
                | "REPLACE"
                | "MERGE"
                | "START"
                | "SECURITY"
                | "ATTACH"
        )
}
