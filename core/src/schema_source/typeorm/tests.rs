//! What is not understood is said, with its place.

use super::*;
use crate::text::{MemoryFiles, Sources};

const MAKE: &str = "export class Make1700000000001 { async up(queryRunner) { \
                    await queryRunner.query('CREATE TABLE users (id int primary key)'); } }";

/// The reasons that one migration behind [`MAKE`] gives, with the text at their places.
fn notes(head: &str, name: &str, body: &str) -> Vec<String> {
    let second = format!("{head}\nexport class {name} {{ async up(queryRunner) {{ {body} }} }}");
    let files: MemoryFiles = [("m/1.js", MAKE), ("m/2.js", second.as_str())].into_iter().collect();
    let sources = Sources::new(Box::new(files));
    let settings = Settings { folders: vec!["m".to_owned()], ..Settings::default() };
    let project = Project::new(&sources);
    let source = load(&project, &settings, Dialect::Postgres, &Baseline::Nothing, true);
    source.unanalyzed.iter().map(|note| note.reason.clone()).collect()
}

#[test]
fn what_is_not_known_is_said() {
    let said = |head: &str, body: &str, words: &str| {
        let found = notes(head, "Next1700000000002", body);
        assert!(found.iter().any(|note| note.contains(words)), "{body}: {found:?}");
    };
    said(
        "",
        "await queryRunner.dropColumn('users', process.env.C);",
        "`dropColumn`: what it is given is not known",
    );
    said("", "await queryRunner.createTable(process.env.T);", "the table that is made is not known");
    said(
        "",
        "await queryRunner.query('ALTER TABLE users ADD ' + process.env.C);",
        "a part of the statement is not known",
    );
    said("", "await queryRunner.upgradeTable('users');", "`upgradeTable`: this method is not understood");
    said("", "await unknown().addColumn('users');", "what `addColumn` is called on here is not known");
    said(
        "const helper = require('helpers');",
        "await helper.audit(queryRunner, 'users');",
        "`helpers.audit` may change the schema and is not part of the project",
    );
    said(
        "",
        "await queryRunner.changeColumn('users', 'x', { name: 'x', type: 'int' });",
        "the column `x` that is changed is not known",
    );
}

#[test]
fn names_that_the_tool_refuses_are_said() {
    assert!(notes("", "Next1700000000002", "").is_empty());
    let found = notes("", "Next", "");
    assert!(found.iter().any(|note| note.contains("13 digits")), "{found:?}");
    let found = notes("", "Make1700000000001", "");
    assert!(found.iter().any(|note| note.contains("another migration of the name")), "{found:?}");
}
