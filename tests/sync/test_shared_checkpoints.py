"""Checkpoints of a note that is live in two processes: one makes them, on each engine's duties.

promise: L3
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from server.sync.checkpoints import Checkpoints
from storage import checkpoints
from storage.duties import Duties
from storage.store import Store
from storage.values import Milliseconds
from tests.sync.conftest import NOTE, Hall, open_hall, right_here


class Elsewhere:
    """Another process, which takes as long as a test says."""

    def __init__(self) -> None:
        self.may_go_on = asyncio.Event()
        self.asked = asyncio.Event()
        self.merges = 0

    async def run(self, call: Callable[..., Any], *values: Any) -> Any:
        self.asked.set()
        self.merges += call.__name__ == "condense"
        await self.may_go_on.wait()
        return await right_here(call, *values)


@asynccontextmanager
async def process(
    folder: Path, elsewhere: Elsewhere
) -> AsyncIterator[tuple[Hall, Checkpoints, Duties]]:
    """What another process has of the same store."""
    async with await Store.open(folder, clock=lambda: 1) as store:
        hall = Hall.on(store, lambda: Milliseconds(2), lambda: 0.0)
        duties = Duties.of(store.database)
        made = Checkpoints(store, hall.rooms, elsewhere=elsewhere.run, hold=duties.hold)
        yield hall, made, duties
        await duties.close()


@pytest.mark.promise("L3")
async def test_two_processes_do_not_both_make_it_and_one_that_dies_leaves_it(
    tmp_path: Path,
) -> None:
    async with open_hall(tmp_path) as hall:
        anne = await hall.joined()
        for number in range(30):
            anne.type(f"{number} ")
            anne.say()
            await hall.settled()
    first_elsewhere, second_elsewhere = Elsewhere(), Elsewhere()
    async with (
        process(tmp_path, first_elsewhere) as (first, firsts, duties),
        process(tmp_path, second_elsewhere) as (second, seconds, _),
    ):
        rooms = [await one.rooms.open(NOTE) for one in (first, second)]
        second_elsewhere.may_go_on.set()
        making = asyncio.create_task(firsts.make(rooms[0], worth_it=20))
        await first_elsewhere.asked.wait()
        await seconds.make(rooms[1], worth_it=20)
        assert second_elsewhere.merges == 0
        # The first one's session ends, as when it is killed or paused: the other one makes it.
        await duties.close()
        await seconds.make(rooms[1], worth_it=20)
        assert second_elsewhere.merges == 1
        made = await second.store.read(lambda db: checkpoints.newest(db, NOTE))
        assert made is not None
        assert made.seq == rooms[1].replica.seq
        # And where the first one wakes up after all, nothing is the worse for it.
        first_elsewhere.may_go_on.set()
        await making
        loaded = await second.store.load(NOTE)
        assert (loaded.checkpoint, loaded.rows) == (made, [])


@pytest.mark.promise("L3")
async def test_what_another_process_made_is_not_made_again(tmp_path: Path) -> None:
    async with open_hall(tmp_path) as hall:
        anne = await hall.joined()
        for number in range(30):
            anne.type(f"{number} ")
            anne.say()
            await hall.settled()
        elsewhere = Elsewhere()
        elsewhere.may_go_on.set()
        async with process(tmp_path, elsewhere) as (other, others, _):
            room = await other.rooms.open(NOTE)
            assert room.replica.tail_rows > 20
            await hall.checkpoints.make(anne.room, worth_it=20)
            await others.make(room, worth_it=20)
            assert elsewhere.merges == 0
            assert room.replica.tail_rows < 20
