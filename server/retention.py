"""The end of a day: deleted for good, when its organiser says so or after its date (O5).

What remains in the store is one setting, `deleted_day/` and the id: when, by whom, and whether for
its date. It holds nothing that anybody wrote. Backups are not reached.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import structlog
from sqlalchemy import Connection

from server.errors import NotFound
from server.sync.rooms import Rooms
from storage import catalogue, settings
from storage.errors import StoreError
from storage.store import Store
from storage.values import DayId, Milliseconds

LOOK_SECONDS = 60.0
"""How late a day may be deleted after its date."""
DUTY = "retention"
BY_DATE = "date"
"""In place of a person: the day's own date did it."""

_DELETED = "deleted_day/"

log = structlog.get_logger("calepin.days")


class Retention:
    """Deletes days: those that it is told to, and those whose time has come."""

    def __init__(
        self,
        store: Store,
        rooms: Rooms,
        *,
        clock: Callable[[], Milliseconds],
        leaving: Callable[[DayId], AbstractAsyncContextManager[None]],
        holds: Callable[[], bool],
    ) -> None:
        """`leaving`: in it a day has no copies here, and gets none. `holds`: whether this process
        deletes days after their date, of all that have the store."""
        self._store = store
        self._rooms = rooms
        self._clock = clock
        self._leaving = leaving
        self._holds = holds

    async def delete(self, day: DayId, *, by: str) -> bool:
        """Delete a day with everything in it, and end its rooms; False when there is none.

        On return its bytes are overwritten, as far as `Store.delete_day` says.
        """
        notes = await self._store.read(lambda db: [one.id for one in catalogue.notes(db, day)])
        async with self._leaving(day):
            deleted = await self._store.delete_day(
                day, and_write=lambda db: remember(db, day, by=by, at=self._clock())
            )
        self._rooms.forget(notes, NotFound("This day has been deleted."))
        if deleted["day"]:
            self._rooms.tell_changed()
            log.info("day_deleted", day=day, by=by, notes=deleted["note"])
        return bool(deleted["day"])

    async def look(self) -> None:
        """Delete the days whose time has come."""
        now = self._clock()
        for day in await self._store.read(lambda db: catalogue.days_to_delete(db, now)):
            await self.delete(day, by=BY_DATE)

    async def run(self) -> None:
        """Look once a minute, where that is this process's duty. Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self._holds():
                continue
            try:
                await self.look()
            except StoreError as error:
                log.warning("deletion_failed", error=str(error))


def remember(db: Connection, day: DayId, *, by: str, at: Milliseconds) -> None:
    """Leave a line that a day was deleted."""
    settings.put(db, f"{_DELETED}{day}", json.dumps({"at": at, "by": by}))


def forgotten(db: Connection, day: DayId) -> dict[str, object] | None:
    """When and by whom a day was deleted; None for one that was not."""
    found = settings.get(db, f"{_DELETED}{day}")
    line: dict[str, object] | None = None if found is None else json.loads(found)
    return line


def deleted(db: Connection) -> list[DayId]:
    """All days that were deleted."""
    return [DayId(key.removeprefix(_DELETED)) for key in settings.keys(db, _DELETED)]
