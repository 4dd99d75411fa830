//! The files of a git revision, read with `git cat-file`: nothing is checked out, nothing of the repository runs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use crate::text::{FileEntry, Files, Located};
use crate::{Error, ErrorKind, Result};

/// The files below a folder as they are in a git revision.
///
/// What the work tree still has as it was is read from there: both sides then share one text. Git tells what differs by
/// the sizes and times that its index holds, so that no filter of the repository runs.
pub struct GitFiles {
    root: PathBuf,
    /// The id of the commit.
    commit: String,
    blobs: BTreeMap<String, Blob>,
    listed: Vec<FileEntry>,
    /// Files that are in the work tree as they are in the revision.
    unchanged: BTreeSet<String>,
    reader: Mutex<Reader>,
}

struct Blob {
    id: String,
    size: u64,
}

/// A running `git cat-file --batch`: one request and one answer at a time.
struct Reader {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl GitFiles {
    /// The files below `root` at `revision` (a branch, tag, commit), but those that match `exclude` and those that the work
    /// tree has too and leaves out, by `is_listed`.
    ///
    /// # Errors
    /// The folder is in no git repository, the revision is not known, or git cannot be run.
    pub fn new(
        root: &Path,
        revision: &str,
        exclude: &globset::GlobSet,
        is_listed: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let commit = resolve(root, revision)?;
        let place = Place::of(root)?;
        let listing = run(root, &["ls-tree", "-r", "-l", "-z", "--full-tree", &commit])?;
        let entries = listing.split(|byte| *byte == 0).filter_map(parse_entry);
        let blobs: BTreeMap<String, Blob> =
            entries.map(|(path, blob)| (place.relative_to_root(&path), blob)).collect();
        let differing = differing(root, &commit, &place)?;
        let is_unchanged = |path: &&String| !differing.contains(*path) && root.join(path).is_file();
        let unchanged: BTreeSet<String> = blobs.keys().filter(is_unchanged).cloned().collect();
        let ours = |path: &str| {
            !Path::new(path).is_absolute()
                && !path.split('/').any(super::files::is_not_ours)
                && !exclude.is_match(path)
                && (is_listed(path) || !unchanged.contains(path))
        };
        let listed = blobs
            .iter()
            .filter(|(path, _)| ours(path))
            .map(|(path, blob)| FileEntry { path: path.clone(), size: blob.size })
            .collect();
        let reader = Mutex::new(Reader::start(root).map_err(cannot_run)?);
        Ok(Self { root: root.to_path_buf(), commit, blobs, listed, unchanged, reader })
    }

    /// The id of the commit.
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The files that the work tree has as they are here.
    pub fn unchanged(&self) -> &BTreeSet<String> {
        &self.unchanged
    }

    /// The path of the repository's file that a user means, relative to the root.
    fn relative(&self, path: &str) -> Option<String> {
        let root = normal(&std::path::absolute(&self.root).ok()?);
        let from_here = normal(&std::path::absolute(path).ok()?);
        let below = from_here.strip_prefix(&root).ok().and_then(|path| path.to_str()).map(str::to_owned);
        let from_root = path.trim_start_matches("./").trim_end_matches('/').to_owned();
        let outside = from_here.to_str().map(|path| path.replace('\\', "/"));
        let exists = |path: &String| !self.entries(path).is_empty();
        let below = below.map(|path| path.replace('\\', "/"));
        below.into_iter().chain([from_root]).chain(outside).find(exists)
    }

    fn entries(&self, path: &str) -> Vec<FileEntry> {
        let path = if path == "." { "" } else { path };
        let below = |file: &str| {
            (path.is_empty() && !Path::new(file).is_absolute())
                || file == path
                || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
        };
        let entries = self.blobs.iter().filter(|(file, _)| below(file));
        entries.map(|(path, blob)| FileEntry { path: path.clone(), size: blob.size }).collect()
    }
}

/// The path without `.` and `..`, by its text alone: the folders of a revision need not exist on disk.
fn normal(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                result.pop();
            }
            std::path::Component::CurDir => {}
            std::path::Component::Normal(_)
            | std::path::Component::RootDir
            | std::path::Component::Prefix(_) => result.push(part),
        }
    }
    result
}

impl Files for GitFiles {
    fn list(&self) -> Vec<FileEntry> {
        self.listed.clone()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let blob = self.blobs.get(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        if self.unchanged.contains(path) {
            return std::fs::read(self.root.join(path));
        }
        let mut reader = self.reader.lock().map_err(|_| io::Error::other("git stopped"))?;
        reader.read(&blob.id)
    }

    fn locate(&self, path: &str) -> Option<Located> {
        let path = self.relative(path)?;
        let entries = self.entries(&path);
        Some(Located { path, entries })
    }
}

/// Where the root lies in its repository.
struct Place {
    /// The folder of the work tree's top, with `/`.
    top: String,
    /// The root's path below it, with a slash at its end; empty for the top itself.
    prefix: String,
}

impl Place {
    fn of(root: &Path) -> Result<Self> {
        let said = run(root, &["rev-parse", "--show-toplevel", "--show-prefix"])?;
        let said = String::from_utf8_lossy(&said).into_owned();
        let mut lines = said.lines();
        let top = lines.next().unwrap_or_default().trim_end_matches('/').to_owned();
        Ok(Self { top, prefix: lines.next().unwrap_or_default().to_owned() })
    }

