//! Classes of the project: their bodies, members, instances, enums.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::code::interpret::value::{ClassBody, ClassValue};
use crate::code::interpret::{
    Arguments, ClassValueId, Code, External, Frame, FrameId, Instance, Run, Runner, Value,
};
use crate::code::tree::{ClassId, ClassMember, MemberKind, Module};
use crate::text::Span;

/// How far bases are followed.
const MOST_BASES: usize = 64;

impl Runner<'_, '_> {
    pub(super) fn class_value(&mut self, code: &Code, class: ClassId) -> Value {
        let value = ClassValue { module: code.module.clone(), class, frame: code.frame, body: None };
        Value::Class(self.heap().push_class(value))
    }

    /// The name that a class was given.
    pub fn class_name(&self, class: ClassValueId) -> Option<String> {
        let value = self.interpreter.heap.class(class);
        let name = value.module.class(value.class).name?;
        Some(value.module.text(name).to_owned())
    }

    /// The module that a class stands in.
    pub fn class_module(&self, class: ClassValueId) -> Arc<Module> {
        self.interpreter.heap.class(class).module.clone()
    }

    /// Where a class stands: its name.
    pub fn class_place(&self, class: ClassValueId) -> Span {
        let value = self.interpreter.heap.class(class);
        let tree = value.module.class(value.class);
        value.module.span(tree.name.map_or(tree.range, |name| name.range))
    }

    /// The members of a class's own body: name, place of the name, what it is.
    pub fn class_members(&self, class: ClassValueId) -> Vec<(String, Span, MemberKind)> {
        let value = self.interpreter.heap.class(class);
        let members = value.module.class(value.class).members.iter();
        let member = |member: &ClassMember| {
            let name = member.name;
            (value.module.text(name).to_owned(), value.module.span(name.range), member.kind)
        };
        members.map(member).collect()
    }

    /// The value of a keyword of a class: `table=True`.
    ///
    /// # Errors
    /// A limit that was reached.
    pub fn class_keyword(&mut self, class: ClassValueId, keyword: &str) -> Run<Option<Value>> {
        let value = self.interpreter.heap.class(class).clone();
        let keywords = &value.module.class(value.class).keywords;
        let is_named = |name: crate::code::tree::Ident| value.module.text(name) == keyword;
        let Some(found) = keywords.iter().find(|argument| argument.name.is_some_and(is_named)) else {
            return Ok(None);
        };
        self.eval(&Code::new(value.module.clone(), value.frame), found.value).map(Some)
    }

    /// What a name means in a class's body.
    ///
    /// # Errors
    /// A limit that was reached.
    pub fn class_name_value(&mut self, class: ClassValueId, name: &str) -> Run<Value> {
        let frame = self.class_frame(class)?;
        let code = Code::new(self.class_module(class), frame);
        self.lookup(&code, name)
    }

    /// Whether a class is an enum.
    ///
    /// # Errors
    /// A limit that was reached while its body ran.
    pub fn is_enum(&mut self, class: ClassValueId) -> Run<bool> {
        Ok(self.enum_members(class)?.is_some())
    }

    /// Runs the class's body, once.
    fn class_body(&mut self, class: ClassValueId) -> Run<ClassBody> {
        let value = self.interpreter.heap.class(class).clone();
        if let Some(body) = value.body {
            return Ok(body);
        }
        let frame = self.heap().push_frame(Frame { parent: Some(value.frame), ..Frame::default() });
        // A class can be asked for its own members while its body runs.
        let body = ClassBody { bases: Rc::from([]), frame };
        self.heap().class_mut(class).body = Some(body);
        let outer = Code::new(value.module.clone(), value.frame);
        let tree = value.module.class(value.class);
        let mut bases = Vec::new();
        for base in &tree.bases {
            let base = self.eval(&outer, *base)?;
            bases.push(self.settle(base)?);
        }
        let body = ClassBody { bases: Rc::from(bases), frame };
        self.heap().class_mut(class).body = Some(body.clone());
        if self.interpreter.script {
            self.bind_members(class, frame)?;
        }
        let inner = Code::new(value.module.clone(), frame);
        self.run_block(&inner, &tree.body)?;
        Ok(body)
    }

