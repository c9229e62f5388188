"""Two processes on one store, with a wire between them that is delivered by hand."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from storage.store import Store
from storage.values import DayId, Milliseconds
from tests.sync.conftest import NOTE, Hall, Peer, add_day_with_note
from tests.sync.wire import Wire


@dataclass
class Two:
    """Two halls on one store."""

    here: Hall
    there: Hall
    wire: Wire
    now: float = 0.0

    async def rest(self) -> None:
        """Return when everything that was said has been heard, shown and stored."""
        for _ in range(4):
            for hall in (self.here, self.there):
                await hall.settled()
                await hall.settled()
            self.wire.deliver_all()

    def tick(self, seconds: float) -> None:
        self.now += seconds
        for hall in (self.here, self.there):
            hall.rooms.step(self.now)
            assert hall.neighbours is not None
            hall.neighbours.step(self.now)

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator[Self]:
        times = itertools.count(1_700_000_000_000)
        connections: itertools.count[int] = itertools.count()
        wire = Wire()

        def clock() -> Milliseconds:
            return Milliseconds(next(times))

        async with (
            await Store.open(folder, clock=clock) as one,
            await Store.open(folder, clock=clock) as other,
        ):
            await one.write(lambda db: add_day_with_note(db, DayId("day"), NOTE, clock()))
            found: list[Self] = []

            def monotonic() -> float:
                return found[0].now if found else 0.0

            here = Hall.on(one, clock, monotonic, wire.end("here"))
            there = Hall.on(other, clock, monotonic, wire.end("there"))
            here._count = there._count = connections
            found.append(cls(here, there, wire))
            running = [asyncio.create_task(hall.pump.run()) for hall in (here, there)]
            yield found[0]
            for hall in (here, there):
                hall.pump.stop()
            await asyncio.gather(*running)


def saying(peer: Peer, words: str) -> None:
    peer.type(words)
    peer.say()
