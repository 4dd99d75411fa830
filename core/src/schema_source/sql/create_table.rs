//! CREATE TABLE.

use super::column::column_definition;
use super::cursor::Cursor;
use super::key::{is_table_constraint, table_constraint};
use super::statement::Reader;
use crate::migration::{Constraint, OperationKind};
use crate::schema::{Column, ColumnSource, ColumnType, CopiedParts, Dialect, Parent, Table, TableKind};
use crate::text::TextRange;

/// A table as far as it is read.
struct TableParts {
    table: Table,
    sources: Vec<ColumnSource>,
    /// Whether columns come from elsewhere, though it may not be known which.
    derived: bool,
    /// What was not understood.
    leftovers: Vec<TextRange>,
    /// Columns whose type makes a sequence for them.
    serials: Vec<String>,
}

impl Reader<'_> {
    /// Reads what follows `CREATE ... TABLE`.
    pub(super) fn read_create_table(
        &mut self,
        whole: Cursor<'_>,
        cursor: &mut Cursor<'_>,
        temporary: bool,
    ) -> Option<()> {
        let if_not_exists = cursor.eat(&["if", "not", "exists"]);
        let (name, range) = self.table_name(cursor)?;
        let temporary = temporary || name.name.starts_with('#') || name.schema.as_deref() == Some("pg_temp");
        if temporary {
            self.temporary.push(name);
            self.irrelevant(whole);
            return Some(());
        }
        // A table that takes the name of a temporary one is meant from here on.
        self.temporary.retain(|known| *known != name);
        let table = Table::new(name, TableKind::Table, (self.origin)(range));
        let mut parts = TableParts {
            table,
            sources: Vec::new(),
            derived: false,
            leftovers: Vec::new(),
            serials: Vec::new(),
        };
        self.read_table_body(cursor, &mut parts)?;
        self.read_table_tail(whole, cursor, &mut parts);
        self.push_table(whole, parts, if_not_exists);
        Some(())
    }

    fn read_table_body(&mut self, cursor: &mut Cursor<'_>, parts: &mut TableParts) -> Option<()> {
        if cursor.eat(&["partition", "of"]) {
            self.add_parent(cursor, parts, true)?;
        } else if cursor.eat(&["like"]) || cursor.eat(&["clone"]) {
            self.add_source(cursor, parts, CopiedParts::DEFINITION)?;
            return Some(());
        } else if cursor.eat(&["of"]) {
            // The table is a child of the type: what happens to the type's attributes happens to it.
            self.add_parent(cursor, parts, false)?;
        }
        if cursor.is_symbol(b'(') && !is_query(cursor, 1) {
            let inner = cursor.parentheses()?;
            for element in inner.comma_parts() {
                self.read_element(element, parts);
            }
        }
        Some(())
    }

    fn read_element(&mut self, element: Cursor<'_>, parts: &mut TableParts) {
        let mut cursor = element;
        if self.read_like(&mut cursor, parts) {
            return;
        }
        let understood = if is_table_constraint(&cursor) {
            let mut read = self.read_table_constraint(&mut cursor, &mut parts.table);
            // SQLite takes them without a comma between.
            while read.is_some() && is_table_constraint(&cursor) {
                read = self.read_table_constraint(&mut cursor, &mut parts.table);
            }
            read
        } else {
            self.read_column(&mut cursor, parts)
        };
        if understood.is_none() {
            parts.leftovers.push(element.range());
        } else if !cursor.is_at_end() {
            parts.leftovers.push(cursor.range());
        }
    }

    /// `LIKE other INCLUDING ALL` inside the parentheses.
    fn read_like(&mut self, cursor: &mut Cursor<'_>, parts: &mut TableParts) -> bool {
        let mut ahead = *cursor;
        if !ahead.eat(&["like"]) {
            return false;
        }
        // What stands before keeps its place.
        let before = std::mem::take(&mut parts.table.columns);
        parts.sources.extend(before.into_iter().map(|column| ColumnSource::Own(Box::new(column))));
        let Some((table, range)) = self.table_name(&mut ahead) else {
            return false;
        };
        let copy = match self.dialect {
            Dialect::Mysql => CopiedParts::DEFINITION,
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mssql => like_options(&mut ahead),
        };
        parts.derived = true;
        parts.sources.push(ColumnSource::All { table, copy, span: (self.origin)(range) });
        *cursor = ahead;
        true
    }

    /// The table is a child of another one, and has its columns.
    fn add_parent(&mut self, cursor: &mut Cursor<'_>, parts: &mut TableParts, partition: bool) -> Option<()> {
        let mut ahead = *cursor;
        let (table, _) = self.table_name(&mut ahead)?;
        parts.table.parents.push(Parent { table, partition, bound: None });
        let copy = if partition { CopiedParts::EVERYTHING } else { CopiedParts::INHERITED };
        self.add_source(cursor, parts, copy)
    }

    fn add_source(
        &mut self,
        cursor: &mut Cursor<'_>,
        parts: &mut TableParts,
        copy: CopiedParts,
    ) -> Option<()> {
        let (table, range) = self.table_name(cursor)?;
        parts.derived = true;
        parts.sources.push(ColumnSource::All { table, copy, span: (self.origin)(range) });
        Some(())
    }

    fn read_column(&mut self, cursor: &mut Cursor<'_>, parts: &mut TableParts) -> Option<()> {
        let mut definition = column_definition(cursor, self.origin)?;
        definition.name_sequence(&parts.table.name);
        self.qualify_sequence(&mut definition.column);
        parts.leftovers.extend(definition.leftover);
        if definition.serial {
            parts.serials.push(definition.column.name.clone());
        }
        parts.table.columns.push(definition.column);
        for constraint in definition.constraints {
            self.add_constraint(&mut parts.table, constraint);
        }
        Some(())
    }

    fn read_table_constraint(&mut self, cursor: &mut Cursor<'_>, table: &mut Table) -> Option<()> {
        let mut name = None;
        if cursor.eat(&["constraint"]) && !is_unnamed(cursor) {
            name = Some(cursor.name()?.name);
        }
        if cursor.eat(&["not", "null"]) {
            let column = cursor.name()?.name;
            cursor.eat(&["no", "inherit"]);
            table.column_mut(&column)?.nullable = false;
            return Some(());
        }
        let name = name.or_else(|| super::key::exclusion_name(cursor, &table.name));
        let constraint = table_constraint(cursor, name, self.origin)?;
        if let Some(constraint) = constraint {
            self.add_constraint(table, constraint);
        }
        Some(())
    }

    pub(super) fn add_constraint(&self, table: &mut Table, constraint: Constraint) {
        match constraint {
            Constraint::PrimaryKey(key) => table.primary_key = Some(key),
            Constraint::Unique(unique) => table.uniques.push(unique),
            Constraint::ForeignKey(mut key) => {
                key.referenced_table = self.qualified(key.referenced_table);
                table.foreign_keys.push(key);
            }
            Constraint::Index(index) => table.indexes.push(index),
            Constraint::Check(check) => table.checks.push(check),
        }
    }

    /// What follows the parentheses: parents, options, a query.
    fn read_table_tail(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>, parts: &mut TableParts) {
        while !cursor.is_at_end() {
            if cursor.eat(&["inherits"]) {
                let inner = cursor.parentheses();
                for mut parent in inner.map(|inner| inner.comma_parts()).unwrap_or_default() {
                    self.add_parent(&mut parent, parts, false);
                }
            } else if let Some(bound) = self.take_bound(cursor, parts) {
                parts.table.parents.iter_mut().for_each(|parent| parent.bound = Some(bound.clone()));
            } else if cursor.is(&["partition", "by"]) {
                let partitioning = super::partition::take_partitioning(cursor);
                if partitioning.is_none() {
                    cursor.skip_one();
                }
                parts.table.partitioning = partitioning;
            } else if cursor.eat(&["without", "rowid"]) {
                without_row_id(&mut parts.table);
            } else if cursor.is(&["as"]) || is_query(cursor, 0) {
                cursor.eat(&["as"]);
                self.read_query_columns(whole, cursor, parts);
                return;
            } else {
                cursor.skip_one();
            }
        }
    }

    /// What a partition holds.
    fn take_bound(&self, cursor: &mut Cursor<'_>, parts: &TableParts) -> Option<String> {
        let is_partition = parts.table.parents.iter().any(|parent| parent.partition);
        if is_partition { super::partition::take_bound(cursor) } else { None }
    }

    fn read_query_columns(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>, parts: &mut TableParts) {
        parts.derived = true;
        let query = super::view::strip_tail(*cursor);
        match super::view::query_columns(query, self) {
            Some(result) => parts.sources.extend(result.columns),
            None => self.opaque(
                whole,
                query.range(),
                "the columns of the new table could not be read from its query",
            ),
        }
    }

    fn push_table(&mut self, whole: Cursor<'_>, parts: TableParts, if_not_exists: bool) {
        for range in &parts.leftovers {
            let reason = "this part of the table's definition is not understood".to_owned();
            let tables = vec![parts.table.name.to_string()];
            self.push(*range, OperationKind::Opaque { reason, tables });
        }
        let name = parts.table.name.clone();
        let table = Box::new(parts.table);
        let kind = if !parts.derived {
            OperationKind::CreateTable { table, if_not_exists, or_replace: false }
        } else {
            // `CREATE TABLE t (a, b) AS SELECT ...` lists names, and no columns of its own.
            // What a partition says of its parent's columns has no types either.
            let listed =
                table.parents.is_empty() && table.columns.iter().all(|column| column.ty.name.is_empty());
            let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
            let (names, table) = if listed && !names.is_empty() {
                (names, Box::new(Table { columns: Vec::new(), ..*table }))
            } else {
                (Vec::new(), table)
            };
            OperationKind::CreateTableFrom {
                table,
                sources: parts.sources,
                names,
                if_not_exists,
                or_replace: false,
            }
        };
        self.push(whole.range(), kind);
        for column in parts.serials {
            self.push_owner(whole.range(), None, Some((name.clone(), column)));
        }
    }

    /// `CREATE VIRTUAL TABLE t USING fts5(a, b, tokenize = ...)`: the arguments without `=` are columns.
    pub(super) fn read_virtual_table(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        let if_not_exists = cursor.eat(&["if", "not", "exists"]);
        let (name, range) = self.table_name(cursor)?;
        let mut table = Table::new(name, TableKind::Table, (self.origin)(range));
        cursor.eat(&["using"]);
        cursor.name()?;
        for mut part in cursor.parentheses().map(|inner| inner.comma_parts()).unwrap_or_default() {
            let option = part.find_symbol(b'=');
            let Some(name) = part.name().filter(|_| !option) else {
                continue;
            };
            table.columns.push(Column {
                name: name.name,
                ty: ColumnType::parse(self.dialect, ""),
                nullable: true,
                default: None,
                generated: false,
                expression: None,
                sequence: None,
                span: (self.origin)(name.range),
            });
        }
        self.push(
            whole.range(),
            OperationKind::CreateTable { table: Box::new(table), if_not_exists, or_replace: false },
        );
        Some(())
    }
}

