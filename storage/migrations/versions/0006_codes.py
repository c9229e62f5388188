"""Short codes that stand for a link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code",
        sa.Column(
            "link", sa.String, sa.ForeignKey("link.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("day", sa.String, sa.ForeignKey("day.id", ondelete="CASCADE"), nullable=False),
        sa.Column("seed", sa.String, nullable=False),
        sa.Column("secret_hash", sa.String, nullable=False, unique=True),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_code_day", "code", ["day"])
