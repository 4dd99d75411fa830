//! What a library sends by itself, place by place, where it tells so ([`crate::code::library::Library::sent_at`]).

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::code::eval::Context;
use crate::code::library::{AskedColumn, SendingWords, Sent};
use crate::code::project::scan::ScanFilter;
use crate::code::tree::Module;
use crate::schema::{EntityId, TableName};
use crate::text::FileId;
use crate::usage::find::sites::access;
use crate::usage::find::{Finder, Target, evidence};
use crate::usage::{Confidence, Evidence, How, NamedBy, Unresolved, Usage, UsageSet, ValueFact, When};

impl Finder<'_> {
    /// Whether a library tells by itself what it names of the entity's columns.
    pub(super) fn tells_what_is_sent(&self, entity: EntityId) -> bool {
        self.eval.libraries().any(|library| library.tells_what_is_sent(&self.eval, entity))
    }

    /// Statements that libraries send by themselves and that name the column.
    pub(super) fn find_sent(&self, targets: &[Target], place: &(TableName, String), set: &mut UsageSet) {
        let mut of_table: Vec<EntityId> = self
            .entities_of(&place.0)
            .into_iter()
            .filter(|entity| self.tells_what_is_sent(*entity))
            .collect();
        of_table.sort();
        if of_table.is_empty() {
            return;
        }
        let fields = targets.iter().filter(|target| of_table.contains(&target.entity));
        let asked = AskedColumn {
            table: place.0.clone(),
            column: place.1.clone(),
            fields: fields.filter_map(|target| Some((target.entity, target.field.clone()?))).collect(),
            of_table,
        };
        for library in self.eval.libraries() {
            let words = library.sending_words(&self.eval, &asked);
            if words.anywhere.is_empty() && words.attributes.is_empty() {
                continue;
            }
            let mut found = |module: &Module, site| {
                for sent in library.sent_at(&self.eval, Context::of(module), site, &asked) {
                    add_sent(module, sent, place, set);
                }
            };
            let places = self.places_sought(&words, &asked.of_table);
            for hits in [places.always, places.nearby] {
                self.each_hit(&places.words, hits, |module, site, _| found(module, site));
            }
        }
    }

    /// Where the words stand that count where they stand; all are searched for at once.
    fn places_sought(&self, words: &SendingWords, of_table: &[EntityId]) -> Places {
        let python = ScanFilter { javascript: false, sql: false, ..ScanFilter::default() };
        let mut sought = Sought::default();
        let anywhere = sought.add(words.anywhere.iter().map(String::as_str));
        let attributes = sought.add(words.attributes.iter().map(String::as_str));
        let loaded = sought.add(words.loaded.iter().map(String::as_str));
        let nearby = words.nearby.iter().filter(|word| !words.anywhere.contains(word));
        let nearby = sought.add(nearby.map(String::as_str));
        let loaders = sought.add(words.loaders.iter().copied());
        let near = sought.add(words.near.iter().map(String::as_str));
        let needles: Vec<&str> = sought.0.iter().map(String::as_str).collect();
        let islands = self.project.islands();
        let homes = self.eval.home_islands(of_table);
        let scan = self.project.scan_those(&needles, python, |file| islands.reaches(&homes, file));
        let files = |words: &Range<usize>| -> FxHashSet<FileId> {
            let hits = scan.hits.get(words.clone()).unwrap_or_default();
            hits.iter().flatten().map(|(file, _)| *file).collect()
        };
        let (says_subject, says_loader, says_near) = (files(&anywhere), files(&loaders), files(&near));
        let places = |words: &Range<usize>, counts: &dyn Fn(FileId, u32) -> bool| {
            let mut hits = Vec::new();
            for (word, found) in words.clone().zip(scan.hits.get(words.clone()).unwrap_or_default()) {
                let of_file = |(file, offsets): &(FileId, Vec<u32>)| {
                    let counting = offsets.iter().filter(|offset| counts(*file, **offset));
                    counting.map(|offset| (*file, *offset, word)).collect::<Vec<_>>()
                };
                hits.extend(found.iter().flat_map(of_file));
            }
            hits
        };
        let mut always = places(&anywhere, &|_, _| true);
        always.extend(places(&attributes, &|file, offset| {
            says_subject.contains(&file) || self.is_behind_dot(file, offset)
        }));
        always.extend(places(&loaded, &|file, _| says_loader.contains(&file)));
        let nearby = places(&nearby, &|file, _| says_near.contains(&file));
        Places { always, nearby, words: sought.0 }
    }

    /// Whether what stands at the offset is an attribute of something.
    fn is_behind_dot(&self, file: FileId, offset: u32) -> bool {
        let is_behind = |text: &[u8]| ends_with_dot(text.get(..offset as usize).unwrap_or_default());
        self.project.sources().search(file, is_behind).unwrap_or(false)
    }
}

/// Whether a dot is the last that is no blank. A comment may stand between.
pub(super) fn ends_with_dot(text: &[u8]) -> bool {
    let last = text.iter().rposition(|byte| !byte.is_ascii_whitespace() && *byte != b'\\');
    let Some(last) = last else { return false };
    let line = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
    let is_behind_comment = || {
        let start = text.get(..last).and_then(|before| memchr::memrchr(b'\n', before)).map_or(0, |at| at + 1);
        text.get(start..last).is_some_and(|before| before.contains(&b'#'))
    };
    text.get(last) == Some(&b'.') || (last < line && is_behind_comment())
}

/// Words that are searched for at once.
#[derive(Default)]
struct Sought(Vec<String>);

impl Sought {
    /// Adds words; their positions.
    fn add<'w>(&mut self, words: impl Iterator<Item = &'w str>) -> Range<usize> {
        let start = self.0.len();
        self.0.extend(words.map(str::to_owned));
        start..self.0.len()
    }
}

/// Where words stand: file, offset, position of the word.
struct Places {
    always: Vec<(FileId, u32, usize)>,
    nearby: Vec<(FileId, u32, usize)>,
    words: Vec<String>,
}

fn add_sent(module: &Module, sent: Sent, place: &(TableName, String), set: &mut UsageSet) {
    let span = module.span(sent.range);
    if let Some(reason) = sent.open {
        set.unresolved.push(Unresolved { span, reason: reason.to_owned(), needs_row: false, access: None });
        return;
    }
    let message = format!("`{}` {}", module.slice(sent.range), sent.why);
    let mut proof = vec![Evidence { message, span: Some(span) }];
    proof.extend(evidence(&sent.known.trail));
    set.usages.push(Usage {
        span,
        table: place.0.clone(),
        column: Some(place.1.clone()),
        how: How::Query,
        access: access(sent.access),
        implicit: true,
        named_by: NamedBy::Orm,
        when: When::Always,
        confidence: if sent.known.likely { Confidence::Likely } else { Confidence::Exact },
        evidence: proof,
        value: ValueFact::Plain,
        in_sql: false,
        conversion: None,
        required_at: Vec::new(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_stands_behind_a_dot() {
        for text in ["row.", "row. ", "(row.\n    ", "row.\\\n", "(row.  # the row\n", "(row  # a.b\n"] {
            assert!(ends_with_dot(text.as_bytes()), "{text}");
        }
        for text in ["", "row", "row = ", "# row.\nx", "x = 1  # one\nrow, "] {
            assert!(!ends_with_dot(text.as_bytes()), "{text}");
        }
    }
}
