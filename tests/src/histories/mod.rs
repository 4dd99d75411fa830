//! Little git histories with a verdict for each state of the rollout.

mod prisma;
mod raw_sql;
mod sqlalchemy;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A file: its path and its text.
pub type File = (String, String);

/// A release that runs, and a change on a branch.
pub struct History {
    /// What happens in it.
    pub name: &'static str,
    /// The release that runs before; the branch begins here.
    pub before: Vec<File>,
    /// Where the main branch has gone on since: what it has now.
    pub main: Option<Vec<File>>,
    /// The branch.
    pub after: Vec<File>,
    /// For changes, by a part of their summaries: the letters of the cells migrate first, code first and end state
    /// (breaks, safe, unknown).
    pub verdicts: Vec<(&'static str, &'static str)>,
    /// Whether its truth can be executed: SQLAlchemy on SQLite.
    pub executed: bool,
}

impl History {
    /// The git revision of the running release.
    pub fn base(&self) -> &'static str {
        "main"
    }
}

/// All histories.
pub fn all() -> Vec<History> {
    let mut found = sqlalchemy::histories();
    found.extend(raw_sql::histories());
    found.extend(prisma::histories());
    found
}

/// A history as a git repository on disk, removed with the value.
pub struct Repository {
    root: PathBuf,
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

impl Repository {
    /// Makes the commits; the branch is checked out in the end.
    pub fn make(history: &History) -> Self {
        Self::make_in(&std::env::temp_dir(), history)
    }

    /// As [`Repository::make`], below a folder.
    pub fn make_in(parent: &Path, history: &History) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("seawall-history-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let repository = Self { root: parent.join(name) };
        std::fs::create_dir_all(&repository.root).expect("a folder");
        repository.git(&["init", "-q", "-b", "main"]);
        repository.commit(&history.before);
        repository.git(&["checkout", "-q", "-b", "change"]);
        repository.commit(&history.after);
        if let Some(main) = &history.main {
            repository.git(&["checkout", "-q", "main"]);
            repository.commit(main);
            repository.git(&["checkout", "-q", "change"]);
        }
        repository
    }

    /// Leaves it on disk, and gives its folder.
    pub fn keep(self) -> String {
        let path = self.path();
        std::mem::forget(self);
        path
    }

    /// The folder.
    pub fn path(&self) -> String {
        self.root.display().to_string()
    }

    fn commit(&self, files: &[File]) {
        for entry in std::fs::read_dir(&self.root).expect("a folder").flatten() {
            let path = entry.path();
            match (path.ends_with(".git"), path.is_dir()) {
                (true, _) => {}
                (false, true) => std::fs::remove_dir_all(&path).expect("removable"),
                (false, false) => std::fs::remove_file(&path).expect("removable"),
            }
        }
        write(&self.root, files);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "a release"]);
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git")
            .arg("-C")
            .arg(&self.root)
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.expect("git runs").success(), "{arguments:?}");
    }
}

/// Writes files below a folder.
pub fn write(folder: &Path, files: &[File]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
}

/// The files with others in place of those of the same path, or beside them.
fn with(files: &[File], others: &[(&str, &str)]) -> Vec<File> {
    let mut all = files.to_vec();
    for (path, text) in others {
        all.retain(|(known, _)| known != path);
        all.push(((*path).to_owned(), (*text).to_owned()));
    }
    all
}
