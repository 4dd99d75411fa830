//! What is said of views, keys, triggers and functions in the way of a change is what databases did (`tests/servers/objects`; the
//! steps `postgres`, `mariadb` and `sqlite` of `cargo x test` run the same statements).

use seawall::schema::Dialect;
use seawall::{CheckOptions, check_with};
use seawall_tests::objects::{Answer, ObjectCase, cases};

fn check(dialect: Dialect, database: &str) {
    let mut wrong = Vec::new();
    let all = cases(database).expect("cases");
    for (number, case) in all.iter().enumerate() {
        let said = said(dialect, &format!("{database}-{number}"), case);
        let expected = match (case.told.as_deref(), case.answer) {
            (Some("nothing"), _) | (_, Answer::Stays) => None,
            (Some("warning"), answer) => Some((answer.word(), "warning")),
            (Some(_) | None, Answer::Refused) => Some(("refused", "error")),
            (_, answer @ (Answer::Taken | Answer::Fails)) => Some((answer.word(), "")),
        };
        let is_right = match (&said, expected) {
            (None, None) => true,
            (Some((fate, severity)), Some((wanted, at))) => {
                fate == wanted && (at.is_empty() || severity == at)
            }
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_right {
            wrong.push(format!("{}: said {said:?}, expected {expected:?}", case.title));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

/// What the report says of the case's object, and how bad it is.
fn said(dialect: Dialect, name: &str, case: &ObjectCase) -> Option<(String, String)> {
    let root = std::env::temp_dir().join(format!("seawall-objects-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&root).expect("a folder");
    std::fs::write(root.join("schema.sql"), &case.setup).expect("a file");
    let options = CheckOptions {
        root: root.display().to_string(),
        schema: vec!["schema.sql".to_owned()],
        dialect: Some(dialect),
        sql: Some(case.change.clone()),
        ..CheckOptions::default()
    };
    let report = check_with(options).expect("a report");
    let _ = std::fs::remove_dir_all(&root);
    let named = format!("{} `{}`", case.kind.replace("column", "computed column"), case.name);
    let unnamed = format!(" {}", case.kind);
    let of_rule = report.findings.iter().filter(|finding| finding.rule == "dependent-object-breaks");
    let said = of_rule.filter_map(|finding| {
        let message = &finding.message;
        let is_it =
            message.contains(&named.replace("unique `", "unique key `")) || message.contains(&unnamed);
        let fate = if message.contains("goes with it") {
            "taken"
        } else if message.contains("next use") {
            "fails"
        } else {
            "refused"
        };
        let severity = format!("{:?}", finding.severity).to_lowercase();
        is_it.then(|| (fate.to_owned(), severity))
    });
    // A view that fails may also be in the way of the next statement: that is what stops the migration.
    said.max_by_key(|(fate, _)| fate == "refused")
}

#[test]
fn what_postgres_does_to_dependents_is_said() {
    check(Dialect::Postgres, "postgres");
}

#[test]
fn what_mariadb_does_to_dependents_is_said() {
    check(Dialect::Mysql, "mysql");
}

#[test]
fn what_sqlite_does_to_dependents_is_said() {
    check(Dialect::Sqlite, "sqlite");
}
