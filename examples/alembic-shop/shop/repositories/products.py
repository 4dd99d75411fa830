from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.models import Category, Product


class ProductRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def by_sku(self, sku: str) -> Optional[Product]:
        return self.session.scalars(select(Product).where(Product.sku == sku)).one_or_none()

    def search(self, words: str) -> Sequence[Product]:
        query = select(Product).where(Product.title.ilike(f"%{words}%")).order_by(Product.title)
        return self.session.scalars(query).all()

    def prices(self, ids: list[int]) -> dict[int, int]:
        rows = self.session.execute(select(Product.id, Product.price_cents).where(Product.id.in_(ids)))
        return {row.id: row.price_cents for row in rows}

    def categories(self) -> list[str]:
        return [category.title for category in self.session.scalars(select(Category))]
