"""What is published of a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("day", sa.String, sa.ForeignKey("day.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("names", sa.Boolean, nullable=False),
        sa.Column("exceptions", sa.JSON, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String, nullable=False),
    )
