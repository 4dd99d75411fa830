//! Which Python files may map classes, and which classes stand in them: read from their bytes, without a parse.

use std::sync::{Arc, PoisonError};

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Project;
use super::scan::Needles;
use crate::code::tree::Language;
use crate::text::FileId;

/// The classes of all files that hold one of the words by which a library knows mapped classes.
#[derive(Debug, Default)]
pub struct ClassIndex {
    /// The files, in the order of the sources.
    pub files: Vec<FileId>,
    /// Files that say the name of a table by something else than a string.
    pub computed: Vec<FileId>,
    declared: FxHashMap<String, Vec<FileId>>,
    derived: FxHashMap<String, Vec<FileId>>,
}

/// A word by which a library knows that a file may map classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    /// The text. Behind it the word ends.
    pub text: &'static str,
    /// Whether the word begins with it.
    pub begins: bool,
    /// Whether it counts only where something can be made by it: it is called, or gets another name.
    pub made: bool,
}

impl Marker {
    /// Whether the marker counts where its text stands.
    fn counts(self, text: &[u8], start: usize, end: usize) -> bool {
        let is_name = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|byte| is_name(*byte));
        if is_name(Some(end)) || (self.begins && is_name(start.checked_sub(1))) {
            return false;
        }
        !self.made || is_made(text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default())
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Whether a name between these texts is called (`Column(...)`, `partial(Column, ...)`), or gets another one
/// (`Column as C`, `C = sa.Column`).
fn is_made(before: &[u8], behind: &[u8]) -> bool {
    let is_called = behind.iter().find(|byte| !is_blank(**byte)) == Some(&b'(');
    let path = before.iter().rposition(|byte| !(is_name(*byte) || *byte == b'.')).map_or(0, |at| at + 1);
    let before = before.get(..path).unwrap_or_default().trim_ascii_end();
    let is_value = before.ends_with(b"=") || before.ends_with(b"partial(");
    is_called || is_value || behind.trim_ascii_start().starts_with(b"as ")
}

/// What one file adds.
#[derive(Default)]
struct Heads {
    declared: Vec<String>,
    bases: Vec<String>,
    is_computed: bool,
}

impl ClassIndex {
    /// The files that declare a class of this name; case does not count.
    pub fn declaring(&self, name: &str) -> &[FileId] {
        self.declared.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The files that derive a class from one of this name.
    pub fn deriving(&self, name: &str) -> &[FileId] {
        self.derived.get(name).map_or(&[], Vec::as_slice)
    }
}

impl Project<'_> {
    /// The index of the Python files that hold one of the markers; made once.
    pub fn class_index(&self, markers: &[Marker]) -> Arc<ClassIndex> {
        let mut known = self.class_indexes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, index)) = known.iter().find(|(of, _)| of == markers) {
            return index.clone();
        }
        let index = Arc::new(self.index_classes(markers));
        known.push((markers.to_vec(), index.clone()));
        index
    }

    fn index_classes(&self, markers: &[Marker]) -> ClassIndex {
        // No marker holds another one. Of this kind of match alone, many words are searched for with vectors.
        let texts = markers.iter().map(|marker| marker.text);
        let Ok(automaton) = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(texts) else {
            return ClassIndex::default();
        };
        let is_marked = |text: &[u8]| {
            automaton.find_iter(text).any(|found| {
                let marker = markers.get(found.pattern().as_usize());
                marker.is_some_and(|marker| marker.counts(text, found.start(), found.end()))
            })
        };
        let is_python = |file: &FileId| {
            Language::of_path(self.sources().path(*file)).is_some_and(Language::is_python)
                && !self.is_skipped(*file)
        };
        let files: Vec<FileId> = self.sources().ids().filter(is_python).collect();
        let read = |file: &FileId| {
            self.sources().search(*file, |text| is_marked(text).then(|| heads(text))).flatten()
        };
        let found: Vec<Option<Heads>> = files.par_iter().map(read).collect();
        let mut index = ClassIndex::default();
        for (file, heads) in files.into_iter().zip(found) {
            let Some(heads) = heads else { continue };
            index.files.push(file);
            if heads.is_computed {
                index.computed.push(file);
            }
            for name in heads.declared {
                index.declared.entry(name.to_ascii_lowercase()).or_default().push(file);
            }
            for base in heads.bases {
                index.derived.entry(base).or_default().push(file);
            }
        }
        index
    }
}

/// Where a word has to stand to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Anywhere.
    Anywhere,
    /// Alone between quotes.
    InQuotes,
    /// Alone between quotes where it can be the name of a table: the value of something, or the first argument of a call.
    TableName,
    /// Where it can be declared: in quotes, or before `:`, `=` or a bracket.
    Declared,
    /// Before the bracket of a call.
    Called,
}

