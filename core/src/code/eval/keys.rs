//! The keys of objects: which are there, which may be, and whether these are all.

use std::borrow::Cow;

use crate::code::eval::{Context, Evaluator};
use crate::code::tree::{Argument, Entry, EntryKey, ExprId, ExprKind, MemberKind, Module, TypeId, TypeKind};
use crate::code::value::{ClassRef, Place, Row, Value};
use crate::schema::FieldKind;

/// Spreads are followed so deep: an object may spread itself.
const DEEPEST_SPREAD: u32 = 6;

/// The keys of an object, with the values under them.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// Each key once; the last value counts.
    pub keys: Vec<(String, Value)>,
    /// The keys under which the literal `false` stands.
    pub off: Vec<String>,
    /// The keys that are not there at all times, or that a type lets be null.
    pub optional: Vec<String>,
    /// Whether these are all.
    pub complete: bool,
}

/// What counts as an object whose keys are known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Literals and types of objects.
    Written,
    /// Interfaces, classes and rows too: values of TypeScript have the keys that are declared for them.
    Declared,
}

impl Evaluator<'_> {
    /// The keys of an object literal or object type; `None` where the value is neither.
    pub fn keys(&self, value: &Value) -> Option<Keys> {
        self.keys_at(value, Known::Written, 0)
    }

    /// As [`Self::keys`], of values of TypeScript that have a declared type too: of an interface, of a class, of a row.
    pub fn declared_keys(&self, value: &Value) -> Option<Keys> {
        self.keys_at(value, Known::Declared, 0)
    }

    fn keys_at(&self, value: &Value, known: Known, depth: u32) -> Option<Keys> {
        if depth > DEEPEST_SPREAD {
            return None;
        }
        let (mut found, mut open, mut absent) = (None::<Keys>, false, false);
        for alternative in value.alternatives() {
            if *alternative == Value::Null {
                absent = true;
                continue;
            }
            match self.keys_of(alternative, known, depth) {
                Some(keys) => match &mut found {
                    Some(found) => found.or(keys),
                    None => found = Some(keys),
                },
                None => open = true,
            }
        }
        let mut found = found?;
        found.complete &= !open;
        if absent {
            found.optional = found.keys.iter().map(|(key, _)| key.clone()).collect();
        }
        Some(found)
    }

    fn keys_of(&self, value: &Value, known: Known, depth: u32) -> Option<Keys> {
        let mut found = Keys { complete: true, ..Keys::default() };
        match value {
            Value::Object(place) => self.literal_keys(*place, known, depth, &mut found),
            Value::TypeObject(place) => self.type_keys(*place, &mut found),
            Value::Merged(parts) => {
                for part in parts.iter() {
                    found.absorb_or_open(self.keys_at(part, known, depth + 1));
                }
            }
            Value::Instance(class, args) if known == Known::Declared => {
                self.class_keys(*class, args, depth, &mut found)?;
            }
            Value::Row(row) if known == Known::Declared => self.row_keys(row, &mut found)?,
            Value::Library(_) if known == Known::Declared => {
                return self.libraries().find_map(|library| library.keys(self, value));
            }
            _ => return None,
        }
        Some(found)
    }

    fn literal_keys(&self, place: Place<ExprId>, known: Known, depth: u32, found: &mut Keys) {
        let Some(module) = self.module(place.file) else { return };
        let cx = Context { module: &module, frame: place.frame };
        for entry in entries_of(&module, place.id).iter() {
            match entry.key {
                EntryKey::Name(key) | EntryKey::Shorthand(key) => {
                    let value = self.expr(cx, entry.value).value;
                    let off = is_false(&module, entry.value);
                    found.set(module.text(key), value, off);
                }
                EntryKey::Computed(key) => match self.expr(cx, key).value {
                    Value::Str(key) | Value::Field(_, key) => {
                        let value = self.expr(cx, entry.value).value;
                        found.set(&key, value, is_false(&module, entry.value));
                    }
                    _ => found.complete = false,
                },
                EntryKey::Spread => {
                    let spread = self.expr(cx, entry.value).value;
                    found.absorb_or_open(self.keys_at(&spread, known, depth + 1));
                }
            }
        }
        for put in self.put_later(cx, place.id, false) {
            match put.name.filter(|_| put.certain) {
                Some(key) if put.default && found.has(&key) => {}
                Some(key) => found.set(&key, put.value, false),
                None => found.complete = false,
            }
        }
    }

    fn type_keys(&self, place: Place<TypeId>, found: &mut Keys) {
        let Some(module) = self.module(place.file) else { return };
        let cx = Context { module: &module, frame: place.frame };
        let TypeKind::Object(members) = &module.ty(place.id).kind else { return };
        for member in members {
            let value = member.ty.map_or(Value::Unknown, |ty| self.type_value(cx, ty).value);
            found.declare(module.text(member.name), value, member.optional);
        }
    }

    /// The fields of a class or interface of TypeScript, with those of its bases.
    fn class_keys(&self, class: ClassRef, args: &[Value], depth: u32, found: &mut Keys) -> Option<()> {
        let module = self.module(class.file).filter(|module| !module.language.is_python())?;
        for base in self.base_values(class, args) {
            found.absorb_or_open(self.keys_at(&base, Known::Declared, depth + 1));
        }
        for member in module.class(class.id).members.iter().filter(|member| !member.is_static) {
            if let MemberKind::Field { annotation, .. } = member.kind {
                let cx = Context::of(&module);
                let value = annotation.map_or(Value::Unknown, |ty| self.type_value(cx, ty).value);
                found.declare(module.text(member.name), value, member.optional);
            }
        }
        Some(())
    }

    /// The columns that a row carries, and what it was loaded with.
    fn row_keys(&self, row: &Row, found: &mut Keys) -> Option<()> {
        let info = self.entity(row.entity).filter(|info| info.class.is_none())?;
        for field in &info.entity.fields {
            let is_column = matches!(field.kind, FieldKind::Column { .. });
            if row.carries(&field.name) && (is_column || row.holds(&field.name)) {
                found.set(&field.name, self.field_value(field), false);
            }
        }
        if row.is_optional() {
            found.optional = found.keys.iter().map(|(key, _)| key.clone()).collect();
        }
        Some(())
    }
}

