"""What one person may take of the server, over all their connections (A4).

Never counted by address: a whole venue is one. A link's token that is used directly, by programs,
is one person to whom limits would be unjust; it counts for each connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from server.days.people import Visitor
from server.errors import TooMany
from server.sync.transport import Pause, Socket
from storage.values import PersonId

_Holder: TypeAlias = tuple[PersonId, Socket | None]


@dataclass(slots=True)
class Pace:
    """A bucket of messages. Empty: do not read for a while from who sends more.

    The clock is asked only when the bucket is empty; it is then filled for the time that went by.
    """

    per_second: float
    burst: float
    monotonic: Callable[[], float]
    _left: float = 0.0
    _filled_at: float = 0.0

    def __post_init__(self) -> None:
        self._left = self.burst
        self._filled_at = self.monotonic()

    def take(self) -> float:
        """Take one message; return how many seconds not to read from this peer (0: go on)."""
        self._left -= 1
        if self._left >= 0:
            return 0.0
        now = self.monotonic()
        self._left += min(self.burst, (now - self._filled_at) * self.per_second)
        self._filled_at = now
        return max(0.0, -self._left / self.per_second)

    def keep(self, socket: Socket) -> None:
        """Take one message, and do not read from a socket that sends faster than this."""
        wait = self.take()
        if wait > 0:
            socket.pause(Pause.PACE)
            asyncio.get_running_loop().call_later(wait, socket.resume, Pause.PACE)


@dataclass(slots=True, eq=False)
class Share:
    """One person's part of the server, for as long as they have a note open."""

    pace: Pace
    notes: dict[Socket, int] = field(default_factory=dict)
    """On each of the person's sockets, how many notes are open."""


@dataclass(slots=True)
class Shares:
    """The shares of all who are connected; nothing is kept of who has left."""

    per_second: float
    burst: float
    most_sockets: int
    most_notes: int
    monotonic: Callable[[], float]
    _shares: dict[_Holder, Share] = field(default_factory=dict)

    def pace(self) -> Pace:
        """The pace of a socket whose person is not known yet."""
        return Pace(self.per_second, self.burst, self.monotonic)

    def people(self) -> int:
        """How many have a share now."""
        return len(self._shares)

    def enter(self, visitor: Visitor, socket: Socket) -> Share:
        """Count one more open note of this person. Raises TooMany."""
        holder = _holder(visitor, socket)
        share = self._shares.get(holder)
        if share is None:
            share = self._shares[holder] = Share(self.pace())
        if socket not in share.notes and len(share.notes) >= self.most_sockets:
            raise TooMany(
                f"You are connected {self.most_sockets} times already; close some of your pages.",
                limit=self.most_sockets,
            )
        if sum(share.notes.values()) >= self.most_notes:
            raise TooMany(
                f"You have {self.most_notes} notes open already; close some of them.",
                limit=self.most_notes,
            )
        share.notes[socket] = share.notes.get(socket, 0) + 1
        return share

    def leave(self, visitor: Visitor, socket: Socket) -> None:
        """Count one note less; must follow each `enter`."""
        holder = _holder(visitor, socket)
        share = self._shares[holder]
        share.notes[socket] -= 1
        if not share.notes[socket]:
            del share.notes[socket]
        if not share.notes:
            del self._shares[holder]


def _holder(visitor: Visitor, socket: Socket) -> _Holder:
    return visitor.person, socket if visitor.is_link_itself else None
