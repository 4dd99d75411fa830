//! What the keys of Prisma's arguments mean.

use crate::code::eval::Evaluator;
use crate::code::library::{FieldAccess, KeyMeaning, NamedField};
use crate::code::value::{LibraryValue, Value};
use crate::schema::{Entity, EntityId, FieldKind};
use crate::usage::orm::prisma::{ARGS, Prisma};

/// `where` of many.
pub const WHERE: &str = "prisma.where";
/// `where` of one: unique keys, compound ones too.
pub const WHERE_UNIQUE: &str = "prisma.where_unique";
/// A filter on a relation: `some`, `every`, `is`, or the other model's `where`.
pub const RELATION_WHERE: &str = "prisma.relation_where";
/// `data`; `text` is [`NEW_ROW`] where it makes one.
pub const DATA: &str = "prisma.data";
/// The text of data that a row is made of.
pub const NEW_ROW: &str = "new";
/// `data` of a relation: `create`, `connect`.
pub const NESTED_DATA: &str = "prisma.nested_data";
/// `update` of a relation: `{ where, data }`, or the data itself.
pub const NESTED_UPDATE: &str = "prisma.nested_update";
/// `_sum`, `_max` and the like.
pub const AGGREGATE: &str = "prisma.aggregate";
/// `select`, `include`.
pub const SELECT: &str = "prisma.select";
/// `omit`: it says a field's name, and the query does not.
pub const OMIT: &str = "prisma.omit";
/// `select` of `_count`: relations whose rows are counted.
pub const COUNTED: &str = "prisma.counted";
/// `_count: { select: ... }`.
pub const COUNT: &str = "prisma.count";
/// `orderBy`.
pub const ORDER_BY: &str = "prisma.order_by";
/// Names of fields as strings: `distinct`, `by`, `Prisma.UserScalarFieldEnum`.
pub const FIELD_NAMES: &str = "prisma.field_names";
/// The argument of `$extends`, or a part of it; `text` is the path inside.
pub const EXTENSION: &str = "prisma.extension";

impl Prisma {
    /// The meaning of `key` in an argument of the shape `shape`.
    pub(super) fn key_of(&self, eval: &Evaluator<'_>, shape: &LibraryValue, key: &str) -> Option<KeyMeaning> {
        if shape.kind == EXTENSION {
            return self.extension_key(eval, shape, key);
        }
        let Value::Entity(entity) = shape.first() else { return None };
        let of = |kind: &'static str| KeyMeaning::plain(LibraryValue::of(kind, shape.args.clone()));
        let args =
            |operation: &str| KeyMeaning::plain(LibraryValue::named(ARGS, shape.args.clone(), operation));
        match shape.kind {
            ARGS => args_key(shape, key),
            WHERE | WHERE_UNIQUE => match key {
                "AND" | "OR" | "NOT" => Some(of(WHERE)),
                _ => self.field_key(eval, shape, key, FieldAccess::Filter, RELATION_WHERE),
            },
            RELATION_WHERE => match key {
                "some" | "every" | "none" | "is" | "isNot" | "AND" | "OR" | "NOT" => Some(of(WHERE)),
                _ => self.field_key(eval, shape, key, FieldAccess::Filter, RELATION_WHERE),
            },
            DATA => self.field_key(eval, shape, key, FieldAccess::Write, NESTED_DATA),
            NESTED_DATA => Some(match key {
                "create" => new_row(shape),
                "createMany" => args("createMany"),
                "connect" | "set" | "disconnect" | "delete" => of(WHERE_UNIQUE),
                "connectOrCreate" | "upsert" => args("upsert"),
                "update" => of(NESTED_UPDATE),
                "updateMany" => args("updateMany"),
                "deleteMany" => of(WHERE),
                _ => return None,
            }),
            NESTED_UPDATE => match key {
                "where" => Some(of(WHERE_UNIQUE)),
                "data" => Some(of(DATA)),
                _ => self.field_key(eval, shape, key, FieldAccess::Write, NESTED_DATA),
            },
            SELECT if key == "_count" => Some(of(COUNT)),
            SELECT => self.select_key(eval, shape, key),
            OMIT => {
                let field = key.to_owned();
                let named = NamedField { entity, field, access: FieldAccess::Read, in_query: false };
                Some(KeyMeaning { shape: Value::Other, names: vec![named] })
            }
            AGGREGATE => self.field_key(eval, shape, key, FieldAccess::Aggregate, AGGREGATE),
            COUNT if key == "select" => Some(of(COUNTED)),
            COUNTED => self.counted_key(eval, shape, key),
            ORDER_BY => self.field_key(eval, shape, key, FieldAccess::Filter, ORDER_BY),
            FIELD_NAMES => self.field_key(eval, shape, key, FieldAccess::Read, FIELD_NAMES),
            _ => None,
        }
    }

    /// A key that is a field, or a compound key: the fields that it names, and the shape under it.
    fn field_key(
        &self,
        eval: &Evaluator<'_>,
        outer: &LibraryValue,
        key: &str,
        access: FieldAccess,
        relation: &'static str,
    ) -> Option<KeyMeaning> {
        let Value::Entity(entity) = outer.first() else { return None };
        let info = eval.entity(entity)?;
        let named = |field: &str| NamedField { entity, field: field.to_owned(), access, in_query: true };
        if let Some(shape) = relation_shape(eval, outer, &info.entity, key, relation) {
            return Some(KeyMeaning { shape, names: vec![named(key)] });
        }
        if let Some((_, fields)) =
            info.entity.unique_keys.iter().find(|(name, of)| name == key && of.len() > 1)
        {
            let mut names: Vec<NamedField> = fields.iter().map(|field| named(field)).collect();
            names.push(named(key));
            let shape = LibraryValue::of(WHERE, outer.args.clone());
            return Some(KeyMeaning { shape, names });
        }
        // A field that the model no longer has is named all the same.
        Some(KeyMeaning { shape: Value::Other, names: vec![named(key)] })
    }

