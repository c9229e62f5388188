"""The seam to the network: whole messages in, prebuilt frames out, and never a wait.

An unmasked server frame is the same bytes for everybody, so a room builds it once and writes it to
all its sockets. `FrameProtocol` is uvicorn's own WebSocket protocol, thinly subclassed: messages
go straight to a handler instead of through a queue and a task switch, frames straight to the
socket, and a peer that stopped reading is dropped (uvicorn keeps it for ever). Under any other
ASGI server `plain_socket` does the same through plain `send` and `receive`.
"""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from enum import Enum
from typing import Any, Protocol

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
CLOSING_SECONDS = 2.0
"""How long a peer may take to read the end of what it was sent."""

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
    TURN = "it asked for a large note and waits for its turn"
    BACKLOG = "much of what it sent is not durable yet"
    OPENING = "much of what it sent waits for notes to open"
    FOLLOWING = "what it sent builds on what has to be read from the log first"
    UNREAD = "it asks, and does not read the answers"


class Handler(Protocol):
    """What takes the messages of one socket. Neither call may raise or wait."""

    def message(self, data: bytes) -> None: ...

    def fragment(self) -> None:
        """A frame that is no message of its own: a ping, a part. It took time as well."""

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

    stalled_seconds = STALLED_SECONDS

    _handler: Handler | None = None
    _stalled: TimerHandle | None = None
    _behind = False
    _written = 0
    _taken = 0
    """How much of what was written the peer had taken when it was looked at last."""
    _rest = b""
    """Received, and not looked at: the beginning of a frame, or all that waits for the end of a
    pause. Never more than one reading of the socket and the head of a frame."""
    _owed = 0
    """How many bytes of a frame that was begun are still the library's."""
    _reads = True

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
            self._watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._behind = False
        self._forget_stall()
        self.resume(Pause.UNREAD)
        if self._handler is not None:
            self._handler.drained()

    def _watch(self) -> None:
        self._taken = self._written - self.transport.get_write_buffer_size()
        self._stalled = self.loop.call_later(self.stalled_seconds, self._look_again)

    def _look_again(self) -> None:
        """Drop a peer that took nothing since it was looked at; one that is slow may be slow."""
        if self._written - self.transport.get_write_buffer_size() > self._taken:
            self._watch()
        else:
            self.transport.abort()

    def _forget_stall(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            # The handshake was answered: uvicorn logs an error for it otherwise.
            self.handshake_complete = True

    def handle_ping(self) -> None:
        super().handle_ping()
        if self._behind:
            # Each ping is answered: who asks and does not read would fill the memory.
            self.pause(Pause.UNREAD)

    def handle_close(self, event: Any) -> None:
        super().handle_close(event)
        self._abort_soon()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._abort_soon()

    def _abort_soon(self) -> None:
        """A plain close waits for a flush; it never comes where the peer does not read."""
        if self.close_timer is None:
            self.close_timer = self.loop.call_later(CLOSING_SECONDS, self.transport.abort)

    def send_keepalive_ping(self) -> None:
        if self._behind or self._pauses:
            self.ping_timer = None
            self.schedule_ping()
        else:
            super().send_keepalive_ping()

    def keepalive_timeout(self) -> None:
        if self._behind or self._pauses:
            # The ping, or its answer, waits behind what was not read yet, by the peer or by us.
            self.pong_timer = None
            self.pending_ping_payload = None
            self.schedule_ping()
        else:
            # A plain close would wait for a flush that never comes.
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Hand whole messages straight over; everything else is the library's.

        The library's parser is a generator with a step for every field, which for a keystroke takes
        more time than all that is done with it. So the bytes are split into frames here, by their
        lengths alone. A frame that is one whole binary message is unmasked and handed over; any
        other (control, text, fragment, wrong, too long) goes to the library as it came. A pause
        holds from the very next frame on: one reading may have brought thousands.
        """
        if not self.handshake_initiated:
            super().data_received(data)
            if not self.handshake_initiated:
                # A head that the HTTP parser takes and this one does not.
                self.transport.abort()
            return
        if self._rest:
            data, self._rest = self._rest + data, b""
        if self._waits():
            self._keep(data)
            return
        at, size = 0, len(data)
        if self._owed:
            at = min(self._owed, size)
            self._owed -= at
            super().data_received(data[:at])
        while at < size:
            if self._waits():
                self._keep(data[at:])
                return
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
                if handler is not None:
                    handler.fragment()
            at = end

    def _waits(self) -> bool:
        """Whether frames are to wait: in a pause, and until somebody takes them."""
        return (bool(self._pauses) or self._handler is None) and not self.close_sent

    def _keep(self, data: bytes) -> None:
        self._rest = data
        self._stop_reading()

    def _stop_reading(self) -> None:
        if self._reads and not self.transport.is_closing():
            self._reads = False
            self.transport.pause_reading()

    def _go_on(self) -> None:
        """Take what waited; then read again, unless it was enough for the next pause."""
        if self._waits() or self.transport.is_closing():
            return
        if self._rest:
            self.data_received(b"")
        if not (self._reads or self._waits() or self.transport.is_closing()):
            self._reads = True
            self.transport.resume_reading()

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
            self._written += len(frames)
            self.transport.write(frames)

    def is_behind(self) -> bool:
        return self._behind

    def close(self, code: int, reason: str) -> None:
        if self.close_sent or self.transport.is_closing() or not self.handshake_complete:
            return
        self.conn.send_close(code, short(reason))
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        for why in list(self._pauses):
            self.resume(why)
        self.close_timer = self.loop.call_later(CLOSING_SECONDS, self.transport.abort)
        if not self._closed.done():
            self._closed.set_result(None)

    def pause(self, why: Pause) -> None:
        self._pauses.add(why)
        self._stop_reading()

    def resume(self, why: Pause) -> None:
        if why in self._pauses:
            self._pauses.discard(why)
            if not self._pauses:
                self.loop.call_soon(self._go_on)

    async def run(self, handler: Handler) -> None:
        self._handler = handler
        self._go_on()
        try:
            await self._closed
        finally:
            self._handler = None


def short(reason: str) -> str:
    """As much of a reason as a close frame can hold."""
    return reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
