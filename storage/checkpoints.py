"""Checkpoints: the merge of a note's first rows, kept to load it faster. Caches, never the truth.

Nothing here knows what an update means: merging and checking arrive as functions. A checkpoint is
written, read back, compared and checked before anything depends on it, and may be deleted with
nothing lost (L3), because the rows stay.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, delete, select, update

from storage.errors import NoSuchNote, StoreBroken
from storage.native import native
from storage.tables import checkpoint, log
from storage.tables import note as note_table
from storage.values import Checkpoint, Kind, Milliseconds, NoteId

Merge = Callable[[Sequence[bytes]], Awaitable[bytes]]
Covers = Callable[[bytes, Sequence[bytes]], Awaitable[bool]]
"""Whether merged bytes hold all that the parts hold."""

_WRITE = """
INSERT INTO checkpoint (note, seq, data, sha256) VALUES (?, ?, ?, ?)
ON CONFLICT (note, seq) DO UPDATE SET data = excluded.data, sha256 = excluded.sha256
WHERE checkpoint.verified_at IS NULL
"""

KEEP = 2
"""Verified checkpoints that stay for each note: one may be found damaged."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What merges to the state of a note at `seq`: a checkpoint's bytes, if any, then updates."""

    note: NoteId
    seq: int
    parts: Sequence[bytes]
    since: int
    """The position of the checkpoint that `parts` begins with; 0 without one."""


def parts_at(db: Connection, note: NoteId, seq: int, *, raw: bool = False) -> Parts:
    """What merges to the state of the note at position `seq`, from the nearest checkpoint.

    `raw`: from the rows alone, which have what was deleted since as well.
    """
    base = None if raw else newest(db, note, upto=seq)
    since = base.seq if base else 0
    query = (
        select(log.c.data)
        .where(log.c.note == note, log.c.seq > since, log.c.seq <= seq)
        .where(log.c.kind == int(Kind.UPDATE))
        .order_by(log.c.seq)
    )
    rows = list(db.execute(query).scalars())
    return Parts(note, seq, [base.data, *rows] if base else rows, since)


def newest(db: Connection, note: NoteId, *, upto: int | None = None) -> Checkpoint | None:
    """The newest verified checkpoint at or before `upto` that is still what was verified."""
    query = (
        select(checkpoint.c.seq, checkpoint.c.data, checkpoint.c.sha256)
        .where(checkpoint.c.note == note, checkpoint.c.verified_at.is_not(None))
        .order_by(checkpoint.c.seq.desc())
    )
    if upto is not None:
        query = query.where(checkpoint.c.seq <= upto)
    for seq, data, digest in db.execute(query):
        # A damaged one is passed over, not an error: the rows hold all that it held.
        if sha256(data).hexdigest() == digest:
            return Checkpoint(note, seq, data, digest)
    return None


def write(db: Connection, note: NoteId, seq: int, data: bytes) -> None:
    """Write a checkpoint that nothing depends on yet; one that was never verified is replaced.

    Two processes may do so at once. Raises NoSuchNote when the note was deleted meanwhile.
    """
    # Until the end of the transaction nobody deletes the note.
    there = select(note_table.c.id).where(note_table.c.id == note)
    if db.execute(there.with_for_update(read=True, key_share=True)).first() is None:
        raise NoSuchNote(note)
    db.exec_driver_sql(native(db, _WRITE), (note, seq, data, sha256(data).hexdigest()))


def read_back(db: Connection, note: NoteId, seq: int) -> Checkpoint | None:
    """The checkpoint as it is on the disk, verified or not; None when it has been deleted.

    Raises StoreBroken when its bytes are not those that were written.
    """
    query = select(checkpoint.c.data, checkpoint.c.sha256).where(
        checkpoint.c.note == note, checkpoint.c.seq == seq
    )
    found = db.execute(query).first()
    if found is None:
        return None
    if sha256(found.data).hexdigest() != found.sha256:
        raise StoreBroken("of the notes", f"the checkpoint of note {note} at {seq} is damaged")
    return Checkpoint(note, seq, found.data, found.sha256)


def confirm(db: Connection, verified: Checkpoint, *, at: Milliseconds) -> None:
    """Mark a checkpoint verified, and delete all but the newest KEEP of its note."""
    note = verified.note
    db.execute(
        update(checkpoint)
        .where(checkpoint.c.note == note, checkpoint.c.seq == verified.seq)
        .where(checkpoint.c.sha256 == verified.sha256)
        .values(verified_at=at)
    )
    kept = (
        select(checkpoint.c.seq)
        .where(checkpoint.c.note == note, checkpoint.c.verified_at.is_not(None))
        .order_by(checkpoint.c.seq.desc())
        .limit(KEEP)
    )
    oldest = min(db.execute(kept).scalars(), default=0)
    db.execute(delete(checkpoint).where(checkpoint.c.note == note, checkpoint.c.seq < oldest))


def forget(db: Connection, note: NoteId, seq: int) -> None:
    """Delete a checkpoint: one that did not hold what it must, or any other."""
    db.execute(delete(checkpoint).where(checkpoint.c.note == note, checkpoint.c.seq == seq))
