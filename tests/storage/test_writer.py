from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from storage import log, settings
from storage.database import FILE_NAME
from storage.errors import NoSuchNote, StoreBroken, StoreBusy, StoreClosed, StoreContended
from storage.store import Store
from storage.values import Accepted, NoteId
from storage.writer import MAX_QUEUED

embedded = pytest.mark.parametrize("where", ["sqlite"], indirect=True)


@contextmanager
def busy_writer(store: Store) -> Iterator[asyncio.Future[None]]:
    """Inside, the writer is in a transaction that does not end, and everything waits."""
    go = threading.Event()

    def wait(_: Connection) -> None:
        assert go.wait(10)

    waiting = asyncio.ensure_future(store.write(wait))
    try:
        yield waiting
    finally:
        go.set()


async def queued(*tasks: asyncio.Future[Any]) -> None:
    """Let the tasks run until they wait."""
    await asyncio.wait(tasks, timeout=0)


async def test_what_waits_together_is_committed_together(store, submission):
    before = store.stats().commits
    with busy_writer(store):
        calls = [asyncio.ensure_future(store.submit([submission()])) for _ in range(50)]
        await queued(*calls)
    assert await asyncio.gather(*calls) == [[Accepted(seq)] for seq in range(1, 51)]
    assert store.stats().commits <= before + 3


async def test_other_work_keeps_its_place_in_the_queue(store, submission, notes):
    with busy_writer(store):
        first = asyncio.ensure_future(store.submit([submission()]))
        seen = asyncio.ensure_future(store.write(lambda db: log.head(db, notes[0]).seq))
        second = asyncio.ensure_future(store.submit([submission()]))
        await queued(first, seen, second)
    assert (await first, await seen, await second) == ([Accepted(1)], 1, [Accepted(2)])


@pytest.mark.promise("L8")
async def test_the_fault_of_one_call_is_not_the_fault_of_those_that_waited_with_it(
    store, submission
):
    with busy_writer(store):
        good = asyncio.ensure_future(store.submit([submission()]))
        bad = asyncio.ensure_future(store.submit([submission(note=NoteId("nowhere"))]))
        also_good = asyncio.ensure_future(store.submit([submission()]))
        await queued(good, bad, also_good)
    assert await good == [Accepted(1)]
    with pytest.raises(NoSuchNote):
        await bad
    assert await also_good == [Accepted(2)]


@pytest.mark.promise("L8")
async def test_work_that_raises_is_undone_and_its_caller_told(store):
    def fail(db: Connection) -> None:
        settings.put(db, "a", "b")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(fail)
    assert await store.read(lambda db: settings.get(db, "a")) is None
    await store.write(lambda db: settings.put(db, "a", "c"))
    assert await store.read(lambda db: settings.get(db, "a")) == "c"


@pytest.mark.promise("L8")
async def test_after_a_failing_disk_nothing_more_is_written(store, submission):
    def broken(_: Connection) -> None:
        raise StoreBroken("here", "the disk fails")

    with pytest.raises(StoreBroken):
        await store.write(broken)
    with pytest.raises(StoreBroken, match="the disk fails"):
        await store.submit([submission()])
    assert store.stats().failures == 1


async def test_what_the_database_undid_in_favour_of_others_is_tried_again(store):
    tries: list[int] = []

    def contended(db: Connection, *, until: int) -> None:
        settings.put(db, f"try {len(tries)}", "")
        tries.append(1)
        if len(tries) < until:
            raise StoreContended("here")

    await store.write(lambda db: contended(db, until=3))
    found = [await store.read(lambda db, n=n: settings.get(db, f"try {n}")) for n in range(3)]
    assert found == [None, None, ""]
    with pytest.raises(StoreContended, match="other processes changed the same notes"):
        await store.write(lambda db: contended(db, until=99))
    assert len(tries) == 6


async def test_a_cancelled_caller_does_not_disturb_the_others(store, submission, notes):
    with busy_writer(store):
        calls = [asyncio.ensure_future(store.submit([submission()])) for _ in range(3)]
        await queued(*calls)
        calls[1].cancel()
        await queued(*calls)
    assert await calls[0] == [Accepted(1)]
    assert await calls[2] == [Accepted(3)]
    assert len(await store.tail(notes[0], 0)) == 3


async def test_a_queue_that_only_grows_is_refused(store, submission):
    with busy_writer(store):
        calls = [asyncio.ensure_future(store.submit([submission()])) for _ in range(MAX_QUEUED - 1)]
        await queued(*calls)
        assert store.stats().queued == MAX_QUEUED
        with pytest.raises(StoreBusy, match="changes wait to be written"):
            await store.submit([submission()])
    await asyncio.gather(*calls)
    assert await store.submit([submission()]) == [Accepted(MAX_QUEUED)]
    assert store.stats().queued == 0


async def test_closing_commits_what_waits_and_takes_nothing_more(store, where, submission, notes):
    with busy_writer(store):
        calls = [asyncio.ensure_future(store.submit([submission()])) for _ in range(5)]
        await queued(*calls)
        closing = asyncio.ensure_future(store.close())
        await queued(closing)
        with pytest.raises(StoreClosed):
            await store.submit([submission()])
    await closing
    assert await asyncio.gather(*calls) == [[Accepted(seq)] for seq in range(1, 6)]
    async with await Store.open(where, clock=lambda: 1) as again:
        assert len(await again.tail(notes[0], 0)) == 5


@embedded
async def test_many_commits_without_a_rest_do_not_grow_the_write_ahead_file_for_ever(
    store, submission
):
    assert store.database.path is not None
    file = store.database.path.with_name(FILE_NAME + "-wal")
    paste = bytes(40_000)
    for _ in range(800):
        await store.submit([submission(paste)])
    assert file.stat().st_size < 28_000_000 < 800 * len(paste)
