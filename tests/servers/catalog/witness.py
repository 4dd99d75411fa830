"""Runs a proof on a new SQLite database in memory: what makes the tables, the statement, the change, the statement again.

Reads a JSON object with `before`, `statement` and `change` from standard input; prints a JSON object: what went wrong up to
the change, and how the statement fails after it.
"""

import json
import sqlite3
import sys


def error_of(run, sql):
    try:
        run(sql)
    except sqlite3.Error as error:
        return str(error)
    return None


proof = json.load(sys.stdin)
connection = sqlite3.connect(":memory:", isolation_level=None)
tried = f"BEGIN;\n{proof['statement']}ROLLBACK;\n"
first = error_of(connection.executescript, proof["before"] + tried + proof["change"])
print(json.dumps({"first": first, "second": error_of(connection.executescript, proof["statement"])}))
