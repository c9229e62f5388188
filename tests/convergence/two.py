"""The same fates with two servers on one store, and a wire between them that loses much (S6)."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from server.days.access import Role
from server.sync.messages import Update
from storage.values import DayId, Milliseconds
from tests.convergence.person import Person
from tests.convergence.weather import Crash, Weather
from tests.convergence.world import World
from tests.sync import written
from tests.sync.conftest import NOTE, Hall, add_day_with_note
from tests.sync.wire import End, Wire


@dataclass
class Server:
    store: Weather
    end: End | None = None
    hall: Hall | None = None
    pumping: asyncio.Task[None] | None = None


class TwoServers(World):
    """Each thing happens at one of the servers, which is drawn; people come back to any."""

    def __init__(self, seed: int, stores: list[Weather], clock: Callable[[], Milliseconds]) -> None:
        self.servers = [Server(store) for store in stores]
        self.wire = Wire()
        self._processes = itertools.count()
        self._server = self.servers[1]
        super().__init__(seed, stores[1], clock)
        self._server = self.servers[0]
        self._start()

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, seed: int) -> AsyncIterator[World]:
        times = itertools.count(1_700_000_000_000)

        def clock() -> Milliseconds:
            return Milliseconds(next(times))

        async with (
            await Weather.open(folder, clock=clock) as one,
            await Weather.open(folder, clock=clock) as other,
        ):
            await one.write(lambda db: add_day_with_note(db, DayId("day"), NOTE, clock()))
            world = cls(seed, [one, other], clock)
            for number in range(world.dice.randint(3, 6)):
                world.choose_server()
                await world.arrive(Role.MODERATOR if number == 0 else Role.WRITER)
            try:
                yield world
            finally:
                for server in world.servers:
                    server.store.calm()
                    if server.pumping is not None:
                        server.pumping.cancel()
                        with suppress(asyncio.CancelledError, Crash):
                            await server.pumping

    # What `World` has one of

    @property
    def store(self) -> Weather:
        return self._server.store

    @store.setter
    def store(self, store: Weather) -> None:
        assert store is self._server.store

    @property
    def hall(self) -> Hall:
        assert self._server.hall is not None
        return self._server.hall

    @property
    def _pumping(self) -> asyncio.Task[None]:
        assert self._server.pumping is not None
        return self._server.pumping

    def calm(self) -> None:
        for server in self.servers:
            server.store.calm()

    def choose_server(self) -> None:
        self._server = self.dice.choice(self.servers)

    def _start(self) -> None:
        server = self._server
        if server.end is not None:
            self.wire.cut(server.end)
        server.end = self.wire.end(f"process-{next(self._processes)}")
        server.hall = Hall.on(server.store, self.clock, self._tick, server.end)
        server.hall._count = self._connections  # connection ids never come twice
        server.pumping = asyncio.create_task(server.hall.pump.run())

    def _acts(self) -> list[tuple[Callable[[], Awaitable[None]], int]]:
        return [
            *super()._acts(),
            (self.deliver, 24),
            (self.lose_message, 2),
            (self.go_over, 3),
            (self.tick, 3),
            (self.second_tab, 2),
            (self.lie, 1),
        ]

    async def deliver(self) -> None:
        self.wire.deliver(self.dice, self.dice.randint(1, 8))

    async def lose_message(self) -> None:
        self.wire.lose(self.dice)

    async def tick(self) -> None:
        """What rooms and neighbours do now and then: presence, who is here, who is silent."""
        self._now += 0.2
        self.hall.rooms.step(self._now)
        assert self.hall.neighbours is not None
        self.hall.neighbours.step(self._now)

    async def go_over(self) -> None:
        """Somebody comes back at once by the other server, before that has heard of anything."""
        person = self._anybody()
        if person.online:
            await person.come_back(self.hall)

    async def second_tab(self) -> None:
        """Another tab of somebody, by whichever server, says all that their one document has."""
        person = self._anybody()
        if person.role is not Role.READER:
            room, member, _ = await self.hall.arrive(person.role, name=person.name)
            room.receive(member, Update(person.doc.get_update()))
            room.leave(member)

    async def lie(self) -> None:
        """A client says two things under one client id and clock, one to each server."""
        client, name = self.dice.randrange(1, 2**31), f"liar-{next(self._names)}"
        for server, words in zip(self.servers, ("vrai ", "faux 🎈 "), strict=True):
            assert server.hall is not None
            room, member, _ = await server.hall.arrive(Role.WRITER, name=name)
            lie = written.update([(client, 0, [written.text(words)])])
            room.receive(member, Update(lie))
            room.leave(member)

    def _bustle(self) -> None:
        super()._bustle()
        self.wire.deliver(self.dice, self.dice.randint(0, 4))

    def _is_here(self, person: Person) -> bool:
        return person.room.wake == self.hall.pump.wake

    async def settle(self) -> bool:
        moved = False
        for server in self.servers:
            self._server = server
            await super().settle()
            moved = self.wire.deliver_all() or moved
        return moved

    async def follow(self) -> None:
        """Each server asks the store, as it does now and then."""
        for server in self.servers:
            self._server = server
            await self.hall.follow_others()
