//! Methods of arrays, sets and maps.

use std::rc::Rc;

use crate::code::interpret::statement::Iteration;
use crate::code::interpret::{Arguments, DictId, ItemsId, Run, Runner, Value};
use crate::text::Span;

impl Runner<'_, '_> {
    pub(super) fn array_method(
        &mut self,
        object: &Value,
        id: ItemsId,
        name: &str,
        arguments: &Arguments,
        span: Span,
    ) -> Run<Value> {
        let first = arguments.positional.first().cloned();
        match (name, first) {
            ("push", _) => {
                self.spend(arguments.positional.len())?;
                self.heap().items_mut(id).extend(arguments.positional.iter().cloned());
                Ok(Value::None)
            }
            ("unshift", _) => {
                self.heap().items_mut(id).splice(0..0, arguments.positional.iter().cloned());
                Ok(Value::None)
            }
            ("shift", _) => {
                let items = self.heap().items_mut(id);
                Ok(if items.is_empty() { Value::None } else { items.remove(0) })
            }
            ("pop", _) => Ok(self.heap().items_mut(id).pop().unwrap_or(Value::None)),
            ("concat", _) => {
                let mut items = self.interpreter.heap.items(id).clone();
                for more in &arguments.positional {
                    match self.interpreter.items(more) {
                        Some(more) => items.extend(more.iter().cloned()),
                        None => items.push(more.clone()),
                    }
                }
                self.spend(items.len())?;
                Ok(self.interpreter.list(items))
            }
            ("slice", _) => {
                let items = self.interpreter.heap.items(id).clone();
                let bound = |at: usize, default: usize| match arguments.positional.get(at) {
                    Some(Value::Int(at)) => clamp(*at, items.len()),
                    _ => default,
                };
                let (from, to) = (bound(0, 0), bound(1, items.len()));
                let part = items.get(from..to.max(from)).unwrap_or_default().to_vec();
                self.spend(part.len())?;
                Ok(self.interpreter.list(part))
            }
            ("reverse" | "toReversed", _) => {
                let mut items = self.interpreter.heap.items(id).clone();
                items.reverse();
                if name == "toReversed" {
                    return Ok(self.interpreter.list(items));
                }
                *self.heap().items_mut(id) = items;
                Ok(object.clone())
            }
            ("at", Some(Value::Int(at))) => {
                let items = self.interpreter.heap.items(id);
                let at = if at < 0 { at + i64::try_from(items.len()).unwrap_or(0) } else { at };
                Ok(usize::try_from(at).ok().and_then(|at| items.get(at)).cloned().unwrap_or(Value::None))
            }
            ("indexOf", Some(item)) => {
                let items = self.interpreter.heap.items(id).iter();
                let found = items.enumerate().find(|(_, other)| self.equal(other, &item) == Some(true));
                let at = found.and_then(|(at, _)| i64::try_from(at).ok()).unwrap_or(-1);
                Ok(Value::Int(at))
            }
            ("flat", _) => {
                let mut flat = Vec::new();
                for item in self.interpreter.heap.items(id).clone() {
                    match self.interpreter.items(&item) {
                        Some(inner) => flat.extend(inner.iter().cloned()),
                        None => flat.push(item),
                    }
                }
                self.spend(flat.len())?;
                Ok(self.interpreter.list(flat))
            }
            ("keys" | "entries", None) => {
                let items = self.interpreter.heap.items(id).clone();
                let mut parts = Vec::with_capacity(items.len());
                for (at, item) in items.into_iter().enumerate() {
                    let at = Value::Int(i64::try_from(at).unwrap_or(0));
                    parts.push(if name == "keys" { at } else { self.interpreter.list(vec![at, item]) });
                }
                Ok(self.interpreter.list(parts))
            }
            ("values" | "toSorted" | "sort", None) => Ok(object.clone()),
            ("join", None) => self.array_join(object, ","),
            ("find" | "findIndex" | "some" | "every" | "findLast", Some(test)) => {
                self.array_test(id, name, &test, span)
            }
            ("reduce", Some(function)) => {
                self.array_reduce(id, &function, arguments.positional.get(1).cloned(), span)
            }
            ("sort" | "toSorted", Some(_)) => Ok(Value::unknown("the order of the items is not known")),
            _ => {
                let value = self.builtin_method(object, name, arguments)?;
                Ok(value.unwrap_or_else(|| Value::unknown("the method of the array is not known")))
            }
        }
    }

