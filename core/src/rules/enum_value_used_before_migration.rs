//! `enum-value-used-before-migration`: new code meets a schema whose enum does not have the value yet.

use crate::diff::{Change, ChangeKind};
use crate::rules::removed_enum_value_in_use::GoneValue;
use crate::rules::{Check, Rule, RuleContext, Severity};

pub(super) static RULE: Rule = Rule {
    name: "enum-value-used-before-migration",
    summary: "New code writes or compares a value that only the migration adds to its enum",
    page: include_str!("enum-value-used-before-migration.md"),
    severity: Severity::Error,
    check: Check::Early(check),
};

/// The changes are turned round: what is added is removed, and a rename leads back.
fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let (name, value, before) = match &change.kind {
        ChangeKind::DropEnumValue { name, value } => (name, value, String::new()),
        ChangeKind::RenameEnumValue { name, value } => {
            (name, &value.before, format!(" (before it, it is `{}`)", value.after))
        }
        _ => return,
    };
    let what = format!("`{value}` is in enum `{name}` only after the migration{before}");
    let help = "run the migration before code is released that writes or compares the value".to_owned();
    GoneValue { rule: RULE.name, index, change, name, value, is_renamed: false, what, help }.report(cx);
}
