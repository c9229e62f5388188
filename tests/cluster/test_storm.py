"""Twenty seconds of drawn faults; `make storm` lets them rage for longer, and over more seeds."""

from __future__ import annotations

import os

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.storm import Storm
from tests.peers.driver import Peers
from tests.redis_server import needs_redis

pytestmark = [needs_redis, pytest.mark.asyncio(loop_scope="module")]

SECONDS = 20.0


@pytest.mark.promise("S6", "K1", "K3", "K4", "L2", "L4", "L7")
async def test_a_storm_loses_nothing_and_all_agree_after_it(two: Cluster, peers: Peers) -> None:
    storm = Storm(two, peers, seed=int.from_bytes(os.urandom(4), "big"))
    print(f"seed {storm.seed}")
    await storm.rages(SECONDS)
    assert storm.words > 0
    assert storm.looks > 0
