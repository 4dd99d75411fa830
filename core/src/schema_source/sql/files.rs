//! A schema file, or a folder of migrations, read to a schema.

use super::tools::{self, Down, Folder, Migration, Plan};
use super::{guess, read_statements};
use crate::code::project::Project;
use crate::diagnostic::Unanalyzed;
use crate::migration::{Condition, History, Operation, OperationKind, Revision, apply};
use crate::schema::{Dialect, Mapping, Schema};
use crate::schema_source::{SchemaSource, SourceKind};
use crate::text::{FileId, Sources, Span, TextRange};

/// Reads the SQL at `path` (as [`Sources::include`] gives it): a schema file, or a folder of migrations, which has a
/// history of one revision for each migration in its tool's order. The dialect is guessed where it is not said.
///
/// `ways_back`: whether the parts that take migrations back are read.
pub fn load(project: &Project<'_>, path: &str, dialect: Option<Dialect>, ways_back: bool) -> SchemaSource {
    let sources = project.sources();
    let mut plan = match sources.find(path) {
        Some(file) => match tools::plan_file(sources, file) {
            Some(plan) => plan,
            None => return load_file(sources, path, dialect, file),
        },
        None => tools::plan(&Folder::new(sources, path)),
    };
    if !ways_back {
        plan.migrations.iter_mut().for_each(|migration| migration.down = None);
    }
    load_plan(sources, path, dialect, plan)
}

fn load_file(sources: &Sources, path: &str, dialect: Option<Dialect>, file: FileId) -> SchemaSource {
    let dialect = dialect.unwrap_or_else(|| guess::dialect(sources, &[file]));
    let mut unanalyzed = Vec::new();
    let operations = read_file(sources, file, None, dialect, &mut unanalyzed);
    let mut schema = Schema::new(dialect);
    for operation in &operations {
        apply(&mut schema, operation, &mut unanalyzed);
    }
    source(path, schema, None, vec![file], unanalyzed)
}

fn load_plan(sources: &Sources, path: &str, dialect: Option<Dialect>, plan: Plan) -> SchemaSource {
    let mut files: Vec<FileId> = plan.migrations.iter().map(|migration| migration.file).collect();
    files.dedup();
    let dialect = dialect.or(plan.dialect).unwrap_or_else(|| guess::dialect(sources, &files));
    let mut history =
        History { baseline: Schema::new(dialect), revisions: Vec::new(), unanalyzed: plan.unanalyzed };
    for migration in plan.migrations.into_iter().filter(|migration| migration.is_for(dialect)) {
        let parents = history.revisions.last().map(|before| before.id.clone()).into_iter().collect();
        let revision = read_migration(sources, migration, parents, dialect, &mut history.unanalyzed);
        history.revisions.push(revision);
    }
    history.decide();
    let (schema, notes) = history.schema_after(history.revisions.len());
    let mut unanalyzed = history.unanalyzed.clone();
    unanalyzed.extend(notes);
    source(path, schema, Some(history), files, unanalyzed)
}

fn source(
    path: &str,
    schema: Schema,
    history: Option<History>,
    files: Vec<FileId>,
    unanalyzed: Vec<Unanalyzed>,
) -> SchemaSource {
    SchemaSource {
        kind: SourceKind::Sql,
        path: path.to_owned(),
        dialect: schema.dialect,
        schema,
        history,
        mapping: Mapping::default(),
        files,
        baseline: Vec::new(),
        unanalyzed,
    }
}

fn read_migration(
    sources: &Sources,
    migration: Migration,
    parents: Vec<String>,
    dialect: Dialect,
    notes: &mut Vec<Unanalyzed>,
) -> Revision {
    let whole = || TextRange::new(0, usize::try_from(sources.size(migration.file)).unwrap_or(usize::MAX));
    let place = migration.up.as_ref().and_then(|parts| parts.iter().copied().reduce(TextRange::cover));
    let span = place.unwrap_or_else(whole).in_file(migration.file);
    let mut operations = read_file(sources, migration.file, migration.up, dialect, notes);
    if migration.conditional {
        operations.iter_mut().for_each(under_condition);
    }
    let down = migration.down.map(|down| read_down(sources, down, dialect));
    Revision { title: migration.title, parents, operations, down, ..Revision::new(migration.id, span) }
}

/// What takes a migration back. What is not understood of it is part of the operations.
fn read_down(sources: &Sources, down: Down, dialect: Dialect) -> Vec<Operation> {
    let mut notes = Vec::new();
    if !down.joined {
        return read_file(sources, down.file, down.parts, dialect, &mut notes);
    }
    let Ok(source) = sources.load(down.file) else { return Vec::new() };
    // The same text with all but the parts blank, so that places stay true.
    let mut text: Vec<u8> = vec![b' '; source.text.len()];
    for part in down.parts.iter().flatten() {
        let range = part.as_usize();
        if let (Some(to), Some(from)) = (text.get_mut(range.clone()), source.text.as_bytes().get(range)) {
            to.copy_from_slice(from);
        }
    }
    let text = String::from_utf8_lossy(&text);
    let operations = super::read_sql(&text, |range: TextRange| range.in_file(source.id), dialect);
    operations.into_iter().filter(|operation| operation.kind != OperationKind::Irrelevant).collect()
}

/// Puts the step under a condition that is not understood.
fn under_condition(operation: &mut Operation) {
    if matches!(
        operation.kind,
        OperationKind::Opaque { .. } | OperationKind::Conditional { .. } | OperationKind::Ask { .. }
    ) {
        return;
    }
    let kind = std::mem::replace(&mut operation.kind, OperationKind::Irrelevant);
    operation.kind = OperationKind::Conditional { operation: Box::new(kind), condition: Condition::Unknown };
}

/// The operations of a file, or of its parts, but for those that cannot touch the model.
fn read_file(
    sources: &Sources,
    file: FileId,
    parts: Option<Vec<TextRange>>,
    dialect: Dialect,
    notes: &mut Vec<Unanalyzed>,
) -> Vec<Operation> {
    let source = match sources.load(file) {
        Ok(source) => source,
        Err(unread) => {
            notes.push(Unanalyzed::new(Span::new(file, 0, 0), unread.reason));
            return Vec::new();
        }
    };
    let parts = parts.unwrap_or_else(|| vec![TextRange::new(0, source.text.len())]);
    let operations = parts.into_iter().flat_map(|part| read_statements(&source, part, dialect));
    operations.filter(|operation| operation.kind != OperationKind::Irrelevant).collect()
}
