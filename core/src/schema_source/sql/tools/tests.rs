//! Which files count, in which order, and which parts go up.

use crate::code::project::Project;
use crate::schema_source::sql::load;
use crate::text::{MemoryFiles, Sources};

/// Checks the columns of table `t` and the order of the revisions; notes behind `!`.
fn check(path: &str, files: &[(&str, &str)], revisions: &str, columns: &str) {
    let sources = Sources::new(Box::new(files.iter().copied().collect::<MemoryFiles>()));
    let source = load(&Project::new(&sources), path, None, true);
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
        &[
            ("m/10_a.sql", dbmate),
            (
                "m/9_b.sql",
                "-- migrate:up\nALTER TABLE t ADD b int;\n-- migrate:down\n-- migrate:up\n-- migrate:down",
            ),
        ],
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
        "a b ! m/meta/_journal.json: the journal lists 0002_gone, and there is no file 0002_gone.sql \
         ! m/0003_orphan.sql: 0003_orphan.sql is not in the journal, and is left out",
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
        load(&Project::new(&sources), "s.sql", None, true).dialect.name()
    };
    assert_eq!(guessed("CREATE TABLE `t` (`id` int AUTO_INCREMENT) ENGINE=InnoDB"), "mysql");
    assert_eq!(guessed("CREATE TABLE `t` (`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL);"), "sqlite");
    assert_eq!(guessed("CREATE TABLE t (id serial, x jsonb);"), "postgres");
    assert_eq!(guessed("CREATE TABLE t (id int);"), "postgres");
}

#[test]
fn dbmate_wants_its_marks_and_one_file_for_each_version() {
    let both = "-- migrate:up\nALTER TABLE t ADD b int;\n--migrate:down\n";
    check(
        "m",
        &[
            ("m/1_a.sql", "-- migrate:up\nCREATE TABLE t (a int);\n-- migrate:down\nDROP TABLE t;"),
            ("m/3.sql", both),
            ("m/3abc.sql", "  -- migrate:up\nDROP TABLE t;\n-- migrate:down"),
            ("m/seed.sql", DROP),
        ],
        "1_a 3 3abc",
        "a b ! m/3abc.sql: 3abc.sql has no line `-- migrate:up`: dbmate refuses it \
         ! m/3abc.sql: the migrations 3 and 3abc have the same version \
         ! m/seed.sql: seed.sql is not named as the other migrations are, and is left out",
    );
}

#[test]
fn goose_reads_statements_between_its_marks() {
    let program = "-- +goose Up\n-- +goose StatementBegin\nDO $$ BEGIN\n  CREATE TABLE t (a int);\nEND $$;\n-- +goose StatementEnd\n\
                   -- +goose Down\nDROP TABLE t;\n";
    let concurrent =
        "-- +goose NO TRANSACTION\n-- +GOOSE up\nALTER TABLE t ADD b int;\n-- +goose down\nDROP TABLE t;";
    check(
        "m",
        &[
            ("m/00000_zero.sql", "-- +goose Up\nDROP TABLE t;"),
            ("m/00001_a.sql", program),
            ("m/00002_b.sql", concurrent),
            ("m/00003_c.sql", "-- +goose Down\nDROP TABLE t;"),
            ("m/00004_d.go", "package m"),
            ("m/notes.sql", DROP),
        ],
        "00001_a 00002_b 00003_c",
        "a b ! m/00000_zero.sql: 00000_zero.sql is not named as the other migrations are, and is left out \
         ! m/00003_c.sql: 00003_c.sql has no line `-- +goose Up`, so that nothing of it is applied \
         ! m/notes.sql: notes.sql is not named as the other migrations are, and is left out \
         ! m/00004_d.go: the migration 00004_d.go is a program, which is not read",
    );
}

#[test]
fn sql_migrate_has_marks_of_its_own() {
    let up = "-- +migrate Up notransaction\nCREATE TABLE t (a int);\n-- +migrate Down\nDROP TABLE t;";
    check(
        "m",
        &[("m/2.sql", up), ("m/10-b.sql", "-- +migrate Up\nALTER TABLE t ADD b int;")],
        "2 10-b",
        "a b",
    );
}

#[test]
fn golang_migrate_misses_halves() {
    check(
        "m",
        &[
            ("m/1_a.up.sql", MAKE),
            ("m/1_a.down.sql", DROP),
            ("m/2_b.up.sql", B),
            ("m/2_b.down.sql", ""),
            ("m/3_c.up.sql", C),
            ("m/5_x.down.sql", DROP),
            ("m/extra.sql", DROP),
        ],
        "1_a 2_b 3_c",
        "a b c ! m/extra.sql: extra.sql is not named as the other migrations are, and is left out \
         ! m/3_c.up.sql: 3_c.up.sql has no 3_c.down.sql beside it, as the others have \
         ! m/5_x.down.sql: 5_x.down.sql has no 5_x.up.sql beside it",
    );
}

