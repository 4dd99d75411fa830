//! Whole little histories, as the database would see them.

use crate::code::project::Project;
use crate::schema::{Dialect, TableName};
use crate::schema_source::alembic::load;
use crate::schema_source::{Baseline, Depth, SchemaSource};
use crate::text::{MemoryFiles, Sources};

const WHOLE: Depth = Depth { notes: true, ways_back: true };

/// Reads the files (path, text) of the folder `versions` and the project around it.
fn read(dialect: Dialect, files: &[(&str, &str)]) -> SchemaSource {
    let files: MemoryFiles = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect();
    let sources = Sources::new(Box::new(files));
    load(&Project::new(&sources), &["versions".to_owned()], Some(dialect), &Baseline::Automatic, WHOLE)
}

/// One revision whose `upgrade()` has this body, after `before` has made a table `users (id, email)`.
fn upgrade(dialect: Dialect, body: &str) -> SchemaSource {
    let head = "import sqlalchemy as sa\nfrom alembic import op, context\n\n";
    let indented: String = body.lines().map(|line| format!("    {line}\n")).collect();
    let first = "def upgrade():\n    op.create_table('users', sa.Column('id', sa.Integer(), primary_key=True), \
                 sa.Column('email', sa.String(20), nullable=False))\n";
    read(
        dialect,
        &[
            ("versions/a.py", &format!("{head}revision = 'a'\ndown_revision = None\n{first}")),
            (
                "versions/b.py",
                &format!("{head}revision = 'b'\ndown_revision = 'a'\ndef upgrade():\n{indented}"),
            ),
        ],
    )
}

/// The columns of a table as `name type` with `!` behind those that are not null.
fn columns(source: &SchemaSource, table: &str) -> String {
    let Some(table) = source.schema.table(&TableName::plain(table)) else { return "no table".to_owned() };
    let column = |column: &crate::schema::Column| {
        format!("{} {}{}", column.name, column.ty.name, if column.nullable { "" } else { "!" })
    };
    table.columns.iter().map(column).collect::<Vec<_>>().join(", ")
}

fn check(body: &str, table: &str, expected: &str) {
    let source = upgrade(Dialect::Postgres, body);
    assert_eq!(columns(&source, table), expected, "{body}\n{:?}", source.unanalyzed);
}

const USERS: &str = "id integer!, email varchar(20)!";

#[test]
fn directives_change_the_model() {
    check(
        "op.add_column('users', sa.Column('age', sa.BigInteger()))",
        "users",
        &format!("{USERS}, age bigint"),
    );
    check("op.drop_column('users', 'email')", "users", "id integer!");
    check(
        "op.alter_column('users', 'email', nullable=True, type_=sa.Text())",
        "users",
        "id integer!, email text",
    );
    check(
        "op.alter_column('users', 'email', new_column_name='mail')",
        "users",
        "id integer!, mail varchar(20)!",
    );
    check("op.rename_table('users', 'people')", "people", USERS);
    check("op.drop_table('users')", "users", "no table");
    check(
        "with op.batch_alter_table('users') as batch_op:\n    batch_op.drop_column('email')\n    \
         batch_op.add_column(sa.Column('x', sa.Boolean(), nullable=False))",
        "users",
        "id integer!, x boolean!",
    );
}

#[test]
fn programs_are_run() {
    check(
        "for name, kind in [('a', sa.Integer), ('b', sa.Text)]:\n    op.add_column('users', sa.Column(f'{name}_x', kind()))",
        "users",
        &format!("{USERS}, a_x integer, b_x text"),
    );
    check(
        "cols = [sa.Column(n, sa.Date()) for n in sorted({'b', 'a'})]\nop.create_table('t', *cols)",
        "t",
        "a date, b date",
    );
    check(
        "def add(table, **kw):\n    for k, v in kw.items():\n        op.add_column(table, sa.Column(k.lower(), v))\n\
         add('users', AGE=sa.Integer())",
        "users",
        &format!("{USERS}, age integer"),
    );
    check(
        "op.execute('ALTER TABLE %s ADD COLUMN {} int'.format('age') % 'users')",
        "users",
        &format!("{USERS}, age integer"),
    );
}

