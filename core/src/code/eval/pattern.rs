//! What flows into a variable, a parameter, a part of a destructuring.

use std::rc::Rc;

use crate::code::eval::{Context, Evaluator, Question};
use crate::code::tree::{
    EntryKey, ExprId, FunctionId, FunctionKind, Module, ParamKind, PatternId, PatternKind, PatternSource,
    TypeId,
};
use crate::code::value::{ClassRef, FunctionRef, Known, Value};

impl Evaluator<'_> {
    /// The value that is bound by a pattern.
    pub fn pattern(&self, cx: Context<'_>, id: PatternId) -> Known {
        self.ask(Question::Pattern(cx.module.file, id, cx.frame), || self.pattern_source(cx, id))
    }

    fn pattern_source(&self, cx: Context<'_>, id: PatternId) -> Known {
        match cx.module.pattern(id).source {
            PatternSource::Value { value: Some(value), annotation: Some(ty) }
                if is_type_alias(cx.module, ty) =>
            {
                Known::plain(self.type_of_expr(cx, value))
            }
            PatternSource::Value { value, annotation } => {
                let known = self.declared_or(cx, annotation, value);
                match value.filter(|_| !tells(&known.value) || matches!(known.value, Value::Object(_))) {
                    Some(value) => self.filled(cx, id, value).unwrap_or(known),
                    None => known,
                }
            }
            PatternSource::Augmented(value) => self.expr(cx, value),
            PatternSource::Iterate { keys: true, .. } | PatternSource::Caught => Known::plain(Value::Other),
            PatternSource::Iterate { iterable, keys: false } => {
                let iterated = self.expr(cx, iterable);
                if !cx.module.language.is_python() {
                    return self.iterated(&iterated);
                }
                let item = self.items(&iterated);
                let given = || {
                    let mut libraries = self.libraries();
                    libraries.find_map(|library| library.iterated_at(self, cx, iterable))
                };
                if item.value.is_unknown() { given().unwrap_or(item) } else { item }
            }
            PatternSource::Enter(manager) => {
                let manager = self.expr(cx, manager);
                self.entered(&manager)
            }
            PatternSource::Parameter { function, index } => self.parameter(cx, function, index),
            PatternSource::Matched(subject) => self.expr(cx, subject),
            PatternSource::Part { whole, index } => self.part(cx, whole, index as usize),
        }
    }

    /// A value with a declared type: the type if it tells something, else the value.
    pub fn declared_or(&self, cx: Context<'_>, annotation: Option<TypeId>, value: Option<ExprId>) -> Known {
        let declared = annotation.map(|ty| self.type_value(cx, ty));
        match (declared, value) {
            (Some(declared), Some(value)) if tells(&declared.value) => {
                self.over_actual(cx, declared, || self.expr(cx, value))
            }
            (Some(declared), None) if tells(&declared.value) => declared,
            (Some(declared), Some(value)) => {
                let known = self.expr(cx, value);
                if known.value.is_unknown() { declared } else { known }
            }
            (None, Some(value)) => self.expr(cx, value),
            (Some(declared), None) => declared,
            (None, None) => Known::unknown(),
        }
    }

    fn part(&self, cx: Context<'_>, whole: PatternId, index: usize) -> Known {
        let value = self.pattern(cx, whole);
        match &cx.module.pattern(whole).kind {
            PatternKind::Object(entries) => {
                let Some(entry) = entries.get(index) else { return Known::unknown() };
                let part = match entry.key {
                    EntryKey::Name(key) | EntryKey::Shorthand(key) => {
                        self.member(&value, cx.module.text(key))
                    }
                    EntryKey::Computed(key) => {
                        let key = self.expr(cx, key);
                        self.index(&value, &key.value)
                    }
                    EntryKey::Spread => value,
                };
                match entry.default {
                    Some(default) => {
                        let otherwise = self.expr(cx, default);
                        self.join([part.with(part.value.non_null()), otherwise])
                    }
                    None => part,
                }
            }
            PatternKind::Sequence(items) => {
                let is_rest = items
                    .get(index)
                    .copied()
                    .flatten()
                    .is_some_and(|item| matches!(cx.module.pattern(item).kind, PatternKind::Rest(_)));
                if is_rest {
                    let item = self.items(&value);
                    item.with(Value::list(item.value.clone()))
                } else {
                    self.nth(&value, index)
                }
            }
            PatternKind::Name(_) | PatternKind::Target(_) | PatternKind::Rest(_) => value,
        }
    }

    /// The value of a parameter, seen from inside the function.
    pub fn parameter(&self, cx: Context<'_>, function: FunctionId, index: u32) -> Known {
        let file = cx.module.file;
        let declared = cx.module.function(function);
        let Some(param) = declared.params.get(index as usize) else { return Known::unknown() };
        if let Some(receiver) = self.receiver_param(cx, function, index) {
            return receiver;
        }
        let given = self.find_in_frames(cx.frame, |frame| {
            let here = frame.function == Some((file, function));
            here.then(|| frame.args.get(index as usize).cloned()).flatten()
        });
        if let Some(given) = given.filter(|value| !value.is_unknown()) {
            return Known::plain(given);
        }
        if let Some(annotation) = param.annotation {
            let known = self.type_value(cx, annotation);
            if tells(&known.value) || known.value == Value::Other {
                let known = match param.kind {
                    ParamKind::RestItems if cx.module.language.is_python() => {
                        known.with(Value::list(known.value.clone()))
                    }
                    ParamKind::RestKeywords => known.with(Value::Map(Rc::new(known.value.clone()))),
                    ParamKind::Plain | ParamKind::KeywordOnly | ParamKind::RestItems => known,
                };
                let span = cx.module.span(cx.module.pattern(param.pattern).range);
                return known.link(span, || {
                    format!(
                        "`{}` is declared as `{}`",
                        cx.module.slice(cx.module.pattern(param.pattern).range),
                        cx.module.slice(cx.module.ty(annotation).range)
                    )
                });
            }
        }
        let wanted = self.contextual_parameter(cx, function, index as usize);
        if tells(&wanted.value) || wanted.value == Value::Other {
            return wanted;
        }
        let position = index as usize;
        let injected =
            self.libraries().find_map(|library| library.injected(self, cx.module, function, position));
        if let Some(injected) = injected.filter(|known| tells(&known.value)) {
            return injected;
        }
        let default = param.default.map(|default| self.expr(cx, default));
        match default {
            Some(known) if tells(&known.value) => known,
            _ => self.parameter_by_convention(cx, function, index),
        }
    }

    /// `self`, `cls`: the first parameter of a Python method.
    fn receiver_param(&self, cx: Context<'_>, function: FunctionId, index: u32) -> Option<Known> {
        let declared = cx.module.function(function);
        let class = declared.class?;
        if index != 0 || !cx.module.language.is_python() || declared.is_static {
            return None;
        }
        let is_class_method =
            declared.decorators.iter().any(|decorator| self.is_name(cx.module, *decorator, "classmethod"))
                || self.is_class_receiver(cx.module, function);
        let file = cx.module.file;
        let given = self.find_in_frames(cx.frame, |frame| {
            (frame.function == Some((file, function))).then(|| frame.receiver.clone()).flatten()
        });
        // A strawberry or graphene resolver says with an annotation what `self` really is.
        let annotation = declared.params.first().and_then(|param| param.annotation);
        if let Some(known) = annotation.map(|ty| self.type_value(cx, ty)).filter(|known| tells(&known.value))
        {
            return Some(known);
        }
        if let Some(injected) =
            self.libraries().find_map(|library| library.injected(self, cx.module, function, 0))
        {
            return Some(injected);
        }
        let class = ClassRef { file, id: class };
        Some(Known::plain(given.unwrap_or_else(|| {
            if is_class_method { Value::Class(class) } else { self.instance_of(class, &[]) }
        })))
    }

    fn is_class_receiver(&self, module: &Module, function: FunctionId) -> bool {
        let first = module.function(function).params.first();
        first.is_some_and(|param| module.slice(module.pattern(param.pattern).range) == "cls")
    }

    /// What a callback's parameter is, by the place where the callback stands.
    fn contextual_parameter(&self, cx: Context<'_>, function: FunctionId, index: usize) -> Known {
        let Some(expr) = cx.module.function(function).expr else { return Known::unknown() };
        let wanted = self.expected(cx, expr);
        let params: Vec<Known> = wanted
            .value
            .alternatives()
            .iter()
            .filter_map(|value| self.parameter_of(value, index))
            .map(|value| wanted.with(value))
            .collect();
        self.join(params)
    }

    /// The type of the parameter at `index` of something that can be called.
    pub fn parameter_of(&self, callable: &Value, index: usize) -> Option<Value> {
        match callable {
            Value::Callable { params, .. } => params.get(index).cloned(),
            Value::Function(FunctionRef { file, id, frame, .. }) => {
                let module = self.module(*file)?;
                let param = module.function(*id).params.get(index)?;
                let cx = Context { module: &module, frame: *frame };
                Some(self.type_value(cx, param.annotation?).value)
            }
            Value::Method(..) | Value::External(_) => {
                self.libraries().find_map(|library| library.parameter_type(self, callable, index))
            }
            Value::Union(items) => items.iter().find_map(|item| self.parameter_of(item, index)),
            _ => None,
        }
    }

    /// What a parameter is by its name alone: `user` of `User`, `users` of many. Only where nothing else is said.
    fn parameter_by_convention(&self, cx: Context<'_>, function: FunctionId, index: u32) -> Known {
        let declared = cx.module.function(function);
        let Some(param) = declared.params.get(index as usize) else { return Known::unknown() };
        let unannotated = param.annotation.is_none()
            && param.kind == ParamKind::Plain
            && declared.kind != FunctionKind::Setter;
        let PatternKind::Name(name) = cx.module.pattern(param.pattern).kind else { return Known::unknown() };
        let typed_language = matches!(
            cx.module.language,
            crate::code::tree::Language::TypeScript | crate::code::tree::Language::Tsx
        );
        if !unannotated || typed_language {
            return Known::unknown();
        }
        let name = cx.module.text(name);
        let Some((entity, many)) = self.entity_by_convention(name) else { return Known::unknown() };
        let row = crate::code::value::Row::whole(entity);
        let value = if many { Value::list(row) } else { row };
        let span = cx.module.span(cx.module.pattern(param.pattern).range);
        Known::plain(value)
            .likely()
            .link(span, || format!("the parameter `{name}` is taken for a row by its name"))
    }

    /// The entity that a variable of this name holds by convention, and whether it holds many.
    fn entity_by_convention(&self, name: &str) -> Option<(crate::schema::EntityId, bool)> {
        let folded: String =
            name.chars().filter(|letter| *letter != '_').flat_map(char::to_lowercase).collect();
        let find = |wanted: &str| match self.entities_called(wanted).as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        find(&folded).map(|id| (id, false)).or_else(|| Some((find(folded.strip_suffix('s')?)?, true)))
    }
}

/// Whether the annotation says that the variable is a type: `Users: TypeAlias = "list[User]"`.
fn is_type_alias(module: &Module, annotation: TypeId) -> bool {
    module.language.is_python() && module.slice(module.ty(annotation).range).ends_with("TypeAlias")
}

/// Whether a declared type says more than "something".
pub fn tells(value: &Value) -> bool {
    match value {
        Value::Unknown | Value::Other | Value::Null => false,
        Value::Union(items) => items.iter().any(tells),
        Value::List(item) | Value::Map(item) | Value::Promise(item) => tells(item),
        Value::Tuple(items) => items.iter().any(tells),
        _ => true,
    }
}
