//! Which change is judged: from [`ChangeSource`] to pairs of schemas with the operations between them.

use crate::analyze::prepare::Prepared;
use crate::analyze::{ChangeSource, relocate};
use crate::code::project::Project;
use crate::diagnostic::Unanalyzed;
use crate::diff::Pair;
use crate::migration::{History, NotFound, Operation, Revision, apply};
use crate::near::did_you_mean;
use crate::schema::Schema;
use crate::schema_source::detect::load_sources;
use crate::schema_source::sql::read_statements;
use crate::schema_source::{SchemaSource, SourceKind};
use crate::text::TextRange;
use crate::{Error, ErrorKind, Result};

/// Two schemas, and what leads from the one to the other.
pub(super) struct Comparison {
    /// The schema source, by position.
    pub source: usize,
    /// The schemas.
    pub schemas: Pair<Schema>,
    /// The steps between them, where they are known.
    pub operations: Vec<Operation>,
    /// What could not be applied on the way.
    pub notes: Vec<Unanalyzed>,
}

/// The comparisons that `change` asks for. For [`ChangeSource::Paths`], `sources` are the two that are compared.
pub(super) fn comparisons(
    change: &ChangeSource,
    sources: &[SchemaSource],
    prepared: &Prepared,
) -> Result<Vec<Comparison>> {
    match change {
        ChangeSource::Newest => newest(sources),
        ChangeSource::Since(revision) => since(sources, revision),
        ChangeSource::Sql(_) => what_if(sources, prepared),
        ChangeSource::Base(_) => against_base(sources, prepared),
        // The two sources that are compared are loaded in place of the project's own.
        ChangeSource::Paths { .. } => Ok(between(sources)),
    }
}

/// The newest revision of each history; for Prisma, what its schema has beyond the migrations too.
fn newest(sources: &[SchemaSource]) -> Result<Vec<Comparison>> {
    let mut found = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let Some(history) = source.history.as_ref().filter(|history| !history.revisions.is_empty()) else {
            continue;
        };
        let pending = newest_revisions(history);
        found.push(between_revisions(index, history, |position| !pending.contains(&position)));
        found.extend(
            beyond_migrations(index, source, history).map(|beyond| without_what_goes(beyond, &found)),
        );
    }
    if found.is_empty() {
        return Err(nothing_to_check(sources));
    }
    Ok(found)
}

/// A model that was not edited still has what the newest revision drops; that is no column to be added again, and is told
/// where the drop is judged.
fn without_what_goes(mut beyond: Comparison, pending: &[Comparison]) -> Comparison {
    let Pair { before, after } = &mut beyond.schemas;
    let earlier =
        pending.iter().filter(|other| other.source == beyond.source).map(|other| &other.schemas.before);
    for earlier in earlier {
        for table in &mut before.tables {
            let (Some(was), Some(is)) = (earlier.table(&table.name), after.table(&table.name)) else {
                continue;
            };
            let gone = is.columns.iter().filter(|column| was.column(&column.name).is_some());
            let gone: Vec<_> = gone.filter(|column| table.column(&column.name).is_none()).cloned().collect();
            table.columns.extend(gone);
        }
    }
    beyond
}

fn nothing_to_check(sources: &[SchemaSource]) -> Error {
    let names: Vec<&str> = sources.iter().map(|source| source.path.as_str()).collect();
    Error::new(
        ErrorKind::Option,
        format!(
            "there is no migration to check: {} has no revisions. Name the change: --base GITREF (against a git \
             revision), --before PATH --after PATH (two schemas), or --sql 'ALTER TABLE ...' (what if)",
            names.join(", ")
        ),
    )
}

/// The last revision; where that is a merge that does nothing of its own, the revisions that it merges.
fn newest_revisions(history: &History) -> Vec<usize> {
    let Some(last) = history.revisions.len().checked_sub(1) else { return Vec::new() };
    let revision = history.revisions.get(last);
    let merge = revision.filter(|revision| revision.parents.len() > 1 && revision.operations.is_empty());
    let merged = merge.into_iter().flat_map(|merge| &merge.parents);
    let mut positions: Vec<usize> = merged.filter_map(|parent| history.position(parent)).collect();
    positions.push(last);
    positions
}

/// From the schema of the revisions that are `applied` to that of all.
fn between_revisions(source: usize, history: &History, applied: impl Fn(usize) -> bool) -> Comparison {
    let numbered = || history.revisions.iter().enumerate();
    let mut before = history.baseline.clone();
    let done = numbered().filter(|(position, _)| applied(*position));
    apply_all(&mut before, done.flat_map(|(_, revision)| &revision.operations));
    let pending: Vec<&Revision> =
        numbered().filter(|(position, _)| !applied(*position)).map(|(_, revision)| revision).collect();
    let operations: Vec<Operation> =
        pending.iter().flat_map(|revision| revision.operations.iter().cloned()).collect();
    let mut after = before.clone();
    let notes = apply_all(&mut after, &operations);
    Comparison { source, schemas: Pair { before, after }, operations, notes }
}

fn apply_all<'a>(
    schema: &mut Schema,
    operations: impl IntoIterator<Item = &'a Operation>,
) -> Vec<Unanalyzed> {
    let mut notes = Vec::new();
    for operation in operations {
        apply(schema, operation, &mut notes);
    }
    notes
}

/// For Prisma: what the schema says beyond the migrations is a change that is still to be made.
fn beyond_migrations(index: usize, source: &SchemaSource, history: &History) -> Option<Comparison> {
    if source.kind != SourceKind::Prisma {
        return None;
    }
    let (before, _) = history.schema_after(history.revisions.len());
    let schemas = Pair { before, after: source.schema.clone() };
    Some(Comparison { source: index, schemas, operations: Vec::new(), notes: Vec::new() })
}

