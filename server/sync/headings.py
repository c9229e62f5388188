"""What stands above a note, followed while people are in it: the title, room and times of its item.

The store is the truth: its journal is looked at once a second, which costs next to nothing, and at
once after an act in this process. Where something was done, the headings of the live notes are
read, and who is in a note whose heading is another one now is told.
"""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy import Connection

from server.errors import Unavailable
from server.sync.notices import heading_notice
from server.sync.rooms import Rooms
from storage import catalogue, journal
from storage.errors import StoreError
from storage.records import Item
from storage.store import Store
from storage.values import NoteId

LOOK_SECONDS = 1.0
"""How late people in a note may hear of another title or room (the promise is 2 s)."""

log = structlog.get_logger("calepin.headings")


class Headings:
    """Brings the headings of live notes to where the store is."""

    def __init__(self, store: Store, rooms: Rooms) -> None:
        self._store = store
        self._rooms = rooms
        self._seen = -1
        """The newest line of the journal when the headings were read last."""
        self._reading = asyncio.Lock()

    async def refresh(self) -> None:
        """Look now, and tell the people in the notes what is new."""
        async with self._reading:  # a reading that began earlier must not end later
            rooms = {room.note: room for room in self._rooms.live()}

            def ask(db: Connection) -> tuple[int, dict[NoteId, Item]]:
                newest = journal.newest_id(db)
                if newest == self._seen:
                    return newest, {}
                return newest, catalogue.items_of_notes(db, list(rooms))

            newest, items = await self._store.read(ask)
            # What was being opened meanwhile may have been read before the last act.
            has_missed = self._rooms.opening() or any(
                rooms.get(room.note) is not room for room in self._rooms.live()
            )
            self._seen = -1 if has_missed else newest
            for note, item in items.items():
                room = rooms[note]
                notice = heading_notice(item)
                if room.heading == notice:
                    continue
                room.heading = notice
                for member in room.members.values():
                    member.notify(notice)

    async def run(self) -> None:
        """Look once a second. Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.refresh()
            except Unavailable:
                return  # the pump has ended, and everybody is told to come back
            except StoreError as error:
                log.warning("follow_failed", error=str(error))
