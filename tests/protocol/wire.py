"""A WebSocket client of bare bytes, which reads only when it is told to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from websockets.frames import Frame, Opcode

from server.sync.codec import var_bytes, var_string

SECONDS = 30.0
SMALL_WINDOW = 128 * 1024
"""Below the largest packet of the loopback device each packet would wait for a timer."""
STEP_1 = b"\x00\x00" + var_bytes(b"\x00")
"""“I have nothing.”"""


@dataclass(frozen=True, slots=True)
class Target:
    """A note, and where it is."""

    port: int
    note: str
    token: str
    framing: str
    """`sync` or `collab`."""

    @property
    def prefix(self) -> bytes:
        return var_string(self.note) if self.framing == "collab" else b""

    @property
    def head(self) -> bytes:
        """The request that opens the WebSocket."""
        path = f"/sync/{self.note}?token={self.token}" if self.framing == "sync" else "/collab"
        return handshake(path, self.port)


def handshake(path: str, port: int, *more: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
        "Sec-WebSocket-Version: 13",
        *more,
    ]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("utf-8")


def masked(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """A client's frame."""
    return Frame(opcode, data, fin).serialize(mask=True)


@dataclass(slots=True)
class Wire:
    """An open WebSocket in one note. What is not read stays with the server."""

    target: Target
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def say(self, body: bytes) -> None:
        """Send one message of the note, without waiting for the server to take it."""
        self.writer.write(masked(Opcode.BINARY, self.target.prefix + body))

    async def frame(self) -> tuple[int, bytes]:
        """The next frame, but for pings, which are answered: its opcode and payload."""
        read = self.reader.readexactly
        async with asyncio.timeout(SECONDS):
            while True:
                first, size = await read(2)
                if size >= 126:
                    size = int.from_bytes(await read(2 if size == 126 else 8), "big")
                payload = await read(size)
                if first & 0x0F != Opcode.PING:
                    return first & 0x0F, payload
                self.writer.write(masked(Opcode.PONG, payload))

    async def dropped(self) -> bytes:
        """What was still under way when the server dropped the connection."""
        async with asyncio.timeout(SECONDS):
            left = bytearray()
            try:
                while data := await self.reader.read(65536):
                    left += data
            except ConnectionError:
                pass
            return bytes(left)

    async def pong(self) -> None:
        """Return when the server has answered a ping: it has taken all that was sent before."""
        self.writer.write(masked(Opcode.PING, b"here"))
        while await self.frame() != (Opcode.PONG, b"here"):
            pass


@asynccontextmanager
async def wire(target: Target) -> AsyncIterator[Wire]:
    """A connection with a small window, let into the note. It has said nothing there yet."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", target.port))
    reader, writer = await asyncio.open_connection(sock=raw, limit=SMALL_WINDOW)
    opened = Wire(target, reader, writer)
    try:
        writer.write(target.head)
        async with asyncio.timeout(SECONDS):
            assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        if target.framing == "collab":
            opened.say(b"\x02\x00" + var_string(target.token))
            _, said = await opened.frame()
            assert said.startswith(target.prefix + b"\x02\x02")
        yield opened
    finally:
        writer.transport.abort()
