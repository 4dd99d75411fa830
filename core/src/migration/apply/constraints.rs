//! Constraints and indexes added, dropped and renamed.

use super::Step;
use crate::migration::Constraint;
use crate::schema::{Dialect, PrimaryKey, Schema, Table, TableName};

impl Step<'_> {
    pub(super) fn add_constraint(&mut self, table: &TableName, constraint: &Constraint, if_not_exists: bool) {
        if self.table_mut(table).is_none() {
            return;
        }
        if self.promote_index(table, constraint) {
            return;
        }
        if let Some(name) = constraint_name(constraint)
            && self.is_taken(table, constraint, name)
        {
            if !if_not_exists {
                self.note(table, format_args!("constraint or index {name} of {table} is there already"));
            }
            return;
        }
        self.note_unknown_columns(table, constraint);
        let added = constraint.clone();
        let sqlite = self.schema.dialect == Dialect::Sqlite;
        self.rework(table, |table| {
            if sqlite {
                replace_equal_keys(table, &added);
            }
            add_to(table, added);
        });
        let inherited = self.named_in(table, constraint);
        self.add_constraint_to_children(table, &inherited);
    }

    /// The check or foreign key that was added last, with the name that the database gave it: children have it by this name.
    fn named_in(&self, table: &TableName, constraint: &Constraint) -> Constraint {
        let known = self.schema.table(table);
        let named = match constraint {
            Constraint::Check(_) => {
                known.and_then(|known| known.checks.last().cloned()).map(Constraint::Check)
            }
            Constraint::ForeignKey(_) => {
                known.and_then(|known| known.foreign_keys.last().cloned()).map(Constraint::ForeignKey)
            }
            Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Index(_) => None,
        };
        named.unwrap_or_else(|| constraint.clone())
    }

    /// A primary key that names no columns is made of the index of its name (`PRIMARY KEY USING INDEX`).
    fn promote_index(&mut self, table: &TableName, constraint: &Constraint) -> bool {
        let Constraint::PrimaryKey(key) = constraint else {
            return false;
        };
        let Some(known) = self.schema.table_mut(table).filter(|_| key.columns.is_empty()) else {
            return false;
        };
        let index = known.indexes.iter().position(|index| index.name == key.name);
        let Some(index) = index.map(|at| known.indexes.remove(at)) else {
            return true;
        };
        let columns = index.columns.into_iter().flatten().collect();
        let key = PrimaryKey { columns, ..key.clone() };
        self.rework(table, |table| table.primary_key = Some(key));
        true
    }

    /// PostgreSQL and SQLite keep one name space of indexes for a whole schema; constraints' names are the table's.
    fn is_taken(&self, table: &TableName, constraint: &Constraint, name: &str) -> bool {
        let per_schema = matches!(constraint, Constraint::Index(_))
            && matches!(self.schema.dialect, Dialect::Postgres | Dialect::Sqlite);
        let schema = self.schema.canonical(table).schema;
        self.schema
            .tables
            .iter()
            .filter(|other| {
                if per_schema { other.name.schema == schema } else { self.same_table(&other.name, table) }
            })
            .any(|other| match constraint {
                // MySQL's foreign keys and indexes do not share names: a key has an index of its name, which stays when the
                // key is dropped and serves when it is made again.
                Constraint::ForeignKey(_) if self.schema.dialect == Dialect::Mysql => {
                    let keys = other.foreign_keys.iter().filter_map(|key| key.name.as_deref());
                    keys.into_iter().any(|known| self.same_name(known, name))
                }
                _ => self.has_name(other, name, per_schema),
            })
    }

    fn has_name(&self, table: &Table, name: &str, indexes_only: bool) -> bool {
        let is = |known: &Option<String>| known.as_deref().is_some_and(|known| self.same_name(known, name));
        let keys = table.indexes.iter().any(|item| is(&item.name))
            || table.uniques.iter().any(|item| is(&item.name));
        keys || table.primary_key.as_ref().is_some_and(|key| is(&key.name))
            || (!indexes_only
                && (table.foreign_keys.iter().any(|item| is(&item.name))
                    || table.checks.iter().any(|item| is(&item.name))))
    }

    /// A constraint over columns that the model lacks is kept and noted: the columns came from what was not read.
    fn note_unknown_columns(&mut self, table: &TableName, constraint: &Constraint) {
        let Some(known) = self.schema.table(table) else {
            return;
        };
        let missing =
            constraint_columns(constraint).into_iter().find(|column| known.column(column).is_none());
        if let Some(column) = missing {
            let reason = format!("a key is made over column {table}.{column}, which is not known here");
            self.note_tables(reason, vec![table.to_string()]);
        }
    }

    pub(super) fn drop_constraint(&mut self, table: &TableName, name: Option<&str>, if_exists: bool) {
        let dialect = self.schema.dialect;
        let Some(known) = self.table_mut(table) else {
            return;
        };
        let before = known.clone();
        let dropped = match name {
            None => known.primary_key.take().is_some(),
            Some(name) => take_named(dialect, known, name),
        };
        if !dropped && !if_exists {
            let name = name.unwrap_or("PRIMARY KEY");
            self.note(table, format_args!("constraint {name} of table {table} is not known here"));
        }
        if dropped {
            self.after_dropped_key(&before);
        }
    }

    pub(super) fn drop_index(&mut self, table: Option<&TableName>, index: &TableName, if_exists: bool) {
        let dialect = self.schema.dialect;
        let schema = self.schema.canonical(index).schema;
        let wanted: Vec<usize> = self
            .schema
            .tables
            .iter()
            .enumerate()
            .filter(|(_, known)| match table {
                Some(table) => self.same_table(&known.name, table),
                None => index.schema.is_none() || known.name.schema == schema,
            })
            .map(|(at, _)| at)
            .collect();
        let mut taken = None;
        for at in wanted {
            let Some(known) = self.schema.tables.get_mut(at) else {
                continue;
            };
            if known.key_names().any(|name| dialect.same_name(name, &index.name)) {
                let before = known.clone();
                if take_index(dialect, known, &index.name) {
                    taken = Some(before);
                    break;
                }
            }
        }
        let dropped = taken.is_some();
        if let Some(before) = taken {
            self.after_dropped_key(&before);
        }
        if !dropped && !if_exists {
            let place = table.unwrap_or(index).clone();
            self.note(&place, format_args!("index {index} is not known here"));
        }
    }

    /// Foreign keys that lean on a unique key go with it in PostgreSQL (`CASCADE`); partitions lose what their parent lost.
    fn after_dropped_key(&mut self, before: &Table) {
        self.drop_key_of_children(&before.name, before);
        if self.schema.dialect != Dialect::Postgres {
            return;
        }
        let Some(after) = self.schema.table(&before.name) else {
            return;
        };
        let lost = lost_keys(before, after);
        let kept: Vec<Vec<String>> = key_columns(after).cloned().collect();
        for table in &mut self.schema.tables {
            table.foreign_keys.retain(|key| {
                key.referenced_table != before.name
                    || !lost.contains(&key.referenced_columns)
                    || kept.contains(&key.referenced_columns)
            });
        }
    }

    pub(super) fn rename_constraint(&mut self, table: Option<&TableName>, name: &str, to: &str) {
        let dialect = self.schema.dialect;
        let renamed = match table {
            Some(table) => self.table_mut(table).map(|known| rename_named(dialect, known, name, to)),
            None => Some(rename_anywhere(self.schema, name, to)),
        };
        if renamed == Some(false) {
            let place = table.cloned().unwrap_or_else(|| TableName::plain(name));
            self.note(&place, format_args!("constraint or index {name} is not known here"));
        }
    }
}

