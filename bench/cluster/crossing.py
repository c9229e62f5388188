"""How long something takes from somebody at one process to somebody at another."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from websockets.asyncio.client import ClientConnection, connect

from bench.cluster.loads import Load, measure
from bench.cluster.running import Cluster, part
from bench.crowds import NOTHING_NEW, STEP_1, keystroke
from server.sync.codec import var_bytes, var_uint

EDIT, PRESENCE, SCOPE, _STEP_2 = b"\x00\x02", b"\x01", b"\x02\x02", b"\x00\x01"
_CARET = b'{"user":{"name":"Anne"},"cursor":%d}'
LONGEST_PAUSE = 0.3
"""Between two times: longer than any tick, and never in step with one."""


@dataclass(frozen=True, slots=True)
class Waits:
    """In milliseconds, in the order in which they were measured."""

    of: str
    milliseconds: list[float]

    def share(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(slots=True)
class Person:
    """A raw socket at one process, in one note."""

    socket: ClientConnection
    prefix: bytes

    async def say(self, body: bytes) -> None:
        await self.socket.send(self.prefix + body)

    async def wait(self, kind: bytes) -> None:
        """Until something of this kind comes."""
        while not bytes(await self.socket.recv(decode=False))[len(self.prefix) :].startswith(kind):
            pass


@asynccontextmanager
async def person(cluster: Cluster, number: int, process: int, note: int) -> AsyncIterator[Person]:
    """Somebody who has the note and its people."""
    async with connect(
        cluster.urls[note][process],
        additional_headers={"Cookie": cluster.cookies[number]},
        compression=None,
        max_queue=None,
    ) as socket:
        found = Person(socket, var_bytes(cluster.names[note].encode()))
        token = var_bytes(cluster.token.encode())
        await found.say(b"\x02\x00" + token + var_bytes(b"4.8.0"))
        await found.say(STEP_1)
        await found.wait(_STEP_2)
        await found.say(NOTHING_NEW)
        yield found


async def edits(cluster: Cluster, times: int, note: int = 0) -> Waits:
    """From a key at one process to the screen at another, in a note where nothing else happens."""
    async with person(cluster, 0, 0, note) as anne, person(cluster, 1, 1, note) as bruno:
        client, clock = random.getrandbits(31), iter(range(times))
        return await _timed(
            "an edit", times, lambda: anne.say(keystroke(client, next(clock))), bruno, EDIT
        )


async def presence(cluster: Cluster, times: int, note: int = 0) -> Waits:
    async with person(cluster, 0, 0, note) as anne, person(cluster, 1, 1, note) as bruno:
        client, clock = random.getrandbits(31), iter(range(1, times + 1))

        async def move() -> None:
            number = next(clock)
            state = var_bytes(_CARET % number)
            await anne.say(
                b"\x01" + var_bytes(b"\x01" + var_uint(client) + var_uint(number) + state)
            )

        return await _timed("a caret", times, move, bruno, PRESENCE)


async def locks(cluster: Cluster, times: int, note: int = 0) -> Waits:
    """From the request to one process until a writer at another is told; without a drain."""
    address = f"/api/notes/{cluster.names[note]}"
    headers = {"Authorization": f"Bearer {cluster.moderator}"}
    async with (
        person(cluster, 1, 1, note) as bruno,
        httpx.AsyncClient(
            base_url=cluster.bases[0], headers=headers, trust_env=False, timeout=30
        ) as http,
    ):
        turn = iter(range(times))

        async def lock() -> None:
            locked = next(turn) % 2
            answer = await http.post(
                f"{address}/{'unlock' if locked else 'lock'}", json=None if locked else {}
            )
            answer.raise_for_status()

        return await _timed("a lock", times, lock, bruno, SCOPE)


async def _timed(
    of: str, times: int, act: Callable[[], Awaitable[None]], there: Person, kind: bytes
) -> Waits:
    waits = Waits(of, [])
    for _ in range(times):
        await asyncio.sleep(random.uniform(0.05, LONGEST_PAUSE))
        began = time.perf_counter()
        waiting = asyncio.create_task(there.wait(kind))
        await act()
        await waiting
        waits.milliseconds.append((time.perf_counter() - began) * 1000)
    return waits


async def under_load(cluster: Cluster, times: int, load: Load) -> list[Waits]:
    """The same while the cluster's other notes are written in."""
    others = part(cluster, 1)
    seconds = times * (LONGEST_PAUSE + 0.3)
    async with asyncio.TaskGroup() as tasks:
        loading = tasks.create_task(asyncio.to_thread(measure, others, load, seconds=seconds))
        await asyncio.sleep(4)
        found = [await edits(cluster, times), await locks(cluster, times)]
        await loading
    return found
