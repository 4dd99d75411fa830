//! Methods of strings.

use crate::code::interpret::{Arguments, Run, Runner, Text, TextBuilder, Value};

impl Runner<'_, '_> {
    pub(super) fn text_method(&mut self, text: &Text, name: &str, arguments: &Arguments) -> Run<Value> {
        let first = arguments.positional.first();
        match name {
            "toString" | "valueOf" | "normalize" => return Ok(Value::Str(text.clone())),
            "concat" => {
                let mut whole = TextBuilder::default();
                whole.push_text(text);
                for part in &arguments.positional {
                    let part = self.to_text(part);
                    whole.push_text(&part);
                }
                return Ok(self.checked_text(whole.build()));
            }
            _ => {}
        }
        if text.has_holes() {
            return Ok(match name {
                // What is known of it stays as it is: good enough to see what kind of statement it is.
                "trim" | "trimStart" | "trimEnd" | "toLowerCase" | "toUpperCase" | "replace"
                | "replaceAll" => Value::Str(text.clone()),
                _ => Value::unknown("a method of a string that is not known"),
            });
        }
        match (name, first) {
            ("split", Some(Value::Str(separator))) if !separator.value.is_empty() => {
                return self.split_text(text, &separator.value.clone());
            }
            ("split", None) => return Ok(self.interpreter.list(vec![Value::Str(text.clone())])),
            ("replace", Some(Value::Str(before))) => {
                let Some(Value::Str(after)) = arguments.positional.get(1) else {
                    return Ok(Value::unknown("what a part of a string is replaced by is not known"));
                };
                return Ok(Value::Str(replaced_once(text, &before.value, after)));
            }
            ("replaceAll", Some(Value::Str(_))) => return self.builtin_text(text, name, arguments),
            // A regular expression: not followed.
            ("replace" | "replaceAll" | "match" | "matchAll" | "search", _) => {
                return Ok(Value::unknown("a regular expression is not followed"));
            }
            _ => {}
        }
        Ok(match (name, first) {
            ("slice" | "substring" | "substr", Some(Value::Int(start))) => {
                let end = match arguments.positional.get(1) {
                    Some(Value::Int(end)) if name == "substr" => Some(start.saturating_add(*end)),
                    Some(Value::Int(end)) => Some(*end),
                    _ => None,
                };
                part(text, *start, end)
            }
            ("charAt" | "at", Some(Value::Int(at))) => {
                part(text, *at, at.checked_add(1).filter(|end| *end != 0))
            }
            ("indexOf", Some(Value::Str(wanted))) => Value::Int(
                text.value.find(&*wanted.value).and_then(|at| i64::try_from(at).ok()).unwrap_or(-1),
            ),
            ("repeat", Some(Value::Int(count))) => {
                let count = usize::try_from(*count).unwrap_or(0);
                if text.value.len().saturating_mul(count) > self.interpreter.limits.size {
                    return Ok(Value::unknown("a string is too long"));
                }
                self.spend(text.value.len() * count)?;
                Value::text(&text.value.repeat(count))
            }
            ("padStart" | "padEnd", Some(Value::Int(length))) => {
                let fill = match arguments.positional.get(1) {
                    Some(Value::Str(fill)) => fill.value.to_string(),
                    _ => " ".to_owned(),
                };
                padded(
                    &text.value,
                    name == "padStart",
                    usize::try_from(*length).unwrap_or(0).min(1024),
                    &fill,
                )
            }
            ("trimStart", _) => Value::text(text.value.trim_start()),
            ("trimEnd", _) => Value::text(text.value.trim_end()),
            ("localeCompare", Some(Value::Str(other))) => Value::Int(match text.value.cmp(&other.value) {
                std::cmp::Ordering::Less => -1,
                std::cmp::Ordering::Equal => 0,
                std::cmp::Ordering::Greater => 1,
            }),
            _ => return self.builtin_text(text, name, arguments),
        })
    }

    /// What Python's strings have too.
    fn builtin_text(&mut self, text: &Text, name: &str, arguments: &Arguments) -> Run<Value> {
        let value = self.builtin_method(&Value::Str(text.clone()), name, arguments)?;
        Ok(value.unwrap_or_else(|| Value::unknown("the method of the string is not known")))
    }

    fn split_text(&mut self, text: &Text, separator: &str) -> Run<Value> {
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, found) in text.value.match_indices(separator) {
            parts.push(Value::Str(text.slice(from, at)));
            from = at + found.len();
        }
        parts.push(Value::Str(text.slice(from, text.value.len())));
        self.spend(parts.len())?;
        Ok(self.interpreter.list(parts))
    }
}

fn replaced_once(text: &Text, before: &str, after: &Text) -> Text {
    let Some(at) = text.value.find(before) else { return text.clone() };
    let mut whole = TextBuilder::default();
    whole.push_text(&text.slice(0, at));
    whole.push_text(after);
    whole.push_text(&text.slice(at + before.len(), text.value.len()));
    whole.build()
}

/// The characters `start..end`; from the end where they are negative.
fn part(text: &Text, start: i64, end: Option<i64>) -> Value {
    let offsets: Vec<usize> = text.value.char_indices().map(|(at, _)| at).chain([text.value.len()]).collect();
    let count = i64::try_from(offsets.len()).unwrap_or(i64::MAX).saturating_sub(1);
    let clamp = |at: i64| usize::try_from(if at < 0 { at + count } else { at }.clamp(0, count)).unwrap_or(0);
    let offset = |at: i64| offsets.get(clamp(at)).copied().unwrap_or(text.value.len());
    let (from, to) = (offset(start), end.map_or(text.value.len(), offset));
    Value::Str(text.slice(from, to.max(from)))
}

fn padded(text: &str, at_start: bool, length: usize, fill: &str) -> Value {
    let missing = length.saturating_sub(text.chars().count());
    let padding: String = fill.chars().cycle().take(if fill.is_empty() { 0 } else { missing }).collect();
    Value::text(&if at_start { format!("{padding}{text}") } else { format!("{text}{padding}") })
}