impl Stands {
    fn accepts(self, text: &[u8], start: usize, end: usize) -> bool {
        let is_quote = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'\''));
        let in_quotes =
            || is_quote(start.checked_sub(1).and_then(|at| text.get(at))) && is_quote(text.get(end));
        let next = || text.get(end..).and_then(|rest| rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')));
        match self {
            Self::Anywhere => true,
            Self::InQuotes => in_quotes(),
            Self::TableName => in_quotes() && may_name_table(text, start, end),
            Self::Declared => in_quotes() || matches!(next(), Some(b':' | b'=' | b'(')),
            Self::Called => {
                text.get(end..).and_then(|rest| rest.iter().find(|byte| !is_blank(**byte))) == Some(&b'(')
            }
        }
    }
}

/// Whether a string from `start` to `end` may be the name that a class or `Table(...)` gives to a table: no key of a dict, no
/// index, no item of a list and no argument behind another one.
fn may_name_table(text: &[u8], start: usize, end: usize) -> bool {
    let before = text.get(..start.saturating_sub(1)).unwrap_or_default();
    let last = before.iter().rfind(|byte| !is_blank(**byte));
    let next = text.get(end + 1..).and_then(|rest| rest.iter().find(|byte| !is_blank(**byte)));
    !matches!(last, Some(b'[' | b'{' | b',')) && next != Some(&b':')
}

/// What may stand between a function's name and the bracket of its call.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'\\'
}

impl Project<'_> {
    /// Those of `files` that hold one of the words, whole, in any case, where it has to stand.
    pub fn files_with(&self, files: &[FileId], words: &[(&str, Stands)]) -> Vec<FileId> {
        let texts: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let needles = Needles::new(&texts, true);
        let holds = |text: &[u8]| {
            needles.find_until(text, |number, start| {
                let mut given = needles.given_at(number).iter().filter_map(|position| words.get(*position));
                let start = start as usize;
                given.any(|(word, stands)| stands.accepts(text, start, start + word.len()))
            })
        };
        let found: Vec<bool> =
            files.par_iter().map(|file| self.sources().search(*file, holds).unwrap_or(false)).collect();
        files.iter().zip(found).filter(|(_, found)| *found).map(|(file, _)| *file).collect()
    }
}

/// The longest head of a class that is read.
const LONGEST_HEAD: usize = 2000;

fn heads(text: &[u8]) -> Heads {
    let mut heads = Heads { is_computed: has_computed_table(text), ..Heads::default() };
    for at in memmem::find_iter(text, b"class ") {
        let line_start =
            text.get(..at).and_then(|before| memchr::memrchr(b'\n', before)).map_or(0, |end| end + 1);
        let is_indented =
            text.get(line_start..at).is_some_and(|before| before.iter().all(u8::is_ascii_whitespace));
        let head = text.get(at + 6..text.len().min(at + 6 + LONGEST_HEAD)).unwrap_or_default();
        if is_indented {
            read_head(head, &mut heads);
        }
    }
    let renamed = renamed(text);
    for base in heads.bases.clone() {
        heads.bases.extend(renamed.iter().filter(|(_, local)| *local == base).map(|(name, _)| name.clone()));
    }
    heads
}

/// The name of a class, and every name in the brackets behind it.
fn read_head(head: &[u8], heads: &mut Heads) {
    let Some(name) = words(head).next() else { return };
    heads.declared.push(name.to_owned());
    let rest = head.get(name.len()..).unwrap_or_default();
    if rest.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'(') {
        return;
    }
    let mut depth = 0_usize;
    let end = rest.iter().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => return false,
        }
        depth == 0
    });
    let bases = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    heads.bases.extend(words(bases).map(str::to_owned));
}

/// `import User as BaseUser`: both names.
fn renamed(text: &[u8]) -> Vec<(String, String)> {
    let pair = |at: usize| {
        let before = words(text.get(at.saturating_sub(80)..at)?).last()?;
        let after = words(text.get(at + 4..text.len().min(at + 84))?).next()?;
        Some((before.to_owned(), after.to_owned()))
    };
    memmem::find_iter(text, b" as ").filter_map(pair).collect()
}

/// The names in a text, from left to right.
fn words(text: &[u8]) -> impl Iterator<Item = &str> {
    text.split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii()))
        .filter(|word| word.first().is_some_and(|first| !first.is_ascii_digit()))
        .filter_map(|word| std::str::from_utf8(word).ok())
}

