//! Tables of two schemas side by side: which is which, and how their columns, keys and references differ.

use std::collections::BTreeSet;

use super::effect::effect;
use super::lineage::{ColumnLine, TableLine};
use super::{Change, ChangeKind, Differ, Pair};
use crate::schema::{Column, ColumnType, Dialect, Table, TableKind, TableName, TypeFamily};
use crate::text::Span;

/// One table before and after, and which of its columns are which.
pub(super) struct TablePair<'a> {
    pub tables: Pair<&'a Table>,
    /// Where the table before went, and where the table after came from: two lines where a table was rebuilt.
    lines: Pair<Option<&'a TableLine>>,
    columns: Vec<Pair<&'a Column>>,
    dropped: Vec<&'a Column>,
    pub added: Vec<&'a Column>,
}

impl<'a> Differ<'a> {
    pub(super) fn diff_tables(&mut self) {
        let pairs = self.table_pairs();
        self.renamed_tables = pairs
            .iter()
            .map(|tables| Pair { before: tables.before.name.clone(), after: tables.after.name.clone() })
            .collect();
        let before: Vec<&'a Table> = self.schemas.before.tables.iter().collect();
        let after: Vec<&'a Table> = self.schemas.after.tables.iter().collect();
        let dropped: Vec<&Table> = before
            .into_iter()
            .filter(|table| !pairs.iter().any(|pair| std::ptr::eq(pair.before, *table)))
            .collect();
        let added: Vec<&Table> = after
            .into_iter()
            .filter(|table| !pairs.iter().any(|pair| std::ptr::eq(pair.after, *table)))
            .collect();
        for table in &dropped {
            let line = self.line_before(&table.name);
            let span = line.and_then(|line| line.dropped).unwrap_or(table.span);
            let change = Change {
                kind: ChangeKind::DropTable { table: table.name.clone() },
                span,
                declared: Some(table.span),
                rename_candidate: only_twin(table, &dropped, &added),
            };
            self.changes.push(change);
        }
        for table in added {
            let span = self.step_of(table.span);
            self.push(ChangeKind::AddTable { table: table.name.clone() }, span, None);
        }
        for tables in pairs {
            self.diff_table(tables);
        }
    }

