//! NextAuth (Auth.js): sessions and users, whose types the project extends with its own.
//!
//! Source: NextAuth's documentation, "Callbacks", "Session", "TypeScript" (module augmentation).

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{KeyMeaning, Library};
use crate::code::value::{Known, LibraryValue, Value};

/// The options; `text` is the part of them.
const OPTIONS: &str = "next_auth.options";
/// What a callback is called with.
const CALLBACK_ARGS: &str = "next_auth.callback_args";
/// What `NextAuth(...)` of version 5 gives.
const INSTANCE: &str = "next_auth.instance";
/// What `useSession()` gives.
const RESULT: &str = "next_auth.result";

/// NextAuth, versions 4 and 5.
pub struct NextAuth;

impl Library for NextAuth {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, _args: &[Value]) -> Option<Value> {
        match name(path)? {
            "NextAuthOptions" | "AuthOptions" | "NextAuthConfig" | "AuthConfig" => {
                Some(LibraryValue::named(OPTIONS, [], ""))
            }
            "CallbacksOptions" | "EventCallbacks" => Some(LibraryValue::named(OPTIONS, [], "callbacks")),
            _ => None,
        }
    }

    fn member(&self, eval: &Evaluator<'_>, object: &Value, member: &str) -> Option<Value> {
        let Value::Library(library) = object else { return None };
        match (library.kind, member) {
            (CALLBACK_ARGS, "session" | "newSession") => Some(of("Session")),
            (CALLBACK_ARGS, "user") => Some(of("User")),
            (CALLBACK_ARGS, "token") => Some(of("JWT")),
            (CALLBACK_ARGS, _) => Some(Value::Other),
            (RESULT, "data") => Some(Value::union([of("Session"), Value::Null])),
            (INSTANCE, "auth") => Some(eval.callback([], session())),
            _ => None,
        }
    }

    fn key(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let options = shape.library(OPTIONS)?;
        match (&*options.text, key) {
            ("", "callbacks" | "events") => {
                Some(KeyMeaning::plain(LibraryValue::named(OPTIONS, [], "callbacks")))
            }
            ("callbacks", _) => {
                let args = LibraryValue::of(CALLBACK_ARGS, []);
                Some(KeyMeaning::plain(eval.callback([args], Value::Unknown)))
            }
            _ => None,
        }
    }

    fn call(&self, _eval: &Evaluator<'_>, callee: &Value, _call: &Call<'_>) -> Option<Known> {
        let Value::External(path) = callee else { return None };
        Some(Known::plain(match name(path)? {
            "getServerSession" | "unstable_getServerSession" | "getSession" => session(),
            "useSession" => LibraryValue::of(RESULT, []),
            "getToken" => Value::promise(Value::union([of("JWT"), Value::Null])),
            "default" => LibraryValue::of(INSTANCE, []),
            _ => return None,
        }))
    }

    fn parameter(
        &self,
        _eval: &Evaluator<'_>,
        callee: &Value,
        _call: &Call<'_>,
        _index: usize,
    ) -> Option<Value> {
        let Value::External(path) = callee else { return None };
        (name(path)? == "default").then(|| LibraryValue::named(OPTIONS, [], ""))
    }
}

/// What a session's request gives.
fn session() -> Value {
    Value::promise(Value::union([of("Session"), Value::Null]))
}

/// A value of a type that the project may have extended.
fn of(ty: &str) -> Value {
    Value::ExternalInstance(format!("next-auth.{ty}").into(), [].into())
}

/// The name of an export of NextAuth.
fn name(path: &str) -> Option<&str> {
    let (package, name) = path.rsplit_once('.')?;
    let known = package == "next-auth" || package.starts_with("next-auth/") || package == "@auth/core";
    known.then_some(name)
}
