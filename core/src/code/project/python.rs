//! Where Python's imports lead: which folders are roots of packages, and what is in them.

use rustc_hash::FxHashMap;

use super::path::{ancestors, folder, is_below, name, shared_depth};
use super::{ImportTarget, Project};
use crate::code::tree::{Import, Language, Module};
use crate::text::{FileId, Sources};

/// The folders of the project in which a name can be imported as a top-level module or package.
#[derive(Debug, Default)]
pub(super) struct PythonLayout {
    /// By name, where it stands. Folders that hold Python only further down count too.
    tops: FxHashMap<String, Vec<Top>>,
    /// Folders with Python somewhere below them, and whether they are packages.
    folders: FxHashMap<String, bool>,
    /// The dotted name under which the root itself is imported, if it is a package.
    root_name: Option<String>,
}

#[derive(Debug, Clone)]
struct Top {
    /// The folder that would be on the search path.
    root: String,
    is_package: bool,
}

impl PythonLayout {
    pub(super) fn new(sources: &Sources) -> Self {
        let mut layout = Self::default();
        for file in sources.ids() {
            let path = sources.path(file);
            if Language::of_path(path) == Some(Language::Python) {
                layout.add_file(path);
            }
        }
        let packages: Vec<(String, bool)> =
            layout.folders.iter().map(|(path, is_package)| (path.clone(), *is_package)).collect();
        for (path, is_package) in packages {
            if !path.is_empty() {
                let top = Top { root: folder(&path).to_owned(), is_package };
                layout.tops.entry(name(&path).to_owned()).or_default().push(top);
            }
        }
        layout.tops.values_mut().for_each(|tops| tops.sort_by(|left, right| left.root.cmp(&right.root)));
        layout.root_name = layout.name_of_root(sources);
        layout
    }

    fn add_file(&mut self, path: &str) {
        let parent = folder(path);
        let stem = name(path).rsplit_once('.').map_or("", |(stem, _)| stem);
        if stem == "__init__" {
            self.folders.insert(parent.to_owned(), true);
        } else {
            let top = Top { root: parent.to_owned(), is_package: false };
            self.tops.entry(stem.to_owned()).or_default().push(top);
        }
        for around in ancestors(parent) {
            if self.folders.contains_key(around) && around != parent {
                break;
            }
            self.folders.entry(around.to_owned()).or_insert(false);
        }
    }

    pub(super) fn is_package(&self, folder: &str) -> bool {
        self.folders.get(folder).copied().unwrap_or(false)
    }

    /// Whether a folder or one around it is a package.
    fn is_in_package(&self, folder: &str) -> bool {
        ancestors(folder).any(|around| self.is_package(around))
    }

    /// The paths (without an ending) that a top-level name can stand for outside the package that it lies in.
    pub(super) fn tops_named(&self, name: &str) -> Vec<String> {
        let tops = self.tops.get(name).into_iter().flatten().filter(|top| !self.is_in_package(&top.root));
        tops.map(|top| if top.root.is_empty() { name.to_owned() } else { format!("{}/{name}", top.root) })
            .collect()
    }

    /// Whether the root is a package that imports itself by a name which is not in the project.
    pub(super) fn has_root_name(&self) -> bool {
        self.root_name.is_some()
    }

    fn has_top_in_root(&self, name: &str) -> bool {
        self.tops.get(name).is_some_and(|tops| tops.iter().any(|top| top.root.is_empty()))
    }

    /// The folder that must be on the search path for `file` to be imported as a module of its package.
    fn package_root<'p>(&self, path: &'p str) -> &'p str {
        ancestors(folder(path)).find(|folder| !self.is_package(folder)).unwrap_or("")
    }

    /// Roots that hold the top-level name, the most plausible first.
    fn roots(&self, top: &str, from: &str) -> Vec<&str> {
        let Some(tops) = self.tops.get(top) else { return vec![] };
        let own = self.package_root(from);
        let mut ranked: Vec<(usize, usize, &str)> = tops
            .iter()
            .filter(|top| !self.is_package(&top.root))
            .filter_map(|top| {
                let root = top.root.as_str();
                let around = is_below(own, root);
                let source = matches!(name(root), "src" | "lib" | "python") && is_below(own, folder(root));
                let rank = match (around, source) {
                    (true, _) => 0,
                    (false, true) => 1,
                    // A package in another part of the repository is installed there; a loose module is not, nor what another
                    // package carries with it.
                    (false, false) if top.is_package && !self.is_in_package(root) => 2,
                    (false, false) => return None,
                };
                Some((rank, usize::MAX - shared_depth(root, own), root))
            })
            .collect();
        // Of the folders around the file the nearest wins, elsewhere the one that shares most of the path.
        ranked.sort_by(|left, right| {
            let depth =
                |(rank, _, root): &(usize, usize, &str)| if *rank == 0 { usize::MAX - root.len() } else { 0 };
            (left.0, depth(left), left.1, left.2).cmp(&(right.0, depth(right), right.1, right.2))
        });
        ranked.dedup();
        ranked.into_iter().map(|(_, _, root)| root).collect()
    }

    /// The dotted name of the root, where the root is (a part of) a package that imports itself by its full name.
    ///
    /// Nothing in the root says that name for sure, so the imports vote: `a` is the root's name if nearly all that is
    /// imported from `a` by its files is in the root, and `a` itself is not.
    fn name_of_root(&self, sources: &Sources) -> Option<String> {
        const VOTERS: usize = 400;
        let files: Vec<FileId> = sources
            .ids()
            .filter(|file| Language::of_path(sources.path(*file)) == Some(Language::Python))
            .collect();
        // Where the top of every import is in the project, or the root has no Python of its own, nothing is asked.
        let step = files.len().div_ceil(VOTERS).max(1);
        let mut votes: FxHashMap<String, (usize, usize)> = FxHashMap::default();
        for file in files.iter().step_by(step) {
            sources.search(*file, |text| {
                absolute_imports(text).for_each(|dotted| self.vote(dotted, &mut votes));
            });
        }
        let mut won: Vec<(usize, String)> = votes
            .into_iter()
            .filter(|(_, (found, asked))| *found >= 2 && found * 10 >= asked * 8)
            .map(|(name, (found, _))| (found, name))
            .collect();
        won.sort_by(|left, right| (right.0, &left.1).cmp(&(left.0, &right.1)));
        won.into_iter().next().map(|(_, name)| name)
    }

    /// Counts for each prefix of an import (of up to three names) whether the name after it is in the root.
    fn vote(&self, dotted: &str, votes: &mut FxHashMap<String, (usize, usize)>) {
        let top = dotted.split('.').next().unwrap_or("");
        if self.has_top_in_root(top) {
            return;
        }
        let dots = dotted.bytes().enumerate().filter(|(_, byte)| *byte == b'.').map(|(at, _)| at);
        for dot in dots.take(3) {
            let (Some(prefix), Some(rest)) = (dotted.get(..dot), dotted.get(dot + 1..)) else { continue };
            let next = rest.split('.').next().unwrap_or("");
            let (found, asked) = votes.entry(prefix.to_owned()).or_default();
            *asked += 1;
            *found += usize::from(self.has_top_in_root(next));
        }
    }
}

