//! `unique-key-used-before-migration`: new code needs a unique key that the schema before does not have.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::Words;
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::usage::{How, Subject};

pub(super) static RULE: Rule = Rule {
    name: "unique-key-used-before-migration",
    summary: "New code needs a unique key (upsert, ON CONFLICT) that only the migration brings",
    page: include_str!("unique-key-used-before-migration.md"),
    severity: Severity::Error,
    check: Check::Early(check),
};

/// The changes are turned round: what becomes unique is no longer unique.
fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::DropUnique { table, columns, .. } = &change.kind else { return };
    if is_told_elsewhere(cx, table, columns) {
        return;
    }
    let set = cx.usages.of(&Subject::Unique(table.clone(), columns.clone()));
    let names = columns.join(", ");
    for usage in set.usages.iter().filter(|usage| usage.how != How::Mapping) {
        let message = format!(
            "`{table}` ({names}) is unique only after the migration, but this query needs the unique key"
        );
        let help = "run the migration before this code is released";
        cx.report_usage(RULE.name, Severity::Error, index, usage, Words { message, help: help.to_owned() });
    }
}

/// Whether the table or a column of the key comes with it: `table-used-before-migration` and
/// `column-used-before-migration` have that.
fn is_told_elsewhere(cx: &RuleContext<'_>, table: &crate::schema::TableName, columns: &[String]) -> bool {
    cx.changes.iter().any(|change| match &change.kind {
        ChangeKind::DropTable { table: gone } => gone == table,
        ChangeKind::DropColumn { table: of, column } => of == table && columns.contains(column),
        _ => false,
    })
}
