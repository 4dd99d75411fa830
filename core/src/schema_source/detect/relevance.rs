//! Which of several sources can know a table, told by their bytes: what cannot need not be read.

use memchr::memmem;

use super::{Found, What, lies_in, parent};
use crate::code::project::Project;
use crate::code::project::classes::Stands;
use crate::text::{FileId, Sources};

/// Files that say where the code of one application begins.
const HOMES: [&str; 4] = ["pyproject.toml", "setup.py", "setup.cfg", "Pipfile"];

/// Whether a source may have a table (or view) of one of these names, whatever their case. No is said only where every
/// table of the source is named by text that stands in it, and none of the names does.
pub(super) fn may_know(project: &Project<'_>, found: &Found, names: &[String]) -> bool {
    let sources = project.sources();
    match &found.what {
        What::Prisma => {
            let folder = if found.path.ends_with(".prisma") { parent(&found.path) } else { &found.path };
            holds(project, &files_of(sources, folder, &[".prisma", ".sql"]), names, Stands::Anywhere)
        }
        What::Sql if sources.find(&found.path).is_some() => {
            let file = sources.find(&found.path).into_iter().collect::<Vec<_>>();
            holds(project, &file, names, Stands::Anywhere)
        }
        What::Sql => holds(project, &sources.below(&found.path), names, Stands::Anywhere),
        // Programs that may put names together, and import from anywhere.
        What::Knex(_) | What::TypeOrm(_) => true,
        What::Alembic(folders) => folders.iter().any(|folder| revisions_may_know(project, folder, names)),
    }
}

/// Revisions are programs: they import from what lies beside them, and what was there before the first of them may be
/// read from the models of their application.
fn revisions_may_know(project: &Project<'_>, folder: &str, names: &[String]) -> bool {
    let sources = project.sources();
    let environment = files_of(sources, parent(folder.trim_end_matches('/')), &[".py", ".sql"]);
    let application = files_of(sources, home(sources, folder), &[".py"]);
    let lower: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let makes = |file: &FileId| sources.search(*file, |text| may_make(text, &lower)).unwrap_or(true);
    holds(project, &application, names, Stands::InQuotes) || environment.iter().any(makes)
}

fn holds(project: &Project<'_>, files: &[FileId], names: &[String], stands: Stands) -> bool {
    let words: Vec<(&str, Stands)> = names.iter().map(|name| (name.as_str(), stands)).collect();
    !project.files_with(files, &words).is_empty()
}

fn files_of(sources: &Sources, folder: &str, endings: &[&str]) -> Vec<FileId> {
    let is_one = |file: &FileId| {
        let path = sources.path(*file);
        lies_in(path, folder) && endings.iter().any(|ending| path.ends_with(ending))
    };
    sources.ids().filter(is_one).collect()
}

/// The folder of the application around a folder: the nearest that is set up as one, else the outermost.
fn home<'p>(sources: &Sources, folder: &'p str) -> &'p str {
    let mut at = folder;
    while !at.is_empty() {
        at = parent(at);
        let is_home = |name: &&str| sources.find(&super::join(at, name)).is_some();
        if !at.is_empty() && HOMES.iter().any(is_home) {
            return at;
        }
    }
    folder.split('/').next().filter(|_| folder.contains('/')).unwrap_or("")
}

/// Whether a file may make a table of one of the names (in lower case), or rename one so, by anything but a string that is
/// the name and nothing else.
fn may_make(text: &[u8], names: &[String]) -> bool {
    const NAMED_ELSEWHERE: [&[u8]; 7] =
        [b"create_all", b"__table__", b"TableOp", b"getattr(op", b"open(", b"read_text", b"read_bytes"];
    NAMED_ELSEWHERE.iter().any(|mark| memmem::find(text, mark).is_some())
        || !calls_are_literal(text, b"create_table(", 1)
        || !calls_are_literal(text, b"rename_table(", 2)
        || !calls_are_literal(text, b"Table(", 1)
        || statements_may_make(&text.to_ascii_lowercase(), names)
}

/// Whether the first arguments of all calls of a function are plain strings.
fn calls_are_literal(text: &[u8], call: &[u8], arguments: usize) -> bool {
    let are_literal = |at: usize| {
        let mut rest = text.get(at + call.len()..).unwrap_or_default();
        (0..arguments).all(|_| match after_string(rest) {
            Some(behind) => {
                rest = behind.get(1..).unwrap_or_default();
                matches!(behind.first(), Some(b',' | b')'))
            }
            None => false,
        })
    };
    memmem::find_iter(text, call).all(are_literal)
}