#[test]
fn sqlx_refuses_what_has_no_number() {
    let toml = ("Cargo.toml", "sqlx = \"0.8\"");
    check(
        "m",
        &[
            ("m/1_a.sql", MAKE),
            ("m/02_b.sql", "-- no-transaction\nALTER TABLE t ADD b int;"),
            ("m/x_c.sql", C),
            toml,
        ],
        "1_a 02_b",
        "a b ! m/x_c.sql: x_c.sql does not begin with a number: sqlx refuses the folder",
    );
    check(
        "m",
        &[
            ("m/2_b.up.sql", B),
            ("m/2_b.down.sql", DROP),
            ("m/1_a.up.sql", MAKE),
            ("m/1_a.down.sql", DROP),
            toml,
        ],
        "1_a 2_b",
        "a b",
    );
}

#[test]
fn refinery_counts_whole_numbers() {
    let toml = ("Cargo.toml", "refinery = \"0.8\"");
    check(
        "m",
        &[
            ("m/V1__a.sql", MAKE),
            ("m/U2__b.sql", B),
            ("m/V10__c.sql", C),
            ("m/V1.2__x.sql", DROP),
            ("m/V11__p.rs", "pub fn migration() {}"),
            toml,
        ],
        "V1__a U2__b V10__c",
        "a b c ! m/V1.2__x.sql: V1.2__x.sql is not named as the other migrations are, and is left out \
         ! m/V11__p.rs: the migration V11__p.rs is a program, which is not read",
    );
}

#[test]
fn flyway_leaves_out_what_it_is_told_to() {
    check(
        "m",
        &[
            ("m/V1__a.SQL", MAKE),
            ("m/V2.sql", B),
            ("m/V3_c.sql", DROP),
            ("m/V4__d.sql", DROP),
            ("m/V4__d.sql.conf", "shouldExecute=false"),
            ("m/v5__lower.sql", DROP),
            ("m/V6__program.java", "class V6__program {}"),
            ("m/afterMigrate.sql", "ALTER TABLE t ADD z int;"),
            ("m/beforeMigrate.sql", "SET lock_timeout = 1;"),
            ("m/R__views.sql", "CREATE OR REPLACE VIEW v AS SELECT a FROM t;"),
        ],
        "V1__a V2 R__views",
        "a b ! m/V3_c.sql: V3_c.sql is not named as the other migrations are, and is left out \
         ! m/afterMigrate.sql: afterMigrate.sql runs around migrations, and what it does to tables is left out \
         ! m/V6__program.java: the migration V6__program.java is a program, which is not read",
    );
}

#[test]
fn diesel_wants_a_way_up() {
    check(
        "m",
        &[
            ("m/20220101000000_a/up.sql", MAKE),
            ("m/20220101000000_a/metadata.toml", "run_in_transaction = false"),
            ("m/2022-01-01-000000_b/up.sql", B),
            ("m/2023-01-01-000000_c/down.sql", DROP),
            ("m/.hidden/up.sql", DROP),
        ],
        "2022-01-01-000000_b 20220101000000_a",
        "a ! m/20220101000000_a/up.sql: the migrations 2022-01-01-000000_b and 20220101000000_a have the same version \
         ! m/2023-01-01-000000_c/down.sql: the folder 2023-01-01-000000_c has no up.sql \
         ! m/2022-01-01-000000_b/up.sql: table t is not known here, so that the operation changes nothing in the model",
    );
}

#[test]
fn liquibase_chooses_by_attributes() {
    let changes = "\n-- liquibase formatted sql\n\
        --changeset me:1 dbms:postgresql,h2 context:test runOnChange:true\nCREATE TABLE t (a int);\n\
        --rollback DROP TABLE t;\n/* liquibase rollback\nDROP TABLE t; */\n\
        -- changeset \"some body\":\"add b\" splitStatements:false\nALTER TABLE t ADD b int;\n\
        --changeset me:3 dbms:mysql\nALTER TABLE t ADD wrong int;\n\
        --changeset me:4 dbms:!postgresql\nALTER TABLE t ADD wrong2 int;\n\
        --changeset me:5 ignore:true\nDROP TABLE t;\n\
        --changeset me:6\n--preconditions onFail:MARK_RAN\n--precondition-sql-check expectedResult:0 SELECT 1\nALTER TABLE t ADD b int;\nALTER TABLE t ADD c serial;\n\
        --changeset me:7\n--ignoreLines:1\nDROP TABLE t;\nALTER TABLE t ADD d int;\n--ignoreLines:start\nDROP TABLE t;\n--ignoreLines:end\nALTER TABLE t ADD e jsonb;\n";
    check("m/x.sql", &[("m/x.sql", changes)], "me:1 some body:add b me:6 me:7", "a b c d e");
    let twice = "--liquibase formatted sql\n--changeset me:1\nCREATE TABLE t (a int);\n--changeset me:1\nALTER TABLE t ADD b int;\n";
    check(
        "m",
        &[("m/one.sql", twice), ("m/other.sql", DROP)],
        "me:1 me:1",
        "a b ! m/other.sql: other.sql is not named as the other migrations are, and is left out \
         ! m/one.sql: the changeset me:1 is there twice",
    );
}

