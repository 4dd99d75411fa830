//! What is not understood is said, with its place.

use super::*;
use crate::text::{MemoryFiles, Sources};

const MAKE: &str = "exports.up = (knex) => knex.schema.createTable('users', (t) => t.increments());";

/// The reasons that one migration behind [`MAKE`] gives, with the text at their places.
fn notes(head: &str, body: &str) -> Vec<String> {
    let second = format!("{head}\nexports.up = async (knex) => {{ {body} }};");
    let files: MemoryFiles = [("m/1.js", MAKE), ("m/2.js", second.as_str())].into_iter().collect();
    let sources = Sources::new(Box::new(files));
    let settings = Settings { folders: vec!["m".to_owned()], ..Settings::default() };
    let project = Project::new(&sources);
    let source = load(&project, &settings, Dialect::Postgres, &Baseline::Nothing, true);
    let place = |note: &Unanalyzed| second.get(note.span.range.as_usize()).unwrap_or("").to_owned();
    source.unanalyzed.iter().map(|note| format!("{}: {}", place(note), note.reason)).collect()
}

#[test]
fn another_package_that_is_given_knex_is_said_whatever_it_is_called() {
    let call = "await helper.audit(knex, 'users');";
    for package in ["knex-helpers", "audit"] {
        let expected = format!(
            "helper.audit(knex, 'users'): `{package}.audit` may change the schema and is not part of the project"
        );
        assert_eq!(notes(&format!("const helper = require('{package}');"), call), [expected]);
    }
    assert!(notes("", "await knex('users').insert({ id: 1 }); await knex.raw('SELECT 1');").is_empty());
}

#[test]
fn what_a_builder_does_not_have_and_what_is_not_known_is_said() {
    let said = |body: &str, words: &str| {
        let found = notes("", body);
        assert!(found.iter().any(|note| note.contains(words)), "{body}: {found:?}");
    };
    said(
        "await knex.schema.createTable(process.env.T, (t) => t.increments());",
        "the name of the table is not known",
    );
    said(
        "await knex.schema.table('users', (t) => t.audit());",
        "`audit` is no method of Knex's table builder",
    );
    said(
        "await unknown().createTable('t', (t) => t.increments());",
        "what `createTable` is called on here is not known",
    );
    said("await knex.raw('ALTER TABLE users ADD ' + process.env.C);", "a part of the statement is not known");
}

#[test]
fn names_that_contradict_themselves_are_said() {
    let up = "exports.up = () => {};";
    let files: MemoryFiles =
        [("m/10_b.js", up), ("m/2_a.js", up), ("n/2_a.js", up), ("n/3_c.js", up)].into_iter().collect();
    let sources = Sources::new(Box::new(files));
    let settings = Settings { folders: vec!["m".to_owned(), "n".to_owned()], ..Settings::default() };
    let project = Project::new(&sources);
    let source = load(&project, &settings, Dialect::Postgres, &Baseline::Nothing, true);
    let reasons: Vec<&str> = source.unanalyzed.iter().map(|note| note.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "10_b.js runs before 2_a.js, whose number is lower: Knex sorts names as text",
            "there are two migrations of the name 2_a.js, and Knex knows them by their names",
        ]
    );
}
