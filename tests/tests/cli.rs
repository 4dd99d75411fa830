//! The command line from outside: arguments in; result, messages and exit code out.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use seawall::json::Verb;
use serde_json::Value;

/// What a run gave.
#[derive(Debug)]
struct Outcome {
    code: u8,
    stdout: String,
    stderr: String,
}

fn seawall(arguments: &[&str]) -> Outcome {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = std::iter::once("seawall").chain(arguments.iter().copied()).map(OsString::from);
    let code = seawall::cli::run_with(arguments, &mut stdout, &mut stderr);
    Outcome {
        code,
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// A folder of a test; gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("seawall-cli-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let folder = Self(folder);
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("UTF-8")
    }

    fn join(&self, path: &str) -> String {
        self.0.join(path).to_str().expect("UTF-8").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const SCHEMA: &str = r#"datasource db {
  provider = "postgresql"
}

generator client {
  provider = "prisma-client-js"
}

enum Role {
  ADMIN
  USER
}

model User {
  id    Int     @id @default(autoincrement())
  email String  @unique @map("mail")
  name  String?
  role  Role    @default(USER)
  posts Post[]
}

model Post {
  id       Int    @id @default(autoincrement())
  title    String
  authorId Int
  author   User   @relation(fields: [authorId], references: [id], onDelete: Cascade)
}
"#;

const CODE: &str = r#"import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function find(email: string) {
  return prisma.user.findUnique({ where: { email }, select: { id: true } });
}
"#;

fn shop(name: &str) -> Folder {
    Folder::new(name, &[("prisma/schema.prisma", SCHEMA), ("src/find.ts", CODE)])
}

const DROP: &str = "ALTER TABLE \"User\" DROP COLUMN mail";

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

/// The run fails with this in its message, exit code 2, and nothing on standard output.
fn refuse(arguments: &[&str], message: &str) {
    let outcome = seawall(arguments);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{arguments:?}: {outcome:?}");
    assert!(outcome.stderr.contains(message), "{arguments:?}: {}", outcome.stderr);
}

#[test]
fn what_cannot_be_done_is_an_error_with_the_way_out() {
    let folder = shop("errors");
    let root = folder.path();
    refuse(&["check", &folder.join("scr")], "does not exist; did you mean `src`?");
    refuse(&["check", &folder.join("src/find.ts")], "is a file, and the root is a folder");
    refuse(&["check", root, "--schema", "prisma/shema.prisma"], "did you mean `prisma/schema.prisma`");
    refuse(&["check", &folder.join("src")], "schema");
    refuse(&["check", root], "there is no migration to check");
    refuse(&["check", root, "--sql", DROP, "--base", "main"], "cannot be used with");
    refuse(&["check", root, "--before", "a.sql"], "--after");
    refuse(&["check", root, "--since", "3"], "no schema source has a history");
    refuse(&["check", root, "--base", "main"], "no git work tree");
    refuse(&["usages", "Usr", root], "did you mean `User`?");
    refuse(&["usages", "User.emial", root], "did you mean `email`?");
    refuse(&["explain", "unused-supression"], "did you mean `unused-suppression`?");
    refuse(&["schema", root, "--dialect", "oracle"], "postgres, mysql, sqlite, mssql");
    refuse(&["diff", "a", "b", "--schema", "c"], "--schema has no meaning here");
    refuse(&["check", root, "--config", &folder.join("none.toml")], "cannot be read");
    refuse(&["chek"], "check");
}

#[test]
fn a_what_if_reports_the_change_by_both_names() {
    let folder = shop("sql");
    let report = json(&seawall(&["check", folder.path(), "--sql", DROP, "--format", "json"]));
    assert_eq!(report["version"], 1);
    assert_eq!(report["schema_sources"][0]["kind"], "prisma");
    let change = &report["changes"][0];
    let names = ["kind", "table", "column", "entity", "field", "summary"].map(|key| change[key].clone());
    assert_eq!(names, ["drop_column", "User", "mail", "User", "email", "column User.mail is dropped"]);
    assert_eq!(change["location"]["path"], "<sql>");
    assert_eq!(change["declared"]["line"], 16);
}

