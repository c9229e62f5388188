"""The log of each note: an order without gap or double, in which LOCK and UNLOCK are rows.

One conditional statement inside the transaction that appends decides the order and the lock: it
advances a note's head by what may enter it now and says whether it is locked (K1, L4). Whoever
else appends to the same note, in whatever process, waits for the end of that transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from zlib import crc32

from sqlalchemy import Connection

from storage import catalogue, checkpoints, held, journal, planned, stale, webhooks
from storage.errors import NoSuchNote, StoreBroken
from storage.native import insert, run
from storage.text import checked
from storage.values import (
    Accepted,
    ConnectionId,
    Head,
    Held,
    Kind,
    Loaded,
    Lock,
    Milliseconds,
    NoteId,
    Outcome,
    PersonId,
    Row,
    Stale,
    Submission,
)
from storage.webhooks import Event

_NOTES_A_STATEMENT = 500
"""SQLite's parsers take a few thousand values in one statement; three are used a note."""

_ADVANCE = """
WITH batch(id, n_all, n_privileged) AS (VALUES {rows})
UPDATE note SET head = head
    + CASE WHEN locked_seq IS NULL THEN batch.n_all ELSE batch.n_privileged END
FROM batch WHERE note.id = batch.id
RETURNING note.id, note.head, note.locked_seq
"""
_ADVANCE_IN_TURN = """
WITH batch(id, n_all, n_privileged) AS (VALUES {rows}),
turn AS MATERIALIZED (
    SELECT note.id FROM note JOIN batch ON note.id = batch.id
    ORDER BY note.id COLLATE "C" FOR NO KEY UPDATE OF note
)
UPDATE note SET head = head
    + CASE WHEN locked_seq IS NULL THEN batch.n_all ELSE batch.n_privileged END
FROM batch JOIN turn ON turn.id = batch.id WHERE note.id = batch.id
RETURNING note.id, note.head, note.locked_seq
"""
"""The same for PostgreSQL, which else comes upon the notes as they lie on its disk. Two processes
that hold one note each and want the other's wait a second until it notices, and undoes one."""
_IN_TURN = """
SELECT id FROM note WHERE id IN ({ids}) ORDER BY id COLLATE "C" FOR NO KEY UPDATE
"""
_GIVE_BACK = "UPDATE note SET head = head - ? WHERE id = ?"
_INSERT = "INSERT INTO log (note, seq, kind, author, connection, at, data, crc32)"
_CLAIM = "INSERT INTO writer (note, client, person)"
_LOCK = """
UPDATE note SET head = head + 1, locked_seq = head + 1, locked_by = ?, locked_at = ?, locked_why = ?
WHERE id = ? AND locked_seq IS NULL RETURNING head, day
"""
_UNLOCK = """
UPDATE note SET head = head + 1,
    locked_seq = NULL, locked_by = NULL, locked_at = NULL, locked_why = NULL
WHERE id = ? AND locked_seq IS NOT NULL RETURNING head, day
"""
_HEADS = """
SELECT id, head, locked_seq, locked_by, locked_at, locked_why FROM note WHERE id IN ({ids})
"""
_TAIL = """
SELECT seq, kind, author, connection, at, data FROM log
WHERE note = ? AND seq > ? AND seq <= ? ORDER BY seq
"""
_CHECKED_TAIL = """
SELECT seq, kind, author, connection, at, data, crc32 FROM log
WHERE note = ? AND seq > ? AND seq <= ? ORDER BY seq
"""
_WRITERS = "SELECT client, person FROM writer WHERE note = ?"

END = 2**62
"""A position after every row."""

_LogRow = tuple[str, int, int, str, str, int, bytes, int]


