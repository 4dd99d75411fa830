//! `removed-enum-value-in-use`: an enum loses a value, or calls it something else, while code still uses it.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::Words;
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::schema::TableName;
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
    GoneValue { rule: RULE.name, index, change, name, value, what, help }.report(cx);
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
    /// What happens to it.
    pub what: String,
    /// What to do.
    pub help: String,
}

impl GoneValue<'_> {
    pub(super) fn report(&self, cx: &mut RuleContext<'_>) {
        let set = cx.usages.of(&Subject::EnumValue(self.name.clone(), self.value.to_owned()));
        let models = cx.models(self.change, &set.usages).into_iter();
        let uses = set.usages.iter().filter(|usage| usage.how != How::Mapping);
        for usage in models.chain(uses) {
            let message = format!("{}, but {}", self.what, use_words(usage, self.name));
            let words = Words { message, help: self.help.clone() };
            cx.report_usage(self.rule, Severity::Error, self.index, usage, words);
        }
    }
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
