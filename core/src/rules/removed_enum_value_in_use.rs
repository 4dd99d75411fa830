//! `removed-enum-value-in-use`: an enum loses a value, or calls it something else, while code still uses it.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::{Words, count, places};
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::schema::{Column, Table, TableName};
use crate::usage::{Access, How, Subject, Usage};

pub(super) static RULE: Rule = Rule {
    name: "removed-enum-value-in-use",
    summary: "A value that an enum no longer has is still written, compared with or mapped",
    page: include_str!("removed-enum-value-in-use.md"),
    severity: Severity::Error,
    check: Check::Change(check),
};

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let (name, value, after) = match &change.kind {
        ChangeKind::DropEnumValue { name, value } => (name, value, None),
        ChangeKind::RenameEnumValue { name, value } => (name, &value.before, Some(&value.after)),
        _ => return,
    };
    let what = match after {
        Some(after) => format!("`{value}` of enum `{name}` is renamed to `{after}`"),
        None => format!("`{value}` is removed from enum `{name}`"),
    };
    let help = match after {
        Some(after) => format!(
            "use `{after}`; without downtime: add `{after}` beside `{value}`, release code that knows both, update the \
             rows, then remove `{value}`"
        ),
        None => format!(
            "release code that no longer uses `{value}`, update the rows that hold it, then remove it"
        ),
    };
    let is_renamed = after.is_some();
    GoneValue { rule: RULE.name, index, change, name, value, is_renamed, what, help }.report(cx);
}

/// A value of an enum that is not there, and how a rule speaks of it.
pub(super) struct GoneValue<'a> {
    /// The rule.
    pub rule: &'static str,
    /// The change's position.
    pub index: usize,
    /// The change.
    pub change: &'a Change,
    /// The enum.
    pub name: &'a TableName,
    /// The value.
    pub value: &'a str,
    /// Whether rows hold a value that is new instead.
    pub is_renamed: bool,
    /// What happens to it.
    pub what: String,
    /// What to do.
    pub help: String,
}

impl GoneValue<'_> {
    pub(super) fn report(&self, cx: &mut RuleContext<'_>) {
        let set = cx.usages.of(&Subject::EnumValue(self.name.clone(), self.value.to_owned()));
        self.report_model(cx, &set.usages);
        for usage in set.usages.iter().filter(|usage| usage.how != How::Mapping) {
            let message = format!("{}, but {}", self.what, use_words(usage, self.name));
            let words = Words { message, help: self.help.clone() };
            cx.report_usage(self.rule, Severity::Error, self.index, usage, words);
        }
    }
}

impl GoneValue<'_> {
    /// The model's own list of values. Rows that hold a value which it lacks cannot be read through it.
    fn report_model(&self, cx: &mut RuleContext<'_>, usages: &[Usage]) {
        let models = cx.models(self.change, usages);
        let Some(model) = models.first() else { return };
        let mut model = (*model).clone();
        let mut loads = Vec::new();
        if self.is_renamed {
            let of = |(table, column)| cx.usages.of(&Subject::Column(table, column)).usages;
            loads = columns_of(cx, self.name).into_iter().flat_map(of).filter(is_load).collect();
        }
        let mut message = format!("{}, but this model still has it", self.what);
        let severity = if loads.is_empty() { Severity::Warning } else { Severity::Error };
        if !loads.is_empty() {
            let queries = count(loads.len(), "query selects", "queries select");
            message.push_str(&format!(
                "; {queries} it through the model, and fail on rows that hold the new value"
            ));
            model.evidence.extend(places(&loads.iter().collect::<Vec<_>>()));
        }
        let words = Words { message, help: self.help.clone() };
        cx.report_usage(self.rule, severity, self.index, &model, words);
    }
}

/// Whether an ORM reads the value of a row, and looks for it among those that it knows.
fn is_load(usage: &Usage) -> bool {
    usage.how == How::Query && usage.access == Access::Read && usage.conversion.is_some()
}

/// The columns whose type is the enum.
fn columns_of(cx: &RuleContext<'_>, name: &TableName) -> Vec<(TableName, String)> {
    let is_it =
        |column: &&Column| column.ty.named_type().is_some_and(|of| of == name.name || of == name.to_string());
    let of = |table: &Table| -> Vec<_> {
        let columns = table.columns.iter().filter(is_it);
        columns.map(|column| (table.name.clone(), column.name.clone())).collect()
    };
    cx.schemas.before.tables.iter().flat_map(of).collect()
}

fn use_words(usage: &Usage, name: &TableName) -> String {
    let column = usage.column.as_deref().filter(|column| !column.is_empty());
    let column = column.map_or_else(|| format!("`{name}`"), |column| format!("`{}.{column}`", usage.table));
    match (usage.how, usage.access) {
        (How::Mapping, _) => "this model still has it".to_owned(),
        (How::Query, Access::Write) => format!("this query writes it to {column}"),
        (How::Query, Access::Read | Access::Filter) => format!("this query compares {column} with it"),
        (How::Value, _) => format!("this code uses it for {column}"),
    }
}
