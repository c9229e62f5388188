"""The first tables. Frozen: later changes are later revisions, whatever `tables.py` says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _belongs_to(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column, ondelete="CASCADE")


def upgrade() -> None:
    _counter = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "day",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("subtitle", sa.Text, nullable=False),
        sa.Column("organiser", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("date", sa.String, nullable=False),
        sa.Column("timezone", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("delete_after", sa.BigInteger),
    )
    op.create_table(
        "section",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("day", sa.String, _belongs_to("day.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
    )
    op.create_index("ix_section_day", "section", ["day"])
    op.create_table(
        "item",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("day", sa.String, _belongs_to("day.id"), nullable=False),
        sa.Column("section", sa.String, _belongs_to("section.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("room", sa.Text, nullable=False),
        sa.Column("start", sa.String, nullable=False),
        sa.Column("end", sa.String, nullable=False),
        sa.Column("people", sa.JSON, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
    )
    op.create_index("ix_item_day", "item", ["day"])
    op.create_index("ix_item_section", "item", ["section"])
    op.create_table(
        "note",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("day", sa.String, _belongs_to("day.id"), nullable=False),
        sa.Column("item", sa.String, _belongs_to("item.id"), unique=True),
        sa.Column("head", sa.BigInteger, nullable=False),
        sa.Column("locked_seq", sa.BigInteger),
        sa.Column("locked_by", sa.String),
        sa.Column("locked_at", sa.BigInteger),
        sa.Column("locked_why", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_note_day", "note", ["day"])
    op.create_table(
        "link",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("day", sa.String, _belongs_to("day.id"), nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("secret_hash", sa.String, nullable=False, unique=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
    )
    op.create_index("ix_link_day", "link", ["day"])
    op.create_table(
        "person",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("day", sa.String, _belongs_to("day.id"), nullable=False),
        sa.Column("link", sa.String, _belongs_to("link.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("colour", sa.String, nullable=False),
        sa.Column("joined_at", sa.BigInteger, nullable=False),
        sa.Column("removed_at", sa.BigInteger),
    )
    op.create_index("ix_person_day", "person", ["day"])
    op.create_index("ix_person_link", "person", ["link"])
    op.create_table(
        "log",
        sa.Column("note", sa.String, _belongs_to("note.id"), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("crc32", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checkpoint",
        sa.Column("note", sa.String, _belongs_to("note.id"), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("verified_at", sa.BigInteger),
    )
    op.create_table(
        "held",
        sa.Column("id", _counter, primary_key=True, autoincrement=True),
        sa.Column("note", sa.String, _belongs_to("note.id"), nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("decided_by", sa.String),
        sa.Column("decided_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_held_note_state", "held", ["note", "state"])
    op.create_table(
        "writer",
        sa.Column("note", sa.String, _belongs_to("note.id"), primary_key=True),
        sa.Column("client", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("person", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal",
        sa.Column("id", _counter, primary_key=True, autoincrement=True),
        sa.Column("day", sa.String, _belongs_to("day.id"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("note", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_day", "journal", ["day"])
    op.create_table(
        "setting",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "planned_lock",
        sa.Column("note", sa.String, _belongs_to("note.id"), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("ix_planned_lock_at", "planned_lock", ["at"])
