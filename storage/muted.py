"""Who may read and not write in their day, until somebody gives it back to them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from storage.tables import muted
from storage.values import Milliseconds, PersonId


@dataclass(frozen=True, slots=True)
class Mute:
    """Since when somebody may not write, and who took it from them."""

    person: PersonId
    at: Milliseconds
    by: PersonId


def mute(db: Connection, new: Mute) -> bool:
    """Take writing from a person; False when it was taken before, and that stays as it is."""
    if db.execute(select(muted.c.at).where(muted.c.person == new.person)).first() is not None:
        return False
    db.execute(insert(muted).values(person=new.person, at=new.at, by=new.by))
    return True


def unmute(db: Connection, person: PersonId) -> bool:
    """Give it back; False when it was not taken."""
    return db.execute(delete(muted).where(muted.c.person == person)).rowcount == 1


def everybody(db: Connection) -> dict[PersonId, Mute]:
    """All who are muted, of every day."""
    return {PersonId(row.person): Mute(**row._mapping) for row in db.execute(select(muted))}