def append(db: Connection, batch: Sequence[Submission]) -> list[Outcome]:
    """Append a batch and say, in its order, what became of each submission.

    Order in the batch is order in the log. A submission that is not privileged and finds its note
    locked, and one that asks to be held, is kept among the held updates in the same transaction.
    One that says `after`, and was overtaken by its own author elsewhere, is stale; so are their
    later ones in that note. All others enter. Raises NoSuchNote; the transaction must then be
    given up.
    """
    positions, locked = _advance(db, batch)
    overtaken = stale.find(db, batch, positions, locked)
    if overtaken:
        unused = Counter(batch[place].note for place in overtaken)
        for note, count in unused.items():
            run(db, _GIVE_BACK, (count, note))
    rows: list[_LogRow] = []
    outcomes: list[Outcome] = []
    claims: list[tuple[NoteId, int, PersonId]] = []
    for place, one in enumerate(batch):
        note = one.note
        if place in overtaken:
            outcomes.append(Stale())
            continue
        claims += [(note, client, one.author) for client in one.writers]
        if stale.is_held(one, locked):
            outcomes.append(Held(held.keep(db, one)))
            continue
        positions[note] = seq = positions[note] + 1
        rows.append(_row(note, seq, Kind.UPDATE, one.author, one.connection, one.at, one.data))
        outcomes.append(Accepted(seq))
    _insert(db, rows)
    claim(db, claims)
    return outcomes


def claim(db: Connection, claims: Iterable[tuple[NoteId, int, PersonId]]) -> None:
    """Give client ids of notes to people, where they are nobody's yet (A3)."""
    if rows := list(claims):
        insert(db, _CLAIM, rows, "ON CONFLICT DO NOTHING")


def take_turn(db: Connection, notes: Iterable[NoteId]) -> None:
    """Wait for everybody who appends to these notes, in the order in which all do.

    For who locks several of them in one transaction, in whatever order.
    """
    if db.dialect.name == "postgresql":
        for ids in _chunks(sorted(set(notes))):
            run(db, _IN_TURN.format(ids=", ".join("?" * len(ids))), tuple(ids))


def lock(
    db: Connection,
    note: NoteId,
    *,
    by: PersonId,
    why: str,
    at: Milliseconds,
    connection: ConnectionId,
) -> Head:
    """Append a LOCK row and a line of the journal; a note that is locked stays as it is (K5).

    Either way nothing is planned for the note any more (K6). Whoever is to be told of it will be.
    """
    planned.cancel(db, note)
    found = run(db, _LOCK, (by, at, checked(why, "The reason of a lock"), note))
    if not found:
        return head(db, note)
    ((seq, day),) = found
    _insert(db, [_row(note, seq, Kind.LOCK, by, connection, at, why.encode())])
    line = journal.write(db, day, at=at, who=by, what="lock", why=why, note=note)
    webhooks.queue(db, Event(day, line, "note.locked", at, "locked", note, seq))
    return Head(note, seq, Lock(seq, by, at, why))


def unlock(
    db: Connection, note: NoteId, *, by: PersonId, at: Milliseconds, connection: ConnectionId
) -> Head:
    """Append an UNLOCK row and a line of the journal; a note that is open stays as it is.

    A lock that was planned is cancelled, with a line of its own (K6).
    """
    _cancel_plan(db, note, by=by, at=at)
    found = run(db, _UNLOCK, (note,))
    if not found:
        return head(db, note)
    ((seq, day),) = found
    _insert(db, [_row(note, seq, Kind.UNLOCK, by, connection, at, b"")])
    line = journal.write(db, day, at=at, who=by, what="unlock", note=note)
    webhooks.queue(db, Event(day, line, "note.unlocked", at, "open", note, seq))
    return Head(note, seq, None)


def _cancel_plan(db: Connection, note: NoteId, *, by: PersonId, at: Milliseconds) -> bool:
    """Forget the planned lock of a note, with a line of the journal; False when there was none."""
    plan = planned.of_note(db, note)
    if plan is None or not planned.cancel(db, note):
        return False
    ref = catalogue.find_note(db, note)
    if ref is not None:
        journal.write(db, ref.day, at=at, who=by, what="cancel_lock", note=note)
    return True


