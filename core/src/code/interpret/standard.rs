//! Python's standard library, as far as migrations lean on it: collections, iteration, and files of the project.

use std::rc::Rc;

use crate::code::interpret::statement::Iteration;
use crate::code::interpret::{
    Arguments, External, ExternalId, ItemsId, Run, Runner, Text, TextBuilder, Value,
};
use crate::text::Span;

/// What `pathlib.Path(...)` stands as; its one argument is the path.
const PATH: &str = "pathlib.Path";
/// What `open(...)` gives; its one argument is the path.
const FILE: &str = "builtins.open";
/// The version of Python that a project is taken to run on, where it asks.
const PYTHON: [i64; 3] = [3, 12, 0];

impl Runner<'_, '_> {
    /// Functions of Python's library that are computed here. `None` for all others.
    ///
    /// # Errors
    /// What a function that is called raises, or a limit that was reached.
    pub fn standard_library(&mut self, path: &str, arguments: &Arguments) -> Run<Option<Value>> {
        let first = arguments.positional.first();
        Ok(match (path, first) {
            ("textwrap.dedent" | "inspect.cleandoc" | "copy.copy" | "copy.deepcopy", Some(value)) => {
                Some(value.clone())
            }
            ("typing.cast", _) => arguments.positional.get(1).cloned(),
            ("contextlib.nullcontext", first) => Some(first.cloned().unwrap_or(Value::None)),
            ("itertools.chain", _) => Some(self.chain(&arguments.positional)?),
            ("itertools.chain.from_iterable", Some(lists)) => match self.iterate(&lists.clone(), false)? {
                Iteration::Items(lists) => Some(self.chain(&lists)?),
                Iteration::Unknown => Some(Value::unknown(&self.reason(lists))),
            },
            ("itertools.product", _) => Some(self.product(arguments)?),
            ("collections.OrderedDict" | "collections.defaultdict", first) => {
                let first = first.filter(|value| !matches!(value, Value::Builtin(_) | Value::Function(_)));
                Some(self.new_dict(first.cloned(), arguments)?)
            }
            ("importlib.import_module" | "importlib.__import__", Some(Value::Str(path))) => {
                Some(self.import_by_name(&path.clone())?)
            }
            _ => self.path_function(path, arguments),
        })
    }

