"""order totals

Revision ID: a9d3107e5f48
Revises: 8e42b6f71c05
Create Date: 2024-09-30 08:05:44
"""
from alembic import op
import sqlalchemy as sa

revision = "a9d3107e5f48"
down_revision = "8e42b6f71c05"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("orders") as batch:
        batch.add_column(sa.Column("total_cents", sa.Integer(), nullable=True))
    op.execute(
        """
        UPDATE orders SET total_cents = (
            SELECT sum(l.quantity * p.price_cents)
            FROM order_lines l JOIN products p ON p.id = l.product_id
            WHERE l.order_id = orders.id
        )
        """
    )


def downgrade() -> None:
    with op.batch_alter_table("orders") as batch:
        batch.drop_column("total_cents")
