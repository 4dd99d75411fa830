//! The files of a project as modules: lowered when asked for, imports followed.

use std::sync::{Arc, OnceLock};

use crate::code::tree::{ImportId, Language, Module};
use crate::text::{FileId, Sources};

/// A code base: its files, lowered when asked for.
pub struct Project<'s> {
    sources: &'s Sources,
    modules: Vec<OnceLock<Option<Arc<Module>>>>,
}

/// What an import leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportTarget {
    /// A file of the project.
    File(FileId),
    /// A Python package folder without `__init__.py` (a namespace package), by its path.
    Folder(String),
    /// Something outside the project, by its full name: `sqlalchemy.orm`, `@prisma/client`.
    External(String),
}

impl<'s> Project<'s> {
    /// The project of these files.
    pub fn new(sources: &'s Sources) -> Self {
        Self { sources, modules: sources.ids().map(|_| OnceLock::new()).collect() }
    }

    /// The files.
    pub fn sources(&self) -> &'s Sources {
        self.sources
    }

    /// The module of a file, lowered on first use; `None` where the file is no code or cannot be read.
    pub fn module(&self, file: FileId) -> Option<Arc<Module>> {
        let slot = self.modules.get(file.0 as usize)?;
        slot.get_or_init(|| self.lower(file)).clone()
    }

    fn lower(&self, file: FileId) -> Option<Arc<Module>> {
        let language = Language::of_path(self.sources.path(file))?;
        let source = self.sources.load(file).ok()?;
        Some(Arc::new(match language {
            Language::Python => crate::code::python::lower(source),
            Language::TypeScript | Language::Tsx | Language::JavaScript => {
                crate::code::typescript::lower(source, language)
            }
        }))
    }

    /// Where an import leads.
    pub fn resolve_import(&self, module: &Module, import: ImportId) -> ImportTarget {
        let import = module.import(import);
        ImportTarget::External(module.text(import.specifier).to_owned())
    }
}