#[test]
fn a_finding_has_a_proof_by_its_fingerprint_or_its_place() {
    let folder = shop("witness");
    let root = folder.path();
    let report = json(&seawall(&["check", root, "--sql", DROP, "--format", "json"]));
    let findings = report["findings"].as_array().expect("findings");
    let query =
        findings.iter().find(|finding| finding["location"]["path"] == "src/find.ts").expect("the query");
    let fingerprint = query["fingerprint"].as_str().expect("a fingerprint");
    let ask = |name: &str| json(&seawall(&["witness", name, root, "--sql", DROP, "--format", "json"]));
    let witness = ask(fingerprint);
    assert_eq!(witness, ask(&fingerprint[..6]));
    assert_eq!(witness, ask("src/find.ts:6"));
    assert_eq!(witness["sent_by"], "code");
    assert_eq!(witness["statement"], "SELECT 1 FROM \"User\" WHERE \"User\".\"mail\" IS NOT NULL;\n");
    assert_eq!(witness["change"], "ALTER TABLE \"User\" DROP COLUMN \"mail\";\n");
    let text = seawall(&["witness", fingerprint, root, "--sql", DROP]).stdout;
    assert!(text.contains("CREATE TYPE \"Role\"") && text.contains("-- and now it fails"), "{text}");
    refuse(&["witness", "src/find.ts:1", root, "--sql", DROP], "has no finding `src/find.ts:1`");
    refuse(&["witness", fingerprint, root], "there is no migration to check");
}

#[test]
fn usages_are_found_by_code_names_and_database_names() {
    let folder = shop("usages");
    let by_code = seawall(&["usages", "User.email", folder.path(), "--format", "json"]);
    let by_database = seawall(&["usages", "User.mail", folder.path(), "--format", "json"]);
    assert_eq!(by_code.stdout, by_database.stdout);
    let report = json(&by_code);
    let usages = report["usages"].as_array().expect("usages");
    let query = usages.iter().find(|usage| usage["location"]["path"] == "src/find.ts").expect("the query");
    assert_eq!((&query["location"]["line"], &query["how"]), (&Value::from(6), &Value::from("query")));
    let text = seawall(&["usages", "User.email", folder.path()]);
    assert_eq!(text.code, 0);
    assert!(text.stdout.contains("src/find.ts\n  6:"), "{}", text.stdout);
}

#[test]
fn the_schema_is_json_sql_and_a_diagram() {
    let folder = shop("schema");
    let report = json(&seawall(&["schema", folder.path(), "--format", "json"]));
    assert_eq!((&report["version"], &report["dialect"]), (&Value::from(1), &Value::from("postgres")));
    let user = &report["tables"][0];
    assert_eq!((&user["schema"], &user["name"]), (&Value::from("public"), &Value::from("User")));
    assert_eq!(user["primary_key"], serde_json::json!(["id"]));
    assert_eq!(user["columns"][1]["name"], "mail");
    assert_eq!(user["columns"][1]["nullable"], false);
    let key = &report["tables"][1]["foreign_keys"][0];
    assert_eq!(
        (&key["referenced_table"], &key["on_delete"]),
        (&Value::from("User"), &Value::from("CASCADE"))
    );
    assert_eq!(report["mapping"][0]["fields"][1]["field"], "email");
    let sql = seawall(&["schema", folder.path()]).stdout;
    assert!(sql.contains("CREATE TYPE \"Role\" AS ENUM ('ADMIN', 'USER');"), "{sql}");
    assert!(sql.contains("CREATE TABLE \"User\" ("), "{sql}");
    let diagram = seawall(&["schema", folder.path(), "--format", "mermaid"]).stdout;
    assert!(diagram.starts_with("erDiagram\n") && diagram.contains("\"User\" ||--o{ \"Post\""), "{diagram}");
}

#[test]
fn the_sql_of_a_schema_gives_the_same_schema_again() {
    let folder = shop("round-trip");
    let sql = seawall(&["schema", folder.path()]).stdout;
    folder.write("again/schema.sql", &sql);
    let again = folder.join("again/schema.sql");
    let prisma = folder.join("prisma/schema.prisma");
    let outcome = seawall(&["diff", &prisma, &again, "--dialect", "postgres"]);
    assert_eq!(outcome.stdout, "Nothing changes in the schema.\n", "{sql}\n{outcome:?}");
}

