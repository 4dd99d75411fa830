"""Applies the steps of a history to a new SQLite database in memory and prints what it has after each, one fact a line.

Reads a JSON list of SQL texts from standard input. With the path of a database as its argument it prints what that has.
"""

import json
import sqlite3
import sys


def rows(connection, sql, *arguments):
    return connection.execute(sql, arguments).fetchall()


def print_fact(**fact):
    print(json.dumps(fact))


def print_table(connection, table, without_row_id):
    columns = rows(connection, "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?)", table)
    indexes = rows(connection, "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?)", table)
    keys = [name for _, name in sorted((pk, name) for name, _, _, _, pk, _ in columns if pk)]
    # The alias of the row id is the one primary key without an index of its own.
    alias = keys[0] if len(keys) == 1 and not without_row_id and not any(index[2] == "pk" for index in indexes) else None
    shown = [column for column in columns if column[5] != 1]
    for position, (name, kind, required, default, _, hidden) in enumerate(shown, 1):
        is_alias = name == alias
        default = None if default is not None and default.upper() == "NULL" else default
        print_fact(
            fact="column", table=table, name=name, position=position, type=kind, nullable=not (required or is_alias),
            default=default, auto=is_alias, generated=hidden in (2, 3),
        )
    if keys:
        print_fact(fact="primary_key", table=table, name=None, columns=keys)
    for name, unique, origin, partial in indexes:
        if origin == "pk":
            continue
        members = rows(connection, 'SELECT name, "desc", coll FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno', name)
        parts = [dict(column=column, descending=bool(descending), collation=collation) for column, descending, collation in members]
        print_fact(
            fact="unique" if origin == "u" else "index", table=table, name=None if origin == "u" else name,
            columns=[member[0] for member in members], parts=parts, unique=bool(unique), partial=bool(partial), method=None,
        )
    keys = {}
    for number, other, column, target, on_update, on_delete in rows(
        connection,
        'SELECT id, "table", "from", "to", on_update, on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq', table,
    ):
        key = keys.setdefault(number, dict(to=other, columns=[], to_columns=[], on_update=on_update, on_delete=on_delete))
        key["columns"].append(column)
        if target is not None:
            key["to_columns"].append(target)
    for key in keys.values():
        # No columns stand for the primary key.
        key["to_columns"] = key["to_columns"] or [name for name, in rows(
            connection, "SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", key["to"])]
        print_fact(fact="foreign_key", table=table, name=None, **key)


def print_catalog(connection):
    without = {name for name, flag in rows(connection, "SELECT name, wr FROM pragma_table_list") if flag}
    tables = rows(connection, "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    shadows = {name for name, kind in rows(connection, "SELECT name, type FROM pragma_table_list") if kind == "shadow"}
    for name, kind in tables:
        if name not in shadows:
            print_fact(fact="table", table=name, view=kind == "view")
            try:
                print_table(connection, name, name in without)
            except sqlite3.OperationalError:
                # A view of something that is gone has no columns.
                if kind != "view":
                    raise


def main():
    if len(sys.argv) > 1:
        print_catalog(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True))
        return
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for number, step in enumerate(json.load(sys.stdin), 1):
        try:
            connection.executescript(step)
        except sqlite3.Error as error:
            sys.exit(f"step {number}: {error}\n{step}")
        print(f"@@step {number}")
        print_catalog(connection)


if __name__ == "__main__":
    main()
