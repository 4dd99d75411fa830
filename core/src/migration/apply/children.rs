//! Children of tables: partitions, and PostgreSQL's inheritance. What happens to a parent happens to them.

use super::Step;
use crate::migration::{ColumnAlteration, Constraint};
use crate::schema::{Column, ForeignKey, Index, Parent, Table, TableName, Unique};

impl Step<'_> {
    /// The direct children of a table; none where the statement says `ONLY`.
    fn children(&self, name: &TableName) -> Vec<(TableName, bool)> {
        if self.only {
            return Vec::new();
        }
        let link = |table: &Table| {
            let parent = table.parents.iter().find(|parent| self.same_table(&parent.table, name))?;
            Some((table.name.clone(), parent.partition))
        };
        self.schema.tables.iter().filter_map(link).collect()
    }

    pub(super) fn add_column_to_children(&mut self, table: &TableName, column: &Column) {
        for (child, _) in self.children(table) {
            self.add_column(&child, column, true);
        }
    }

    pub(super) fn drop_column_of_children(&mut self, table: &TableName, column: &str, cascade: bool) {
        for (child, _) in self.children(table) {
            self.drop_column(&child, column, true, cascade);
        }
    }

    pub(super) fn rename_column_of_children(&mut self, table: &TableName, column: &str, to: &str) {
        for (child, _) in self.children(table) {
            self.quietly(|step| step.rename_column(&child, column, to));
        }
    }

    pub(super) fn alter_column_of_children(
        &mut self,
        table: &TableName,
        column: &str,
        alteration: &ColumnAlteration,
    ) {
        for (child, _) in self.children(table) {
            self.quietly(|step| step.alter_column(&child, column, alteration));
        }
    }

    /// Checks are inherited; keys are those of partitions too, under names of their own.
    pub(super) fn add_constraint_to_children(&mut self, table: &TableName, constraint: &Constraint) {
        for (child, partition) in self.children(table) {
            let own = match constraint {
                Constraint::Check(_) => Some(constraint.clone()),
                Constraint::ForeignKey(_) => partition.then(|| constraint.clone()),
                Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Index(_) => {
                    partition.then(|| unnamed(constraint))
                }
            };
            if let Some(own) = own {
                self.add_constraint(&child, &own, true);
            }
        }
    }

    /// A key of a partitioned table goes with its like in each partition.
    pub(super) fn drop_key_of_children(&mut self, table: &TableName, before: &Table) {
        let Some(after) = self.schema.table(table).cloned() else {
            return;
        };
        let children = self.children(table);
        for (child, partition) in children {
            let Some(mut own) = self.schema.table(&child).cloned() else {
                continue;
            };
            let known = own.clone();
            lose_what_went(&mut own, before, &after, partition);
            let changed = own != known;
            if let Some(table) = self.schema.table_mut(&child).filter(|_| changed) {
                *table = own;
                self.drop_key_of_children(&child, &known);
            }
        }
    }

    pub(super) fn change_parent(&mut self, name: &TableName, parent: &Parent, attached: bool) {
        let parent = Parent { table: self.schema.canonical(&parent.table), ..parent.clone() };
        let above = self.schema.table(&parent.table).cloned();
        let Some(table) = self.table_mut(name) else {
            return;
        };
        table.parents.retain(|known| known.table != parent.table);
        if !attached {
            return;
        }
        let partition = parent.partition;
        table.parents.push(parent);
        if let Some(above) = above.filter(|_| partition) {
            self.rework(name, |table| get_keys(table, above));
        }
    }

    /// Does something that notes nothing.
    pub(super) fn quietly(&mut self, act: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.conditional, true);
        act(self);
        self.conditional = outer;
    }
}

/// The constraint without its name, so that the database gives it one.
fn unnamed(constraint: &Constraint) -> Constraint {
    let mut own = constraint.clone();
    match &mut own {
        Constraint::PrimaryKey(key) => key.name = None,
        Constraint::Unique(unique) => unique.name = None,
        Constraint::Index(index) => index.name = None,
        Constraint::ForeignKey(_) | Constraint::Check(_) => {}
    }
    own
}

/// What `before` has and `after` has not is taken from a child.
fn lose_what_went(child: &mut Table, before: &Table, after: &Table, partition: bool) {
    for check in
        before.checks.iter().filter(|check| !after.checks.iter().any(|known| known.name == check.name))
    {
        child.checks.retain(|known| known.name != check.name);
    }
    if !partition {
        return;
    }
    if before.primary_key.is_some() && after.primary_key.is_none() {
        child.primary_key = None;
    }
    lose_first(&mut child.uniques, &before.uniques, &after.uniques, same_unique);
    lose_first(&mut child.indexes, &before.indexes, &after.indexes, same_index);
    lose_first(&mut child.foreign_keys, &before.foreign_keys, &after.foreign_keys, same_foreign_key);
}

fn lose_first<T>(own: &mut Vec<T>, before: &[T], after: &[T], same: fn(&T, &T) -> bool) {
    if before.len() <= after.len() {
        return;
    }
    let gone = before.iter().filter(|item| {
        let count = |list: &[T]| list.iter().filter(|other| same(other, item)).count();
        count(before) > count(after)
    });
    let gone: Vec<usize> =
        gone.take(1).filter_map(|item| own.iter().position(|other| same(other, item))).collect();
    for at in gone {
        own.remove(at);
    }
}

fn same_unique(left: &Unique, right: &Unique) -> bool {
    left.columns == right.columns
}

fn same_index(left: &Index, right: &Index) -> bool {
    left.columns == right.columns && left.unique == right.unique && left.method == right.method
}

fn same_foreign_key(left: &ForeignKey, right: &ForeignKey) -> bool {
    left.columns == right.columns && left.referenced_table == right.referenced_table
}

/// A partition gets the keys of its parent that it has no like of (PostgreSQL, ALTER TABLE, ATTACH PARTITION).
fn get_keys(table: &mut Table, parent: Table) {
    if table.primary_key.is_none() {
        table.primary_key = parent.primary_key;
        table.primary_key.iter_mut().for_each(|key| key.name = None);
    }
    for mut unique in parent.uniques {
        if !table.uniques.iter().any(|own| same_unique(own, &unique)) {
            unique.name = None;
            table.uniques.push(unique);
        }
    }
    for mut index in parent.indexes {
        if !table.indexes.iter().any(|own| same_index(own, &index)) {
            index.name = None;
            table.indexes.push(index);
        }
    }
    for key in parent.foreign_keys {
        if !table.foreign_keys.iter().any(|own| same_foreign_key(own, &key)) {
            table.foreign_keys.push(key);
        }
    }
}
