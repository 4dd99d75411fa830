//! What Python's web and task frameworks do to what functions give.
//!
//! Sources: FastAPI's tutorial ("Dependencies", "Dependencies with yield"), Celery's guides "Calling Tasks", "Canvas" and
//! the reference of `AsyncResult`.

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::tree::Module;
use crate::code::value::{FunctionRef, Known, LibraryValue, Value};

/// A task that is called later; `args`: the function.
const SIGNATURE: &str = "celery.signature";
/// What a task gives when it has run; `args`: the function.
const RESULT: &str = "celery.result";

/// FastAPI's dependencies, Celery's tasks.
pub struct PythonFrameworks;

impl Library for PythonFrameworks {
    fn member(&self, eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        match object {
            Value::Function(function) if is_task_method(name) && is_task(eval, function) => {
                Some(match name {
                    "run" => object.clone(),
                    _ => LibraryValue::named(SIGNATURE, [object.clone()], name),
                })
            }
            Value::Library(library) if library.kind == RESULT && name == "result" => {
                Some(ran(eval, &library.first()).value)
            }
            _ => None,
        }
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::External(path) if is_depends(path) => Some(provided(eval, &eval.argument(call, 0))),
            Value::Library(library) if library.kind == SIGNATURE => {
                Some(Known::plain(match &*library.text {
                    "s" | "si" | "signature" => Value::Library(library.clone()),
                    _ => LibraryValue::of(RESULT, [library.first()]),
                }))
            }
            Value::Method(receiver, method) => match (&**receiver, &**method) {
                (Value::Library(library), "delay" | "apply_async" | "apply") if library.kind == SIGNATURE => {
                    Some(Known::plain(LibraryValue::of(RESULT, [library.first()])))
                }
                (Value::Library(library), "get" | "wait" | "join") if library.kind == RESULT => {
                    Some(ran(eval, &library.first()))
                }
                _ => None,
            },
            _ => None,
        }
    }
}

fn is_depends(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    matches!(name, "Depends" | "Security") && path.starts_with("fastapi")
}

/// What a dependency gives to the parameter that asks for it: its result, awaited; of a generator what it yields; of a
/// class an instance.
fn provided(eval: &Evaluator<'_>, dependency: &Known) -> Known {
    let of = |value: &Value| match value {
        Value::Function(function) => {
            let given = eval.call_function(function, None);
            let yields =
                eval.module(function.file).is_some_and(|module| module.function(function.id).is_generator);
            let value = given.value.awaited();
            given.with(if yields { eval.items(&Known::plain(value)).value } else { value })
        }
        Value::Class(_) | Value::Entity(_) => dependency.with(eval.instantiated(value)),
        Value::Instance(class, args) => {
            let method = eval.instance_member(*class, args, value, "__call__");
            let given = eval.call_without_arguments(&method);
            given.with(given.value.awaited())
        }
        _ => Known::unknown(),
    };
    eval.join(dependency.value.alternatives().iter().map(of))
}

fn is_task_method(name: &str) -> bool {
    matches!(name, "delay" | "apply_async" | "apply" | "run" | "s" | "si" | "signature")
}

/// Whether a decorator makes the function a task: `@app.task`, `@shared_task(bind=True)`.
fn is_task(eval: &Evaluator<'_>, function: &FunctionRef) -> bool {
    eval.module(function.file).is_some_and(|module| {
        let named = |name: &str| matches!(name, "task" | "shared_task" | "periodic_task");
        decorator_names(&module, function.id).any(named)
    })
}

/// The last names of a function's decorators: `task` of `@app.task(bind=True)`.
pub(super) fn decorator_names(
    module: &Module,
    function: crate::code::tree::FunctionId,
) -> impl Iterator<Item = &str> {
    module.function(function).decorators.iter().map(|decorator| {
        let text = module.slice(module.expr(*decorator).range);
        let callee = text.split('(').next().unwrap_or(text);
        callee.rsplit('.').next().unwrap_or(callee).trim()
    })
}

fn ran(eval: &Evaluator<'_>, function: &Value) -> Known {
    let given = eval.call_without_arguments(&Known::plain(function.clone()));
    given.with(given.value.awaited())
}
