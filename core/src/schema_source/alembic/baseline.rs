//! What was there before the first revision.
//!
//! Many projects make new databases with `metadata.create_all` and let Alembic change them from then on: their first
//! revisions change tables that no revision makes. Such tables come from libraries that are known to make them, and from
//! the project's models. Models say what is there now, so that they are taken back over the revisions: by `downgrade()`
//! where there is one, else by what an operation says of itself.

use std::borrow::Cow;

use crate::code::interpret::Interpreter;
use crate::code::interpret::Runner;
use crate::code::tree::Language;
use crate::migration::{History, Operation, OperationKind, apply, inverse};
use crate::schema::{Column, ColumnType, Dialect, Schema, TableName};
use crate::schema_source::alembic::Replay;
use crate::schema_source::alembic::graph::Ordered;
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::alembic::library::LIBRARIES;
use crate::schema_source::alembic::mapped::{MappedReader, MappedTable};
use crate::schema_source::alembic::naming::NamingConvention;
use crate::schema_source::{BaselineOrigin, BaselinePart};
use crate::text::{FileId, Span};

/// What the search for a baseline goes by.
pub(super) struct Search<'a, 'p> {
    pub interpreter: &'a mut Interpreter<'p>,
    pub naming: &'a NamingConvention,
    pub dialect: Dialect,
    /// The history without a baseline.
    pub history: Cow<'a, History>,
    /// Its revisions, to run them again.
    pub order: &'a [Ordered],
    /// Whether the history has the ways back of its revisions; they are run when models have to be taken back.
    pub has_downs: bool,
    /// The files of the revisions, which may hold models of their own.
    pub revisions: &'a [FileId],
}

impl Search<'_, '_> {
    /// A baseline for revisions that change the tables `missing`, which none of them makes.
    pub(super) fn automatic(&mut self, missing: &[TableName]) -> (Schema, Vec<BaselinePart>) {
        let mut schema = Schema::new(self.dialect);
        let mut parts = Vec::new();
        for library in LIBRARIES {
            let made = library.schema(self.dialect, self.place());
            let wanted = missing.iter().any(|table| made.table(table).is_some());
            if !wanted || !self.imports(library.module) {
                continue;
            }
            let before = schema.clone();
            schema.tables.extend(made.tables);
            let named = BaselinePart::of(BaselineOrigin::Library, library.name, &schema, &before);
            parts.push(named);
        }
        let left: Vec<TableName> =
            missing.iter().filter(|table| schema.table(table).is_none()).cloned().collect();
        if !left.is_empty() {
            let tables = self.models();
            let chosen = belonging(tables, &left);
            parts.extend(self.add_models(&mut schema, chosen));
        }
        (schema, parts)
    }

    /// The project's models as a baseline, whatever the revisions miss.
    pub(super) fn all_models(&mut self) -> (Schema, Vec<BaselinePart>) {
        let mut schema = Schema::new(self.dialect);
        let tables = self.models();
        let parts = self.add_models(&mut schema, tables);
        (schema, parts.into_iter().collect())
    }

    /// The classes and tables of these files, as they are.
    pub(super) fn files(&mut self, files: &[FileId]) -> Schema {
        let tables = files.iter().flat_map(|file| self.tables_of(*file)).collect();
        self.create(Schema::new(self.dialect), tables)
    }

    fn add_models(&mut self, schema: &mut Schema, tables: Vec<MappedTable>) -> Option<BaselinePart> {
        let before = schema.clone();
        let now = self.create(before.clone(), tables);
        if !self.has_downs {
            let empty = self.history.baseline.clone();
            let replay = Replay::run(self.interpreter, self.naming, self.order, empty, true);
            (self.history, self.has_downs) = (Cow::Owned(replay.history), true);
        }
        let mut then = taken_back(now, &self.history);
        let mut touched = Touched { schema: &mut then, history: &self.history, made: Vec::new() };
        touched.settle();
        *schema = then;
        let part = BaselinePart::of(BaselineOrigin::Models, "", schema, &before);
        (!part.tables.is_empty()).then_some(part)
    }

    /// Creates tables; those with columns that borrow their types from others last.
    fn create(&mut self, schema: Schema, tables: Vec<MappedTable>) -> Schema {
        let mut host = AlembicHost::new(schema, self.naming.clone());
        host.begin(self.place());
        let (later, first): (Vec<MappedTable>, Vec<MappedTable>) =
            tables.into_iter().partition(MappedTable::borrows_types);
        for table in first.into_iter().chain(later) {
            if host.schema.table(&table.name).is_some() {
                continue;
            }
            self.interpreter.renew();
            let place = (table.place, false);
            // What cannot be read of a model is no part of the baseline.
            let _ = host.make_table(self.interpreter, table.name, table.elements, table.place, place);
        }
        borrow_types(&mut host.schema);
        std::mem::take(&mut host.schema)
    }

