//! Prisma: the schema file or folder, and the migrations beside it.
//!
//! Text to [`ast`] (`parser`), all files to one `datamodel`, and that to tables (`table`, `relations`) and entities.

mod ast;
pub(in crate::schema_source) mod configuration;
mod cursor;
mod datamodel;
mod entities;
mod history;
mod literals;
mod names;
mod parser;
mod relations;
mod table;
mod types;

use rustc_hash::FxHashSet;

use crate::code::project::Project;
use crate::diagnostic::Unanalyzed;
use crate::schema::{Dialect, Mapping, Schema, TypeFamily};
use crate::schema_source::{SchemaSource, SourceKind};
use crate::text::{FileId, Sources};

use ast::Document;
use datamodel::{Configuration, Datamodel};
use relations::Relation;

/// Reads the schema at `path`: a `.prisma` file, or a folder whose `.prisma` files make one schema. `dialect` is taken
/// where the datasource says none.
pub fn load(project: &Project<'_>, path: &str, dialect: Option<Dialect>) -> SchemaSource {
    let sources = project.sources();
    let mut notes = Vec::new();
    let mut files = schema_files(sources, path);
    let documents = read(sources, &files, &mut notes);
    let configuration = datamodel::configuration(&documents);
    let dialect = resolve_dialect(&configuration, dialect, &documents, &mut notes);
    let (mut schema, mut mapping) = lower(&documents, dialect, configuration.clone(), &mut notes);
    mapping.clients = clients(sources, &configuration);
    mapping.relations_in_client = !configuration.foreign_keys;
    mapping.engine_in_client = configuration.engine_in_client;
    let history = history::load(sources, path, configuration.datasource_file, dialect, &mut files);
    if let Some(history) = &history {
        let (migrated, unfit) = history.schema_after(history.revisions.len());
        notes.extend(history.unanalyzed.iter().cloned().chain(unfit));
        adopt_list_nullability(&mut schema, &migrated);
    }
    SchemaSource {
        kind: SourceKind::Prisma,
        path: path.to_owned(),
        dialect,
        schema,
        history,
        mapping,
        files,
        baseline: Vec::new(),
        unanalyzed: notes,
    }
}

/// A Prisma schema does not say whether a list column allows NULL (it is made without NOT NULL, and left alone where a
/// migration says otherwise): the migrations know.
fn adopt_list_nullability(schema: &mut Schema, migrated: &Schema) {
    for table in &mut schema.tables {
        let Some(other) = migrated.table(&table.name) else { continue };
        for column in &mut table.columns {
            if matches!(column.ty.family, TypeFamily::Array(_))
                && let Some(known) = other.column(&column.name)
            {
                column.nullable = known.nullable;
            }
        }
    }
}

/// The file itself, or the `.prisma` files below the folder.
fn schema_files(sources: &Sources, path: &str) -> Vec<FileId> {
    match sources.find(path) {
        Some(file) => vec![file],
        None => {
            let mut files = sources.below(path);
            files.retain(|file| sources.path(*file).ends_with(".prisma"));
            files
        }
    }
}

fn read(sources: &Sources, files: &[FileId], notes: &mut Vec<Unanalyzed>) -> Vec<(FileId, Document)> {
    let mut documents = Vec::new();
    for file in files {
        match sources.load(*file) {
            Ok(source) => documents.push((*file, parser::parse(&source.text))),
            Err(unread) => {
                notes.push(Unanalyzed::new(crate::text::Span::new(*file, 0, 0), unread.reason));
            }
        }
    }
    documents
}

/// The datasource's provider decides; what was asked for stands in where there is none.
fn resolve_dialect(
    configuration: &Configuration,
    asked: Option<Dialect>,
    documents: &[(FileId, Document)],
    notes: &mut Vec<Unanalyzed>,
) -> Dialect {
    let said = configuration.provider.as_deref().and_then(Dialect::parse);
    if said.is_none()
        && asked.is_none()
        && let Some(file) = configuration.datasource_file.or(documents.first().map(|(file, _)| *file))
    {
        let reason = match configuration.provider.as_deref() {
            Some(provider) => format!("the provider \"{provider}\" is no SQL database that is known here"),
            None => "no datasource says the provider: PostgreSQL is assumed".to_owned(),
        };
        notes.push(Unanalyzed::new(crate::text::Span::new(file, 0, 0), reason));
    }
    said.or(asked).unwrap_or_default()
}

fn lower(
    documents: &[(FileId, Document)],
    dialect: Dialect,
    configuration: Configuration,
    notes: &mut Vec<Unanalyzed>,
) -> (Schema, Mapping) {
    let datamodel = Datamodel::new(documents, dialect, configuration, notes);
    let mut schema = Schema::new(dialect);
    let mut mapping = Mapping::default();
    for placed in &datamodel.enums {
        schema.enums.extend(table::enum_type(&datamodel, *placed));
        mapping.enums.push(entities::enum_mapping(&datamodel, *placed));
    }
    for placed in &datamodel.entities {
        schema.tables.push(table::table(&datamodel, *placed, notes));
        mapping.entities.push(entities::entity(&datamodel, *placed));
    }
    add_join_tables(&datamodel, &mut schema);
    (schema, mapping)
}

/// The tables of implicit many-to-many relations, once each.
fn add_join_tables(datamodel: &Datamodel<'_>, schema: &mut Schema) {
    let mut made = FxHashSet::default();
    for placed in &datamodel.entities {
        for field in &placed.block.fields {
            let join_table =
                Relation::of(datamodel, *placed, field).and_then(|relation| relation.join_table(datamodel));
            if let Some(join_table) = join_table
                && made.insert(join_table.name.clone())
            {
                schema.tables.push(join_table.table(datamodel));
            }
        }
    }
}

/// The folders that generators write into: `output` is relative to the file that says it.
fn clients(sources: &Sources, configuration: &Configuration) -> Vec<String> {
    let resolve = |(file, output): &(FileId, String)| {
        let folder = sources.path(*file).rsplit_once('/').map_or("", |(folder, _)| folder);
        join(folder, output)
    };
    configuration.outputs.iter().map(resolve).collect()
}

/// `path` seen from `folder`, with `.` and `..` resolved.
pub(in crate::schema_source) fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "." => {}
            "" if !parts.is_empty() || !folder.starts_with('/') => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// A text as SQL writes it.
fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests;
