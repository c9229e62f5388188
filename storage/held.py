"""Held updates: typed in a locked note, durable, attributed, and no part of the note (K4).

Each waits until it is merged, kept as a late contribution, or discarded by a named person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, func, select, update

from storage.native import run
from storage.tables import held, note
from storage.values import (
    ConnectionId,
    DayId,
    HeldState,
    HeldUpdate,
    Milliseconds,
    NoteId,
    PersonId,
    Submission,
)

_KEEP = """
INSERT INTO held (note, author, connection, at, data, state) VALUES (?, ?, ?, ?, ?, 0) RETURNING id
"""


Mark = tuple[int, int]
"""How many updates wait in a note, and the highest number among them."""


def keep(db: Connection, submission: Submission) -> int:
    """Keep a submission aside, open, and give its number."""
    one = submission
    values = (one.note, one.author, one.connection, one.at, one.data)
    ((id,),) = run(db, _KEEP, values)
    return int(id)


def of_note(db: Connection, note_id: NoteId, *, state: HeldState | None = None) -> list[HeldUpdate]:
    """The held updates of a note, of one state or of all, oldest first."""
    query = select(held).where(held.c.note == note_id).order_by(held.c.id)
    if state is not None:
        query = query.where(held.c.state == int(state))
    return [
        HeldUpdate(
            id=row.id,
            note=NoteId(row.note),
            author=PersonId(row.author),
            connection=ConnectionId(row.connection),
            at=Milliseconds(row.at),
            data=row.data,
            state=HeldState(row.state),
            decided_by=row.decided_by,
        )
        for row in db.execute(query)
    ]


def open_counts(db: Connection, day_id: DayId) -> dict[NoteId, int]:
    """How many held updates wait in each note of a day; notes without any are left out."""
    query = (
        select(held.c.note, func.count())
        .join(note, note.c.id == held.c.note)
        .where(note.c.day == day_id, held.c.state == int(HeldState.OPEN))
        .group_by(held.c.note)
    )
    return {NoteId(id): count for id, count in db.execute(query)}


def texts(db: Connection, day_id: DayId) -> dict[NoteId, int]:
    """How many texts wait in each note of a day, each of which is decided as a whole: one for each
    connection of each author. Notes without any are left out."""
    query = (
        select(held.c.note, held.c.author, held.c.connection)
        .join(note, note.c.id == held.c.note)
        .where(note.c.day == day_id, held.c.state == int(HeldState.OPEN))
        .distinct()
    )
    found: dict[NoteId, int] = {}
    for id, _, _ in db.execute(query):
        found[NoteId(id)] = found.get(NoteId(id), 0) + 1
    return found


def marks(db: Connection, notes: Collection[NoteId]) -> dict[NoteId, Mark]:
    """The mark of each note: another one whenever something came to wait, or was decided."""
    query = (
        select(held.c.note, func.count(), func.max(held.c.id))
        .where(held.c.note.in_(notes), held.c.state == int(HeldState.OPEN))
        .group_by(held.c.note)
    )
    found = dict.fromkeys(notes, (0, 0))
    return found | {NoteId(id): (count, newest) for id, count, newest in db.execute(query)}


def counts(db: Connection) -> dict[HeldState, int]:
    """How many held updates the store has of each state."""
    query = select(held.c.state, func.count()).group_by(held.c.state)
    found = dict.fromkeys(HeldState, 0)
    for state, count in db.execute(query):
        found[HeldState(state)] = count
    return found


def open_bytes(db: Connection, note_id: NoteId, author: PersonId) -> int:
    """How many bytes of this person wait in this note: what the cap is held against."""
    query = select(func.coalesce(func.sum(func.length(held.c.data)), 0)).where(
        held.c.note == note_id,
        held.c.author == author,
        held.c.state == int(HeldState.OPEN),
    )
    return int(db.execute(query).scalar_one())


def decide(
    db: Connection,
    ids: Iterable[int],
    *,
    state: HeldState,
    by: PersonId,
    at: Milliseconds,
    only_open: bool = False,
) -> Sequence[int]:
    """Decide those of the updates that still wait, and give their numbers; a decision stands.

    A late contribution may still be merged or discarded, unless `only_open` is said; what was
    merged or discarded stays.
    """
    undecided = [int(HeldState.OPEN)] + [int(HeldState.LATE)] * (not only_open)
    statement = (
        update(held)
        .where(held.c.id.in_(list(ids)), held.c.state.in_(undecided), held.c.state != int(state))
        .values(state=int(state), decided_by=by, decided_at=at)
        .returning(held.c.id)
    )
    return sorted(db.execute(statement).scalars())
