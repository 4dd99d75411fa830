//! Functions of Python itself.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::code::interpret::statement::Iteration;
use crate::code::interpret::{Arguments, Run, Runner, Value};
use crate::text::Span;

/// The builtins that mean something here; also the types that `isinstance` is asked about.
const BUILTINS: &[&str] = &[
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "dict",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "hasattr",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "next",
    "object",
    "print",
    "range",
    "repr",
    "reversed",
    "set",
    "setattr",
    "sorted",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "zip",
    "Exception",
    "BaseException",
    "ValueError",
    "KeyError",
    "TypeError",
    "RuntimeError",
    "AttributeError",
    "ImportError",
    "ModuleNotFoundError",
    "NotImplementedError",
    "StopIteration",
    "property",
    "staticmethod",
    "classmethod",
    "callable",
    "id",
    "vars",
    "dir",
    "open",
    "globals",
    "locals",
    "input",
];

/// Whether the language itself has this name.
pub(super) fn is_builtin(name: &str) -> bool {
    BUILTINS.contains(&name)
}

impl Runner<'_, '_> {
    pub(super) fn call_builtin(&mut self, name: &str, arguments: &Arguments, span: Span) -> Run<Value> {
        let first = arguments.positional.first().cloned();
        match (name, first) {
            ("range", Some(_)) => self.range(arguments),
            ("list" | "tuple" | "set" | "frozenset" | "iter" | "reversed", None) => {
                self.collection(name, vec![])
            }
            ("list" | "tuple" | "set" | "frozenset" | "iter" | "reversed", Some(items)) => {
                match self.iterate(&items, false)? {
                    Iteration::Items(items) => self.collection(name, items),
                    Iteration::Unknown => Ok(Value::unknown(&self.reason(&items))),
                }
            }
            ("sorted", Some(items)) => self.sorted(&items, arguments),
            ("len", Some(items)) => Ok(match (&items, self.interpreter.items(&items)) {
                (_, Some(items)) => int(items.len()),
                (Value::Str(text), _) if !text.has_holes() => int(text.value.chars().count()),
                (Value::Dict(id), _) => int(self.interpreter.heap.dict(*id).len()),
                _ => Value::Unknown(Rc::from(self.reason(&items))),
            }),
            ("dict", first) => self.new_dict(first, arguments),
            ("str" | "repr" | "format", Some(value)) => Ok(match &value {
                Value::Unknown(_) => value,
                _ => Value::Str(self.to_text(&value)),
            }),
            ("str", None) => Ok(Value::text("")),
            ("int" | "float" | "abs", Some(value)) => Ok(match &value {
                Value::Int(_) => value,
                Value::Str(text) => text
                    .value
                    .trim()
                    .parse()
                    .map_or_else(|_| Value::unknown("the number is not known"), Value::Int),
                Value::Bool(truth) => Value::Int(i64::from(*truth)),
                _ => Value::unknown("the number is not known"),
            }),
            ("bool", Some(value)) => Ok(self
                .truth(&value)
                .map_or_else(|| Value::Unknown(Rc::from(self.reason(&value))), Value::Bool)),
            ("enumerate", Some(items)) => self.enumerate(&items, arguments),
            ("zip", Some(_)) => self.zip(arguments),
            ("any" | "all", Some(items)) => self.any_all(name, &items),
            ("map" | "filter", Some(function)) => self.map_filter(name, &function, arguments),
            ("max" | "min", Some(_)) => self.extreme(name, arguments),
            ("sum", Some(items)) => self.sum(&items),
            ("next", Some(items)) => Ok(match self.interpreter.items(&items) {
                Some([first, ..]) => first.clone(),
                Some([]) => arguments.positional.get(1).cloned().unwrap_or(Value::None),
                None => Value::unknown("the next item is not known"),
            }),
            ("isinstance", Some(value)) => {
                let class = arguments.positional.get(1).cloned().unwrap_or(Value::None);
                Ok(self
                    .is_instance(&value, &class)?
                    .map_or_else(|| Value::unknown("its type is not known before it runs"), Value::Bool))
            }
            ("getattr", Some(object)) => self.getattr(&object, arguments),
            ("hasattr", Some(object)) => match arguments.positional.get(1) {
                Some(Value::Str(name)) => {
                    let name = name.value.clone();
                    let value = self.member(&object, &name)?;
                    Ok(match (&object, value) {
                        (Value::External(_), _) => Value::unknown("what a library has is not known"),
                        (_, Value::Unknown(_)) => Value::Bool(false),
                        _ => Value::Bool(true),
                    })
                }
                _ => Ok(Value::unknown("the name is not known")),
            },
            ("setattr", Some(object)) => {
                if let [_, Value::Str(name), value] = arguments.positional.as_slice() {
                    self.set_member(&object, &name.value.clone(), value.clone())?;
                }
                Ok(Value::None)
            }
            ("type", Some(Value::Instance(id))) => Ok(Value::Class(self.interpreter.heap.instance(id).class)),
            ("callable", Some(value)) => Ok(Value::Bool(matches!(
                value,
                Value::Function(_)
                    | Value::Bound(..)
                    | Value::Class(_)
                    | Value::Builtin(_)
                    | Value::External(_)
            ))),
            ("open", Some(_)) => {
                let opened = self.open(arguments);
                Ok(opened.unwrap_or_else(|| Value::unknown("the file is not one of the project")))
            }
            ("print", _) => Ok(Value::None),
            ("staticmethod" | "classmethod" | "property", Some(value)) => Ok(value),
            (name, _) if name.ends_with("Error") || name.ends_with("Exception") => {
                // An exception object: only its class is asked for.
                let _ = span;
                Ok(Value::Builtin(Rc::from(name)))
            }
            _ => Ok(Value::Unknown(Rc::from(format!("`{name}()` is not known before it runs")))),
        }
    }

