"""Each process in turn is replaced while people type: nothing is lost, no error is shown (S7)."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.pages.people import Person, Site
from tests.peers.driver import Peers
from tests.rolling.balancer import Balancer
from tests.rolling.load import Load
from tests.running import Entrance, RunningServer, programme
from tests.supervised import Supervised

NOTES = 3
IN_EACH = 2
"""Stock clients in each note, in whatever process."""
ROUNDS = 2
PAGE_WORDS = 3
"""What is typed on the page between two restarts."""


@asynccontextmanager
async def page_of(browser: Browser, address: RunningServer, day: Entrance) -> AsyncIterator[Person]:
    """Somebody with the last note open, whose browser complains about nothing."""
    site = Site(address, browser, day)
    person = await site.person("Ana")
    await person.open_note(len(day.notes) - 1)
    yield person
    await person.page.context.close()
    assert person.troubles == []


async def types(person: Person, name: str) -> list[str]:
    """Type some words on the page; what they were."""
    words = [f"⟦{name} {number}⟧" for number in range(PAGE_WORDS)]
    for word in words:
        await person.type(word)
    return words


async def roll(
    load: Load,
    peers: Peers,
    person: Person,
    restart: Callable[[], Awaitable[None]],
) -> None:
    """Restart all processes several times while everything goes on; then look at everything."""
    await load.gather(peers, in_each=IN_EACH)
    stop = asyncio.Event()
    words: list[str] = []
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(load.go_on(stop))
        await load.grows(2)
        for number in range(ROUNDS):
            restarting = asyncio.create_task(restart())
            while not restarting.done():
                words += await types(person, f"{number}-{len(words)}")
            await restarting
            await load.grows(2)
        stop.set()
    await load.finish()
    await person.sees_state("saved")
    shown = await person.reads(*words)
    assert [word for word in words if shown.count(word) != 1] == []
    assert load.problems == []
    assert load.answers.total() > 20


@pytest.mark.slow
@pytest.mark.promise("S7", "L2")
async def test_workers_are_restarted_one_after_the_other(
    tmp_path: Path, redis: str, peers: Peers, browser: Browser
) -> None:
    two = Supervised.make(tmp_path, redis)
    with two.server:
        await two.until_all_serve()
        day = two.server.new_day(programme(NOTES + 1))

        async def restart() -> None:
            already = len(two.events("restarted"))
            os.kill(two.server.pid, signal.SIGHUP)
            await two.until_logged("restarted", already + 1)

        load = Load(two.server.base_url, _without_last(day), secrets.randbits(32))
        async with page_of(browser, two.server, day) as person:
            await roll(load, peers, person, restart)
        assert len(two.events("worker_ended")) == 2 * ROUNDS
        assert not two.events("worker_hangs")


@pytest.mark.promise("S7", "L2")
async def test_servers_behind_haproxy_are_restarted_one_after_the_other(
    pair: tuple[Balancer, list[RunningServer]], tmp_path: Path, peers: Peers, browser: Browser
) -> None:
    balancer, servers = pair
    address = RunningServer(tmp_path, port=balancer.port, admin_token=servers[0].admin_token)
    day = address.new_day(programme(NOTES + 1))

    async def restart() -> None:
        for server in servers:
            assert await asyncio.to_thread(server.stop) == 0
            await asyncio.to_thread(server.start)
            # Its checks must have found this one before the other one leaves.
            await balancer.until_all_up()

    load = Load(balancer.base_url, _without_last(day), secrets.randbits(32))
    async with page_of(browser, address, day) as person:
        await roll(load, peers, person, restart)


def _without_last(day: Entrance) -> Entrance:
    """The last note is the page's alone."""
    return Entrance(day.day, day.tokens, day.notes[:-1])
