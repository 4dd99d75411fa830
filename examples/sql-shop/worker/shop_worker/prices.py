"""Takes the price lists of suppliers in."""
from __future__ import annotations

import csv
import sys

from shop_worker.database import connect


def supplier_id(connection, name: str) -> int:
    row = connection.execute("SELECT id FROM suppliers WHERE name = %s", (name,)).fetchone()
    if row is None:
        row = connection.execute("INSERT INTO suppliers (name) VALUES (%s) RETURNING id", (name,)).fetchone()
    return row["id"]


def main() -> None:
    name, path = sys.argv[1:]
    with connect() as connection, open(path, newline="") as file:
        supplier = supplier_id(connection, name)
        for line in csv.DictReader(file):
            connection.execute(
                """
                INSERT INTO products (sku, title, price_cents, supplier_id)
                VALUES (%(sku)s, %(title)s, %(price)s, %(supplier)s)
                ON CONFLICT (sku) DO UPDATE SET price_cents = excluded.price_cents
                """,
                {"sku": line["sku"], "title": line["title"], "price": int(line["price"]), "supplier": supplier},
            )


if __name__ == "__main__":
    main()
