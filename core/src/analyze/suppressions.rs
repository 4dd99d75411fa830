//! The suppressions of a project, and which of them were needed.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::code::tree::Language;
use crate::near::did_you_mean;
use crate::report::places::Places;
use crate::rules::{self, Finding, Proof, Severity, UNUSED_SUPPRESSION};
use crate::suppress::{self, Suppression};
use crate::text::{FileId, Sources, Span};

/// The suppressions of a project, and the rules for which each was needed.
#[derive(Debug, Default)]
pub(super) struct Suppressions {
    items: Vec<(Suppression, BTreeSet<String>)>,
}

impl Suppressions {
    /// Searches all files that can hold one.
    pub(super) fn find(sources: &Sources) -> Self {
        let files: Vec<FileId> = sources.ids().filter(|file| can_hold(sources.path(*file))).collect();
        let found: Vec<Vec<Suppression>> = files
            .par_iter()
            .map(|file| {
                let holds = sources.search(*file, suppress::may_hold).unwrap_or(false);
                let text = holds.then(|| sources.load(*file).ok()).flatten();
                text.map_or_else(Vec::new, |text| suppress::find(&text))
            })
            .collect();
        Self { items: found.into_iter().flatten().map(|item| (item, BTreeSet::new())).collect() }
    }

    /// Whether a comment at one of these places suppresses findings of the rule; it was needed, then.
    pub(super) fn cover(
        &mut self,
        rule: &str,
        spans: impl IntoIterator<Item = Span>,
        places: &Places,
    ) -> bool {
        let mut covered = false;
        for span in spans {
            let of_file = self.items.iter_mut().filter(|(item, _)| item.file == span.file);
            let mut of_file = of_file.peekable();
            if of_file.peek().is_none() {
                continue;
            }
            let line = places.location(span).line;
            for (_, needed) in of_file.filter(|(item, _)| item.covers(rule, line)) {
                needed.insert(rule.to_owned());
                covered = true;
            }
        }
        covered
    }

    /// A finding for each rule of a suppression that suppressed nothing.
    pub(super) fn unused(&self) -> Vec<Finding> {
        let pairs = self.items.iter().flat_map(|(item, needed)| {
            let unused = item.rules.iter().filter(|rule| !needed.contains(*rule));
            unused.map(move |rule| unused_finding(item, rule))
        });
        pairs.collect()
    }
}

fn unused_finding(item: &Suppression, rule: &str) -> Finding {
    let message = if rules::names().any(|name| name == rule) {
        format!("the suppression of `{rule}` suppresses nothing: no finding of the rule stands here")
    } else {
        let near = did_you_mean(rule, rules::names());
        format!("the suppression of `{rule}` suppresses nothing: there is no such rule{near}")
    };
    Finding {
        rule: UNUSED_SUPPRESSION,
        severity: Severity::Warning,
        message,
        span: Span { file: item.file, range: item.range },
        change: None,
        usage: None,
        proof: Proof::Usage,
        when: crate::usage::When::Always,
        evidence: Vec::new(),
        help: Some("remove the comment".to_owned()),
    }
}

/// Suppressions stand in code and in schema sources.
fn can_hold(path: &str) -> bool {
    Language::of_path(path).is_some() || path.ends_with(".sql") || path.ends_with(".prisma")
}
