"""A WebSocket without a provider: bytes as a test wants them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect

from server.sync.codec import var_string
from tests.protocol.days import Day

SECONDS = 10.0


@asynccontextmanager
async def raw_sync(
    day: Day, *, role: str = "writer", origin: str | None = None
) -> AsyncIterator[ClientConnection]:
    """A connection to the first note in y-websocket's framing.

    What arrives is kept without a limit: who never reads would else, after some frames, get no
    answer to a ping either.
    """
    url = f"{day.server.ws_url}/sync/{day.note}?token={day.token(role)}"
    async with connect(
        url,
        origin=origin,  # type: ignore[arg-type]
        proxy=None,
        max_size=None,
        max_queue=None,
    ) as socket:
        yield socket


@asynccontextmanager
async def raw_collab(day: Day) -> AsyncIterator[ClientConnection]:
    """A connection to the first note in Hocuspocus's framing, let in."""
    async with connect(f"{day.server.ws_url}/collab", proxy=None, max_size=None) as socket:
        token = b"\x02\x00" + var_string(day.token("writer"))
        await socket.send(var_string(day.note) + token)
        async with asyncio.timeout(SECONDS):
            await socket.recv()
        yield socket


async def closed(socket: ClientConnection) -> tuple[int, str]:
    """The code and the reason with which the server closes."""
    async with asyncio.timeout(SECONDS):
        await socket.wait_closed()
    assert socket.close_code is not None
    return socket.close_code, socket.close_reason or ""
