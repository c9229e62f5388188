"""What the log says of Redis: when it comes and goes, and not each time that it is tried."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from server.bus.failures import sentence_of

SAME_SENTENCE_SECONDS = 60.0
"""How often the log says the same again."""
MOST_SENTENCES = 16
"""That are remembered: more than can be wrong with one Redis in a minute."""

log = structlog.get_logger("calepin")


class Troubles:
    """Of one bus."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._told: dict[str, float] = {}
        self._is_told_up = False

    def down(self, reason: BaseException, where: str) -> None:
        """Said at most once a minute for each sentence."""
        now, sentence = self._monotonic(), sentence_of(reason)
        if now - self._told.get(sentence, -SAME_SENTENCE_SECONDS) < SAME_SENTENCE_SECONDS:
            return
        if len(self._told) == MOST_SENTENCES:
            self._told.clear()
        self._told[sentence] = now
        self._is_told_up = False
        log.warning("bus_down", address=where, error=sentence)

    def up(self, where: str) -> None:
        """Said at first, and after it was said that it is down."""
        if not self._is_told_up:
            self._is_told_up = True
            log.info("bus_up", address=where)
