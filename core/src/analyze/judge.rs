//! From changes to findings and verdicts.

use crate::analyze::suppressions::Suppressions;
use crate::config::Config;
use crate::diagnostic::Unanalyzed;
use crate::diff::{Change, ChangeKind, Pair};
use crate::report::describe::difference;
use crate::report::fingerprint::Fingerprints;
use crate::report::places::Places;
use crate::report::wire::{ChangeReport, FindingReport, UnanalyzedReport, UsageKindReport};
use crate::rules::{Check, Finding, RULES, RuleContext, Severity, Verdict};
use crate::schema::{Mapping, Schema, TableName};
use crate::usage::{Subject, Usages};

/// What is judged: the changes of one schema source, and all that rules may ask.
pub(super) struct Case<'a> {
    /// The schemas on both sides.
    pub schemas: Pair<&'a Schema>,
    /// What code calls things, completed by what it called them before.
    pub mapping: &'a Mapping,
    /// The changes.
    pub changes: &'a [Change],
    /// What the code does.
    pub usages: &'a dyn Usages,
    /// What of the schema source was not understood.
    pub unanalyzed: &'a [Unanalyzed],
}

/// The reports of several cases, as they grow.
pub(super) struct Judgement<'a> {
    config: &'a Config,
    places: &'a Places,
    suppressions: Suppressions,
    /// The changes, judged.
    pub changes: Vec<ChangeReport>,
    findings: Vec<Finding>,
}

impl<'a> Judgement<'a> {
    pub(super) fn new(config: &'a Config, places: &'a Places, suppressions: Suppressions) -> Self {
        Self { config, places, suppressions, changes: Vec::new(), findings: Vec::new() }
    }

