"""What is to be told is written with what happens, claimed by one, and settled once."""

from __future__ import annotations

from threading import Event as Flag
from threading import Thread

import pytest
from sqlalchemy import Connection

from storage import catalogue, deliveries, log, webhooks
from storage.database import Database
from storage.deliveries import Delivery
from storage.values import ConnectionId, DayId, Milliseconds, NoteId, PersonId, WebhookId
from storage.webhooks import Webhook

HERE, THERE = WebhookId("here"), WebhookId("there")
AT = Milliseconds(1_000)
UNTIL = Milliseconds(60_000)


def register(db: Connection, day: DayId, *ids: WebhookId) -> None:
    for id in ids:
        webhooks.add(db, Webhook(id, day, f"https://example.org/{id}", AT, "ana"))


def lock(db: Connection, note: NoteId) -> None:
    log.lock(db, note, by=PersonId("ana"), why="", at=AT, connection=ConnectionId("c"))


def unlock(db: Connection, note: NoteId) -> None:
    log.unlock(db, note, by=PersonId("ana"), at=AT, connection=ConnectionId("c"))


def claim(db: Connection, count: int = 10, *, now: int = AT, until: int = UNTIL) -> list[Delivery]:
    wanted = dict.fromkeys(deliveries.due(db, Milliseconds(now)), count)
    return deliveries.claim(db, wanted, now=Milliseconds(now), until=Milliseconds(until))


@pytest.fixture
def hooked(database: Database, day: DayId) -> Database:
    with database.write() as db:
        register(db, day, HERE, THERE)
    return database


def test_a_lock_is_told_to_each_address_with_its_position(
    hooked: Database, notes: list[NoteId], day: DayId
) -> None:
    with hooked.write() as db:
        lock(db, notes[1])
        unlock(db, notes[1])
        found = claim(db)
    assert sorted((one.webhook, one.type, one.seq, one.title, one.state) for one in found) == [
        ("here", "note.locked", 1, "Item 1", "locked"),
        ("here", "note.unlocked", 2, "Item 1", "open"),
        ("there", "note.locked", 1, "Item 1", "locked"),
        ("there", "note.unlocked", 2, "Item 1", "open"),
    ]
    assert {(one.day, one.note, one.at, one.attempts) for one in found} == {(day, notes[1], AT, 1)}
    assert len({one.event for one in found}) == 2


def test_what_is_rolled_back_is_told_to_nobody(hooked: Database, notes: list[NoteId]) -> None:
    def lock_and_fail() -> None:
        with hooked.write() as db:
            lock(db, notes[0])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lock_and_fail()
    with hooked.read() as db:
        assert deliveries.due(db, UNTIL) == []
        assert log.head(db, notes[0]).lock is None


def test_a_claim_is_nobody_elses_until_it_runs_out(hooked: Database, notes: list[NoteId]) -> None:
    with hooked.write() as db:
        lock(db, notes[0])
        first = claim(db)
    with hooked.write() as db:
        assert claim(db) == []
    with hooked.write() as db:
        again = claim(db, now=UNTIL, until=2 * UNTIL)
    assert [one.attempts for one in first] == [1, 1]
    assert [one.attempts for one in again] == [2, 2]
    with hooked.write() as db:
        # Whoever had it before knows nothing of that: what is theirs to say is that it arrived.
        late = first[0]
        deliveries.failed(db, late, at=AT, status=500, failure="status", due_at=AT)
        assert deliveries.due(db, AT) == []
        deliveries.delivered(db, late, at=AT, status=200)
        deliveries.delivered(db, again[0], at=AT, status=200)
        found = {one.id: (one.delivered, queue.waiting) for one, queue in of(db)}
    assert found == {HERE: (1, 0), THERE: (0, 1)}


