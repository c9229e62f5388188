"""Two processes are measured for a second: that the bench of several processes still works."""

from __future__ import annotations

import pytest

from bench.cluster import crossing, running
from bench.cluster.__main__ import PARTS, Size
from bench.cluster.comparing import COLUMNS, row
from bench.cluster.fanout import fan_out
from bench.cluster.loads import Load, measure
from bench.cluster.order import rate
from tests.postgres import skip_without_postgres
from tests.redis_server import needs_redis

pytestmark = needs_redis


async def test_two_processes_are_measured() -> None:
    skip_without_postgres()
    load = Load(2, 3, 4.0, readers=1)
    with (
        running.database() as postgres,
        running.redis() as redis,
        running.calepin(2, 3, people=8, database=postgres, redis=redis) as cluster,
    ):
        of_two = running.part(cluster, 1)
        found = measure(of_two, load, seconds=1.0)
        assert found.edits > 0
        assert found.missing == 0
        assert found.counted["calepin_rows_total"] > 0
        assert found.counted['calepin_bus_messages_total{outcome="heard"}'] > 0
        assert set(found.cpu_us) == {"servers", "database", "Redis"}
        assert found.cpu_us["servers"] > 0
        assert len(row("two", found)) == len(COLUMNS) + 1
        for waits in (
            await crossing.edits(cluster, 2),
            await crossing.presence(cluster, 2),
            await crossing.locks(cluster, 2),
        ):
            assert len(waits.milliseconds) == 2
            assert waits.share(0.5) > 0
        assert fan_out(redis, 2, messages=1_000).listeners == 2
        assert rate(postgres.url, 2, is_one_note=True, seconds=0.2).commits_per_second > 0


@pytest.mark.slow
def test_a_part_says_what_it_measured_as_a_table() -> None:
    skip_without_postgres()
    small = Size(seconds=0.5, repeats=1, idle_notes=1)
    with running.database() as postgres:
        told = "".join(PARTS["polling"](postgres, small))
    assert [line for line in told.splitlines() if line.startswith("| 1 |")]
