//! The reports of the examples, to the letter: `examples/*/expected/report.txt` and `report.json`.
//!
//! `BLESS=1 cargo test -p seawall-tests --test examples` writes them again; what has changed is then for a person to read.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use seawall_tests::outcome::workspace;
use serde_json::Value;

/// The examples, sorted.
fn examples() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(workspace().join("examples")).expect("the folder of the examples");
    let mut found: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

/// What `seawall check` says of an example, as one would call it at the root of the workspace.
fn check(example: &Path, format: &str) -> (u8, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = ["seawall", "check", "--color=never", "--quiet", "--format", format];
    let arguments = arguments.iter().map(OsString::from).chain([example.as_os_str().to_owned()]);
    let code = seawall::cli::run_with(arguments, &mut stdout, &mut stderr);
    assert!(stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
    (code, String::from_utf8(stdout).expect("UTF-8"))
}

/// The JSON report without the time it took.
fn timeless(json: &str) -> String {
    let mut report: Value = serde_json::from_str(json).expect("JSON");
    let elapsed = report.pointer_mut("/stats/elapsed_ms").expect("a time");
    *elapsed = Value::from(0);
    let mut text = serde_json::to_string_pretty(&report).expect("JSON");
    text.push('\n');
    text
}

/// Compares with the committed file, or writes it where that is asked for.
fn compare(path: &Path, found: &str, wrong: &mut Vec<String>) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, found).expect("a file that can be written");
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected != found {
        let differing = expected.lines().zip(found.lines()).position(|(expected, found)| expected != found);
        let line = differing.unwrap_or(expected.lines().count().min(found.lines().count()));
        let side = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
        wrong.push(format!(
            "{}:{}\n  expected: {}\n  found:    {}",
            path.display(),
            line + 1,
            side(&expected),
            side(found)
        ));
    }
}

#[test]
fn the_reports_of_the_examples_are_the_committed_ones() {
    let mut wrong = vec![];
    for example in examples() {
        let expected = example.join("expected");
        let (_, text) = check(&example, "text");
        compare(&expected.join("report.txt"), &text, &mut wrong);
        let (_, json) = check(&example, "json");
        compare(&expected.join("report.json"), &timeless(&json), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}\n(BLESS=1 writes them again)", wrong.join("\n"));
}

#[test]
fn every_example_breaks_in_each_way_and_has_a_harmless_change() {
    for example in examples() {
        let (code, json) = check(&example, "json");
        let name = example.display();
        assert_eq!(code, 1, "{name}");
        let report: Value = serde_json::from_str(&json).expect("JSON");
        let list = |key: &str| report[key].as_array().expect("a list").clone();
        for verdict in ["breaks", "safe"] {
            assert!(list("changes").iter().any(|change| change["verdict"] == verdict), "{name}: {verdict}");
        }
        let finding = |holds: fn(&Value) -> bool| list("findings").iter().any(holds);
        assert!(finding(is_explicit_query), "{name}: no query that names what goes");
        assert!(finding(is_implicit_query), "{name}: no query that names it implicitly");
        assert!(finding(|finding| finding["usage"]["how"] == "value"), "{name}: no value of a row");
        assert!(list("unanalyzed").is_empty(), "{name}: {}", report["unanalyzed"]);
    }
}

#[test]
fn the_report_in_the_readme_is_a_real_one() {
    let readme = std::fs::read_to_string(workspace().join("README.md")).expect("README.md");
    let shown = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a report");
    let example = workspace().join("examples/prisma-shop");
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = ["seawall", "check", "--frames", "2"].iter().map(OsString::from);
    seawall::cli::run_with(arguments.chain([example.into_os_string()]), &mut stdout, &mut stderr);
    assert_eq!(shown, String::from_utf8(stdout).expect("UTF-8"));
}

fn is_explicit_query(finding: &Value) -> bool {
    finding["usage"]["how"] == "query" && finding["usage"]["implicit"] == false
}

/// Queries that name a column through their model only are told at the model, as its evidence.
fn is_implicit_query(finding: &Value) -> bool {
    let links = finding["evidence"].as_array().expect("a list");
    let loads =
        |link: &Value| link["message"].as_str().is_some_and(|text| text.contains("loads every column"));
    finding["usage"]["implicit"] == true || (finding["usage"]["how"] == "mapping" && links.iter().any(loads))
}
