//! `added-column-breaks-query`: a column is added, and SQL that counts on the columns there are fails or means something
//! else.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::severity_of;
use crate::rules::{Check, Finding, Proof, Rule, RuleContext, Severity};
use crate::schema::TableName;
use crate::usage::{Evidence, NewColumnEffect, When};

pub(super) static RULE: Rule = Rule {
    name: "added-column-breaks-query",
    summary: "A new column makes a name in SQL ambiguous, or an INSERT without a column list does not fit any more",
    page: include_str!("added-column-breaks-query.md"),
    severity: Severity::Error,
    check: Check::Change(check),
};

/// Whether the column that the name stood for goes in the same change: a column that moves from one table to another.
fn moves_away(cx: &RuleContext<'_>, table: &TableName, name: &str) -> bool {
    cx.changes.iter().any(|change| match &change.kind {
        ChangeKind::DropColumn { table: of, column } => of == table && column == name,
        ChangeKind::RenameColumn { table: of, column } => of == table && column.before == name,
        _ => false,
    })
}

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::AddColumn { table, column } = &change.kind else { return };
    let required = !column.nullable && column.default.is_none() && !column.generated;
    let before = cx.table_before(table);
    for place in cx.usages.met_by_new_column(&before, column) {
        if place.stood_for.as_ref().is_some_and(|other| moves_away(cx, other, &column.name)) {
            continue;
        }
        let name = format!("`{table}.{}`", column.name);
        let (wanted, message, help) = match place.effect {
            NewColumnEffect::Ambiguous => (
                Severity::Error,
                format!(
                    "{name} is added, but this query uses `{}` without its table: it can now mean two columns\nthe query \
                     fails",
                    column.name
                ),
                format!(
                    "release code that says which table's `{}` is meant, then add the column",
                    column.name
                ),
            ),
            NewColumnEffect::Joined => (
                Severity::Warning,
                format!(
                    "{name} is added, but this NATURAL JOIN now joins by it, too\nthe query finds other rows than before"
                ),
                "release code that joins by named columns (`ON`, `USING`), then add the column".to_owned(),
            ),
            // `required-column-not-written` has it.
            NewColumnEffect::Shifted { values, columns } if required && values < columns => continue,
            NewColumnEffect::Shifted { values, columns } => (
                Severity::Error,
                format!(
                    "{name} is added, but this INSERT gives {values} values to {columns} columns\nthe statement fails"
                ),
                "release code that names the columns, in the INSERT and in its SELECT, then add the column"
                    .to_owned(),
            ),
        };
        let Some(severity) = severity_of(wanted, place.confidence) else { continue };
        cx.findings.push(Finding {
            rule: RULE.name,
            severity,
            message,
            span: place.span,
            change: Some(index),
            usage: None,
            proof: match place.effect {
                NewColumnEffect::Shifted { .. } => Proof::InsertByPosition,
                NewColumnEffect::Ambiguous | NewColumnEffect::Joined => Proof::Usage,
            },
            when: When::Always,
            evidence: vec![Evidence {
                message: "in this SQL statement".to_owned(),
                span: Some(place.statement),
            }],
            help: Some(help),
        });
    }
}
