"""Runs shapes that write rows, with the column `plan` nullable and with it NOT NULL; prints their outcomes as JSON.

    required.py MODELS.py SHAPES.json

A shape is Python; `; ` stands between its statements. `s` is a session, `c` a connection. It fails if it raises only where the column is
NOT NULL, and works if it raises in neither. Each table has one row, which has a value.
"""

import importlib.util
import json
import sys

from sqlalchemy import bindparam, create_engine, insert, literal, null, select, text, update
from sqlalchemy.dialects.sqlite import insert as dinsert
from sqlalchemy.orm import Session


def load(path):
    spec = importlib.util.spec_from_file_location("models", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(models, code, required):
    for table in models.Base.metadata.tables.values():
        if "plan" in table.c:
            table.c.plan.nullable = not required
    engine = create_engine("sqlite://")
    models.Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for table in models.Base.metadata.tables.values():
            names, values = ("id, name, plan", "1, 'n', '1'") if "plan" in table.c else ("id", "1")
            connection.execute(text(f"INSERT INTO {table.name} ({names}) VALUES ({values})"))
    known = {name: value for name, value in vars(models).items() if not name.startswith("__")}
    known |= dict(
        bindparam=bindparam, dinsert=dinsert, insert=insert, literal=literal, null=null, select=select, text=text, update=update
    )
    try:
        with engine.connect() as connection, Session(engine) as session:
            exec(code, {**known, "s": session, "c": connection})
            session.commit()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


models = load(sys.argv[1])
found = []
for row in json.load(open(sys.argv[2])):
    code = row["shape"].replace("; ", "\n")
    nullable, required = run(models, code, False), run(models, code, True)
    outcome = "broken: " + nullable if nullable else "fails" if required else "works"
    found.append({"shape": row["shape"], "outcome": outcome})
print(json.dumps(found))
