//! The functions that the language itself has: `Object.keys`, `Promise.all`, `new Set(...)`.

use std::rc::Rc;

use crate::code::interpret::statement::Iteration;
use crate::code::interpret::{Arguments, Run, Runner, Text, Value};
use crate::text::Span;

impl Runner<'_, '_> {
    /// Calls a function of the language.
    pub(in crate::code::interpret) fn script_function(
        &mut self,
        name: &str,
        arguments: &Arguments,
        span: Span,
    ) -> Run<Value> {
        let first = arguments.positional.first().cloned();
        match (name, first) {
            ("Object.keys" | "Object.values" | "Object.entries", Some(object)) => {
                self.parts_of(name, &object)
            }
            ("Object.assign", Some(object)) => {
                for other in arguments.positional.iter().skip(1) {
                    if let Value::Dict(id) = other {
                        for (key, value) in self.interpreter.heap.dict(*id).clone() {
                            self.set_item(&object, &key, value);
                        }
                    }
                }
                Ok(object)
            }
            ("Object.fromEntries" | "Map", Some(pairs)) => self.object_of_entries(&pairs),
            ("Map", None) => Ok(Value::Dict(self.heap().push_dict(Vec::new()))),
            ("Object.freeze" | "Object.seal" | "Promise.resolve" | "Object", Some(value)) => Ok(value),
            ("Promise.all" | "Promise.allSettled" | "Promise.race" | "Array.from", Some(items)) => {
                self.all_of(name, &items, arguments, span)
            }
            ("Promise", Some(function)) => {
                let settle = Value::Builtin(Rc::from("Promise.resolve"));
                self.call(&function, &Rc::new(Arguments::of(vec![settle.clone(), settle])), span)
            }
            ("Set", first) => {
                let items = match first {
                    Some(items) => self.iterate(&items, false)?,
                    None => Iteration::Items(Vec::new()),
                };
                Ok(match items {
                    Iteration::Items(items) => self.set_of(items),
                    Iteration::Unknown => Value::unknown("a set of something not known"),
                })
            }
            ("Array.isArray", Some(value)) => Ok(match value {
                Value::Unknown(_) | Value::External(_) => {
                    Value::unknown("its type is not known before it runs")
                }
                value => Value::Bool(matches!(value, Value::List(_) | Value::Tuple(_))),
            }),
            ("Array.of" | "Array", _) => Ok(self.interpreter.list(arguments.positional.clone())),
            ("String", Some(value)) => Ok(Value::Str(self.to_text(&value))),
            ("Number" | "parseInt" | "BigInt", Some(value)) => Ok(number(&value)),
            ("Boolean", Some(value)) => Ok(self
                .truth(&value)
                .map_or_else(|| Value::unknown("its value is not known before it runs"), Value::Bool)),
            ("JSON.stringify", Some(value)) => {
                let text = self.json(&value, 0);
                Ok(text.map_or_else(
                    || Value::text(Text::HOLE.encode_utf8(&mut [0; 4])),
                    |text| Value::text(&text),
                ))
            }
            ("Math.max" | "Math.min", Some(_)) => {
                let numbers = arguments.positional.iter().map(|value| match value {
                    Value::Int(number) => Some(*number),
                    _ => None,
                });
                let numbers: Option<Vec<i64>> = numbers.collect();
                let best = numbers.and_then(|numbers| match name {
                    "Math.max" => numbers.into_iter().max(),
                    _ => numbers.into_iter().min(),
                });
                Ok(best.map_or_else(|| Value::unknown("the numbers are not known"), Value::Int))
            }
            (name, _) if name.ends_with("Error") || name.starts_with("console.") || name == "setTimeout" => {
                Ok(if name.ends_with("Error") { Value::Builtin(Rc::from(name)) } else { Value::None })
            }
            _ => Ok(Value::Unknown(Rc::from(format!("`{name}()` is not known before it runs")))),
        }
    }

