"""Prints the labels of the orders that were paid."""
from __future__ import annotations

from psycopg import Connection
from psycopg.rows import DictRow

from shop_worker.database import connect

PAID = """
    SELECT o.*, c.name
    FROM orders AS o
    JOIN customers AS c ON c.id = o.customer_id
    WHERE o.status = 'paid'
    ORDER BY o.placed_at
"""


def send(connection: Connection[DictRow]) -> int:
    sent = 0
    with connection.cursor() as cursor:
        for order in cursor.execute(PAID).fetchall():
            print(f"Order {order['id']} for {order['name']}")
            if order["note"]:
                print(f"Note: {order['note']}")
            cursor.execute("UPDATE orders SET status = 'sent' WHERE id = %s", (order["id"],))
            sent += 1
    return sent


def main() -> None:
    with connect() as connection:
        print(f"{send(connection)} labels")


if __name__ == "__main__":
    main()
