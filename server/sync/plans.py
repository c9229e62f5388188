"""Locks at a given time, as they come near: people are told and warned, then the lock falls (K6).

The store keeps what is planned; here is a copy of it, looked at a few times a second and made anew
whenever somebody changed it. Nothing of this is in the way of an edit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from server.bus.messages import Locking
from server.days import locks
from server.days.locks import Target
from server.errors import Unavailable
from server.sync.rooms import Rooms
from storage import planned
from storage.errors import StoreError
from storage.planned import PlannedLock
from storage.store import Store
from storage.values import Milliseconds, NoteId, PersonId

LOOK_SECONDS = 0.25
"""How late a planned lock may fall, besides the commit (the promise is a second)."""
EARLY_WARNING_MS = 120_000
"""People are warned so long before a planned lock falls, and again for the usual drain."""

log = structlog.get_logger("calepin.plans")


class Plans:
    """What is planned in the store, as this process has heard."""

    def __init__(
        self,
        store: Store,
        rooms: Rooms,
        *,
        clock: Callable[[], Milliseconds],
        names: Callable[[PersonId], str],
        drain_ms: int,
    ) -> None:
        self._store = store
        self._rooms = rooms
        self._clock = clock
        self._names = names
        self._warnings = (max(EARLY_WARNING_MS, drain_ms), drain_ms)
        self._plans: dict[NoteId, PlannedLock] = {}
        self._reading = asyncio.Lock()
        self._is_stale = True
        self._warned: dict[PlannedLock, int] = {}
        """The last warning that was given of a plan: how long before its moment."""

    def of(self, note: NoteId) -> PlannedLock | None:
        """What is planned for a note."""
        return self._plans.get(note)

    async def plan(
        self, target: Target, *, by: PersonId, why: str, at: Milliseconds
    ) -> list[PlannedLock]:
        """Plan a lock, durably, and tell the people in the notes."""
        now = self._clock()
        plans = await self._store.write(
            lambda db: locks.plan(db, target, by=by, why=why, at=at, now=now)
        )
        await self.refresh()
        return plans

    async def refresh(self) -> None:
        """Hear what is planned now, and tell the people in the notes for which that is new."""
        self._is_stale = True
        async with self._reading:  # a reading that began earlier must not end later
            found = await self._store.read(planned.everything)
            self._plans = {plan.note: plan for plan in found}
            self._is_stale = False
        standing = set(found)
        self._warned = {plan: ms for plan, ms in self._warned.items() if plan in standing}
        self._tell()

    async def look(self) -> None:
        """Warn where a moment is near, and lock where it has come."""
        if self._is_stale:  # the store did not answer when it was asked
            await self.refresh()
        self._tell()
        now = self._clock()
        for plan in self._plans.values():
            self._warn(plan, now)
        if any(plan.at <= now for plan in self._plans.values()):
            await self._rooms.carry_out(now)
            await self.refresh()

    async def run(self) -> None:
        """Look a few times a second. Until cancelled."""
        while True:
            try:
                await self.look()
            except Unavailable:
                return  # the pump has ended; at the next start what is due is locked first
            except StoreError as error:
                log.warning("planned_lock_failed", error=str(error))
                await asyncio.sleep(1)
            await asyncio.sleep(LOOK_SECONDS)

    def _tell(self) -> None:
        """Also those whose note was being opened while something changed."""
        for room in self._rooms.live():
            plan = self._plans.get(room.note) if room.lock is None else None
            if plan != room.planned:
                room.planned = plan
                for member in room.members.values():
                    room.tell_state(member)

    def _warn(self, plan: PlannedLock, now: Milliseconds) -> None:
        left = plan.at - now
        near = [ms for ms in self._warnings if 0 < left <= ms]
        if not near or self._warned.get(plan, left + max(near)) <= min(near):
            return
        self._warned[plan] = min(near)
        room = self._rooms.find(plan.note)
        if room is not None and room.lock is None:
            room.warn(Locking(left, self._names(plan.by), plan.why))
