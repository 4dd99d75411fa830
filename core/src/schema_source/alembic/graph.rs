//! From revision files to the order in which Alembic applies them: parents before children, over `down_revision` and
//! `depends_on` alike.

use rustc_hash::FxHashMap;

use crate::diagnostic::Unanalyzed;
use crate::schema_source::alembic::revision::RevisionFile;

/// The files in the order they apply, each with the ids of the revisions it comes after.
pub(super) struct Order {
    pub files: Vec<(RevisionFile, Vec<String>)>,
    pub notes: Vec<Unanalyzed>,
}

/// Puts the files in order. What contradicts itself is noted and the rest goes on.
pub(super) fn order(files: Vec<RevisionFile>) -> Order {
    let mut notes = Vec::new();
    let mut unique: Vec<RevisionFile> = Vec::with_capacity(files.len());
    let mut by_id: FxHashMap<String, usize> = FxHashMap::default();
    for file in files {
        if by_id.contains_key(&file.id) {
            let reason = format!("revision {} is there twice; this file is left out", file.id);
            notes.push(Unanalyzed::new(file.span, reason));
            continue;
        }
        by_id.insert(file.id.clone(), unique.len());
        unique.push(file);
    }
    let names = Names::new(&unique, by_id);
    let parents: Vec<Vec<usize>> = unique.iter().map(|file| names.parents(file, &mut notes)).collect();
    let sorted = sort(&parents);
    for (index, file) in unique.iter().enumerate() {
        if !sorted.contains(&index) {
            let reason =
                format!("revision {} comes after itself: the order of the revisions is a circle", file.id);
            notes.push(Unanalyzed::new(file.span, reason));
        }
    }
    let ids: Vec<String> = unique.iter().map(|file| file.id.clone()).collect();
    let mut slots: Vec<Option<RevisionFile>> = unique.into_iter().map(Some).collect();
    let left = (0..slots.len()).filter(|index| !sorted.contains(index)).collect::<Vec<_>>();
    let mut ordered = Vec::with_capacity(slots.len());
    for index in sorted.iter().chain(&left) {
        let Some(file) = slots.get_mut(*index).and_then(Option::take) else { continue };
        let above = parents.get(*index).into_iter().flatten();
        ordered.push((file, above.filter_map(|parent| ids.get(*parent).cloned()).collect()));
    }
    Order { files: ordered, notes }
}

/// What names a revision: its id, an abbreviation of it, a branch label.
struct Names<'f> {
    by_id: FxHashMap<String, usize>,
    by_label: FxHashMap<&'f str, usize>,
    ids: Vec<(&'f str, usize)>,
}

impl<'f> Names<'f> {
    fn new(files: &'f [RevisionFile], by_id: FxHashMap<String, usize>) -> Self {
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

    fn parents(&self, file: &RevisionFile, notes: &mut Vec<Unanalyzed>) -> Vec<usize> {
        let mut found = Vec::new();
        for name in file.down.iter().chain(&file.depends_on) {
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
    }
}

/// A linear extension: a branch goes on as long as it can, so that what belongs together stays together. What is on a
/// circle, or behind one, is left out.
fn sort(parents: &[Vec<usize>]) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
    let mut missing: Vec<usize> = parents.iter().map(Vec::len).collect();
    for (index, above) in parents.iter().enumerate() {
        for parent in above {
            if let Some(list) = children.get_mut(*parent) {
                list.push(index);
            }
        }
    }
    let mut open: Vec<usize> =
        (0..parents.len()).rev().filter(|index| missing.get(*index) == Some(&0)).collect();
    let mut sorted = Vec::with_capacity(parents.len());
    while let Some(index) = open.pop() {
        sorted.push(index);
        for child in children.get(index).into_iter().flatten().rev() {
            if let Some(count) = missing.get_mut(*child) {
                *count -= 1;
                if *count == 0 {
                    open.push(*child);
                }
            }
        }
    }
    sorted
}
