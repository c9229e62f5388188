"""Days that were asked for lately, each at a version of it: many look at one programme."""

from __future__ import annotations

from sqlalchemy import Connection

from server.days.view import DayView, load_day
from storage import versions
from storage.store import Store
from storage.values import DayId
from storage.versions import Version

MAX_DAYS = 32
"""A server has a few days that people look at; one of a thousand items takes some 2 MB."""


class KnownDays:
    """Loads a day where it is not known as it is now. What is told is never older than the call."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._days: dict[DayId, tuple[Version, DayView]] = {}

    async def view(self, id: DayId) -> DayView:
        """The day as it is now. Raises NotFound."""
        known = self._days.get(id)

        def look(db: Connection) -> tuple[Version, DayView]:
            version = versions.of_day(db, id)
            if known is not None and known[0] == version:
                return known
            return version, load_day(db, id)

        found = await self._store.read(look)
        self._days.pop(id, None)
        self._days[id] = found
        if len(self._days) > MAX_DAYS:
            del self._days[next(iter(self._days))]  # who was asked for longest ago
        return found[1]