    /// The class and its bases of the project, in the order in which members are looked up, and the bases outside.
    ///
    /// # Errors
    /// A limit that is reached while a body runs.
    pub fn lineage(&mut self, class: ClassValueId) -> Run<(Vec<ClassValueId>, Vec<Value>)> {
        let mut found = Vec::new();
        let mut outside = Vec::new();
        let mut open = vec![class];
        while let Some(class) = open.pop() {
            if found.contains(&class) || found.len() >= MOST_BASES {
                continue;
            }
            found.push(class);
            let body = self.deeper(|run| run.class_body(class))?;
            for base in body.bases.iter().rev() {
                match base {
                    Value::Class(base) => open.push(*base),
                    other => {
                        open.extend(self.classes_in_call(other));
                        outside.push(other.clone());
                    }
                }
            }
        }
        Ok((found, outside))
    }

    /// The project's classes that a library makes a base of: `declarative_base(cls=Base)`, `with_metaclass(Meta, Base)`.
    fn classes_in_call(&self, base: &Value) -> Vec<ClassValueId> {
        let Value::External(id) = base else { return Vec::new() };
        let External::Call { arguments, .. } = self.interpreter.heap.external(*id) else { return Vec::new() };
        let values = arguments.positional.iter().chain(arguments.keywords.iter().map(|(_, value)| value));
        let class = |value: &Value| match value {
            Value::Class(class) => Some(*class),
            _ => None,
        };
        values.filter_map(class).collect()
    }

    /// The names that the class's own body binds.
    ///
    /// # Errors
    /// A limit that is reached while the body runs.
    pub fn class_frame(&mut self, class: ClassValueId) -> Run<FrameId> {
        Ok(self.deeper(|run| run.class_body(class))?.frame)
    }

    /// A member that the class or one of its bases of the project binds, as it is bound there.
    ///
    /// # Errors
    /// A limit that is reached while a body runs.
    pub fn class_attribute(&mut self, class: ClassValueId, name: &str) -> Run<Option<Value>> {
        for class in self.lineage(class)?.0 {
            let frame = self.class_frame(class)?;
            if let Some(value) = self.interpreter.heap.frame(frame).names.get(name).cloned() {
                return Ok(Some(self.settle(value)?));
            }
        }
        Ok(None)
    }

    pub(super) fn class_member(&mut self, class: ClassValueId, name: &str) -> Run<Value> {
        if name == "__name__" || name == "__qualname__" {
            return Ok(self.class_name(class).map_or(Value::None, |name| Value::text(&name)));
        }
        if let Some(members) = self.enum_members(class)? {
            if name == "__members__" {
                return Ok(self.interpreter.list(members));
            }
            let named = |member: &&Value| {
                matches!(member, Value::Instance(id)
                if matches!(self.interpreter.heap.instance(*id).attributes.get("name"),
                    Some(Value::Str(text)) if &*text.value == name))
            };
            if let Some(member) = members.iter().find(named) {
                return Ok(member.clone());
            }
        }
        let itself = Value::Class(class);
        match self.class_attribute(class, name)? {
            Some(value) => match &value {
                // Through the class, a method is a plain function.
                Value::Function(id) if !self.is_classmethod(*id) => Ok(value),
                _ => self.bind_method(value, &itself, &itself),
            },
            None => {
                let host = &mut *self.host;
                let value = host.class_member(self.interpreter, class, name)?;
                Ok(value.unwrap_or_else(|| Value::unknown("the class has it from a library")))
            }
        }
    }

    fn is_classmethod(&self, id: super::ClosureId) -> bool {
        let closure = self.interpreter.heap.closure(id);
        closure
            .module
            .function(closure.function)
            .decorators
            .iter()
            .any(|decorator| closure.module.slice(closure.module.expr(*decorator).range) == "classmethod")
    }

