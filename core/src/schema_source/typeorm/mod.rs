//! TypeORM: migrations are classes whose `up` and `down` tell a query runner what to do, and are run on paper.
//!
//! `host` is the world that a migration meets, `runner` its query runner, with the model as a database. `spec` reads what tables,
//! columns and keys are given, `loaded` says what TypeORM would load of those that are there, `object` is what a migration
//! holds of both. `write` makes the statements of each database, `change` those of columns that change, `naming` the names that
//! nobody gave. Facts are of TypeORM 1.1 (its `driver/*/*QueryRunner` and `naming-strategy`), and are compared with what it does
//! by the tests.

mod change;
mod configuration;
mod host;
mod loaded;
mod naming;
mod object;
mod runner;
mod spec;
#[cfg(test)]
mod tests;
mod write;

pub use configuration::{Configured, configuration};

use std::rc::Rc;

use crate::code::interpret::{Arguments, Interpreter, Limits, Runner, Value};
use crate::code::project::Project;
use crate::code::tree::ClassId;
use crate::diagnostic::Unanalyzed;
use crate::schema::Dialect;
use crate::schema_source::script::{self, Loaded, Step};
use crate::schema_source::typeorm::host::{RUNNER, TypeOrmHost};
use crate::schema_source::{Baseline, SchemaSource, SourceKind};
use crate::text::FileId;

/// What a project says of its migrations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Folders, relative to the root.
    pub folders: Vec<String>,
    /// `type` of the data source.
    pub driver: Option<String>,
    /// `schema` of the data source.
    pub schema: Option<String>,
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
    let mut host = TypeOrmHost::new(before, settings.driver.clone(), settings.schema.as_deref());
    let mut notes = Vec::new();
    let mut found: Vec<(i64, Step)> = Vec::new();
    let mut seen = Vec::new();
    for file in &files {
        interpreter.renew();
        let mut run = Runner { interpreter: &mut interpreter, host: &mut host };
        read_classes(&mut run, *file, &mut seen, &mut notes, &mut found);
    }
    // Classes of one time stay in the order of their files.
    found.sort_by_key(|(time, _)| *time);
    let steps = found.into_iter().map(|(_, step)| if is_whole { step } else { Step { down: None, ..step } });
    let steps: Vec<Step> = steps.collect();
    notes.extend(same_names(&steps));
    let runner = interpreter.symbol(RUNNER);
    let path = settings.folders.first().cloned().unwrap_or_default();
    let loaded = Loaded { kind: SourceKind::TypeOrm, path, files, notes };
    script::replay(&mut interpreter, &mut host, steps, &runner, loaded)
}

/// The files that may hold migrations; what a build made of one that is there too is left out.
pub fn migration_files(project: &Project<'_>, settings: &Settings) -> Vec<FileId> {
    let sources = project.sources();
    let files = script::in_folders(sources, &settings.folders);
    let stem = |path: &str| path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_owned();
    let written: Vec<String> =
        files.iter().map(|file| sources.path(*file)).filter(|path| path.ends_with("ts")).map(stem).collect();
    let is_made = |path: &str| path.ends_with("js") && written.contains(&stem(path));
    files.into_iter().filter(|file| !is_made(sources.path(*file))).collect()
}

/// The migrations that a file exports, each with its time.
fn read_classes(
    run: &mut Runner<'_, '_>,
    file: FileId,
    seen: &mut Vec<(FileId, ClassId)>,
    notes: &mut Vec<Unanalyzed>,
    found: &mut Vec<(i64, Step)>,
) {
    let mut values = run.exported_values(file).unwrap_or_default();
    values.extend(run.exported(file, "default").ok().flatten());
    for value in values {
        let Value::Class(id) = value else { continue };
        let class = run.interpreter.heap.class(id);
        // A class is a value each time that it is asked for, and a file may list those of others.
        let place = (class.module.file, class.class);
        if seen.contains(&place) {
            continue;
        }
        seen.push(place);
        let span = class.module.span(class.module.class(class.class).range);
        let Ok(instance @ Value::Instance(_)) = run.call(&value, &Rc::new(Arguments::default()), span) else {
            continue;
        };
        let mut method = |name: &str| {
            run.member(&instance, name)
                .ok()
                .filter(|value| matches!(value, Value::Function(_) | Value::Bound(..)))
        };
        let (Some(up), down) = (method("up"), method("down")) else { continue };
        let name = class_name(run, &value, &instance);
        let time = timestamp(&name);
        if time.is_none() {
            let reason = format!(
                "the name `{name}` does not end with the 13 digits of a JavaScript timestamp, without which TypeORM runs nothing"
            );
            notes.push(Unanalyzed::new(span, reason));
        }
        let step = Step { title: title(&name), id: name, up: Some(up), down, span };
        found.push((time.unwrap_or(i64::MAX), step));
    }
}

/// `name` of the migration, else the name of its class.
fn class_name(run: &mut Runner<'_, '_>, class: &Value, instance: &Value) -> String {
    let given = run.member(instance, "name").ok().and_then(|name| run.interpreter.as_text(&name));
    let own = given.filter(|name| !name.value.is_empty() && !name.has_holes());
    let own = own.or_else(|| run.member(class, "name").ok().and_then(|name| run.interpreter.as_text(&name)));
    own.map(|name| name.value.to_string()).unwrap_or_default()
}

/// The time at the end of a migration's name (`MigrationExecutor.getMigrations`).
fn timestamp(name: &str) -> Option<i64> {
    let from = name.char_indices().rev().nth(12).map_or(0, |(at, _)| at);
    let end = name.get(from..)?;
    let digits = end.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok().filter(|time| *time != 0)
}

/// `AddUsers1700000000000` in words.
fn title(name: &str) -> Option<String> {
    let words = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_matches(['-', '_']);
    (!words.is_empty()).then(|| words.to_owned())
}

/// TypeORM runs nothing where two migrations have one name.
fn same_names(steps: &[Step]) -> Vec<Unanalyzed> {
    let before = |at: usize, id: &str| steps.iter().take(at).any(|step| step.id == id);
    let again = steps.iter().enumerate().filter(|(at, step)| before(*at, &step.id));
    let note = |step: &Step| {
        Unanalyzed::new(
            step.span,
            format!("there is another migration of the name `{}`, and TypeORM runs nothing", step.id),
        )
    };
    again.map(|(_, step)| note(step)).collect()
}
