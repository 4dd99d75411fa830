//! The npm package: built, packed, installed into a fresh folder, and tested there.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Outcome, tool};

const STAGE: &str = "node-stage";
const FRESH: &str = "node";
const TYPESCRIPT: &str = "typescript@5.9";
/// What the package is made of, beside what `files` in package.json leaves out again.
const SOURCES: [&str; 10] = [
    "README.md",
    "bin/seawall.cjs",
    "binding.cjs",
    "call.cjs",
    "index.cjs",
    "index.d.cts",
    "index.d.mts",
    "index.mjs",
    "package.json",
    "verbs.cjs",
];

/// The folder that has the package installed.
pub fn folder() -> PathBuf {
    tool::target().join("x").join(FRESH)
}

/// Builds and packs the package, and installs what was packed.
pub fn package() -> Outcome {
    let version = tool::require("node", "install Node 20 or newer (with npm)")?;
    let npm = tool::require("npm", "install npm (it comes with Node)")?;
    println!("  node {version}, npm {npm}");
    let sources = tool::workspace().join("bindings-node");
    let stage = tool::fresh_folder(STAGE)?;
    tool::run(
        tool::command("node")
            .arg(sources.join("scripts/build.mjs"))
            .args(["--profile", "dev", "--out"])
            .arg(&stage),
    )?;
    for name in SOURCES {
        copy(&sources.join(name), &stage.join(name))?;
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&tool::workspace().join(name), &stage.join(name))?;
    }
    let fresh = tool::fresh_folder(FRESH)?;
    tool::run(npm_command(&stage).args(["pack", "--silent", "--pack-destination"]).arg(&fresh))?;
    write(&fresh.join("package.json"), "{ \"private\": true }\n")?;
    let packed = format!("./seawall-{}.tgz", env!("CARGO_PKG_VERSION"));
    tool::run(npm_command(&fresh).args([
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        packed.as_str(),
        TYPESCRIPT,
    ]))
}

/// Users of the declarations, as a CommonJS and as an ES module.
pub fn types() -> Outcome {
    bring_tests()?;
    // The folder has no other types, so that none is taken in by chance.
    let options =
        ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "node20", "--target", "es2023"];
    tool::run(
        npm_command(&folder())
            .args(["exec", "--no", "--", "tsc"])
            .args(options)
            .args(["typed-use.cts", "typed-use.mts"]),
    )
}

/// The tests of the installed package.
pub fn tests() -> Outcome {
    bring_tests()?;
    tool::run(
        tool::command("node")
            .args(["--test", "commonjs.test.cjs", "seawall.test.mjs"])
            .current_dir(folder())
            .env("SEAWALL_WORKSPACE", tool::workspace()),
    )
}

/// The tests are beside the installed package, so that they import it as a user's code does.
fn bring_tests() -> Outcome {
    for name in ["commonjs.test.cjs", "seawall.test.mjs", "typed-use.cts", "typed-use.mts"] {
        copy(&tool::workspace().join("bindings-node/test").join(name), &folder().join(name))?;
    }
    Ok(())
}

fn npm_command(folder: &Path) -> std::process::Command {
    let mut command = tool::command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder);
    command
}

fn copy(source: &Path, target: &Path) -> Outcome {
    let make_folder = || target.parent().map_or(Ok(()), fs::create_dir_all);
    make_folder()
        .and_then(|()| fs::copy(source, target))
        .map(|_| ())
        .map_err(|error| format!("cannot copy {} to {}: {error}", source.display(), target.display()))
}

fn write(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
