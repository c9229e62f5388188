"""Checkpoints, with the joining of bytes as the merge: order and completeness can be read off."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from storage import checkpoints, log
from storage.checkpoints import KEEP
from storage.errors import NoSuchNote
from storage.store import Store
from storage.values import ConnectionId, Milliseconds, NoteId, PersonId


async def join(parts: Sequence[bytes]) -> bytes:
    return b"".join(parts)


async def holds_all(merged: bytes, parts: Sequence[bytes]) -> bool:
    return all(part in merged for part in parts)


async def text_at(store: Store, note: NoteId, seq: int) -> bytes:
    parts = await store.read(lambda db: checkpoints.parts_at(db, note, seq))
    return b"".join(parts.parts)


@pytest.mark.promise("L3")
async def test_a_checkpoint_is_the_merge_of_the_rows_and_is_loaded_first(store, submission, notes):
    note = notes[0]
    await store.submit([submission(b"%d," % n) for n in range(200)])
    made = await store.checkpoint(note, merge=join, covers=holds_all)
    assert made is not None
    assert (made.seq, made.data) == (200, b"".join(b"%d," % n for n in range(200)))
    await store.submit([submission(b"after")])
    loaded = await store.load(note)
    assert loaded.checkpoint == made
    assert [row.seq for row in loaded.rows] == [201]


@pytest.mark.promise("L3")
async def test_the_next_checkpoint_builds_on_the_last_and_two_are_kept(store, submission, notes):
    note = notes[0]
    for n in range(4):
        await store.submit([submission(b"%d," % n), submission(b"-")])
        made = await store.checkpoint(note, merge=join, covers=holds_all)
        assert made is not None
    assert made.data == b"0,-1,-2,-3,-"
    kept = await store.read(
        lambda db: [seq for seq in range(9) if checkpoints.read_back(db, note, seq)]
    )
    assert kept == [6, 8]
    assert len(kept) == KEEP


async def test_nothing_new_makes_no_checkpoint(store, submission, notes):
    assert await store.checkpoint(notes[0], merge=join, covers=holds_all) is None
    await store.submit([submission(b"a"), submission(b"b")])
    assert await store.checkpoint(notes[0], merge=join, covers=holds_all) is not None
    assert await store.checkpoint(notes[0], merge=join, covers=holds_all) is None


@pytest.mark.promise("L3")
async def test_a_merge_that_lost_something_is_not_depended_on(store, submission, notes):
    await store.submit([submission(b"a"), submission(b"b")])

    async def first(parts: Sequence[bytes]) -> bytes:
        return parts[0]

    made = await store.checkpoint(notes[0], merge=first, covers=holds_all)
    assert made is None
    loaded = await store.load(notes[0])
    assert loaded.checkpoint is None
    assert [row.data for row in loaded.rows] == [b"a", b"b"]


@pytest.mark.promise("L3")
async def test_deleting_any_checkpoint_loses_nothing(store, submission, notes):
    note = notes[0]
    expected = b""
    for n in range(3):
        await store.submit([submission(b"%d," % n), submission(b"-")])
        expected += b"%d,-" % n
        await store.checkpoint(note, merge=join, covers=holds_all)
    assert await text_at(store, note, 6) == expected
    for seq in (6, 4):
        await store.write(lambda db, seq=seq: checkpoints.forget(db, note, seq))
        assert await text_at(store, note, 6) == expected
    assert (await store.load(note)).checkpoint is None


@pytest.mark.promise("L3")
async def test_a_damaged_checkpoint_is_passed_over(store, submission, notes):
    note = notes[0]
    for data in (b"a", b"b"):
        await store.submit([submission(data), submission(b"-")])
        await store.checkpoint(note, merge=join, covers=holds_all)
    await store.write(
        lambda db: db.exec_driver_sql("UPDATE checkpoint SET data = substr(data, 2) WHERE seq = 4")
    )
    loaded = await store.load(note)
    assert loaded.checkpoint is not None
    assert loaded.checkpoint.seq == 2
    assert [row.data for row in loaded.rows] == [b"b", b"-"]


@pytest.mark.promise("L3")
@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_nothing_that_the_store_does_changes_a_row_or_takes_one_away(
    store, submission, notes
):
    note, at, by = notes[0], Milliseconds(1), PersonId("m")

    def forbid(db: Connection) -> None:
        for what in ("UPDATE", "DELETE"):
            db.exec_driver_sql(
                f"CREATE TRIGGER no_{what} BEFORE {what} ON log BEGIN "
                "SELECT RAISE(ABORT, 'the log was changed'); END"
            )

    await store.write(forbid)
    for n in range(3):
        await store.submit([submission(b"%d" % n), submission(b"kept", hold=True)])
        await store.lock(note, by=by, why="", at=at, connection=ConnectionId("c"))
        await store.submit([submission(b"late")])
        await store.unlock(note, by=by, at=at, connection=ConnectionId("c"))
        await store.checkpoint(note, merge=join, covers=holds_all)
    assert [row.data for row in await store.tail(note, 0) if row.data] == [b"0", b"1", b"2"]
    with pytest.raises(IntegrityError, match="the log was changed"):
        await store.write(lambda db: db.exec_driver_sql("DELETE FROM log"))


@pytest.mark.promise("L3")
async def test_raw_rows_are_never_rewritten(store, submission, notes):
    await store.submit([submission(b"%d" % n) for n in range(100)])
    before = await store.tail(notes[0], 0)
    await store.checkpoint(notes[0], merge=join, covers=holds_all)
    assert await store.tail(notes[0], 0) == before


@pytest.mark.promise("K5")
async def test_any_earlier_position_can_be_reached_with_or_without_checkpoints(
    store, submission, notes
):
    note = notes[0]
    for n in range(10):
        await store.submit([submission(b"%d" % n)])
        if n == 4:
            await store.lock(
                note,
                by=PersonId("m"),
                why="",
                at=Milliseconds(1),
                connection=ConnectionId("c"),
            )
            await store.unlock(
                note, by=PersonId("m"), at=Milliseconds(1), connection=ConnectionId("c")
            )
            await store.checkpoint(note, merge=join, covers=holds_all)
    head = await store.read(lambda db: log.head(db, note))
    texts = [await text_at(store, note, seq) for seq in range(head.seq + 1)]
    assert texts == [b"0123456789"[:n] for n in (0, 1, 2, 3, 4, 5, 5, 5, 6, 7, 8, 9, 10)]


@pytest.mark.promise("L3")
async def test_two_processes_that_make_the_same_checkpoint_do_not_disturb_each_other(
    store, submission, notes, where
):
    note = notes[0]
    async with await Store.open(where, clock=lambda: 2_000) as other:
        for n in range(20):
            await store.submit([submission(b"%d," % n)])
            made = await asyncio.gather(
                *(one.checkpoint(note, merge=join, covers=holds_all) for one in (store, other))
            )
            assert any(made)
        loaded = await store.load(note)
        assert (loaded.checkpoint.seq, loaded.rows) == (20, [])
        assert loaded.checkpoint.data == b"".join(b"%d," % n for n in range(20))


async def test_a_note_that_is_deleted_while_its_checkpoint_is_made_is_an_error_of_the_store(
    store, submission, notes, day
):
    note = notes[0]
    await store.submit([submission(b"a")])

    async def delete(parts: Sequence[bytes]) -> bytes:
        await store.delete_day(day)
        return b"".join(parts)

    with pytest.raises(NoSuchNote):
        await store.checkpoint(note, merge=delete, covers=holds_all)
