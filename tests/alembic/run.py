"""Runs histories of Alembic up and down again, revision by revision, and prints what the database has after each.

Reads a JSON object from standard input: `catalog`, what prints the facts of a database (a file of SQL, or `sqlite.py`),
`folder`, in which all files of histories are,
and `histories`, each with its `folder`, its version `locations` in the order in which Alembic is given them, and the
`url` of an empty database. Lines of the output: `@@history N`, `@@up ID` and `@@down ID`, each with the facts behind it,
one a line, and `@@error TEXT`, which ends a history.
"""

import importlib.util
import json
import os
import sys

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def facts_of_sql(path):
    with open(path, encoding="utf-8") as file:
        statements = [part for part in file.read().split(";\n") if part.strip()]

    def print_facts(connection):
        cursor = connection.connection.cursor()
        for statement in statements:
            cursor.execute(statement)
            for (fact,) in cursor.fetchall():
                print(fact if isinstance(fact, str) else json.dumps(fact))

    return print_facts


def facts_by(path):
    if path.endswith(".sql"):
        return facts_of_sql(path)
    catalog = load(path, "catalog")
    return lambda connection: catalog.print_catalog(connection.connection.driver_connection)


def run(history, print_facts):
    config = Config()
    config.set_main_option("script_location", history["folder"])
    script = ScriptDirectory(history["folder"], version_locations=history["locations"])
    env = os.path.join(history["folder"], "env.py")
    metadata = load(env, "env").target_metadata if os.path.exists(env) else None
    engine = sa.create_engine(history["url"])

    def after(ctx, step, heads, run_args):
        print("@@up" if step.is_upgrade else "@@down", step.up_revision_id)
        print_facts(ctx.connection)

    def go(steps):
        with engine.connect() as connection, EnvironmentContext(config, script, fn=steps) as environment:
            environment.configure(connection=connection, target_metadata=metadata, on_version_apply=after)
            with environment.begin_transaction():
                environment.run_migrations()
            connection.commit()

    # A database in memory is kept by the engine's pool from one connection to the next.
    go(lambda heads, ctx: script._upgrade_revs("heads", heads))
    if history["down"]:
        go(lambda heads, ctx: script._downgrade_revs("base", heads))


def main():
    work = json.load(sys.stdin)
    print_facts = facts_by(work["catalog"])
    before, path = set(sys.modules), list(sys.path)
    for number, history in enumerate(work["histories"]):
        print(f"@@history {number}")
        # Modules of a history are called as those of another one.
        for name in set(sys.modules) - before:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(work["folder"]):
                del sys.modules[name]
        sys.path[:] = [history["folder"], *path]
        try:
            run(history, print_facts)
        except Exception as error:
            print("@@error", type(error).__name__, str(error).replace("\n", " "))


main()