/// The columns of a table's primary key and unique constraints.
fn key_columns(table: &Table) -> impl Iterator<Item = &Vec<String>> {
    let primary = table.primary_key.iter().map(|key| &key.columns);
    primary.chain(table.uniques.iter().map(|unique| &unique.columns))
}

fn lost_keys(before: &Table, after: &Table) -> Vec<Vec<String>> {
    let count =
        |table: &Table, columns: &Vec<String>| key_columns(table).filter(|known| *known == columns).count();
    key_columns(before).filter(|columns| count(before, columns) > count(after, columns)).cloned().collect()
}

fn constraint_name(constraint: &Constraint) -> Option<&str> {
    match constraint {
        Constraint::PrimaryKey(key) => key.name.as_deref(),
        Constraint::Unique(unique) => unique.name.as_deref(),
        Constraint::ForeignKey(key) => key.name.as_deref(),
        Constraint::Index(index) => index.name.as_deref(),
        Constraint::Check(check) => check.name.as_deref(),
    }
}

fn constraint_columns(constraint: &Constraint) -> Vec<&String> {
    match constraint {
        Constraint::PrimaryKey(key) => key.columns.iter().collect(),
        Constraint::Unique(unique) => unique.columns.iter().collect(),
        Constraint::ForeignKey(key) => key.columns.iter().collect(),
        Constraint::Index(index) => index.columns.iter().flatten().collect(),
        Constraint::Check(_) => Vec::new(),
    }
}