    /// Where what nobody wrote is said to stand: at the first revision.
    fn place(&self) -> Span {
        self.history.revisions.first().map_or(AlembicHost::NOWHERE, |revision| revision.span)
    }

    /// Whether any file of the project imports a library.
    fn imports(&self, module: &str) -> bool {
        let sources = self.interpreter.project.sources();
        let wanted = [format!("import {module}"), format!("from {module}")];
        self.python_files().into_iter().any(|file| {
            sources
                .load(file)
                .is_ok_and(|source| wanted.iter().any(|line| source.text.contains(line.as_str())))
        })
    }

    fn python_files(&self) -> Vec<FileId> {
        let sources = self.interpreter.project.sources();
        sources
            .ids()
            .filter(|file| Language::of_path(sources.path(*file)) == Some(Language::Python))
            .collect()
    }

    /// All tables that the project's code maps, but for those of its tests and of the revisions themselves.
    fn models(&mut self) -> Vec<MappedTable> {
        let sources = self.interpreter.project.sources();
        let own = |file: &FileId| {
            let path = sources.path(*file);
            let aside = path.split('/').any(|part| matches!(part, "tests" | "test" | "testing" | "examples"));
            !aside
                && !self.revisions.contains(file)
                && !self.interpreter.project.is_migration(*file)
                && sources.load(*file).is_ok_and(|source| maps(&source.text))
        };
        let files: Vec<FileId> = self.python_files().into_iter().filter(own).collect();
        files.into_iter().flat_map(|file| self.tables_of(file)).collect()
    }

    fn tables_of(&mut self, file: FileId) -> Vec<MappedTable> {
        let mut host = AlembicHost::new(Schema::new(self.dialect), self.naming.clone());
        host.begin(Span::new(file, 0, 0));
        self.interpreter.renew();
        let mut run = Runner { interpreter: &mut *self.interpreter, host: &mut host };
        MappedReader { run: &mut run, dialect: self.dialect }.file(file)
    }
}

/// Columns without a type of their own have that of the column that they reference, over as many steps as it takes.
fn borrow_types(schema: &mut Schema) {
    for _ in 0..8 {
        let mut found = Vec::new();
        for (at, table) in schema.tables.iter().enumerate() {
            for key in &table.foreign_keys {
                let ([column], [referenced]) = (key.columns.as_slice(), key.referenced_columns.as_slice())
                else {
                    continue;
                };
                let untyped = table.column(column).is_some_and(|column| column.ty.name.is_empty());
                let other = schema.table(&key.referenced_table).and_then(|other| other.column(referenced));
                if let Some(other) = other.filter(|other| untyped && !other.ty.name.is_empty()) {
                    found.push((at, column.clone(), other.ty.clone()));
                }
            }
        }
        if found.is_empty() {
            return;
        }
        for (at, column, ty) in found {
            if let Some(column) = schema.tables.get_mut(at).and_then(|table| table.column_mut(&column)) {
                column.ty = ty;
            }
        }
    }
}

/// Whether a file may map tables.
fn maps(text: &str) -> bool {
    ["__tablename__", "Table(", "table=True", ".Model)"].iter().any(|mark| text.contains(mark))
}

/// Of several metadatas those that have missing tables, the one that has most first: another one is for another database,
/// or describes the same tables at another time.
fn belonging(tables: Vec<MappedTable>, missing: &[TableName]) -> Vec<MappedTable> {
    let has = |owner: &str, name: &TableName| {
        tables.iter().any(|table| table.owner == owner && table.name.name == name.name)
    };
    let mut owners: Vec<&str> = tables.iter().map(|table| table.owner.as_str()).collect();
    owners.sort_unstable();
    owners.dedup();
    let mut left: Vec<&TableName> = missing.iter().collect();
    let mut chosen: Vec<String> = Vec::new();
    loop {
        let covered = |owner: &&str| left.iter().filter(|name| has(owner, name)).count();
        let Some(best) = owners.iter().copied().max_by_key(covered).filter(|owner| covered(owner) > 0) else {
            break;
        };
        left.retain(|name| !has(best, name));
        chosen.push(best.to_owned());
    }
    let mut found: Vec<MappedTable> = Vec::new();
    let mut tables = tables;
    for owner in chosen {
        let (own, others): (Vec<MappedTable>, Vec<MappedTable>) =
            tables.into_iter().partition(|table| table.owner == owner);
        found.extend(own);
        tables = others;
    }
    merged(found)
}

