//! Node's own library, as far as migrations lean on it: they read SQL from files that lie beside them.

use crate::code::interpret::{Arguments, Interpreter, Run, Runner, Text, TextBuilder, Value};
use crate::code::tree::Language;
use crate::text::{FileId, Span};

impl Runner<'_, '_> {
    /// Functions of Node's library that are computed here. `None` for all others.
    ///
    /// # Errors
    /// A limit that was reached.
    pub fn node_library(&mut self, path: &str, arguments: &Arguments) -> Run<Option<Value>> {
        let path = path.strip_prefix("node:").unwrap_or(path);
        let (module, function) = path.rsplit_once('.').unwrap_or((path, ""));
        Ok(match (module.split(['.', '/']).next().unwrap_or(module), function) {
            ("path", "join" | "resolve") => Some(self.joined_path(arguments)),
            ("path", "dirname") => Some(self.folder_of(arguments)),
            ("fs", "readFileSync" | "readFile") => Some(self.file_text(arguments)?),
            ("url", "fileURLToPath") => arguments.positional.first().cloned(),
            _ => None,
        })
    }

    fn joined_path(&self, arguments: &Arguments) -> Value {
        let mut parts: Vec<String> = Vec::new();
        for argument in &arguments.positional {
            let Some(text) = self.interpreter.as_text(argument).filter(|text| !text.has_holes()) else {
                return Value::unknown("a part of the path is not known before it runs");
            };
            for part in text.value.split('/') {
                match part {
                    "" | "." => {}
                    ".." => {
                        parts.pop();
                    }
                    part => parts.push(part.to_owned()),
                }
            }
        }
        Value::text(&parts.join("/"))
    }

    fn folder_of(&self, arguments: &Arguments) -> Value {
        let path = arguments.positional.first().and_then(|path| self.interpreter.as_text(path));
        let folder = path.and_then(|path| Some(path.value.rsplit_once('/')?.0.to_owned()));
        folder
            .map_or_else(|| Value::unknown("the path is not known before it runs"), |path| Value::text(&path))
    }

    /// The text of a file of the project, with its place.
    fn file_text(&mut self, arguments: &Arguments) -> Run<Value> {
        let unknown = Value::unknown("the file that is read is not known before it runs");
        let path = arguments.positional.first().and_then(|path| self.interpreter.as_text(path));
        let Some(path) = path.filter(|path| !path.has_holes()) else { return Ok(unknown) };
        let sources = self.interpreter.project.sources();
        let path = path.value.trim_start_matches("./");
        let Some(file) = sources.find(path) else {
            return Ok(Value::unknown(&format!("the file {path} is not in the project")));
        };
        match sources.load(file) {
            Ok(source) => {
                self.spend(source.text.len() / 16)?;
                let mut text = TextBuilder::default();
                text.push_at(&source.text, Span::new(file, 0, source.text.len()));
                Ok(self.checked_text(text.build()))
            }
            Err(unread) => Ok(Value::unknown(&unread.reason)),
        }
    }
}

/// What Node gives a module under this name: where it stands.
pub(in crate::code::interpret) fn place_name(
    interpreter: &Interpreter<'_>,
    file: FileId,
    name: &str,
) -> Option<Value> {
    let path = interpreter.project.sources().path(file);
    Language::of_path(path).filter(|language| !language.is_python())?;
    match name {
        "__dirname" => Some(Value::text(path.rsplit_once('/').map_or("", |(folder, _)| folder))),
        "__filename" => Some(Value::Str(Text::plain(path))),
        _ => None,
    }
}
