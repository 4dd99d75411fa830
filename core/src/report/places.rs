//! From spans to the places that people read: the edge where bytes become lines and columns.

use std::sync::Arc;

use crate::diagnostic::Unanalyzed;
use crate::report::wire::{EvidenceReport, Location, UnanalyzedReport};
use crate::text::{FileId, SourceFile, Sources, Span};
use crate::usage::Evidence;

/// The files that spans of a run point into: those of the work tree, and those of the git revisions that are judged beside
/// it.
#[derive(Debug)]
pub(crate) struct Places {
    head: Sources,
    sides: Vec<Side>,
}

/// A git revision, by its position among those of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SideId(usize);

/// The files of a git revision. Their ids begin after those of the work tree, so that a span says which side it is on.
#[derive(Debug)]
struct Side {
    sources: Sources,
    revision: String,
    first_id: u32,
    /// For each file the one of the work tree that is the same.
    twins: Vec<Option<FileId>>,
}

impl Places {
    /// The work tree alone.
    pub(crate) fn new(head: Sources) -> Self {
        Self { head, sides: Vec::new() }
    }

    /// Adds the files of a git revision; `is_unchanged` says which of them are the same in the work tree.
    pub(crate) fn add(
        &mut self,
        sources: Sources,
        revision: String,
        is_unchanged: impl Fn(&str) -> bool,
    ) -> SideId {
        let first_id = match self.sides.last() {
            Some(last) => last.first_id.saturating_add(count(&last.sources)),
            None => count(&self.head),
        };
        let twin = |path: &str| is_unchanged(path).then(|| self.head.find(path)).flatten();
        let twins = sources.ids().map(|file| twin(sources.path(file))).collect();
        self.sides.push(Side { sources, revision, first_id, twins });
        SideId(self.sides.len() - 1)
    }

    /// The files of the work tree.
    pub(crate) fn head(&self) -> &Sources {
        &self.head
    }

    /// The files of a git revision, and for each the one of the work tree that is the same.
    pub(crate) fn side_files(&self, side: SideId) -> Option<(&Sources, &[Option<FileId>])> {
        self.sides.get(side.0).map(|side| (&side.sources, side.twins.as_slice()))
    }

    /// A span of a git revision as one of the run: in the work tree where the file is the same there.
    pub(crate) fn moved(&self, side: SideId, span: Span) -> Span {
        let Some(side) = self.sides.get(side.0) else { return span };
        let twin = side.twins.get(span.file.0 as usize).copied().flatten();
        let file = twin.unwrap_or(FileId(span.file.0.saturating_add(side.first_id)));
        Span { file, range: span.range }
    }

    fn side(&self, file: FileId) -> (&Sources, FileId, Option<&str>) {
        match self.sides.iter().rev().find(|side| file.0 >= side.first_id) {
            Some(side) => (&side.sources, FileId(file.0 - side.first_id), Some(&side.revision)),
            None => (&self.head, file, None),
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
            Some(revision) => &self.sides.iter().find(|side| side.revision == *revision)?.sources,
            None => &self.head,
        };
        sources.load(sources.find(&location.path)?).ok()
    }

    /// The text of the line in which a span begins; empty where it cannot be read.
    pub(crate) fn line_text(&self, span: Span) -> String {
        let line = self.file(span.file).and_then(|file| {
            let line = file.line_column(span.range.start).line;
            let range = file.lines().line_range(&file.text, line)?;
            file.text.get(range).map(|text| text.trim().to_owned())
        });
        line.unwrap_or_default()
    }

    /// The file of the work tree that a path means, as it was given or at its end.
    pub(crate) fn named(&self, path: &str) -> Option<FileId> {
        let listed =
            || self.head.ids().find(|file| std::path::Path::new(path).ends_with(self.head.path(*file)));
        self.head.find(path).or_else(listed)
    }

    /// The first place of a text in a file; the file's beginning where it is not there.
    pub(crate) fn find_text(&self, file: FileId, text: &str) -> Span {
        let found = self.file(file).and_then(|file| file.text.find(text));
        found.map_or(Span::new(file, 0, 0), |start| Span::new(file, start, start + text.len()))
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

fn count(sources: &Sources) -> u32 {
    u32::try_from(sources.ids().count()).unwrap_or(u32::MAX)
}
