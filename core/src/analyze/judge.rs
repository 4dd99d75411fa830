//! From changes to findings and verdicts.

use std::collections::BTreeMap;

use crate::analyze::assumptions::Assumptions;
use crate::analyze::subject::{concerns, names, subject, table_of};
use crate::analyze::suppressions::Suppressions;
use crate::analyze::words::Rollout;
use crate::config::Config;
use crate::diagnostic::Unanalyzed;
use crate::diff::{Change, Pair};
use crate::report::describe::difference;
use crate::report::fingerprint::Fingerprints;
use crate::report::places::Places;
use crate::report::wire::{CellReport, ChangeReport, FindingReport, UnanalyzedReport, UsageKindReport};
use crate::report::witness::{self, Witness, witness};
use crate::rules::dependents::Effect;
use crate::rules::{Cell, Check, Finding, Proof, RULES, RuleContext, Severity, Verdict};
use crate::schema::{Mapping, Schema};
use crate::usage::{Evidence, Unresolved, Usages};

/// One release that meets one schema: the changes of one schema source, and all that rules may ask.
pub(super) struct Case<'a> {
    /// Which of them.
    pub cell: Cell,
    /// The schemas on both sides: the one that the code was written for, and the one that it meets.
    pub schemas: Pair<&'a Schema>,
    /// What code calls things, completed by what it called them before.
    pub mapping: &'a Mapping,
    /// The schema that the source declares beside its migrations.
    pub declared: Option<&'a Schema>,
    /// The schema that Prisma's client was generated from, where the code is known to have been compiled with it.
    pub compiled_with: Option<&'a Schema>,
    /// The changes; turned round where new code meets the schema before.
    pub changes: &'a [Change],
    /// What the code does.
    pub usages: &'a dyn Usages,
    /// What of the schema source was not understood.
    pub unanalyzed: &'a [Unanalyzed],
    /// What the statements do to what depends on tables and columns.
    pub effects: &'a [Effect],
}

/// A finding and the cells in which it was made.
struct Found {
    finding: Finding,
    cells: Vec<Cell>,
    /// The path and the text of the line.
    line: (String, String),
    /// The proof, where proofs are asked for.
    witness: Option<Witness>,
}

/// What is said of one change in one cell.
struct Outcome {
    verdict: Verdict,
    unresolved: Vec<UnanalyzedReport>,
}

/// The reports of several cases, as they grow.
pub(super) struct Judgement<'a> {
    config: &'a Config,
    places: &'a Places,
    rollout: &'a Rollout,
    suppressions: Suppressions,
    assumptions: Assumptions<'a>,
    /// The changes, judged.
    pub changes: Vec<ChangeReport>,
    findings: Vec<Found>,
    proves: bool,
}

/// What all cases came to.
pub(super) struct Judged {
    /// The changes.
    pub changes: Vec<ChangeReport>,
    /// The findings.
    pub findings: Vec<FindingReport>,
    /// The proof of each finding, where proofs were asked for and it is about a change.
    pub witnesses: Vec<Option<Witness>>,
}

impl<'a> Judgement<'a> {
    pub(super) fn new(
        config: &'a Config,
        places: &'a Places,
        rollout: &'a Rollout,
        suppressions: Suppressions,
        proves: bool,
    ) -> Self {
        let assumptions = Assumptions::new(config, places);
        Self {
            config,
            places,
            rollout,
            suppressions,
            assumptions,
            changes: Vec::new(),
            findings: Vec::new(),
            proves,
        }
    }

    /// Takes up changes of one schema source, which are `safe` until a case says otherwise. Gives the position of the
    /// first.
    pub(super) fn begin(&mut self, changes: &[Change], mapping: &Mapping) -> usize {
        let first = self.changes.len();
        self.changes.extend(changes.iter().map(|change| ChangeReport {
            difference: difference(change, mapping, self.places),
            verdict: Verdict::Safe,
            cells: Vec::new(),
            note: None,
            unresolved: Vec::new(),
            suppressed: 0,
        }));
        first
    }

    /// Judges the changes that begin at `first` in one cell.
    pub(super) fn add(&mut self, first: usize, case: &Case<'_>) {
        let (mut findings, open) = run_rules(case);
        findings.retain_mut(|finding| self.take_severity(finding));
        let on_path = self.rollout.order.passes(case.cell);
        let mut per_change: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
        for finding in findings {
            match finding.change {
                Some(index) => per_change.entry(index).or_default().push(finding),
                None => self.findings.push(Found {
                    finding,
                    cells: Vec::new(),
                    line: Default::default(),
                    witness: None,
                }),
            }
        }
        for (index, change) in case.changes.iter().enumerate() {
            let found = per_change.remove(&index).unwrap_or_default();
            let open: Vec<&Unresolved> =
                open.iter().filter(|(of, _)| *of == index).map(|(_, place)| place).collect();
            let outcome = self.outcome(case, change, &found, &open);
            let report = CellReport {
                cell: case.cell,
                release: self.rollout.release(case.cell).map(str::to_owned),
                on_path,
                verdict: outcome.verdict,
                places: found.iter().filter(|finding| finding.severity == Severity::Error).count(),
            };
            let position = first + index;
            if let Some(judged) = self.changes.get_mut(position) {
                judged.cells.push(report);
                if on_path {
                    judged.verdict = judged.verdict.max(outcome.verdict);
                    judged.unresolved.extend(outcome.unresolved);
                }
            }
            let found = if on_path { found } else { self.off_path(case.cell, found) };
            self.keep(position, case, change, found);
        }
    }

