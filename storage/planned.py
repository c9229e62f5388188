"""Locks planned for a later moment (K6): kept here, so that a restart forgets none."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from storage.tables import note, planned_lock
from storage.values import DayId, Milliseconds, NoteId, PersonId


@dataclass(frozen=True, slots=True)
class PlannedLock:
    """The note is to be locked at `at`, in the name of `by`."""

    note: NoteId
    at: Milliseconds
    by: PersonId
    why: str


def plan(db: Connection, new: PlannedLock) -> None:
    """Plan the lock of a note, in place of the one planned before."""
    cancel(db, new.note)
    db.execute(insert(planned_lock).values(note=new.note, at=new.at, by=new.by, why=new.why))


def cancel(db: Connection, id: NoteId) -> bool:
    """Forget the planned lock of a note: done, or no longer wanted. False when there was none."""
    return db.execute(delete(planned_lock).where(planned_lock.c.note == id)).rowcount == 1


def of_note(db: Connection, id: NoteId) -> PlannedLock | None:
    row = db.execute(select(planned_lock).where(planned_lock.c.note == id)).first()
    return None if row is None else PlannedLock(**row._mapping)


def everything(db: Connection) -> list[PlannedLock]:
    """All planned locks of all days, the earliest first."""
    query = select(planned_lock).order_by(planned_lock.c.at, planned_lock.c.note)
    return [PlannedLock(**row._mapping) for row in db.execute(query)]


def due(db: Connection, now: Milliseconds) -> list[PlannedLock]:
    """The locks whose moment has come, the earliest first, for a transaction that writes.

    Those that another process is carrying out are left to it, without waiting: where it dies of
    it, they are due again.
    """
    query = (
        select(planned_lock)
        .where(planned_lock.c.at <= now)
        .order_by(planned_lock.c.at, planned_lock.c.note)
        .with_for_update(skip_locked=True)
    )
    return [PlannedLock(**row._mapping) for row in db.execute(query)]


def of_day(db: Connection, id: DayId) -> list[PlannedLock]:
    """The planned locks of a day, the earliest first."""
    query = (
        select(planned_lock)
        .join(note, note.c.id == planned_lock.c.note)
        .where(note.c.day == id)
        .order_by(planned_lock.c.at, planned_lock.c.note)
    )
    return [PlannedLock(**row._mapping) for row in db.execute(query)]
