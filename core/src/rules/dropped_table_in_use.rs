//! `dropped-table-in-use`: a table goes away while code still meets it. It owns its columns: they are no findings of
//! their own.

use crate::diff::{Change, ChangeKind};
use crate::rules::gone_table::GoneTable;
use crate::rules::{Check, Rule, RuleContext, Severity};

pub(super) static RULE: Rule = Rule {
    name: "dropped-table-in-use",
    summary: "A dropped table is still queried or mapped",
    page: include_str!("dropped-table-in-use.md"),
    severity: Severity::Error,
    check: Check::Change(check),
};

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::DropTable { table } = &change.kind else { return };
    let hint = change.rename_candidate.as_ref().map_or_else(String::new, |candidate| {
        format!("; if the table was meant to be renamed to `{candidate}`, rename it instead of dropping it")
    });
    let gone = GoneTable {
        left: None,
        rule: RULE.name,
        index,
        change,
        table,
        what: "is dropped".to_owned(),
        model_is_cause: false,
        model_help: format!(
            "release code without the model and the relations that lead to it, then drop the table{hint}"
        ),
        use_help: format!("release code that no longer uses the table, then drop it{hint}"),
    };
    gone.report(cx);
}
