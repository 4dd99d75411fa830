//! Alembic: revisions are programs, and are run on paper.
//!
//! `revision` reads what a file says of itself, `graph` puts the files in order, and each `upgrade()` is interpreted
//! (`code::interpret`) against the model as it stands at that revision: `host` is the world it meets, `operations` the
//! `op` surface, `elements` and `types` read `sa.Column(...)` and its kin, `inspector` answers what the program asks of
//! the database, `models` creates what is given as an object, `execute` hands SQL on to `schema_source::sql`.

mod constraints;
mod elements;
mod execute;
mod graph;
mod host;
mod inspector;
mod models;
mod naming;
mod operations;
mod revision;
mod types;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use crate::code::interpret::{Arguments, Interpreter, Limits, Runner, Stop, Value};
use crate::code::project::Project;
use crate::diagnostic::Unanalyzed;
use crate::migration::{History, Operation, Revision};
use crate::schema::{Dialect, Mapping, Schema};
use crate::schema_source::alembic::graph::Ordered;
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::alembic::naming::NamingConvention;
use crate::schema_source::alembic::revision::read_revision;
use crate::schema_source::{SchemaSource, SourceKind};
use crate::text::{FileId, Span};

/// Reads the revisions of these folders (relative to the root) as one history. Where no dialect is given, it is the one
/// whose types the revisions import.
pub fn load(project: &Project<'_>, folders: &[String], dialect: Option<Dialect>) -> SchemaSource {
    let files = revision_files(project, folders);
    let dialect = dialect.unwrap_or_else(|| guess_dialect(project, &files));
    let mut interpreter = Interpreter::new(project, Limits::default());
    let naming = naming_convention(&mut interpreter, project, folders, dialect);
    let mut host = AlembicHost::new(Schema::new(dialect), naming);
    let mut notes = Vec::new();
    let mut revisions = Vec::new();
    for file in &files {
        interpreter.renew();
        let mut run = Runner { interpreter: &mut interpreter, host: &mut host };
        match read_revision(&mut run, *file) {
            Ok(found) => revisions.extend(found),
            Err(stop) => notes.push(Unanalyzed::new(Span::new(*file, 0, 0), stopped(&stop))),
        }
    }
    let order = graph::order(revisions);
    notes.extend(order.notes);
    let mut history = History { baseline: Schema::new(dialect), revisions: vec![], unanalyzed: vec![] };
    for ordered in order.files {
        let (revision, more) = run_revision(&mut interpreter, &mut host, ordered);
        history.revisions.push(revision);
        notes.extend(more);
    }
    history.unanalyzed.clone_from(&notes);
    let (_, more) = history.schema_after(history.revisions.len());
    notes.extend(more);
    SchemaSource {
        kind: SourceKind::Alembic,
        path: folders.first().cloned().unwrap_or_default(),
        dialect,
        schema: host.schema,
        history: Some(history),
        mapping: Mapping::default(),
        files,
        unanalyzed: notes,
    }
}

/// Interprets `upgrade()`, and `downgrade()` against what it leaves.
fn run_revision(
    interpreter: &mut Interpreter<'_>,
    host: &mut AlembicHost,
    ordered: Ordered,
) -> (Revision, Vec<Unanalyzed>) {
    let Ordered { file, parents, needs } = ordered;
    let done = run_function(interpreter, host, file.upgrade.as_ref(), file.span);
    let down =
        file.downgrade.as_ref().and_then(|downgrade| run_down(interpreter, host, downgrade, file.span));
    let (title, labels, operations) = (file.title, file.labels, done.operations);
    let revision =
        Revision { title, parents, needs, labels, operations, down, ..Revision::new(file.id, file.span) };
    (revision, done.notes)
}

/// What `downgrade()` does, with the model left as it was; `None` where it raises, as those do that cannot be taken back.
/// What it does not tell is in its operations: the model of the upgrades does not suffer from it.
fn run_down(
    interpreter: &mut Interpreter<'_>,
    host: &mut AlembicHost,
    downgrade: &Value,
    place: Span,
) -> Option<Vec<Operation>> {
    let upgraded = host.schema.clone();
    let done = run_function(interpreter, host, Some(downgrade), place);
    host.schema = upgraded;
    done.ends.then_some(done.operations)
}

/// What a function of a revision did.
struct Done {
    operations: Vec<Operation>,
    notes: Vec<Unanalyzed>,
    /// Whether it came to its end.
    ends: bool,
}

