//! Revisions in the order a database would apply them.

use crate::diagnostic::Unanalyzed;
use crate::migration::{Operation, apply};
use crate::schema::Schema;
use crate::text::Span;

/// What names a revision: Alembic's id, a Prisma folder's name, a migration file's name.
pub type RevisionId = String;

/// One migration.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// Its name.
    pub id: RevisionId,
    /// What it says of itself, where it says it.
    pub title: Option<String>,
    /// The revisions it comes after. In a linear history the one before it.
    pub parents: Vec<RevisionId>,
    /// What it does. Conditions on the database (`IF EXISTS`, `inspector.has_table`) are decided already where the
    /// language is a program, and kept as flags where it is SQL.
    pub operations: Vec<Operation>,
    /// Where it stands: the file, or its part in the file.
    pub span: Span,
}

/// Revisions in the order they apply: a linear extension of their graph.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// What was there before the first revision.
    pub baseline: Schema,
    /// The revisions, first to last.
    pub revisions: Vec<Revision>,
    /// What could not be read, or contradicts itself (a cycle, a missing parent, a duplicate id).
    pub unanalyzed: Vec<Unanalyzed>,
}

impl History {
    /// Position of the revision `id`: the whole id, else the one that begins so, if it is the only one.
    pub fn position(&self, id: &str) -> Option<usize> {
        let exact = self.revisions.iter().position(|revision| revision.id == id);
        exact.or_else(|| {
            let mut found =
                self.revisions.iter().enumerate().filter(|(_, revision)| revision.id.starts_with(id));
            match (found.next(), found.next()) {
                (Some((index, _)), None) => Some(index),
                _ => None,
            }
        })
    }

    /// The schema after the first `count` revisions, and what `apply` had to say.
    pub fn schema_after(&self, count: usize) -> (Schema, Vec<Unanalyzed>) {
        let mut schema = self.baseline.clone();
        let mut notes = Vec::new();
        for revision in self.revisions.iter().take(count) {
            for operation in &revision.operations {
                apply(&mut schema, operation, &mut notes);
            }
        }
        (schema, notes)
    }

    /// The schema at the revision `id` as `--at` means it: after all its ancestors and itself, and nothing else.
    pub fn schema_at(&self, id: &str) -> Option<(Schema, Vec<Unanalyzed>)> {
        let last = self.position(id)?;
        let wanted = self.ancestors(last);
        let mut schema = self.baseline.clone();
        let mut notes = Vec::new();
        for (index, revision) in self.revisions.iter().enumerate() {
            if wanted.contains(&index) {
                for operation in &revision.operations {
                    apply(&mut schema, operation, &mut notes);
                }
            }
        }
        Some((schema, notes))
    }

    /// Positions of the revision at `last` and of all that it comes after.
    pub(crate) fn ancestors(&self, last: usize) -> std::collections::BTreeSet<usize> {
        let mut found = std::collections::BTreeSet::new();
        let mut open = vec![last];
        while let Some(index) = open.pop() {
            if found.insert(index)
                && let Some(revision) = self.revisions.get(index)
            {
                open.extend(revision.parents.iter().filter_map(|parent| self.position(parent)));
            }
        }
        found
    }
}
