//! All files of a Prisma schema as one: its configuration, and its blocks by name.

use rustc_hash::FxHashMap;

use super::ast::{Block, BlockKind, Document};
use crate::diagnostic::Unanalyzed;
use crate::schema::{Dialect, TableName};
use crate::text::{FileId, Span, TextRange};

/// A block and the file it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    pub file: FileId,
    pub block: &'a Block,
}

impl Placed<'_> {
    pub fn span(&self, range: TextRange) -> Span {
        range.in_file(self.file)
    }
}

/// What datasource and generators say.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// The datasource's provider, as written.
    pub provider: Option<String>,
    /// Whether keys between tables are in the database; with `relationMode = "prisma"` they are not.
    pub foreign_keys: bool,
    /// The file of the datasource: migrations stand beside it.
    pub datasource_file: Option<FileId>,
    /// The file and `output` of each generator.
    pub outputs: Vec<(FileId, String)>,
    /// Whether a generator says `engineType = "client"`, or asks for the query compiler, as it was called before.
    pub engine_in_client: bool,
}

/// The blocks of all files of a schema.
pub struct Datamodel<'a> {
    pub dialect: Dialect,
    pub configuration: Configuration,
    /// Models and views in source order.
    pub entities: Vec<Placed<'a>>,
    pub enums: Vec<Placed<'a>>,
    by_name: FxHashMap<&'a str, Placed<'a>>,
}

impl<'a> Datamodel<'a> {
    pub fn new(
        documents: &'a [(FileId, Document)],
        dialect: Dialect,
        configuration: Configuration,
        notes: &mut Vec<Unanalyzed>,
    ) -> Self {
        let mut datamodel = Self {
            dialect,
            configuration,
            entities: Vec::new(),
            enums: Vec::new(),
            by_name: FxHashMap::default(),
        };
        for (file, document) in documents {
            for error in &document.errors {
                notes.push(Unanalyzed::new(
                    error.range.in_file(*file),
                    format!("the Prisma schema is not valid here: {}", error.message),
                ));
            }
            for block in &document.blocks {
                datamodel.add(Placed { file: *file, block }, notes);
            }
        }
        datamodel
    }

    fn add(&mut self, placed: Placed<'a>, notes: &mut Vec<Unanalyzed>) {
        let list = match placed.block.kind {
            BlockKind::Datasource | BlockKind::Generator => return,
            BlockKind::Model | BlockKind::View => Some(&mut self.entities),
            BlockKind::Enum => Some(&mut self.enums),
            BlockKind::Type => None,
        };
        let name = &placed.block.name;
        if self.by_name.contains_key(name.text.as_str()) {
            let reason =
                format!("the name \"{}\" is taken by an earlier block, which is the one used", name.text);
            notes.push(Unanalyzed::new(placed.span(name.range), reason));
            return;
        }
        self.by_name.insert(&name.text, placed);
        if let Some(list) = list {
            list.push(placed);
        }
    }

    /// The block of this name.
    pub fn block(&self, name: &str) -> Option<Placed<'a>> {
        self.by_name.get(name).copied()
    }

    /// The model or view of this name.
    pub fn entity(&self, name: &str) -> Option<Placed<'a>> {
        self.block(name).filter(|placed| placed.block.is_entity())
    }

    /// What the database calls a model, view or enum: `@@map` and `@@schema`.
    pub fn table_name(&self, block: &Block) -> TableName {
        let schema = block
            .attribute("schema")
            .and_then(|attribute| attribute.named_or_first("map")?.string())
            .filter(|schema| Some(*schema) != self.dialect.default_schema());
        TableName { schema: schema.map(str::to_owned), name: block.database_name().to_owned() }
    }
}

/// Reads datasource and generators.
pub fn configuration(documents: &[(FileId, Document)]) -> Configuration {
    let mut found = Configuration { foreign_keys: true, ..Configuration::default() };
    for (file, document) in documents {
        for block in &document.blocks {
            match block.kind {
                BlockKind::Datasource if found.datasource_file.is_none() => {
                    found.datasource_file = Some(*file);
                    found.provider =
                        block.property("provider").and_then(|value| value.strings().into_iter().next());
                    let mode = block
                        .property("relationMode")
                        .or_else(|| block.property("referentialIntegrity"))
                        .and_then(|value| value.string());
                    found.foreign_keys = mode != Some("prisma");
                }
                BlockKind::Generator => {
                    let engine = block.property("engineType").and_then(|value| value.string());
                    let preview = block.property("previewFeatures").map(|value| value.strings());
                    found.engine_in_client |= engine == Some("client")
                        || preview
                            .is_some_and(|features| features.iter().any(|name| *name == "queryCompiler"));
                    if let Some(output) = block.property("output").and_then(|value| value.string()) {
                        found.outputs.push((*file, output.to_owned()));
                    }
                }
                BlockKind::Datasource
                | BlockKind::Model
                | BlockKind::View
                | BlockKind::Enum
                | BlockKind::Type => {}
            }
        }
    }
    found
}
