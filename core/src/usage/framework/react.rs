//! React: hooks, contexts, references, wrapped components.
//!
//! Source: React's reference ("Hooks", "APIs") and the types of `@types/react`. `import React from "react"`, `React.useState`
//! and `import { useState } from "react"` are one.

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{KeyMeaning, Library};
use crate::code::value::{Known, LibraryValue, Value};

/// `useRef<T>()`; `args`: what it holds.
const REF: &str = "react.ref";
/// `createContext<T>()`; `args`: what it holds.
const CONTEXT: &str = "react.context";
/// The props of a context's provider; `args`: what it holds.
const PROVIDER: &str = "react.provider";

/// React.
pub struct React;

impl Library for React {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let arg = || args.first().cloned().unwrap_or(Value::Unknown);
        Some(match name(path)? {
            "RefObject" | "MutableRefObject" => LibraryValue::of(REF, [arg()]),
            "Context" => LibraryValue::of(CONTEXT, [arg()]),
            _ => return None,
        })
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        match (object, name) {
            (object, "current") => Some(object.library(REF)?.first()),
            (object, "Provider") => {
                let props = LibraryValue::of(PROVIDER, [object.library(CONTEXT)?.first()]);
                Some(Value::Callable { params: Rc::from([props]), returns: Rc::new(Value::Other) })
            }
            _ => None,
        }
    }

    fn key(&self, _eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let held = shape.library(PROVIDER)?.first();
        (key == "value").then(|| KeyMeaning::plain(held))
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let Value::External(path) = callee else { return None };
        let arg = |index: usize| eval.argument(call, index);
        Some(match name(path)? {
            "useState" => {
                let state = initial(eval, call);
                let setter = eval.callback([state_or_update(eval, &state.value)], Value::Other);
                state.with(Value::Tuple(Rc::from([state.value.clone(), setter])))
            }
            "useReducer" => {
                let (reducer, first) = (arg(0), arg(1));
                let declared = eval.parameter_of(&reducer.value, 0).filter(|state| !state.is_unknown());
                let action = eval.parameter_of(&reducer.value, 1).unwrap_or(Value::Unknown);
                let state = declared.unwrap_or_else(|| first.value.clone());
                let dispatch = eval.callback([action], Value::Other);
                first.with(Value::Tuple(Rc::from([state, dispatch])))
            }
            "useOptimistic" => {
                let state = arg(0);
                let update = eval.callback([state_or_update(eval, &state.value)], Value::Other);
                state.with(Value::Tuple(Rc::from([state.value.clone(), update])))
            }
            "useActionState" | "useFormState" => {
                let result = eval.call_without_arguments(&arg(0));
                let state = Value::union([result.value.awaited(), arg(1).value]);
                let action = arg(0).value;
                result.with(Value::Tuple(Rc::from([state, action, Value::Other])))
            }
            "useMemo" => typed_or(eval, call, eval.call_without_arguments(&arg(0))),
            "use" => {
                let given = arg(0);
                match given.value.library(CONTEXT) {
                    Some(context) => given.with(context.first()),
                    None => given.with(given.value.awaited()),
                }
            }
            "useRef" | "createRef" => {
                let held = initial(eval, call);
                held.with(LibraryValue::of(REF, [held.value.clone()]))
            }
            "createContext" => {
                let held = initial(eval, call);
                held.with(LibraryValue::of(CONTEXT, [held.value.clone()]))
            }
            "useContext" => {
                let given = arg(0);
                given.with(given.value.library(CONTEXT)?.first())
            }
            "useCallback" | "memo" | "cache" | "forwardRef" | "useDeferredValue" | "useEffectEvent" => arg(0),
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
        let Value::External(path) = callee else { return None };
        let ty = |index: usize| call.type_args.get(index).map(|ty| eval.type_value(call.cx, *ty).value);
        match (name(path)?, index) {
            ("useState" | "useRef" | "createContext", 0) => ty(0),
            ("memo", 0) => Some(eval.callback([ty(0)?], Value::Unknown)),
            ("forwardRef", 0) => Some(eval.callback([ty(1)?, Value::Other], Value::Unknown)),
            ("useReducer", 1) => eval.parameter_of(&eval.argument(call, 0).value, 0),
            _ => None,
        }
    }
}

/// The name of an export of React.
fn name(path: &str) -> Option<&str> {
    let name = path.strip_prefix("react.").or_else(|| path.strip_prefix("React."))?;
    Some(name.strip_prefix("default.").unwrap_or(name))
}

/// What the type argument says, else the first argument, or what it gives where it is a function.
fn initial(eval: &Evaluator<'_>, call: &Call<'_>) -> Known {
    if let Some(ty) = call.type_args.first() {
        return eval.type_value(call.cx, *ty);
    }
    let first = eval.argument(call, 0);
    match &first.value {
        Value::Function(_) => eval.call_without_arguments(&first),
        _ => first,
    }
}

/// A state, or a function from the old to the new one.
fn state_or_update(eval: &Evaluator<'_>, state: &Value) -> Value {
    Value::union([state.clone(), eval.callback([state.clone()], state.clone())])
}

fn typed_or(eval: &Evaluator<'_>, call: &Call<'_>, otherwise: Known) -> Known {
    match call.type_args.first() {
        Some(ty) if otherwise.value.is_unknown() => eval.type_value(call.cx, *ty),
        _ => otherwise,
    }
}
