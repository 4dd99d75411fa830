//! Soundness by mutation: a column is dropped and its attribute taken out of the model, as one commit would do it. Where a type
//! checker found code that breaks, the verdict is never `safe`.
//!
//! `tests/data/README.md` says where the data is from.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::truth::unpacked;
use super::{Outcome, parity, tool};

#[derive(Deserialize)]
struct Package {
    project: String,
    version: String,
    root: String,
    drops: Vec<Drop>,
}

/// A column, and the attribute that maps it.
#[derive(Deserialize)]
struct Drop {
    table: String,
    column: String,
    /// The file of the attribute, and its first and last line.
    file: String,
    lines: [usize; 2],
    /// How many lines a type checker newly refuses without it.
    breaks: usize,
}

/// Drops each column in turn.
pub fn run() -> Outcome {
    let data = tool::workspace().join("tests/data/soundness.json");
    let text =
        std::fs::read_to_string(&data).map_err(|error| format!("cannot read {}: {error}", data.display()))?;
    let packages: Vec<Package> =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", data.display()))?;
    let binary = parity::build_binary()?;
    let mut unsound = Vec::new();
    for package in &packages {
        let root = unpacked(&package.project, &package.version, &package.root)?;
        let top = root.parent().ok_or("a package without a folder around it")?;
        let mut verdicts: BTreeMap<(bool, String), usize> = BTreeMap::new();
        for drop in &package.drops {
            let verdict =
                without_attribute(&top.join(&drop.file), drop.lines, || verdict(&binary, &root, drop))?;
            if drop.breaks > 0 && verdict == "safe" {
                unsound.push(format!(
                    "{} {}.{}: safe, and {} lines break",
                    package.project, drop.table, drop.column, drop.breaks
                ));
            }
            *verdicts.entry((drop.breaks > 0, verdict)).or_default() += 1;
        }
        for ((breaks, verdict), count) in verdicts {
            let where_ = if breaks { "where code breaks" } else { "where the type checker found nothing" };
            println!("  {}: {count} {verdict} {where_}", package.project);
        }
    }
    match unsound.is_empty() {
        true => Ok(()),
        false => Err(unsound.join("\n")),
    }
}

/// Asks while these lines of the file are blank; the file is put back afterwards.
fn without_attribute<T>(file: &Path, lines: [usize; 2], ask: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let problem = |error: std::io::Error| format!("{}: {error}", file.display());
    let text = std::fs::read_to_string(file).map_err(problem)?;
    let [first, last] = lines;
    let kept = (1..).zip(text.lines()).map(|(number, line)| match number {
        // A class whose only attribute goes must still have a body.
        _ if number == first => format!("{}pass", &line[..line.len() - line.trim_start().len()]),
        _ if number > first && number <= last => String::new(),
        _ => line.to_owned(),
    });
    let mutated: Vec<String> = kept.collect();
    std::fs::write(file, mutated.join("\n")).map_err(problem)?;
    let answer = ask();
    std::fs::write(file, text).map_err(problem)?;
    answer
}

fn verdict(binary: &Path, root: &Path, drop: &Drop) -> Outcome<String> {
    let sql = format!("ALTER TABLE {} DROP COLUMN \"{}\"", drop.table, drop.column);
    let mut command = tool::command(binary);
    command.arg("check").arg(root).args(["--sql", &sql, "--format", "json", "--fail-on", "never"]);
    let report: Value = serde_json::from_str(&tool::output(&mut command)?)
        .map_err(|error| format!("{sql}: no JSON: {error}"))?;
    let verdict = report["changes"][0]["verdict"].as_str();
    verdict.map(str::to_owned).ok_or(format!("{sql}: no verdict: {}", report["changes"]))
}
