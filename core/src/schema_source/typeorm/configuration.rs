//! Data sources: which files hold migrations, which database. They are run as the migrations are.

use crate::code::interpret::{External, Interpreter, Limits, Runner, Value};
use crate::code::project::Project;
use crate::schema::{Dialect, Schema};
use crate::schema_source::script::Options;
use crate::schema_source::typeorm::host::TypeOrmHost;
use crate::text::FileId;

/// What one data source says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configured {
    /// The patterns of `migrations`, as written; from what `__dirname` is, they begin at the root.
    pub patterns: Vec<String>,
    /// Files of classes that `migrations` names one by one.
    pub files: Vec<FileId>,
    /// `type`.
    pub driver: Option<String>,
    /// `schema`.
    pub schema: Option<String>,
}

/// The data sources, and objects of their options, that a file exports; of JSON the objects that it is.
pub fn configuration(project: &Project<'_>, file: FileId) -> Vec<Configured> {
    let sources = project.sources();
    if sources.path(file).ends_with(".json") {
        let text = sources.load(file).map(|source| source.text.to_string()).unwrap_or_default();
        return of_json(&text);
    }
    let mut interpreter = Interpreter::for_scripts(project, Limits::default());
    let mut host = TypeOrmHost::new(Schema::new(Dialect::default()), None, None);
    let mut run = Runner { interpreter: &mut interpreter, host: &mut host };
    let mut values = run.exported_values(file).unwrap_or_default();
    values.extend(run.exported(file, "default").ok().flatten());
    let mut found = Vec::new();
    // `export const migrations = [Users1700000000001, ...]`: a list of classes that other files have.
    let listed = values.iter().filter_map(|value| match value {
        Value::Class(id) => Some(interpreter.heap.class(*id).module.file),
        _ => None,
    });
    let files: Vec<FileId> = listed.filter(|other| *other != file).collect();
    if !files.is_empty() {
        found.push(Configured { files, ..Configured::default() });
    }
    for value in values {
        if let Some(configured) =
            of_value(&interpreter, &value).filter(|found_one| !found.contains(found_one))
        {
            found.push(configured);
        }
    }
    found
}

fn of_json(text: &str) -> Vec<Configured> {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return Vec::new() };
    let objects = match value {
        serde_json::Value::Array(objects) => objects,
        object => vec![object],
    };
    let read = |object: &serde_json::Value| {
        let text = |key: &str| object.get(key).and_then(|value| value.as_str()).map(str::to_owned);
        let patterns = object.get("migrations").and_then(|list| list.as_array()).map(|list| {
            list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect::<Vec<String>>()
        });
        Configured {
            patterns: patterns.unwrap_or_default(),
            files: Vec::new(),
            driver: text("type"),
            schema: text("schema"),
        }
    };
    objects.iter().map(read).filter(|configured| configured.driver.is_some()).collect()
}

fn of_value(interpreter: &Interpreter<'_>, value: &Value) -> Option<Configured> {
    let options = match value {
        Value::External(id) => match interpreter.heap.external(*id) {
            External::Call { callee, arguments, .. } if interpreter.path(*callee).ends_with("DataSource") => {
                arguments.positional.first()?
            }
            _ => return None,
        },
        value => value,
    };
    let read = Options::new(interpreter);
    let migrations = read.entry(Some(options), "migrations");
    let driver = read.entry_text(Some(options), "type").map(|text| text.value.to_string());
    if migrations.is_none() && driver.is_none() {
        return None;
    }
    let mut configured = Configured {
        driver,
        schema: read.entry_text(Some(options), "schema").map(|text| text.value.to_string()),
        ..Configured::default()
    };
    let items = migrations.and_then(|migrations| interpreter.items(migrations)).unwrap_or_default();
    for item in items {
        match item {
            Value::Class(id) => configured.files.push(interpreter.heap.class(*id).module.file),
            item => configured.patterns.extend(interpreter.as_text(item).map(|text| text.value.to_string())),
        }
    }
    Some(configured)
}
