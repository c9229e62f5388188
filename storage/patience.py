"""How long to try again while the database is away, and how soon each time."""

from __future__ import annotations

from collections.abc import Callable

RETRY_SECONDS = 10.0
"""For so long from its beginning an outage is waited out. A database that is restarted, or whose
standby is promoted, is back within it; people type on meanwhile, and what they type is not yet
called saved. After it they are told."""

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
"""Often enough that nobody notices the end of an outage, seldom enough that many processes do not
hinder a database that is starting."""


class Patience:
    """Bounds an outage, not a call: what waits behind the call that gave up does not wait again.

    `monotonic` gives seconds, `chance` a number from 0 to 1 that keeps processes out of step.
    """

    def __init__(self, *, monotonic: Callable[[], float], chance: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._chance = chance
        self._since: float | None = None
        self._last = 0.0
        self._tries = 0

    def begin(self) -> None:
        """Before a call. Failures that lie long behind are of another outage."""
        if self._since is not None and self._monotonic() - self._last > RETRY_SECONDS:
            self._since = None

    def pause(self) -> float | None:
        """After a failure: seconds until the next try; None when it is time to give up."""
        now = self._last = self._monotonic()
        if self._since is None:
            self._since, self._tries = now, 0
        if now - self._since >= RETRY_SECONDS:
            return None
        self._tries += 1
        if self._tries == 1:
            return 0.0  # a connection that died while it rested; the database is there
        pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** (self._tries - 2))
        return pause * (0.5 + self._chance() / 2)

    def end(self) -> None:
        """After a success."""
        self._since = None
