"""sales channels instead of coupons

Revision ID: c2b75f08d9ea
Revises: a9d3107e5f48
Create Date: 2025-02-11 14:31:27
"""
from alembic import op
import sqlalchemy as sa

revision = "c2b75f08d9ea"
down_revision = "a9d3107e5f48"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("orders") as batch:
        batch.drop_column("coupon")
        batch.add_column(sa.Column("channel", sa.String(20), nullable=False))
    op.alter_column("products", "title", new_column_name="name")
    op.drop_table("coupon_imports")


def downgrade() -> None:
    op.create_table("coupon_imports", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("csv", sa.Text()))
    op.alter_column("products", "name", new_column_name="title")
    with op.batch_alter_table("orders") as batch:
        batch.drop_column("channel")
        batch.add_column(sa.Column("coupon", sa.String(40), nullable=True))
