//! Finds the schema sources of a project, and says what a path that an option names is.
//!
//! What is there decides, in this order: Prisma schemas, Alembic's configuration and revision folders, Knex's and TypeORM's likewise, folders of SQL
//! migrations by the marks of their tools, and last a schema file in SQL. What stands under tests, fixtures and examples
//! counts only where nothing else does.

mod alembic;
mod baseline;
mod hints;
mod knex;
mod prisma;
mod relevance;
mod sql;
mod typeorm;

use crate::code::project::Project;
use crate::code::project::generated::is_minified;
use crate::code::tree::Language;
use crate::error::{Error, ErrorKind, Result};
use crate::near::did_you_mean;
use crate::schema::Dialect;
use crate::schema_source::{Depth, SchemaSource};
use crate::text::{FileId, Sources};

/// A schema source that was found and not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    what: What,
    /// The file or folder that stands for it in reports.
    path: String,
    /// The database, where its place or its configuration says it.
    dialect: Option<Dialect>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Prisma,
    /// Folders of revisions that make one graph.
    Alembic(Vec<String>),
    Sql,
    Knex(super::knex::Settings),
    TypeOrm(super::typeorm::Settings),
}

/// What is asked of the schema sources of a project.
#[derive(Clone, Copy, Default)]
pub struct Request<'a> {
    /// The sources, relative to the root or absolute; where it is empty, those that the project is found to have.
    pub paths: &'a [String],
    /// The database, where it is known.
    pub dialect: Option<Dialect>,
    /// What was there before the first revision: `none`, `models`, or a path.
    pub baseline: Option<&'a str>,
    /// How much is read.
    pub reading: Reading<'a>,
}

/// How much of the schema sources is read.
#[derive(Clone, Copy, Default)]
pub enum Reading<'a> {
    /// All of them, with all that they say.
    #[default]
    Whole,
    /// All of them, without the way back of their revisions: what is judged goes forward.
    Forward,
    /// Of each source that may have a table of one of these names the schema at the end: no notes on what does not fit, no
    /// way back of its revisions. The names are asked for where there are several sources to choose from.
    TablesOf(&'a dyn Fn() -> Vec<String>),
}

/// The sources that were read.
pub struct Loaded {
    /// The sources.
    pub sources: Vec<SchemaSource>,
    /// The files of sources that were not read, because they cannot have a table that was asked for.
    pub left_out: Vec<FileId>,
}

/// Reads schema sources.
///
/// # Errors
/// A path that does not exist, or no source at all: the message says what was looked for and how to name it.
pub fn load_sources(project: &Project<'_>, request: Request<'_>) -> Result<Loaded> {
    let Request { paths, dialect, baseline, reading } = request;
    let sources = project.sources();
    let mut found = if paths.is_empty() {
        let found = of_dialect(find(sources, ""), dialect);
        if found.is_empty() {
            return Err(nothing_found(sources));
        }
        found
    } else {
        let mut found = Vec::new();
        for path in paths {
            found.extend(of_dialect(named(sources, path)?, dialect));
        }
        found
    };
    let mut left_out = Vec::new();
    let depth = match reading {
        Reading::Whole => Depth { notes: true, ways_back: true },
        Reading::Forward => Depth { notes: true, ways_back: false },
        Reading::TablesOf(names) => {
            if found.len() > 1 && baseline.is_none() {
                let names = names();
                let (known, others) =
                    found.into_iter().partition(|found| relevance::may_know(project, found, &names));
                found = known;
                let others: Vec<Found> = others;
                left_out = others.iter().flat_map(|found| files_of(project, found)).collect();
            }
            Depth { notes: false, ways_back: false }
        }
    };
    let mut loaded = Vec::new();
    for found in found {
        loaded.push(load(project, found, dialect, baseline, depth)?);
    }
    if baseline.is_some() && loaded.iter().all(|source| source.history.is_none()) {
        let message = "a baseline is given, and no schema source has revisions that could follow it; leave it out, or name \
                       the migrations with --schema";
        return Err(Error::new(ErrorKind::Option, message));
    }
    Ok(Loaded { sources: loaded, left_out })
}

/// The files of a source that is not read.
fn files_of(project: &Project<'_>, found: &Found) -> Vec<FileId> {
    let sources = project.sources();
    match &found.what {
        What::Prisma => {
            let folder = if found.path.ends_with(".prisma") { parent(&found.path) } else { &found.path };
            let is_its = |file: &FileId| {
                let path = sources.path(*file);
                path.ends_with(".prisma") || path.ends_with(".sql")
            };
            sources.below(folder).into_iter().filter(is_its).collect()
        }
        What::Alembic(folders) => super::alembic::revision_files(project, folders),
        What::Knex(settings) => super::knex::migration_files(project, settings),
        What::TypeOrm(settings) => super::typeorm::migration_files(project, settings),
        What::Sql => match sources.find(&found.path) {
            Some(file) => vec![file],
            None => sources.below(&found.path),
        },
    }
}

