//! Which files count, in which order, and which parts go up.

use crate::code::project::Project;
use crate::schema_source::sql::load;
use crate::text::{MemoryFiles, Sources};

/// Checks the columns of table `t` and the order of the revisions; notes behind `!`.
fn check(path: &str, files: &[(&str, &str)], revisions: &str, columns: &str) {
    let sources = Sources::new(Box::new(files.iter().copied().collect::<MemoryFiles>()));
    let source = load(&Project::new(&sources), path, None);
    let history = source.history.expect("a history");
    let ids: Vec<&str> = history.revisions.iter().map(|revision| revision.id.as_str()).collect();
    assert_eq!(ids.join(" "), revisions);
    let table = source.schema.tables.first().expect("a table");
    let mut found: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    found.extend(
        source.unanalyzed.iter().map(|note| format!("! {}: {}", sources.path(note.span.file), note.reason)),
    );
    assert_eq!(found.join(" "), columns);
}

const MAKE: &str = "CREATE TABLE t (a int);";
const B: &str = "ALTER TABLE t ADD COLUMN b int;";
const C: &str = "ALTER TABLE t ADD COLUMN c int;";
const DROP: &str = "DROP TABLE t;";

#[test]
fn prisma_and_diesel_have_a_folder_each() {
    let lock = ("m/migration_lock.toml", "provider = \"mysql\"");
    check("m", &[("m/1_a/migration.sql", MAKE), ("m/2_b/migration.sql", B), lock], "1_a 2_b", "a b");
    check(
        "m",
        &[
            ("m/2023-01-01-000000_b/up.sql", B),
            ("m/2022-01-01-000000_a/up.sql", MAKE),
            ("m/2022-01-01-000000_a/down.sql", DROP),
        ],
        "2022-01-01-000000_a 2023-01-01-000000_b",
        "a b",
    );
}

#[test]
fn numbers_order_where_the_tool_says_so() {
    let files = |up: &'static str| {
        [("m/9_a", MAKE), ("m/10_b", B), ("m/11_c", C)].map(|(name, text)| (format!("{name}{up}"), text))
    };
    let up = files(".up.sql");
    let mut all: Vec<(&str, &str)> = up.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    all.push(("m/9_a.down.sql", DROP));
    check("m", &all, "9_a 10_b 11_c", "a b c");
    let plain = files(".sql");
    let mut all: Vec<(&str, &str)> = plain.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    all.push(("Cargo.toml", "sqlx = \"0.8\""));
    check("m", &all, "9_a 10_b 11_c", "a b c");
}

#[test]
fn a_plain_folder_is_taken_by_name_and_says_so_where_it_matters() {
    check("m", &[("m/a.sql", MAKE), ("m/b.sql", B), ("m/b_down.sql", DROP)], "a b", "a b");
    check(
        "m",
        &[("m/10_a.sql", MAKE), ("m/9_b.sql", B)],
        "10_a 9_b",
        "a b ! m/9_b.sql: the files are taken in the order of their names, in which 9_b.sql comes after a higher number",
    );
}

#[test]
fn down_parts_are_not_applied() {
    let goose = "-- +goose Up\nCREATE TABLE t (a int);\n-- +goose Down\nDROP TABLE t;\n";
    check(
        "m",
        &[("m/2_b.sql", "-- +goose Up\nALTER TABLE t ADD b int;"), ("m/1_a.sql", goose)],
        "1_a 2_b",
        "a b",
    );
    let dbmate = "-- migrate:up transaction:false\nCREATE TABLE t (a int);\n-- migrate:down\nDROP TABLE t;\n";
    check(
        "m",
        &[("m/10_a.sql", dbmate), ("m/9_b.sql", "-- migrate:up\nALTER TABLE t ADD b int;")],
        "10_a 9_b",
        "a b",
    );
    let node = "CREATE TABLE t (a int);\n-- Down Migration\nDROP TABLE t;\n";
    check("m", &[("m/1_a.sql", node), ("m/2_b.sql", B)], "1_a 2_b", "a b");
}

