//! Findings as rules make them: one place decides what confidence does to severity.

use crate::rules::{Finding, RuleContext, Severity};
use crate::usage::{Access, Confidence, Evidence, How, NamedBy, Usage, ValueFact};

/// A finding names so many places of what it counts.
const MOST_PLACES: usize = 8;

/// What a finding says.
pub(super) struct Words {
    /// What and why; the first line stands alone.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// The severity that a usage of this confidence may have: only what is proven is an error, and what rests on a name alone
/// is not reported.
pub(super) fn severity_of(wanted: Severity, confidence: Confidence) -> Option<Severity> {
    match confidence {
        Confidence::Exact => Some(wanted),
        Confidence::Likely => Some(wanted.min(Severity::Warning)),
        Confidence::Possible => None,
    }
}

impl RuleContext<'_> {
    /// Reports a usage, unless it rests on a name alone.
    pub(super) fn report_usage(
        &mut self,
        rule: &'static str,
        wanted: Severity,
        change: usize,
        usage: &Usage,
        words: Words,
    ) {
        let Some(severity) = severity_of(wanted, usage.confidence) else { return };
        self.findings.push(Finding {
            rule,
            severity,
            message: words.message,
            span: usage.span,
            change: Some(change),
            usage: Some(usage.clone()),
            proof: crate::rules::Proof::Usage,
            when: usage.when,
            evidence: usage.evidence.clone(),
            help: Some(words.help),
        });
    }
}

/// What a usage does, after "but": `this query filters by it`.
pub(super) fn use_words(usage: &Usage) -> &'static str {
    if usage.value == ValueFact::LeftOut {
        return "this type leaves it out by its name";
    }
    if usage.value == ValueFact::Defined {
        return "this model names it in a key, an index or a constraint of its table";
    }
    match (usage.how, usage.named_by, usage.access) {
        (How::Mapping, ..) => "this model still maps it",
        (How::Query, NamedBy::Wildcard, _) => "`*` selects it here",
        (How::Query, NamedBy::Position, _) => "this statement counts on it without naming it",
        (How::Query, NamedBy::Code | NamedBy::Orm, Access::Read) => "this query selects it",
        (How::Query, NamedBy::Code | NamedBy::Orm, Access::Write) => "this query writes it",
        (How::Query, NamedBy::Code | NamedBy::Orm, Access::Filter) => "this query filters or sorts by it",
        (How::Value, _, Access::Read | Access::Filter) => "this code reads it from a row",
        (How::Value, _, Access::Write) => "this code sets it on a row",
    }
}

/// `1 query names`, `7 queries name`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The places of usages as evidence, at most so many, and how many there are beyond.
pub(super) fn places(usages: &[&Usage]) -> Vec<Evidence> {
    let mut links: Vec<Evidence> = usages.iter().take(MOST_PLACES).map(|usage| place(usage)).collect();
    let rest = usages.len().saturating_sub(MOST_PLACES);
    if rest > 0 {
        links.push(Evidence { message: format!("and {rest} more"), span: None });
    }
    links
}

fn place(usage: &Usage) -> Evidence {
    let message =
        usage.evidence.first().map_or_else(|| use_words(usage).to_owned(), |link| link.message.clone());
    Evidence { message, span: Some(usage.span) }
}