fn run_function(
    interpreter: &mut Interpreter<'_>,
    host: &mut AlembicHost,
    function: Option<&Value>,
    place: Span,
) -> Done {
    host.begin(place);
    interpreter.renew();
    let mut notes = Vec::new();
    let mut ends = true;
    if let Some(function) = function {
        let mut run = Runner { interpreter, host };
        match run.call(function, &Rc::new(Arguments::default()), place) {
            Ok(value) => ends = !Runner::is_raised(&value),
            Err(stop) => {
                ends = false;
                notes.push(Unanalyzed::new(place, stopped(&stop)));
            }
        }
    }
    let (operations, more) = host.finish();
    notes.extend(more);
    Done { operations, notes, ends }
}

fn stopped(stop: &Stop) -> String {
    match stop {
        Stop::Raise(_) => "the revision raises an error; what follows in it is not read".to_owned(),
        Stop::Exhausted(limit) => format!("the revision is not read to its end: {limit}"),
    }
}

/// The Python files of the folders, folder by folder and in each by name, which is the order in which Alembic reads them:
/// directly in them, or, where there are none, in their `versions`.
fn revision_files(project: &Project<'_>, folders: &[String]) -> Vec<FileId> {
    let sources = project.sources();
    let mut files: Vec<FileId> = Vec::new();
    for folder in folders {
        let folder = folder.trim_end_matches('/');
        let inside = |folder: &str| -> Vec<FileId> {
            let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            let direct = |file: &FileId| {
                sources
                    .path(*file)
                    .strip_prefix(&prefix)
                    .is_some_and(|rest| !rest.contains('/') && is_revision_name(rest))
            };
            sources.ids().filter(direct).collect()
        };
        let mut found = inside(folder);
        if !found.iter().any(|file| mentions(project, *file, "revision")) {
            found = inside(&format!("{folder}/versions"));
        }
        found.sort_by_key(|file| sources.path(*file));
        let new: Vec<FileId> = found.into_iter().filter(|file| !files.contains(file)).collect();
        files.extend(new);
    }
    files
}

/// Alembic's own filter of file names: `(?!\.\#|__init__)(.*\.py)$`.
fn is_revision_name(name: &str) -> bool {
    name.ends_with(".py") && !name.starts_with(".#") && !name.starts_with("__init__")
}

fn mentions(project: &Project<'_>, file: FileId, word: &str) -> bool {
    project.sources().load(file).is_ok_and(|source| source.text.contains(word))
}

/// The dialect whose types the revisions import; PostgreSQL where they import none or several.
fn guess_dialect(project: &Project<'_>, files: &[FileId]) -> Dialect {
    let count = |word: &str| {
        let imports = [format!("dialects import {word}"), format!("dialects.{word}")];
        files.iter().filter(|file| imports.iter().any(|word| mentions(project, **file, word))).count()
    };
    let counts = [
        (count("postgresql"), Dialect::Postgres),
        (count("mysql"), Dialect::Mysql),
        (count("sqlite"), Dialect::Sqlite),
    ];
    let best = counts.iter().copied().reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.filter(|(count, _)| *count > 0).map_or(Dialect::Postgres, |(_, dialect)| dialect)
}

/// The naming convention of the metadata that `env.py` hands to Alembic.
fn naming_convention(
    interpreter: &mut Interpreter<'_>,
    project: &Project<'_>,
    folders: &[String],
    dialect: Dialect,
) -> NamingConvention {
    let mut host = AlembicHost::new(Schema::new(dialect), NamingConvention::default());
    for folder in folders {
        let mut at = folder.trim_end_matches('/');
        // `env.py` lies beside the versions folder, or above it where there is one folder for each dialect.
        for _ in 0..3 {
            let env = if at.is_empty() { "env.py".to_owned() } else { format!("{at}/env.py") };
            if let Some(file) = project.sources().find(&env) {
                let mut run = Runner { interpreter: &mut *interpreter, host: &mut host };
                return read_convention(&mut run, file).unwrap_or_default();
            }
            at = at.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
    NamingConvention::default()
}

fn read_convention(run: &mut Runner<'_, '_>, env: FileId) -> Option<NamingConvention> {
    let metadata = run.module_attribute(env, "target_metadata").ok()??;
    let Value::External(id) = metadata else { return None };
    let crate::code::interpret::External::Call { arguments, .. } = run.interpreter.heap.external(id).clone()
    else {
        return None;
    };
    let convention = arguments.keyword("naming_convention")?;
    Some(NamingConvention::read(run.interpreter, convention))
}
