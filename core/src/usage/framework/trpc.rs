//! tRPC: a procedure's result arrives at the client's hook of the same name.
//!
//! Source: tRPC's documentation, "Define Routers", "Define Procedures", "Inferring Types", "React Query Integration".

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{KeyMeaning, Library};
use crate::code::value::{Known, LibraryValue, Trail, Value};
use crate::usage::framework::zod::of_schema;

/// `initTRPC`, before `create()`; `args`: the context.
const BUILDER: &str = "trpc.builder";
/// What `create()` gives.
const INSTANCE: &str = "trpc.instance";
/// A procedure before its resolver; `args`: the context, the input.
const PROCEDURE: &str = "trpc.procedure";
/// A procedure with its resolver; `args`: the resolver, the input.
const ENDPOINT: &str = "trpc.endpoint";
/// A router; `args`: the object of its procedures and routers.
const ROUTER: &str = "trpc.router";
/// What a resolver or middleware is called with; `args`: the context, the input.
const RESOLVER_ARGS: &str = "trpc.resolver_args";
/// A client, at some path of its router; `args`: the router or endpoint there.
const CLIENT: &str = "trpc.client";
/// What a hook gives; `args`: the procedure's result.
const RESULT: &str = "trpc.result";
/// Options with callbacks that get a procedure's result; `args`: the result.
const CALLBACKS: &str = "trpc.callbacks";
/// `inferRouterOutputs<Router>`, at some path; `args`: the router there.
const OUTPUTS: &str = "trpc.outputs";
/// `inferRouterInputs<Router>`, likewise.
const INPUTS: &str = "trpc.inputs";

/// tRPC, versions 9 to 11.
pub struct Trpc;

impl Trpc {
    /// What a procedure's resolver gives.
    fn output(&self, eval: &Evaluator<'_>, endpoint: &LibraryValue) -> Known {
        let called = eval.call_without_arguments(&Known::plain(endpoint.first()));
        called.with(called.value.awaited())
    }

    /// The router or endpoint under a name.
    fn entry(&self, eval: &Evaluator<'_>, router: &Value, name: &str) -> Option<Value> {
        let inner = match router {
            Value::Library(library) if library.kind == ROUTER => library.first(),
            _ => return None,
        };
        let found = eval.member(&Known::plain(inner), name).value;
        match &found {
            Value::Library(library) if matches!(library.kind, ROUTER | ENDPOINT) => Some(found),
            // A plain object of procedures is a router too.
            Value::Object(_) => Some(LibraryValue::of(ROUTER, [found])),
            _ => None,
        }
    }

    fn client_member(&self, eval: &Evaluator<'_>, client: &LibraryValue, name: &str) -> Option<Value> {
        let entry = self.entry(eval, &client.first(), name)?;
        Some(LibraryValue::of(CLIENT, [entry]))
    }

    /// A method of a procedure on the client: hooks, calls, cache access.
    fn client_call(&self, eval: &Evaluator<'_>, client: &LibraryValue, method: &str) -> Option<Known> {
        let Value::Library(target) = client.first() else { return None };
        if target.kind == ROUTER {
            return match method {
                "useUtils" | "useContext" | "createCaller" | "withTRPC" => {
                    Some(Known::plain(Value::Library(client.clone())))
                }
                _ => None,
            };
        }
        let output = self.output(eval, &target);
        let value = output.value.clone();
        let result = LibraryValue::of(RESULT, [value.clone()]);
        Some(output.with(match method {
            "useQuery" | "useMutation" | "useSubscription" => result,
            "useSuspenseQuery" => Value::Tuple(Rc::from([value, result])),
            "useInfiniteQuery" => LibraryValue::of(RESULT, [pages(value)]),
            "useSuspenseInfiniteQuery" => {
                Value::Tuple(Rc::from([pages(value.clone()), LibraryValue::of(RESULT, [pages(value)])]))
            }
            "getData" => Value::union([value, Value::Null]),
            "query" | "mutate" | "fetch" | "ensureData" | "prefetch" | "fetchInfinite" => {
                Value::promise(value)
            }
            // Hands the options to React Query: `useQuery(trpc.user.byId.queryOptions(id))`.
            "queryOptions" | "mutationOptions" | "infiniteQueryOptions" => {
                LibraryValue::of("fetching.options", [value])
            }
            _ => Value::Other,
        }))
    }
}

