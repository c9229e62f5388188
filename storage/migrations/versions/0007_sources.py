"""What sections and items are called in the file that they came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("section", sa.Column("source", sa.String, nullable=False, server_default=""))
    op.add_column("item", sa.Column("source", sa.String, nullable=False, server_default=""))
