"""The minutes in which a note was written in: the same on every engine (H1)."""

from __future__ import annotations

import pytest

from storage import log
from storage.moments import MINUTE_MS, Moment, moments, written_between
from storage.values import ConnectionId, Milliseconds, PersonId, Submission
from tests.storage.seeding import NOTES

pytestmark = pytest.mark.promise("H1")

ADA, BO = PersonId("ada"), PersonId("bo")
NOTE = NOTES[0]
TEN = 600_000 * MINUTE_MS


def typed(author, at, data=b"x", *, note=NOTE):
    return Submission(note, author, ConnectionId("c1"), Milliseconds(TEN + at), data)


def test_each_minute_has_who_wrote_in_it_and_where_it_ends(database):
    with database.write() as db:
        head = log.head(db, NOTE).seq
        log.append(db, [typed(ADA, 1_000), typed(BO, 2_000), typed(ADA, 3_000)])
        log.append(db, [typed(BO, 0, note=NOTES[1]), typed(ADA, 59_999), typed(BO, MINUTE_MS)])
        log.lock(
            db,
            NOTE,
            by=BO,
            why="",
            at=Milliseconds(TEN + 2 * MINUTE_MS),
            connection=ConnectionId("c"),
        )
        log.append(db, [typed(BO, 9 * MINUTE_MS)])  # it is held, and no part of the note
        found = moments(db, NOTE)[-2:]
        assert found == [
            Moment(head + 4, Milliseconds(TEN), 4, (BO, ADA)),
            Moment(head + 5, Milliseconds(TEN + MINUTE_MS), 1, (BO,)),
        ]


def test_a_clock_that_goes_back_changes_no_order(database):
    with database.write() as db:
        log.append(
            db, [typed(ADA, 5 * MINUTE_MS), typed(BO, 3 * MINUTE_MS), typed(ADA, 6 * MINUTE_MS)]
        )
        found = [one.seq for one in moments(db, NOTE)]
        assert found == sorted(found)


def test_what_was_written_between_two_positions(database):
    with database.write() as db:
        head = log.head(db, NOTE).seq
        log.append(db, [typed(ADA, 1, b"a"), typed(BO, 2, b"b"), typed(ADA, 3, b"c")])
        assert written_between(db, NOTE, head, head + 2) == [b"a", b"b"]
        assert written_between(db, NOTE, head + 2, head + 9) == [b"c"]