#[test]
fn the_database_is_as_the_history_says() {
    check(
        "insp = sa.inspect(op.get_bind())\nif 'email' in [c['name'] for c in insp.get_columns('users')]:\n    \
         op.drop_column('users', 'email')\nif insp.has_table('other'):\n    op.drop_table('users')",
        "users",
        "id integer!",
    );
    check(
        "if op.get_bind().dialect.name == 'sqlite':\n    op.drop_table('users')\nelse:\n    \
         op.drop_column('users', 'email')",
        "users",
        "id integer!",
    );
    check("if context.is_offline_mode():\n    op.drop_table('users')", "users", USERS);
    check(
        "try:\n    op.drop_column('users', 'gone')\nexcept Exception:\n    op.drop_column('users', 'email')",
        "users",
        "id integer!",
    );
}

#[test]
fn what_is_not_known_is_said() {
    for body in [
        "op.execute(open('x.sql').read())",
        "for row in op.get_bind().execute('select 1'):\n    op.drop_table(row[0])",
        "op.drop_column(os.environ['T'], 'email')",
        "import foreign\nforeign.migrate(op)",
        "while True:\n    pass",
    ] {
        let source = upgrade(Dialect::Postgres, body);
        assert!(!source.unanalyzed.is_empty(), "{body}");
        assert_eq!(columns(&source, "users"), USERS, "{body}");
    }
}

#[test]
fn revisions_come_after_all_they_name() {
    let file = |id: &str, down: &str, depends: &str, table: &str| {
        let body = format!(
            "from alembic import op\nimport sqlalchemy as sa\nrevision: str = '{id}'\ndown_revision = {down}\n\
             depends_on = {depends}\ndef upgrade() -> None:\n    op.create_table('{table}', sa.Column('id', sa.Integer()))\n"
        );
        (format!("versions/{id}.py"), body)
    };
    let files = [
        file("aaa1", "('ccc1', 'bbb1')", "None", "t_a"),
        file("bbb1", "'ddd'", "'ccc1'", "t_b"),
        file("ccc1", "'ddd1'", "None", "t_c"),
        file("ddd1", "None", "None", "t_d"),
        file("eee1", "'missing'", "None", "t_e"),
        file("fff1", "'fff1'", "None", "t_f"),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let source = read(Dialect::Postgres, &files);
    let history = source.history.as_ref().unwrap();
    let at = |id: &str| history.position(id).unwrap();
    assert!(at("ddd1") < at("ccc1") && at("ccc1") < at("bbb1") && at("bbb1") < at("aaa1"));
    // What is not there has no say in the order: `eee1` is taken as a first revision.
    let (schema, _) = history.schema_at("bbb1").unwrap();
    let names: Vec<&str> = schema.tables.iter().map(|table| table.name.name.as_str()).collect();
    assert_eq!(names, ["t_d", "t_e", "t_c", "t_b"]);
    assert!(history.schema_at("base").unwrap().0.tables.is_empty());
    assert_eq!(history.revisions[at("bbb1")].needs, ["ccc1"]);
    let reasons: Vec<&str> = source.unanalyzed.iter().map(|note| note.reason.as_str()).collect();
    assert!(reasons.iter().any(|reason| reason.contains("missing")), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("circle")), "{reasons:?}");
}

#[test]
fn deep_nesting_is_survived() {
    let deep = format!("x = {}1{}", "f(".repeat(20_000), ")".repeat(20_000));
    let sum = format!("y = {}", ["'a'"; 5_000].join(" + "));
    let recursion = "def f():\n    return f()\nf()";
    let lists = "x = []\nfor i in range(9000):\n    x = [x]";
    for body in [deep.as_str(), sum.as_str(), recursion, lists] {
        let source = upgrade(Dialect::Postgres, body);
        assert_eq!(columns(&source, "users"), USERS);
    }
}

