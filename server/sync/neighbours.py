"""The other processes that serve the same notes: what they say, and what they are told.

Nothing that is heard is believed to be all there is. What was committed must continue what is here,
or the log is read; what changed is read from the store. People alone are known by hearsay: each
process says who is with it, and one that has been silent for some seconds is gone, with its people.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from server.bus.bus import Bus, Heard, ProcessId
from server.bus.messages import (
    Alive,
    Announcement,
    Asking,
    Changed,
    Committed,
    Leaving,
    Locking,
    Moved,
    People,
    Presence,
)
from server.sync import rooms as sync_rooms
from server.sync import settling
from server.sync.following import Following
from server.sync.room import Room
from server.sync.rooms import Rooms
from storage.values import ConnectionId, NoteId

TELL_SECONDS = 0.2
"""How late others hear who came to a note or left it."""
ALIVE_SECONDS = 2.5
SILENT_SECONDS = 8.0
"""Three signs of life that are missing, and the people of that process are shown no more (the
promise is 10 s)."""
MAX_PEOPLE = 1_000
"""Told of one note: the page of a programme shows fewer."""
MAX_SILENT = 100
"""Processes that fell silent and may speak again; most have crashed and never do."""

log = structlog.get_logger("calepin.neighbours")


class Neighbours:
    """Between the bus and the rooms of this process. `monotonic` is in seconds."""

    def __init__(
        self, bus: Bus, rooms: Rooms, following: Following, *, monotonic: Callable[[], float]
    ) -> None:
        self._bus = bus
        self._rooms = rooms
        self._following = following
        self._monotonic = monotonic
        self._heard_at: dict[ProcessId, float] = {}
        self._silent: dict[ProcessId, None] = {}
        """Who was forgotten for saying nothing, the latest last."""
        self._told: set[NoteId] = set()
        """Notes of which others know that we have people in them."""
        self._alive_at = 0.0
        self._has_left = False

    @property
    def processes(self) -> int:
        """How many other processes are there."""
        return len(self._heard_at)

    async def run(self) -> None:
        """Hear and tell. Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(
                self._bus.run(hear=self.hear, listening=self.listening, up=self.up), name="bus"
            )
            while True:
                await asyncio.sleep(TELL_SECONDS)
                self.step(self._monotonic())

    def step(self, now: float) -> None:
        """One tick: who is here, that we are here, and who is not any more."""
        if self._has_left:
            return
        if now - self._alive_at >= ALIVE_SECONDS:
            self._alive_at = now
            self._bus.say_to_all(Alive())
        for process, heard_at in list(self._heard_at.items()):
            if now - heard_at > SILENT_SECONDS:
                log.warning("process_silent", process=process)
                self._forget(process)
                self._silent[process] = None
                if len(self._silent) > MAX_SILENT:
                    del self._silent[next(iter(self._silent))]
        self._tell_people()

    def leave(self) -> None:
        """Tell the others that this process ends. Nothing is said behind it: a process that speaks
        is there, and would be missed."""
        self._has_left = True
        self._bus.say_to_all(Leaving())

    # Telling

    def _tell_people(self, *, again: bool = False) -> None:
        """Tell who is in which note, where that changed, or `again` of all."""
        live = {room.note: room for room in self._rooms.live()}
        for note, room in live.items():
            if room.people_moved or (again and note in self._told):
                room.people_moved = False
                self._say_people(note)
        for note in self._told - live.keys():
            self._say_people(note)

    def _say_people(self, note: NoteId) -> None:
        people = [(p.person, p.name, p.colour) for p in self._rooms.who_here(note)[:MAX_PEOPLE]]
        if people or note in self._told:
            self._bus.say_to_all(People(note, people))
        (self._told.add if people else self._told.discard)(note)

    def _say_presence(self, room: Room) -> None:
        room.tell_others(Presence(room.presence.ours(), [], whole=True))

    # Hearing

    def up(self, is_up: bool) -> None:
        self._following.has_bus = is_up
        self._following.nudge()
        if is_up:
            self._bus.say_to_all(Asking())
            self._tell_people(again=True)

    def listening(self, notes: list[NoteId]) -> None:
        """What was said of these notes before may be missing here, and ours there."""
        for note in notes:
            room = self._rooms.look(note)
            if room is not None:
                self._say_presence(room)
            self._bus.say(note, Asking())

    def hear(self, heard: Heard) -> None:
        process, message = heard.process, heard.message
        self._heard_at[process] = self._monotonic()
        if process in self._silent:
            self._welcome_back(process)
        if heard.note is not None:
            self._hear_of_note(heard.note, process, message)
            return
        match message:
            case People(note, people):
                found = [sync_rooms.Presence(*one) for one in people]
                by_process = self._rooms.neighbours.setdefault(note, {})
                by_process[process] = found
                if not found:
                    self._forget_people(note, process)
            case Announcement():
                self._rooms.announcements.hear(message, self._rooms.live())
            case Changed():
                self._following.nudge()
            case Asking():
                self._tell_people(again=True)
            case Leaving():
                self._forget(process)
            case _:
                pass  # a sign of life

    def _hear_of_note(self, note: NoteId, process: ProcessId, message: object) -> None:
        room = self._rooms.find(note)
        match message:
            case Committed() if room is not None:
                settling.hear(room, message)
            case Committed() | Moved():
                self._rooms.look(note)
            case Presence(entries, gone, whole) if room is not None:
                room.presence.hear(ConnectionId(process), entries, gone, whole=whole)
            case Locking() if room is not None and room.lock is None:
                room.warn(message)
            case Asking() if room is not None:
                self._say_presence(room)
            case _:
                pass

    def _welcome_back(self, process: ProcessId) -> None:
        """It stood still, and does not know that its people were forgotten: ask for them."""
        del self._silent[process]
        self._bus.say_to_all(Asking())
        for room in self._rooms.live():
            self._bus.say(room.note, Asking())

    def _forget(self, process: ProcessId) -> None:
        """A process is gone: so are its people, from every note."""
        self._heard_at.pop(process, None)
        for room in self._rooms.live():
            room.presence.forget(ConnectionId(process))
        for note in list(self._rooms.neighbours):
            self._forget_people(note, process)

    def _forget_people(self, note: NoteId, process: ProcessId) -> None:
        by_process = self._rooms.neighbours.get(note, {})
        by_process.pop(process, None)
        if not by_process:
            self._rooms.neighbours.pop(note, None)
