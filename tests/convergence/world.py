"""A day's worth of bad luck in one note, drawn from a seed.

Real rooms, pump and store; people whose frames are carried by hand. Nothing sleeps: what is
committed when, and what happens in the midst of it, is drawn too.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pycrdt

from server.days.access import Role
from server.errors import Conflict, NotFound, Unavailable, UpdateRefused
from server.sync.codec import decode_state_vector
from server.sync.document import condense, covers, merge
from server.sync.held import Decision, decide_held
from server.sync.messages import Update
from server.sync.rooms import IDLE_SECONDS
from storage import log as storage_log
from storage.errors import StoreUnavailable
from storage.values import ConnectionId, DayId, Milliseconds, PersonId, Submission
from tests.convergence.person import Person
from tests.convergence.weather import Crash, Weather
from tests.sync import written
from tests.sync.conftest import NOTE, Hall, add_day_with_note

MODERATOR = PersonId("moderator")
ELSEWHERE = ConnectionId("elsewhere")


class World:
    """One note, its people and its server, which may die. Use `open`."""

    def __init__(self, seed: int, store: Weather, clock: Callable[[], Milliseconds]) -> None:
        self.dice = random.Random(seed)
        self.store = store
        self.clock = clock
        self._now = 0.0
        self.people: list[Person] = []
        self.disturbed: set[ConnectionId] = set()
        """Connections whose queue was lost with a server or a commit, or that were merged."""
        self.happened: list[str] = []
        self.hall: Hall
        self._names = itertools.count()
        self._connections: itertools.count[int] = itertools.count()
        self._start()

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, seed: int) -> AsyncIterator[World]:
        times = itertools.count(1_700_000_000_000)

        def clock() -> Milliseconds:
            return Milliseconds(next(times))

        async with await Weather.open(folder, clock=clock) as store:
            await store.write(lambda db: add_day_with_note(db, DayId("day"), NOTE, clock()))
            world = cls(seed, store, clock)
            for number in range(world.dice.randint(3, 5)):
                await world.arrive(Role.MODERATOR if number == 0 else Role.WRITER)
            try:
                yield world
            finally:
                store.calm()
                world._pumping.cancel()
                with suppress(asyncio.CancelledError, Crash):
                    await world._pumping

    def _start(self) -> None:
        self.hall = Hall.on(self.store, self.clock, self._tick)
        self.hall._count = self._connections  # connection ids never come twice
        self._pumping = asyncio.create_task(self.hall.pump.run())

    def _is_here(self, person: Person) -> bool:
        """Whether this is a person of the server that something happens to."""
        return person in self.people

    def _tick(self) -> float:
        self._now += 0.001
        return self._now

    # What happens

    async def live(self, steps: int) -> None:
        """Draw and do so many things."""
        acts = [act for act, weight in self._acts() for _ in range(weight)]
        for _ in range(steps):
            act = self.dice.choice(acts)
            self.choose_server()
            self.happened.append(act.__name__)
            await act()
            await self.notice_ends()

    def calm(self) -> None:
        """Nothing goes wrong with the store any more."""
        self.store.calm()

    def choose_server(self) -> None:
        """Which server the next thing happens at, where there are several."""

    def _acts(self) -> list[tuple[Callable[[], Awaitable[None]], int]]:
        return [
            (self.edit, 30),
            (self.send, 24),
            (self.hear, 20),
            (self.commit, 14),
            (self.busy_commit, 4),
            (self.lose, 3),
            (self.come_back, 5),
            (self.repeat, 2),
            (self.skip, 2),
            (self.slow, 2),
            (self.drain, 3),
            (self.lock, 3),
            (self.unlock, 4),
            (self.lock_elsewhere, 1),
            (self.unlock_elsewhere, 1),
            (self.write_elsewhere, 1),
            (self.follow, 2),
            (self.decide, 2),
            (self.cut_a_character, 1),
            (self.failing_commit, 1),
            (self.restart, 1),
            (self.crash, 1),
            (self.crash_in_commit, 1),
            (self.checkpoint, 1),
            (self.evict, 1),
            (self.newcomer, 1),
            (self.go_away, 1),
        ]

    async def arrive(self, role: Role) -> Person:
        name = f"{role.value}-{next(self._names)}"
        counts_saved = self.dice.random() < 0.6
        room, member, socket = await self.hall.arrive(role, name=name, counts_saved=counts_saved)
        doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=self.dice.randrange(1, 2**32))
        resends = counts_saved and self.dice.random() < 0.4
        person = Person(room, member, socket, doc, role=role, resends_offline=resends)
        self.people.append(person)
        return person

    def _anybody(self) -> Person:
        return self.dice.choice([person for person in self.people if not person.gone])

    async def edit(self) -> None:
        self._anybody().edit(self.dice)

    async def send(self) -> None:
        self._anybody().send(self.dice.randint(1, 6))

    async def hear(self) -> None:
        self._anybody().hear(self.dice.randint(1, 6))

    async def commit(self) -> None:
        with suppress(Unavailable):
            await self.hall.settled()

    async def busy_commit(self) -> None:
        """Things go on before and after the moment of a commit, while it is under way."""
        self.store.before = self._bustle
        self.store.after = self._bustle
        await self.commit()

    def _bustle(self) -> None:
        for _ in range(self.dice.randint(1, 6)):
            person = self._anybody()
            match self.dice.randrange(5):
                case 0:
                    person.edit(self.dice)
                case 1:
                    person.hear(self.dice.randint(1, 6))
                case 2 if self.dice.random() < 0.2:
                    person.lose()
                case 3 if self.dice.random() < 0.2:
                    self._lock_in_the_database()
                case _:
                    person.send(self.dice.randint(1, 6))

    async def lose(self) -> None:
        self._anybody().lose()

    async def come_back(self) -> None:
        away = [one for one in self.people if not one.online and not one.gone]
        if away:
            await self.dice.choice(away).come_back(self.hall)

    async def repeat(self) -> None:
        self._anybody().repeat(self.dice)

    async def skip(self) -> None:
        self._anybody().skip(self.dice)

    async def slow(self) -> None:
        self._anybody().socket.behind = True

    async def drain(self) -> None:
        for person in self.people:
            if person.online and person.socket.behind:
                person.socket.behind = False
                person.room.caught_up(person.member)

    async def newcomer(self) -> None:
        if len(self.people) < 8:
            await self.arrive(self.dice.choice([Role.WRITER, Role.WRITER, Role.READER]))

    async def go_away(self) -> None:
        """Somebody leaves, and does not come back before the end."""
        if sum(not one.gone for one in self.people) > 2:
            person = self._anybody()
            person.lose()
            person.gone = True

    # The lock

    async def lock(self) -> None:
        with suppress(Unavailable, StoreUnavailable):
            await self.hall.rooms.lock([NOTE], by=MODERATOR, why="", drain_seconds=0)

    async def unlock(self) -> None:
        with suppress(Unavailable, StoreUnavailable):
            await self.hall.rooms.unlock([NOTE], by=MODERATOR)

    async def lock_elsewhere(self) -> None:
        self._lock_in_the_database()

    def _lock_in_the_database(self) -> None:
        with self.store.database.write() as db:
            storage_log.lock(db, NOTE, by=MODERATOR, why="", at=self.clock(), connection=ELSEWHERE)

    async def unlock_elsewhere(self) -> None:
        with self.store.database.write() as db:
            storage_log.unlock(db, NOTE, by=MODERATOR, at=self.clock(), connection=ELSEWHERE)

    async def write_elsewhere(self) -> None:
        """Another process appends an edit, as an import does."""
        parts = [row.data for row in await self.store.tail(NOTE, 0) if row.kind == 0]
        doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=self.dice.randrange(1, 2**32))
        doc.apply_update(merge(parts))
        before = doc.get_state()
        doc.get("notes", type=pycrdt.Text).insert(0, "importé ")
        row = Submission(
            NOTE, MODERATOR, ELSEWHERE, self.clock(), doc.get_update(before), privileged=True
        )
        with self.store.database.write() as db:
            storage_log.append(db, [row])

    async def settle(self) -> bool:
        """Commit what is queued; whether anything happened that somebody may hear of."""
        await self.hall.settled()
        await self.hall.settled()
        return False

    async def follow(self) -> None:
        """What the server does twice a second."""
        if await self.store.changed_elsewhere():
            await self.hall.follow_others()

    async def decide(self) -> None:
        """A moderator decides something that is held, if anything is."""
        room = await self.hall.rooms.open(NOTE)
        if room.replica.held:
            one = self.dice.choice(list(room.replica.held.values()))
            self.disturbed |= {
                held.connection for held in room.replica.held.values() if held.author == one.author
            }
            decision = self.dice.choice(list(Decision))
            with suppress(Conflict, NotFound, Unavailable, StoreUnavailable):
                await decide_held(
                    self.store,
                    self.hall.pump,
                    room,
                    one.id,
                    decision,
                    by=MODERATOR,
                    at=self.clock(),
                )

    # Faults

    async def cut_a_character(self) -> None:
        """A client that counts code units writes inside an emoji: it is refused, alone."""
        room, member, _ = await self.hall.arrive(Role.WRITER, name=f"r{next(self._names)}")
        lows = sorted(room.replica.state.lows)
        if lows:
            client, clock = self.dice.choice(lows)
            piece = written.text("x", (client, clock - 1), (client, clock))
            cut = written.update([(self.dice.randrange(1, 2**32), 0, [piece])])
            if self.dice.random() < 0.5:
                cut = written.update([], [(client, [(clock, 1)])])
            was = room.replica.state.deletes.get(client)
            gone = was is not None and not was.missing(clock, clock + 1)
            try:
                room.receive(member, Update(cut))
            except UpdateRefused:
                assert member.session.counts.refused == 1
            else:
                assert gone, "half of a character was deleted"
        room.leave(member)

    async def failing_commit(self) -> None:
        """The store cannot take what is queued: everybody in the note has to come back."""
        self._disturb()
        self.store.fails = True
        await self.commit()
        self.store.fails = False

    def _disturb(self) -> None:
        """Note whose edits may be lost on the server now, after they were counted as accepted."""
        room = self.hall.rooms.find(NOTE)
        if room is not None:
            self.disturbed |= room.members.keys()
            self.disturbed |= {queued.submission.connection for queued in room.queue}
        # Who left while something of theirs waited for the log is judged later, and is no member.
        for person in self.people:
            members = (*person.past, person.member)
            self.disturbed |= {member.id for member in members if member.deferred}

    async def restart(self) -> None:
        """The server ends in order, and another one begins."""
        self.hall.pump.stop()
        await self._pumping
        self.hall.rooms.close()
        await self._begin_again()

    async def crash(self) -> None:
        """The server dies between two commits: what is queued is gone."""
        self._disturb()
        self._pumping.cancel()
        with suppress(asyncio.CancelledError):
            await self._pumping
        await self._begin_again()

    async def crash_in_commit(self) -> None:
        """The server dies after a commit, before anybody hears of it."""
        self._disturb()
        self.store.crashes = True
        await self.commit()
        self.store.crashes = False
        if self._pumping.done():
            with suppress(Crash):
                self._pumping.result()
            await self._begin_again()

    async def _begin_again(self) -> None:
        for person in filter(self._is_here, self.people):
            person.lose()
        self.store.calm()
        # What the dead one's transaction was about to keep is kept before anybody looks again.
        await self.store.write(lambda _: None)
        await self.check_promised()
        self._start()

    async def checkpoint(self) -> None:
        async def condensed(parts: Sequence[bytes]) -> bytes:
            return condense(parts)

        async def holds(merged: bytes, parts: Sequence[bytes]) -> bool:
            assert covers(merged, parts), "a checkpoint lost something"
            return True

        await self.store.checkpoint(NOTE, merge=condensed, covers=holds)

    async def evict(self) -> None:
        """Nobody is there for long; the note leaves memory."""
        if all(not person.online for person in self.people) or self.dice.random() < 0.3:
            for person in self.people:
                person.lose()
            self.store.calm()
            await self.commit()
            await self.commit()  # what was queued in the midst of the first
            for _ in range(2):
                self._now += IDLE_SECONDS + 1
                self.hall.rooms.step(self._now)
            assert self.hall.rooms.find(NOTE) is None

    async def notice_ends(self) -> None:
        for person in self.people:
            if person.online and person.socket.closed is not None:
                person.lose()

    async def check_promised(self) -> None:
        """All that somebody was told to be saved is in the log on the disk."""
        loaded = [row.data for row in await self.store.tail(NOTE, 0) if row.kind == 0]
        doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
        for data in loaded:
            doc.apply_update(data)
        stored = decode_state_vector(doc.get_state())
        for person in self.people:
            assert stored.get(person.doc.client_id, 0) >= person.promised, (
                f"{person.name} was told that all was saved"
            )
