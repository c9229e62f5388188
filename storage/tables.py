"""The tables. Times are UTC milliseconds; ids are opaque strings that the caller makes.

What a day contains goes with it: deleting a row of `day` deletes all that hangs on it (O5).
Authors are plain strings, not references: a row of the log outlives nothing and nobody, and may
be written by the server itself or by a link used as a person.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

from storage.text import Json, Word, Words

metadata = MetaData()

_counter = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts by itself only in a column that is declared INTEGER."""


def _belongs_to(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


day = Table(
    "day",
    metadata,
    Column("id", Word, primary_key=True),
    Column("title", Words, nullable=False),
    Column("subtitle", Words, nullable=False),
    Column("organiser", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("date", Word, nullable=False),
    Column("timezone", Word, nullable=False),
    Column("language", Word, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("delete_after", BigInteger),
)

section = Table(
    "section",
    metadata,
    Column("id", Word, primary_key=True),
    Column("day", Word, _belongs_to("day.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("title", Words, nullable=False),
    Column("kind", Word, nullable=False),
    Column("removed_at", BigInteger),
    Column("source", Word, nullable=False, server_default=""),
)

item = Table(
    "item",
    metadata,
    Column("id", Word, primary_key=True),
    Column("day", Word, _belongs_to("day.id"), nullable=False, index=True),
    Column("section", Word, _belongs_to("section.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("title", Words, nullable=False),
    Column("room", Words, nullable=False),
    Column("start", Word, nullable=False),
    Column("end", Word, nullable=False),
    Column("people", Json, nullable=False),
    Column("questions", Json, nullable=False),
    Column("removed_at", BigInteger),
    Column("blank_seq", BigInteger),
    Column("source", Word, nullable=False, server_default=""),
)

note = Table(
    "note",
    metadata,
    Column("id", Word, primary_key=True),
    Column("day", Word, _belongs_to("day.id"), nullable=False, index=True),
    Column("item", Word, _belongs_to("item.id"), unique=True),
    Column("head", BigInteger, nullable=False),
    Column("locked_seq", BigInteger),
    Column("locked_by", Word),
    Column("locked_at", BigInteger),
    Column("locked_why", Words),
    Column("created_at", BigInteger, nullable=False),
)

link = Table(
    "link",
    metadata,
    Column("id", Word, primary_key=True),
    Column("day", Word, _belongs_to("day.id"), nullable=False, index=True),
    Column("role", Word, nullable=False),
    Column("secret_hash", Word, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

person = Table(
    "person",
    metadata,
    Column("id", Word, primary_key=True),
    Column("day", Word, _belongs_to("day.id"), nullable=False, index=True),
    Column("link", Word, _belongs_to("link.id"), nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("role", Word, nullable=False),
    Column("colour", Word, nullable=False),
    Column("joined_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),
)

log = Table(
    "log",
    metadata,
    Column("note", Word, _belongs_to("note.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),
    Column("author", Word, nullable=False),
    Column("connection", Word, nullable=False),
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
    Column("note", Word, _belongs_to("note.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("sha256", Word, nullable=False),
    Column("verified_at", BigInteger),
)

held = Table(
    "held",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("note", Word, _belongs_to("note.id"), nullable=False),
    Column("author", Word, nullable=False),
    Column("connection", Word, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("state", Integer, nullable=False),
    Column("decided_by", Word),
    Column("decided_at", BigInteger),
    Index("ix_held_note_state", "note", "state"),
    # A number is never used twice, even after the newest held update has been deleted.
    sqlite_autoincrement=True,
)

writer = Table(
    "writer",
    metadata,
    Column("note", Word, _belongs_to("note.id"), primary_key=True),
    Column("client", BigInteger, primary_key=True, autoincrement=False),
    Column("person", Word, nullable=False),
    sqlite_with_rowid=False,
)

journal = Table(
    "journal",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("day", Word, _belongs_to("day.id"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Word, nullable=False),
    Column("what", Word, nullable=False),
    Column("why", Words, nullable=False),
    Column("note", Word),
    sqlite_autoincrement=True,
)

batch = Table(
    "batch",
    metadata,
    Column("writer", Word, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("kept", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
)

setting = Table(
    "setting",
    metadata,
    Column("key", Word, primary_key=True),
    Column("value", Words, nullable=False),
)

planned_lock = Table(
    "planned_lock",
    metadata,
    Column("note", Word, _belongs_to("note.id"), primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("by", Word, nullable=False),
    Column("why", Words, nullable=False),
)

muted = Table(
    "muted",
    metadata,
    Column("person", Word, _belongs_to("person.id"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", Word, nullable=False),
)

publication = Table(
    "publication",
    metadata,
    Column("day", Word, _belongs_to("day.id"), primary_key=True),
    Column("what", Word, nullable=False),
    Column("names", Boolean, nullable=False),
    Column("exceptions", Json, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Word, nullable=False),
)

code = Table(
    "code",
    metadata,
    Column("link", Word, _belongs_to("link.id"), primary_key=True),
    Column("day", Word, _belongs_to("day.id"), nullable=False, index=True),
    Column("seed", Word, nullable=False),
    Column("secret_hash", Word, nullable=False, unique=True),
    Column("ends_at", BigInteger, nullable=False),
)

webhook = Table(
    "webhook",
    metadata,
    Column("id", Word, primary_key=True),
    Column("day", Word, _belongs_to("day.id"), nullable=False, index=True),
    Column("url", Words, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("by", Word, nullable=False),
    Column("delivered", BigInteger, nullable=False),
    Column("given_up", BigInteger, nullable=False),
    Column("tried_at", BigInteger),
    Column("status", Integer),
    Column("failure", Word),
    Column("gone_at", BigInteger),
)

delivery = Table(
    "delivery",
    metadata,
    Column("webhook", Word, _belongs_to("webhook.id"), primary_key=True),
    Column("event", Word, primary_key=True),
    Column("type", Word, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("note", Word),
    Column("title", Words, nullable=False),
    Column("state", Word, nullable=False),
    Column("seq", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False, index=True),
)
