//! Renames from end to end, in each kind of source: what says so, what shows it, and what is left open with its candidate.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use seawall::{ChangeSource, Options, check, diff};
use serde_json::Value;

/// A project on disk, removed with the value.
struct Project {
    root: PathBuf,
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

impl Project {
    fn new(files: &[(String, String)]) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("seawall-rename-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let project = Self { root: std::env::temp_dir().join(name) };
        for (path, text) in files {
            let path = project.root.join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        project
    }

    fn options(&self) -> Options {
        Options { root: self.root.display().to_string(), ..Options::default() }
    }

    /// The changes of the newest revision.
    fn newest(&self) -> Vec<String> {
        let report = check(&self.options(), &ChangeSource::Newest).expect("a report");
        lines(&serde_json::to_value(report).expect("JSON"))
    }

    fn diff(&self, before: &str, after: &str) -> Vec<String> {
        let report = diff(&self.options(), before, after).expect("a report");
        lines(&serde_json::to_value(report).expect("JSON"))
    }
}

/// `KIND TABLE.COLUMN -> AFTER ? CANDIDATE`.
fn lines(report: &Value) -> Vec<String> {
    let line = |change: &Value| {
        let text = |name: &str| change[name].as_str().unwrap_or_default().to_owned();
        let mut line = format!("{} {}", text("kind"), text("table"));
        let rename = text("kind").starts_with("rename");
        let after = if rename { "after" } else { "" };
        for (mark, name) in [(".", "column"), (" -> ", after), (" ? ", "rename_candidate")] {
            if !text(name).is_empty() {
                line.push_str(&format!("{mark}{}", text(name)));
            }
        }
        line
    };
    report["changes"].as_array().expect("changes").iter().map(line).collect()
}

/// One change as the three kinds of source write it.
struct Written<'a> {
    /// The newest migration in SQL: a folder of SQL, and Prisma's migrations.
    sql: &'a str,
    /// The body of `upgrade()`.
    alembic: &'a [&'a str],
    /// The fields of `model User` after it.
    fields: &'a str,
}

const FIELDS: &str = "  id Int @id\n  name String?\n  nick String?\n  age Int?\n";
const TABLE: &str = "CREATE TABLE \"User\" (\"id\" INTEGER NOT NULL, \"name\" TEXT, \"nick\" TEXT, \"age\" INTEGER, CONSTRAINT \"User_pkey\" PRIMARY KEY (\"id\"));\n";

fn prisma(fields: &str, provider: &str) -> String {
    format!(
        "datasource db {{\n  provider = \"{provider}\"\n  url = env(\"URL\")\n}}\n\nmodel User {{\n{fields}}}\n"
    )
}

fn revision(id: &str, before: &str, body: &[&str]) -> String {
    let body: Vec<String> = body.iter().map(|line| format!("    {line}\n")).collect();
    format!(
        "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = \"{id}\"\ndown_revision = {before}\n\n\ndef upgrade():\n{}\n\ndef downgrade():\n    pass\n",
        body.concat()
    )
}

fn three_ways(written: &Written<'_>, provider: &str) -> [(&'static str, Project); 3] {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let sql = [file("migrations/V1__a.sql", TABLE), file("migrations/V2__b.sql", written.sql)];
    let first = [
        "op.create_table('User', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('name', sa.Text()), sa.Column('nick', sa.Text()), sa.Column('age', sa.Integer()))",
    ];
    let alembic = [
        file("alembic.ini", "[alembic]\nscript_location = db\n"),
        file("db/env.py", ""),
        file("db/versions/a.py", &revision("a1", "None", &first)),
        file("db/versions/b.py", &revision("b2", "\"a1\"", written.alembic)),
    ];
    let prisma = [
        file("prisma/schema.prisma", &prisma(written.fields, provider)),
        file("prisma/migrations/migration_lock.toml", &format!("provider = \"{provider}\"\n")),
        file("prisma/migrations/1_a/migration.sql", TABLE),
        file("prisma/migrations/2_b/migration.sql", written.sql),
    ];
    [("SQL", Project::new(&sql)), ("Alembic", Project::new(&alembic)), ("Prisma", Project::new(&prisma))]
}

fn check_all(written: &Written<'_>, expected: &[&str]) {
    for (kind, project) in three_ways(written, "postgresql") {
        assert_eq!(project.newest(), expected, "{kind}: {}", written.sql);
    }
}

#[test]
fn a_rename_that_is_said_is_one_change() {
    check_all(
        &Written {
            sql: "ALTER TABLE \"User\" RENAME COLUMN \"name\" TO \"full\";",
            alembic: &["op.alter_column('User', 'name', new_column_name='full')"],
            fields: "  id Int @id\n  full String?\n  nick String?\n  age Int?\n",
        },
        &["rename_column User.name -> full"],
    );
    let table = Written {
        sql: "ALTER TABLE \"User\" RENAME TO \"Person\";",
        alembic: &["op.rename_table('User', 'Person')"],
        fields: "  id Int @id\n  name String?\n  nick String?\n  age Int?\n\n  @@map(\"Person\")\n",
    };
    check_all(&table, &["rename_table User -> Person"]);
}

