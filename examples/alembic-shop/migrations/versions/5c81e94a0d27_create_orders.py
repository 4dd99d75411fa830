"""create orders

Revision ID: 5c81e94a0d27
Revises: 1f0c2a7d9b31
Create Date: 2023-10-09 16:40:03
"""
from alembic import op
import sqlalchemy as sa

revision = "5c81e94a0d27"
down_revision = "1f0c2a7d9b31"
branch_labels = None
depends_on = None

ORDER_STATES = ("new", "paid", "sent")


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(320), nullable=False, unique=True),
        sa.Column("full_name", sa.String(200), nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("state", sa.Enum(*ORDER_STATES, name="order_state"), nullable=False, server_default="new"),
        sa.Column("coupon", sa.String(40), nullable=True),
        sa.Column("placed_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
    )
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.Integer(), sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("product_id", sa.Integer(), sa.ForeignKey("products.id"), primary_key=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
    )
    op.create_table("coupon_imports", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("csv", sa.Text()))


def downgrade() -> None:
    for table in ("coupon_imports", "order_lines", "orders", "customers"):
        op.drop_table(table)
