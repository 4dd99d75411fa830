//! Knex: migrations are programs that build statements, and are run on paper.
//!
//! `host` is the world that a migration meets, `schema` its schema builder, with the model as a database. `builder` and `table`
//! write down what a table builder is told, `column` knows the types and modifiers of each database, `compile` makes the statements of
//! it in the order in which Knex does, `raw` fills in bindings, `view` reads views and the queries behind them.
//! Facts are of Knex 3.3 (its `lib/schema` and `lib/dialects`), and are compared with what it does by the tests.

mod builder;
mod column;
mod compile;
mod configuration;
mod host;
mod raw;
mod schema;
mod table;
#[cfg(test)]
mod tests;
mod view;

pub use configuration::configuration;

use crate::code::interpret::{Interpreter, Limits, Runner};
use crate::code::project::Project;
use crate::diagnostic::Unanalyzed;
use crate::schema::Dialect;
use crate::schema_source::knex::host::KnexHost;
use crate::schema_source::script::{self, Loaded, Step};
use crate::schema_source::{Baseline, SchemaSource, SourceKind};
use crate::text::{FileId, Span};

/// What a project says of its migrations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Folders, relative to the root.
    pub folders: Vec<String>,
    /// Whether the files of one folder come before those of the next, whatever they are called (`sortDirsSeparately`).
    pub by_folder: bool,
    /// `client`, as the knexfile has it.
    pub client: Option<String>,
    /// Whether the names of code are turned into `snake_case` (Objection's `knexSnakeCaseMappers`).
    pub snake_case: bool,
}

/// Reads the migrations of these folders as one history. Where it is not read as a whole, nothing is asked of the way back.
pub fn load(
    project: &Project<'_>,
    settings: &Settings,
    dialect: Dialect,
    baseline: &Baseline,
    is_whole: bool,
) -> SchemaSource {
    let files = migration_files(project, settings);
    let mut interpreter = Interpreter::for_scripts(project, Limits::default());
    let before = script::schema_before(baseline, dialect);
    let mut host = KnexHost::new(before, settings.client.clone(), settings.snake_case);
    let mut notes = order_notes(project, &files);
    let mut steps = Vec::new();
    for file in &files {
        interpreter.renew();
        let mut run = Runner { interpreter: &mut interpreter, host: &mut host };
        let step = read_step(&mut run, *file, &mut notes);
        steps.push(if is_whole { step } else { Step { down: None, ..step } });
    }
    let knex = interpreter.symbol("knex");
    let path = settings.folders.first().cloned().unwrap_or_default();
    let loaded = Loaded { kind: SourceKind::Knex, path, files, notes };
    script::replay(&mut interpreter, &mut host, steps, &knex, loaded)
}

/// The files in Knex's order: by name over all folders, or folder by folder.
pub fn migration_files(project: &Project<'_>, settings: &Settings) -> Vec<FileId> {
    let sources = project.sources();
    let mut files = script::in_folders(sources, &settings.folders);
    // Knex's own list of extensions, but for languages that nobody reads here; `.mjs` where a knexfile adds it.
    files.retain(|file| {
        let path = sources.path(*file);
        [".js", ".cjs", ".mjs", ".ts", ".mts", ".cts"].iter().any(|end| path.ends_with(end))
    });
    if !settings.by_folder {
        files.sort_by_key(|file| file_name(sources.path(*file)));
    }
    files
}

/// What contradicts itself in the names of the files: one name twice, of which Knex keeps one, and numbers that do not stand in
/// the order of their names, which Knex sorts as text (`10_b` before `2_a`).
fn order_notes(project: &Project<'_>, files: &[FileId]) -> Vec<Unanalyzed> {
    let sources = project.sources();
    let name = |file: FileId| file_name(sources.path(file));
    let number = |name: &str| -> Option<u64> {
        let end = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
        name.get(..end)?.parse().ok()
    };
    let mut notes = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let own = name(*file);
        let place = Span::new(*file, 0, 0);
        if files.iter().take(at).any(|before| name(*before) == own) {
            let reason =
                format!("there are two migrations of the name {own}, and Knex knows them by their names");
            notes.push(Unanalyzed::new(place, reason));
        }
        let before = at.checked_sub(1).and_then(|at| files.get(at)).map(|before| name(*before));
        let (Some(before), Some(own_number)) = (before, number(own)) else { continue };
        if own > before && number(before).is_some_and(|before| before > own_number) {
            let reason =
                format!("{before} runs before {own}, whose number is lower: Knex sorts names as text");
            notes.push(Unanalyzed::new(place, reason));
        }
    }
    notes
}

fn read_step(run: &mut Runner<'_, '_>, file: FileId, notes: &mut Vec<Unanalyzed>) -> Step {
    let path = run.interpreter.project.sources().path(file);
    let name = file_name(path).to_owned();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
    let size = run.interpreter.project.sources().size(file);
    let span = Span::new(file, 0, usize::try_from(size).unwrap_or(usize::MAX));
    let mut exported = |name: &str| run.exported_function(file, name).unwrap_or_default();
    let (up, down) = (exported("up"), exported("down"));
    if up.is_none() {
        notes.push(Unanalyzed::new(
            Span::new(file, 0, 0),
            "the file exports no function `up`, which Knex would run",
        ));
    }
    Step { title: script::title(&stem), id: stem, up, down, span }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
