//! Where files come from: a folder on disk, or memory.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// A file that can be read: its path relative to the root, with `/`, and its size in bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileEntry {
    /// Path relative to the root, with `/`.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
}

/// A tree of files: the work tree, a commit, or a map in memory.
pub trait Files: Send + Sync {
    /// All files, sorted by path.
    fn list(&self) -> Vec<FileEntry>;

    /// The bytes of one file of [`Files::list`], or of a path that a schema option names.
    ///
    /// # Errors
    /// What the system says when the file cannot be read.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
}

/// A folder on disk. Links are not followed; what `.gitignore` excludes, `node_modules` and hidden folders are left out.
#[derive(Debug)]
pub struct DiskFiles {
    root: PathBuf,
    exclude: globset::GlobSet,
}

impl DiskFiles {
    /// The files below `root` but those that match `exclude` (globs on the relative path).
    pub fn new(root: impl Into<PathBuf>, exclude: globset::GlobSet) -> Self {
        Self { root: root.into(), exclude }
    }

    fn relative(&self, path: &Path) -> Option<String> {
        let relative = path.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<&str>> = relative.components().map(|part| part.as_os_str().to_str()).collect();
        Some(parts?.join("/"))
    }
}

/// Folders that hold other people's code or what a build made.
const NOT_OURS: &[&str] =
    &["node_modules", "__pycache__", "site-packages", "venv", ".venv", "target", "bower_components"];

impl Files for DiskFiles {
    fn list(&self) -> Vec<FileEntry> {
        let walk = WalkBuilder::new(&self.root)
            .follow_links(false)
            .require_git(false)
            .parents(true)
            .filter_entry(|entry| {
                !(entry.depth() > 0
                    && entry.file_name().to_str().is_some_and(|name| NOT_OURS.contains(&name)))
            })
            .build();
        let mut entries: Vec<FileEntry> = walk
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
            .filter_map(|entry| {
                let path = self.relative(entry.path())?;
                Some(FileEntry { size: entry.metadata().map_or(0, |data| data.len()), path })
            })
            .filter(|entry| !self.exclude.is_match(&entry.path))
            .collect();
        entries.sort();
        entries
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(path))
    }
}

/// Files in memory, path to bytes.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryFiles {
    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }
}

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for MemoryFiles {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        Self { files: files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect() }
    }
}

impl Files for MemoryFiles {
    fn list(&self) -> Vec<FileEntry> {
        self.files
            .iter()
            .map(|(path, bytes)| FileEntry { path: path.clone(), size: bytes.len() as u64 })
            .collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such file"))
    }
}
