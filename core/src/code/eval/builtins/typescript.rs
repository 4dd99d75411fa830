//! The own functions, methods and utility types of JavaScript and TypeScript.

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::value::{Known, Value};

/// A name that no scope binds.
pub fn name(name: &str) -> Value {
    match name {
        "undefined" => Value::Null,
        "NaN" | "Infinity" | "arguments" => Value::Other,
        _ => Value::external(name),
    }
}

/// A value of a type of the language, its utility types, or React's.
pub fn ty(eval: &Evaluator<'_>, name: &str, args: &[Value]) -> Option<Known> {
    let arg = |index: usize| args.get(index).cloned().unwrap_or(Value::Unknown);
    if name == "ReturnType" {
        return Some(eval.call_without_arguments(&Known::plain(arg(0))));
    }
    Some(Known::plain(match name {
        "Array"
        | "ReadonlyArray"
        | "Set"
        | "ReadonlySet"
        | "Iterable"
        | "Iterator"
        | "IterableIterator"
        | "AsyncIterable"
        | "AsyncGenerator"
        | "AsyncIterableIterator" => Value::list(arg(0)),
        "Promise" | "PromiseLike" => Value::promise(arg(0)),
        "Record" => crate::code::eval::types::record(&arg(0), arg(1)),
        "Map" | "ReadonlyMap" | "WeakMap" => Value::Map(Rc::new(arg(1))),
        "Partial" | "DeepPartial" => eval.loosened(&arg(0)),
        "Required" | "Readonly" | "Mutable" | "NoInfer" => arg(0),
        "NonNullable" => arg(0).non_null(),
        "Awaited" => arg(0).awaited(),
        "Parameters" | "ConstructorParameters" => parameters(eval, &arg(0)),
        "InstanceType" => eval.instantiated(&arg(0)),
        // Keys that are not known by name may be any.
        "Pick" if !are_names(&arg(1)) => eval.loosened(&arg(0)),
        "Pick" => eval.projected(&arg(0), &names(&arg(1)), true),
        "Omit" if !are_names(&arg(1)) => eval.loosened(&eval.projected(&arg(0), &names(&arg(1)), false)),
        "Omit" => eval.projected(&arg(0), &names(&arg(1)), false),
        "Exclude" | "Extract" => arg(0),
        "FC" | "FunctionComponent" | "ComponentType" | "NextPage" | "VFC" => {
            Value::Callable { params: Rc::from([arg(0)]), returns: Rc::new(Value::Other) }
        }
        "PropsWithChildren" => arg(0),
        "ComponentProps" | "ComponentPropsWithoutRef" => eval.parameter_of(&arg(0), 0)?,
        "Dispatch" => Value::Callable { params: Rc::from([arg(0)]), returns: Rc::new(Value::Other) },
        "SetStateAction" => arg(0),
        "string" | "number" | "boolean" | "bigint" | "symbol" | "Date" | "RegExp" | "Buffer"
        | "Uint8Array" | "URL" | "File" | "FormData" | "Error" | "never" | "void" | "ReactNode"
        | "JSX.Element" | "ReactElement" => Value::Other,
        "null" | "undefined" => Value::Null,
        "any" | "unknown" | "object" | "Object" | "Function" => Value::Unknown,
        _ => return None,
    }))
}

/// The strings of a key type.
fn names(keys: &Value) -> Vec<Rc<str>> {
    keys.alternatives()
        .iter()
        .filter_map(|key| match key {
            Value::Str(name) => Some(name.clone()),
            _ => None,
        })
        .collect()
}

/// Whether a key type is made of known strings alone.
fn are_names(keys: &Value) -> bool {
    keys.alternatives().iter().all(|key| matches!(key, Value::Str(_)))
}

fn parameters(eval: &Evaluator<'_>, callable: &Value) -> Value {
    let all: Vec<Value> = (0..8).map_while(|index| eval.parameter_of(callable, index)).collect();
    Value::Tuple(all.into())
}

