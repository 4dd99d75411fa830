//! What a call gives.

use std::rc::Rc;

use crate::code::eval::pattern::tells;
use crate::code::eval::{Context, Evaluator, Frame, Question, TypeParamKey};
use crate::code::tree::{
    Argument, ArgumentSpread, BindingKind, ExprId, ExprKind, Function, FunctionKind, MemberKind, Module,
    ParamKind, PatternKind, TypeId,
};
use crate::code::value::{ClassRef, FrameId, FunctionRef, Known, Value};

/// A call, as a library sees it. A tagged template is a call without arguments.
#[derive(Clone, Copy)]
pub struct Call<'m> {
    /// Where it stands.
    pub cx: Context<'m>,
    /// The call itself.
    pub expr: ExprId,
    /// What is called.
    pub callee: ExprId,
    /// The arguments.
    pub args: &'m [Argument],
    /// Type arguments.
    pub type_args: &'m [TypeId],
}

impl<'m> Call<'m> {
    /// The call or tagged template at `expr`.
    pub fn at(cx: Context<'m>, expr: ExprId) -> Option<Self> {
        match &cx.module.expr(expr).kind {
            ExprKind::Call { callee, args, type_args, .. } => {
                Some(Self { cx, expr, callee: *callee, args, type_args })
            }
            ExprKind::Template { tag: Some(tag), type_args, .. } => {
                Some(Self { cx, expr, callee: *tag, args: &[], type_args })
            }
            _ => None,
        }
    }

    /// The argument at a position, not counting keywords.
    pub fn positional(&self, index: usize) -> Option<ExprId> {
        let plain = self.args.iter().filter(|arg| arg.name.is_none() && arg.spread == ArgumentSpread::None);
        plain.map(|arg| arg.value).nth(index)
    }

    /// The keyword argument of this name.
    pub fn keyword(&self, name: &str) -> Option<ExprId> {
        let module = self.cx.module;
        self.args
            .iter()
            .find(|arg| arg.name.is_some_and(|ident| module.text(ident) == name))
            .map(|arg| arg.value)
    }

    /// The module.
    pub fn module(&self) -> &'m Module {
        self.cx.module
    }
}

