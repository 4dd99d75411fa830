//! The files of a project as modules: searched for names, lowered when asked for, imports followed.

pub mod classes;
pub mod constants;
mod exports;
pub mod generated;
mod islands;
mod jsonc;
mod migrations;
mod package;
mod path;
mod python;
pub mod scan;
mod specifier;
#[cfg(test)]
mod tests;
mod tsconfig;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use crate::code::tree::{ImportId, Language, Module};
use crate::text::{FileId, Sources};

use generated::Generated;
use package::Packages;
use python::PythonLayout;
use tsconfig::TsConfigs;

/// A code base: its files, lowered when asked for.
pub struct Project<'s> {
    sources: &'s Sources,
    modules: Vec<OnceLock<Option<Arc<Module>>>>,
    counters: Counters,
    python_layout: OnceLock<PythonLayout>,
    ts_configs: OnceLock<TsConfigs>,
    packages: OnceLock<Packages>,
    generated: OnceLock<Generated>,
    skipped: OnceLock<Vec<bool>>,
    class_indexes: Mutex<Vec<(Vec<classes::Marker>, Arc<classes::ClassIndex>)>>,
    islands: OnceLock<islands::Islands>,
    importers: OnceLock<constants::Importers>,
    beside: Option<Beside<'s>>,
}

/// Another release of the same project, with which files are shared.
struct Beside<'s> {
    project: &'s Project<'s>,
    /// For each file the one that is the same there.
    twins: &'s [Option<FileId>],
}

/// What an import leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ImportTarget {
    /// A file of the project.
    File(FileId),
    /// A Python package folder without `__init__.py` (a namespace package), by its path.
    Folder(String),
    /// Something outside the project, by its full name: `sqlalchemy.orm`, `@prisma/client`. A Prisma client that the
    /// project generates is `@prisma/client` too, wherever it lies.
    External(String),
}

/// What was read so far, for the report. A file that was searched several times counts once.
#[derive(Debug, Default)]
pub struct Counters {
    seen: Vec<AtomicBool>,
    files_scanned: AtomicUsize,
    bytes_scanned: AtomicU64,
    files_parsed: AtomicUsize,
    bytes_parsed: AtomicU64,
}

impl Counters {
    /// Files whose bytes were searched.
    pub fn files_scanned(&self) -> usize {
        self.files_scanned.load(Ordering::Relaxed)
    }

    /// Bytes that were searched.
    pub fn bytes_scanned(&self) -> u64 {
        self.bytes_scanned.load(Ordering::Relaxed)
    }

    /// Files that were parsed.
    pub fn files_parsed(&self) -> usize {
        self.files_parsed.load(Ordering::Relaxed)
    }

    /// The bytes of these.
    pub fn bytes_parsed(&self) -> u64 {
        self.bytes_parsed.load(Ordering::Relaxed)
    }

    fn scanned(&self, file: FileId, bytes: u64) {
        let seen = self.seen.get(file.0 as usize);
        if seen.is_some_and(|seen| !seen.swap(true, Ordering::Relaxed)) {
            self.files_scanned.fetch_add(1, Ordering::Relaxed);
            self.bytes_scanned.fetch_add(bytes, Ordering::Relaxed);
        }
    }
}

impl<'s> Project<'s> {
    /// The project of these files.
    pub fn new(sources: &'s Sources) -> Self {
        let seen = sources.ids().map(|_| AtomicBool::new(false)).collect();
        Self {
            sources,
            modules: sources.ids().map(|_| OnceLock::new()).collect(),
            counters: Counters { seen, ..Counters::default() },
            python_layout: OnceLock::new(),
            ts_configs: OnceLock::new(),
            packages: OnceLock::new(),
            generated: OnceLock::new(),
            skipped: OnceLock::new(),
            class_indexes: Mutex::default(),
            islands: OnceLock::new(),
            importers: OnceLock::new(),
            beside: None,
        }
    }

    /// The project of another release. A file whose text is the same in both, by `twins`, is parsed once.
    pub fn beside(sources: &'s Sources, project: &'s Project<'s>, twins: &'s [Option<FileId>]) -> Self {
        Self { beside: Some(Beside { project, twins }), ..Self::new(sources) }
    }

