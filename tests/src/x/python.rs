//! The wheel: built, installed into a fresh virtual environment, and tested there.

use std::path::{Path, PathBuf};

use super::{Outcome, tool};

const WHEEL_FOLDER: &str = "wheels";
const FRESH: &str = "python";
/// Python 3.9 must do, so that these are lower bounds and pip picks what the interpreter can have.
const TEST_TOOLS: [&str; 2] = ["mypy>=1.15", "pytest>=8"];

/// The interpreter of the environment that has the wheel.
pub fn interpreter() -> PathBuf {
    executable(&tool::target().join("x").join(FRESH), "python")
}

/// The console script of the environment that has the wheel.
pub fn console_script() -> PathBuf {
    executable(&tool::target().join("x").join(FRESH), "seawall")
}

/// Builds the wheel and installs it.
pub fn package() -> Outcome {
    let python = base_interpreter()?;
    let maturin = maturin(&python)?;
    let wheels = tool::fresh_folder(WHEEL_FOLDER)?;
    let manifest = tool::workspace().join("bindings-python/Cargo.toml");
    tool::run(
        tool::command(maturin)
            .args(["build", "--quiet", "--profile", "dev", "--manifest-path"])
            .arg(manifest)
            .arg("--out")
            .arg(&wheels)
            .env("CARGO_TARGET_DIR", tool::target()),
    )?;
    let wheel = only_wheel(&wheels)?;
    let fresh = tool::fresh_folder(FRESH)?;
    make_environment(&python, &fresh)?;
    pip_install(&interpreter(), &[wheel.as_os_str()])?;
    pip_install(&interpreter(), &TEST_TOOLS)
}

/// A fresh environment with these packages; its interpreter.
pub fn environment(name: &str, packages: &[&str]) -> Outcome<PathBuf> {
    let folder = tool::fresh_folder(&format!("python-{name}"))?;
    make_environment(&base_interpreter()?, &folder)?;
    let python = executable(&folder, "python");
    pip_install(&python, packages)?;
    Ok(python)
}

/// An environment with these packages that is kept from run to run as long as they are the same; its interpreter.
pub fn kept_environment(name: &str, packages: &[&str]) -> Outcome<PathBuf> {
    let folder = tool::work_folder(&format!("python-{name}"))?;
    let (python, marker) = (executable(&folder, "python"), folder.join("packages.txt"));
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&marker).ok().as_deref() != Some(wanted.as_str()) {
        make_environment(&base_interpreter()?, &folder)?;
        pip_install(&python, packages)?;
        std::fs::write(&marker, wanted).map_err(|error| format!("{}: {error}", marker.display()))?;
    }
    Ok(python)
}

/// Stubs against the extension, then the package and a user of it.
pub fn types() -> Outcome {
    let tests = tool::workspace().join("bindings-python/tests");
    let elsewhere = tool::work_folder("python-types")?;
    let python = |args: &[&str]| {
        let mut command = tool::command(interpreter());
        command.args(args).current_dir(&elsewhere);
        command
    };
    tool::run(&mut python(&["-m", "mypy.stubtest", "seawall._native"]))?;
    tool::run(&mut python(&["-m", "mypy", "--strict", "--package", "seawall"]))?;
    tool::run(python(&["-m", "mypy", "--strict"]).arg(tests.join("typed_use.py")))
}

/// The tests of the installed package.
pub fn tests() -> Outcome {
    let folder = tool::workspace().join("bindings-python");
    tool::run(
        tool::command(interpreter())
            .args(["-m", "pytest"])
            .current_dir(folder)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("SEAWALL_SCRIPT", console_script()),
    )
}

/// The interpreter that environments are made from: `SEAWALL_PYTHON`, else `python3`.
pub fn base_interpreter() -> Outcome<String> {
    let python = std::env::var("SEAWALL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let version = tool::require(
        &python,
        "install Python 3.9 or newer (Debian: apt-get install python3 python3-venv), or name one: SEAWALL_PYTHON=/path/to/python3",
    )?;
    println!("  {version}");
    Ok(python)
}

/// An environment with maturin alone; it is kept from run to run.
fn maturin(python: &str) -> Outcome<PathBuf> {
    let folder = tool::work_folder("python-tools")?;
    let maturin = executable(&folder, "maturin");
    if tool::output(tool::command(&maturin).arg("--version")).is_err() {
        make_environment(python, &folder)?;
        pip_install(&executable(&folder, "python"), &["maturin>=1.9,<2"])?;
    }
    Ok(maturin)
}

pub(super) fn make_environment(python: &str, folder: &Path) -> Outcome {
    tool::run(tool::command(python).args(["-m", "venv", "--clear"]).arg(folder)).map_err(|error| {
        format!("{error}\n  what to do: Python needs its module venv (Debian: apt-get install python3-venv)")
    })
}

pub(super) fn pip_install(python: &Path, what: &[impl AsRef<std::ffi::OsStr>]) -> Outcome {
    tool::run(
        tool::command(python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(what),
    )
}

/// The one wheel in a folder.
pub fn only_wheel(folder: &Path) -> Outcome<PathBuf> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
    let mut wheels = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "whl"));
    wheels.next().ok_or_else(|| format!("maturin left no wheel in {}", folder.display()))
}

pub(super) fn executable(environment: &Path, name: &str) -> PathBuf {
    match cfg!(windows) {
        true => environment.join("Scripts").join(format!("{name}.exe")),
        false => environment.join("bin").join(name),
    }
}
