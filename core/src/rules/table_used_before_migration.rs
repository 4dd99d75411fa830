//! `table-used-before-migration`: new code meets a schema that does not have the table yet.

use crate::diff::{Change, ChangeKind};
use crate::rules::gone_table::GoneTable;
use crate::rules::{Check, Rule, RuleContext, Severity};

pub(super) static RULE: Rule = Rule {
    name: "table-used-before-migration",
    summary: "New code queries or maps a table that only the migration brings",
    page: include_str!("table-used-before-migration.md"),
    severity: Severity::Error,
    check: Check::Early(check),
};

/// The changes are turned round: what is added is dropped, and a rename leads back.
fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let (table, what) = match &change.kind {
        ChangeKind::DropTable { table } => (table, "is only there after the migration".to_owned()),
        ChangeKind::RenameTable { table } => {
            (&table.before, format!("is only there after the migration (before it, it is `{}`)", table.after))
        }
        _ => return,
    };
    let help = "run the migration before this code is released; or release the code in two steps, what uses the table \
                after the migration";
    let gone = GoneTable {
        left: None,
        rule: RULE.name,
        index,
        change,
        table,
        what,
        model_is_cause: true,
        model_help: help.to_owned(),
        use_help: help.to_owned(),
    };
    gone.report(cx);
}
