"""What was taken out of a programme stays in the store, with its note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("section", sa.Column("removed_at", sa.BigInteger))
    op.add_column("item", sa.Column("removed_at", sa.BigInteger))
    op.add_column("item", sa.Column("blank_seq", sa.BigInteger))
