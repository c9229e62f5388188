"""A process on the bus, as tests see it: what it heard, in order, and when it was told."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from server.bus.addresses import parse_address
from server.bus.bus import Heard, ProcessId
from server.bus.messages import Committed, Message
from server.bus.redis_bus import RedisBus
from storage.values import NoteId

PATIENCE_SECONDS = 40.0
LOOK_SECONDS = 0.005

NOTE = NoteId("note-1")
OTHER = NoteId("note-2")


@dataclass(eq=False, slots=True)
class Side:
    """One bus that runs, with all that it has told."""

    bus: RedisBus
    heard: list[Heard] = field(default_factory=list)
    listening: list[NoteId] = field(default_factory=list)
    """One after the other, each as often as it was said."""
    ups: list[bool] = field(default_factory=list)
    _told: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def messages(self) -> list[Message]:
        return [heard.message for heard in self.heard]

    @property
    def seqs(self) -> list[int]:
        """Of the edits that it heard of."""
        return [message.first for message in self.messages if isinstance(message, Committed)]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Look again whenever something is told; fail after a long time."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_so():
                self._told.clear()
                await self._told.wait()

    async def listens(self, note: NoteId) -> None:
        """Listen to a note, and wait until that has begun."""
        before = self.listening.count(note)
        self.bus.listen(note)
        await self.until(lambda: self.listening.count(note) > before)

    async def is_up(self) -> None:
        await self.until(lambda: self.bus.is_up)

    async def is_down(self) -> None:
        await self.until(lambda: not self.bus.is_up)

    async def until_failed(self, times: int = 3) -> None:
        """Until it was tried so often in vain. That is counted, not told: it is looked at again."""
        await self.until_counted(lambda: self.bus.figures.failures >= times)

    async def until_counted(self, is_so: Callable[[], bool]) -> None:
        """As `until`, for what only the figures say."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_so():  # noqa: ASYNC110 - figures are read, they tell nobody
                await asyncio.sleep(LOOK_SECONDS)

    def hear(self, heard: Heard) -> None:
        self._told.set()
        self.heard.append(heard)

    def began(self, notes: list[NoteId]) -> None:
        self.listening += notes
        self._told.set()

    def turned(self, is_up: bool) -> None:
        self.ups.append(is_up)
        self._told.set()


@asynccontextmanager
async def running(url: str, name: str, *, prefix: str = "calepin:") -> AsyncIterator[Side]:
    """A process of this name, which runs until the block ends."""
    side = Side(
        RedisBus(
            parse_address(url),
            prefix=prefix,
            process=ProcessId(name),
            monotonic=time.monotonic,
            random=random.Random(name),
        )
    )
    task = asyncio.create_task(
        side.bus.run(hear=side.hear, listening=side.began, up=side.turned), name=name
    )
    try:
        yield side
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled(), "the bus ended by itself"


@asynccontextmanager
async def pair(url: str, other_url: str | None = None) -> AsyncIterator[tuple[Side, Side]]:
    """Two processes that are up; the second listens to `NOTE`."""
    async with running(url, "one") as one, running(other_url or url, "two") as two:
        await one.is_up()
        await two.is_up()
        await two.listens(NOTE)
        yield one, two


def edit(seq: int, data: bytes = b"") -> Committed:
    """An edit at a position of the log."""
    return Committed(seq, seq, data, [])


async def arrives(one: Side, two: Side, seq: int) -> None:
    """An edit that is said now is heard; what is not is said again, as a log would be read."""
    one.bus.say(NOTE, edit(seq))
    await two.until(lambda: seq in two.seqs)
