"""The tables. Times are UTC milliseconds; ids are opaque strings that the caller makes.

What a day contains goes with it: deleting a row of `day` deletes all that hangs on it (O5).
Authors are plain strings, not references: a row of the log outlives nothing and nobody, and may
be written by the server itself or by a link used as a person.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

_counter = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts by itself only in a column that is declared INTEGER."""


def _belongs_to(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


day = Table(
    "day",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("subtitle", Text, nullable=False),
    Column("organiser", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("date", String, nullable=False),
    Column("timezone", String, nullable=False),
    Column("language", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("delete_after", BigInteger),
)

section = Table(
    "section",
    metadata,
    Column("id", String, primary_key=True),
    Column("day", String, _belongs_to("day.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String, nullable=False),
)

item = Table(
    "item",
    metadata,
    Column("id", String, primary_key=True),
    Column("day", String, _belongs_to("day.id"), nullable=False, index=True),
    Column("section", String, _belongs_to("section.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("start", String, nullable=False),
    Column("end", String, nullable=False),
    Column("people", JSON, nullable=False),
    Column("questions", JSON, nullable=False),
)

note = Table(
    "note",
    metadata,
    Column("id", String, primary_key=True),
    Column("day", String, _belongs_to("day.id"), nullable=False, index=True),
    Column("item", String, _belongs_to("item.id"), unique=True),
    Column("head", BigInteger, nullable=False),
    Column("locked_seq", BigInteger),
    Column("locked_by", String),
    Column("locked_at", BigInteger),
    Column("locked_why", Text),
    Column("created_at", BigInteger, nullable=False),
)

link = Table(
    "link",
    metadata,
    Column("id", String, primary_key=True),
    Column("day", String, _belongs_to("day.id"), nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("secret_hash", String, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

person = Table(
    "person",
    metadata,
    Column("id", String, primary_key=True),
    Column("day", String, _belongs_to("day.id"), nullable=False, index=True),
    Column("link", String, _belongs_to("link.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("role", String, nullable=False),
    Column("colour", String, nullable=False),
    Column("joined_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),
)

log = Table(
    "log",
    metadata,
    Column("note", String, _belongs_to("note.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),
    Column("author", String, nullable=False),
    Column("connection", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("crc32", BigInteger, nullable=False),
    # One tree in key order instead of a table and an index: a commit writes one page a note, and
    # a note is read from neighbouring pages.
    sqlite_with_rowid=False,
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("note", String, _belongs_to("note.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("sha256", String, nullable=False),
    Column("verified_at", BigInteger),
)

held = Table(
    "held",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("note", String, _belongs_to("note.id"), nullable=False),
    Column("author", String, nullable=False),
    Column("connection", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("state", Integer, nullable=False),
    Column("decided_by", String),
    Column("decided_at", BigInteger),
    Index("ix_held_note_state", "note", "state"),
    # A number is never used twice, even after the newest held update has been deleted.
    sqlite_autoincrement=True,
)

writer = Table(
    "writer",
    metadata,
    Column("note", String, _belongs_to("note.id"), primary_key=True),
    Column("client", BigInteger, primary_key=True, autoincrement=False),
    Column("person", String, nullable=False),
    sqlite_with_rowid=False,
)

journal = Table(
    "journal",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("day", String, _belongs_to("day.id"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("note", String),
    sqlite_autoincrement=True,
)

setting = Table(
    "setting",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

planned_lock = Table(
    "planned_lock",
    metadata,
    Column("note", String, _belongs_to("note.id"), primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("why", Text, nullable=False),
)

publication = Table(
    "publication",
    metadata,
    Column("day", String, _belongs_to("day.id"), primary_key=True),
    Column("what", String, nullable=False),
    Column("names", Boolean, nullable=False),
    Column("exceptions", JSON, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
)
