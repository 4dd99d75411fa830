//! `nullable-column-read-as-required`: a column may hold NULL from now on, and code uses its value as if it could not.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::Words;
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::usage::{Subject, ValueFact};

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
    let set = cx.usages.of(&Subject::Column(table.clone(), column.clone()));
    for usage in set.usages.iter().filter(|usage| usage.value == ValueFact::ReadAsRequired) {
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
