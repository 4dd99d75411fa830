//! Which change is judged: from [`ChangeSource`] to pairs of schemas with the operations between them.

use crate::analyze::ChangeSource;
use crate::analyze::base::Base;
use crate::analyze::prepare::Prepared;
use crate::analyze::relocate::relocate_schema;
use crate::analyze::steps::{Taken, take};
use crate::diagnostic::Unanalyzed;
use crate::diff::{Pair, diff};
use crate::migration::{History, NotFound, Operation, Revision, apply};
use crate::near::did_you_mean;
use crate::rules::dependents::Effect;
use crate::schema::Schema;
use crate::schema_source::sql::read_statements;
use crate::schema_source::{SchemaSource, SourceKind};
use crate::text::TextRange;
use crate::{Error, ErrorKind, Result};

/// Two schemas, and what leads from the one to the other.
pub(super) struct Comparison {
    /// The schema source, by position.
    pub source: usize,
    /// The schema source that the new code was written for: another one where two are compared.
    pub after: usize,
    /// The schemas.
    pub schemas: Pair<Schema>,
    /// The steps between them, where they are known.
    pub operations: Vec<Operation>,
    /// What could not be applied on the way.
    pub notes: Vec<Unanalyzed>,
    /// What the steps do to what depends on tables and columns.
    pub effects: Vec<Effect>,
    /// The same schema source in the running release, by position.
    pub base: Option<usize>,
    /// Whether the schema after is all that the migrations give, while the source declares its schema beside them: then the two
    /// are compared.
    pub is_migrated: bool,
    /// What was taken for the change.
    pub judged: Judged,
}

/// What was taken for the change: told where nothing changes, and where nobody named it.
pub(super) struct Judged {
    /// The revisions that are pending, in order.
    pub revisions: Vec<String>,
    /// The same in words.
    pub summary: String,
}

impl Judged {
    fn of(revisions: Vec<String>, summary: impl Into<String>) -> Self {
        Self { revisions, summary: summary.into() }
    }

    fn schemas(summary: impl Into<String>) -> Self {
        Self::of(Vec::new(), summary)
    }
}

impl Comparison {
    /// A source against itself, with nothing noted.
    fn of(source: usize, schemas: Pair<Schema>, operations: Vec<Operation>, judged: Judged) -> Self {
        Self {
            source,
            after: source,
            schemas,
            operations,
            notes: Vec::new(),
            effects: Vec::new(),
            base: None,
            is_migrated: false,
            judged,
        }
    }
}

/// The comparisons that `change` asks for. For [`ChangeSource::Paths`], `sources` are the two that are compared.
pub(super) fn comparisons(
    change: &ChangeSource,
    sources: &[SchemaSource],
    prepared: &Prepared,
    base: Option<&Base<'_>>,
) -> Result<Vec<Comparison>> {
    match change {
        ChangeSource::Newest => newest(sources, prepared, base),
        ChangeSource::Since(revision) => since(sources, revision, prepared),
        ChangeSource::Sql(_) => what_if(sources, prepared),
        ChangeSource::Base(_) => {
            let of_source = |base, (index, source)| against_base(index, source, prepared, base);
            let numbered = sources.iter().enumerate();
            Ok(base.map_or_else(Vec::new, |base| numbered.flat_map(|each| of_source(base, each)).collect()))
        }
        // The two sources that are compared are loaded in place of the project's own.
        ChangeSource::Paths { .. } => Ok(between(sources, prepared)),
    }
}

