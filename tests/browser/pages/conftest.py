"""The pages as people use them: the real server, real Chromium, nothing in between."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.chromium import FLAGS, chromium
from tests.browser.pages.axe import AXE
from tests.browser.pages.people import TIMEOUT_MS, Site, gathering
from tests.running import RunningServer

expect.set_options(timeout=TIMEOUT_MS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site(browser: Browser, standing_server: RunningServer) -> AsyncIterator[Site]:
    """A day on the server that all tests share."""
    async with gathering(browser, standing_server) as day:
        yield day


@pytest_asyncio.fixture(loop_scope="module")
async def own_site(browser: Browser, own_server: RunningServer) -> AsyncIterator[Site]:
    """A day on a server that the test may kill."""
    async with gathering(browser, own_server) as day:
        yield day


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.exists():
        pytest.fail("axe-core is not installed; `make setup-test` installs it.")
    return AXE.read_text("utf-8")
