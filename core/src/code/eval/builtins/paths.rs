//! Paths of Python's standard library to files of the project, and what is read from them: SQL that is loaded by name.
//!
//! Sources: the references of `pathlib`, `os.path`, `importlib.resources` and `pkgutil`.

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::project::ImportTarget;
use crate::code::value::{LibraryValue, Value};
use crate::text::FileId;

/// A path; `text`: relative to the root of the project.
const PATH: &str = "python.path";
/// An open file; `text`: its path.
const FILE: &str = "python.file";

/// A longer file is not read into a value.
const LONGEST: usize = 64 * 1024;

/// `__file__`.
pub fn of_module(eval: &Evaluator<'_>, file: FileId) -> Value {
    path(eval.project().sources().path(file))
}

fn path(text: impl Into<Rc<str>>) -> Value {
    LibraryValue::named(PATH, [], text)
}

fn as_path(value: &Value) -> Option<&str> {
    match value {
        Value::Str(text) => Some(text),
        value => value.library(PATH).map(|path| &*path.text),
    }
}

/// `directory / "name"`.
pub fn joined(left: &Value, right: &Value) -> Option<Value> {
    let base = &left.library(PATH)?.text;
    Some(path(join(base, as_path(right)?)))
}

fn join(base: &str, rest: &str) -> String {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn parent(of: &str) -> &str {
    of.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// `path.parent`.
pub fn member(value: &Value, name: &str) -> Option<Value> {
    let own = value.library(PATH)?;
    (name == "parent").then(|| path(parent(&own.text)))
}

/// A function of the standard library that makes or reads a path.
pub fn call(eval: &Evaluator<'_>, function: &str, call: &Call<'_>) -> Option<Value> {
    let arg = |index: usize| eval.argument(call, index).value;
    let package = || package_folder(eval, call);
    Some(match function {
        "pathlib.Path" | "pathlib.PurePath" | "anyio.Path" | "os.path.abspath" | "os.path.realpath" => {
            path(joined_arguments(eval, call, "")?)
        }
        "os.path.dirname" => path(parent(as_path(&arg(0))?)),
        "os.path.join" => path(joined_arguments(eval, call, "")?),
        "open" | "io.open" | "aiofiles.open" => LibraryValue::named(FILE, [], as_path(&arg(0))?),
        "importlib.resources.files" | "importlib_resources.files" => path(package()?),
        "importlib.resources.read_text" | "pkgutil.get_data" | "importlib.resources.read_binary" => {
            read(eval, &join(&package()?, as_path(&arg(1))?))?
        }
        _ => return None,
    })
}

/// A method of a path or an open file.
pub fn method(eval: &Evaluator<'_>, receiver: &Value, name: &str, call: &Call<'_>) -> Option<Value> {
    if let Some(file) = receiver.library(FILE) {
        return matches!(name, "read").then(|| read(eval, &file.text)).flatten();
    }
    let own = &receiver.library(PATH)?.text;
    Some(match name {
        "joinpath" => path(joined_arguments(eval, call, own)?),
        "resolve" | "absolute" | "expanduser" => receiver.clone(),
        "with_name" => path(join(parent(own), as_path(&eval.argument(call, 0).value)?)),
        "open" => LibraryValue::named(FILE, [], own.clone()),
        "read_text" | "read_bytes" => read(eval, own)?,
        _ => return None,
    })
}

fn joined_arguments(eval: &Evaluator<'_>, call: &Call<'_>, base: &str) -> Option<String> {
    let given = (0..call.args.len()).map(|index| eval.argument(call, index).value);
    given.into_iter().try_fold(base.to_owned(), |whole, part| Some(join(&whole, as_path(&part)?)))
}

/// The folder of the package that the first argument names.
fn package_folder(eval: &Evaluator<'_>, call: &Call<'_>) -> Option<String> {
    let sources = eval.project().sources();
    match eval.argument(call, 0).value {
        Value::Module(file) => Some(parent(sources.path(file)).to_owned()),
        Value::Package(folder) => Some(folder.to_string()),
        Value::Str(name) => match eval.project().resolve_specifier(call.module().file, &name) {
            ImportTarget::File(file) => Some(parent(sources.path(file)).to_owned()),
            ImportTarget::Folder(folder) => Some(folder),
            ImportTarget::External(_) => None,
        },
        _ => None,
    }
}

/// The text of an SQL file of the project. A relative path may begin below the root: the only file that ends so is meant.
fn read(eval: &Evaluator<'_>, path: &str) -> Option<Value> {
    let sources = eval.project().sources();
    if !path.ends_with(".sql") {
        return None;
    }
    let ends_so = || {
        let mut all = sources.ids().filter(|file| {
            sources.path(*file).strip_suffix(path).is_some_and(|before| before.ends_with('/'))
        });
        let first = all.next();
        if all.next().is_some() { None } else { first }
    };
    let file = sources.find(path).or_else(ends_so)?;
    let source = sources.load(file).ok()?;
    (source.text.len() <= LONGEST).then(|| Value::Str(Rc::from(&*source.text)))
}
