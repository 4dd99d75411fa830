from __future__ import annotations

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy.orm import Session

from shop.database import get_session
from shop.models import Customer
from shop.repositories.products import ProductRepository
from shop.services import catalog, checkout

app = FastAPI()


class OrderRequest(BaseModel):
    customer_id: int
    cart: dict[int, int]


@app.get("/products")
def products(words: str = "", session: Session = Depends(get_session)) -> list[dict[str, object]]:
    return catalog.search(ProductRepository(session), words)


@app.get("/products/{sku}")
def product(sku: str, session: Session = Depends(get_session)) -> dict[str, object]:
    found = ProductRepository(session).by_sku(sku)
    if found is None:
        raise HTTPException(404)
    return {**catalog.card(found), "title": found.title.strip()}


@app.get("/categories")
def categories(session: Session = Depends(get_session)) -> list[str]:
    return ProductRepository(session).categories()


@app.post("/orders", status_code=201)
def order(request: OrderRequest, session: Session = Depends(get_session)) -> dict[str, int]:
    customer = session.get(Customer, request.customer_id)
    if customer is None:
        raise HTTPException(404)
    placed = checkout.place_order(session, customer, request.cart)
    return {"id": placed.id}


@app.get("/orders/{order_id}/packing-list")
def packing_list(order_id: int, session: Session = Depends(get_session)) -> list[str]:
    return checkout.packing_list(session, order_id)
