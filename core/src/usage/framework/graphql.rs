//! Python's GraphQL servers: Strawberry's wrappers of types, and data loaders.
//!
//! Sources: Strawberry's guides "Private/External Fields", "Accessing parent data" and "DataLoaders"; aiodataloader's
//! README.

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, Value};

/// Strawberry, and the data loaders that it and Graphene are used with.
pub struct GraphQl;

impl Library for GraphQl {
    fn instance(&self, _eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        // A field that the schema does not show, the parent of a resolver: the value itself.
        let wraps = path.starts_with("strawberry.") && matches!(last(path), "Private" | "Parent");
        wraps.then(|| args.first().cloned()).flatten()
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        let Value::ExternalInstance(path, args) = object else { return None };
        let is_info = path.starts_with("strawberry.") && last(path) == "Info";
        (is_info && matches!(name, "context" | "root_value"))
            .then(|| args.get(usize::from(name == "root_value")).cloned())
            .flatten()
    }

    fn call(&self, _eval: &Evaluator<'_>, callee: &Value, _call: &Call<'_>) -> Option<Known> {
        let Value::Method(receiver, method) = callee else { return None };
        let Value::ExternalInstance(path, args) = &**receiver else { return None };
        let [_, loaded, ..] = &**args else { return None };
        if last(path) != "DataLoader" {
            return None;
        }
        Some(Known::plain(match &**method {
            "load" => Value::promise(loaded.clone()),
            "load_many" => Value::promise(Value::list(loaded.clone())),
            _ => return None,
        }))
    }

    fn parameter(
        &self,
        _eval: &Evaluator<'_>,
        callee: &Value,
        _call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        // `DataLoader[K, V].load(key)`.
        let Value::Method(receiver, method) = callee else { return None };
        let Value::ExternalInstance(path, args) = &**receiver else { return None };
        let is_key = last(path) == "DataLoader" && matches!(&**method, "load" | "clear") && index == 0;
        is_key.then(|| args.first().cloned()).flatten()
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