    /// A path of the repository, relative to the root where it lies below it, else absolute: as the work tree's own
    /// files are named.
    fn relative_to_root(&self, path: &str) -> String {
        match path.strip_prefix(&self.prefix) {
            Some(relative) => relative.to_owned(),
            None => format!("{}/{path}", self.top),
        }
    }
}

/// The files of the commit that the work tree has not, or may have otherwise.
fn differing(root: &Path, commit: &str, place: &Place) -> Result<BTreeSet<String>> {
    let listing = run(root, &["diff-index", "--name-only", "-z", "--no-renames", "--no-ext-diff", commit])?;
    let paths = listing.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    Ok(paths.map(|path| place.relative_to_root(&String::from_utf8_lossy(path))).collect())
}

impl Reader {
    fn start(root: &Path) -> io::Result<Self> {
        let mut child = command(root)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let requests = child.stdin.take();
        let answers = child.stdout.take().ok_or_else(|| io::Error::other("git gave no output"))?;
        Ok(Self { child, requests, answers: BufReader::new(answers) })
    }

    /// The answer is a line `<id> <kind> <size>`, so many bytes, and a line break (git-cat-file, "Batch output").
    fn read(&mut self, id: &str) -> io::Result<Vec<u8>> {
        let requests = self.requests.as_mut().ok_or_else(|| io::Error::other("git stopped"))?;
        writeln!(requests, "{id}")?;
        requests.flush()?;
        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let size = size.ok_or_else(|| io::Error::other(format!("git says: {}", header.trim_end())))?;
        let mut bytes = Vec::new();
        self.answers.by_ref().take(size).read_to_end(&mut bytes)?;
        let mut line_break = [0];
        self.answers.read_exact(&mut line_break)?;
        Ok(bytes)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Git ends when its input does.
        self.requests = None;
        let _ = self.child.wait();
    }
}

/// Git in `root`, with what a repository's own configuration could start switched off.
fn command(root: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(root)
        .args(["-c", "core.fsmonitor=false", "--literal-pathspecs", "--no-replace-objects"])
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .stderr(Stdio::null());
    command
}

fn run(root: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = command(root).args(arguments).stderr(Stdio::piped()).output().map_err(cannot_run)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::new(ErrorKind::Git, format!("git {}: {}", arguments.join(" "), said.trim())))
}

fn cannot_run(error: io::Error) -> Error {
    Error::new(ErrorKind::Git, format!("git cannot be run: {error}"))
}