/// The newest revision of each history, or what is edited in a Prisma schema.
///
/// What a committed Prisma schema says beyond its migrations is no part of it. Nothing tells when the two parted, so that it
/// may be what the database has had for years (tables of extensions, `db push`); a rule compares them. Where the schema was
/// edited since the last commit (`base`), somebody is about to make the migration, and that is the change. With a base that is
/// named, all that was edited since is judged.
fn newest(sources: &[SchemaSource], prepared: &Prepared, base: Option<&Base<'_>>) -> Result<Vec<Comparison>> {
    let mut found = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let edits = base.map_or_else(Vec::new, |base| edits(index, source, prepared, base));
        if !edits.is_empty() {
            found.extend(edits);
            continue;
        }
        let Some(history) = source.history.as_ref().filter(|history| !history.revisions.is_empty()) else {
            continue;
        };
        let pending = newest_revisions(history);
        let comparison = between_revisions(index, history, prepared, |position| !pending.contains(&position));
        let which = match pending.len() {
            1 => "the newest revision",
            _ => "the newest revisions",
        };
        let judged = Judged { summary: named(which, &comparison.judged.revisions), ..comparison.judged };
        found.push(Comparison { is_migrated: source.kind == SourceKind::Prisma, judged, ..comparison });
    }
    if found.is_empty() {
        return Err(nothing_to_check(sources));
    }
    Ok(found)
}

/// What is edited in a Prisma schema since the last commit, beyond the migrations that are new since; nothing where the commit
/// has no such schema or the two say the same.
fn edits(index: usize, source: &SchemaSource, prepared: &Prepared, base: &Base<'_>) -> Vec<Comparison> {
    if source.kind != SourceKind::Prisma || partner(source, &base.relocated).is_none() {
        return Vec::new();
    }
    let comparisons = against_base(index, source, prepared, base);
    let is_edited = comparisons
        .last()
        .is_some_and(|edited| !diff(edited.schemas.as_ref(), &edited.operations).is_empty());
    if is_edited { comparisons } else { Vec::new() }
}

/// `the new revisions: 2_a, 3_b and 4 more`.
fn named(what: &str, revisions: &[String]) -> String {
    let shown = revisions.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match revisions.len().saturating_sub(MOST_NAMED) {
        0 => format!("{what}, {shown}"),
        more => format!("{what}, {shown} and {more} more"),
    }
}

/// So many revisions are named in a line.
const MOST_NAMED: usize = 3;

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
fn between_revisions(
    source: usize,
    history: &History,
    prepared: &Prepared,
    applied: impl Fn(usize) -> bool,
) -> Comparison {
    let numbered = || history.revisions.iter().enumerate();
    let mut before = history.baseline.clone();
    let done = numbered().filter(|(position, _)| applied(*position));
    apply_all(&mut before, done.flat_map(|(_, revision)| &revision.operations));
    let pending: Vec<&Revision> =
        numbered().filter(|(position, _)| !applied(*position)).map(|(_, revision)| revision).collect();
    let operations: Vec<Operation> =
        pending.iter().flat_map(|revision| revision.operations.iter().cloned()).collect();
    let Taken { after, notes, effects } = take(&before, &operations, &prepared.places);
    Comparison {
        source,
        after: source,
        schemas: Pair { before, after },
        operations,
        notes,
        effects,
        base: None,
        is_migrated: false,
        judged: Judged::of(pending.iter().map(|revision| revision.id.clone()).collect(), ""),
    }
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

/// All revisions after `revision`: those that it does not come after, and that are not itself.
fn since(sources: &[SchemaSource], revision: &str, prepared: &Prepared) -> Result<Vec<Comparison>> {
    let mut found = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let Some(history) = &source.history else { continue };
        let Ok(position) = history.find(revision) else { continue };
        let applied = position.map(|position| history.ancestors(position)).unwrap_or_default();
        let comparison = between_revisions(index, history, prepared, |position| applied.contains(&position));
        let summary = match comparison.judged.revisions.as_slice() {
            [] => format!("no revision comes after {revision}"),
            after => named(&format!("what comes after {revision}"), after),
        };
        let judged = Judged { summary, ..comparison.judged };
        found.push(Comparison { is_migrated: source.kind == SourceKind::Prisma, judged, ..comparison });
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
        let Taken { after, notes, effects } = take(&source.schema, &operations, &prepared.places);
        let schemas = Pair { before: source.schema.clone(), after };
        let judged = Judged::schemas("the SQL that was given");
        Comparison { notes, effects, ..Comparison::of(index, schemas, operations, judged) }
    });
    Ok(candidates.min_by_key(|comparison| comparison.notes.len()).into_iter().collect())
}

