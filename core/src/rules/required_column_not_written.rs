//! `required-column-not-written`: a column needs a value, and an INSERT gives none.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::severity_of;
use crate::rules::{Cell, Check, Finding, Proof, Rule, RuleContext, Severity};
use crate::schema::{Entity, Field, Schema, TableName, ValueSource};
use crate::text::Span;
use crate::usage::{Access, Confidence, Evidence, How, Insert, Subject, TypedRow, Unresolved, Usage, When};

pub(super) static RULE: Rule = Rule {
    name: "required-column-not-written",
    summary: "A column without a default becomes required, and an INSERT does not set it",
    page: include_str!("required-column-not-written.md"),
    severity: Severity::Error,
    check: Check::Both(check),
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
    /// Whether the models know the table and not the column: no call of theirs can set it, whatever it is given.
    unmapped: bool,
    /// Places that set the column of a row and are no part of an INSERT.
    later: Vec<Usage>,
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
    let what =
        if cx.is_early() { "is NOT NULL and has no default until the migration has run" } else { what };
    let inserts = cx.usages.inserts(&table);
    let renamed = cx.column_after(&table, column);
    let dialect = cx.schemas.before.dialect;
    let same = |name: &String| dialect.same_name(name, column) || dialect.same_name(name, &renamed);
    let later = set_later(cx, &Subject::Column(table.clone(), column.to_owned()), &inserts, same);
    let names = [column, renamed.as_str()];
    let filled_by_orm = fills(cx, &table, &names);
    let unmapped = is_unmapped(cx, &table, &names);
    let required = Required { index, table, column, what, filled_by_orm, unmapped, later };
    let mut is_open = false;
    for insert in &inserts {
        if insert.unsaid_nulls.iter().any(same) {
            required.report_null(cx, insert);
            continue;
        }
        let filled = insert.through_orm && required.filled_by_orm;
        if insert.optional.iter().any(same) && !filled {
            required.report_left_out(cx, insert);
            is_open = true;
        }
        if insert.columns.iter().any(same) || filled {
            continue;
        }
        is_open |= !insert.complete;
        if insert.complete || (insert.through_orm && required.unmapped) {
            required.report(cx, insert);
        } else if insert.confidence != Confidence::Possible {
            required.leave_open(cx, insert);
        }
    }
    if required.filled_by_orm {
        return;
    }
    let is_added = matches!(change.kind, ChangeKind::AddColumn { .. });
    // Types of rows are those of the client that is generated from the new model.
    let with_rows = is_added && cx.cell == Cell::EndState && cx.compiled_with.is_some();
    for row in cx.usages.typed_rows(&required.table, with_rows) {
        let lacks = !row.columns.iter().any(same);
        if lacks || row.optional.iter().any(same) {
            required.report_typed(cx, &row, lacks, is_open);
        }
    }
}

/// Places that set the column of a row that was made before: `user.plan = "free"`. What follows an INSERT that sets the
/// column is a part of it (`User(plan="free")`).
fn set_later(
    cx: &RuleContext<'_>,
    subject: &Subject,
    inserts: &[Insert],
    same: impl Fn(&String) -> bool,
) -> Vec<Usage> {
    let of_insert = |write: &Usage| {
        let before = |insert: &&Insert| {
            insert.span.file == write.span.file && insert.span.range.start < write.span.range.start
        };
        let nearest = inserts.iter().filter(before).max_by_key(|insert| insert.span.range.start);
        nearest.is_some_and(|insert| insert.columns.iter().any(&same))
    };
    let mut usages = cx.usages.of(subject).usages;
    usages.retain(|usage| usage.how == How::Value && usage.access == Access::Write && !of_insert(usage));
    usages
}

/// Whether the column was required before and still is: if it becomes required now, that change tells it.
fn is_required(cx: &RuleContext<'_>, table: &TableName, column: &str) -> bool {
    let required = |schema: &Schema, table: &TableName| {
        let of = schema.table(table).and_then(|table| table.column(column));
        of.is_some_and(|column| !column.nullable && !column.generated)
    };
    let after = cx.table_after(table);
    required(cx.schemas.before, table) && required(cx.schemas.after, &after)
}

/// Whether a model gives the column a value by itself. A default that the model leaves to the database is none: the
/// database was just said to have none.
fn fills(cx: &RuleContext<'_>, table: &TableName, names: &[&str]) -> bool {
    let fields = cx.mapping.entities_of(table).flat_map(|entity| fields_of(entity, names));
    fields.into_iter().any(|field| field.default == ValueSource::Orm)
}

