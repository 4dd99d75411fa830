//! Which columns the SQL of a call names although the call does not.
//!
//! A call is asked about the rows of its own model, a key of its arguments about the rows at the other end of the relation
//! that it follows, wherever the key stands: `select`, `include`, `where`, `orderBy`, `_count`, `data`.

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{Asked, FieldAccess, GivenKey, Naming, RowInsert, When};
use crate::code::tree::{ExprKind, Parent};
use crate::code::value::{Known, LibraryValue, Value};
use crate::schema::{Entity, EntityId, Field, FieldKind, ValueSource};
use crate::usage::orm::prisma::client::Parts;
use crate::usage::orm::prisma::facts::{self, Links, NestedWrite, Operation};
use crate::usage::orm::prisma::{ARGS, DELEGATE, Prisma, keys, projection};

const LOADS: &str = "loads every column of the row";
const SELECTS: &str = "selects the column, which an object elsewhere names";
const NEEDS: &str = "loads a field that is computed from this column";
const INSERTS: &str = "makes an INSERT that names the column";
const UPDATES: &str = "makes an UPDATE that sets the column (`@updatedAt`)";
const FOLLOWS: &str = "follows a relation over this column";
const KEEPS: &str =
    "looks for rows that point at this one: the client keeps relations itself (`relationMode`)";

fn naming(access: FieldAccess, when: When, why: &'static str) -> Naming {
    Naming { access, when, why }
}

impl Prisma {
    /// What a call of a delegate, or one of the fluent API, names.
    pub(super) fn call_names(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        asked: Asked<'_>,
    ) -> Option<Vec<Naming>> {
        let Value::Method(receiver, name) = callee else { return None };
        match &**receiver {
            Value::Library(delegate) if delegate.kind == DELEGATE => {
                let operation = facts::operation_of(name)?;
                Some(self.delegate_call_names(eval, delegate, operation, call, asked))
            }
            // `prisma.post.findUnique(...).author()`.
            Value::Promise(inner) => {
                let Value::Row(row) = inner.non_null() else { return None };
                let relation = Relation::of(eval, row.entity, name)?;
                let parts = fluent_parts(eval, call);
                let mut found = Vec::new();
                if asked.entity == relation.other {
                    let text = call_text(call);
                    let selected = self.selected(eval, asked, (&eval.argument(call, 0), text), &parts);
                    found.extend(selected.map(|why| naming(FieldAccess::Read, When::Always, why)));
                }
                let follows = relation.follows_over(asked) && found.is_empty();
                found.extend(follows.then(|| naming(FieldAccess::Read, When::Always, FOLLOWS)));
                Some(found)
            }
            _ => None,
        }
    }

    fn delegate_call_names(
        &self,
        eval: &Evaluator<'_>,
        delegate: &LibraryValue,
        operation: &Operation,
        call: &Call<'_>,
        asked: Asked<'_>,
    ) -> Vec<Naming> {
        let Value::Entity(entity) = delegate.first() else { return Vec::new() };
        let parts = delegate.args.get(1..).unwrap_or_default();
        let args = eval.argument(call, 0);
        let mut found = Vec::new();
        if self.keeps_relations_by(eval, entity, operation, &args, asked) {
            found.push(naming(FieldAccess::Filter, When::Always, KEEPS));
        }
        let Some(field) = mapped(eval, entity, asked) else { return found };
        if operation.gives_rows {
            match fluent_relation(eval, entity, call) {
                // Of the row itself, only what the relation goes over is read.
                Some(relation) if relation.follows_over(asked) => {
                    found.push(naming(FieldAccess::Read, When::Always, FOLLOWS));
                }
                Some(_) => {}
                None => found.extend(
                    self.selected(eval, asked, (&args, call_text(call)), parts)
                        .map(|why| naming(FieldAccess::Read, When::Always, why)),
                ),
            }
        }
        let (if_new, if_there) = match operation.inserts.is_some() && operation.updates.is_some() {
            true if !self.is_native_upsert(eval, entity, &args) => (When::RowIsNew, When::RowExists),
            _ => (When::Always, When::Always),
        };
        if let Some(values) = operation.inserts
            && fills(eval, entity, &field, &eval.member(&args, values))
        {
            found.push(naming(FieldAccess::Write, if_new, INSERTS));
        }
        if let Some(values) = operation.updates
            && self.touches(eval, entity, &field, &eval.member(&args, values))
        {
            found.push(naming(FieldAccess::Write, if_there, UPDATES));
        }
        found
    }

