//! What names a revision: ids, beginnings of ids, branch labels, and Alembic's words for places in a history.

use std::collections::BTreeSet;

use crate::migration::{History, Revision};

/// Why a name means no revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFound {
    /// No revision is called so.
    Unknown,
    /// Several revisions may be meant.
    Several(Vec<String>),
    /// `+n` or `-n` leads past the end of the history.
    TooFar,
}

impl History {
    /// The position of the revision that `name` means; `None` is the place before the first one (`base`).
    ///
    /// A name is an id, a branch label, the beginning of an id, `head`, `heads`, `base`, `LABEL@head`, `LABEL@ID`, and any of
    /// them with steps up or down (`head-1`, `ae10+2`; `-1` alone counts from the head, `+2` from the base). (Alembic
    /// manual, "Partial Revision Identifiers", "Relative Migration Identifiers", "Working with Branches")
    ///
    /// # Errors
    /// A name that means no revision, or several.
    pub fn find(&self, name: &str) -> Result<Option<usize>, NotFound> {
        match self.named(name) {
            Err(NotFound::Unknown) => {}
            found => return found,
        }
        let Some((place, steps)) = relative(name) else { return Err(NotFound::Unknown) };
        let (branch, symbol) =
            place.split_once('@').map_or((None, place), |(branch, rest)| (Some(branch), rest));
        let start = match (symbol, steps < 0) {
            ("", true) => self.head_of(branch)?,
            ("", false) => None,
            _ => self.named(place)?,
        };
        self.walk(start, steps, branch)
    }

    /// Position of the revision with this id, or of the only one whose id begins so.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.by_id(id).ok()
    }

    fn by_id(&self, id: &str) -> Result<usize, NotFound> {
        let exact = |revision: &Revision| revision.id == id;
        if let Some(position) = self.revisions.iter().position(exact) {
            return Ok(position);
        }
        let begins = |revision: &&Revision| !id.is_empty() && revision.id.starts_with(id);
        let found: Vec<&Revision> = self.revisions.iter().filter(begins).collect();
        match found.as_slice() {
            [] => Err(NotFound::Unknown),
            [only] => self
                .revisions
                .iter()
                .position(|revision| std::ptr::eq(revision, *only))
                .ok_or(NotFound::Unknown),
            several => Err(NotFound::Several(several.iter().map(|revision| revision.id.clone()).collect())),
        }
    }

    fn by_label(&self, label: &str) -> Option<usize> {
        self.revisions.iter().position(|revision| revision.labels.iter().any(|own| own == label))
    }

    fn named(&self, name: &str) -> Result<Option<usize>, NotFound> {
        match self.by_id(name) {
            Err(NotFound::Unknown) => {}
            found => return found.map(Some),
        }
        if let Some(position) = self.by_label(name) {
            return Ok(Some(position));
        }
        let (branch, symbol) =
            name.split_once('@').map_or((None, name), |(branch, rest)| (Some(branch), rest));
        match (branch, symbol) {
            (_, "base") => Ok(None),
            // All that there is.
            (None, "heads") => Ok(self.revisions.len().checked_sub(1)),
            (_, "head" | "heads") => self.head_of(branch),
            (Some(_), symbol) => self.named(symbol),
            (None, _) => Err(NotFound::Unknown),
        }
    }

    /// The only revision that none goes on from: of all, or of those of a branch.
    fn head_of(&self, branch: Option<&str>) -> Result<Option<usize>, NotFound> {
        let begin = match branch {
            Some(branch) => {
                Some(self.by_label(branch).or_else(|| self.position(branch)).ok_or(NotFound::Unknown)?)
            }
            None => None,
        };
        let mut heads: Vec<usize> =
            (0..self.revisions.len()).filter(|at| self.children(Some(*at)).is_empty()).collect();
        if let Some(begin) = begin {
            heads.retain(|head| self.line(*head).contains(&begin));
        }
        self.only(&heads)
    }

    /// The positions that go on from a place.
    fn children(&self, from: Option<usize>) -> Vec<usize> {
        let id = from.and_then(|from| self.revisions.get(from)).map(|revision| revision.id.as_str());
        let goes_on = |revision: &Revision| match id {
            Some(id) => going_on(revision).any(|parent| parent == id),
            None => going_on(revision).next().is_none(),
        };
        (0..self.revisions.len()).filter(|at| self.revisions.get(*at).is_some_and(goes_on)).collect()
    }

    /// A position and all that it goes on from, without what it needs beside that.
    fn line(&self, from: usize) -> BTreeSet<usize> {
        self.reach(from, |revision| going_on(revision).collect())
    }

    fn walk(
        &self,
        start: Option<usize>,
        steps: i64,
        branch: Option<&str>,
    ) -> Result<Option<usize>, NotFound> {
        let mut at = start;
        let bound = i64::try_from(self.revisions.len()).unwrap_or(i64::MAX);
        for _ in 0..steps.abs().min(bound.saturating_add(1)) {
            at = if steps > 0 { self.only(&self.step_up(at, branch))? } else { self.step_down(at)? };
            if steps > 0 && at.is_none() {
                return Err(NotFound::TooFar);
            }
        }
        Ok(at)
    }

    fn step_up(&self, from: Option<usize>, branch: Option<&str>) -> Vec<usize> {
        let mut next = self.children(from);
        let label = branch.and_then(|branch| self.by_label(branch));
        if let (true, Some(label)) = (next.len() > 1, label) {
            let in_line = |at: &usize| self.line(*at).contains(&label) || self.line(label).contains(at);
            next.retain(in_line);
        }
        next
    }

    fn step_down(&self, from: Option<usize>) -> Result<Option<usize>, NotFound> {
        let Some(revision) = from.and_then(|from| self.revisions.get(from)) else {
            return Err(NotFound::TooFar);
        };
        let parents: Vec<usize> = going_on(revision).filter_map(|parent| self.position(parent)).collect();
        self.only(&parents)
    }

    fn only(&self, found: &[usize]) -> Result<Option<usize>, NotFound> {
        match found {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            several => {
                let ids = several.iter().filter_map(|at| self.revisions.get(*at));
                Err(NotFound::Several(ids.map(|revision| revision.id.clone()).collect()))
            }
        }
    }
}

