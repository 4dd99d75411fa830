//! Servers and server rendering: what requests carry, what a page is given.
//!
//! Sources: the references of Express ("Request"), Hono ("Context"), Next.js (`GetServerSideProps`, `unstable_cache`), Remix
//! and React Router (`useLoaderData`).

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, LibraryValue, Value};

/// An Express application or router.
const EXPRESS: &str = "express.app";
/// Hono; `args`: its environment.
const HONO: &str = "hono.app";
/// Hono's context; `args`: the environment.
const CONTEXT: &str = "hono.context";

/// Express, Hono, Next.js, Remix.
pub struct Servers;

impl Library for Servers {
    fn instance(&self, eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let arg = || Known::plain(args.first().cloned().unwrap_or(Value::Unknown));
        let of_props = |function: &Known| {
            // `const getStaticProps: GetStaticProps<Props>`.
            if let Value::ExternalInstance(path, args) = &function.value
                && matches!(&**path, "next.GetStaticProps" | "next.GetServerSideProps")
            {
                return args.first().cloned().unwrap_or(Value::Unknown);
            }
            let given = eval.call_without_arguments(function).value.awaited();
            eval.member(&Known::plain(given), "props").value
        };
        Some(match path {
            "hono.Context" => LibraryValue::of(CONTEXT, [arg().value]),
            "express.Express" | "express.Router" | "express.Application" => LibraryValue::of(EXPRESS, []),
            "next.InferGetServerSidePropsType" | "next.InferGetStaticPropsType" => of_props(&arg()),
            "express.RequestHandler" => {
                let request = Value::ExternalInstance("express.Request".into(), args.into());
                let response = Value::ExternalInstance(
                    "express.Response".into(),
                    args.get(1).cloned().into_iter().collect(),
                );
                eval.callback([request, response, Value::Other], Value::Unknown)
            }
            "next.NextPage" => eval.callback([arg().value], Value::Other),
            _ => return None,
        })
    }

    fn member(&self, eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        match object {
            Value::Library(library) if library.kind == CONTEXT && name == "var" => {
                Some(eval.member(&Known::plain(library.first()), "Variables").value)
            }
            // `Request<Params, ResBody, ReqBody>`.
            Value::ExternalInstance(path, args) if &**path == "express.Request" && name == "body" => {
                args.get(2).cloned()
            }
            _ => None,
        }
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let typed = || call.type_args.first().map(|ty| eval.type_value(call.cx, *ty));
        Some(match callee {
            Value::External(path) => match &**path {
                "express.default" | "express" | "express.Router" | "express.default.Router" => {
                    Known::plain(LibraryValue::of(EXPRESS, []))
                }
                "hono.Hono" | "hono.default.Hono" => {
                    let environment = typed().unwrap_or_else(Known::unknown);
                    Known::plain(LibraryValue::of(HONO, [environment.value]))
                }
                "next/cache.unstable_cache" | "next/cache.cache" => eval.argument(call, 0),
                _ => return self.loaded(eval, path, call),
            },
            // `res.status(404).json(...)`.
            Value::Method(receiver, method) if is_response(receiver) && &**method == "status" => {
                Known::plain((**receiver).clone())
            }
            Value::Method(receiver, method) => {
                let context = receiver.library(CONTEXT)?;
                let variables = eval.member(&Known::plain(context.first()), "Variables");
                match &**method {
                    "get" => {
                        let key = eval.argument(call, 0).value;
                        eval.member(&variables, key.as_str()?)
                    }
                    _ => return None,
                }
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
        let Value::Method(receiver, method) = callee else {
            // `NextResponse.json<User>({...})`.
            let is_json =
                matches!(callee, Value::External(path) if &**path == "next/server.NextResponse.json");
            return (is_json && index == 0)
                .then(|| Some(eval.type_value(call.cx, *call.type_args.first()?).value))?;
        };
        if let Value::ExternalInstance(_, args) = &**receiver {
            let sends = is_response(receiver) && matches!(&**method, "json" | "send" | "jsonp") && index == 0;
            return sends.then(|| args.first().cloned())?;
        }
        let Value::Library(library) = &**receiver else { return None };
        let request = || Value::ExternalInstance("express.Request".into(), [].into());
        match (library.kind, &**method, index) {
            (EXPRESS, "get" | "post" | "put" | "patch" | "delete" | "all" | "use" | "param", _) => {
                Some(eval.callback([request(), Value::Other, Value::Other], Value::Unknown))
            }
            (HONO, "get" | "post" | "put" | "patch" | "delete" | "all" | "use" | "on", _) => {
                let context = LibraryValue::of(CONTEXT, library.args.clone());
                Some(eval.callback([context, Value::Other], Value::Unknown))
            }
            (CONTEXT, "set", 1) => {
                let key = eval.argument(call, 0).value;
                let variables = eval.member(&Known::plain(library.first()), "Variables");
                Some(eval.member(&variables, key.as_str()?).value)
            }
            _ => None,
        }
    }
}

impl Servers {
    /// What a page gets of its loader.
    fn loaded(&self, eval: &Evaluator<'_>, path: &str, call: &Call<'_>) -> Option<Known> {
        let (package, function) = path.rsplit_once('.')?;
        let known = package.starts_with("@remix-run/")
            || package.starts_with("react-router")
            || package == "remix-typedjson";
        match function {
            _ if !known => None,
            "useLoaderData" | "useActionData" | "useRouteLoaderData" | "useTypedLoaderData" => {
                let loader = call.type_args.first().map(|ty| eval.type_value(call.cx, *ty))?;
                Some(match &loader.value {
                    Value::Function(_) | Value::Callable { .. } => {
                        let given = eval.call_without_arguments(&loader);
                        given.with(given.value.awaited())
                    }
                    _ => loader,
                })
            }
            "json" | "data" | "defer" | "typedjson" => Some(eval.argument(call, 0)),
            _ => None,
        }
    }
}

/// A response whose type says what is sent: `Response<User>`, `NextApiResponse<User>`.
fn is_response(value: &Value) -> bool {
    matches!(value, Value::ExternalInstance(path, _) if matches!(&**path, "express.Response" | "next.NextApiResponse"))
}
