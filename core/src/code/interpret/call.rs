//! Calls: which function, which argument reaches which parameter.

use std::rc::Rc;

use crate::code::interpret::statement::Flow;
use crate::code::interpret::{
    Arguments, Closure, ClosureId, Code, External, Frame, Run, Runner, Stop, Value,
};
use crate::code::tree::{Argument, ExprId, ExprKind, FunctionId, FunctionKind, ParamKind};
use crate::text::{Span, TextRange};

/// Why the result of a function is not known whose error nobody catches.
const RAISED: &str = "an error is raised instead";

impl Runner<'_, '_> {
    /// Whether a result stands for an error that nobody caught.
    pub fn is_raised(value: &Value) -> bool {
        matches!(value, Value::Unknown(reason) if &**reason == RAISED)
    }

    pub(super) fn eval_call(
        &mut self,
        code: &Code,
        callee: ExprId,
        args: &[Argument],
        range: TextRange,
    ) -> Run<Value> {
        let span = code.module.span(range);
        if let ExprKind::Member { object, name, .. } = &code.module.expr(callee).kind {
            let name = code.module.text(*name);
            if name == "__init__" && code.module.slice(code.module.expr(*object).range).starts_with("super(")
            {
                return self.initialize_base(code, args);
            }
            let object = self.eval(code, *object)?;
            if self.interpreter.script && matches!(object, Value::None) {
                // `a?.b()`; without the `?` an error, which nobody would have kept.
                return Ok(Value::None);
            }
            let arguments = Rc::new(self.eval_arguments(code, args)?);
            return self.call_method(&object, name, &arguments, Some(span));
        }
        if code.module.slice(code.module.expr(callee).range) == "globals" && args.is_empty() {
            return Ok(Value::Module(code.module.file));
        }
        let callee = self.eval(code, callee)?;
        let arguments = Rc::new(self.eval_arguments(code, args)?);
        self.call(&callee, &arguments, span)
    }

    /// `super().__init__(...)`: what a base outside the project is made with. Of a base of the project only that is known.
    fn initialize_base(&mut self, code: &Code, args: &[Argument]) -> Run<Value> {
        let arguments = Rc::new(self.eval_arguments(code, args)?);
        if let Value::Instance(id) = self.lookup(code, "self")? {
            self.heap().instance_mut(id).arguments = arguments;
        }
        Ok(Value::None)
    }

    /// `object.name(arguments)`.
    pub(super) fn call_method(
        &mut self,
        object: &Value,
        name: &str,
        arguments: &Rc<Arguments>,
        span: Option<Span>,
    ) -> Run<Value> {
        let place = span.unwrap_or_else(Self::nowhere);
        let known = match self.interpreter.script {
            true => self.script_method(object, name, arguments, place)?,
            false => self.builtin_method(object, name, arguments)?,
        };
        if let Some(value) = known {
            return Ok(value);
        }
        // `globals().get("name")`.
        if let (Value::Module(file), "get", Some(key)) = (object, name, arguments.positional.first())
            && let Some(key) = self.interpreter.as_text(key)
        {
            let found = self.module_attribute(*file, &key.value)?;
            return Ok(found.or_else(|| arguments.positional.get(1).cloned()).unwrap_or(Value::None));
        }
        let method = self.member(object, name)?;
        if let (Value::Unknown(_), true) = (&method, self.interpreter.script) {
            let reason = self.reason(&method);
            self.host.unknown_call(self.interpreter, Some(name), &reason, arguments, place);
            return Ok(Value::Unknown(Rc::from(reason)));
        }
        self.call(&method, arguments, place)
    }

    /// Calls a value.
    ///
    /// # Errors
    /// What the call raises, or the limit that it reaches.
    pub fn call(&mut self, callee: &Value, arguments: &Rc<Arguments>, span: Span) -> Run<Value> {
        self.deeper(|run| run.call_kind(callee, arguments, span))
    }