fn load(
    project: &Project<'_>,
    found: Found,
    asked: Option<Dialect>,
    baseline: Option<&str>,
    depth: Depth,
) -> Result<SchemaSource> {
    let dialect = asked.or(found.dialect);
    let before = baseline::read(project, baseline, dialect)?;
    let mut source = match &found.what {
        What::Prisma => super::prisma::load(project, &found.path, dialect),
        What::Alembic(folders) => {
            let dialect = dialect.or_else(|| hints::python_driver(project.sources(), &found.path));
            super::alembic::load(project, folders, dialect, &before.what, depth)
        }
        What::Sql => super::sql::load(project, &found.path, dialect, depth.ways_back),
        What::Knex(settings) => {
            let driver = || hints::node_driver(project.sources(), &found.path);
            let dialect = dialect.or_else(driver).unwrap_or_default();
            super::knex::load(project, settings, dialect, &before.what, depth.notes)
        }
        What::TypeOrm(settings) => {
            let driver = || hints::node_driver(project.sources(), &found.path);
            let dialect = dialect.or_else(driver).unwrap_or_default();
            super::typeorm::load(project, settings, dialect, &before.what, depth.notes)
        }
    };
    source.path = found.path;
    before.finish(&mut source);
    Ok(source)
}

fn nothing_found(sources: &Sources) -> Error {
    let listing = Listing::below(sources, "");
    let changelog = sql::other_changelog(&listing).map(|path| {
        format!(
            "; {path} is a changelog of Liquibase, which is read in SQL alone: `liquibase update-sql` writes its \
             changesets as SQL"
        )
    });
    let message = "no schema was found: looked for Prisma schemas (*.prisma, prisma.config.ts, \"prisma\" in \
                   package.json), Alembic (alembic.ini, [tool.alembic] in pyproject.toml, folders of revisions named \
                   \"versions\"), Knex (knexfile.js, folders of its migrations), TypeORM (data sources, folders of its migrations), folders of SQL migrations and SQL schema files; name the file or folder with --schema";
    Error::new(ErrorKind::Schema, format!("{message}{}", changelog.unwrap_or_default()))
}

/// All sources below `folder`.
fn find(sources: &Sources, folder: &str) -> Vec<Found> {
    let listing = Listing::below(sources, folder);
    let prisma = prisma::find(&listing);
    let mut found: Vec<Found> = prisma.iter().map(|schema| schema.found.clone()).collect();
    found.extend(alembic::find(&listing));
    found.extend(knex::find(&listing));
    found.extend(typeorm::find(&listing));
    found.extend(sql::find(&listing, &prisma, &found));
    // A project's own schema beats those of its tests and examples.
    let own = |found: &Found| !is_aside(relative(&found.path, folder));
    if found.iter().any(own) {
        found.retain(own);
    }
    found
}

fn relative<'a>(path: &'a str, folder: &str) -> &'a str {
    path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/')
}

/// Whether a part of the path says that what is there is not the project's own schema.
fn is_aside(path: &str) -> bool {
    let aside = |part: &str| {
        matches!(
            part.to_ascii_lowercase().as_str(),
            "test"
                | "tests"
                | "__tests__"
                | "testing"
                | "testdata"
                | "fixtures"
                | "__fixtures__"
                | "spec"
                | "e2e"
                | "examples"
                | "example"
                | "docs"
                | "templates"
                | "samples"
        )
    };
    path.split('/').any(aside)
}

/// Where sources of one kind lie side by side for several databases (`versions/postgresql`, `versions/sqlite`), those of
/// the database that was asked for.
fn of_dialect(mut found: Vec<Found>, asked: Option<Dialect>) -> Vec<Found> {
    if asked.is_some() && found.iter().any(|found| found.dialect == asked) {
        found.retain(|found| found.dialect.is_none() || found.dialect == asked);
    }
    found
}

/// What a path that an option names is.
fn named(sources: &Sources, path: &str) -> Result<Vec<Found>> {
    let path = path.trim_end_matches('/');
    if sources.find(path).is_some() {
        return named_file(sources, path);
    }
    if sources.below(path).is_empty() {
        let near = did_you_mean(path, sources.ids().map(|id| sources.path(id)));
        let message = format!("the schema source {path} does not exist{near}");
        return Err(Error::new(ErrorKind::Path, message));
    }
    let found = named_folder(sources, path);
    if found.is_empty() {
        let message = format!(
            "{path} holds no schema: expected .prisma files, Alembic revisions, Knex or TypeORM migrations, or SQL migrations or a schema \
             in .sql files"
        );
        return Err(Error::new(ErrorKind::Schema, message));
    }
    Ok(found)
}

