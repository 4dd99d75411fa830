//! Which files hold which names: a search over raw bytes, before anything is parsed.

use std::cell::Cell;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Project;
use super::generated::{SkipReason, Skipped, is_minified};
use crate::code::tree::Language;
use crate::text::FileId;

/// Which files are searched, and how.
#[derive(Debug, Clone, Copy)]
pub struct ScanFilter {
    /// Python.
    pub python: bool,
    /// TypeScript and JavaScript.
    pub javascript: bool,
    /// `.sql` files.
    pub sql: bool,
    /// Whether ASCII letters match in either case, as SQL's names do.
    pub ignore_case: bool,
}

impl Default for ScanFilter {
    /// All code, no SQL files, names as they are written.
    fn default() -> Self {
        Self { python: true, javascript: true, sql: false, ignore_case: false }
    }
}

impl ScanFilter {
    fn takes(self, path: &str) -> bool {
        match Language::of_path(path) {
            Some(Language::Python) => self.python,
            Some(Language::TypeScript | Language::Tsx | Language::JavaScript) => self.javascript,
            None => self.sql && path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("sql")),
        }
    }
}

/// Where the needles were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanResult {
    /// For each needle the files that hold it as a whole word, in the order of the sources, with the offsets of its
    /// first bytes.
    pub hits: Vec<Vec<(FileId, Vec<u32>)>>,
    /// How many files were searched.
    pub files_scanned: usize,
    /// How many bytes they have.
    pub bytes_scanned: u64,
    /// Files that could not be read.
    pub unread: Vec<FileId>,
    /// Files with a hit that were left out for what is in them. What is left out by its path is in
    /// [`Project::skipped`].
    pub skipped: Vec<Skipped>,
}

enum Searcher {
    Nothing,
    /// Few needles, each searched for by itself with vectors: faster than any automaton.
    Few(Vec<Finder<'static>>),
    /// Names only: a hit that is a whole word cannot overlap another one.
    Words(AhoCorasick),
    /// Needles that hold more than a name.
    Any(AhoCorasick),
}

/// More needles than these are searched for by an automaton.
const FEW_NEEDLES: usize = 3;

thread_local! {
    /// A text in lower case, for needles in either case: folding it once costs less than searching for both cases.
    static LOWER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A longer text does not stay in memory for having been folded.
const LARGEST_FOLDED: usize = 1 << 20;

/// Calls `search` with the text in ASCII lower case; offsets stay.
fn in_lower_case<T>(text: &[u8], search: impl FnOnce(&[u8]) -> T) -> T {
    let mut lower = LOWER.take();
    lower.clear();
    lower.extend_from_slice(text);
    lower.make_ascii_lowercase();
    let found = search(&lower);
    if lower.capacity() <= LARGEST_FOLDED {
        LOWER.set(lower);
    }
    found
}

/// Distinct needles, and for each the positions it was given at.
pub(super) struct Needles {
    searcher: Searcher,
    ignore_case: bool,
    given_at: Vec<Vec<usize>>,
}

enum Read {
    Unread,
    Skipped,
    /// The hits, as the needle's number and the offset.
    Searched {
        bytes: u64,
        hits: Vec<(usize, u32)>,
    },
}

impl Needles {
    pub(super) fn new(needles: &[&str], ignore_case: bool) -> Self {
        let mut known: FxHashMap<Vec<u8>, usize> = FxHashMap::default();
        let (mut texts, mut given_at): (Vec<Vec<u8>>, Vec<Vec<usize>>) = (vec![], vec![]);
        for (position, needle) in needles.iter().enumerate().filter(|(_, needle)| !needle.is_empty()) {
            let text = if ignore_case {
                needle.to_ascii_lowercase().into_bytes()
            } else {
                needle.as_bytes().to_vec()
            };
            let number = *known.entry(text.clone()).or_insert_with(|| {
                texts.push(text);
                given_at.push(vec![]);
                texts.len() - 1
            });
            if let Some(positions) = given_at.get_mut(number) {
                positions.push(position);
            }
        }
        let is_name = texts.iter().flatten().all(|byte| is_word(*byte));
        let kind = if is_name { MatchKind::LeftmostLongest } else { MatchKind::Standard };
        let searcher = match texts.as_slice() {
            [] => Searcher::Nothing,
            few if few.len() <= FEW_NEEDLES => {
                Searcher::Few(few.iter().map(|needle| Finder::new(needle).into_owned()).collect())
            }
            many => match AhoCorasick::builder().match_kind(kind).build(many) {
                Ok(automaton) if is_name => Searcher::Words(automaton),
                Ok(automaton) => Searcher::Any(automaton),
                // Only needles of gigabytes make an automaton that cannot be built.
                Err(_) => Searcher::Nothing,
            },
        };
        Self { searcher, ignore_case, given_at }
    }

    /// The positions at which a distinct needle was given.
    pub(super) fn given_at(&self, number: usize) -> &[usize] {
        self.given_at.get(number).map_or(&[], Vec::as_slice)
    }

    /// The hits: a needle's number, and its first byte. Those of one needle are in the order of the text.
    fn find(&self, text: &[u8]) -> Vec<(usize, u32)> {
        let mut hits = vec![];
        self.find_until(text, |number, start| {
            hits.push((number, start));
            false
        });
        hits
    }

    /// Whether `accept` takes one of the hits; what comes after it is not searched for.
    pub(super) fn find_until(&self, text: &[u8], accept: impl FnMut(usize, u32) -> bool) -> bool {
        match self.ignore_case {
            true => in_lower_case(text, |lower| self.find_in(lower, accept)),
            false => self.find_in(text, accept),
        }
    }

    fn find_in(&self, text: &[u8], mut accept: impl FnMut(usize, u32) -> bool) -> bool {
        let mut hit = |number: usize, start: usize, end: usize| {
            is_whole_word(text, start, end) && u32::try_from(start).is_ok_and(|start| accept(number, start))
        };
        match &self.searcher {
            Searcher::Nothing => false,
            Searcher::Few(finders) => finders.iter().enumerate().any(|(number, finder)| {
                let len = finder.needle().len();
                finder.find_iter(text).any(|at| hit(number, at, at + len))
            }),
            Searcher::Words(automaton) => automaton
                .find_iter(text)
                .any(|found| hit(found.pattern().as_usize(), found.start(), found.end())),
            Searcher::Any(automaton) => automaton
                .find_overlapping_iter(text)
                .any(|found| hit(found.pattern().as_usize(), found.start(), found.end())),
        }
    }
}

/// Whether a byte is part of a name; all bytes of code points beyond ASCII are.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

/// Whether the name at `start..end` goes on neither before nor after. An edge that is no part of a name needs no end.
fn is_whole_word(text: &[u8], start: usize, end: usize) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|byte| is_word(*byte));
    let goes_on_before = word(Some(start)) && word(start.checked_sub(1));
    let goes_on_after = word(end.checked_sub(1)) && word(Some(end));
    !goes_on_before && !goes_on_after
}