    fn call_kind(&mut self, callee: &Value, arguments: &Rc<Arguments>, span: Span) -> Run<Value> {
        match callee {
            Value::Function(closure) => self.call_function(*closure, None, arguments),
            Value::Bound(first, closure) => self.call_function(*closure, Some((**first).clone()), arguments),
            Value::Method(object, name) => {
                let value = match self.interpreter.script {
                    true => self.script_method(object, name, arguments, span)?,
                    false => self.builtin_method(object, name, arguments)?,
                };
                Ok(value.unwrap_or_else(|| Value::unknown("the method is not known")))
            }
            Value::Class(class) => self.instantiate(*class, arguments),
            Value::Builtin(name) if self.interpreter.script => {
                self.script_function(&name.clone(), arguments, span)
            }
            Value::Builtin(name) => self.call_builtin(&name.clone(), arguments, span),
            Value::External(id) => {
                let of_python = !self.interpreter.script;
                if let Some(value) = of_python.then(|| self.regex_call(*id, arguments)).flatten() {
                    return Ok(value);
                }
                if let Some(value) = self.call_made(*id, arguments, span)? {
                    return Ok(value);
                }
                let host = &mut *self.host;
                if let Some(value) = host.call(self.interpreter, *id, arguments, span)? {
                    return Ok(value);
                }
                let call = External::Call { callee: *id, arguments: arguments.clone(), span };
                Ok(Value::External(self.heap().push_external(call)))
            }
            Value::Import { .. } => {
                let callee = self.settle(callee.clone())?;
                match callee {
                    Value::Import { .. } => Ok(Value::unknown("an import leads in a circle")),
                    callee => self.call(&callee, arguments, span),
                }
            }
            Value::Instance(_) => {
                let method = self.member(callee, "__call__")?;
                match method {
                    Value::Bound(..) => self.call(&method, arguments, span),
                    _ => Ok(Value::unknown("an instance is called")),
                }
            }
            _ => {
                let reason = self.reason(callee);
                self.host.unknown_call(self.interpreter, None, &reason, arguments, span);
                Ok(Value::Unknown(Rc::from(reason)))
            }
        }
    }

    pub(super) fn closure(&mut self, code: &Code, function: FunctionId) -> Value {
        let closure = Closure { module: code.module.clone(), function, frame: code.frame };
        Value::Function(self.heap().push_closure(closure))
    }

    /// A function after its decorators, as far as they are the project's own; a library's are taken to keep it.
    pub(super) fn decorate(&mut self, code: &Code, function: FunctionId, value: Value) -> Run<Value> {
        let module = code.module.clone();
        let mut value = value;
        for decorator in module.function(function).decorators.iter().rev() {
            let decorator = self.eval(code, *decorator)?;
            if let Value::Function(_) | Value::Bound(..) = decorator {
                let span = module.span(module.function(function).range);
                let wrapped = self.call(&decorator, &Rc::new(Arguments::of(vec![value.clone()])), span)?;
                if matches!(wrapped, Value::Function(_) | Value::Bound(..)) {
                    value = wrapped;
                }
            }
        }
        Ok(value)
    }

    /// Calls a function of the project, with its first argument if it is a method.
    pub(super) fn call_function(
        &mut self,
        closure: ClosureId,
        first: Option<Value>,
        arguments: &Arguments,
    ) -> Run<Value> {
        let own_this = self.interpreter.script && !self.is_arrow(closure);
        let closure = self.interpreter.heap.closure(closure).clone();
        let mut frame = Frame { parent: Some(closure.frame), ..Frame::default() };
        let mut first = first;
        if self.interpreter.script {
            let this = first.take().unwrap_or(Value::None);
            if own_this {
                frame.names.insert(Rc::from("this"), this);
            }
        }
        let code = Code::new(closure.module.clone(), self.heap().push_frame(frame));
        let function = closure.module.function(closure.function);
        self.bind_parameters(&code, closure.function, first, arguments)?;
        if let Some(expression) = function.expression {
            return self.eval(&code, expression);
        }
        if function.is_generator {
            self.interpreter.yields.push(Vec::new());
            let flow = self.run_block(&code, &function.body);
            let items = self.interpreter.yields.pop().unwrap_or_default();
            flow?;
            return Ok(self.interpreter.list(items));
        }
        match self.run_block(&code, &function.body) {
            Ok(Flow::Return(value)) => Ok(value),
            Ok(Flow::Next | Flow::Break | Flow::Continue) => Ok(Value::None),
            // Migrations work, or nobody would keep them: what nobody catches is more likely something not understood.
            Err(Stop::Raise(_)) if !self.interpreter.is_guarded() => {
                let span = code.module.span(function.range);
                self.host.journal().left_out(
                    span,
                    "an error is raised here as far as can be seen; what follows it is not read",
                );
                Ok(Value::unknown(RAISED))
            }
            Err(stop) => Err(stop),
        }
    }

