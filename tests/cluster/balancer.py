"""A load balancer that knows nothing of notes: each connection goes to the next server that is
there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

CONNECT_SECONDS = 1.0
CHUNK_BYTES = 64 * 1024


@dataclass(eq=False, slots=True)
class Balancer:
    """In front of several ports, in turn. One that refuses is passed over. `async with` starts it.

    A server that stands still takes connections all the same, as the system takes them for it.
    """

    targets: Sequence[int]
    port: int = 0
    _next: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there: asyncio.StreamWriter | None = None
        try:
            behind, there = await self._to_any()
            both = [
                asyncio.create_task(_pass(reader, there)),
                asyncio.create_task(_pass(behind, writer)),
            ]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in both:
                    task.cancel()
                await asyncio.gather(*both, return_exceptions=True)
        except OSError:
            pass  # nobody is there: that is told by the end of the connection
        finally:
            writer.transport.abort()
            if there is not None:
                there.transport.abort()

    async def _to_any(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """To the next server that takes a connection. Raises OSError where none does."""
        first, self._next = self._next, self._next + 1
        for number in range(len(self.targets)):
            port = self.targets[(first + number) % len(self.targets)]
            with suppress(OSError):
                async with asyncio.timeout(CONNECT_SECONDS):
                    return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError("no server takes a connection")


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