    /// What the findings of one change in one cell come to.
    fn outcome(&self, case: &Case<'_>, change: &Change, found: &[Finding], open: &[&Unresolved]) -> Outcome {
        let broken = found.iter().any(|finding| finding.severity == Severity::Error);
        let unresolved = self.unresolved(case, change, broken, open);
        let verdict = match (broken, unresolved.is_empty()) {
            (true, _) => Verdict::Breaks,
            (false, true) => Verdict::Safe,
            (false, false) => Verdict::Unknown,
        };
        Outcome { verdict, unresolved }
    }

    /// A rollout in another order would meet this: one note for all of it.
    fn off_path(&self, cell: Cell, found: Vec<Finding>) -> Vec<Finding> {
        let errors: Vec<Finding> =
            found.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        let Some(first) = errors.first() else { return Vec::new() };
        let title = first.message.lines().next().unwrap_or_default();
        let places = errors.iter().take(MOST_PLACES).map(|finding| Evidence {
            message: finding.message.lines().next().unwrap_or_default().to_owned(),
            span: Some(finding.span),
        });
        let note = Finding {
            rule: first.rule,
            severity: Severity::Note,
            message: format!("{title}\n{}", self.rollout.words_off_path(cell, errors.len())),
            span: first.span,
            change: first.change,
            usage: first.usage.clone(),
            proof: first.proof,
            when: first.when,
            evidence: places.collect(),
            help: Some(self.rollout.help_off_path(cell)),
        };
        vec![note]
    }

    /// Keeps the findings of a change that no comment suppresses. What an earlier cell found in the same line is one
    /// finding, with both cells.
    fn keep(&mut self, position: usize, case: &Case<'_>, change: &Change, found: Vec<Finding>) {
        let cell = case.cell;
        for mut finding in found {
            finding.change = Some(position);
            if self.suppressions.cover(finding.rule, [finding.span, change.span], self.places) {
                let report = self.changes.get_mut(position);
                report.into_iter().for_each(|report| report.suppressed += 1);
                continue;
            }
            let line = self.line(&finding);
            let proof = self.proves.then(|| witness(self.proof_case(case), change, &finding));
            let same = self.findings.iter_mut().find(|known| {
                known.finding.change == Some(position)
                    && !known.cells.contains(&cell)
                    && known.line == line
                    && is_same(&known.finding, &finding)
            });
            match same {
                Some(known) => {
                    known.cells.push(cell);
                    // The place in the work tree is the one to mend.
                    if cell == Cell::EndState {
                        known.finding = finding;
                    }
                }
                None => self.findings.push(Found { finding, cells: vec![cell], line, witness: proof }),
            }
        }
    }

    fn proof_case<'c>(&self, case: &'c Case<'_>) -> witness::Case<'c>
    where
        'a: 'c,
    {
        let (schemas, mapping, usages) = (case.schemas, case.mapping, case.usages);
        witness::Case { schemas, mapping, usages }
    }

    /// The path and the text of the line that a finding stands in.
    fn line(&self, finding: &Finding) -> (String, String) {
        let path = self.places.path(finding.span.file).to_owned();
        (path, self.places.line_text(finding.span))
    }

    /// Gives the finding the severity of the configuration; false where its rule is off.
    fn take_severity(&self, finding: &mut Finding) -> bool {
        let path = self.places.path(finding.span.file);
        match self.config.severity(finding.rule, finding.severity, path) {
            Some(severity) => {
                finding.severity = severity;
                true
            }
            None => false,
        }
    }

    /// What stands between the change and the verdict `safe`: places in code that could meet it, and parts of the schema
    /// source that may touch its table.
    /// What could only break it besides is not looked for where it is broken.
    fn unresolved(
        &self,
        case: &Case<'_>,
        change: &Change,
        broken: bool,
        by_rules: &[&Unresolved],
    ) -> Vec<UnanalyzedReport> {
        let Some(subject) = subject(&change.kind) else { return Vec::new() };
        let report = |span, reason: &str| UnanalyzedReport {
            location: self.places.location(span),
            reason: reason.to_owned(),
        };
        let table = table_of(&subject);
        let set = case.usages.of(&subject);
        let open = if broken { Vec::new() } else { case.usages.open(&subject) };
        self.assumptions.ask();
        let in_code = set.unresolved.iter().chain(&open).chain(by_rules.iter().copied());
        let in_code =
            in_code.filter(|place| place.access.is_none_or(|access| concerns(&change.kind, access)));
        let in_code = in_code.filter(|place| !self.assumptions.cover(place.span, &table.name));
        let in_code = in_code.map(|place| report(place.span, &place.reason));
        let touches = |note: &&Unanalyzed| note.tables.iter().any(|name| names(name, table));
        let in_schema = case.unanalyzed.iter().filter(touches);
        let in_schema = in_schema.filter(|note| !self.assumptions.cover(note.span, &table.name));
        let in_schema = in_schema.map(|note| report(note.span, &note.reason));
        let mut reports: Vec<UnanalyzedReport> = in_code.chain(in_schema).collect();
        reports.sort();
        reports.dedup();
        reports
    }