/// `INCLUDING x EXCLUDING y` (PostgreSQL, CREATE TABLE).
fn like_options(cursor: &mut Cursor<'_>) -> CopiedParts {
    let mut copy = CopiedParts::NULLABILITY;
    loop {
        let including = cursor.eat(&["including"]);
        if !including && !cursor.eat(&["excluding"]) {
            return copy;
        }
        match cursor.word().as_deref() {
            Some("all") => {
                copy = if including { CopiedParts::DEFINITION } else { CopiedParts::NULLABILITY };
            }
            Some("defaults") => copy.defaults = including,
            Some("constraints") => copy.checks = including,
            Some("indexes") => copy.keys = including,
            Some("generated") => copy.generated = including,
            _ => {}
        }
        cursor.bump();
    }
}

/// `CONSTRAINT` without a name: MySQL takes it.
fn is_unnamed(cursor: &Cursor<'_>) -> bool {
    (cursor.is(&["primary", "key"]) || cursor.is(&["foreign", "key"]))
        || (cursor.is_any(&["unique", "check"]) && cursor.is_symbol_at(1, b'('))
}

/// Whether a query begins `ahead` tokens on.
fn is_query(cursor: &Cursor<'_>, ahead: usize) -> bool {
    cursor.is_word_at(ahead, "select")
        || (cursor.is_word_at(ahead, "with") && !cursor.is_symbol_at(ahead + 1, b'('))
        || (cursor.is_word_at(ahead, "values") && cursor.is_symbol_at(ahead + 1, b'('))
}

/// Tables without a row id keep SQL's rule that primary keys hold no NULL (withoutrowid.html, 2).
fn without_row_id(table: &mut Table) {
    let columns = table.primary_key.as_ref().map(|key| key.columns.clone()).unwrap_or_default();
    for column in columns {
        if let Some(column) = table.column_mut(&column) {
            column.nullable = false;
        }
    }
}
