//! Files, byte ranges and line numbers.
//!
//! Everything inside Seawall is counted in bytes of the UTF-8 text; lines and columns exist only where a report is
//! written ([`LineIndex`]). A file's bytes never move: text that is not UTF-8 is mended byte for byte, so an offset is
//! always an offset into the file on disk.

mod files;
mod git;
mod line_index;
mod source;
mod span;

pub use files::{DiskFiles, FileEntry, Files, Located, MemoryFiles};
pub use git::GitFiles;
pub(crate) use git::{branches, commits, edited, is_dirty, merge_base, tags};
pub use line_index::{LineColumn, LineIndex};
pub use source::{SourceFile, Sources, UnreadFile};
pub use span::{FileId, Span, TextRange};
