//! Foreign keys of a table before and after.

use super::tables::TablePair;
use super::{Change, ChangeKind, Differ, Pair};
use crate::schema::{ForeignKey, Schema, TableName};

impl Differ<'_> {
    pub(super) fn diff_foreign_keys(&self, pair: &TablePair<'_>, changes: &mut Vec<Change>) {
        let tables = pair.tables;
        for key in &tables.before.foreign_keys {
            // Gone with a column or with the table that it references.
            let columns: Option<Vec<String>> =
                key.columns.iter().map(|column| pair.after_name(column)).collect();
            let (Some(columns), Some(referenced)) = (columns, self.name_after(&key.referenced_table)) else {
                continue;
            };
            let same = |other: &&ForeignKey| {
                other.columns == columns && self.same_name(&other.referenced_table, &referenced)
            };
            let Some(after) = tables.after.foreign_keys.iter().find(same) else {
                let kind = ChangeKind::DropForeignKey {
                    table: tables.before.name.clone(),
                    columns: key.columns.clone(),
                };
                let dropped = key.name.as_deref().and_then(|name| self.lineage.dropped_key(Some(name)));
                changes.push(Change::new(kind, pair.step(dropped, key.span), Some(key.span)));
                continue;
            };
            if !self.acts_alike(Pair { before: key, after }) {
                let kind = ChangeKind::AlterForeignKey {
                    table: tables.before.name.clone(),
                    columns: key.columns.clone(),
                };
                changes.push(Change::new(kind, self.step_of(after.span), Some(key.span)));
            }
        }
        self.added_foreign_keys(pair, changes);
    }

    fn added_foreign_keys(&self, pair: &TablePair<'_>, changes: &mut Vec<Change>) {
        let tables = pair.tables;
        for key in &tables.after.foreign_keys {
            let same = |other: &ForeignKey| {
                let columns: Option<Vec<String>> =
                    other.columns.iter().map(|column| pair.after_name(column)).collect();
                let referenced = self.name_after(&other.referenced_table);
                columns.as_ref() == Some(&key.columns)
                    && referenced.is_some_and(|name| self.same_name(&name, &key.referenced_table))
            };
            let all_new = key.columns.iter().all(|name| pair.added.iter().any(|column| column.name == *name));
            if !all_new && !tables.before.foreign_keys.iter().any(same) {
                let kind = ChangeKind::AddForeignKey {
                    table: tables.after.name.clone(),
                    columns: key.columns.clone(),
                };
                changes.push(Change::new(kind, self.step_of(key.span), None));
            }
        }
    }

    /// Whether two keys over the same columns reference the same ones and do the same to their rows.
    fn acts_alike(&self, keys: Pair<&ForeignKey>) -> bool {
        let Pair { before, after } = keys;
        before.on_delete == after.on_delete
            && before.on_update == after.on_update
            && self.columns_after(before) == referenced(self.schemas.after, after)
    }

    /// The names after of the columns that a key before references.
    fn columns_after(&self, key: &ForeignKey) -> Vec<String> {
        let line = self.line_before(&key.referenced_table);
        let now = |column: String| {
            let line = line?.columns.iter().find(|line| line.before.as_deref() == Some(&column))?;
            line.now.clone()
        };
        let columns = referenced(self.schemas.before, key);
        columns.into_iter().map(|column| now(column.clone()).unwrap_or(column)).collect()
    }

    /// The name after of a table of the schema before; `None` where it is dropped.
    fn name_after(&self, before: &TableName) -> Option<TableName> {
        let renamed = self.renamed_tables.iter().find(|names| self.same_name(&names.before, before));
        match renamed {
            Some(names) => Some(names.after.clone()),
            // A key may reference what the model does not know: it is compared as written.
            None if self.schemas.before.table(before).is_none() => Some(before.clone()),
            None => None,
        }
    }
}

/// The columns that a key references; where it names none, those of the primary key (SQL standard, 11.8).
fn referenced(schema: &Schema, key: &ForeignKey) -> Vec<String> {
    if !key.referenced_columns.is_empty() {
        return key.referenced_columns.clone();
    }
    let table = schema.table(&key.referenced_table);
    let primary = table.and_then(|table| table.primary_key.as_ref());
    primary.map_or_else(Vec::new, |key| key.columns.clone())
}
