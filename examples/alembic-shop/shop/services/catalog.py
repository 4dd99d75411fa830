from __future__ import annotations

from shop.models import Product
from shop.repositories.products import ProductRepository


def card(product: Product) -> dict[str, object]:
    return {"sku": product.sku, "title": product.title, "price": product.price_cents / 100}


def search(products: ProductRepository, words: str) -> list[dict[str, object]]:
    return [card(product) for product in products.search(words)]


def rename(products: ProductRepository, sku: str, title: str) -> bool:
    product = products.by_sku(sku)
    if product is None:
        return False
    product.title = title
    products.session.commit()
    return True
