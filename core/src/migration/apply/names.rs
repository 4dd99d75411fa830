//! The names that databases give to constraints and indexes that the statement leaves unnamed.

use crate::schema::{Dialect, Index, Schema, Table};
use crate::text::Span;

/// PostgreSQL's longest identifier, in bytes (manual, 4.1.1).
const LONGEST_NAME: usize = 63;

/// Names what is unnamed in `table`, which is not in the schema yet, or taken out of it.
///
/// `settled` are the places of its foreign keys that were there before.
pub(super) fn fill_names(schema: &Schema, table: &mut Table, settled: &[Span]) {
    match schema.dialect {
        Dialect::Postgres => fill_postgres(schema, table),
        Dialect::Mysql => fill_mysql(table, settled),
        // SQLite's and SQL Server's own names cannot be used in a statement: they are generated for each database.
        Dialect::Sqlite | Dialect::Mssql => {}
    }
}

/// PostgreSQL's rule: `t_pkey`, `t_a_b_key`, `t_a_b_fkey`, `t_a_check`, `t_a_b_idx`; a number where the name is taken
/// (`ChooseRelationName`, `ChooseConstraintName` and `makeObjectName` in its source).
fn fill_postgres(schema: &Schema, table: &mut Table) {
    let base = table.name.name.clone();
    let mut taken = taken_names(schema, table);
    let mut choose = |columns: &[&str], label: &str| {
        let columns = columns.join("_");
        let mut chosen = postgres_name(&base, &columns, label);
        let mut pass = 0;
        while taken.contains(&chosen) {
            pass += 1;
            chosen = postgres_name(&base, &columns, &format!("{label}{pass}"));
        }
        taken.push(chosen.clone());
        chosen
    };
    if let Some(key) = table.primary_key.as_mut().filter(|key| key.name.is_none()) {
        key.name = Some(choose(&[], "pkey"));
    }
    for unique in table.uniques.iter_mut().filter(|unique| unique.name.is_none()) {
        unique.name = Some(choose(&strs(&unique.columns), "key"));
    }
    for index in table.indexes.iter_mut().filter(|index| index.name.is_none()) {
        index.name = Some(choose(&strs(&index_column_names(index)), "idx"));
    }
    for key in table.foreign_keys.iter_mut().filter(|key| key.name.is_none()) {
        key.name = Some(choose(&strs(&key.columns), "fkey"));
    }
    let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    for check in table.checks.iter_mut().filter(|check| check.name.is_none()) {
        let mut named =
            columns.iter().filter(|column| super::expression::mentions(&check.expression, column));
        // A check over one column has that column in its name (`AddRelationNewConstraints`).
        let single = match (named.next(), named.next()) {
            (Some(column), None) => vec![column.as_str()],
            _ => Vec::new(),
        };
        check.name = Some(choose(&single, "check"));
    }
}

/// The columns of an index as its name has them: a number behind those that come again (`ChooseIndexColumnNames`).
fn index_column_names(index: &Index) -> Vec<String> {
    let key = index.columns.iter().map(|column| column.clone().unwrap_or_else(|| "expr".to_owned()));
    numbered_names(key.chain(index.include.iter().cloned()))
}

/// Names with a number behind those that come again.
pub(crate) fn numbered_names(given: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for base in given {
        let mut name = base.clone();
        let mut pass = 0;
        while names.contains(&name) {
            pass += 1;
            name = format!("{base}{pass}");
        }
        names.push(name);
    }
    names
}

