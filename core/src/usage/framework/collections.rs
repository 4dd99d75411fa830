//! Functions over collections that many projects take from a library: lodash, Remeda, Radash, es-toolkit.
//!
//! Source: the references of the libraries. All take the collection first; what is not listed is not known.

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, Value};

/// The libraries.
pub struct Collections;

impl Library for Collections {
    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let Value::External(path) = callee else { return None };
        let function = function(path)?;
        let given = eval.argument(call, 0);
        let item = || eval.iterated(&given);
        let list = |known: Known| known.with(Value::list(known.value.clone()));
        Some(match function {
            "sortBy" | "orderBy" | "sort" | "uniq" | "uniqBy" | "unique" | "uniqueBy" | "filter"
            | "reject" | "take" | "takeRight" | "drop" | "compact" | "reverse" | "shuffle" | "sampleSize"
            | "union" | "differenceBy" | "difference" | "intersectionBy" | "slice" | "tail" | "initial" => {
                list(item())
            }
            "find" | "findLast" | "first" | "head" | "last" | "maxBy" | "minBy" | "max" | "min"
            | "sample" => {
                let item = item();
                item.with(Value::union([item.value.clone(), Value::Null]))
            }
            "groupBy" | "group" => {
                let item = item();
                item.with(Value::Map(Rc::new(Value::list(item.value.clone()))))
            }
            "keyBy" | "indexBy" | "objectify" => {
                let item = item();
                item.with(Value::Map(Rc::new(item.value.clone())))
            }
            "chunk" | "partition" | "fork" => {
                let item = item();
                item.with(Value::list(Value::list(item.value.clone())))
            }
            "map" | "flatMap" => {
                let result = eval.call_without_arguments(&eval.argument(call, 1));
                if function == "map" { list(result) } else { list(eval.items(&result)) }
            }
            "values" => {
                let value = eval.index(&given, &Value::Unknown);
                list(value)
            }
            "cloneDeep" | "clone" => given,
            "pick" | "omit" => {
                let names = names(eval, call);
                given.with(eval.projected(&given.value, &names, function == "pick"))
            }
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
        let function = function(path)?;
        let given = eval.argument(call, 0);
        if index == 0 {
            return None;
        }
        let item = eval.iterated(&given).value;
        Some(match function {
            "pick" | "omit" => eval.key_names(&given.value),
            "reduce" => eval.callback([eval.argument(call, 2).value, item], Value::Unknown),
            // Iteratees are functions of an item, or the name of its property.
            _ => {
                let names = eval.key_names(&item);
                Value::union([eval.callback([item], Value::Unknown), names.clone(), Value::list(names)])
            }
        })
    }
}

/// The strings of the arguments after the first, lists of them included.
fn names(eval: &Evaluator<'_>, call: &Call<'_>) -> Vec<Rc<str>> {
    let rest = (1..call.args.len()).map(|index| eval.argument(call, index).value);
    let flat = rest.flat_map(|value| match value {
        Value::Tuple(items) => items.to_vec(),
        value => vec![value],
    });
    flat.filter_map(|value| match value {
        Value::Str(text) => Some(text),
        _ => None,
    })
    .collect()
}

/// The name of an export of one of the libraries.
fn function(path: &str) -> Option<&str> {
    let (package, name) = path.split_once('.')?;
    let name = name.strip_prefix("default.").unwrap_or(name);
    match package {
        "lodash" | "lodash-es" | "remeda" | "radash" | "es-toolkit" | "underscore" => Some(name),
        // `import groupBy from "lodash/groupBy"`.
        package => package.strip_prefix("lodash/").filter(|_| name == "default"),
    }
}
