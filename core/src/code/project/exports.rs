//! Whether a file can export a name, told by its bytes: a barrel that re-exports a hundred files is asked for one name, and
//! only the file that says it is worth a parse.

use memchr::memmem;

use super::Project;
use crate::code::tree::Language;
use crate::text::FileId;

impl Project<'_> {
    /// Whether the file may export `name` (`default` for what has no name). It says yes too often, and never no wrongly: what
    /// a file exports stands in it by its name, comes with everything of another file, or is one value as a whole.
    pub fn may_export(&self, file: FileId, name: &str) -> bool {
        let is_lowered = self.modules.get(file.0 as usize).is_some_and(|slot| slot.get().is_some());
        if is_lowered {
            return true;
        }
        let Some(language) = Language::of_path(self.sources().path(file)) else { return true };
        let holds = self.sources().search(file, |text| {
            let passes_on = if language.is_python() { imports_all(text) } else { exports_all(text) };
            passes_on || memmem::find(text, name.as_bytes()).is_some()
        });
        holds.unwrap_or(true)
    }
}

/// Whether a Python file has `from x import *`.
fn imports_all(text: &[u8]) -> bool {
    after(text, b"import").any(|rest| matches!(rest.first(), Some(b'*' | b'\\' | b'(')))
}

/// Whether a script has `export * from`, `export =` or `module.exports`. A comment may stand behind the word.
fn exports_all(text: &[u8]) -> bool {
    let passes_on = |rest: &[u8]| {
        let behind_type = rest.strip_prefix(b"type").map_or(rest, <[u8]>::trim_ascii_start);
        [rest, behind_type].iter().any(|rest| matches!(rest.first(), Some(b'*' | b'=' | b'/')))
    };
    after(text, b"export").any(passes_on) || memmem::find(text, b"exports").is_some()
}

/// What stands behind each occurrence of a word, without the blanks.
fn after<'t>(text: &'t [u8], word: &'t [u8]) -> impl Iterator<Item = &'t [u8]> {
    memmem::find_iter(text, word).map(|at| text.get(at + word.len()..).unwrap_or_default().trim_ascii_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{MemoryFiles, Sources};

    #[test]
    fn a_file_exports_what_it_says_and_what_it_passes_on() {
        let exports = |path: &str, text: &str| {
            let files: MemoryFiles = [(path, text)].into_iter().collect();
            let sources = Sources::new(Box::new(files));
            Project::new(&sources).may_export(FileId(0), "User")
        };
        for text in [
            "export const User = 1",
            "export * from './a'",
            "export\n  * from './a'",
            "export /* all */ * from './a'",
            "export type * from './a'",
            "module.exports = { ...all }",
            "export = all",
        ] {
            assert!(exports("a.ts", text), "{text}");
        }
        for text in
            ["", "export const other = 1", "export { a as b } from './a'", "import * as all from './a'"]
        {
            assert!(!exports("a.ts", text), "{text}");
        }
        for text in ["class User: pass", "from a import *", "from a import (\n*)", "from .User import x"] {
            assert!(exports("a.py", text), "{text}");
        }
        for text in ["", "from a import b", "import a.b", "x = a * b"] {
            assert!(!exports("a.py", text), "{text}");
        }
    }
}