    fn collection(&mut self, name: &str, mut items: Vec<Value>) -> Run<Value> {
        self.spend(items.len())?;
        Ok(match name {
            "tuple" => Value::Tuple(self.heap().push_items(items)),
            "set" | "frozenset" => self.set_of(items),
            "reversed" => {
                items.reverse();
                self.interpreter.list(items)
            }
            _ => self.interpreter.list(items),
        })
    }

    fn range(&mut self, arguments: &Arguments) -> Run<Value> {
        let numbers: Option<Vec<i64>> = arguments
            .positional
            .iter()
            .map(|value| if let Value::Int(number) = value { Some(*number) } else { None })
            .collect();
        let (start, end, step) = match numbers.as_deref() {
            Some([end]) => (0, *end, 1),
            Some([start, end]) => (*start, *end, 1),
            Some([start, end, step]) if *step != 0 => (*start, *end, *step),
            _ => return Ok(Value::unknown("the range is not known")),
        };
        let mut items = Vec::new();
        let mut at = start;
        while (step > 0 && at < end) || (step < 0 && at > end) {
            if items.len() > self.interpreter.limits.iterations {
                return Err(super::Stop::Exhausted("a loop runs for too long"));
            }
            items.push(Value::Int(at));
            at = at.saturating_add(step);
        }
        self.spend(items.len())?;
        Ok(self.interpreter.list(items))
    }

