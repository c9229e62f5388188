"""Planned locks with several server processes: warned of in each, and carried out by one of them.

promise: K6
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import Any

import pytest

from storage import log, planned
from storage.database import Database
from storage.planned import PlannedLock
from storage.values import Kind, Milliseconds, NoteId, PersonId, Row
from tests.peers.driver import Peer, Peers
from tests.running import RunningServer, programme
from tests.together.conftest import Together, until

WHY = "fin"
LATE_MS = 5_000
"""On a machine that does much else. The promise is a second; what was measured is printed."""


def plan(url: str, note: str, *, in_ms: int) -> int:
    """Plan a lock in the store, as another process does; its moment."""
    at = now() + in_ms
    with Database.open(url) as database, database.write() as db:
        planned.plan(db, PlannedLock(NoteId(note), Milliseconds(at), PersonId("zoé"), WHY))
    return at


def now() -> int:
    return time.time_ns() // 1_000_000


def locks(url: str, note: str) -> list[Row]:
    with Database.open(url) as database, database.read() as db:
        return [row for row in log.tail(db, NoteId(note), 0) if row.kind is not Kind.UPDATE]


async def warning(peer: Peer) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            notice: dict[str, Any] = json.loads((await peer.event("stateless"))["payload"])
            if notice["type"] == "locking":
                return notice


@pytest.mark.promise("K6", "K3")
async def test_people_in_every_process_are_warned_and_the_lock_falls_once(
    together: Together, peers: Peers
) -> None:
    servers = [together.add(), together.add()]
    made = servers[0].new_day(programme(1))
    (note,) = made.notes
    people = []
    for server in servers:
        name = f"on {server.port}"
        peer = await peers.open(name, "hocuspocus@4.8", server.ws_url, note, made.tokens["writer"])
        await peer.say('{"type":"hello","schema":1}')
        people.append(peer)
    at = await asyncio.to_thread(plan, together.url, note, in_ms=4_000)
    for peer in people:
        notice = await warning(peer)
        assert (notice["why"], 0 < notice["in_ms"] <= 4_000) == (WHY, True)
    for peer in people:
        await peer.wait(scope="readonly")
    (lock,) = await asyncio.to_thread(locks, together.url, note)
    print(f"locked {lock.at - at} ms late")
    assert (lock.kind, lock.author, lock.data) == (Kind.LOCK, "zoé", WHY.encode())
    assert 0 <= lock.at - at < LATE_MS


@pytest.mark.promise("K6", "K3")
async def test_a_planned_lock_falls_once_though_a_server_dies_at_that_moment(
    together: Together,
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    servers = [together.add(), together.add(), together.add()]
    made = servers[0].new_day(programme(4))
    late = []
    for note in made.notes:
        killed: RunningServer = chance.choice(servers)
        at = await asyncio.to_thread(plan, together.url, note, in_ms=1_500)
        # Around the moment at which the first of them looks, and while it carries it out.
        await asyncio.sleep((at + chance.randrange(-50, 300) - now()) / 1000)
        killed.kill()
        until(lambda note=note: bool(locks(together.url, note)))  # type: ignore[misc]
        (lock,) = locks(together.url, note)
        late.append(lock.at - at)
        await asyncio.to_thread(killed.start)
        assert len(locks(together.url, note)) == 1
    print(f"late by {late} ms")
    assert all(0 <= ms < LATE_MS for ms in late)


@pytest.mark.promise("K6")
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_one_that_stands_still_in_the_middle_leaves_the_others_time_for_their_work(
    together: Together,
) -> None:
    server = together.add()
    made = server.new_day(programme(2))
    held, free = made.notes
    at = await asyncio.to_thread(plan, together.url, held, in_ms=2_000)
    with Database.open(together.url) as database:
        with database.write() as db:
            # As a process that has begun to carry it out.
            (begun,) = planned.due(db, Milliseconds(at))
            assert begun.note == held
            await asyncio.to_thread(plan, together.url, free, in_ms=2_000)
            await asyncio.to_thread(until, lambda: bool(locks(together.url, free)))
            assert now() > at
            assert locks(together.url, held) == []
        await asyncio.to_thread(until, lambda: bool(locks(together.url, held)))
