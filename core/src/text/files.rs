//! Where files come from: a folder on disk, or memory.

use std::collections::BTreeMap;
use std::io::{self, Read};
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

    /// The same into a buffer that is used again and again, for reading many files; what it held is dropped.
    ///
    /// # Errors
    /// What the system says when the file cannot be read.
    fn read_into(&self, path: &str, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        buffer.extend(self.read(path)?);
        Ok(())
    }

    /// What `path` names, as a user writes it: absolute, relative to the current folder, or relative to the root.
    /// `None` where there is no such file or folder.
    fn locate(&self, path: &str) -> Option<Located>;
}

/// A file or folder that an option names. It may lie outside the root, or be one that [`Files::list`] leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Path relative to the root where it lies in it (empty for the root itself), else absolute; with `/`.
    pub path: String,
    /// The file itself, or all files of the folder, sorted by path. Nothing is left out for being ignored by git.
    pub entries: Vec<FileEntry>,
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
        with_slashes(path.strip_prefix(&self.root).ok()?)
    }

    /// The name of `path` in reports: relative to the root where it lies in it, else absolute.
    fn name(&self, path: &Path) -> Option<String> {
        let root = self.root.canonicalize().ok()?;
        match path.strip_prefix(&root) {
            Ok(relative) => with_slashes(relative),
            Err(_) => path.to_str().map(|text| text.replace('\\', "/")),
        }
    }
}

/// Bytes that nearly every file fits into.
const USUAL_FILE: usize = 64 * 1024;

fn with_slashes(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// The files below `folder` but those that are never ours. Links are not followed.
fn walk(folder: &Path, respect_ignore_files: bool) -> impl Iterator<Item = ignore::DirEntry> {
    WalkBuilder::new(folder)
        .follow_links(false)
        .require_git(false)
        .standard_filters(respect_ignore_files)
        .filter_entry(|entry| {
            !(entry.depth() > 0 && entry.file_name().to_str().is_some_and(|name| NOT_OURS.contains(&name)))
        })
        .build()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
}

fn size(entry: &ignore::DirEntry) -> u64 {
    entry.metadata().map_or(0, |data| data.len())
}

/// Folders that hold other people's code or what a build made.
const NOT_OURS: &[&str] =
    &["node_modules", "__pycache__", "site-packages", "venv", ".venv", "target", "bower_components"];

/// Whether a folder of this name is left out.
pub(super) fn is_not_ours(name: &str) -> bool {
    NOT_OURS.contains(&name)
}

impl Files for DiskFiles {
    fn list(&self) -> Vec<FileEntry> {
        let mut entries: Vec<FileEntry> = walk(&self.root, true)
            .filter_map(|entry| Some(FileEntry { size: size(&entry), path: self.relative(entry.path())? }))
            .filter(|entry| !self.exclude.is_match(&entry.path))
            .collect();
        entries.sort();
        entries
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(path))
    }

    fn read_into(&self, path: &str, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        buffer.reserve(USUAL_FILE);
        // Through `take`, no call asks for the size first: most files fit into what is there.
        std::fs::File::open(self.root.join(path))?.take(u64::MAX).read_to_end(buffer)?;
        Ok(())
    }

    fn locate(&self, path: &str) -> Option<Located> {
        let found = [PathBuf::from(path), self.root.join(path)].into_iter().find(|path| path.exists())?;
        let found = found.canonicalize().ok()?;
        let mut entries: Vec<FileEntry> = walk(&found, false)
            .filter_map(|entry| Some(FileEntry { size: size(&entry), path: self.name(entry.path())? }))
            .collect();
        entries.sort();
        Some(Located { path: self.name(&found)?, entries })
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

    fn locate(&self, path: &str) -> Option<Located> {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        let path = if path == "." { "" } else { path };
        let below = |file: &str| {
            path.is_empty()
                || file == path
                || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
        };
        let entries: Vec<FileEntry> = self.list().into_iter().filter(|entry| below(&entry.path)).collect();
        (!entries.is_empty()).then(|| Located { path: path.to_owned(), entries })
    }
}
