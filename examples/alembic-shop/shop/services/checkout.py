from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session, selectinload

from shop.models import Customer, Order, OrderLine
from shop.repositories.products import ProductRepository


def place_order(session: Session, customer: Customer, cart: dict[int, int]) -> Order:
    prices = ProductRepository(session).prices(list(cart))
    order = Order(
        customer=customer,
        total_cents=sum(prices[product_id] * quantity for product_id, quantity in cart.items()),
        lines=[OrderLine(product_id=product_id, quantity=quantity) for product_id, quantity in cart.items()],
    )
    session.add(order)
    session.commit()
    return order


def packing_list(session: Session, order_id: int) -> list[str]:
    query = (
        select(Order)
        .where(Order.id == order_id)
        .options(selectinload(Order.lines).selectinload(OrderLine.product))
    )
    order = session.scalars(query).one()
    return [f"{line.quantity} x {line.product.title}" for line in order.lines]


def coupon_usage(session: Session) -> dict[str, int]:
    rows = session.execute(text("SELECT coupon, count(*) AS uses FROM orders WHERE coupon IS NOT NULL GROUP BY coupon"))
    return {row.coupon: row.uses for row in rows}


def mark_paid(session: Session, order_id: int) -> None:
    session.execute(text("UPDATE orders SET state = 'paid' WHERE id = :id"), {"id": order_id})
    session.commit()
