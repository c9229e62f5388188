"""A note without connections leaves memory, whole: counted as objects, tasks, threads and files."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from server.sync.document import Document
from server.sync.member import Member
from server.sync.replica import Replica
from server.sync.room import Room
from server.sync.rooms import IDLE_SECONDS
from server.sync.session import Session
from storage.engines import READERS
from tests.sync.conftest import NOTE, Hall, Peer

CYCLES = 60
KINDS = (Room, Replica, Document, Member, Session)


def alive() -> Counter[str]:
    """What of a live note is in memory, wherever something holds it."""
    gc.collect()
    found = Counter(type(one).__name__ for one in gc.get_objects() if type(one) in KINDS)
    found["tasks"] = len(asyncio.all_tasks())
    found["threads"] = threading.active_count()
    found["files"] = len(list(Path("/proc/self/fd").iterdir()))
    return found


async def all_readers(hall: Hall) -> None:
    """Have the store begin every thread and connection that it may ever read with."""
    together = threading.Barrier(READERS)

    def read(db: Connection) -> None:
        db.execute(text("SELECT 1"))
        together.wait(30)

    await asyncio.gather(*(hall.store.read(read) for _ in range(READERS)))


def leave(peer: Peer) -> None:
    peer.doc.unobserve(peer._listening)  # type: ignore[arg-type]
    peer.room.leave(peer.member)


async def cycle(hall: Hall, number: int, now: float) -> float:
    """Two people open the note, write, and leave; then time passes until it is let go."""
    anne, bruno = await hall.joined(), await hall.joined(counts_saved=False)
    anne.type(f"mot{number} ")
    anne.say()
    await hall.settled()
    bruno.listen()
    assert f"mot{number} " in bruno.text
    leave(anne)
    leave(bruno)
    hall.rooms.step(now)
    assert hall.rooms.find(NOTE) is not None, "somebody may come back at once"
    hall.rooms.step(now + IDLE_SECONDS)
    assert hall.rooms.find(NOTE) is None
    return now + IDLE_SECONDS + 1


@pytest.mark.promise("S4")
async def test_opening_writing_and_closing_leaves_nothing_in_memory(hall: Hall) -> None:
    of_other_tests = alive()
    await all_readers(hall)
    now = 1e6
    for number in range(5):
        now = await cycle(hall, number, now)
    before = alive()
    for name in ("Room", "Document", "Member"):
        assert before[name] <= of_other_tests[name]
    for number in range(5, CYCLES):
        now = await cycle(hall, number, now)
    after = alive()
    assert {name: after[name] for name in after if after[name] > before[name]} == {}
    words = (await hall.stored_text()).split()
    assert sorted(words) == sorted(f"mot{number}" for number in range(CYCLES))


@pytest.mark.promise("S4")
async def test_a_note_in_which_somebody_is_stays(hall: Hall) -> None:
    anne = await hall.joined()
    for now in (1e6, 1e6 + IDLE_SECONDS, 1e6 + 10 * IDLE_SECONDS):
        hall.rooms.step(now)
    assert hall.rooms.find(NOTE) is anne.room
    anne.type("Toujours là.")
    anne.say()
    await hall.settled()
    assert await hall.stored_text() == "Toujours là.\n"
