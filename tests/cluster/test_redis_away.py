"""Redis fails in every way while people type at two servers: late, and nothing else (S6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from tests.cluster.cluster import Cluster, until
from tests.cluster.crowd import crowd
from tests.peers.driver import Peers
from tests.redis_server import needs_redis

pytestmark = [needs_redis, pytest.mark.asyncio(loop_scope="module")]

Fault = Callable[[Cluster], AbstractAsyncContextManager[None]]
SILENT_SECONDS = 20.0
"""A process that is not heard is forgotten after eight."""


@asynccontextmanager
async def killed(two: Cluster) -> AsyncIterator[None]:
    await asyncio.to_thread(two.redis.kill)
    yield
    await asyncio.to_thread(two.redis.start)


@asynccontextmanager
async def emptied_and_all_cut(two: Cluster) -> AsyncIterator[None]:
    for _ in range(5):
        two.redis.command("FLUSHALL")
        two.redis.command("CLIENT", "KILL", "TYPE", "pubsub", "SKIPME", "yes")
        two.redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await asyncio.sleep(0.05)  # the next blow, not a wait
    yield


@asynccontextmanager
async def apart_in_silence(two: Cluster) -> AsyncIterator[None]:
    two.ways[0].swallow()
    yield
    two.ways[0].heal()


@asynccontextmanager
async def refused(two: Cluster) -> AsyncIterator[None]:
    await two.ways[1].refuse()
    yield
    await two.ways[1].listen()


@asynccontextmanager
async def cut_again_and_again(two: Cluster) -> AsyncIterator[None]:
    async def cut() -> None:
        while True:
            for way in two.ways:
                way.cut()
            await asyncio.sleep(0.2)  # the next blow, not a wait

    cutting = asyncio.create_task(cut())
    yield
    cutting.cancel()


@asynccontextmanager
async def far(two: Cluster) -> AsyncIterator[None]:
    two.ways[0].delay_seconds = 0.3
    yield
    two.ways[0].delay_seconds = 0.0


@asynccontextmanager
async def full(two: Cluster) -> AsyncIterator[None]:
    two.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
    two.redis.command("CONFIG", "SET", "maxmemory", "1mb")
    yield
    two.redis.command("CONFIG", "SET", "maxmemory", "0")


@asynccontextmanager
async def begun_anew_with_other_data(two: Cluster) -> AsyncIterator[None]:
    await asyncio.to_thread(two.redis.kill)
    await asyncio.to_thread(two.redis.start)
    for kind, words in {"SET": ["x"], "LPUSH": ["x"], "SADD": ["x"]}.items():
        two.redis.command(kind, f"calepin:{kind}:{two.note}", *words)
    two.redis.command("PUBLISH", "calepin:all", b"\xc1 not ours")
    two.redis.command("PUBLISH", f"calepin:note:{two.note}", b"\x95\xa1c")
    yield


@pytest.mark.promise("S6", "K1", "K2", "L4", "L7", "W2")
@pytest.mark.parametrize(
    "fault",
    [
        killed,
        emptied_and_all_cut,
        apart_in_silence,
        refused,
        cut_again_and_again,
        far,
        full,
        begun_anew_with_other_data,
    ],
)
async def test_people_write_on_and_a_lock_holds(fault: Fault, two: Cluster, peers: Peers) -> None:
    async with crowd(two, peers) as people:
        async with fault(two):
            await people.crosses()
            await people.locks()
        await people.crosses()


@pytest.mark.promise("S6")
async def test_a_redis_that_stands_still_takes_presence_away_and_brings_it_back(
    two: Cluster, peers: Peers
) -> None:
    async with crowd(two, peers, kinds=("hocuspocus@4.8", "y-websocket@3.1")) as people:
        anne, bruno = (people.at[server][0].peer for server in (0, 1))
        await anne.set_presence({"user": {"name": "Anne"}})
        await bruno.set_presence({"user": {"name": "Bruno"}})
        await asyncio.gather(anne.wait(people=2), bruno.wait(people=2))
        two.redis.pause()
        await asyncio.gather(
            *(one.wait(people=1, seconds=SILENT_SECONDS) for one in (anne, bruno)),
            people.crosses(),
            people.locks(1, 0),
        )
        two.redis.resume()
        await asyncio.gather(*(until(lambda n=n: two.has_bus(n)) for n in (0, 1)))
        await anne.set_presence({"user": {"name": "Anne", "at": 2}})
        await bruno.set_presence({"user": {"name": "Bruno", "at": 2}})
        await asyncio.gather(anne.wait(people=2), bruno.wait(people=2))
        await people.crosses()


@pytest.mark.promise("S6", "K1")
async def test_servers_start_without_a_redis_and_find_it_later(two: Cluster, peers: Peers) -> None:
    await asyncio.to_thread(two.redis.kill)
    await asyncio.to_thread(two.servers[1].restart)
    async with crowd(two, peers) as people:
        await people.crosses()
        await people.locks()
        await asyncio.to_thread(two.redis.start)
        await asyncio.gather(*(until(lambda n=n: two.has_bus(n)) for n in (0, 1)))
        await people.crosses()
