"""Checkpoints: the merge of a note's first rows, kept to load it faster. Caches, never the truth.

Nothing here knows what an update means: merging and checking arrive as functions. A checkpoint is
written, read back, compared and checked before anything depends on it, and may be deleted with
nothing lost (L3), because the rows stay.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update

from storage.errors import StoreBroken
from storage.tables import checkpoint, log
from storage.values import Checkpoint, Kind, Milliseconds, NoteId

Merge = Callable[[Sequence[bytes]], Awaitable[bytes]]
Covers = Callable[[bytes, Sequence[bytes]], Awaitable[bool]]
"""Whether merged bytes hold all that the parts hold."""

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
    """Write a checkpoint that nothing depends on yet; one that was never verified is replaced."""
    this = (checkpoint.c.note == note, checkpoint.c.seq == seq)
    if db.execute(
        select(checkpoint.c.seq).where(*this, checkpoint.c.verified_at.is_not(None))
    ).first():
        return
    db.execute(delete(checkpoint).where(*this))
    digest = sha256(data).hexdigest()
    db.execute(insert(checkpoint).values(note=note, seq=seq, data=data, sha256=digest))


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
