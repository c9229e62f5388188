"""The seam to the network under a server that knows nothing of prebuilt frames.

The same as `transport.FrameProtocol`, through plain `send` and `receive`: slower, and as correct.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from starlette.types import Receive, Scope, Send

from server.sync.transport import (
    EXTENSION,
    HIGH_WATER_BYTES,
    LOW_WATER_BYTES,
    NO_TEXT,
    STALLED_SECONDS,
    Handler,
    Pause,
    Socket,
    short,
)


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
        self._waiting.put_nowait((code, short(reason)))

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
                self.resume(Pause.UNREAD)
                if self._handler is not None:
                    self._handler.drained()


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
