"""What is said and has not gone out: all of one turn of the loop goes as one write."""

from __future__ import annotations

from collections import deque

MAX_UNSENT_BYTES = 8 * 1024 * 1024
"""What waits for Redis, here and in the system's care: two seconds of a hundred busy notes. Redis
itself lets a listener be behind by as much, for a minute."""
KEPT_SECONDS = 2.0
"""For how long what is said waits for a connection to come back. Older presence has been said
again, an older warning of a lock is wrong, and edits are in the log."""


class Outbox:
    """Bounded: what has no room is not taken."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._bytes = 0

    def put(self, command: bytes, *, at: float, unsent_bytes: int) -> bool:
        """Whether it was taken. `unsent_bytes` wait elsewhere already."""
        if self._bytes + unsent_bytes + len(command) > MAX_UNSENT_BYTES:
            return False
        self._waiting.append((at, command))
        self._bytes += len(command)
        return True

    def forget_before(self, moment: float) -> int:
        """Throw away what is older; how many they were."""
        forgotten = 0
        while self._waiting and self._waiting[0][0] < moment:
            self._bytes -= len(self._waiting.popleft()[1])
            forgotten += 1
        return forgotten

    def take(self) -> list[bytes]:
        """All, in order."""
        commands = [command for _, command in self._waiting]
        self._waiting.clear()
        self._bytes = 0
        return commands
