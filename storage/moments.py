"""The minutes in which a note's log moved: where somebody who looks back may stop.

Read from the log and the journal alone, which have every edit and every act with who did it and
when; nothing is kept for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from sqlalchemy import Connection, select

from storage import recent
from storage.native import run
from storage.tables import log
from storage.values import Kind, Milliseconds, NoteId, PersonId

MINUTE_MS: Final = 60_000
MOST_MOMENTS: Final = 1_440
"""A day that is written in without a pause has so many minutes. What is longer gets longer spans:
a list of more is nothing to choose from."""

_MINUTES = """
SELECT at / ?, author, MAX(seq), SUM(CASE WHEN kind = 0 THEN 1 ELSE 0 END) FROM log WHERE note = ?
GROUP BY 1, 2 ORDER BY 3
"""
_ACTS = """
SELECT at / ?, who, what FROM journal
WHERE day = (SELECT day FROM note WHERE id = ?) AND note = ?
AND what IN ('lock', 'unlock', 'take_back', 'give_back', 'restore', 'import') ORDER BY id
"""

_WRITTEN_ANEW = """
SELECT 1 FROM log WHERE note = ? AND seq > ? AND (connection LIKE ? OR connection LIKE ?) LIMIT 1
"""
MARK: Final = "restore:"
"""What the connection of a row begins with that makes a note again what it was."""

What = Literal["lock", "unlock", "take_back", "give_back", "restore", "import"]


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to a note besides typing in it. `who` is as in the journal."""

    what: What
    who: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A minute, or a longer span, in which a note was written in, locked or unlocked: its
    beginning, and the position at its end."""

    seq: int
    at: Milliseconds
    edits: int
    authors: tuple[PersonId, ...]
    """Who wrote; the last of them at the end."""
    acts: tuple[Act, ...] = ()
    """In their order."""


def moments(db: Connection, note: NoteId) -> list[Moment]:
    """All of a note's, in the order of their positions, MOST_MOMENTS at most. 260,000 edits are
    read in 0.2 s."""
    acts: dict[int, tuple[Act, ...]] = {}
    for minute, who, what in run(db, _ACTS, (MINUTE_MS, note, note)):
        acts[int(minute)] = (*acts.get(int(minute), ()), Act(cast(What, what), str(who)))
    found: dict[int, Moment] = {}
    for minute, author, seq, edits in run(db, _MINUTES, (MINUTE_MS, note)):
        at = Milliseconds(int(minute) * MINUTE_MS)
        wrote = (PersonId(author),) if edits else ()
        one = Moment(int(seq), at, int(edits), wrote, acts.get(int(minute), ()))
        before = found.get(int(minute))
        found[int(minute)] = _joined(before, one) if before else one
    return in_spans(sorted(found.values(), key=lambda one: one.seq), most=MOST_MOMENTS)


def in_spans(found: Sequence[Moment], *, most: int) -> list[Moment]:
    """Moments in their order; where they are more than `most`, those of a span as one, each span
    of as many minutes as it takes. The last position of each is kept."""
    shown, minutes = list(found), 1
    while len(shown) > most:
        minutes *= 2
        shown = []
        for one in found:
            span = one.at // (minutes * MINUTE_MS)
            is_in_last = shown and shown[-1].at // (minutes * MINUTE_MS) == span
            shown.append(_joined(shown.pop(), one) if is_in_last else one)
    return shown


def _joined(before: Moment, after: Moment) -> Moment:
    authors = dict.fromkeys(reversed((*before.authors, *after.authors)))
    acts = before.acts if after.at == before.at else (*before.acts, *after.acts)
    return Moment(
        max(before.seq, after.seq),
        before.at,
        before.edits + after.edits,
        tuple(reversed(authors)),
        acts,
    )


def written_between(db: Connection, note: NoteId, after: int, upto: int) -> Sequence[bytes]:
    """The updates beyond a position, up to another one with it."""
    query = (
        select(log.c.data)
        .where(log.c.note == note, log.c.seq > after, log.c.seq <= upto)
        .where(log.c.kind == int(Kind.UPDATE))
        .order_by(log.c.seq)
    )
    return list(db.execute(query).scalars())


def is_written_anew(db: Connection, note: NoteId, *, after: int) -> bool:
    """Whether lines that were gone came again beyond a position: the note was brought back, or
    something was taken back. Who did not know of it would write them a second time."""
    values = (note, after, f"{MARK}%", f"{recent.MARK}%")
    return bool(run(db, _WRITTEN_ANEW, values))
