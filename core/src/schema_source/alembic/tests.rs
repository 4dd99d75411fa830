//! Whole little histories, as the database would see them.

use crate::code::project::Project;
use crate::schema::{Dialect, TableName};
use crate::schema_source::SchemaSource;
use crate::schema_source::alembic::load;
use crate::text::{MemoryFiles, Sources};

/// Reads the files (path, text) of the folder `versions` and the project around it.
fn read(dialect: Dialect, files: &[(&str, &str)]) -> SchemaSource {
    let files: MemoryFiles = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect();
    let sources = Sources::new(Box::new(files));
    load(&Project::new(&sources), &["versions".to_owned()], Some(dialect))
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
    let (schema, _) = history.schema_at("bbb1").unwrap();
    let names: Vec<&str> = schema.tables.iter().map(|table| table.name.name.as_str()).collect();
    assert_eq!(names, ["t_d", "t_c", "t_b"]);
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
