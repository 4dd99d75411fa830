//! Other programs: finding them, running them, saying what to do when they are missing.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Outcome;

/// The folder of the workspace.
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

/// Where builds go: `CARGO_TARGET_DIR`, else `target/`.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => workspace().join(folder),
        None => workspace().join("target"),
    }
}

/// A folder of our own below the build folder, made if missing.
pub fn work_folder(name: &str) -> Outcome<PathBuf> {
    let folder = target().join("x").join(name);
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    Ok(folder)
}

/// A folder of our own, emptied: what is tested in it cannot lean on an earlier run.
pub fn fresh_folder(name: &str) -> Outcome<PathBuf> {
    let folder = target().join("x").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .map_err(|error| format!("cannot empty {}: {error}", folder.display()))?;
    }
    work_folder(name)
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace());
    // Set by `cargo run` for us; a build script of a child would take them for its own.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(name);
    }
    command
}

/// A command in the workspace's folder.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace());
    command
}

/// Runs a command with its output shown; an error names the command line and the exit code.
pub fn run(command: &mut Command) -> Outcome {
    println!("  $ {}", shown(command));
    let status = command.stdin(Stdio::null()).status().map_err(|error| not_started(command, &error))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("`{}` ended with {status}", shown(command))),
    }
}

/// Runs a command and gives its standard output; an error holds its standard error.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` ended with {}:\n{}", shown(command), output.status, stderr.trim_end()));
    }
    String::from_utf8(output.stdout)
        .map_err(|error| format!("`{}` did not print UTF-8: {error}", shown(command)))
}

/// Runs a command with this text on its standard input and gives its standard output.
pub fn output_of_input(command: &mut Command, input: &str) -> Outcome<String> {
    let (output, error) = both_of_input(command, input)?;
    error.map_or(Ok(output), Err)
}

/// [`output_of_input`] that also gives what was printed before an error.
pub fn both_of_input(command: &mut Command, input: &str) -> Outcome<(String, Option<String>)> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| not_started(command, &error))?;
    let pipe = child.stdin.take();
    let text = input.to_owned();
    // A thread of its own: the child may print more than a pipe holds before it has read all.
    let writer = std::thread::spawn(move || pipe.map(|mut pipe| pipe.write_all(text.as_bytes())));
    let output = child.wait_with_output().map_err(|error| not_started(command, &error))?;
    let _ = writer.join();
    let stderr = String::from_utf8_lossy(&output.stderr);
    let failed = !output.status.success();
    let error =
        failed.then(|| format!("`{}` ended with {}:\n{}", shown(command), output.status, stderr.trim_end()));
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), error))
}

/// Runs npm in a folder: `ci` for what its lock file pins, `install` for packages by name and version; `more` stands behind.
pub fn npm(folder: &Path, verb: &str, more: &[&str]) -> Outcome {
    require("node", "install Node 20 or newer (with npm)")?;
    let mut npm = command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    run(npm.current_dir(folder).args([verb, "--silent", "--no-audit", "--no-fund"]).args(more))
}

/// The error of a step that cannot run here, since something is missing: the step counts as skipped.
pub fn cannot(reason: &str) -> String {
    format!("{CANNOT}{reason}")
}

/// What an error of [`cannot`] begins with.
pub const CANNOT: &str = "cannot run here: ";

/// A program of this name in one of the folders, the last one by name first, else on the path.
pub fn find_program(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path);
    folders.iter().rev().cloned().chain(on_path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Whether a program is there and answers `--version`; an error says how to get it.
pub fn require(program: &str, what_to_do: &str) -> Outcome<String> {
    output(command(program).arg("--version")).map(|version| version.trim().to_owned()).map_err(|error| {
        format!("{program} is needed and did not answer ({error})\n  what to do: {what_to_do}")
    })
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` could not be started: {error}", shown(command))
}

fn shown(command: &Command) -> String {
    let workspace = format!("{}/", workspace().display());
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().replace(&workspace, "")).collect::<Vec<_>>().join(" ")
}
