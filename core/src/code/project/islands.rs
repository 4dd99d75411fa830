//! Which Python files can hand values to one another, told by their imports, read from their bytes.
//!
//! A value gets from one file to another by a call, and a call needs an import on one of its sides, over however many steps.
//! Packages that no import leads between, in either direction, are islands: what is made in one does not reach the other.
//! A package (or, of files outside any package, a top-level folder) is never divided: its files also meet by fixtures,
//! hooks and names in strings.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::path::{ancestors, folder};
use super::python::PythonLayout;
use super::{Language, Project};
use crate::text::{FileId, Sources};

/// The islands of a project's Python files.
#[derive(Debug, Default)]
pub struct Islands {
    /// The island of each file, by its number; `None` for other languages.
    of_file: Vec<Option<usize>>,
}

impl Islands {
    /// Whether values can get from one of `homes` to the file, or that cannot be told: there is no home, or the file is no
    /// Python.
    pub fn reaches(&self, homes: &FxHashSet<usize>, file: FileId) -> bool {
        homes.is_empty() || self.of(file).is_none_or(|island| homes.contains(&island))
    }

    /// The island of a file.
    pub fn of(&self, file: FileId) -> Option<usize> {
        self.of_file.get(file.0 as usize).copied().flatten()
    }
}

impl Project<'_> {
    /// The islands of the Python files; found once.
    pub fn islands(&self) -> &Islands {
        self.islands.get_or_init(|| find_islands(self.sources(), self.python_layout()))
    }
}

/// Packages and top-level folders, joined where an import leads from one to another.
#[derive(Default)]
struct Lands {
    by_path: FxHashMap<String, usize>,
    joined: Vec<usize>,
}

impl Lands {
    fn add(&mut self, path: &str) -> usize {
        if let Some(known) = self.by_path.get(path) {
            return *known;
        }
        let number = self.joined.len();
        self.joined.push(number);
        self.by_path.insert(path.to_owned(), number);
        number
    }

    fn root(&self, land: usize) -> usize {
        let mut at = land;
        while let Some(next) = self.joined.get(at).copied().filter(|next| *next != at) {
            at = next;
        }
        at
    }

    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        if let Some(slot) = self.joined.get_mut(left) {
            *slot = right;
        }
    }
}

/// The land that a folder lies in: the outermost package around it, else the top-level folder.
fn land_of<'p>(layout: &PythonLayout, folder: &'p str) -> &'p str {
    let package = ancestors(folder).filter(|around| layout.is_package(around)).last();
    package.unwrap_or_else(|| folder.split('/').next().unwrap_or(""))
}

fn find_islands(sources: &Sources, layout: &PythonLayout) -> Islands {
    let is_python = |file: &FileId| Language::of_path(sources.path(*file)) == Some(Language::Python);
    let files: Vec<FileId> = sources.ids().filter(is_python).collect();
    let mut lands = Lands::default();
    let of_file: Vec<usize> =
        files.iter().map(|file| lands.add(land_of(layout, folder(sources.path(*file))))).collect();
    let imported: Vec<Vec<Box<str>>> =
        files.par_iter().map(|file| sources.search(*file, imports).unwrap_or_default()).collect();
    let mut known: FxHashSet<(usize, &str)> = FxHashSet::default();
    for ((file, land), names) in files.iter().zip(&of_file).zip(&imported) {
        for name in names {
            let rest = name.trim_start_matches('.');
            if rest.len() < name.len() {
                let level = name.len() - rest.len();
                let base = ancestors(folder(sources.path(*file))).nth(level - 1).unwrap_or("");
                let other = lands.add(land_of(layout, base));
                lands.join(*land, other);
            } else if known.insert((*land, &**name)) {
                join_named(&mut lands, layout, *land, name);
            }
        }
    }
    let mut found = vec![None; sources.ids().count()];
    for (file, land) in files.iter().zip(of_file) {
        if let Some(slot) = found.get_mut(file.0 as usize) {
            // A root that is a package of another name may be imported by it: nothing is divided then.
            *slot = Some(if layout.has_root_name() { 0 } else { lands.root(land) });
        }
    }
    Islands { of_file: found }
}