fn named_file(sources: &Sources, path: &str) -> Result<Vec<Found>> {
    let folder = parent(path);
    let one = |what: What| vec![Found { what, path: path.to_owned(), dialect: hints::dialect_of_path(path) }];
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    let found = match extension.as_str() {
        "prisma" => one(What::Prisma),
        "sql" => one(What::Sql),
        "ini" | "toml" => alembic::of_configuration(&Listing::below(sources, folder), path),
        "py" => one(What::Alembic(vec![folder.to_owned()])),
        _ => {
            let listing = Listing::below(sources, folder);
            let typeorm = typeorm::of_file(&listing, path);
            if typeorm.is_empty() { knex::of_file(&listing, path) } else { typeorm }
        }
    };
    if found.is_empty() {
        let message = format!(
            "{path} is no schema source that is known: expected a .prisma or .sql file, alembic.ini, a knexfile, a data source of TypeORM, or a folder"
        );
        return Err(Error::new(ErrorKind::Schema, message));
    }
    Ok(found)
}

/// A folder that is a source of its own, else the sources below it.
fn named_folder(sources: &Sources, path: &str) -> Vec<Found> {
    let listing = Listing::below(sources, path);
    let one = |what: What| vec![Found { what, path: path.to_owned(), dialect: hints::dialect_of_path(path) }];
    let directly =
        |extension: &str| listing.files.iter().any(|file| parent(file) == path && file.ends_with(extension));
    if directly(".prisma") {
        return one(What::Prisma);
    }
    if let Some(configuration) = listing.files.iter().find(|file| **file == join(path, "alembic.ini")) {
        return alembic::of_configuration(&listing, configuration);
    }
    if alembic::holds_revisions(&listing, path) {
        return one(What::Alembic(alembic::with_nested(&listing, path)));
    }
    if knex::holds_migrations(&listing, path) {
        return vec![knex::of_folder(sources, path)];
    }
    if typeorm::holds_migrations(&listing, path) {
        return vec![typeorm::of_folder(sources, path)];
    }
    if directly(".sql") || sql::is_migration_folder(&listing, path) {
        return one(What::Sql);
    }
    find(sources, path)
}

/// The files below a folder, by path.
struct Listing<'a> {
    sources: &'a Sources,
    folder: &'a str,
    files: Vec<&'a str>,
    /// The same files behind their folders, in the order of these: to look through all files for each folder would cost
    /// their square.
    by_folder: Vec<(&'a str, &'a str)>,
}

impl<'a> Listing<'a> {
    fn below(sources: &'a Sources, folder: &'a str) -> Self {
        let files: Vec<&str> = sources.below(folder).into_iter().map(|file| sources.path(file)).collect();
        let mut by_folder: Vec<(&str, &str)> = files.iter().map(|file| (parent(file), *file)).collect();
        by_folder.sort_unstable();
        Self { sources, folder, files, by_folder }
    }

    /// The text of a file; empty where it cannot be read, which its own reader will report.
    fn text(&self, path: &str) -> String {
        let file = self.sources.find(path).and_then(|file| self.sources.load(file).ok());
        file.map(|file| file.text.to_string()).unwrap_or_default()
    }

    /// The folders that hold files, once each, in order.
    fn folders(&self) -> Vec<&'a str> {
        let mut folders: Vec<&str> = self.by_folder.iter().map(|(folder, _)| *folder).collect();
        folders.dedup();
        folders
    }

    /// The files directly in a folder.
    fn in_folder<'f>(&'f self, folder: &'f str) -> impl Iterator<Item = &'a str> + use<'a, 'f> {
        let from = self.by_folder.partition_point(|(other, _)| *other < folder);
        let behind = self.by_folder.iter().skip(from);
        behind.take_while(move |(other, _)| *other == folder).map(|(_, file)| *file)
    }
}

/// The scripts directly in a folder that may be migrations, by the name of the folder or their own.
fn migration_candidates<'l>(listing: &'l Listing<'_>, folder: &'l str) -> impl Iterator<Item = &'l str> {
    let named_so = folder.rsplit('/').take(2).any(|part| part.to_ascii_lowercase().contains("migrat"));
    listing
        .in_folder(folder)
        .filter(move |file| super::script::is_script(file) && (named_so || is_numbered(file_name(file))))
}

/// Whether a script directly in the folder is a migration. What a bundler made is none, whatever words are in it.
fn any_migration(listing: &Listing<'_>, folder: &str, is_migration: impl Fn(&str) -> bool) -> bool {
    migration_candidates(listing, folder).any(|file| {
        let text = listing.text(file);
        let is_bundle =
            || Language::of_path(file).is_some_and(|language| is_minified(text.as_bytes(), language));
        is_migration(&text) && !is_bundle()
    })
}

/// Whether a name begins with a number of its own: `0001_users.js`. The hash that a bundler names a chunk by is none, though it
/// may begin with digits.
fn is_numbered(name: &str) -> bool {
    let rest = name.trim_start_matches(|letter: char| letter.is_ascii_digit());
    rest.len() < name.len() && rest.starts_with(['_', '-', '.'])
}

/// The folder of a path; empty at the root.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// `path` seen from `folder`.
fn join(folder: &str, path: &str) -> String {
    super::prisma::join(folder, path)
}

/// Whether `path` is `folder` or lies below it.
fn lies_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
