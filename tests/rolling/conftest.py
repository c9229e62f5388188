"""What rolling restarts are tried on: workers on one machine, and servers behind a balancer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.chromium import FLAGS, chromium
from tests.postgres import postgres
from tests.redis_server import redis_server
from tests.rolling.balancer import Balancer
from tests.running import RunningServer, free_port

LEAVE_SECONDS = 5
"""What `deploy/haproxy.cfg` asks for."""


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    with redis_server() as address:
        yield address


@pytest.fixture
def pair(tmp_path: Path, redis: str) -> Iterator[tuple[Balancer, list[RunningServer]]]:
    """Two servers on one PostgreSQL, and HAProxy in front of them."""
    ports = (free_port(), free_port())
    balancer = Balancer(ports, tmp_path)
    with postgres() as database:
        settings = {
            "database_url": database.url,
            "redis_url": redis,
            "public_url": balancer.base_url,
            "leave_seconds": str(LEAVE_SECONDS),
            "drain_ms": "150",
        }
        first, second = (RunningServer(tmp_path, settings, port=port) for port in ports)
        second.admin_token = first.admin_token
        with first, second, balancer:
            yield balancer, [first, second]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()
