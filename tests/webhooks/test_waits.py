"""Attempts are made after growing waits, for about a day."""

from __future__ import annotations

from server.webhooks.waits import JITTER, WAITS_SECONDS, next_attempt
from storage.values import Milliseconds

NOW = Milliseconds(1_000_000)
HOUR_MS = 3_600_000


def waits(chance: float) -> list[int]:
    found = []
    at: Milliseconds | None = NOW
    attempts = 1
    while (due := next_attempt(attempts, now=NOW, chance=chance)) is not None:
        found.append(due - NOW)
        attempts += 1
    assert at is not None
    return found


def test_the_waits_grow_to_hours_and_make_about_a_day() -> None:
    found = waits(0.5)
    assert found == sorted(found)
    assert (found[0], len(found)) == (5_000, len(WAITS_SECONDS))
    assert 20 * HOUR_MS < sum(found) < 28 * HOUR_MS


def test_what_failed_together_is_not_tried_together() -> None:
    for sooner, usual, later in zip(waits(0.0), waits(0.5), waits(1.0), strict=True):
        assert sooner == round(usual * (1 - JITTER))
        assert later == round(usual * (1 + JITTER))
