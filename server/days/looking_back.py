"""A note as it was at a moment of the day, and what came of the moment before (H1).

The log is read up to the moment, from the nearest checkpoint. What that comes to is worked out in
a process aside: the first minute of a note of 260,000 edits is as far away as its last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from sqlalchemy import Connection

from server.errors import NotFound
from server.export.lines import Line
from server.export.panes import panes
from server.sync.document import replay
from storage import checkpoints, log
from storage.moments import Moment, moments, written_between
from storage.values import NoteId, PersonId

MOST_COMPARED: Final = 3_000
"""Lines of a pane: what is longer is shown without what changed in it."""

Change = Literal["", "added", "removed"]


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

    notes: tuple[tuple[Change, Line], ...]
    conclusions: tuple[tuple[Change, Line], ...]


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


def compared(was: Sequence[Line], now: Sequence[Line]) -> tuple[tuple[Change, Line], ...]:
    """The lines of `now` in their order, with those that are new marked so, and before them the
    lines that were in their place."""
    if max(len(was), len(now)) > MOST_COMPARED:
        return tuple(("", line) for line in now)
    shown: list[tuple[Change, Line]] = []
    # As where a note is brought back: lines that come often are no place to begin at.
    steps = SequenceMatcher(None, was, now, autojunk=True).get_opcodes()
    for step, left, right, start, end in steps:
        if step != "equal":
            shown.extend(("removed", line) for line in was[left:right])
        change: Change = "" if step == "equal" else "added"
        shown.extend((change, line) for line in now[start:end])
    return tuple(shown)
