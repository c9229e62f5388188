"""How much was written lately, by whom, and who may not write: the same on every engine."""

from __future__ import annotations

from storage import log, muted, people, recent
from storage.muted import Mute
from storage.values import ConnectionId, Milliseconds, PersonId, Submission
from tests.storage.seeding import DAY, NOTES

ADA, BO, INÈS = PersonId("ada"), PersonId("bo"), PersonId("inès")


def typed(author, at, *, note=NOTES[0], connection="c1"):
    return Submission(note, author, ConnectionId(connection), Milliseconds(at), b"x")


def test_edits_are_counted_once_and_by_pieces_of_time(database):
    first, second = NOTES[:2]
    with database.write() as db:
        at = {note: log.head(db, note).seq for note in NOTES}
        times = [1_000, 29_000, 31_000, 65_000]
        log.append(db, [typed(ADA, time) for time in times])
        log.append(db, [typed(BO, 61_000, note=second), typed(BO, 62_000, connection="")])
        log.append(db, [typed(INÈS, 63_000, connection=recent.mark(ADA, given=False))])
        log.lock(db, first, by=BO, why="", at=Milliseconds(64_000), connection=ConnectionId("c2"))
        every = {"since": Milliseconds(0), "every_ms": 30_000}
        assert recent.counts(db, at, **every) == {first: {0: 2, 1: 1, 2: 1}, second: {2: 1}}
        late = recent.counts(db, at, since=Milliseconds(60_000), every_ms=30_000)
        assert late == {first: {2: 1}, second: {2: 1}}
        assert recent.counts(db, {first: at[first] + 3}, **every) == {first: {2: 1}}
        assert recent.counts(db, {}, **every) == {}


def test_who_typed_is_told_from_what_the_server_wrote(database):
    note = NOTES[0]
    since = Milliseconds(50)
    with database.write() as db:
        head = log.head(db, note).seq
        log.append(db, [typed(ADA, 40), typed(ADA, 60), typed(BO, 61), typed(ADA, 62)])
        log.append(db, [typed(INÈS, 63, connection=""), typed(BO, 64)])
        assert recent.authors(db, note, since=since) == {ADA: 2, BO: 2}
        found = recent.of_person(db, note, ADA, since=since)
        assert found == recent.Recent(first=head + 2, rows=2)
        assert recent.of_person(db, note, INÈS, since=since) is None
        assert recent.newest_mark(db, note, ADA) == (0, False)


def test_what_was_taken_back_ends_what_can_be_taken_back(database):
    note = NOTES[0]
    since = Milliseconds(0)
    with database.write() as db:
        head = log.head(db, note).seq
        taken = typed(INÈS, 20, connection=recent.mark(ADA, given=False))
        log.append(db, [typed(ADA, 10), typed(BO, 11), taken])
        assert recent.of_person(db, note, ADA, since=since) is None
        assert recent.of_person(db, note, BO, since=since) == recent.Recent(head + 2, 1)
        assert recent.newest_mark(db, note, ADA) == (head + 3, False)
        log.append(db, [typed(INÈS, 30, connection=recent.mark(ADA, given=True)), typed(ADA, 31)])
        assert recent.of_person(db, note, ADA, since=since) == recent.Recent(head + 5, 1)
        assert recent.newest_mark(db, note, ADA) == (head + 4, True)
        assert recent.taken_back(db, note, since=since) == [
            recent.TakenBack(head + 4, ADA, INÈS, Milliseconds(30), True)
        ]
        assert recent.taken_back(db, note, since=Milliseconds(31)) == []


def test_writing_is_taken_once_and_given_back(database):
    with database.write() as db:
        somebody = people.people(db, DAY)[0].id
        first, again = Mute(somebody, Milliseconds(5), INÈS), Mute(somebody, Milliseconds(9), BO)
        assert muted.everybody(db) == {}
        assert muted.mute(db, first)
        assert not muted.mute(db, again)
        assert muted.everybody(db) == {somebody: first}
        assert muted.unmute(db, somebody)
        assert not muted.unmute(db, somebody)
        assert muted.everybody(db) == {}