    /// The reports of all changes and findings, findings in order of path, place and rule.
    pub(super) fn finish(mut self, report_unused: bool) -> Judged {
        for change in &mut self.changes {
            change.unresolved.sort();
            change.unresolved.dedup();
            change.note = self.rollout.note(change);
        }
        if report_unused {
            let unused = self.suppressions.unused().into_iter();
            self.findings.extend(unused.chain(self.assumptions.unused()).map(|finding| Found {
                finding,
                cells: Vec::new(),
                line: Default::default(),
                witness: None,
            }));
        }
        let mut findings = std::mem::take(&mut self.findings);
        findings.retain_mut(|found| found.finding.change.is_some() || self.take_severity(&mut found.finding));
        let places = self.places;
        let key = |finding: &Finding| {
            (places.path(finding.span.file).to_owned(), finding.span.range, finding.rule, finding.change)
        };
        findings.sort_by(|left, right| {
            let (one, other) = (&left.finding, &right.finding);
            key(one).cmp(&key(other)).then(one.message.cmp(&other.message)).then(left.cells.cmp(&right.cells))
        });
        findings.dedup_by(|later, earlier| later.finding == earlier.finding && later.cells == earlier.cells);
        let mut prints = Fingerprints::default();
        let witnesses = findings.iter_mut().map(|found| found.witness.take()).collect();
        let findings = findings.into_iter().map(|found| self.report(found, &mut prints)).collect();
        Judged { changes: self.changes, findings, witnesses }
    }

    fn report(&self, found: Found, prints: &mut Fingerprints) -> FindingReport {
        let Found { finding, mut cells, .. } = found;
        cells.sort();
        let location = self.places.location(finding.span);
        let change = finding.change.and_then(|index| self.changes.get(index));
        let (table, column) = change.map_or(("", ""), |change| {
            (change.difference.table.as_str(), change.difference.column.as_deref().unwrap_or_default())
        });
        let line = self.line(&finding).1;
        let parts = [finding.rule, &location.path, table, column, line.as_str()];
        let mut message = finding.message.clone();
        // What the migration does to the database is no matter of a release.
        let words = self.rollout.words(&cells).filter(|_| finding.proof != Proof::Migration);
        if let Some(words) = words {
            message.push('\n');
            message.push_str(&words);
        }
        let two_steps = change.and_then(|change| self.rollout.two_steps(&cells, change));
        FindingReport {
            fingerprint: prints.next(&parts),
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            message,
            location,
            cells,
            change: finding.change,
            usage: finding.usage.as_ref().map(|usage| UsageKindReport {
                how: usage.how,
                access: usage.access,
                implicit: usage.implicit,
                confidence: usage.confidence,
            }),
            when: finding.when,
            evidence: self.places.evidence(&finding.evidence),
            help: two_steps.or(finding.help),
        }
    }
}

/// Findings of one change list so many of the places that another order of deployment would break.
const MOST_PLACES: usize = 8;

/// Whether two findings in the same line say the same.
fn is_same(one: &Finding, other: &Finding) -> bool {
    let kind = |finding: &Finding| {
        finding.usage.as_ref().map(|usage| (usage.how, usage.access, usage.implicit, usage.named_by))
    };
    one.rule == other.rule && one.severity == other.severity && kind(one) == kind(other)
}

/// What the rules say of a case, and what they could not judge.
fn run_rules(case: &Case<'_>) -> (Vec<Finding>, Vec<(usize, Unresolved)>) {
    let mut context = RuleContext {
        cell: case.cell,
        schemas: case.schemas,
        mapping: case.mapping,
        declared: case.declared,
        compiled_with: case.compiled_with,
        changes: case.changes,
        effects: case.effects,
        usages: case.usages,
        findings: Vec::new(),
        unresolved: Vec::new(),
    };
    for rule in RULES.iter().filter(|rule| rule.check.is_asked_in(case.cell)) {
        match rule.check {
            Check::Change(check) | Check::Early(check) | Check::Both(check) => {
                for (index, change) in case.changes.iter().enumerate() {
                    check(&mut context, index, change);
                }
            }
            Check::Migration(check) | Check::Schema(check) => check(&mut context),
        }
    }
    (context.findings, context.unresolved)
}
