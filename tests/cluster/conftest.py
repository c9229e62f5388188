"""One PostgreSQL for all tests of this folder, and two servers for all tests of it.

Each test has a day of its own there, and finds everything mended.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.cluster.cluster import Cluster, cluster
from tests.peers.driver import PeerProcess, Peers
from tests.postgres import Postgres, postgres
from tests.redis_server import RedisServer


@pytest.fixture(scope="session")
def database() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def standing(
    tmp_path_factory: pytest.TempPathFactory, database: Postgres, redis: RedisServer
) -> AsyncIterator[Cluster]:
    async with cluster(tmp_path_factory.mktemp("cluster"), database, redis) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def two(standing: Cluster) -> AsyncIterator[Cluster]:
    """Two servers that know each other; what the test does to them is mended after it."""
    await standing.new_day()
    try:
        yield standing
    finally:
        await standing.mend()


@pytest_asyncio.fixture(loop_scope="module")
async def peers(peer_process: PeerProcess) -> AsyncIterator[Peers]:
    """Stock clients for one test; they end with it."""
    async with Peers(peer_process) as playing:
        yield playing
