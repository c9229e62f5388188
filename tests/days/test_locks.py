"""One request locks a note, a section or a day, and says who, when and why."""

from __future__ import annotations

from typing import Any

import pytest

from server.days import locks
from server.days.view import load_day
from server.errors import BadInput, NotFound
from storage import journal
from storage.values import ConnectionId, Milliseconds, PersonId

LATER = Milliseconds(1_795_000_001_000)
BY, NOWHERE = PersonId("ana"), ConnectionId("c1")


def lock(store: Any, id: str, why: str = "") -> None:
    with store.database.write() as db:
        locks.lock(db, locks.find_target(db, id), by=BY, why=why, at=LATER, connection=NOWHERE)


def unlock(store: Any, id: str) -> None:
    with store.database.write() as db:
        locks.unlock(db, locks.find_target(db, id), by=BY, at=LATER, connection=NOWHERE)


def locked(store: Any) -> list[bool]:
    """Of each note in the programme's order, the conclusion last."""
    with store.database.read() as db:
        return [note.lock is not None for note in load_day(db, store.one.day.id).notes()]


def test_a_note_a_section_or_a_day_is_locked_and_nothing_else(store: Any) -> None:
    lock(store, store.one.notes[1].id)
    assert locked(store) == [False, True, False, False]
    lock(store, store.one.sections[0].id)
    assert locked(store) == [True, True, False, False]
    lock(store, store.other.day.id)
    assert locked(store) == [True, True, False, False]
    lock(store, store.one.day.id)
    assert locked(store) == [True, True, True, True]
    unlock(store, store.one.sections[0].id)
    assert locked(store) == [False, False, True, True]


def test_a_section_without_items_locks_nothing(store: Any) -> None:
    lock(store, store.one.sections[1].id)
    assert not any(locked(store))


def test_a_lock_says_who_when_and_why_and_stays_the_first(store: Any) -> None:
    note = store.one.notes[0].id
    lock(store, note, " On  conclut\u00a0:\nmerci ")
    lock(store, store.one.day.id, "again")
    with store.database.read() as db:
        found = load_day(db, store.one.day.id).sections[0].items[0].note.lock
        lines = journal.of_day(db, store.one.day.id)
    assert found is not None
    assert (found.seq, found.by, found.at, found.why) == (2, BY, LATER, "On conclut\u00a0: merci")
    assert [(line.what, line.why) for line in lines if line.note == note] == [("lock", found.why)]


def test_what_is_not_there_is_said(store: Any) -> None:
    with pytest.raises(NotFound, match="no note, section or day nope"):
        lock(store, "nope")


@pytest.mark.parametrize("why", ["x" * 501, "a\x00b", "a\ud800"])
def test_a_reason_that_cannot_be_locks_nothing(store: Any, why: str) -> None:
    with pytest.raises(BadInput):
        lock(store, store.one.notes[0].id, why)
    assert not any(locked(store))