    /// Tables that are one table before and after: by what the operations did with them, else by their name.
    fn table_pairs(&self) -> Vec<Pair<&'a Table>> {
        let mut pairs: Vec<Pair<&'a Table>> = Vec::new();
        for table in &self.schemas.before.tables {
            let now = self.line_before(&table.name).and_then(|line| line.now.as_ref());
            if let Some(after) = now.and_then(|now| self.schemas.after.table(now)) {
                pairs.push(Pair { before: table, after });
            }
        }
        for table in &self.schemas.before.tables {
            if pairs.iter().any(|pair| std::ptr::eq(pair.before, table)) {
                continue;
            }
            // A table that was made anew under its old name (SQLite's way to alter one) is the same table.
            let after = self.schemas.after.table(&table.name);
            if let Some(after) =
                after.filter(|after| !pairs.iter().any(|pair| std::ptr::eq(pair.after, *after)))
            {
                pairs.push(Pair { before: table, after });
            }
        }
        pairs
    }

    pub(super) fn line_before(&self, name: &TableName) -> Option<&TableLine> {
        self.lineage.tables.iter().find(|line| line.before.as_ref() == Some(name))
    }

    fn line_after(&self, name: &TableName) -> Option<&TableLine> {
        let same = |now: &TableName| self.schemas.after.table(now).is_some_and(|table| table.name == *name);
        self.lineage.tables.iter().find(|line| line.now.as_ref().is_some_and(same))
    }

    fn diff_table(&mut self, tables: Pair<&'a Table>) {
        let mut changes = std::mem::take(&mut self.changes);
        let pair = self.column_pairs(tables);
        if !self.same_name(&tables.before.name, &tables.after.name) {
            let names = Pair { before: tables.before.name.clone(), after: tables.after.name.clone() };
            let span = pair.lines.before.and_then(|line| line.renamed).unwrap_or(tables.after.span);
            changes.push(Change::new(
                ChangeKind::RenameTable { table: names },
                span,
                Some(tables.before.span),
            ));
        }
        self.diff_columns(&pair, &mut changes);
        let is_table = |table: &Table| table.kind == TableKind::Table;
        if is_table(tables.before) && is_table(tables.after) {
            self.diff_uniques(&pair, &mut changes);
            self.diff_foreign_keys(&pair, &mut changes);
        }
        self.changes = changes;
    }

    pub(super) fn same_name(&self, left: &TableName, right: &TableName) -> bool {
        self.schemas.before.canonical(left).schema == self.schemas.before.canonical(right).schema
            && self.schemas.before.dialect.same_name(&left.name, &right.name)
    }

    fn column_pairs(&self, tables: Pair<&'a Table>) -> TablePair<'_> {
        let lines = Pair {
            before: self.line_before(&tables.before.name),
            after: self.line_after(&tables.after.name),
        };
        let mut pair = TablePair {
            tables,
            lines,
            columns: Vec::new(),
            dropped: tables.before.columns.iter().collect(),
            added: tables.after.columns.iter().collect(),
        };
        let dialect = self.schemas.before.dialect;
        for column in &tables.before.columns {
            let line = pair.line(&column.name);
            if let Some(now) = line.and_then(|line| line.now.as_deref()) {
                pair.join(column, |after| dialect.same_name(&after.name, now));
            }
        }
        for column in &tables.before.columns {
            pair.join(column, |after| dialect.same_name(&after.name, &column.name));
        }
        for (source, target) in self.copies(tables) {
            if let Some(column) =
                pair.dropped.iter().copied().find(|column| dialect.same_name(&column.name, source))
            {
                pair.join(column, |after| {
                    dialect.same_name(&after.name, target) && after.ty.family == column.ty.family
                });
            }
        }
        pair
    }

    /// Columns of this table that were copied into another one: names before and after.
    fn copies(&self, tables: Pair<&Table>) -> Vec<(&str, &str)> {
        let here = |index: usize| {
            self.lineage.tables.get(index).is_some_and(|line| {
                line.before.as_ref() == Some(&tables.before.name)
                    || line.now.as_ref().is_some_and(|now| self.same_name(now, &tables.after.name))
            })
        };
        // Rows of another table say something where that table is this one before it was made anew.
        let is_before = |index: usize| {
            let line = self.lineage.tables.get(index);
            line.is_some_and(|line| line.before.as_ref() == Some(&tables.before.name))
        };
        let copies = self
            .lineage
            .copies
            .iter()
            .filter(|copy| here(copy.table) && (copy.from == copy.table || is_before(copy.from)));
        copies.map(|copy| (copy.source(&self.lineage), copy.target(&self.lineage))).collect()
    }

    fn diff_columns(&self, pair: &TablePair<'_>, changes: &mut Vec<Change>) {
        let table = &pair.tables.before.name;
        for column in &pair.dropped {
            let line = pair.line(&column.name);
            changes.push(Change {
                kind: ChangeKind::DropColumn { table: table.clone(), column: column.name.clone() },
                span: pair.step(line.and_then(|line| line.dropped), column.span),
                declared: Some(column.span),
                rename_candidate: self.rename_candidate(pair, column),
            });
        }
        for column in &pair.added {
            let kind = ChangeKind::AddColumn {
                table: pair.tables.after.name.clone(),
                column: Box::new((*column).clone()),
            };
            changes.push(Change::new(kind, self.step_of(column.span), None));
        }
        for columns in &pair.columns {
            self.diff_column(pair, *columns, changes);
        }
    }

    /// The column that a dropped one may have been renamed to: of the same family and nullability, when there is just
    /// one such, and no other dropped column like it.
    fn rename_candidate(&self, pair: &TablePair<'_>, dropped: &Column) -> Option<String> {
        let copied = self.copies(pair.tables).into_iter().find(|(source, _)| *source == dropped.name);
        if let Some((_, target)) = copied
            && pair.added.iter().any(|column| column.name == target)
        {
            return Some(target.to_owned());
        }
        let alike =
            |column: &&&Column| column.ty.family == dropped.ty.family && column.nullable == dropped.nullable;
        let mut candidates = pair.added.iter().filter(alike);
        let rivals = pair.dropped.iter().filter(alike).count();
        match (candidates.next(), candidates.next(), rivals) {
            (Some(only), None, 1) => Some(only.name.clone()),
            _ => None,
        }
    }

    fn diff_column(&self, pair: &TablePair<'_>, columns: Pair<&Column>, changes: &mut Vec<Change>) {
        let Pair { before, after } = columns;
        let (table, column) = (&pair.tables.before.name, &before.name);
        let line = pair.line(&before.name);
        let place = self.step_of(after.span);
        let step = |own: fn(&ColumnLine) -> Option<Span>| pair.step(line.and_then(own), place);
        let mut push =
            |kind: ChangeKind, span: Span| changes.push(Change::new(kind, span, Some(before.span)));
        if !self.schemas.before.dialect.same_name(&before.name, &after.name) {
            let names = Pair { before: before.name.clone(), after: after.name.clone() };
            // Renamed in one step, or by an addition, a copy and a drop: then the drop is what breaks code.
            let span = step(|line| line.renamed.or(line.dropped));
            push(ChangeKind::RenameColumn { table: table.clone(), column: names }, span);
        }
        if !self.same_type(&before.ty, &after.ty) {
            let ty = Pair { before: before.ty.clone(), after: after.ty.clone() };
            let effect = effect(self.schemas.before.dialect, Pair { before: &before.ty, after: &after.ty });
            let (table, column) = (table.clone(), column.clone());
            push(ChangeKind::AlterColumnType { table, column, ty, effect }, step(|line| line.retyped));
        }
        // What a view's columns allow is worked out by the database, not written down.
        if pair.tables.before.kind == TableKind::View || pair.tables.after.kind == TableKind::View {
            return;
        }
        let filled = |column: &Column| column.default.is_some() || column.generated;
        if before.nullable != after.nullable {
            let (table, column, nullable) = (table.clone(), column.clone(), after.nullable);
            let kind =
                ChangeKind::AlterColumnNullability { table, column, nullable, has_default: filled(after) };
            push(kind, step(|line| line.nullability));
        }
        if !super::same_default(before, after) {
            let (table, column) = (table.clone(), column.clone());
            let has_default = Pair { before: filled(before), after: filled(after) };
            push(ChangeKind::AlterColumnDefault { table, column, has_default }, step(|line| line.default));
        }
    }

    /// Whether two types are one: also where their enum was renamed in between, and where one of them is not known.
    fn same_type(&self, before: &ColumnType, after: &ColumnType) -> bool {
        let unknown = |ty: &ColumnType| ty.family == TypeFamily::Other(String::new());
        let written =
            |ty: &ColumnType| without_full_precision(self.schemas.before.dialect, &ty.name).to_owned();
        if written(before) == written(after) || unknown(before) || unknown(after) {
            return true;
        }
        let renamed =
            |names: &&Pair<TableName>| before.named_type() == Some(names.before.to_string().as_str());
        match self.renamed_enums.iter().find(renamed) {
            Some(names) => before.over_enum(&names.after.to_string()).name == after.name,
            None => false,
        }
    }

    fn diff_uniques(&self, pair: &TablePair<'_>, changes: &mut Vec<Change>) {
        let before = uniques(pair.tables.before);
        let after = uniques(pair.tables.after);
        let as_after = |columns: &[String]| -> Option<BTreeSet<String>> {
            columns.iter().map(|column| pair.after_name(column)).collect()
        };
        let set = |columns: &[String]| columns.iter().cloned().collect::<BTreeSet<String>>();
        let mut reported = BTreeSet::new();
        for unique in &before {
            // Where a column is gone its keys went with it.
            let Some(columns) = as_after(&unique.columns) else { continue };
            let stays = after.iter().any(|other| set(&other.columns) == columns);
            if !stays && reported.insert(columns) {
                let dropped = self.lineage.dropped_key(unique.name.as_deref());
                let kind = ChangeKind::DropUnique {
                    table: pair.tables.before.name.clone(),
                    columns: unique.columns.clone(),
                    name: unique.name.clone(),
                };
                changes.push(Change::new(kind, pair.step(dropped, unique.span), Some(unique.span)));
            }
        }
        let was: Vec<BTreeSet<String>> =
            before.iter().filter_map(|unique| as_after(&unique.columns)).collect();
        let mut reported = BTreeSet::new();
        for unique in &after {
            let columns = set(&unique.columns);
            let all_new =
                unique.columns.iter().all(|name| pair.added.iter().any(|column| column.name == *name));
            if !was.contains(&columns) && !all_new && reported.insert(columns) {
                let kind = ChangeKind::AddUnique {
                    table: pair.tables.after.name.clone(),
                    columns: unique.columns.clone(),
                };
                changes.push(Change::new(kind, self.step_of(unique.span), None));
            }
        }
    }
}

