"""The log of a note, read from the store as it is on disk."""

from __future__ import annotations

from storage import log
from storage.database import Database
from storage.values import NoteId, Row
from tests.protocol.days import Day


def rows_of(day: Day, note: str | None = None) -> list[Row]:
    """All rows of a note, in order; the server may be running."""
    with Database.open(day.server.data) as database, database.read() as db:
        return log.tail(db, NoteId(note or day.note), 0)
