//! The verbs, step by step. The command line needs the files beside the report, for code frames.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::analyze::base::Base;
use crate::analyze::judge::{Case, Judged, Judgement};
use crate::analyze::pending::{self, Comparison, comparisons};
use crate::analyze::prepare::{Prepared, Wanted, source_report};
use crate::analyze::relocate::Moved;
use crate::analyze::stack::with_room;
use crate::analyze::steps::is_told;
use crate::analyze::suppressions::Suppressions;
use crate::analyze::target::{self, Names};
use crate::analyze::words::Rollout;
use crate::analyze::{ChangeSource, LoadedModel, Options, code_side, mapping_before};
use crate::code::project::Project;
use crate::config::Config;
use crate::diagnostic::Unanalyzed;
use crate::diff::{Change, Pair, diff as diff_schemas, reverse};
use crate::report::places::Places;
use crate::report::wire::{
    ChangeReport, CheckReport, DiffReport, FindingReport, JudgedReport, OverallVerdict, ReleaseReport,
    SchemaReport, Stats, UnanalyzedReport, UsageReport, UsagesReport, VERSION,
};
use crate::report::witness::Witness;
use crate::report::{describe, model};
use crate::rules::{Cell, DeployOrder, Severity, Verdict};
use crate::schema::{Dialect, Mapping, Schema};
use crate::schema_source::detect::Reading;
use crate::schema_source::detect::{Loaded, Request, load_sources};
use crate::schema_source::{SchemaSource, SourceKind};
use crate::text::FileId;
use crate::usage::{Cost, Finder, Subject, Usage, Usages};
use crate::{Error, ErrorKind, Result};

/// A report, and the files that it points into.
pub(crate) struct Run<R> {
    /// The report.
    pub report: R,
    /// The files.
    pub places: Places,
    /// The configuration of the project.
    pub config: Config,
}

/// As [`crate::check_with`].
pub(crate) fn check(
    options: &Options,
    change: &ChangeSource,
    order: Option<DeployOrder>,
) -> Result<Run<CheckReport>> {
    with_room(|| Ok(check_here(options, change, order, false)?.0))
}

/// As [`check`], with the proof of each finding that is about a change.
pub(crate) fn check_and_prove(
    options: &Options,
    change: &ChangeSource,
    order: Option<DeployOrder>,
) -> Result<(CheckReport, Vec<Option<Witness>>)> {
    with_room(|| check_here(options, change, order, true).map(|(run, proofs)| (run.report, proofs)))
}

fn check_here(
    options: &Options,
    change: &ChangeSource,
    order: Option<DeployOrder>,
    proves: bool,
) -> Result<(Run<CheckReport>, Vec<Option<Witness>>)> {
    let started = Instant::now();
    let mut wanted = Wanted::default();
    match change {
        ChangeSource::Sql(sql) => wanted.sql = Some(sql),
        ChangeSource::Paths { before, after } => wanted.paths = vec![before, after],
        ChangeSource::Base(revision) => wanted.base = Some(revision),
        ChangeSource::Newest => wanted.edits = true,
        ChangeSource::Since(_) => {}
    }
    let (prepared, paths) = Prepared::new(options, &wanted)?;
    let project = Project::new(prepared.places.head());
    let sources = match change {
        ChangeSource::Paths { .. } => load_each(&project, &paths, &prepared)?,
        ChangeSource::Newest | ChangeSource::Since(_) | ChangeSource::Sql(_) | ChangeSource::Base(_) => {
            prepared.load_forward(&project)?
        }
    };
    let base = Base::load(&prepared, &project)?;
    let comparisons = comparisons(change, &sources, &prepared, base.as_ref())?;
    // The last commit is a release only where something is compared with it.
    let is_named = matches!(change, ChangeSource::Base(_));
    let base = base.filter(|_| is_named || comparisons.iter().any(|comparison| comparison.base.is_some()));
    // A comment speaks of a change that is made, not of one that is only thought of.
    let report_unused = match change {
        ChangeSource::Newest | ChangeSource::Since(_) | ChangeSource::Base(_) => true,
        ChangeSource::Sql(_) | ChangeSource::Paths { .. } => false,
    };
    let rollout = Rollout {
        order: order.or(prepared.config.deploy_order).unwrap_or_default(),
        running: base.as_ref().map(|base| ReleaseReport {
            revision: base.running.revision.clone(),
            commit: base.running.commit.clone(),
        }),
    };
    let suppressions = Suppressions::find(prepared.places.head());
    let mut judgement = Judgement::new(&prepared.config, &prepared.places, &rollout, suppressions, proves);
    let judge = Judge { project: &project, base: base.as_ref(), places: &prepared.places, rollout: &rollout };
    let mut unanalyzed: Vec<&Unanalyzed> = sources.iter().flat_map(|source| &source.unanalyzed).collect();
    unanalyzed.retain(|note| !comparisons.iter().any(|comparison| is_told(note, &comparison.effects)));
    for comparison in &comparisons {
        unanalyzed.extend(comparison.notes.iter().filter(|note| !is_told(note, &comparison.effects)));
        if let Some(source) = sources.get(comparison.source)
            && let Some(source_after) = sources.get(comparison.after)
        {
            judge.comparison(&mut judgement, comparison, Pair { before: source, after: source_after });
        }
    }
    let mut cost = cost(&project);
    if let Some(base) = &base {
        add_cost(&mut cost, self::cost(&base.project));
    }
    let Judged { changes, findings, witnesses } = judgement.finish(report_unused);
    let unanalyzed = prepared.places.unanalyzed(unanalyzed);
    let report = CheckReport {
        version: VERSION,
        verdict: overall(&changes, &findings, &unanalyzed),
        rollout: rollout.report(),
        schema_sources: sources.iter().map(source_report).collect(),
        judged: comparisons.iter().filter_map(|comparison| judged_report(comparison, &sources)).collect(),
        changes,
        findings,
        unanalyzed,
        stats: stats(cost, started),
    };
    drop(base);
    drop(project);
    Ok((Run { report, places: prepared.places, config: prepared.config }, witnesses))
}