    /// Why the rows of a query with these arguments, of which this is the source, carry the field although it is not named
    /// there.
    fn selected(
        &self,
        eval: &Evaluator<'_>,
        asked: Asked<'_>,
        (args, text): (&Known, &str),
        parts: Parts<'_>,
    ) -> Option<&'static str> {
        mapped(eval, asked.entity, asked)?;
        let selection = projection::Selection::of(eval, asked.entity, args, parts);
        let needed = selection.computed.iter().any(|name| name == asked.field);
        let elsewhere = selection.names(asked.field) && !text.contains(asked.field);
        let reasons =
            [(selection.carries_silently(asked.field), LOADS), (needed, NEEDS), (elsewhere, SELECTS)];
        reasons.into_iter().find_map(|(holds, why)| holds.then_some(why))
    }

    /// Whether a call of this kind makes the client look for the rows that point at the row that goes or changes, by the
    /// foreign key that is asked about.
    fn keeps_relations_by(
        &self,
        eval: &Evaluator<'_>,
        entity: EntityId,
        operation: &Operation,
        args: &Known,
        asked: Asked<'_>,
    ) -> bool {
        if !self.relations_in_client || !(operation.deletes || operation.updates.is_some()) {
            return false;
        }
        let relations = relations_over(eval, asked).into_iter().filter(|relation| relation.other == entity);
        relations.into_iter().any(|relation| {
            operation.deletes
                || operation.updates.is_some_and(|values| {
                    let keys = eval.keys(&eval.member(args, values).value).unwrap_or_default();
                    relation.references.iter().any(|name| keys.is_on(name))
                })
        })
    }

    /// Whether an `upsert` is one statement, `INSERT ... ON CONFLICT DO UPDATE`: the documented conditions ("Database
    /// upserts"), and something to update with.
    pub(super) fn is_native_upsert(&self, eval: &Evaluator<'_>, entity: EntityId, args: &Known) -> bool {
        let keys = |name: &str| eval.keys(&eval.member(args, name).value);
        let (Some(by), Some(create), Some(update)) = (keys("where"), keys("create"), keys("update")) else {
            return false;
        };
        let Some(info) = eval.entity(entity) else { return false };
        let is_unique = |name: &String| info.entity.unique_keys.iter().any(|(key, _)| key == name);
        let unique: Vec<&String> =
            by.keys.iter().map(|(name, _)| name).filter(|name| is_unique(name)).collect();
        let [unique] = unique.as_slice() else { return false };
        let plain = by.keys.len() == 1 || self.version.major(eval) < facts::UPSERT_NEEDS_A_PLAIN_KEY;
        let relation = |name: &str| {
            let field = info.entity.field(name);
            name == "_count" || field.is_some_and(|field| matches!(field.kind, FieldKind::Relation { .. }))
        };
        let nested =
            |name: &str| keys(name).is_some_and(|keys| keys.keys.iter().any(|(key, _)| relation(key)));
        self.upserts_natively
            && plain
            && !update.keys.is_empty()
            && ["create", "update", "select", "include"].iter().all(|name| !nested(name))
            && self.creates_what_it_looks_for(eval, &info.entity, unique, args, &create)
    }

    /// Whether `create` holds the values by which `where` looks for the row.
    fn creates_what_it_looks_for(
        &self,
        eval: &Evaluator<'_>,
        entity: &Entity,
        unique: &str,
        args: &Known,
        create: &crate::code::eval::Keys,
    ) -> bool {
        let by = eval.member(&eval.member(args, "where"), unique);
        let compound = entity.unique_keys.iter().find(|(name, fields)| name == unique && fields.len() > 1);
        let pairs: Vec<(&str, Known)> = match compound {
            Some((_, fields)) => {
                fields.iter().map(|field| (field.as_str(), eval.member(&by, field))).collect()
            }
            None => vec![(unique, by)],
        };
        pairs.iter().all(|(field, wanted)| {
            let given = create.keys.iter().find(|(name, _)| name == field).map(|(_, value)| value);
            match (given, &wanted.value) {
                (None, _) => false,
                (Some(Value::Str(given)), Value::Str(wanted)) => given == wanted,
                // Values that are not known are taken to be the same: that is what they are given for.
                (Some(_), _) => true,
            }
        })
    }

    /// Whether values make an UPDATE of the row itself, which sets a field that the client keeps (`@updatedAt`).
    fn touches(&self, eval: &Evaluator<'_>, entity: EntityId, field: &Field, values: &Known) -> bool {
        let rows = rows(eval, values);
        let Some(given) = eval.keys(&rows) else { return field.on_update && rows.is_unknown() };
        if !field.on_update || given.keys.iter().any(|(name, _)| *name == field.name) {
            return false;
        }
        let writes = |(name, value): &(String, Value)| match Relation::of(eval, entity, name) {
            None => true,
            Some(relation) => relation.is_held && self.relinks(eval, value),
        };
        !given.complete || given.keys.iter().any(writes)
    }

    /// Whether a nested write changes the foreign key that this side holds.
    fn relinks(&self, eval: &Evaluator<'_>, value: &Value) -> bool {
        let Some(verbs) = eval.keys(value) else { return true };
        verbs.keys.iter().any(|(name, _)| {
            verbs.is_on(name)
                && match facts::nested_write_of(name) {
                    Some(write) => self.sets_link(write, true) || write.if_new,
                    None => false,
                }
        })
    }

    fn sets_link(&self, write: &NestedWrite, has_items: bool) -> bool {
        match write.links {
            Links::No => false,
            Links::Set => true,
            Links::Replaced => has_items,
            Links::Cleared => false,
        }
    }

    /// What a key of a call's arguments names.
    pub(super) fn key_names(
        &self,
        eval: &Evaluator<'_>,
        key: &GivenKey<'_>,
        asked: Asked<'_>,
    ) -> Vec<Naming> {
        let Value::Library(shape) = key.shape else { return Vec::new() };
        let Value::Entity(entity) = shape.first() else { return Vec::new() };
        if key.off || key.value.value == Value::Null && shape.kind == keys::SELECT || shape.kind == keys::OMIT
        {
            return Vec::new();
        }
        if key.name == "_count" {
            return match shape.kind {
                keys::SELECT if eval.keys(&key.value.value).is_none() => counted(eval, entity, asked),
                _ => Vec::new(),
            };
        }
        let Some(relation) = Relation::of(eval, entity, key.name) else { return Vec::new() };
        let parts = shape.args.get(1..).unwrap_or_default();
        let mut found = Vec::new();
        let access = match shape.kind {
            keys::SELECT => FieldAccess::Read,
            keys::WHERE | keys::WHERE_UNIQUE | keys::RELATION_WHERE | keys::ORDER_BY | keys::COUNTED => {
                FieldAccess::Filter
            }
            keys::DATA | keys::NESTED_UPDATE => FieldAccess::Write,
            _ => return found,
        };
        if asked.entity == relation.other && shape.kind == keys::SELECT {
            let selected = self.selected(eval, asked, (key.value, key.text), parts);
            found.extend(selected.map(|why| naming(access, When::Always, why)));
        }
        if asked.entity == relation.other && access == FieldAccess::Write {
            found.extend(self.nested_names(eval, &relation, (key.value, key.text), asked));
        }
        if relation.follows_over(asked) {
            found.push(naming(access, When::Always, FOLLOWS));
        }
        found
    }

    /// What nested writes name of the rows at the other end.
    fn nested_names(
        &self,
        eval: &Evaluator<'_>,
        relation: &Relation,
        (value, text): (&Known, &str),
        asked: Asked<'_>,
    ) -> Vec<Naming> {
        let mut found = Vec::new();
        let Some(field) = mapped(eval, relation.other, asked) else { return found };
        for (write, given) in nested_writes(eval, &value.value) {
            let row = rows(eval, &given);
            let part =
                |name: &str| if name.is_empty() { given.clone() } else { member_of_rows(eval, &row, name) };
            let when = if write.if_new { When::RowIsNew } else { When::Always };
            if let Some(values) = write.inserts.filter(|_| !relation.is_there_for(write))
                && fills(eval, relation.other, &field, &part(values))
                && !relation.links.contains(&field.name)
            {
                found.push(naming(FieldAccess::Write, when, INSERTS));
            }
            let (there, always) = if write.if_new { (When::RowExists, false) } else { (When::Always, true) };
            if let Some(values) = write.updates {
                let values = match part(values) {
                    // `update: { name: "x" }` of a single row is the data itself.
                    data if always && !data.value.matters() => given.clone(),
                    data => data,
                };
                if self.touches(eval, relation.other, &field, &values) {
                    found.push(naming(FieldAccess::Write, there, UPDATES));
                }
            }
            let has_items = !is_emptied(text, write.name);
            let cleared = matches!(write.links, Links::Cleared | Links::Replaced)
                && self.version.major(eval) < facts::CLEARING_IS_NO_UPDATE;
            let sets = !relation.links.is_empty() && (cleared || self.sets_link(write, has_items));
            if sets && field.on_update && write.inserts.is_none_or(|_| write.if_new) {
                found.push(naming(FieldAccess::Write, there, UPDATES));
            }
        }
        found
    }

    /// The rows that nested writes make.
    pub(super) fn nested_inserts(&self, eval: &Evaluator<'_>, key: &GivenKey<'_>) -> Vec<RowInsert> {
        let Value::Library(shape) = key.shape else { return Vec::new() };
        let Value::Entity(entity) = shape.first() else { return Vec::new() };
        if !matches!(shape.kind, keys::DATA | keys::NESTED_UPDATE) {
            return Vec::new();
        }
        let Some(relation) = Relation::of(eval, entity, key.name) else { return Vec::new() };
        let mut found = Vec::new();
        for (write, given) in nested_writes(eval, &key.value.value) {
            let Some(values) = write.inserts.filter(|_| !relation.is_there_for(write)) else {
                continue;
            };
            let row = rows(eval, &given);
            let values = if values.is_empty() { given } else { member_of_rows(eval, &row, values) };
            let given = self.written(eval, relation.other, &rows(eval, &values));
            let links = relation.links.iter().cloned();
            let fields = given.fields.into_iter().chain(links.map(|name| (name, false))).collect();
            let when = if write.if_new { When::RowIsNew } else { When::Always };
            let Written { optional, complete, .. } = given;
            found.push(RowInsert {
                entity: relation.other,
                fields,
                optional,
                unsaid_nulls: Vec::new(),
                complete,
                when,
                range: key.range,
            });
        }
        found
    }

    /// What a call's values of rows set.
    pub(super) fn inserted(&self, eval: &Evaluator<'_>, entity: EntityId, values: &Known) -> Written {
        self.written(eval, entity, &rows(eval, values))
    }

    /// The fields that the values of a row set.
    pub(super) fn written(&self, eval: &Evaluator<'_>, entity: EntityId, row: &Value) -> Written {
        let keys = eval.declared_keys(row).unwrap_or_default();
        let fields = keys.keys.into_iter().map(|(name, value)| (name, value == Value::Null)).collect();
        let mut written = Written { fields, optional: keys.optional, complete: keys.complete };
        self.add_relation_columns(eval, entity, &mut written.fields);
        written
    }

    /// Keys and methods through which calls on other models reach the field, or make rows of the model.
    pub(super) fn keys_that_reach(
        &self,
        eval: &Evaluator<'_>,
        entity: EntityId,
        field: Option<&str>,
    ) -> Vec<String> {
        let Some(info) = eval.entity(entity).filter(|_| self.is_model(entity)) else { return Vec::new() };
        let mut names: Vec<String> = Vec::new();
        for (_, other) in eval.entities().into_iter().take(self.entities) {
            let leads = |field: &&Field| matches!(&field.kind, FieldKind::Relation { entity, .. } if *entity == info.entity.name);
            names.extend(other.entity.fields.iter().filter(leads).map(|field| field.name.clone()));
        }
        if let Some(field) = field {
            let own = relations_over(eval, Asked { entity, field });
            if !own.is_empty() {
                names.extend(own.into_iter().map(|relation| relation.name));
                names.push("_count".to_owned());
            }
        }
        names
    }

    /// Models whose rows the client looks after, over the foreign key that is asked about.
    pub(super) fn looked_after(&self, eval: &Evaluator<'_>, asked: Asked<'_>) -> Vec<EntityId> {
        if !self.relations_in_client || !self.is_model(asked.entity) {
            return Vec::new();
        }
        let relations = relations_over(eval, asked).into_iter();
        relations.filter(|relation| relation.is_held).map(|relation| relation.other).collect()
    }

    pub(super) fn is_model(&self, entity: EntityId) -> bool {
        (entity.0 as usize) < self.entities
    }
}

