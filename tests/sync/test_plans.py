"""Locks at a given time: warned of, carried out once, also over restarts. The tests move the clock.

promise: K6
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.days import locks
from server.days.locks import Target
from server.errors import Conflict
from server.sync.plans import EARLY_WARNING_MS, Plans
from storage import journal
from storage.values import ConnectionId, DayId, Kind, Milliseconds, PersonId
from tests.sync.conftest import NOTE, Hall, Peer, open_hall

DAY = DayId("day")
TARGET = Target(DAY, (NOTE,))
BY = PersonId("zoé")
NOW = 1_800_000_000_000
MINUTE = 60_000
DRAIN_MS = 1_500


@dataclass
class Timed:
    """A hall whose planned locks are looked at when a test says so, at the time that it says."""

    hall: Hall
    plans: Plans
    now: int = NOW

    async def plan(self, in_ms: int, why: str = "fin") -> None:
        await self.plans.plan(TARGET, by=BY, why=why, at=Milliseconds(self.now + in_ms))

    async def at(self, since: int) -> None:
        """Look, so long after the test's beginning."""
        self.now = NOW + since
        await self.plans.look()

    async def kinds(self) -> list[Kind]:
        return [row.kind for row in await self.hall.store.tail(NOTE, 0) if row.kind]

    async def journal(self) -> list[tuple[str, str, str]]:
        lines = await self.hall.store.read(lambda db: journal.of_day(db, DAY))
        return [(line.what, line.who, line.why) for line in lines]


def timed_in(hall: Hall) -> Timed:
    timed: Timed

    def clock() -> Milliseconds:
        return Milliseconds(timed.now)

    plans = Plans(hall.store, hall.rooms, clock=clock, names=str, drain_ms=DRAIN_MS)
    timed = Timed(hall, plans)
    return timed


@pytest.fixture
async def timed(hall: Hall) -> AsyncIterator[Timed]:
    return timed_in(hall)


def heard(peer: Peer, kind: str) -> list[dict[str, Any]]:
    """The notices of one kind since the last call."""
    peer.listen()
    notices, peer.notices[:] = [json.loads(text) for text in peer.notices], []
    return [notice for notice in notices if notice["type"] == kind]


@pytest.mark.promise("K6", "K5")
async def test_a_lock_falls_at_its_moment_once_under_its_planner_s_name(timed: Timed) -> None:
    anne = await timed.hall.joined()
    await timed.plan(MINUTE, "Le débat est clos.")
    await timed.at(MINUTE - 1)
    anne.type("à temps")
    anne.say()
    await timed.hall.settled()
    assert await timed.kinds() == []
    await timed.at(MINUTE)
    anne.type("trop tard ")
    anne.say()
    await timed.hall.settled()
    assert await timed.hall.stored_text() == "à temps\n"
    assert await timed.kinds() == [Kind.LOCK]
    lock = (await timed.hall.store.heads([NOTE]))[NOTE].lock
    assert lock is not None
    assert (lock.by, lock.at, lock.why) == (BY, NOW + MINUTE, "Le débat est clos.")
    await timed.hall.rooms.unlock([NOTE], by=BY)
    await timed.at(2 * MINUTE)
    assert await timed.kinds() == [Kind.LOCK, Kind.UNLOCK]
    assert [line[0] for line in await timed.journal()] == ["plan_lock", "lock", "unlock"]
    assert (await timed.journal())[0][1:] == (BY, "2027-01-15T08:01:00+00:00 Le débat est clos.")
    assert (await timed.journal())[1][1:] == (BY, "Le débat est clos.")


