//! Zustand: what a store's type declares, its selectors read.
//!
//! Source: Zustand's documentation, "TypeScript Guide" (`create<State>()(...)`).

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, LibraryValue, Value};

/// `create<State>()`, before the initialiser; `args`: the state.
const CREATE: &str = "zustand.create";
/// The hook; `args`: the state.
const STORE: &str = "zustand.store";

/// Zustand.
pub struct Zustand;

impl Library for Zustand {
    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::External(path) => match &**path {
                "zustand.create"
                | "zustand.default"
                | "zustand.createStore"
                | "zustand/vanilla.createStore" => {
                    let state = call
                        .type_args
                        .first()
                        .map_or(Value::Unknown, |ty| eval.type_value(call.cx, *ty).value);
                    let kind = if call.args.is_empty() { CREATE } else { STORE };
                    Some(Known::plain(LibraryValue::of(kind, [state])))
                }
                "zustand.useStore" => {
                    let state = eval.argument(call, 0).value.library(STORE)?.first();
                    Some(selected(eval, call, 1, state))
                }
                _ => None,
            },
            Value::Library(library) if library.kind == CREATE => {
                Some(Known::plain(LibraryValue::of(STORE, library.args.clone())))
            }
            Value::Library(library) if library.kind == STORE => {
                Some(selected(eval, call, 0, library.first()))
            }
            Value::Method(receiver, name) if matches!(&**name, "getState" | "getInitialState") => {
                Some(Known::plain(receiver.library(STORE)?.first()))
            }
            _ => None,
        }
    }

    fn parameter(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        _call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        match (callee, index) {
            (Value::Library(library), 0) if library.kind == STORE => {
                Some(eval.callback([library.first()], Value::Unknown))
            }
            (Value::Method(receiver, name), 0) if matches!(&**name, "subscribe" | "setState") => {
                Some(eval.callback([receiver.library(STORE)?.first()], Value::Unknown))
            }
            _ => None,
        }
    }
}

/// What a selector gives; the whole state without one.
fn selected(eval: &Evaluator<'_>, call: &Call<'_>, index: usize, state: Value) -> Known {
    match call.positional(index) {
        Some(selector) => eval.call_without_arguments(&eval.expr(call.cx, selector)),
        None => Known::plain(state),
    }
}