#[test]
fn types_and_alterations_are_the_dialects() {
    let body = "op.create_table('t', sa.Column('s', sa.Enum('a', 'b', name='kind')), sa.Column('d', sa.DateTime(timezone=True)), \
                sa.Column('u', sa.Uuid()), sa.Column('v', sa.Text().with_variant(sa.String(9), 'mysql')))";
    for (dialect, expected) in [
        (Dialect::Postgres, "s kind, d timestamptz, u uuid, v text"),
        (Dialect::Mysql, "s enum('a','b'), d datetime, u char(32), v varchar(9)"),
        (Dialect::Sqlite, "s varchar(1), d datetime, u char(32), v text"),
    ] {
        assert_eq!(columns(&upgrade(dialect, body), "t"), expected);
    }
    // MySQL writes the column anew, and what is not said again is lost.
    let source = upgrade(
        Dialect::Mysql,
        "op.alter_column('users', 'email', existing_type=sa.String(9), new_column_name='m')",
    );
    assert_eq!(columns(&source, "users"), "id int!, m varchar(9)");
}

#[test]
fn helpers_and_types_of_the_project_are_followed() {
    let revision = "from alembic import op\nimport sqlalchemy as sa\nfrom app.db import add, Stamp\nrevision = 'a'\n\
                    def upgrade():\n    op.create_table('t', sa.Column('at', Stamp(), nullable=False))\n    add('t', 'x', 'y', 'x')\n";
    let helpers = "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.types import TypeDecorator\n\
                   raise_on_import = unknown_thing()\n\
                   class Stamp(TypeDecorator):\n    impl = sa.Text\n    def load_dialect_impl(self, dialect):\n        \
                   if dialect.name == 'postgresql':\n            return dialect.type_descriptor(sa.DateTime())\n        \
                   return dialect.type_descriptor(sa.String(30))\n\
                   def add(table, *names):\n    insp = sa.inspect(op.get_bind())\n    for n in names:\n        \
                   if n not in {c['name'] for c in insp.get_columns(table)}:\n            \
                   op.add_column(table, sa.Column(n, sa.Integer()))\n";
    let files = [("versions/a.py", revision), ("app/__init__.py", ""), ("app/db.py", helpers)];
    assert_eq!(columns(&read(Dialect::Postgres, &files), "t"), "at timestamp!, x integer, y integer");
    assert_eq!(columns(&read(Dialect::Mysql, &files), "t"), "at varchar(30)!, x int, y int");
    // A helper that is not there is said.
    let source = read(
        Dialect::Postgres,
        &[("versions/a.py", &revision.replace("import add", "import add_columns as add"))],
    );
    assert!(
        source.unanalyzed.iter().any(|note| note.reason.contains("add_columns")),
        "{:?}",
        source.unanalyzed
    );
}

/// Files that say their ids and parents alone: `(file, id, down_revision, depends_on)`.
fn order_of(folders: &[&str], files: &[(&str, &str, &str, &str)]) -> Vec<String> {
    let files: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(path, id, down, needs)| {
            let text = format!(
                "revision = '{id}'\ndown_revision = {down}\ndepends_on = {needs}\ndef upgrade(): pass\n"
            );
            ((*path).to_owned(), text.into_bytes())
        })
        .collect();
    let files: MemoryFiles = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let sources = Sources::new(Box::new(files));
    let folders: Vec<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
    let source = load(&Project::new(&sources), &folders, Some(Dialect::Postgres), &Baseline::Nothing, WHOLE);
    source.history.unwrap().revisions.into_iter().map(|revision| revision.id).collect()
}

#[test]
fn branches_follow_each_other_as_alembic_has_them() {
    // What Alembic 1.20's `ScriptDirectory._upgrade_revs("heads", None)` gives for the same files.
    let branches = [
        ("v/1.py", "a", "None", "None"),
        ("v/2.py", "b", "'a'", "None"),
        ("v/3.py", "c", "'a'", "None"),
        ("v/4.py", "d", "'b'", "None"),
        ("v/5.py", "e", "('c', 'd')", "None"),
        ("v/6.py", "f", "'e'", "None"),
        ("v/7.py", "g", "'c'", "None"),
    ];
    assert_eq!(order_of(&["v"], &branches), ["a", "b", "d", "c", "g", "e", "f"]);
    let needs = [
        ("v/1.py", "a", "None", "None"),
        ("v/2.py", "x", "None", "'b'"),
        ("v/3.py", "b", "'a'", "None"),
        ("v/4.py", "c", "'b'", "'y'"),
        ("v/5.py", "y", "'x'", "'a'"),
    ];
    assert_eq!(order_of(&["v"], &needs), ["a", "b", "x", "y", "c"]);
    let roots =
        [("w/1.py", "a", "None", "None"), ("v/2.py", "b", "None", "None"), ("v/3.py", "c", "None", "None")];
    assert_eq!(order_of(&["w", "v"], &roots), ["c", "b", "a"]);
    assert_eq!(order_of(&["v", "w"], &roots), ["a", "c", "b"]);
}

