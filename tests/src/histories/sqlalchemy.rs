//! SQLAlchemy with Alembic. Each project has `models.py`, and `app.py` with `run(session)`: what the release does. The
//! truth is `run` of either side on the schema of either side.

use super::{File, History};

const FIRST: &str = "\"\"\"First.\"\"\"
import sqlalchemy as sa
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(
        \"users\",
        sa.Column(\"id\", sa.Integer(), primary_key=True),
        sa.Column(\"email\", sa.String(100), nullable=False),
        sa.Column(\"nick\", sa.String(50), nullable=True),
        sa.Column(\"plan\", sa.String(20), nullable=False, server_default=\"free\"),
        sa.Column(\"legacy\", sa.String(20), nullable=True),
    )
    op.create_table(
        \"posts\",
        sa.Column(\"id\", sa.Integer(), primary_key=True),
        sa.Column(\"title\", sa.String(100), nullable=False),
    )
";

/// A release: lines of the model `User`, further classes, and lines of `run`.
#[derive(Clone, Copy)]
struct Release<'a> {
    fields: &'a [&'a str],
    more: &'a str,
    run: &'a [&'a str],
}

const EMAIL: &str = "email: Mapped[str]";
const NICK: &str = "nick: Mapped[Optional[str]]";
const HANDLE: &str = "handle: Mapped[Optional[str]]";
const PLAN: &str = "plan: Mapped[str]";
const POST: &str = "class Post(Base):
    __tablename__ = \"posts\"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
";
const ADD: &str = "session.add(User(email=\"a@example.org\"))";
const LIST: &str = "session.scalars(select(User)).all()";

const PLAIN: Release<'static> = Release { fields: &[EMAIL], more: "", run: &[ADD, LIST] };
const NICKED: Release<'static> = Release { fields: &[EMAIL, NICK], more: "", run: &[ADD, LIST] };

/// The files of a release with the migrations behind it.
fn files(release: Release<'_>, migrations: &[(&str, &str)]) -> Vec<File> {
    let fields: String = release.fields.iter().map(|field| format!("    {field}\n")).collect();
    let models = format!(
        "from typing import Optional\n\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\n\
         class Base(DeclarativeBase):\n    pass\n\n\nclass User(Base):\n    __tablename__ = \"users\"\n\n    \
         id: Mapped[int] = mapped_column(primary_key=True)\n{fields}\n\n{}",
        release.more
    );
    let run: String = release.run.iter().map(|line| format!("    {line}\n")).collect();
    let app = format!(
        "from sqlalchemy import delete, func, insert, select, text, update\nfrom sqlalchemy.orm import Session\n\n\
         import models\nfrom models import User\n\n\ndef run(session: Session) -> None:\n{run}    session.flush()\n"
    );
    let mut found = vec![
        ("models.py".to_owned(), models),
        ("app.py".to_owned(), app),
        ("migrations/env.py".to_owned(), ENV.to_owned()),
        (
            "alembic.ini".to_owned(),
            "[alembic]\nscript_location = migrations\nsqlalchemy.url = sqlite:///app.db\n".to_owned(),
        ),
        ("migrations/versions/a1_first.py".to_owned(), FIRST.to_owned()),
    ];
    found.extend(migrations.iter().map(|(id, body)| {
        let parent = if *id == "a2" { "a1" } else { "a2" };
        (format!("migrations/versions/{id}.py"), revision(id, parent, body))
    }));
    found
}

const ENV: &str = "from alembic import context

context.configure(connection=context.config.attributes[\"connection\"], render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
";

fn revision(id: &str, parent: &str, body: &str) -> String {
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "\"\"\"A change.\"\"\"\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = \"{id}\"\n\
         down_revision = \"{parent}\"\n\n\ndef upgrade():\n{body}"
    )
}

fn history(
    name: &'static str,
    before: Release<'_>,
    after: Release<'_>,
    change: &str,
    verdicts: &[(&'static str, &'static str)],
) -> History {
    History {
        name,
        before: files(before, &[]),
        main: None,
        after: files(after, &[("a2", change)]),
        verdicts: verdicts.to_vec(),
        executed: true,
    }
}

const DROP_NICK: &str = "with op.batch_alter_table(\"users\") as batch:\n    batch.drop_column(\"nick\")";
const RENAME: &str = "with op.batch_alter_table(\"users\") as batch:\n    batch.alter_column(\"nick\", new_column_name=\"handle\")";
const ADD_HANDLE: &str = "op.add_column(\"users\", sa.Column(\"handle\", sa.String(50), nullable=True))";
const ADD_REGION: &str = "with op.batch_alter_table(\"users\") as batch:\n    \
                          batch.add_column(sa.Column(\"region\", sa.String(9), nullable=False))";
const ADD_REGION_DEFAULT: &str =
    "op.add_column(\"users\", sa.Column(\"region\", sa.String(9), nullable=False, server_default=\"eu\"))";
const REQUIRE_NICK: &str = "with op.batch_alter_table(\"users\") as batch:\n    \
                            batch.alter_column(\"nick\", existing_type=sa.String(50), nullable=False)";
const RELAX_EMAIL: &str = "with op.batch_alter_table(\"users\") as batch:\n    \
                           batch.alter_column(\"email\", existing_type=sa.String(100), nullable=True)";
const DROP_DEFAULT: &str = "with op.batch_alter_table(\"users\") as batch:\n    \
                            batch.alter_column(\"plan\", existing_type=sa.String(20), server_default=None)";
const DROP_EMAIL: &str = "with op.batch_alter_table(\"users\") as batch:\n    batch.drop_column(\"email\")";
const REGION: &str = "region: Mapped[str]";

pub(super) fn histories() -> Vec<History> {
    let mut all = drops();
    all.extend(renames());
    all.extend(additions());
    all.extend(constraints());
    all.extend(tables());
    all.push(merged_late());
    all
}

fn drops() -> Vec<History> {
    let raw = "session.execute(text(\"SELECT nick FROM users\")).all()";
    let raw_release = Release { fields: &[EMAIL], more: "", run: &[ADD, raw] };
    let reads = Release {
        fields: &[EMAIL],
        more: "",
        run: &[ADD, "for row in session.execute(text(\"SELECT * FROM users\")):", "    print(row.nick)"],
    };
    vec![
        history("sqlalchemy: drop in one step", NICKED, PLAIN, DROP_NICK, &[("nick", "bss")]),
        history("sqlalchemy: ignore then drop", PLAIN, PLAIN, DROP_NICK, &[("nick", "sss")]),
        history("sqlalchemy: drop and the model is forgotten", NICKED, NICKED, DROP_NICK, &[("nick", "bsb")]),
        history(
            "sqlalchemy: drop while SQL still names it",
            raw_release,
            raw_release,
            DROP_NICK,
            &[("nick", "bsb")],
        ),
        history(
            "sqlalchemy: drop and SQL is edited along",
            raw_release,
            PLAIN,
            DROP_NICK,
            &[("nick", "bss")],
        ),
        history(
            "sqlalchemy: drop and a reader of * is forgotten",
            reads,
            reads,
            DROP_NICK,
            &[("nick", "bsb")],
        ),
        history(
            "sqlalchemy: drop of what was never mapped",
            NICKED,
            NICKED,
            "with op.batch_alter_table(\"users\") as batch:\n    batch.drop_column(\"legacy\")",
            &[("legacy", "sss")],
        ),
        history(
            "sqlalchemy: a required column is dropped with its writers",
            PLAIN,
            Release { fields: &[NICK], more: "", run: &["session.add(User(nick=\"a\"))", LIST] },
            DROP_EMAIL,
            &[("email", "bbs")],
        ),
    ]
}

fn renames() -> Vec<History> {
    let handled = Release { fields: &[EMAIL, HANDLE], ..PLAIN };
    let both = Release {
        fields: &[EMAIL, NICK, HANDLE],
        more: "",
        run: &["session.add(User(email=\"a@example.org\", nick=\"n\", handle=\"n\"))", LIST],
    };
    let kept =
        Release { fields: &[EMAIL, "nick: Mapped[Optional[str]] = mapped_column(\"handle\")"], ..PLAIN };
    vec![
        history("sqlalchemy: rename in one step", NICKED, handled, RENAME, &[("nick", "bbs")]),
        history("sqlalchemy: rename and the model is forgotten", NICKED, NICKED, RENAME, &[("nick", "bsb")]),
        history("sqlalchemy: rename behind the same attribute", NICKED, kept, RENAME, &[("nick", "bbs")]),
        history("sqlalchemy: rename, expand with dual write", NICKED, both, ADD_HANDLE, &[("handle", "sbs")]),
        history(
            "sqlalchemy: rename, expand before the code",
            NICKED,
            NICKED,
            ADD_HANDLE,
            &[("handle", "sss")],
        ),
        history(
            "sqlalchemy: rename, contract after the code",
            handled_before(),
            handled_before(),
            DROP_NICK,
            &[("nick", "sss")],
        ),
        history(
            "sqlalchemy: rename, contract while both are written",
            nick_and_plan(),
            PLAIN,
            DROP_NICK,
            &[("nick", "bss")],
        ),
    ]
}

/// The release after the expand phase, when only the new column is used; `plan` stands for it, which the first
/// migration has already.
fn handled_before() -> Release<'static> {
    Release {
        fields: &[EMAIL, PLAN],
        more: "",
        run: &["session.add(User(email=\"a@example.org\", plan=\"n\"))", LIST],
    }
}

/// The release in the middle of a rename from `nick` to `plan`: both are written.
fn nick_and_plan() -> Release<'static> {
    Release {
        fields: &[EMAIL, NICK, PLAN],
        more: "",
        run: &["session.add(User(email=\"a@example.org\", nick=\"n\", plan=\"n\"))", LIST],
    }
}

fn additions() -> Vec<History> {
    let regional = Release {
        fields: &[EMAIL, REGION],
        more: "",
        run: &["session.add(User(email=\"a@example.org\", region=\"eu\"))", LIST],
    };
    let defaulted =
        Release { fields: &[EMAIL, "region: Mapped[str] = mapped_column(default=\"eu\")"], ..PLAIN };
    vec![
        history(
            "sqlalchemy: a required column comes with its writers",
            PLAIN,
            regional,
            ADD_REGION,
            &[("region", "bbs")],
        ),
        history(
            "sqlalchemy: a required column comes without writers",
            PLAIN,
            PLAIN,
            ADD_REGION,
            &[("region", "bsb")],
        ),
        history(
            "sqlalchemy: a required column that the model fills",
            PLAIN,
            defaulted,
            ADD_REGION,
            &[("region", "bbs")],
        ),
        history(
            "sqlalchemy: a required column with a default",
            PLAIN,
            regional,
            ADD_REGION_DEFAULT,
            &[("region", "sbs")],
        ),
        history("sqlalchemy: a column that nobody uses yet", PLAIN, PLAIN, ADD_HANDLE, &[("handle", "sss")]),
    ]
}

fn constraints() -> Vec<History> {
    let named = Release {
        fields: &[EMAIL, "nick: Mapped[str]"],
        more: "",
        run: &["session.add(User(email=\"a@example.org\", nick=\"n\"))", LIST],
    };
    let nulls = Release {
        fields: &[EMAIL, NICK],
        more: "",
        run: &["session.add(User(email=\"a@example.org\", nick=None))", LIST],
    };
    let no_email = Release {
        fields: &["email: Mapped[Optional[str]]"],
        more: "",
        run: &["session.add(User(email=None))", LIST],
    };
    let planned = Release {
        fields: &[EMAIL, PLAN],
        more: "",
        run: &["session.add(User(email=\"a@example.org\", plan=\"free\"))", LIST],
    };
    vec![
        history("sqlalchemy: NOT NULL with its writers", nulls, named, REQUIRE_NICK, &[("nick", "bss")]),
        history("sqlalchemy: NOT NULL after its writers", named, named, REQUIRE_NICK, &[("nick", "sss")]),
        history(
            "sqlalchemy: NOT NULL and a writer is forgotten",
            nulls,
            nulls,
            REQUIRE_NICK,
            &[("nick", "bsb")],
        ),
        history("sqlalchemy: NULL is allowed and written", PLAIN, no_email, RELAX_EMAIL, &[("email", "sbs")]),
        history(
            "sqlalchemy: a default goes with its last user",
            PLAIN,
            planned,
            DROP_DEFAULT,
            &[("plan", "bss")],
        ),
        history(
            "sqlalchemy: a default goes after its last user",
            planned,
            planned,
            DROP_DEFAULT,
            &[("plan", "sss")],
        ),
    ]
}

fn tables() -> Vec<History> {
    let posts = Release {
        fields: &[EMAIL],
        more: POST,
        run: &["session.add(models.Post(title=\"t\"))", "session.scalars(select(models.Post)).all()"],
    };
    let reads =
        Release { fields: &[EMAIL], more: POST, run: &["session.scalars(select(models.Post)).all()"] };
    let articles = POST.replace("posts", "articles");
    let renamed = Release { more: &articles, ..reads };
    let tags = "class Tag(Base):\n    __tablename__ = \"tags\"\n\n    id: Mapped[int] = mapped_column(primary_key=True)\n";
    let tagged =
        Release { fields: &[EMAIL], more: tags, run: &["session.scalars(select(models.Tag)).all()"] };
    let view = "op.rename_table(\"posts\", \"articles\")\n\
                op.execute(\"CREATE VIEW posts AS SELECT id, title FROM articles\")";
    vec![
        history(
            "sqlalchemy: a table is dropped with its users",
            posts,
            PLAIN,
            "op.drop_table(\"posts\")",
            &[("posts", "bss")],
        ),
        history(
            "sqlalchemy: a table is dropped after its users",
            PLAIN,
            PLAIN,
            "op.drop_table(\"posts\")",
            &[("posts", "sss")],
        ),
        history(
            "sqlalchemy: a table comes with its users",
            PLAIN,
            tagged,
            "op.create_table(\"tags\", sa.Column(\"id\", sa.Integer(), primary_key=True))",
            &[("tags", "sbs")],
        ),
        history(
            "sqlalchemy: a table is renamed in one step",
            reads,
            renamed,
            "op.rename_table(\"posts\", \"articles\")",
            &[("posts", "bbs")],
        ),
        history(
            "sqlalchemy: a table is renamed and a view is left",
            reads,
            renamed,
            view,
            &[("renamed", "sbs")],
        ),
        history("sqlalchemy: a view is left, and written to", posts, renamed, view, &[("renamed", "bbs")]),
    ]
}

/// The branch was made when nobody used `nick`; the main branch has begun to, since.
fn merged_late() -> History {
    let mut history = history("sqlalchemy: merged late", PLAIN, PLAIN, DROP_NICK, &[("nick", "bss")]);
    history.main = Some(files(NICKED, &[]));
    history
}
