//! What takes an operation back, as far as the operation itself says it.

use crate::migration::{Constraint, OperationKind};
use crate::schema::TableName;

/// The operation that takes `kind` back; `None` where it does not say what was there before (a dropped column, a changed
/// type) or where nothing needs to be taken back.
pub(crate) fn inverse(kind: &OperationKind) -> Option<OperationKind> {
    Some(match kind {
        OperationKind::CreateTable { table, .. } | OperationKind::CreateTableFrom { table, .. } => {
            OperationKind::DropTable {
                table: table.name.clone(),
                if_exists: true,
                cascade: true,
                others: Vec::new(),
            }
        }
        OperationKind::RenameTable { table, to, .. } => {
            OperationKind::RenameTable { table: to.clone(), to: table.clone(), if_exists: true }
        }
        OperationKind::AddColumn { table, column, .. } => OperationKind::DropColumn {
            table: table.clone(),
            column: column.name.clone(),
            if_exists: true,
            cascade: true,
        },
        OperationKind::RenameColumn { table, column, to } => {
            OperationKind::RenameColumn { table: table.clone(), column: to.clone(), to: column.clone() }
        }
        OperationKind::AddConstraint { table, constraint, .. } => added(table, constraint)?,
        OperationKind::RenameConstraint { table, name, to } => {
            OperationKind::RenameConstraint { table: table.clone(), name: to.clone(), to: name.clone() }
        }
        OperationKind::CreateEnum { item, .. } => {
            OperationKind::DropEnum { name: item.name.clone(), cascade: true }
        }
        // Whether it was done is not known here: what takes it back does nothing where there is nothing to take back.
        OperationKind::Conditional { operation, .. } | OperationKind::Only { operation } => {
            inverse(operation)?
        }
        OperationKind::DropTable { .. }
        | OperationKind::DropColumn { .. }
        | OperationKind::AlterColumn { .. }
        | OperationKind::DropConstraint { .. }
        | OperationKind::DropIndex { .. }
        | OperationKind::CreateDomain { .. }
        | OperationKind::AlterDomain { .. }
        | OperationKind::ChangePartitions { .. }
        | OperationKind::CreateSequence { .. }
        | OperationKind::SetSequenceOwner { .. }
        | OperationKind::DropSequence { .. }
        | OperationKind::RenameSequence { .. }
        | OperationKind::CreateComposite { .. }
        | OperationKind::AlterComposite { .. }
        | OperationKind::DropSchema { .. }
        | OperationKind::DropEnum { .. }
        | OperationKind::RenameEnum { .. }
        | OperationKind::AddEnumValue { .. }
        | OperationKind::RenameEnumValue { .. }
        | OperationKind::CopyColumn { .. }
        | OperationKind::MoveColumn { .. }
        | OperationKind::RenameSchema { .. }
        | OperationKind::ChangeParent { .. }
        | OperationKind::Ask { .. }
        | OperationKind::CreateProgram { .. }
        | OperationKind::DropProgram { .. }
        | OperationKind::Set { .. }
        | OperationKind::Irrelevant
        | OperationKind::Opaque { .. } => return None,
    })
}

fn added(table: &TableName, constraint: &Constraint) -> Option<OperationKind> {
    let name = match constraint {
        Constraint::PrimaryKey(key) => key.name.clone(),
        Constraint::Unique(unique) => unique.name.clone(),
        Constraint::ForeignKey(key) => key.name.clone(),
        Constraint::Check(check) => check.name.clone(),
        Constraint::Index(index) => {
            let index = TableName { schema: table.schema.clone(), name: index.name.clone()? };
            return Some(OperationKind::DropIndex { table: Some(table.clone()), index, if_exists: true });
        }
    };
    Some(OperationKind::DropConstraint { table: table.clone(), name: Some(name?), if_exists: true })
}
