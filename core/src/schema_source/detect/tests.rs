//! What is found in projects of many shapes.

use super::*;
use crate::text::MemoryFiles;

const REVISION: &str = "revision = 'a'\ndown_revision = None\ndef upgrade(): pass\n";
const TABLE: &str = "CREATE TABLE t (id int);";
const DATASOURCE: &str = "datasource db {\n  provider = \"postgresql\"\n}\n";

fn sources(files: &[(&str, &str)]) -> Sources {
    let files: MemoryFiles = files.iter().map(|(path, text)| (*path, *text)).collect();
    Sources::new(Box::new(files))
}

fn show(found: &[Found]) -> Vec<String> {
    let line = |found: &Found| {
        let what = match &found.what {
            What::Prisma => "prisma".to_owned(),
            What::Alembic(folders) => format!("alembic({})", folders.join(" ")),
            What::Sql => "sql".to_owned(),
            What::Knex(settings) => format!("knex({})", settings.folders.join(" ")),
            What::TypeOrm(settings) => format!("typeorm({})", settings.folders.join(" ")),
        };
        let dialect = found.dialect.map(|dialect| format!(" {}", dialect.name())).unwrap_or_default();
        format!("{what} {}{dialect}", found.path)
    };
    found.iter().map(line).collect()
}

fn check(files: &[(&str, &str)], expected: &[&str]) {
    let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    assert_eq!(show(&find(&sources(files), "")), expected, "{paths:?}");
}

#[test]
fn prisma_schemas_are_one_per_datasource() {
    check(&[("prisma/schema.prisma", DATASOURCE)], &["prisma prisma/schema.prisma"]);
    check(
        &[("db/schema/base.prisma", DATASOURCE), ("db/schema/models/user.prisma", "model User {\n}")],
        &["prisma db/schema"],
    );
    check(
        &[("a/schema.prisma", DATASOURCE), ("b/schema.prisma", DATASOURCE)],
        &["prisma a/schema.prisma", "prisma b/schema.prisma"],
    );
    check(
        &[
            ("package.json", r#"{"prisma": {"schema": "./data/models"}}"#),
            ("data/models/a.prisma", "model A {\n}"),
            ("data/models/b.prisma", "model B {\n}"),
        ],
        &["prisma data/models"],
    );
    check(
        &[
            (
                "app/prisma.config.ts",
                "export default defineConfig({\n  schema: path.join('db', 'schema'),\n})",
            ),
            ("app/db/schema/a.prisma", DATASOURCE),
        ],
        &["prisma app/db/schema"],
    );
}

#[test]
fn a_generated_client_brings_no_second_schema() {
    let schema = format!("{DATASOURCE}generator client {{\n  output = \"../src/generated\"\n}}");
    check(
        &[("prisma/schema.prisma", &schema), ("src/generated/schema.prisma", &schema)],
        &["prisma prisma/schema.prisma"],
    );
}

#[test]
fn prismas_migrations_are_no_source_of_their_own() {
    let files = [
        ("prisma/schema.prisma", DATASOURCE),
        ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\""),
        ("prisma/migrations/1_init/migration.sql", TABLE),
        ("prisma/seed/schema.sql", TABLE),
    ];
    check(&files, &["prisma prisma/schema.prisma"]);
    check(&files[1..3], &["sql prisma/migrations"]);
}

#[test]
fn alembic_by_configuration_and_by_folder() {
    check(
        &[
            (
                "alembic.ini",
                "[alembic]\nscript_location = %(here)s/db\nsqlalchemy.url = mysql+pymysql://u@h/d\n",
            ),
            ("db/versions/a.py", REVISION),
        ],
        &["alembic(db/versions) db/versions mysql"],
    );
    check(
        &[
            ("pyproject.toml", "[tool.alembic]\nscript_location = \"app:migrations\"\n"),
            ("src/app/migrations/versions/a.py", REVISION),
        ],
        &["alembic(src/app/migrations/versions) src/app/migrations/versions"],
    );
    check(
        &[
            (
                "alembic.ini",
                "[alembic]\nscript_location = db\npath_separator = os\nversion_locations = db/a:db/b\n",
            ),
            ("db/a/1.py", REVISION),
            ("db/b/2.py", REVISION),
        ],
        &["alembic(db/a db/b) alembic.ini"],
    );
    check(
        &[
            ("p/versions/postgresql/a.py", REVISION),
            ("p/versions/sqlite/a.py", REVISION),
            ("p/versions/x.py", ""),
        ],
        &[
            "alembic(p/versions/postgresql) p/versions/postgresql postgres",
            "alembic(p/versions/sqlite) p/versions/sqlite sqlite",
        ],
    );
}

