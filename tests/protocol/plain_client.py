"""A client of its own making, for W6: the protocol as its document says, on pycrdt's documents.

It shares no code with the server: its integers, strings and messages are written here again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import pycrdt
from websockets.asyncio.client import ClientConnection, connect

from tests.protocol.days import Day

SYNC, AWARENESS = 0, 1
STEP_1, STEP_2, UPDATE = 0, 1, 2
SECONDS = 15.0
PANES = ("notes", "conclusions")


def number(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the high bit says that more follow."""
    out = bytearray()
    while value > 0x7F:
        out.append(0x80 | value & 0x7F)
        value >>= 7
    return bytes([*out, value])


def counted(data: bytes) -> bytes:
    return number(len(data)) + data


def read_number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def sync_message(step: int, content: bytes) -> bytes:
    return bytes([SYNC, step]) + counted(content)


def new_doc() -> pycrdt.Doc[pycrdt.Text]:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    for pane in PANES:
        doc[pane] = pycrdt.Text()
    return doc


def panes_of(doc: pycrdt.Doc[pycrdt.Text]) -> tuple[str, str]:
    notes, conclusions = (str(doc[pane]) for pane in PANES)
    return notes, conclusions


class PlainClient:
    """One replica on one y-websocket connection. An async context manager."""

    def __init__(self, socket: ClientConnection) -> None:
        self.doc = new_doc()
        self._socket = socket
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._changed = asyncio.Event()
        self._hearing = False
        self._greeted = False

    async def __aenter__(self) -> Self:
        self._subscription = self.doc.observe(self._told)
        self._outbox.put_nowait(sync_message(STEP_1, self.doc.get_state()))
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._receive())]
        await self.until(lambda: self._greeted)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.doc.unobserve(self._subscription)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def type(self, text: str, *, pane: str = "notes", at: int = 0) -> None:
        """`at` counts UTF-8 bytes, as everywhere in pycrdt."""
        self.doc[pane].insert(at, text)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return when `holds()` is true; it is looked at after each message."""
        async with asyncio.timeout(SECONDS):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def shows(self, panes: tuple[str, str]) -> None:
        await self.until(lambda: panes_of(self.doc) == panes)

    async def settled(self) -> None:
        """Return when the server has taken all that was typed: it answers a ping in order."""
        async with asyncio.timeout(SECONDS):
            await self._outbox.join()
            await (await self._socket.ping())

    def _told(self, event: pycrdt.TransactionEvent) -> None:
        if not self._hearing:
            self._outbox.put_nowait(sync_message(UPDATE, event.update))

    async def _send(self) -> None:
        while True:
            await self._socket.send(await self._outbox.get())
            self._outbox.task_done()

    async def _receive(self) -> None:
        async for message in self._socket:
            assert isinstance(message, bytes)
            kind, at = read_number(message, 0)
            if kind == SYNC:
                self._hear(*read_number(message, at), message)
            self._changed.set()

    def _hear(self, step: int, at: int, message: bytes) -> None:
        size, start = read_number(message, at)
        content = message[start:]
        assert len(content) == size, "one message, and nothing after it"
        if step == STEP_1:
            self._outbox.put_nowait(sync_message(STEP_2, self.doc.get_update(content)))
            return
        self._greeted = self._greeted or step == STEP_2
        self._hearing = True
        self.doc.apply_update(content)
        self._hearing = False


@asynccontextmanager
async def plain_client(day: Day, *, role: str = "writer") -> AsyncIterator[PlainClient]:
    url = f"{day.server.ws_url}/sync/{day.note}?token={day.token(role)}"
    async with connect(url, proxy=None, max_size=None) as socket, PlainClient(socket) as client:
        yield client