    /// `sorted(items, key=, reverse=)`.
    pub(super) fn sorted(&mut self, items: &Value, arguments: &Arguments) -> Run<Value> {
        let Iteration::Items(items) = self.iterate(items, false)? else {
            return Ok(Value::unknown(&self.reason(items)));
        };
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            let key = match arguments.keyword("key") {
                Some(Value::None) | None => item.clone(),
                Some(function) => {
                    let function = function.clone();
                    self.call(&function, &Rc::new(Arguments::of(vec![item.clone()])), Self::nowhere())?
                }
            };
            keyed.push((key, item));
        }
        // Items that have no known order keep the one they have.
        keyed.sort_by(|(one, _), (other, _)| self.compare(one, other).unwrap_or(Ordering::Equal));
        if matches!(arguments.keyword("reverse"), Some(Value::Bool(true))) {
            keyed.reverse();
        }
        self.spend(keyed.len())?;
        Ok(self.interpreter.list(keyed.into_iter().map(|(_, item)| item).collect()))
    }

    pub(super) fn new_dict(&mut self, first: Option<Value>, arguments: &Arguments) -> Run<Value> {
        let made = Value::Dict(self.heap().push_dict(Vec::new()));
        match first {
            Some(Value::Dict(other)) => {
                for (key, value) in self.interpreter.heap.dict(other).clone() {
                    self.set_item(&made, &key, value);
                }
            }
            Some(items) => {
                let Iteration::Items(items) = self.iterate(&items, false)? else {
                    return Ok(Value::unknown(&self.reason(&items)));
                };
                for item in items {
                    if let Some([key, value]) = self.interpreter.items(&item) {
                        let (key, value) = (key.clone(), value.clone());
                        self.set_item(&made, &key, value);
                    }
                }
            }
            None => {}
        }
        for (key, value) in &arguments.keywords {
            self.set_item(&made, &Value::text(key), value.clone());
        }
        Ok(made)
    }

    fn enumerate(&mut self, items: &Value, arguments: &Arguments) -> Run<Value> {
        let Iteration::Items(items) = self.iterate(items, false)? else {
            return Ok(Value::unknown(&self.reason(items)));
        };
        let start = match arguments.get(1, "start") {
            Some(Value::Int(start)) => *start,
            _ => 0,
        };
        let mut pairs = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let at = Value::Int(start.saturating_add(i64::try_from(index).unwrap_or(0)));
            pairs.push(Value::Tuple(self.heap().push_items(vec![at, item])));
        }
        self.spend(pairs.len())?;
        Ok(self.interpreter.list(pairs))
    }

    fn zip(&mut self, arguments: &Arguments) -> Run<Value> {
        let mut columns = Vec::new();
        for items in &arguments.positional {
            match self.iterate(items, false)? {
                Iteration::Items(items) => columns.push(items),
                Iteration::Unknown => return Ok(Value::unknown(&self.reason(items))),
            }
        }
        let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
        let mut zipped = Vec::with_capacity(rows);
        for row in 0..rows {
            let items = columns.iter().filter_map(|column| column.get(row).cloned()).collect();
            zipped.push(Value::Tuple(self.heap().push_items(items)));
        }
        self.spend(zipped.len())?;
        Ok(self.interpreter.list(zipped))
    }

    fn any_all(&mut self, name: &str, items: &Value) -> Run<Value> {
        let Iteration::Items(items) = self.iterate(items, false)? else {
            return Ok(Value::unknown(&self.reason(items)));
        };
        let decides = name == "any";
        let mut unsure = false;
        for item in &items {
            match self.truth(item) {
                Some(truth) if truth == decides => return Ok(Value::Bool(decides)),
                Some(_) => {}
                None => unsure = true,
            }
        }
        Ok(if unsure { Value::unknown("an item is not known before it runs") } else { Value::Bool(!decides) })
    }

    fn map_filter(&mut self, name: &str, function: &Value, arguments: &Arguments) -> Run<Value> {
        let items = arguments.positional.get(1).cloned().unwrap_or(Value::None);
        let Iteration::Items(items) = self.iterate(&items, false)? else {
            return Ok(Value::unknown(&self.reason(&items)));
        };
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            let result = match function {
                Value::None => item.clone(),
                _ => self.call(function, &Rc::new(Arguments::of(vec![item.clone()])), Self::nowhere())?,
            };
            if name == "map" {
                results.push(result);
                continue;
            }
            match self.truth(&result) {
                Some(true) => results.push(item),
                Some(false) => {}
                None => return Ok(Value::unknown("a filter by something not known")),
            }
        }
        Ok(self.interpreter.list(results))
    }

    fn extreme(&mut self, name: &str, arguments: &Arguments) -> Run<Value> {
        let items = match arguments.positional.as_slice() {
            [only] => match self.iterate(only, false)? {
                Iteration::Items(items) => items,
                Iteration::Unknown => return Ok(Value::unknown(&self.reason(only))),
            },
            several => several.to_vec(),
        };
        let wanted = if name == "max" { Ordering::Greater } else { Ordering::Less };
        let mut best: Option<Value> = None;
        for item in items {
            best = match best {
                None => Some(item),
                Some(best) => match self.compare(&item, &best) {
                    Some(order) => Some(if order == wanted { item } else { best }),
                    None => return Ok(Value::unknown("the order of the items is not known")),
                },
            };
        }
        Ok(best.unwrap_or_else(|| Value::unknown("there is no item")))
    }

    fn sum(&mut self, items: &Value) -> Run<Value> {
        let Iteration::Items(items) = self.iterate(items, false)? else {
            return Ok(Value::unknown(&self.reason(items)));
        };
        let numbers: Option<Vec<i64>> = items
            .iter()
            .map(|item| if let Value::Int(number) = item { Some(*number) } else { None })
            .collect();
        Ok(numbers.map_or_else(
            || Value::unknown("a sum of something not known"),
            |numbers| Value::Int(numbers.into_iter().fold(0, i64::saturating_add)),
        ))
    }

    fn getattr(&mut self, object: &Value, arguments: &Arguments) -> Run<Value> {
        match arguments.positional.get(1) {
            Some(Value::Str(name)) if !name.has_holes() => {
                let name = name.value.clone();
                let value = self.member(object, &name)?;
                Ok(match (&value, arguments.positional.get(2)) {
                    (Value::Unknown(_), Some(default)) if !matches!(object, Value::Unknown(_)) => {
                        default.clone()
                    }
                    _ => value,
                })
            }
            _ => Ok(Value::unknown("the name of the attribute is not known before it runs")),
        }
    }

    /// Whether `value` is an instance of `class`.
    pub(super) fn is_instance(&mut self, value: &Value, class: &Value) -> Run<Option<bool>> {
        if let Some(classes) = self.interpreter.items(class).map(<[Value]>::to_vec) {
            let mut any = Some(false);
            for class in &classes {
                match self.is_instance(value, class)? {
                    Some(true) => return Ok(Some(true)),
                    Some(false) => {}
                    None => any = None,
                }
            }
            return Ok(any);
        }
        if let (Value::Instance(id), Value::Class(class)) = (value, class) {
            let own = self.interpreter.heap.instance(*id).class;
            return Ok(Some(self.lineage(own)?.0.contains(class)));
        }
        if let (Some(name), Value::Builtin(class)) = (builtin_type(value), class) {
            let also = (name == "bool" && &**class == "int") || &**class == "object";
            return Ok(Some(name == &**class || also));
        }
        if matches!(value, Value::Unknown(_)) || matches!(class, Value::Unknown(_)) {
            return Ok(None);
        }
        let host = &mut *self.host;
        Ok(host.is_instance(self.interpreter, value, class))
    }
}

fn int(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// The builtin type of a concrete value.
fn builtin_type(value: &Value) -> Option<&'static str> {
    match value {
        Value::None => Some("NoneType"),
        Value::Bool(_) => Some("bool"),
        Value::Int(_) => Some("int"),
        Value::Float(_) => Some("float"),
        Value::Str(_) => Some("str"),
        Value::List(_) => Some("list"),
        Value::Tuple(_) => Some("tuple"),
        Value::Set(_) => Some("set"),
        Value::Dict(_) => Some("dict"),
        _ => None,
    }
}
