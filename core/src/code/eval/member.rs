//! `object.name`, `object[key]`, items of what is iterated.

use std::rc::Rc;

use crate::code::eval::builtins::paths;
use crate::code::eval::declared::is_sql_row;
use crate::code::eval::keys::entries_of;
use crate::code::eval::{Context, Evaluator, Question};
use crate::code::library::Library;
use crate::code::project::ImportTarget;
use crate::code::tree::{EntryKey, ExprId, TypeKind};
use crate::code::value::{Fields, Known, Place, Projection, Row, Value};
use crate::schema::{EntityId, Field, FieldKind};

impl Evaluator<'_> {
    /// `object.name`.
    pub fn member(&self, object: &Known, name: &str) -> Known {
        let found: Vec<Known> = object
            .value
            .alternatives()
            .iter()
            .filter(|value| **value != Value::Null)
            .map(|value| {
                let known = self.member_of(value, name);
                Known {
                    likely: known.likely || object.likely,
                    trail: if known.trail.is_some() { known.trail } else { object.trail.clone() },
                    value: known.value,
                }
            })
            .collect();
        self.join(found)
    }

    /// `value.name` of one alternative.
    fn member_of(&self, value: &Value, name: &str) -> Known {
        for library in self.libraries() {
            if let Some(found) = library.member(self, value, name) {
                let trail = library.member_proof(self, value, name);
                return Known { value: found, likely: false, trail };
            }
        }
        if let Some(found) = paths::member(value, name) {
            return Known::plain(found);
        }
        match value {
            Value::Row(row) => self.row_member(row, name),
            Value::Object(place) => self.ask_member(value, name, || self.object_member(*place, name)),
            Value::TypeObject(place) => self.type_object_member(*place, name),
            Value::Merged(parts) => self.ask_member(value, name, || {
                // What a column of an SQL row is, the type says that code declares for it.
                let parts = parts.iter().rev().filter(|part| !is_sql_row(part));
                let mut found = parts.map(|part| self.member(&Known::plain(part.clone()), name));
                found.find(|known| !known.value.is_unknown()).unwrap_or_else(Known::unknown)
            }),
            Value::Class(class) => self.static_member(*class, name),
            Value::Instance(class, args) => self.instance_member(*class, args, value, name),
            Value::Entity(entity) => match self.entity(*entity).and_then(|info| info.class) {
                Some(class) => self.static_member(class, name),
                None => Known::unknown(),
            },
            Value::Module(file) => {
                let exported = self.export(*file, name);
                if exported.value.is_unknown() {
                    self.submodule(&ImportTarget::File(*file), name).unwrap_or(exported)
                } else {
                    exported
                }
            }
            Value::Package(path) => {
                self.submodule(&ImportTarget::Folder(path.to_string()), name).unwrap_or_else(Known::unknown)
            }
            Value::External(path) => Known::plain(Value::external(format!("{path}.{name}"))),
            Value::Tuple(items) => match name.strip_prefix('_').and_then(|index| index.parse::<usize>().ok())
            {
                Some(index) => Known::plain(items.get(index).cloned().unwrap_or(Value::Unknown)),
                // A result row as a mapping (SQLAlchemy's `Row`, `NamedTuple`).
                None if matches!(name, "_mapping" | "_asdict") && is_sql_row(value) => {
                    Known::plain(value.clone())
                }
                None => Known::plain(Value::Method(Rc::new(value.clone()), Rc::from(name))),
            },
            Value::List(_) if name == "length" => Known::plain(Value::Other),
            // A value of an argument's type is read like the object that it describes.
            Value::Library(_) if self.key_meaning(value, name).is_some() => {
                Known::plain(self.key_meaning(value, name).map_or(Value::Unknown, |meaning| meaning.shape))
            }
            Value::Map(item) => {
                if is_map_method(name) {
                    Known::plain(Value::Method(Rc::new(value.clone()), Rc::from(name)))
                } else {
                    Known::plain((**item).clone())
                }
            }
            Value::ExternalInstance(path, _) => {
                let added = self.augmented_member(path, value, name);
                let method = || Known::plain(Value::Method(Rc::new(value.clone()), Rc::from(name)));
                if added.value.is_unknown() { method() } else { added }
            }
            Value::List(_)
            | Value::Promise(_)
            | Value::Library(_)
            | Value::Field(..)
            | Value::Function(_)
            | Value::Callable { .. }
            | Value::Str(_)
            | Value::FieldName(_) => Known::plain(Value::Method(Rc::new(value.clone()), Rc::from(name))),
            Value::Other => Known::plain(Value::Other),
            Value::Unknown | Value::Null | Value::Union(_) | Value::Method(..) | Value::Alias(_) => {
                Known::unknown()
            }
        }
    }

    /// A member that may lead back to itself: `options = {**options, "a": 1}`.
    fn ask_member(&self, value: &Value, name: &str, answer: impl FnOnce() -> Known) -> Known {
        self.ask(Question::Member(value.clone(), Rc::from(name)), answer)
    }

    /// A field, or a member of the class behind the row.
    fn row_member(&self, row: &Row, name: &str) -> Known {
        // What a Python object holds, by name.
        if name == "__dict__" {
            return Known::plain(Value::Row(row.clone()));
        }
        let Some(info) = self.entity(row.entity) else { return Known::unknown() };
        if let Projection::Some(fields) = &row.projection
            && let Some(nested) = fields.nested.get(name)
        {
            return Known::plain(nested.clone());
        }
        if let Some(field) = info.entity.field(name)
            && !matches!(field.kind, FieldKind::Computed)
        {
            return Known::plain(self.field_value(field));
        }
        match info.class {
            Some(class) => self.instance_member(class, &[], &Value::Row(row.clone()), name),
            None => Known::unknown(),
        }
    }

    /// The value of a field of a loaded row.
    pub fn field_value(&self, field: &Field) -> Value {
        let value = match &field.kind {
            FieldKind::Relation { entity, .. } => match self.entity_named(entity) {
                // Nobody says whether it is one or many.
                Some(id) if field.type_name == "?" => {
                    Value::union([Row::whole(id), Value::list(Row::whole(id))])
                }
                Some(id) if field.list => Value::list(Row::whole(id)),
                Some(id) => Row::whole(id),
                None => Value::Unknown,
            },
            FieldKind::Column { .. } if field.list => Value::list(Value::Other),
            FieldKind::Column { .. } => Value::Other,
            FieldKind::Computed => Value::Unknown,
        };
        if field.nullable && !field.list { Value::union([value, Value::Null]) } else { value }
    }

    /// The value under a key of an object literal.
    fn object_member(&self, place: Place<ExprId>, name: &str) -> Known {
        let Some(module) = self.module(place.file) else { return Known::unknown() };
        let cx = Context { module: &module, frame: place.frame };
        for entry in entries_of(&module, place.id).iter().rev() {
            match entry.key {
                EntryKey::Name(key) | EntryKey::Shorthand(key) if module.text(key) == name => {
                    return self.expr(cx, entry.value);
                }
                EntryKey::Spread => {
                    let spread = self.expr(cx, entry.value);
                    let found = self.member(&spread, name);
                    if !found.value.is_unknown() {
                        return found;
                    }
                }
                EntryKey::Computed(key) if self.expr(cx, key).value.as_str() == Some(name) => {
                    return self.expr(cx, entry.value);
                }
                EntryKey::Name(_) | EntryKey::Shorthand(_) | EntryKey::Computed(_) => {}
            }
        }
        // A dict's own methods.
        if module.language.is_python() && is_map_method(name) {
            return Known::plain(Value::Method(Rc::new(Value::Object(place)), Rc::from(name)));
        }
        Known::unknown()
    }

    fn type_object_member(&self, place: Place<crate::code::tree::TypeId>, name: &str) -> Known {
        let Some(module) = self.module(place.file) else { return Known::unknown() };
        let cx = Context { module: &module, frame: place.frame };
        let TypeKind::Object(members) = &module.ty(place.id).kind else { return Known::unknown() };
        let found = members.iter().find(|member| module.text(member.name) == name);
        found.and_then(|member| member.ty).map_or_else(Known::unknown, |ty| self.type_value(cx, ty))
    }

    /// `object[index]` for an index of this value.
    pub fn index(&self, object: &Known, index: &Value) -> Known {
        let of = |value: &Value| match (value, index) {
            (Value::List(item), _) => Known::plain((**item).clone()),
            (Value::Tuple(items), _) => Known::plain(Value::union(items.iter().cloned())),
            (Value::Map(item), _) => Known::plain((**item).clone()),
            (value, Value::Str(key)) => self.member_of(value, key),
            (value, Value::Union(keys)) if keys.iter().all(|key| matches!(key, Value::Str(_))) => {
                let keys = keys.iter().filter_map(Value::as_str);
                let members: Vec<Known> = keys.map(|key| self.member_of(value, key)).collect();
                self.join(members)
            }
            (Value::External(path), index) => {
                Known::plain(self.type_by_path(path, std::slice::from_ref(index)))
            }
            (Value::Object(place), _) => Known::plain(self.object_values(*place)),
            (Value::Other, _) => Known::plain(Value::Other),
            (Value::Merged(parts), index) => {
                let mut found = parts.iter().rev().map(|part| self.index(&Known::plain(part.clone()), index));
                found.find(|known| !known.value.is_unknown()).unwrap_or_else(Known::unknown)
            }
            (Value::Library(_), _) => {
                let found = self.libraries().find_map(|library| library.member(self, value, "[]"));
                found.map_or_else(Known::unknown, Known::plain)
            }
            _ => Known::unknown(),
        };
        let found: Vec<Known> = object.value.alternatives().iter().map(of).collect();
        let joined = self.join(found);
        Known {
            likely: joined.likely || object.likely,
            trail: joined.trail.or_else(|| object.trail.clone()),
            ..joined
        }
    }

    /// `object[1]`, `object[-1]`.
    pub fn at_position(&self, object: &Known, position: isize) -> Known {
        let of = |value: &Value| match value {
            Value::Tuple(items) => {
                let length = isize::try_from(items.len()).unwrap_or(isize::MAX);
                let index = usize::try_from(if position < 0 { length + position } else { position }).ok();
                index.and_then(|index| items.get(index)).cloned().unwrap_or(Value::Unknown)
            }
            Value::Instance(class, args) if position >= 0 => {
                self.named_tuple_item(*class, args, position.unsigned_abs())
            }
            other => self.index(&Known::plain(other.clone()), &Value::Other).value,
        };
        object.with(Value::union(
            object.value.alternatives().iter().map(of).filter(|value| !value.is_unknown()),
        ))
    }

    /// All values of an object literal.
    pub fn object_values(&self, place: Place<ExprId>) -> Value {
        let Some(module) = self.module(place.file) else { return Value::Unknown };
        let cx = Context { module: &module, frame: place.frame };
        Value::union(
            entries_of(&module, place.id)
                .iter()
                .filter(|entry| entry.key != EntryKey::Spread)
                .map(|entry| self.expr(cx, entry.value).value),
        )
    }

    /// What one item of an iterated value is.
    pub fn items(&self, iterated: &Known) -> Known {
        let of = |value: &Value| match value {
            Value::List(item) => (**item).clone(),
            Value::Tuple(items) => Value::union(items.iter().cloned()),
            Value::Map(_) | Value::Object(_) | Value::Other | Value::Str(_) => Value::Other,
            // `for await` and Python's `async for`.
            Value::Promise(inner) => match &**inner {
                Value::List(item) => (**item).clone(),
                _ => Value::Unknown,
            },
            value => {
                self.libraries().find_map(|library| library.iterate(self, value)).unwrap_or(Value::Unknown)
            }
        };
        iterated.with(Value::union(
            iterated.value.alternatives().iter().filter(|value| **value != Value::Null).map(of),
        ))
    }

    /// As [`Self::items`] in JavaScript, where a map gives its entries.
    pub fn iterated(&self, iterated: &Known) -> Known {
        let entries: Vec<Value> = iterated
            .value
            .alternatives()
            .iter()
            .map(|value| match value {
                Value::Map(item) => Value::list(Value::Tuple(Rc::from([Value::Other, (**item).clone()]))),
                value => value.clone(),
            })
            .collect();
        self.items(&iterated.with(Value::union(entries)))
    }

    /// The item at a fixed position.
    pub fn nth(&self, value: &Known, index: usize) -> Known {
        let of = |alternative: &Value| match alternative {
            Value::Tuple(items) => items.get(index).cloned().unwrap_or(Value::Unknown),
            Value::Instance(class, args) => self.named_tuple_item(*class, args, index),
            other => self.items(&Known::plain(other.clone())).value,
        };
        value.with(Value::union(value.value.alternatives().iter().map(of)))
    }

    /// What `with manager as x` binds.
    pub fn entered(&self, manager: &Known) -> Known {
        let of = |value: &Value| match value {
            // A generator function under `@contextmanager`.
            Value::List(item) => (**item).clone(),
            Value::Promise(inner) => match &**inner {
                Value::List(item) => (**item).clone(),
                inner => inner.clone(),
            },
            Value::Instance(class, args) => ["__aenter__", "__enter__"]
                .into_iter()
                .map(|method| self.instance_member(*class, args, value, method))
                .find(|known| !known.value.is_unknown())
                .map_or_else(|| value.clone(), |method| self.call_without_arguments(&method).value.awaited()),
            Value::Library(_) => self
                .libraries()
                .find_map(|library| library.member(self, value, "__enter__"))
                .unwrap_or_else(|| value.clone()),
            value => value.clone(),
        };
        manager.with(Value::union(manager.value.alternatives().iter().map(of)))
    }

    /// The entities whose field `name` is read by `value.name`: through rows, and through whatever spreads, extends or
    /// intersects one without a member of that name of its own.
    pub fn entities_behind(&self, value: &Value, name: &str) -> Vec<EntityId> {
        let mut found = Vec::new();
        self.collect_entities(value, name, 0, &mut found);
        found.sort();
        found.dedup();
        found
    }

    fn collect_entities(&self, value: &Value, name: &str, depth: u32, found: &mut Vec<EntityId>) {
        if depth > 8 {
            return;
        }
        match value {
            Value::Row(row) if row.carries(name) => found.push(row.entity),
            Value::Union(items) => {
                items.iter().for_each(|item| self.collect_entities(item, name, depth + 1, found))
            }
            Value::Merged(parts) => {
                for part in parts.iter().rev() {
                    if self.has_own_member(part, name) {
                        return;
                    }
                    let before = found.len();
                    self.collect_entities(part, name, depth + 1, found);
                    if found.len() > before {
                        return;
                    }
                }
            }
            Value::Instance(class, args) if !self.declares_member(*class, name) => {
                for base in self.base_values(*class, args) {
                    self.collect_entities(&base, name, depth + 1, found);
                }
            }
            Value::ExternalInstance(path, _) => {
                for class in self.augmenting(path) {
                    self.collect_entities(&self.instance_of(class, &[]), name, depth + 1, found);
                }
            }
            Value::Object(place) => self.collect_spread_entities(*place, name, depth, found),
            // A value of an argument's type (`Prisma.UserCreateInput`).
            Value::Library(_) => {
                let names = self.key_meaning(value, name).map(|meaning| meaning.names).unwrap_or_default();
                found.extend(names.into_iter().filter(|named| named.field == name).map(|named| named.entity));
            }
            // A result row carries the columns that were selected, by name.
            Value::Tuple(items) => found.extend(items.iter().filter_map(|item| match item {
                Value::Field(entity, field) if &**field == name => Some(*entity),
                _ => None,
            })),
            _ => {}
        }
    }

    fn collect_spread_entities(
        &self,
        place: Place<ExprId>,
        name: &str,
        depth: u32,
        found: &mut Vec<EntityId>,
    ) {
        let Some(module) = self.module(place.file) else { return };
        let cx = Context { module: &module, frame: place.frame };
        for entry in entries_of(&module, place.id).iter().rev() {
            match entry.key {
                EntryKey::Name(key) | EntryKey::Shorthand(key) if module.text(key) == name => return,
                EntryKey::Spread => {
                    let spread = self.expr(cx, entry.value);
                    self.collect_entities(&spread.value, name, depth + 1, found);
                }
                EntryKey::Name(_) | EntryKey::Shorthand(_) | EntryKey::Computed(_) => {}
            }
        }
    }

    /// Whether a part of a merged value has a member of that name that is no row's.
    fn has_own_member(&self, value: &Value, name: &str) -> bool {
        match value {
            Value::TypeObject(place) => {
                self.module(place.file).is_some_and(|module| match &module.ty(place.id).kind {
                    TypeKind::Object(members) => {
                        members.iter().any(|member| module.text(member.name) == name)
                    }
                    _ => false,
                })
            }
            Value::Instance(class, _) => self.declares_member(*class, name),
            _ => false,
        }
    }

    /// The value with only (`keep`) or without the named members, as `Pick` and `Omit` give it.
    pub fn projected(&self, value: &Value, names: &[Rc<str>], keep: bool) -> Value {
        match value {
            Value::Row(row) => Value::Row(self.project_row(row, names, keep)),
            Value::Union(items) => Value::union(items.iter().map(|item| self.projected(item, names, keep))),
            Value::Merged(parts) => {
                Value::Merged(parts.iter().map(|part| self.projected(part, names, keep)).collect())
            }
            value => {
                let of = |library: &dyn Library| library.projected(self, value, names, keep);
                self.libraries().find_map(of).unwrap_or_else(|| value.clone())
            }
        }
    }

    /// The value with members that may all be left out, as `Partial` gives it.
    pub fn loosened(&self, value: &Value) -> Value {
        match value {
            Value::Row(row) => {
                let fields = Fields { optional: true, ..fields_of(row) };
                Value::Row(Row { entity: row.entity, projection: Projection::Some(Rc::new(fields)) })
            }
            Value::Union(items) => Value::union(items.iter().map(|item| self.loosened(item))),
            Value::Merged(parts) => Value::Merged(parts.iter().map(|part| self.loosened(part)).collect()),
            value => {
                let of = |library: &dyn Library| library.loosened(value);
                self.libraries().find_map(of).unwrap_or_else(|| value.clone())
            }
        }
    }

    fn project_row(&self, row: &Row, names: &[Rc<str>], keep: bool) -> Row {
        let mut fields = fields_of(row);
        if keep {
            let carried: Vec<Rc<str>> = names.iter().filter(|name| row.carries(name)).cloned().collect();
            fields.nested.retain(|name, _| names.contains(name));
            fields = Fields { columns: false, without: Vec::new(), only: carried, picked: true, ..fields };
        } else {
            fields.nested.retain(|name, _| !names.contains(name));
            fields.only.retain(|name| !names.contains(name));
            fields.without.extend(names.iter().cloned());
        }
        Row { entity: row.entity, projection: Projection::Some(Rc::new(fields)) }
    }
}

/// The fields of a row, to be changed.
fn fields_of(row: &Row) -> Fields {
    match &row.projection {
        Projection::All | Projection::Loaded(_) => Fields { columns: true, ..Fields::default() },
        Projection::Some(fields) => (**fields).clone(),
    }
}

/// Methods of dictionaries and maps in both languages: other names are keys.
fn is_map_method(name: &str) -> bool {
    const METHODS: &[&str] = &[
        "get",
        "items",
        "values",
        "keys",
        "pop",
        "setdefault",
        "update",
        "copy",
        "popitem",
        "clear",
        "set",
        "has",
        "delete",
        "entries",
        "forEach",
        "size",
    ];
    METHODS.contains(&name)
}
