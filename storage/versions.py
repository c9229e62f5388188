"""A version of every day: cheap to read, and another one whenever something of the day changed."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from storage.tables import held, journal, note
from storage.values import DayId, HeldState


class Version(NamedTuple):
    """Compared for being the same only."""

    heads: int
    """The sum of the notes' heads, which only grow."""
    journal: int
    """The newest line of the journal: a heading that was changed, a lock."""
    late: int
    """The sum of the numbers of late contributions, which are decided without a line."""


def of_day(db: Connection, day: DayId) -> Version:
    """The version of one day, whatever else is in the store; of a day that is not there, zeros."""
    heads = select(func.sum(note.c.head)).where(note.c.day == day)
    newest = select(func.max(journal.c.id)).where(journal.c.day == day)
    late = (
        select(func.sum(held.c.id))
        .join(note, held.c.note == note.c.id)
        .where(note.c.day == day, held.c.state == int(HeldState.LATE))
    )
    return Version(*(int(db.execute(query).scalar() or 0) for query in (heads, newest, late)))


def of_days(db: Connection) -> dict[DayId, Version]:
    """The version of each day, the latest made first; in three queries whatever is in the store."""
    heads = select(note.c.day, func.sum(note.c.head)).group_by(note.c.day)
    lines = select(journal.c.day, func.max(journal.c.id)).group_by(journal.c.day)
    late = (
        select(note.c.day, func.sum(held.c.id))
        .join(held, held.c.note == note.c.id)
        .where(held.c.state == int(HeldState.LATE))
        .group_by(note.c.day)
    )
    newest = {day: int(id) for day, id in db.execute(lines)}
    apart = {day: int(ids) for day, ids in db.execute(late)}
    found = {
        DayId(day): Version(int(sum_), newest.get(day, 0), apart.get(day, 0))
        for day, sum_ in db.execute(heads)
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1].journal, reverse=True))
