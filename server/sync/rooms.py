"""The notes that are live in this process: opened once, shared by all arrivals, evicted when idle.

Also the slow tick of all rooms (presence, heartbeats, eviction), locks as people ask for them, and
the following of what other processes commit to the same store.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from server.bus.bus import Bus, ProcessId
from server.bus.messages import Changed, Locking, Moved
from server.days.locks import carry_out
from server.errors import CalepinError, NotFound, Restarting
from server.sync.announcements import Announcements
from server.sync.barred import Barred
from server.sync.cadence import tick
from server.sync.document import Choked, condense
from server.sync.greeting import Turns
from server.sync.member import Member
from server.sync.notices import heading_notice
from server.sync.pump import Pump
from server.sync.replica import Replica
from server.sync.room import Room
from server.sync.tallies import Tallies
from storage import catalogue, muted, planned
from storage import log as storage_log
from storage.durations import Durations
from storage.held import of_note
from storage.people import withdrawn
from storage.store import Store
from storage.values import ConnectionId, Head, HeldState, Milliseconds, NoteId, PersonId

IDLE_SECONDS = 20.0
TICK_SECONDS = 0.1
CHECKPOINT_ROWS = 500
"""So many rows beyond the last checkpoint are worth one when a note leaves memory."""
MANY_ROWS = 2_000
"""More are put together elsewhere when a note is loaded: 260,000 take 1.5 s, 2,000 some 10 ms."""
LAG_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
"""Between which the delays of the loop are told apart."""

log = structlog.get_logger("calepin.rooms")


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is in a note now, for the programme page."""

    person: PersonId
    name: str
    colour: str