/// All revisions after `revision`: those that it does not come after, and that are not itself.
fn since(sources: &[SchemaSource], revision: &str) -> Result<Vec<Comparison>> {
    let mut found = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let Some(history) = &source.history else { continue };
        let Ok(position) = history.find(revision) else { continue };
        let applied = position.map(|position| history.ancestors(position)).unwrap_or_default();
        found.push(between_revisions(index, history, |position| applied.contains(&position)));
        found.extend(
            beyond_migrations(index, source, history).map(|beyond| without_what_goes(beyond, &found)),
        );
    }
    if found.is_empty() { Err(unknown_revision(sources, revision)) } else { Ok(found) }
}

/// The error for a revision that no history has.
pub(super) fn unknown_revision(sources: &[SchemaSource], revision: &str) -> Error {
    let histories: Vec<&History> = sources.iter().filter_map(|source| source.history.as_ref()).collect();
    let ids: Vec<&str> = histories
        .iter()
        .flat_map(|history| &history.revisions)
        .map(|revision| revision.id.as_str())
        .collect();
    let Some(last) = ids.last() else {
        let message = format!("there is no revision `{revision}`: no schema source has a history");
        return Error::new(ErrorKind::Name, message);
    };
    let reasons = histories.iter().filter_map(|history| history.find(revision).err());
    let message = match reasons.max_by_key(|reason| *reason != NotFound::Unknown) {
        Some(NotFound::Several(found)) => {
            format!("`{revision}` may mean several revisions: {}; name one of them", found.join(", "))
        }
        Some(NotFound::TooFar) => {
            format!("`{revision}` leads past the end of the history (the newest is `{last}`)")
        }
        Some(NotFound::Unknown) | None => {
            let near = did_you_mean(revision, ids.iter().copied());
            format!("there is no revision `{revision}`{near} (the newest is `{last}`)")
        }
    };
    Error::new(ErrorKind::Name, message)
}

/// The statements of an option, applied to the schema that they fit best.
fn what_if(sources: &[SchemaSource], prepared: &Prepared) -> Result<Vec<Comparison>> {
    let head = prepared.places.head();
    let text = head.find(super::prepare::SQL_OPTION).and_then(|file| head.load(file).ok());
    let Some(text) = text else {
        return Err(Error::new(ErrorKind::Option, "the SQL cannot be read"));
    };
    let whole = TextRange::new(0, text.text.len());
    let candidates = sources.iter().enumerate().map(|(index, source)| {
        let operations = read_statements(&text, whole, source.dialect);
        let mut after = source.schema.clone();
        let notes = apply_all(&mut after, &operations);
        let schemas = Pair { before: source.schema.clone(), after };
        Comparison { source: index, schemas, operations, notes }
    });
    Ok(candidates.min_by_key(|comparison| comparison.notes.len()).into_iter().collect())
}

/// The schemas of a git revision against those of the work tree.
fn against_base(sources: &[SchemaSource], prepared: &Prepared) -> Result<Vec<Comparison>> {
    let Some(base_files) = prepared.places.base() else { return Ok(Vec::new()) };
    let base_project = Project::new(base_files);
    let mut base = match load_sources(&base_project, &prepared.schema, prepared.dialect) {
        Ok(base) => base,
        // A base without any schema is older than the schema: everything is new.
        Err(error) if matches!(error.kind, ErrorKind::Schema | ErrorKind::Path) => Vec::new(),
        Err(error) => return Err(error),
    };
    for source in &mut base {
        relocate::relocate(source, prepared.places.base_offset());
    }
    let partner = |source: &SchemaSource| {
        let same_path = base.iter().find(|other| other.kind == source.kind && other.path == source.path);
        same_path.or_else(|| {
            let mut of_kind = base.iter().filter(|other| other.kind == source.kind);
            of_kind.next().filter(|_| of_kind.next().is_none())
        })
    };
    let compare = |(index, source): (usize, &SchemaSource)| {
        let empty = Schema::new(source.dialect);
        let other = partner(source);
        let before = other.map_or(empty, |other| other.schema.clone());
        let operations = new_operations(source, other);
        let schemas = Pair { before, after: source.schema.clone() };
        Comparison { source: index, schemas, operations, notes: Vec::new() }
    };
    Ok(sources.iter().enumerate().map(compare).collect())
}

/// The operations of revisions that the base does not have.
fn new_operations(source: &SchemaSource, base: Option<&SchemaSource>) -> Vec<Operation> {
    let known = base.and_then(|base| base.history.as_ref());
    let is_known =
        |id: &str| known.is_some_and(|history| history.revisions.iter().any(|revision| revision.id == id));
    let revisions = source.history.iter().flat_map(|history| &history.revisions);
    let new = revisions.filter(|revision| !is_known(&revision.id));
    new.flat_map(|revision| revision.operations.iter().cloned()).collect()
}

/// The first source against the second. Where both have histories and the second goes on from the first, its further
/// revisions are the steps between.
fn between(sources: &[SchemaSource]) -> Vec<Comparison> {
    let [before, after] = sources else { return Vec::new() };
    let operations = match (&before.history, &after.history) {
        (Some(_), Some(_)) => new_operations(after, Some(before)),
        (Some(_) | None, None) | (None, Some(_)) => Vec::new(),
    };
    let schemas = Pair { before: before.schema.clone(), after: after.schema.clone() };
    vec![Comparison { source: 0, schemas, operations, notes: Vec::new() }]
}
