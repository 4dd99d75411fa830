//! `dropped-unique-in-use`: columns are no longer unique while queries need them to be.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::Words;
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::schema::TableName;
use crate::usage::{How, Subject};

pub(super) static RULE: Rule = Rule {
    name: "dropped-unique-in-use",
    summary: "A dropped unique key is still needed by findUnique, upsert or ON CONFLICT",
    page: include_str!("dropped-unique-in-use.md"),
    severity: Severity::Error,
    check: Check::Change(check),
};

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::DropUnique { table, columns, .. } = &change.kind else { return };
    if owned_by_another_change(cx, table, columns) {
        return;
    }
    let set = cx.usages.of(&Subject::Unique(table.clone(), columns.clone()));
    let names = columns.join(", ");
    for usage in set.usages.iter().filter(|usage| usage.how != How::Mapping) {
        let message = format!("`{table}` ({names}) is no longer unique, but this query needs the unique key");
        let help = "release code that does not rely on the key (findFirst, an explicit lookup before the insert), then \
                    drop it; or keep a unique index over the same columns";
        cx.report_usage(RULE.name, Severity::Error, index, usage, Words { message, help: help.to_owned() });
    }
}

/// Whether a table or a column of the key goes with it: `dropped-table-in-use`, `dropped-column-in-use` and the renames
/// have that. A rename keeps the key.
fn owned_by_another_change(cx: &RuleContext<'_>, table: &TableName, columns: &[String]) -> bool {
    cx.changes.iter().any(|change| match &change.kind {
        ChangeKind::DropTable { table: gone } => gone == table,
        ChangeKind::DropColumn { table: of, column } => of == table && columns.contains(column),
        ChangeKind::RenameColumn { table: of, column } => of == table && columns.contains(&column.before),
        _ => false,
    })
}
