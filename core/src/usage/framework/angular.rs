//! Angular: injection, signals, the HTTP client, tables.
//!
//! Source: Angular's reference (`inject`, "Signals", `input`, `HttpClient`, `EventEmitter`) and Angular Material's
//! `MatTableDataSource`.

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, LibraryValue, Value};
use crate::usage::framework::rxjs::{carried, observable};

/// A signal; `args`: what it holds.
const SIGNAL: &str = "angular.signal";
/// The HTTP client.
const HTTP: &str = "angular.http";
/// The source of a table's rows; `args`: one row.
const TABLE: &str = "angular.table";

/// Angular.
pub struct Angular;

impl Library for Angular {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let arg = || args.first().cloned().unwrap_or(Value::Unknown);
        Some(match name(path)? {
            "EventEmitter" | "OutputEmitterRef" => observable(arg()),
            "Signal" | "WritableSignal" | "InputSignal" | "ModelSignal" => LibraryValue::of(SIGNAL, [arg()]),
            "HttpClient" => LibraryValue::of(HTTP, []),
            "MatTableDataSource" => LibraryValue::of(TABLE, [arg()]),
            _ => return None,
        })
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        matches!(name, "data" | "filteredData").then_some(())?;
        Some(Value::list(object.library(TABLE)?.first()))
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let typed = |index: usize| call.type_args.get(index).map(|ty| eval.type_value(call.cx, *ty));
        let arg = |index: usize| eval.argument(call, index);
        let signal = |known: Known| known.with(LibraryValue::of(SIGNAL, [known.value.clone()]));
        Some(match callee {
            Value::External(path) => match name(path)? {
                "inject" => typed(0).unwrap_or_else(|| {
                    let token = arg(0);
                    token.with(eval.instantiated(&token.value))
                }),
                "signal" | "input" | "model" => signal(typed(0).unwrap_or_else(|| arg(0))),
                "input.required" | "model.required" | "viewChild" | "viewChild.required" => {
                    signal(typed(0).unwrap_or_else(Known::unknown))
                }
                "computed" | "linkedSignal" => {
                    signal(typed(0).unwrap_or_else(|| eval.call_without_arguments(&arg(0))))
                }
                "toSignal" => {
                    let given = arg(0);
                    signal(given.with(Value::union([carried(&given.value), Value::Null])))
                }
                "toObservable" => {
                    let given = arg(0);
                    given.with(observable(given.value.library(SIGNAL)?.first()))
                }
                "output" | "EventEmitter" => {
                    let held = typed(0).unwrap_or_else(Known::unknown);
                    held.with(observable(held.value.clone()))
                }
                "MatTableDataSource" => {
                    let row = typed(0).unwrap_or_else(|| eval.items(&arg(0)));
                    row.with(LibraryValue::of(TABLE, [row.value.clone()]))
                }
                _ => return None,
            },
            Value::Library(library) if library.kind == SIGNAL => Known::plain(library.first()),
            Value::Method(receiver, method) => match &**receiver {
                Value::Library(library) if library.kind == SIGNAL => match &**method {
                    "asReadonly" => Known::plain((**receiver).clone()),
                    _ => Known::plain(Value::Other),
                },
                Value::Library(library) if library.kind == HTTP => {
                    let body = typed(0).unwrap_or_else(Known::unknown);
                    body.with(observable(body.value.clone()))
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    fn parameter(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        match callee {
            Value::External(path) => match (name(path)?, index) {
                ("signal" | "input" | "model", 0) => {
                    call.type_args.first().map(|ty| eval.type_value(call.cx, *ty).value)
                }
                _ => None,
            },
            Value::Method(receiver, method) => {
                let held = receiver.library(SIGNAL)?.first();
                match &**method {
                    "set" => Some(held),
                    "update" => Some(eval.callback([held.clone()], held)),
                    "subscribe" => Some(eval.callback([held], Value::Other)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The name of an export of Angular.
fn name(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("@angular/")?;
    inside.split_once('.').map(|(_, name)| name)
}
