//! The migrations beside a Prisma schema: `migrations/<time>_<name>/migration.sql`, in the order of the folders' names.

use super::{configuration, join};
use crate::diagnostic::Unanalyzed;
use crate::migration::{History, Revision};
use crate::schema::{Dialect, Schema};
use crate::schema_source::sql::read_statements;
use crate::text::{FileId, Sources, Span, TextRange};

/// Reads the migrations of the schema at `path`, whose datasource stands in the file `datasource`; `None` where there are
/// none. The files read are added to `files`.
pub fn load(
    sources: &Sources,
    path: &str,
    datasource: Option<FileId>,
    dialect: Dialect,
    files: &mut Vec<FileId>,
) -> Option<History> {
    let folders = candidates(sources, path, datasource);
    let migrations =
        folders.iter().map(|folder| in_folder(sources, folder)).find(|found| !found.is_empty())?;
    let mut history = History { baseline: Schema::new(dialect), ..History::default() };
    let mut parents = Vec::new();
    for (id, file) in migrations {
        files.push(file);
        match sources.load(file) {
            Ok(source) => {
                let range = TextRange::new(0, source.text.len());
                history.revisions.push(Revision {
                    title: id.split_once('_').map(|(_, title)| title.to_owned()),
                    parents: std::mem::replace(&mut parents, vec![id.clone()]),
                    operations: read_statements(&source, range, dialect),
                    ..Revision::new(id, range.in_file(file))
                });
            }
            Err(unread) => {
                history.unanalyzed.push(Unanalyzed::new(Span::new(file, 0, 0), unread.reason));
            }
        }
    }
    history.decide();
    Some(history)
}

/// The folders where migrations may be, the likeliest first: what `prisma.config.ts` says, beside the datasource, in the
/// schema's folder, beside it.
fn candidates(sources: &Sources, path: &str, datasource: Option<FileId>) -> Vec<String> {
    let mut folders = Vec::new();
    let mut around = path;
    while !around.is_empty() {
        around = parent(around);
        for extension in ["ts", "mts", "cts", "js", "mjs", "cjs"] {
            let file = join(around, &format!("prisma.config.{extension}"));
            let source = sources.find(&file).and_then(|file| sources.load(file).ok());
            let named =
                source.map(|source| configuration::read(source, &file).migrations).unwrap_or_default();
            folders.extend(named.iter().map(|named| join(around, named)));
        }
    }
    let beside = datasource.map(|file| parent(sources.path(file)).to_owned());
    let bases = [beside, Some(path.to_owned()), Some(parent(path).to_owned())];
    folders.extend(bases.into_iter().flatten().map(|base| join(&base, "migrations")));
    folders
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Names and files of the migrations in `folder`. Prisma sorts by the whole name of the folder.
fn in_folder(sources: &Sources, folder: &str) -> Vec<(String, FileId)> {
    let migration = |file: FileId| {
        let inside = sources.path(file).strip_prefix(folder)?.strip_prefix('/')?;
        let (name, script) = inside.split_once('/')?;
        (script == "migration.sql").then(|| (name.to_owned(), file))
    };
    let mut found: Vec<(String, FileId)> = sources.below(folder).into_iter().filter_map(migration).collect();
    found.sort();
    found
}