#[test]
fn a_copy_between_a_drop_and_an_addition_is_a_rename() {
    check_all(
        &Written {
            sql: "ALTER TABLE \"User\" ADD COLUMN \"full\" TEXT;\nUPDATE \"User\" SET \"full\" = \"name\";\nALTER TABLE \"User\" DROP COLUMN \"name\";",
            alembic: &[
                "op.add_column('User', sa.Column('full', sa.Text()))",
                "op.execute('UPDATE \"User\" SET \"full\" = name')",
                "op.drop_column('User', 'name')",
            ],
            fields: "  id Int @id\n  nick String?\n  age Int?\n  full String?\n",
        },
        &["rename_column User.name -> full"],
    );
}

#[test]
fn a_copy_in_words_of_sqlalchemy_is_a_rename() {
    let made = "users = sa.table('User', sa.column('name'), sa.column('full'))";
    for update in [
        "op.execute(users.update().values(full=users.c.name))",
        "op.get_bind().execute(sa.update(users).where(users.c.full.is_(None)).values(full=sa.column('name')))",
    ] {
        let written = Written {
            sql: "",
            alembic: &[
                made,
                "op.add_column('User', sa.Column('full', sa.Text()))",
                update,
                "op.drop_column('User', 'name')",
            ],
            fields: FIELDS,
        };
        let [_, (_, project), _] = three_ways(&written, "postgresql");
        assert_eq!(project.newest(), ["rename_column User.name -> full"], "{update}");
    }
}

#[test]
fn without_a_copy_it_is_a_drop_and_an_addition_with_its_candidate() {
    check_all(
        &Written {
            sql: "ALTER TABLE \"User\" DROP COLUMN \"age\";\nALTER TABLE \"User\" ADD COLUMN \"years\" INTEGER;",
            alembic: &[
                "op.drop_column('User', 'age')",
                "op.add_column('User', sa.Column('years', sa.Integer()))",
            ],
            fields: "  id Int @id\n  name String?\n  nick String?\n  years Int?\n",
        },
        &["drop_column User.age ? years", "add_column User.years"],
    );
    // Two that it could be: neither is named.
    check_all(
        &Written {
            sql: "ALTER TABLE \"User\" DROP COLUMN \"age\", ADD COLUMN \"years\" INTEGER, ADD COLUMN \"months\" INTEGER;",
            alembic: &[
                "op.drop_column('User', 'age')",
                "op.add_column('User', sa.Column('years', sa.Integer()))",
                "op.add_column('User', sa.Column('months', sa.Integer()))",
            ],
            fields: "  id Int @id\n  name String?\n  nick String?\n  years Int?\n  months Int?\n",
        },
        &["drop_column User.age", "add_column User.years", "add_column User.months"],
    );
}

#[test]
fn a_field_with_another_name_and_the_same_column_is_no_change() {
    let files = |before: &str, after: &str| {
        Project::new(&[
            ("before.prisma".to_owned(), prisma(before, "postgresql")),
            ("after.prisma".to_owned(), prisma(after, "postgresql")),
        ])
    };
    let kept = "  id Int @id\n  fullName String? @map(\"name\")\n  nick String?\n  age Int?\n";
    assert_eq!(files(FIELDS, kept).diff("before.prisma", "after.prisma"), Vec::<String>::new());
    let lost = "  id Int @id\n  fullName String?\n  nick String?\n  age Int?\n";
    assert_eq!(
        files(kept, lost).diff("before.prisma", "after.prisma"),
        ["add_column User.fullName", "drop_column User.name ? fullName"]
    );
    let table = format!("{FIELDS}\n  @@map(\"people\")\n");
    assert_eq!(
        files(FIELDS, &table).diff("before.prisma", "after.prisma"),
        ["add_table people", "drop_table User ? people"]
    );
}

#[test]
fn a_table_that_sqlite_makes_anew_is_one_change() {
    let rebuild = "CREATE TABLE \"new_User\" (\"id\" INTEGER NOT NULL PRIMARY KEY, \"full\" TEXT, \"nick\" TEXT, \"age\" INTEGER);\n\
                   INSERT INTO \"new_User\" (\"id\", \"full\", \"nick\", \"age\") SELECT \"id\", \"name\", \"nick\", \"age\" FROM \"User\";\n\
                   DROP TABLE \"User\";\nALTER TABLE \"new_User\" RENAME TO \"User\";";
    let written = Written {
        sql: rebuild,
        alembic: &[
            "with op.batch_alter_table('User', recreate='always') as batch:",
            "    batch.alter_column('name', new_column_name='full')",
        ],
        fields: "  id Int @id\n  full String?\n  nick String?\n  age Int?\n",
    };
    for (kind, project) in three_ways(&written, "sqlite") {
        let options = Options { dialect: Some(seawall::schema::Dialect::Sqlite), ..project.options() };
        let report = check(&options, &ChangeSource::Newest).expect("a report");
        let found = lines(&serde_json::to_value(report).expect("JSON"));
        assert_eq!(found, ["rename_column User.name -> full"], "{kind}");
    }
}
