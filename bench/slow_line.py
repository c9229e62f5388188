"""A line that everything goes over: so many bytes a second, and so long on their way.

Chromium can make requests slow, but hardly sockets and their handshakes. This stands between a
browser and a server, on TCP, and makes all of it slow: opening a connection costs a round trip, or
three as with TLS, and all connections share the same bytes a second.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

PACKET = 1400
HEADERS = 60
"""Of a packet's bytes, those of TCP and below."""
WINDOW = 64 * 1024
"""Bytes of a connection that are on their way at once."""


@dataclass(slots=True)
class Way:
    """One direction of a line: `rate` in bytes a second, `delay` in seconds."""

    rate: float
    delay: float
    free_at: float = 0.0
    """When the bytes that were given to it so far have left."""

    def arrival(self, size: int) -> float:
        """When these bytes arrive, given to it now."""
        self.free_at = max(self.free_at, time.monotonic()) + (size + HEADERS) / self.rate
        return self.free_at + self.delay


@dataclass(slots=True)
class SlowLine:
    """To a server's port, with `round_trips` for each connection before it carries anything."""

    port: int
    rate: float
    delay: float
    round_trips: int = 1
    _ways: tuple[Way, Way] = field(init=False)

    def __post_init__(self) -> None:
        self._ways = Way(self.rate, self.delay), Way(self.rate, self.delay)

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[int]:
        """The port of the line's near end."""
        connections: set[asyncio.Task[None]] = set()

        def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            connections.add(asyncio.create_task(self._carry(source, target)))

        server = await asyncio.start_server(carry, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for connection in connections:
                connection.cancel()
            await asyncio.gather(*connections, return_exceptions=True)

    async def _carry(self, from_near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * self.delay * self.round_trips)
        from_far, to_far = await asyncio.open_connection("127.0.0.1", self.port)
        up, down = self._ways
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_one_way(from_near, to_far, up))
                tasks.create_task(_one_way(from_far, to_near, down))
        except* OSError:
            pass  # one side is gone, and so is the connection
        finally:
            to_near.close()
            to_far.close()


async def _one_way(source: asyncio.StreamReader, target: asyncio.StreamWriter, way: Way) -> None:
    packets: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(WINDOW // PACKET)

    async def arrive() -> None:
        while True:
            at, packet = await packets.get()
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            if not packet:
                target.write_eof()
                return
            target.write(packet)
            await target.drain()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(arrive())
        packet = b"?"
        while packet:
            packet = await source.read(PACKET)
            await packets.put((way.arrival(len(packet)), packet))
