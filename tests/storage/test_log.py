from __future__ import annotations

import asyncio

import pytest

from storage import catalogue, held, journal, log
from storage.database import Database
from storage.errors import NoSuchNote
from storage.records import NoteRef
from storage.store import Store
from storage.values import (
    Accepted,
    ConnectionId,
    Held,
    Kind,
    Lock,
    Milliseconds,
    NoteId,
    PersonId,
)

MODERATOR = PersonId("moderator")
HERE = ConnectionId("c9")
LATER = Milliseconds(9)


async def lock(store: Store, note: NoteId, why: str = "the vote") -> int:
    return (await store.lock(note, by=MODERATOR, why=why, at=LATER, connection=HERE)).seq


async def unlock(store: Store, note: NoteId) -> int:
    return (await store.unlock(note, by=MODERATOR, at=LATER, connection=HERE)).seq


@pytest.mark.promise("L4")
async def test_order_of_the_batch_is_order_of_the_log(store, submission, notes):
    one, two, _ = notes
    batch = [submission(bytes([n]), note=one if n % 3 else two) for n in range(30)]
    outcomes = await store.submit(batch)
    for note in (one, two):
        rows = await store.tail(note, 0)
        mine = [(o, s) for o, s in zip(outcomes, batch, strict=True) if s.note == note]
        assert [row.seq for row in rows] == list(range(1, len(mine) + 1))
        assert [row.data for row in rows] == [s.data for _, s in mine]
        assert [o for o, _ in mine] == [Accepted(row.seq) for row in rows]


@pytest.mark.promise("L4")
async def test_batches_submitted_at_once_follow_in_the_order_of_the_calls(store, submission):
    batches = [[submission(bytes([n, k])) for k in range(3)] for n in range(40)]
    found = await asyncio.gather(*(store.submit(batch) for batch in batches))
    flat = [outcome for outcomes in found for outcome in outcomes]
    assert flat == [Accepted(seq) for seq in range(1, 121)]
    rows = await store.tail(batches[0][0].note, 0)
    assert [row.data for row in rows] == [one.data for batch in batches for one in batch]


async def test_a_row_says_who_where_and_when(store, submission, notes):
    await store.submit([submission(b"\x00\xff", author="ada", connection="c7")])
    (row,) = await store.tail(notes[0], 0)
    assert (row.note, row.kind, row.author) == (notes[0], Kind.UPDATE, "ada")
    assert (row.connection, row.at, row.data) == ("c7", 7, b"\x00\xff")


async def test_an_empty_batch_is_nothing(store):
    commits = store.stats().commits
    assert await store.submit([]) == []
    assert store.stats().commits == commits


async def test_tail_begins_after_a_position(store, submission, notes):
    await store.submit([submission(bytes([n])) for n in range(5)])
    assert [row.seq for row in await store.tail(notes[0], 3)] == [4, 5]
    assert await store.tail(notes[0], 5) == []


@pytest.mark.promise("L8")
async def test_a_batch_with_an_unknown_note_keeps_nothing(store, submission, notes):
    with pytest.raises(NoSuchNote):
        await store.submit([submission(), submission(note=NoteId("nowhere"))])
    assert await store.tail(notes[0], 0) == []
    assert (await store.heads(notes))[notes[0]].seq == 0
    assert await store.submit([submission()]) == [Accepted(1)]


async def test_a_batch_over_more_notes_than_one_statement_takes(database, submission, day):
    many = [NoteId(f"n{n:011}") for n in range(1203)]
    with database.write() as db:
        for id in many:
            catalogue.add_note(db, NoteRef(id, day, None, Milliseconds(1)))
        outcomes = log.append(db, [submission(note=id) for id in many for _ in range(2)])
    assert outcomes == [Accepted(1), Accepted(2)] * len(many)
    with database.read() as db:
        assert {head.seq for head in log.heads(db, many).values()} == {2}


@pytest.mark.promise("K1")
@pytest.mark.promise("K4")
async def test_a_locked_note_holds_writers_and_lets_moderators_pass(store, submission, notes):
    await store.submit([submission(b"before")])
    assert await lock(store, notes[0]) == 2
    outcomes = await store.submit(
        [
            submission(b"kept"),
            submission(b"passes", author="moderator", privileged=True),
            submission(b"kept too"),
            submission(b"elsewhere", note=notes[1]),
        ]
    )
    assert [type(one) for one in outcomes] == [Held, Accepted, Held, Accepted]
    assert (outcomes[1], outcomes[3]) == (Accepted(3), Accepted(1))
    aside = await store.read(lambda db: held.of_note(db, notes[0]))
    assert [(one.id, one.author, one.data) for one in aside] == [
        (outcomes[0].id, "writer", b"kept"),
        (outcomes[2].id, "writer", b"kept too"),
    ]
    assert [row.data for row in await store.tail(notes[0], 2)] == [b"passes"]
    assert await unlock(store, notes[0]) == 4
    assert await store.submit([submission(b"after")]) == [Accepted(5)]


