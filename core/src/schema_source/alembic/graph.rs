//! From revision files to the order in which Alembic applies them.
//!
//! Parents come before children, over `down_revision` and `depends_on` alike; which branch comes first is decided as
//! `alembic upgrade heads` decides it (`RevisionMap._topological_sort` of Alembic 1.7 and later): from the heads down, in the
//! order in which the files are read, a branch as far as it goes before another one depends on it. The test
//! `truth-schema` compares with Alembic itself.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::Unanalyzed;
use crate::schema_source::alembic::revision::RevisionFile;

/// The files in the order they apply.
pub(super) struct Order {
    pub files: Vec<Ordered>,
    pub notes: Vec<Unanalyzed>,
}

/// A file with the ids of the revisions that it comes after.
pub(super) struct Ordered {
    pub file: RevisionFile,
    /// All of them, in the order of `down_revision` and then `depends_on`.
    pub parents: Vec<String>,
    /// Those that `depends_on` alone names.
    pub needs: Vec<String>,
}

/// Puts the files in order. What contradicts itself is noted and the rest goes on.
pub(super) fn order(files: Vec<RevisionFile>) -> Order {
    let mut notes = Vec::new();
    let unique = without_twins(files, &mut notes);
    let names = Names::new(&unique);
    let links: Vec<Links> = unique.iter().map(|file| names.links(file, &mut notes)).collect();
    let sound = acyclic(&links);
    for (index, file) in unique.iter().enumerate().filter(|(index, _)| !sound.contains(index)) {
        let what = if behind_itself(index, &links) {
            "comes after itself"
        } else {
            "comes after one that comes after itself"
        };
        let reason = format!("revision {} {what}: the order of the revisions is a circle", file.id);
        notes.push(Unanalyzed::new(file.span, reason));
    }
    let mut sorted = sort(&links, &sound);
    sorted.extend((0..unique.len()).filter(|index| !sound.contains(index)));
    let ids: Vec<String> = unique.iter().map(|file| file.id.clone()).collect();
    let mut slots: Vec<Option<RevisionFile>> = unique.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(slots.len());
    for index in sorted {
        let (Some(file), Some(links)) = (slots.get_mut(index).and_then(Option::take), links.get(index))
        else {
            continue;
        };
        let named = |positions: &[usize]| positions.iter().filter_map(|at| ids.get(*at).cloned()).collect();
        let needs = links.needs.iter().copied().filter(|need| !links.down.contains(need)).collect::<Vec<_>>();
        ordered.push(Ordered { file, parents: named(&links.all()), needs: named(&needs) });
    }
    Order { files: ordered, notes }
}

/// Of several files with one id the last one counts, at the place of the first (`RevisionMap._revision_map`).
fn without_twins(files: Vec<RevisionFile>, notes: &mut Vec<Unanalyzed>) -> Vec<RevisionFile> {
    let mut unique: Vec<RevisionFile> = Vec::with_capacity(files.len());
    let mut by_id: FxHashMap<String, usize> = FxHashMap::default();
    for file in files {
        let known = by_id.get(&file.id).copied();
        let Some(slot) = known.and_then(|known| unique.get_mut(known)) else {
            by_id.insert(file.id.clone(), unique.len());
            unique.push(file);
            continue;
        };
        let reason = format!("revision {} is there twice; of the two, this file is left out", file.id);
        let earlier = std::mem::replace(slot, file);
        notes.push(Unanalyzed::new(earlier.span, reason));
    }
    unique
}

/// What a revision comes after, by position.
#[derive(Debug, Default)]
struct Links {
    /// `down_revision`.
    down: Vec<usize>,
    /// `depends_on`.
    needs: Vec<usize>,
}

impl Links {
    fn all(&self) -> Vec<usize> {
        let mut all: Vec<usize> = Vec::new();
        for link in self.down.iter().chain(&self.needs) {
            if !all.contains(link) {
                all.push(*link);
            }
        }
        all
    }
}

/// What names a revision: its id, an abbreviation of it, a branch label.
struct Names<'f> {
    by_id: FxHashMap<String, usize>,
    by_label: FxHashMap<&'f str, usize>,
    ids: Vec<(&'f str, usize)>,
}

impl<'f> Names<'f> {
    fn new(files: &'f [RevisionFile]) -> Self {
        let by_id = files.iter().enumerate().map(|(index, file)| (file.id.clone(), index)).collect();
        let labels = files
            .iter()
            .enumerate()
            .flat_map(|(index, file)| file.labels.iter().map(move |label| (label.as_str(), index)));
        let mut ids: Vec<(&str, usize)> =
            files.iter().enumerate().map(|(index, file)| (file.id.as_str(), index)).collect();
        ids.sort_unstable();
        Self { by_label: labels.collect(), by_id, ids }
    }

    fn find(&self, name: &str) -> Option<usize> {
        // `label@id` names the revision of this id in a branch.
        let name = name.rsplit('@').next().unwrap_or(name);
        let exact = self.by_id.get(name).or_else(|| self.by_label.get(name)).copied();
        exact.or_else(|| {
            let from = self.ids.partition_point(|(id, _)| *id < name);
            let mut found = self.ids.iter().skip(from).take_while(|(id, _)| id.starts_with(name));
            match (found.next(), found.next()) {
                (Some((_, index)), None) if !name.is_empty() => Some(*index),
                _ => None,
            }
        })
    }

    fn links(&self, file: &RevisionFile, notes: &mut Vec<Unanalyzed>) -> Links {
        let mut find_all = |names: &[String]| {
            let mut found = Vec::new();
            for name in names {
                match self.find(name) {
                    Some(index) if !found.contains(&index) => found.push(index),
                    Some(_) => {}
                    None => {
                        let reason = format!("revision {} comes after {name}, which is not there", file.id);
                        notes.push(Unanalyzed::new(file.span, reason));
                    }
                }
            }
            found
        };
        Links { down: find_all(&file.down), needs: find_all(&file.depends_on) }
    }
}

