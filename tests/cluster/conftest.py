"""One PostgreSQL for all tests of this folder; servers, Redis and networks are a test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster, cluster
from tests.postgres import Postgres, postgres
from tests.redis_server import RedisServer


@pytest.fixture(scope="session")
def database() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path / "redis") as server:
        yield server


@pytest.fixture
async def two(tmp_path: Path, database: Postgres, redis: RedisServer) -> AsyncIterator[Cluster]:
    """Two servers that know each other."""
    async with cluster(tmp_path, database, redis) as found:
        yield found