impl Project<'_> {
    /// Searches the files for the needles as whole words. The bytes are not kept: only what has a hit is worth a
    /// [`Project::module`] later.
    pub fn scan(&self, needles: &[&str], filter: ScanFilter) -> ScanResult {
        self.scan_those(needles, filter, |_| true)
    }

    /// As [`Project::scan`], of the wanted files.
    pub fn scan_those(
        &self,
        needles: &[&str],
        filter: ScanFilter,
        wanted: impl Fn(FileId) -> bool,
    ) -> ScanResult {
        let searched = Needles::new(needles, filter.ignore_case);
        let files: Vec<FileId> =
            self.searched_files(filter).into_iter().filter(|file| wanted(*file)).collect();
        let read: Vec<Read> = files.par_iter().map(|file| self.search(*file, &searched)).collect();
        let mut result = ScanResult { hits: vec![vec![]; needles.len()], ..ScanResult::default() };
        for (file, read) in files.into_iter().zip(read) {
            match read {
                Read::Unread => result.unread.push(file),
                Read::Skipped => result.skipped.push(Skipped {
                    path: self.sources().path(file).to_owned(),
                    first: file,
                    files: 1,
                    reason: SkipReason::Minified,
                }),
                Read::Searched { bytes, hits } => {
                    result.files_scanned += 1;
                    result.bytes_scanned += bytes;
                    self.counters().scanned(file, bytes);
                    searched.distribute(file, hits, &mut result.hits);
                }
            }
        }
        result
    }

    /// Whether one of the wanted files that people wrote holds one of the needles as a whole word: the search ends with
    /// the first.
    pub fn any_holds(&self, needles: &[&str], filter: ScanFilter, wanted: impl Fn(FileId) -> bool) -> bool {
        let searched = Needles::new(needles, filter.ignore_case);
        let files: Vec<FileId> =
            self.searched_files(filter).into_iter().filter(|file| wanted(*file)).collect();
        files.par_iter().any(|file| {
            let language =
                Language::of_path(self.sources().path(*file)).filter(|language| !language.is_python());
            let holds = self.sources().search(*file, |text| {
                searched.find_until(text, |_, _| true)
                    && !language.is_some_and(|language| is_minified(text, language))
            });
            holds.unwrap_or(false)
        })
    }

    /// The files that a search goes through.
    fn searched_files(&self, filter: ScanFilter) -> Vec<FileId> {
        let takes = |file: &FileId| filter.takes(self.sources().path(*file)) && !self.is_skipped(*file);
        self.sources().ids().filter(takes).collect()
    }

    fn search(&self, file: FileId, needles: &Needles) -> Read {
        let language = Language::of_path(self.sources().path(file)).filter(|language| !language.is_python());
        let searched = self.sources().search(file, |text| {
            let hits = needles.find(text);
            if !hits.is_empty() && language.is_some_and(|language| is_minified(text, language)) {
                return Read::Skipped;
            }
            Read::Searched { bytes: text.len() as u64, hits }
        });
        searched.unwrap_or(Read::Unread)
    }
}

impl Needles {
    /// Puts the hits of a file, which are in the order of the text, under the needles.
    fn distribute(&self, file: FileId, hits: Vec<(usize, u32)>, result: &mut [Vec<(FileId, Vec<u32>)>]) {
        for (number, offset) in hits {
            for position in self.given_at.get(number).into_iter().flatten() {
                let Some(files) = result.get_mut(*position) else { continue };
                match files.last_mut().filter(|(last, _)| *last == file) {
                    Some((_, offsets)) => offsets.push(offset),
                    None => files.push((file, vec![offset])),
                }
            }
        }
    }
}