@pytest.mark.promise("K6", "U3")
async def test_people_are_told_and_warned_before(timed: Timed) -> None:
    anne = await timed.hall.joined()
    anne.hello()
    await timed.plan(10 * MINUTE)
    plan = {"by": BY, "at": NOW + 10 * MINUTE, "why": "fin"}
    assert heard(anne, "state")[-1]["planned"] == plan
    bruno = await timed.hall.joined()
    bruno.hello()
    assert heard(bruno, "state")[-1]["planned"] == plan
    moment = 10 * MINUTE
    warned: list[tuple[int, int]] = []
    for since in (
        *(moment - EARLY_WARNING_MS - 1, moment - EARLY_WARNING_MS),
        *(moment - EARLY_WARNING_MS + 250, moment - MINUTE, moment - DRAIN_MS - 1),
        *(moment - DRAIN_MS, moment - DRAIN_MS + 250, moment - 1),
    ):
        await timed.at(since)
        warned += [(since, notice["in_ms"]) for notice in heard(anne, "locking")]
    assert warned == [
        (moment - EARLY_WARNING_MS, EARLY_WARNING_MS),
        (moment - DRAIN_MS, DRAIN_MS),
    ]
    await timed.at(moment)
    state = heard(anne, "state")[-1]
    assert (state["locked"]["by"], state["planned"]) == (BY, None)


@pytest.mark.promise("K6")
@pytest.mark.parametrize("what", ["lock", "unlock"])
async def test_a_lock_or_an_unlock_before_ends_the_plan(timed: Timed, what: str) -> None:
    anne = await timed.hall.joined()
    anne.hello()
    await timed.plan(MINUTE)
    if what == "lock":
        await timed.hall.rooms.lock([NOTE], by=BY, why="déjà", drain_seconds=0)
        await timed.hall.rooms.unlock([NOTE], by=BY)
    else:
        await timed.hall.rooms.unlock([NOTE], by=PersonId("inès"))
    await timed.plans.refresh()
    assert heard(anne, "state")[-1]["planned"] is None
    before = await timed.kinds()
    await timed.at(2 * MINUTE)
    assert await timed.kinds() == before
    lines = [line[:2] for line in await timed.journal()]
    assert lines == (
        [("plan_lock", BY), ("lock", BY), ("unlock", BY)]
        if what == "lock"
        else [("plan_lock", BY), ("cancel_lock", "inès")]
    )


@pytest.mark.promise("K6")
async def test_the_last_plan_counts(timed: Timed) -> None:
    await timed.plan(MINUTE, "first")
    await timed.plan(3 * MINUTE, "second")
    await timed.at(2 * MINUTE)
    assert await timed.kinds() == []
    await timed.at(3 * MINUTE)
    lock = (await timed.hall.store.heads([NOTE]))[NOTE].lock
    assert lock is not None
    assert lock.why == "second"


async def test_what_is_locked_is_not_planned_for(timed: Timed) -> None:
    await timed.hall.rooms.lock([NOTE], by=BY, why="déjà", drain_seconds=0)
    with pytest.raises(Conflict):
        await timed.plan(MINUTE)


@pytest.mark.promise("K6")
async def test_what_another_process_planned_and_cancelled_is_followed(timed: Timed) -> None:
    anne = await timed.hall.joined()
    anne.hello()

    async def elsewhere(at: int) -> None:
        await timed.hall.store.write(
            lambda db: locks.plan(
                db, TARGET, by=BY, why="", at=Milliseconds(NOW + at), now=Milliseconds(NOW)
            )
        )
        await timed.plans.refresh()

    await elsewhere(MINUTE)
    assert heard(anne, "state")[-1]["planned"]["at"] == NOW + MINUTE
    # Cancelled in the store, and not heard of here when the moment comes: the store decides.
    await timed.hall.store.write(
        lambda db: locks.unlock(
            db, TARGET, by=BY, at=Milliseconds(NOW), connection=ConnectionId("")
        )
    )
    await timed.at(MINUTE)
    assert await timed.kinds() == []
    assert heard(anne, "state")[-1]["planned"] is None
    await elsewhere(2 * MINUTE)
    await timed.at(2 * MINUTE)
    assert await timed.kinds() == [Kind.LOCK]


@pytest.mark.promise("K6", "K3")
async def test_a_moment_that_passed_while_nothing_ran_is_locked_at_the_start(
    tmp_path: Path,
) -> None:
    async with open_hall(tmp_path) as hall:
        await timed_in(hall).plan(MINUTE)
    for kinds in ([Kind.LOCK], [Kind.LOCK]):  # and not again at the next start
        async with open_hall(tmp_path) as hall:
            timed = timed_in(hall)
            await timed.at(60 * MINUTE)
            assert await timed.kinds() == kinds
