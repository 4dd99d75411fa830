//! Runs every case of `tests/cases/` and of the rules' pages. `CASE=words cargo test --test cases` runs those whose page
//! or heading contains the words.

use seawall_tests::case::{self, Case};
use seawall_tests::outcome::{failures, workspace};

fn cases(folder: &str) -> Vec<Case> {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let mut cases = vec![];
    for page in case::pages(&workspace().join(folder)).expect("the folder of cases") {
        let markdown = std::fs::read_to_string(&page).expect("a page");
        let shown = page.strip_prefix(workspace()).unwrap_or(&page);
        cases.extend(case::read(shown, &markdown).unwrap_or_else(|error| panic!("{error}")));
    }
    cases.retain(|case| case.name.contains(&wanted) || case.page.to_string_lossy().contains(&wanted));
    cases
}

fn run(cases: &[Case]) {
    let failed: Vec<String> = cases.iter().flat_map(failures).collect();
    assert!(failed.is_empty(), "{} failures in {} cases\n{}", failed.len(), cases.len(), failed.join("\n"));
}

#[test]
fn every_case_reports_what_is_marked_and_nothing_else() {
    run(&cases("tests/cases"));
}

#[test]
fn every_rule_page_is_true() {
    run(&cases("core/src/rules"));
}
