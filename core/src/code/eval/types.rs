//! The value that a type expression describes.

use std::rc::Rc;

use crate::code::eval::name::Lookup;
use crate::code::eval::pattern::tells;
use crate::code::eval::{Context, Evaluator, Question, TypeParamKey};
use crate::code::project::ImportTarget;
use crate::code::tree::{
    BindingKind, ClassKind, Ident, Module, PatternSource, ScopeId, TypeId, TypeKind, TypeParam,
};
use crate::code::value::{ClassRef, FrameId, Known, Place, Value};
use crate::text::FileId;

impl Evaluator<'_> {
    /// A value of the type, with the proof where the type comes from code (`ReturnType<typeof load>`).
    pub fn type_value(&self, cx: Context<'_>, id: TypeId) -> Known {
        self.ask(Question::Type(cx.module.file, id, cx.frame), || self.type_kind(cx, id))
    }

    fn type_kind(&self, cx: Context<'_>, id: TypeId) -> Known {
        let ty = cx.module.ty(id);
        let of = |id: TypeId| self.type_value(cx, id);
        let plain = Known::plain;
        match &ty.kind {
            TypeKind::Name { path, args } => self.named_type(cx, ty.scope, path, args),
            TypeKind::Union(items) => {
                let items: Vec<Known> = items.iter().map(|item| of(*item)).collect();
                // A type that is not known is no reason to forget the others; one that is known to be plain is kept.
                let value = Value::union(items.iter().map(|known| known.value.clone()));
                self.join(items).with(value)
            }
            TypeKind::Intersection(items) => {
                let parts: Vec<Known> =
                    items.iter().map(|item| of(*item)).filter(|known| !known.value.is_unknown()).collect();
                let value = merged(parts.iter().map(|known| known.value.clone()).collect());
                self.join(parts).with(value)
            }
            TypeKind::Array(item) => {
                let item = of(*item);
                item.with(Value::list(item.value.clone()))
            }
            TypeKind::Tuple(items) => plain(Value::Tuple(items.iter().map(|item| of(*item).value).collect())),
            TypeKind::Object(_) => {
                plain(Value::TypeObject(Place { file: cx.module.file, id, frame: cx.frame }))
            }
            TypeKind::Mapped { keys, value } => plain(self.mapped_type(cx, *keys, *value)),
            TypeKind::Function { params, returns } => plain(Value::Callable {
                params: params.iter().map(|param| of(*param).value).collect(),
                returns: Rc::new(returns.map_or(Value::Unknown, |returns| of(returns).value)),
            }),
            TypeKind::StrLiteral(text) => plain(Value::Str(Rc::from(cx.module.text(*text)))),
            TypeKind::Indexed { object, index } => self.indexed_type(of(*object), &of(*index).value),
            TypeKind::Keyof(of_type) => plain(keys_of(&of(*of_type).value)),
            TypeKind::Typeof(expr) => self.expr(cx, *expr),
            TypeKind::Import { import, path, args } => {
                let target = self.project.resolve_import(cx.module, *import);
                let args: Vec<Value> = args.iter().map(|arg| of(*arg).value).collect();
                let start = match target {
                    ImportTarget::File(file) => Value::Module(file),
                    ImportTarget::External(path) => Value::external(path),
                    ImportTarget::Folder(_) => return Known::unknown(),
                };
                let value = self.along(plain(start), cx, path);
                self.type_named(&value, &args)
            }
            TypeKind::Conditional { then, otherwise } => {
                let (then, otherwise) = (of(*then), of(*otherwise));
                let value = Value::union([then.value.clone(), otherwise.value.clone()]);
                self.join([then, otherwise]).with(value)
            }
            TypeKind::Wrapped(inner) => of(*inner),
            TypeKind::Predicate(_) | TypeKind::OtherLiteral => plain(Value::Other),
            TypeKind::Null => plain(Value::Null),
            TypeKind::Other => Known::unknown(),
        }
    }

    /// `{ [K in keyof User]: V }`: has the names of a row's fields, whatever stands under them; with `User[K]` it is the row.
    fn mapped_type(&self, cx: Context<'_>, keys: TypeId, value: Option<TypeId>) -> Value {
        let keeps_values = value.is_some_and(|value| reads_index(cx.module, value, 0));
        match cx.module.ty(keys).kind {
            TypeKind::Keyof(of) if keeps_values => self.type_value(cx, of).value,
            _ => {
                let value = value.map_or(Value::Unknown, |value| self.type_value(cx, value).value);
                record(&self.type_value(cx, keys).value, value)
            }
        }
    }

    /// `T["key"]`, `T[number]`.
    fn indexed_type(&self, object: Known, index: &Value) -> Known {
        let object = object.with(object.value.non_null());
        match index {
            Value::Str(key) => self.member(&object, key),
            Value::Union(keys) => {
                let keys = keys.iter().filter_map(Value::as_str);
                let members: Vec<Known> = keys.map(|key| self.member(&object, key)).collect();
                self.join(members)
            }
            Value::FieldName(_) => object.with(Value::Other),
            // `T[number]`: an item. A record's value, by whatever key.
            _ => {
                let item = self.items(&object);
                if item.value.is_unknown() || item.value == Value::Other {
                    self.index(&object, &Value::Unknown)
                } else {
                    item
                }
            }
        }
    }

    fn along(&self, start: Known, cx: Context<'_>, path: &[Ident]) -> Known {
        path.iter().fold(start, |known, part| self.member(&known, cx.module.text(*part)))
    }

    fn named_type(&self, cx: Context<'_>, scope: ScopeId, path: &[Ident], args: &[TypeId]) -> Known {
        let Some((first, rest)) = path.split_first() else { return Known::unknown() };
        let name = cx.module.text(*first);
        if rest.is_empty()
            && let Some(key) = self.type_var_named(cx.module, scope, name)
        {
            return Known::plain(self.type_in_frame(cx.frame, key).unwrap_or(Value::Unknown));
        }
        if rest.is_empty() && name == "Self" && cx.module.language.is_python() {
            return Known::plain(self.self_type(cx, scope));
        }
        let bound = self.lookup_type(cx.module, scope, name);
        let values: Vec<Value> = args.iter().map(|arg| self.type_value(cx, *arg).value).collect();
        let start = match bound {
            // A name can be a value and a type (`const User`, `type User`): the type is meant here.
            Some(found) => {
                let is_type = |binding: &&&crate::code::tree::Binding| {
                    !matches!(binding.kind, BindingKind::Pattern(_) | BindingKind::Function(_))
                };
                let types: Vec<_> = found.bindings.iter().filter(is_type).collect();
                if types.is_empty() {
                    self.join(found.bindings.iter().map(|binding| {
                        self.aliased_type(cx, binding.kind)
                            .unwrap_or_else(|| self.binding_value(cx, binding.kind))
                    }))
                } else {
                    self.join(types.iter().map(|binding| self.binding_value(cx, binding.kind)))
                }
            }
            None if rest.is_empty() => match self.star_imported(cx.module, name) {
                Some(known) => known,
                None => return self.typed_by_path(name, &values),
            },
            None => Known::plain(Value::external(name)),
        };
        let named = self.along(start, cx, rest);
        self.type_named(&named, &values)
    }

    /// Where the name of a type is bound: a parameter of TypeScript is none (`cast(row: row)`).
    fn lookup_type<'m>(&self, module: &'m Module, scope: ScopeId, name: &str) -> Option<Lookup<'m>> {
        let found = self.lookup(module, scope, name)?;
        let is_parameter = |kind: BindingKind| match kind {
            BindingKind::Pattern(id) => {
                matches!(module.pattern(id).source, PatternSource::Parameter { .. })
            }
            _ => false,
        };
        if module.language.is_python() || !found.bindings.iter().all(|binding| is_parameter(binding.kind)) {
            return Some(found);
        }
        self.lookup_type(module, module.scope(found.scope).parent?, name)
    }

    /// As [`Self::as_type`], with the proof.
    fn type_named(&self, named: &Known, args: &[Value]) -> Known {
        let found: Vec<Known> = named
            .value
            .alternatives()
            .iter()
            .map(|value| match value {
                Value::Alias(place) => self.expand_alias(*place, args),
                Value::External(path) => self.typed_by_path(path, args),
                value => named.with(self.as_type(value, args)),
            })
            .collect();
        let value = Value::union(found.iter().map(|known| known.value.clone()));
        self.join(found).with(value)
    }

    /// A value of the type that `named` is: a class becomes an instance, an alias what it stands for.
    pub fn as_type(&self, named: &Value, args: &[Value]) -> Value {
        match named {
            Value::Class(class) => match self.module(class.file).map(|module| module.class(class.id).kind) {
                Some(ClassKind::Enum) => Value::Other,
                _ => self.instance_of(*class, args),
            },
            Value::Entity(entity) => crate::code::value::Row::whole(*entity),
            Value::Alias(place) => self.expand_alias(*place, args).value,
            Value::External(path) => self.type_by_path(path, args),
            Value::Union(items) => Value::union(items.iter().map(|item| self.as_type(item, args))),
            // `T` of a function or class that is known here is a value of the type already.
            Value::Row(_)
            | Value::Instance(..)
            | Value::ExternalInstance(..)
            | Value::Library(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Map(_)
            | Value::Promise(_)
            | Value::Object(_)
            | Value::TypeObject(_)
            | Value::Merged(_)
            | Value::Callable { .. }
            | Value::Null
            | Value::Other
            | Value::Str(_)
            | Value::FieldName(_)
            | Value::Function(_)
            | Value::Method(..) => named.clone(),
            Value::Unknown | Value::Module(_) | Value::Package(_) | Value::Field(..) => Value::Unknown,
        }
    }

    fn expand_alias(&self, place: Place<crate::code::tree::AliasId>, args: &[Value]) -> Known {
        let Some(module) = self.module(place.file) else { return Known::unknown() };
        let alias = module.alias(place.id);
        let keys = (0..).map(|index| TypeParamKey::Alias(place.file, place.id, index));
        let cx = Context { module: &module, frame: place.frame };
        let types: Vec<(TypeParamKey, Value)> = keys
            .zip(&alias.type_params)
            .enumerate()
            .filter_map(|(index, (key, param))| {
                let given = args.get(index).cloned();
                Some((key, given.or_else(|| Some(self.type_value(cx, param.default?).value))?))
            })
            .collect();
        let frame =
            if types.is_empty() { place.frame } else { self.frame_with_types(FrameId::default(), types) };
        self.type_value(Context { module: &module, frame }, alias.ty)
    }

    /// The value of a type parameter: what the frame says, else its bound.
    pub fn type_param(&self, cx: Context<'_>, key: TypeParamKey, param: Option<&TypeParam>) -> Known {
        if let Some(value) = self.type_in_frame(cx.frame, key) {
            return Known::plain(value);
        }
        param.and_then(|param| param.bound).map_or_else(Known::unknown, |bound| self.type_value(cx, bound))
    }

    /// What a frame says about a type parameter.
    pub fn type_in_frame(&self, frame: FrameId, key: TypeParamKey) -> Option<Value> {
        self.find_in_frames(frame, |frame| {
            frame.types.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone())
        })
    }

    /// Python's `Self`: what the method was called on, else the class around it.
    fn self_type(&self, cx: Context<'_>, scope: ScopeId) -> Value {
        if let Some(receiver) = self.find_in_frames(cx.frame, |frame| frame.receiver.clone()) {
            return self.instantiated(&receiver);
        }
        let class = self.class_of_scope(cx.module, scope);
        class.map_or(Value::Unknown, |class| self.instance_of(class, &[]))
    }

    fn class_of_scope(&self, module: &Module, scope: ScopeId) -> Option<ClassRef> {
        let mut current = Some(scope);
        while let Some(id) = current {
            let here = module.scope(id);
            if let crate::code::tree::ScopeOwner::Class(class) = here.owner {
                return Some(ClassRef { file: module.file, id: class });
            }
            current = here.parent;
        }
        None
    }

    /// Binds the type parameters in `ty` so that it describes `value`: `T[]` and a list of rows give `T` a row.
    pub fn infer(&self, cx: Context<'_>, ty: TypeId, value: &Value, found: &mut Vec<(TypeParamKey, Value)>) {
        if !tells(value) {
            return;
        }
        let expr = cx.module.ty(ty);
        match &expr.kind {
            TypeKind::Name { path, args } => {
                if let [name] = path.as_slice()
                    && args.is_empty()
                    && let Some(key) = self.param_key(cx, expr.scope, *name)
                {
                    if !found.iter().any(|(known, _)| *known == key) {
                        found.push((key, value.clone()));
                    }
                    return;
                }
                self.infer_args(cx, path, args, value, found);
            }
            TypeKind::Array(item) | TypeKind::Wrapped(item) => {
                let inner = if matches!(expr.kind, TypeKind::Array(_)) {
                    self.items(&Known::plain(value.clone())).value
                } else {
                    value.clone()
                };
                self.infer(cx, *item, &inner, found);
            }
            TypeKind::Union(items) => {
                let value = value.non_null();
                items.iter().for_each(|item| self.infer(cx, *item, &value, found));
            }
            TypeKind::Function { returns: Some(returns), .. } => {
                let result = self.call_without_arguments(&Known::plain(value.clone())).value;
                self.infer(cx, *returns, &result, found);
            }
            _ => {}
        }
    }

    /// `list[T]`, `Promise<T>`, `type[T]`: binds the arguments of a generic type.
    fn infer_args(
        &self,
        cx: Context<'_>,
        path: &[Ident],
        args: &[TypeId],
        value: &Value,
        found: &mut Vec<(TypeParamKey, Value)>,
    ) {
        let Some(name) = path.last().map(|name| cx.module.text(*name)) else { return };
        let Some(last) = args.last() else { return };
        let inner = match name {
            "type" | "Type" => self.instantiated(value),
            "Promise" | "PromiseLike" | "Awaitable" | "Coroutine" | "Awaited" => value.awaited(),
            "dict" | "Dict" | "Mapping" | "Record" | "Map" => {
                self.index(&Known::plain(value.clone()), &Value::Unknown).value
            }
            "Optional" => value.non_null(),
            "Callable" => self.call_without_arguments(&Known::plain(value.clone())).value,
            _ => match value {
                Value::Instance(_, given) if given.len() == args.len() => {
                    for (arg, given) in args.iter().zip(given.iter()) {
                        self.infer(cx, *arg, given, found);
                    }
                    return;
                }
                Value::Library(library) if !library.args.is_empty() => library.first(),
                value => self.items(&Known::plain(value.clone())).value,
            },
        };
        self.infer(cx, *last, &inner, found);
    }

    fn param_key(&self, cx: Context<'_>, scope: ScopeId, name: Ident) -> Option<TypeParamKey> {
        use crate::code::tree::BindingKind;
        let text = cx.module.text(name);
        if let Some(key) = self.type_var_named(cx.module, scope, text) {
            return Some(key);
        }
        let found = self.lookup(cx.module, scope, text)?;
        let file: FileId = cx.module.file;
        match found.bindings.last()?.kind {
            BindingKind::FunctionTypeParam { function, index } => {
                Some(TypeParamKey::Function(file, function, index))
            }
            BindingKind::ClassTypeParam { class, index } => Some(TypeParamKey::Class(file, class, index)),
            BindingKind::AliasTypeParam { alias, index } => Some(TypeParamKey::Alias(file, alias, index)),
            _ => None,
        }
    }
}

