//! What differs from release to release, and which release a project has.
//!
//! Sources: "What's New in SQLAlchemy 2.0" (`eager_defaults="auto"`), the changelogs, and the statements that the releases
//! sent when the shapes were run.

use crate::text::Sources;

/// What a release does that others do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// The first version of it, as major and minor number.
    version: (u32, u32),
    /// Whether an INSERT of the unit of work fetches what the database gives by itself, unless told otherwise
    /// (`eager_defaults="auto"`).
    pub fetches_defaults: bool,
    /// Whether `refresh` keeps to the columns that the object was loaded with (`load_only`, `defer`).
    pub refreshes_what_was_loaded: bool,
}

/// The releases that are known, newest first.
const RELEASES: [Release; 3] = [NEWEST, Release { version: (2, 0), ..NEWEST }, OLDEST];
const NEWEST: Release = Release { version: (2, 1), fetches_defaults: true, refreshes_what_was_loaded: true };
const OLDEST: Release =
    Release { version: (1, 4), fetches_defaults: false, refreshes_what_was_loaded: false };

/// Where a project says what it is installed with, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    /// The metadata of an installed package.
    Installed,
    /// A lock file.
    Locked,
    /// A range that somebody wrote.
    Required,
}

impl Release {
    /// The release of a project: what is installed beside it, what a lock file says, the newest that its requirements allow;
    /// of several files the one nearest to the root. Of a project that says nothing, the newest.
    pub fn of(sources: &Sources) -> Self {
        let mut found: Vec<(Told, usize, String, Self)> = Vec::new();
        for file in sources.ids() {
            let path = sources.path(file);
            if let Some(release) = installed(path) {
                found.push((Told::Installed, depth(path), path.to_owned(), release));
                continue;
            }
            let Some(told) = kind(path) else { continue };
            let read = |text: &[u8]| required(&String::from_utf8_lossy(text), told);
            if let Some(release) = sources.search(file, read).flatten() {
                found.push((told, depth(path), path.to_owned(), release));
            }
        }
        found.sort_by(|left, right| (left.0, left.1, &left.2).cmp(&(right.0, right.1, &right.2)));
        found.first().map_or(NEWEST, |found| found.3)
    }

    /// The release that a version belongs to; one that is newer than all known does as the newest does.
    fn at(version: (u32, u32)) -> Self {
        let known = RELEASES.iter().find(|release| release.version <= version);
        *known.unwrap_or(&OLDEST)
    }
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// `.venv/lib/python3.12/site-packages/SQLAlchemy-1.4.54.dist-info/METADATA`.
fn installed(path: &str) -> Option<Release> {
    let folder = path.split('/').find(|part| part.ends_with(".dist-info") || part.ends_with(".egg-info"))?;
    let (name, rest) = folder.split_once('-')?;
    name.eq_ignore_ascii_case("sqlalchemy").then(|| version(rest)).flatten().map(Release::at)
}

fn kind(path: &str) -> Option<Told> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        "poetry.lock" | "uv.lock" | "pdm.lock" | "Pipfile.lock" => Some(Told::Locked),
        "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile" | "METADATA" | "environment.yml" => {
            Some(Told::Required)
        }
        _ => {
            let is_list = name.contains("requirements") || path.contains("requirements/");
            (is_list && (name.ends_with(".txt") || name.ends_with(".in"))).then_some(Told::Required)
        }
    }
}

/// The newest release that the first requirement of the package allows.
fn required(text: &str, told: Told) -> Option<Release> {
    let lower = text.to_ascii_lowercase();
    lower.match_indices("sqlalchemy").find_map(|(at, word)| {
        let is_name =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/');
        let before = lower.get(..at)?.chars().next_back();
        let after = lower.get(at + word.len()..)?;
        if before.is_some_and(is_name) || after.starts_with(|letter: char| is_name(letter) && letter != '.') {
            return None;
        }
        if told == Told::Locked {
            let entry: String = after.chars().take(400).collect();
            let number = entry.split("version").nth(1)?;
            return version(number).map(Release::at);
        }
        let line = after.lines().next().unwrap_or_default();
        let line = line.split([';', '#']).next().unwrap_or_default();
        let line =
            line.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(line, |(_, rest)| rest);
        let clauses: Vec<Clause> = clauses(line);
        if clauses.is_empty() {
            return None;
        }
        RELEASES.iter().find(|release| clauses.iter().all(|clause| clause.allows(release.version))).copied()
    })
}

