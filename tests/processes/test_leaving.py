"""A server that was told to stop says so to load balancers first, and goes on meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.peers.driver import Peers
from tests.running import RunningServer, programme
from tests.supervised import Supervised

LEAVE_SECONDS = 5
LONG_SECONDS = 300


@pytest.fixture(params=["1", "2"])
async def leaving(
    request: pytest.FixtureRequest, tmp_path: Path, redis: str, seconds: int
) -> AsyncIterator[RunningServer]:
    """A server that takes its time, as one process and as two workers."""
    two = Supervised.make(tmp_path, redis)
    settings = {**two.server.settings, "leave_seconds": str(seconds)}
    two.server.settings = {**settings, "workers": request.param}
    with two.server:
        if request.param == "2":
            await two.until_all_serve()
        yield two.server


@pytest.fixture
def seconds() -> int:
    return LEAVE_SECONDS


async def readiness(server: RunningServer) -> httpx.Response:
    """As a load balancer asks: with a connection of its own."""
    async with httpx.AsyncClient(base_url=server.base_url, trust_env=False) as http:
        return await http.get("/health/ready")


async def until_it_says_no(server: RunningServer) -> None:
    """All of its workers, in turn."""
    async with asyncio.timeout(LONG_SECONDS):
        said = 0
        while said < 4:
            said = said + 1 if (await readiness(server)).status_code == 503 else 0


@pytest.mark.promise("O3", "S7")
async def test_it_goes_on_until_balancers_have_turned_away(
    leaving: RunningServer, peers: Peers
) -> None:
    day = leaving.new_day(programme(1))
    token = day.tokens["writer"]
    url = leaving.ws_url
    assert (await readiness(leaving)).json() == {"status": "ready"}
    ana = await peers.open("ana", "hocuspocus@4.8", url, day.notes[0], token)
    begun = time.monotonic()
    os.kill(leaving.pid, signal.SIGTERM)
    await until_it_says_no(leaving)
    assert (await readiness(leaving)).json() == {"status": "stopping"}
    # All else is as ever, for who is there and for who comes.
    bob = await peers.open("bob", "y-websocket@3.1", url, day.notes[0], token)
    await ana.type("encore")
    await ana.wait(unsynced=False)
    await bob.wait(contains="encore")
    async with leaving.http(token) as http:
        answer = await http.get(f"/api/notes/{day.notes[0]}")
        assert answer.is_success
        assert answer.headers["connection"] == "close"
    assert not [*ana.events("close"), *bob.events("close")]
    assert await asyncio.to_thread(leaving.ended) == 0
    assert time.monotonic() - begun >= LEAVE_SECONDS
    assert (await ana.event("close"))["code"] == 1012


@pytest.mark.promise("S7")
@pytest.mark.parametrize("seconds", [LONG_SECONDS])
async def test_being_told_again_ends_that(leaving: RunningServer) -> None:
    begun = time.monotonic()
    os.kill(leaving.pid, signal.SIGTERM)
    await until_it_says_no(leaving)
    os.kill(leaving.pid, signal.SIGTERM)
    assert await asyncio.to_thread(leaving.ended) == 0
    assert time.monotonic() - begun < LONG_SECONDS / 2


@pytest.mark.promise("O3")
async def test_while_it_starts_nobody_is_told_that_it_is_ready(tmp_path: Path, redis: str) -> None:
    """What asks before is answered once it is, and never with a yes that is none."""
    two = Supervised.make(tmp_path, redis)
    answers: list[httpx.Response] = []

    async def ask() -> None:
        async with httpx.AsyncClient(base_url=two.server.base_url, trust_env=False) as http:
            while not answers:
                try:
                    answers.append(await http.get("/health/ready", timeout=30))
                except httpx.ConnectError:
                    await asyncio.sleep(0.01)  # nobody listens yet

    asking = asyncio.create_task(ask())
    await asyncio.to_thread(two.server.start)
    try:
        await asking
        assert answers[0].json() == {"status": "ready"}
        assert two.events("serving", worker=1)
    finally:
        two.server.kill()