/// Joins a land with all that the top-level name of an import can lead to.
fn join_named(lands: &mut Lands, layout: &PythonLayout, land: usize, top: &str) {
    for path in layout.tops_named(top) {
        if ancestors(&path).any(|around| layout.is_package(around)) {
            let other = lands.add(land_of(layout, &path));
            lands.join(land, other);
            continue;
        }
        // A loose module, or a folder that may hold packages further down.
        let loose = lands.add(path.split('/').next().filter(|_| path.contains('/')).unwrap_or(""));
        lands.join(land, loose);
        let inside = format!("{path}/");
        let below: Vec<usize> = lands
            .by_path
            .iter()
            .filter(|(at, _)| **at == path || at.starts_with(&inside))
            .map(|found| *found.1)
            .collect();
        below.into_iter().for_each(|other| lands.join(land, other));
    }
}

/// What the import statements of a file name: top-level names, and dots where they are relative. A line of a text that looks
/// like one counts too.
fn imports(text: &[u8]) -> Vec<Box<str>> {
    let mut found: Vec<Box<str>> = Vec::new();
    let mut add = |name: &[u8]| {
        let dots = name.iter().take_while(|byte| **byte == b'.').count();
        let end = match dots {
            0 => name.iter().position(|byte| !is_name(*byte)).unwrap_or(name.len()),
            dots => dots,
        };
        let name = name.get(..end).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default();
        if !name.is_empty() && found.last().is_none_or(|last| **last != *name) {
            found.push(name.into());
        }
    };
    for at in memchr::memmem::find_iter(text, b"import") {
        let start =
            text.get(..at).and_then(|before| memchr::memrchr2(b'\n', b';', before)).map_or(0, |at| at + 1);
        let before = text.get(start..at).unwrap_or_default().trim_ascii();
        let behind = text.get(at + b"import".len()..).unwrap_or_default();
        if let Some(from) = before.strip_prefix(b"from") {
            add(from.trim_ascii_start());
        } else if before.is_empty() || before.ends_with(b":") {
            let line = behind.split(|byte| *byte == b'\n').next().unwrap_or_default();
            line.split(|byte| *byte == b',').for_each(|name| add(name.trim_ascii_start()));
        }
    }
    found
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::MemoryFiles;

    #[test]
    fn imports_are_read_from_bytes() {
        let text = b"import os, app.models as m\nfrom shop.db import (\n    a,\n)\n    from ..x import y\nif a: import b\nfrom . import c\n# important\n";
        let found: Vec<String> = imports(text).iter().map(|name| name.to_string()).collect();
        assert_eq!(found, ["os", "app", "shop", "..", "b", "."]);
    }

    #[test]
    fn packages_without_an_import_between_them_are_islands() {
        let files: MemoryFiles = [
            ("one/app/__init__.py", ""),
            ("one/app/models.py", "import json"),
            ("one/tests/test_a.py", "def test(user): ..."),
            ("one/tests/conftest.py", "from app import models"),
            ("one/shared/__init__.py", ""),
            ("one/app/deep/view.py", "import shared.x"),
            ("two/web/__init__.py", ""),
            ("two/web/json.py", "from . import a"),
            ("two/tool.py", "import web"),
            ("web.ts", ""),
        ]
        .into_iter()
        .collect();
        let sources = Sources::new(Box::new(files));
        let project = Project::new(&sources);
        let island = |path: &str| project.islands().of(sources.find(path).expect("a file"));
        let models = island("one/app/models.py");
        for path in ["one/app/deep/view.py", "one/tests/test_a.py", "one/shared/__init__.py"] {
            assert_eq!(island(path), models, "{path}");
        }
        assert_ne!(island("two/web/json.py"), models);
        assert_eq!(island("two/tool.py"), island("two/web/json.py"));
        assert_eq!(island("web.ts"), None);
    }
}
