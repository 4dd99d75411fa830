//! What an operation does to a schema: what the dialect's database does when it takes the statement.
//!
//! Where a database would refuse a statement because something depends on it (a column dropped without `CASCADE`), the
//! model takes it and lets go of what depends: the operation may come from a batch that rebuilds the table, and a
//! migration that is under review has not been refused by anybody yet.

mod children;
mod columns;
mod constraints;
mod derived;
mod domains;
mod enums;
mod expression;
mod names;
mod programs;
mod sequences;
mod tables;
mod views;

pub(crate) use expression::{mentions, names_table};
pub(crate) use names::{numbered_names, postgres_name};
pub(crate) use views::REFUSES;

use crate::diagnostic::Unanalyzed;
use crate::migration::{Operation, OperationKind};
use crate::schema::{Schema, Table, TableName};
use crate::text::Span;

/// Applies `operation` to `schema`. What does not fit the schema (a column that is not there) changes nothing and is
/// noted.
pub fn apply(schema: &mut Schema, operation: &Operation, notes: &mut Vec<Unanalyzed>) {
    let mut step = Step { schema, span: operation.span, notes, conditional: false, only: false };
    step.take(&operation.kind);
    step.refresh_views();
}

/// One operation on its way into the schema.
struct Step<'a> {
    schema: &'a mut Schema,
    span: Span,
    notes: &'a mut Vec<Unanalyzed>,
    /// Whether the database itself may leave the step out: then nothing is noted.
    conditional: bool,
    /// Whether the children of a table stay as they are.
    only: bool,
}

impl Step<'_> {
    fn take(&mut self, kind: &OperationKind) {
        match kind {
            OperationKind::CreateTable { table, if_not_exists, or_replace } => {
                self.create_table((**table).clone(), *if_not_exists, *or_replace);
            }
            OperationKind::CreateTableFrom { table, sources, names, if_not_exists, or_replace } => {
                self.create_table_from(table, sources, names, *if_not_exists, *or_replace);
            }
            OperationKind::DropTable { table, if_exists, cascade, others } => {
                self.note_users(table, None, *cascade, others);
                self.drop_table(table, *if_exists, *cascade, others);
            }
            OperationKind::RenameTable { table, to, if_exists } => self.rename_table(table, to, *if_exists),
            OperationKind::AddColumn { table, column, if_not_exists } => {
                self.add_column(table, column, *if_not_exists);
            }
            OperationKind::DropColumn { table, column, if_exists, cascade } => {
                self.drop_column(table, column, *if_exists, *cascade);
            }
            OperationKind::RenameColumn { table, column, to } => self.rename_column(table, column, to),
            OperationKind::AlterColumn { table, column, alteration } => {
                self.alter_column(table, column, alteration);
            }
            OperationKind::MoveColumn { table, column, after } => {
                self.move_column(table, column, after.as_deref());
            }
            OperationKind::AddConstraint { table, constraint, if_not_exists } => {
                self.add_constraint(table, constraint, *if_not_exists);
            }
            OperationKind::DropConstraint { table, name, if_exists } => {
                self.drop_constraint(table, name.as_deref(), *if_exists);
            }
            OperationKind::DropIndex { table, index, if_exists } => {
                self.drop_index(table.as_ref(), index, *if_exists);
            }
            OperationKind::RenameConstraint { table, name, to } => {
                self.rename_constraint(table.as_ref(), name, to);
            }
            OperationKind::DropSchema { name } => self.drop_schema(name),
            OperationKind::RenameSchema { name, to } => self.rename_schema(name, to),
            OperationKind::ChangeParent { table, parent, attached } => {
                self.change_parent(table, parent, *attached);
            }
            OperationKind::Ask { condition } => {
                let answer = condition.holds(self.schema);
                self.schema.answers.retain(|(place, _)| *place != self.span);
                self.schema.answers.push((self.span, answer));
            }
            OperationKind::CreateComposite { item } => {
                self.on_composites(|step| step.create_table((**item).clone(), false, false));
            }
            OperationKind::AlterComposite { operation } => self.on_composites(|step| step.take(operation)),
            OperationKind::CreateDomain { item } => self.create_domain(item),
            OperationKind::AlterDomain { name, change } => self.alter_domain(name, change),
            OperationKind::ChangePartitions { table, change } => self.change_partitions(table, change),
            OperationKind::CreateSequence { item, if_not_exists } => {
                self.create_sequence(item, *if_not_exists);
            }
            OperationKind::SetSequenceOwner { sequence, owner } => {
                self.set_sequence_owner(sequence.as_ref(), owner.as_ref());
            }
            OperationKind::DropSequence { name, cascade } => self.drop_sequence(name, *cascade),
            OperationKind::RenameSequence { name, to } => self.rename_sequence(name, to),
            OperationKind::Only { operation } => {
                let outer = std::mem::replace(&mut self.only, true);
                self.take(operation);
                self.only = outer;
            }
            OperationKind::Conditional { operation, condition } => {
                if condition.holds(self.schema) == Some(false) {
                    return;
                }
                let outer = std::mem::replace(&mut self.conditional, true);
                self.take(operation);
                self.conditional = outer;
            }
            OperationKind::CreateProgram { program, or_replace } => self.create_program(program, *or_replace),
            OperationKind::DropProgram { kind, name, table, parameters } => {
                self.drop_program(*kind, name, table.as_ref(), *parameters);
            }
            OperationKind::CopyColumn { .. } | OperationKind::Set { .. } | OperationKind::Irrelevant => {}
            OperationKind::Opaque { reason, tables } => self.note_tables(reason.clone(), tables.clone()),
            OperationKind::CreateEnum { .. }
            | OperationKind::DropEnum { .. }
            | OperationKind::RenameEnum { .. }
            | OperationKind::AddEnumValue { .. }
            | OperationKind::RenameEnumValue { .. } => self.take_enum(kind),
        }
    }

    fn note_tables(&mut self, reason: String, tables: Vec<String>) {
        if !self.conditional {
            self.notes.push(Unanalyzed { span: self.span, reason, tables });
        }
    }

    /// Notes that the operation names something that the model lacks, or has already.
    fn note(&mut self, table: &TableName, what: impl std::fmt::Display) {
        let reason = format!("{what}, so that the operation changes nothing in the model");
        self.note_tables(reason, vec![table.to_string()]);
    }

    /// The table to change; noted where there is none.
    fn table_mut(&mut self, name: &TableName) -> Option<&mut Table> {
        if self.schema.table(name).is_none() {
            self.note(name, format_args!("table {name} is not known here"));
        }
        self.schema.table_mut(name)
    }

    fn same_name(&self, left: &str, right: &str) -> bool {
        self.schema.dialect.same_name(left, right)
    }

    fn same_table(&self, left: &TableName, right: &TableName) -> bool {
        let (left, right) = (self.schema.canonical(left), self.schema.canonical(right));
        left.schema == right.schema && self.same_name(&left.name, &right.name)
    }
}
