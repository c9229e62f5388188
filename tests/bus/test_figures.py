"""What is counted is what happened, and the metrics say it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from server.bus.figures import Figures
from server.bus.messages import Alive
from server.metrics import bus_metrics
from tests.bus.sides import NOTE, edit, pair
from tests.redis_server import RedisServer, needs_redis


def told(figures: Figures, now: float) -> Mapping[str, float]:
    """Each sample, by its name and the values of its labels."""
    return {
        ".".join((sample.name, *sample.labels.values())): sample.value
        for family in bus_metrics(figures, now)
        for sample in family.samples
    }


@needs_redis
async def test_the_metrics_of_a_bus_are_what_it_did(redis: RedisServer) -> None:
    async with pair(redis.url) as (one, two):
        one.bus.say(NOTE, edit(1))
        one.bus.say_to_all(Alive())
        redis.command("PUBLISH", b"calepin:all", b"?")
        await two.until_counted(lambda: two.bus.figures.heard == 2)
        await two.until_counted(lambda: two.bus.figures.passed_over == 1)
        saying = told(one.bus.figures, time.monotonic())
        hearing = told(two.bus.figures, time.monotonic())
        assert saying["calepin_bus_messages_total.said"] == 2
        assert saying["calepin_bus_messages_total.dropped"] == 0
        assert hearing["calepin_bus_messages_total.heard"] == 2
        assert hearing["calepin_bus_messages_total.passed_over"] == 1
        bytes_said = saying["calepin_bus_bytes_total.said"]
        assert bytes_said > 0
        assert hearing["calepin_bus_bytes_total.heard"] == bytes_said + len(b"?")
        assert hearing["calepin_bus_up"] == 1
        assert 0 <= hearing["calepin_bus_silent_seconds"] < 60
        assert 0 <= hearing["calepin_bus_turned_seconds"] < 60
        assert (
            hearing["calepin_bus_connections_total"],
            hearing["calepin_bus_failures_total"],
        ) == (
            1,
            0,
        )
        redis.kill()
        await two.is_down()
        await two.until_failed(1)
        assert told(two.bus.figures, time.monotonic())["calepin_bus_up"] == 0


def test_a_bus_that_heard_nothing_yet_does_not_say_since_when() -> None:
    before = told(Figures(turned_at=3.0), 5.0)
    assert before["calepin_bus_turned_seconds"] == 2.0
    assert "calepin_bus_silent_seconds" not in before