impl Evaluator<'_> {
    /// The value of an argument, seen from the caller.
    pub fn argument(&self, call: &Call<'_>, index: usize) -> Known {
        call.positional(index).map_or_else(Known::unknown, |expr| self.expr(call.cx, expr))
    }

    /// What the call at `id` gives.
    pub fn call_expr(&self, cx: Context<'_>, id: ExprId) -> Known {
        let Some(call) = Call::at(cx, id) else { return Known::unknown() };
        let callee = self.expr(cx, call.callee);
        let results: Vec<Known> = callee
            .value
            .alternatives()
            .iter()
            .filter(|value| **value != Value::Null)
            .map(|value| self.call_value(value, &call))
            .collect();
        let joined = self.join(results);
        Known {
            likely: joined.likely || callee.likely,
            trail: if joined.trail.is_some() { joined.trail } else { callee.trail },
            value: joined.value,
        }
    }

    /// What `` tag`...` `` gives.
    pub fn tagged_template(&self, cx: Context<'_>, id: ExprId) -> Known {
        self.call_expr(cx, id)
    }

    fn call_value(&self, callee: &Value, call: &Call<'_>) -> Known {
        if let Some(known) = self.libraries().find_map(|library| library.call(self, callee, call)) {
            return known;
        }
        match callee {
            Value::Function(function) => {
                let known = self.call_function(function, Some(call));
                self.over_argument(known, call)
            }
            Value::Class(class) => self.construct(*class, call),
            Value::Entity(entity) => Known::plain(crate::code::value::Row::whole(*entity)),
            Value::Callable { returns, .. } => Known::plain((**returns).clone()),
            Value::Method(receiver, name) => self.builtin_method(receiver, name, call),
            Value::External(path) => self.external_call(path, call),
            Value::Instance(class, args) => {
                let method = self.instance_member(*class, args, callee, "__call__");
                match &method.value {
                    Value::Function(function) => self.call_function(function, Some(call)),
                    // `Repo[User]` is read as what its instances are.
                    _ if call.module().language.is_python() => Known::plain(callee.clone()),
                    _ => Known::unknown(),
                }
            }
            Value::Other => Known::plain(Value::Other),
            _ => Known::unknown(),
        }
    }

    /// An instance made by a call of its class.
    fn construct(&self, class: ClassRef, call: &Call<'_>) -> Known {
        let args: Vec<Value> = call.type_args.iter().map(|ty| self.type_value(call.cx, *ty).value).collect();
        if !args.is_empty() {
            return Known::plain(self.instance_of(class, &args));
        }
        let inferred = self.inferred_class_args(class, call);
        Known::plain(self.instance_of(class, &inferred))
    }

    /// Type arguments of a class, from the arguments of its constructor.
    fn inferred_class_args(&self, class: ClassRef, call: &Call<'_>) -> Vec<Value> {
        let Some(module) = self.module(class.file) else { return Vec::new() };
        let keys = self.class_type_params(&module, class);
        if keys.is_empty() {
            return Vec::new();
        }
        let constructor = module.class(class.id).members.iter().find_map(|member| match member.kind {
            MemberKind::Method(id) if module.function(id).kind == FunctionKind::Constructor => Some(id),
            MemberKind::Method(_) | MemberKind::Field { .. } => None,
        });
        let found = match constructor {
            Some(id) => {
                let receiver = Some(Rc::new(Value::Instance(class, Rc::from([]))));
                let function = FunctionRef { file: class.file, id, receiver, frame: FrameId::default() };
                self.inferred_types(&module, &function, call, None)
            }
            None => self.inferred_by_fields(class, call),
        };
        let of =
            |key: &TypeParamKey| found.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
        if !keys.iter().any(|key| of(key).is_some()) {
            return Vec::new();
        }
        keys.iter().map(|key| of(key).unwrap_or(Value::Unknown)).collect()
    }

    /// What a function gives when nothing is known of its arguments.
    pub fn call_without_arguments(&self, callee: &Known) -> Known {
        let results: Vec<Known> = callee
            .value
            .alternatives()
            .iter()
            .map(|value| match value {
                Value::Function(function) => self.call_function(function, None),
                Value::Callable { returns, .. } => callee.with((**returns).clone()),
                value => self
                    .libraries()
                    .find_map(|library| library.result(self, value))
                    .map_or_else(Known::unknown, |result| callee.with(result)),
            })
            .collect();
        self.join(results)
    }

    /// What a function of the project gives.
    pub fn call_function(&self, function: &FunctionRef, call: Option<&Call<'_>>) -> Known {
        let Some(module) = self.module(function.file) else { return Known::unknown() };
        let declared = module.function(function.id);
        let frame = self.call_frame(&module, function, declared, call);
        let cx = Context { module: &module, frame };
        let returned = self.returned(cx, function, declared);
        let named = declared.name.or_else(|| function_name(&module, declared));
        match named {
            Some(name) if function_matters(declared) => {
                let span = module.span(name.range);
                returned.link(span, || format!("returned by `{}`", module.text(name)))
            }
            _ => returned,
        }
    }

    /// What the function's `return`s give in the frame of `cx`, wrapped as its kind wants it.
    fn returned(&self, cx: Context<'_>, function: &FunctionRef, declared: &Function) -> Known {
        if let Some(ty) = declared.returns {
            let known = self.type_value(cx, ty);
            if tells(&known.value) || known.value == Value::Other {
                let known = self.over_actual(cx, known, || self.given_back(cx, function, declared));
                // TypeScript writes the promise, Python does not.
                let is_python = cx.module.language.is_python();
                let value = if is_python && declared.is_async && !declared.is_generator {
                    Value::promise(known.value.clone())
                } else {
                    known.value.clone()
                };
                return known.with(value);
            }
        }
        self.given_back(cx, function, declared)
    }

    /// What the `return`s themselves give.
    fn given_back(&self, cx: Context<'_>, function: &FunctionRef, declared: &Function) -> Known {
        self.ask(Question::Returns(function.file, function.id, cx.frame), || {
            let values = if declared.is_generator { &declared.yield_values } else { &declared.return_values };
            let joined = self.join(values.iter().map(|value| {
                let known = self.expr(cx, *value);
                if yields_each(cx.module, *value) { self.items(&known) } else { known }
            }));
            let value = joined.value.clone();
            joined.with(match (declared.is_generator, declared.is_async) {
                (true, _) => Value::list(value),
                (false, true) => Value::promise(value.awaited()),
                (false, false) => value,
            })
        })
    }

    /// The frame of a call: arguments where the function does not declare their types, type parameters, the receiver.
    fn call_frame(
        &self,
        module: &Module,
        function: &FunctionRef,
        declared: &Function,
        call: Option<&Call<'_>>,
    ) -> FrameId {
        let receiver = function.receiver.as_deref().cloned();
        let mut args = Vec::new();
        let mut types = Vec::new();
        let mut depth = self.frame(function.frame).depth;
        if let Some(call) = call {
            depth = depth.max(self.frame(call.cx.frame).depth);
            args = self.argument_values(module, declared, function, call);
            types = self.inferred_types(module, function, call, None);
        }
        self.intern(Frame {
            parent: function.frame,
            function: Some((function.file, function.id)),
            receiver,
            args,
            types,
            depth: depth + 1,
        })
    }

    /// The arguments by parameter, for those parameters that declare no type.
    fn argument_values(
        &self,
        module: &Module,
        declared: &Function,
        function: &FunctionRef,
        call: &Call<'_>,
    ) -> Vec<Value> {
        let offset = receiver_offset(module, declared, function);
        let params = declared.params.iter().enumerate();
        params
            .map(|(index, param)| {
                if param.annotation.is_some() || index < offset {
                    return Value::Unknown;
                }
                let PatternKind::Name(name) = module.pattern(param.pattern).kind else {
                    let given = call.positional(index - offset);
                    return given.map_or(Value::Unknown, |expr| self.expr(call.cx, expr).value);
                };
                let given = call.keyword(module.text(name)).or_else(|| match param.kind {
                    ParamKind::Plain => call.positional(index - offset),
                    ParamKind::KeywordOnly | ParamKind::RestItems | ParamKind::RestKeywords => None,
                });
                given.map_or(Value::Unknown, |expr| self.expr(call.cx, expr).value)
            })
            .collect()
    }

    /// The type parameters of a function, from explicit type arguments or from the arguments, but not from `asked`.
    fn inferred_types(
        &self,
        module: &Module,
        function: &FunctionRef,
        call: &Call<'_>,
        asked: Option<ExprId>,
    ) -> Vec<(TypeParamKey, Value)> {
        let declared = module.function(function.id);
        let mut found: Vec<(TypeParamKey, Value)> = Vec::new();
        for (index, ty) in (0..).zip(call.type_args) {
            let key = TypeParamKey::Function(function.file, function.id, index);
            found.push((key, self.type_value(call.cx, *ty).value));
        }
        let generic = !declared.type_params.is_empty()
            || module.language.is_python()
            || declared.kind == FunctionKind::Constructor;
        if !found.is_empty() || !generic {
            return found;
        }
        let offset = receiver_offset(module, declared, function);
        let cx = Context { module, frame: function.frame };
        for (index, param) in declared.params.iter().enumerate().skip(offset) {
            let Some(annotation) = param.annotation else { continue };
            if !self.mentions_type_param(module, annotation, 0) {
                continue;
            }
            let name = match module.pattern(param.pattern).kind {
                PatternKind::Name(name) => module.text(name),
                _ => "",
            };
            let given = call.keyword(name).or_else(|| call.positional(index - offset));
            let Some(given) = given.filter(|given| Some(*given) != asked) else { continue };
            let value = if param.kind == ParamKind::RestItems && !module.language.is_python() {
                let items = (index - offset..).map_while(|index| call.positional(index));
                Value::list(Value::union(items.map(|item| self.expr(call.cx, item).value)))
            } else {
                self.expr(call.cx, given).value
            };
            self.infer(cx, annotation, &value, &mut found);
        }
        found
    }

    /// The frame in which the type of the parameter that `argument` reaches is read: type parameters are what the other
    /// arguments say, and a name (`K extends keyof T`) is as good as its bound.
    pub(super) fn parameter_frame(
        &self,
        module: &Module,
        function: &FunctionRef,
        call: &Call<'_>,
        (argument, annotation): (ExprId, TypeId),
    ) -> FrameId {
        let frame = self.receiver_frame(function);
        if !self.mentions_type_param(module, annotation, 0) {
            return frame;
        }
        let is_name = |value: &Value| matches!(value, Value::Str(_));
        let mut types = self.inferred_types(module, function, call, Some(argument));
        types.retain(|(_, value)| tells(value) && !value.alternatives().iter().any(is_name));
        if types.is_empty() { frame } else { self.frame_with_types(frame, types) }
    }

    /// Whether a type names a type parameter anywhere.
    fn mentions_type_param(&self, module: &Module, ty: TypeId, depth: u32) -> bool {
        use crate::code::tree::TypeKind;
        let expr = module.ty(ty);
        let inner = |id: &TypeId| depth < 8 && self.mentions_type_param(module, *id, depth + 1);
        match &expr.kind {
            TypeKind::Name { path, args } => {
                let is_param = matches!(path.as_slice(), [name] if {
                    let text = module.text(*name);
                    self.type_var_named(module, expr.scope, text).is_some()
                        || self.lookup(module, expr.scope, text).is_some_and(|found| {
                            found.bindings.iter().any(|binding| {
                                matches!(
                                    binding.kind,
                                    BindingKind::FunctionTypeParam { .. } | BindingKind::ClassTypeParam { .. }
                                )
                            })
                        })
                });
                is_param || args.iter().any(inner)
            }
            TypeKind::Union(items) | TypeKind::Intersection(items) | TypeKind::Tuple(items) => {
                items.iter().any(inner)
            }
            TypeKind::Array(item) | TypeKind::Wrapped(item) | TypeKind::Keyof(item) => inner(item),
            TypeKind::Indexed { object, index } => inner(object) || inner(index),
            TypeKind::Function { params, returns } => params.iter().any(inner) || returns.iter().any(inner),
            _ => false,
        }
    }

    /// The function's parameter that an argument reaches, by position in its parameters.
    pub fn parameter_index(
        &self,
        module: &Module,
        function: &FunctionRef,
        call: &Call<'_>,
        argument: usize,
    ) -> Option<usize> {
        let declared = module.function(function.id);
        let given = call.args.get(argument)?;
        if let Some(name) = given.name {
            let wanted = call.module().text(name);
            return declared.params.iter().position(|param| match module.pattern(param.pattern).kind {
                PatternKind::Name(ident) => module.text(ident) == wanted,
                _ => false,
            });
        }
        let before = call.args.iter().take(argument).filter(|arg| arg.name.is_none()).count();
        let index = before + receiver_offset(module, declared, function);
        let last = declared.params.len().checked_sub(1)?;
        let rest = declared.params.last().is_some_and(|param| param.kind == ParamKind::RestItems);
        if index > last && rest { Some(last) } else { Some(index) }
    }

    /// The constructor of a class, as a function bound to an instance.
    pub fn constructor(&self, class: ClassRef) -> Option<FunctionRef> {
        let instance = Value::Instance(class, Rc::from([]));
        for name in ["constructor", "__init__"] {
            if let Value::Function(function) = self.instance_member(class, &[], &instance, name).value {
                return Some(function);
            }
        }
        None
    }
}