#[test]
fn sql_migrations_by_the_marks_of_their_tools() {
    let cases: &[(&[&str], &str)] = &[
        (&["db/migrations/001_a.sql", "db/migrations/002_b.sql"], "db/migrations"),
        (&["x/V1__a.sql", "x/R__view.sql"], "x"),
        (&["x/1_a.up.sql", "x/1_a.down.sql"], "x"),
        (&["migrations/2024_a/up.sql", "migrations/2024_a/down.sql"], "migrations"),
        (&["drizzle/0000_a.sql", "drizzle/meta/_journal.json"], "drizzle"),
        (&["supabase/migrations/20240101000000_a.sql"], "supabase/migrations"),
        (&["db/migrations/1.sql", "db/schema.sql"], "db/migrations"),
    ];
    for (paths, expected) in cases {
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, TABLE)).collect();
        check(&files, &[&format!("sql {expected}")]);
    }
    let dump = [("app/ddl/schema.sql", TABLE), ("app/versions/a.py", REVISION)];
    check(&dump, &["alembic(app/versions) app/versions"]);
    let other = [("services/a/schema.sql", TABLE), ("services/b/versions/a.py", REVISION)];
    check(&other, &["alembic(services/b/versions) services/b/versions", "sql services/a/schema.sql"]);
    check(&[("x/1_a.sql", "-- +goose Up\nCREATE TABLE t (id int);")], &["sql x"]);
}

#[test]
fn seeds_and_queries_are_no_schema() {
    check(&[("db/seed.sql", TABLE), ("db/queries/001_users.sql", "SELECT 1"), ("q/report.sql", TABLE)], &[]);
    check(&[("db/schema.sql", "SELECT 1"), ("sql/structure.sql", TABLE)], &["sql sql/structure.sql"]);
}

#[test]
fn tests_and_examples_count_where_nothing_else_does() {
    let aside = ("tests/fixtures/schema.prisma", DATASOURCE);
    check(&[aside, ("prisma/schema.prisma", DATASOURCE)], &["prisma prisma/schema.prisma"]);
    check(&[aside], &["prisma tests/fixtures/schema.prisma"]);
}

#[test]
fn a_named_path_is_what_it_is() {
    let files = sources(&[
        ("prisma/schema.prisma", DATASOURCE),
        ("prisma/migrations/1_a/migration.sql", TABLE),
        ("alembic.ini", "[alembic]\nscript_location = db\n"),
        ("db/versions/a.py", REVISION),
        ("sql/any.sql", TABLE),
        ("notes/a.txt", ""),
    ]);
    let cases = [
        ("prisma", "prisma prisma"),
        ("prisma/schema.prisma", "prisma prisma/schema.prisma"),
        ("prisma/migrations", "sql prisma/migrations"),
        ("alembic.ini", "alembic(db/versions) db/versions"),
        ("db/versions/", "alembic(db/versions) db/versions"),
        ("db", "alembic(db/versions) db/versions"),
        ("sql/any.sql", "sql sql/any.sql"),
        ("sql", "sql sql"),
    ];
    for (path, expected) in cases {
        let found = named(&files, path).expect(path);
        assert_eq!(show(&found), [expected], "{path}");
    }
    let error = |path: &str| named(&files, path).expect_err(path);
    assert_eq!(error("prisma/shema.prisma").kind, ErrorKind::Path);
    assert!(error("prisma/shema.prisma").message.ends_with("did you mean `prisma/schema.prisma`?"));
    assert_eq!(error("notes").kind, ErrorKind::Schema);
    assert_eq!(error("notes/a.txt").kind, ErrorKind::Schema);
}

#[test]
fn where_nothing_is_read_the_changelog_that_is_there_is_named() {
    let sources = sources(&[("db/changelog/master.xml", "<databaseChangeLog/>"), ("a.xml", "<project/>")]);
    let message = nothing_found(&sources).message;
    assert!(message.contains("db/changelog/master.xml is a changelog of Liquibase"), "{message}");
}