    pub(super) fn instance_member(&mut self, id: super::InstanceId, name: &str) -> Run<Value> {
        let instance = self.interpreter.heap.instance(id);
        if let Some(value) = instance.attributes.get(name) {
            return Ok(value.clone());
        }
        let class = instance.class;
        if name == "__class__" {
            return Ok(Value::Class(class));
        }
        match self.class_attribute(class, name)? {
            Some(value) => self.bind_method(value, &Value::Instance(id), &Value::Class(class)),
            None => self.library_member(class, name),
        }
    }

    /// What an instance has from a base outside the project: a member of an instance of that base.
    fn library_member(&mut self, class: ClassValueId, name: &str) -> Run<Value> {
        let base = self.lineage(class)?.1.into_iter().find_map(|base| match base {
            Value::External(id) => Some(id),
            _ => None,
        });
        let Some(callee) = base else { return Ok(Value::unknown("the object has it from a library")) };
        let call = External::Call { callee, arguments: Rc::default(), span: self.class_place(class) };
        let instance = Value::External(self.heap().push_external(call));
        self.member(&instance, name)
    }

    pub(super) fn instantiate(&mut self, class: ClassValueId, arguments: &Rc<Arguments>) -> Run<Value> {
        if let Some(members) = self.enum_members(class)? {
            let wanted = arguments.positional.first().cloned().unwrap_or(Value::None);
            for member in members {
                if let Value::Instance(id) = &member
                    && let Some(value) = self.interpreter.heap.instance(*id).attributes.get("value").cloned()
                    && self.equal(&value, &wanted) == Some(true)
                {
                    return Ok(member);
                }
            }
            return Ok(Value::unknown("the enum has no such member"));
        }
        if let Some(names) = self.tuple_fields(class)? {
            let arguments = self.with_defaults(class, &names, arguments)?;
            return Ok(self.named_tuple(names, &arguments));
        }
        let instance = Instance { class, attributes: FxHashMap::default(), arguments: arguments.clone() };
        let id = self.heap().push_instance(instance);
        if self.interpreter.script {
            self.construct(id, class, arguments)?;
            return Ok(Value::Instance(id));
        }
        match self.class_attribute(class, "__init__")? {
            Some(Value::Function(init)) => {
                self.call_function(init, Some(Value::Instance(id)), arguments)?;
            }
            _ => self.fill_fields(id, class, arguments)?,
        }
        Ok(Value::Instance(id))
    }

    /// The fields of a class that is a named tuple and nothing more.
    fn tuple_fields(&mut self, class: ClassValueId) -> Run<Option<Vec<Rc<str>>>> {
        let (_, outside) = self.lineage(class)?;
        let is_tuple = outside.iter().any(
            |base| matches!(base, Value::External(id) if self.interpreter.path(*id).ends_with("NamedTuple")),
        );
        let plain = self
            .class_members(class)
            .iter()
            .all(|(_, _, kind)| matches!(kind, MemberKind::Field { annotation: Some(_), .. }));
        Ok(if is_tuple && plain { Some(self.fields(class)?) } else { None })
    }

    /// Arguments with the defaults of fields that were not given.
    fn with_defaults(
        &mut self,
        class: ClassValueId,
        names: &[Rc<str>],
        arguments: &Arguments,
    ) -> Run<Arguments> {
        let mut whole = arguments.clone();
        for (at, name) in names.iter().enumerate() {
            if arguments.get(at, name).is_none()
                && let Some(default) = self.class_attribute(class, name)?
            {
                whole.keywords.push((name.clone(), default));
            }
        }
        Ok(whole)
    }

