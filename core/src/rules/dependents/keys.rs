//! Keys, indexes and checks over a column that changes.

use super::{Effect, Event, Fate, Object, ObjectKind, What, bare};
use crate::migration::{OperationKind, mentions};
use crate::schema::{Dialect, Table};
use crate::text::Span;

impl Event<'_> {
    /// What of the table's own holds the column. What is about the column alone is a part of it, and goes with it unless the
    /// database refuses that.
    pub(super) fn keys(&self, column: &str, found: &mut Vec<Effect>) {
        match (self.dialect(), &self.what) {
            (Dialect::Postgres, What::Dropped) => self.taken_keys(column, found),
            (Dialect::Mysql, What::Dropped) => self.mysql_keys(column, found),
            (Dialect::Sqlite, What::Dropped) if self.step.is_sql => self.sqlite_keys(column, found),
            (Dialect::Mysql, What::Retyped) => self.foreign_keys_over(column, found),
            _ => {}
        }
    }

    fn has(&self, columns: &[String], column: &str) -> bool {
        columns.iter().any(|name| self.dialect().same_name(name, column))
    }

    fn is_shared(&self, columns: &[String], column: &str) -> bool {
        columns.len() > 1 && self.has(columns, column)
    }

    /// The columns that a text names, as far as the table has them.
    fn named(&self, text: &str) -> usize {
        self.table.columns.iter().filter(|other| mentions(text, &other.name)).count()
    }

    /// PostgreSQL drops keys, indexes and checks without a word when one of their columns goes.
    fn taken_keys(&self, column: &str, found: &mut Vec<Effect>) {
        let mut take = |object| found.push(self.effect(object, Fate::Taken));
        self.each_key(column, |object, is_shared| {
            if is_shared {
                take(object);
            }
        });
    }

    /// Calls `found` for each key, index and check over the column, with whether others columns are in it.
    fn each_key(&self, column: &str, mut found: impl FnMut(Object, bool)) {
        let table = self.table;
        for key in table.primary_key.iter().filter(|key| self.has(&key.columns, column)) {
            let object =
                Object::key(table, ObjectKind::PrimaryKey, key.name.as_deref(), &key.columns, key.span);
            found(object, self.is_shared(&key.columns, column));
        }
        for key in table.uniques.iter().filter(|key| self.has(&key.columns, column)) {
            let object = Object::key(table, ObjectKind::Unique, key.name.as_deref(), &key.columns, key.span);
            found(object, self.is_shared(&key.columns, column));
        }
        for key in table.foreign_keys.iter().filter(|key| self.has(&key.columns, column)) {
            found(Object::foreign_key(table, key), self.is_shared(&key.columns, column));
        }
        for index in &table.indexes {
            let plain: Vec<String> = index.columns.iter().flatten().cloned().collect();
            let texts = index.expressions.iter().chain(&index.predicate);
            let named: usize = texts.clone().map(|text| self.named(text)).max().unwrap_or(0);
            let is_named = texts.into_iter().any(|text| mentions(text, column));
            if self.has(&plain, column) || is_named {
                found(
                    Object::index(table, index),
                    plain.len() > 1 || named > 1 || !self.has(&plain, column) && !plain.is_empty(),
                );
            }
        }
        for check in table.checks.iter().filter(|check| mentions(&check.expression, column)) {
            found(Object::check(table, check), self.named(&check.expression) > 1);
        }
    }

    /// MariaDB refuses to drop a column of a shared key or check, and one that a foreign key has; an index shrinks. MySQL takes a
    /// column out of its keys, too.
    fn mysql_keys(&self, column: &str, found: &mut Vec<Effect>) {
        self.each_key(column, |object, is_shared| {
            let is_dropped = self.drops_later(|kind| drops_key(kind, &object.name));
            let (is_refused, certain) = match object.kind {
                ObjectKind::ForeignKey => (true, true),
                ObjectKind::Check => (is_shared, true),
                ObjectKind::PrimaryKey | ObjectKind::Unique => (is_shared, false),
                ObjectKind::Index | ObjectKind::View | ObjectKind::Column | ObjectKind::Program(_) => {
                    (false, true)
                }
            };
            if is_refused && !is_dropped {
                found.push(Effect { certain, ..self.effect(object, Fate::Refused) });
            }
        });
    }

    /// SQLite refuses to drop a column that anything but its own definition names.
    fn sqlite_keys(&self, column: &str, found: &mut Vec<Effect>) {
        self.each_key(column, |object, is_shared| {
            let certain = match object.kind {
                // A check or reference that stands with the column goes with it.
                ObjectKind::Check | ObjectKind::ForeignKey if !is_shared => {
                    match self.stands_with(column, object.span) {
                        Some(true) => return,
                        stands => stands.is_some(),
                    }
                }
                _ => true,
            };
            found.push(Effect { certain, ..self.effect(object, Fate::Refused) });
        });
    }

    /// Whether a part of the table stands with the column's own definition; `None` where the places do not tell.
    fn stands_with(&self, column: &str, part: Span) -> Option<bool> {
        let own = self.table.column(column)?.span;
        if own.file != part.file || part.range.start < own.range.start {
            return None;
        }
        let between = |other: &Span| {
            other.file == own.file
                && other.range.start > own.range.start
                && other.range.start <= part.range.start
        };
        let columns = self.table.columns.iter().map(|other| other.span);
        let later = columns.clone().any(|other| between(&other));
        let is_last = !columns.into_iter().any(|other| other.range.start > own.range.start);
        match (later, is_last) {
            (true, _) => Some(false),
            (false, false) => Some(true),
            (false, true) => None,
        }
    }

    fn foreign_keys_over(&self, column: &str, found: &mut Vec<Effect>) {
        for key in self.table.foreign_keys.iter().filter(|key| self.has(&key.columns, column)) {
            found.push(self.effect(Object::foreign_key(self.table, key), Fate::Refused));
        }
    }

    pub(super) fn foreign_keys_of_others(&self, found: &mut Vec<Effect>) {
        for other in self.schema.tables.iter().filter(|other| other.name != self.table.name) {
            for key in &other.foreign_keys {
                let is_referenced = key.referenced_table == self.table.name
                    && self.column.as_deref().is_none_or(|column| self.has(&key.referenced_columns, column));
                let Some((fate, certain)) = self.reference_fate(other).filter(|_| is_referenced) else {
                    continue;
                };
                found.push(Effect { certain, ..self.effect(Object::foreign_key(other, key), fate) });
            }
        }
    }

    /// What becomes of a foreign key of the other table, and whether that is known.
    fn reference_fate(&self, other: &Table) -> Option<(Fate, bool)> {
        let with_it = self.others.iter().any(|name| self.schema.canonical(name) == other.name);
        match (self.dialect(), &self.what, &self.column) {
            (Dialect::Postgres, What::Dropped, _) if !with_it => {
                Some((if self.cascade { Fate::Taken } else { Fate::Refused }, true))
            }
            (Dialect::Mysql, What::Dropped, Some(_)) | (Dialect::Mysql, What::Retyped, _) => {
                Some((Fate::Refused, true))
            }
            // MySQL looks at all tables of the statement (manual, 15.1.32), MariaDB takes them in order.
            (Dialect::Mysql, What::Dropped, None) if self.foreign_key_checks => {
                Some((Fate::Refused, !with_it))
            }
            // Only where the application turns the enforcement on.
            (Dialect::Sqlite, What::Dropped, _) => Some((Fate::Fails, false)),
            _ => None,
        }
    }
}

fn drops_key(kind: &OperationKind, name: &str) -> bool {
    let is_it = |other: &str| other.eq_ignore_ascii_case(name);
    match bare(kind) {
        OperationKind::DropConstraint { name: dropped, .. } => {
            dropped.as_deref().map_or(name.is_empty() || is_it("PRIMARY"), is_it)
        }
        OperationKind::DropIndex { index, .. } => is_it(&index.name),
        _ => false,
    }
}
