"""A note as it was at a moment of the day, and what came of the moment before (H1).

The log is read up to the moment, from the nearest checkpoint. What that comes to is worked out in
a process aside: the first minute of a note of 260,000 edits is as far away as its last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from server.errors import NotFound
from server.export.changes import Shown, compared
from server.export.panes import panes
from server.sync.document import replay
from storage import checkpoints, log
from storage.moments import Moment, moments, written_between
from storage.values import NoteId, PersonId


@dataclass(frozen=True, slots=True)
class Past:
    """What makes a note at a moment: the updates before it, and those of its minute."""

    moments: Sequence[Moment]
    place: int
    """Of the moment among them."""
    before: Sequence[bytes]
    then: Sequence[bytes]

    @property
    def moment(self) -> Moment:
        return self.moments[self.place]


@dataclass(frozen=True, slots=True)
class Seen:
    """The lines of a note then, and among them those that its minute removed."""

    notes: tuple[Shown, ...]
    conclusions: tuple[Shown, ...]


def read_past(db: Connection, note: NoteId, seq: int | None) -> Past:
    """The last moment at or before a position, or the last of all. Raises NotFound where the note
    was never written in, or began later."""
    found = moments(db, note)
    place = len(found) if seq is None else bisect_right([one.seq for one in found], seq)
    if place == 0:
        raise NotFound("There is no earlier moment of this note.", note=note)
    place -= 1
    after = found[place - 1].seq if place else 0
    return Past(
        found,
        place,
        checkpoints.parts_at(db, note, after).parts if after else (),
        written_between(db, note, after, found[place].seq),
    )


def everybody(found: Sequence[Moment]) -> set[PersonId]:
    """Who wrote or did something in them."""
    wrote = {author for one in found for author in one.authors}
    return wrote | {PersonId(act.who) for one in found for act in one.acts}


def parts_then(db: Connection, note: NoteId, seq: int) -> Sequence[bytes]:
    """What merges to the note at a position. Raises NotFound where its log has none such."""
    if not 1 <= seq <= log.head(db, note).seq:
        raise NotFound("There is no such moment of this note.", note=note)
    return checkpoints.parts_at(db, note, seq).parts


def look(before: Sequence[bytes], then: Sequence[bytes]) -> Seen:
    """For a process that may take its time. Raises Choked."""
    start = replay(before)
    was, now = panes(start), panes(replay([start, *then]))
    return Seen(compared(was.notes, now.notes), compared(was.conclusions, now.conclusions))
