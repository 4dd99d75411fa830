//! The files of a run, read when asked for.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::text::{FileEntry, FileId, Files, LineColumn, LineIndex, Span};

/// A file larger than this is not read: hand-written code is smaller, and a run's time and memory stay bounded.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;
/// A file larger than this is not kept for having been searched: hardly anybody writes one.
const LARGEST_KEPT: u64 = 4 * 1024 * 1024;
/// So many bytes of text are kept for having been searched; beyond them a search reads again. A question searches all
/// files several times over, and opening a file costs far more than searching it.
const MOST_KEPT: u64 = 96 * 1024 * 1024;

thread_local! {
    /// What a file is read into before its text is made.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The text of one file.
#[derive(Debug)]
pub struct SourceFile {
    /// Its id.
    pub id: FileId,
    /// Path relative to the root, with `/`.
    pub path: Arc<str>,
    /// The text; a byte that is not UTF-8 stands as one `?`.
    pub text: Arc<str>,
    /// Number of bytes that were not UTF-8.
    pub mended_bytes: usize,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// A file with this text.
    pub fn new(id: FileId, path: impl Into<Arc<str>>, bytes: Vec<u8>) -> Self {
        Self::of_bytes(id, path, &bytes)
    }

    fn of_bytes(id: FileId, path: impl Into<Arc<str>>, bytes: &[u8]) -> Self {
        let (text, mended_bytes) = decode(bytes);
        Self { id, path: path.into(), text, mended_bytes, lines: OnceLock::new() }
    }

    /// The file's lines, read on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte offset.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        self.lines().line_column(&self.text, offset)
    }
}

/// UTF-8 of `bytes`, each byte that does not belong to any code point replaced by `?`, so that offsets stay true.
fn decode(bytes: &[u8]) -> (Arc<str>, usize) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.into(), 0);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut mended = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        mended += chunk.invalid().len();
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    (text.into(), mended)
}

/// A file that was not read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadFile {
    /// The file.
    pub file: FileId,
    /// Why, as a sentence for the report.
    pub reason: String,
}

/// The files of a run: listed once, read when asked for.
pub struct Sources {
    files: Box<dyn Files>,
    entries: Vec<FileEntry>,
    by_path: FxHashMap<String, FileId>,
    read: Vec<OnceLock<Result<Arc<SourceFile>, String>>>,
    /// Bytes of text that are kept for having been searched.
    kept: AtomicU64,
}

impl Sources {
    /// Lists `files`. Nothing is read yet.
    pub fn new(files: Box<dyn Files>) -> Self {
        let entries = files.list();
        let id = |index: usize| FileId(u32::try_from(index).unwrap_or(u32::MAX));
        let by_path =
            entries.iter().enumerate().map(|(index, entry)| (entry.path.clone(), id(index))).collect();
        let read = entries.iter().map(|_| OnceLock::new()).collect();
        Self { files, entries, by_path, read, kept: AtomicU64::new(0) }
    }

    /// Adds what an option names, where it is not listed yet: a file or folder outside the root, or one that git
    /// ignores. Returns its path relative to the root where it lies in it, else absolute; `None` where there is no
    /// such file or folder. Call it before anything (such as a project) is built over the files.
    pub fn include(&mut self, path: &str) -> Option<String> {
        let located = self.files.locate(path)?;
        for entry in located.entries {
            if !self.by_path.contains_key(&entry.path) {
                let id = FileId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
                self.by_path.insert(entry.path.clone(), id);
                self.entries.push(entry);
                self.read.push(OnceLock::new());
            }
        }
        Some(located.path)
    }

    /// The files below `folder` (all of them for the empty path), sorted by path.
    pub fn below(&self, folder: &str) -> Vec<FileId> {
        let prefix =
            if folder.is_empty() { String::new() } else { format!("{}/", folder.trim_end_matches('/')) };
        let mut files: Vec<FileId> = self.ids().filter(|id| self.path(*id).starts_with(&prefix)).collect();
        files.sort_by(|left, right| self.path(*left).cmp(self.path(*right)));
        files
    }

    /// All files: those of the root sorted by path, then those that [`Sources::include`] added.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// The file's path, relative to the root.
    pub fn path(&self, file: FileId) -> &str {
        self.entries.get(file.0 as usize).map_or("", |entry| &entry.path)
    }

