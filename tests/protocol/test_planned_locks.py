"""A lock at a given time on a running server, planned beside it, as stock clients meet it."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from storage import planned
from storage.database import Database
from storage.planned import PlannedLock
from storage.values import Milliseconds, NoteId, PersonId
from tests.peers.driver import Peers
from tests.protocol.days import Day

WHY = "fin"


def plan_for_now(day: Day) -> None:
    """What a plan is in the store once its moment has come."""
    at = Milliseconds(time.time_ns() // 1_000_000 - 1)
    with Database.open(day.server.data) as database, database.write() as db:
        planned.plan(db, PlannedLock(NoteId(day.note), at, PersonId("zoé"), WHY))


@pytest.mark.promise("K6", "K7")
async def test_a_lock_that_was_planned_from_a_shell_reaches_the_people_in_the_note(
    day: Day, peers: Peers
) -> None:
    ada = await day.open(peers, "ada", "hocuspocus@4.8")
    await ada.say('{"type":"hello","schema":1}')
    await ada.type("avant ", at=0)
    await ada.wait(unsynced=False)
    moment = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    said = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    await asyncio.to_thread(day.server.calepin, "lock", day.note, "--at", said, "--why", WHY)
    async with asyncio.timeout(15):
        notice = None
        while not notice:
            notice = json.loads((await ada.event("stateless"))["payload"]).get("planned")
    assert (notice["at"], notice["why"]) == (moment.timestamp() * 1000, WHY)
    assert (await ada.state()).scope == "read-write"
    await asyncio.to_thread(plan_for_now, day)
    await ada.wait(scope="readonly")
    async with day.server.http(day.token("reader")) as api:
        note = (await api.get(f"/api/notes/{day.note}")).json()
    assert (note["locked"]["why"], note["planned"]) == (WHY, None)
    await ada.type("après ", at=0)
    await day.settled(peers, [ada])
    late = await day.open(peers, "late", "y-websocket@3.1", role="reader")
    assert (await late.panes())[0] == "avant \n"
    assert await day.held()


@pytest.mark.promise("K6", "K3")
async def test_a_moment_that_passed_while_the_server_was_down_is_locked_at_its_start(
    own_day: Day, peers: Peers
) -> None:
    ada = await own_day.open(peers, "ada", "y-websocket@3.1")
    await ada.type("avant ", at=0)
    other = await own_day.open(peers, "other", "hocuspocus@4.8", role="reader")
    await other.wait(contains="avant ")
    server = own_day.server
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(plan_for_now, own_day)
    await ada.type("après ", at=0)
    await asyncio.to_thread(server.start)
    await ada.wait(synced=True)
    await own_day.settled(peers, [ada])
    late = await own_day.open(peers, "late", "hocuspocus@4.8", role="reader")
    assert (await late.panes())[0] == "avant \n"
    await own_day.unlock()
    await late.wait(contains="après ")
