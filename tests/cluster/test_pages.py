"""Two real pages at two servers, while what lies beneath them goes away and comes back (S6, U1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from tests.browser.chromium import FLAGS, chromium
from tests.browser.pages.people import PROGRAMME, Person, Site
from tests.cluster.cluster import Cluster
from tests.redis_server import needs_redis

pytestmark = [needs_redis, pytest.mark.asyncio(loop_scope="module")]

EXPECTED = ["WebSocket", "ERR_CONNECTION_REFUSED", "503"]
"""What a browser says of a server that is away."""


@pytest_asyncio.fixture(loop_scope="module")
async def readers(two: Cluster) -> AsyncIterator[tuple[Person, Person]]:
    """Two people who have the same note open, each by a server of their own."""
    day = await asyncio.to_thread(two.servers[0].new_day, PROGRAMME)
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        sites = [Site(server, browser, day) for server in two.servers]
        anne, bruno = await sites[0].in_note("Anne"), await sites[1].in_note("Bruno")
        for one in (anne, bruno):
            one.expected += EXPECTED
        yield anne, bruno
        assert [*anne.unexpected(), *bruno.unexpected()] == []
        await browser.close()


@pytest.mark.promise("S6", "U1", "U2")
async def test_pages_tell_the_truth_of_what_is_saved(
    two: Cluster, readers: tuple[Person, Person]
) -> None:
    anne, bruno = readers
    # Without a Redis all goes on, and what is saved is called so.
    await asyncio.to_thread(two.redis.kill)
    await anne.type("Sans Redis. ")
    await anne.sees_state("saved")
    await bruno.reads("Sans Redis.")
    await asyncio.to_thread(two.redis.start)
    # A server apart from the database: its page says what is unsaved, the other one's is saved.
    two.stores[0].swallow()
    await anne.type("Pas encore. ")
    assert await anne.sees_state("unsaved")
    await bruno.type("Enregistré. ")
    await bruno.sees_state("saved")
    two.stores[0].heal()
    await anne.sees_state("saved")
    for one in (anne, bruno):
        await one.reads("Sans Redis.", "Pas encore.", "Enregistré.")
    # A server that dies: its page is offline, and sends what was written when it is back.
    await asyncio.to_thread(two.servers[1].kill)
    await bruno.sees_state("offline")
    await bruno.type("Hors ligne. ")
    await anne.type("Pendant ce temps. ")
    await asyncio.to_thread(two.servers[1].start)
    await bruno.sees_state("saved")
    texts = [
        await one.reads("Enregistré.", "Hors ligne.", "Pendant ce temps.") for one in (anne, bruno)
    ]
    assert texts[0] == texts[1]