/// What values of a row set.
pub(super) struct Written {
    /// The fields, each with whether the value is the literal null.
    pub fields: Vec<(String, bool)>,
    /// Those among them that are not set at all times.
    pub optional: Vec<String>,
    /// Whether these are all.
    pub complete: bool,
}

/// A relation as one of its ends sees it.
struct Relation {
    name: String,
    other: EntityId,
    /// Whether this end holds the foreign key.
    is_held: bool,
    nullable: bool,
    /// This end.
    entity: EntityId,
    /// Fields of this end that the relation goes over.
    own: Vec<String>,
    /// Fields of the other end that it goes over.
    references: Vec<String>,
    /// Fields of the other end that hold the foreign key.
    links: Vec<String>,
}

impl Relation {
    fn of(eval: &Evaluator<'_>, entity: EntityId, name: &str) -> Option<Self> {
        let info = eval.entity(entity)?;
        let field = info.entity.field(name)?;
        let FieldKind::Relation { entity: target, fields, references, name: label, .. } = &field.kind else {
            return None;
        };
        let other = eval.entity_named(target)?;
        let is_held = !fields.is_empty();
        let (own, references, links) = match is_held {
            true => (fields.clone(), references.clone(), Vec::new()),
            false => {
                let opposite = eval.entity(other)?;
                let back = opposite.entity.fields.iter().find_map(|field| match &field.kind {
                    FieldKind::Relation { entity, fields, references, name, .. }
                        if *entity == info.entity.name && name == label && !fields.is_empty() =>
                    {
                        Some((fields.clone(), references.clone()))
                    }
                    FieldKind::Relation { .. } | FieldKind::Column { .. } | FieldKind::Computed => None,
                });
                let (links, own) = back.unwrap_or_default();
                (own, links.clone(), links)
            }
        };
        let (name, nullable) = (name.to_owned(), field.nullable);
        Some(Self { name, other, is_held, nullable, entity, own, references, links })
    }

