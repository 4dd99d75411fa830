//! `renamed-table-in-use`: a table has another name while code still uses the one before.

use crate::diff::{Change, ChangeKind};
use crate::rules::gone_table::{GoneTable, ViewLeft};
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::schema::{Dialect, TableKind};

pub(super) static RULE: Rule = Rule {
    name: "renamed-table-in-use",
    summary: "A renamed table is still queried or mapped by its name before",
    page: include_str!("renamed-table-in-use.md"),
    severity: Severity::Error,
    check: Check::Change(check),
};

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::RenameTable { table } = &change.kind else { return };
    let (before, after) = (&table.before, &table.after);
    let view = format!(
        "without downtime: rename and leave a view `{before}` behind (`CREATE VIEW {before} AS SELECT * FROM {after}`), \
         release code that uses `{after}`, then drop the view"
    );
    // A view that was left under the name before answers readers, and where it can be written to writers.
    let is_left = cx.schemas.after.table(before).is_some_and(|left| left.kind == TableKind::View);
    let left = is_left.then_some(match cx.schemas.after.dialect {
        Dialect::Sqlite => ViewLeft::ReadOnly,
        Dialect::Postgres | Dialect::Mysql | Dialect::Mssql => ViewLeft::Writable,
    });
    let gone = GoneTable {
        left,
        rule: RULE.name,
        index,
        change,
        table: before,
        what: format!("is renamed to `{after}`"),
        model_is_cause: true,
        model_help: format!(
            "let the model stand for `{after}` (`@@map(\"{after}\")`, `__tablename__ = \"{after}\"`); {view}"
        ),
        use_help: format!("name `{after}`; {view}"),
    };
    gone.report(cx);
}
