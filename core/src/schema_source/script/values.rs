//! What calls are given: strings, lists of strings, objects of options.

use crate::code::interpret::{Interpreter, Text, TextBuilder, Value};
use crate::text::Span;

/// Reads values of a run.
#[derive(Clone, Copy)]
pub struct Options<'i, 'p> {
    pub interpreter: &'i Interpreter<'p>,
}

impl<'i, 'p> Options<'i, 'p> {
    pub fn new(interpreter: &'i Interpreter<'p>) -> Self {
        Self { interpreter }
    }

    /// A string; `None` where it is none, or not known.
    pub fn text(self, value: Option<&Value>) -> Option<Text> {
        self.interpreter.as_text(value?).filter(|text| !text.has_holes())
    }

    /// A string, or the strings of a list.
    pub fn texts(self, value: Option<&Value>) -> Option<Vec<Text>> {
        let value = value?;
        match self.interpreter.items(value) {
            Some(items) => items.iter().map(|item| self.text(Some(item))).collect(),
            None => self.text(Some(value)).map(|text| vec![text]),
        }
    }

    /// An entry of an object; `null` is none.
    pub fn entry(self, object: Option<&'i Value>, key: &str) -> Option<&'i Value> {
        self.interpreter.entry(object?, key).filter(|value| !matches!(value, Value::None))
    }

    /// A string of an object.
    pub fn entry_text(self, object: Option<&'i Value>, key: &str) -> Option<Text> {
        self.text(self.entry(object, key))
    }

    /// Whether an entry of an object is true.
    pub fn flag(self, object: Option<&'i Value>, key: &str) -> bool {
        matches!(self.entry(object, key), Some(Value::Bool(true)))
    }

    /// A whole number.
    pub fn number(value: Option<&Value>) -> Option<i64> {
        match value? {
            Value::Int(number) => Some(*number),
            Value::Str(text) => text.value.trim().parse().ok(),
            _ => None,
        }
    }
}

/// A name that the tool makes up for the call at `span`.
pub fn made_up(name: &str, span: Span) -> Text {
    let mut text = TextBuilder::default();
    text.push_at(name, span);
    text.build()
}
