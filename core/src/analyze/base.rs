//! The release that runs before a change: its code and schema, read out of git.

use std::path::Path;

use crate::analyze::prepare::{Prepared, Running};
use crate::analyze::relocate::relocate;
use crate::code::project::Project;
use crate::report::places::SideId;
use crate::schema_source::SchemaSource;
use crate::schema_source::detect::{Reading, Request, load_sources};
use crate::text::{branches, is_dirty, merge_base};
use crate::{Error, ErrorKind, Result};

/// A git revision with its code and its schema.
pub(super) struct Base<'p> {
    /// The revision.
    pub running: &'p Running,
    /// Its code.
    pub project: Project<'p>,
    /// Its schema sources, with places in its own files.
    pub sources: Vec<SchemaSource>,
    /// The same with the places that they have in the run.
    pub relocated: Vec<SchemaSource>,
    /// The schema sources of the commit at which the work tree branched off, where the release has gone on since; with
    /// the places that they have in the run.
    pub fork: Option<Vec<SchemaSource>>,
}

impl<'p> Base<'p> {
    /// Reads the release that `prepared` names, if it names one. What is the same in `head` is parsed once.
    pub(super) fn load(prepared: &'p Prepared, head: &'p Project<'p>) -> Result<Option<Self>> {
        let Some(running) = &prepared.running else { return Ok(None) };
        let Some((project, sources)) = load_side(prepared, running.side, head)? else { return Ok(None) };
        let move_all = |sources: &[SchemaSource], side: SideId| {
            sources.iter().map(|source| relocate(source, &prepared.places, side)).collect()
        };
        let relocated = move_all(&sources, running.side);
        let fork = match running.fork {
            Some(side) => load_side(prepared, side, head)?.map(|(_, sources)| move_all(&sources, side)),
            None => None,
        };
        Ok(Some(Self { running, project, sources, relocated, fork }))
    }
}

/// The code and the schema sources of a git revision.
fn load_side<'p>(
    prepared: &'p Prepared,
    side: SideId,
    head: &'p Project<'p>,
) -> Result<Option<(Project<'p>, Vec<SchemaSource>)>> {
    let Some((files, twins)) = prepared.places.side_files(side) else { return Ok(None) };
    let project = Project::beside(files, head, twins);
    // A baseline that this release does not have yet says nothing of it.
    let there = |path: &&str| {
        let files = project.sources();
        matches!(*path, "none" | "models") || files.find(path).is_some() || !files.below(path).is_empty()
    };
    let baseline = prepared.baseline.as_deref().filter(there);
    let request =
        Request { paths: &prepared.schema, dialect: prepared.dialect, baseline, reading: Reading::Forward };
    let sources = match load_sources(&project, request) {
        Ok(loaded) => loaded.sources,
        // A base without any schema is older than the schema: everything is new.
        Err(error) if matches!(error.kind, ErrorKind::Schema | ErrorKind::Path) => Vec::new(),
        Err(error) => return Err(error),
    };
    Ok(Some((project, sources)))
}

/// What most teams call the branch that is deployed, most telling first.
const MAIN_BRANCHES: &[&str] = &["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/// The base that `auto` stands for: the commit that is checked out where the work tree differs from it (what is deployed
/// is at least that old), else the commit at which it branched off from the main branch.
///
/// # Errors
/// Neither says anything: the work tree is clean and is the main branch.
pub(super) fn find(root: &Path) -> Result<String> {
    let known = branches(root)?;
    let main = MAIN_BRANCHES.iter().find(|name| known.iter().any(|known| known == *name));
    let ahead = main.filter(|main| merge_base(root, "HEAD", main) != merge_base(root, "HEAD", "HEAD"));
    if let Some(main) = ahead {
        return Ok((*main).to_owned());
    }
    if is_dirty(root) {
        return Ok("HEAD".to_owned());
    }
    let message = "no base is to be seen: the work tree is clean and has no commit that the main branch lacks; name the \
                   running release with --base GITREF (a tag, a branch, a commit)";
    Err(Error::new(ErrorKind::Git, message))
}