#[test]
fn node_pg_migrate_is_known_by_its_package_too() {
    let package = ("package.json", "{\"dependencies\": {\"node-pg-migrate\": \"8\"}}");
    let odd = "--  Up   Migration\nALTER TABLE t ADD b int;\n -- - down   MIGRATION\nDROP TABLE t;\n";
    check(
        "m",
        &[
            ("m/9_a.sql", MAKE),
            ("m/0010_z.sql", C),
            ("m/10_b.sql", odd),
            ("m/11_program.js", "exports.up = () => {}"),
            ("m/unnamed.sql", DROP),
            package,
        ],
        "9_a 10_b 0010_z",
        "a b c ! m/0010_z.sql: the migrations 10_b and 0010_z have the same version \
         ! m/unnamed.sql: unnamed.sql does not begin with a number: node-pg-migrate refuses it \
         ! m/11_program.js: the migration 11_program.js is a program, which is not read",
    );
}

#[test]
fn drizzle_passes_over_what_comes_too_early() {
    let journal = r#"{"dialect":"postgresql","entries":[
        {"tag":"0000_a","when":5},{"tag":"0001_b","when":9},{"tag":"0002_c","when":7},{"tag":"0002_c","when":10}]}"#;
    check(
        "m",
        &[
            ("m/meta/_journal.json", journal),
            ("m/0000_a.sql", MAKE),
            ("m/0001_b.sql", B),
            ("m/0002_c.sql", C),
        ],
        "0000_a 0001_b 0002_c",
        "a b c ! m/0002_c.sql: the journal has 0002_c after 0001_b and with no later moment (`when`): a database that has 0001_b never gets it \
         ! m/meta/_journal.json: the journal lists 0002_c twice",
    );
    let snapshot = r#"{"version":"8","dialect":"sqlite"}"#;
    check(
        "m",
        &[
            (
                "m/20250101000000_a/migration.sql",
                "CREATE TABLE `t` (`a` integer);--> statement-breakpoint\nALTER TABLE `t` ADD `b` text;",
            ),
            ("m/20250101000000_a/snapshot.json", snapshot),
            ("m/20250102000000_b/snapshot.json", snapshot),
        ],
        "20250101000000_a",
        "a b ! m/20250102000000_b/snapshot.json: the folder 20250102000000_b has no migration.sql",
    );
}

#[test]
fn supabase_and_atlas_keep_one_of_each_version() {
    check(
        "supabase/migrations",
        &[
            ("supabase/migrations/20210101000000_init.sql", DROP),
            ("supabase/migrations/20220101000000_a.sql", MAKE),
            ("supabase/migrations/20220102000000_b.sql", B),
            ("supabase/migrations/20220102000000_c.sql", C),
            ("supabase/migrations/remote.sql", DROP),
        ],
        "20220101000000_a 20220102000000_b 20220102000000_c",
        "a b c ! supabase/migrations/20210101000000_init.sql: 20210101000000_init.sql is not named as the other migrations are, and is left out \
         ! supabase/migrations/remote.sql: remote.sql is not named as the other migrations are, and is left out \
         ! supabase/migrations/20220102000000_c.sql: the migrations 20220102000000_b and 20220102000000_c have the same version",
    );
    let sum = "h1:abc=\n1_a.sql h1:def=\n2_b.sql h1:ghi=\n4_gone.sql h1:jkl=\n";
    check(
        "m",
        &[
            ("m/atlas.sum", sum),
            ("m/1_a.sql", MAKE),
            ("m/2_b.sql", "-- atlas:txmode none\n\nALTER TABLE t ADD b int;"),
            ("m/3_c.sql", C),
            ("m/5_d.sql", "-- atlas:sum ignore\n\nALTER TABLE t ADD d int;"),
        ],
        "1_a 2_b 3_c 5_d",
        "a b c d ! m/3_c.sql: 3_c.sql is not in atlas.sum: Atlas refuses the folder \
         ! m/atlas.sum: atlas.sum lists 4_gone.sql, and there is no such file",
    );
}

