//! The order of the house, held by tests that read its source.

use std::path::{Path, PathBuf};

use seawall_tests::outcome::workspace;

/// The layers, lowest first; those of one row do not use each other.
const LAYERS: &[&[&str]] = &[
    &["near"],
    &["text"],
    &["diagnostic", "error"],
    &["schema"],
    &["migration"],
    &["diff"],
    &["code"],
    &["schema_source", "usage"],
    &["rules"],
    &["plan"],
    &["report"],
    &["config", "suppress"],
    &["analyze"],
    &["json"],
    &["cli"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&module))
}

/// The Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn core() -> PathBuf {
    workspace().join("core/src")
}

/// The path below `core/src`, and the text.
fn core_sources() -> Vec<(String, String)> {
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a file");
        (path.strip_prefix(core()).expect("below core").to_string_lossy().into_owned(), text)
    };
    sources(&core()).into_iter().map(read).collect()
}

/// The first names behind `crate::` in a line that is code.
fn used_modules(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or("");
    let names = code.split("crate::").skip(1);
    names.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")).collect()
}

#[test]
fn a_layer_uses_only_those_below_it() {
    let mut wrong = vec![];
    for (path, text) in core_sources() {
        let module = path.split(['/', '.']).next().unwrap_or("");
        let Some(own) = layer(module) else { continue };
        for (number, line) in (1..).zip(text.lines()) {
            // Tests may look further up.
            if line == "#[cfg(test)]" {
                break;
            }
            for used in used_modules(line) {
                let allowed = used == module || layer(used).is_none_or(|other| other < own);
                if !allowed {
                    wrong.push(format!("core/src/{path}:{number}: {module} uses {used}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_its_layer() {
    let text = std::fs::read_to_string(core().join("lib.rs")).expect("lib.rs");
    let modules = text.lines().filter_map(|line| {
        let line = line.strip_prefix("pub(crate) ").or(line.strip_prefix("pub ")).unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    let without: Vec<&str> = modules.filter(|module| layer(module).is_none()).collect();
    assert!(without.is_empty(), "no layer: {without:?}");
}

#[test]
fn a_rule_has_a_file_and_a_page_of_its_name() {
    let rules = seawall::rules::RULES;
    for rule in rules {
        let file = core().join("rules").join(format!("{}.rs", rule.name.replace('-', "_")));
        assert!(file.exists(), "{} has no file {}", rule.name, file.display());
        let title = format!("# {}", rule.name);
        assert!(rule.page.starts_with(&title), "the page of {} does not begin with its name", rule.name);
        for heading in ["## Why this breaks", "## Examples", "## How to change it safely"] {
            assert!(rule.page.contains(heading), "the page of {} has no {heading}", rule.name);
        }
        let fires = rule.page.lines().any(|line| line.contains('^') && line.ends_with(rule.name));
        assert!(fires, "{} does not fire on its own page", rule.name);
    }
    let names: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = core_sources()
        .into_iter()
        .filter(|(path, _)| path != "code/tree.rs")
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .map(|(path, lines)| format!("core/src/{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_map_is_short_and_names_tests_that_exist() {
    let Ok(map) = std::fs::read_to_string(workspace().join("ARCHITECTURE.md")) else { return };
    assert!(map.lines().count() <= 200, "ARCHITECTURE.md has {} lines", map.lines().count());
    let folders = ["core/src", "grammars/src", "tests"].map(|folder| workspace().join(folder));
    let code: String = folders
        .iter()
        .flat_map(|folder| sources(folder))
        .map(|path| std::fs::read_to_string(path).expect("a file"))
        .collect();
    // A test is named as `held by `name``.
    let named = map.split("held by `").skip(1).filter_map(|rest| rest.split('`').next());
    for name in named {
        let function = name.rsplit("::").next().unwrap_or(name);
        assert!(
            code.contains(&format!("fn {function}(")),
            "ARCHITECTURE.md names a test that is not there: {name}"
        );
    }
}