/// A call of a function of the language.
pub fn call(eval: &Evaluator<'_>, path: &str, call: &Call<'_>) -> Option<Known> {
    let arg = |index: usize| eval.argument(call, index);
    Some(match path {
        "Promise.all" | "Promise.allSettled" => {
            let given = arg(0);
            // A settled promise holds its result under `value`.
            let settled = |value: Value| match path {
                "Promise.allSettled" => Value::Map(Rc::new(value)),
                _ => value,
            };
            let of = |value: &Value| match value {
                Value::Tuple(items) => {
                    Value::Tuple(items.iter().map(|item| settled(item.awaited())).collect())
                }
                Value::List(item) => Value::list(settled(item.awaited())),
                _ => Value::Unknown,
            };
            given.with(Value::promise(Value::union(given.value.alternatives().iter().map(of))))
        }
        "Promise.resolve" | "Promise.race" | "Promise.any" => {
            let given = arg(0);
            given.with(Value::promise(given.value.awaited()))
        }
        "Object.values" => {
            let given = arg(0);
            given.with(Value::list(values_of(eval, &given.value)))
        }
        "Object.entries" => {
            let given = arg(0);
            let value = values_of(eval, &given.value);
            given.with(Value::list(Value::Tuple(Rc::from([Value::Other, value]))))
        }
        "Object.groupBy" | "Map.groupBy" => {
            let item = eval.items(&arg(0));
            item.with(Value::Map(Rc::new(Value::list(item.value.clone()))))
        }
        "Object.fromEntries" => {
            let pairs = eval.iterated(&arg(0));
            let value = eval.nth(&pairs, 1);
            value.with(Value::Map(Rc::new(value.value.clone())))
        }
        "Object.assign" => {
            let parts: Vec<Known> = call.args.iter().map(|given| eval.expr(call.cx, given.value)).collect();
            let joined = eval.join(parts.iter().cloned());
            let merged =
                crate::code::eval::types::merged(parts.into_iter().map(|known| known.value).collect());
            joined.with(merged)
        }
        "Object.freeze" | "structuredClone" | "Object.seal" => arg(0),
        "Array.from" => {
            let item = eval.iterated(&arg(0));
            let mapped = match call.positional(1) {
                Some(callback) => eval.call_without_arguments(&eval.expr(call.cx, callback)),
                None => item,
            };
            mapped.with(Value::list(mapped.value.clone()))
        }
        "Array" | "Set" => {
            let item = match call.type_args.first() {
                Some(ty) => eval.type_value(call.cx, *ty),
                None => eval.iterated(&arg(0)),
            };
            item.with(Value::list(item.value.clone()))
        }
        "Map" | "WeakMap" => {
            let value = match call.type_args.get(1) {
                Some(ty) => eval.type_value(call.cx, *ty),
                None => eval.nth(&eval.iterated(&arg(0)), 1),
            };
            value.with(Value::Map(Rc::new(value.value.clone())))
        }
        "Object.keys" | "String" | "Number" | "Boolean" | "parseInt" | "parseFloat" | "Symbol" | "BigInt"
        | "isNaN" | "fetch" | "setTimeout" | "setInterval" | "JSON.stringify" | "Array.isArray"
        | "encodeURIComponent" => Known::plain(Value::Other),
        _ => return None,
    })
}

fn values_of(eval: &Evaluator<'_>, value: &Value) -> Value {
    Value::union(value.alternatives().iter().map(|value| match value {
        Value::Map(item) => (**item).clone(),
        Value::Object(place) => eval.object_values(*place),
        Value::Merged(parts) => {
            let mut values = parts.iter().rev().map(|part| values_of(eval, part));
            values.find(|value| !value.is_unknown()).unwrap_or(Value::Unknown)
        }
        _ => Value::Unknown,
    }))
}

/// A method of an array, map, promise or string.
pub fn method(eval: &Evaluator<'_>, receiver: &Value, name: &str, call: &Call<'_>) -> Option<Known> {
    Some(match (receiver, name) {
        (Value::List(item), _) => array_method(eval, item, name, call)?,
        (Value::Tuple(items), _) => array_method(eval, &Value::union(items.iter().cloned()), name, call)?,
        (Value::Map(item), "get") => Known::plain(Value::union([(**item).clone(), Value::Null])),
        (Value::Map(item), "values") => Known::plain(Value::list((**item).clone())),
        (Value::Map(item), "entries") => {
            Known::plain(Value::list(Value::Tuple(Rc::from([Value::Other, (**item).clone()]))))
        }
        (Value::Map(_), _) => Known::plain(Value::Other),
        (Value::Promise(inner), "then") => {
            let result = callback_result(eval, call, 0);
            let value = if result.value.is_unknown() && call.args.is_empty() {
                (**inner).clone()
            } else {
                result.value.awaited()
            };
            result.with(Value::promise(value))
        }
        (Value::Promise(_), "catch" | "finally") => Known::plain(receiver.clone()),
        (Value::Str(_), _) => Known::plain(Value::Other),
        (Value::Function(_), "bind") => Known::plain(receiver.clone()),
        (Value::Function(_), "call" | "apply") => {
            eval.call_without_arguments(&Known::plain(receiver.clone()))
        }
        _ => return None,
    })
}

fn array_method(eval: &Evaluator<'_>, item: &Value, name: &str, call: &Call<'_>) -> Option<Known> {
    let list = || Known::plain(Value::list(item.clone()));
    Some(match name {
        "filter" | "slice" | "sort" | "toSorted" | "reverse" | "toReversed" | "concat" | "splice"
        | "fill" | "values" | "toSpliced" | "with" | "add" => list(),
        "find" | "findLast" | "at" | "pop" | "shift" => {
            Known::plain(Value::union([item.clone(), Value::Null]))
        }
        "map" => {
            let result = callback_result(eval, call, 0);
            result.with(Value::list(result.value.clone()))
        }
        "flatMap" => {
            let result = callback_result(eval, call, 0);
            let inner = eval.items(&result);
            let value = if inner.value.is_unknown() { result.value.clone() } else { inner.value.clone() };
            result.with(Value::list(value))
        }
        "flat" => {
            let inner = eval.items(&Known::plain(item.clone())).value;
            Known::plain(Value::list(if inner.is_unknown() { item.clone() } else { inner }))
        }
        "entries" => Known::plain(Value::list(Value::Tuple(Rc::from([Value::Other, item.clone()])))),
        "reduce" | "reduceRight" => reduced(eval, item, call),
        _ => Known::plain(Value::Other),
    })
}