#[test]
fn two_schema_files_are_compared() {
    let folder = shop("diff");
    folder.write("after.prisma", &SCHEMA.replace("  name  String?\n", ""));
    let (before, after) = (folder.join("prisma/schema.prisma"), folder.join("after.prisma"));
    let report = json(&seawall(&["diff", &before, &after, "--format", "json"]));
    assert_eq!(report["changes"][0]["summary"], "column User.name is dropped");
    assert_eq!(report["changes"].as_array().map(Vec::len), Some(1));
    let check =
        seawall(&["check", folder.path(), "--before", &before, "--after", &after, "--format", "json"]);
    assert_eq!(json(&check)["changes"][0]["column"], "name");
    let same = seawall(&["check", folder.path(), "--before", &before, "--after", &before]);
    let told = format!("Nothing changes in the schema.\nJudged: {before} against {before} ({before}).\n");
    let told = told.replace(&format!("{}/", folder.path()), "");
    assert_eq!((same.code, same.stdout.as_str()), (0, told.as_str()));
}

fn git(folder: &Folder, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(&folder.0)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

#[test]
fn a_git_base_is_compared_with_the_work_tree() {
    let folder = shop("base");
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "first"]);
    folder.write("prisma/schema.prisma", &SCHEMA.replace("  name  String?\n", ""));
    let report = json(&seawall(&["check", folder.path(), "--base", "main", "--format", "json"]));
    let change = &report["changes"][0];
    assert_eq!(change["summary"], "column User.name is dropped");
    assert_eq!(
        (&change["location"]["line"], &change["location"]["revision"]),
        (&Value::from(17), &Value::from("main"))
    );
    refuse(&["check", folder.path(), "--base", "mian"], "git knows no revision `mian`; did you mean `main`?");
}

const FIRST: &str = "CREATE TYPE \"Role\" AS ENUM ('ADMIN', 'USER');
CREATE TABLE \"User\" (\"id\" SERIAL PRIMARY KEY, \"mail\" TEXT NOT NULL, \"name\" TEXT, \"role\" \"Role\" NOT NULL DEFAULT 'USER');
CREATE UNIQUE INDEX \"User_mail_key\" ON \"User\"(\"mail\");
CREATE TABLE \"Post\" (\"id\" SERIAL PRIMARY KEY, \"title\" TEXT NOT NULL, \"authorId\" INTEGER NOT NULL,
  CONSTRAINT \"Post_authorId_fkey\" FOREIGN KEY (\"authorId\") REFERENCES \"User\"(\"id\") ON DELETE CASCADE ON UPDATE CASCADE);
";

/// Summaries of the changes, and what was judged by a `check` without a base.
fn checked(folder: &Folder) -> (Vec<String>, Vec<String>) {
    let report = json(&seawall(&["check", folder.path(), "--format", "json"]));
    let texts = |list: &str, field: &str| {
        let items = report[list].as_array().expect("a list");
        items.iter().map(|item| item[field].as_str().unwrap_or_default().to_owned()).collect()
    };
    (texts("changes", "summary"), texts("judged", "summary"))
}

#[test]
fn what_is_edited_in_a_prisma_schema_is_the_change_that_is_about_to_be_made() {
    let folder = shop("edited");
    let dropped = SCHEMA.replace("  name  String?\n", "");
    folder.write("prisma/migrations/1_init/migration.sql", FIRST);
    let newest = "the newest revision, 1_init";
    // Nothing tells when a schema without git was edited.
    folder.write("prisma/schema.prisma", &dropped);
    let (changes, judged) = checked(&folder);
    assert!(!changes.contains(&"column User.name is dropped".to_owned()), "{changes:?}");
    assert_eq!(judged, [newest]);
    folder.write("prisma/schema.prisma", SCHEMA);
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "first"]);
    assert_eq!(checked(&folder).1, [newest]);
    // A comment is no edit of the schema.
    folder.write("prisma/schema.prisma", &format!("// people\n{SCHEMA}"));
    assert_eq!(checked(&folder).1, [newest]);
    folder.write("prisma/schema.prisma", &dropped);
    let edited = "what is edited in the schema since HEAD, beyond new migrations".to_owned();
    let (changes, judged) = checked(&folder);
    assert_eq!(changes, ["column User.name is dropped"]);
    assert_eq!(judged, ["no migration is new since HEAD".to_owned(), edited.clone()]);
    let text = seawall(&["check", folder.path()]).stdout;
    assert!(text.contains(&format!("Judged: {edited} (prisma/schema.prisma).")), "{text}");
    // When the migration is there, it is the change.
    folder.write("prisma/migrations/2_name/migration.sql", "ALTER TABLE \"User\" DROP COLUMN \"name\";\n");
    let (changes, judged) = checked(&folder);
    assert_eq!(changes, ["column User.name is dropped"]);
    assert_eq!(judged, ["the newest revision, 2_name"]);
    // A committed difference is none that is about to be made.
    let _ = std::fs::remove_dir_all(folder.join("prisma/migrations/2_name"));
    git(&folder, &["commit", "-qam", "second"]);
    assert_eq!(checked(&folder).1, [newest]);
}

