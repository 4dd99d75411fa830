//! Little git histories: a release that runs, a change on a branch, and what each state of the rollout comes to.
//!
//! A history is two commits (three where the main branch goes on) made with the machine's git. `verdicts` are those of
//! the cells migrate first, code first, end state: `b` breaks, `s` safe, `u` unknown. For SQLAlchemy the truth is
//! executed too: `cargo x test histories` runs the code of either side against the schema of either side on SQLite and
//! compares with the same letters.

use std::collections::BTreeMap;

use seawall::{CheckOptions, check_with};
use seawall_tests::histories::{History, Repository, all};
use serde_json::Value;

/// The letters of the cells of the change whose summary holds `about`.
fn verdicts(report: &Value, about: &str) -> Option<String> {
    let changes = report["changes"].as_array()?;
    let change =
        changes.iter().find(|change| change["summary"].as_str().is_some_and(|s| s.contains(about)))?;
    let cells: BTreeMap<&str, &str> = change["cells"]
        .as_array()?
        .iter()
        .filter_map(|cell| Some((cell["cell"].as_str()?, cell["verdict"].as_str()?)))
        .collect();
    let letter = |name: &str| cells.get(name).and_then(|verdict| verdict.chars().next()).unwrap_or('-');
    Some(["migrate_first", "code_first", "end_state"].map(letter).iter().collect())
}

fn judge(history: &History) -> Result<Value, String> {
    let repository = Repository::make(history);
    let options = CheckOptions {
        root: repository.path(),
        base: Some(history.base().to_owned()),
        ..CheckOptions::default()
    };
    let report = check_with(options).map_err(|error| error.to_string())?;
    serde_json::to_value(report).map_err(|error| error.to_string())
}

#[test]
fn every_history_is_right_in_every_cell() {
    let histories = all();
    assert!(histories.len() >= 40, "{} histories", histories.len());
    let wanted = std::env::var("CASE").unwrap_or_default();
    let mut wrong = vec![];
    for history in histories.iter().filter(|history| history.name.contains(&wanted)) {
        match judge(history) {
            Err(error) => wrong.push(format!("{}: {error}", history.name)),
            Ok(report) => {
                for (about, expected) in &history.verdicts {
                    let found = verdicts(&report, about);
                    if found.as_deref() != Some(expected) {
                        let summary: Vec<&Value> = report["changes"]
                            .as_array()
                            .into_iter()
                            .flatten()
                            .map(|c| &c["summary"])
                            .collect();
                        let said: Vec<String> = report["findings"]
                            .as_array()
                            .into_iter()
                            .flatten()
                            .map(|f| format!("    {} {} {}", f["cells"], f["location"]["path"], f["message"]))
                            .chain(
                                report["changes"]
                                    .as_array()
                                    .into_iter()
                                    .flatten()
                                    .map(|c| format!("    {}", c["unresolved"])),
                            )
                            .collect();
                        wrong.push(format!(
                            "{}: `{about}` is {found:?}, not {expected:?} (changes: {summary:?})\n{}",
                            history.name,
                            said.join("\n")
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Which cells decide, by the order of deployment.
#[test]
fn the_order_of_deployment_decides_what_is_an_error() {
    let history =
        all().into_iter().find(|history| history.name == "sqlalchemy: drop in one step").expect("a history");
    let repository = Repository::make(&history);
    let report = |order: &str| {
        let options = CheckOptions {
            root: repository.path(),
            base: Some("main".to_owned()),
            deploy_order: serde_json::from_value(Value::from(order)).expect("an order"),
            ..CheckOptions::default()
        };
        serde_json::to_value(check_with(options).expect("a report")).expect("JSON")
    };
    let severities = |report: &Value| {
        let findings = report["findings"].as_array().expect("findings");
        findings
            .iter()
            .map(|finding| finding["severity"].as_str().unwrap_or("").to_owned())
            .collect::<Vec<_>>()
    };
    let first = report("migrate-first");
    assert_eq!(
        (&first["verdict"], &first["changes"][0]["verdict"]),
        (&Value::from("blocked"), &Value::from("breaks"))
    );
    assert!(severities(&first).iter().all(|severity| severity == "error"));
    let message = first["findings"][0]["message"].as_str().expect("a message");
    assert!(
        message.contains("the running release (main)") && message.contains("from the migration"),
        "{message}"
    );
    assert!(first["findings"][0]["help"].as_str().expect("help").contains("two steps"), "{first}");
    assert_eq!(first["findings"][0]["location"]["revision"], "main");
    for order in ["code-first", "stop-the-world"] {
        let other = report(order);
        assert_eq!(other["changes"][0]["verdict"], "safe", "{order}");
        assert_eq!(severities(&other), ["note"], "{order}");
    }
}

#[test]
fn a_column_that_nobody_maps_any_more_is_safe_and_said_to_be() {
    let history =
        all().into_iter().find(|history| history.name == "sqlalchemy: ignore then drop").expect("a history");
    let report = judge(&history).expect("a report");
    assert_eq!(report["verdict"], "safe", "{report}");
    let note = report["changes"][0]["note"].as_str().expect("a note");
    assert!(note.contains("neither the running release (main) nor the new code"), "{note}");
}
