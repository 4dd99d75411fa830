//! `column-used-before-migration`: new code meets a schema that does not have the column yet.

use crate::diff::{Change, ChangeKind};
use crate::rules::gone_column::GoneColumn;
use crate::rules::{Check, Rule, RuleContext, Severity};

pub(super) static RULE: Rule = Rule {
    name: "column-used-before-migration",
    summary: "New code queries, reads, writes or maps a column that only the migration brings",
    page: include_str!("column-used-before-migration.md"),
    severity: Severity::Error,
    check: Check::Early(check),
};

/// The changes are turned round: what is added is dropped, and a rename leads back.
fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let (table, column, what) = match &change.kind {
        ChangeKind::DropColumn { table, column } => {
            (table, column, "is only there after the migration".to_owned())
        }
        ChangeKind::RenameColumn { table, column } => (
            table,
            &column.before,
            format!("is only there after the migration (before it, it is `{}`)", column.after),
        ),
        _ => return,
    };
    let help = "run the migration before this code is released; or release the code in two steps, what uses the column \
                after the migration";
    let gone = GoneColumn {
        rule: RULE.name,
        index,
        change,
        table,
        column,
        what,
        value: "until then, rows do not carry the value (undefined in JavaScript, AttributeError or KeyError in Python)",
        left_out: None,
        model_help: help.to_owned(),
        use_help: help.to_owned(),
    };
    gone.report(cx);
}