    fn array_join(&mut self, object: &Value, separator: &str) -> Run<Value> {
        let value = self.builtin_method(object, "join", &Arguments::of(vec![Value::text(separator)]))?;
        Ok(value.unwrap_or_else(|| Value::unknown("the items are not known")))
    }

    fn array_test(&mut self, id: ItemsId, name: &str, test: &Value, span: Span) -> Run<Value> {
        let mut items: Vec<(usize, Value)> =
            self.interpreter.heap.items(id).iter().cloned().enumerate().collect();
        if name == "findLast" {
            items.reverse();
        }
        let stops_at = name != "every";
        for (at, item) in items {
            let index = Value::Int(i64::try_from(at).unwrap_or(0));
            let result = self.call(test, &Rc::new(Arguments::of(vec![item.clone(), index.clone()])), span)?;
            match self.truth(&result) {
                Some(truth) if truth == stops_at => {
                    return Ok(match name {
                        "find" | "findLast" => item,
                        "findIndex" => index,
                        _ => Value::Bool(stops_at),
                    });
                }
                Some(_) => {}
                None => return Ok(Value::unknown("an item is not known before it runs")),
            }
        }
        Ok(match name {
            "find" | "findLast" => Value::None,
            "findIndex" => Value::Int(-1),
            _ => Value::Bool(!stops_at),
        })
    }

    fn array_reduce(
        &mut self,
        id: ItemsId,
        function: &Value,
        start: Option<Value>,
        span: Span,
    ) -> Run<Value> {
        let mut items = self.interpreter.heap.items(id).clone().into_iter();
        let mut so_far = match start.or_else(|| items.next()) {
            Some(value) => value,
            None => return Ok(Value::unknown("there is no item")),
        };
        for item in items {
            so_far = self.call(function, &Rc::new(Arguments::of(vec![so_far, item])), span)?;
        }
        Ok(so_far)
    }

    pub(super) fn script_set_method(
        &mut self,
        object: &Value,
        id: ItemsId,
        name: &str,
        arguments: &Arguments,
    ) -> Run<Value> {
        match (name, arguments.positional.first()) {
            ("values" | "keys", _) => {
                let items = self.interpreter.heap.items(id).clone();
                Ok(self.interpreter.list(items))
            }
            ("delete", Some(_)) => {
                let value = self.builtin_method(object, "discard", arguments)?;
                Ok(value.unwrap_or(Value::None))
            }
            ("forEach", Some(function)) => {
                let function = function.clone();
                for item in self.interpreter.heap.items(id).clone() {
                    self.call(&function, &Rc::new(Arguments::of(vec![item])), Self::nowhere())?;
                }
                Ok(Value::None)
            }
            _ => {
                let value = self.builtin_method(object, name, arguments)?;
                Ok(value.unwrap_or_else(|| Value::unknown("the method of the set is not known")))
            }
        }
    }

    /// Methods of a `Map`, which is kept as an object.
    pub(super) fn map_method(
        &mut self,
        object: &Value,
        id: DictId,
        name: &str,
        arguments: &Arguments,
    ) -> Run<Option<Value>> {
        let first = arguments.positional.first().cloned().unwrap_or(Value::None);
        Ok(Some(match name {
            "get" => self.item(object, &first)?,
            "has" | "hasOwnProperty" => match self.contains(object, &first)? {
                Some(found) => Value::Bool(found),
                None => Value::unknown("a key is not known before it runs"),
            },
            "set" => {
                let value = arguments.positional.get(1).cloned().unwrap_or(Value::None);
                self.set_item(object, &first, value);
                object.clone()
            }
            "delete" => {
                self.remove_item(object, &first);
                Value::None
            }
            "keys" | "values" | "entries" => {
                let Iteration::Items(items) = self.iterate(object, false)? else { return Ok(None) };
                match name {
                    "entries" => self.interpreter.list(items),
                    _ => {
                        let entries = self.interpreter.heap.dict(id).clone();
                        let part = |(key, value)| if name == "keys" { key } else { value };
                        let parts = entries.into_iter().map(part).collect();
                        self.interpreter.list(parts)
                    }
                }
            }
            "forEach" => {
                for (key, value) in self.interpreter.heap.dict(id).clone() {
                    self.call(&first, &Rc::new(Arguments::of(vec![value, key])), Self::nowhere())?;
                }
                Value::None
            }
            _ => return Ok(None),
        }))
    }
}

fn clamp(at: i64, length: usize) -> usize {
    let at = if at < 0 { at.saturating_add(i64::try_from(length).unwrap_or(i64::MAX)) } else { at };
    usize::try_from(at.max(0)).unwrap_or(usize::MAX).min(length)
}
