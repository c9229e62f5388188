"""What is published of a day, and of which of its notes something else: one row for each day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select

from storage.tables import publication
from storage.values import DayId, Milliseconds, NoteId, PersonId


@dataclass(frozen=True, slots=True)
class Publication:
    """`what` is a short fixed word that the server gives its meaning; `exceptions` likewise, for
    single notes. `names`: those of people are shown. Chosen at `at`, by `by`."""

    day: DayId
    what: str
    names: bool
    at: Milliseconds
    by: PersonId
    exceptions: Mapping[NoteId, str] = field(default_factory=dict)


def find(db: Connection, day: DayId) -> Publication | None:
    """What was chosen for a day; None where nobody has chosen yet."""
    row = db.execute(select(publication).where(publication.c.day == day)).first()
    return None if row is None else Publication(**row._mapping)


def put(db: Connection, new: Publication) -> None:
    """Keep what was chosen, in place of what was before."""
    db.execute(delete(publication).where(publication.c.day == new.day))
    db.execute(
        insert(publication).values(
            day=new.day,
            what=new.what,
            names=new.names,
            exceptions=dict(new.exceptions),
            at=new.at,
            by=new.by,
        )
    )