impl Library for Trpc {
    fn instance(&self, eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let name = path.strip_prefix("@trpc/")?.rsplit('.').next()?;
        let router = args.first().cloned()?;
        match name {
            "inferRouterOutputs" => Some(LibraryValue::of(OUTPUTS, [router])),
            "inferRouterInputs" => Some(LibraryValue::of(INPUTS, [router])),
            "inferProcedureOutput" => match &router {
                Value::Library(endpoint) if endpoint.kind == ENDPOINT => {
                    Some(self.output(eval, endpoint).value)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn type_proof(&self, eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Trail {
        match (path.rsplit('.').next()?, args.first()?) {
            ("inferProcedureOutput", Value::Library(endpoint)) if endpoint.kind == ENDPOINT => {
                self.output(eval, endpoint).trail
            }
            _ => None,
        }
    }

    fn member_proof(&self, eval: &Evaluator<'_>, object: &Value, name: &str) -> Trail {
        let Value::Library(endpoint) = self.entry(eval, &object.library(OUTPUTS)?.first(), name)? else {
            return None;
        };
        (endpoint.kind == ENDPOINT).then(|| self.output(eval, &endpoint).trail)?
    }

    fn member(&self, eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        let Value::Library(library) = object else { return None };
        match (library.kind, name) {
            (INSTANCE, "procedure") => Some(LibraryValue::of(PROCEDURE, library.args.clone())),
            (RESOLVER_ARGS, "ctx") => Some(library.first()),
            (RESOLVER_ARGS, "input") => Some(input_of(library)),
            (RESOLVER_ARGS, "type" | "path" | "signal") => Some(Value::Other),
            (RESULT, "data") => Some(Value::union([library.first(), Value::Null])),
            (
                RESULT,
                "isLoading" | "isPending" | "isError" | "isSuccess" | "error" | "status" | "isFetching",
            ) => Some(Value::Other),
            (CLIENT, name) => self.client_member(eval, library, name),
            (ROUTER, "createCaller") => Some(Value::Callable {
                params: Rc::from([]),
                returns: Rc::new(LibraryValue::of(CLIENT, [object.clone()])),
            }),
            (OUTPUTS, name) => match self.entry(eval, &library.first(), name)? {
                Value::Library(endpoint) if endpoint.kind == ENDPOINT => {
                    Some(self.output(eval, &endpoint).value)
                }
                router => Some(LibraryValue::of(OUTPUTS, [router])),
            },
            (INPUTS, name) => match self.entry(eval, &library.first(), name)? {
                Value::Library(endpoint) if endpoint.kind == ENDPOINT => Some(input_of(&endpoint)),
                router => Some(LibraryValue::of(INPUTS, [router])),
            },
            _ => None,
        }
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::External(path) => {
                let name = path.strip_prefix("@trpc/")?.split_once('.')?.1;
                let type_arg = || {
                    call.type_args.first().map_or(Value::Unknown, |ty| eval.type_value(call.cx, *ty).value)
                };
                Some(Known::plain(match name {
                    "initTRPC.context" => {
                        let context = match type_arg() {
                            function @ (Value::Function(_) | Value::Callable { .. }) => {
                                eval.call_without_arguments(&Known::plain(function)).value.awaited()
                            }
                            context => context,
                        };
                        LibraryValue::of(BUILDER, [context])
                    }
                    "initTRPC.create" | "initTRPC.meta" => LibraryValue::of(INSTANCE, [Value::Unknown]),
                    "createTRPCReact"
                    | "createTRPCNext"
                    | "createTRPCProxyClient"
                    | "createTRPCClient"
                    | "createTRPCContext"
                    | "createTRPCOptionsProxy" => LibraryValue::of(CLIENT, [type_arg()]),
                    _ => return None,
                }))
            }
            Value::Method(receiver, method) => {
                let Value::Library(library) = &**receiver else { return None };
                match (library.kind, &**method) {
                    (BUILDER, "create") => {
                        Some(Known::plain(LibraryValue::of(INSTANCE, library.args.clone())))
                    }
                    (BUILDER, _) => Some(Known::plain(Value::Library(library.clone()))),
                    (INSTANCE, "router") => {
                        let routes = eval.argument(call, 0);
                        Some(routes.with(LibraryValue::of(ROUTER, [routes.value.clone()])))
                    }
                    (INSTANCE, "mergeRouters") => Some(Known::plain(Value::Unknown)),
                    (INSTANCE, "createCallerFactory") => {
                        let router = eval.argument(call, 0).value;
                        let caller = LibraryValue::of(CLIENT, [router]);
                        Some(Known::plain(Value::Callable { params: Rc::from([]), returns: Rc::new(caller) }))
                    }
                    (PROCEDURE, "query" | "mutation" | "subscription") => {
                        let resolver = eval.argument(call, 0);
                        let made = [resolver.value.clone(), input_of(library)];
                        Some(resolver.with(LibraryValue::of(ENDPOINT, made)))
                    }
                    (PROCEDURE, "input") => {
                        let input = of_schema(&eval.argument(call, 0).value);
                        Some(Known::plain(LibraryValue::of(PROCEDURE, [library.first(), input])))
                    }
                    (PROCEDURE, _) => Some(Known::plain(Value::Library(library.clone()))),
                    (CLIENT, method) => self.client_call(eval, library, method),
                    (RESULT, "mutateAsync" | "refetch") => {
                        Some(Known::plain(Value::promise(library.first())))
                    }
                    _ => None,
                }
            }
            // A caller is called like a function: `await caller.user.byId(1)`.
            Value::Library(library) if library.kind == CLIENT => match library.first() {
                Value::Library(endpoint) if endpoint.kind == ENDPOINT => {
                    let output = self.output(eval, &endpoint);
                    Some(output.with(Value::promise(output.value.clone())))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn key(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let output = shape.library(CALLBACKS)?.first();
        match key {
            "onSuccess" | "select" => Some(KeyMeaning::plain(eval.callback([output], Value::Unknown))),
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
        let _ = call;
        let Value::Method(receiver, method) = callee else { return None };
        let Value::Library(library) = &**receiver else { return None };
        match (library.kind, &**method, index) {
            (CLIENT, "useMutation" | "useQuery", _) | (RESULT, "mutate" | "mutateAsync", 1) => {
                let output = match library.first() {
                    Value::Library(endpoint) if endpoint.kind == ENDPOINT => {
                        self.output(eval, &endpoint).value
                    }
                    output => output,
                };
                Some(LibraryValue::of(CALLBACKS, [output]))
            }
            (CLIENT, "setData", 1) => {
                let Value::Library(endpoint) = library.first() else { return None };
                let output = self.output(eval, &endpoint).value;
                Some(Value::union([output.clone(), eval.callback([output.clone()], output)]))
            }
            (PROCEDURE, "query" | "mutation" | "subscription" | "use", 0) | (INSTANCE, "middleware", 0) => {
                let args = LibraryValue::of(RESOLVER_ARGS, library.args.clone());
                Some(eval.callback([args], Value::Unknown))
            }
            _ => None,
        }
    }
}

/// What a procedure is called with, where its parser says that it is a row or an argument.
fn input_of(library: &LibraryValue) -> Value {
    library.args.get(1).cloned().unwrap_or(Value::Other)
}

/// The pages of an infinite query, as React Query gives them.
fn pages(page: Value) -> Value {
    LibraryValue::of("fetching.pages", [page])
}