/// MySQL calls an unnamed key after its first column, `_2`, `_3` ... behind it where that is taken, and an unnamed
/// foreign key `t_ibfk_1` and so on (manual, 15.1.20.5).
fn fill_mysql(table: &mut Table, settled: &[Span]) {
    add_foreign_key_indexes(table, settled);
    name_checks(table);
    let mut taken: Vec<String> = key_names(table).map(str::to_owned).collect();
    let mut choose = |column: &str| {
        let mut chosen = column.to_owned();
        let mut pass = 1;
        while taken.iter().any(|name| name.eq_ignore_ascii_case(&chosen)) {
            pass += 1;
            chosen = format!("{column}_{pass}");
        }
        taken.push(chosen.clone());
        chosen
    };
    for unique in table.uniques.iter_mut().filter(|unique| unique.name.is_none()) {
        unique.name = unique.columns.first().map(|column| choose(column));
    }
    for index in table.indexes.iter_mut().filter(|index| index.name.is_none()) {
        let first = index.columns.first().and_then(Option::as_deref);
        index.name = Some(choose(first.unwrap_or("functional_index")));
    }
    let prefix = format!("{}_ibfk_", table.name.name);
    let numbers =
        table.foreign_keys.iter().filter_map(|key| key.name.as_deref()?.strip_prefix(&prefix)?.parse().ok());
    let mut last: u32 = numbers.max().unwrap_or(0);
    for key in table.foreign_keys.iter_mut().filter(|key| key.name.is_none()) {
        last = last.saturating_add(1);
        key.name = Some(format!("{prefix}{last}"));
    }
}

/// MySQL calls an unnamed check `t_chk_1` and so on (manual, 15.1.20.6), MariaDB `CONSTRAINT_1` where it stands alone: the
/// first number that is free (`make_unique_constraint_name` in its source).
fn name_checks(table: &mut Table) {
    let prefix = format!("{}_chk_", table.name.name);
    let numbers =
        table.checks.iter().filter_map(|check| check.name.as_deref()?.strip_prefix(&prefix)?.parse().ok());
    let mut last: u32 = numbers.max().unwrap_or(0);
    let mut unaliased = Vec::new();
    for check in table.checks.iter_mut().filter(|check| check.name.is_none()) {
        last = last.saturating_add(1);
        check.name = Some(format!("{prefix}{last}"));
        unaliased.push(last);
    }
    for last in unaliased {
        let taken = |alias: &String| table.checks.iter().any(|check| check.alias.as_ref() == Some(alias));
        let free =
            (1..=table.checks.len()).map(|number| format!("CONSTRAINT_{number}")).find(|alias| !taken(alias));
        let name = Some(format!("{prefix}{last}"));
        let named = table.checks.iter_mut().find(|check| check.name == name && check.alias.is_none());
        if let Some(check) = named {
            check.alias = free;
        }
    }
}

/// Constraints that are called after their table get its new name (MySQL manual, 15.1.9, RENAME).
pub(super) fn follow_table(table: &mut Table, before: &str) {
    let after = table.name.name.clone();
    let follow = |name: &mut String, label: &str| {
        let rest = name.strip_prefix(before).and_then(|rest| rest.strip_prefix(label));
        if let Some(rest) = rest.map(str::to_owned) {
            *name = format!("{after}{label}{rest}");
        }
    };
    table.foreign_keys.iter_mut().filter_map(|key| key.name.as_mut()).for_each(|name| follow(name, "_ibfk_"));
    table.checks.iter_mut().filter_map(|check| check.name.as_mut()).for_each(|name| follow(name, "_chk_"));
}

/// MySQL makes an index for a new foreign key whose columns begin none, called as the constraint is. It stays when the
/// constraint is dropped, and goes as soon as another index will do (manual, 15.1.20.5); of several that are alike, the
/// last one stays.
fn add_foreign_key_indexes(table: &mut Table, settled: &[Span]) {
    let mut automatic: Vec<Index> = table.indexes.extract_if(.., |index| index.automatic).collect();
    let fresh = table.foreign_keys.iter().filter(|key| !settled.contains(&key.span));
    automatic.extend(fresh.map(|key| {
        let columns = key.columns.iter().cloned().map(Some).collect();
        Index { automatic: true, ..Index::new(key.name.clone(), columns, key.span) }
    }));
    let mut kept: Vec<Index> = Vec::new();
    for index in automatic.into_iter().rev() {
        let columns: Vec<String> = index.columns.iter().flatten().cloned().collect();
        if !serves(table, &columns) && !kept.iter().any(|other| begins(&plain_columns(other), &columns)) {
            kept.push(index);
        }
    }
    table.indexes.extend(kept.into_iter().rev());
}