    /// The file's module, if another release has it.
    fn shared_module(&self, file: FileId) -> Option<Arc<Module>> {
        let beside = self.beside.as_ref()?;
        let twin = (*beside.twins.get(file.0 as usize)?)?;
        let module = beside.project.module(twin)?;
        let source = self.sources.load(file).ok()?;
        Some(Arc::new(module.in_file(source)))
    }

    /// The files.
    pub fn sources(&self) -> &'s Sources {
        self.sources
    }

    /// What was read so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The module of a file, lowered on first use; `None` where the file is no code or cannot be read.
    pub fn module(&self, file: FileId) -> Option<Arc<Module>> {
        let slot = self.modules.get(file.0 as usize)?;
        slot.get_or_init(|| self.lower(file)).clone()
    }

    fn lower(&self, file: FileId) -> Option<Arc<Module>> {
        let language = Language::of_path(self.sources.path(file))?;
        if let Some(shared) = self.shared_module(file) {
            return Some(shared);
        }
        let source = self.sources.load(file).ok()?;
        // A bundle is imported by what was built beside it, and costs more than all that people wrote.
        if !language.is_python() && generated::is_minified(source.text.as_bytes(), language) {
            return None;
        }
        self.counters.files_parsed.fetch_add(1, Ordering::Relaxed);
        self.counters.bytes_parsed.fetch_add(source.text.len() as u64, Ordering::Relaxed);
        let path = self.sources.path(file);
        if path.ends_with(".vue") || path.ends_with(".svelte") {
            return Some(Arc::new(crate::code::typescript::lower_component(source)));
        }
        Some(Arc::new(match language {
            Language::Python => crate::code::python::lower(source),
            Language::TypeScript | Language::Tsx | Language::JavaScript => {
                crate::code::typescript::lower(source, language)
            }
        }))
    }

    /// Where the module that an import names is. `import a.b` leads to `a.b`; what the name `a` is bound to by it is
    /// `resolve_specifier(file, "a")`.
    pub fn resolve_import(&self, module: &Module, import: ImportId) -> ImportTarget {
        let import = module.import(import);
        if module.language.is_python() {
            return self.resolve_python(module, import);
        }
        self.resolve_javascript(module.file, module.text(import.specifier))
    }

    /// Where a specifier leads from a file: a dotted name in Python (with its leading dots if it is relative), the
    /// string after `from` in TypeScript and JavaScript.
    pub fn resolve_specifier(&self, from: FileId, specifier: &str) -> ImportTarget {
        match Language::of_path(self.sources.path(from)) {
            Some(Language::Python) => self.resolve_dotted(from, specifier),
            Some(Language::TypeScript | Language::Tsx | Language::JavaScript) | None => {
                self.resolve_javascript(from, specifier)
            }
        }
    }

    /// Whether [`Project::scan`] leaves a file out by its path.
    pub fn is_skipped(&self, file: FileId) -> bool {
        let skipped = self.skipped.get_or_init(|| {
            let reason = |file| self.generated().reason(self.sources, self.sources.path(file));
            self.sources.ids().map(|file| reason(file).is_some()).collect()
        });
        skipped.get(file.0 as usize).copied().unwrap_or(false)
    }

    fn python_layout(&self) -> &PythonLayout {
        self.python_layout.get_or_init(|| PythonLayout::new(self.sources))
    }

    /// Whether the TypeScript compiler tells `null` from other values in this file: unless its configuration says no.
    pub fn checks_null(&self, path: &str) -> bool {
        self.ts_configs().around(path).find_map(|config| config.checks_null()).unwrap_or(true)
    }

    fn ts_configs(&self) -> &TsConfigs {
        self.ts_configs.get_or_init(|| TsConfigs::new(self.sources))
    }

    fn packages(&self) -> &Packages {
        self.packages.get_or_init(|| Packages::new(self.sources))
    }

    fn generated(&self) -> &Generated {
        self.generated.get_or_init(|| Generated::new(self.sources))
    }
}
