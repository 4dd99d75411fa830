//! What code can meet of a change.

use crate::diff::ChangeKind;
use crate::schema::TableName;
use crate::usage::{Access, Subject};

/// What code can meet of a change; `None` where a change takes nothing away from code that is there.
pub(super) fn subject(kind: &ChangeKind) -> Option<Subject> {
    match kind {
        ChangeKind::DropTable { table } => Some(Subject::Table(table.clone())),
        ChangeKind::RenameTable { table } => Some(Subject::Table(table.before.clone())),
        ChangeKind::DropColumn { table, column }
        | ChangeKind::AlterColumnType { table, column, .. }
        | ChangeKind::AlterColumnNullability { table, column, .. } => {
            Some(Subject::Column(table.clone(), column.clone()))
        }
        ChangeKind::AlterColumnDefault { table, column, has_default } => {
            (has_default.before && !has_default.after).then(|| Subject::Column(table.clone(), column.clone()))
        }
        ChangeKind::RenameColumn { table, column } => {
            Some(Subject::Column(table.clone(), column.before.clone()))
        }
        ChangeKind::AddColumn { table, column } => {
            (!column.nullable && column.default.is_none()).then(|| Subject::Table(table.clone()))
        }
        ChangeKind::DropEnumValue { name, value } => Some(Subject::EnumValue(name.clone(), value.clone())),
        ChangeKind::RenameEnumValue { name, value } => {
            Some(Subject::EnumValue(name.clone(), value.before.clone()))
        }
        ChangeKind::DropUnique { table, columns, .. } => {
            Some(Subject::Unique(table.clone(), columns.clone()))
        }
        ChangeKind::AddTable { .. }
        | ChangeKind::AddEnum { .. }
        | ChangeKind::DropEnum { .. }
        | ChangeKind::AddEnumValue { .. }
        | ChangeKind::AddUnique { .. }
        | ChangeKind::AddForeignKey { .. }
        | ChangeKind::DropForeignKey { .. }
        | ChangeKind::AlterForeignKey { .. } => None,
    }
}

/// Whether a place that does only this with the column can be broken by the change: what is read stays when NULL is
/// forbidden, what is written stays when it is allowed, and a default is missed by an INSERT alone.
pub(super) fn concerns(kind: &ChangeKind, access: Access) -> bool {
    match kind {
        ChangeKind::AlterColumnNullability { nullable: true, .. } => access != Access::Write,
        ChangeKind::AlterColumnNullability { nullable: false, .. } => access == Access::Write,
        ChangeKind::AlterColumnDefault { .. } | ChangeKind::AddColumn { .. } => false,
        _ => true,
    }
}

pub(super) fn table_of(subject: &Subject) -> &TableName {
    match subject {
        Subject::Table(table)
        | Subject::Column(table, _)
        | Subject::EnumValue(table, _)
        | Subject::Unique(table, _) => table,
    }
}

/// Whether a name as written in a statement (quoted or not, with or without its schema) may mean this table.
pub(super) fn names(written: &str, table: &TableName) -> bool {
    let bare = written.rsplit('.').next().unwrap_or(written);
    let bare = bare.trim_matches(['"', '`', '[', ']', '\'']);
    bare.eq_ignore_ascii_case(&table.name)
}
