//! What a reader did not understand, with its place. Content never fails a run: it ends up here.

use crate::text::Span;

/// A place that was not understood, and why it matters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unanalyzed {
    /// The place.
    pub span: Span,
    /// What was not understood and what follows, as a sentence without a final full stop.
    pub reason: String,
    /// The tables (database names, as written) that the place may touch; empty where even that is unknown.
    pub tables: Vec<String>,
}

impl Unanalyzed {
    /// A place whose tables are not known.
    pub fn new(span: Span, reason: impl Into<String>) -> Self {
        Self { span, reason: reason.into(), tables: Vec::new() }
    }
}