/// The schema of a git revision against that of the work tree.
fn against_base(
    index: usize,
    source: &SchemaSource,
    prepared: &Prepared,
    base: &Base<'_>,
) -> Vec<Comparison> {
    let partner = partner(source, &base.relocated);
    let other = partner.and_then(|position| base.relocated.get(position));
    // What the work tree began with: the release itself, unless that has gone on since.
    let begun = match &base.fork {
        None => other,
        Some(fork) => partner_in(source, fork),
    };
    let release = &base.running.revision;
    let mut comparisons = match (source.kind, other, begun) {
        (SourceKind::Prisma, Some(other), Some(begun)) if has_history(source) => {
            let migrations = on_top_of(index, source, other, prepared, base);
            let beyond = beyond_new_migrations(source, begun, &migrations, release);
            vec![migrations, beyond]
        }
        (_, Some(other), _) if base.fork.is_some() && has_history(source) && has_history(other) => {
            vec![on_top_of(index, source, other, prepared, base)]
        }
        (
            SourceKind::Prisma
            | SourceKind::Alembic
            | SourceKind::Sql
            | SourceKind::Knex
            | SourceKind::TypeOrm,
            ..,
        ) => {
            vec![from_release(index, source, begun, (prepared, release))]
        }
    };
    comparisons.iter_mut().for_each(|comparison| comparison.base = partner);
    comparisons
}

fn has_history(source: &SchemaSource) -> bool {
    source.history.as_ref().is_some_and(|history| !history.revisions.is_empty())
}

/// Prisma says a change twice. What the new migrations do is `migrations`; what the model has beyond them, compared with the
/// one that the work tree began with, is still to be made.
fn beyond_new_migrations(
    source: &SchemaSource,
    begun: &SchemaSource,
    migrations: &Comparison,
    release: &str,
) -> Comparison {
    let mut before = begun.schema.clone();
    apply_all(&mut before, &migrations.operations);
    let schemas = Pair { before, after: source.schema.clone() };
    let judged =
        Judged::schemas(format!("what is edited in the schema since {release}, beyond new migrations"));
    let beyond = Comparison::of(migrations.source, schemas, Vec::new(), judged);
    without_what_goes(beyond, std::slice::from_ref(migrations))
}

/// The same source in another release: at the same path, else the only one of its kind.
fn partner(source: &SchemaSource, others: &[SchemaSource]) -> Option<usize> {
    let of_kind = |other: &SchemaSource| other.kind == source.kind;
    let same_path = others.iter().position(|other| of_kind(other) && other.path == source.path);
    same_path.or_else(|| {
        let mut found = others.iter().enumerate().filter(|(_, other)| of_kind(other));
        let only = found.next()?.0;
        found.next().is_none().then_some(only)
    })
}

fn partner_in<'a>(source: &SchemaSource, others: &'a [SchemaSource]) -> Option<&'a SchemaSource> {
    others.get(partner(source, others)?)
}

/// From the source as another release has it; from nothing where that has none.
fn from_release(
    index: usize,
    source: &SchemaSource,
    other: Option<&SchemaSource>,
    (prepared, release): (&Prepared, &str),
) -> Comparison {
    let before = other.map_or_else(|| Schema::new(source.dialect), |other| other.schema.clone());
    let operations = new_operations(source, other);
    let schemas = Pair { before, after: source.schema.clone() };
    let notes = out_of_order(source, other);
    let effects = take(&schemas.before, &operations, &prepared.places).effects;
    let judged = Judged::of(new_revisions(source, other), format!("the schema now against {release}"));
    Comparison { notes, effects, ..Comparison::of(index, schemas, operations, judged) }
}

