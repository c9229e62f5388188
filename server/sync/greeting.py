"""Giving whole notes to those who arrive: built once for all, and large ones to one at a time.

Five hundred people who open a note of 5 MB at once are 2.6 GB to write. Written as they ask, they
stall the loop for most of a second, and everybody's typing with it; given to a few at a time, they
are all there sooner, and the rest goes on in between (S5).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from server.sync import ywebsocket
from server.sync.transport import Socket, frame

LARGE_BYTES = 64 * 1024
"""A note of more is given to a few at a time."""
AT_ONCE = 8
"""Sockets that are being given a large note. What each can be written at once is some megabytes."""
PATIENCE_SECONDS = 1.0
"""Who has not taken the note by then does not hold up the others any more."""
AGAIN_SECONDS = 0.005

Give = Callable[[], None]


class Turns:
    """Gives large notes in order, one for each turn of the loop and to a few sockets at a time.

    `later` is the loop's `call_later`, `monotonic` its clock.
    """

    def __init__(
        self, later: Callable[[float, Callable[[], None]], object], monotonic: Callable[[], float]
    ) -> None:
        self._later = later
        self._monotonic = monotonic
        self._waiting: deque[tuple[Socket, Give]] = deque()
        self._taking: dict[Socket, float] = {}

    def add(self, socket: Socket, give: Give) -> None:
        """Call `give`, which writes to the socket and may not raise, when its turn has come."""
        self._waiting.append((socket, give))
        if len(self._waiting) == 1:
            self._later(0, self._next)

    def _next(self) -> None:
        now = self._monotonic()
        for taking, until in list(self._taking.items()):
            if until <= now or not taking.is_behind():
                del self._taking[taking]
        if len(self._taking) < AT_ONCE:
            socket, give = self._waiting.popleft()
            self._taking[socket] = now + PATIENCE_SECONDS
            give()
            wait = 0.0
        else:
            wait = AGAIN_SECONDS
        if self._waiting:
            self._later(wait, self._next)


class WholeNote:
    """The frame in which a whole note is sent, kept as long as the note and the framing are the
    same."""

    def __init__(self) -> None:
        self._of: tuple[bytes, bytes] = (b"", b"")
        self._frame = b""

    def frame(self, prefix: bytes, full: bytes) -> bytes:
        """The SyncStep2 with `full`, as a frame."""
        if self._of[0] is not full or self._of[1] != prefix:
            self._of = (full, prefix)
            self._frame = frame(prefix + ywebsocket.step_2(full))
        return self._frame

    def forget(self) -> None:
        """The note has changed."""
        self._of, self._frame = (b"", b""), b""
