//! What statements name, in `.sql` text.

use super::*;
use crate::schema::{Column, ColumnType, Table, TableKind, TableName, TypeFamily};
use crate::text::FileId;
use crate::usage::{Access, Confidence};

fn table(schema: Option<&str>, name: &str, columns: &str) -> Table {
    let span = Span::new(FileId(0), 0, 0);
    let name = TableName { schema: schema.map(str::to_owned), name: name.to_owned() };
    let mut table = Table::new(name, TableKind::Table, span);
    for column in columns.split_whitespace() {
        table.columns.push(Column {
            name: column.to_owned(),
            ty: ColumnType { name: "text".to_owned(), family: TypeFamily::Text { length: None } },
            nullable: true,
            default: None,
            generated: false,
            expression: None,
            sequence: None,
            span,
        });
    }
    table
}

pub(super) fn schema(dialect: Dialect) -> Schema {
    let mut schema = Schema::new(dialect);
    schema.tables = vec![
        table(None, "users", "id email role manager_id"),
        table(None, "posts", "id author_id title body"),
        table(None, "User", "id emailAddress"),
        table(Some("audit"), "events", "id kind"),
    ];
    schema.enums.push(crate::schema::EnumType {
        name: TableName::plain("Role"),
        values: Vec::new(),
        span: Span::new(FileId(0), 0, 0),
    });
    schema
}

/// Everything a text names: `table`, `table.column` with `r`, `w` or `f`, `*` before an implicit one, `~` after one
/// that is only likely; then `?name` for what is not resolved.
pub(super) fn named(source: &SourceFile, statements: &[SqlStatement]) -> String {
    let text = |span: Span| source.text.get(span.range.as_usize()).unwrap_or("");
    let mut words = Vec::new();
    for statement in statements {
        for item in &statement.tables {
            let known = if item.resolved { "" } else { "!" };
            let at = text(item.span);
            let at = if at.eq_ignore_ascii_case(&item.table.name) { String::new() } else { format!("@{at}") };
            words.push(format!("{known}{}{at}", item.table));
        }
        for item in &statement.columns {
            let access = match item.access {
                Access::Read => 'r',
                Access::Write => 'w',
                Access::Filter => 'f',
            };
            let implicit = if item.implicit() { "*" } else { "" };
            let likely = if item.confidence == Confidence::Exact { "" } else { "~" };
            let at = text(item.span);
            let at = if at.eq_ignore_ascii_case(&item.column) { String::new() } else { format!("@{at}") };
            words.push(format!("{implicit}{}.{}:{access}{likely}{at}", item.table, item.column));
        }
        words.extend(statement.unresolved.iter().map(|item| match &item.name {
            Some(name) => format!("?{name}"),
            None => format!("?<{}>", text(item.span)),
        }));
    }
    words.join(" ")
}

fn read(dialect: Dialect, sql: &str) -> (SourceFile, Vec<SqlStatement>) {
    let source = SourceFile::new(FileId(0), "q.sql", sql.as_bytes().to_vec());
    let statements = statements_in_file(&source, &schema(dialect), dialect);
    (source, statements)
}

fn check(sql: &str, expected: &str) {
    check_in(Dialect::Postgres, sql, expected);
}

fn check_in(dialect: Dialect, sql: &str, expected: &str) {
    let (source, statements) = read(dialect, sql);
    assert_eq!(named(&source, &statements), expected, "{sql}");
}

#[test]
fn columns_of_one_table() {
    check("SELECT email FROM users WHERE role = $1", "users users.email:r users.role:f");
    check("select u.email e from Users u order by e", "users users.email:r");
    check("SELECT email FROM users ORDER BY email", "users users.email:r users.email:f");
    check(
        "SELECT count(*), max(id) FROM users GROUP BY role HAVING max(id) > 1",
        "users users.id:r users.id:f users.role:f",
    );
    check("SELECT \"emailAddress\" FROM \"User\"", "User User.emailAddress:r");
    check("SELECT emailAddress FROM \"User\"", "User ?emailaddress");
    check("SELECT ä.email FROM users ä WHERE 'größe' <> ä.role", "users users.email:r users.role:f");
}

#[test]
fn stars_name_all_columns() {
    check("SELECT * FROM posts", "posts *posts.id:r@* *posts.author_id:r@* *posts.title:r@* *posts.body:r@*");
    check(
        "SELECT e.* FROM audit.events e, users",
        "audit.events users *audit.events.id:r@* *audit.events.kind:r@*",
    );
    check(
        "SELECT x.kind FROM (SELECT * FROM audit.events) x",
        "audit.events *audit.events.id:r@* *audit.events.kind:r@* audit.events.kind:r",
    );
}

