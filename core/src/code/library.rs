//! What a library's API means: asked by the evaluator, answered by `usage::orm`, one file per ORM.

use crate::code::eval::{Call, Evaluator};
use crate::code::value::{ClassRef, Known, Value};
use crate::schema::EntityId;

/// The knowledge of one library. Every question may be answered with `None`: not mine, or not known.
pub trait Library {
    /// The value of an instance of the library's class `path` (`sqlalchemy.orm.Session`), made by a call, an annotation
    /// or a type; `args` are its type arguments.
    fn instance(&self, eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let _ = (eval, path, args);
        None
    }

    /// `object.name`, for a library value, a row, an entity, a class or an external name.
    fn member(&self, eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        let _ = (eval, object, name);
        None
    }

    /// What a call gives. `callee` is an external name, a library value, or a [`Value::Method`] of one.
    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let _ = (eval, callee, call);
        None
    }

    /// The shape that the argument at `index` of the call has to have; its keys are explained by [`Library::key`].
    fn parameter(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>, index: usize) -> Option<Value> {
        let _ = (eval, callee, call, index);
        None
    }

    /// The meaning of `key` in an object that has to have the shape `shape`.
    fn key(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let _ = (eval, shape, key);
        None
    }

    /// The entity that a class of the project is mapped to.
    fn class_entity(&self, eval: &Evaluator<'_>, class: ClassRef) -> Option<EntityId> {
        let _ = (eval, class);
        None
    }

    /// Items of a library value that is iterated.
    fn iterate(&self, eval: &Evaluator<'_>, value: &Value) -> Option<Value> {
        let _ = (eval, value);
        None
    }
}

/// What a key means in an argument of a library.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyMeaning {
    /// The shape of the value under the key; [`Value::Other`] for a plain one.
    pub shape: Value,
    /// The fields of entities that the key names (several for a compound key).
    pub names: Vec<NamedField>,
}

/// A field that a key, a keyword or a string names in a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamedField {
    /// The entity.
    pub entity: EntityId,
    /// The field's code name.
    pub field: String,
    /// What the query does with it.
    pub access: FieldAccess,
    /// Whether it is in a query; else in a row that code builds.
    pub in_query: bool,
}

/// What is done with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldAccess {
    /// Read.
    Read,
    /// Written.
    Write,
    /// Compared, sorted, grouped or joined by.
    Filter,
}

impl KeyMeaning {
    /// A key that is part of the language of the argument and names nothing.
    pub fn plain(shape: Value) -> Self {
        Self { shape, names: Vec::new() }
    }
}