class Rooms:
    """All rooms of this process. `names` tells a person's name, from memory; `elsewhere` runs a
    function in a process aside; `bus` leads to the other processes that serve the same notes."""

    def __init__(
        self,
        store: Store,
        pump: Pump,
        *,
        clock: Callable[[], Milliseconds],
        monotonic: Callable[[], float],
        names: Callable[[PersonId], str],
        elsewhere: Callable[..., Awaitable[Any]],
        bus: Bus | None = None,
    ) -> None:
        self._store = store
        self._pump = pump
        self._clock = clock
        self._monotonic = monotonic
        self._names = names
        self._elsewhere = elsewhere
        self._bus = bus
        # A database server is not held by one process, whether they hear of each other or not.
        self._is_shared = bus is not None or store.database.path is None
        self.neighbours: dict[NoteId, dict[ProcessId, list[Presence]]] = {}
        """Who is in a note by another process, as that said last."""
        self._rooms: dict[NoteId, asyncio.Task[Room]] = {}
        self._moved: set[NoteId] = set()
        """Notes whose log moved while they were being loaded."""
        self.tallies = Tallies()
        self.lag = Durations(LAG_SECONDS)
        """How much later than asked for the loop came back to the slow tick."""
        self.barred = Barred()
        self.mutes: dict[PersonId, muted.Mute] = {}
        """Who may not write, as this process has heard."""
        self.announcements = Announcements(bus, clock)
        self._turns = Turns(_call_later, monotonic)
        self._gone: set[NoteId] = set()
        """Notes of deleted days: one that was being opened meanwhile must not come to life."""

    # Opening

    async def open(self, note: NoteId) -> Room:
        """The room of a note, loaded once however many arrive at once. Raises NotFound."""
        while True:
            opening = self._rooms.get(note)
            if opening is None:
                # Stored before it is awaited: everybody who comes now shares it.
                opening = asyncio.create_task(self._load(note), name=f"open {note}")
                self._rooms[note] = opening
            try:
                room = await asyncio.shield(opening)
            except BaseException:
                if opening.done() and self._rooms.get(note) is opening:
                    self._let_go(note)
                raise
            if note in self._moved:
                self._moved.discard(note)
                await self._pump.step(partial(self._pump.follow, room))
            if self._rooms.get(note) is opening and not room.failed:
                return room
            if room.failed and self._rooms.get(note) is opening:
                self._let_go(note)

    async def _load(self, note: NoteId) -> Room:
        if self._bus is not None:
            self._bus.listen(note)  # before it is read: in between, something may be said of it
        # Of one moment: between two reads something may be decided.
        loaded, held, plan, item = await self._store.read(
            lambda db: (
                storage_log.load(db, note),
                of_note(db, note, state=HeldState.OPEN),
                planned.of_note(db, note),
                catalogue.items_of_notes(db, [note]).get(note),
            )
        )
        parts = loaded.parts
        if len(parts) > MANY_ROWS:
            with suppress(Choked):  # then each part is taken, or kept, by itself
                parts = [await self._elsewhere(condense, parts)]
        return Room(
            note=note,
            replica=Replica(loaded, parts, held),
            clock=self._clock,
            names=self._names,
            wake=self._pump.wake,
            turns=self._turns,
            say=None if self._bus is None else partial(self._bus.say, note),
            is_shared=self._is_shared,
            look=self._pump.look,
            announced=partial(self.announcements.standing, note),
            tallies=self.tallies,
            planned=plan,
            heading=None if item is None else heading_notice(item),
        )

    def admit(self, room: Room, member: Member) -> None:
        """Let a connection into a room, unless what it came by was taken away while it was on its
        way. Raises NotAuthenticated, or NotFound for a note that was deleted meanwhile."""
        if room.note in self._gone:
            raise NotFound(f"There is no note {room.note} here.", note=room.note)
        refusal = self.barred.refusal(member.visitor)
        if refusal is not None:
            raise refusal
        member.set_mute(self.mutes.get(member.visitor.person))
        room.join(member)

    async def follow_withdrawals(self) -> None:
        """Hear which links were withdrawn, who was removed and who may not write, and end their
        connections or hold what they send (A2).

        On return nobody is in a note who may not, and nobody comes in who was on the way.
        """
        gone, mutes = await self._store.read(lambda db: (withdrawn(db), muted.everybody(db)))
        if mutes != self.mutes:
            self.mutes = mutes
            for room in self.live():
                room.follow_mutes(mutes)
        if not self.barred.add(*gone):
            return
        for room in self.live():
            for member in list(room.members.values()):
                refusal = self.barred.refusal(member.visitor)
                if refusal is not None:
                    log.info("connection_ended", code=refusal.code, connection=member.id)
                    self.tallies.end(refusal)
                    member.end(refusal)
                    room.leave(member)

    def forget(self, notes: Iterable[NoteId], error: CalepinError) -> None:
        """End the rooms of notes that were deleted."""
        self._gone.update(notes)
        for room in self.live():
            if room.note in self._gone:
                room.end(error)

    def live(self) -> list[Room]:
        """The rooms that are loaded."""
        found = [_room_of(task) for task in self._rooms.values()]
        return [room for room in found if room is not None]

    def find(self, note: NoteId) -> Room | None:
        """The room of a note, where it is loaded."""
        return _room_of(self._rooms.get(note))

    def who(self, note: NoteId) -> list[Presence]:
        """The people in a note, each once, in order of arrival; those of other processes last."""
        found = self.who_here(note)
        for people in self.neighbours.get(note, {}).values():
            found += people
        return list({one.person: one for one in reversed(found)}.values())[::-1]

    def who_here(self, note: NoteId) -> list[Presence]:
        """Those of them who are connected to this process."""
        room = self.find(note)
        people: dict[PersonId, Presence] = {}
        for member in room.members.values() if room else ():
            visitor = member.visitor
            people.setdefault(
                visitor.person, Presence(visitor.person, visitor.name, visitor.colour)
            )
        return list(people.values())

    def say_names(self, of: Collection[PersonId]) -> None:
        """Tell those who were shown the id of one of these people, in place of a name."""
        for room in self.live():
            shown = {by.by for by in (room.lock, room.planned) if by is not None}
            if not shown.isdisjoint(of):
                for member in room.members.values():
                    room.tell_state(member)

    # Locks

    async def lock(
        self, notes: Iterable[NoteId], *, by: PersonId, why: str, drain_seconds: float
    ) -> list[Head]:
        """Warn, wait for what is under way, lock. On return nothing more is accepted (K2)."""
        notes = list(notes)
        waits = [self._warn(note, by, why, drain_seconds) for note in notes if drain_seconds > 0]
        if any(waits):
            await asyncio.sleep(drain_seconds)
        return [await self._lock_one(note, by=by, why=why) for note in notes]

    def _warn(self, note: NoteId, by: PersonId, why: str, drain_seconds: float) -> bool:
        """Tell the people in a note of its lock; whether anybody else may be writing there."""
        warning = Locking(round(drain_seconds * 1000), self._names(by), why)
        room = self.find(note)
        if self._bus is not None:
            self._bus.say(note, warning)
        if room is not None and room.lock is None:
            room.warn(warning)
        return bool(self.neighbours.get(note)) or (
            room is not None
            and room.lock is None
            and any(m.session.may_write and m.visitor.person != by for m in room.members.values())
        )

    async def _lock_one(self, note: NoteId, *, by: PersonId, why: str) -> Head:
        heads: list[Head] = []

        async def step() -> None:
            head = await self._store.lock(
                note, by=by, why=why, at=self._clock(), connection=ConnectionId("")
            )
            heads.append(head)
            await self._followed(note)

        await self._pump.step(step)
        return heads[0]

    async def unlock(self, notes: Iterable[NoteId], *, by: PersonId) -> list[Head]:
        """Unlock; everybody who was held is asked for what they have."""
        heads: list[Head] = []
        for note in notes:

            async def step(note: NoteId = note) -> None:
                heads.append(
                    await self._store.unlock(
                        note, by=by, at=self._clock(), connection=ConnectionId("")
                    )
                )
                await self._followed(note)

            await self._pump.step(step)
        return heads

    async def carry_out(self, now: Milliseconds) -> list[NoteId]:
        """Lock the notes whose planned moment has come, in one transaction; which they are (K6)."""
        notes: list[NoteId] = []

        async def step() -> None:
            notes.extend(await self._store.write(lambda db: carry_out(db, now=now)))
            for note in notes:
                await self._followed(note)

        await self._pump.step(step)
        return notes

    async def _followed(self, note: NoteId) -> None:
        if self._bus is not None:
            self._bus.say(note, Moved())
        room = self.look(note, soon=False)
        if room is not None:
            await self._pump.follow(room)

    def look(self, note: NoteId, *, soon: bool = True) -> Room | None:
        """The log of a note moved: the room that is to follow it, `soon` by itself.

        One that is being loaded may have read the log before that; whoever opens it then follows.
        The pump, which moves everybody's edits, does not wait for them.
        """
        opening = self._rooms.get(note)
        if opening is not None and not opening.done():
            self._moved.add(note)
        if (room := self.find(note)) is not None and soon:
            self._pump.look(room)
        return room

    def opening(self) -> list[NoteId]:
        """The notes that are being loaded."""
        return [note for note, task in self._rooms.items() if not task.done()]

    def tell_changed(self) -> None:
        """Tell the other processes that rights, plans or a day changed in the store."""
        if self._bus is not None:
            self._bus.say_to_all(Changed())

    # Running

    async def run(self) -> None:
        """The slow tick: presence, heartbeats, eviction. Until cancelled."""
        while True:
            asleep_at = self._monotonic()
            await asyncio.sleep(TICK_SECONDS)
            now = self._monotonic()
            self.lag.add(max(0.0, now - asleep_at - TICK_SECONDS))
            self.step(now)

    def step(self, now: float) -> None:
        """One tick of all rooms. `now` is in seconds, as `monotonic` says them."""
        for room in self.live():
            tick(room, now)
        for note, task in list(self._rooms.items()):
            if task.done() and _room_of(task) is None:
                self._let_go(note)  # failed, and perhaps nobody comes back to it here
        for room in [r for r in self.live() if self._is_idle(r, now)]:
            if room.replica.tail_rows < CHECKPOINT_ROWS:  # or else it gets a checkpoint first
                self._evict(room)

    def _is_idle(self, room: Room, now: float) -> bool:
        if room.members or room.is_committing:
            room.idle_since = None
            return False
        if room.idle_since is None:
            room.idle_since = now
        return now - room.idle_since >= IDLE_SECONDS

    def _evict(self, room: Room) -> None:
        """Let go of an idle room; who still holds on to it opens the note again."""
        if not room.members and not room.is_committing and room.idle_since is not None:
            room.failed = True
            self._let_go(room.note)

    def _let_go(self, note: NoteId) -> None:
        self._rooms.pop(note, None)
        self._moved.discard(note)
        if self._bus is not None:
            self._bus.forget(note)

    def close(self) -> None:
        """Tell every connection to come back (S7)."""
        for room in self.live():
            room.end(Restarting("The server restarts; the connection comes back by itself."))

    async def require(self, note: NoteId) -> Head:
        """The head of a note, live or not. Raises NotFound."""
        heads = await self._store.heads([note])
        if note not in heads:
            raise NotFound(f"There is no note {note} here.", note=note)
        return heads[note]


def _room_of(opening: asyncio.Task[Room] | None) -> Room | None:
    """What was loaded, unless that failed, or the room has since."""
    if (
        opening is None
        or not opening.done()
        or opening.cancelled()
        or opening.exception() is not None
    ):
        return None
    room = opening.result()
    return None if room.failed else room


def _call_later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)