    fn bind_parameters(
        &mut self,
        code: &Code,
        function: FunctionId,
        first: Option<Value>,
        arguments: &Arguments,
    ) -> Run<()> {
        let module = code.module.clone();
        let function = module.function(function);
        let mut positional = first.into_iter().chain(arguments.positional.iter().cloned());
        let mut taken: Vec<&str> = Vec::new();
        for param in &function.params {
            let name = match &module.pattern(param.pattern).kind {
                crate::code::tree::PatternKind::Name(name) => module.text(*name),
                _ => "",
            };
            let value = match param.kind {
                ParamKind::RestItems => {
                    let rest = positional.by_ref().collect();
                    let id = self.heap().push_items(rest);
                    if module.language.is_python() { Value::Tuple(id) } else { Value::List(id) }
                }
                ParamKind::RestKeywords => {
                    let rest = arguments.keywords.iter().filter(|(keyword, _)| !taken.contains(&&**keyword));
                    let rest = rest.map(|(key, value)| (Value::text(key), value.clone())).collect();
                    Value::Dict(self.heap().push_dict(rest))
                }
                ParamKind::Plain | ParamKind::KeywordOnly => {
                    taken.push(name);
                    let by_position = (param.kind == ParamKind::Plain).then(|| positional.next()).flatten();
                    let given = by_position.or_else(|| arguments.keyword(name).cloned());
                    let script = self.interpreter.script;
                    match given.filter(|given| !(script && matches!(given, Value::None))) {
                        Some(value) => value,
                        None if arguments.incomplete => Value::unknown("the arguments are not known"),
                        None => match param.default {
                            Some(default) => self.eval(code, default)?,
                            None if script => Value::None,
                            None => Value::unknown("an argument is missing"),
                        },
                    }
                }
            };
            if param.declares_field
                && let Some(this) = self.interpreter.heap.frame(code.frame).names.get("this").cloned()
            {
                self.set_member(&this, name, value.clone())?;
            }
            self.bind(code, param.pattern, value)?;
        }
        Ok(())
    }

    /// What reading a method gives: the function bound to its object, or what a property computes.
    pub(super) fn bind_method(&mut self, value: Value, object: &Value, class: &Value) -> Run<Value> {
        let Value::Function(id) = value else { return Ok(value) };
        let closure = self.interpreter.heap.closure(id).clone();
        let function = closure.module.function(closure.function);
        if function.kind == FunctionKind::Getter {
            return self.call_function(id, Some(object.clone()), &Arguments::default());
        }
        let decorated = |wanted: &str| {
            function.decorators.iter().any(|decorator| {
                let range = closure.module.expr(*decorator).range;
                closure.module.slice(range).rsplit('.').next() == Some(wanted)
            })
        };
        if function.is_static || function.class.is_none() {
            return Ok(Value::Function(id));
        }
        if decorated("cached_property") {
            return self.call_function(id, Some(object.clone()), &Arguments::default());
        }
        let first = if decorated("classmethod") { class } else { object };
        Ok(Value::Bound(Rc::new(first.clone()), id))
    }

    /// Raises an exception of a library, by its dotted name.
    pub fn raise<T>(&mut self, path: &str) -> Run<T> {
        let symbol = self.interpreter.symbol(path);
        Err(Stop::Raise(symbol))
    }
}