    /// The file's size in bytes, as it was listed.
    pub fn size(&self, file: FileId) -> u64 {
        self.entries.get(file.0 as usize).map_or(0, |entry| entry.size)
    }

    /// The file at `path`.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// What `search` finds in the file's bytes; `None` where it cannot be read or is too large. The text is kept for the
    /// next search while there is room.
    pub fn search<T>(&self, file: FileId, search: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let slot = self.read.get(file.0 as usize)?;
        if slot.get().is_none() && self.takes_room(file) {
            slot.get_or_init(|| self.read(file));
        }
        match slot.get() {
            Some(Ok(source)) => Some(search(source.text.as_bytes())),
            Some(Err(_)) => None,
            None => self.with_bytes(file, search).ok(),
        }
    }

    /// Whether there is room to keep the file; it is taken, then.
    fn takes_room(&self, file: FileId) -> bool {
        let size = self.size(file);
        size <= LARGEST_KEPT && self.kept.fetch_add(size, Ordering::Relaxed) + size <= MOST_KEPT
    }

    /// Reads the file's bytes into this thread's buffer and calls `take` with them.
    fn with_bytes<T>(&self, file: FileId, take: impl FnOnce(&[u8]) -> T) -> Result<T, String> {
        if self.size(file) > LARGEST_FILE {
            return Err(format!("the file is larger than {} MiB", LARGEST_FILE >> 20));
        }
        let mut buffer = BUFFER.take();
        let read = self.files.read_into(self.path(file), &mut buffer);
        let taken = read.map(|()| take(&buffer)).map_err(|error| format!("the file cannot be read: {error}"));
        if buffer.capacity() as u64 <= LARGEST_KEPT {
            BUFFER.set(buffer);
        }
        taken
    }

    fn read(&self, file: FileId) -> Result<Arc<SourceFile>, String> {
        self.with_bytes(file, |bytes| Arc::new(SourceFile::of_bytes(file, self.path(file), bytes)))
    }

    /// The file's text, read once and kept.
    ///
    /// # Errors
    /// Why it was not read, as a sentence for the report.
    pub fn load(&self, file: FileId) -> Result<Arc<SourceFile>, UnreadFile> {
        let slot = self.read.get(file.0 as usize);
        match slot {
            Some(slot) => {
                slot.get_or_init(|| self.read(file)).clone().map_err(|reason| UnreadFile { file, reason })
            }
            None => Err(UnreadFile { file, reason: "no such file".to_owned() }),
        }
    }

    /// The text at `span`; empty where the file cannot be read.
    pub fn text(&self, span: Span) -> String {
        let file = self.load(span.file).ok();
        file.and_then(|file| file.text.get(span.range.as_usize()).map(str::to_owned)).unwrap_or_default()
    }
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources").field("files", &self.entries.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_outside_the_root_is_listed_by_its_absolute_path() {
        let base = std::env::temp_dir().join(format!("seawall-include-{}", std::process::id()));
        let write = |path: &str| {
            let path = base.join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, "x").expect("a file");
        };
        for path in ["root/a.sql", "root/ignored/b.sql", "root/.gitignore", "other/c.sql"] {
            write(path);
        }
        std::fs::write(base.join("root/.gitignore"), "ignored\n").expect("a file");
        let disk = crate::text::DiskFiles::new(base.join("root"), globset::GlobSet::empty());
        let mut sources = Sources::new(Box::new(disk));
        assert_eq!(sources.find("ignored/b.sql"), None);
        assert_eq!(sources.include("ignored").as_deref(), Some("ignored"));
        assert!(sources.find("ignored/b.sql").is_some());
        let other = sources.include(base.join("other").to_str().expect("UTF-8")).expect("a folder");
        assert!(other.starts_with('/') && other.ends_with("/other"), "{other}");
        let files = sources.below(&other);
        assert_eq!(
            files.iter().map(|file| sources.path(*file)).collect::<Vec<_>>(),
            [format!("{other}/c.sql")]
        );
        assert!(files.iter().all(|file| sources.load(*file).is_ok()));
        assert_eq!(sources.include("nowhere"), None);
        std::fs::remove_dir_all(base).expect("removable");
    }

    #[test]
    fn bytes_that_are_not_utf8_keep_their_offsets() {
        let file = SourceFile::new(FileId(0), "a.py", b"x = '\xff\xfe'\ny".to_vec());
        assert_eq!(&*file.text, "x = '??'\ny");
        assert_eq!(file.mended_bytes, 2);
    }
}
