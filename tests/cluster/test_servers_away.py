"""A server is killed, or stands still, while people type at all of them (S6)."""

from __future__ import annotations

import asyncio
import os

import pytest

from tests.cluster.cluster import Cluster, until
from tests.cluster.crowd import crowd
from tests.peers.driver import Peers
from tests.redis_server import needs_redis

pytestmark = [needs_redis, pytest.mark.asyncio(loop_scope="module")]

STILL_SECONDS = float(os.environ.get("CALEPIN_TEST_STILL_SECONDS", "12"))
"""How long a server stands still; `make storm` says thirty."""
GONE_SECONDS = 15.0
"""In which those of a server that says nothing are gone; ten are promised."""
IN_TRANSACTION = """
SELECT count(*) FROM pg_stat_activity
WHERE state = 'idle in transaction' AND application_name = 'calepin'
"""


@pytest.mark.promise("S6", "L2", "L4", "L7")
async def test_people_of_a_server_that_dies_go_over_to_another(two: Cluster, peers: Peers) -> None:
    async with crowd(two, peers, servers=(None,)) as people:
        for server in two.servers:
            told = [(typist, typist.saved) for typist in people.typists]
            await asyncio.to_thread(server.kill)
            stored = await two.replayed(peers)
            for typist, saved in told:
                assert all(stored.count(word) == 1 for word in typist.typed[:saved])
            word = await people.says(people.typists[0])
            await asyncio.gather(*(one.peer.wait(contains=word) for one in people.typists))
            await asyncio.to_thread(server.start)


@pytest.mark.promise("S6", "K1", "K2", "L4", "L7", "W2")
async def test_a_server_that_stands_still_shows_nothing_stale_when_it_goes_on(
    two: Cluster, peers: Peers
) -> None:
    async with crowd(two, peers) as people:
        here, there = people.at[0][0], people.at[1][0]
        await here.peer.set_presence({"user": {"name": "Anne"}})
        await there.peer.set_presence({"user": {"name": "Bruno"}})
        await asyncio.gather(here.peer.wait(people=2), there.peer.wait(people=2))
        two.servers[0].pause()
        stood_still = asyncio.create_task(asyncio.sleep(STILL_SECONDS))  # the fault's length
        word = await people.says(here)
        await there.peer.wait(people=1, seconds=GONE_SECONDS)
        await two.lock(1, why="fin")
        locked = len(await asyncio.to_thread(two.rows))
        buffered = await people.says(here)
        await stood_still
        await here.peer.wait(unsynced=True)
        two.servers[0].resume()
        await here.peer.wait(scope="readonly")
        await here.peer.wait(unsynced=True)
        assert len(await asyncio.to_thread(two.rows)) == locked
        await two.lock(1, unlock=True)
        for one in people.typists:
            await one.peer.wait(contains=buffered)
            await one.peer.wait(contains=word)
        await here.peer.set_presence({"user": {"name": "Anne", "at": 2}})
        await there.peer.set_presence({"user": {"name": "Bruno", "at": 2}})
        await asyncio.gather(here.peer.wait(people=2), there.peer.wait(people=2))
        await people.crosses()


@pytest.mark.promise("S6", "L7")
async def test_a_server_that_stands_still_in_a_transaction_holds_nobody_up(
    two: Cluster, peers: Peers
) -> None:
    two.stores[0].delay_seconds = 0.02  # its transactions take their time, and are met
    async with crowd(two, peers) as people:

        async def stands_in_a_transaction() -> bool:
            two.servers[0].pause()
            # What is on its way arrives first; only then is "idle" its own fault.
            for _ in range(3):
                if await asyncio.to_thread(two.postgres.sql, IN_TRANSACTION) == "0":
                    two.servers[0].resume()
                    return False
                await asyncio.sleep(0.05)
            return True

        await until(stands_in_a_transaction, seconds=30)
        two.stores[0].delay_seconds = 0.0
        word = await people.says(people.at[1][0])
        await asyncio.gather(*(one.peer.wait(contains=word) for one in people.at[1]))
        await people.at[1][0].peer.wait(unsynced=False)
        two.servers[0].resume()
        await people.crosses()
