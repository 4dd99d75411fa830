//! JavaScript and TypeScript, where they are not as Python: `undefined`, `this`, prototypes' methods, promises.
//!
//! A promise stands for what it comes to: `await` gives its operand, `then` calls at once. What migrations write runs in
//! the order in which it is written, and one that does not wait for its statements is not more right for it.

mod array;
mod classes;
mod exports;
mod functions;
mod library;

mod text;

pub(super) use library::place_name;

use std::rc::Rc;

use crate::code::interpret::{Arguments, ClosureId, Code, Run, Runner, Value};
use crate::code::tree::{ExprId, ExprKind, UnaryOp};
use crate::text::{Span, TextRange};

/// Names that the language, or Node, has.
const GLOBALS: &[&str] = &[
    "Array",
    "BigInt",
    "Boolean",
    "Buffer",
    "Date",
    "Error",
    "JSON",
    "Map",
    "Math",
    "Number",
    "Object",
    "Promise",
    "RangeError",
    "Reflect",
    "RegExp",
    "Set",
    "String",
    "Symbol",
    "TypeError",
    "console",
    "globalThis",
    "isNaN",
    "parseFloat",
    "parseInt",
    "process",
    "setTimeout",
];

/// Whether the language, or Node, has this name.
pub(super) fn is_global(name: &str) -> bool {
    GLOBALS.contains(&name)
}

impl Runner<'_, '_> {
    /// `object.name`, where JavaScript has an answer of its own.
    pub(super) fn script_member(&mut self, object: &Value, name: &str) -> Option<Value> {
        let count = |length: usize| Value::Int(i64::try_from(length).unwrap_or(i64::MAX));
        match (object, name) {
            (Value::List(id) | Value::Tuple(id), "length") | (Value::Set(id), "size") => {
                Some(count(self.interpreter.heap.items(*id).len()))
            }
            (Value::Str(text), "length") if !text.has_holes() => {
                Some(count(text.value.encode_utf16().count()))
            }
            (Value::Dict(_), _) => Some(self.interpreter.entry(object, name).cloned().unwrap_or(Value::None)),
            (Value::Builtin(path), _) if &**path == "process" => {
                Some(Value::Unknown(Rc::from(format!("`process.{name}` is not known before it runs"))))
            }
            (Value::Builtin(path), _) if &**path == "globalThis" => Some(Value::Builtin(Rc::from(name))),
            (Value::Builtin(path), _) => Some(Value::Builtin(Rc::from(format!("{path}.{name}")))),
            (Value::Function(id) | Value::Bound(_, id), "name") => {
                let closure = self.interpreter.heap.closure(*id);
                let name = closure.module.function(closure.function).name;
                Some(name.map_or(Value::text(""), |name| Value::text(closure.module.text(name))))
            }
            (Value::Class(id), "name") => Some(Value::text(&self.class_name(*id).unwrap_or_default())),
            (Value::Instance(id), "constructor") => {
                Some(Value::Class(self.interpreter.heap.instance(*id).class))
            }
            _ => None,
        }
    }

    /// A method that a value of the language has; `None` where it has none of this name.
    pub(super) fn script_method(
        &mut self,
        object: &Value,
        name: &str,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        if let Value::Dict(_) = object
            && let Some(own) = self.interpreter.entry(object, name).cloned()
        {
            return self.call_on(&own, object, arguments, span).map(Some);
        }
        if !matches!(object, Value::Instance(_) | Value::Class(_) | Value::Module(_))
            && let Some(value) = self.promised(object, name, arguments, span)?
        {
            return Ok(Some(value));
        }
        match object {
            Value::Str(text) => self.text_method(&text.clone(), name, arguments).map(Some),
            Value::List(id) | Value::Tuple(id) => {
                self.array_method(object, *id, name, arguments, span).map(Some)
            }
            Value::Set(id) => self.script_set_method(object, *id, name, arguments).map(Some),
            Value::Dict(id) => self.map_method(object, *id, name, arguments),
            Value::Function(_) | Value::Bound(..) => self.function_method(object, name, arguments, span),
            Value::Int(_) | Value::Float(_) | Value::Bool(_) if matches!(name, "toString" | "valueOf") => {
                Ok(Some(Value::Str(self.to_text(object))))
            }
            _ => Ok(None),
        }
    }

    /// `then`, `catch` and `finally`: the promise has come to its value, and nothing went wrong.
    fn promised(
        &mut self,
        object: &Value,
        name: &str,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        let Some(function) = arguments.positional.first().cloned() else { return Ok(None) };
        match name {
            "then" => self.call(&function, &Rc::new(Arguments::of(vec![object.clone()])), span).map(Some),
            "catch" => Ok(Some(object.clone())),
            "finally" => {
                self.call(&function, &Rc::default(), span)?;
                Ok(Some(object.clone()))
            }
            _ => Ok(None),
        }
    }