#[test]
fn node_pg_migrate_compares_moments_with_milliseconds() {
    let mark = "-- Up Migration\nCREATE TABLE t (a int);";
    check(
        "m",
        &[
            ("m/1589353644504_c.sql", C),
            ("m/20200513070724505_d.sql", "ALTER TABLE t ADD d int;"),
            ("m/20190101000000000_b.sql", B),
            ("m/9_a.sql", mark),
        ],
        "9_a 20190101000000000_b 1589353644504_c 20200513070724505_d",
        "a b c d",
    );
}

#[test]
fn flyway_orders_by_version_and_starts_at_a_baseline() {
    let old = ("m/V1__old.sql", DROP);
    check(
        "m",
        &[
            old,
            ("m/B2__base.sql", MAKE),
            ("m/V2.1__b.sql", B),
            ("m/sub/V10__c.sql", C),
            ("m/U10__c.sql", DROP),
            ("m/R__z.sql", "SELECT 1;"),
        ],
        "B2__base V2.1__b V10__c R__z",
        "a b c",
    );
    check(
        "m",
        &[("m/V1__a.sql", MAKE), ("m/V1.0__b.sql", B)],
        "V1.0__b V1__a",
        "a ! m/V1__a.sql: the migrations V1.0__b and V1__a have the same version \
         ! m/V1.0__b.sql: table t is not known here, so that the operation changes nothing in the model",
    );
}

#[test]
fn journals_checkpoints_and_changesets() {
    let journal =
        r#"{"dialect":"sqlite","entries":[{"tag":"0001_b_first"},{"tag":"0000_a"},{"tag":"0002_gone"}]}"#;
    check(
        "m",
        &[
            ("m/meta/_journal.json", journal),
            ("m/0001_b_first.sql", MAKE),
            ("m/0000_a.sql", B),
            ("m/0003_orphan.sql", DROP),
        ],
        "0001_b_first 0000_a",
        "a b ! m/meta/_journal.json: the journal lists 0002_gone, and there is no file 0002_gone.sql",
    );
    check(
        "m",
        &[
            ("m/atlas.sum", ""),
            ("m/1.sql", DROP),
            ("m/2.sql", "-- atlas:checkpoint\n\nCREATE TABLE t (a int);"),
            ("m/3.sql", B),
        ],
        "2 3",
        "a b",
    );
    let changes = "--liquibase formatted sql\n--changeset me:1\nCREATE TABLE t (a int);\n--rollback DROP TABLE t;\n--changeset me:2 runAlways:true\nALTER TABLE t ADD b int;";
    check("m/x.sql", &[("m/x.sql", changes)], "me:1 me:2", "a b");
}

#[test]
fn missing_and_double_numbers_are_noted() {
    let names =
        ["m/1_a", "m/2_b", "m/2_c", "m/3_d", "m/4_e", "m/5_f", "m/7_g"].map(|name| format!("{name}.up.sql"));
    let texts = [MAKE, B, C, "", "", "", ""];
    let files: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts).collect();
    check(
        "m",
        &files,
        "1_a 2_b 2_c 3_d 4_e 5_f 7_g",
        "a b c ! m/2_c.up.sql: the migrations 2_b and 2_c have the same version \
         ! m/7_g.up.sql: the migration with version 6 is missing before 7_g",
    );
}

#[test]
fn the_dialect_is_guessed_from_the_text() {
    let guessed = |text: &str| {
        let sources = Sources::new(Box::new([("s.sql", text)].into_iter().collect::<MemoryFiles>()));
        load(&Project::new(&sources), "s.sql", None).dialect.name()
    };
    assert_eq!(guessed("CREATE TABLE `t` (`id` int AUTO_INCREMENT) ENGINE=InnoDB"), "mysql");
    assert_eq!(guessed("CREATE TABLE `t` (`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL);"), "sqlite");
    assert_eq!(guessed("CREATE TABLE t (id serial, x jsonb);"), "postgres");
    assert_eq!(guessed("CREATE TABLE t (id int);"), "postgres");
}
