//! Prisma: the model is edited together with its migration, and the running release's client still has it.

use super::{File, History, with};

const FIRST: &str = "CREATE TYPE \"Role\" AS ENUM ('USER', 'ADMIN', 'OWNER');
CREATE TABLE \"User\" (
  \"id\" SERIAL NOT NULL,
  \"email\" TEXT NOT NULL,
  \"nick\" TEXT,
  \"role\" \"Role\" NOT NULL DEFAULT 'USER',
  CONSTRAINT \"User_pkey\" PRIMARY KEY (\"id\")
);
CREATE TABLE \"Post\" (\"id\" SERIAL NOT NULL, \"title\" TEXT NOT NULL, CONSTRAINT \"Post_pkey\" PRIMARY KEY (\"id\"));
";

const NICK: &str = "  nick  String?\n";
const ROLES: &str = "USER ADMIN OWNER";
const POST: &str = "model Post {\n  id    Int    @id @default(autoincrement())\n  title String\n}\n";

fn schema(fields: &str, roles: &str, more: &str) -> String {
    let values: String = roles.split(' ').map(|value| format!("  {value}\n")).collect();
    format!(
        "datasource db {{\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}}\n\n\
         generator client {{\n  provider = \"prisma-client-js\"\n}}\n\nenum Role {{\n{values}}}\n\n\
         model User {{\n  id    Int    @id @default(autoincrement())\n  email String\n{fields}  role  Role @default(USER)\n}}\n\n{more}"
    )
}

fn code(lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
    format!(
        "import {{ PrismaClient }} from \"@prisma/client\";\n\nconst prisma = new PrismaClient();\n\n\
         export async function run() {{\n{lines}}}\n"
    )
}

/// A release: its schema and its code.
type Release<'a> = (&'a str, &'a [&'a str]);

fn history(
    name: &'static str,
    before: Release<'_>,
    after: Release<'_>,
    change: &str,
    verdicts: &[(&'static str, &'static str)],
) -> History {
    let base: Vec<File> =
        vec![("prisma/migrations/20250101000000_first/migration.sql".to_owned(), FIRST.to_owned())];
    let release = |(schema, lines): Release<'_>| {
        with(&base, &[("prisma/schema.prisma", schema), ("src/app.ts", &code(lines))])
    };
    let change_path = "prisma/migrations/20250102000000_change/migration.sql";
    History {
        name,
        before: release(before),
        main: None,
        after: with(&release(after), &[(change_path, change)]),
        verdicts: verdicts.to_vec(),
        executed: false,
    }
}

pub(super) fn histories() -> Vec<History> {
    let with_nick = schema(NICK, ROLES, POST);
    let ignored = schema("  nick  String? @ignore\n", ROLES, POST);
    let without = schema("", ROLES, POST);
    let handled = schema("  handle String?\n", ROLES, POST);
    let mapped = schema("  nick  String? @map(\"handle\")\n", ROLES, POST);
    let region = schema(&format!("{NICK}  region String\n"), ROLES, POST);
    let fewer = schema(NICK, "USER ADMIN", POST);
    let numbered = schema("  nick  Int?\n", ROLES, POST);
    let taken = schema(&format!("{NICK}  oldNick String?\n"), ROLES, POST);
    let by_nick: &[&str] =
        &["return prisma.user.findMany({ where: { nick: \"a\" }, select: { id: true } });"];
    let by_number: &[&str] = &["return prisma.user.findMany({ where: { nick: 1 }, select: { id: true } });"];
    let no_post = schema(NICK, ROLES, "");
    let all: &[&str] = &["return prisma.user.findMany();"];
    let some: &[&str] = &["return prisma.user.findMany({ select: { id: true } });"];
    let add: &[&str] = &["return prisma.user.create({ data: { email: \"a\" } });"];
    let add_region: &[&str] = &["return prisma.user.create({ data: { email: \"a\", region: \"eu\" } });"];
    let owners: &[&str] =
        &["return prisma.user.findMany({ where: { role: \"OWNER\" }, select: { id: true } });"];
    let posts: &[&str] = &["return prisma.post.findMany();"];
    let drop = "ALTER TABLE \"User\" DROP COLUMN \"nick\";\n";
    let rename = "ALTER TABLE \"User\" RENAME COLUMN \"nick\" TO \"handle\";\n";
    let required = "ALTER TABLE \"User\" ADD COLUMN \"region\" TEXT NOT NULL;\n";
    let enum_sql = "ALTER TYPE \"Role\" RENAME TO \"Role_old\";\nCREATE TYPE \"Role\" AS ENUM ('USER', 'ADMIN');\n\
                    ALTER TABLE \"User\" ALTER COLUMN \"role\" TYPE \"Role\" USING (\"role\"::text::\"Role\");\n\
                    DROP TYPE \"Role_old\";\n";
    let mut late = history("prisma: merged late", (&without, all), (&without, all), drop, &[("nick", "bss")]);
    late.main = Some(history("", (&with_nick, all), (&with_nick, all), "", &[]).before);
    vec![
        history("prisma: drop in one step", (&with_nick, all), (&without, all), drop, &[("nick", "bss")]),
        history("prisma: ignore then drop", (&ignored, all), (&without, all), drop, &[("nick", "sss")]),
        history(
            "prisma: drop and the model is forgotten",
            (&with_nick, all),
            (&with_nick, all),
            drop,
            &[("nick", "bsb")],
        ),
        history("prisma: rename in one step", (&with_nick, all), (&handled, all), rename, &[("nick", "bbs")]),
        history(
            "prisma: rename behind the same field",
            (&with_nick, all),
            (&mapped, all),
            rename,
            &[("nick", "bbs")],
        ),
        history(
            "prisma: a required field comes with its writers",
            (&with_nick, add),
            (&region, add_region),
            required,
            &[("region", "bbs")],
        ),
        history(
            "prisma: a required field comes and only reads are there",
            (&with_nick, some),
            (&region, some),
            required,
            &[("region", "sbs")],
        ),
        history(
            "prisma: an enum value is removed with its users",
            (&with_nick, owners),
            (&fewer, all),
            enum_sql,
            &[("OWNER", "bss")],
        ),
        history(
            "prisma: a model is dropped with its users",
            (&with_nick, posts),
            (&no_post, all),
            "DROP TABLE \"Post\";\n",
            &[("Post", "bss")],
        ),
        history(
            "prisma: a model is dropped after its users",
            (&no_post, all),
            (&no_post, all),
            "DROP TABLE \"Post\";\n",
            &[("Post", "sss")],
        ),
        history(
            "prisma: a type changes with its model",
            (&with_nick, by_nick),
            (&numbered, by_number),
            "ALTER TABLE \"User\" ALTER COLUMN \"nick\" TYPE INTEGER USING (1);\n",
            &[("nick", "bbs")],
        ),
        history(
            "prisma: a column is renamed and a new one takes its name",
            (&with_nick, by_nick),
            (&taken, by_nick),
            "ALTER TABLE \"User\" RENAME COLUMN \"nick\" TO \"oldNick\";\nALTER TABLE \"User\" ADD COLUMN \"nick\" TEXT;\n",
            &[("nick", "bbs")],
        ),
        late,
    ]
}
