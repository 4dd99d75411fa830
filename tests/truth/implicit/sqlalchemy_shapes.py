"""What calls of SQLAlchemy do, executed on SQLite: prints the shapes as rows of the table of implicit references.

    python sqlalchemy_shapes.py MODELS_FOLDER SHAPES

MODELS_FOLDER holds models.py, which makes the tables; SHAPES is a list of calls. What stands before `/* then */` prepares.
Each shape is run on a fresh database for each of the columns that it is asked about: as it is, with the column gone, with
another column that is NOT NULL, and with the column itself made NOT NULL without a default.
"""
import json
import re
import sys

import sqlalchemy
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

# The columns that every shape is asked about: a plain one, and a foreign key.
COLUMNS = ["users.legacy", "children.legacy_fk"]

KINDS = "knull kdef kcall ksql ksrv ksrveager ksrvnoeager konup kdefd kgroup kactive kcp kexcl".split()

ROWS = [
    "INSERT INTO users (id, name, n, legacy) VALUES (1, 'a', 1, 'l'), (2, 'b', 2, 'l'), (3, 'c', 3, 'l')",
    "INSERT INTO posts (id, title, user_id) VALUES (1, 'p1', 1), (2, 'p2', 2)",
    "INSERT INTO eager (id, user_id) VALUES (1, 1)",
    "INSERT INTO eager_s (id, user_id) VALUES (1, 1)",
    "INSERT INTO groups (id) VALUES (1)",
    "INSERT INTO user_group (user_id, group_id) VALUES (1, 1)",
    "INSERT INTO owners (id, name) VALUES (1, 'o'), (3, 'o3')",
    "INSERT INTO children (id, title, legacy_fk) VALUES (1, 'c', 1), (3, 'c3', 3)",
    "INSERT INTO boxes (id) VALUES (1)",
    "INSERT INTO items (id, name, box_id, legacy) VALUES (1, 'i', 1, 'l')",
    "INSERT INTO emps (id, name, type) VALUES (1, 'e', 'eng')",
    "INSERT INTO engs (id, skill, legacy) VALUES (1, 's', 'l')",
    "INSERT INTO animals (id, name, type, legacy) VALUES (1, 'd', 'dog', 'l'), (2, 'c', 'cat', 'l')",
    *[f"INSERT INTO {kind} (id, name, legacy) VALUES (1, 'k', 'l')" for kind in KINDS],
]


def changed(connection, table, column, change):
    """Makes the change. SQLite alters little: the text of a table's definition is edited, as its documentation allows."""
    if change == "drop":
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME COLUMN {column} TO gone")
        return
    (before,) = connection.exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE name = '{table}'").one()
    if change == "unmapped":
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN must TEXT NOT NULL DEFAULT 'm'")
        edit = "replace(sql, ' DEFAULT ''m''', '')"
    else:
        after = re.sub(rf"(\n\s*{column} \w+)[^,\n]*", r"\1 NOT NULL", before)
        assert after != before, before
        edit = "'" + after.replace("'", "''") + "'"
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(f"UPDATE sqlite_master SET sql = {edit} WHERE type = 'table' AND name = '{table}'")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def database(models, target, change):
    engine = create_engine("sqlite://")
    models.Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for statement in ROWS:
            connection.exec_driver_sql(statement)
    if change:
        table, column = target.split(".")
        with engine.connect() as connection:
            changed(connection, table, column, change)
            if hasattr(connection, "commit"):
                connection.commit()
    return engine


def given(session):
    """The names that a call is written with."""
    names = {}
    for module in ("sqlalchemy", "sqlalchemy.orm", "models"):
        exec(f"from {module} import *", names)
    from sqlalchemy.dialects.sqlite import insert

    names.update(s=session, dinsert=insert)
    return names


def run(models, call, target=None, change=None):
    """The statements of the judged part and its error; an error of the preparation is raised."""
    before, judged = call.split("/* then */", 1) if "/* then */" in call else ("", call)
    engine = database(models, target, change)
    sent = []
    with Session(engine, **({"future": True} if sqlalchemy.__version__.startswith("1.") else {})) as session:
        names = given(session)
        exec(before.strip(), names)
        listen = lambda *args: sent.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        try:
            exec(judged.strip(), names)
        except Exception as error:
            return sent, f"{type(error).__name__}: {error}"
    return sent, None


def says(statement, table, column):
    if re.search(rf"\b{table}(_\d+)?[._]{column}\b", statement):
        return True
    written = re.match(rf"(INSERT( OR \w+)? INTO|UPDATE|DELETE FROM) {table}\b", statement)
    return bool(written and re.search(rf"\b{column}\b", statement))


def fails(models, call, target, change):
    try:
        return run(models, call, target, change)[1] is not None
    except Exception:
        return None  # The preparation itself fails: nothing to be judged.


def main(folder, shapes):
    sys.path.insert(0, folder)
    import models

    rows = []
    release = tuple(int(part) for part in sqlalchemy.__version__.split(".")[:2])
    for shape in json.load(open(shapes, encoding="utf-8")):
        if tuple(shape.get("since", [0])) > release:
            continue
        call = shape["call"]
        sent, error = run(models, call)
        if error:
            raise SystemExit(f"{call}: fails as it is: {error}")
        for target in shape.get("columns", COLUMNS):
            table, column = target.split(".")
            rows.append(
                {
                    "id": f"{call} about {target}",
                    "orm": "SQLAlchemy",
                    "version": sqlalchemy.__version__,
                    "database": "SQLite",
                    "call": call,
                    "condition": shape.get("condition", ""),
                    "target": target,
                    "mentions": bool(re.search(rf"\b{column}\b", call)),
                    "names": any(says(statement, table, column) for statement in sent),
                    "drop": fails(models, call, target, "drop"),
                    "unmapped": fails(models, call, target, "unmapped"),
                    "required": fails(models, call, target, "required"),
                }
            )
    print(json.dumps(rows))


main(*sys.argv[1:3])