#[test]
fn an_edited_prisma_schema_without_migrations_is_judged_against_the_last_commit() {
    let folder = shop("edited-alone");
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "first"]);
    refuse(&["check", folder.path()], "there is no migration to check");
    folder.write("prisma/schema.prisma", &SCHEMA.replace("  name  String?\n", ""));
    let (changes, judged) = checked(&folder);
    assert_eq!(changes, ["column User.name is dropped"]);
    assert_eq!(judged, ["the schema now against HEAD"]);
}

#[test]
fn the_oldest_release_that_still_works_is_told() {
    let folder = shop("compat");
    git(&folder, &["init", "-q", "-b", "main"]);
    let release = |tag: &str| {
        git(&folder, &["add", "-A"]);
        git(&folder, &["commit", "-qm", tag]);
        git(&folder, &["tag", tag]);
    };
    let reads_name = CODE.replace("id: true", "id: true, name: true");
    folder.write("src/find.ts", &reads_name);
    release("v1");
    folder.write("prisma/schema.prisma", &SCHEMA.replace("  name  String?\n", "  name  String? @ignore\n"));
    folder.write("src/find.ts", CODE);
    release("v2");
    folder.write("src/other.ts", "export const other = 1;\n");
    release("v3");
    folder.write("prisma/schema.prisma", &SCHEMA.replace("  name  String?\n", ""));
    let revisions = ["--revisions", "v3", "--revisions", "v2", "--revisions", "v1"];
    let mut arguments = vec!["compat", folder.path(), "--format", "json"];
    arguments.extend(revisions);
    let report = json(&seawall(&arguments));
    let verdicts: Vec<Value> = report["releases"]
        .as_array()
        .expect("releases")
        .iter()
        .map(|release| release["verdict"].clone())
        .collect();
    assert_eq!(
        (verdicts, &report["oldest"]),
        (["safe", "safe", "breaks"].map(Value::from).to_vec(), &Value::from("v2")),
        "{report}"
    );
    let text = seawall(&["compat", folder.path(), "--range", "v1..v3"]).stdout;
    assert!(text.contains("The oldest release whose code works on this schema"), "{text}");
    refuse(&["compat", folder.path(), "--tags", "x*"], "there are no releases to judge");
    refuse(&["compat", folder.path(), "--revisions", "v9"], "git knows no revision `v9`");
}

#[test]
fn an_unused_suppression_is_a_warning_and_fails_where_asked() {
    let folder = Folder::new(
        "suppression",
        &[
            ("migrations/1_init.sql", "CREATE TABLE users (id int PRIMARY KEY, name text);\n"),
            ("migrations/2_age.sql", "ALTER TABLE users ADD COLUMN age int;\n"),
            ("app.py", "x = 1  # seawall: ignore[unused-suppression] nothing here\n"),
        ],
    );
    let root = folder.path();
    let schema = folder.join("migrations");
    let run = |more: &[&str]| {
        let mut arguments = vec!["check", root, "--schema", &schema, "--dialect", "postgres"];
        arguments.extend(more);
        seawall(&arguments)
    };
    let report = run(&["--format", "json"]);
    let finding = &json(&report)["findings"][0];
    assert_eq!((report.code, &finding["rule"]), (0, &Value::from("unused-suppression")), "{report:?}");
    assert_eq!(
        (&finding["location"]["line"], &finding["location"]["column"]),
        (&Value::from(1), &Value::from(10))
    );
    assert_eq!(run(&["--fail-on", "warning"]).code, 1);
    folder.write("seawall.toml", "fail-on = 'warning'\n");
    assert_eq!(run(&[]).code, 1);
    assert_eq!(run(&["--fail-on", "never"]).code, 0);
    folder.write("seawall.toml", "[rules]\nunused-suppression = 'off'\n");
    assert_eq!(json(&run(&["--format", "json"]))["findings"], serde_json::json!([]));
}

