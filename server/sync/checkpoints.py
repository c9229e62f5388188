"""Checkpoints of the notes that are live here: when one is worth it, and by which process.

A cache (decision 10): where one fails, the rows are all there. A note may be live in several
processes; making its checkpoint is the duty of one of them at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog

from server.errors import Unavailable
from server.sync.document import Choked, condense, covers
from server.sync.room import Room
from server.sync.rooms import CHECKPOINT_ROWS, Rooms
from storage import checkpoints
from storage.errors import StoreError
from storage.store import Store

LIVE_CHECKPOINT_ROWS = 5_000
"""What is worth a checkpoint while a note is live: forty people for a minute. After a crash so many
rows are read again."""
LOOK_SECONDS = 2.0

log = structlog.get_logger("calepin.rooms")


class Checkpoints:
    """`elsewhere` runs a function in a process aside; `hold` is how to be the one that does
    something, of all processes that have the store."""

    def __init__(
        self,
        store: Store,
        rooms: Rooms,
        *,
        elsewhere: Callable[..., Awaitable[Any]],
        hold: Callable[[str], AbstractAsyncContextManager[bool]],
    ) -> None:
        self._store = store
        self._rooms = rooms
        self._elsewhere = elsewhere
        self._hold = hold

    async def run(self) -> None:
        """Make them of notes that are written in for long or about to leave memory, one at a time.
        Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for room in list(self._rooms.live()):
                worth_it = LIVE_CHECKPOINT_ROWS if room.members else CHECKPOINT_ROWS
                if room.replica.tail_rows >= worth_it:
                    await self.make(room, worth_it=worth_it)

    async def make(self, room: Room, *, worth_it: int = 1) -> None:
        """Make a checkpoint of a note, unless there is one less than `worth_it` rows ago, or
        another process is making it."""
        async with self._hold(f"checkpoint/{room.note}") as held:
            if not held:
                return  # looked at again: then it is in the store, or its maker has ended
            try:
                if await self._is_worth_it(room, worth_it):
                    await self._make(room)
            except (StoreError, Choked, Unavailable) as error:
                log.warning("checkpoint_failed", note=room.note, error=str(error))

    async def _is_worth_it(self, room: Room, worth_it: int) -> bool:
        """Learn from the store how many rows are beyond the newest, which others may have made."""
        replica = room.replica
        newest = await self._store.read(lambda db: checkpoints.newest(db, room.note))
        beyond = max(0, replica.seq - (newest.seq if newest is not None else 0))
        replica.tail_rows = min(replica.tail_rows, beyond)
        return replica.tail_rows >= worth_it

    async def _make(self, room: Room) -> None:
        replica = room.replica
        rows, replica.tail_rows = replica.tail_rows, 0
        made = await self._store.checkpoint(
            room.note,
            merge=lambda parts: self._elsewhere(condense, parts),
            covers=lambda merged, parts: self._elsewhere(covers, merged, parts),
        )
        if made is None:
            log.warning("checkpoint_refused", note=room.note, rows=rows)
