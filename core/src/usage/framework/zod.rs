//! Validators: what they give was checked and is no row, unless the schema says that it is one (`z.custom<User>()`).
//!
//! Source: zod's documentation, "Basic usage" (`parse` gives a new value of the schema's type), "Type inference",
//! "Custom schemas", "Objects".

use crate::code::eval::{Call, Evaluator, Keys, merged};
use crate::code::library::Library;
use crate::code::value::{Known, LibraryValue, Value};

/// A schema; `args`: what it gives.
const SCHEMA: &str = "zod.schema";
/// What the schema of an object gives; `args`: the object of its members' schemas.
const PARSED: &str = "zod.parsed";
/// What `safeParse` gives; `args`: what the schema gives.
const RESULT: &str = "zod.result";

/// The text of a schema whose value may be left out, and of an object whose members all may.
const OPTIONAL: &str = "optional";

/// zod.
pub struct Zod;

impl Library for Zod {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let given = || args.first().cloned().unwrap_or(Value::Other);
        Some(match name(path)? {
            "infer" | "output" | "input" | "TypeOf" => of_schema(&given()),
            "ZodType" | "ZodSchema" | "Schema" => LibraryValue::of(SCHEMA, [given()]),
            _ => Value::Other,
        })
    }

    fn member(&self, eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        let Value::Library(library) = object else { return None };
        match (library.kind, name) {
            (PARSED, _) => {
                let schema = eval.member(&Known::plain(library.first()), name).value;
                Some(of_schema(&schema))
            }
            (RESULT, "data") => Some(library.first()),
            (RESULT, _) => Some(Value::Other),
            (SCHEMA, "shape") => Some(library.first().library(PARSED)?.first()),
            _ => None,
        }
    }

    fn keys(&self, eval: &Evaluator<'_>, value: &Value) -> Option<Keys> {
        let parsed = value.library(PARSED)?;
        let mut found = eval.declared_keys(&parsed.first())?;
        let is_optional = |schema: &Value| {
            schema.library(SCHEMA).is_some_and(|schema| {
                &*schema.text == OPTIONAL || schema.first().alternatives().contains(&Value::Null)
            })
        };
        let all = &*parsed.text == OPTIONAL;
        let optional = found.keys.iter().filter(|(_, schema)| all || is_optional(schema));
        found.optional = optional.map(|(name, _)| name.clone()).collect();
        Some(found)
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::External(path) => {
                let name = name(path)?;
                Some(Known::plain(made(eval, name, call).unwrap_or(Value::Other)))
            }
            Value::Method(receiver, method) => {
                let schema = receiver.library(SCHEMA)?;
                Some(Known::plain(method_of(eval, schema, method, call)))
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
        // `const user: z.ZodType<User> = z.object({ ... })`: the object's keys are those of what it describes.
        if let Value::External(path) = callee {
            let is_object = matches!(name(path)?, "object" | "strictObject" | "looseObject") && index == 0;
            let wanted = is_object.then(|| eval.expected(call.cx, call.expr).value)?;
            return Some(wanted.library(SCHEMA)?.first()).filter(Value::matters);
        }
        let Value::Method(receiver, method) = callee else { return None };
        let schema = receiver.library(SCHEMA)?;
        let takes_value = matches!(&**method, "transform" | "refine" | "superRefine" | "check");
        (takes_value && index == 0).then(|| eval.callback([schema.first()], Value::Unknown))
    }
}

/// What `z.name(...)` makes, where a row can be in it.
fn made(eval: &Evaluator<'_>, name: &str, call: &Call<'_>) -> Option<Value> {
    let argument = || eval.argument(call, 0).value;
    let given = match name {
        "custom" | "instanceof" => eval.type_value(call.cx, *call.type_args.first()?).value,
        "object" | "strictObject" | "looseObject" => LibraryValue::of(PARSED, [argument()]),
        "array" | "set" => Value::list(of_schema(&argument())),
        // What is left out is not null.
        "optional" => of_schema(&argument()),
        "nullable" | "nullish" => Value::union([of_schema(&argument()), Value::Null]),
        "promise" => Value::promise(of_schema(&argument())),
        "string" | "number" | "boolean" | "bigint" | "date" | "enum" | "nativeEnum" | "literal" | "email"
        | "uuid" | "url" | "int" => Value::Other,
        "lazy" => of_schema(&eval.call_without_arguments(&eval.argument(call, 0)).value),
        "union" | "discriminatedUnion" => {
            let of = eval.argument(call, usize::from(name != "union"));
            of_schema(&eval.items(&of).value)
        }
        _ => return None,
    };
    Some(LibraryValue::of(SCHEMA, [given]))
}

/// What a method of a schema gives.
fn method_of(eval: &Evaluator<'_>, schema: &LibraryValue, method: &str, call: &Call<'_>) -> Value {
    let given = schema.first();
    let made = |value: Value| LibraryValue::of(SCHEMA, [value]);
    match method {
        "parse" | "decode" | "_parse" => given,
        "parseAsync" => Value::promise(given),
        "safeParse" => LibraryValue::of(RESULT, [given]),
        "safeParseAsync" | "spa" => Value::promise(LibraryValue::of(RESULT, [given])),
        "array" => made(Value::list(given)),
        "nullable" | "nullish" => made(Value::union([given, Value::Null])),
        // A value that may be left out is no null.
        "optional" => LibraryValue::named(SCHEMA, [given], OPTIONAL),
        "partial" if call.args.is_empty() => made(partial(&given)),
        "default" | "catch" | "prefault" | "required" => made(given),
        "promise" => made(Value::promise(given)),
        "transform" => {
            let changed = eval.call_without_arguments(&eval.argument(call, 0)).value.awaited();
            made(if changed.is_unknown() { Value::Other } else { changed })
        }
        "extend" => made(merged(vec![given, LibraryValue::of(PARSED, [eval.argument(call, 0).value])])),
        "merge" | "and" => made(merged(vec![given, of_schema(&eval.argument(call, 0).value)])),
        _ => Value::Library(schema.clone()),
    }
}

/// What the schema of an object gives when each member may be left out.
fn partial(given: &Value) -> Value {
    let of = |part: &Value| match part.library(PARSED) {
        Some(parsed) => LibraryValue::named(PARSED, parsed.args.clone(), OPTIONAL),
        None => part.clone(),
    };
    match given {
        Value::Merged(parts) => Value::Merged(parts.iter().map(of).collect()),
        given => of(given),
    }
}

/// What a schema gives; one that is not known gives nothing of a row.
pub(super) fn of_schema(schema: &Value) -> Value {
    Value::union(schema.alternatives().iter().map(|value| match value.library(SCHEMA) {
        Some(schema) => schema.first(),
        None => Value::Other,
    }))
}

/// The name of an export of zod, as `z.name` or by itself.
fn name(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("zod").filter(|rest| rest.starts_with(['.', '/']))?;
    inside.rsplit('.').next()
}
