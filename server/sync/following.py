"""Following what other processes commit to the same store: the command line, and other servers.

The store is asked now and then, whatever else is said or is silent: that bounds how late anything
can be here (S6). A bus says it at once, and then the store is asked less often.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy import Connection

from server.errors import NotFound, Unavailable
from server.sync.pump import Pump
from server.sync.rooms import Rooms
from storage import held
from storage import log as storage_log
from storage.errors import StoreError
from storage.store import Store
from storage.values import Head, NoteId

FOLLOW_SECONDS = 0.5
"""How late what others do may reach the people in a note (the promise is 2 s)."""
SELDOM_SECONDS = 1.5
"""The same while a bus tells of it at once: it may lose a message."""
BREATH_SECONDS = 0.05
"""Between two times of asking, however much there is to hear."""

log = structlog.get_logger("calepin.rooms")


class Following:
    """Brings rooms, rights and plans to where the store is. `heard` is called after each time."""

    def __init__(
        self, store: Store, pump: Pump, rooms: Rooms, *, heard: Callable[[], Awaitable[None]]
    ) -> None:
        self._store = store
        self._pump = pump
        self._rooms = rooms
        self._heard = heard
        self._nudged = asyncio.Event()
        self.has_bus = False
        """Whether others say at once what they do."""

    def nudge(self) -> None:
        """Ask the store now: something changed."""
        self._nudged.set()

    async def run(self) -> None:
        """Ask the store now and then. Until cancelled."""
        is_behind = False
        while True:
            await asyncio.sleep(BREATH_SECONDS)
            was_nudged = await self._wait()
            try:
                changed = await self._store.changed_elsewhere()
                is_behind = is_behind or changed or was_nudged
                if is_behind:
                    await self._rooms.follow_withdrawals()
                    await self.follow_all()
                    await self._heard()
                    is_behind = False
            except Unavailable:
                return  # the pump has ended: there is nothing to follow for
            except StoreError as error:
                log.warning("follow_failed", error=str(error))

    async def _wait(self) -> bool:
        """Wait for the next time of asking; whether somebody said that something changed."""
        try:
            async with asyncio.timeout(SELDOM_SECONDS if self.has_bus else FOLLOW_SECONDS):
                await self._nudged.wait()
        except TimeoutError:
            return False
        self._nudged.clear()
        return True

    async def follow_all(self) -> None:
        """Have every room read its log that is not where that is now."""
        for note in self._rooms.opening():
            self._rooms.look(note)
        rooms = {room.note: room for room in self._rooms.live()}
        if not rooms:
            return
        notes = list(rooms)

        def ask(db: Connection) -> tuple[dict[NoteId, Head], dict[NoteId, held.Mark]]:
            return storage_log.heads(db, notes), held.marks(db, notes)

        heads, marks = await self._store.read(ask)
        for note, room in rooms.items():
            head = heads.get(note)
            if head is None:
                room.end(NotFound(f"There is no note {note} in the store.", note=note))
            elif (
                room.is_unread
                or head.seq != room.replica.seq
                or (head.lock is None) != (room.lock is None)
                or marks[note] != room.replica.held_mark
            ):
                room.is_unread = False  # the store answers again
                self._pump.look(room)
