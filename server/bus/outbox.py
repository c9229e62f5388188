"""What is said and has not gone out. All of one turn of the loop goes as one write, if it is not
much."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

MAX_UNSENT_BYTES = 8 * 1024 * 1024
"""What waits for Redis: two seconds of a hundred busy notes. Redis itself lets a listener be behind
by as much, for a minute."""
AT_ONCE_BYTES = 256 * 1024
"""What is written before the network has taken what was written before it."""
KEPT_SECONDS = 2.0
"""For how long what is said waits for a connection or the network. Older presence has been said
again, an older warning of a lock is wrong, and edits are in the log."""


class Said(NamedTuple):
    """A message on its channel, and when it was said."""

    at: float
    channel: bytes
    packed: bytes


class Outbox:
    """Bounded: what has no room is not taken."""

    def __init__(self) -> None:
        self._waiting: deque[Said] = deque()
        self._bytes = 0

    def put(self, said: Said) -> bool:
        """Whether it was taken."""
        if self._bytes + len(said.packed) > MAX_UNSENT_BYTES:
            return False
        self._waiting.append(said)
        self._bytes += len(said.packed)
        return True

    def forget_before(self, moment: float) -> int:
        """Throw away what is older; how many they were."""
        forgotten = 0
        while self._waiting and self._waiting[0].at < moment:
            self._bytes -= len(self._waiting.popleft().packed)
            forgotten += 1
        return forgotten

    def take(self) -> list[Said]:
        """The first of them, in order: as many as may be written at once."""
        taken: list[Said] = []
        room = AT_ONCE_BYTES
        while self._waiting and room > 0:
            taken.append(self._waiting.popleft())
            room -= len(taken[-1].packed)
        self._bytes -= AT_ONCE_BYTES - room
        return taken