impl Keys {
    /// Whether a key is there and not switched off.
    pub fn is_on(&self, key: &str) -> bool {
        self.keys.iter().any(|(known, value)| known == key && *value != Value::Null) && !self.is_off(key)
    }

    /// Whether the literal `false` stands under a key.
    pub fn is_off(&self, key: &str) -> bool {
        self.off.iter().any(|known| known == key)
    }

    fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|(known, _)| known == key)
    }

    fn set(&mut self, key: &str, value: Value, off: bool) {
        self.keys.retain(|(known, _)| known != key);
        self.off.retain(|known| known != key);
        self.optional.retain(|known| known != key);
        self.keys.push((key.to_owned(), value));
        if off {
            self.off.push(key.to_owned());
        }
    }

    /// Sets a key as a type declares it.
    fn declare(&mut self, key: &str, value: Value, optional: bool) {
        let optional = optional || value.alternatives().contains(&Value::Null);
        self.set(key, value, false);
        if optional {
            self.optional.push(key.to_owned());
        }
    }

    /// Takes up what is spread: a key that may not be there leaves what was there before.
    fn absorb(&mut self, inner: Keys) {
        self.complete &= inner.complete;
        for (key, value) in inner.keys {
            let off = inner.off.contains(&key);
            let optional = inner.optional.contains(&key) && (!self.has(&key) || self.optional.contains(&key));
            self.set(&key, value, off);
            if optional {
                self.optional.push(key);
            }
        }
    }

    fn absorb_or_open(&mut self, inner: Option<Keys>) {
        match inner {
            Some(inner) => self.absorb(inner),
            None => self.complete = false,
        }
    }

    /// Takes up the keys of another form of the same object.
    fn or(&mut self, other: Keys) {
        let missing = |keys: &Keys, than: &Keys| {
            let only = keys.keys.iter().filter(|(key, _)| !than.has(key));
            only.map(|(key, _)| key.clone()).collect::<Vec<_>>()
        };
        let mut optional = missing(self, &other);
        optional.extend(missing(&other, self));
        optional.append(&mut self.optional);
        optional.extend(other.optional.iter().cloned());
        self.absorb(other);
        optional.sort();
        optional.dedup();
        self.optional = optional;
    }
}

/// The entries of an object literal, or of `dict(email=x, **more)`.
pub(super) fn entries_of(module: &Module, object: ExprId) -> Cow<'_, [Entry]> {
    match &module.expr(object).kind {
        ExprKind::Object { entries } => Cow::Borrowed(entries),
        ExprKind::Call { args, .. } => {
            let entry = |arg: &Argument| Entry {
                key: arg.name.map_or(EntryKey::Spread, EntryKey::Name),
                value: arg.value,
            };
            Cow::Owned(args.iter().map(entry).collect())
        }
        _ => Cow::Borrowed(&[]),
    }
}

fn is_false(module: &Module, expr: ExprId) -> bool {
    matches!(module.expr(expr).kind, ExprKind::Bool(false))
}
