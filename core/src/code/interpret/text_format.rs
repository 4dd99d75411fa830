//! Strings made from values: `str()`, `%`, `format`.

use crate::code::interpret::{Arguments, Run, Runner, Text, TextBuilder, Value};

impl Runner<'_, '_> {
    /// The value as `str()` writes it; a hole where it is not known.
    pub fn to_text(&self, value: &Value) -> Text {
        if self.interpreter.script {
            match value {
                Value::None => return hole(),
                Value::Bool(value) => return Text::plain(&value.to_string()),
                Value::List(id) => return self.joined_items(self.interpreter.heap.items(*id)),
                _ => {}
            }
        }
        match value {
            Value::Str(text) => text.clone(),
            Value::None => Text::plain("None"),
            Value::Bool(true) => Text::plain("True"),
            Value::Bool(false) => Text::plain("False"),
            Value::Int(number) => Text::plain(&number.to_string()),
            Value::Float(number) => Text::plain(&number.to_string()),
            Value::Instance(_) => self.interpreter.as_text(value).unwrap_or_else(hole),
            // `quoted_name`, `text()` and the like: the string inside is what is written.
            Value::External(id) => self.literal_inside(*id).unwrap_or_else(hole),
            Value::List(id) => self.bracketed("[", self.interpreter.heap.items(*id), "]"),
            Value::Tuple(id) => match self.interpreter.heap.items(*id).as_slice() {
                [only] => self.bracketed("(", std::slice::from_ref(only), ",)"),
                items => self.bracketed("(", items, ")"),
            },
            Value::Set(_)
            | Value::Dict(_)
            | Value::Function(_)
            | Value::Bound(..)
            | Value::Method(..)
            | Value::Class(_)
            | Value::Module(_)
            | Value::Package(_)
            | Value::Import { .. }
            | Value::Builtin(_)
            | Value::Unknown(_) => hole(),
        }
    }

    /// An array of JavaScript's as text: its items with commas between them.
    fn joined_items(&self, items: &[Value]) -> Text {
        let mut text = TextBuilder::default();
        for (index, item) in items.iter().enumerate() {
            text.push_str(if index > 0 { "," } else { "" });
            match item {
                Value::Str(item) => text.push_text(item),
                Value::Int(number) => text.push_str(&number.to_string()),
                _ => text.push_text(&hole()),
            }
        }
        text.build()
    }

    fn literal_inside(&self, id: super::ExternalId) -> Option<Text> {
        let super::External::Call { arguments, .. } = self.interpreter.heap.external(id) else { return None };
        let path = self.interpreter.path(id);
        let name = path.trim_end_matches("()").rsplit('.').next()?;
        if !matches!(name, "text" | "quoted_name" | "literal_column") {
            return None;
        }
        self.interpreter.as_text(arguments.positional.first()?)
    }

    /// A list or tuple of plain values as `repr()` writes it: it is how `IN (...)` is often put together.
    fn bracketed(&self, open: &str, items: &[Value], close: &str) -> Text {
        let mut text = TextBuilder::default();
        text.push_str(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                text.push_str(", ");
            }
            match item {
                Value::Str(inner) if !inner.value.contains('\'') => {
                    text.push_str("'");
                    text.push_text(inner);
                    text.push_str("'");
                }
                Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
                    text.push_text(&self.to_text(item));
                }
                _ => text.push_text(&hole()),
            }
        }
        text.push_str(close);
        text.build()
    }

    /// `left % right`.
    ///
    /// # Errors
    /// A limit that was reached.
    pub fn percent(&mut self, left: &Value, right: &Value) -> Run<Value> {
        match (left, right) {
            (Value::Int(one), Value::Int(other)) => Ok(one
                .checked_rem_euclid(*other)
                .map_or_else(|| Value::unknown("a division by zero"), Value::Int)),
            (Value::Str(format), _) => {
                let text = self.percent_format(format, right);
                self.spend(text.value.len() / 16)?;
                Ok(self.checked_text(text))
            }
            _ => Ok(Value::unknown("an operator on something not known")),
        }
    }

    /// printf-style formatting (Python library reference, "printf-style String Formatting"): `%s`, `%(name)s`, `%%`.
    fn percent_format(&mut self, format: &Text, right: &Value) -> Text {
        let items = match right {
            Value::Tuple(id) => self.interpreter.heap.items(*id).clone(),
            other => vec![other.clone()],
        };
        let mut items = items.iter();
        let mut text = TextBuilder::default();
        let mut rest = 0;
        while let Some(found) = format.value.get(rest..).and_then(|tail| tail.find('%')) {
            let at = rest + found;
            text.push_text(&format.slice(rest, at));
            let after = format.value.get(at + 1..).unwrap_or("");
            if after.starts_with('%') {
                text.push_str("%");
                rest = at + 2;
                continue;
            }
            let (name, skipped) = match after.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
                Some((name, _)) => (Some(name), name.len() + 2),
                None => (None, 0),
            };
            let tail = after.get(skipped..).unwrap_or("");
            let letter = tail.find(|letter: char| letter.is_ascii_alphabetic());
            let value = match name {
                Some(name) => self.interpreter.entry(right, name).cloned(),
                None => items.next().cloned(),
            };
            let value = value.map_or_else(hole, |value| self.to_text(&value));
            text.push_text(&value);
            rest = at + 1 + skipped + letter.map_or(0, |letter| letter + 1);
            if letter.is_none() {
                break;
            }
        }
        text.push_text(&format.slice(rest, format.value.len()));
        text.build()
    }

    /// `format.format(...)`: `{}`, `{0}`, `{name}`, `{name.attribute}`, `{{`, `}}`.
    pub(super) fn str_format(&mut self, format: &Text, arguments: &Arguments) -> Run<Value> {
        let mut text = TextBuilder::default();
        let mut next = 0;
        let mut rest = 0;
        while let Some(found) = format.value.get(rest..).and_then(|tail| tail.find(['{', '}'])) {
            let at = rest + found;
            text.push_text(&format.slice(rest, at));
            let after = format.value.get(at..).unwrap_or("");
            if after.starts_with("{{") || after.starts_with("}}") {
                text.push_text(&format.slice(at, at + 1));
                rest = at + 2;
                continue;
            }
            let Some(field) = after.strip_prefix('{').and_then(|inner| inner.split_once('}')) else {
                rest = at + 1;
                continue;
            };
            let field = field.0;
            let name = field.split([':', '!']).next().unwrap_or("");
            let value = self.format_field(name, arguments, &mut next)?;
            let value = value.map_or_else(hole, |value| self.to_text(&value));
            text.push_text(&value);
            rest = at + field.len() + 2;
        }
        text.push_text(&format.slice(rest, format.value.len()));
        self.spend(text.len() / 16)?;
        Ok(self.checked_text(text.build()))
    }

    fn format_field(&mut self, name: &str, arguments: &Arguments, next: &mut usize) -> Run<Option<Value>> {
        let mut parts = name.split('.');
        let first = parts.next().unwrap_or("");
        let mut value = if first.is_empty() {
            *next += 1;
            arguments.positional.get(*next - 1).cloned()
        } else if let Ok(index) = first.parse::<usize>() {
            arguments.positional.get(index).cloned()
        } else {
            arguments.keyword(first).cloned()
        };
        for part in parts.take(8) {
            if let Some(object) = value {
                value = Some(self.member(&object, part)?);
            }
        }
        Ok(value)
    }
}

/// A string that is not known.
fn hole() -> Text {
    Text::plain(Text::HOLE.encode_utf8(&mut [0; 4]))
}
