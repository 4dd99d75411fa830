//! Alembic: revisions are programs, and are run on paper.
//!
//! `revision` reads what a file says of itself, `graph` puts the files in order, and each `upgrade()` is interpreted
//! (`code::interpret`) against the model as it stands at that revision: `host` is the world it meets, `operations` the
//! `op` surface, `elements` and `types` read `sa.Column(...)` and its kin, `inspector` answers what the program asks of
//! the database, `models` creates what is given as an object, `execute` hands SQL on to `schema_source::sql`, `ddl` reads
//! SQLAlchemy's DDL constructs, `catalog` answers SQL that asks the catalog, `batch` does what a batch was told at its end,
//! `invoke` knows operations as objects and directives of the project's own. `baseline`
//! finds what was there before the first revision, `mapped` reads models, `library` knows tables that libraries make.

mod annotation;
mod baseline;
mod batch;
mod catalog;
mod constraints;
mod ddl;
mod elements;
mod execute;
mod graph;
mod host;
mod index;
mod inspector;
mod invoke;
mod library;
mod mapped;
mod models;
mod naming;
mod operations;
mod revision;
mod types;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::rc::Rc;

use crate::code::interpret::{Arguments, Interpreter, Limits, Runner, Stop, Value};
use crate::code::project::Project;
use crate::diagnostic::Unanalyzed;
use crate::migration::{History, Operation, Revision};
use crate::schema::{Dialect, Mapping, Schema, TableName};
use crate::schema_source::alembic::baseline::Search;
use crate::schema_source::alembic::graph::Ordered;
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::alembic::naming::NamingConvention;
use crate::schema_source::alembic::revision::read_revision;
use crate::schema_source::{Baseline, BaselineOrigin, BaselinePart, Depth, SchemaSource, SourceKind};
use crate::text::{FileId, Span};

/// Reads the revisions of these folders (relative to the root) as one history. Where no dialect is given, it is the one
/// whose types the revisions import. `depth` says whether its revisions have their way back, and whether anything is said of
/// steps that do not fit the schema.
pub fn load(
    project: &Project<'_>,
    folders: &[String],
    dialect: Option<Dialect>,
    baseline: &Baseline,
    depth: Depth,
) -> SchemaSource {
    let files = revision_files(project, folders);
    let dialect = dialect.unwrap_or_else(|| guess_dialect(project, &files));
    let mut interpreter = Interpreter::new(project, Limits::default());
    let naming = naming_convention(&mut interpreter, project, folders, dialect);
    let mut host = AlembicHost::new(Schema::new(dialect), naming.clone());
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
    let given = match baseline {
        Baseline::Schema(schema) => (**schema).clone(),
        Baseline::Automatic | Baseline::Nothing | Baseline::Models | Baseline::Files(_) => {
            Schema::new(dialect)
        }
    };
    let mut parts = match baseline {
        Baseline::Schema(schema) => {
            vec![BaselinePart::of(BaselineOrigin::Given, "", schema, &Schema::new(dialect))]
        }
        Baseline::Automatic | Baseline::Nothing | Baseline::Models | Baseline::Files(_) => Vec::new(),
    };
    let mut replay = Replay::run(&mut interpreter, &naming, &order.files, given, depth.ways_back);
    let mut search = Search {
        interpreter: &mut interpreter,
        naming: &naming,
        dialect,
        history: Cow::Borrowed(&replay.history),
        order: &order.files,
        has_downs: depth.ways_back,
        revisions: &files,
    };
    let found = match baseline {
        Baseline::Automatic if !replay.missing.is_empty() => Some(search.automatic(&replay.missing)),
        Baseline::Models => Some(search.all_models()),
        Baseline::Files(files) => {
            let schema = search.files(files);
            let part = BaselinePart::of(BaselineOrigin::Given, "", &schema, &Schema::new(dialect));
            Some((schema, vec![part]))
        }
        Baseline::Automatic | Baseline::Nothing | Baseline::Schema(_) => None,
    };
    if let Some((schema, found)) = found.filter(|(schema, _)| !schema.tables.is_empty()) {
        parts = found;
        replay = Replay::run(&mut interpreter, &naming, &order.files, schema, depth.ways_back);
    }
    notes.extend(replay.notes);
    replay.history.unanalyzed.clone_from(&notes);
    if depth.notes {
        let (_, more) = replay.history.schema_after(replay.history.revisions.len());
        notes.extend(more);
    }
    SchemaSource {
        kind: SourceKind::Alembic,
        path: folders.first().cloned().unwrap_or_default(),
        dialect,
        schema: replay.schema,
        history: Some(replay.history),
        mapping: Mapping::default(),
        files,
        baseline: parts,
        unanalyzed: notes,
    }
}

/// All revisions, run from a baseline.
struct Replay {
    history: History,
    /// The schema at the end.
    schema: Schema,
    notes: Vec<Unanalyzed>,
    /// Tables that a revision changes or refers to and that were not there.
    missing: Vec<TableName>,
}

impl Replay {
    fn run(
        interpreter: &mut Interpreter<'_>,
        naming: &NamingConvention,
        files: &[Ordered],
        baseline: Schema,
        with_downs: bool,
    ) -> Self {
        let mut host = AlembicHost::new(baseline.clone(), naming.clone());
        let mut history = History { baseline, revisions: vec![], unanalyzed: vec![] };
        let mut notes = Vec::new();
        for file in files {
            let (revision, more) = run_revision(interpreter, &mut host, file, with_downs);
            history.revisions.push(revision);
            notes.extend(more);
        }
        let missing = host.missing();
        let schema = std::mem::take(&mut host.schema);
        Self { history, schema, notes, missing }
    }
}

/// Interprets `upgrade()`, and `downgrade()` against what it leaves where it is wanted.
fn run_revision(
    interpreter: &mut Interpreter<'_>,
    host: &mut AlembicHost,
    ordered: &Ordered,
    with_downs: bool,
) -> (Revision, Vec<Unanalyzed>) {
    let file = &ordered.file;
    host.watch(true);
    let done = run_function(interpreter, host, file.upgrade.as_ref(), file.span);
    // What only a way back touches says nothing of what was there before the first revision.
    host.watch(false);
    let down = file.downgrade.as_ref().filter(|_| with_downs);
    let down = down.and_then(|downgrade| run_down(interpreter, host, downgrade, file.span));
    let revision = Revision {
        title: file.title.clone(),
        parents: ordered.parents.clone(),
        needs: ordered.needs.clone(),
        labels: file.labels.clone(),
        operations: done.operations,
        down,
        ..Revision::new(file.id.clone(), file.span)
    };
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
    host.batches.clear();
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
pub(super) fn revision_files(project: &Project<'_>, folders: &[String]) -> Vec<FileId> {
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