fn judged_report(comparison: &Comparison, sources: &[SchemaSource]) -> Option<JudgedReport> {
    Some(JudgedReport {
        source: sources.get(comparison.after)?.path.clone(),
        revisions: comparison.judged.revisions.clone(),
        summary: comparison.judged.summary.clone(),
    })
}

/// What all of it comes to.
fn overall(
    changes: &[ChangeReport],
    findings: &[FindingReport],
    unanalyzed: &[UnanalyzedReport],
) -> OverallVerdict {
    let worst_change = changes.iter().map(|change| change.verdict).max();
    let worst_finding = findings.iter().map(|finding| finding.severity).max();
    match (worst_change, worst_finding) {
        (Some(Verdict::Breaks), _) | (_, Some(Severity::Error)) => OverallVerdict::Blocked,
        (Some(Verdict::Unknown), _) | (_, Some(Severity::Warning)) => OverallVerdict::NeedsReview,
        // What was not understood may be a change of its own.
        (_, Some(Severity::Note) | None) if !unanalyzed.is_empty() => OverallVerdict::NeedsReview,
        (_, Some(Severity::Note) | None) => OverallVerdict::Safe,
    }
}

/// What comparisons are judged with.
struct Judge<'p> {
    project: &'p Project<'p>,
    base: Option<&'p Base<'p>>,
    places: &'p Places,
    rollout: &'p Rollout,
}