/// What stands behind the plain string that a text begins with, blanks left out.
fn after_string(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii_start();
    let quote = *text.first().filter(|first| matches!(first, b'"' | b'\''))?;
    let end = text.iter().skip(1).position(|byte| *byte == quote || *byte == b'\n')? + 1;
    Some(text.get(end + 1..)?.trim_ascii_start())
}

/// Whether a `CREATE TABLE`, `CREATE VIEW` or `RENAME TO` of a text in lower case is followed by one of the names, or by
/// something else than a name.
fn statements_may_make(lower: &[u8], names: &[String]) -> bool {
    let is_another =
        |word: &[u8]| name_of(word).is_some_and(|found| !names.iter().any(|name| name.as_bytes() == found));
    let created = memmem::find_iter(lower, b"create ").any(|at| {
        let words = || words_behind(lower, at + b"create ".len()).take(MOST_WORDS);
        let Some(kind) = words().position(|word| matches!(word, b"table" | b"view")) else {
            // What is made is put together elsewhere, unless a word says what it is.
            return !words().next().is_some_and(|word| word.first().is_some_and(u8::is_ascii_alphabetic));
        };
        let name = words().skip(kind + 1).find(|word| !matches!(*word, b"if" | b"not" | b"exists"));
        name.is_some_and(|name| !is_another(name))
    });
    let renamed = memmem::find_iter(lower, b"rename to")
        .any(|at| !words_behind(lower, at + b"rename to".len()).next().is_some_and(is_another));
    created || renamed || memmem::find(lower, b"rename table").is_some()
}

/// Between `CREATE` and a table's name stand no more words.
const MOST_WORDS: usize = 8;

fn words_behind(text: &[u8], at: usize) -> impl Iterator<Item = &[u8]> {
    let rest = text.get(at..).unwrap_or_default();
    rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

/// The last part of the name that a word of SQL begins with, without its quotes; `None` where the word has a hole.
fn name_of(word: &[u8]) -> Option<&[u8]> {
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'"' | b'`' | b'[' | b']');
    let is_escape = |at: usize| word.get(at + 1) == Some(&b'"');
    let mut bytes = word.iter().enumerate();
    let end = bytes.find(|(at, byte)| !(is_part(**byte) || **byte == b'\\' && is_escape(*at)));
    let end = end.map_or(word.len(), |(at, _)| at);
    let ends = matches!(word.get(end), None | Some(b'(' | b';' | b'\'' | b')' | b',' | b'\\'));
    let mut parts = word.get(..end)?.split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
    parts.rfind(|part| !part.is_empty()).filter(|_| ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_are_named_by_strings_are_told_from_those_that_are_not() {
        for text in [
            "",
            "op.create_table('users', sa.Column('id'))",
            "op.create_table(\n    \"users\",\n)",
            "op.rename_table('a', 'b')",
            "users = sa.Table('users', metadata)",
            "op.execute('CREATE TABLE users (id int)')",
            "op.execute(\"CREATE UNIQUE INDEX i ON users (id)\")",
            "op.execute('create temporary table if not exists \"app\".users(id int)')",
            "op.execute('ALTER TABLE a RENAME TO b')",
            "op.execute('ALTER TABLE a RENAME TO \\\"b\\\";\\n')",
            "op.drop_table(name)",
        ] {
            assert!(!may_make(text.as_bytes(), &["other".to_owned()]), "{text}");
        }
        for text in [
            "op.create_table(name, sa.Column('id'))",
            "op.create_table(f'{prefix}_users')",
            "op.create_table('users' + suffix)",
            "op.create_table('%s_users' % prefix)",
            "op.create_table(table_name='users')",
            "op.rename_table('a', to)",
            "sa.Table(name, metadata)",
            "Base.metadata.create_all(bind)",
            "User.__table__.create(bind)",
            "op.execute(f'CREATE TABLE {name} (id int)')",
            "op.execute('CREATE TABLE ' + name)",
            "op.execute('CREATE {} x')",
            "op.execute(f'ALTER TABLE a RENAME TO {b}')",
            "op.execute(open('a.sql').read())",
            "op.execute('CREATE TABLE app.Other(id int)')",
            "op.execute('ALTER TABLE a RENAME TO other')",
        ] {
            assert!(may_make(text.as_bytes(), &["other".to_owned()]), "{text}");
        }
    }
}
