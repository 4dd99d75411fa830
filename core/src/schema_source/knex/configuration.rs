//! The knexfile: which folders, which database. It is run as the migrations are.

use crate::code::interpret::{Interpreter, Limits, Runner, Value};
use crate::code::project::Project;
use crate::schema::{Dialect, Schema};
use crate::schema_source::knex::Settings;
use crate::schema_source::knex::host::KnexHost;
use crate::schema_source::script::Options;
use crate::text::FileId;

/// The settings of a knexfile: those of each environment, in their order; one where it has no environments.
pub fn configuration(project: &Project<'_>, knexfile: FileId) -> Vec<Settings> {
    let mut interpreter = Interpreter::for_scripts(project, Limits::default());
    let mut host = KnexHost::new(Schema::new(Dialect::default()), None, false);
    let mut run = Runner { interpreter: &mut interpreter, host: &mut host };
    let mut values = Vec::new();
    // `module.exports = { development: {...} }`, `export default {...}`, `export const development = {...}`.
    if let Ok(Some(default)) = run.exported(knexfile, "default") {
        values.push(default);
    }
    values.extend(run.exported_values(knexfile).unwrap_or_default());
    let snake_case = project.sources().load(knexfile).is_ok_and(|source| {
        ["knexSnakeCaseMappers", "knex-stringcase", "knexStringcase"]
            .iter()
            .any(|word| source.text.contains(word))
    });
    let mut found: Vec<Settings> = Vec::new();
    for value in values {
        for settings in of_value(&interpreter, &value) {
            let settings = Settings { snake_case, ..settings };
            if !found.contains(&settings) {
                found.push(settings);
            }
        }
    }
    found
}

fn of_value(interpreter: &Interpreter<'_>, value: &Value) -> Vec<Settings> {
    let Value::Dict(id) = value else { return Vec::new() };
    let options = Options::new(interpreter);
    if options.entry(Some(value), "client").is_some() || options.entry(Some(value), "migrations").is_some() {
        return vec![settings(interpreter, value)];
    }
    let environments = interpreter.heap.dict(*id).iter();
    let inner = environments.filter(|(_, inner)| options.entry(Some(inner), "client").is_some());
    inner.map(|(_, inner)| settings(interpreter, inner)).collect()
}

fn settings(interpreter: &Interpreter<'_>, value: &Value) -> Settings {
    let options = Options::new(interpreter);
    let migrations = options.entry(Some(value), "migrations");
    let folders = options.texts(options.entry(migrations, "directory")).unwrap_or_default();
    let folders: Vec<String> = folders.iter().map(|folder| plain(&folder.value)).collect();
    Settings {
        // Knex's own default.
        folders: if folders.is_empty() { vec!["migrations".to_owned()] } else { folders },
        by_folder: options.flag(migrations, "sortDirsSeparately"),
        client: options.entry_text(Some(value), "client").map(|client| client.value.to_string()),
        snake_case: false,
    }
}

fn plain(folder: &str) -> String {
    folder.trim_start_matches("./").trim_end_matches('/').to_owned()
}