    fn function_method(
        &mut self,
        object: &Value,
        name: &str,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        let this = arguments.positional.first().cloned().unwrap_or(Value::None);
        let rest = match (name, arguments.positional.get(1)) {
            ("call", _) => arguments.positional.iter().skip(1).cloned().collect(),
            ("apply", Some(list)) => self.interpreter.items(list).map(<[Value]>::to_vec).unwrap_or_default(),
            ("apply", None) => Vec::new(),
            ("bind", None) => {
                return Ok(Some(match object {
                    Value::Function(id) => Value::Bound(Rc::new(this), *id),
                    other => other.clone(),
                }));
            }
            _ => return Ok(None),
        };
        self.call_on(object, &this, &Rc::new(Arguments::of(rest)), span).map(Some)
    }

    /// Calls a function with `this`.
    ///
    /// # Errors
    /// What the call raises, or the limit that it reaches.
    pub fn call_on(
        &mut self,
        function: &Value,
        this: &Value,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Value> {
        match function {
            Value::Function(id) => {
                let (id, this) = (*id, this.clone());
                self.deeper(|run| run.call_function(id, Some(this), arguments))
            }
            other => self.call(other, arguments, span),
        }
    }

    /// Whether a function has no `this` of its own.
    pub(super) fn is_arrow(&self, closure: ClosureId) -> bool {
        let closure = self.interpreter.heap.closure(closure);
        let function = closure.module.function(closure.function);
        if function.expression.is_some() {
            return true;
        }
        let end = function.body.first().map(|first| closure.module.stmt(*first).range.start);
        let head = TextRange { start: function.range.start, end: end.unwrap_or(function.range.end) };
        let head = closure.module.slice(head);
        let head = head.strip_prefix("async").unwrap_or(head).trim_start();
        !head.starts_with("function") && head.contains("=>") && function.class.is_none()
    }

    /// `typeof x`, `void x`; `None` for other operators.
    pub(super) fn script_unary(&mut self, op: UnaryOp, value: &Value) -> Option<Value> {
        if op != UnaryOp::Typeof {
            return None;
        }
        let name = match value {
            Value::None => "undefined",
            Value::Bool(_) => "boolean",
            Value::Int(_) | Value::Float(_) => "number",
            Value::Str(_) => "string",
            Value::Function(_) | Value::Bound(..) | Value::Class(_) | Value::Method(..) => "function",
            Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_) | Value::Instance(_) => {
                "object"
            }
            Value::Module(_)
            | Value::Package(_)
            | Value::Import { .. }
            | Value::Builtin(_)
            | Value::External(_)
            | Value::Unknown(_) => return None,
        };
        Some(Value::text(name))
    }

    /// `x++`, `--x`; `None` for other operators.
    pub(super) fn script_update(
        &mut self,
        code: &Code,
        range: TextRange,
        operand: ExprId,
    ) -> Run<Option<Value>> {
        let text = code.module.slice(range).to_owned();
        let step = match text.as_str() {
            _ if text.starts_with("++") || text.ends_with("++") => 1,
            _ if text.starts_with("--") || text.ends_with("--") => -1,
            _ => return Ok(None),
        };
        let value = self.eval(code, operand)?;
        let after = match value {
            Value::Int(number) => Value::Int(number.saturating_add(step)),
            _ => Value::unknown("a count of something not known"),
        };
        self.assign_to(code, operand, after.clone())?;
        Ok(Some(if text.ends_with(['+', '-']) { value } else { after }))
    }

    /// `a, b`, and what else the tree keeps as its parts alone.
    pub(super) fn script_other(&mut self, code: &Code, range: TextRange, parts: &[ExprId]) -> Run<Value> {
        let mut last = None;
        for part in parts {
            last = Some(self.eval(code, *part)?);
        }
        // A regular expression has no parts.
        let sequence = last.filter(|_| code.module.slice(range).contains(','));
        Ok(sequence.unwrap_or_else(|| Value::unknown("the expression is not understood")))
    }

    fn assign_to(&mut self, code: &Code, target: ExprId, value: Value) -> Run<()> {
        match code.module.expr(target).kind {
            ExprKind::Name(name) => {
                let name = code.module.text(name).to_owned();
                self.bind_name(code, &name, value);
                Ok(())
            }
            _ => self.store(code, target, value),
        }
    }
}
