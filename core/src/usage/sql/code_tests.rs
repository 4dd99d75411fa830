//! SQL in strings of code: what is found, and that every place is the name's own bytes in the file.

use std::sync::Arc;

use super::tests::{named, schema};
use super::*;
use crate::code::tree::{ExprKind, Language};
use crate::text::FileId;

fn module(language: Language, code: &str) -> (Arc<SourceFile>, Module) {
    let source = Arc::new(SourceFile::new(FileId(0), "code", code.as_bytes().to_vec()));
    let module = match language {
        Language::Python => crate::code::python::lower(source.clone()),
        Language::TypeScript | Language::Tsx | Language::JavaScript => {
            crate::code::typescript::lower(source.clone(), language)
        }
    };
    (source, module)
}

/// Checks what the SQL in `code` names; a name is a constant if it is in upper case: then its value is the same in
/// lower case.
fn check(language: Language, code: &str, expected: &str) {
    let (source, module) = module(language, code);
    let constant = |expr| match &module.expr(expr).kind {
        ExprKind::Name(name) => {
            let text = module.text(*name);
            (text == text.to_uppercase()).then(|| text.to_lowercase())
        }
        _ => None,
    };
    let found = statements_in_module(&module, &schema(Dialect::Postgres), &constant);
    let statements: Vec<SqlStatement> = found.into_iter().flat_map(|(_, statements)| statements).collect();
    assert_eq!(named(&source, &statements), expected, "{code}");
}

fn python(code: &str, expected: &str) {
    check(Language::Python, code, expected);
}

fn typescript(code: &str, expected: &str) {
    check(Language::TypeScript, code, expected);
}

const ONE: &str = "users users.email:r users.id:f";

#[test]
fn python_strings() {
    python("q = 'SELECT email FROM users WHERE id = %s'", ONE);
    python("q = '''\n  SELECT email -- ü\n  FROM users WHERE id = :id\n'''", ONE);
    python(
        "q = ('SELECT em' 'ail FR'\n 'OM users ' \"WHERE id = 1\")",
        "users users.email:r@em' 'ail users.id:f",
    );
    python("q = 'SELECT \\'ü\\',\\n\\temail FROM users WHERE id\\x3d1'", ONE);
    python("q = \"SELECT \\\"email\\\" FROM users WHERE \\\"id\\\" = 1\"", ONE);
    python("q = 'SELECT email ' + 'FROM users ' + 'WHERE id = ' + str(id)", ONE);
    python("\"\"\"Select an email from users.\"\"\"", "");
    python("log('Select an email from the list of users')", "");
    python("raise E('Update users and set their email')", "");
}

#[test]
fn python_interpolation() {
    python("q = f'SELECT email FROM users WHERE id = {id}'", ONE);
    python("q = f'SELECT email FROM users WHERE id = {id} LIMIT {n} OFFSET {m}'", ONE);
    python("q = f'SELECT email FROM {USERS} WHERE id = 1'", "users users.email:r users.id:f");
    python("q = 'SELECT email FROM users WHERE id = %s' % x", ONE);
    python("q = 'SELECT email FROM %s WHERE id = %d' % (USERS, 1)", "users users.email:r users.id:f");
    python("q = 'SELECT {} FROM users WHERE {c} = 1'.format(EMAIL, c=ID)", "users users.email:r users.id:f");
    python("q = f'SELECT email FROM users WHERE id IN ({ids})'", ONE);
    python("q = f'SELECT email FROM users {where}'", "users users.email:r ?<where>");
    python(
        "q = f'SELECT email FROM users WHERE {cond} AND id = 1'",
        "users users.email:r users.id:f ?<cond>",
    );
    python("q = f'UPDATE users SET {sets} WHERE id = 1'", "users users.id:f ?<sets>");
    python(
        "q = f'SELECT email FROM users ORDER BY id {direction}'",
        "users users.email:r users.id:f ?<direction>",
    );
    python(
        "q = f\"SELECT u.email FROM users u WHERE u.role = '{role}'\"",
        "users users.email:r users.role:f",
    );
}

#[test]
fn python_calls_take_fragments() {
    python("q.where(text('users.email = 1 AND x'))", "");
    python("q = text('WHERE users.email = 1')", "users.email:f~");
    python("execute('SELECT 1')", "");
}

#[test]
fn typescript_templates() {
    typescript("const q = db.query('SELECT email FROM users WHERE id = $1', [id])", ONE);
    typescript("const q = await prisma.$queryRaw`SELECT email\nFROM users WHERE id = ${id}`", ONE);
    typescript("sql<User[]>`SELECT ${'ü'}, email FROM users WHERE id IN (${Prisma.join(ids)})`", ONE);
    typescript(
        "const q = `SELECT email FROM users WHERE id = ${a} AND \\`id\\` = 1`",
        "users users.email:r users.id:f users.id:f",
    );
    typescript(
        "sql`INSERT INTO users (id, email) VALUES (${a}, ${b}) RETURNING *`",
        "users users.id:w users.email:w *users.id:r@* *users.email:r@* *users.role:r@* *users.manager_id:r@*",
    );
    typescript("sql`insert into users ${sql(user)}`", "users ?<sql(user)>");
    typescript("sql`update users set ${sql(user)} where id = ${x}`", "users users.id:f ?<sql(user)>");
    typescript("sql`select email from users where true ${c ? sql`and id = ${x}` : sql``}`", ONE);
    typescript("const q = ['SELECT email', 'FROM users', 'WHERE id = 1'].join(' ')", ONE);
}

#[test]
fn an_insert_with_a_hole_is_not_complete() {
    let (_, module) = module(Language::TypeScript, "sql`insert into users ${sql(user)}`");
    let found = statements_in_module(&module, &schema(Dialect::Postgres), &|_| None);
    let insert = &found[0].1[0].inserts[0];
    assert_eq!((insert.complete, insert.columns.as_deref()), (false, Some(&[][..])));
}
