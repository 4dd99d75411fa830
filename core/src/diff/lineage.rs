//! What became of each table, column and enum over a run of operations: names before, names now, and the steps between.
//!
//! Only names are followed here. Whether a step really took place is for the two schemas to say; a line whose end is
//! not in the schema after is not believed.

use crate::migration::{Operation, OperationKind};
use crate::schema::{Dialect, EnumType, Schema, Table, TableName};
use crate::text::Span;

/// The lines of everything that was there before or was made on the way.
pub struct Lineage {
    dialect: Dialect,
    pub tables: Vec<TableLine>,
    pub enums: Vec<EnumLine>,
    /// Constraints and indexes that were dropped: name (none for MySQL's `DROP PRIMARY KEY`) and step.
    dropped_keys: Vec<(Option<String>, Span)>,
    pub copies: Vec<Copy>,
}

#[derive(Default)]
pub struct TableLine {
    pub before: Option<TableName>,
    pub now: Option<TableName>,
    pub made: Option<Span>,
    pub renamed: Option<Span>,
    pub dropped: Option<Span>,
    pub columns: Vec<ColumnLine>,
}

#[derive(Default)]
pub struct ColumnLine {
    pub before: Option<String>,
    pub now: Option<String>,
    pub renamed: Option<Span>,
    pub dropped: Option<Span>,
    pub retyped: Option<Span>,
    pub nullability: Option<Span>,
    pub default: Option<Span>,
}

#[derive(Default)]
pub struct EnumLine {
    pub before: Option<TableName>,
    pub now: Option<TableName>,
    pub made: Option<Span>,
    pub renamed: Option<Span>,
    pub dropped: Option<Span>,
    /// Name before, name now, last step.
    pub values: Vec<(Option<String>, String, Option<Span>)>,
}

/// Rows copied from one column into another, with the names as they were at that step where no line knows them.
pub struct Copy {
    /// The table that the statement names, as a position in `tables`.
    pub table: usize,
    pub column: String,
    pub to: String,
    /// The table that the rows come from, as a position in `tables`.
    pub from: usize,
    column_line: Option<usize>,
    to_line: Option<usize>,
}

impl Copy {
    /// The name before of the column that is read.
    pub fn source<'a>(&'a self, lineage: &'a Lineage) -> &'a str {
        let line = lineage.tables.get(self.from).and_then(|table| table.columns.get(self.column_line?));
        line.and_then(|line| line.before.as_deref()).unwrap_or(&self.column)
    }

    /// The name after of the column that is written.
    pub fn target<'a>(&'a self, lineage: &'a Lineage) -> &'a str {
        let line = lineage.tables.get(self.table).and_then(|table| table.columns.get(self.to_line?));
        line.and_then(|line| line.now.as_deref()).unwrap_or(&self.to)
    }
}

impl Lineage {
    /// Follows `operations` from the schema `before`.
    pub fn read(before: &Schema, operations: &[Operation]) -> Self {
        let mut lineage = Self {
            dialect: before.dialect,
            tables: before.tables.iter().map(|table| TableLine::of(table, None)).collect(),
            enums: before.enums.iter().map(|item| EnumLine::of(item, None)).collect(),
            dropped_keys: Vec::new(),
            copies: Vec::new(),
        };
        for operation in operations {
            lineage.take(&operation.kind, operation.span);
        }
        lineage
    }