/// The commit of a revision. `--end-of-options` keeps a revision that begins with a hyphen from being an option.
fn resolve(root: &Path, revision: &str) -> Result<String> {
    let inside = run(root, &["rev-parse", "--is-inside-work-tree"]).map(|output| output.starts_with(b"true"));
    if !matches!(inside, Ok(true)) {
        if let Err(error) = inside
            && error.message.starts_with("git cannot be run")
        {
            return Err(error);
        }
        let message =
            format!("{}: a git revision was named, but the folder is in no git work tree", root.display());
        return Err(Error::new(ErrorKind::Git, message));
    }
    let commit = format!("{revision}^{{commit}}");
    let found = run(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
    match found {
        Ok(id) => Ok(String::from_utf8_lossy(&id).trim().to_owned()),
        Err(_) => Err(unknown_revision(root, revision)),
    }
}

/// The commit that two revisions have in common; `None` where they have none, or the clone is too shallow to know it.
pub fn merge_base(root: &Path, one: &str, other: &str) -> Option<String> {
    let found = run(root, &["merge-base", "--end-of-options", one, other]).ok()?;
    let found = String::from_utf8_lossy(&found).trim().to_owned();
    (!found.is_empty()).then_some(found)
}

/// Commits of `range` (as git writes it: `v1.0..main`), first-parent, newest first, each with its id.
///
/// # Errors
/// A range that git does not know.
pub fn commits(root: &Path, range: &str) -> Result<Vec<String>> {
    let listing = run(root, &["rev-list", "--first-parent", "--end-of-options", range]);
    let listing = listing.map_err(|_| unknown_revision(root, range))?;
    Ok(String::from_utf8_lossy(&listing).lines().map(str::to_owned).collect())
}

/// The tags that match `pattern` (as `v*`) and are ancestors of the work tree's commit, newest first.
///
/// # Errors
/// The folder is in no git repository, or git cannot be run.
pub fn tags(root: &Path, pattern: &str) -> Result<Vec<String>> {
    let pattern = format!("refs/tags/{pattern}");
    let format = "--format=%(refname:strip=2)";
    let listing = run(root, &["for-each-ref", "--merged=HEAD", "--sort=-creatordate", format, &pattern])?;
    Ok(String::from_utf8_lossy(&listing).lines().map(str::to_owned).collect())
}

/// Names of the branches and of those of remotes, as `main` and `origin/main`.
///
/// # Errors
/// The folder is in no git repository, or git cannot be run.
pub fn branches(root: &Path) -> Result<Vec<String>> {
    let listing = run(root, &["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads", "refs/remotes"])?;
    Ok(String::from_utf8_lossy(&listing).lines().map(str::to_owned).collect())
}

/// The files below `root` that differ from those of the commit that is checked out, new ones left out; none where git has no
/// answer. Paths are those of the repository.
pub fn edited(root: &Path) -> Vec<String> {
    let arguments = ["diff-index", "--name-only", "-z", "--no-renames", "--no-ext-diff", "HEAD", "--", "."];
    let listing = run(root, &arguments).unwrap_or_default();
    let paths = listing.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    paths.map(|path| String::from_utf8_lossy(path).into_owned()).collect()
}

/// Whether the work tree differs from the commit that is checked out: a file was changed, or is new.
pub fn is_dirty(root: &Path) -> bool {
    let changed = run(root, &["diff-index", "--name-only", "--no-ext-diff", "HEAD", "--", "."]);
    let new = run(root, &["ls-files", "--others", "--exclude-standard", "--", "."]);
    [changed, new].iter().any(|listing| matches!(listing, Ok(listing) if !listing.is_empty()))
}

fn unknown_revision(root: &Path, revision: &str) -> Error {
    let format = ["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags"];
    let names = run(root, &format).unwrap_or_default();
    let names = String::from_utf8_lossy(&names).into_owned();
    let near = crate::near::did_you_mean(revision, names.lines());
    let hint =
        if near.is_empty() { "; in a shallow clone, fetch it first (git fetch origin BRANCH)" } else { "" };
    Error::new(ErrorKind::Git, format!("git knows no revision `{revision}`{near}{hint}"))
}

/// One entry of `ls-tree -r -l -z`: `<mode> <kind> <id> <size>\t<path>`. Links and submodules are left out.
fn parse_entry(line: &[u8]) -> Option<(String, Blob)> {
    let line = std::str::from_utf8(line).ok()?;
    let (facts, path) = line.split_once('\t')?;
    let mut facts = facts.split_ascii_whitespace();
    let (mode, kind, id, size) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
    let regular = mode.starts_with("100") && kind == "blob";
    regular.then_some(())?;
    Some((path.to_owned(), Blob { id: id.to_owned(), size: size.parse().ok()? }))
}

impl std::fmt::Debug for GitFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GitFiles").field("root", &self.root).field("files", &self.blobs.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with one commit, in which `app/` is the root of the project.
    fn repository(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("seawall-git-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("app/db")).expect("a folder");
        std::fs::create_dir_all(folder.join("app/node_modules/x")).expect("a folder");
        for (path, text) in [("app/db/a.sql", "one\n"), ("app/node_modules/x/b.js", "x"), ("c.txt", "c")] {
            std::fs::write(folder.join(path), text).expect("a file");
        }
        let git = |arguments: &[&str]| {
            let status = Command::new("git")
                .arg("-C")
                .arg(&folder)
                .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
                .args(arguments)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            assert!(status.expect("git runs").success(), "{arguments:?}");
        };
        git(&["init", "-q", "-b", "main"]);
        git(&["add", "-A", "-f"]);
        git(&["commit", "-qm", "first"]);
        std::fs::write(folder.join("app/db/a.sql"), "two\n").expect("a file");
        folder
    }

    #[test]
    fn files_are_read_as_they_were_and_by_paths_from_the_root() {
        let folder = repository("read");
        let files = GitFiles::new(&folder.join("app"), "main", &globset::GlobSet::empty(), |_| true)
            .expect("a commit");
        let paths: Vec<String> = files.list().into_iter().map(|entry| entry.path).collect();
        assert_eq!(paths, ["db/a.sql"]);
        assert_eq!(files.read("db/a.sql").expect("a blob"), b"one\n");
        assert_eq!(files.read("db/a.sql").expect("a second answer"), b"one\n");
        assert!(files.read("db/none.sql").is_err());
        let located = files.locate("db").expect("a folder");
        assert_eq!((located.path.as_str(), located.entries.len()), ("db", 1));
        let absolute = folder.join("app/db/../db/a.sql");
        assert_eq!(files.locate(absolute.to_str().expect("UTF-8")).expect("a file").path, "db/a.sql");
        std::fs::remove_dir_all(folder).expect("removable");
    }

    #[test]
    fn a_revision_that_is_not_there_is_named() {
        let folder = repository("missing");
        let error = |revision: &str| {
            let found = GitFiles::new(&folder, revision, &globset::GlobSet::empty(), |_| true);
            found.expect_err("no such revision").message
        };
        assert_eq!(error("mian"), "git knows no revision `mian`; did you mean `main`?");
        assert!(error("--help").contains("git knows no revision `--help`"));
        std::fs::remove_dir_all(&folder).expect("removable");
    }
}
