//! How tables are divided: PostgreSQL's partitions are tables, MySQL's are not.

use super::cursor::Cursor;
use super::statement::Reader;
use crate::migration::{OperationKind, PartitionChange};
use crate::schema::{Dialect, Partition, Partitioning, TableName};

/// Takes `PARTITION BY ...`, where it stands.
pub(super) fn take_partitioning(cursor: &mut Cursor<'_>) -> Option<Partitioning> {
    if !matches!(cursor.dialect, Dialect::Postgres | Dialect::Mysql) || !cursor.eat(&["partition", "by"]) {
        return None;
    }
    let start = *cursor;
    if cursor.dialect == Dialect::Postgres {
        cursor.name()?;
        cursor.parentheses()?;
        return Some(Partitioning { by: text_until(start, cursor), parts: Vec::new() });
    }
    cursor.take_until(is_definitions);
    let by = text_until(start, cursor);
    let parts = definitions(cursor);
    Some(Partitioning { by, parts })
}

fn text_until(start: Cursor<'_>, end: &Cursor<'_>) -> String {
    start.slice(start.range_until(end)).to_owned()
}

/// Whether a list of partitions begins here: `(PARTITION p0 ...`.
fn is_definitions(cursor: &Cursor<'_>) -> bool {
    cursor.is_symbol(b'(') && cursor.is_word_at(1, "partition")
}

/// Takes a list of partitions.
fn definitions(cursor: &mut Cursor<'_>) -> Vec<Partition> {
    let parts = cursor.parentheses().map(|inner| inner.comma_parts()).unwrap_or_default();
    let read = parts.into_iter().filter_map(|mut part| {
        let text = part.slice(part.range()).to_owned();
        part.eat(&["partition"]).then_some(())?;
        Some(Partition { name: part.name()?.name, text })
    });
    read.collect()
}

/// Takes what a partition holds: `FOR VALUES FROM (1) TO (10)`, `DEFAULT`.
pub(super) fn take_bound(cursor: &mut Cursor<'_>) -> Option<String> {
    let start = *cursor;
    if cursor.eat(&["default"]) {
        return Some("DEFAULT".to_owned());
    }
    cursor.eat(&["for", "values"]).then_some(())?;
    // What the table is kept with may follow: `IN (1) WITH (fillfactor = 70)`.
    let by_hash = cursor.eat(&["with"]);
    while by_hash || cursor.eat_any(&["from", "to", "in"]) {
        cursor.parentheses()?;
        if by_hash {
            break;
        }
    }
    Some(text_until(start, cursor))
}

impl Reader<'_> {
    /// The steps of MySQL on the partitions of a table, which take the rest of the statement.
    pub(super) fn read_partition_step(
        &mut self,
        whole: Cursor<'_>,
        table: &TableName,
        cursor: &Cursor<'_>,
    ) -> Option<()> {
        if self.dialect != Dialect::Mysql {
            return None;
        }
        let mut cursor = *cursor;
        let change = if cursor.is(&["partition", "by"]) {
            PartitionChange::Set(take_partitioning(&mut cursor)?)
        } else if cursor.eat(&["remove", "partitioning"]) {
            PartitionChange::Remove
        } else if cursor.eat(&["add", "partition"]) {
            cursor.eat(&["if", "not", "exists"]);
            cursor.take_until(is_definitions);
            PartitionChange::Replace { gone: Vec::new(), made: definitions(&mut cursor) }
        } else if cursor.eat(&["drop", "partition"]) {
            cursor.eat(&["if", "exists"]);
            PartitionChange::Replace { gone: names(&cursor), made: Vec::new() }
        } else if cursor.eat(&["reorganize", "partition"]) {
            let mut into = cursor.find_word("into")?;
            let gone = names(&cursor.up_to(&into));
            into.bump();
            PartitionChange::Replace { gone, made: definitions(&mut into) }
        } else {
            return None;
        };
        self.push(whole.range(), OperationKind::ChangePartitions { table: table.clone(), change });
        Some(())
    }
}

fn names(cursor: &Cursor<'_>) -> Vec<String> {
    cursor.comma_parts().into_iter().filter_map(|mut part| part.name().map(|name| name.name)).collect()
}
