//! Items, and the methods of strings, lists, dicts and sets.

use std::rc::Rc;

use crate::code::interpret::statement::Iteration;
use crate::code::interpret::{Arguments, Run, Runner, Text, TextBuilder, Value};

impl Runner<'_, '_> {
    /// `object[index]`.
    pub(super) fn item(&mut self, object: &Value, index: &Value) -> Run<Value> {
        let missing = || Value::unknown("the item is not known before it runs");
        match (object, index) {
            (Value::List(id) | Value::Tuple(id), Value::Int(at)) => {
                let items = self.interpreter.heap.items(*id);
                let len = i64::try_from(items.len()).unwrap_or(i64::MAX);
                let at = if *at < 0 { at.saturating_add(len) } else { *at };
                Ok(usize::try_from(at).ok().and_then(|at| items.get(at)).cloned().unwrap_or_else(missing))
            }
            (Value::List(id) | Value::Tuple(id), Value::Str(name))
                if self.named_item(*id, &name.value).is_some() =>
            {
                Ok(self.named_item(*id, &name.value).unwrap_or_else(missing))
            }
            (Value::Dict(id), _) => {
                let mut unsure = false;
                for (key, value) in self.interpreter.heap.dict(*id) {
                    match self.equal(key, index) {
                        Some(true) => return Ok(value.clone()),
                        Some(false) => {}
                        None => unsure = true,
                    }
                }
                if unsure || !self.interpreter.is_guarded() {
                    return Ok(missing());
                }
                self.raise("builtins.KeyError")
            }
            (Value::Class(_) | Value::Module(_), Value::Str(key)) => {
                let key = key.value.clone();
                self.member(object, &key)
            }
            // `list[str]`, `Generic[T]`: a type.
            (Value::Builtin(_) | Value::Class(_), _) => Ok(object.clone()),
            (Value::External(id), _) => {
                // `Table.c["x"]`, `metadata.tables["x"]`, `row[0]`: as a member where the key is a name.
                match index {
                    Value::Str(key) if !key.has_holes() => {
                        let key = key.value.clone();
                        self.member(object, &key)
                    }
                    _ => Ok(Value::Unknown(Rc::from(format!(
                        "an item of `{}` is not known before it runs",
                        self.interpreter.path(*id)
                    )))),
                }
            }
            (Value::Str(text), Value::Int(at)) if !text.has_holes() => {
                let at =
                    if *at < 0 { at + i64::try_from(text.value.chars().count()).unwrap_or(0) } else { *at };
                let found = usize::try_from(at).ok().and_then(|at| text.value.char_indices().nth(at));
                Ok(found
                    .map_or_else(missing, |(at, letter)| Value::Str(text.slice(at, at + letter.len_utf8()))))
            }
            _ => Ok(missing()),
        }
    }

    /// `object[index] = value`.
    pub(super) fn set_item(&mut self, object: &Value, index: &Value, value: Value) {
        match object {
            Value::Dict(id) => {
                let found = self
                    .interpreter
                    .heap
                    .dict(*id)
                    .iter()
                    .position(|(key, _)| self.equal(key, index) == Some(true));
                let entries = self.heap().dict_mut(*id);
                match found.and_then(|at| entries.get_mut(at)) {
                    Some(entry) => entry.1 = value,
                    None => entries.push((index.clone(), value)),
                }
            }
            Value::List(id) => {
                if let Value::Int(at) = index
                    && let Ok(at) = usize::try_from(*at)
                    && let Some(item) = self.heap().items_mut(*id).get_mut(at)
                {
                    *item = value;
                }
            }
            _ => {}
        }
    }