    /// What a call of something that a call gave comes to: of `namedtuple(...)`, of `partial(...)`, of a path's method.
    pub(super) fn call_made(
        &mut self,
        callee: ExternalId,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>> {
        let External::Call { callee: maker, arguments: given, .. } =
            self.interpreter.heap.external(callee).clone()
        else {
            return self.path_method(callee, arguments);
        };
        match (self.interpreter.path(maker).as_str(), given.positional.first()) {
            ("collections.namedtuple", Some(_)) => {
                let names = given.get(1, "field_names").cloned().unwrap_or(Value::None);
                let names = self.field_names(&names);
                Ok(names.map(|names| self.named_tuple(names, arguments)))
            }
            ("functools.partial", Some(function)) => {
                self.call(function, &Rc::new(after(&given, arguments)), span).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The names of `"a b"`, `"a, b"`, `["a", "b"]`.
    fn field_names(&self, names: &Value) -> Option<Vec<Rc<str>>> {
        if let Some(items) = self.interpreter.items(names) {
            return items.iter().map(|item| Some(self.interpreter.as_text(item)?.value)).collect();
        }
        let text = self.interpreter.as_text(names)?;
        Some(text.value.replace(',', " ").split_whitespace().map(Rc::from).collect())
    }

    /// A tuple whose items also have names.
    pub(super) fn named_tuple(&mut self, names: Vec<Rc<str>>, arguments: &Arguments) -> Value {
        let missing = || Value::unknown("a field of the tuple is not known");
        let value = |(at, name): (usize, &Rc<str>)| arguments.get(at, name).cloned().unwrap_or_else(missing);
        let items = names.iter().enumerate().map(value).collect();
        Value::Tuple(self.heap().push_named_items(items, names))
    }

    /// The item of a collection whose items have names.
    pub(super) fn named_item(&self, id: ItemsId, name: &str) -> Option<Value> {
        let at = self.interpreter.heap.item_names(id)?.iter().position(|known| &**known == name)?;
        self.interpreter.heap.items(id).get(at).cloned()
    }

    fn chain(&mut self, lists: &[Value]) -> Run<Value> {
        let mut all = Vec::new();
        for items in lists {
            match self.iterate(items, false)? {
                Iteration::Items(items) => all.extend(items),
                Iteration::Unknown => return Ok(Value::unknown(&self.reason(items))),
            }
        }
        self.spend(all.len())?;
        Ok(self.interpreter.list(all))
    }

    fn product(&mut self, arguments: &Arguments) -> Run<Value> {
        let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
        for items in &arguments.positional {
            let Iteration::Items(items) = self.iterate(items, false)? else {
                return Ok(Value::unknown(&self.reason(items)));
            };
            self.spend(rows.len().saturating_mul(items.len()).saturating_mul(8))?;
            let longer = |row: &Vec<Value>| {
                let row = row.clone();
                items.iter().map(move |item| [row.as_slice(), std::slice::from_ref(item)].concat())
            };
            rows = rows.iter().flat_map(longer).collect::<Vec<_>>();
        }
        let rows = rows.into_iter().map(|row| Value::Tuple(self.heap().push_items(row))).collect();
        Ok(self.interpreter.list(rows))
    }

    fn import_by_name(&mut self, path: &Text) -> Run<Value> {
        let sources = self.interpreter.project.sources();
        let tail = path.value.replace('.', "/");
        let is_it = |candidate: &str| {
            candidate
                .strip_suffix(".py")
                .and_then(|module| module.strip_suffix(tail.as_str()))
                .is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
        };
        let found = sources.ids().find(|file| is_it(sources.path(*file)));
        Ok(found.map_or_else(|| Value::unknown("the module is not in the project"), Value::Module))
    }

    /// A value of the library that is no function.
    pub(super) fn library_constant(&mut self, path: &str) -> Option<Value> {
        match path {
            "typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING" => Some(Value::Bool(false)),
            "sys.version_info" => {
                let parts = PYTHON.iter().map(|part| Value::Int(*part)).collect();
                Some(Value::Tuple(self.heap().push_items(parts)))
            }
            _ => None,
        }
    }

    /// A path as an object.
    fn path_object(&mut self, path: &str) -> Value {
        self.of_path(PATH, path)
    }

    fn of_path(&mut self, what: &str, path: &str) -> Value {
        let callee = self.heap().push_external(External::Symbol(Rc::from(what)));
        let arguments = Rc::new(Arguments::of(vec![Value::text(path)]));
        let call = External::Call { callee, arguments, span: Self::nowhere() };
        Value::External(self.heap().push_external(call))
    }

    /// The path that a string or a path's object holds.
    fn path_of(&self, value: &Value) -> Option<Rc<str>> {
        if let Some(text) = self.interpreter.as_text(value) {
            return (!text.has_holes()).then_some(text.value);
        }
        self.path_in(value, PATH)
    }

    fn path_in(&self, value: &Value, what: &str) -> Option<Rc<str>> {
        let Value::External(id) = value else { return None };
        let External::Call { callee, arguments, .. } = self.interpreter.heap.external(*id) else {
            return None;
        };
        let is_it =
            matches!(self.interpreter.heap.external(*callee), External::Symbol(path) if &**path == what);
        is_it
            .then(|| self.interpreter.as_text(arguments.positional.first()?))
            .flatten()
            .map(|text| text.value)
    }

    /// Functions that put paths together and open files of the project.
    fn path_function(&mut self, function: &str, arguments: &Arguments) -> Option<Value> {
        let parts: Option<Vec<Rc<str>>> =
            arguments.positional.iter().map(|value| self.path_of(value)).collect();
        let first = || self.path_of(arguments.positional.first()?);
        match function {
            "pathlib.Path" | "pathlib.PurePath" | "pathlib.PosixPath" => {
                let joined = joined(&parts?)?;
                // What is made here is not made again.
                Some(self.path_object(&joined))
            }
            "os.path.join" => joined(&parts?).map(|path| Value::text(&path)),
            "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.fspath" => {
                first().map(|path| Value::text(&plain(&path)))
            }
            "os.path.dirname" => first().map(|path| Value::text(parent(&path))),
            "os.path.basename" => first().map(|path| Value::text(name_of(&path))),
            "os.path.exists" | "os.path.isfile" => {
                let path = first()?;
                self.interpreter.project.sources().find(&plain(&path)).map(|_| Value::Bool(true))
            }
            "io.open" | "codecs.open" => self.open(arguments),
            _ => None,
        }
    }

    /// `open(path)` of a file of the project, to read.
    pub(super) fn open(&mut self, arguments: &Arguments) -> Option<Value> {
        let reads = arguments.get(1, "mode").is_none_or(
            |mode| matches!(self.interpreter.as_text(mode), Some(mode) if mode.value.starts_with('r')),
        );
        let path = self.path_of(arguments.get(0, "file")?).filter(|_| reads)?;
        let path = plain(&path);
        self.interpreter.project.sources().find(&path)?;
        Some(self.of_path(FILE, &path))
    }

    /// A method of a path or of an open file.
    fn path_method(&mut self, method: ExternalId, arguments: &Arguments) -> Run<Option<Value>> {
        let External::Member { object, name } = self.interpreter.heap.external(method).clone() else {
            return Ok(None);
        };
        let object = Value::External(object);
        if let Some(path) = self.path_in(&object, FILE) {
            return match &*name {
                "read" => self.text_of_file(&path),
                "readlines" => match self.text_of_file(&path)? {
                    Some(text) => self.builtin_method(&text, "splitlines", &Arguments::default()),
                    None => Ok(None),
                },
                _ => Ok(None),
            };
        }
        let Some(path) = self.path_in(&object, PATH) else { return Ok(None) };
        let parts: Option<Vec<Rc<str>>> =
            arguments.positional.iter().map(|value| self.path_of(value)).collect();
        Ok(match (&*name, parts) {
            ("resolve" | "absolute" | "expanduser", _) => Some(self.path_object(&plain(&path))),
            ("joinpath", Some(parts)) => {
                let whole = joined(&[&[path], parts.as_slice()].concat());
                whole.map(|whole| self.path_object(&whole))
            }
            ("with_name", Some(parts)) => {
                let whole = parts.first().and_then(|name| joined(&[Rc::from(parent(&path)), name.clone()]));
                whole.map(|whole| self.path_object(&whole))
            }
            ("with_suffix", Some(parts)) => parts.first().map(|suffix| {
                let stem = path.rsplit_once('.').map_or(&*path, |(stem, _)| stem);
                self.path_object(&format!("{stem}{suffix}"))
            }),
            ("read_text", _) => self.text_of_file(&path)?,
            ("open", _) => self.open(&Arguments::of(vec![object])),
            ("exists" | "is_file", _) => {
                self.interpreter.project.sources().find(&plain(&path)).map(|_| Value::Bool(true))
            }
            _ => None,
        })
    }

    /// A member of a path.
    pub(super) fn path_member(&mut self, object: ExternalId, name: &str) -> Option<Value> {
        let path = self.path_in(&Value::External(object), PATH)?;
        match name {
            "parent" => Some(self.path_object(parent(&path))),
            "name" => Some(Value::text(name_of(&path))),
            "stem" => {
                let name = name_of(&path);
                Some(Value::text(name.rsplit_once('.').map_or(name, |(stem, _)| stem)))
            }
            "parents" => {
                let mut parents = Vec::new();
                let mut at = plain(&path);
                while !at.is_empty() {
                    at = parent(&at).to_owned();
                    parents.push(self.path_object(&at));
                }
                Some(self.interpreter.list(parents))
            }
            _ => None,
        }
    }

    /// `path / "name"`.
    pub(super) fn path_below(&mut self, left: &Value, right: &Value) -> Option<Value> {
        let path = self.path_in(left, PATH)?;
        let whole = joined(&[path, self.path_of(right)?])?;
        Some(self.path_object(&whole))
    }

    /// The text of a file of the project, with its places.
    fn text_of_file(&mut self, path: &str) -> Run<Option<Value>> {
        let sources = self.interpreter.project.sources();
        let Some(file) = sources.find(&plain(path)) else { return Ok(None) };
        let Ok(source) = sources.load(file) else { return Ok(None) };
        let mut text = TextBuilder::default();
        text.push_at(&source.text, Span::new(file, 0, source.text.len()));
        self.spend(text.len() / 16)?;
        Ok(Some(self.checked_text(text.build())))
    }
}

/// What `functools.partial(function, ...)` calls its function with: the bound arguments first; a keyword that is given again
/// counts.
fn after(bound: &Arguments, given: &Arguments) -> Arguments {
    let again = |name: &str| given.keywords.iter().any(|(other, _)| &**other == name);
    let kept = bound.keywords.iter().filter(|(name, _)| !again(name));
    Arguments {
        positional: bound.positional.iter().skip(1).chain(&given.positional).cloned().collect(),
        keywords: kept.chain(&given.keywords).cloned().collect(),
        incomplete: bound.incomplete || given.incomplete,
    }
}

/// Paths behind each other; one that begins at the root begins anew.
fn joined(parts: &[Rc<str>]) -> Option<String> {
    let from = parts.iter().rposition(|part| part.starts_with('/')).unwrap_or(0);
    let parts = parts.get(from..)?.iter().filter(|part| !part.is_empty());
    let whole = parts.map(|part| part.trim_end_matches('/')).collect::<Vec<_>>().join("/");
    Some(plain(&whole))
}

/// A path without `.` and `..`.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| *last != ".." && !last.is_empty()) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