/// Classes that share a table are one table with the columns of all.
fn merged(tables: Vec<MappedTable>) -> Vec<MappedTable> {
    let mut found: Vec<MappedTable> = Vec::new();
    for table in tables {
        match found.iter_mut().find(|other| other.name == table.name) {
            Some(other) => other.add_columns(table.elements),
            None => found.push(table),
        }
    }
    found
}

/// The schema before the first revision, seen from the one after the last.
fn taken_back(schema: Schema, history: &History) -> Schema {
    let mut schema = schema;
    let mut notes = Vec::new();
    let changes = |operation: &Operation| {
        !matches!(operation.kind, OperationKind::Irrelevant | OperationKind::Opaque { .. })
    };
    for revision in history.revisions.iter().rev() {
        let written = revision.down.as_ref().filter(|down| down.iter().any(changes));
        match written {
            Some(down) => down.iter().for_each(|operation| apply(&mut schema, operation, &mut notes)),
            None => {
                for operation in revision.operations.iter().rev() {
                    if let Some(kind) = inverse(&operation.kind) {
                        apply(&mut schema, &Operation { kind, span: operation.span }, &mut notes);
                    }
                }
            }
        }
    }
    schema
}

/// Makes a baseline fit the revisions: what a revision makes was not there before, what it changes or drops was.
struct Touched<'a> {
    schema: &'a mut Schema,
    history: &'a History,
    /// What a revision has met: a table, or a column of it.
    made: Vec<(TableName, Option<String>)>,
}

impl Touched<'_> {
    fn settle(&mut self) {
        let revisions = &self.history.revisions;
        for operation in revisions.iter().flat_map(|revision| &revision.operations) {
            self.meet(&operation.kind, operation.span);
        }
    }

    fn meet(&mut self, kind: &OperationKind, span: Span) {
        match kind {
            OperationKind::CreateTable { table, if_not_exists: false, .. } => {
                self.absent_table(&table.name, span);
            }
            OperationKind::RenameTable { table, to, .. } => {
                self.first(table, None);
                self.absent_table(to, span);
            }
            OperationKind::AddColumn { table, column, if_not_exists: false } => {
                self.absent(table, &column.name, span);
            }
            OperationKind::RenameColumn { table, column, to } => {
                self.present(table, column, span);
                self.absent(table, to, span);
            }
            OperationKind::DropColumn { table, column, .. }
            | OperationKind::AlterColumn { table, column, .. } => {
                self.present(table, column, span);
            }
            _ => {}
        }
    }

    /// Whether nothing has been met so before.
    fn first(&mut self, table: &TableName, column: Option<&str>) -> bool {
        let known = |(other, of): &(TableName, Option<String>)| {
            other == table && (of.is_none() && column.is_none() || of.as_deref() == column)
        };
        let first = !self.made.iter().any(known);
        if first {
            self.made.push((table.clone(), column.map(str::to_owned)));
        }
        first
    }

    fn absent_table(&mut self, table: &TableName, span: Span) {
        if self.first(table, None) {
            let kind = OperationKind::DropTable {
                table: table.clone(),
                if_exists: true,
                cascade: true,
                others: Vec::new(),
            };
            self.change(kind, span);
        }
    }

    fn absent(&mut self, table: &TableName, column: &str, span: Span) {
        if self.first(table, Some(column)) && !self.made.contains(&(table.clone(), None)) {
            let kind = OperationKind::DropColumn {
                table: table.clone(),
                column: column.to_owned(),
                if_exists: true,
                cascade: true,
            };
            self.change(kind, span);
        }
    }

    fn present(&mut self, table: &TableName, column: &str, span: Span) {
        if !self.first(table, Some(column)) || self.made.contains(&(table.clone(), None)) {
            return;
        }
        let lacks = self.schema.table(table).is_some_and(|table| table.column(column).is_none());
        if lacks {
            let ty = ColumnType::unknown();
            let (name, default) = (column.to_owned(), None);
            let column = Box::new(Column {
                name,
                ty,
                nullable: true,
                default,
                generated: false,
                expression: None,
                sequence: None,
                span,
            });
            self.change(OperationKind::AddColumn { table: table.clone(), column, if_not_exists: true }, span);
        }
    }

    fn change(&mut self, kind: OperationKind, span: Span) {
        apply(self.schema, &Operation { kind, span }, &mut Vec::new());
    }
}