fn links_of(links: &[Links], index: usize) -> Vec<usize> {
    links.get(index).map(Links::all).unwrap_or_default()
}

/// Whether a revision is on a circle.
fn behind_itself(index: usize, links: &[Links]) -> bool {
    let above = links_of(links, index);
    above.iter().any(|parent| ancestors(*parent, |at| links_of(links, at)).contains(&index))
}

/// The positions that are on no circle and behind none.
fn acyclic(links: &[Links]) -> FxHashSet<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); links.len()];
    let mut missing: Vec<usize> = Vec::with_capacity(links.len());
    for index in 0..links.len() {
        let above = links_of(links, index);
        missing.push(above.len());
        for parent in above {
            if let Some(list) = children.get_mut(parent) {
                list.push(index);
            }
        }
    }
    let mut open: Vec<usize> = (0..links.len()).filter(|index| missing.get(*index) == Some(&0)).collect();
    let mut found = FxHashSet::default();
    while let Some(index) = open.pop() {
        found.insert(index);
        for child in children.get(index).into_iter().flatten() {
            if let Some(count) = missing.get_mut(*child) {
                *count -= 1;
                if *count == 0 {
                    open.push(*child);
                }
            }
        }
    }
    found
}

/// A position and all that it comes after.
fn ancestors(from: usize, above: impl Fn(usize) -> Vec<usize>) -> FxHashSet<usize> {
    let mut found = FxHashSet::default();
    let mut open = vec![from];
    while let Some(index) = open.pop() {
        if found.insert(index) {
            open.extend(above(index));
        }
    }
    found
}

/// What each revision needs beyond what the revisions below it on its own line need already
/// (`RevisionMap._normalize_depends_on`), behind what it goes on from.
fn normalized(links: &[Links], sound: &FxHashSet<usize>) -> Vec<Vec<usize>> {
    let line = |at: usize| links.get(at).map(|links| links.down.clone()).unwrap_or_default();
    let needs = |(index, own): (usize, &Links)| {
        if !sound.contains(&index) || own.needs.is_empty() {
            return own.down.clone();
        }
        let mut below = ancestors(index, line);
        below.remove(&index);
        let met = |need: &usize| {
            below.iter().any(|at| links.get(*at).is_some_and(|links| links.needs.contains(need)))
        };
        let further = own.needs.iter().copied().filter(|need| !met(need) && !own.down.contains(need));
        own.down.iter().copied().chain(further).collect()
    };
    links.iter().enumerate().map(needs).collect()
}

/// A branch on the way from its head down.
struct Branch {
    /// The revision that comes next.
    tip: usize,
    /// The tip, and what it comes after.
    ancestors: FxHashSet<usize>,
}

/// Above this number of revisions the branches are not told apart as Alembic does, which would cost their square.
const MOST_REVISIONS: usize = 20_000;

/// The sound positions, first to last.
fn sort(links: &[Links], sound: &FxHashSet<usize>) -> Vec<usize> {
    let above = normalized(links, sound);
    let of = |index: usize| above.get(index).cloned().unwrap_or_default();
    if links.len() > MOST_REVISIONS {
        return depth_first(links, sound);
    }
    let inner: FxHashSet<usize> = sound.iter().flat_map(|index| links_of(links, *index)).collect();
    let heads = (0..links.len()).filter(|index| sound.contains(index) && !inner.contains(index));
    let mut branches: Vec<Branch> = heads.map(|tip| Branch { tip, ancestors: ancestors(tip, of) }).collect();
    let mut todo = sound.clone();
    let mut sorted = Vec::with_capacity(todo.len());
    let mut at = 0;
    while let Some(tip) = branches.get(at).map(|branch| branch.tip) {
        // What another branch comes after has to wait for that branch.
        let before = |(other, branch): (usize, &Branch)| other != at && branch.ancestors.contains(&tip);
        if let Some(other) = branches.iter().enumerate().position(before) {
            at = other;
            continue;
        }
        if todo.remove(&tip) {
            sorted.push(tip);
        }
        let taken = |index: &usize| branches.iter().any(|branch| branch.tip == *index);
        let next: Vec<usize> =
            of(tip).into_iter().filter(|index| todo.contains(index) && !taken(index)).collect();
        let plain = of(tip).len() == 1 && links.get(tip).is_some_and(|links| links.down.len() == 1);
        let Some((first, others)) = next.split_first() else {
            branches.remove(at);
            at = at.saturating_sub(1);
            continue;
        };
        if let Some(branch) = branches.get_mut(at) {
            branch.tip = *first;
            if plain {
                branch.ancestors.remove(&tip);
            } else {
                branch.ancestors = ancestors(*first, of);
            }
        }
        branches.extend(others.iter().map(|tip| Branch { tip: *tip, ancestors: ancestors(*tip, of) }));
    }
    sorted.reverse();
    sorted
}

/// Parents before children, in any order beside that.
fn depth_first(links: &[Links], sound: &FxHashSet<usize>) -> Vec<usize> {
    let mut sorted = Vec::with_capacity(sound.len());
    let mut seen = FxHashSet::default();
    for index in (0..links.len()).filter(|index| sound.contains(index)) {
        let mut open = vec![(index, false)];
        while let Some((at, done)) = open.pop() {
            if done {
                sorted.push(at);
            } else if seen.insert(at) {
                open.push((at, true));
                open.extend(links_of(links, at).into_iter().rev().map(|parent| (parent, false)));
            }
        }
    }
    sorted
}
