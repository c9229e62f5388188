"""The main job on the project's own sample day; `make rehearsal` does it on anybody's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.chromium import FLAGS, chromium
from tests.peers.driver import Peers
from tests.rehearsal.__main__ import SAMPLE
from tests.rehearsal.run import Script, problems, rehearse
from tests.running import RunningServer


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield launched
        await launched.close()


@pytest.mark.promise("L2", "K2", "X1", "U2")
async def test_a_day_survives_a_kill_and_two_locks_and_comes_out_whole(
    own_server: RunningServer, peers: Peers, browser: Browser
) -> None:
    outcome = await rehearse(SAMPLE, own_server, peers, browser, Script(seed=20261123, haste=4.0))
    assert problems(outcome) == []
    assert len(outcome.typists) >= 10
    assert len(outcome.acknowledged) >= 10