#[test]
fn rails_and_prisma_folders() {
    let structure = "\\restrict abc\nSET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n\
        CREATE TABLE public.t (a integer NOT NULL);\nALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (a);\n\
        COPY public.t (a) FROM stdin;\n1\n\\.\n\
        INSERT INTO \"schema_migrations\" (version) VALUES\n('20250101000000'),\n('20250102000000');\n\\unrestrict abc\n";
    let files = [("db/structure.sql", structure), ("db/migrate/20250101000000_a.rb", "class A; end")];
    let sources = Sources::new(Box::new(files.into_iter().collect::<MemoryFiles>()));
    let source = load(&Project::new(&sources), "db/structure.sql", None, true);
    assert_eq!((source.schema.tables.len(), source.unanalyzed.len()), (1, 0));
    check(
        "m",
        &[("m/1_a/migration.sql", MAKE), ("m/2_b/README.md", ""), ("m/3_c/migration.sql", B)],
        "1_a 3_c",
        "a b ! m/2_b/README.md: the folder 2_b has no migration.sql",
    );
}

/// Checks what takes the revisions back: the columns of `t` when all of them were undone but the first.
fn check_down(path: &str, files: &[(&str, &str)], columns: &str) {
    let sources = Sources::new(Box::new(files.iter().copied().collect::<MemoryFiles>()));
    let source = load(&Project::new(&sources), path, None, true);
    let history = source.history.expect("a history");
    let mut schema = source.schema;
    let mut notes = Vec::new();
    for revision in history.revisions.iter().skip(1).rev() {
        for operation in revision.down.as_ref().unwrap_or_else(|| panic!("{} has a way back", revision.id)) {
            crate::migration::apply(&mut schema, operation, &mut notes);
        }
    }
    assert_eq!(notes, []);
    let table = schema.tables.first().expect("a table");
    let found: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(found.join(" "), columns);
}

#[test]
fn ways_back_are_read_where_the_tool_has_them() {
    const UNDO_B: &str = "ALTER TABLE t DROP COLUMN b;";
    check_down(
        "m",
        &[("m/1_a.up.sql", MAKE), ("m/1_a.down.sql", DROP), ("m/2_b.up.sql", B), ("m/2_b.down.sql", UNDO_B)],
        "a",
    );
    check_down("m", &[("m/1_a/up.sql", MAKE), ("m/2_b/up.sql", B), ("m/2_b/down.sql", UNDO_B)], "a");
    for (up, down) in [
        ("-- +goose Up", "-- +goose Down"),
        ("-- migrate:up", "-- migrate:down"),
        ("-- Up Migration", "-- Down Migration"),
        ("-- +migrate Up", "-- +migrate Down"),
    ] {
        let (first, second) =
            (format!("{up}\n{MAKE}\n{down}\n{DROP}"), format!("{up}\n{B}\n{down}\n{UNDO_B}\n"));
        check_down("m", &[("m/1_a.sql", &first), ("m/2_b.sql", &second)], "a");
    }
    let changes = "--liquibase formatted sql\n--changeset me:1\nCREATE TABLE t (a int);\n--rollback empty\n\
        --changeset me:2\nALTER TABLE t ADD b int;\n--rollback ALTER TABLE t\n--rollback   DROP COLUMN b;\n\
        --changeset me:3\nALTER TABLE t ADD c int;\n/* liquibase rollback\nALTER TABLE t DROP COLUMN c;\n*/\n";
    check_down("m/x.sql", &[("m/x.sql", changes)], "a");
}

#[test]
fn a_history_without_ways_back_says_so() {
    let files = [("m/V1__a.sql", MAKE), ("m/V2__b.sql", B)];
    let sources = Sources::new(Box::new(files.into_iter().collect::<MemoryFiles>()));
    let history = load(&Project::new(&sources), "m", None, true).history.expect("a history");
    assert!(history.revisions.iter().all(|revision| revision.down.is_none()));
}

#[test]
fn changelogs_in_other_languages_are_said() {
    let sql = "--liquibase formatted sql\n--changeset me:1\nCREATE TABLE t (a int);\n";
    let xml = "<databaseChangeLog><changeSet id='2' author='me'><addColumn tableName='t'/></changeSet></databaseChangeLog>";
    let yaml = "databaseChangeLog:\n  - include:\n      file: one.sql\n";
    check(
        "m",
        &[("m/one.sql", sql), ("m/two.xml", xml), ("m/all.yaml", yaml), ("m/other.json", "{}")],
        "me:1",
        "a ! m/all.yaml: all.yaml is a changelog of Liquibase that is not read: files are taken in the order of their names \
         ! m/two.xml: two.xml is a changelog of Liquibase in another language than SQL: its changesets are not read",
    );
}