def of(db: Connection) -> list[tuple[Webhook, webhooks.Queue]]:
    return webhooks.of_day(db, DayId("day000000001"))


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_who_claims_does_not_wait_for_another_one(hooked: Database, notes: list[NoteId]) -> None:
    with hooked.write() as db:
        lock(db, notes[0])
    with hooked.write() as one, hooked.write() as other:
        assert len(claim(one)) == 2
        assert claim(other) == []


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_a_lock_waits_for_who_forgets_an_address_and_does_not_fail(
    hooked: Database, notes: list[NoteId]
) -> None:
    begun = Flag()

    def lock_meanwhile() -> None:
        with hooked.write() as db:
            begun.set()
            lock(db, notes[0])

    thread = Thread(target=lock_meanwhile)
    with hooked.write() as db:
        webhooks.remove(db, HERE)
        thread.start()
        begun.wait()
    thread.join()
    with hooked.write() as db:
        assert [one.webhook for one in claim(db)] == [THERE]


def test_given_up_ended_and_forgotten_are_counted(hooked: Database, notes: list[NoteId]) -> None:
    with hooked.write() as db:
        lock(db, notes[0])
        lock(db, notes[1])
        found = {one.webhook: one for one in claim(db, 1)}
        here, there = found[HERE], found[THERE]
        assert deliveries.give_up(db, here, at=AT, status=None, failure="timeout")
        assert not deliveries.give_up(db, here, at=AT, status=None, failure="timeout")
        assert deliveries.end(db, there, at=AT, status=410, failure="gone")
        assert not deliveries.end(db, there, at=AT, status=410, failure="gone")
        lock(db, notes[2])
        shown = {one.id: (one, queue.waiting) for one, queue in of(db)}
    assert (shown[HERE][0].given_up, shown[HERE][0].failure, shown[HERE][1]) == (1, "timeout", 2)
    assert (shown[THERE][0].given_up, shown[THERE][0].gone_at, shown[THERE][1]) == (2, AT, 0)
    with hooked.write() as db:
        assert webhooks.remove(db, HERE)
        assert not webhooks.remove(db, HERE)
        assert deliveries.due(db, UNTIL) == []


def test_no_more_waits_for_an_address_than_the_bound(
    hooked: Database, notes: list[NoteId], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MAX_WAITING", 2)
    with hooked.write() as db:
        for note in notes:
            lock(db, note)
        found = {one.id: (one.given_up, queue.waiting) for one, queue in of(db)}
    assert found == {HERE: (1, 2), THERE: (1, 2)}


def test_one_address_alone_is_told_in_place_of_what_waits_of_this_kind(
    hooked: Database, notes: list[NoteId], day: DayId
) -> None:
    with hooked.write() as db:
        lock(db, notes[0])
        for line in (101, 102):
            event = webhooks.Event(day, line, "webhook.test", AT, "test")
            assert webhooks.queue_alone(db, HERE, event)
        assert not webhooks.queue_alone(db, WebhookId("nowhere"), event)
        assert webhooks.waiting(db) == 3
        found = claim(db)
        shown = {one.id: (queue.waiting, queue.attempts) for one, queue in of(db)}
    assert sorted((one.webhook, one.type) for one in found) == [
        ("here", "note.locked"),
        ("here", "webhook.test"),
        ("there", "note.locked"),
    ]
    assert shown == {HERE: (2, 1), THERE: (1, 1)}
    with hooked.write() as db:
        test = next(one for one in found if one.type == "webhook.test")
        assert test.event == event.id
        deliveries.leave(db, test, at=AT, status=500, failure="status")
        here = next(one for one, _ in of(db) if one.id == HERE)
        assert (here.failure, here.given_up, here.delivered) == ("status", 0, 0)
        assert webhooks.waiting(db) == 2
        assert deliveries.end(db, test, at=AT, status=410, failure="gone")
        assert not webhooks.queue_alone(db, HERE, event)


def test_a_deleted_day_takes_all_of_it_along(
    hooked: Database, notes: list[NoteId], day: DayId
) -> None:
    with hooked.write() as db:
        lock(db, notes[0])
        counts = catalogue.delete_day(db, day)
        assert (counts["webhook"], counts["delivery"]) == (2, 2)
        assert not any(catalogue.count_rows(db, day).values())
