//! Data-fetching hooks: what the fetcher gives is the hook's `data`.
//!
//! Sources: the documentation of TanStack Query ("useQuery", "useMutation", "useInfiniteQuery", "QueryClient"), SWR ("API",
//! "Mutation") and axios ("Response Schema", typed by `axios.get<T>()`).

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{KeyMeaning, Library};
use crate::code::value::{Known, LibraryValue, Value};

/// What a hook gives; `args`: the data, and what `mutate` takes.
const RESULT: &str = "fetching.result";
/// Options made elsewhere; `args`: the data.
const OPTIONS: &str = "fetching.options";
/// What the options of a hook have to be; `args`: the data that their callbacks are given, and what `mutate` takes.
const CALLBACKS: &str = "fetching.callbacks";
/// `useQueryClient()`.
const CLIENT: &str = "fetching.client";
/// The pages of an infinite query; `args`: one page.
const PAGES: &str = "fetching.pages";

/// A response; `args`: its body.
const RESPONSE: &str = "fetching.response";

/// React Query, SWR and axios.
pub struct Fetching;

impl Library for Fetching {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let first = || args.first().cloned().unwrap_or(Value::Unknown);
        if path.starts_with("axios.") {
            return match path.rsplit('.').next()? {
                "AxiosResponse" => Some(LibraryValue::of(RESPONSE, [first()])),
                "AxiosPromise" => Some(Value::promise(LibraryValue::of(RESPONSE, [first()]))),
                "AxiosInstance" | "AxiosStatic" | "Axios" => Some(Value::external("axios")),
                _ => None,
            };
        }
        Some(match hook(path)? {
            "QueryClient" => LibraryValue::of(CLIENT, []),
            "UseQueryResult" | "UseMutationResult" => LibraryValue::of(RESULT, [first()]),
            _ => return None,
        })
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        match name {
            "data" if object.library(RESPONSE).is_some() => Some(object.library(RESPONSE)?.first()),
            "data" => Some(Value::union([object.library(RESULT)?.first(), Value::Null])),
            "pages" => Some(Value::list(object.library(PAGES)?.first())),
            _ => None,
        }
    }

    fn key(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let callbacks = shape.library(CALLBACKS)?;
        let (data, variables) = (callbacks.first(), callbacks.args.get(1).cloned());
        match key {
            "onSuccess" if variables.is_some() => {
                let given = [data, variables.unwrap_or(Value::Unknown)];
                Some(KeyMeaning::plain(eval.callback(given, Value::Unknown)))
            }
            "onMutate" => Some(KeyMeaning::plain(eval.callback([variables?], Value::Unknown))),
            "select" | "onSuccess" | "onSettled" | "placeholderData" | "getNextPageParam" => {
                Some(KeyMeaning::plain(eval.callback([data], Value::Unknown)))
            }
            "initialData" | "fallbackData" => Some(KeyMeaning::plain(data)),
            _ => None,
        }
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::External(path) if path.starts_with("axios") => axios_call(eval, path, call),
            Value::External(path) => self.hook_call(eval, path, call),
            Value::Method(receiver, method) => match &**receiver {
                Value::Library(library) if library.kind == CLIENT => self.client_call(eval, method, call),
                Value::Library(library) if library.kind == RESULT => match &**method {
                    "mutateAsync" | "mutate" | "refetch" => {
                        Some(Known::plain(Value::promise(library.first())))
                    }
                    _ => None,
                },
                _ => None,
            },
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
            Value::External(path) => {
                let hook = hook(path)?;
                let options = match hook {
                    "default" | "useSWR" => 2,
                    _ => 0,
                };
                if index != options
                    || !(hook.starts_with("use") || hook == "default" || hook == "queryOptions")
                {
                    return None;
                }
                let data = fetched(eval, hook, call).value.awaited();
                let taken = (hook == "useMutation").then(|| taken(eval, hook, call, &data));
                Some(LibraryValue::of(CALLBACKS, std::iter::once(data).chain(taken).collect::<Vec<_>>()))
            }
            Value::Method(receiver, method)
                if index == 0 && matches!(&**method, "mutate" | "mutateAsync" | "trigger") =>
            {
                receiver.library(RESULT)?.args.get(1).cloned()
            }
            Value::Method(receiver, method) => {
                receiver.library(CLIENT)?;
                let data = eval.type_value(call.cx, *call.type_args.first()?).value;
                let update = eval.callback([data.clone()], data.clone());
                (&**method == "setQueryData" && index == 1).then(|| Value::union([data, update]))
            }
            _ => None,
        }
    }
}

