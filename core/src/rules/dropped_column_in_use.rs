//! `dropped-column-in-use`: a column goes away while code still meets it.

use crate::diff::{Change, ChangeKind};
use crate::rules::gone_column::GoneColumn;
use crate::rules::{Check, Rule, RuleContext, Severity};

pub(super) static RULE: Rule = Rule {
    name: "dropped-column-in-use",
    summary: "A dropped column is still queried, read, written or mapped",
    page: include_str!("dropped-column-in-use.md"),
    severity: Severity::Error,
    check: Check::Change(check),
};

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::DropColumn { table, column } = &change.kind else { return };
    let hint = change.rename_candidate.as_ref().map_or_else(String::new, |candidate| {
        format!("; if the column was meant to be renamed to `{candidate}`, rename it instead of dropping it")
    });
    let gone = GoneColumn {
        rule: RULE.name,
        index,
        change,
        table,
        column,
        what: "is dropped".to_owned(),
        value: "rows no longer carry the value (undefined in JavaScript, AttributeError or KeyError in Python)",
        left_out: Some((Severity::Note, "nothing fails, and the name can go")),
        model_help: format!(
            "release the model without the column first (the ORM then stops naming it), and drop the column in a later \
             release{hint}"
        ),
        use_help: format!("release code that no longer names the column, then drop it{hint}"),
    };
    gone.report(cx);
}