    /// `del object[index]`.
    pub(super) fn remove_item(&mut self, object: &Value, index: &Value) {
        match (object, index) {
            (Value::Dict(id), _) => {
                let found = self
                    .interpreter
                    .heap
                    .dict(*id)
                    .iter()
                    .position(|(key, _)| self.equal(key, index) == Some(true));
                if let Some(at) = found {
                    self.heap().dict_mut(*id).remove(at);
                }
            }
            (Value::List(id), Value::Int(at)) => {
                let items = self.heap().items_mut(*id);
                if let Ok(at) = usize::try_from(*at)
                    && at < items.len()
                {
                    items.remove(at);
                }
            }
            _ => {}
        }
    }

    /// A method of a value of the language itself; `None` where the value has none of this name.
    pub(super) fn builtin_method(
        &mut self,
        object: &Value,
        name: &str,
        arguments: &Arguments,
    ) -> Run<Option<Value>> {
        match object {
            Value::Str(text) => self.str_method(text, name, arguments).map(Some),
            Value::List(id) | Value::Tuple(id) => self.list_method(object, *id, name, arguments).map(Some),
            Value::Set(id) => self.set_method(object, *id, name, arguments).map(Some),
            Value::Dict(id) => self.dict_method(object, *id, name, arguments),
            _ => Ok(None),
        }
    }

    fn str_method(&mut self, text: &Text, name: &str, arguments: &Arguments) -> Run<Value> {
        let argument = |at: usize| match arguments.positional.get(at) {
            Some(Value::Str(text)) if !text.has_holes() => Some(text.value.clone()),
            _ => None,
        };
        match name {
            "format" => return self.str_format(text, arguments),
            "join" => return self.join(text, arguments.positional.first()),
            _ => {}
        }
        if text.has_holes() {
            return Ok(match name {
                // What is known of it stays as it is: good enough to see what kind of statement it is.
                "strip" | "lstrip" | "rstrip" | "upper" | "lower" | "replace" => Value::Str(text.clone()),
                _ => Value::unknown("a method of a string that is not known"),
            });
        }
        let value = &text.value;
        let part = |inner: &str| {
            let start = inner.as_ptr().addr() - value.as_ptr().addr();
            Value::Str(text.slice(start, start + inner.len()))
        };
        let first = argument(0);
        let letters = first.clone();
        let strips = move |letter: char| match &letters {
            Some(letters) => letters.contains(letter),
            None => letter.is_whitespace(),
        };
        Ok(match (name, first.as_deref()) {
            ("strip", _) => part(value.trim_matches(strips)),
            ("lstrip", _) => part(value.trim_start_matches(strips)),
            ("rstrip", _) => part(value.trim_end_matches(strips)),
            ("trim", _) => part(value.trim()),
            ("upper" | "toUpperCase", _) => Value::text(&value.to_uppercase()),
            ("lower" | "casefold" | "toLowerCase", _) => Value::text(&value.to_lowercase()),
            ("capitalize", _) => Value::text(&capitalized(value)),
            ("title", _) => Value::text(&value.split(' ').map(capitalized).collect::<Vec<_>>().join(" ")),
            ("startswith" | "startsWith" | "endswith" | "endsWith", _) => {
                let start = name.starts_with('s');
                let test = |part: &str| if start { value.starts_with(part) } else { value.ends_with(part) };
                match (&first, arguments.positional.first().and_then(|items| self.interpreter.items(items))) {
                    (Some(part), _) => Value::Bool(test(part)),
                    (None, Some(parts)) => {
                        let holds = |part: &Value| matches!(part, Value::Str(part) if test(&part.value));
                        Value::Bool(parts.iter().any(holds))
                    }
                    (None, None) => Value::unknown("a comparison with something not known"),
                }
            }
            ("includes", Some(part)) => Value::Bool(value.contains(part)),
            ("find", Some(part)) => Value::Int(value.find(part).map_or(-1, |at| {
                i64::try_from(value.get(..at).unwrap_or_default().chars().count()).unwrap_or(-1)
            })),
            ("count", Some(part)) if !part.is_empty() => {
                Value::Int(i64::try_from(value.matches(part).count()).unwrap_or(0))
            }
            ("removeprefix", Some(prefix)) => part(value.strip_prefix(prefix).unwrap_or(value)),
            ("removesuffix", Some(suffix)) => part(value.strip_suffix(suffix).unwrap_or(value)),
            ("replace" | "replaceAll", Some(before)) => match argument(1) {
                Some(after) => self.replace(text, before, &after)?,
                None => Value::unknown("a part of the string is not known"),
            },
            ("split" | "rsplit", separator) => {
                let limit = match arguments.get(1, "maxsplit") {
                    Some(Value::Int(limit)) => usize::try_from(*limit).unwrap_or(usize::MAX),
                    _ => usize::MAX,
                };
                let parts: Vec<Value> = match separator {
                    None => value.split_whitespace().map(part).collect(),
                    Some("") => vec![],
                    Some(separator) if name == "rsplit" => {
                        let mut parts: Vec<Value> =
                            value.rsplitn(limit.saturating_add(1), separator).map(part).collect();
                        parts.reverse();
                        parts
                    }
                    Some(separator) => value.splitn(limit.saturating_add(1), separator).map(part).collect(),
                };
                self.spend(parts.len())?;
                self.interpreter.list(parts)
            }
            ("splitlines", _) => {
                let parts: Vec<Value> = value.lines().map(part).collect();
                self.spend(parts.len())?;
                self.interpreter.list(parts)
            }
            ("isdigit" | "isnumeric", _) => {
                Value::Bool(!value.is_empty() && value.chars().all(char::is_numeric))
            }
            ("islower", _) => {
                Value::Bool(value.chars().any(char::is_lowercase) && !value.chars().any(char::is_uppercase))
            }
            ("isupper", _) => {
                Value::Bool(value.chars().any(char::is_uppercase) && !value.chars().any(char::is_lowercase))
            }
            ("toString" | "encode" | "decode", _) => Value::Str(text.clone()),
            _ => Value::unknown("the method of the string is not known"),
        })
    }