@pytest.mark.promise("K4")
async def test_a_submission_that_must_be_held_is_held_in_an_open_note_too(store, submission):
    outcomes = await store.submit(
        [
            submission(b"a", hold=True),
            submission(b"b"),
            submission(b"c", hold=True, privileged=True),
        ]
    )
    assert [type(one) for one in outcomes] == [Held, Accepted, Held]
    assert outcomes[1] == Accepted(1)


@pytest.mark.promise("K5")
async def test_a_lock_records_who_when_and_why(store, notes, day):
    assert await lock(store, notes[0], "the vote à 10 h") == 1
    (head,) = (await store.heads([notes[0]])).values()
    assert head.lock == Lock(1, MODERATOR, LATER, "the vote à 10 h")
    (row,) = await store.tail(notes[0], 0)
    assert (row.kind, row.author, row.at) == (Kind.LOCK, MODERATOR, LATER)
    assert row.data.decode() == "the vote à 10 h"
    (line,) = await store.read(lambda db: journal.of_day(db, day))
    assert (line.who, line.what, line.why, line.note) == (
        *(MODERATOR, "lock", "the vote à 10 h"),
        notes[0],
    )


@pytest.mark.promise("K5")
async def test_the_state_at_the_lock_can_be_reached_after_everything_else(store, submission, notes):
    await store.submit([submission(b"a"), submission(b"b")])
    cut = await lock(store, notes[0])
    await unlock(store, notes[0])
    await store.submit([submission(b"c")])
    rows = await store.read(lambda db: log.tail(db, notes[0], 0, upto=cut))
    assert [row.data for row in rows if row.kind is Kind.UPDATE] == [b"a", b"b"]


async def test_locking_twice_and_unlocking_twice_change_nothing(store, notes, day):
    assert await lock(store, notes[0], "first") == 1
    again = await store.lock(
        notes[0], by=PersonId("other"), why="second", at=Milliseconds(10), connection=HERE
    )
    assert again.lock == Lock(1, MODERATOR, LATER, "first")
    assert await unlock(store, notes[0]) == 2
    assert await unlock(store, notes[0]) == 2
    assert len(await store.tail(notes[0], 0)) == 2
    assert len(await store.read(lambda db: journal.of_day(db, day))) == 2


async def test_an_unknown_note_cannot_be_locked_or_loaded(store):
    with pytest.raises(NoSuchNote, match="There is no note nowhere"):
        await lock(store, NoteId("nowhere"))
    with pytest.raises(NoSuchNote):
        await store.load(NoteId("nowhere"))


@pytest.mark.promise("K3")
async def test_a_lock_is_the_same_after_a_restart_and_in_every_process(
    store, where, submission, notes
):
    await lock(store, notes[0])
    await store.close()
    async with (
        await Store.open(where, clock=lambda: 2) as one,
        await Store.open(where, clock=lambda: 2) as two,
    ):
        for process in (one, two):
            assert (await process.heads(notes))[notes[0]].lock is not None
            (outcome,) = await process.submit([submission()])
            assert isinstance(outcome, Held)
        await unlock(one, notes[0])
        assert await two.submit([submission()]) == [Accepted(3)]


@pytest.mark.promise("A3")
async def test_a_client_id_belongs_to_the_first_who_writes_with_it(store, submission, notes):
    await store.submit(
        [submission(author="ada", writers=(11, 2**53)), submission(author="bo", writers=(11, 12))]
    )
    await store.submit([submission(author="bo", writers=(11,))])
    loaded = await store.load(notes[0])
    assert loaded.writers == {11: "ada", 2**53: "ada", 12: "bo"}


async def test_load_gives_head_and_rows_of_one_moment(store, submission, notes):
    await store.submit([submission(b"a"), submission(b"b")])
    await lock(store, notes[0])
    loaded = await store.load(notes[0])
    assert loaded.head.seq == 3
    assert loaded.head.lock is not None
    assert loaded.checkpoint is None
    assert [row.seq for row in loaded.rows] == [1, 2, 3]


@pytest.mark.promise("L8")
async def test_held_updates_and_rows_of_a_batch_are_kept_or_lost_together(
    database: Database, submission, notes
):
    batch = [submission(), submission(hold=True), submission(note=NoteId("nowhere"), hold=True)]
    with pytest.raises(NoSuchNote), database.write() as db:
        log.append(db, [submission(writers=(1,)), *batch])
    with database.read() as db:
        assert log.tail(db, notes[0], 0) == []
        assert held.of_note(db, notes[0]) == []
        assert log.load(db, notes[0]).writers == {}
