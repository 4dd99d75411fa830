//! What differs between two schemas.

mod change;
mod effect;
mod enums;
mod foreign_keys;
mod lineage;
mod reverse;
mod tables;

pub use change::{Change, ChangeKind, TypeChange};
pub use reverse::reverse;

use crate::migration::Operation;
use crate::schema::{Column, DefaultValue, Schema, TableName};
use crate::text::Span;
use lineage::Lineage;

/// The same thing before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Pair<T> {
    /// Before the change.
    pub before: T,
    /// After the change.
    pub after: T,
}

impl<T> Pair<T> {
    /// The pair of references.
    pub fn as_ref(&self) -> Pair<&T> {
        Pair { before: &self.before, after: &self.after }
    }
}

/// The changes from `schemas.before` to `schemas.after`, in source order of their places.
///
/// `operations` are the steps between the two where they are known (pending revisions): they tell renames from drops
/// and give the changes their places. Where the sources are two schema files they are empty.
pub fn diff(schemas: Pair<&Schema>, operations: &[Operation]) -> Vec<Change> {
    let mut differ = Differ {
        schemas,
        operations,
        lineage: Lineage::read(schemas.before, operations),
        renamed_enums: Vec::new(),
        renamed_tables: Vec::new(),
        changes: Vec::new(),
    };
    differ.diff_enums();
    differ.diff_tables();
    let mut changes = differ.changes;
    changes.sort_by_key(|change| (change.span.file, change.span.range.start));
    changes
}

/// A comparison on its way.
struct Differ<'a> {
    schemas: Pair<&'a Schema>,
    operations: &'a [Operation],
    lineage: Lineage,
    /// Enums that have another name after.
    renamed_enums: Vec<Pair<TableName>>,
    /// Names before and after of every table that is there on both sides.
    renamed_tables: Vec<Pair<TableName>>,
    changes: Vec<Change>,
}

impl Differ<'_> {
    /// The operation in whose text `item` stands, else its own place.
    fn step_of(&self, item: Span) -> Span {
        let around = |span: Span| span.file == item.file && span.range.contains_range(item.range);
        let step = self.operations.iter().rev().find(|operation| around(operation.span));
        step.map_or(item, |operation| operation.span)
    }

    fn push(&mut self, kind: ChangeKind, span: Span, declared: Option<Span>) {
        self.changes.push(Change::new(kind, span, declared));
    }
}

/// Whether the database fills in the same value before and after.
fn same_default(before: &Column, after: &Column) -> bool {
    if before.generated != after.generated {
        return false;
    }
    let unsaid = |column: &Column| matches!(&column.default, Some(DefaultValue::Expression(text)) if text == DefaultValue::UNSAID);
    if unsaid(before) || unsaid(after) {
        return true;
    }
    match (&before.default, &after.default) {
        (Some(DefaultValue::Expression(before)), Some(DefaultValue::Expression(after))) => {
            plain_expression(before) == plain_expression(after)
        }
        (before, after) => before == after,
    }
}

/// An expression without what databases add or drop when they print it: parentheses around it, a cast behind it, the
/// case of its words, the mark of an escape string; and the standard's words for `now()` and an empty array.
fn plain_expression(text: &str) -> String {
    let mut text = text.trim();
    while let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        if inner.contains(['(', ')']) {
            break;
        }
        text = inner.trim();
    }
    let value = match text.rsplit_once("::") {
        Some((value, ty)) if !ty.contains(['\'', ')']) => value.trim(),
        _ => text,
    };
    let value = value.strip_prefix(['E', 'e']).filter(|rest| rest.starts_with('\'')).unwrap_or(value);
    let word = if value.contains('\'') { value.to_owned() } else { value.to_lowercase() };
    match word.as_str() {
        "now()" => "current_timestamp".to_owned(),
        "array[]" => "'{}'".to_owned(),
        _ => word,
    }
}

#[cfg(test)]
mod tests;