impl Judge<'_> {
    /// Judges one comparison in every cell whose release is known.
    fn comparison(
        &self,
        judgement: &mut Judgement<'_>,
        comparison: &Comparison,
        sources: Pair<&SchemaSource>,
    ) {
        let source = sources.before;
        let schemas = comparison.schemas.as_ref();
        let changes = changes(comparison);
        // A revision that changes nothing that is looked at is still one after which schema and models are compared.
        if changes.is_empty() && !comparison.is_migrated {
            return;
        }
        let base = self.base.and_then(|base| Some((base, base.sources.get(comparison.base?)?)));
        let mut mapping = source.mapping.clone();
        if comparison.after != comparison.source {
            mapping_before::add_new_fields(&mut mapping, &sources.after.mapping);
        }
        mapping_before::complete(&mut mapping, schemas, base.map(|(_, source)| &source.mapping));
        let after = code_side::usages(self.project, schemas, mapping, &source.files);
        let first = judgement.begin(&changes, after.mapping());
        let unanalyzed = pending_notes(comparison, source, &changes);
        let case = Case {
            cell: Cell::MigrateFirst,
            schemas,
            mapping: after.mapping(),
            declared: comparison.is_migrated.then_some(&source.schema),
            compiled_with: None,
            changes: &changes,
            usages: &*after,
            unanalyzed: &unanalyzed,
            effects: &comparison.effects,
        };
        if let Some((base, source)) = base {
            let finder = Finder::new(&base.project, &source.schema, &source.mapping, source.files.clone());
            let running = Moved::new(finder, self.places, base.running.side);
            let mapping = running.mapping_near(&tables(&changes));
            judgement.add(first, &Case { mapping: &mapping, usages: &running, ..case });
        }
        if base.is_some() || self.rollout.order.passes(Cell::CodeFirst) {
            self.code_first(judgement, first, &case, sources.after);
        }
        let is_compiled = base.is_some() && sources.after.kind == SourceKind::Prisma;
        let compiled_with = is_compiled.then_some(&sources.after.schema);
        judgement.add(first, &Case { cell: Cell::EndState, compiled_with, ..case });
    }

    /// The new code against the schema before.
    fn code_first(
        &self,
        judgement: &mut Judgement<'_>,
        first: usize,
        case: &Case<'_>,
        source: &SchemaSource,
    ) {
        let changes = reverse(case.changes, case.schemas);
        let schemas = Pair { before: case.schemas.after, after: case.schemas.before };
        let early = code_side::usages(self.project, schemas, source.mapping.clone(), &source.files);
        let mapping = early.mapping_near(&tables(&changes));
        judgement.add(
            first,
            &Case {
                cell: Cell::CodeFirst,
                schemas,
                mapping: &mapping,
                declared: None,
                compiled_with: None,
                changes: &changes,
                usages: &*early,
                unanalyzed: case.unanalyzed,
                effects: &[],
            },
        );
    }
}

/// What was not understood of the revisions that are judged. What was applied long ago is no part of the change, whatever
/// it did; where schemas are compared as a whole, all of it counts.
fn pending_notes(comparison: &Comparison, source: &SchemaSource, changes: &[Change]) -> Vec<Unanalyzed> {
    let operations = comparison.operations.iter().map(|operation| operation.span.file);
    let files: BTreeSet<FileId> = operations.chain(changes.iter().map(|change| change.span.file)).collect();
    let is_pending = |note: &&Unanalyzed| comparison.operations.is_empty() || files.contains(&note.span.file);
    let is_open = |note: &&Unanalyzed| !is_told(note, &comparison.effects);
    source.unanalyzed.iter().chain(&comparison.notes).filter(is_pending).filter(is_open).cloned().collect()
}