/// Whether the value is one of `yield from`, which gives its items.
fn yields_each(module: &Module, value: ExprId) -> bool {
    match module.expr(value).parent {
        crate::code::tree::Parent::Expr(parent) => {
            matches!(module.expr(parent).kind, ExprKind::Yield { each: true, value: Some(inner) } if inner == value)
        }
        _ => false,
    }
}

/// How many parameters the receiver takes: Python's `self` is one.
fn receiver_offset(module: &Module, declared: &Function, function: &FunctionRef) -> usize {
    usize::from(module.language.is_python() && function.receiver.is_some() && !declared.is_static)
}

/// The name that a function expression is bound to.
fn function_name(module: &Module, declared: &Function) -> Option<crate::code::tree::Ident> {
    use crate::code::tree::{Parent, StmtKind};
    let expr = declared.expr?;
    match module.expr(expr).parent {
        Parent::Stmt(stmt) => match &module.stmt(stmt).kind {
            StmtKind::Assign { targets, .. } => match module.pattern(*targets.first()?).kind {
                PatternKind::Name(name) => Some(name),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether a link through the function tells a reader something: getters and callbacks do not.
fn function_matters(declared: &Function) -> bool {
    declared.kind == FunctionKind::Plain
}

/// The name of what is called: `findMany` of `prisma.user.findMany()`.
pub fn callee_name(module: &Module, call: ExprId) -> Option<crate::text::TextRange> {
    let callee = match &module.expr(call).kind {
        ExprKind::Call { callee, .. } => *callee,
        ExprKind::Template { tag: Some(tag), .. } => *tag,
        _ => return None,
    };
    match module.expr(callee).kind {
        ExprKind::Member { name, .. } | ExprKind::Name(name) => Some(name.range),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// The call that a function of the project returns, where it returns one: a helper that makes a column.
    pub fn returned_call(&self, call: &Call<'_>) -> Option<(std::sync::Arc<Module>, ExprId, FrameId)> {
        let Value::Function(function) = self.expr(call.cx, call.callee).value else { return None };
        let module = self.module(function.file)?;
        let returned = *module.function(function.id).return_values.first()?;
        matches!(module.expr(returned).kind, ExprKind::Call { .. }).then_some((
            module,
            returned,
            function.frame,
        ))
    }
}
