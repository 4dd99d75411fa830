//! From spans to the places that people read: the edge where bytes become lines and columns.

use std::sync::Arc;

use crate::diagnostic::Unanalyzed;
use crate::report::wire::{EvidenceReport, Location, UnanalyzedReport};
use crate::text::{FileId, SourceFile, Sources, Span};
use crate::usage::Evidence;

/// The files that spans of a run point into: those of the work tree and, where a git base is compared, those of the base.
#[derive(Debug)]
pub(crate) struct Places {
    head: Sources,
    base: Option<Base>,
}

/// The files of a git revision. Their ids begin after those of the work tree, so that a span says which side it is on.
#[derive(Debug)]
struct Base {
    sources: Sources,
    revision: String,
    first_id: u32,
}

impl Places {
    /// The work tree alone.
    pub(crate) fn new(head: Sources) -> Self {
        Self { head, base: None }
    }

    /// The work tree, and a git revision whose spans the caller moves by [`Places::base_offset`].
    pub(crate) fn with_base(head: Sources, base: Sources, revision: String) -> Self {
        let first_id = u32::try_from(head.ids().count()).unwrap_or(u32::MAX);
        Self { head, base: Some(Base { sources: base, revision, first_id }) }
    }

    /// The files of the work tree.
    pub(crate) fn head(&self) -> &Sources {
        &self.head
    }

    /// The files of the base.
    pub(crate) fn base(&self) -> Option<&Sources> {
        self.base.as_ref().map(|base| &base.sources)
    }

    /// What is added to the file ids of the base.
    pub(crate) fn base_offset(&self) -> u32 {
        self.base.as_ref().map_or(0, |base| base.first_id)
    }

    fn side(&self, file: FileId) -> (&Sources, FileId, Option<&str>) {
        match &self.base {
            Some(base) if file.0 >= base.first_id => {
                (&base.sources, FileId(file.0 - base.first_id), Some(&base.revision))
            }
            Some(_) | None => (&self.head, file, None),
        }
    }

    /// The path of a file, relative to the root.
    pub(crate) fn path(&self, file: FileId) -> &str {
        let (sources, id, _) = self.side(file);
        sources.path(id)
    }

    /// The text of a file; `None` where it cannot be read.
    pub(crate) fn file(&self, file: FileId) -> Option<Arc<SourceFile>> {
        let (sources, id, _) = self.side(file);
        sources.load(id).ok()
    }

    /// The file that a location of a report stands in.
    pub(crate) fn file_of(&self, location: &Location) -> Option<Arc<SourceFile>> {
        let sources = match &location.revision {
            Some(_) => self.base()?,
            None => &self.head,
        };
        sources.load(sources.find(&location.path)?).ok()
    }

    /// The place of a span.
    pub(crate) fn location(&self, span: Span) -> Location {
        let (sources, id, revision) = self.side(span.file);
        let (start, end) = match sources.load(id) {
            Ok(file) => (file.line_column(span.range.start), file.line_column(span.range.end)),
            Err(_) => {
                let first = crate::text::LineColumn { line: 1, column: 1 };
                (first, first)
            }
        };
        Location {
            path: sources.path(id).to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_start: span.range.start,
            byte_end: span.range.end,
            revision: revision.map(str::to_owned),
        }
    }

    /// The links of a proof.
    pub(crate) fn evidence(&self, evidence: &[Evidence]) -> Vec<EvidenceReport> {
        let link = |item: &Evidence| EvidenceReport {
            message: item.message.clone(),
            location: item.span.map(|span| self.location(span)),
        };
        evidence.iter().map(link).collect()
    }

    /// Places that were not understood, sorted, each once.
    pub(crate) fn unanalyzed<'a>(
        &self,
        items: impl IntoIterator<Item = &'a Unanalyzed>,
    ) -> Vec<UnanalyzedReport> {
        let report = |item: &Unanalyzed| UnanalyzedReport {
            location: self.location(item.span),
            reason: item.reason.clone(),
        };
        let mut reports: Vec<UnanalyzedReport> = items.into_iter().map(report).collect();
        reports.sort();
        reports.dedup();
        reports
    }
}
