//! Members of classes and interfaces, along their bases.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::code::eval::{Context, Evaluator, Question, TypeParamKey};
use crate::code::project::scan::ScanFilter;
use crate::code::tree::{
    BindingKind, ClassId, ClassMember, ExprId, ExprKind, FunctionKind, MemberKind, Module, PatternId,
    PatternKind,
};
use crate::code::value::{ClassRef, FrameId, FunctionRef, Known, Row, Value};
use crate::text::TextRange;

/// The bytes before `module` in `declare module`.
const DECLARE: u32 = 8;

/// Patterns that assign to `self.name`, by class and name.
pub type SelfFields = Rc<FxHashMap<(ClassId, Box<str>), Vec<PatternId>>>;

impl Evaluator<'_> {
    /// An instance of a class: a row, if the class is mapped.
    pub fn instance_of(&self, class: ClassRef, args: &[Value]) -> Value {
        match self.class_entity(class) {
            Some(entity) => Row::whole(entity),
            None => Value::Instance(class, args.into()),
        }
    }

    /// The value that an instance of `class_value` is.
    pub fn instantiated(&self, class_value: &Value) -> Value {
        match class_value {
            Value::Class(class) => self.instance_of(*class, &[]),
            Value::Entity(entity) => Row::whole(*entity),
            Value::External(path) => self.type_by_path(path, &[]),
            Value::Union(items) => Value::union(items.iter().map(|item| self.instantiated(item))),
            Value::Instance(..) | Value::Row(_) | Value::ExternalInstance(..) | Value::Library(_) => {
                class_value.clone()
            }
            _ => Value::Unknown,
        }
    }

    /// `instance.name`, looked up in the class and its bases. `receiver` is what `self` is.
    pub fn instance_member(&self, class: ClassRef, args: &[Value], receiver: &Value, name: &str) -> Known {
        self.instance_member_at(class, args, receiver, name, 0)
    }

    fn instance_member_at(
        &self,
        class: ClassRef,
        args: &[Value],
        receiver: &Value,
        name: &str,
        depth: u32,
    ) -> Known {
        let Some(module) = self.module(class.file) else { return Known::unknown() };
        if depth > 12 {
            return Known::unknown();
        }
        let frame = self.class_frame(&module, class, args);
        let cx = Context { module: &module, frame };
        if let Some(member) = own_member(&module, class.id, name) {
            let known = self.member_value(cx, member, receiver);
            if !known.value.is_unknown() {
                return known;
            }
        }
        let assigned = self.self_field(&module, class, name);
        if !assigned.value.is_unknown() {
            return assigned;
        }
        // A class of a library may have any member: the first one is believed after those whose members are known.
        let mut of_library = Known::unknown();
        for base in self.base_values(class, args) {
            let found = match &base {
                Value::Instance(base, base_args) => {
                    self.instance_member_at(*base, base_args, receiver, name, depth + 1)
                }
                Value::Row(row) => match self.entity(row.entity).and_then(|info| info.class) {
                    // The mapped class behind the row: its columns are the row's own.
                    Some(base) if base != class => {
                        self.instance_member_at(base, &[], receiver, name, depth + 1)
                    }
                    Some(_) => Known::unknown(),
                    None => self.member(&Known::plain(base.clone()), name),
                },
                other => self.member(&Known::plain(other.clone()), name),
            };
            match found.value {
                Value::Unknown => {}
                Value::Method(..) | Value::External(_) if of_library.value.is_unknown() => of_library = found,
                Value::Method(..) | Value::External(_) => {}
                _ => return found,
            }
        }
        of_library
    }

    /// The value of a member, read through an instance.
    fn member_value(&self, cx: Context<'_>, member: ClassMember, receiver: &Value) -> Known {
        match member.kind {
            MemberKind::Field { annotation, value } => self.declared_or(cx, annotation, value),
            MemberKind::Method(id) => {
                let function = cx.module.function(id);
                let receiver = (!function.is_static).then(|| Rc::new(receiver.clone()));
                let bound = FunctionRef { file: cx.module.file, id, receiver, frame: cx.frame };
                if function.kind == FunctionKind::Getter || self.is_computed_property(cx.module, id) {
                    self.call_without_arguments(&Known::plain(Value::Function(bound)))
                } else {
                    Known::plain(Value::Function(bound))
                }
            }
        }
    }

    /// Whether a decorator turns a Python method into an attribute: hybrids, cached properties.
    fn is_computed_property(&self, module: &Module, function: crate::code::tree::FunctionId) -> bool {
        module.function(function).decorators.iter().any(|decorator| {
            let text = module.slice(module.expr(*decorator).range);
            let name = text.split('(').next().unwrap_or(text).rsplit('.').next().unwrap_or(text);
            matches!(
                name,
                "property"
                    | "cached_property"
                    | "hybrid_property"
                    | "reify"
                    | "declared_attr"
                    | "classproperty"
            )
        })
    }

    /// `Class.name`.
    pub fn static_member(&self, class: ClassRef, name: &str) -> Known {
        self.static_member_at(class, class, name, 0)
    }

    fn static_member_at(&self, class: ClassRef, asked: ClassRef, name: &str, depth: u32) -> Known {
        let Some(module) = self.module(class.file) else { return Known::unknown() };
        if depth > 12 {
            return Known::unknown();
        }
        if let Some(member) = own_member(&module, class.id, name) {
            return self.member_value(Context::of(&module), member, &Value::Class(asked));
        }
        for base in self.base_values(class, &[]) {
            let base = match &base {
                Value::Instance(base, _) => Some(*base),
                Value::Row(row) => self.entity(row.entity).and_then(|info| info.class),
                _ => None,
            };
            if let Some(base) = base.filter(|base| *base != class) {
                let found = self.static_member_at(base, asked, name, depth + 1);
                if !found.value.is_unknown() {
                    return found;
                }
            }
        }
        Known::unknown()
    }

    /// A member that the project adds to a library's type: `declare module "express" { interface Request { user: User } }`.
    pub fn augmented_member(&self, path: &str, receiver: &Value, name: &str) -> Known {
        let classes = self.augmenting(path);
        self.join(classes.into_iter().map(|class| self.instance_member(class, &[], receiver, name)))
    }

    /// The interfaces of the project that add to a library's type.
    pub fn augmenting(&self, path: &str) -> Vec<ClassRef> {
        let ty = path.rsplit('.').next().unwrap_or(path);
        let added = self.augmentations.get_or_init(|| self.find_augmentations());
        added.iter().filter(|(name, _)| &**name == ty).map(|(_, class)| *class).collect()
    }

    /// Interfaces inside `declare module` and `declare global`, by name.
    fn find_augmentations(&self) -> Vec<(Box<str>, ClassRef)> {
        let scripts = ScanFilter { python: false, ..ScanFilter::default() };
        let scan = self.project.scan(&["declare module", "declare global"], scripts);
        let mut found = Vec::new();
        for (file, offsets) in scan.hits.into_iter().flatten() {
            let Some(module) = self.module(file) else { continue };
            for (index, class) in (0..).zip(&module.classes) {
                let Some(name) = class.name else { continue };
                let at = name.range;
                let around = |offset: &u32| {
                    let inside = offset.saturating_add(DECLARE);
                    let here = TextRange { start: inside, end: inside.saturating_add(1) };
                    let stmt = self.innermost_stmt(&module, here);
                    stmt.is_some_and(|stmt| module.stmt(stmt).range.contains_range(at))
                };
                if offsets.iter().any(around) {
                    found.push((module.text(name).into(), ClassRef { file, id: ClassId(index) }));
                }
            }
        }
        found
    }

    /// Whether the class itself (not a base) has a member of that name.
    pub fn declares_member(&self, class: ClassRef, name: &str) -> bool {
        self.module(class.file).is_some_and(|module| own_member(&module, class.id, name).is_some())
    }

    /// The bases as instance values, with their type arguments.
    pub fn base_values(&self, class: ClassRef, args: &[Value]) -> Vec<Value> {
        let Some(module) = self.module(class.file) else { return Vec::new() };
        let frame = self.class_frame(&module, class, args);
        let cx = Context { module: &module, frame };
        let declared = module.class(class.id);
        let typed = declared.base_types.iter().map(|ty| self.type_value(cx, *ty).value);
        let named = declared.bases.iter().map(|base| self.base_value(cx, *base));
        named.chain(typed).filter(|value| !value.is_unknown()).collect()
    }

    /// One base as an instance value: `Base`, `Base[T]`.
    pub(super) fn base_value(&self, cx: Context<'_>, base: ExprId) -> Value {
        match &cx.module.expr(base).kind {
            ExprKind::Index { object, index, .. } => {
                let generic = self.expr(cx, *object).value;
                let args: Vec<Value> = match &cx.module.expr(*index).kind {
                    ExprKind::Sequence { items, .. } => {
                        items.iter().map(|item| self.type_of_expr(cx, *item)).collect()
                    }
                    _ => vec![self.type_of_expr(cx, *index)],
                };
                self.as_type(&generic, &args)
            }
            _ => self.type_of_expr(cx, base),
        }
    }

    /// The key of the Python `TypeVar` that an expression names.
    pub fn type_var(&self, cx: Context<'_>, expr: ExprId) -> Option<TypeParamKey> {
        let ExprKind::Name(name) = cx.module.expr(expr).kind else { return None };
        self.type_var_named(cx.module, cx.module.expr(expr).scope, cx.module.text(name))
    }

    /// The frame in which a class's type parameters are `args`.
    pub fn class_frame(&self, module: &Module, class: ClassRef, args: &[Value]) -> FrameId {
        if args.is_empty() {
            return FrameId::default();
        }
        let keys = self.class_type_params(module, class);
        let types: Vec<(TypeParamKey, Value)> = keys.into_iter().zip(args.iter().cloned()).collect();
        self.frame_with_types(FrameId::default(), types)
    }

    /// A class's type parameters in order: declared ones, or the `TypeVar`s of its bases (`Generic[T]` first).
    pub(super) fn class_type_params(&self, module: &Module, class: ClassRef) -> Vec<TypeParamKey> {
        let declared = module.class(class.id);
        if !declared.type_params.is_empty() {
            let count = u32::try_from(declared.type_params.len()).unwrap_or(0);
            return (0..count).map(|index| TypeParamKey::Class(class.file, class.id, index)).collect();
        }
        let cx = Context::of(module);
        let mut keys = Vec::new();
        let mut bases: Vec<ExprId> = declared.bases.clone();
        let is_generic = |expr: &ExprId| !module.slice(module.expr(*expr).range).starts_with("Generic");
        bases.sort_by_key(is_generic);
        for base in bases {
            let ExprKind::Index { index, .. } = module.expr(base).kind else { continue };
            let items: &[ExprId] = match &module.expr(index).kind {
                ExprKind::Sequence { items, .. } => items,
                _ => &[index],
            };
            for item in items {
                if let Some(key) = self.type_var(cx, *item).filter(|key| !keys.contains(key)) {
                    keys.push(key);
                }
            }
        }
        keys
    }

    /// What is assigned to `self.name` in the methods of the class.
    fn self_field(&self, module: &Module, class: ClassRef, name: &str) -> Known {
        let fields = self.self_fields(module);
        let Some(patterns) = fields.get(&(class.id, Box::from(name))) else {
            return self.constructor_field(module, class, name);
        };
        self.ask(Question::SelfField(class.file, class.id, Rc::from(name)), || {
            let cx = Context::of(module);
            self.join(patterns.iter().map(|pattern| self.pattern(cx, *pattern)))
        })
    }

    /// A TypeScript constructor's parameter property.
    fn constructor_field(&self, module: &Module, class: ClassRef, name: &str) -> Known {
        for member in &module.class(class.id).members {
            let MemberKind::Method(id) = member.kind else { continue };
            let function = module.function(id);
            if function.kind != FunctionKind::Constructor {
                continue;
            }
            for (index, param) in function.params.iter().enumerate() {
                let PatternKind::Name(ident) = module.pattern(param.pattern).kind else { continue };
                if param.declares_field && module.text(ident) == name {
                    return self.parameter(Context::of(module), id, u32::try_from(index).unwrap_or(u32::MAX));
                }
            }
        }
        Known::unknown()
    }

    pub(super) fn self_fields(&self, module: &Module) -> SelfFields {
        if let Some(fields) = self.self_fields.borrow().get(&module.file) {
            return fields.clone();
        }
        let mut found: FxHashMap<(ClassId, Box<str>), Vec<PatternId>> = FxHashMap::default();
        for (index, pattern) in module.patterns.iter().enumerate() {
            let PatternKind::Target(target) = pattern.kind else { continue };
            let ExprKind::Member { object, name, .. } = module.expr(target).kind else { continue };
            let on_self = match module.expr(object).kind {
                ExprKind::This => true,
                ExprKind::Name(ident) => matches!(module.text(ident), "self" | "cls"),
                _ => false,
            };
            if !on_self {
                continue;
            }
            if let Some(class) = self.class_around(module, target) {
                let id = PatternId(u32::try_from(index).unwrap_or(u32::MAX));
                found.entry((class.id, Box::from(module.text(name)))).or_default().push(id);
            }
        }
        let found: SelfFields = Rc::new(found);
        self.self_fields.borrow_mut().insert(module.file, found.clone());
        found
    }

    /// The item of a `NamedTuple` or dataclass-like class at a position.
    pub fn named_tuple_item(&self, class: ClassRef, args: &[Value], index: usize) -> Value {
        let Some(module) = self.module(class.file) else { return Value::Unknown };
        let cx = Context { module: &module, frame: self.class_frame(&module, class, args) };
        let fields = module.class(class.id).members.iter().filter_map(|member| match member.kind {
            MemberKind::Field { annotation: Some(annotation), .. } => Some(annotation),
            MemberKind::Field { .. } | MemberKind::Method(_) => None,
        });
        fields.skip(index).map(|ty| self.type_value(cx, ty).value).next().unwrap_or(Value::Unknown)
    }

    /// The `TypeVar` that a name is bound to, here or where it is imported from.
    pub fn type_var_named(
        &self,
        module: &Module,
        scope: crate::code::tree::ScopeId,
        name: &str,
    ) -> Option<TypeParamKey> {
        if !module.language.is_python() {
            return None;
        }
        let found = self.lookup(module, scope, name)?;
        let binding = found.bindings.last()?;
        match binding.kind {
            BindingKind::Pattern(pattern) => {
                let crate::code::tree::PatternSource::Value { value: Some(value), .. } =
                    module.pattern(pattern).source
                else {
                    return None;
                };
                let ExprKind::Call { callee, .. } = module.expr(value).kind else { return None };
                let callee = module.slice(module.expr(callee).range);
                callee.ends_with("TypeVar").then_some(TypeParamKey::TypeVar(module.file, pattern))
            }
            BindingKind::Import { import, index } => {
                let imported = module.import(import).names.get(index as usize)?;
                let crate::code::tree::Imported::Name(what) = imported.what else { return None };
                match self.project().resolve_import(module, import) {
                    crate::code::project::ImportTarget::File(file) if file != module.file => {
                        let other = self.module(file)?;
                        self.type_var_named(&other, other.root_scope(), module.text(what))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The member of that name; of several (overloads, property and setter) the last that can be read.
fn own_member(module: &Module, class: ClassId, name: &str) -> Option<ClassMember> {
    let is_setter = |member: &ClassMember| match member.kind {
        MemberKind::Method(id) => module.function(id).kind == FunctionKind::Setter,
        MemberKind::Field { .. } => false,
    };
    let members = module.class(class).members.iter().rev();
    members.filter(|member| !is_setter(member)).find(|member| module.text(member.name) == name).copied()
}
