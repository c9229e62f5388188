"""A peer is read no faster than its bucket fills."""

from __future__ import annotations

import random

import pytest

from server.sync.gate import Pace


@pytest.mark.parametrize("seed", range(5))
def test_no_peer_is_read_faster_than_agreed(seed: int) -> None:
    chance = random.Random(seed)
    now = 50.0
    pace = Pace(per_second=100.0, burst=200.0, monotonic=lambda: now)
    began, taken = now, 0
    for _ in range(5_000):
        wait = pace.take()
        taken += 1
        now += wait + chance.choice([0.0, 0.0, 0.001, 0.02])
        # The bucket that it began with, the one it may have saved up, and the message in hand.
        assert taken <= 2 * 200 + (now - began) * 100 + 1, f"seed {seed}"
    assert taken >= (now - began) * 100 * 0.5


def test_who_keeps_below_the_pace_never_waits() -> None:
    now = 0.0
    pace = Pace(per_second=100.0, burst=10.0, monotonic=lambda: now)
    for _ in range(1_000):
        now += 0.011
        assert pace.take() == 0.0
