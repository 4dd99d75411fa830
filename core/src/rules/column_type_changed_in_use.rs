//! `column-type-changed-in-use`: a column holds another type of value than code was written for.

use crate::diff::{Change, ChangeKind, Pair, TypeChange};
use crate::rules::finding::{Words, count, places, use_words};
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::schema::{ColumnType, TableName, TypeFamily};
use crate::usage::{Access, How, Subject, Usage};

pub(super) static RULE: Rule = Rule {
    name: "column-type-changed-in-use",
    summary: "A column's type changes under code that reads, writes or compares its values",
    page: include_str!("column-type-changed-in-use.md"),
    severity: Severity::Error,
    check: Check::Both(check),
};

/// A column whose type changes.
struct Retyped<'a> {
    index: usize,
    change: &'a Change,
    table: &'a TableName,
    column: &'a str,
    ty: Pair<&'a ColumnType>,
    /// Whether new code meets the schema before; the types are turned round, then.
    is_early: bool,
}

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::AlterColumnType { table, column, ty, effect } = &change.kind else { return };
    let set = cx.usages.of(&Subject::Column(table.clone(), column.clone()));
    let retyped = Retyped { index, change, table, column, ty: ty.as_ref(), is_early: cx.is_early() };
    match effect {
        // New code that meets the wider type is as it was before.
        TypeChange::Widening if cx.is_early() => {}
        TypeChange::Widening => retyped.report_widening(cx, &set.usages),
        TypeChange::Narrowing => retyped.report_narrowing(cx, &set.usages),
        TypeChange::Incompatible => retyped.report_incompatible(cx, &set.usages),
    }
}

impl Retyped<'_> {
    fn what(&self, kind: &str) -> String {
        let Pair { before, after } = self.ty;
        if self.is_early {
            let place = format!("`{}.{}`", self.table, self.column);
            return format!(
                "{place} is {} until the migration makes it {} ({kind})",
                after.name, before.name
            );
        }
        format!("`{}.{}` changes from {} to {} ({kind})", self.table, self.column, before.name, after.name)
    }

    /// Nobody fails: one note, at the model or at the first use.
    fn report_widening(&self, cx: &mut RuleContext<'_>, usages: &[Usage]) {
        let models = cx.models(self.change, usages);
        let uses: Vec<&Usage> =
            usages.iter().filter(|usage| usage.how != How::Mapping && !usage.implicit).collect();
        let Some(first) = models.first().or(uses.first()) else { return };
        let mut first = (*first).clone();
        let others: Vec<&Usage> = uses.into_iter().filter(|usage| usage.span != first.span).collect();
        let mut message =
            format!("{}: no query fails, but values may be larger than before", self.what("widening"));
        if !others.is_empty() {
            let meets = count(others.len(), "other place meets", "other places meet");
            message.push_str(&format!("; {meets} them"));
            first.evidence.extend(places(&others));
        }
        let help = "widen first, then release code that makes use of it; check that code and API types can hold the \
                    larger values";
        cx.report_usage(
            RULE.name,
            Severity::Note,
            self.index,
            &first,
            Words { message, help: help.to_owned() },
        );
    }

    /// What was written may no longer fit; what is read is still of the kind that it was.
    fn report_narrowing(&self, cx: &mut RuleContext<'_>, usages: &[Usage]) {
        let writes =
            |usage: &&Usage| usage.access == Access::Write && usage.how != How::Mapping && !usage.implicit;
        for usage in usages.iter().filter(writes) {
            let message = format!("{}, and a value written here may no longer fit", self.what("narrowing"));
            let help = if self.is_early {
                "run the migration before code is released that writes larger values"
            } else {
                "release code that only writes values which fit, mend the rows that do not, then narrow the column"
            };
            cx.report_usage(
                RULE.name,
                Severity::Warning,
                self.index,
                usage,
                Words { message, help: help.to_owned() },
            );
        }
    }

    /// Models are told by `mapping-differs-from-schema`, which sees whether they were edited already.
    fn report_incompatible(&self, cx: &mut RuleContext<'_>, usages: &[Usage]) {
        let adapted = self.is_declared_anew(cx);
        for usage in usages.iter().filter(|usage| !usage.implicit && usage.how != How::Mapping) {
            let by_model = adapted && !usage.in_sql;
            if by_model && self.is_text_in_code() {
                continue;
            }
            // The row carries a value of another kind: a query that selects it succeeds, and code that passes it on does not
            // notice.
            let carries = usage.how == How::Value || usage.access == Access::Read;
            let severity = if carries || by_model { Severity::Warning } else { Severity::Error };
            let help = if by_model {
                "the model has the new type, and the ORM sends values as such: check that this one is"
            } else {
                "add a column of the new type, write both, copy, read the new one, then drop the old one"
            };
            let message = format!("{}, but {}", self.what("incompatible"), use_words(usage));
            cx.report_usage(RULE.name, severity, self.index, usage, Words { message, help: help.to_owned() });
        }
    }

    /// Whether the code was compiled with a Prisma client that has the new type.
    fn is_declared_anew(&self, cx: &RuleContext<'_>) -> bool {
        let table = cx.table_after(self.table);
        let column = cx.column_after(self.table, self.column);
        let declared = cx.compiled_with.and_then(|schema| schema.table(&table)?.column(&column));
        declared.is_some_and(|declared| declared.ty == *self.ty.after)
    }

    /// Whether code has a string on either side: `text` and `uuid`.
    fn is_text_in_code(&self) -> bool {
        let is_text = |ty: &ColumnType| matches!(ty.family, TypeFamily::Text { .. } | TypeFamily::Uuid);
        is_text(self.ty.before) && is_text(self.ty.after)
    }
}