#[test]
fn of_twins_the_last_one_counts() {
    let source = read(
        Dialect::Postgres,
        &[
            (
                "versions/1.py",
                "from alembic import op\nrevision = 'a'\ndef upgrade():\n    op.execute('CREATE TABLE t (a int)')\n",
            ),
            (
                "versions/2.py",
                "from alembic import op\nrevision = 'a'\ndef upgrade():\n    op.execute('CREATE TABLE t (b int)')\n",
            ),
        ],
    );
    assert_eq!(columns(&source, "t"), "b integer");
    assert!(source.unanalyzed.iter().any(|note| note.reason.contains("twice")), "{:?}", source.unanalyzed);
}

/// The model after both revisions, and after the second was taken back by its own `downgrade()`.
fn there_and_back(up: &str, down: &str) -> (SchemaSource, crate::schema::Schema) {
    let indented = |body: &str| body.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let head = "import sqlalchemy as sa\nfrom alembic import op\n";
    let first = "def upgrade():\n    op.create_table('users', sa.Column('id', sa.Integer(), primary_key=True), \
                 sa.Column('email', sa.String(20), nullable=False), sa.UniqueConstraint('email', name='uq_email'))\n    \
                 op.create_index('ix_email', 'users', ['email'])\n";
    let second = format!(
        "{head}revision = 'b'\ndown_revision = 'a'\ndef upgrade():\n{}def downgrade():\n{}",
        indented(up),
        indented(down)
    );
    let source = read(
        Dialect::Postgres,
        &[("versions/a.py", &format!("{head}revision = 'a'\n{first}")), ("versions/b.py", &second)],
    );
    let history = source.history.as_ref().unwrap();
    let (mut schema, _) = history.schema_after(2);
    let mut notes = Vec::new();
    for operation in history.revisions[1].down.iter().flatten() {
        crate::migration::apply(&mut schema, operation, &mut notes);
    }
    assert!(notes.is_empty(), "{notes:?}");
    (source, schema)
}

#[test]
fn a_downgrade_gives_the_model_back() {
    let pairs = [
        ("op.add_column('users', sa.Column('age', sa.Integer()))", "op.drop_column('users', 'age')"),
        ("op.rename_table('users', 'people')", "op.rename_table('people', 'users')"),
        (
            "with op.batch_alter_table('users') as batch:\n    batch.alter_column('email', new_column_name='mail', nullable=True)",
            "with op.batch_alter_table('users') as batch:\n    batch.alter_column('mail', new_column_name='email', nullable=False)",
        ),
        (
            "op.drop_constraint('uq_email', 'users')",
            "op.create_unique_constraint('uq_email', 'users', ['email'])",
        ),
        ("op.drop_index('ix_email')", "op.create_index('ix_email', 'users', ['email'])"),
        (
            "op.create_table('t', sa.Column('k', sa.Enum('a', name='kind')), sa.Column('u', sa.ForeignKey('users.id')))",
            "insp = sa.inspect(op.get_bind())\nif 't' in insp.get_table_names():\n    op.drop_table('t')\nop.execute('DROP TYPE kind')",
        ),
        (
            "op.alter_column('users', 'email', type_=sa.Text())",
            "op.alter_column('users', 'email', type_=sa.String(20))",
        ),
    ];
    for (up, down) in pairs {
        let (source, back) = there_and_back(up, down);
        let before = source.history.as_ref().unwrap().schema_after(1).0;
        assert_ne!(source.schema, before, "{up}");
        let changes = crate::diff::diff(crate::diff::Pair { before: &before, after: &back }, &[]);
        assert!(changes.is_empty(), "{up}\n{down}\n{changes:#?}");
    }
}

#[test]
fn a_downgrade_that_raises_is_no_way_back() {
    let (source, _) =
        there_and_back("op.drop_column('users', 'email')", "raise NotImplementedError('one way')");
    let history = source.history.as_ref().unwrap();
    assert_eq!(history.revisions[1].down, None);
    assert_eq!(history.revisions[0].down, None, "there is no downgrade() in it");
    assert!(source.unanalyzed.is_empty(), "{:?}", source.unanalyzed);
}

