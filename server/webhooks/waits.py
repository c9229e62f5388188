"""When a delivery that failed is tried again: after growing waits, over about a day. Pure."""

from __future__ import annotations

from typing import Final

from storage.values import Milliseconds

WAITS_SECONDS: Final = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800)
"""Before the second attempt, the third, and so on: 23 hours and 42 minutes together."""
JITTER: Final = 0.2
"""Each wait is so much longer or shorter, so that what failed together is not tried together."""


def next_attempt(attempts: int, *, now: Milliseconds, chance: float) -> Milliseconds | None:
    """When to try again after so many attempts; None when that were enough. `chance` is drawn
    from 0 to 1."""
    if attempts > len(WAITS_SECONDS):
        return None
    factor = 1 + JITTER * (2 * chance - 1)
    return Milliseconds(now + round(WAITS_SECONDS[attempts - 1] * 1000 * factor))
