"""A network between two processes that a test may cut, slow down, or make swallow everything."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

CHUNK_BYTES = 64 * 1024


@dataclass(eq=False, slots=True)
class Proxy:
    """Passes the bytes of TCP connections on to a port, both ways.

    `async with` starts it, on a free port. Everything here is of the test's own loop.
    """

    target_port: int
    port: int = 0
    delay_seconds: float = 0.0
    """How long each piece of bytes is on its way, in each direction."""
    connections: int = 0
    """How many there have been."""
    passed_bytes: int = 0
    """From those that connect to the target."""
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._flows.set()
        await self.listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.refuse()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def listen(self) -> None:
        """Take connections, after `refuse` too, at the same port."""
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def listens(self) -> bool:
        return self._server is not None

    async def refuse(self) -> None:
        """Cut what is open, and take nothing new."""
        if self._server is not None:
            self._server.close()
        self._server = None
        self.cut()

    def cut(self) -> None:
        """End all connections at once, as a firewall with a reset does."""
        for writer in self._open:
            writer.transport.abort()

    def swallow(self) -> None:
        """Take all bytes and connections, and let nothing through: a partition without a word."""
        self._flows.clear()

    def heal(self) -> None:
        """Let what was swallowed arrive."""
        self._flows.set()

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        try:
            await self._flows.wait()
            behind, to_target = await asyncio.open_connection("127.0.0.1", self.target_port)
            self._open.add(to_target)
            try:
                both = [
                    asyncio.create_task(self._pass(reader, to_target, is_in=True)),
                    asyncio.create_task(self._pass(behind, writer, is_in=False)),
                ]
                try:
                    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for task in both:
                        task.cancel()
                    await asyncio.gather(*both, return_exceptions=True)
            finally:
                self._open.discard(to_target)
                to_target.transport.abort()
        except OSError:
            pass  # The target is not there: that is told by the end of the connection.
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_in: bool
    ) -> None:
        """Until either side ends. A delay is that of a long way: pieces do not wait for another."""
        way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=1024)
        loop = asyncio.get_running_loop()

        async def arrive() -> None:
            while True:
                due, data = await way.get()
                await asyncio.sleep(due - loop.time())
                await self._flows.wait()
                writer.write(data)
                await writer.drain()

        arriving = asyncio.create_task(arrive())
        try:
            while data := await reader.read(CHUNK_BYTES):
                await self._flows.wait()
                if is_in:
                    self.passed_bytes += len(data)
                await way.put((loop.time() + self.delay_seconds, data))
        except OSError:
            pass
        finally:
            arriving.cancel()
            await asyncio.gather(arriving, return_exceptions=True)