/// Drops the constraint of this name; an index last, since a unique or exclusion constraint may be known as one.
fn take_named(dialect: Dialect, table: &mut Table, name: &str) -> bool {
    let is = |known: &Option<String>| known.as_deref().is_some_and(|known| dialect.same_name(known, name));
    let is_primary = dialect == Dialect::Mysql && name.eq_ignore_ascii_case("PRIMARY");
    if table.primary_key.as_ref().is_some_and(|key| is_primary || is(&key.name)) {
        table.primary_key = None;
        return true;
    }
    take_first(&mut table.foreign_keys, |item| is(&item.name))
        || take_first(&mut table.checks, |item| is(&item.name))
        || take_index(dialect, table, name)
        || (dialect == Dialect::Mysql && take_first(&mut table.checks, |item| is(&item.alias)))
}

/// Drops the index of this name, or the unique constraint that MySQL and others know by it.
fn take_index(dialect: Dialect, table: &mut Table, name: &str) -> bool {
    let is = |known: &Option<String>| known.as_deref().is_some_and(|known| dialect.same_name(known, name));
    take_first(&mut table.indexes, |item| is(&item.name))
        || take_first(&mut table.uniques, |item| is(&item.name))
}

fn take_first<T>(items: &mut Vec<T>, wanted: impl Fn(&T) -> bool) -> bool {
    let index = items.iter().position(wanted);
    index.map(|index| items.remove(index)).is_some()
}

fn rename_anywhere(schema: &mut Schema, name: &str, to: &str) -> bool {
    let dialect = schema.dialect;
    schema.tables.iter_mut().any(|table| rename_named(dialect, table, name, to))
}

fn rename_named(dialect: Dialect, table: &mut Table, name: &str, to: &str) -> bool {
    let keys = table.primary_key.iter_mut().map(|item| &mut item.name);
    let uniques = table.uniques.iter_mut().map(|item| &mut item.name);
    let foreign = table.foreign_keys.iter_mut().map(|item| &mut item.name);
    let indexes = table.indexes.iter_mut().map(|item| &mut item.name);
    let checks = table.checks.iter_mut().map(|item| &mut item.name);
    let mut all = keys.chain(uniques).chain(foreign).chain(indexes).chain(checks);
    let found = all.find(|known| known.as_deref().is_some_and(|known| dialect.same_name(known, name)));
    found.map(|known| *known = Some(to.to_owned())).is_some()
}

fn add_to(table: &mut Table, constraint: Constraint) {
    match constraint {
        Constraint::PrimaryKey(key) => table.primary_key = Some(key),
        Constraint::Unique(unique) => table.uniques.push(unique),
        Constraint::ForeignKey(key) => table.foreign_keys.push(key),
        Constraint::Index(index) => table.indexes.push(index),
        Constraint::Check(check) => table.checks.push(check),
    }
}

/// SQLite has no statement that adds a constraint: tools make the table anew from what they reflect of it, and
/// SQLAlchemy's reflection keeps one of several foreign keys over the same columns. So the new key takes the place of its
/// equal, and so does a unique constraint the place of an unnamed one.
fn replace_equal_keys(table: &mut Table, constraint: &Constraint) {
    match constraint {
        Constraint::ForeignKey(new) => table.foreign_keys.retain(|known| {
            known.columns != new.columns
                || known.referenced_table.name != new.referenced_table.name
                || known.referenced_columns != new.referenced_columns
        }),
        Constraint::Unique(new) => {
            table.uniques.retain(|known| known.name.is_some() || known.columns != new.columns);
        }
        Constraint::PrimaryKey(_) | Constraint::Index(_) | Constraint::Check(_) => {}
    }
}