/// `reduce`: the declared type, else the initial value, else what the callback gives.
fn reduced(eval: &Evaluator<'_>, item: &Value, call: &Call<'_>) -> Known {
    if let Some(ty) = call.type_args.first() {
        return eval.type_value(call.cx, *ty);
    }
    match call.positional(1) {
        Some(initial) => eval.expr(call.cx, initial),
        None => Known::plain(item.clone()),
    }
}

fn callback_result(eval: &Evaluator<'_>, call: &Call<'_>, index: usize) -> Known {
    let callback = eval.argument(call, index);
    let result = eval.call_without_arguments(&callback);
    match (&callback.value, result.value.is_unknown()) {
        (Value::Class(_), true) => callback.with(eval.instantiated(&callback.value)),
        _ => result,
    }
}

/// The parts of a shape that are arguments of a library. What a callback returns has a type of its own, and may have more
/// keys than the type that it goes to; a query fails on them.
fn arguments(wanted: &Value) -> Value {
    let of = wanted.alternatives().iter().filter(|value| matches!(value, Value::Library(_)));
    Value::union(of.cloned())
}

/// What a method wants of an argument: mostly a callback over the items.
pub fn parameter(eval: &Evaluator<'_>, receiver: &Value, name: &str, call: &Call<'_>, index: usize) -> Value {
    let item = match receiver {
        Value::List(item) => (**item).clone(),
        Value::Tuple(items) => Value::union(items.iter().cloned()),
        Value::Map(item) => {
            return match (name, index) {
                ("set", 1) => (**item).clone(),
                ("forEach", 0) => eval.callback([(**item).clone(), Value::Other], Value::Other),
                _ => Value::Unknown,
            };
        }
        Value::Promise(inner) => {
            return match (name, index) {
                ("then", 0) => {
                    let wanted = arguments(&eval.expected(call.cx, call.expr).value.awaited());
                    eval.callback([(**inner).clone()], wanted)
                }
                _ => Value::Unknown,
            };
        }
        _ => return Value::Unknown,
    };
    match (name, index) {
        // What a query wants of the new list it wants of what the callback gives.
        ("map", 0) => {
            let wanted = arguments(&eval.items_or_library(&eval.expected(call.cx, call.expr)).value);
            eval.callback([item.clone(), Value::Other, Value::list(item)], wanted)
        }
        ("flatMap", 0) => {
            let wanted = arguments(&eval.expected(call.cx, call.expr).value);
            eval.callback([item.clone(), Value::Other, Value::list(item)], wanted)
        }
        (
            "forEach" | "filter" | "find" | "findLast" | "findIndex" | "findLastIndex" | "some" | "every",
            0,
        ) => eval.callback([item.clone(), Value::Other, Value::list(item)], Value::Unknown),
        ("reduce" | "reduceRight", 0) => {
            let whole = reduced(eval, &item, call).value;
            eval.callback([whole.clone(), item, Value::Other], whole)
        }
        ("reduce" | "reduceRight", 1) => match call.type_args.first() {
            Some(ty) => eval.type_value(call.cx, *ty).value,
            None => eval.expected(call.cx, call.expr).value,
        },
        ("sort" | "toSorted", 0) => eval.callback([item.clone(), item], Value::Other),
        ("push" | "unshift" | "includes" | "indexOf" | "add" | "fill", _) => item,
        ("with", 1) => item,
        ("concat", _) => Value::list(item),
        _ => Value::Unknown,
    }
}

/// What a function of the language wants of an argument.
pub fn external_parameter(eval: &Evaluator<'_>, path: &str, call: &Call<'_>, index: usize) -> Value {
    match (path, index) {
        ("Array.from", 1) => {
            let wanted = arguments(&eval.items_or_library(&eval.expected(call.cx, call.expr)).value);
            eval.callback([eval.items(&eval.argument(call, 0)).value], wanted)
        }
        ("Promise.all" | "Promise.resolve", 0) => {
            // What the awaited whole is wanted for, its parts are wanted for.
            eval.expected(call.cx, call.expr).value
        }
        ("Map" | "WeakMap", 0) => match call.type_args.get(1) {
            Some(ty) => {
                let value = eval.type_value(call.cx, *ty).value;
                Value::list(Value::Tuple(Rc::from([Value::Unknown, value])))
            }
            None => Value::Unknown,
        },
        ("Set" | "Array", 0) => match call.type_args.first() {
            Some(ty) => Value::list(eval.type_value(call.cx, *ty).value),
            None => Value::Unknown,
        },
        ("Object.groupBy" | "Map.groupBy", 1) => {
            eval.callback([eval.items(&eval.argument(call, 0)).value], Value::Unknown)
        }
        ("Object.assign" | "Object.freeze" | "structuredClone" | "Array.from", 0) => {
            eval.expected(call.cx, call.expr).value
        }
        _ => Value::Unknown,
    }
}