fn begins(key: &[&str], columns: &[String]) -> bool {
    key.len() >= columns.len()
        && key.iter().zip(columns).all(|(left, right)| left.eq_ignore_ascii_case(right))
}

fn plain_columns(index: &Index) -> Vec<&str> {
    index.columns.iter().map(|column| column.as_deref().unwrap_or_default()).collect()
}

/// Whether the columns begin a key of the table.
fn serves(table: &Table, columns: &[String]) -> bool {
    let primary = table.primary_key.iter().map(|key| strs(&key.columns));
    let uniques = table.uniques.iter().map(|key| strs(&key.columns));
    let indexes = table.indexes.iter().map(plain_columns);
    primary.chain(uniques).chain(indexes).any(|key| begins(&key, columns))
}

fn strs(columns: &[String]) -> Vec<&str> {
    columns.iter().map(String::as_str).collect()
}

fn key_names(table: &Table) -> impl Iterator<Item = &str> {
    let indexes = table.indexes.iter().filter_map(|index: &Index| index.name.as_deref());
    indexes.chain(table.uniques.iter().filter_map(|unique| unique.name.as_deref()))
}

/// Names that the table cannot use: its own constraints', and all indexes' of its schema.
fn taken_names(schema: &Schema, table: &Table) -> Vec<String> {
    let same_schema = schema.tables.iter().filter(|other| other.name.schema == table.name.schema);
    let others = same_schema.flat_map(|other| {
        key_names(other).chain(other.primary_key.as_ref().and_then(|key| key.name.as_deref()))
    });
    let own = key_names(table)
        .chain(table.primary_key.as_ref().and_then(|key| key.name.as_deref()))
        .chain(table.foreign_keys.iter().filter_map(|key| key.name.as_deref()))
        .chain(table.checks.iter().filter_map(|check| check.name.as_deref()));
    // Tables, views and indexes are in one name space.
    let relations = schema
        .tables
        .iter()
        .filter(|other| other.name.schema == table.name.schema)
        .map(|other| other.name.name.as_str());
    // Only what can collide is kept: names that begin as the table's do.
    let stem: String = table.name.name.chars().take(8).collect();
    others.chain(relations).chain(own).filter(|name| name.starts_with(&stem)).map(str::to_owned).collect()
}

/// `makeObjectName`: the longer of the two names is cut until all fits.
pub(crate) fn postgres_name(table: &str, columns: &str, label: &str) -> String {
    let overhead = label.len() + 1 + if columns.is_empty() { 0 } else { 1 };
    let available = LONGEST_NAME.saturating_sub(overhead);
    let (mut first, mut second) = (table.len(), columns.len());
    while first + second > available {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let table = cut(table, first);
    let columns = cut(columns, second);
    if columns.is_empty() { format!("{table}_{label}") } else { format!("{table}_{columns}_{label}") }
}

/// At most `length` bytes of the text, in whole characters.
fn cut(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::postgres_name;

    #[test]
    fn long_names_are_cut_as_postgres_cuts_them() {
        // 63 bytes less `_`, `_` and `key` leave 29 for each name.
        let (table, column) = ("a".repeat(40), "b".repeat(40));
        let name = postgres_name(&table, &column, "key");
        assert_eq!(name, format!("{}_{}_key", "a".repeat(29), "b".repeat(29)));
        assert_eq!(postgres_name("users", "", "pkey"), "users_pkey");
        assert_eq!(postgres_name("users", "a_b", "key"), "users_a_b_key");
    }
}
