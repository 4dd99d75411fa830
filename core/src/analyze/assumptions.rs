//! What the configuration assumes of places that cannot be resolved, and which of it was needed.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::config::Config;
use crate::report::places::Places;
use crate::rules::{Finding, Severity, UNUSED_ASSUMPTION};
use crate::text::Span;

/// The assumptions of a project.
pub(super) struct Assumptions<'a> {
    config: &'a Config,
    places: &'a Places,
    /// Positions of those that were needed.
    needed: RefCell<BTreeSet<usize>>,
    /// Whether something was asked that could need one.
    asked: RefCell<bool>,
}

impl<'a> Assumptions<'a> {
    pub(super) fn new(config: &'a Config, places: &'a Places) -> Self {
        Self { config, places, needed: RefCell::default(), asked: RefCell::default() }
    }

    /// Whether a place that cannot be resolved is known not to meet the table.
    pub(super) fn cover(&self, span: Span, table: &str) -> bool {
        let path = self.places.path(span.file);
        let line = self.places.line_text(span);
        let known = self.config.assume.iter().enumerate();
        let covering: Vec<usize> = known
            .filter(|(_, assumption)| assumption.covers(path, &line, table))
            .map(|(position, _)| position)
            .collect();
        let is_covered = !covering.is_empty();
        self.needed.borrow_mut().extend(covering);
        is_covered
    }

    /// A change was judged that could need assumptions.
    pub(super) fn ask(&self) {
        *self.asked.borrow_mut() = true;
    }

    /// A finding for each assumption that nothing needed.
    pub(super) fn unused(&self) -> Vec<Finding> {
        let file = self.config.file.as_ref().and_then(|file| self.places.named(file));
        let Some(file) = file.filter(|_| *self.asked.borrow()) else { return Vec::new() };
        let needed = self.needed.borrow();
        let unused = self.config.assume.iter().enumerate().filter(|(position, _)| !needed.contains(position));
        unused
            .map(|(_, assumption)| Finding {
                rule: UNUSED_ASSUMPTION,
                severity: Severity::Note,
                message: format!(
                    "no place needs the assumption on `{}` ({})",
                    assumption.path, assumption.reason
                ),
                span: self.places.find_text(file, &assumption.path),
                change: None,
                usage: None,
                proof: crate::rules::Proof::Usage,
                when: crate::usage::When::Always,
                evidence: Vec::new(),
                help: Some("remove it, or let its `path` and `code` say the place".to_owned()),
            })
            .collect()
    }
}
