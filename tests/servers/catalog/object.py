"""Runs one case of `tests/servers/objects` on a new SQLite database in memory and prints what became of the object.

Reads a JSON object with `setup`, `change`, `uses`, `kind` and `name` from standard input. Constraints of a table have no entry of
their own in SQLite: they are there as long as the table is.
"""

import json
import sqlite3
import sys

case = json.load(sys.stdin)
connection = sqlite3.connect(":memory:", isolation_level=None)


def error_of(sql):
    try:
        connection.executescript(sql)
    except sqlite3.Error as error:
        return str(error)
    return None


def is_there():
    if case["kind"] in ("foreign key", "check", "unique", "primary key"):
        return True
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = [row[1] for table in tables for row in connection.execute(f"PRAGMA table_xinfo({table})")]
    named = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (case["name"],)).fetchone()[0]
    return bool(named) or case["name"] in columns


uses = f"BEGIN;\n{case['uses']}\nROLLBACK;\n"
failed = error_of(case["setup"]) or error_of(uses)
if failed:
    sys.exit(f"before the change: {failed}")
if error_of(case["change"]):
    print("refused")
elif not is_there():
    print("taken")
else:
    print("fails" if error_of(uses) else "stays")