/// The names of the tables that changes are about.
fn tables(changes: &[Change]) -> Vec<&str> {
    let mut names: Vec<&str> =
        changes.iter().filter_map(|change| change.kind.table()).map(|table| table.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn changes(comparison: &Comparison) -> Vec<Change> {
    diff_schemas(comparison.schemas.as_ref(), &comparison.operations)
}

fn cost(project: &Project<'_>) -> Cost {
    let counters = project.counters();
    Cost {
        files_scanned: counters.files_scanned(),
        files_parsed: counters.files_parsed(),
        bytes_scanned: counters.bytes_scanned(),
        bytes_parsed: counters.bytes_parsed(),
    }
}

fn add_cost(sum: &mut Cost, cost: Cost) {
    sum.files_scanned += cost.files_scanned;
    sum.files_parsed += cost.files_parsed;
    sum.bytes_scanned += cost.bytes_scanned;
    sum.bytes_parsed += cost.bytes_parsed;
}

fn stats(cost: Cost, started: Instant) -> Stats {
    Stats {
        files_scanned: cost.files_scanned,
        files_parsed: cost.files_parsed,
        bytes_scanned: cost.bytes_scanned,
        elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

/// One schema source for each path.
fn load_each(project: &Project<'_>, paths: &[String], prepared: &Prepared) -> Result<Vec<SchemaSource>> {
    let mut sources = Vec::new();
    for path in paths {
        let paths = std::slice::from_ref(path);
        let reading = Reading::Forward;
        let request = Request { paths, dialect: prepared.dialect, reading, ..Request::default() };
        let mut found = load_sources(project, request)?.sources;
        match (found.pop(), found.is_empty()) {
            (Some(source), true) => sources.push(source),
            (Some(_), false) => {
                let message = format!("{path} holds several schema sources: name one of them");
                return Err(Error::new(ErrorKind::Schema, message));
            }
            (None, _) => {
                return Err(Error::new(ErrorKind::Schema, format!("{path} holds no schema source")));
            }
        }
    }
    Ok(sources)
}

/// As [`crate::usages`].
pub(crate) fn usages(options: &Options, target: &str) -> Result<Run<UsagesReport>> {
    with_room(|| Ok(usages_here(options, target)?.0))
}

/// As [`crate::analyze::usages_and_cost`].
pub(crate) fn usages_and_cost(options: &Options, target: &str) -> Result<(UsagesReport, Cost)> {
    with_room(|| usages_here(options, target).map(|(run, cost)| (run.report, cost)))
}

fn usages_here(options: &Options, target: &str) -> Result<(Run<UsagesReport>, Cost)> {
    let (prepared, _) = Prepared::new(options, &Wanted::default())?;
    let project = Project::new(prepared.places.head());
    let names = || asked_tables(&project, target);
    let (loaded, missing) = match prepared.load_some(&project, &names) {
        Ok(loaded) => (loaded, None),
        // Models in code are enough to ask about usages.
        Err(error) if error.kind == ErrorKind::Schema && prepared.schema.is_empty() => {
            (Loaded { sources: Vec::new(), left_out: Vec::new() }, Some(error))
        }
        Err(error) => return Err(error),
    };
    let mut found = find_usages(&prepared, &project, &loaded, target, missing);
    // Where no source that was read has the table, one that was not read may.
    if !loaded.left_out.is_empty() && !matches!(found, Ok((_, true))) {
        let loaded = Loaded { sources: prepared.load(&project)?, left_out: Vec::new() };
        found = find_usages(&prepared, &project, &loaded, target, None);
    }
    let (report, _) = found?;
    let cost = cost(&project);
    drop(project);
    Ok((Run { report, places: prepared.places, config: prepared.config }, cost))
}

/// The tables that `target` may mean, by the last part of their names.
fn asked_tables(project: &Project<'_>, target: &str) -> Vec<String> {
    let table = target.rsplit_once('.').map_or(target, |(table, _)| table);
    let mut names: Vec<String> = vec![table.rsplit('.').next().unwrap_or(table).to_owned()];
    // `public.users` is a table or a column, and its schema need not stand anywhere.
    let dialects = [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite, Dialect::Mssql];
    if dialects.iter().any(|dialect| dialect.default_schema() == Some(table)) {
        names.extend(target.rsplit('.').next().map(str::to_owned));
    }
    let empty = Schema::new(Dialect::default());
    let finder = Finder::new(project, &empty, &Mapping::default(), Vec::new());
    let of_classes: Vec<String> = names.iter().flat_map(|name| finder.tables_of_classes(name)).collect();
    names.extend(of_classes);
    names
}

/// The usages of what `target` names, and whether a source has the table.
fn find_usages(
    prepared: &Prepared,
    project: &Project<'_>,
    loaded: &Loaded,
    target: &str,
    missing: Option<Error>,
) -> Result<(UsagesReport, bool)> {
    let empty = Schema::new(prepared.dialect.unwrap_or_default());
    // What stands in the files of one schema source is no use of another one's tables.
    let of_sources = loaded.sources.iter().flat_map(|source| &source.files);
    let files: Vec<FileId> = of_sources.chain(&loaded.left_out).copied().collect();
    let described: Vec<(&Schema, Mapping)> = match loaded.sources.as_slice() {
        [] => vec![(&empty, Mapping::default())],
        sources => sources.iter().map(|source| (&source.schema, source.mapping.clone())).collect(),
    };
    let sides: Vec<(&Schema, Box<dyn Usages + '_>)> = described
        .into_iter()
        .map(|(schema, mapping)| {
            let schemas = Pair { before: schema, after: schema };
            (schema, code_side::usages(project, schemas, mapping, &files))
        })
        .collect();
    let mut subjects = match subjects(target, &sides) {
        Ok(subjects) => subjects,
        Err(error) => {
            let is_mapped = sides.iter().any(|(_, side)| !side.mapping().entities.is_empty());
            return Err(missing.filter(|_| !is_mapped).unwrap_or(error));
        }
    };
    // A class is known to all sources, its table to some: those tell what SQL means.
    let has_table = |(index, subject): &(usize, Subject)| {
        let (Subject::Table(table) | Subject::Column(table, _)) = subject else { return true };
        sides.get(*index).is_some_and(|(schema, _)| schema.table(table).is_some())
    };
    let is_known = subjects.iter().any(has_table);
    if is_known {
        subjects.retain(has_table);
    }
    let mut report = UsagesReport { version: VERSION, usages: Vec::new(), unresolved: Vec::new() };
    for (index, subject) in subjects {
        let Some((_, side)) = sides.get(index) else { continue };
        let set = side.of(&subject);
        report.usages.extend(set.usages.iter().map(|usage| usage_report(usage, &prepared.places)));
        report.unresolved.extend(set.unresolved.iter().map(|place| UnanalyzedReport {
            location: prepared.places.location(place.span),
            reason: place.reason.clone(),
        }));
    }
    // Two sources may know the same table: what both found is said once.
    report.usages.sort_by(|left, right| usage_key(left).cmp(&usage_key(right)));
    report.usages.dedup();
    report.unresolved.sort();
    report.unresolved.dedup();
    Ok((report, is_known))
}

/// What `target` names, each with the position of its side. Most names are found without reading every model.
fn subjects(target: &str, sides: &[(&Schema, Box<dyn Usages + '_>)]) -> Result<Vec<(usize, Subject)>> {
    let table = target.rsplit_once('.').map(|(table, _)| table);
    let near: Vec<&str> = std::iter::once(target).chain(table).collect();
    let near: Vec<(&Schema, Mapping)> =
        sides.iter().map(|(schema, side)| (*schema, side.mapping_near(&near))).collect();
    let names: Vec<Names<'_>> = near.iter().map(|(schema, mapping)| Names { schema, mapping }).collect();
    target::resolve(target, &names).or_else(|_| {
        let all = sides.iter().map(|(schema, side)| Names { schema, mapping: side.mapping() });
        target::resolve(target, &all.collect::<Vec<_>>())
    })
}

fn usage_key(usage: &UsageReport) -> impl Ord + use<'_> {
    (&usage.location, usage.how, usage.access, usage.implicit, &usage.table, &usage.column)
}

fn usage_report(usage: &Usage, places: &Places) -> UsageReport {
    UsageReport {
        location: places.location(usage.span),
        table: usage.table.to_string(),
        column: usage.column.clone(),
        how: usage.how,
        access: usage.access,
        implicit: usage.implicit,
        named_by: usage.named_by,
        when: usage.when,
        confidence: usage.confidence,
        evidence: places.evidence(&usage.evidence),
    }
}

/// As [`crate::load_schema`].
pub(crate) fn load_schema(options: &Options, at: Option<&str>) -> Result<SchemaReport> {
    with_room(|| load_schema_here(options, at))
}

fn load_schema_here(options: &Options, at: Option<&str>) -> Result<SchemaReport> {
    let (prepared, _) = Prepared::new(options, &Wanted::default())?;
    let project = Project::new(prepared.places.head());
    let sources = sources_at(&prepared, &project, at)?;
    Ok(schema_report(&sources, &project, &prepared))
}

/// The sources as they are, or as they were after a revision.
fn sources_at(prepared: &Prepared, project: &Project<'_>, at: Option<&str>) -> Result<Vec<SchemaSource>> {
    let sources = prepared.load(project)?;
    let Some(revision) = at else { return Ok(sources) };
    let found: Vec<SchemaSource> =
        sources.into_iter().filter_map(|source| source_at(source, revision)).collect();
    match found.is_empty() {
        true => Err(pending::unknown_revision(&prepared.load(project)?, revision)),
        false => Ok(found),
    }
}

/// The schema as SQL; of several sources, each under its path.
#[cfg(feature = "cli")]
pub(crate) fn schema_ddl(options: &Options, at: Option<&str>) -> Result<String> {
    with_room(|| {
        let (prepared, _) = Prepared::new(options, &Wanted::default())?;
        let project = Project::new(prepared.places.head());
        let sources = sources_at(&prepared, &project, at)?;
        let mut text = String::new();
        for source in &sources {
            if sources.len() > 1 {
                text.push_str(&format!("-- {}\n\n", source.path.replace(['\n', '\r'], " ")));
            }
            text.push_str(&crate::report::ddl::ddl(&source.schema));
        }
        Ok(text)
    })
}

/// As [`crate::analyze::load_models`].
pub(crate) fn load_models(options: &Options) -> Result<Vec<LoadedModel>> {
    let (prepared, _) = Prepared::new(options, &Wanted::default())?;
    let project = Project::new(prepared.places.head());
    let sources = prepared.load(&project)?;
    let model = |source: SchemaSource| LoadedModel {
        schema: source.schema,
        mapping: source.mapping,
        history: source.history,
        unanalyzed: source.unanalyzed.into_iter().map(|note| note.reason).collect(),
    };
    Ok(sources.into_iter().map(model).collect())
}

/// The source as it was after a revision, if its history has that.
fn source_at(mut source: SchemaSource, revision: &str) -> Option<SchemaSource> {
    let (schema, notes) = source.history.as_ref()?.schema_at(revision).ok()?;
    source.schema = schema;
    source.unanalyzed.extend(notes);
    // Models say what is now, not what was.
    source.mapping = Mapping::default();
    Some(source)
}

fn schema_report(sources: &[SchemaSource], project: &Project<'_>, prepared: &Prepared) -> SchemaReport {
    let places = &prepared.places;
    let mut report = SchemaReport {
        version: VERSION,
        dialect: sources.first().map_or_else(Default::default, |source| source.dialect),
        schema_sources: sources.iter().map(source_report).collect(),
        schemas: Vec::new(),
        tables: Vec::new(),
        enums: Vec::new(),
        domains: Vec::new(),
        sequences: Vec::new(),
        revisions: Vec::new(),
        mapping: Vec::new(),
        unanalyzed: places.unanalyzed(sources.iter().flat_map(|source| &source.unanalyzed)),
    };
    for (index, source) in sources.iter().enumerate() {
        let schema = &source.schema;
        report.tables.extend(schema.tables.iter().map(|table| model::table(schema, table, index, places)));
        let revisions = source.history.iter().flat_map(|history| &history.revisions);
        report.revisions.extend(revisions.map(|revision| model::revision(revision, index, places)));
        report.enums.extend(schema.enums.iter().map(|item| model::enum_type(schema, item, index)));
        let domains = schema.domains.iter();
        report.domains.extend(domains.map(|item| model::domain(schema, item, index, places)));
        let sequences = schema.sequences.iter();
        report.sequences.extend(sequences.map(|item| model::sequence(schema, item, index, places)));
        let schemas = Pair { before: schema, after: schema };
        let side = code_side::usages(project, schemas, source.mapping.clone(), &source.files);
        report.mapping.extend(side.mapping().entities.iter().map(|entity| model::entity(entity, places)));
    }
    let tables = report.tables.iter().filter_map(|table| table.schema.clone());
    report.schemas = tables.chain(report.enums.iter().filter_map(|item| item.schema.clone())).collect();
    report.schemas.sort();
    report.schemas.dedup();
    report
}

/// As [`crate::diff`].
pub(crate) fn diff(options: &Options, before: &str, after: &str) -> Result<Run<DiffReport>> {
    with_room(|| diff_here(options, before, after))
}

fn diff_here(options: &Options, before: &str, after: &str) -> Result<Run<DiffReport>> {
    let wanted = Wanted { paths: vec![before, after], ..Wanted::default() };
    let (prepared, paths) = Prepared::new(options, &wanted)?;
    let project = Project::new(prepared.places.head());
    let sources = load_each(&project, &paths, &prepared)?;
    let change = ChangeSource::Paths { before: before.to_owned(), after: after.to_owned() };
    let places = &prepared.places;
    let mut report = DiffReport {
        version: VERSION,
        before: sources.first().map(source_report).into_iter().collect(),
        after: sources.get(1).map(source_report).into_iter().collect(),
        changes: Vec::new(),
        unanalyzed: places.unanalyzed(sources.iter().flat_map(|source| &source.unanalyzed)),
    };
    for comparison in comparisons(&change, &sources, &prepared, None)? {
        let mut mapping = sources.first().map(|source| source.mapping.clone()).unwrap_or_default();
        mapping_before::complete(&mut mapping, comparison.schemas.as_ref(), None);
        let found = changes(&comparison);
        report.changes.extend(found.iter().map(|change| describe::difference(change, &mapping, places)));
    }
    drop(project);
    Ok(Run { report, places: prepared.places, config: prepared.config })
}
