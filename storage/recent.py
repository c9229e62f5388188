"""The end of a note's log: how much was written lately, by whom, and what was taken back of it.

Only so many rows from the end are looked at, which the log's own order finds at once; there is no
index of times, which every edit would pay for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from storage import log
from storage.native import run
from storage.values import ConnectionId, Milliseconds, NoteId, PersonId

MAX_ROWS = 20_000
"""Thirty people who type without a pause for five minutes make fewer. Reading them takes 10 ms."""
_NOTES_A_STATEMENT = 500

_COUNTS = """
WITH counted(note, after) AS (VALUES {rows})
SELECT log.note, log.at / ?, COUNT(*) FROM counted
JOIN log ON log.note = counted.note AND log.seq > counted.after
WHERE log.kind = 0 AND log.at >= ? AND log.connection <> '' AND log.connection NOT LIKE ?
GROUP BY 1, 2
"""
_AUTHORS = """
SELECT author, COUNT(*) FROM log
WHERE note = ? AND seq > ? AND kind = 0 AND at >= ? AND connection <> '' AND connection NOT LIKE ?
GROUP BY author
"""
_FIRST = """
SELECT MIN(seq), COUNT(*) FROM log
WHERE note = ? AND seq > ? AND kind = 0 AND author = ? AND at >= ? AND connection <> ''
AND connection NOT LIKE ?
"""
_MARKED = """
SELECT seq, connection FROM log WHERE note = ? AND seq > ? AND connection IN (?, ?)
ORDER BY seq DESC LIMIT 1
"""
_TAKEN_BACK = """
SELECT seq, author, connection, at FROM log
WHERE note = ? AND seq > ? AND at >= ? AND connection LIKE ? ORDER BY seq
"""
MARK = "take-back:"
"""What such a row has in place of a connection, before the id of the person."""
_GIVEN = ":given"


@dataclass(frozen=True, slots=True)
class Recent:
    """What a person typed lately in a note: its first row, and how many rows."""

    first: int
    rows: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A row that takes back what a person wrote, or `given`, gives it back: both reverse rows
    before it."""

    seq: int
    person: PersonId
    by: PersonId
    at: Milliseconds
    given: bool


def mark(person: PersonId, *, given: bool) -> ConnectionId:
    """What the row that takes back a person's edits carries in place of a connection."""
    return ConnectionId(f"{MARK}{person}{_GIVEN if given else ''}")


def counts(
    db: Connection, after: Mapping[NoteId, int], *, since: Milliseconds, every_ms: int
) -> dict[NoteId, dict[int, int]]:
    """How many edits people typed in each note beyond a position and not before `since`, by the
    number of the piece of time of `every_ms` in which they were made."""
    found: dict[NoteId, dict[int, int]] = {}
    pieces = list(after.items())
    for start in range(0, len(pieces), _NOTES_A_STATEMENT):
        piece = pieces[start : start + _NOTES_A_STATEMENT]
        sql = _COUNTS.format(rows=", ".join(["(?, ?)"] * len(piece)))
        values = [value for pair in piece for value in pair]
        for note, time, count in run(db, sql, (*values, every_ms, since, f"{MARK}%")):
            found.setdefault(note, {})[int(time)] = int(count)
    return found


def authors(db: Connection, note: NoteId, *, since: Milliseconds) -> dict[PersonId, int]:
    """Who typed in the note since then, and in how many rows."""
    values = (note, _from(db, note), since, f"{MARK}%")
    return {PersonId(author): int(count) for author, count in run(db, _AUTHORS, values)}


def of_person(
    db: Connection, note: NoteId, person: PersonId, *, since: Milliseconds
) -> Recent | None:
    """What this person typed since then, and since something of theirs was taken back last: what
    was, is not theirs to be taken back once more. None where there is nothing."""
    after = max(_from(db, note), newest_mark(db, note, person)[0])
    values = (note, after, person, since, f"{MARK}%")
    ((first, rows),) = run(db, _FIRST, values)
    return None if first is None else Recent(int(first), int(rows))


def newest_mark(db: Connection, note: NoteId, person: PersonId) -> tuple[int, bool]:
    """The position at which something of this person was taken back last, or given back (then the
    second is True); 0 for never."""
    marks = (mark(person, given=False), mark(person, given=True))
    found = run(db, _MARKED, (note, _from(db, note), *marks))
    return (int(found[0][0]), found[0][1] == marks[1]) if found else (0, False)


def taken_back(db: Connection, note: NoteId, *, since: Milliseconds) -> list[TakenBack]:
    """What was taken back or given back in the note since then; of each person the last alone,
    which can be reversed."""
    rows = run(db, _TAKEN_BACK, (note, _from(db, note), since, f"{MARK}%"))
    newest: dict[PersonId, TakenBack] = {}
    for seq, author, connection, at in rows:
        person = PersonId(connection.removeprefix(MARK).removesuffix(_GIVEN))
        given = connection.endswith(_GIVEN)
        newest[person] = TakenBack(int(seq), person, PersonId(author), Milliseconds(at), given)
    return sorted(newest.values(), key=lambda one: one.seq)


def _from(db: Connection, note: NoteId) -> int:
    return max(0, log.head(db, note).seq - MAX_ROWS)