/// The only added table with the columns of a dropped one, when no other dropped table has them.
fn only_twin(dropped: &Table, all_dropped: &[&Table], added: &[&Table]) -> Option<String> {
    let shape = |table: &Table| -> Vec<(String, ColumnType, bool)> {
        table.columns.iter().map(|column| (column.name.clone(), column.ty.clone(), column.nullable)).collect()
    };
    let wanted = shape(dropped);
    let mut twins = added.iter().filter(|table| shape(table) == wanted);
    let rivals = all_dropped.iter().filter(|table| shape(table) == wanted).count();
    match (twins.next(), twins.next(), rivals) {
        (Some(twin), None, 1) => Some(twin.name.to_string()),
        _ => None,
    }
}

/// Columns that no two rows share, whatever says so.
struct UniqueColumns {
    name: Option<String>,
    columns: Vec<String>,
    span: Span,
}

fn uniques(table: &Table) -> Vec<UniqueColumns> {
    let mut found = Vec::new();
    if let Some(key) = &table.primary_key {
        found.push(UniqueColumns { name: key.name.clone(), columns: key.columns.clone(), span: key.span });
    }
    for unique in &table.uniques {
        found.push(UniqueColumns {
            name: unique.name.clone(),
            columns: unique.columns.clone(),
            span: unique.span,
        });
    }
    for index in table.indexes.iter().filter(|index| index.unique && index.predicate.is_none()) {
        // An index over an expression is no key over columns.
        let columns: Option<Vec<String>> = index.columns.iter().cloned().collect();
        if let Some(columns) = columns {
            found.push(UniqueColumns { name: index.name.clone(), columns, span: index.span });
        }
    }
    found
}

