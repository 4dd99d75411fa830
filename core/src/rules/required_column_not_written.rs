//! `required-column-not-written`: a column needs a value, and an INSERT gives none.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::severity_of;
use crate::rules::{Check, Finding, Rule, RuleContext, Severity};
use crate::schema::{TableName, ValueSource};
use crate::usage::{Access, Evidence, Insert, Subject, Usage};

pub(super) static RULE: Rule = Rule {
    name: "required-column-not-written",
    summary: "A column without a default becomes required, and an INSERT does not set it",
    page: include_str!("required-column-not-written.md"),
    severity: Severity::Error,
    check: Check::Change(check),
};

/// A column that needs a value.
struct Required<'a> {
    index: usize,
    /// The table, by its name before.
    table: TableName,
    column: &'a str,
    /// What makes it so: `is added as NOT NULL without a default`.
    what: &'static str,
    /// Whether the ORM itself gives a value when code gives none.
    filled_by_orm: bool,
    /// Places that set the column of a row.
    writes: Vec<Usage>,
}

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let (table, column, what) = match &change.kind {
        ChangeKind::AddColumn { table, column }
            if !column.nullable && column.default.is_none() && !column.generated =>
        {
            (cx.table_before(table), column.name.as_str(), "is added as NOT NULL without a default")
        }
        ChangeKind::AlterColumnNullability { table, column, nullable: false, has_default: false } => {
            (table.clone(), column.as_str(), "becomes NOT NULL and has no default")
        }
        ChangeKind::AlterColumnDefault { table, column, has_default }
            if has_default.before && !has_default.after && is_required(cx, table, column) =>
        {
            (table.clone(), column.as_str(), "loses its default and is NOT NULL")
        }
        _ => return,
    };
    let set = cx.usages.of(&Subject::Column(table.clone(), column.to_owned()));
    let writes = set.usages.into_iter().filter(|usage| usage.access == Access::Write).collect();
    let filled_by_orm = fills(cx, &table, column);
    let required = Required { index, table, column, what, filled_by_orm, writes };
    for insert in cx.usages.inserts(&required.table) {
        let set = insert.columns.iter().any(|name| cx.schemas.before.dialect.same_name(name, column));
        let filled = insert.through_orm && required.filled_by_orm;
        if !set && !filled {
            required.report(cx, &insert);
        }
    }
}

/// Whether the column was required before and still is: if it becomes required now, that change tells it.
fn is_required(cx: &RuleContext<'_>, table: &TableName, column: &str) -> bool {
    let of = cx.schemas.before.table(table).and_then(|table| table.column(column));
    of.is_some_and(|column| !column.nullable && !column.generated)
}

/// Whether a model gives the column a value by itself. A default that the model leaves to the database is none: the
/// database was just said to have none.
fn fills(cx: &RuleContext<'_>, table: &TableName, column: &str) -> bool {
    let fields = cx.mapping.entities_of(table).filter_map(|entity| entity.field_of_column(column));
    fields.into_iter().any(|field| field.default == ValueSource::Orm || field.on_update)
}

impl Required<'_> {
    fn report(&self, cx: &mut RuleContext<'_>, insert: &Insert) {
        let set_later = insert.through_orm
            && self.writes.iter().any(|write| {
                write.span.file == insert.span.file && write.span.range.start > insert.span.range.start
            });
        let wanted = match (insert.complete, set_later) {
            (true, false) => Severity::Error,
            (true, true) => Severity::Warning,
            (false, _) => Severity::Note,
        };
        let Some(severity) = severity_of(wanted, insert.confidence) else { return };
        let but = match (insert.complete, set_later) {
            (true, false) => "this INSERT does not set it",
            (true, true) => "this row is made without it",
            (false, _) => "this INSERT may not set it: where its values come from could not be told",
        };
        let mut evidence = insert.evidence.clone();
        if set_later {
            let later = self.writes.iter().find(|write| write.span.file == insert.span.file);
            evidence.extend(later.map(|write| Evidence {
                message: "the column is set here, which may be the same row".to_owned(),
                span: Some(write.span),
            }));
        }
        cx.findings.push(Finding {
            rule: RULE.name,
            severity,
            message: format!("`{}.{}` {}, but {but}", self.table, self.column, self.what),
            span: insert.span,
            change: Some(self.index),
            usage: None,
            evidence,
            help: Some(format!(
                "add `{0}` as nullable or with a default, release code that sets it, fill the rows that lack it, then \
                 make it NOT NULL",
                self.column
            )),
        });
    }
}