#[test]
fn the_driver_tells_the_database_of_python_projects() {
    let dialect = |text: &str| hints::python_driver(&sources(&[("requirements.txt", text)]), "db/versions");
    assert_eq!(dialect("sqlalchemy\nPyMySQL==1.1\n"), Some(Dialect::Mysql));
    assert_eq!(dialect("aiosqlite\nasyncpg>=0.2"), Some(Dialect::Postgres));
    assert_eq!(dialect("aiosqlite"), Some(Dialect::Sqlite));
    assert_eq!(dialect("flask"), None);
}

#[test]
fn of_several_histories_those_are_read_that_can_have_the_table() {
    let revision = |made: &str| {
        format!("from alembic import op\nrevision = 'a'\ndown_revision = None\ndef upgrade():\n    {made}\n")
    };
    let (users, posts) = (revision("op.create_table('users')"), revision("op.create_table('posts')"));
    let sources = sources(&[("a/m/versions/a.py", &users), ("b/m/versions/b.py", &posts)]);
    let project = Project::new(&sources);
    let read = |name: &str| {
        let names = || vec![name.to_owned()];
        let request = Request { reading: Reading::TablesOf(&names), ..Request::default() };
        let loaded = load_sources(&project, request).unwrap();
        let paths: Vec<String> = loaded.sources.into_iter().map(|source| source.path).collect();
        (paths.join(" "), loaded.left_out.len())
    };
    assert_eq!(read("users"), ("a/m/versions".to_owned(), 1));
    assert_eq!(read("Posts"), ("b/m/versions".to_owned(), 1));
    assert_eq!(read("nothing"), (String::new(), 2));
}

#[test]
fn knex_is_found_by_its_knexfile_and_by_its_migrations() {
    const UP: &str = "exports.up = (knex) => knex.schema.createTable('t', (t) => t.increments());";
    check(&[("db/migrations/1_a.js", UP)], &["knex(db/migrations) db/migrations"]);
    let knexfile = "const path = require('path');\nmodule.exports = { development: { client: 'mysql2', \
                    migrations: { directory: path.join(__dirname, 'steps') } } };";
    check(
        &[("server/knexfile.js", knexfile), ("server/steps/a.js", UP)],
        &["knex(server/steps) server/steps mysql"],
    );
    let module = "export default { client: process.env.CLIENT || 'better-sqlite3', migrations: { directory: ['one', './two'] } };";
    check(&[("knexfile.mjs", module), ("one/1.mjs", UP), ("two/2.mjs", UP)], &["knex(one two) one sqlite"]);
    // Other tools have files that look alike.
    let sequelize = "module.exports = { up: (queryInterface) => queryInterface.createTable('t') };";
    check(&[("migrations/1_a.js", sequelize)], &[]);
}

#[test]
fn typeorm_is_found_by_its_data_sources_and_by_its_migrations() {
    const UP: &str = "export class A1700000000001 implements MigrationInterface { async up(queryRunner) {} }";
    check(&[("src/migration/1-A.ts", UP)], &["typeorm(src/migration) src/migration"]);
    let source = "import { DataSource } from 'typeorm';\nexport const source = new DataSource({ type: 'mysql', \
                  migrations: [__dirname + '/steps/*{.ts,.js}', 'dist/more/*.js'] });";
    check(
        &[
            ("package.json", "{ \"dependencies\": { \"typeorm\": \"0.3.20\" } }"),
            ("src/data-source.ts", source),
            ("src/steps/a.ts", UP),
            ("src/more/b.ts", UP),
        ],
        &["typeorm(src/more src/steps) src/more mysql"],
    );
    let json = "[{ \"type\": \"postgres\", \"migrations\": [\"db/*.js\"] }]";
    check(&[("ormconfig.json", json), ("db/1_a.js", UP)], &["typeorm(db) db postgres"]);
    let listed = "import { A1700000000001 } from './steps/a';\nexport default { type: 'sqlite', migrations: [A1700000000001] };\n// typeorm";
    check(
        &[
            ("package.json", "{\"dependencies\":{\"typeorm\":\"*\"}}"),
            ("ormconfig.ts", listed),
            ("steps/a.ts", UP),
        ],
        &["typeorm(steps) steps sqlite"],
    );
}