    /// What a dataclass's or a model's generated `__init__` does: annotated fields in order, then defaults.
    fn fill_fields(&mut self, id: super::InstanceId, class: ClassValueId, arguments: &Arguments) -> Run<()> {
        let fields = self.fields(class)?;
        let mut found: Vec<(Rc<str>, Value)> =
            fields.into_iter().zip(arguments.positional.iter().cloned()).collect();
        found.extend(arguments.keywords.iter().cloned());
        self.heap().instance_mut(id).attributes.extend(found);
        Ok(())
    }

    /// The annotated fields of a class and its bases, in order.
    fn fields(&mut self, class: ClassValueId) -> Run<Vec<Rc<str>>> {
        let mut fields: Vec<Rc<str>> = Vec::new();
        for class in self.lineage(class)?.0.into_iter().rev() {
            let value = self.interpreter.heap.class(class);
            for member in &value.module.class(value.class).members {
                if let MemberKind::Field { annotation: Some(_), .. } = member.kind {
                    let name: Rc<str> = Rc::from(value.module.text(member.name));
                    if !fields.contains(&name) {
                        fields.push(name);
                    }
                }
            }
        }
        Ok(fields)
    }

    /// What the decorators of a class are.
    ///
    /// # Errors
    /// A limit that was reached.
    pub fn class_decorators(&mut self, class: ClassValueId) -> Run<Vec<Value>> {
        let value = self.interpreter.heap.class(class).clone();
        let code = Code::new(value.module.clone(), value.frame);
        value.module.class(value.class).decorators.iter().map(|expr| self.eval(&code, *expr)).collect()
    }

    /// What the decorators of a function are.
    ///
    /// # Errors
    /// A limit that was reached.
    pub fn function_decorators(&mut self, closure: super::ClosureId) -> Run<Vec<Value>> {
        let closure = self.interpreter.heap.closure(closure).clone();
        let code = Code::new(closure.module.clone(), closure.frame);
        let function = closure.module.function(closure.function);
        function.decorators.iter().map(|expr| self.eval(&code, *expr)).collect()
    }

    /// The members of an enum, in order; `None` where the class is none.
    pub(super) fn enum_members(&mut self, class: ClassValueId) -> Run<Option<Vec<Value>>> {
        let (lineage, outside) = self.lineage(class)?;
        let is_enum = outside.iter().any(|base| match base {
            Value::External(id) => match self.interpreter.heap.external(*id) {
                External::Symbol(path) => {
                    let last = path.rsplit('.').next().unwrap_or("");
                    matches!(last, "Enum" | "StrEnum" | "IntEnum" | "Flag" | "IntFlag")
                }
                External::Member { .. } | External::Call { .. } => false,
            },
            _ => false,
        });
        let tree_kind = {
            let value = self.interpreter.heap.class(class);
            value.module.class(value.class).kind
        };
        if !is_enum && tree_kind != crate::code::tree::ClassKind::Enum {
            return Ok(None);
        }
        let mut members = Vec::new();
        for class in lineage.into_iter().rev() {
            let frame = self.class_frame(class)?;
            let value = self.interpreter.heap.class(class).clone();
            for member in &value.module.class(value.class).members {
                if !matches!(member.kind, MemberKind::Field { .. }) {
                    continue;
                }
                let name = value.module.text(member.name);
                if let Some(item) = self.interpreter.heap.frame(frame).names.get(name).cloned() {
                    members.push(self.enum_member(class, name, item));
                }
            }
        }
        Ok(Some(members))
    }

    fn enum_member(&mut self, class: ClassValueId, name: &str, value: Value) -> Value {
        // `auto()` of a `StrEnum` is the name in lower case (Python library reference, enum.auto).
        let value = match &value {
            Value::External(id) if self.interpreter.path(*id) == "enum.auto()" => {
                Value::text(&name.to_lowercase())
            }
            _ => value,
        };
        let attributes =
            [(Rc::from("name"), Value::text(name)), (Rc::from("value"), value)].into_iter().collect();
        let instance = Instance { class, attributes, arguments: Rc::default() };
        Value::Instance(self.heap().push_instance(instance))
    }
}