    /// Whether a statement that follows the relation names the field.
    fn follows_over(&self, asked: Asked<'_>) -> bool {
        let is_it = |name: &String| name == asked.field;
        (asked.entity == self.entity && self.own.iter().any(is_it))
            || (asked.entity == self.other && self.references.iter().any(is_it))
    }

    /// Whether a nested write always finds a row at the other end, so that nothing is made for want of one: `upsert` over a
    /// foreign key that cannot be null.
    fn is_there_for(&self, write: &NestedWrite) -> bool {
        self.is_held && !self.nullable && write.updates.is_some()
    }
}

/// The relations of the entity itself that go over the field.
fn relations_over(eval: &Evaluator<'_>, asked: Asked<'_>) -> Vec<Relation> {
    let Some(info) = eval.entity(asked.entity) else { return Vec::new() };
    let names = info.entity.fields.iter().map(|field| field.name.as_str());
    let relations = names.filter_map(|name| Relation::of(eval, asked.entity, name));
    relations.filter(|relation| relation.follows_over(asked)).collect()
}

/// `_count: true` counts the rows of every list.
fn counted(eval: &Evaluator<'_>, entity: EntityId, asked: Asked<'_>) -> Vec<Naming> {
    let Some(info) = eval.entity(entity) else { return Vec::new() };
    let lists = info.entity.fields.iter().filter(|field| field.list);
    let over = |field: &Field| {
        Relation::of(eval, entity, &field.name).is_some_and(|relation| relation.follows_over(asked))
    };
    lists
        .filter(|field| over(field))
        .map(|_| naming(FieldAccess::Filter, When::Always, FOLLOWS))
        .take(1)
        .collect()
}

