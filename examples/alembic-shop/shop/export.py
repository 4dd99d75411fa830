"""Writes the catalog as CSV, for the price comparison sites. Runs every night."""
import csv
import sys

from sqlalchemy import select

from shop.database import SessionLocal
from shop.models import Category, Product

COLUMNS = ["sku", "title", "category"]


def main() -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    query = select(Product.sku, Product.title, Category.title).join(Product.category)
    with SessionLocal() as session:
        for sku, title, category in session.execute(query):
            writer.writerow([sku, title, category])


if __name__ == "__main__":
    main()