/// New migrations that stand before one that the base has. Alembic's have their order in themselves.
fn out_of_order(source: &SchemaSource, base: Option<&SchemaSource>) -> Vec<Unanalyzed> {
    let Some(known) =
        base.and_then(|base| base.history.as_ref()).filter(|_| source.kind != SourceKind::Alembic)
    else {
        return Vec::new();
    };
    let is_known = |revision: &Revision| known.revisions.iter().any(|other| other.id == revision.id);
    let revisions = source.history.as_ref().map_or(&[][..], |history| &history.revisions);
    let Some(last) = revisions.iter().rposition(is_known) else { return Vec::new() };
    let newest = revisions.get(last).map(|revision| revision.id.as_str()).unwrap_or_default();
    let early = revisions.iter().take(last).filter(|revision| !is_known(revision));
    early
        .map(|revision| {
            let reason = format!(
                "the new migration {} comes before {newest}, which the base has: a database that has {newest} may refuse it, \
                 pass it over, or take it later than an empty one does",
                revision.id
            );
            Unanalyzed::new(revision.span, reason)
        })
        .collect()
}

/// Where the release has gone on since the work tree branched off: the revisions that only the work tree has, on the
/// schema of the release.
fn on_top_of(
    index: usize,
    source: &SchemaSource,
    other: &SchemaSource,
    prepared: &Prepared,
    base: &Base<'_>,
) -> Comparison {
    let history = other.history.as_ref();
    let (mut before, _) =
        history.map(|history| history.schema_after(history.revisions.len())).unwrap_or_default();
    relocate_schema(&mut before, &prepared.places, base.running.side);
    let operations = new_operations(source, Some(other));
    let Taken { after, mut notes, effects } = take(&before, &operations, &prepared.places);
    notes.extend(out_of_order(source, Some(other)));
    let schemas = Pair { before, after };
    let revisions = new_revisions(source, Some(other));
    let release = &base.running.revision;
    let summary = match revisions.as_slice() {
        [] => format!("no migration is new since {release}"),
        new => named(&format!("what is new since {release}"), new),
    };
    let judged = Judged::of(revisions, summary);
    Comparison { notes, effects, ..Comparison::of(index, schemas, operations, judged) }
}

/// The operations of revisions that the base does not have.
fn new_operations(source: &SchemaSource, base: Option<&SchemaSource>) -> Vec<Operation> {
    unknown_to(source, base).flat_map(|revision| revision.operations.iter().cloned()).collect()
}

/// The names of the revisions that the base does not have.
fn new_revisions(source: &SchemaSource, base: Option<&SchemaSource>) -> Vec<String> {
    unknown_to(source, base).map(|revision| revision.id.clone()).collect()
}

fn unknown_to<'a>(
    source: &'a SchemaSource,
    base: Option<&'a SchemaSource>,
) -> impl Iterator<Item = &'a Revision> {
    let known = base.and_then(|base| base.history.as_ref());
    let is_known = move |id: &str| {
        known.is_some_and(|history| history.revisions.iter().any(|revision| revision.id == id))
    };
    let revisions = source.history.iter().flat_map(|history| &history.revisions);
    revisions.filter(move |revision| !is_known(&revision.id))
}

/// The first source against the second. Where both have histories and the second goes on from the first, its further
/// revisions are the steps between.
fn between(sources: &[SchemaSource], prepared: &Prepared) -> Vec<Comparison> {
    let [before, after] = sources else { return Vec::new() };
    let operations = match (&before.history, &after.history) {
        (Some(_), Some(_)) => new_operations(after, Some(before)),
        (Some(_) | None, None) | (None, Some(_)) => Vec::new(),
    };
    let schemas = Pair { before: before.schema.clone(), after: after.schema.clone() };
    let effects = take(&schemas.before, &operations, &prepared.places).effects;
    let judged = Judged::schemas(format!("{} against {}", before.path, after.path));
    vec![Comparison { after: 1, effects, ..Comparison::of(0, schemas, operations, judged) }]
}
