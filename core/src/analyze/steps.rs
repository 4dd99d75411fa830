//! The steps of a migration, applied one after the other: the schema after them, what did not fit, and what they do to what
//! depends on tables and columns.

use crate::diagnostic::Unanalyzed;
use crate::migration::{Operation, REFUSES, apply};
use crate::report::places::Places;
use crate::rules::dependents::{Dependents, Effect, Step};
use crate::schema::Schema;
use crate::text::Span;

/// What steps come to.
pub(super) struct Taken {
    /// The schema after them.
    pub after: Schema,
    /// What could not be applied.
    pub notes: Vec<Unanalyzed>,
    /// What becomes of dependents.
    pub effects: Vec<Effect>,
}

/// Applies the operations to `before`.
pub(super) fn take(before: &Schema, operations: &[Operation], places: &Places) -> Taken {
    let mut after = before.clone();
    let mut notes = Vec::new();
    let mut dependents = Dependents::default();
    for (index, operation) in operations.iter().enumerate() {
        let rest = operations.get(index + 1..).unwrap_or_default();
        let count = same_statement(operation, rest, places);
        let rest = rest.get(..count).unwrap_or_default();
        dependents.step(&after, operation, Step { rest, is_sql: is_sql(operation.span, places) });
        apply(&mut after, operation, &mut notes);
    }
    let effects = dependents.finish(&after);
    Taken { after, notes, effects }
}

/// Whether a note says what a finding says better.
pub(super) fn is_told(note: &Unanalyzed, effects: &[Effect]) -> bool {
    note.reason.starts_with(REFUSES) && effects.iter().any(|effect| effect.statement == note.span)
}

/// How many of the next steps belong to the statement of the first: nothing but a comma stands between the actions of one.
fn same_statement(first: &Operation, rest: &[Operation], places: &Places) -> usize {
    let mut last = first.span;
    rest.iter()
        .take_while(|operation| {
            let joined = operation.span == last || is_comma_between(last, operation.span, places);
            last = operation.span;
            joined
        })
        .count()
}

fn is_comma_between(first: Span, second: Span, places: &Places) -> bool {
    if first.file != second.file || !is_sql(first, places) {
        return false;
    }
    let Ok(source) = places.head().load(first.file) else { return false };
    let between = source.text.get(first.range.end as usize..second.range.start as usize);
    between.is_some_and(|text| text.trim() == ",")
}

/// Whether the statement stands in a file of SQL (or the option), and is sent as it is.
fn is_sql(span: Span, places: &Places) -> bool {
    let path = places.path(span.file);
    !path.ends_with(".py") && crate::code::tree::Language::of_path(path).is_none()
}
