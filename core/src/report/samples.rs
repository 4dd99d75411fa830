//! Reports for the tests of the formats.

use crate::report::wire::{
    CellReport, ChangeKindReport, ChangeReport, CheckReport, DifferenceReport, EvidenceReport, FindingReport,
    Location, OverallVerdict, RolloutReport, SourceKindReport, SourceReport, Stats, UsageKindReport, VERSION,
};
use crate::rules::{Cell, DeployOrder, Severity, Verdict};
use crate::schema::Dialect;
use crate::usage::{Access, Confidence, How, When};

/// Four characters in the second line or another.
pub(crate) fn place(path: &str, line: u32) -> Location {
    Location {
        path: path.to_owned(),
        line,
        column: 1,
        end_line: line,
        end_column: 5,
        byte_start: 0,
        byte_end: 4,
        revision: None,
    }
}

/// An error at the beginning of a line; its fingerprint is its place.
pub(crate) fn finding(path: &str, line: u32) -> FindingReport {
    FindingReport {
        rule: "dropped-column-in-use".into(),
        severity: Severity::Error,
        message: "users.email is read".into(),
        location: place(path, line),
        cells: vec![Cell::EndState],
        change: Some(0),
        usage: Some(UsageKindReport {
            how: How::Query,
            access: Access::Read,
            implicit: false,
            confidence: Confidence::Exact,
        }),
        when: When::Always,
        evidence: vec![EvidenceReport {
            message: "`user` is a row of users".into(),
            location: Some(place("src/c.ts", 1)),
        }],
        help: Some("stop reading it first".into()),
        fingerprint: format!("{path}:{line}"),
    }
}

/// A report of one dropped column with these findings.
pub(crate) fn report(findings: Vec<FindingReport>) -> CheckReport {
    let difference = DifferenceReport {
        kind: ChangeKindReport::DropColumn,
        table: "users".into(),
        column: Some("email".into()),
        before: None,
        after: None,
        entity: Some("User".into()),
        field: Some("email".into()),
        rename_candidate: None,
        location: place("db/2.sql", 2),
        declared: None,
        summary: "column users.email is dropped".into(),
    };
    let verdict = if findings.is_empty() { Verdict::Safe } else { Verdict::Breaks };
    CheckReport {
        version: VERSION,
        verdict: if findings.is_empty() { OverallVerdict::Safe } else { OverallVerdict::Blocked },
        rollout: RolloutReport { order: DeployOrder::MigrateFirst, running: None },
        schema_sources: vec![SourceReport {
            kind: SourceKindReport::Sql,
            path: "db".into(),
            dialect: Dialect::Postgres,
            baseline: Vec::new(),
        }],
        judged: Vec::new(),
        changes: vec![ChangeReport {
            difference,
            verdict,
            cells: vec![CellReport {
                cell: Cell::EndState,
                release: None,
                on_path: true,
                verdict,
                places: findings.len(),
            }],
            note: None,
            unresolved: Vec::new(),
            suppressed: 0,
        }],
        findings,
        unanalyzed: Vec::new(),
        stats: Stats::default(),
    }
}
