//! Validators: what they give was checked, and is no row.
//!
//! Source: zod's documentation, "Basic usage" (`parse` gives a new value of the schema's type).

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, Value};

/// zod.
pub struct Zod;

impl Library for Zod {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, _args: &[Value]) -> Option<Value> {
        path.starts_with("zod.").then_some(Value::Other)
    }

    fn call(&self, _eval: &Evaluator<'_>, callee: &Value, _call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::External(path) if path.starts_with("zod.") => Some(Known::plain(Value::Other)),
            _ => None,
        }
    }
}
