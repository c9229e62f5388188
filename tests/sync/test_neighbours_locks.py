"""Two processes on one store: locks, and what is held (S6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.days.access import Role
from server.sync.held import Decision, decide_held
from storage.held import decide, of_note
from storage.values import HeldState, Milliseconds, PersonId
from tests.convergence.weather import Weather
from tests.sync.conftest import NOTE, Hall, Peer, open_hall
from tests.sync.two import Two, saying

MODERATOR = PersonId("moderator")


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    async with Two.open(tmp_path) as found:
        yield found


@pytest.mark.promise("K1", "K2", "S6")
async def test_a_lock_of_one_process_holds_in_the_other(two: Two) -> None:
    anne = await two.there.joined(name="anne")
    anne.hello()
    await two.rest()
    anne.listen()
    anne.notices.clear()
    await two.here.rooms.lock([NOTE], by=MODERATOR, why="fin", drain_seconds=0)
    saying(anne, "trop tard")  # before anything is heard of the lock there
    await two.there.settled()
    await two.rest()
    anne.listen()
    assert await two.here.stored_text() == "\n"
    assert any('"why": "fin"' in notice for notice in anne.notices)
    assert anne.room.lock is not None


@pytest.mark.promise("K2")
async def test_people_of_the_other_process_are_warned_of_a_lock_and_waited_for(two: Two) -> None:
    anne = await two.there.joined(name="anne")
    anne.hello()
    two.tick(1.0)
    await two.rest()
    anne.listen()
    anne.notices.clear()
    two.wire.said.clear()
    locking = asyncio.create_task(
        two.here.rooms.lock([NOTE], by=MODERATOR, why="", drain_seconds=0.2)
    )
    await two.wire.said.wait()
    two.wire.deliver_all()
    anne.listen()
    assert any('"type": "locking"' in notice for notice in anne.notices)
    saying(anne, "encore à temps")
    await two.there.settled()
    await locking
    assert await two.here.stored_text() == "encore à temps\n"


@pytest.mark.promise("K4", "S6")
async def test_what_is_held_by_one_process_is_decided_by_the_other_once(two: Two) -> None:
    anne = await two.here.joined(name="anne")
    here = await two.here.joined(Role.MODERATOR, name="moderator")
    there = await two.there.joined(Role.MODERATOR, name="moderator")
    await two.here.rooms.lock([NOTE], by=MODERATOR, why="", drain_seconds=0)
    saying(anne, "trop tard")
    await two.rest()
    assert list(here.room.replica.held) == list(there.room.replica.held) != []
    (id,) = there.room.replica.held

    async def decide(hall: Hall, peer: Peer, decision: Decision) -> None:
        await decide_held(
            hall.store, hall.pump, peer.room, id, decision, by=MODERATOR, at=hall.clock()
        )

    found = await asyncio.gather(
        decide(two.here, here, Decision.KEEP),
        decide(two.there, there, Decision.DISCARD),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in found) in (
        ["NoneType", "NotFound"],
        ["Conflict", "NoneType"],
    ), found
    await two.rest()
    assert not here.room.replica.held
    assert not there.room.replica.held
    assert await two.here.stored_text() == "\n"


@pytest.mark.promise("K4", "S6")
async def test_what_was_held_elsewhere_is_decided_before_it_is_heard_of(two: Two) -> None:
    anne = await two.here.joined(name="anne")
    there = await two.there.joined(Role.MODERATOR, name="moderator")
    await two.here.rooms.lock([NOTE], by=MODERATOR, why="", drain_seconds=0)
    saying(anne, "trop tard")
    await two.here.settled()
    two.wire.under_way.clear()
    (id,) = anne.room.replica.held
    await decide_held(
        two.there.store,
        two.there.pump,
        there.room,
        id,
        Decision.KEEP,
        by=MODERATOR,
        at=two.there.clock(),
    )
    await two.rest()
    assert not anne.room.replica.held
    assert await two.here.stored_text() == "\n"


@pytest.mark.promise("K4", "S6")
async def test_a_decision_stands_that_is_made_while_the_text_comes_in_elsewhere(
    tmp_path: Path,
) -> None:
    async with open_hall(tmp_path, kind=Weather) as hall:
        store = hall.store
        assert isinstance(store, Weather)
        anne = await hall.joined(name="anne")
        await hall.rooms.lock([NOTE], by=MODERATOR, why="", drain_seconds=0)
        saying(anne, "trop tard")
        await hall.settled()
        (id,) = anne.room.replica.held
        await hall.rooms.unlock([NOTE], by=MODERATOR)

        def keep_apart() -> None:
            """Another process, just when her answer is in the log here."""
            with store.database.write() as db:
                decide(db, [id], state=HeldState.LATE, by=MODERATOR, at=Milliseconds(1))

        store.after = keep_apart
        anne.listen()  # she is asked what she has, and answers
        await hall.settled()
        await hall.settled()
        assert await hall.stored_text() == "trop tard\n"
        (one,) = await store.read(lambda db: of_note(db, NOTE))
        assert (one.state, one.decided_by) == (HeldState.LATE, MODERATOR)
