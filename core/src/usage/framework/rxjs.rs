//! RxJS: what an observable carries, through operators to its subscribers.
//!
//! Source: RxJS' reference ("Observable", "Operators"). Operators that are not listed hand on what they get.

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{KeyMeaning, Library};
use crate::code::tree::{ExprId, ExprKind};
use crate::code::value::{Known, LibraryValue, Value};

/// An observable; `args`: what it carries.
pub const OBSERVABLE: &str = "rxjs.observable";
/// The place of an operator in a pipe; `args`: what arrives there.
const UPSTREAM: &str = "rxjs.upstream";
/// `{ next, error, complete }`; `args`: what arrives.
const OBSERVER: &str = "rxjs.observer";

/// RxJS.
pub struct Rxjs;

/// An observable of `value`.
pub fn observable(value: Value) -> Value {
    LibraryValue::of(OBSERVABLE, [value])
}

impl Library for Rxjs {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let arg = args.first().cloned().unwrap_or(Value::Unknown);
        match name(path)? {
            "Observable" | "Subject" | "BehaviorSubject" | "ReplaySubject" | "AsyncSubject" => {
                Some(observable(arg))
            }
            "ObservedValueOf" => Some(carried(&arg)),
            _ => None,
        }
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        // A behaviour subject's last value.
        (name == "value").then(|| object.library(OBSERVABLE).map(LibraryValue::first))?
    }

    fn key(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let arriving = shape.library(OBSERVER)?.first();
        (key == "next").then(|| KeyMeaning::plain(eval.callback([arriving], Value::Other)))
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::External(path) => self.made(eval, name(path)?, call),
            Value::Unknown if pipes(eval, call) => {
                let end = piped(eval, call, Value::Unknown, call.args.len());
                Some(end.with(observable(end.value.clone())))
            }
            Value::Method(receiver, method) => {
                let carries = receiver.library(OBSERVABLE)?.first();
                Some(match &**method {
                    "pipe" => {
                        let end = piped(eval, call, carries, call.args.len());
                        end.with(observable(end.value.clone()))
                    }
                    "asObservable" | "asReadonly" => Known::plain((**receiver).clone()),
                    "getValue" => Known::plain(carries),
                    "toPromise" => Known::plain(Value::promise(carries)),
                    _ => Known::plain(Value::Other),
                })
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
        match callee {
            Value::Unknown if pipes(eval, call) => {
                let arriving = piped(eval, call, Value::Unknown, index).value;
                Some(LibraryValue::of(UPSTREAM, [arriving]))
            }
            Value::Method(receiver, method) => {
                let carries = receiver.library(OBSERVABLE)?.first();
                match &**method {
                    "pipe" => {
                        let arriving = piped(eval, call, carries, index).value;
                        Some(LibraryValue::of(UPSTREAM, [arriving]))
                    }
                    "subscribe" | "forEach" => {
                        let next = eval.callback([carries.clone()], Value::Other);
                        Some(Value::union([next, LibraryValue::of(OBSERVER, [carries])]))
                    }
                    "next" | "emit" => Some(carries),
                    _ => None,
                }
            }
            Value::External(path) => {
                let operator = name(path)?;
                let wanted = eval.expected(call.cx, call.expr);
                let arriving = wanted.value.library(UPSTREAM)?.first();
                match (operator, index) {
                    ("scan" | "reduce", 0) => {
                        let seed = eval.argument(call, 1).value;
                        Some(eval.callback([seed, arriving], Value::Unknown))
                    }
                    ("catchError", _) => None,
                    ("tap", 0) => {
                        let next = eval.callback([arriving.clone()], Value::Other);
                        Some(Value::union([next, LibraryValue::of(OBSERVER, [arriving])]))
                    }
                    (_, 0) => Some(eval.callback([arriving], Value::Unknown)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl Rxjs {
    /// What a function of RxJS that is no operator gives.
    fn made(&self, eval: &Evaluator<'_>, function: &str, call: &Call<'_>) -> Option<Known> {
        let arg = |index: usize| eval.argument(call, index);
        let typed = || call.type_args.first().map(|ty| eval.type_value(call.cx, *ty));
        Some(match function {
            "of" => {
                let given: Vec<Known> = (0..call.args.len()).map(arg).collect();
                let joined = typed().unwrap_or_else(|| eval.join(given));
                joined.with(observable(joined.value.clone()))
            }
            "from" | "defer" => {
                let given = if function == "defer" { eval.call_without_arguments(&arg(0)) } else { arg(0) };
                given.with(observable(observed(eval, &given.value)))
            }
            "firstValueFrom" | "lastValueFrom" => {
                let given = arg(0);
                given.with(Value::promise(carried(&given.value)))
            }
            "combineLatest" | "forkJoin" | "zip" => {
                let given = arg(0);
                let Value::Tuple(items) = &given.value else { return None };
                let all: Rc<[Value]> = items.iter().map(carried).collect();
                given.with(observable(Value::Tuple(all)))
            }
            "merge" | "concat" | "race" | "iif" => {
                let given: Vec<Known> = (0..call.args.len()).map(arg).collect();
                let joined = eval.join(given);
                joined.with(observable(carried(&joined.value)))
            }
            "Subject" | "BehaviorSubject" | "ReplaySubject" | "AsyncSubject" | "Observable" => {
                let held = typed().unwrap_or_else(|| arg(0));
                held.with(observable(held.value.clone()))
            }
            _ => return None,
        })
    }
}

/// The name of an export of RxJS.
fn name(path: &str) -> Option<&str> {
    path.strip_prefix("rxjs.").or_else(|| path.strip_prefix("rxjs/operators."))
}

/// Whether a call on something unknown is a pipe: its arguments are operators of RxJS.
fn pipes(eval: &Evaluator<'_>, call: &Call<'_>) -> bool {
    let module = call.module();
    let ExprKind::Member { name: method, .. } = module.expr(call.callee).kind else { return false };
    let is_operator = |argument: ExprId| {
        let operator = Call::at(call.cx, argument);
        operator.is_some_and(|operator| match eval.expr(call.cx, operator.callee).value {
            Value::External(path) => name(&path).is_some(),
            _ => false,
        })
    };
    module.text(method) == "pipe" && call.args.iter().any(|argument| is_operator(argument.value))
}

/// What arrives before the operator at `end` of a pipe.
fn piped(eval: &Evaluator<'_>, call: &Call<'_>, carries: Value, end: usize) -> Known {
    let operators = call.args.iter().take(end);
    operators.fold(Known::plain(carries), |arriving, argument| through(eval, call, argument.value, &arriving))
}

/// What an operator makes of what arrives.
fn through(eval: &Evaluator<'_>, call: &Call<'_>, operator: ExprId, arriving: &Known) -> Known {
    let Some(operator) = Call::at(call.cx, operator) else { return arriving.clone() };
    let Value::External(path) = eval.expr(call.cx, operator.callee).value else { return arriving.clone() };
    let result = || eval.call_without_arguments(&eval.argument(&operator, 0));
    match name(&path) {
        Some("map") => result(),
        Some("switchMap" | "mergeMap" | "concatMap" | "exhaustMap" | "flatMap") => {
            let inner = result();
            inner.with(observed(eval, &inner.value))
        }
        Some("toArray" | "bufferTime" | "bufferCount") => arriving.with(Value::list(arriving.value.clone())),
        Some("pairwise") => {
            arriving.with(Value::Tuple(Rc::from([arriving.value.clone(), arriving.value.clone()])))
        }
        Some("withLatestFrom" | "combineLatestWith") => {
            let others =
                (0..operator.args.len()).map(|index| carried(&eval.argument(&operator, index).value));
            arriving.with(Value::Tuple(std::iter::once(arriving.value.clone()).chain(others).collect()))
        }
        Some("scan" | "reduce") => match operator.positional(1) {
            Some(seed) => eval.expr(call.cx, seed),
            None => result(),
        },
        _ => arriving.clone(),
    }
}

/// What an observable carries.
pub fn carried(value: &Value) -> Value {
    Value::union(value.alternatives().iter().map(|value| match value.library(OBSERVABLE) {
        Some(library) => library.first(),
        None => value.awaited(),
    }))
}

/// What is observed of an observable, a promise or a list.
fn observed(eval: &Evaluator<'_>, value: &Value) -> Value {
    Value::union(value.alternatives().iter().map(|value| match value {
        Value::List(_) | Value::Tuple(_) => eval.items(&Known::plain(value.clone())).value,
        value => carried(value),
    }))
}