def tail(db: Connection, note: NoteId, after: int, *, upto: int = END) -> list[Row]:
    """The rows of positions `after` + 1 … `upto`, in order; empty for a note that is not there."""
    found = run(db, _TAIL, (note, after, upto))
    return [
        Row(note, seq, Kind(kind), author, connection, at, data)
        for seq, kind, author, connection, at, data in found
    ]


def head(db: Connection, note: NoteId) -> Head:
    """Where the note's log ends and whether it is locked. Raises NoSuchNote."""
    found = heads(db, [note])
    if note not in found:
        raise NoSuchNote(note)
    return found[note]


def heads(db: Connection, notes: Iterable[NoteId]) -> dict[NoteId, Head]:
    """The heads of those of the notes that are in the store."""
    found: dict[NoteId, Head] = {}
    for ids in _chunks(notes):
        sql = _HEADS.format(ids=", ".join("?" * len(ids)))
        for note, seq, at_seq, by, at, why in run(db, sql, tuple(ids)):
            found[note] = Head(note, seq, None if at_seq is None else Lock(at_seq, by, at, why))
    return found


def load(db: Connection, note: NoteId) -> Loaded:
    """All that a room needs to begin, of one moment when `db` is a reading one.

    Raises NoSuchNote, or StoreBroken when a row is not what was written: people must not be shown
    a text that nobody wrote, nor write on in it.
    """
    at = head(db, note)
    checkpoint = checkpoints.newest(db, note)
    rows = []
    after = checkpoint.seq if checkpoint else 0
    for seq, kind, author, connection, when, data, crc in run(
        db, _CHECKED_TAIL, (note, after, at.seq)
    ):
        if crc32(data) != crc:
            raise StoreBroken("of the notes", f"row {seq} of note {note} is damaged")
        rows.append(Row(note, seq, Kind(kind), author, connection, when, data))
    return Loaded(at, checkpoint, rows, writers(db, note))


def writers(db: Connection, note: NoteId) -> dict[int, PersonId]:
    """Whose the client ids of a note are (A3)."""
    return {client: PersonId(person) for client, person in run(db, _WRITERS, (note,))}


def _advance(db: Connection, batch: Sequence[Submission]) -> tuple[dict[NoteId, int], set[NoteId]]:
    """Advance the heads; each note's position before the batch, and which notes are locked."""
    everything: Counter[NoteId] = Counter()
    privileged: Counter[NoteId] = Counter()
    for one in batch:
        entering = not one.hold
        everything[one.note] += entering
        privileged[one.note] += entering and one.privileged
    before: dict[NoteId, int] = {}
    locked: set[NoteId] = set()
    # In one order everywhere: two processes that advance the same notes wait for each other once.
    is_server = db.dialect.name == "postgresql"
    for ids in _chunks(sorted(everything)):
        advance = _ADVANCE_IN_TURN if is_server and len(everything) > 1 else _ADVANCE
        sql = advance.format(rows=", ".join(["(?, ?, ?)"] * len(ids)))
        values = [value for id in ids for value in (id, everything[id], privileged[id])]
        for note, seq, locked_seq in run(db, sql, tuple(values)):
            if locked_seq is None:
                before[note] = seq - everything[note]
            else:
                before[note] = seq - privileged[note]
                locked.add(note)
    for note in everything:
        if note not in before:
            raise NoSuchNote(note)
    return before, locked


def _row(
    note: NoteId,
    seq: int,
    kind: Kind,
    author: PersonId,
    connection: ConnectionId,
    at: Milliseconds,
    data: bytes,
) -> _LogRow:
    return (note, seq, int(kind), author, connection, at, data, crc32(data))


def _insert(db: Connection, rows: list[_LogRow]) -> None:
    if rows:
        insert(db, _INSERT, rows)


def _chunks(notes: Iterable[NoteId]) -> Iterable[list[NoteId]]:
    remaining = iter(notes)
    while chunk := list(islice(remaining, _NOTES_A_STATEMENT)):
        yield chunk
