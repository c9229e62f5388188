"""Which submissions were checked against less of a note than its log has by now (A2, L4).

A process checks an update against the rows that it has followed. Several processes may append to
one note, and what one of them appended a moment ago the other has not followed yet. Nearly all of
that is of no concern: an update says what one client wrote, a client id belongs to one person, so
that only rows of the *same person* can say something else under the same clocks, whether because
they came back through another process or because their client lies. Where such rows are in the way,
a submission is sent back to be checked again; everybody else's enter. One person on two devices, or
many people by one link, write under other client ids each, and do not stop each other.

It is asked after the heads have been advanced, which makes everybody else who appends to these
notes wait: what is found here stays true until the end of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection

from storage.native import run
from storage.values import NoteId, PersonId, Submission

_A_STATEMENT = 500
"""SQLite's parsers take a few thousand values in one statement; three are used each time."""

_NEWEST = """
WITH followed(note, after, upto) AS (VALUES {rows})
SELECT log.note, log.author, MAX(log.seq) FROM followed
JOIN log ON log.note = followed.note AND log.seq > followed.after AND log.seq <= followed.upto
WHERE log.kind = 0
GROUP BY log.note, log.author
"""
_BETWEEN = """
SELECT data FROM log
WHERE note = ? AND seq > ? AND seq <= ? AND author = ? AND kind = 0 ORDER BY seq LIMIT ?
"""
_MOST_READ = 256
"""Rows of one person that are looked into, some milliseconds; where there are more, all that the
person has submitted is sent back unread."""

_OWNERS = """
WITH claim(note, client) AS (VALUES {rows})
SELECT writer.note, writer.client, writer.person FROM claim
JOIN writer ON writer.note = claim.note AND writer.client = claim.client
"""


def find(
    db: Connection,
    batch: Sequence[Submission],
    before: Mapping[NoteId, int],
    locked: Collection[NoteId],
) -> set[int]:
    """The places in the batch of what must be checked again.

    `before` has the position of each note before the batch. With the first such submission of a
    person in a note go all their later ones that would enter it: they may build on it. What is to
    be held is never among them.
    """
    behind: dict[NoteId, int] = {}
    claims: set[tuple[NoteId, int]] = set()
    for one in batch:
        after = one.after
        if after is None or is_held(one, locked):
            continue
        if after < before[one.note]:
            behind[one.note] = min(after, behind.get(one.note, after))
        claims.update((one.note, client) for client in one.writers)
    if not behind and not claims:
        return set()
    newest = _newest(db, behind, before)
    owners = _owners(db, claims)
    found: set[int] = set()
    sent_back: set[tuple[NoteId, PersonId]] = set()
    for place, one in enumerate(batch):
        if is_held(one, locked):
            continue
        key = (one.note, one.author)
        if key in sent_back or (
            one.after is not None
            and (
                (newest.get(key, 0) > one.after and _meets(db, one, before[one.note]))
                or any(
                    owners.get((one.note, client), one.author) != one.author
                    for client in one.writers
                )
            )
        ):
            sent_back.add(key)
            found.add(place)
    return found


def is_held(one: Submission, locked: Collection[NoteId]) -> bool:
    """Whether a submission is kept aside instead of entering its note (K4)."""
    return one.hold or (one.note in locked and not one.privileged)


def _newest(
    db: Connection, behind: Mapping[NoteId, int], before: Mapping[NoteId, int]
) -> dict[tuple[NoteId, PersonId], int]:
    """The newest row of each person among those that were not followed."""
    found: dict[tuple[NoteId, PersonId], int] = {}
    pieces = list(behind.items())
    for start in range(0, len(pieces), _A_STATEMENT):
        piece = pieces[start : start + _A_STATEMENT]
        values = [value for note, after in piece for value in (note, after, before[note])]
        for note, author, seq in run(db, _with_rows(_NEWEST, 3, len(piece)), tuple(values)):
            found[note, author] = seq
    return found


def _meets(db: Connection, one: Submission, upto: int) -> bool:
    """Whether one of its author's rows that were not followed is in the way."""
    if one.meets is None:
        return True
    values = (one.note, one.after, upto, one.author, _MOST_READ + 1)
    rows = run(db, _BETWEEN, values)
    return len(rows) > _MOST_READ or any(one.meets(data) for (data,) in rows)


def _owners(
    db: Connection, claims: Collection[tuple[NoteId, int]]
) -> dict[tuple[NoteId, int], PersonId]:
    """To whom those of the client ids belong that are somebody's already."""
    found: dict[tuple[NoteId, int], PersonId] = {}
    pieces = sorted(claims)
    for start in range(0, len(pieces), _A_STATEMENT):
        piece = pieces[start : start + _A_STATEMENT]
        values = [value for claim in piece for value in claim]
        for note, client, person in run(db, _with_rows(_OWNERS, 2, len(piece)), tuple(values)):
            found[note, client] = person
    return found


def _with_rows(sql: str, columns: int, rows: int) -> str:
    row = ", ".join("?" * columns)
    return sql.format(rows=", ".join([f"({row})"] * rows))
