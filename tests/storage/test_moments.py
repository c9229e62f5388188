"""The minutes in which a note was written in: the same on every engine (H1)."""

from __future__ import annotations

import pytest

from storage import journal, log, recent
from storage.moments import (
    MARK,
    MINUTE_MS,
    MOST_MOMENTS,
    Act,
    Moment,
    in_spans,
    is_written_anew,
    moments,
    written_between,
)
from storage.values import ConnectionId, Milliseconds, PersonId, Submission
from tests.storage.seeding import DAY, NOTES

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
        journal.write(db, DAY, at=Milliseconds(TEN + 1), who=ADA, what="import", note=NOTE)
        journal.write(db, DAY, at=Milliseconds(TEN + 1), who=ADA, what="import", note=NOTES[1])
        journal.write(db, DAY, at=Milliseconds(TEN + 2), who=BO, what="announce", note=NOTE)
        # What the lock kept aside is no part of the note, and no moment of it.
        assert moments(db, NOTE) == [
            Moment(head + 4, Milliseconds(TEN), 4, (BO, ADA), (Act("import", ADA),)),
            Moment(head + 5, Milliseconds(TEN + MINUTE_MS), 1, (BO,)),
            Moment(head + 6, Milliseconds(TEN + 2 * MINUTE_MS), 0, (), (Act("lock", BO),)),
        ]


def test_a_clock_that_goes_back_changes_no_order(database):
    with database.write() as db:
        log.append(
            db, [typed(ADA, 5 * MINUTE_MS), typed(BO, 3 * MINUTE_MS), typed(ADA, 6 * MINUTE_MS)]
        )
        found = [one.seq for one in moments(db, NOTE)]
        assert found == sorted(found)


def test_what_is_written_in_for_long_is_told_in_longer_spans():
    acts = {3: (Act("lock", BO),), 6: (Act("unlock", ADA),)}
    found = [
        Moment(
            10 * minute,
            Milliseconds(TEN + minute * MINUTE_MS),
            2,
            (ADA if minute % 2 else BO,),
            acts.get(minute, ()),
        )
        for minute in range(1, 9)
    ]
    assert in_spans(found, most=8) == found
    spans = in_spans(found, most=3)
    assert [(one.seq, one.at - TEN, one.edits) for one in spans] == [
        (30, 1 * MINUTE_MS, 6),
        (70, 4 * MINUTE_MS, 8),
        (80, 8 * MINUTE_MS, 2),
    ]
    assert [one.acts for one in spans] == [acts[3], acts[6], ()]
    assert [one.authors for one in spans] == [(BO, ADA), (BO, ADA), (BO,)]
    assert len(in_spans(found, most=1)) == 1


def test_the_list_has_an_end(database):
    with database.write() as db:
        log.append(db, [typed(ADA, minute * MINUTE_MS) for minute in range(2 * MOST_MOMENTS)])
        found = moments(db, NOTE)
        assert MOST_MOMENTS // 2 <= len(found) <= MOST_MOMENTS
        assert found[-1].seq == log.head(db, NOTE).seq
        assert sum(one.edits for one in found) == 2 * MOST_MOMENTS


def test_lines_that_come_again_are_known_by_their_rows(database):
    with database.write() as db:
        log.append(db, [typed(ADA, 1)])
        assert not is_written_anew(db, NOTE, after=0)
        for connection in (f"{MARK}c2", recent.mark(ADA, given=False)):
            row = typed(BO, 2)._replace(connection=ConnectionId(connection))
            log.append(db, [row])
            head = log.head(db, NOTE).seq
            assert is_written_anew(db, NOTE, after=head - 1)
            assert not is_written_anew(db, NOTE, after=head)
            assert not is_written_anew(db, NOTES[1], after=0)


def test_what_was_written_between_two_positions(database):
    with database.write() as db:
        head = log.head(db, NOTE).seq
        log.append(db, [typed(ADA, 1, b"a"), typed(BO, 2, b"b"), typed(ADA, 3, b"c")])
        assert written_between(db, NOTE, head, head + 2) == [b"a", b"b"]
        assert written_between(db, NOTE, head + 2, head + 9) == [b"c"]