/// One condition on a version.
struct Clause {
    operator: String,
    version: (u32, u32),
    /// Whether a third number stands behind the two.
    patch: bool,
}

impl Clause {
    fn allows(&self, release: (u32, u32)) -> bool {
        let next_major = (self.version.0 + 1, 0);
        let next_minor = (self.version.0, self.version.1 + 1);
        match self.operator.as_str() {
            "<" => release < self.version || (self.patch && release == self.version),
            "<=" => release <= self.version,
            ">" | ">=" => release >= self.version,
            "!=" => release != self.version || self.patch,
            "^" => self.version <= release && release < next_major,
            "~=" if !self.patch => self.version <= release && release < next_major,
            "~" | "~=" => self.version <= release && release < next_minor,
            _ => release == self.version,
        }
    }
}

/// The conditions in `>=1.4,<2.0`, `= "^1.4"`, ` = {version = "~2.0.3"}`.
fn clauses(line: &str) -> Vec<Clause> {
    let mut found = Vec::new();
    let mut operator = String::new();
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        if letter.is_ascii_digit() {
            let end =
                rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '*'))).unwrap_or(rest.len());
            let (number, after) = rest.split_at(end);
            if let Some(version) = version(number) {
                let patch = number
                    .split('.')
                    .nth(2)
                    .is_some_and(|patch| patch.starts_with(|c: char| c.is_ascii_digit()));
                found.push(Clause { operator: std::mem::take(&mut operator), version, patch });
            }
            // A suffix of the number (`b1`) is none of the next one.
            rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            continue;
        }
        match letter {
            '<' | '>' | '=' | '!' | '~' | '^' => operator.push(letter),
            ' ' | '"' | '\'' | '(' | '{' => {}
            _ => operator.clear(),
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        if letter == '"' && !found.is_empty() || letter == '\'' && !found.is_empty() {
            break;
        }
        // `= "^1.4"`: the sign of the assignment is none of the condition.
        if matches!(letter, '"' | '\'') && operator == "=" {
            operator.clear();
        }
    }
    found
}

/// The first two numbers in a text.
fn version(text: &str) -> Option<(u32, u32)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut parts = text.get(start..)?.split(|c: char| !c.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    Some((major, parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_release_that_a_requirement_allows_is_taken() {
        for (text, expected) in [
            ("sqlalchemy==1.4.54\n", Some((1, 4))),
            ("SQLAlchemy[asyncio]>=1.4,<2.0  # old", Some((1, 4))),
            ("dependencies = [\"sqlalchemy>=2.0,<2.1\", \"x==1.4\"]", Some((2, 0))),
            ("sqlalchemy = \"^1.4.3\"", Some((1, 4))),
            ("sqlalchemy = \"^2.0\"", Some((2, 1))),
            ("sqlalchemy~=2.0.3", Some((2, 0))),
            ("sqlalchemy~=1.4", Some((1, 4))),
            ("sqlalchemy>=1.3", Some((2, 1))),
            ("sqlalchemy<2.0.30", Some((2, 0))),
            ("flask-sqlalchemy==2.5.1\nsqlalchemy-utils==0.4", None),
            ("Requires-Dist: sqlalchemy (<2,>=1.4.36)", Some((1, 4))),
            ("sqlalchemy", None),
        ] {
            assert_eq!(required(text, Told::Required).map(|release| release.version), expected, "{text}");
        }
        for text in [
            "name = \"sqlalchemy\"\nversion = \"1.4.54\"",
            "\"sqlalchemy\": {\n  \"hashes\": [],\n \"version\": \"==1.4.54\"}",
        ] {
            assert_eq!(required(text, Told::Locked).map(|release| release.version), Some((1, 4)), "{text}");
        }
        assert_eq!(
            installed("v/site-packages/SQLAlchemy-2.0.58.dist-info/METADATA").map(|release| release.version),
            Some((2, 0))
        );
    }
}