impl<'a> TablePair<'a> {
    fn line(&self, column_before: &str) -> Option<&'a ColumnLine> {
        self.lines.before?.columns.iter().find(|line| line.before.as_deref() == Some(column_before))
    }

    /// Takes `before` and the added column that `is_after` accepts for one column, if both are still free.
    fn join(&mut self, before: &'a Column, is_after: impl Fn(&Column) -> bool) {
        let from = self.dropped.iter().position(|column| std::ptr::eq(*column, before));
        let to = self.added.iter().position(|column| is_after(column));
        if let (Some(from), Some(to)) = (from, to) {
            self.dropped.remove(from);
            let after = self.added.remove(to);
            self.columns.push(Pair { before, after });
        }
    }

    /// The name after of a column of the table before; `None` where it is dropped.
    pub(super) fn after_name(&self, before: &str) -> Option<String> {
        let pair = self.columns.iter().find(|columns| columns.before.name == before)?;
        Some(pair.after.name.clone())
    }

    /// The step that makes a change: its own, else the one that made the table anew, else the item's place.
    pub(super) fn step(&self, own: Option<Span>, item: Span) -> Span {
        own.or_else(|| self.lines.after.and_then(|line| line.made)).unwrap_or(item)
    }
}

/// PostgreSQL's times without a precision have six digits, which is the most (manual, 8.5): `timestamptz(6)` is the same type.
fn without_full_precision(dialect: Dialect, name: &str) -> &str {
    match name.split_once('(') {
        Some((word, "6)")) if dialect == Dialect::Postgres && word.starts_with("time") => word,
        Some(_) | None => name,
    }
}
