"""A storm over a cluster: servers, Redis, PostgreSQL and the networks between fail as drawn.

Meanwhile people type, at servers of their own and through a balancer, and moderators lock and
unlock. What is called saved is looked for in the database all the time; when it is quiet again,
everybody and everything must show the same, with every word once and nothing behind a lock.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from storage.errors import StoreError
from tests.cluster.cluster import Cluster
from tests.cluster.crowd import Crowd, check_rows, crowd
from tests.crash.run import Typist, text_of
from tests.peers.driver import Peers
from tests.proxy import Proxy

TERMINATE_ALL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
LOOK_SECONDS = 0.5

Act = Callable[[random.Random], Awaitable[None]]


@dataclass(eq=False)
class Storm:
    """One run. The seed decides what fails when; the rest is the machine's chance."""

    cluster: Cluster
    peers: Peers
    seed: int
    happened: Counter[str] = field(default_factory=Counter)
    locks: int = 0
    """Locks and unlocks that were answered."""
    looks: int = 0
    """How often what was called saved was found in the database."""
    words: int = 0
    calm_seconds: float = 0.0
    """How long a word took from any server to any other one, right after the last fault."""

    async def rages(self, seconds: float) -> None:
        """Let it rage for so long, and check. An AssertionError names the seed."""
        try:
            async with (
                crowd(self.cluster, self.peers, servers=self._servers, seed=self.seed) as placed,
                crowd(self.cluster, self.peers, servers=(None,), note=1, seed=self.seed) as free,
            ):
                await self._rage(seconds, [placed, free])
                await placed.crosses(seconds=15)
            self.calm_seconds = max(placed.crossings)
            self.words = sum(len(one.typed) for one in (*placed.typists, *free.typists))
        except BaseException as error:
            error.add_note(f"seed {self.seed}: {dict(self.happened)}")
            raise

    @property
    def _servers(self) -> tuple[int, ...]:
        return tuple(range(len(self.cluster.servers)))

    async def _rage(self, seconds: float, crowds: list[Crowd]) -> None:
        stop = asyncio.Event()
        dice = random.Random(self.seed)
        lanes = [
            self._draw([*self._of_servers(), *self._of_postgres()], dice.random(), stop),
            self._draw(self._of_redis(), dice.random(), stop),
            self._lock_and_unlock(random.Random(dice.random()), stop),
            *(self._look(one, stop) for one in crowds),
        ]
        async with asyncio.TaskGroup() as tasks:
            for lane in lanes:
                tasks.create_task(lane)
            await asyncio.sleep(seconds)
            stop.set()
        await self.cluster.mend()
        for number in (0, 1):
            await self.cluster.lock(0, note=number, unlock=True)

    async def _draw(self, acts: list[Act], seed: float, stop: asyncio.Event) -> None:
        """One fault after the other, each with its end, and a moment of peace between."""
        dice = random.Random(seed)
        while not stop.is_set():
            act = dice.choice(acts)
            self.happened[act.__name__] += 1
            await act(dice)
            await asyncio.sleep(dice.uniform(0.0, 1.5))

    # Faults

    def _of_servers(self) -> list[Act]:
        return [self.kill_a_server, self.pause_a_server, self.pause_a_server]

    def _of_postgres(self) -> list[Act]:
        return [
            self.crash_postgres,
            self.end_all_connections,
            self.part_a_server_from_postgres,
            self.slow_postgres_down,
        ]

    def _of_redis(self) -> list[Act]:
        return [
            self.kill_redis,
            self.pause_redis,
            self.part_a_server_from_redis,
            self.slow_redis_down,
        ]

    async def kill_a_server(self, dice: random.Random) -> None:
        server = dice.choice(self.cluster.servers)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(dice.uniform(0.0, 2.0))
        await asyncio.to_thread(server.start)

    async def pause_a_server(self, dice: random.Random) -> None:
        server = dice.choice(self.cluster.servers)
        server.pause()
        await asyncio.sleep(dice.uniform(0.2, 10.0))
        server.resume()

    async def crash_postgres(self, dice: random.Random) -> None:
        await asyncio.to_thread(self.cluster.postgres.stop)
        await asyncio.sleep(dice.uniform(0.0, 3.0))
        await asyncio.to_thread(self.cluster.postgres.start)

    async def end_all_connections(self, dice: random.Random) -> None:
        for _ in range(dice.randint(1, 8)):
            await asyncio.to_thread(self.cluster.postgres.sql, TERMINATE_ALL)
            await asyncio.sleep(dice.uniform(0.0, 0.2))

    async def part_a_server_from_postgres(self, dice: random.Random) -> None:
        await self._part(dice.choice(self.cluster.stores), dice)

    async def slow_postgres_down(self, dice: random.Random) -> None:
        await self._slow_down(dice.choice(self.cluster.stores), dice.uniform(0.005, 0.05), dice)

    async def kill_redis(self, dice: random.Random) -> None:
        await asyncio.to_thread(self.cluster.redis.kill)
        await asyncio.sleep(dice.uniform(0.0, 3.0))
        await asyncio.to_thread(self.cluster.redis.start)

    async def pause_redis(self, dice: random.Random) -> None:
        self.cluster.redis.pause()
        await asyncio.sleep(dice.uniform(0.2, 6.0))
        self.cluster.redis.resume()

    async def part_a_server_from_redis(self, dice: random.Random) -> None:
        await self._part(dice.choice(self.cluster.ways), dice)

    async def slow_redis_down(self, dice: random.Random) -> None:
        await self._slow_down(dice.choice(self.cluster.ways), dice.uniform(0.01, 0.5), dice)

    async def _part(self, way: Proxy, dice: random.Random) -> None:
        match dice.randrange(3):
            case 0:
                way.swallow()
                await asyncio.sleep(dice.uniform(0.2, 5.0))
                way.heal()
            case 1:
                await way.refuse()
                await asyncio.sleep(dice.uniform(0.2, 5.0))
                await way.listen()
            case _:
                for _ in range(dice.randint(1, 5)):
                    way.cut()
                    await asyncio.sleep(dice.uniform(0.0, 0.5))

    async def _slow_down(self, way: Proxy, seconds: float, dice: random.Random) -> None:
        way.delay_seconds = seconds
        await asyncio.sleep(dice.uniform(0.5, 4.0))
        way.delay_seconds = 0.0

    # Meanwhile

    async def _lock_and_unlock(self, dice: random.Random, stop: asyncio.Event) -> None:
        cluster = self.cluster
        while not stop.is_set():
            await asyncio.sleep(dice.uniform(0.1, 1.5))
            server, note = dice.choice(cluster.servers), dice.choice(cluster.day.notes[:2])
            verb = dice.choice(["lock", "unlock", "unlock"])
            async with server.http(cluster.day.tokens["moderator"]) as http:
                with suppress(httpx.TransportError):
                    answer = await http.post(f"/api/notes/{note}/{verb}", json={"why": "fini"})
                    self.locks += answer.is_success

    async def _look(self, people: Crowd, stop: asyncio.Event) -> None:
        """What anybody was told is saved is in the database, once, before they could repeat it."""
        while not stop.is_set():
            told = [(typist, typist.saved) for typist in people.typists]
            with suppress(StoreError):  # it is away: there is nothing to see
                rows = await asyncio.to_thread(self.cluster.rows, people.note)
                check_rows(rows)
                text = text_of(rows)
                lost = [word for word in _words(told) if text.count(word) != 1]
                assert not lost, f"called saved, and not in the database once: {lost}"
                self.looks += 1
            await asyncio.sleep(LOOK_SECONDS)


def _words(told: list[tuple[Typist, int]]) -> list[str]:
    return [word for typist, saved in told for word in typist.typed[:saved]]