#[test]
fn an_insert_of_a_star_counts_on_positions() {
    for sql in [
        "INSERT INTO posts SELECT * FROM posts",
        "WITH gone AS (DELETE FROM posts RETURNING *) INSERT INTO posts SELECT * FROM gone",
        "INSERT INTO posts SELECT * FROM posts WHERE EXISTS (SELECT * FROM users)",
    ] {
        let (_, statements) = read(Dialect::Postgres, sql);
        for used in &statements[0].columns {
            let by_position = used.via == Via::Position;
            assert_eq!(by_position, used.table.name == "posts", "{sql}: {used:?}");
        }
    }
}

#[test]
fn joins() {
    check(
        "SELECT u.email, title FROM users u JOIN posts p ON p.author_id = u.id",
        "users posts posts.author_id:f users.id:f users.email:r posts.title:r",
    );
    check("SELECT id FROM users, posts", "users posts ?id");
    check(
        "SELECT id FROM users JOIN posts USING (id)",
        "users posts users.id:f posts.id:f users.id:r posts.id:r",
    );
    check("SELECT 1 FROM users NATURAL JOIN posts", "users posts *users.id:f@posts *posts.id:f@posts");
    check("SELECT email FROM users, unknown_table", "users !unknown_table users.email:r~");
}

#[test]
fn subqueries_see_outwards() {
    check(
        "SELECT 1 FROM users u WHERE EXISTS (SELECT 1 FROM posts WHERE author_id = u.id AND email = title)",
        "users posts posts.author_id:f users.id:f users.email:f posts.title:f",
    );
    check(
        "SELECT (SELECT max(title) FROM posts p WHERE p.author_id = users.id) FROM users",
        "users posts posts.title:r posts.author_id:f users.id:f",
    );
    check(
        "SELECT t.m FROM users u, LATERAL (SELECT title AS m FROM posts WHERE author_id = u.id) t",
        "users posts posts.title:r posts.author_id:f users.id:f",
    );
}

#[test]
fn common_table_expressions() {
    check("WITH a AS (SELECT email AS e FROM users) SELECT e FROM a", "users users.email:r");
    check(
        "WITH RECURSIVE t AS (SELECT id, manager_id FROM users UNION ALL \
         SELECT u.id, u.manager_id FROM users u JOIN t ON t.manager_id = u.id) SELECT id FROM t",
        "users users users.id:r users.manager_id:r users.manager_id:f users.id:f users.id:r users.manager_id:r users.id:r",
    );
    check(
        "WITH users AS (SELECT title FROM posts) SELECT title FROM users",
        "posts posts.title:r posts.title:r",
    );
    check(
        "WITH gone AS (DELETE FROM posts WHERE title = 'x' RETURNING author_id) SELECT author_id FROM gone",
        "posts posts.title:f posts.author_id:r posts.author_id:r",
    );
}

#[test]
fn writes() {
    check("INSERT INTO posts (title, body) VALUES ($1, NULL)", "posts posts.title:w posts.body:w");
    check("INSERT INTO posts VALUES (1, 2)", "posts *posts.id:w@posts *posts.author_id:w@posts");
    check(
        "UPDATE users SET email = lower(email) WHERE id = 1",
        "users users.email:r users.email:w users.id:f",
    );
    check(
        "UPDATE posts SET title = u.email FROM users u WHERE u.id = author_id RETURNING body",
        "posts users users.email:r posts.title:w users.id:f posts.author_id:f posts.body:r",
    );
    check(
        "DELETE FROM posts USING users u WHERE author_id = u.id",
        "posts users posts.author_id:f users.id:f",
    );
    check(
        "INSERT INTO users (id, email) VALUES (1, 'a') ON CONFLICT (email) DO UPDATE SET role = excluded.role, email = users.email",
        "users users.id:w users.email:w users.email:f users.role:r users.role:w users.email:r users.email:w",
    );
    check(
        "INSERT INTO posts (id, title) SELECT id, email FROM users",
        "posts users posts.id:w posts.title:w users.id:r users.email:r",
    );
}

#[test]
fn inserts_say_what_they_set() {
    let (_, statements) = read(Dialect::Postgres, "INSERT INTO posts (id, title) VALUES (1, NULL), (2, 'x')");
    let insert = &statements[0].inserts[0];
    assert_eq!(insert.columns, Some(vec!["id".to_owned(), "title".to_owned()]));
    assert_eq!((insert.null_columns.as_slice(), insert.complete), (["title".to_owned()].as_slice(), true));
    assert_eq!(statements[0].null_writes.len(), 1);
    let (_, statements) = read(Dialect::Postgres, "INSERT INTO posts SELECT * FROM posts");
    assert_eq!((statements[0].inserts[0].columns.clone(), statements[0].inserts[0].width), (None, Some(4)));
}