/// The field that is asked about, if it is one of the entity's that its client knows.
fn mapped(eval: &Evaluator<'_>, entity: EntityId, asked: Asked<'_>) -> Option<Field> {
    let info = eval.entity(entity).filter(|_| entity == asked.entity)?;
    info.entity.field(asked.field).filter(|field| !field.ignored).cloned()
}

/// Whether the client gives the field of a new row a value that the source does not.
fn fills(eval: &Evaluator<'_>, entity: EntityId, field: &Field, values: &Known) -> bool {
    let given = eval.keys(&rows(eval, values)).unwrap_or_default();
    let over = |name: &str| {
        Relation::of(eval, entity, name).is_some_and(|relation| relation.own.contains(&field.name))
    };
    let is_given = given.keys.iter().any(|(name, _)| *name == field.name || over(name));
    field.default == ValueSource::Orm && !is_given
}

/// The values of one row, where many may be given.
fn rows(eval: &Evaluator<'_>, values: &Known) -> Value {
    match &values.value {
        Value::List(_) | Value::Tuple(_) => eval.items(values).value,
        value => value.clone(),
    }
}

fn member_of_rows(eval: &Evaluator<'_>, row: &Value, name: &str) -> Known {
    eval.member(&Known::plain(row.clone()), name)
}

