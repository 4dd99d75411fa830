//! Transactions that a text takes back: `ROLLBACK` in PostgreSQL and SQLite, whose definitions are transactional.

use super::cursor::Cursor;
use super::statement::Reader;
use crate::migration::OperationKind;
use crate::schema::Dialect;

/// The transaction that is open.
#[derive(Debug, Default)]
pub(super) struct Transaction {
    /// Number of operations before it; `None` outside one.
    begun: Option<usize>,
    /// Its savepoints: names, and numbers of operations before them.
    savepoints: Vec<(String, usize)>,
}

impl Reader<'_> {
    /// Follows a statement that begins or ends a transaction, or a part of one.
    pub(super) fn follow_transaction(&mut self, statement: Cursor<'_>) {
        // MySQL ends the transaction at each definition (manual, 15.3.3).
        if self.conditional || !matches!(self.dialect, Dialect::Postgres | Dialect::Sqlite) {
            return;
        }
        let mut cursor = statement;
        let count = self.operations.len();
        if cursor.is_any(&["begin", "start"]) {
            self.transaction = Transaction { begun: Some(count), savepoints: Vec::new() };
        } else if cursor.eat(&["savepoint"]) {
            if let Some(name) = cursor.name() {
                self.transaction.begun.get_or_insert(count);
                self.transaction.savepoints.push((name.name, count));
            }
        } else if cursor.is_any(&["commit", "end"]) {
            self.transaction = Transaction::default();
        } else if cursor.eat_any(&["rollback", "abort"]) {
            self.roll_back(cursor);
        }
    }

    fn roll_back(&mut self, mut cursor: Cursor<'_>) {
        cursor.eat_any(&["work", "transaction"]);
        if cursor.is(&["prepared"]) {
            return;
        }
        let start = if cursor.eat(&["to"]) {
            cursor.eat(&["savepoint"]);
            let Some(name) = cursor.name() else {
                return;
            };
            let found = self.transaction.savepoints.iter().rposition(|(known, _)| *known == name.name);
            found.and_then(|at| self.transaction.savepoints.get(at)).map(|(_, start)| *start)
        } else {
            std::mem::take(&mut self.transaction).begun
        };
        for operation in self.operations.iter_mut().skip(start.unwrap_or(usize::MAX)) {
            if !matches!(operation.kind, OperationKind::Opaque { .. }) {
                operation.kind = OperationKind::Irrelevant;
            }
        }
    }
}