/// A history that changes tables which it does not make, in a project with these models.
fn without_beginning(models: &str, upgrade: &str, downgrade: &str, baseline: &Baseline) -> SchemaSource {
    let revision = format!(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision = 'a'\ndef upgrade():\n    {upgrade}\n\
         def downgrade():\n    {downgrade}\n"
    );
    let files = [("versions/a.py", revision.as_str()), ("app/__init__.py", ""), ("app/models.py", models)];
    let files: MemoryFiles = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect();
    let sources = Sources::new(Box::new(files));
    load(&Project::new(&sources), &["versions".to_owned()], Some(Dialect::Postgres), baseline, WHOLE)
}

/// The columns of a table before the first revision.
fn columns_before(source: &SchemaSource, table: &str) -> String {
    let baseline = source.history.as_ref().unwrap().baseline.clone();
    columns(&SchemaSource { schema: baseline, ..source.clone() }, table)
}

const TYPED_MODELS: &str = "import enum, datetime\nfrom typing import Optional\nimport sqlalchemy as sa\n\
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n\
    class Base(DeclarativeBase):\n    type_annotation_map = {datetime.datetime: sa.DateTime(timezone=True)}\n\
    class Kind(enum.Enum):\n    a = 1\n    b = 2\n\
    class Stamped:\n    at: Mapped[datetime.datetime]\n\
    class Owner(Stamped, Base):\n    __tablename__ = 'owners'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    \
        pets: Mapped[list['Pet']] = relationship()\n\
    class Pet(Base):\n    __tablename__ = 'pets'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    \
        name: Mapped[Optional[str]] = mapped_column(sa.String(30))\n    weight: Mapped[float | None]\n    \
        kind: Mapped[Kind]\n    added: Mapped[str]\n    owner_id = mapped_column(sa.ForeignKey('owners.id'))\n";

#[test]
fn models_say_what_was_there_before_the_first_revision() {
    let up = "op.add_column('pets', sa.Column('added', sa.String()))";
    let source = without_beginning(TYPED_MODELS, up, "op.drop_column('pets', 'added')", &Baseline::Automatic);
    let before = "id integer!, name varchar(30), weight double precision, kind kind!, owner_id integer";
    assert_eq!(columns_before(&source, "pets"), before, "{:?}", source.unanalyzed);
    assert_eq!(columns_before(&source, "owners"), "id integer!, at timestamptz!");
    assert_eq!(columns(&source, "pets"), format!("{before}, added varchar"));
    assert_eq!(source.baseline.len(), 1);
    assert!(source.unanalyzed.is_empty(), "{:?}", source.unanalyzed);
    // Without a way back the operation says it itself; what a revision drops was there, and nobody knows as what.
    let source = without_beginning(TYPED_MODELS, up, "pass", &Baseline::Automatic);
    assert_eq!(columns_before(&source, "pets"), before);
    let source =
        without_beginning(TYPED_MODELS, "op.drop_column('pets', 'old')", "pass", &Baseline::Automatic);
    assert!(columns_before(&source, "pets").ends_with(", old "), "{}", columns_before(&source, "pets"));
    assert!(!columns(&source, "pets").contains("old"));
}

#[test]
fn a_baseline_can_be_named_or_refused() {
    let up = "op.add_column('pets', sa.Column('added', sa.String()))";
    let nothing = without_beginning(TYPED_MODELS, up, "pass", &Baseline::Nothing);
    assert_eq!(columns(&nothing, "pets"), "no table");
    assert!(nothing.unanalyzed.iter().any(|note| note.reason.contains("pets")));
    let mut given = crate::schema::Schema::new(Dialect::Postgres);
    let sql = "CREATE TABLE pets (id int)";
    for operation in crate::schema_source::sql::read_sql(
        sql,
        |_| crate::text::Span::new(crate::text::FileId(0), 0, 0),
        Dialect::Postgres,
    ) {
        crate::migration::apply(&mut given, &operation, &mut Vec::new());
    }
    let source = without_beginning(TYPED_MODELS, up, "pass", &Baseline::Schema(Box::new(given)));
    assert_eq!(columns(&source, "pets"), "id integer, added varchar");
    // A history that begins with nothing has no baseline, whatever models there are.
    let up = "op.create_table('pets', sa.Column('id', sa.Integer()))";
    let source = without_beginning(TYPED_MODELS, up, "op.drop_table('pets')", &Baseline::Automatic);
    assert!(source.baseline.is_empty() && source.history.as_ref().unwrap().baseline.tables.is_empty());
}