    /// A key of `select` or `include`: a relation takes the arguments of a query.
    fn select_key(&self, eval: &Evaluator<'_>, outer: &LibraryValue, key: &str) -> Option<KeyMeaning> {
        let Value::Entity(entity) = outer.first() else { return None };
        let info = eval.entity(entity)?;
        let named = NamedField { entity, field: key.to_owned(), access: FieldAccess::Read, in_query: true };
        let shape = match info.entity.field(key).map(|field| &field.kind) {
            Some(FieldKind::Relation { entity: other, .. }) => match eval.entity_named(other) {
                Some(other) => LibraryValue::named(ARGS, with_parts(outer, other), "findMany"),
                None => Value::Other,
            },
            _ => Value::Other,
        };
        Some(KeyMeaning { shape, names: vec![named] })
    }

    /// A key of `_count: { select }`: a relation whose rows are counted, with a condition or without.
    fn counted_key(&self, eval: &Evaluator<'_>, outer: &LibraryValue, key: &str) -> Option<KeyMeaning> {
        let meaning = self.select_key(eval, outer, key)?;
        let names =
            meaning.names.into_iter().map(|named| NamedField { access: FieldAccess::Filter, ..named });
        Some(KeyMeaning { names: names.collect(), ..meaning })
    }

    /// Keys of `$extends({ result: { user: { fullName: { needs: { name: true }, compute(user) {} } } } })`.
    fn extension_key(&self, eval: &Evaluator<'_>, shape: &LibraryValue, key: &str) -> Option<KeyMeaning> {
        let part = |text: &str, args: Vec<Value>| {
            Some(KeyMeaning::plain(LibraryValue::named(EXTENSION, args, text)))
        };
        match (&*shape.text, key) {
            ("", "result") => part("result", Vec::new()),
            ("", "query") => part("query", Vec::new()),
            ("query", model) => part("operations", vec![Value::Entity(self.model_of_accessor(eval, model)?)]),
            // `findMany({ args, query })`: the arguments on their way.
            ("operations", operation) => {
                let Value::Entity(entity) = shape.first() else { return None };
                let args = LibraryValue::named(ARGS, [Value::Entity(entity)], operation);
                let given = LibraryValue::named(EXTENSION, [args], "operation");
                Some(KeyMeaning::plain(eval.callback([given], Value::Unknown)))
            }
            ("operation", "args") => Some(KeyMeaning::plain(shape.first())),
            ("result", model) => part("field", vec![Value::Entity(self.model_of_accessor(eval, model)?)]),
            ("field", _) => part("computed", shape.args.to_vec()),
            ("computed", "needs") => Some(KeyMeaning::plain(LibraryValue::of(SELECT, shape.args.clone()))),
            ("computed", "compute") => {
                let Value::Entity(entity) = shape.first() else { return None };
                let row = crate::code::value::Row::whole(entity);
                Some(KeyMeaning::plain(eval.callback([row], Value::Other)))
            }
            _ => None,
        }
    }
}

/// Keys of the object that a call takes.
fn args_key(shape: &LibraryValue, key: &str) -> Option<KeyMeaning> {
    let of = |kind: &'static str| KeyMeaning::plain(LibraryValue::of(kind, shape.args.clone()));
    let one = ["findUnique", "findUniqueOrThrow", "update", "upsert", "delete"].contains(&&*shape.text);
    Some(match key {
        "where" if one => of(WHERE_UNIQUE),
        "where" | "having" => of(WHERE),
        "cursor" => of(WHERE_UNIQUE),
        "data" if shape.text.starts_with("create") => new_row(shape),
        "create" => new_row(shape),
        "data" | "update" => of(DATA),
        "select" | "include" | "_count" => of(SELECT),
        "_sum" | "_avg" | "_min" | "_max" => of(AGGREGATE),
        "omit" => of(OMIT),
        "orderBy" => of(ORDER_BY),
        "distinct" | "by" => of(FIELD_NAMES),
        _ => return None,
    })
}

/// Data of a row that is made.
fn new_row(shape: &LibraryValue) -> KeyMeaning {
    KeyMeaning::plain(LibraryValue::named(DATA, shape.args.clone(), NEW_ROW))
}

/// Another model, with what the client was made with.
fn with_parts(outer: &LibraryValue, other: EntityId) -> Vec<Value> {
    std::iter::once(Value::Entity(other)).chain(outer.args.iter().skip(1).cloned()).collect()
}

/// The shape under a relation's key.
fn relation_shape(
    eval: &Evaluator<'_>,
    outer: &LibraryValue,
    entity: &Entity,
    key: &str,
    kind: &'static str,
) -> Option<Value> {
    match &entity.field(key)?.kind {
        FieldKind::Relation { entity: other, .. } => Some(
            eval.entity_named(other)
                .map_or(Value::Other, |other| LibraryValue::of(kind, with_parts(outer, other))),
        ),
        FieldKind::Column { .. } | FieldKind::Computed => None,
    }
}
