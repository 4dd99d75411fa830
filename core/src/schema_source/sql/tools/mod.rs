//! Which tool a folder of migrations belongs to: which files count, in which order, and which part of each goes up.

mod atlas;
mod dbmate;
mod diesel;
mod drizzle;
mod flyway;
mod golang_migrate;
mod goose;
pub(in crate::schema_source) mod liquibase;
mod node_pg_migrate;
mod numbered;
mod plain;
mod prisma;
mod refinery;
mod sqlx;
mod supabase;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::diagnostic::Unanalyzed;
use crate::schema::Dialect;
use crate::text::{FileId, SourceFile, Sources, Span, TextRange};

/// A folder of migrations.
pub(super) struct Folder<'s> {
    sources: &'s Sources,
    path: String,
    /// Its files by their names below the folder, sorted.
    files: Vec<(String, FileId)>,
}

/// What a tool would do with a folder.
pub(super) struct Plan {
    /// The database, where the tool's own files say it.
    pub dialect: Option<Dialect>,
    /// The migrations in the tool's order.
    pub migrations: Vec<Migration>,
    /// Duplicates, gaps, and what else contradicts itself.
    pub unanalyzed: Vec<Unanalyzed>,
}

/// One migration of a plan.
pub(super) struct Migration {
    /// What names it.
    pub id: String,
    /// Its title, where it has one beside its version.
    pub title: Option<String>,
    /// Its file.
    pub file: FileId,
    /// The parts of the file that go up; `None` is the whole file.
    pub up: Option<Vec<TextRange>>,
    /// What takes it back, where something is written for that.
    pub down: Option<Down>,
    /// Whether the tool asks the database first whether it is to be applied.
    pub conditional: bool,
    /// The databases that it is for or, behind `!`, not for, by the tool's names and with commas between; `None` is all.
    pub databases: Option<String>,
}

/// What takes a migration back.
pub(super) struct Down {
    /// Its file.
    pub file: FileId,
    /// The parts of the file; `None` is the whole file.
    pub parts: Option<Vec<TextRange>>,
    /// Whether a statement may go on from one part to the next.
    pub joined: bool,
}

impl Down {
    /// A file that does nothing else.
    fn whole(file: FileId) -> Self {
        Self { file, parts: None, joined: false }
    }

    /// Parts of the migration's own file, if there are any.
    fn in_file(file: FileId, parts: Vec<TextRange>) -> Option<Self> {
        (!parts.is_empty()).then_some(Self { file, parts: Some(parts), joined: false })
    }
}