#[test]
fn models_of_all_styles_are_tables() {
    let flask = "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n\
        links = db.Table('links', db.metadata, db.Column('a', db.Integer, db.ForeignKey('user_account.id')))\n\
        class UserAccount(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n    \
        email = db.Column('mail', db.String(80), nullable=False)\n";
    let up = "op.add_column('user_account', sa.Column('x', sa.Integer()))";
    let source = without_beginning(flask, up, "op.drop_column('user_account', 'x')", &Baseline::Automatic);
    assert_eq!(columns_before(&source, "user_account"), "id integer!, mail varchar(80)!");
    let sqlmodel = "from typing import Optional\nfrom sqlmodel import SQLModel, Field, Relationship\nimport sqlalchemy as sa\n\
        class HeroBase(SQLModel):\n    name: str = Field(index=True, max_length=40)\n    age: int | None = None\n\
        class Hero(HeroBase, table=True):\n    id: Optional[int] = Field(default=None, primary_key=True)\n    \
        team_id: int = Field(foreign_key='team.id')\n    team: 'Team' = Relationship()\n    \
        note: str = Field(sa_column=sa.Column(sa.Text(), nullable=True))\n";
    let up = "op.add_column('hero', sa.Column('x', sa.Integer()))";
    let source = without_beginning(sqlmodel, up, "op.drop_column('hero', 'x')", &Baseline::Automatic);
    let expected = "id integer!, team_id integer!, note text, name varchar(40)!, age integer";
    assert_eq!(columns_before(&source, "hero"), expected);
    let computed = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base, declared_attr\n\
        class Named:\n    @declared_attr\n    def __tablename__(cls):\n        return 'app_' + cls.__name__.lower() + 's'\n    \
        @declared_attr\n    def made_by(cls):\n        return sa.Column(sa.Integer)\n\
        Base = declarative_base()\nclass Thing(Named, Base):\n    id = sa.Column(sa.Integer, primary_key=True)\n    \
        __table_args__ = (sa.UniqueConstraint('made_by'), {'schema': None})\n";
    let up = "op.add_column('app_things', sa.Column('x', sa.Integer()))";
    let source = without_beginning(computed, up, "op.drop_column('app_things', 'x')", &Baseline::Automatic);
    assert_eq!(columns_before(&source, "app_things"), "id integer!, made_by integer");
    // A base that the library makes of a class of the project, and a name that is taken apart.
    let split = "import re\nimport sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base, declared_attr\n\
        class Custom:\n    @declared_attr\n    def __tablename__(self):\n        \
        return '_'.join(part.lower() for part in re.split('(?=[A-Z])', self.__name__) if part)\n\
        Base = declarative_base(cls=Custom)\nclass CaseCost(Base):\n    id = sa.Column(sa.Integer, primary_key=True)\n";
    let up = "op.add_column('case_cost', sa.Column('x', sa.Integer()))";
    let source = without_beginning(split, up, "op.drop_column('case_cost', 'x')", &Baseline::Automatic);
    assert_eq!(columns_before(&source, "case_cost"), "id integer!");
    // A class of the project that derives from the library's, and a column with options of its own.
    let derived = "import functools\nfrom flask_sqlalchemy import SQLAlchemy\nclass OwnSQLAlchemy(SQLAlchemy):\n    pass\n\
        db = OwnSQLAlchemy()\nColumn = functools.partial(db.Column, nullable=False)\n\
        class Note(db.Model):\n    id = Column(db.Integer, primary_key=True)\n    \
        text = Column(db.Text)\n    more = Column(db.Text, nullable=True)\n";
    let up = "op.add_column('note', sa.Column('x', sa.Integer()))";
    let source = without_beginning(derived, up, "op.drop_column('note', 'x')", &Baseline::Automatic);
    assert_eq!(columns_before(&source, "note"), "id integer!, text text!, more text");
}

