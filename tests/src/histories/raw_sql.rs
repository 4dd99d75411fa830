//! Migrations in SQL (PostgreSQL), queries in strings.

use super::{File, History, with};

const FIRST: &str = "CREATE TYPE role AS ENUM ('user', 'admin', 'owner');
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  nick text,
  role role NOT NULL DEFAULT 'user',
  CONSTRAINT users_nick_key UNIQUE (nick)
);
CREATE TABLE posts (id bigint PRIMARY KEY, title text NOT NULL);
";

fn code(queries: &[&str]) -> String {
    let calls: String = queries.iter().map(|query| format!("    cursor.execute(\"{query}\")\n")).collect();
    format!(
        "import psycopg\n\n\ndef run(connection: psycopg.Connection) -> None:\n    cursor = connection.cursor()\n{calls}    cursor.close()\n"
    )
}

fn history(
    name: &'static str,
    before: &[&str],
    after: &[&str],
    change: &str,
    verdicts: &[(&'static str, &'static str)],
) -> History {
    let base: Vec<File> = vec![("migrations/001_first.sql".to_owned(), FIRST.to_owned())];
    History {
        name,
        before: with(&base, &[("app.py", &code(before))]),
        main: None,
        after: with(&base, &[("app.py", &code(after)), ("migrations/002_change.sql", change)]),
        verdicts: verdicts.to_vec(),
        executed: false,
    }
}

const IDS: &str = "SELECT id FROM users";
const NICKS: &str = "SELECT nick FROM users";
const ADD: &str = "INSERT INTO users (email) VALUES (%s)";

pub(super) fn histories() -> Vec<History> {
    let drop = "ALTER TABLE users DROP COLUMN nick;\n";
    let rename = "ALTER TABLE users RENAME COLUMN nick TO handle;\n";
    let handles = "SELECT handle FROM users";
    let owners = "SELECT id FROM users WHERE role = 'owner'";
    let fewer = "ALTER TABLE users ALTER COLUMN role DROP DEFAULT;\nALTER TYPE role RENAME TO role_before;\n\
                 CREATE TYPE role AS ENUM ('user', 'admin');\n\
                 ALTER TABLE users ALTER COLUMN role TYPE role USING role::text::role;\nDROP TYPE role_before;\n\
                 ALTER TABLE users ALTER COLUMN role SET DEFAULT 'user';\n";
    let more = "ALTER TYPE role ADD VALUE 'guest';\n";
    let guests = "SELECT id FROM users WHERE role = 'guest'";
    let required = "ALTER TABLE users ADD COLUMN region text NOT NULL;\n";
    let add_region = "INSERT INTO users (email, region) VALUES (%s, %s)";
    let upsert = "INSERT INTO users (email, nick) VALUES (%s, %s) ON CONFLICT (nick) DO NOTHING";
    let upsert_email = "INSERT INTO users (email) VALUES (%s) ON CONFLICT (email) DO NOTHING";
    let view =
        "ALTER TABLE posts RENAME TO articles;\nCREATE VIEW posts AS SELECT id, title FROM articles;\n";
    let posts = "SELECT title FROM posts";
    let articles = "SELECT title FROM articles";
    vec![
        history("sql: drop in one step", &[NICKS], &[IDS], drop, &[("column users.nick", "bss")]),
        history("sql: drop after its users", &[IDS], &[IDS], drop, &[("column users.nick", "sss")]),
        history(
            "sql: drop and a query is forgotten",
            &[NICKS],
            &[NICKS],
            drop,
            &[("column users.nick", "bsb")],
        ),
        history("sql: rename in one step", &[NICKS], &[handles], rename, &[("column users.nick", "bbs")]),
        history(
            "sql: rename, expand with dual write",
            &[NICKS],
            &["UPDATE users SET nick = %s, handle = %s", NICKS],
            "ALTER TABLE users ADD COLUMN handle text;\n",
            &[("column users.handle", "sbs")],
        ),
        history(
            "sql: an enum value is removed with its users",
            &[owners],
            &[IDS],
            fewer,
            &[("owner", "bss")],
        ),
        history("sql: an enum value is removed after its users", &[IDS], &[IDS], fewer, &[("owner", "sss")]),
        history("sql: an enum value comes with its users", &[IDS], &[guests], more, &[("guest", "sbs")]),
        history(
            "sql: a required column comes with its writers",
            &[ADD],
            &[add_region],
            required,
            &[("region", "bbs")],
        ),
        history(
            "sql: a required column comes and nobody inserts",
            &[IDS],
            &[IDS],
            required,
            &[("region", "sss")],
        ),
        history(
            "sql: a unique key goes with its upsert",
            &[upsert],
            &["INSERT INTO users (email, nick) VALUES (%s, %s)"],
            "ALTER TABLE users DROP CONSTRAINT users_nick_key;\n",
            &[("unique", "bss")],
        ),
        history(
            "sql: a unique key comes with its upsert",
            &[ADD],
            &[upsert_email],
            "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);\n",
            &[("unique", "sbs")],
        ),
        history(
            "sql: a table is renamed and a view is left",
            &[posts],
            &[articles],
            view,
            &[("renamed", "sbs")],
        ),
        history(
            "sql: a table is dropped with its users",
            &[posts],
            &[IDS],
            "DROP TABLE posts;\n",
            &[("posts", "bss")],
        ),
    ]
}
