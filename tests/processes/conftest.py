"""Servers with two workers, on SQLite and a Redis of the tests' own."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.redis_server import redis_server
from tests.supervised import Supervised


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    with redis_server() as address:
        yield address


@pytest.fixture
async def two(tmp_path: Path, redis: str) -> AsyncIterator[Supervised]:
    """A server with two workers, both of which serve."""
    supervised = Supervised.make(tmp_path, redis)
    with supervised.server:
        await supervised.until_all_serve()
        yield supervised


@pytest.fixture
def ipv6() -> None:
    """Skips the test where the machine has no IPv6."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("this machine has no IPv6")
