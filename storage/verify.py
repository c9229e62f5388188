"""Reading everything in the store again, and saying what is wrong (O2). Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from zlib import crc32

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DatabaseError

from storage import log as logs
from storage.native import native
from storage.tables import checkpoint, link, log, note, person
from storage.values import Head, Kind, NoteId

_MAY_NOT_PASS_A_LOCK = ("reader", "writer")
"""Roles whose rows must not stand between LOCK and UNLOCK (K1)."""

_ROWS = "SELECT seq, kind, author, data, crc32 FROM log WHERE note = ? ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be. `what` is a short fixed word, `str()` the sentence."""

    what: str
    note: NoteId | None
    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Report:
    """What was read, and what is wrong with it: `findings` is empty for a sound store."""

    notes: int
    rows: int
    checkpoints: int
    findings: tuple[Finding, ...]


def verify(db: Connection) -> Report:
    """Re-read every row, position, lock interval and checkpoint of the store."""
    findings = list(_file(db))
    ids = [NoteId(id) for id in db.execute(select(note.c.id).order_by(note.c.id)).scalars()]
    heads = logs.heads(db, ids)
    barred = _barred(db)
    rows = 0
    for id in ids:
        reader = _Reader(heads[id], barred)
        try:
            for seq, kind, author, data, crc in db.exec_driver_sql(native(db, _ROWS), (id,)):
                reader.row(seq, kind, author, data, crc)
                rows += 1
        except DatabaseError as error:
            findings += reader.broken_off(error)
        else:
            findings += reader.end()
    checkpoints = 0
    for found in _checkpoints(db, heads):
        checkpoints += 1
        findings += found
    if findings:
        # What a statement met in a damaged file is raised again by a commit; nothing was written.
        db.rollback()
    return Report(len(ids), rows, checkpoints, tuple(findings))


class _Reader:
    """Goes through the log of one note, row by row."""

    def __init__(self, head: Head, barred: frozenset[str]) -> None:
        self._head = head
        self._note = head.note
        self._barred = barred
        self._seq = 0
        self._lock: tuple[int, str, str] | None = None
        self._findings: list[Finding] = []

    def row(self, seq: int, kind: int, author: str, data: bytes, crc: int) -> None:
        if seq != self._seq + 1:
            first, last = self._seq + 1, seq - 1
            missing = f"row {last} is" if first == last else f"rows {first} to {last} are"
            self._say("gap", f"{missing} missing from the log")
        self._seq = seq
        if crc32(data) != crc:
            self._say("damaged_row", f"row {seq} is not what was written")
        match kind:
            case Kind.LOCK:
                if self._lock is not None:
                    self._say("lock_twice", f"row {seq} locks a note that {self._lock[0]} locked")
                self._lock = (seq, author, data.decode(errors="replace"))
            case Kind.UNLOCK:
                if self._lock is None:
                    self._say("unlock_open", f"row {seq} unlocks a note that is not locked")
                self._lock = None
            case Kind.UPDATE:
                if self._lock is not None and author in self._barred:
                    self._say("passed_lock", f"row {seq} of {author} stands inside a lock")
            case _:
                self._say("unknown_kind", f"row {seq} is of the unknown kind {kind}")

    def end(self) -> list[Finding]:
        """What was found, with what only the end of the log can tell."""
        if self._seq != self._head.seq:
            self._say("head", f"the log ends at {self._seq}, the note says {self._head.seq}")
        lock = self._head.lock
        if (None if lock is None else (lock.seq, lock.by, lock.why)) != self._lock:
            told = "open" if lock is None else f"locked at {lock.seq} by {lock.by}"
            logged = "open" if self._lock is None else f"locked at {self._lock[0]}"
            self._say("lock", f"the note says that it is {told}, its log that it is {logged}")
        return self._findings

    def broken_off(self, error: DatabaseError) -> list[Finding]:
        """What was found before a row that the database cannot read."""
        self._say("unreadable", f"what follows row {self._seq} cannot be read: {error.orig}")
        return self._findings

    def _say(self, what: str, fact: str) -> None:
        self._findings.append(Finding(what, self._note, f"In note {self._note}, {fact}."))


def _barred(db: Connection) -> frozenset[str]:
    """Who may not write in a locked note: people, and links used as people, by their role."""
    found: set[str] = set()
    for table in (person, link):
        query = select(table.c.id).where(table.c.role.in_(_MAY_NOT_PASS_A_LOCK))
        found.update(db.execute(query).scalars())
    return frozenset(found)


def _checkpoints(db: Connection, heads: dict[NoteId, Head]) -> Iterator[list[Finding]]:
    """For each checkpoint, what is wrong with it."""
    keys = select(checkpoint.c.note, checkpoint.c.seq).order_by(checkpoint.c.note, checkpoint.c.seq)
    for id, seq in db.execute(keys).all():
        query = select(checkpoint.c.data, checkpoint.c.sha256).where(
            checkpoint.c.note == id, checkpoint.c.seq == seq
        )
        data, digest = db.execute(query).one()
        name = f"the checkpoint of note {id} at {seq}"
        found: list[Finding] = []
        if sha256(data).hexdigest() != digest:
            sentence = f"{name[0].upper()}{name[1:]} is not what was written."
            found.append(Finding("damaged_checkpoint", id, sentence))
        if id not in heads or seq > heads[id].seq:
            sentence = f"{name[0].upper()}{name[1:]} is beyond the end of the log."
            found.append(Finding("checkpoint_beyond", id, sentence))
        yield found


def _file(db: Connection) -> Iterator[Finding]:
    """What the database itself finds, and rows whose note is gone."""
    try:
        yield from _whole(db)
    except DatabaseError as error:
        yield Finding("damaged_file", None, f"The database file is damaged: {error.orig}.")


def _whole(db: Connection) -> Iterator[Finding]:
    if db.dialect.name == "sqlite":
        for (line,) in db.exec_driver_sql("PRAGMA integrity_check"):
            if line != "ok":
                yield Finding("damaged_file", None, f"The database file is damaged: {line}.")
        for table, *_ in db.exec_driver_sql("PRAGMA foreign_key_check"):
            yield Finding("orphan", None, f"A row of {table} belongs to nothing.")
    orphans = (
        select(log.c.note, func.count())
        .outerjoin(note, note.c.id == log.c.note)
        .where(note.c.id.is_(None))
        .group_by(log.c.note)
    )
    for id, count in db.execute(orphans):
        yield Finding("orphan", NoteId(id), f"{count} rows of note {id} belong to no note.")
