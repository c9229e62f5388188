"""The journal of a day: who did what, when and why. Lines are added, never changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from storage.native import run
from storage.tables import journal
from storage.tables import note as of_note
from storage.text import checked
from storage.values import DayId, Milliseconds, NoteId

_WRITE = """
INSERT INTO journal (day, at, who, what, why, note) VALUES (?, ?, ?, ?, ?, ?) RETURNING id
"""


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
) -> int:
    """Add a line to the journal of the day; its number."""
    values = (day, at, who, what, checked(why, "A line of the journal"), note)
    ((id,),) = run(db, _WRITE, values)
    return int(id)


def newest(db: Connection, note: NoteId, what: str) -> str | None:
    """Who did this with a note last; None where nobody has."""
    query = (
        select(journal.c.who)
        .join(of_note, of_note.c.day == journal.c.day)
        .where(of_note.c.id == note, journal.c.note == note, journal.c.what == what)
        .order_by(journal.c.id.desc())
        .limit(1)
    )
    found: str | None = db.execute(query).scalar()
    return found


def count(db: Connection, day: DayId, what: str, *, since: Milliseconds) -> int:
    """How often this was done to the day since that moment."""
    query = (
        select(func.count())
        .select_from(journal)
        .where(journal.c.day == day, journal.c.what == what, journal.c.at >= since)
    )
    return int(db.execute(query).scalar_one())


def newest_id(db: Connection) -> int:
    """The number of the newest line of all days: another one whenever anything was done."""
    return int(db.execute(select(func.max(journal.c.id))).scalar() or 0)


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
