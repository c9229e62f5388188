"""What stands in front of both WebSocket endpoints: origins, and how many sockets there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from server.days.people import Visitor
from server.errors import CalepinError, NotAllowed, TooMany
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
