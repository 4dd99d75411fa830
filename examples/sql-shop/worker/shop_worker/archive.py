"""Moves the orders of past years into the archive."""
from __future__ import annotations

from shop_worker.database import connect

MOVE = """
    WITH moved AS (
        DELETE FROM orders WHERE status = 'sent' AND placed_at < %s RETURNING *
    )
    INSERT INTO archived_orders SELECT * FROM moved
"""


def main() -> None:
    with connect() as connection:
        (day,) = connection.execute("SELECT date_trunc('year', now()) AS day").fetchone().values()
        print(connection.execute(MOVE, (day,)).rowcount)


if __name__ == "__main__":
    main()
