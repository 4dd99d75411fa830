//! Usages in Python against what a type checker found: the package argilla-server, as PyPI has it.
//!
//! One mapped attribute was dropped at a time; what the checker newly refused must be reported, and the same name on another
//! class must not. `tests/data/README.md` says where the data is from, docs/accuracy.md how the figures are read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::{Outcome, parity, python, tool};

/// At least so many of the places that break are reported, in hundredths of a percent.
const LEAST_RECALL: usize = 9_980;
/// At least so many of the reported places that are decided are right, in hundredths of a percent.
const LEAST_PRECISION: usize = 9_940;

#[derive(Deserialize)]
struct Truth {
    project: String,
    version: String,
    root: String,
    questions: Vec<Question>,
}

/// An attribute that was dropped. Places are lines by file.
#[derive(Deserialize)]
struct Question {
    ask: String,
    breaks: Places,
    negatives: Places,
}

type Places = BTreeMap<String, BTreeSet<u64>>;

#[derive(Default)]
struct Score {
    found: usize,
    missed: Vec<String>,
    wrong: Vec<String>,
}

/// Scores the usages that the binary finds in the wheel.
pub fn run_python() -> Outcome {
    let data = tool::workspace().join("tests/data/truth-argilla-server.json");
    let text =
        std::fs::read_to_string(&data).map_err(|error| format!("cannot read {}: {error}", data.display()))?;
    let truth: Truth = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", data.display()))?;
    let root = unpacked(&truth.project, &truth.version, &truth.root)?;
    let binary = parity::build_binary()?;
    let mut score = Score::default();
    for question in &truth.questions {
        let reported = reported(&binary, &root, &truth.root, &question.ask)?;
        score.add(question, &reported);
    }
    score.judge()
}

/// The folder of a package of a wheel from PyPI, downloaded and unpacked.
pub fn unpacked(project: &str, version: &str, package: &str) -> Outcome<PathBuf> {
    let folder = tool::work_folder("truth")?.join(format!("{project}-{version}"));
    let root = folder.join(package);
    if root.is_dir() {
        return Ok(root);
    }
    let wheels = tool::fresh_folder("truth-wheel")?;
    let interpreter = python::base_interpreter()?;
    tool::run(
        tool::command(&interpreter)
            .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
            .args(["--only-binary=:all:", "--dest"])
            .arg(&wheels)
            .arg(format!("{project}=={version}")),
    )?;
    let wheel = python::only_wheel(&wheels)?;
    tool::run(tool::command(&interpreter).args(["-m", "zipfile", "--extract"]).arg(&wheel).arg(&folder))?;
    Ok(root)
}

/// The lines where code meets the attribute, by file: no implicit use, not the mapping itself.
fn reported(binary: &Path, root: &Path, prefix: &str, ask: &str) -> Outcome<Places> {
    let mut command = tool::command(binary);
    command.args(["usages", ask]).arg(root).args(["--format", "json"]);
    let report: Value = serde_json::from_str(&tool::output(&mut command)?)
        .map_err(|error| format!("{ask}: no JSON: {error}"))?;
    let usages = report.get("usages").and_then(Value::as_array).ok_or(format!("{ask}: no usages"))?;
    let mut places = Places::new();
    for usage in usages {
        let is = |key: &str, value: &str| usage.get(key).and_then(Value::as_str) == Some(value);
        let implicit = usage.get("implicit").and_then(Value::as_bool) == Some(true);
        if implicit || is("how", "mapping") || is("confidence", "possible") {
            continue;
        }
        let place = usage.get("location");
        let path = place.and_then(|place| place.get("path")).and_then(Value::as_str);
        let line = place.and_then(|place| place.get("line")).and_then(Value::as_u64);
        if let (Some(path), Some(line)) = (path, line) {
            places.entry(format!("{prefix}/{path}")).or_default().insert(line);
        }
    }
    Ok(places)
}

impl Score {
    fn add(&mut self, question: &Question, reported: &Places) {
        let has = |file: &String, line: &u64| reported.get(file).is_some_and(|lines| lines.contains(line));
        let shown = |file: &String, line: &u64| format!("{} {file}:{line}", question.ask);
        for (file, line) in each(&question.breaks) {
            if has(file, line) {
                self.found += 1;
            } else {
                self.missed.push(shown(file, line));
            }
        }
        let wrong = each(&question.negatives).filter(|(file, line)| has(file, line));
        self.wrong.extend(wrong.map(|(file, line)| shown(file, line)));
    }

    fn judge(&self) -> Outcome {
        let (recall, precision) = (share(self.found, self.missed.len()), share(self.found, self.wrong.len()));
        println!("  recall {}, precision {}", percent(recall), percent(precision));
        self.missed.iter().for_each(|place| println!("  missed: {place}"));
        self.wrong.iter().for_each(|place| println!("  not confirmed: {place}"));
        if recall >= LEAST_RECALL && precision >= LEAST_PRECISION {
            return Ok(());
        }
        Err(format!(
            "recall must be {} at least and precision {}: see the places above",
            percent(LEAST_RECALL),
            percent(LEAST_PRECISION)
        ))
    }
}

fn each(places: &Places) -> impl Iterator<Item = (&String, &u64)> {
    places.iter().flat_map(|(file, lines)| lines.iter().map(move |line| (file, line)))
}

/// `right` of `right + others`, in hundredths of a percent.
fn share(right: usize, others: usize) -> usize {
    (right * 10_000).checked_div(right + others).unwrap_or(0)
}

fn percent(share: usize) -> String {
    format!("{}.{:02} %", share / 100, share % 100)
}
