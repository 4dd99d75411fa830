//! React Hook Form: what a form's type declares, its handlers and readers get; its state holds no values.
//!
//! Source: its API reference ("useForm", "useFormContext", "formState", "handleSubmit").

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, LibraryValue, Value};

/// `useForm<T>()`; `args`: the type of its values.
const FORM: &str = "react-hook-form.form";
/// `formState`; `args`: the type of the form's values.
const STATE: &str = "react-hook-form.state";

/// React Hook Form.
pub struct Forms;

impl Library for Forms {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let values = || args.first().cloned().unwrap_or(Value::Unknown);
        matches!(path, "react-hook-form.UseFormReturn").then(|| LibraryValue::of(FORM, [values()]))
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        if let Some(form) = object.library(FORM) {
            return (name == "formState").then(|| LibraryValue::of(STATE, form.args.clone()));
        }
        let state = object.library(STATE)?;
        // Errors and touched fields have the names of the fields, and never a value of one.
        Some(if name == "defaultValues" { state.first() } else { Value::Other })
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::External(path) => {
                let kind = match &**path {
                    "react-hook-form.useForm" | "react-hook-form.useFormContext" => FORM,
                    "react-hook-form.useFormState" => STATE,
                    _ => return None,
                };
                let values =
                    call.type_args.first().map_or(Value::Unknown, |ty| eval.type_value(call.cx, *ty).value);
                Some(Known::plain(LibraryValue::of(kind, [values])))
            }
            Value::Method(receiver, name) if matches!(&**name, "getValues" | "watch") => {
                let values = Known::plain(receiver.library(FORM)?.first());
                match call.positional(0) {
                    None => Some(values),
                    Some(name) => Some(eval.member(&values, eval.expr(call.cx, name).value.as_str()?)),
                }
            }
            _ => None,
        }
    }

    fn parameter(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        let Value::Method(receiver, name) = callee else { return None };
        let values = Known::plain(receiver.library(FORM)?.first());
        match (&**name, index) {
            ("handleSubmit", 0) => Some(eval.callback([values.value], Value::Other)),
            ("reset", 0) => Some(values.value),
            ("setValue", 1) => Some(eval.member(&values, eval.argument(call, 0).value.as_str()?).value),
            _ => None,
        }
    }
}