/// The parents that a revision goes on from.
fn going_on(revision: &Revision) -> impl Iterator<Item = &str> {
    revision.parents.iter().filter(|parent| !revision.needs.contains(parent)).map(String::as_str)
}

/// `PLACE+n`, `PLACE-n`: the place, and the steps.
fn relative(name: &str) -> Option<(&str, i64)> {
    let at = name.rfind(['+', '-'])?;
    let (place, steps) = name.split_at_checked(at)?;
    let digits = steps.trim_start_matches(['+', '-']);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| steps.parse().ok()).flatten().map(|steps| (place, steps))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{FileId, Span};

    /// A revision: its id, what it goes on from, what it needs, its labels.
    type Line<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a str]);

    fn history(lines: &[Line<'_>]) -> History {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let revisions = lines.iter().map(|(id, parents, needs, labels)| Revision {
            parents: owned(&[*parents, *needs].concat()),
            needs: owned(needs),
            labels: owned(labels),
            ..Revision::new(*id, Span::new(FileId(0), 0, 0))
        });
        History { revisions: revisions.collect(), ..History::default() }
    }

    /// `a -> b -> (c labelled left | d, which needs c) -> e goes on from d`.
    fn branched() -> History {
        history(&[
            ("aa1", &[], &[], &[]),
            ("ab2", &["aa1"], &[], &[]),
            ("cc3", &["ab2"], &[], &["left"]),
            ("dd4", &["ab2"], &["cc3"], &[]),
            ("ee5", &["dd4"], &[], &[]),
        ])
    }

    fn check(name: &str, expected: Result<Option<&str>, NotFound>) {
        let history = branched();
        let found = history.find(name);
        let id = found
            .map(|found| found.and_then(|at| history.revisions.get(at)).map(|revision| revision.id.as_str()));
        assert_eq!(id, expected, "{name}");
    }

    #[test]
    fn a_revision_is_found_by_all_its_names() {
        let several = |ids: &[&str]| Err(NotFound::Several(ids.iter().map(|id| (*id).to_owned()).collect()));
        check("aa1", Ok(Some("aa1")));
        check("e", Ok(Some("ee5")));
        check("a", several(&["aa1", "ab2"]));
        check("left", Ok(Some("cc3")));
        check("base", Ok(None));
        check("heads", Ok(Some("ee5")));
        check("head", several(&["cc3", "ee5"]));
        check("left@head", Ok(Some("cc3")));
        check("dd4@head", Ok(Some("ee5")));
        check("ee5-1", Ok(Some("dd4")));
        check("dd-1", Ok(Some("ab2")));
        check("ee5-4", Ok(None));
        check("ee5-5", Err(NotFound::TooFar));
        check("+2", Ok(Some("ab2")));
        check("ab2+1", several(&["cc3", "dd4"]));
        check("left@ab2+1", Ok(Some("cc3")));
        check("ee5+1", Err(NotFound::TooFar));
        check("zz", Err(NotFound::Unknown));
        check("zz-99999999999999999999", Err(NotFound::Unknown));
        check("", Err(NotFound::Unknown));
    }

    #[test]
    fn steps_alone_count_from_the_ends() {
        let line = history(&[("1", &[], &[], &[]), ("2", &["1"], &[], &[]), ("3", &["2"], &[], &[])]);
        assert_eq!(line.find("-1"), Ok(Some(1)));
        assert_eq!(line.find("head"), Ok(Some(2)));
        assert_eq!(line.find("head-3"), Ok(None));
        assert_eq!(line.find("+1"), Ok(Some(0)));
    }
}