/// The tools, those with the surest marks first.
const TOOLS: &[fn(&Folder<'_>) -> Option<Plan>] = &[
    prisma::plan,
    drizzle::plan,
    diesel::plan,
    atlas::plan,
    liquibase::plan,
    goose::plan,
    dbmate::plan,
    node_pg_migrate::plan,
    refinery::plan,
    flyway::plan,
    supabase::plan,
    golang_migrate::plan,
    sqlx::plan,
    plain::plan,
];

/// What the folder's tool would do.
pub(super) fn plan(folder: &Folder<'_>) -> Plan {
    let found = TOOLS.iter().find_map(|plan| plan(folder));
    found.unwrap_or_else(|| Plan::of(Vec::new()))
}

/// The changesets of a single file, where it is one of Liquibase's.
pub(super) fn plan_file(sources: &Sources, file: FileId) -> Option<Plan> {
    let text = sources.load(file).ok()?;
    let migrations = liquibase::changesets(&text)?;
    Some(Plan::of(migrations))
}

impl<'s> Folder<'s> {
    /// The folder at this path.
    pub fn new(sources: &'s Sources, path: &str) -> Self {
        let path = path.trim_end_matches('/');
        let prefix = if path.is_empty() || path == "." { String::new() } else { format!("{path}/") };
        let below = sources.below(if prefix.is_empty() { "" } else { path });
        let name =
            |file: FileId| sources.path(file).strip_prefix(&prefix).map(|name| (name.to_owned(), file));
        Self { sources, path: path.to_owned(), files: below.into_iter().filter_map(name).collect() }
    }

    /// All files with their names below the folder.
    fn files(&self) -> impl Iterator<Item = (&str, FileId)> {
        self.files.iter().map(|(name, file)| (name.as_str(), *file))
    }

    /// The `.sql` files that lie in the folder itself.
    fn direct_sql(&self) -> impl Iterator<Item = (&str, FileId)> {
        self.files().filter(|(name, _)| !name.contains('/') && name.ends_with(".sql"))
    }

    /// The file of this name.
    fn find(&self, name: &str) -> Option<FileId> {
        self.files().find(|(known, _)| *known == name).map(|(_, file)| file)
    }

    fn load(&self, file: FileId) -> Option<Arc<SourceFile>> {
        self.sources.load(file).ok()
    }

    /// Whether a file of this name, in the folder or above it, has the words in it.
    fn mentioned_above(&self, name: &str, words: &str) -> bool {
        let mut folder = Some(self.path.as_str());
        while let Some(path) = folder {
            let wanted = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            let text = self.sources.find(&wanted).and_then(|file| self.load(file));
            if text.is_some_and(|file| file.text.contains(words)) {
                return true;
            }
            folder = match path.rsplit_once('/') {
                Some((parent, _)) => Some(parent),
                None if path.is_empty() => None,
                None => Some(""),
            };
        }
        false
    }

    /// Whether the text of a file has words that make, change or drop a table.
    fn changes_tables(&self, file: FileId) -> bool {
        self.load(file).is_some_and(|file| {
            let text = file.text.to_ascii_lowercase();
            ["create table", "alter table", "drop table"].iter().any(|words| text.contains(words))
        })
    }

    /// Notes the files in the folder itself that are migrations in another language than SQL.
    fn note_programs(&self, plan: &mut Plan, extension: &str, is_migration: impl Fn(&str) -> bool) {
        let programs = self.files().filter(|(name, _)| !name.contains('/') && name.ends_with(extension));
        for (name, file) in programs.filter(|(name, _)| is_migration(name)) {
            plan.note(file, format!("the migration {name} is a program, which is not read"));
        }
    }

    /// Whether any `.sql` file in the folder itself has a line that `is_mark` knows.
    fn has_line(&self, is_mark: impl Fn(&str) -> bool) -> bool {
        self.direct_sql().filter_map(|(_, file)| self.load(file)).any(|file| file.text.lines().any(&is_mark))
    }
}

impl Plan {
    /// A plan of these migrations, of which nothing is to be said.
    fn of(migrations: Vec<Migration>) -> Self {
        Self { dialect: None, migrations, unanalyzed: Vec::new() }
    }

    /// Notes a file that the tool passes over by its name, where it would change tables.
    fn leave_out(&mut self, folder: &Folder<'_>, name: &str, file: FileId) {
        if !folder.changes_tables(file) {
            return;
        }
        self.note(file, format!("{name} is not named as the other migrations are, and is left out"));
    }

    /// Notes something about a migration's file.
    fn note(&mut self, file: FileId, reason: impl Into<String>) {
        self.unanalyzed.push(Unanalyzed::new(Span::new(file, 0, 0), reason));
    }
}

impl Migration {
    /// A migration that is a whole file.
    fn whole(id: impl Into<String>, file: FileId) -> Self {
        Self { id: id.into(), title: None, file, up: None, down: None, conditional: false, databases: None }
    }
}

impl Migration {
    /// Whether it is for this database.
    pub fn is_for(&self, dialect: Dialect) -> bool {
        let Some(list) = &self.databases else { return true };
        let mut names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        let is_named = |name: &str| name == "all" || Dialect::parse(name) == Some(dialect);
        if list.contains('!') {
            return !names.any(|name| name.strip_prefix('!').is_some_and(is_named));
        }
        names.any(is_named)
    }
}

/// Notes migrations that have the same number before the first `_`, where the tool keeps one of each.
fn note_same_versions(plan: &mut Plan) {
    let version = |id: &str| id.split('_').next().unwrap_or(id).to_owned();
    let named: Vec<(String, String, FileId)> = plan
        .migrations
        .iter()
        .map(|migration| (version(&migration.id), migration.id.clone(), migration.file))
        .collect();
    for pair in named.windows(2) {
        if let [(before, first, _), (after, second, file)] = pair
            && before == after
        {
            plan.note(*file, format!("the migrations {first} and {second} have the same version"));
        }
    }
}

/// The file's name without folder and extension.
fn stem(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".sql").unwrap_or(name)
}

/// The title in `0001_add_users`: what stands behind the version, in words.
fn title(stem: &str) -> Option<String> {
    let rest = stem.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['_', '-']);
    let words = rest.replace(['_', '-'], " ");
    (!words.trim().is_empty() && rest.len() < stem.len()).then(|| words.trim().to_owned())
}

/// Which way a line of a migration file turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// The parts of a text that go up: from a line that says so to one that says otherwise. `start` is the direction before
/// the first such line.
fn up_parts(text: &str, start: Direction, turn: impl Fn(&str) -> Option<Direction>) -> Vec<TextRange> {
    parts_of(text, Direction::Up, start, turn)
}

/// The parts of a migration's file that take it back.
fn down_parts(file: &SourceFile, turn: impl Fn(&str) -> Option<Direction>) -> Option<Down> {
    Down::in_file(file.id, parts_of(&file.text, Direction::Down, Direction::Up, turn))
}

fn parts_of(
    text: &str,
    wanted: Direction,
    start: Direction,
    turn: impl Fn(&str) -> Option<Direction>,
) -> Vec<TextRange> {
    let mut parts = Vec::new();
    let mut direction = start;
    let mut from = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(next) = turn(line) {
            if direction == wanted && at > from {
                parts.push(TextRange::new(from, at));
            }
            direction = next;
            from = at + line.len();
        }
        at += line.len();
    }
    if direction == wanted && at > from {
        parts.push(TextRange::new(from, at));
    }
    parts
}

/// The words of a `--` comment that is alone on its line, in lower case.
fn comment_words(line: &str) -> Option<String> {
    let comment = line.trim().strip_prefix("--")?;
    Some(comment.trim_start_matches('-').trim().to_ascii_lowercase())
}