/// Several shapes as one value.
pub fn merged(parts: Vec<Value>) -> Value {
    let mut parts: Vec<Value> = parts.into_iter().filter(|part| *part != Value::Other).collect();
    match (parts.len(), parts.pop()) {
        (_, None) => Value::Unknown,
        (1, Some(only)) => only,
        (_, Some(last)) => {
            parts.push(last);
            Value::Merged(parts.into())
        }
    }
}

/// A record of these keys: one with the names of a row's fields has them as the row has.
pub fn record(keys: &Value, value: Value) -> Value {
    let rows = keys.alternatives().iter().filter_map(|key| match key {
        Value::FieldName(entity) => Some(crate::code::value::Row::whole(*entity)),
        _ => None,
    });
    merged(rows.chain([Value::Map(Rc::new(value))]).collect())
}

/// Whether a mapped type's value takes what the type had: `T[K]`, `T[K] | null`, `T[K] extends Date ? string : T[K]`.
fn reads_index(module: &Module, ty: TypeId, depth: u32) -> bool {
    let inner = |ty: &TypeId| depth < 4 && reads_index(module, *ty, depth + 1);
    match &module.ty(ty).kind {
        TypeKind::Indexed { .. } => true,
        TypeKind::Union(items) | TypeKind::Intersection(items) => items.iter().any(inner),
        TypeKind::Conditional { then, otherwise } => inner(then) || inner(otherwise),
        TypeKind::Wrapped(of) => inner(of),
        TypeKind::Name { args, .. } => args.iter().any(inner),
        _ => false,
    }
}

/// `keyof T`: the names of a row's fields.
fn keys_of(value: &Value) -> Value {
    match value {
        Value::Row(row) => Value::FieldName(row.entity),
        Value::Union(items) => Value::union(items.iter().map(keys_of)),
        Value::Merged(items) => {
            items.iter().map(keys_of).find(|keys| *keys != Value::Other).unwrap_or(Value::Other)
        }
        _ => Value::Other,
    }
}