impl Fetching {
    fn hook_call(&self, eval: &Evaluator<'_>, path: &str, call: &Call<'_>) -> Option<Known> {
        let hook = match hook(path)? {
            "default" if path.starts_with("swr/mutation") => "useSWRMutation",
            hook => hook,
        };
        let data = match hook {
            "useQuery" | "useSuspenseQuery" | "useMutation" | "default" | "useSWR" | "useSWRImmutable"
            | "useSWRMutation" => {
                let data = fetched(eval, hook, call);
                let chosen = eval.member(&eval.argument(call, 0), "select");
                match &chosen.value {
                    Value::Function(_) => eval.call_without_arguments(&chosen),
                    _ => data,
                }
            }
            "useInfiniteQuery" | "useSuspenseInfiniteQuery" => {
                let page = fetched(eval, hook, call);
                page.with(LibraryValue::of(PAGES, [page.value.awaited()]))
            }
            "queryOptions" => {
                let data = fetched(eval, hook, call);
                return Some(data.with(LibraryValue::of(OPTIONS, [data.value.awaited()])));
            }
            "useQueryClient" | "QueryClient" => return Some(Known::plain(LibraryValue::of(CLIENT, []))),
            _ => return None,
        };
        let given = data.value.awaited();
        let taken = taken(eval, hook, call, &given);
        Some(data.with(LibraryValue::of(RESULT, [given, taken])))
    }

    fn client_call(&self, eval: &Evaluator<'_>, method: &str, call: &Call<'_>) -> Option<Known> {
        let typed = || call.type_args.first().map(|ty| eval.type_value(call.cx, *ty));
        match method {
            "getQueryData" | "setQueryData" => {
                let data = typed()?;
                Some(data.with(Value::union([data.value.clone(), Value::Null])))
            }
            "fetchQuery" | "ensureQueryData" => {
                let data = typed().unwrap_or_else(|| fetched(eval, "useQuery", call));
                Some(data.with(Value::promise(data.value.clone())))
            }
            _ => None,
        }
    }
}

/// What the fetcher of a hook gives, or the type argument says.
fn fetched(eval: &Evaluator<'_>, hook: &str, call: &Call<'_>) -> Known {
    let declared = call.type_args.first().map(|ty| eval.type_value(call.cx, *ty));
    if let Some(declared) = declared.filter(|known| !known.value.is_unknown()) {
        return declared;
    }
    let options = eval.argument(call, 0);
    let function = match hook {
        "default" | "useSWR" | "useSWRImmutable" | "useSWRMutation" => eval.argument(call, 1),
        "useMutation" => eval.member(&options, "mutationFn"),
        _ => match options.value.library(OPTIONS) {
            Some(made) => return options.with(made.first()),
            None => eval.member(&options, "queryFn"),
        },
    };
    eval.call_without_arguments(&function)
}

/// What a hook's `mutate` takes: the argument of a mutation, or SWR's new data.
fn taken(eval: &Evaluator<'_>, hook: &str, call: &Call<'_>, data: &Value) -> Value {
    match hook {
        "useMutation" => {
            let declared = call.type_args.get(2).map(|ty| eval.type_value(call.cx, *ty).value);
            let function = || eval.member(&eval.argument(call, 0), "mutationFn").value;
            declared.or_else(|| eval.parameter_of(&function(), 0)).unwrap_or(Value::Unknown)
        }
        "default" | "useSWR" | "useSWRImmutable" => {
            Value::union([data.clone(), eval.callback([data.clone()], data.clone())])
        }
        _ => Value::Unknown,
    }
}

/// `axios.get<User>(url)`, also of an instance that `axios.create()` makes.
fn axios_call(eval: &Evaluator<'_>, path: &str, call: &Call<'_>) -> Option<Known> {
    match path.rsplit('.').next()? {
        "create" => Some(Known::plain(Value::external("axios"))),
        "get" | "post" | "put" | "patch" | "delete" | "request" | "default" | "axios" => {
            let body = eval.type_value(call.cx, *call.type_args.first()?);
            let response = LibraryValue::of(RESPONSE, [body.value.clone()]);
            Some(body.with(Value::promise(response)))
        }
        _ => None,
    }
}

/// The name of an export of React Query or SWR.
fn hook(path: &str) -> Option<&str> {
    let (package, name) = path.rsplit_once('.')?;
    let known = package.starts_with("@tanstack/") && package.ends_with("-query")
        || matches!(package, "react-query" | "swr" | "swr/immutable" | "swr/mutation");
    known.then_some(name)
}