/// Whether `__tablename__` or `__table__` gets something else than a string, or a class gets its table elsewhere.
/// `User.__table__` only reads one.
fn has_computed_table(text: &[u8]) -> bool {
    let is_computed = |at: usize, len: usize| {
        let start = text.get(..at).and_then(|before| memchr::memrchr(b'\n', before)).map_or(0, |end| end + 1);
        if text.get(start..at).is_some_and(|before| before.trim_ascii_start().starts_with(b"#")) {
            return false;
        }
        let line = text.get(at + len..).unwrap_or_default();
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_start();
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        match line.iter().position(|byte| *byte == b'=').map(|equals| line.split_at(equals + 1)) {
            // A comparison gives nothing.
            Some((_, value)) if value.first() == Some(&b'=') => before != Some(&b'.'),
            Some((target, value)) => {
                let is_read = before == Some(&b'.') && target.trim_ascii_start() != b"=";
                !is_read && !matches!(value.trim_ascii_start().first(), Some(b'"' | b'\''))
            }
            // A type alone gives nothing either.
            None => !matches!(before, Some(b'.' | b'"' | b'\'' | b'`')) && line.first() != Some(&b':'),
        }
    };
    let named = |name: &[u8]| memmem::find_iter(text, name).any(|at| is_computed(at, name.len()));
    named(b"__tablename__") || named(b"__table__") || memmem::find(text, b"map_imperatively").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_computed_where_its_name_is_given_by_something_else_than_a_string() {
        for text in [
            "class A:\n    __tablename__ = prefix + 'a'",
            "class A:\n    __tablename__: str = name",
            "    @declared_attr\n    def __tablename__(cls) -> str:\n        return 'a'",
            "    __table__ = Table('a', metadata)",
            "A.__table__ = make()",
        ] {
            assert!(has_computed_table(text.as_bytes()), "{text}");
        }
        for text in [
            "class A:\n    __tablename__ = 'a'",
            "class A:\n    __tablename__: str = \"a\"",
            "A.__table__.insert()",
            "rows = A.__table__.insert(values=1)",
            "if cls.__tablename__ == name: pass",
            "the attribute `__tablename__` says it",
            "    __tablename__: str",
            "    # `x.__table__` or __tablename__ would do",
            "",
        ] {
            assert!(!has_computed_table(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_marker_counts_where_something_is_made_by_it() {
        let column = Marker { text: "Column", begins: false, made: true };
        let table = Marker { text: "Table", begins: true, made: true };
        let counts = |marker: Marker, text: &str| {
            let start = text.find(marker.text).expect("the marker");
            marker.counts(text.as_bytes(), start, start + marker.text.len())
        };
        for text in [
            "id = Column(Integer)",
            "id = sa.Column (Integer)",
            "id = Column\\\n    (Integer)",
            "id = StringColumn()",
            "from sqlalchemy import Column as C",
            "C = sa.Column\n",
            "required = partial(Column, nullable=False)",
        ] {
            assert!(counts(column, text), "{text}");
        }
        for text in ["def f(x: Column): ...", "from sqlalchemy import Column\n", "Columns(1)", "a == Column2"]
        {
            assert!(!counts(column, text), "{text}");
        }
        assert!(counts(table, "t = sa.Table('a', metadata)"));
        assert!(!counts(table, "session.query(SqlaTable (1))"));
    }

    #[test]
    fn a_string_names_a_table_where_it_is_a_value_or_a_first_argument() {
        let names = |text: &str| {
            let start = text.find("users").expect("the name");
            Stands::TableName.accepts(text.as_bytes(), start, start + "users".len())
        };
        for text in [
            "__tablename__ = 'users'",
            "__tablename__: str = \"users\"",
            "t = Table(\n    'users',\n    metadata)",
            "Table(name='users')",
            "return 'users'",
            "__tablename__ = 'a' if old else 'users'",
            "{'__tablename__': 'users'}",
            "__tablename__ = ('users')",
        ] {
            assert!(names(text), "{text}");
        }
        for text in
            ["{'users': 1}", "{1, 'users' }", "rows['users']", "f(a, 'users')", "['users']", "users = 1"]
        {
            assert!(!names(text), "{text}");
        }
    }

    #[test]
    fn heads_of_classes_are_read_with_every_name_in_their_brackets() {
        let found = heads(
            b"from a import Base as B\n\nclass User(B, Mixin[Key],\n    table=True):\n  class Meta: x\n",
        );
        assert_eq!(found.declared, ["User", "Meta"]);
        assert_eq!(found.bases, ["B", "Mixin", "Key", "table", "True", "Base"]);
        let cut = heads(b"class ");
        assert!(cut.declared.is_empty() && cut.bases.is_empty());
    }
}
