"""The names of commits. Frozen: later changes are later revisions, whatever `tables.py` says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("writer", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
