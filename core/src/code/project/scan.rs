//! Which files hold which names: a search over raw bytes, before anything is parsed.

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
    One(Box<Finder<'static>>),
    /// Names only: a hit that is a whole word cannot overlap another one.
    Words(AhoCorasick),
    /// Needles that hold more than a name.
    Any(AhoCorasick),
    /// Few needles in either case.
    Folded(Vec<FoldedFinder>),
}

/// Finds one needle in either case: by its rarest letter, which is searched for with vectors.
struct FoldedFinder {
    /// In lower case.
    needle: Vec<u8>,
    rarest: usize,
    lower: u8,
    upper: u8,
}

/// Bytes from the rarest in code to the commonest; those that are not here are rarer still.
const BY_RARITY: &[u8] = b"zjqx9876543kw0y12vbh$gufcmpl_dnorsiatse";

impl FoldedFinder {
    fn new(needle: &[u8]) -> Self {
        let rank = |byte: &u8| BY_RARITY.iter().position(|known| known == byte).map_or(0, |rank| rank + 1);
        let rarest = needle.iter().enumerate().min_by_key(|(_, byte)| rank(byte));
        let (rarest, lower) = rarest.map_or((0, 0), |(at, byte)| (at, *byte));
        Self { needle: needle.to_vec(), rarest, lower, upper: lower.to_ascii_uppercase() }
    }

    /// Calls `hit` with the first and the last byte of every occurrence.
    fn find(&self, text: &[u8], mut hit: impl FnMut(usize, usize)) {
        let mut at = |rarest: usize| {
            let Some(start) = rarest.checked_sub(self.rarest) else { return };
            let end = start + self.needle.len();
            if text.get(start..end).is_some_and(|found| found.eq_ignore_ascii_case(&self.needle)) {
                hit(start, end);
            }
        };
        if self.lower == self.upper {
            memchr::memchr_iter(self.lower, text).for_each(&mut at);
        } else {
            memchr::memchr2_iter(self.lower, self.upper, text).for_each(&mut at);
        }
    }
}

/// More needles than these are searched for by an automaton.
const FEW_NEEDLES: usize = 6;

/// Distinct needles, and for each the positions it was given at.
pub(super) struct Needles {
    searcher: Searcher,
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
            [one] if !ignore_case => Searcher::One(Box::new(Finder::new(one).into_owned())),
            few if ignore_case && few.len() <= FEW_NEEDLES => {
                Searcher::Folded(few.iter().map(|needle| FoldedFinder::new(needle)).collect())
            }
            many => {
                let built =
                    AhoCorasick::builder().match_kind(kind).ascii_case_insensitive(ignore_case).build(many);
                match built {
                    Ok(automaton) if is_name => Searcher::Words(automaton),
                    Ok(automaton) => Searcher::Any(automaton),
                    // Only needles of gigabytes make an automaton that cannot be built.
                    Err(_) => Searcher::Nothing,
                }
            }
        };
        Self { searcher, given_at }
    }

    /// The positions at which a distinct needle was given.
    pub(super) fn given_at(&self, number: usize) -> &[usize] {
        self.given_at.get(number).map_or(&[], Vec::as_slice)
    }

    /// The hits: a needle's number, and its first byte.
    pub(super) fn find(&self, text: &[u8]) -> Vec<(usize, u32)> {
        let mut hits = vec![];
        let mut hit = |number: usize, start: usize, end: usize| {
            if is_whole_word(text, start, end)
                && let Ok(start) = u32::try_from(start)
            {
                hits.push((number, start));
            }
        };
        match &self.searcher {
            Searcher::Nothing => {}
            Searcher::One(finder) => {
                let len = finder.needle().len();
                finder.find_iter(text).for_each(|at| hit(0, at, at + len));
            }
            Searcher::Folded(finders) => {
                for (number, finder) in finders.iter().enumerate() {
                    finder.find(text, |start, end| hit(number, start, end));
                }
                hits.sort_unstable_by_key(|(number, start)| (*start, *number));
            }
            Searcher::Words(automaton) => automaton
                .find_iter(text)
                .for_each(|found| hit(found.pattern().as_usize(), found.start(), found.end())),
            Searcher::Any(automaton) => automaton
                .find_overlapping_iter(text)
                .for_each(|found| hit(found.pattern().as_usize(), found.start(), found.end())),
        }
        hits
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
        let searched = Needles::new(needles, filter.ignore_case);
        let files: Vec<FileId> = self
            .sources()
            .ids()
            .filter(|file| filter.takes(self.sources().path(*file)) && !self.is_skipped(*file))
            .collect();
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
