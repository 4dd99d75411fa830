//! Which mapping usages are models of the code, and which are the schema itself.

use std::collections::BTreeSet;

use crate::diff::Change;
use crate::rules::{Cell, RuleContext};
use crate::schema::{Schema, TableName};
use crate::text::Span;
use crate::usage::{How, Usage};

impl RuleContext<'_> {
    /// The mapping usages of `usages` that stand in a model which is still as it is when the change has been made.
    ///
    /// Two kinds are left out. Where the schema before was read from the model file (a Prisma schema without migrations)
    /// and compared with an edited one, the field is the schema before and not a model that was forgotten. And where the
    /// model was edited already, the pipeline puts the field back in so that code is found by it; such a field stands
    /// where the schema before declares the column, and has no type.
    ///
    /// Where the release is known that meets a schema it was not written for, every model is one of that release.
    pub(super) fn models<'u>(&self, change: &Change, usages: &'u [Usage]) -> Vec<&'u Usage> {
        let is_released = self.cell != Cell::EndState;
        let compared = self.was_compared(change);
        let is_model = |usage: &&Usage| {
            let is_schema = change.declared == Some(usage.span);
            let is_older = is_schema && (compared || self.is_restored(usage.span));
            usage.how == How::Mapping && (is_released || !is_older)
        };
        usages.iter().filter(is_model).collect()
    }

    /// Whether the change was found by comparing two readings of the schema, and not made by a statement.
    fn was_compared(&self, change: &Change) -> bool {
        Some(change.span) == change.declared
            || spans(self.schemas.before).is_disjoint(&spans(self.schemas.after))
    }

    /// Whether the thing declared here was put back into the mapping by the pipeline.
    fn is_restored(&self, span: Span) -> bool {
        let is_it = |entity: &crate::schema::Entity| {
            let field = entity.fields.iter().find(|field| field.span == span);
            match field {
                Some(field) => field.type_name.is_empty(),
                None => entity.span == span && entity.fields.iter().all(|field| field.type_name.is_empty()),
            }
        };
        self.mapping.entities.iter().any(is_it)
    }

    /// The table's name before all changes.
    pub(super) fn table_before(&self, after: &TableName) -> TableName {
        let renamed = self.changes.iter().find_map(|change| match &change.kind {
            crate::diff::ChangeKind::RenameTable { table } if table.after == *after => {
                Some(table.before.clone())
            }
            _ => None,
        });
        renamed.unwrap_or_else(|| after.clone())
    }

    /// The table's name after all changes.
    pub(super) fn table_after(&self, before: &TableName) -> TableName {
        let renamed = self.changes.iter().find_map(|change| match &change.kind {
            crate::diff::ChangeKind::RenameTable { table } if table.before == *before => {
                Some(table.after.clone())
            }
            _ => None,
        });
        renamed.unwrap_or_else(|| before.clone())
    }

    /// The column's name after all changes; the table by its name before.
    pub(super) fn column_after(&self, table: &TableName, before: &str) -> String {
        let renamed = self.changes.iter().find_map(|change| match &change.kind {
            crate::diff::ChangeKind::RenameColumn { table: of, column }
                if of == table && column.before == *before =>
            {
                Some(column.after.clone())
            }
            _ => None,
        });
        renamed.unwrap_or_else(|| before.to_owned())
    }
}

fn spans(schema: &Schema) -> BTreeSet<Span> {
    schema.tables.iter().flat_map(|table| &table.columns).map(|column| column.span).collect()
}
