//! What every verb begins with: the root, the configuration, the files, the schema sources.

use std::io;
use std::path::{Path, PathBuf};

use crate::analyze::{Options, base};
use crate::code::project::Project;
use crate::config::Config;
use crate::near::did_you_mean;
use crate::report::places::{Places, SideId};
use crate::report::wire::{BaselineOriginReport, BaselineReport, SourceKindReport, SourceReport};
use crate::schema::Dialect;
use crate::schema_source::detect::{Loaded, Reading, Request, load_sources};
use crate::schema_source::{BaselineOrigin, BaselinePart, SchemaSource, SourceKind};
use crate::text::{DiskFiles, FileEntry, Files, GitFiles, Located, Sources, edited, merge_base};
use crate::{Error, ErrorKind, Result};

/// Options made good: paths exist, the configuration is read, files are listed.
pub(super) struct Prepared {
    /// The configuration.
    pub config: Config,
    /// The files.
    pub places: Places,
    /// The schema sources that options or configuration name, relative to the root or absolute.
    pub schema: Vec<String>,
    /// The database that options or configuration name.
    pub dialect: Option<Dialect>,
    /// What was there before the first revision: `none`, `models`, or a path as in `schema`.
    pub baseline: Option<String>,
    /// The release that runs before the change.
    pub running: Option<Running>,
}

/// A release that is known as a git revision.
pub(super) struct Running {
    /// The revision as it was named.
    pub revision: String,
    /// The id of its commit.
    pub commit: String,
    /// Its files.
    pub side: SideId,
    /// The files of the commit at which the work tree branched off, where the release has gone on since.
    pub fork: Option<SideId>,
}

/// Reads which files a git revision has.
fn running(
    root: &Path,
    revision: &str,
    config: &Config,
    schema: &[String],
    places: &mut Places,
) -> Result<Running> {
    let named = if revision == AUTO { base::find(root)? } else { revision.to_owned() };
    let (side, commit) = add_revision(root, &named, &named, config, schema, places)?;
    let fork = merge_base(root, "HEAD", &commit).filter(|fork| *fork != commit);
    let fork = match fork {
        Some(fork) => {
            let short = fork.get(..12).unwrap_or(&fork);
            Some(add_revision(root, &fork, short, config, schema, places)?.0)
        }
        None => None,
    };
    Ok(Running { revision: named, commit, side, fork })
}

/// Adds the files of a git revision to those of the run; `name` stands for it in reports.
fn add_revision(
    root: &Path,
    revision: &str,
    name: &str,
    config: &Config,
    schema: &[String],
    places: &mut Places,
) -> Result<(SideId, String)> {
    let is_listed = |path: &str| places.head().find(path).is_some();
    let files = GitFiles::new(root, revision, &config.excluded(), is_listed)?;
    let (commit, unchanged) = (files.commit().to_owned(), files.unchanged().clone());
    let mut sources = Sources::new(Box::new(files));
    for path in schema {
        // A source that the base does not have yet is new; the comparison says so.
        sources.include(path);
    }
    let side = places.add(sources, name.to_owned(), |path| unchanged.contains(path));
    Ok((side, commit))
}

/// The name of the file that stands for SQL given as an option.
pub(super) const SQL_OPTION: &str = "<sql>";

/// The git base that is to be found.
const AUTO: &str = "auto";

/// The commit that is checked out.
const LAST_COMMIT: &str = "HEAD";

/// Whether a Prisma schema differs from that of the last commit.
fn is_prisma_edited(root: &Path, places: &Places) -> bool {
    let head = places.head();
    let of_prisma = |path: &str| path.ends_with(".prisma");
    head.ids().any(|id| of_prisma(head.path(id))) && edited(root).iter().any(|path| of_prisma(path))
}

