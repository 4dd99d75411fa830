//! fp-ts: values in `Option` and `Either`, alone or behind a promise.
//!
//! Source: fp-ts' reference (modules `Option`, `Either`, `TaskEither`): a `Some` holds its value under `value`, a `Right` under
//! `right`, a `Left` under `left`; a task is a function that gives a promise.

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, LibraryValue, Value};

/// An `Option`; `args`: what it holds.
const OPTION: &str = "fp_ts.option";
/// An `Either`; `args`: what its left and its right hold.
const EITHER: &str = "fp_ts.either";

/// fp-ts.
pub struct FpTs;

impl Library for FpTs {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let arg = |index: usize| args.get(index).cloned().unwrap_or(Value::Unknown);
        Some(match name(path)? {
            (_, "Option" | "Some") => option(arg(0)),
            (_, "Either") => either(arg(0), arg(1)),
            (_, "Left") => either(arg(0), Value::Unknown),
            (_, "Right") => either(Value::Unknown, arg(0)),
            (_, "Task") => task(arg(0)),
            (_, "TaskOption") => task(option(arg(0))),
            (_, "TaskEither") => task(either(arg(0), arg(1))),
            _ => return None,
        })
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, member: &str) -> Option<Value> {
        match object {
            Value::Library(held) if held.kind == OPTION && member == "value" => Some(held.first()),
            Value::Library(held) if held.kind == EITHER => match member {
                "left" => Some(held.first()),
                "right" => Some(held.args.get(1).cloned().unwrap_or(Value::Unknown)),
                _ => None,
            },
            Value::External(path)
                if member == "none" && name(path).is_some_and(|(_, last)| is_module(last)) =>
            {
                Some(option(Value::Other))
            }
            _ => None,
        }
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let Value::External(path) = callee else { return None };
        let (module, function) = name(path)?;
        let given = eval.argument(call, 0);
        let held = given.value.clone();
        Some(given.with(match (module, function) {
            ("Option", "some" | "of") => option(held),
            ("Option", "fromNullable") => option(held.non_null()),
            ("Option", "toNullable") => Value::union([of_option(&held), Value::Null]),
            ("Option", "toUndefined") => Value::union([of_option(&held), Value::Null]),
            ("Either", "right" | "of") => either(Value::Other, held),
            ("Either", "left") => either(held, Value::Other),
            ("TaskEither", "right" | "of") => task(either(Value::Other, held)),
            ("TaskEither", "left") => task(either(held, Value::Other)),
            ("TaskEither", "tryCatch") => {
                let tried = eval.call_without_arguments(&given).value.awaited();
                let failed = eval.call_without_arguments(&eval.argument(call, 1)).value;
                task(either(failed, tried))
            }
            _ => return None,
        }))
    }
}

fn option(held: Value) -> Value {
    LibraryValue::of(OPTION, [held])
}

fn either(left: Value, right: Value) -> Value {
    LibraryValue::of(EITHER, [left, right])
}

fn task(gives: Value) -> Value {
    Value::Callable { params: Rc::from([]), returns: Rc::new(Value::promise(gives)) }
}

fn of_option(value: &Value) -> Value {
    Value::union(
        value.alternatives().iter().filter_map(|value| value.library(OPTION)).map(LibraryValue::first),
    )
}

/// The module and the name of an export of fp-ts: `fp-ts/Option.some`, `fp-ts/lib/Option.some`, `fp-ts.option.some`.
fn name(path: &str) -> Option<(&'static str, &str)> {
    let inside = path.strip_prefix("fp-ts")?.strip_prefix(['/', '.'])?;
    let inside = inside.strip_prefix("lib/").or_else(|| inside.strip_prefix("es6/")).unwrap_or(inside);
    let (module, name) = inside.split_once('.').unwrap_or((inside, inside));
    let module = match module {
        "Option" | "option" => "Option",
        "Either" | "either" => "Either",
        "TaskEither" | "taskEither" => "TaskEither",
        "TaskOption" | "taskOption" => "TaskOption",
        "Task" | "task" => "Task",
        _ => return None,
    };
    Some((module, name))
}

/// Whether a path ends in the module itself.
fn is_module(name: &str) -> bool {
    matches!(name, "Option" | "option")
}