/// Whether the literal `[]` stands under a key in this source: a list without items has no value to tell it by.
fn is_emptied(text: &str, key: &str) -> bool {
    let dense: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    dense.contains(&format!("{key}:[]"))
}

/// The nested writes under a relation's key, each with what it is given.
fn nested_writes(eval: &Evaluator<'_>, value: &Value) -> Vec<(&'static NestedWrite, Known)> {
    let Some(verbs) = eval.keys(value) else { return Vec::new() };
    let written = verbs.keys.iter().filter(|(name, _)| verbs.is_on(name));
    written
        .filter_map(|(name, value)| Some((facts::nested_write_of(name)?, Known::plain(value.clone()))))
        .collect()
}

/// The relation that is followed from the row that a call gives, by a call on the call: `.posts()`.
fn fluent_relation(eval: &Evaluator<'_>, entity: EntityId, call: &Call<'_>) -> Option<Relation> {
    let module = call.module();
    let Parent::Expr(member) = module.expr(call.expr).parent else { return None };
    let ExprKind::Member { object, name, .. } = module.expr(member).kind else { return None };
    let Parent::Expr(outer) = module.expr(member).parent else { return None };
    match module.expr(outer).kind {
        ExprKind::Call { callee, .. } if callee == member && object == call.expr => {
            Relation::of(eval, entity, module.text(name))
        }
        _ => None,
    }
}

/// The source of a call's arguments.
fn call_text<'m>(call: &Call<'m>) -> &'m str {
    call.positional(0).map_or("", |args| call.module().slice(call.module().expr(args).range))
}

/// What the client was made with that a fluent call began on.
fn fluent_parts(eval: &Evaluator<'_>, call: &Call<'_>) -> Vec<Value> {
    let module = call.module();
    let mut callee = call.callee;
    loop {
        let ExprKind::Member { object, .. } = module.expr(callee).kind else { return Vec::new() };
        match module.expr(object).kind {
            ExprKind::Call { callee: inner, .. } => callee = inner,
            _ => {
                let value = eval.expr(call.cx, object).value;
                let delegate = value.library(DELEGATE);
                return delegate.and_then(|delegate| delegate.args.get(1..)).unwrap_or_default().to_vec();
            }
        }
    }
}

/// The arguments of a call, as a shape that keeps what its client was made with.
pub(super) fn args_shape(delegate: &LibraryValue, operation: impl Into<std::rc::Rc<str>>) -> Value {
    LibraryValue::named(ARGS, delegate.args.clone(), operation)
}