/// What a verb wants beside [`Options`].
#[derive(Default)]
pub(super) struct Wanted<'a> {
    /// Schema sources to compare.
    pub paths: Vec<&'a str>,
    /// SQL that is in no file.
    pub sql: Option<&'a str>,
    /// A git revision to read beside the work tree.
    pub base: Option<&'a str>,
    /// Where no base is named, the last commit, if a Prisma schema was edited since.
    pub edits: bool,
}

impl Prepared {
    /// Makes `options` good. The paths of `wanted` come back relative to the root or absolute, in order.
    pub(super) fn new(options: &Options, wanted: &Wanted<'_>) -> Result<(Self, Vec<String>)> {
        let root = root(&options.root)?;
        let config = Config::load(&root, options.config.as_deref())?;
        let disk = DiskFiles::new(&root, config.excluded());
        let mut head = Sources::new(match wanted.sql {
            Some(sql) => Box::new(WithSql { files: disk, sql: sql.as_bytes().to_vec() }),
            None => Box::new(disk),
        });
        if let Some(file) = config.file.as_ref().filter(|_| !config.assume.is_empty()) {
            // Findings about the configuration stand in it.
            head.include(file);
        }
        let named = if options.schema.is_empty() { &config.schema } else { &options.schema };
        let mut schema = Vec::new();
        for path in named {
            schema.push(include(&mut head, path)?);
        }
        let baseline = match options.baseline.as_ref().or(config.baseline.as_ref()) {
            Some(name) if !matches!(name.as_str(), "none" | "models") => Some(include(&mut head, name)?),
            other => other.cloned(),
        };
        let mut paths = Vec::new();
        for path in &wanted.paths {
            paths.push(include(&mut head, path)?);
        }
        let mut places = Places::new(head);
        let running = match wanted.base {
            Some(revision) => {
                let listed: Vec<String> = schema.iter().chain(&baseline).cloned().collect();
                Some(running(&root, revision, &config, &listed, &mut places)?)
            }
            // Nobody asked for git: where it has no answer, there is no last commit.
            None if wanted.edits && is_prisma_edited(&root, &places) => {
                running(&root, LAST_COMMIT, &config, &schema, &mut places).ok()
            }
            None => None,
        };
        let dialect = options.dialect.or(config.dialect);
        Ok((Self { config, places, schema, dialect, baseline, running }, paths))
    }

    /// The schema sources of the work tree.
    pub(super) fn load(&self, project: &Project<'_>) -> Result<Vec<SchemaSource>> {
        Ok(load_sources(project, self.request(Reading::Whole))?.sources)
    }

    /// The schema sources of the work tree, to judge what comes forward.
    pub(super) fn load_forward(&self, project: &Project<'_>) -> Result<Vec<SchemaSource>> {
        Ok(load_sources(project, self.request(Reading::Forward))?.sources)
    }

    /// Of the schema sources of the work tree those that may have a table of one of the names.
    pub(super) fn load_some(&self, project: &Project<'_>, names: &dyn Fn() -> Vec<String>) -> Result<Loaded> {
        load_sources(project, self.request(Reading::TablesOf(names)))
    }

    fn request<'a>(&'a self, reading: Reading<'a>) -> Request<'a> {
        Request { paths: &self.schema, dialect: self.dialect, baseline: self.baseline.as_deref(), reading }
    }
}

/// The folder that a run is about.
fn root(named: &str) -> Result<PathBuf> {
    let root = PathBuf::from(if named.is_empty() { "." } else { named });
    if root.is_dir() {
        return Ok(root);
    }
    let what = if root.exists() { "is a file, and the root is a folder" } else { "does not exist" };
    let near = did_you_mean_sibling(&root);
    Err(Error::new(ErrorKind::Path, format!("the root {} {what}{near}", root.display())))
}

fn did_you_mean_sibling(path: &Path) -> String {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return String::new() };
    let entries = std::fs::read_dir(parent).map(|entries| entries.filter_map(io::Result::ok).collect());
    let entries: Vec<std::fs::DirEntry> = entries.unwrap_or_default();
    let folders: Vec<String> = entries
        .iter()
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    did_you_mean(name, folders.iter().map(String::as_str))
}

