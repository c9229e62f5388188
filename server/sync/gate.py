"""What stands in front of both WebSocket endpoints: origins, limits of sockets, and pace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from server.days.people import Visitor
from server.errors import CalepinError, NotAllowed, TooMany
from server.sync.transport import Pause, Socket
from storage.values import NoteId

Authenticate = Callable[[NoteId, str, HTTPConnection], Awaitable[Visitor]]
"""Who somebody is in a note, by token or by the device's cookie. Raises NotAuthenticated,
NotAllowed or NotFound."""


def origin_is_ours(connection: HTTPConnection, public_origins: Collection[str]) -> bool:
    """Whether a handshake comes from our own pages, or from a program, which names no origin (A5).

    A foreign page could otherwise use the cookie of whoever looks at it.
    """
    origin = connection.headers.get("origin")
    if origin is None or origin in public_origins:
        return True
    return urlsplit(origin).netloc == connection.headers.get("host")


@dataclass(slots=True)
class Pace:
    """A bucket of messages for one connection. Empty: do not read for a while.

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
        """Take one message, and do not read from a peer that sends faster than this."""
        wait = self.take()
        if wait > 0:
            socket.pause(Pause.PACE)
            asyncio.get_running_loop().call_later(wait, socket.resume, Pause.PACE)


@dataclass(slots=True)
class Doors:
    """How many sockets are open, in all."""

    most: int
    open: int = 0

    def enter(self) -> None:
        if self.open >= self.most:
            raise TooMany("This server has as many connections as it can take; try again soon.")
        self.open += 1

    def leave(self) -> None:
        self.open -= 1


async def refuse(scope: Scope, send: Send, error: CalepinError) -> None:
    """Answer a handshake with an HTTP error in place of a socket."""
    if "websocket.http.response" in scope.get("extensions", {}):
        body = str(error).encode()
        await send(
            {
                "type": "websocket.http.response.start",
                "status": error.status,
                "headers": [(b"content-type", b"text/plain; charset=utf-8")],
            }
        )
        await send({"type": "websocket.http.response.body", "body": body})
    else:
        await send({"type": "websocket.close", "code": error.close_code, "reason": str(error)})


async def admit(
    scope: Scope, receive: Receive, send: Send, *, public_origins: Collection[str]
) -> HTTPConnection:
    """Accept a handshake from where it may come from. Raises NotAllowed, to be answered."""
    connection = HTTPConnection(scope)
    await receive()
    if not origin_is_ours(connection, public_origins):
        raise NotAllowed("WebSockets are taken from this site's own pages only.")
    await send({"type": "websocket.accept"})
    return connection
