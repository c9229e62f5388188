"""PostgreSQL goes away, for one server or for all, while people type at two (S6, L2)."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from storage.store import Store
from storage.values import ConnectionId, DayId, Milliseconds, PersonId, Submission
from tests.cluster.cluster import Cluster, until
from tests.cluster.crowd import Crowd, crowd
from tests.crash.run import Typist
from tests.peers.driver import Peers
from tests.redis_server import needs_redis
from tests.sync import written
from tests.sync.conftest import NOTE, Hall, add_day_with_note

pytestmark = [needs_redis, pytest.mark.asyncio(loop_scope="module")]

Fault = Callable[[Cluster], AbstractAsyncContextManager[None]]
AWAY_SECONDS = float(os.environ.get("CALEPIN_TEST_AWAY_SECONDS", "3"))
"""Well within the ten seconds for which a commit is tried again."""
TERMINATE_ALL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@asynccontextmanager
async def crashed_and_started(two: Cluster) -> AsyncIterator[None]:
    await asyncio.to_thread(two.postgres.stop)
    yield
    await asyncio.to_thread(two.postgres.start)


@asynccontextmanager
async def crashed_without_a_redis(two: Cluster) -> AsyncIterator[None]:
    await asyncio.to_thread(two.redis.kill)
    await asyncio.to_thread(two.postgres.stop)
    yield
    await asyncio.to_thread(two.redis.start)
    await asyncio.to_thread(two.postgres.start)


@asynccontextmanager
async def silent(two: Cluster) -> AsyncIterator[None]:
    for store in two.stores:
        store.swallow()
    yield
    for store in two.stores:
        store.heal()


@pytest.mark.promise("S6", "L1", "L2", "L4", "L7", "W2")
@pytest.mark.parametrize("fault", [crashed_and_started, crashed_without_a_redis, silent])
async def test_nothing_is_called_saved_that_a_database_did_not_take(
    fault: Fault, two: Cluster, peers: Peers
) -> None:
    async with crowd(two, peers) as people:
        await people.crosses()
        async with fault(two):
            away = asyncio.create_task(asyncio.sleep(AWAY_SECONDS))  # the fault's length
            await unsaved(people, 0)
            await unsaved(people, 1)
            await away
            assert all([(await one.peer.state()).unsynced for one in speakers(people)])
        await all_saved(people)
        await people.crosses()
        await people.locks()


@pytest.mark.promise("S6", "L2", "L4", "L7", "K1")
async def test_connections_to_the_database_end_at_any_moment(two: Cluster, peers: Peers) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    async with crowd(two, peers, seed=seed) as people:
        for _ in range(12):
            await asyncio.to_thread(two.postgres.sql, TERMINATE_ALL)
            await asyncio.sleep(dice.uniform(0.0, 0.3))  # the next blow, not a wait
        await people.locks(1, 0)
        await people.crosses()


@pytest.mark.promise("S6", "L1", "L2", "L7", "W2")
@pytest.mark.parametrize("silently", [True, False])
async def test_a_server_apart_from_the_database_tells_the_truth_and_the_other_goes_on(
    silently: bool, two: Cluster, peers: Peers
) -> None:
    async with crowd(two, peers) as people:
        await people.crosses()
        if silently:
            two.stores[0].swallow()
        else:
            await two.stores[0].refuse()
        away = asyncio.create_task(asyncio.sleep(AWAY_SECONDS))  # the fault's length
        word = await unsaved(people, 0)
        there = people.at[1][0]
        heard = await people.says(there)
        await asyncio.gather(*(one.peer.wait(contains=heard) for one in people.at[1]))
        await there.peer.wait(unsynced=False)
        await away
        assert (await people.at[0][0].peer.state()).unsynced
        assert word not in (await there.peer.state()).notes
        if silently:
            two.stores[0].heal()
        else:
            await two.stores[0].listen()
        await all_saved(people)
        await asyncio.gather(*(one.peer.wait(contains=word) for one in people.typists))
        await people.crosses()
        assert not any(one.peer.events("close") for one in people.typists), "somebody was sent away"


@pytest.mark.promise("S6", "U2")
async def test_a_note_that_cannot_be_read_now_sends_nobody_away(two: Cluster) -> None:
    """What another process said goes unread while the database is away, and is read after it."""
    times = itertools.count(1_700_000_000_000)

    def clock() -> Milliseconds:
        return Milliseconds(next(times))

    async with await Store.open(two.postgres.url, clock=clock) as store:
        await store.write(lambda db: add_day_with_note(db, DayId("unread"), NOTE, clock()))
        hall = Hall.on(store, clock, time.monotonic)
        pumping = asyncio.create_task(hall.pump.run())
        anne = await hall.joined(name="anne")
        row = written.update([(99, 0, [written.text("ailleurs")])])
        elsewhere = Submission(NOTE, PersonId("bruno"), ConnectionId("b"), clock(), row)
        await store.submit([elsewhere])
        await asyncio.to_thread(two.postgres.stop)
        hall.pump.look(anne.room)
        await hall.settled()
        assert anne.socket.closed is None
        await asyncio.to_thread(two.postgres.start)
        await hall.follow_others()
        anne.listen()
        assert "ailleurs" in anne.text
        hall.pump.stop()
        await pumping


def speakers(people: Crowd) -> list[Typist]:
    return [one for one in people.typists if one.counts_saved]


async def unsaved(people: Crowd, server: int) -> str:
    """Somebody writes a word that cannot be stored, and sees that it is not; which it is."""
    typist = people.at[server][0]
    word = await people.says(typist)
    await typist.peer.wait(unsynced=True)
    return word


async def all_saved(people: Crowd) -> None:
    async def are() -> bool:
        return all(one.saved >= len(one.typed) - 1 for one in speakers(people))

    await until(are, seconds=30)
