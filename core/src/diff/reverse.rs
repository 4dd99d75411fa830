//! Changes turned round: what the schema before has otherwise than the one after.

use crate::diff::effect::effect;
use crate::diff::{Change, ChangeKind, Pair};
use crate::schema::{Column, Schema, TableName};
use crate::text::Span;

/// The changes from `schemas.after` back to `schemas.before`, each at the position of the one that it undoes and with the
/// place of that.
pub fn reverse(changes: &[Change], schemas: Pair<&Schema>) -> Vec<Change> {
    let names = Names { changes, schemas };
    changes
        .iter()
        .map(|change| {
            let kind = names.kind(&change.kind);
            let declared = names.declared(&kind).or(change.declared);
            Change { kind, span: change.span, declared, rename_candidate: None }
        })
        .collect()
}

/// Names on the other side of the changes.
struct Names<'a> {
    changes: &'a [Change],
    schemas: Pair<&'a Schema>,
}

impl Names<'_> {
    fn kind(&self, kind: &ChangeKind) -> ChangeKind {
        use ChangeKind as K;
        match kind {
            K::AddTable { table } => K::DropTable { table: table.clone() },
            K::DropTable { table } => K::AddTable { table: table.clone() },
            K::RenameTable { table } => K::RenameTable { table: swapped(table) },
            K::AddColumn { table, column } => {
                K::DropColumn { table: table.clone(), column: column.name.clone() }
            }
            K::DropColumn { table, column } => match self.column_before(table, column) {
                Some(found) => {
                    K::AddColumn { table: self.table_after(table), column: Box::new(found.clone()) }
                }
                // A column that the schema before does not have cannot be dropped; nothing is turned round, then.
                None => K::AddTable { table: table.clone() },
            },
            K::RenameColumn { table, column } => {
                K::RenameColumn { table: self.table_after(table), column: swapped(column) }
            }
            K::AlterColumnType { table, column, ty, .. } => {
                let ty = swapped(ty);
                let effect = effect(self.schemas.before.dialect, ty.as_ref());
                let (table, column) = self.after(table, column);
                K::AlterColumnType { table, column, ty, effect }
            }
            K::AlterColumnNullability { table, column, nullable, .. } => {
                let before = self.column_before(table, column);
                let has_default = before.is_some_and(|column| column.default.is_some() || column.generated);
                let (table, column) = self.after(table, column);
                K::AlterColumnNullability { table, column, nullable: !nullable, has_default }
            }
            K::AlterColumnDefault { table, column, has_default } => {
                let (table, column) = self.after(table, column);
                K::AlterColumnDefault { table, column, has_default: swapped(has_default) }
            }
            K::AddEnum { name } => K::DropEnum { name: name.clone() },
            K::DropEnum { name } => K::AddEnum { name: name.clone() },
            K::AddEnumValue { name, value } => K::DropEnumValue { name: name.clone(), value: value.clone() },
            K::DropEnumValue { name, value } => K::AddEnumValue { name: name.clone(), value: value.clone() },
            K::RenameEnumValue { name, value } => {
                K::RenameEnumValue { name: name.clone(), value: swapped(value) }
            }
            K::AddUnique { table, columns } => {
                K::DropUnique { table: table.clone(), columns: columns.clone(), name: None }
            }
            K::DropUnique { table, columns, .. } => {
                K::AddUnique { table: self.table_after(table), columns: columns.clone() }
            }
            K::AddForeignKey { table, columns } => {
                K::DropForeignKey { table: table.clone(), columns: columns.clone() }
            }
            K::DropForeignKey { table, columns } => {
                K::AddForeignKey { table: self.table_after(table), columns: columns.clone() }
            }
            K::AlterForeignKey { table, columns } => K::AlterForeignKey {
                columns: columns.iter().map(|column| self.after(table, column).1).collect(),
                table: self.table_after(table),
            },
        }
    }

    fn after(&self, table: &TableName, column: &str) -> (TableName, String) {
        let renamed = self.changes.iter().find_map(|change| match &change.kind {
            ChangeKind::RenameColumn { table: of, column: name } if of == table && name.before == column => {
                Some(name.after.clone())
            }
            _ => None,
        });
        (self.table_after(table), renamed.unwrap_or_else(|| column.to_owned()))
    }

    fn table_after(&self, before: &TableName) -> TableName {
        let renamed = self.changes.iter().find_map(|change| match &change.kind {
            ChangeKind::RenameTable { table } if table.before == *before => Some(table.after.clone()),
            _ => None,
        });
        renamed.unwrap_or_else(|| before.clone())
    }

    fn column_before(&self, table: &TableName, column: &str) -> Option<&Column> {
        self.schemas.before.table(table)?.column(column)
    }

    /// Where the schema after declares what a change that was turned round takes away or alters.
    fn declared(&self, reversed: &ChangeKind) -> Option<Span> {
        use ChangeKind as K;
        match reversed {
            K::DropTable { table } | K::RenameTable { table: Pair { before: table, .. } } => {
                self.schemas.after.table(table).map(|table| table.span)
            }
            K::DropColumn { table, column }
            | K::RenameColumn { table, column: Pair { before: column, .. } }
            | K::AlterColumnType { table, column, .. }
            | K::AlterColumnNullability { table, column, .. }
            | K::AlterColumnDefault { table, column, .. } => {
                self.schemas.after.table(table)?.column(column).map(|column| column.span)
            }
            K::AddTable { .. }
            | K::AddColumn { .. }
            | K::AddEnum { .. }
            | K::DropEnum { .. }
            | K::AddEnumValue { .. }
            | K::DropEnumValue { .. }
            | K::RenameEnumValue { .. }
            | K::AddUnique { .. }
            | K::DropUnique { .. }
            | K::AddForeignKey { .. }
            | K::DropForeignKey { .. }
            | K::AlterForeignKey { .. } => None,
        }
    }
}

fn swapped<T: Clone>(pair: &Pair<T>) -> Pair<T> {
    Pair { before: pair.after.clone(), after: pair.before.clone() }
}
