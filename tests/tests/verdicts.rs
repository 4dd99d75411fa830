//! `safe` only where every place that could meet the table was resolved: what makes a verdict `unknown`, and what makes
//! it `safe` again.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use seawall::{ChangeSource, Options, check};
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
    fn new(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("seawall-verdict-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let project = Self { root: std::env::temp_dir().join(name) };
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn check(&self, sql: &str) -> Value {
        let options = Options { root: self.root.display().to_string(), ..Options::default() };
        let report = check(&options, &ChangeSource::Sql(sql.to_owned())).expect("a report");
        serde_json::to_value(report).expect("JSON")
    }

    /// The exit code of `seawall check --sql SQL MORE`.
    fn code(&self, sql: &str, more: &[&str]) -> u8 {
        let root = self.root.display().to_string();
        let arguments = ["seawall", "check", &root, "--sql", sql].into_iter().chain(more.iter().copied());
        let (mut stdout, mut stderr) = (vec![], vec![]);
        seawall::cli::run_with(arguments.map(Into::into), &mut stdout, &mut stderr)
    }
}

const TABLES: &str = "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, nick text);\nCREATE TABLE posts (id int PRIMARY KEY);\n";
const DROP: &str = "ALTER TABLE users DROP COLUMN nick";
const MODELS: &str = "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = \"users\"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Post(Base):
    __tablename__ = \"posts\"

    id: Mapped[int] = mapped_column(primary_key=True)
";

/// The verdict on a column that no line names, with this file beside the models.
fn verdict(path: &str, text: &str) -> (String, String) {
    let project = Project::new(&[("schema.sql", TABLES), ("models.py", MODELS), (path, text)]);
    let report = project.check(DROP);
    let change = &report["changes"][0];
    let reason = change["unresolved"][0]["reason"].as_str().unwrap_or_default();
    (change["verdict"].as_str().unwrap_or_default().to_owned(), reason.to_owned())
}

#[test]
fn what_could_meet_the_column_makes_the_verdict_unknown() {
    let read =
        "from models import User\n\n\ndef read(user: User, name: str):\n    return getattr(user, name)\n";
    let write = "from models import User\n\n\ndef write(user: User, key: str):\n    setattr(user, key, 1)\n";
    let class = "from models import User\n\n\ndef order(name: str):\n    return getattr(User, name)\n";
    let automap = "from sqlalchemy.ext.automap import automap_base\n\nBase = automap_base()\n";
    let reflected = "from sqlalchemy import MetaData, Table\n\nusers = Table(\"users\", MetaData(), autoload_with=engine)\n";
    let go = "package a\n\nvar q = `SELECT nick FROM users`\n";
    let vue = "<template>{{ user.nick }}</template>\n";
    let broken = "from models import User\n\ndef f(user: User:\n    return user.nick (\n";
    for (path, text, expected) in [
        ("app.py", read, "`getattr` with a name"),
        ("app.py", write, "`setattr` with a name"),
        ("app.py", class, "`getattr` with a name"),
        ("app.py", automap, "reflection"),
        ("app.py", reflected, "reflection"),
        ("main.go", go, "Go is not read"),
        ("User.vue", vue, "template is not read"),
        ("app.py", broken, ""),
    ] {
        let (verdict, reason) = verdict(path, text);
        assert_ne!(verdict, "safe", "{text}");
        assert!(reason.contains(expected), "{text}: {verdict}, {reason}");
    }
}

#[test]
fn what_cannot_meet_the_column_leaves_it_safe() {
    let other_row =
        "from models import Post\n\n\ndef read(post: Post, name: str):\n    return getattr(post, name)\n";
    let literal = "from models import User\n\n\ndef read(user: User):\n    return getattr(user, \"name\")\n";
    let constant = "from models import User\n\nNAME = \"name\"\n\n\ndef read(user: User):\n    return getattr(user, NAME)\n";
    let reflected = "from sqlalchemy import MetaData, Table\n\nlogs = Table(\"logs\", MetaData(), autoload_with=engine)\n";
    let go = "package a\n\nvar q = `SELECT name FROM users`\n";
    let browser = "export const label = (n) => n.nick;\n";
    for (path, text) in [
        ("app.py", other_row),
        ("app.py", literal),
        ("app.py", constant),
        ("app.py", reflected),
        ("main.go", go),
        ("static/bundle.js", browser),
    ] {
        assert_eq!(verdict(path, text), ("safe".to_owned(), String::new()), "{path}: {text}");
    }
}

#[test]
fn a_member_of_something_unknown_is_open_only_where_there_can_be_a_row() {
    let read = "def show(thing):\n    return thing.nick\n";
    let listed = "from models import User\n\n\ndef listed(session):\n    return session.query(User).all()\n";
    let through = "def author(post):\n    return post.author\n";
    let back = MODELS.replace(
        "    name: Mapped[str]\n",
        "    name: Mapped[str]\n    posts = relationship(\"Post\", back_populates=\"author\")\n",
    );
    let models = format!("{back}    author: Mapped[User] = relationship(back_populates=\"posts\")\n");
    for (other, expected) in [("", "safe"), (listed, "unknown"), (through, "unknown")] {
        let files = [("schema.sql", TABLES), ("models.py", &models), ("a.py", read), ("b.py", other)];
        let report = Project::new(&files).check(DROP);
        assert_eq!(report["changes"][0]["verdict"], expected, "{other}: {report}");
    }
}

/// What a place does with the column is told by its form even where its receiver or its key is not known.
#[test]
fn a_place_is_open_only_to_changes_that_what_it_does_can_meet() {
    const TO_REQUIRED: &str = "ALTER TABLE users ALTER COLUMN nick SET NOT NULL";
    const TO_NULLABLE: &str = "ALTER TABLE users ALTER COLUMN name DROP NOT NULL";
    const NO_DEFAULT: &str = "ALTER TABLE users ALTER COLUMN rank DROP DEFAULT";
    const TABLES: &str = "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, nick text, rank int NOT NULL DEFAULT 0);\n";
    let models = MODELS.replace(
        "    name: Mapped[str]\n",
        "    name: Mapped[str]\n    nick: Mapped[str | None]\n    rank: Mapped[int] = mapped_column(server_default=\"0\")\n",
    );
    let head = "from models import User\nfrom sqlalchemy import text\n\n\ndef listed(session):\n    return session.query(User).all()\n\n\n";
    let read = "def show(thing):\n    return [thing.name, thing.nick, thing.rank]\n";
    let set = "def change(thing, value):\n    thing.name = thing.nick = thing.rank = value\n";
    let read_any = "def show(user: User, key: str):\n    return getattr(user, key)\n";
    let set_any = "def change(user: User, key: str):\n    setattr(user, key, None)\n";
    let query = "def found(session, where: str):\n    return session.execute(text(f\"SELECT id FROM users WHERE {where}\")).all()\n";
    let update =
        "def changed(session, what: str):\n    session.execute(text(f\"UPDATE users SET {what}\"))\n";
    for (code, sql, expected) in [
        (read, TO_REQUIRED, "safe"),
        (read, TO_NULLABLE, "unknown"),
        (read, NO_DEFAULT, "safe"),
        (set, TO_REQUIRED, "unknown"),
        (set, TO_NULLABLE, "safe"),
        (set, NO_DEFAULT, "safe"),
        (read_any, TO_REQUIRED, "safe"),
        (read_any, TO_NULLABLE, "unknown"),
        (set_any, TO_REQUIRED, "unknown"),
        (set_any, TO_NULLABLE, "safe"),
        (query, TO_REQUIRED, "safe"),
        (query, NO_DEFAULT, "safe"),
        (query, TO_NULLABLE, "unknown"),
        (update, TO_REQUIRED, "unknown"),
    ] {
        let code = format!("{head}{code}");
        let files = [("schema.sql", TABLES), ("models.py", &models), ("app.py", &code)];
        let report = Project::new(&files).check(sql);
        assert_eq!(report["changes"][0]["verdict"], expected, "{sql}: {code}\n{report}");
    }
}

#[test]
fn what_a_library_gives_without_rows_leaves_a_column_safe() {
    let schema = |email: &str| {
        format!(
            "datasource db {{\n  provider = \"postgresql\"\n  url = env(\"URL\")\n}}\n\ngenerator client {{\n  provider = \
             \"prisma-client-js\"\n}}\n\nmodel User {{\n  id Int @id\n{email}}}\n"
        )
    };
    let (before, after) = (schema("  nick String?\n"), schema(""));
    let queries = "import { PrismaClient } from \"@prisma/client\";\n\nexport const all = () => new PrismaClient().user.findMany();\n";
    for (code, expected) in [
        (
            "import { useRouter } from \"next/router\";\nexport const a = () => useRouter().query.nick;\n",
            "safe",
        ),
        (
            "import { useParams } from \"react-router-dom\";\nexport const a = () => { const { nick } = useParams(); return nick; };\n",
            "safe",
        ),
        (
            "import { useForm } from \"react-hook-form\";\nexport const a = () => useForm().formState.errors.nick;\n",
            "safe",
        ),
        (
            "import { Request } from \"express\";\nexport const a = (req: Request) => [req.params.nick, req.query.nick];\n",
            "safe",
        ),
        (
            "import { Request } from \"express\";\nexport const a = (req: Request) => req.body.nick;\n",
            "unknown",
        ),
        (
            "import { useForm } from \"react-hook-form\";\nexport const a = () => useForm().getValues().nick;\n",
            "unknown",
        ),
        (
            "import { useLocation } from \"react-router-dom\";\nexport const a = () => useLocation().state.nick;\n",
            "unknown",
        ),
        ("import { load } from \"somewhere\";\nexport const a = () => load().nick;\n", "unknown"),
    ] {
        let files = [
            ("before.prisma", &*before),
            ("after.prisma", &*after),
            ("src/a.ts", code),
            ("src/b.ts", queries),
        ];
        let project = Project::new(&files);
        let path = |name: &str| project.root.join(name).display().to_string();
        let options = Options { root: project.root.display().to_string(), ..Options::default() };
        let change = ChangeSource::Paths { before: path("before.prisma"), after: path("after.prisma") };
        let report = serde_json::to_value(check(&options, &change).expect("a report")).expect("JSON");
        assert_eq!(report["changes"][0]["verdict"], expected, "{code}\n{report}");
    }
}

#[test]
fn a_model_that_is_chosen_at_run_time_may_be_any() {
    let schema = "datasource db {\n  provider = \"postgresql\"\n  url = env(\"URL\")\n}\n\ngenerator client {\n  provider = \
                  \"prisma-client-js\"\n}\n\nmodel User {\n  id Int @id\n  nick String?\n}\n";
    let code = "import { PrismaClient } from \"@prisma/client\";\n\nconst prisma = new PrismaClient();\n\n\
                export const all = (model: string) => prisma[model].findMany();\n";
    let after = schema.replace("  nick String?\n", "");
    let project = Project::new(&[("before.prisma", schema), ("after.prisma", &after), ("src/a.ts", code)]);
    let path = |name: &str| project.root.join(name).display().to_string();
    let options = Options { root: project.root.display().to_string(), ..Options::default() };
    let change = ChangeSource::Paths { before: path("before.prisma"), after: path("after.prisma") };
    let report = serde_json::to_value(check(&options, &change).expect("a report")).expect("JSON");
    assert_eq!(report["changes"][0]["verdict"], "unknown", "{report}");
    assert_eq!(report["verdict"], "needs_review");
}

#[test]
fn an_assumption_makes_an_open_place_a_known_one_and_is_told_when_nothing_needs_it() {
    let code =
        "from models import User\n\n\ndef read(user: User, name: str):\n    return getattr(user, name)\n";
    let project = Project::new(&[("schema.sql", TABLES), ("models.py", MODELS), ("app.py", code)]);
    let sql = DROP;
    assert_eq!((project.code(sql, &[]), project.code(sql, &["--fail-on-unknown"])), (0, 1));
    let assume =
        "[[assume]]\npath = \"app.py\"\ncode = \"getattr(user, name)\"\nreason = \"display names only\"\n";
    project.write("seawall.toml", assume);
    let report = project.check(sql);
    assert_eq!(
        (&report["changes"][0]["verdict"], &report["verdict"]),
        (&Value::from("safe"), &Value::from("safe"))
    );
    assert_eq!(project.code(sql, &["--fail-on-unknown"]), 0);
    project.write("seawall.toml", &assume.replace("getattr(user", "getattr(post"));
    assert_eq!(project.check(sql)["changes"][0]["verdict"], "unknown");
    project.write("migrations/1.sql", "");
    project.write("seawall.toml", &assume.replace("reason = \"display names only\"\n", ""));
    assert_eq!(project.code(sql, &[]), 2, "an assumption needs a reason");
}
