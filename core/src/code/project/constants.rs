//! Which Python files import a constant, read from their bytes: `from names import SEARCHED`.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Language, Project};
use crate::text::FileId;

/// Files by the names of the constants that they import.
pub type Importers = FxHashMap<Box<str>, Vec<FileId>>;

/// An import is read so far.
const LONGEST_IMPORT: usize = 4 << 10;

impl Project<'_> {
    /// The files that may import a constant of this name, in the order of the sources; told once for all constants.
    pub fn importers_of(&self, constant: &str) -> &[FileId] {
        let all = self.importers.get_or_init(|| self.find_importers());
        all.get(constant).map_or(&[], Vec::as_slice)
    }

    fn find_importers(&self) -> Importers {
        let is_python =
            |file: &FileId| Language::of_path(self.sources().path(*file)) == Some(Language::Python);
        let files: Vec<FileId> = self.sources().ids().filter(is_python).collect();
        let read = |file: &FileId| self.sources().search(*file, imported).unwrap_or_default();
        let names: Vec<Vec<Box<str>>> = files.par_iter().map(read).collect();
        let mut importers = Importers::default();
        for (file, names) in files.into_iter().zip(names) {
            for name in names {
                let of: &mut Vec<FileId> = importers.entry(name).or_default();
                if of.last() != Some(&file) {
                    of.push(file);
                }
            }
        }
        importers
    }
}

/// Whether a name is written as constants are: `SEARCHED`, `_COLUMNS`.
pub fn is_constant_name(name: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphabetic();
    name.len() >= 2 && name.contains(letters) && !name.contains(|c: char| c.is_lowercase())
}

/// The constants that the import statements of a file name.
fn imported(text: &[u8]) -> Vec<Box<str>> {
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(text, b" import ") {
        let line = text.get(..at).and_then(|before| memchr::memrchr(b'\n', before)).map_or(0, |at| at + 1);
        let before = text.get(line..at).unwrap_or_default().trim_ascii_start();
        if !before.starts_with(b"from ") {
            continue;
        }
        let behind = text.get(at + b" import ".len()..).unwrap_or_default();
        let behind = behind.get(..LONGEST_IMPORT.min(behind.len())).unwrap_or_default();
        let end = if behind.trim_ascii_start().starts_with(b"(") { b')' } else { b'\n' };
        let names = behind.split(|byte| *byte == end).next().unwrap_or_default();
        let words = names.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        let words = words.filter_map(|word| std::str::from_utf8(word).ok());
        found.extend(words.filter(|word| is_constant_name(word)).map(Box::from));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imported_constants_are_read_from_bytes() {
        let text = b"from names import (\n    SEARCHED,\n    helper,\n)\n    from .a import B_C as D, E\nimport OS\n";
        let found: Vec<String> = imported(text).iter().map(|name| name.to_string()).collect();
        assert_eq!(found, ["SEARCHED", "B_C"]);
    }
}