#[test]
fn string_literals_that_meet_columns() {
    let sql = "SELECT 1 FROM users WHERE role = 'ADMIN' AND role IN ('A', 'B') AND 'X'::\"Role\" = role; \
               UPDATE users SET role = 'C'; INSERT INTO users (id, role) VALUES (1, 'D')";
    let (source, statements) = read(Dialect::Postgres, sql);
    let strings: Vec<String> = statements
        .iter()
        .flat_map(|statement| &statement.compared_strings)
        .map(|string| {
            assert_eq!(&source.text[string.span.range.as_usize()], string.value);
            match &string.with {
                ComparedWith::Column(table, column) => format!("{table}.{column}={}", string.value),
                ComparedWith::Enum(name) => format!("{name}::{}", string.value),
            }
        })
        .collect();
    let expected =
        "users.role=ADMIN users.role=A users.role=B users.role=X Role::X users.role=C users.role=D";
    assert_eq!(strings.join(" "), expected);
}

#[test]
fn placeholders_are_values() {
    for value in ["?", "%s", "%(id)s", ":id", "$1", "@id", "{id}", "${id}"] {
        check_in(
            Dialect::Sqlite,
            &format!("SELECT email FROM users WHERE id = {value}"),
            "users users.email:r users.id:f",
        );
    }
    check("SELECT email FROM users WHERE id IN %s LIMIT %s", "users users.email:r users.id:f");
    check(
        "SELECT email FROM users WHERE role ? 'a' AND role LIKE '%%x'",
        "users users.email:r users.role:f users.role:f",
    );
}

#[test]
fn casts_are_no_placeholders() {
    check(
        "SELECT id::text, role::\"Role\" FROM users WHERE email = :e::text",
        "users users.id:r users.role:r users.email:f",
    );
}

#[test]
fn indexes_name_their_columns() {
    let sql = "CREATE INDEX i ON users (lower(email), role) INCLUDE (id) WHERE manager_id IS NULL";
    check(sql, "users users.email:f users.role:f users.manager_id:f users.id:f");
}

#[test]
fn dialects() {
    check_in(
        Dialect::Mysql,
        "SELECT `Email` FROM USERS WHERE role = \"x\"",
        "users users.email:r users.role:f",
    );
    check_in(
        Dialect::Mysql,
        "INSERT INTO users SET email = ? ON DUPLICATE KEY UPDATE email = VALUES(email)",
        "users users.email:w users.email:r users.email:w",
    );
    check_in(Dialect::Sqlite, "SELECT rowid, EMAIL FROM main.users", "users users.email:r");
    check_in(
        Dialect::Mysql,
        "UPDATE users u JOIN posts p ON p.author_id = u.id SET p.title = u.email",
        "users posts posts.author_id:f users.id:f users.email:r posts.title:w",
    );
}

#[test]
fn statements_stand_alone() {
    check(
        "-- name: one\nSELECT email FROM users; SELECT 1 FROM users ORDER users.email; SELECT ';' , title FROM posts;",
        "users users.email:r users users.email:f~ ?<SELECT 1 FROM users ORDER users.email> posts posts.title:r",
    );
}

#[test]
fn rows_keep_their_columns_sources() {
    let (_, statements) =
        read(Dialect::Postgres, "SELECT u.email AS mail, count(*) AS n, p.* FROM users u, posts p");
    let row: Vec<String> = statements[0]
        .output
        .iter()
        .map(|column| match &column.source {
            Some((table, source)) => format!("{}={table}.{source}", column.name),
            None => column.name.clone(),
        })
        .collect();
    let expected =
        "mail=users.email n id=posts.id author_id=posts.author_id title=posts.title body=posts.body";
    assert_eq!((row.join(" "), statements[0].output_complete), (expected.to_owned(), true));
}

#[test]
fn hostile_text_is_survived() {
    let deep = format!("SELECT {}1{} FROM users", "(".repeat(10_000), ")".repeat(10_000));
    let long = format!("SELECT email FROM users WHERE id = 1{}", " OR id = 1".repeat(50_000));
    let unions = format!("SELECT email FROM users{}", " UNION SELECT email FROM users".repeat(20_000));
    for sql in [deep, long, unions, "'".repeat(999), "/*".repeat(999), "$a$ $b".repeat(99)] {
        let (_, statements) = read(Dialect::Postgres, &sql);
        assert!(
            statements.iter().all(|statement| statement.kind == StatementKind::Unparsed),
            "{}",
            statements.len()
        );
    }
}