/// Lists what an option names.
fn include(sources: &mut Sources, path: &str) -> Result<String> {
    if let Some(included) = sources.include(path) {
        // Migrations that are programs import from the package around them.
        if let Some(package) = package_around(&included) {
            sources.include(&package);
        }
        if let Some(migrations) = migrations_beside(&included) {
            sources.include(&migrations);
        }
        return Ok(included);
    }
    let near = did_you_mean(path, schema_like(sources));
    Err(Error::new(ErrorKind::Path, format!("the schema source {path} does not exist{near}")))
}

/// The migrations beside a Prisma schema outside the root.
fn migrations_beside(path: &str) -> Option<String> {
    let path = Path::new(path);
    let is_schema = path.is_absolute() && path.extension().is_some_and(|ending| ending == "prisma");
    let folder = path.parent().filter(|_| is_schema)?.join("migrations");
    folder.is_dir().then(|| folder.to_str().map(str::to_owned)).flatten()
}

/// The outermost Python package that a path outside the root lies in.
fn package_around(path: &str) -> Option<String> {
    let path = Path::new(path);
    let parents = path.is_absolute().then(|| path.ancestors().take(MOST_PARENTS))?;
    let package = parents.filter(|folder| folder.join("__init__.py").is_file()).last()?;
    package.to_str().map(str::to_owned)
}

/// How far up a package is looked for.
const MOST_PARENTS: usize = 10;

/// Files and folders of the root that could be meant by a schema option.
fn schema_like(sources: &Sources) -> Vec<&str> {
    let mut names = Vec::new();
    for id in sources.ids() {
        let path = sources.path(id);
        let folder = path.rsplit_once('/').map(|(folder, _)| folder);
        if path.ends_with(".prisma") || path.ends_with(".sql") {
            names.extend([Some(path), folder].into_iter().flatten());
        } else if path.ends_with("alembic.ini") {
            names.push(path);
        } else if let Some(folder) = folder.filter(|folder| folder.ends_with("versions")) {
            names.push(folder);
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The files of a folder, and the SQL of an option as one file more.
struct WithSql {
    files: DiskFiles,
    sql: Vec<u8>,
}

impl Files for WithSql {
    fn list(&self) -> Vec<FileEntry> {
        let mut entries = self.files.list();
        entries.push(FileEntry { path: SQL_OPTION.to_owned(), size: self.sql.len() as u64 });
        entries.sort();
        entries
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == SQL_OPTION { Ok(self.sql.clone()) } else { self.files.read(path) }
    }

    fn locate(&self, path: &str) -> Option<Located> {
        self.files.locate(path)
    }
}

/// The report of one source.
pub(super) fn source_report(source: &SchemaSource) -> SourceReport {
    SourceReport {
        kind: match source.kind {
            SourceKind::Prisma => SourceKindReport::Prisma,
            SourceKind::Alembic => SourceKindReport::Alembic,
            SourceKind::Sql => SourceKindReport::Sql,
            SourceKind::Knex => SourceKindReport::Knex,
            SourceKind::TypeOrm => SourceKindReport::TypeOrm,
        },
        path: source.path.clone(),
        dialect: source.dialect,
        baseline: source.baseline.iter().map(baseline_report).collect(),
    }
}

fn baseline_report(part: &BaselinePart) -> BaselineReport {
    BaselineReport {
        origin: match part.origin {
            BaselineOrigin::Given => BaselineOriginReport::Given,
            BaselineOrigin::Models => BaselineOriginReport::Models,
            BaselineOrigin::Library => BaselineOriginReport::Library,
        },
        name: part.name.clone(),
        tables: part.tables.iter().map(ToString::to_string).collect(),
    }
}
