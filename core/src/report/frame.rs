//! Code frames: a finding with the lines it speaks about.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Level, Origin, Renderer, Snippet};

use crate::report::places::Places;
use crate::report::printable::{clean, clean_line, clean_source, wrap};
use crate::report::wire::{ChangeReport, EvidenceReport, FindingReport, Location};
use crate::rules::Severity;

/// How text is laid out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// Whether escape codes for colours are written.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Number of findings of one change that are shown with their code; the others are listed.
    pub frames: usize,
}

/// A frame shows at most so many lines of one place: a statement may be longer than a screen.
const LINES: u32 = 4;

/// A longer line is cut around the place: minified code has lines of megabytes.
const LINE_BYTES: usize = 400;

pub(crate) fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// One finding: the code line, the statement that breaks it if `with_statement`, the proof and the remedy.
pub(crate) fn render_finding(
    finding: &FindingReport,
    change: Option<&ChangeReport>,
    with_statement: bool,
    places: &Places,
    layout: Layout,
) -> String {
    let mut lines = finding.message.lines();
    let title = clean_line(lines.next().unwrap_or_default());
    let rest: Vec<&str> = lines.collect();
    let label = first_evidence(finding).map(clean_line);
    let mut group = level(finding.severity).primary_title(title).id(finding.rule.clone()).element(snippet(
        &finding.location,
        AnnotationKind::Primary,
        label,
        places,
    ));
    if let Some(change) = change.filter(|_| with_statement) {
        let label = clean_line(&change.difference.summary);
        let place = &change.difference.location;
        if place.path != finding.location.path || place.line != finding.location.line {
            group = group.element(snippet(place, AnnotationKind::Context, Some(label), places));
        }
    }
    let width = layout.width.saturating_sub(16).max(40);
    if !rest.is_empty() {
        group = group.element(Level::NOTE.message(wrap(&clean(&rest.join("\n")), width)));
    }
    for evidence in shown_evidence(finding) {
        group = group.element(Level::NOTE.message(wrap(&evidence_text(evidence), width)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(wrap(&clean(help), width)));
    }
    renderer(layout).render(&[group])
}

/// The nearest link of the proof labels the code itself, where it speaks of the same line.
fn first_evidence(finding: &FindingReport) -> Option<&str> {
    let first = finding.evidence.first()?;
    let here = first
        .location
        .as_ref()
        .is_none_or(|place| place.path == finding.location.path && place.line == finding.location.line);
    here.then_some(first.message.as_str())
}

fn shown_evidence(finding: &FindingReport) -> impl Iterator<Item = &EvidenceReport> {
    finding.evidence.iter().skip(usize::from(first_evidence(finding).is_some()))
}

/// A link of a proof in words, with its place.
pub(crate) fn evidence_text(evidence: &EvidenceReport) -> String {
    let message = clean_line(&evidence.message);
    match &evidence.location {
        Some(place) => format!("{message} ({})", place_text(place)),
        None => message,
    }
}

/// A place in words: `path:line`, and the git revision where it is one.
pub(crate) fn place_text(place: &Location) -> String {
    let path = clean_line(&place.path);
    match &place.revision {
        Some(revision) => format!("{path}:{} at {}", place.line, clean_line(revision)),
        None => format!("{path}:{}", place.line),
    }
}

fn renderer(layout: Layout) -> Renderer {
    let renderer = if layout.color { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(layout.width).decor_style(DecorStyle::Ascii)
}

enum Shown {
    Code(Snippet<'static, Annotation<'static>>),
    Place(Origin<'static>),
}

impl From<Shown> for annotate_snippets::Element<'static> {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Code(snippet) => snippet.into(),
            Shown::Place(origin) => origin.into(),
        }
    }
}

/// The lines of a place with the place marked; where the file cannot be read, the place alone.
fn snippet(place: &Location, kind: AnnotationKind, label: Option<String>, places: &Places) -> Shown {
    let path = clean_line(&match &place.revision {
        Some(revision) => format!("{} at {revision}", place.path),
        None => place.path.clone(),
    });
    let bare = || {
        let origin = Origin::path(path.clone()).line(place.line as usize);
        Shown::Place(origin.char_column(place.column as usize))
    };
    let Some(file) = places.file_of(place) else { return bare() };
    let last = place.end_line.min(place.line.saturating_add(LINES - 1));
    let (Some(first), Some(last)) =
        (file.lines().line_range(&file.text, place.line), file.lines().line_range(&file.text, last))
    else {
        return bare();
    };
    let start = (place.byte_start as usize).clamp(first.start, first.end);
    let end = (place.byte_end as usize).clamp(start, last.end.max(start));
    let window = cut(&file.text, first.start, last.end, start, end);
    let Some(text) = file.text.get(window.clone()) else { return bare() };
    let marked = start - window.start..end.min(window.end) - window.start;
    let snippet = Snippet::source(clean_source(text).into_owned())
        .line_start(place.line as usize)
        .path(path)
        .annotation(kind.span(marked).label(label));
    Shown::Code(snippet)
}

/// The lines, or where they are too long, a piece of them around the place, on borders of characters.
fn cut(text: &str, from: usize, to: usize, start: usize, end: usize) -> std::ops::Range<usize> {
    if to - from <= LINE_BYTES * LINES as usize {
        return from..to;
    }
    let mut left = start.saturating_sub(LINE_BYTES / 4).max(from);
    let mut right = end.min(start + LINE_BYTES / 2).saturating_add(LINE_BYTES / 4).min(to);
    while left > from && !text.is_char_boundary(left) {
        left -= 1;
    }
    while right < to && !text.is_char_boundary(right) {
        right += 1;
    }
    left..right
}
