"""Connections go to the worker with the fewest, and to none that does not answer."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.running import Entrance, programme
from tests.supervised import Supervised, lives


async def join(stack: AsyncExitStack, two: Supervised, day: Entrance) -> None:
    """Open a WebSocket in the day's note, until the end of the stack."""
    url = f"{two.server.ws_url}/sync/{day.notes[0]}?token={day.tokens['writer']}"
    await stack.enter_async_context(connect(url, proxy=None))


def sockets(two: Supervised) -> list[float]:
    return [two.figure(worker, "calepin_sockets") for worker in (1, 2)]


@pytest.mark.slow
async def test_each_worker_gets_as_many_connections_as_the_other(two: Supervised) -> None:
    day = two.server.new_day(programme(1))
    await two.until_met({1, 2})
    async with AsyncExitStack() as stack:
        for _ in range(10):
            await join(stack, two, day)
        assert sockets(two) == [5, 5]
        await asyncio.gather(*(join(stack, two, day) for _ in range(10)))
        assert sockets(two) == [10, 10]


async def test_a_worker_that_has_none_gets_the_next_ones(two: Supervised) -> None:
    day = two.server.new_day(programme(1))
    async with AsyncExitStack() as stack:
        for _ in range(6):
            await join(stack, two, day)
        two.signal(1, signal.SIGKILL)
        await two.until_met({1})
        for _ in range(3):
            await join(stack, two, day)
        assert sockets(two) == [3, 3]


async def test_a_worker_that_stands_still_gets_none_until_it_goes_on(two: Supervised) -> None:
    day = two.server.new_day(programme(1))
    pid = two.pid(2)
    two.signal(2, signal.SIGSTOP)
    try:
        await two.until_logged("worker_silent", worker=2)
        until = time.monotonic() + 10
        met: set[int] = set()
        while time.monotonic() < until:
            met |= await two.ask_who()
        assert met == {1}
    finally:
        two.signal(2, signal.SIGCONT)
    async with AsyncExitStack() as stack:
        await two.until(lambda: two.figure(2, "calepin_worker_info") == 1)
        for _ in range(4):
            await join(stack, two, day)
        assert sockets(two) == [2, 2]
    assert lives(pid)
    assert two.pid(2) == pid
    assert not two.events("worker_hangs")


@pytest.mark.slow
async def test_what_waits_with_a_worker_that_hangs_is_served_by_another(two: Supervised) -> None:
    two.signal(2, signal.SIGSTOP)
    # Nobody knows yet: half of these are handed to it.
    async with httpx.AsyncClient(base_url=two.server.base_url, trust_env=False) as http:
        answers = await asyncio.gather(
            *(
                http.get("/health/live", timeout=40, headers={"connection": "close"})
                for _ in "8" * 8
            )
        )
    assert [answer.status_code for answer in answers] == [200] * 8
    assert two.events("worker_hangs", worker=2)
    await two.until(lambda: len(two.events("serving", worker=2)) == 2)


async def test_each_worker_says_which_it_is(two: Supervised) -> None:
    for worker in (1, 2):
        assert two.figure(worker, f'calepin_worker_info{{worker="{worker}"}}') == 1
    await two.until_met({1, 2})


@pytest.mark.promise("A4")
async def test_whom_no_file_descriptor_is_left_for_is_told_so(tmp_path: Path, redis: str) -> None:
    few = Supervised.make(tmp_path, redis, most_files=150)
    with few.server:
        await few.until_all_serve()
        async with AsyncExitStack() as stack:
            opened: list[asyncio.StreamReader] = []
            for _ in range(110):
                reader, writer = await asyncio.open_connection("127.0.0.1", few.server.port)
                stack.callback(writer.close)
                opened.append(reader)
            # Each worker has room for fifty. Who is in says nothing, and is shown out in the end.
            answers = await asyncio.gather(*(reader.readline() for reader in opened))
            refused = answers.count(b"HTTP/1.1 503 Service Unavailable\r\n")
            assert 10 <= refused <= 60
            assert answers.count(b"") == 110 - refused
        url = f"{few.server.base_url}/health/live"
        await few.until(lambda: httpx.get(url, trust_env=False).is_success)
