"""The seam to the network: whole messages in, prebuilt frames out, and never a wait.

An unmasked server frame is the same bytes for everybody, so a room builds it once and writes it to
all its sockets. `FrameProtocol` is uvicorn's own WebSocket protocol, thinly subclassed: messages
go straight to a handler instead of through a queue and a task switch, frames straight to the
socket, and a peer that stopped reading is dropped (uvicorn keeps it for ever). Under any other
ASGI server `PlainSocket` does the same through plain `send` and `receive`.
"""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from collections.abc import Iterator
from enum import Enum
from typing import Any, Protocol

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

try:
    from websockets.speedups import apply_mask
except ImportError:  # the library was installed without its compiled part
    from websockets.utils import apply_mask

EXTENSION = "calepin.socket"
HIGH_WATER_BYTES = 256 * 1024
"""Above this a connection is *behind*: it is skipped until it has drained, then gets one diff."""
LOW_WATER_BYTES = 64 * 1024
STALLED_SECONDS = 30.0
"""A peer that has read nothing for so long is dropped; it comes back with a state vector."""

NO_TEXT = "text messages are not part of this protocol"
MAX_REASON_BYTES = 123
"""A close frame has no room for more."""


def frame(payload: bytes) -> bytes:
    """One unmasked binary WebSocket frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x82, size)) + payload
    if size < 65536:
        return b"\x82\x7e" + size.to_bytes(2, "big") + payload
    return b"\x82\x7f" + size.to_bytes(8, "big") + payload


_MASKED = 0x80
_WHOLE_BINARY = 0x82
"""The first byte of a frame that is a whole binary message."""


def _measure(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of the masked frame at `at` begins and ends; None when its head is cut.

    A frame without a mask is measured all the same: the library refuses it at its head.
    """
    if len(data) < at + 2:
        return None
    size = data[at + 1] & 0x7F
    start = at + 6
    if size == 126:
        if len(data) < at + 4:
            return None
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        start = at + 8
    elif size == 127:
        if len(data) < at + 10:
            return None
        size = int.from_bytes(data[at + 2 : at + 10], "big")
        start = at + 14
    if len(data) < start:
        return None
    return start, start + size


class Pause(Enum):
    """Why a peer is not read. It is read again when no reason is left."""

    PACE = "it sends faster than agreed"
    BACKLOG = "much of what it sent is not durable yet"


class Handler(Protocol):
    """What takes the messages of one socket. Neither call may raise or wait."""

    def message(self, data: bytes) -> None: ...

    def drained(self) -> None:
        """The socket that was behind can be written to again."""


class Socket(Protocol):
    """One open socket, as a room sees it."""

    def write(self, frames: bytes) -> None:
        """Write prebuilt frames, one or more. Ignored once the socket is closing."""

    def is_behind(self) -> bool:
        """The peer does not read as fast as it is written to."""

    def close(self, code: int, reason: str) -> None:
        """Say why, and close. The peer may still be sending."""

    def pause(self, why: Pause) -> None:
        """Stop reading from this peer (its TCP window fills up)."""

    def resume(self, why: Pause) -> None:
        """This reason not to read is gone."""

    async def run(self, handler: Handler) -> None:
        """Hand over messages, the waiting ones first, until the socket is closed."""


class FrameProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, with a direct way in and out. Offered to the app as a scope extension."""

    _handler: Handler | None = None
    _stalled: TimerHandle | None = None
    _behind = False
    _rest = b""
    """The beginning of a frame whose length cannot be read yet."""
    _owed = 0
    """How many bytes of a frame that was begun are still the library's."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER_BYTES, low=LOW_WATER_BYTES)
        self._closed = self.loop.create_future()
        self._pauses: set[Pause] = set()

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_stall()
        super().connection_lost(exc)
        if not self._closed.done():
            self._closed.set_result(None)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._behind = True
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALLED_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._behind = False
        self._forget_stall()
        if self._handler is not None:
            self._handler.drained()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            # The handshake was answered: uvicorn logs an error for it otherwise.
            self.handshake_complete = True

    def keepalive_timeout(self) -> None:
        # A plain close would wait for a flush that never comes.
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Hand whole messages straight over; everything else is the library's.

        The library's parser is a generator with a step for every field, which for a keystroke takes
        more time than all that is done with it. So the bytes are split into frames here, by their
        lengths alone. A frame that is one whole binary message is unmasked and handed over; any
        other (control, text, fragment, wrong, too long) goes to the library as it came.
        """
        if not self.handshake_complete:
            super().data_received(data)
            return
        if self._rest:
            data, self._rest = self._rest + data, b""
        at, size = 0, len(data)
        if self._owed:
            at = min(self._owed, size)
            self._owed -= at
            super().data_received(data[:at])
        while at < size:
            frame = _measure(data, at)
            if frame is None:
                self._rest = data[at:]
                return
            start, end = frame
            handler = self._handler
            if (
                handler is not None
                and data[at] == _WHOLE_BINARY
                and data[at + 1] & _MASKED
                and end <= size
                and end - start <= self.config.ws_max_size
                and self.conn.current_size is None
                and not self.close_sent
            ):
                handler.message(apply_mask(data[start:end], data[start - 4 : start]))
            else:
                self._owed = max(0, end - size)
                super().data_received(data[at:end])
            at = end

    def send_receive_event_to_app(self) -> None:
        handler = self._handler
        if handler is None or self.close_sent:
            super().send_receive_event_to_app()
            return
        frames = self.frames
        self.frames = []
        if self.curr_msg_data_type == "text":
            self.close(1003, NO_TEXT)
            return
        handler.message(frames[0] if len(frames) == 1 else b"".join(frames))

    # Socket

    def write(self, frames: bytes) -> None:
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frames)

    def is_behind(self) -> bool:
        return self._behind

    def close(self, code: int, reason: str) -> None:
        if self.close_sent or self.transport.is_closing() or not self.handshake_complete:
            return
        self.conn.send_close(code, _short(reason))
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        for why in list(self._pauses):
            self.resume(why)
        self.close_timer = self.loop.call_later(2.0, self.transport.abort)
        if not self._closed.done():
            self._closed.set_result(None)

    def pause(self, why: Pause) -> None:
        if not self._pauses and not self.transport.is_closing():
            self.transport.pause_reading()
        self._pauses.add(why)

    def resume(self, why: Pause) -> None:
        was_paused = bool(self._pauses)
        self._pauses.discard(why)
        if was_paused and not self._pauses and not self.transport.is_closing():
            self.transport.resume_reading()

    async def run(self, handler: Handler) -> None:
        self._handler = handler
        while not self.queue.empty():
            event = self.queue.get_nowait()
            if event["type"] == "websocket.receive":
                if (data := event.get("bytes")) is not None:
                    handler.message(data)
                else:
                    self.close(1003, NO_TEXT)
        if self.read_paused:
            self.read_paused = False
            if not self._pauses and not self.transport.is_closing():
                self.transport.resume_reading()
        try:
            await self._closed
        finally:
            self._handler = None

    def _forget_stall(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


class PlainSocket:
    """The same through any ASGI server: one queue, bounded, and one writer."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._waiting: asyncio.Queue[bytes | tuple[int, str]] = asyncio.Queue()
        self._waiting_bytes = 0
        self._behind = False
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._pauses: set[Pause] = set()
        self._handler: Handler | None = None

    def write(self, frames: bytes) -> None:
        self._waiting_bytes += len(frames)
        self._waiting.put_nowait(frames)
        self._behind = self._behind or self._waiting_bytes > HIGH_WATER_BYTES

    def is_behind(self) -> bool:
        return self._behind

    def close(self, code: int, reason: str) -> None:
        self._waiting.put_nowait((code, _short(reason)))

    def pause(self, why: Pause) -> None:
        self._pauses.add(why)
        self._may_read.clear()

    def resume(self, why: Pause) -> None:
        self._pauses.discard(why)
        if not self._pauses:
            self._may_read.set()

    async def run(self, handler: Handler) -> None:
        self._handler = handler
        writing = asyncio.ensure_future(self._write())
        reading = asyncio.ensure_future(self._read(handler))
        done, rest = await asyncio.wait((reading, writing), return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for task in done:
            task.result()

    async def _read(self, handler: Handler) -> None:
        while True:
            await self._may_read.wait()
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                return
            data = event.get("bytes")
            if data is None:
                self.close(1003, NO_TEXT)
            else:
                handler.message(data)

    async def _write(self) -> None:
        while True:
            item = await self._waiting.get()
            if isinstance(item, tuple):
                await self._send({"type": "websocket.close", "code": item[0], "reason": item[1]})
                return
            try:
                async with asyncio.timeout(STALLED_SECONDS):
                    for payload in _payloads(item):
                        await self._send({"type": "websocket.send", "bytes": payload})
            except (TimeoutError, OSError):
                return
            self._waiting_bytes -= len(item)
            if self._behind and self._waiting_bytes < LOW_WATER_BYTES:
                self._behind = False
                if self._handler is not None:
                    self._handler.drained()


def _short(reason: str) -> str:
    """As much of a reason as a close frame can hold."""
    return reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")


def _payloads(frames: bytes) -> Iterator[bytes]:
    """The payloads of frames that `frame` built."""
    at = 0
    while at < len(frames):
        size, start = frames[at + 1], at + 2
        if size >= 126:
            start += 2 if size == 126 else 8
            size = int.from_bytes(frames[at + 2 : start], "big")
        yield frames[start : start + size]
        at = start + size


def socket_of(scope: Scope, receive: Receive, send: Send) -> Socket:
    """The direct socket where the server offers one, otherwise the plain one."""
    direct: Socket | None = scope.get("extensions", {}).get(EXTENSION)
    return direct if direct is not None else PlainSocket(receive, send)