#[test]
fn a_package_that_imports_a_module_from_itself_has_it() {
    let models = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\nfrom app import settings\n\
        Base = declarative_base()\nclass Pet(Base):\n    __tablename__ = settings.PREFIX + 'pets'\n    \
        id = sa.Column(sa.Integer, primary_key=True)\n";
    let revision = "import sqlalchemy as sa\nfrom alembic import op\nrevision = 'a'\ndef upgrade():\n    \
        op.add_column('app_pets', sa.Column('x', sa.Integer()))\ndef downgrade():\n    op.drop_column('app_pets', 'x')\n";
    let source = read(
        Dialect::Postgres,
        &[
            ("versions/a.py", revision),
            ("app/__init__.py", "from app import settings\n"),
            ("app/settings.py", "PREFIX = 'app_'\n"),
            ("app/models.py", models),
        ],
    );
    assert_eq!(columns_before(&source, "app_pets"), "id integer!", "{:?}", source.unanalyzed);
}

#[test]
fn libraries_make_tables_of_their_own() {
    let body = "op.create_table('t', sa.Column('user_id', sa.ForeignKey('ab_user.id')))";
    let with = |import: &str| without_beginning(import, body, "op.drop_table('t')", &Baseline::Automatic);
    let source = with("from flask_appbuilder import AppBuilder\n");
    assert_eq!(columns(&source, "t"), "user_id integer");
    assert_eq!(source.baseline.first().map(|part| part.name.as_str()), Some("Flask-AppBuilder"));
    assert!(columns_before(&source, "ab_user").starts_with("id integer!, first_name varchar(64)!"));
    assert!(with("import flask\n").baseline.is_empty());
}

#[test]
fn what_is_reflected_is_in_the_model() {
    check(
        "t = sa.Table('users', sa.MetaData(), autoload_with=op.get_bind())\n\
         if 'email' in [c.name for c in t.columns]:\n    op.drop_column('users', 'email')",
        "users",
        "id integer!",
    );
    check(
        "md = sa.MetaData()\nmd.reflect(bind=op.get_bind())\nif 'users' in md.tables and 'gone' not in md.tables:\n    \
         op.drop_column('users', 'email')",
        "users",
        "id integer!",
    );
    check(
        "op.execute('ALTER TABLE ' + (context.get_context().version_table_schema or '') + 'users DROP email')",
        "users",
        "id integer!",
    );
}

#[test]
fn objects_that_are_made_late_are_made() {
    let types = "import sqlalchemy as sa\nfrom alembic import context\nfrom lazy_object_proxy import Proxy\n\
        def _sa_Stamp():\n    class Stamp(sa.TIMESTAMP):\n        def __init__(self, *args, timezone=True, **kw):\n            \
        super().__init__(*args, timezone=timezone, **kw)\n    return Stamp\n\
        def __getattr__(name):\n    if name == 'Stamp':\n        def make():\n            \
        kind = context.get_bind().dialect.name\n            module = globals()\n            \
        return (module.get(f'_{kind}_{name}', None) or module.get(f'_sa_{name}'))()\n        return Proxy(make)\n    \
        raise AttributeError(name)\n";
    let revision = "from alembic import op\nimport sqlalchemy as sa\nfrom app.types import Stamp\nrevision = 'a'\n\
        def upgrade():\n    op.create_table('t', sa.Column('at', Stamp()))\n";
    let files = [("versions/a.py", revision), ("app/__init__.py", ""), ("app/types.py", types)];
    let source = read(Dialect::Postgres, &files);
    assert_eq!(columns(&source, "t"), "at timestamptz", "{:?}", source.unanalyzed);
}

#[test]
fn a_file_of_a_librarys_name_in_a_package_is_not_the_library() {
    let revision =
        "from alembic import op\nrevision = 'a'\ndef upgrade():\n    op.execute('CREATE TABLE t (a int)')\n";
    let files = [("m/__init__.py", ""), ("m/alembic.py", "op = None\n"), ("m/versions/a.py", revision)];
    let files: MemoryFiles = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect();
    let sources = Sources::new(Box::new(files));
    let source = load(&Project::new(&sources), &["m/versions".to_owned()], None, &Baseline::Automatic, WHOLE);
    assert_eq!(columns(&source, "t"), "a integer");
}
