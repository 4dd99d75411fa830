"""track changes

Revision ID: 8e42b6f71c05
Revises: 5c81e94a0d27
Create Date: 2024-03-18 11:22:10
"""
from alembic import op
import sqlalchemy as sa

revision = "8e42b6f71c05"
down_revision = "5c81e94a0d27"
branch_labels = None
depends_on = None

TRACKED = ["products", "customers"]


def upgrade() -> None:
    for table in TRACKED:
        op.add_column(table, sa.Column("updated_at", sa.DateTime(), nullable=True))
        op.create_index(f"ix_{table}_updated_at", table, ["updated_at"])


def downgrade() -> None:
    for table in reversed(TRACKED):
        op.drop_index(f"ix_{table}_updated_at", table_name=table)
        op.drop_column(table, "updated_at")
