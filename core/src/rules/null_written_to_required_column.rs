//! `null-written-to-required-column`: a column becomes NOT NULL, and code writes NULL to it.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::Words;
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::usage::{Access, How, Subject, ValueFact};

pub(super) static RULE: Rule = Rule {
    name: "null-written-to-required-column",
    summary: "A column becomes required, and code writes NULL to it",
    page: include_str!("null-written-to-required-column.md"),
    severity: Severity::Error,
    check: Check::Both(check),
};

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::AlterColumnNullability { table, column, nullable: false, .. } = &change.kind else {
        return;
    };
    let set = cx.usages.of(&Subject::Column(table.clone(), column.clone()));
    let writes_null = |value: ValueFact| match value {
        ValueFact::NullWritten | ValueFact::NullPossible => true,
        ValueFact::Plain
        | ValueFact::LeftOut
        | ValueFact::Aggregated
        | ValueFact::Defined
        | ValueFact::TextWritten(_)
        | ValueFact::NumberWritten(_) => false,
    };
    let what = if cx.is_early() { "is NOT NULL until the migration has run" } else { "becomes NOT NULL" };
    for usage in set.usages.iter().filter(|usage| writes_null(usage.value)) {
        let message = match usage.access {
            Access::Filter => {
                format!(
                    "`{table}.{column}` {what}, but this query asks whether it is NULL, which it never is"
                )
            }
            Access::Read | Access::Write => match usage.value {
                ValueFact::NullPossible if usage.how == How::Value => {
                    format!("`{table}.{column}` {what}, but the value that this row is given may be NULL")
                }
                ValueFact::NullPossible => {
                    format!("`{table}.{column}` {what}, but the value that is written to it here may be NULL")
                }
                // A row that code builds, in a test for instance, is not written to the database by that.
                ValueFact::NullWritten if usage.how == How::Value => {
                    format!("`{table}.{column}` {what}, but this row is given NULL for it")
                }
                ValueFact::NullWritten
                | ValueFact::Plain
                | ValueFact::LeftOut
                | ValueFact::Aggregated
                | ValueFact::Defined
                | ValueFact::TextWritten(_)
                | ValueFact::NumberWritten(_) => {
                    format!("`{table}.{column}` {what}, but NULL is written to it here")
                }
            },
        };
        // A filter that finds nothing does not fail; what may be NULL need not be.
        let severity = match (usage.access, usage.value) {
            (Access::Filter, _) | (_, ValueFact::NullPossible) => Severity::Warning,
            (Access::Read | Access::Write, _) => Severity::Error,
        };
        let help = if cx.is_early() {
            "run the migration before code is released that writes NULL"
        } else {
            "release code that always gives a value, fill the rows that hold NULL, then make the column NOT NULL"
        };
        cx.report_usage(RULE.name, severity, index, usage, Words { message, help: help.to_owned() });
    }
}
