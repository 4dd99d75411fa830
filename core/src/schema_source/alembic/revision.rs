//! Revision files: what a file says of itself.

use crate::code::interpret::{Run, Runner, Value};
use crate::code::tree::{Module, StmtKind};
use crate::text::{FileId, Span, TextRange};

/// A revision file as read.
#[derive(Debug, Clone)]
pub(super) struct RevisionFile {
    pub id: String,
    /// Ids of `down_revision`, as written.
    pub down: Vec<String>,
    /// Ids or branch labels of `depends_on`, as written.
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    pub title: Option<String>,
    /// `upgrade`, where the file has it.
    pub upgrade: Option<Value>,
    /// `downgrade`, where the file has it.
    pub downgrade: Option<Value>,
    /// The value of `revision`, or the file's beginning.
    pub span: Span,
}

/// Reads a file of a versions folder; `None` where it is no revision.
///
/// # Errors
/// A limit that was reached while the module ran.
pub(super) fn read_revision(run: &mut Runner<'_, '_>, file: FileId) -> Run<Option<RevisionFile>> {
    let Some(module) = run.interpreter.project.module(file) else { return Ok(None) };
    let path = run.interpreter.project.sources().path(file).to_owned();
    let mut value = |name: &str| run.module_attribute(file, name);
    let (revision, down) = (value("revision")?, value("down_revision")?);
    let (depends, labels) = (value("depends_on")?, value("branch_labels")?);
    let (upgrade, downgrade) = (value("upgrade")?, value("downgrade")?);
    let begin = module.span(TextRange::new(0, 0));
    let id = match revision.and_then(|revision| run.interpreter.as_text(&revision)) {
        Some(text) if !text.has_holes() => Some((text.value.to_string(), text.span().unwrap_or(begin))),
        // Before 2012 the id stood in the file's name alone, and that is still accepted (alembic/script/base.py).
        _ if upgrade.is_some() => legacy_id(&path).map(|id| (id, begin)),
        _ => None,
    };
    let Some((id, span)) = id else { return Ok(None) };
    Ok(Some(RevisionFile {
        id,
        down: ids(run, down.as_ref()),
        depends_on: ids(run, depends.as_ref()),
        labels: ids(run, labels.as_ref()),
        title: title(&module),
        upgrade,
        downgrade,
        span,
    }))
}

/// `"id"`, `("id", "id")`, `None`.
fn ids(run: &Runner<'_, '_>, value: Option<&Value>) -> Vec<String> {
    let Some(value) = value else { return Vec::new() };
    let state = &run.interpreter;
    match state.items(value) {
        Some(items) => items.iter().filter_map(|item| Some(state.as_text(item)?.value.to_string())).collect(),
        None => state.as_text(value).map(|text| text.value.to_string()).into_iter().collect(),
    }
}

fn legacy_id(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?.strip_suffix(".py")?;
    let tail = name.rsplit(|letter: char| !letter.is_ascii_hexdigit()).next()?;
    (!tail.is_empty()).then(|| tail.to_owned())
}

/// The first line of the module's docstring.
fn title(module: &Module) -> Option<String> {
    let first = module.stmt(*module.body.first()?);
    let StmtKind::Expr(expr) = first.kind else { return None };
    let text = module.literal_str(expr)?;
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}