/// The dotted names that `from a.b import` and `import a.b` lines name, read without a parse.
fn absolute_imports(text: &[u8]) -> impl Iterator<Item = &str> {
    text.split(|byte| *byte == b'\n').filter_map(|line| {
        let line = line.trim_ascii_start();
        let rest = line.strip_prefix(b"from ").or_else(|| line.strip_prefix(b"import "))?.trim_ascii_start();
        let end = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')))
            .unwrap_or(rest.len());
        std::str::from_utf8(rest.get(..end)?).ok().filter(|name| !name.starts_with('.') && name.contains('.'))
    })
}

impl Project<'_> {
    pub(super) fn resolve_python(&self, module: &Module, import: &Import) -> ImportTarget {
        let dots = ".".repeat(usize::try_from(import.level).unwrap_or(0).min(64));
        // `a . b` is the same as `a.b`.
        let name: String =
            module.text(import.specifier).chars().filter(|char| !char.is_whitespace()).collect();
        self.resolve_dotted(module.file, &format!("{dots}{name}"))
    }

    /// Where a dotted name, with leading dots if it is relative, leads from a file.
    pub(super) fn resolve_dotted(&self, from: FileId, dotted: &str) -> ImportTarget {
        let path = self.sources().path(from);
        let external = || ImportTarget::External(dotted.to_owned());
        let rest = dotted.trim_start_matches('.');
        let level = dotted.len() - rest.len();
        if level > 0 {
            let base = ancestors(folder(path)).nth(level - 1);
            return base.and_then(|base| self.python_below(base, rest)).unwrap_or_else(external);
        }
        let layout = self.python_layout();
        let top = rest.split('.').next().unwrap_or("");
        let found = layout.roots(top, path).into_iter().find_map(|root| self.python_below(root, rest));
        found.or_else(|| self.python_in_root(rest)).unwrap_or_else(external)
    }

    /// A name below the root's own name.
    fn python_in_root(&self, dotted: &str) -> Option<ImportTarget> {
        let name = self.python_layout().root_name.as_deref()?;
        match dotted.strip_prefix(name)? {
            "" => self.python_below("", ""),
            rest => self.python_below("", rest.strip_prefix('.')?),
        }
    }

    /// The module of a dotted name below a folder; the folder's own for the empty name.
    fn python_below(&self, base: &str, dotted: &str) -> Option<ImportTarget> {
        let mut target = self.python_folder(base)?;
        for part in dotted.split('.').filter(|part| !part.is_empty()) {
            target = self.submodule(&target, part)?;
        }
        Some(target)
    }

    /// A folder as a package.
    fn python_folder(&self, path: &str) -> Option<ImportTarget> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let init = |ending| self.sources().find(&format!("{prefix}__init__.{ending}"));
        match init("py").or_else(|| init("pyi")) {
            Some(file) => Some(ImportTarget::File(file)),
            None if self.python_layout().folders.contains_key(path) => {
                Some(ImportTarget::Folder(path.to_owned()))
            }
            None => None,
        }
    }

    /// The module `name` of a package: what `from package import name` imports where the package itself does not bind
    /// the name, and what `package.name` means after `import package.name`.
    pub fn submodule(&self, target: &ImportTarget, name: &str) -> Option<ImportTarget> {
        let base = match target {
            ImportTarget::Folder(path) => path.as_str(),
            ImportTarget::File(file) => {
                let path = self.sources().path(*file);
                matches!(self::name(path), "__init__.py" | "__init__.pyi").then(|| folder(path))?
            }
            ImportTarget::External(_) => return None,
        };
        let path = if base.is_empty() { name.to_owned() } else { format!("{base}/{name}") };
        // The order of Python's own finder: package, module, namespace package.
        let package = self.python_folder(&path);
        let module = |ending: &str| self.sources().find(&format!("{path}.{ending}")).map(ImportTarget::File);
        match package {
            Some(ImportTarget::File(_)) => package,
            Some(ImportTarget::Folder(_) | ImportTarget::External(_)) | None => {
                module("py").or_else(|| module("pyi")).or(package)
            }
        }
    }
}
