//! `renamed-column-in-use`: a column has another name while code still uses the one before.

use crate::diff::{Change, ChangeKind};
use crate::rules::gone_column::GoneColumn;
use crate::rules::{Check, Rule, RuleContext, Severity};

pub(super) static RULE: Rule = Rule {
    name: "renamed-column-in-use",
    summary: "A renamed column is still queried, read, written or mapped by its name before",
    page: include_str!("renamed-column-in-use.md"),
    severity: Severity::Error,
    check: Check::Change(check),
};

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::RenameColumn { table, column } = &change.kind else { return };
    let after = &column.after;
    let gone = GoneColumn {
        rule: RULE.name,
        index,
        change,
        table,
        column: &column.before,
        what: format!("is renamed to `{after}`"),
        value: "rows carry the value under the new name, unless the model gives the field the one before",
        left_out: Some((Severity::Warning, "the type carries it under its new name from then on")),
        model_help: format!(
            "let the field stand for `{after}` (`@map(\"{after}\")`, `mapped_column(\"{after}\")`); without downtime: \
             add `{after}`, write both, copy, read `{after}`, drop `{}`",
            column.before
        ),
        use_help: format!(
            "name `{after}`; without downtime: add `{after}`, write both, copy, read `{after}`, drop `{}`",
            column.before
        ),
    };
    gone.report(cx);
}