    /// The step that dropped the constraint or index of this name; `None` names a primary key without one.
    pub fn dropped_key(&self, name: Option<&str>) -> Option<Span> {
        let same = |dropped: &Option<String>| match (dropped.as_deref(), name) {
            (Some(dropped), Some(name)) => self.dialect.same_name(dropped, name),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        self.dropped_keys.iter().find(|(dropped, _)| same(dropped)).map(|(_, span)| *span)
    }

    fn same(&self, left: &TableName, right: &TableName) -> bool {
        let default = self.dialect.default_schema();
        left.schema.as_deref().or(default) == right.schema.as_deref().or(default)
            && self.dialect.same_name(&left.name, &right.name)
    }

    fn table_index(&self, name: &TableName) -> Option<usize> {
        self.tables.iter().position(|line| line.now.as_ref().is_some_and(|now| self.same(now, name)))
    }

    fn enum_index(&self, name: &TableName) -> Option<usize> {
        self.enums.iter().position(|line| line.now.as_ref().is_some_and(|now| self.same(now, name)))
    }

    fn column(&mut self, table: &TableName, column: &str) -> Option<&mut ColumnLine> {
        let dialect = self.dialect;
        let index = self.table_index(table)?;
        let line = self.tables.get_mut(index)?;
        let column = line.column_index(dialect, column)?;
        line.columns.get_mut(column)
    }

    fn take(&mut self, kind: &OperationKind, span: Span) {
        match kind {
            OperationKind::CreateTable { table, or_replace, .. }
            | OperationKind::CreateTableFrom { table, or_replace, .. } => {
                self.create_table(table, *or_replace, span);
            }
            OperationKind::DropTable { table, .. } => {
                if let Some(line) = self.table_index(table).and_then(|index| self.tables.get_mut(index)) {
                    line.drop(span);
                }
            }
            OperationKind::RenameTable { table, to, .. } => {
                if let Some(line) = self.table_index(table).and_then(|index| self.tables.get_mut(index)) {
                    line.now = Some(to.clone());
                    line.renamed = Some(span);
                }
            }
            OperationKind::AddColumn { .. }
            | OperationKind::DropColumn { .. }
            | OperationKind::RenameColumn { .. }
            | OperationKind::AlterColumn { .. }
            | OperationKind::CopyColumn { .. } => self.take_column(kind, span),
            OperationKind::DropConstraint { name, .. } => self.dropped_keys.push((name.clone(), span)),
            OperationKind::DropIndex { index, .. } => {
                self.dropped_keys.push((Some(index.name.clone()), span));
            }
            OperationKind::CreateEnum { .. }
            | OperationKind::DropEnum { .. }
            | OperationKind::RenameEnum { .. }
            | OperationKind::AddEnumValue { .. }
            | OperationKind::RenameEnumValue { .. } => self.take_enum(kind, span),
            OperationKind::DropSchema { name } => self.drop_schema(name, span),
            OperationKind::RenameSchema { name, to } => self.rename_schema(name, to, span),
            OperationKind::Conditional { operation, .. } | OperationKind::Only { operation } => {
                self.take(operation, span);
            }
            OperationKind::AddConstraint { .. }
            | OperationKind::ChangeParent { .. }
            | OperationKind::MoveColumn { .. }
            | OperationKind::CreateDomain { .. }
            | OperationKind::AlterDomain { .. }
            | OperationKind::ChangePartitions { .. }
            | OperationKind::CreateSequence { .. }
            | OperationKind::SetSequenceOwner { .. }
            | OperationKind::DropSequence { .. }
            | OperationKind::RenameSequence { .. }
            | OperationKind::CreateComposite { .. }
            | OperationKind::AlterComposite { .. }
            | OperationKind::Ask { .. }
            | OperationKind::RenameConstraint { .. }
            | OperationKind::CreateProgram { .. }
            | OperationKind::DropProgram { .. }
            | OperationKind::Set { .. }
            | OperationKind::Irrelevant
            | OperationKind::Opaque { .. } => {}
        }
    }

    fn create_table(&mut self, table: &Table, or_replace: bool, span: Span) {
        match self.table_index(&table.name) {
            // A view replaced is the same view: its columns keep their lines.
            Some(index) if or_replace => {
                let dialect = self.dialect;
                if let Some(line) = self.tables.get_mut(index) {
                    line.made = Some(span);
                    for column in &table.columns {
                        if line.column_index(dialect, &column.name).is_none() {
                            line.columns.push(ColumnLine::made(&column.name));
                        }
                    }
                }
            }
            Some(_) => {}
            None => self.tables.push(TableLine::of(table, Some(span))),
        }
    }

    fn take_column(&mut self, kind: &OperationKind, span: Span) {
        match kind {
            OperationKind::AddColumn { table, column, .. } => {
                if let Some(index) = self.table_index(table)
                    && self.column(table, &column.name).is_none()
                    && let Some(line) = self.tables.get_mut(index)
                {
                    line.columns.push(ColumnLine::made(&column.name));
                }
            }
            OperationKind::DropColumn { table, column, .. } => {
                if let Some(line) = self.column(table, column) {
                    line.now = None;
                    line.dropped = Some(span);
                }
            }
            OperationKind::RenameColumn { table, column, to } => {
                if let Some(line) = self.column(table, column) {
                    line.now = Some(to.clone());
                    line.renamed = Some(span);
                }
            }
            OperationKind::AlterColumn { table, column, alteration } => {
                if let Some(line) = self.column(table, column) {
                    let mut mark = |changed: bool, step: fn(&mut ColumnLine) -> &mut Option<Span>| {
                        if changed {
                            *step(line) = Some(span);
                        }
                    };
                    mark(alteration.ty.is_some(), |line| &mut line.retyped);
                    mark(alteration.nullable.is_some(), |line| &mut line.nullability);
                    mark(alteration.default.is_some() || alteration.generated.is_some(), |line| {
                        &mut line.default
                    });
                }
            }
            OperationKind::CopyColumn { table, from, column, to } => {
                let source = from.as_ref().unwrap_or(table);
                if let (Some(table), Some(from)) = (self.table_index(table), self.table_index(source)) {
                    let line = |index: usize, name: &str| {
                        self.tables.get(index).and_then(|line| line.column_index(self.dialect, name))
                    };
                    let (column_line, to_line) = (line(from, column), line(table, to));
                    let (column, to) = (column.clone(), to.clone());
                    self.copies.push(Copy { table, from, column, to, column_line, to_line });
                }
            }
            _ => {}
        }
    }

    fn take_enum(&mut self, kind: &OperationKind, span: Span) {
        let name = match kind {
            OperationKind::CreateEnum { item, .. } => {
                if self.enum_index(&item.name).is_none() {
                    self.enums.push(EnumLine::of(item, Some(span)));
                }
                return;
            }
            OperationKind::DropEnum { name, .. }
            | OperationKind::RenameEnum { name, .. }
            | OperationKind::AddEnumValue { name, .. }
            | OperationKind::RenameEnumValue { name, .. } => name,
            _ => return,
        };
        let Some(line) = self.enum_index(name).and_then(|index| self.enums.get_mut(index)) else { return };
        match kind {
            OperationKind::DropEnum { .. } => {
                line.now = None;
                line.dropped = Some(span);
            }
            OperationKind::RenameEnum { to, .. } => {
                line.now = Some(to.clone());
                line.renamed = Some(span);
            }
            OperationKind::AddEnumValue { value, .. } => {
                line.values.push((None, value.clone(), Some(span)));
            }
            OperationKind::RenameEnumValue { value, to, .. } => {
                if let Some(entry) = line.values.iter_mut().find(|entry| entry.1 == *value) {
                    entry.1.clone_from(to);
                    entry.2 = Some(span);
                }
            }
            _ => {}
        }
    }

    fn rename_schema(&mut self, schema: &str, to: &str, span: Span) {
        let default = self.dialect.default_schema();
        let inside = |name: &Option<TableName>| {
            name.as_ref().is_some_and(|name| name.schema.as_deref().or(default) == Some(schema))
        };
        let moved = |name: &Option<TableName>| {
            name.as_ref().map(|name| TableName { schema: Some(to.to_owned()), name: name.name.clone() })
        };
        for line in self.tables.iter_mut().filter(|line| inside(&line.now)) {
            line.now = moved(&line.now);
            line.renamed = Some(span);
        }
        for line in self.enums.iter_mut().filter(|line| inside(&line.now)) {
            line.now = moved(&line.now);
            line.renamed = Some(span);
        }
    }

    fn drop_schema(&mut self, schema: &str, span: Span) {
        let default = self.dialect.default_schema();
        let inside = |name: &Option<TableName>| {
            name.as_ref().is_some_and(|name| name.schema.as_deref().or(default) == Some(schema))
        };
        for line in self.tables.iter_mut().filter(|line| inside(&line.now)) {
            line.drop(span);
        }
        for line in self.enums.iter_mut().filter(|line| inside(&line.now)) {
            line.now = None;
            line.dropped = Some(span);
        }
    }
}

impl TableLine {
    /// The line of a table that was there (`made` is none) or is made.
    fn of(table: &Table, made: Option<Span>) -> Self {
        let column = |name: &String| match made {
            Some(_) => ColumnLine::made(name),
            None => {
                ColumnLine { before: Some(name.clone()), now: Some(name.clone()), ..ColumnLine::default() }
            }
        };
        Self {
            before: made.is_none().then(|| table.name.clone()),
            now: Some(table.name.clone()),
            made,
            columns: table.columns.iter().map(|entry| column(&entry.name)).collect(),
            ..Self::default()
        }
    }

    fn drop(&mut self, span: Span) {
        self.now = None;
        self.dropped = Some(span);
    }

    fn column_index(&self, dialect: Dialect, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.now.as_deref().is_some_and(|now| dialect.same_name(now, name)))
    }
}

impl ColumnLine {
    fn made(name: &str) -> Self {
        Self { now: Some(name.to_owned()), ..Self::default() }
    }
}

impl EnumLine {
    fn of(item: &EnumType, made: Option<Span>) -> Self {
        let values = item.values.iter().map(|value| {
            let before = made.is_none().then(|| value.name.clone());
            (before, value.name.clone(), made)
        });
        Self {
            before: made.is_none().then(|| item.name.clone()),
            now: Some(item.name.clone()),
            made,
            values: values.collect(),
            ..Self::default()
        }
    }
}