#[test]
fn the_result_goes_where_it_is_told_and_carries_no_control_characters() {
    let folder = Folder::new(
        "output",
        &[
            ("db.sql", "CREATE TABLE users (id int PRIMARY KEY, \"na\u{1b}[31mme\u{9b}1m\" text);\n"),
            ("after.sql", "CREATE TABLE users (id int PRIMARY KEY);\n"),
        ],
    );
    let (before, after) = (folder.join("db.sql"), folder.join("after.sql"));
    let run = |more: &[&str]| {
        let mut arguments =
            vec!["check", folder.path(), "--before", &before, "--after", &after, "--dialect", "postgres"];
        arguments.extend(more);
        seawall(&arguments)
    };
    for format in ["text", "markdown", "github", "gitlab"] {
        let text = run(&["--format", format]).stdout;
        assert!(!text.is_empty(), "{format}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{format}: {text:?}");
    }
    assert!(run(&["--color", "always"]).stdout.contains("\u{1b}[1"));
    let file = folder.join("report.txt");
    assert_eq!(run(&["-o", &file]).stdout, "");
    assert_eq!(std::fs::read_to_string(&file).expect("a report"), run(&[]).stdout);
}

#[test]
fn sarif_is_valid_by_the_official_schema() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sarif-schema-2.1.0.json");
    let mut schema: Value = serde_json::from_slice(&std::fs::read(data).expect("the schema")).expect("JSON");
    // The published pattern of `language` is no regular expression of ECMA-262 with the flag `u`: a lone `]`. The report
    // does not have the property.
    for owner in ["run", "toolComponent"] {
        let property = schema.pointer_mut(&format!("/definitions/{owner}/properties/language"));
        property.and_then(Value::as_object_mut).map(|language| language.remove("pattern"));
    }
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let folder = Folder::new(
        "sarif",
        &[
            ("migrations/1_init.sql", "CREATE TABLE users (id int PRIMARY KEY, mail text NOT NULL);\n"),
            ("migrations/2_mail.sql", "-- goes\nALTER TABLE users\n  DROP COLUMN mail;\nFROBNICATE users;\n"),
            ("a [b] c.py", "import sqlite3\nc = sqlite3.connect('x')\nc.execute('SELECT mail FROM users')\n"),
            ("d.py", "x = 1  # seawall: ignore[dropped-column-in-use] nothing here\n"),
        ],
    );
    let schema = folder.join("migrations");
    let outcome =
        seawall(&["check", folder.path(), "--schema", &schema, "--dialect", "postgres", "--format", "sarif"]);
    let log = json(&outcome);
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new(), "{}", outcome.stdout);
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert!(!results.is_empty(), "{}", outcome.stdout);
    assert!(!log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0].is_null(), "{log}");
}

