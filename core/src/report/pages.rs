//! The pages of the rules.

use crate::report::wire::RuleReport;
use crate::rules::{
    RULES, Rule, Severity, UNUSED_ASSUMPTION, UNUSED_ASSUMPTION_PAGE, UNUSED_SUPPRESSION,
    UNUSED_SUPPRESSION_PAGE,
};

/// The page of each rule, and of the findings that the pipeline itself makes, sorted by name.
pub(crate) fn all() -> Vec<RuleReport> {
    let page = |rule: &&Rule| RuleReport {
        name: rule.name.to_owned(),
        summary: rule.summary.to_owned(),
        severity: rule.severity,
        page: rule.page.to_owned(),
    };
    let mut pages: Vec<RuleReport> = RULES.iter().map(page).collect();
    pages.push(RuleReport {
        name: UNUSED_SUPPRESSION.to_owned(),
        summary: "A suppression comment that suppresses nothing".to_owned(),
        severity: Severity::Warning,
        page: UNUSED_SUPPRESSION_PAGE.to_owned(),
    });
    pages.push(RuleReport {
        name: UNUSED_ASSUMPTION.to_owned(),
        summary: "An assumption of the configuration that no place needs".to_owned(),
        severity: Severity::Note,
        page: UNUSED_ASSUMPTION_PAGE.to_owned(),
    });
    pages.sort_by(|left, right| left.name.cmp(&right.name));
    pages
}
