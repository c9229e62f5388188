"""The journal of a day: who did what, when and why. Lines are added, never changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.native import native
from storage.tables import journal
from storage.text import checked
from storage.values import DayId, Milliseconds, NoteId

_WRITE = "INSERT INTO journal (day, at, who, what, why, note) VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class JournalLine:
    """`who` is a person's id, or the name of what acted; `what` is a short fixed word."""

    id: int
    day: DayId
    at: Milliseconds
    who: str
    what: str
    why: str
    note: NoteId | None


def write(
    db: Connection,
    day: DayId,
    *,
    at: Milliseconds,
    who: str,
    what: str,
    why: str = "",
    note: NoteId | None = None,
) -> None:
    """Add a line to the journal of the day."""
    db.exec_driver_sql(
        native(db, _WRITE), (day, at, who, what, checked(why, "A line of the journal"), note)
    )


def of_day(db: Connection, day: DayId, *, after: int = 0) -> list[JournalLine]:
    """The lines of the day with an id above `after`, in the order in which they were written."""
    query = select(journal).where(journal.c.day == day, journal.c.id > after).order_by(journal.c.id)
    return [
        JournalLine(
            id=row.id,
            day=DayId(row.day),
            at=Milliseconds(row.at),
            who=row.who,
            what=row.what,
            why=row.why,
            note=None if row.note is None else NoteId(row.note),
        )
        for row in db.execute(query)
    ]