#[test]
fn a_baseline_is_what_was_there_before_the_first_revision() {
    let revision = "import sqlalchemy as sa\nfrom alembic import op\nrevision = 'a1'\ndown_revision = None\n\
                    def upgrade():\n    op.add_column('pets', sa.Column('age', sa.Integer()))\n";
    let models = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\n\
                  class Pet(Base):\n    __tablename__ = 'pets'\n    id = sa.Column(sa.Integer, primary_key=True)\n    \
                  age = sa.Column(sa.Integer)\n";
    let folder = Folder::new(
        "baseline",
        &[
            ("alembic/versions/a.py", revision),
            ("app/models.py", models),
            ("old.sql", "CREATE TABLE pets (id int PRIMARY KEY, name text);"),
            ("db/1.sql", "ALTER TABLE pets ADD COLUMN age int;"),
        ],
    );
    let (root, versions) = (folder.path(), folder.join("alembic/versions"));
    let columns = |more: &[&str]| {
        let outcome = seawall(&[&["schema", root, "--format", "json", "--schema"], more].concat());
        let report = json(&outcome);
        let tables = report["tables"].as_array().expect("tables");
        let names = tables.iter().flat_map(|table| table["columns"].as_array().expect("columns"));
        let names: Vec<String> =
            names.map(|column| column["name"].as_str().expect("name").to_owned()).collect();
        let origin = report["schema_sources"][0]["baseline"][0]["origin"].as_str().unwrap_or("").to_owned();
        (names.join(" "), origin)
    };
    let is = |names: &str, origin: &str| (names.to_owned(), origin.to_owned());
    let (old, app) = (folder.join("old.sql"), folder.join("app/models.py"));
    assert_eq!(columns(&[&versions]), is("id age", "models"));
    assert_eq!(columns(&[&versions, "--baseline", "models"]), is("id age", "models"));
    assert_eq!(columns(&[&versions, "--baseline", "none"]), is("", ""));
    assert_eq!(columns(&[&versions, "--baseline", &old]), is("id name age", "given"));
    assert_eq!(columns(&[&folder.join("db"), "--baseline", &old]), is("id name age", "given"));
    // Models that are named are taken as they are: the revision's column is there already.
    assert_eq!(columns(&[&versions, "--baseline", &app]), is("id age", "given"));
    let text = seawall(&["check", root, "--schema", &versions]).stdout;
    assert!(text.contains("no revision makes 1 table (pets): taken from the project's models"), "{text}");
    folder.write("seawall.toml", "schema = [\"alembic/versions\"]\nbaseline = \"old.sql\"\n");
    let configured = json(&seawall(&["schema", root, "--format", "json"]));
    assert_eq!(configured["schema_sources"][0]["baseline"][0]["tables"][0], "pets");
    refuse(&["schema", root, "--baseline", "olt.sql"], "does not exist; did you mean `old.sql`");
    refuse(&["schema", root, "--schema", &old, "--baseline", "models"], "no schema source has revisions");
}

#[test]
fn the_committed_schema_of_the_configuration_is_the_one_of_the_code() {
    let mut text = serde_json::to_string_pretty(&seawall::config::Config::json_schema()).expect("JSON");
    text.push('\n');
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/config.schema.json");
    if std::env::var_os("SEAWALL_UPDATE").is_some() {
        std::fs::write(&path, &text).expect("writable");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/config.schema.json differs from the code: run the test with SEAWALL_UPDATE=1"
    );
}

#[test]
fn reports_are_valid_by_their_own_schemas() {
    let folder = shop("own-schema");
    let root = folder.path();
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "first"]);
    let schema = folder.join("prisma/schema.prisma");
    for (verb, arguments) in [
        (Verb::Check, vec!["check", root, "--sql", DROP, "--format", "json"]),
        (Verb::Compat, vec!["compat", root, "--revisions", "HEAD", "--format", "json"]),
        (Verb::Usages, vec!["usages", "User.email", root, "--format", "json"]),
        (Verb::LoadSchema, vec!["schema", root, "--format", "json"]),
        (Verb::Diff, vec!["diff", &schema, &schema, "--format", "json"]),
        (Verb::Witness, vec!["witness", "prisma/schema.prisma:16", root, "--sql", DROP, "--format", "json"]),
        (Verb::Rules, vec!["rules", "--format", "json"]),
        (Verb::Explain, vec!["explain", "unused-suppression", "--format", "json"]),
    ] {
        let validator = jsonschema::validator_for(&verb.report_schema()).expect("a schema");
        let report = json(&seawall(&arguments));
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{arguments:?}");
        assert!(!validator.is_valid(&serde_json::json!({ "version": "1" })));
    }
}

#[test]
fn the_rules_are_listed_and_explained() {
    let rules = seawall(&["rules"]).stdout;
    assert!(rules.contains("unused-suppression"), "{rules}");
    for line in rules.lines() {
        let name = line.split_whitespace().next().expect("a name");
        let page = seawall(&["explain", name]);
        assert!(page.code == 0 && page.stdout.starts_with(&format!("# {name}")), "{name}: {}", page.stdout);
    }
}