    /// Judges the changes of one case.
    pub(super) fn add(&mut self, case: &Case<'_>) {
        let mut findings = run_rules(case);
        findings.retain_mut(|finding| self.take_severity(finding));
        let first = self.changes.len();
        for (index, change) in case.changes.iter().enumerate() {
            let broken = findings
                .iter()
                .any(|finding| finding.change == Some(index) && finding.severity == Severity::Error);
            let unresolved = self.unresolved(case, change);
            let verdict = match (broken, unresolved.is_empty()) {
                (true, _) => Verdict::Breaks,
                (false, true) => Verdict::Safe,
                (false, false) => Verdict::Unknown,
            };
            let difference = difference(change, case.mapping, self.places);
            self.changes.push(ChangeReport { difference, verdict, unresolved, suppressed: 0 });
        }
        for mut finding in findings {
            let change = finding.change.and_then(|index| case.changes.get(index));
            finding.change = finding.change.map(|index| index + first);
            let spans = [Some(finding.span), change.map(|change| change.span)];
            if self.suppressions.cover(finding.rule, spans.into_iter().flatten(), self.places) {
                let report = finding.change.and_then(|index| self.changes.get_mut(index));
                report.into_iter().for_each(|report| report.suppressed += 1);
            } else {
                self.findings.push(finding);
            }
        }
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
    fn unresolved(&self, case: &Case<'_>, change: &Change) -> Vec<UnanalyzedReport> {
        let Some(subject) = subject(&change.kind) else { return Vec::new() };
        let report = |span, reason: &str| UnanalyzedReport {
            location: self.places.location(span),
            reason: reason.to_owned(),
        };
        let set = case.usages.of(&subject);
        let in_code = set.unresolved.iter().map(|place| report(place.span, &place.reason));
        let table = table_of(&subject);
        let touches = |note: &&Unanalyzed| note.tables.iter().any(|name| names(name, table));
        let in_schema = case.unanalyzed.iter().filter(touches).map(|note| report(note.span, &note.reason));
        let mut reports: Vec<UnanalyzedReport> = in_code.chain(in_schema).collect();
        reports.sort();
        reports.dedup();
        reports
    }

    /// The reports of all changes and findings, findings in order of path, place and rule.
    pub(super) fn finish(mut self, report_unused: bool) -> (Vec<ChangeReport>, Vec<FindingReport>) {
        if report_unused {
            let unused = self.suppressions.unused();
            self.findings.extend(unused);
        }
        let mut findings = std::mem::take(&mut self.findings);
        findings.retain_mut(|finding| finding.change.is_some() || self.take_severity(finding));
        let places = self.places;
        let key = |finding: &Finding| {
            (places.path(finding.span.file).to_owned(), finding.span.range, finding.rule, finding.change)
        };
        findings.sort_by(|left, right| key(left).cmp(&key(right)).then(left.message.cmp(&right.message)));
        findings.dedup();
        let mut prints = Fingerprints::default();
        let reports = findings.iter().map(|finding| self.report(finding, &mut prints)).collect();
        (self.changes, reports)
    }

    fn report(&self, finding: &Finding, prints: &mut Fingerprints) -> FindingReport {
        let location = self.places.location(finding.span);
        let change = finding.change.and_then(|index| self.changes.get(index));
        let (table, column) = change.map_or(("", ""), |change| {
            (change.difference.table.as_str(), change.difference.column.as_deref().unwrap_or_default())
        });
        let line = self.places.file(finding.span.file).and_then(|file| {
            let range = file.lines().line_range(&file.text, location.line)?;
            file.text.get(range).map(|text| text.trim().to_owned())
        });
        let parts = [finding.rule, &location.path, table, column, line.as_deref().unwrap_or_default()];
        FindingReport {
            fingerprint: prints.next(&parts),
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            message: finding.message.clone(),
            location,
            change: finding.change,
            usage: finding.usage.as_ref().map(|usage| UsageKindReport {
                how: usage.how,
                access: usage.access,
                implicit: usage.implicit,
                confidence: usage.confidence,
            }),
            evidence: self.places.evidence(&finding.evidence),
            help: finding.help.clone(),
        }
    }
}

fn run_rules(case: &Case<'_>) -> Vec<Finding> {
    let mut context = RuleContext {
        schemas: case.schemas,
        mapping: case.mapping,
        changes: case.changes,
        usages: case.usages,
        findings: Vec::new(),
    };
    for rule in RULES {
        match rule.check {
            Check::Change(check) => {
                for (index, change) in case.changes.iter().enumerate() {
                    check(&mut context, index, change);
                }
            }
            Check::Schema(check) => check(&mut context),
        }
    }
    context.findings
}

/// What code can meet of a change; `None` where a change takes nothing away from code that is there.
fn subject(kind: &ChangeKind) -> Option<Subject> {
    match kind {
        ChangeKind::DropTable { table } => Some(Subject::Table(table.clone())),
        ChangeKind::RenameTable { table } => Some(Subject::Table(table.before.clone())),
        ChangeKind::DropColumn { table, column }
        | ChangeKind::AlterColumnType { table, column, .. }
        | ChangeKind::AlterColumnNullability { table, column, .. } => {
            Some(Subject::Column(table.clone(), column.clone()))
        }
        ChangeKind::AlterColumnDefault { table, column, has_default } => {
            (has_default.before && !has_default.after).then(|| Subject::Column(table.clone(), column.clone()))
        }
        ChangeKind::RenameColumn { table, column } => {
            Some(Subject::Column(table.clone(), column.before.clone()))
        }
        ChangeKind::AddColumn { table, column } => {
            (!column.nullable && column.default.is_none()).then(|| Subject::Table(table.clone()))
        }
        ChangeKind::DropEnumValue { name, value } => Some(Subject::EnumValue(name.clone(), value.clone())),
        ChangeKind::RenameEnumValue { name, value } => {
            Some(Subject::EnumValue(name.clone(), value.before.clone()))
        }
        ChangeKind::DropUnique { table, columns, .. } => {
            Some(Subject::Unique(table.clone(), columns.clone()))
        }
        ChangeKind::AddTable { .. }
        | ChangeKind::AddEnum { .. }
        | ChangeKind::DropEnum { .. }
        | ChangeKind::AddEnumValue { .. }
        | ChangeKind::AddUnique { .. }
        | ChangeKind::AddForeignKey { .. }
        | ChangeKind::DropForeignKey { .. } => None,
    }
}

fn table_of(subject: &Subject) -> &TableName {
    match subject {
        Subject::Table(table)
        | Subject::Column(table, _)
        | Subject::EnumValue(table, _)
        | Subject::Unique(table, _) => table,
    }
}

/// Whether a name as written in a statement (quoted or not, with or without its schema) may mean this table.
fn names(written: &str, table: &TableName) -> bool {
    let bare = written.rsplit('.').next().unwrap_or(written);
    let bare = bare.trim_matches(['"', '`', '[', ']', '\'']);
    bare.eq_ignore_ascii_case(&table.name)
}
