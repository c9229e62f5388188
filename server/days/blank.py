"""Whether anybody would miss a note that is taken out of the programme."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from server.export.day import is_empty
from server.export.panes import panes
from server.sync.document import Choked, merge
from storage import checkpoints, held, log
from storage.values import HeldState, NoteId


@dataclass(frozen=True, slots=True)
class Written:
    """A note up to a position of its log, and whether something is kept aside of it."""

    seq: int
    parts: tuple[bytes, ...]
    has_held: bool


def read_written(db: Connection, note: NoteId) -> Written:
    """The note as it is now. Raises NoSuchNote."""
    seq = log.head(db, note).seq
    waiting = held.of_note(db, note, state=HeldState.OPEN)
    late = held.of_note(db, note, state=HeldState.LATE)
    return Written(seq, tuple(checkpoints.parts_at(db, note, seq).parts), bool(waiting or late))


def is_blank(written: Written) -> bool:
    """Nobody would: no text in either pane, and nothing kept aside. What cannot be read is text.

    It takes time where the note is long: it belongs in another process, or to a command.
    """
    if written.has_held:
        return False
    try:
        found = panes(merge(written.parts))
    except Choked:
        return False
    return is_empty(found.notes) and is_empty(found.conclusions)
