//! What libraries give that holds no row, whatever its members are called: the address of a page, what a request carries in
//! its address and its headers.
//!
//! Sources: the references of Next.js (`useRouter`, `next/navigation`, `next/headers`), React Router (hooks; `useLocation` is
//! not here, its state can be a row), Express ("Request"), Node (`http.IncomingMessage`).

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, Value};

/// Libraries' values without rows.
pub struct Rowless;

impl Library for Rowless {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, _args: &[Value]) -> Option<Value> {
        matches!(path, "next/router.NextRouter" | "next/router.default.NextRouter").then_some(Value::Other)
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        let Value::ExternalInstance(path, args) = object else { return None };
        let of_address = matches!(name, "query" | "headers" | "cookies" | "url" | "method");
        match &**path {
            // `Request<Params, ResBody, ReqBody, Query>`.
            "express.Request" => match (name, args.get(if name == "params" { 0 } else { 3 })) {
                ("params" | "query", Some(typed)) => Some(typed.clone()),
                _ => (of_address || matches!(name, "params" | "signedCookies" | "originalUrl" | "path"))
                    .then_some(Value::Other),
            },
            "next.NextApiRequest" | "http.IncomingMessage" | "node:http.IncomingMessage" => {
                of_address.then_some(Value::Other)
            }
            "next/server.NextRequest" => (of_address || name == "nextUrl").then_some(Value::Other),
            _ => None,
        }
    }

    fn call(&self, _eval: &Evaluator<'_>, callee: &Value, _call: &Call<'_>) -> Option<Known> {
        let Value::External(path) = callee else { return None };
        let (package, function) = path.rsplit_once('.')?;
        let holds_none = match package {
            "next/router" => function == "useRouter",
            "next/navigation" => {
                matches!(
                    function,
                    "useRouter"
                        | "usePathname"
                        | "useParams"
                        | "useSearchParams"
                        | "useSelectedLayoutSegment"
                        | "useSelectedLayoutSegments"
                )
            }
            "next/headers" => matches!(function, "cookies" | "headers" | "draftMode"),
            "react-router" | "react-router-dom" | "@remix-run/react" => {
                matches!(function, "useParams" | "useSearchParams" | "useNavigate" | "useHref" | "useMatch")
            }
            _ => false,
        };
        holds_none.then(|| Known::plain(Value::Other))
    }
}