/// Whether models map the table, and none of them the column.
fn is_unmapped(cx: &RuleContext<'_>, table: &TableName, names: &[&str]) -> bool {
    let mut entities = cx.mapping.entities_of(table).peekable();
    entities.peek().is_some() && entities.all(|entity| fields_of(entity, names).next().is_none())
}

/// The fields that stand for the column, by the name that it had or has.
fn fields_of<'e>(entity: &'e Entity, names: &[&str]) -> impl Iterator<Item = &'e Field> {
    names.iter().filter_map(|name| entity.field_of_column(name))
}

impl Required<'_> {
    fn help(&self, cx: &RuleContext<'_>) -> String {
        let column = self.column;
        if cx.is_early() {
            return format!(
                "let `{column}` be nullable or give it a default first, then release code that no longer sets it; or run \
                 the migration before this code is released"
            );
        }
        format!(
            "add `{column}` as nullable or with a default, release code that sets it, fill the rows that lack it, then \
             make it NOT NULL"
        )
    }

    fn report(&self, cx: &mut RuleContext<'_>, insert: &Insert) {
        let later = self.later.iter().find(|write| {
            insert.through_orm
                && write.span.file == insert.span.file
                && write.span.range.start > insert.span.range.start
        });
        let (wanted, but) = match later {
            None if insert.when == When::RowIsNew => {
                (Severity::Error, "where the row does not exist yet, the INSERT made here does not set it")
            }
            None => (Severity::Error, "this INSERT does not set it"),
            Some(_) => (Severity::Warning, "this row is made without it"),
        };
        let Some(severity) = severity_of(wanted, insert.confidence) else { return };
        let mut evidence = insert.evidence.clone();
        evidence.extend(later.map(|write| Evidence {
            message: "the column is set here, which may be the same row".to_owned(),
            span: Some(write.span),
        }));
        cx.findings.push(Finding {
            rule: RULE.name,
            severity,
            message: format!("`{}.{}` {}, but {but}", self.table, self.column, self.what),
            span: insert.span,
            change: Some(self.index),
            usage: None,
            proof: Proof::Insert,
            when: insert.when,
            evidence,
            help: Some(self.help(cx)),
        });
    }

    /// The constructor sets the column to NULL, since nobody gave it a value.
    fn report_null(&self, cx: &mut RuleContext<'_>, insert: &Insert) {
        let but = "the object made here sets it to NULL";
        self.add(cx, Severity::Error, insert.confidence, (insert.span, insert.evidence.clone()), but);
    }

    /// An INSERT whose values have a type that lets the column be left out.
    fn report_left_out(&self, cx: &mut RuleContext<'_>, insert: &Insert) {
        let but = "the type of the values of this INSERT lets it be left out or NULL";
        self.add(cx, Severity::Warning, insert.confidence, (insert.span, insert.evidence.clone()), but);
    }

    /// An object that lacks the column and has a type that a row is made of. Where an INSERT takes values that could not be
    /// told, it is taken to be one of them; else only the compiler refuses it.
    fn report_typed(&self, cx: &mut RuleContext<'_>, row: &TypedRow, lacks: bool, is_open: bool) {
        let (wanted, but) = match (row.is_new, lacks) {
            (true, true) if is_open => {
                (Severity::Error, "this object, of which a row is made, does not set it")
            }
            (true, true) => (
                Severity::Warning,
                "this object has the type of a new row and does not set it: the compiler refuses it",
            ),
            (true, false) => {
                (Severity::Warning, "this object, of which a row is made, does not set it at all times")
            }
            (false, _) => (
                Severity::Warning,
                "this object has the type of its rows and lacks it: the compiler refuses it",
            ),
        };
        self.add(cx, wanted, row.confidence, (row.span, row.evidence.clone()), but);
    }

    fn add(
        &self,
        cx: &mut RuleContext<'_>,
        wanted: Severity,
        confidence: Confidence,
        (span, evidence): (Span, Vec<Evidence>),
        but: &str,
    ) {
        let Some(severity) = severity_of(wanted, confidence) else { return };
        cx.findings.push(Finding {
            rule: RULE.name,
            severity,
            message: format!("`{}.{}` {}, but {but}", self.table, self.column, self.what),
            span,
            change: Some(self.index),
            usage: None,
            proof: Proof::Insert,
            when: When::Always,
            evidence,
            help: Some(self.help(cx)),
        });
    }

    /// The values of this INSERT could not all be told: it may set the column, or not.
    fn leave_open(&self, cx: &mut RuleContext<'_>, insert: &Insert) {
        let reason = format!(
            "this INSERT may not set `{}`: where its values come from could not be told",
            self.column
        );
        cx.unresolved
            .push((self.index, Unresolved { span: insert.span, reason, needs_row: false, access: None }));
    }
}
