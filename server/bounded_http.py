"""uvicorn's HTTP protocol, with the bounds that it lacks: on time, on the head of a request, and on
how many connections are open.

Without them a silent connection, a head that is never ended, and an answer that is never read each
cost a file descriptor for ever, and a head of any size is taken into memory.
"""

from __future__ import annotations

import json
from asyncio import AbstractEventLoop, TimerHandle
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEAD_SECONDS = 5.0
"""From the opening of a connection, or the first byte of a further request, to the end of its
head. A slow phone needs one."""
BODY_SECONDS = 60.0
"""For a whole body: 4 MiB by a slow connection."""
UNREAD_SECONDS = 30.0
"""An answer of which nothing more is taken for so long is given up."""
MAX_HEAD_BYTES = 64 * 1024
MAX_LINE_BYTES = 8000
"""An address, or one header. The WebSocket library takes lines of 8,192 bytes."""
MAX_HEADERS = 100
MAX_CONNECTIONS = 22_000
"""All WebSockets and some pages. What cannot be opened for want of file descriptors makes the loop
spin: see `serve`, which keeps this below their number."""


class _Refused(Exception):
    """Ends the parsing of a head; the answer has been sent."""


class OneEachTurn:
    """Runs calls in order, one for each turn of the loop: what goes on meanwhile goes on."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()

    def add(self, loop: AbstractEventLoop, call: Callable[[], None]) -> None:
        self._waiting.append(call)
        if len(self._waiting) == 1:
            loop.call_soon(self._next, loop)

    def _next(self, loop: AbstractEventLoop) -> None:
        try:
            self._waiting[0]()
        finally:
            self._waiting.popleft()
            if self._waiting:
                loop.call_soon(self._next, loop)


class BoundedHttp(HttpToolsProtocol):
    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS
    unread_seconds = UNREAD_SECONDS
    most_connections = MAX_CONNECTIONS

    upgrades: ClassVar[OneEachTurn] = OneEachTurn()
    """Of all connections: five hundred handshakes at once would stall the loop for a tenth of a
    second (S5)."""

    _patience: TimerHandle | None = None
    """Ends a connection whose request does not come."""
    _unread: TimerHandle | None = None
    _in_request = False
    """The head of a request has ended, and its body has not."""
    _unparsed = 0
    _head_bytes = 0
    _refused = False
    url = b""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait(self.head_seconds)
        if len(self.connections) > self.most_connections:
            self._refuse(503, "unavailable", "This server has as many connections as it can take.")

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait(None)
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if self._patience is None and not self._in_request and self._is_idle():
            self._wait(self.head_seconds)
        self._unparsed += len(data)
        super().data_received(data)
        if self._refused or self._in_request or not self._is_idle():
            self._unparsed = 0
        elif self._unparsed > MAX_HEAD_BYTES:
            self._refuse_head()

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def on_message_begin(self) -> None:
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._measure(len(self.url))

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._measure(len(name) + len(value))

    def _measure(self, line: int) -> None:
        self._head_bytes += line
        if (
            line > MAX_LINE_BYTES
            or self._head_bytes > MAX_HEAD_BYTES
            or len(self.headers) > MAX_HEADERS
        ):
            self._refuse_head()
            raise _Refused

    def on_headers_complete(self) -> None:
        self._in_request = True
        self._wait(self.body_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_request = False
        self._wait(None)
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._wait(None)
        if not self.url.isascii():
            self.send_400_response("")
            return
        self.transport.pause_reading()  # what comes before the turn waits in the system
        self.upgrades.add(self.loop, self._upgrade)

    def _upgrade(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()
            super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._unread is None:
            self._watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def timeout_keep_alive_handler(self) -> None:
        # A plain close would wait for a flush that never comes.
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        del msg
        if not self._refused:
            self._refuse(400, "bad_input", "This is not a request in HTTP.")

    def _watch(self) -> None:
        left = self.transport.get_write_buffer_size()

        def look() -> None:
            if self.transport.get_write_buffer_size() < left:
                self._watch()
            else:
                self.transport.abort()

        self._unread = self.loop.call_later(self.unread_seconds, look)

    def _wait(self, seconds: float | None) -> None:
        """Give the peer so long from now for what it has begun; None: for ever."""
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        if seconds is not None:
            self._patience = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self._patience = None
        self.transport.abort()

    def _refuse_head(self) -> None:
        self._refuse(
            431,
            "too_large",
            f"The head of a request has at most {MAX_HEADERS} headers of {MAX_LINE_BYTES} bytes, "
            f"and {MAX_HEAD_BYTES} bytes in all.",
        )

    def _refuse(self, status: int, code: str, message: str) -> None:
        """Answer, and close; nothing more is read. In the API's shape where it was asked."""
        self._refused = True
        is_api = self.url.startswith(b"/api/")
        body = {"error": {"code": code, "message": message}}
        text = json.dumps(body) if is_api else f"{HTTPStatus(status).phrase}. {message}"
        kind = "application/json" if is_api else "text/plain; charset=utf-8"
        self.transport.write(
            STATUS_LINE[status]
            + f"content-type: {kind}\r\ncontent-length: {len(text)}\r\n"
            "connection: close\r\ncache-control: no-store\r\n\r\n".encode()
            + text.encode("ascii")
        )
        self.transport.close()
        self._wait(self.head_seconds)
