"""Addresses that are told what happens to a day, and what they have not been told yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("day", sa.String, sa.ForeignKey("day.id", ondelete="CASCADE"), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("delivered", sa.BigInteger, nullable=False),
        sa.Column("given_up", sa.BigInteger, nullable=False),
        sa.Column("tried_at", sa.BigInteger),
        sa.Column("status", sa.Integer),
        sa.Column("failure", sa.String),
        sa.Column("gone_at", sa.BigInteger),
    )
    op.create_index("ix_webhook_day", "webhook", ["day"])
    op.create_table(
        "delivery",
        sa.Column(
            "webhook", sa.String, sa.ForeignKey("webhook.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("event", sa.String, primary_key=True),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("note", sa.String),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("seq", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_delivery_due_at", "delivery", ["due_at"])