    fn parts_of(&mut self, name: &str, object: &Value) -> Run<Value> {
        let pairs: Vec<(Value, Value)> = match object {
            Value::Dict(id) => self.interpreter.heap.dict(*id).clone(),
            Value::List(id) => {
                let items = self.interpreter.heap.items(*id).iter().enumerate();
                items.map(|(at, item)| (Value::text(&at.to_string()), item.clone())).collect()
            }
            Value::Class(id) => match self.enum_members(*id)? {
                Some(members) => members.iter().filter_map(|member| self.member_pair(member)).collect(),
                None => return Ok(Value::unknown(&self.reason(object))),
            },
            _ => return Ok(Value::unknown(&self.reason(object))),
        };
        self.spend(pairs.len())?;
        let mut parts = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            parts.push(match name {
                "Object.keys" => key,
                "Object.values" => value,
                _ => self.interpreter.list(vec![key, value]),
            });
        }
        Ok(self.interpreter.list(parts))
    }

    /// The name and value of a member of an enum.
    fn member_pair(&self, member: &Value) -> Option<(Value, Value)> {
        let Value::Instance(id) = member else { return None };
        let attributes = &self.interpreter.heap.instance(*id).attributes;
        Some((attributes.get("name")?.clone(), attributes.get("value")?.clone()))
    }

    fn object_of_entries(&mut self, pairs: &Value) -> Run<Value> {
        let Iteration::Items(pairs) = self.iterate(pairs, false)? else {
            return Ok(Value::unknown("an object of something not known"));
        };
        let object = Value::Dict(self.heap().push_dict(Vec::new()));
        for pair in pairs {
            if let Some([key, value]) = self.interpreter.items(&pair) {
                let (key, value) = (key.clone(), value.clone());
                self.set_item(&object, &key, value);
            }
        }
        Ok(object)
    }

    fn all_of(&mut self, name: &str, items: &Value, arguments: &Arguments, span: Span) -> Run<Value> {
        let Iteration::Items(items) = self.iterate(items, false)? else {
            return Ok(Value::unknown(&self.reason(items)));
        };
        if name == "Promise.race" {
            return Ok(items.first().cloned().unwrap_or(Value::None));
        }
        let Some(function) = arguments.positional.get(1).cloned() else {
            return Ok(self.interpreter.list(items));
        };
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            results.push(self.call(&function, &Rc::new(Arguments::of(vec![item])), span)?);
        }
        Ok(self.interpreter.list(results))
    }

    /// The value as `JSON.stringify` writes it; `None` where a part of it is not known.
    pub fn json_text(&self, value: &Value) -> Option<String> {
        self.json(value, 0)
    }

    /// The value as JSON; `None` where a part of it is not known.
    fn json(&self, value: &Value, depth: u32) -> Option<String> {
        if depth > 32 {
            return None;
        }
        let plain = |text: &str| serde_json::to_string(text).ok();
        Some(match value {
            Value::None => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Str(text) if !text.has_holes() => plain(&text.value)?,
            Value::Instance(_) => plain(&self.interpreter.as_text(value)?.value)?,
            Value::List(id) => {
                let items = self.interpreter.heap.items(*id).iter();
                let items: Option<Vec<String>> = items.map(|item| self.json(item, depth + 1)).collect();
                format!("[{}]", items?.join(","))
            }
            Value::Dict(id) => {
                let mut parts = Vec::new();
                for (key, value) in self.interpreter.heap.dict(*id) {
                    let key = plain(&self.interpreter.as_text(key)?.value)?;
                    parts.push(format!("{key}:{}", self.json(value, depth + 1)?));
                }
                format!("{{{}}}", parts.join(","))
            }
            _ => return None,
        })
    }
}

fn number(value: &Value) -> Value {
    match value {
        Value::Int(_) | Value::Float(_) => value.clone(),
        Value::Bool(truth) => Value::Int(i64::from(*truth)),
        Value::Str(text) => {
            text.value.trim().parse().map_or_else(|_| Value::unknown("the number is not known"), Value::Int)
        }
        _ => Value::unknown("the number is not known"),
    }
}
