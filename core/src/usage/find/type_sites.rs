//! What a name means that stands in a type: a key of `Pick`, a member of a generated type's argument.

use crate::code::eval::Context;
use crate::code::library::{FieldAccess, NamedField};
use crate::code::tree::{Ident, Module, TypeId, TypeKind};
use crate::code::value::{Known, Value};
use crate::usage::find::Finder;
use crate::usage::find::sites::{Meaning, Resolution};

impl Finder<'_> {
    pub(super) fn resolve_type_literal(&self, cx: Context<'_>, ty: TypeId, name: &str) -> Resolution {
        let Some(object) = object_of_key_type(cx.module, ty) else { return Resolution::Fields(Vec::new()) };
        let value = self.eval.type_value(cx, object);
        let mut resolution = self.fields_of_value(&value, name, FieldAccess::Read);
        // `Exclude<keyof User, "email">`.
        if let Resolution::Fields(found) = &mut resolution {
            found.extend(value.value.alternatives().iter().filter_map(|alternative| {
                let Value::FieldName(entity) = alternative else { return None };
                let named = NamedField {
                    entity: *entity,
                    field: name.to_owned(),
                    access: FieldAccess::Read,
                    in_query: false,
                };
                Some(Meaning { named, mapping: false, known: value.clone() })
            }));
        }
        resolution
    }

    /// A member of an object type in the argument of a library's type: `UserGetPayload<{ select: { email: true } }>`.
    pub(super) fn resolve_type_member(&self, cx: Context<'_>, object: TypeId, name: &str) -> Resolution {
        let none = Resolution::Fields(Vec::new());
        let Some((holder, argument)) = holder_of(cx.module, object) else { return none };
        let Some(wanted) = self.argument_shape(cx, holder, argument) else { return none };
        let mut shape = Known::plain(wanted);
        for key in keys_to(cx.module, argument, object) {
            shape = self.eval.wanted_key(&shape, cx.module.text(key));
        }
        self.fields_of_shape(&shape, name)
    }

    /// The shape that an argument of a library's type has to have.
    fn argument_shape(&self, cx: Context<'_>, holder: TypeId, argument: TypeId) -> Option<Value> {
        let TypeKind::Name { path, args } = &cx.module.ty(holder).kind else { return None };
        let index = args.iter().position(|arg| *arg == argument)?;
        let (first, rest) = path.split_first()?;
        let scope = cx.module.ty(holder).scope;
        let start = self.eval.name_value(cx, scope, cx.module.text(*first), u32::MAX);
        let named = rest.iter().fold(start, |known, part| self.eval.member(&known, cx.module.text(*part)));
        let Value::External(path) = &named.value else { return None };
        self.eval.libraries().find_map(|library| library.type_argument(&self.eval, path, index))
    }
}

/// The smallest named type with an argument around an object type, and that argument.
fn holder_of(module: &Module, object: TypeId) -> Option<(TypeId, TypeId)> {
    let range = module.ty(object).range;
    let mut best: Option<(u32, TypeId, TypeId)> = None;
    for (index, ty) in (0..).zip(&module.types) {
        let TypeKind::Name { args, .. } = &ty.kind else { continue };
        let Some(argument) = args.iter().find(|arg| module.ty(**arg).range.contains_range(range)) else {
            continue;
        };
        let size = ty.range.end - ty.range.start;
        if best.is_none_or(|(smallest, ..)| size < smallest) {
            best = Some((size, TypeId(index), *argument));
        }
    }
    best.map(|(_, holder, argument)| (holder, argument))
}

/// The keys that lead from an object type to one inside it.
fn keys_to(module: &Module, from: TypeId, to: TypeId) -> Vec<Ident> {
    let mut keys = Vec::new();
    let mut current = from;
    while current != to {
        let TypeKind::Object(members) = &module.ty(current).kind else { break };
        let range = module.ty(to).range;
        let inner = members.iter().find_map(|member| {
            let ty = member.ty?;
            module.ty(ty).range.contains_range(range).then_some((member.name, ty))
        });
        let Some((key, ty)) = inner else { break };
        keys.push(key);
        current = ty;
    }
    keys
}

/// Whether a string literal type is a name that is left out: `Omit<User, "email">`.
pub(super) fn leaves_out(module: &Module, literal: TypeId) -> bool {
    holder_of_key(module, literal).is_some_and(|(holder, _)| match &module.ty(holder).kind {
        TypeKind::Name { path, .. } => {
            path.last().is_some_and(|name| matches!(module.text(*name), "Omit" | "Exclude"))
        }
        _ => false,
    })
}

/// The type whose key a string literal type is: `Pick<User, "email">`, `User["email"]`.
fn object_of_key_type(module: &Module, literal: TypeId) -> Option<TypeId> {
    holder_of_key(module, literal).map(|(_, object)| object)
}

/// The innermost type in which a string literal type is a key, and the object that it is a key of.
fn holder_of_key(module: &Module, literal: TypeId) -> Option<(TypeId, TypeId)> {
    let range = module.ty(literal).range;
    let ids = (0..u32::try_from(module.types.len()).unwrap_or(0)).map(TypeId);
    let mut best: Option<(usize, (TypeId, TypeId))> = None;
    for id in ids {
        let holder = module.ty(id);
        if !holder.range.contains_range(range) || holder.range == range {
            continue;
        }
        let object = match &holder.kind {
            TypeKind::Name { path, args } => {
                let name = path.last().map(|name| module.text(*name));
                let [object, keys] = args.as_slice() else { continue };
                let holds = module.ty(*keys).range.contains_range(range);
                (holds && matches!(name, Some("Pick" | "Omit" | "Extract" | "Exclude"))).then_some(*object)
            }
            TypeKind::Indexed { object, index } => {
                module.ty(*index).range.contains_range(range).then_some(*object)
            }
            _ => None,
        };
        if let Some(object) = object
            && best.is_none_or(|(size, _)| holder.range.len() < size)
        {
            best = Some((holder.range.len(), (id, object)));
        }
    }
    best.map(|(_, found)| found)
}
