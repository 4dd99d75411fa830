//! `nullable-column-read-as-required`: a column may hold NULL from now on, and code uses its value as if it could not.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::Words;
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::text::Span;
use crate::usage::{Evidence, Subject, Usage};

pub(super) static RULE: Rule = Rule {
    name: "nullable-column-read-as-required",
    summary: "A column becomes nullable, and code uses its value without asking for null",
    page: include_str!("nullable-column-read-as-required.md"),
    severity: Severity::Warning,
    check: Check::Both(check),
};

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::AlterColumnNullability { table, column, nullable: true, .. } = &change.kind else {
        return;
    };
    let set = cx.usages.of_required(&Subject::Column(table.clone(), column.clone()));
    let places = set.usages.iter().flat_map(|usage| usage.required_at.iter().map(move |at| (usage, *at)));
    for (usage, at) in places {
        let usage = &at_use(usage, at);
        let what = if cx.is_early() { "may be NULL until the migration has run" } else { "becomes nullable" };
        let message =
            format!("`{table}.{column}` {what}, but its value is used here as if it were never null");
        let help = if cx.is_early() {
            "run the migration before code is released that relies on it, or expect null until then"
        } else {
            "release code that expects null here, then let the column be nullable"
        };
        cx.report_usage(RULE.name, Severity::Warning, index, usage, Words { message, help: help.to_owned() });
    }
}

/// The usage as it is met where the variable is used that its value was put into.
fn at_use(usage: &Usage, at: Span) -> Usage {
    let mut used = usage.clone();
    if at != usage.span {
        used.span = at;
        let message = "the value is read from the row here".to_owned();
        used.evidence.insert(0, Evidence { message, span: Some(usage.span) });
    }
    used
}
