//! `nullable-column-read-as-required`: a column may hold NULL from now on, and code uses its value as if it could not.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::{Words, count, places};
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::text::Span;
use crate::usage::{Access, Evidence, How, NamedBy, Subject, Usage, ValueFact};

pub(super) static RULE: Rule = Rule {
    name: "nullable-column-read-as-required",
    summary: "A column becomes nullable, and code uses its value without asking for null",
    page: include_str!("nullable-column-read-as-required.md"),
    severity: Severity::Warning,
    check: Check::Both(check),
};

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::AlterColumnNullability { table, column, nullable: true, .. } = &change.kind else {
        return;
    };
    let set = cx.usages.of_required(&Subject::Column(table.clone(), column.clone()));
    report_refused(cx, index, change, &set.usages);
    let places = set.usages.iter().flat_map(|usage| usage.required_at.iter().map(move |at| (usage, *at)));
    for (usage, at) in places {
        let usage = &at_use(usage, at);
        let what = if cx.is_early() { "may be NULL until the migration has run" } else { "becomes nullable" };
        let message =
            format!("`{table}.{column}` {what}, but its value is used here as if it were never null");
        let help = if cx.is_early() {
            "run the migration before code is released that relies on it, or expect null until then"
        } else {
            "release code that expects null here, then let the column be nullable"
        };
        cx.report_usage(RULE.name, Severity::Warning, index, usage, Words { message, help: help.to_owned() });
    }
}

/// Queries of an ORM that refuses a NULL where its model has none: told at the model, which is what has to be edited.
fn report_refused(cx: &mut RuleContext<'_>, index: usize, change: &Change, usages: &[Usage]) {
    let refuses = |usage: &&Usage| {
        usage.how == How::Query
            && usage.access == Access::Read
            && usage.named_by != NamedBy::Wildcard
            && usage.value != ValueFact::Aggregated
            && usage.conversion.is_some_and(|conversion| conversion.refuses_null)
    };
    let queries: Vec<&Usage> = usages.iter().filter(refuses).collect();
    let is_required = |model: &Usage| {
        let fields = cx.mapping.entities.iter().flat_map(|entity| &entity.fields);
        fields.filter(|field| field.span == model.span).any(|field| !field.nullable)
    };
    let models = cx.models(change, usages);
    let Some(model) = models.into_iter().find(|model| is_required(model)).filter(|_| !queries.is_empty())
    else {
        return;
    };
    let mut model = model.clone();
    let column = model.column.clone().unwrap_or_default();
    let what = if cx.is_early() { "may be NULL until the migration has run" } else { "becomes nullable" };
    let queries_select = count(queries.len(), "query selects it", "queries select it");
    let message = format!(
        "`{}.{column}` {what}, but this model says that it is never NULL; {queries_select} and \
         fail on rows where it is",
        model.table
    );
    model.evidence.extend(places(&queries));
    let help =
        "release the model with a field that may be null first, then let the column be nullable".to_owned();
    cx.report_usage(RULE.name, Severity::Warning, index, &model, Words { message, help });
}

/// The usage as it is met where the variable is used that its value was put into.
fn at_use(usage: &Usage, at: Span) -> Usage {
    let mut used = usage.clone();
    if at != usage.span {
        used.span = at;
        let message = "the value is read from the row here".to_owned();
        used.evidence.insert(0, Evidence { message, span: Some(usage.span) });
    }
    used
}