    fn replace(&mut self, text: &Text, before: &str, after: &str) -> Run<Value> {
        if before.is_empty() {
            return Ok(Value::Str(text.clone()));
        }
        let mut replaced = TextBuilder::default();
        let mut rest = 0;
        for (at, found) in text.value.match_indices(before) {
            replaced.push_text(&text.slice(rest, at));
            replaced.push_str(after);
            rest = at + found.len();
        }
        replaced.push_text(&text.slice(rest, text.value.len()));
        self.spend(replaced.len() / 8)?;
        Ok(self.checked_text(replaced.build()))
    }

    fn join(&mut self, separator: &Text, parts: Option<&Value>) -> Run<Value> {
        let parts = parts.cloned().unwrap_or(Value::None);
        let Iteration::Items(parts) = self.iterate(&parts, false)? else {
            return Ok(Value::text(Text::HOLE.encode_utf8(&mut [0; 4])));
        };
        let mut joined = TextBuilder::default();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                joined.push_text(separator);
            }
            let part = self.to_text(part);
            joined.push_text(&part);
            if joined.len() > self.interpreter.limits.size {
                return Ok(Value::unknown("a string is too long"));
            }
        }
        self.spend(joined.len() / 8)?;
        Ok(Value::Str(joined.build()))
    }

    fn list_method(
        &mut self,
        object: &Value,
        id: super::ItemsId,
        name: &str,
        arguments: &Arguments,
    ) -> Run<Value> {
        let first = arguments.positional.first().cloned();
        let position = |run: &Self, wanted: &Value| {
            run.interpreter.heap.items(id).iter().position(|item| run.equal(item, wanted) == Some(true))
        };
        Ok(match (name, first) {
            ("append" | "push", Some(item)) => {
                self.heap().items_mut(id).push(item);
                Value::None
            }
            ("extend", Some(more)) => {
                if let Iteration::Items(more) = self.iterate(&more, false)? {
                    self.spend(more.len())?;
                    self.heap().items_mut(id).extend(more);
                }
                Value::None
            }
            ("insert", Some(Value::Int(at))) => {
                let item = arguments.positional.get(1).cloned().unwrap_or(Value::None);
                let items = self.heap().items_mut(id);
                let at = usize::try_from(at).unwrap_or(0).min(items.len());
                items.insert(at, item);
                Value::None
            }
            ("pop", at) => {
                let items = self.heap().items_mut(id);
                let at = match at {
                    Some(Value::Int(at)) => usize::try_from(at).ok(),
                    _ => items.len().checked_sub(1),
                };
                match at.filter(|at| *at < items.len()) {
                    Some(at) => items.remove(at),
                    None => Value::unknown("the list is empty"),
                }
            }
            ("remove", Some(item)) => {
                if let Some(at) = position(self, &item) {
                    self.heap().items_mut(id).remove(at);
                }
                Value::None
            }
            ("index" | "indexOf", Some(item)) => position(self, &item)
                .and_then(|at| i64::try_from(at).ok())
                .map_or_else(|| Value::unknown("the list does not hold it"), Value::Int),
            ("count", Some(item)) => {
                let items = self.interpreter.heap.items(id);
                let count = items.iter().filter(|other| self.equal(other, &item) == Some(true)).count();
                Value::Int(i64::try_from(count).unwrap_or(0))
            }
            ("includes", Some(item)) => match self.contains(object, &item)? {
                Some(found) => Value::Bool(found),
                None => Value::unknown("whether the list holds it is not known"),
            },
            ("sort", _) => {
                let sorted = self.sorted(object, arguments)?;
                if let Some(items) = self.interpreter.items(&sorted).map(<[Value]>::to_vec) {
                    *self.heap().items_mut(id) = items;
                }
                Value::None
            }
            ("reverse", _) => {
                self.heap().items_mut(id).reverse();
                object.clone()
            }
            ("keys" | "_fields", None) if self.interpreter.heap.item_names(id).is_some() => {
                let names = self.interpreter.heap.item_names(id).unwrap_or_default().to_vec();
                self.interpreter.list(names.iter().map(|name| Value::text(name)).collect())
            }
            ("values", None) if self.interpreter.heap.item_names(id).is_some() => object.clone(),
            ("copy" | "slice", None) => {
                let items = self.interpreter.heap.items(id).clone();
                self.spend(items.len())?;
                self.interpreter.list(items)
            }
            ("clear", _) => {
                self.heap().items_mut(id).clear();
                Value::None
            }
            ("join", Some(Value::Str(separator))) => self.join(&separator, Some(object))?,
            ("map" | "filter" | "forEach" | "flatMap", Some(function)) => {
                self.array_callback(id, name, &function)?
            }
            _ => Value::unknown("the method of the list is not known"),
        })
    }

    /// JavaScript's array methods that call a function for each item.
    fn array_callback(&mut self, id: super::ItemsId, name: &str, function: &Value) -> Run<Value> {
        let items = self.interpreter.heap.items(id).clone();
        let mut results = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let at = Value::Int(i64::try_from(index).unwrap_or(0));
            let arguments = Rc::new(Arguments::of(vec![item.clone(), at]));
            let result = self.call(function, &arguments, Self::nowhere())?;
            match name {
                "filter" => match self.truth(&result) {
                    Some(true) => results.push(item),
                    Some(false) => {}
                    None => return Ok(Value::unknown("a filter by something not known")),
                },
                "flatMap" => match self.iterate(&result, false)? {
                    Iteration::Items(items) => results.extend(items),
                    Iteration::Unknown => return Ok(Value::unknown("a list of something not known")),
                },
                _ => results.push(result),
            }
        }
        Ok(self.interpreter.list(results))
    }

    /// The place of a call that the program does not write.
    pub(super) fn nowhere() -> crate::text::Span {
        crate::text::Span::new(crate::text::FileId(u32::MAX), 0, 0)
    }

    fn set_method(
        &mut self,
        object: &Value,
        id: super::ItemsId,
        name: &str,
        arguments: &Arguments,
    ) -> Run<Value> {
        let first = arguments.positional.first().cloned().unwrap_or(Value::None);
        Ok(match name {
            "add" => {
                if self.contains(object, &first)? != Some(true) {
                    self.heap().items_mut(id).push(first);
                }
                Value::None
            }
            "discard" | "remove" => {
                let items = self.interpreter.heap.items(id);
                let at = items.iter().position(|item| self.equal(item, &first) == Some(true));
                if let Some(at) = at {
                    self.heap().items_mut(id).remove(at);
                }
                Value::None
            }
            "has" => match self.contains(object, &first)? {
                Some(found) => Value::Bool(found),
                None => Value::unknown("whether the set holds it is not known"),
            },
            "update" | "union" => {
                let mut items = self.interpreter.heap.items(id).clone();
                for more in &arguments.positional {
                    match self.iterate(more, false)? {
                        Iteration::Items(more) => items.extend(more),
                        Iteration::Unknown => return Ok(Value::unknown("a set of something not known")),
                    }
                }
                self.spend(items.len())?;
                let union = self.set_of(items);
                if name == "union" {
                    return Ok(union);
                }
                if let Some(items) = self.interpreter.items(&union).map(<[Value]>::to_vec) {
                    *self.heap().items_mut(id) = items;
                }
                Value::None
            }
            "intersection" => self.filtered(object, &first, true)?,
            "difference" => self.filtered(object, &first, false)?,
            "issubset" => match self.filtered(object, &first, false)? {
                Value::Set(rest) => Value::Bool(self.interpreter.heap.items(rest).is_empty()),
                other => other,
            },
            "issuperset" => match self.filtered(&first, object, false)? {
                Value::Set(rest) => Value::Bool(self.interpreter.heap.items(rest).is_empty()),
                other => other,
            },
            "copy" => {
                let items = self.interpreter.heap.items(id).clone();
                Value::Set(self.heap().push_items(items))
            }
            _ => Value::unknown("the method of the set is not known"),
        })
    }

    fn dict_method(
        &mut self,
        object: &Value,
        id: super::DictId,
        name: &str,
        arguments: &Arguments,
    ) -> Run<Option<Value>> {
        let first = arguments.positional.first().cloned().unwrap_or(Value::None);
        let found = |run: &Self| {
            let entries = run.interpreter.heap.dict(id).iter();
            entries
                .rev()
                .find(|(key, _)| run.equal(key, &first) == Some(true))
                .map(|(_, value)| value.clone())
        };
        let default = arguments.positional.get(1).cloned();
        Ok(Some(match name {
            "get" => found(self).or(default).unwrap_or(Value::None),
            "keys" | "values" | "items" => {
                let entries = self.interpreter.heap.dict(id).clone();
                self.spend(entries.len())?;
                let mut items = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    items.push(match name {
                        "keys" => key,
                        "values" => value,
                        _ => Value::Tuple(self.heap().push_items(vec![key, value])),
                    });
                }
                self.interpreter.list(items)
            }
            "setdefault" => match found(self) {
                Some(value) => value,
                None => {
                    let value = default.unwrap_or(Value::None);
                    self.set_item(object, &first, value.clone());
                    value
                }
            },
            "pop" => {
                let value = found(self);
                self.remove_item(object, &first);
                value.or(default).unwrap_or_else(|| Value::unknown("the dict does not hold it"))
            }
            "update" => {
                if let Value::Dict(other) = first {
                    for (key, value) in self.interpreter.heap.dict(other).clone() {
                        self.set_item(object, &key, value);
                    }
                }
                for (key, value) in &arguments.keywords {
                    self.set_item(object, &Value::text(key), value.clone());
                }
                Value::None
            }
            "copy" => {
                let entries = self.interpreter.heap.dict(id).clone();
                self.spend(entries.len())?;
                Value::Dict(self.heap().push_dict(entries))
            }
            _ => return Ok(None),
        }))
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect(),
        None => String::new(),
    }
}
