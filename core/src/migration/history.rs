//! Revisions in the order a database would apply them.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::diagnostic::Unanalyzed;
use crate::migration::{Condition, NotFound, Operation, OperationKind, apply};
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
    /// Those of `parents` that it needs and does not go on from: Alembic's `depends_on`.
    pub needs: Vec<RevisionId>,
    /// Names of the branch that begins with it: Alembic's `branch_labels`.
    pub labels: Vec<String>,
    /// What it does. Conditions on the database (`IF EXISTS`, `inspector.has_table`) are decided already where the
    /// language is a program, and kept as flags where it is SQL.
    pub operations: Vec<Operation>,
    /// What takes it back, in the order in which it runs: a `downgrade()`, a down part; `None` where nothing is written.
    pub down: Option<Vec<Operation>>,
    /// Where it stands: the file, or its part in the file.
    pub span: Span,
}

impl Revision {
    /// A revision that does nothing yet.
    pub fn new(id: impl Into<RevisionId>, span: Span) -> Self {
        Self {
            id: id.into(),
            title: None,
            parents: Vec::new(),
            needs: Vec::new(),
            labels: Vec::new(),
            operations: Vec::new(),
            down: None,
            span,
        }
    }
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
    /// Decides the conditions that the model can decide, in the order in which the steps would be taken: what they leave
    /// out is no step of the history.
    pub fn decide(&mut self) {
        let is_open = |operation: &Operation| matches!(operation.kind, OperationKind::Conditional { .. });
        if !self.revisions.iter().any(|revision| revision.operations.iter().any(is_open)) {
            return;
        }
        let mut schema = self.baseline.clone();
        let mut notes = Vec::new();
        for revision in &mut self.revisions {
            revision.operations.retain_mut(|operation| {
                let mut holds = None;
                if let OperationKind::Conditional { condition, .. } = &mut operation.kind {
                    holds = condition.holds(&schema);
                    if holds.is_some() {
                        *condition = Condition::Unknown;
                    }
                }
                let taken = holds != Some(false);
                if taken {
                    apply(&mut schema, operation, &mut notes);
                }
                taken && !matches!(operation.kind, OperationKind::Ask { .. })
            });
        }
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

    /// The schema right after the revision that `name` means (see [`History::find`]): what a database has that takes all
    /// revisions in their order and has come this far. With branches that is more than the revision's ancestors; what
    /// revisions ask of the database was answered in this order, too.
    ///
    /// # Errors
    /// A name that means no revision, or several.
    pub fn schema_at(&self, name: &str) -> Result<(Schema, Vec<Unanalyzed>), NotFound> {
        let count = self.find(name)?.map_or(0, |position| position + 1);
        Ok(self.schema_after(count))
    }

    /// Positions of the revision at `last` and of all that it comes after: what is applied where the database says that
    /// it is at this revision.
    pub(crate) fn ancestors(&self, last: usize) -> BTreeSet<usize> {
        self.reach(last, |revision| revision.parents.iter().map(String::as_str).collect())
    }

    /// `from` and all positions that `above` leads to from there.
    pub(crate) fn reach<'h>(
        &'h self,
        from: usize,
        above: impl Fn(&'h Revision) -> Vec<&'h str>,
    ) -> BTreeSet<usize> {
        let positions: FxHashMap<&str, usize> =
            self.revisions.iter().enumerate().map(|(at, revision)| (revision.id.as_str(), at)).collect();
        let mut found = BTreeSet::new();
        let mut open = vec![from];
        while let Some(index) = open.pop() {
            if found.insert(index)
                && let Some(revision) = self.revisions.get(index)
            {
                open.extend(above(revision).into_iter().filter_map(|parent| positions.get(parent)));
            }
        }
        found
    }
}
