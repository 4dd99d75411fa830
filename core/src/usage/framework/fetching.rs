//! Data-fetching hooks: what the fetcher gives is the hook's `data`.
//!
//! Sources: the documentation of TanStack Query ("useQuery") and SWR ("API").

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, LibraryValue, Value};

/// What a hook gives; `args`: the data.
const RESULT: &str = "fetching.result";
/// Options made elsewhere; `args`: the data.
const OPTIONS: &str = "fetching.options";

/// React Query and SWR.
pub struct Fetching;

impl Library for Fetching {
    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        match (object.library(RESULT)?, name) {
            (result, "data") => Some(Value::union([result.first(), Value::Null])),
            _ => None,
        }
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let Value::External(path) = callee else { return None };
        let declared = call.type_args.first().map(|ty| eval.type_value(call.cx, *ty));
        let fetched = match &**path {
            "@tanstack/react-query.useQuery"
            | "@tanstack/react-query.useSuspenseQuery"
            | "react-query.useQuery" => {
                let options = eval.argument(call, 0);
                match options.value.library(OPTIONS) {
                    Some(made) => options.with(made.first()),
                    None => eval.call_without_arguments(&eval.member(&options, "queryFn")),
                }
            }
            "@tanstack/react-query.useMutation" => {
                eval.call_without_arguments(&eval.member(&eval.argument(call, 0), "mutationFn"))
            }
            "swr.default" | "swr.useSWR" => eval.call_without_arguments(&eval.argument(call, 1)),
            _ => return None,
        };
        let data = declared.filter(|known| !known.value.is_unknown()).unwrap_or(fetched);
        Some(data.with(LibraryValue::of(RESULT, [data.value.awaited()])))
    }
}
