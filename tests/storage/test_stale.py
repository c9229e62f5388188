"""What was checked against less than the log has: only the same person's rows matter."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Connection

from storage import catalogue, held, log, verify
from storage.database import Database
from storage.records import NoteRef
from storage.store import Store
from storage.values import (
    Accepted,
    ConnectionId,
    Held,
    Milliseconds,
    NoteId,
    PersonId,
    Stale,
    Submission,
)

LARGEST_CLIENT = 2**53 - 1


def texts(rows: list[log.Row]) -> list[bytes]:
    return [row.data for row in rows]


@pytest.mark.promise("L4")
async def test_who_wrote_elsewhere_meanwhile_is_sent_back_and_others_enter(
    store, submission, notes
):
    await store.submit([submission(b"elsewhere", author="ada")])
    outcomes = await store.submit(
        [
            submission(b"one", author="ada", after=0),
            submission(b"two", author="bo", after=0),
            submission(b"three", author="ada", after=0, note=notes[1]),
            submission(b"four", author="bo", after=0),
        ]
    )
    assert outcomes == [Stale(), Accepted(2), Accepted(1), Accepted(3)]
    assert texts(await store.tail(notes[0], 0)) == [b"elsewhere", b"two", b"four"]
    assert (await store.heads(notes))[notes[0]].seq == 3
    # Followed and checked again, it enters.
    assert await store.submit([submission(b"one", author="ada", after=3)]) == [Accepted(4)]


async def test_what_was_followed_is_nothing_new(store, submission):
    await store.submit([submission(b"elsewhere", author="ada"), submission(b"x", author="bo")])
    assert await store.submit([submission(author="ada", after=1)]) == [Accepted(3)]
    assert await store.submit([submission(author="bo", after=2)]) == [Accepted(4)]
    assert await store.submit([submission(author="bo", after=3)]) == [Stale()]


async def test_without_after_nothing_is_asked(store, submission):
    await store.submit([submission(author="ada", writers=(5,))])
    assert await store.submit(
        [submission(author="ada"), submission(author="bo", writers=(5,))]
    ) == [
        Accepted(2),
        Accepted(3),
    ]


@pytest.mark.promise("L4")
async def test_what_may_build_on_something_stale_goes_back_with_it(store, submission, notes):
    await store.submit([submission(b"elsewhere", author="ada")])
    outcomes = await store.submit(
        [
            submission(b"before", author="ada", after=1),
            submission(b"stale", author="ada", after=0),
            submission(b"on it", author="ada", after=1),
            submission(b"on it too", author="ada"),
            submission(b"kept aside", author="ada", hold=True),
            submission(b"other", author="bo", after=1),
        ]
    )
    assert [type(outcome) for outcome in outcomes] == [
        Accepted,
        *(Stale, Stale, Stale),
        Held,
        Accepted,
    ]
    assert texts(await store.tail(notes[0], 0)) == [b"elsewhere", b"before", b"other"]
    assert [row.seq for row in await store.tail(notes[0], 0)] == [1, 2, 3]
    assert await store.read(lambda db: verify.verify(db).findings) == ()


@pytest.mark.promise("A3")
@pytest.mark.parametrize("client", [7, LARGEST_CLIENT])
async def test_a_client_id_that_became_somebody_elses_is_sent_back(
    store, submission, notes, client
):
    await store.submit([submission(b"hers", author="ada", writers=(client,))])
    late = submission(b"his", author="bo", writers=(8, client), after=0)
    assert await store.submit([late]) == [Stale()]
    # Even where all rows were followed: a held update claims a client id without a row.
    assert await store.submit([late._replace(after=1)]) == [Stale()]
    assert await store.submit([late._replace(writers=(8,))]) == [Accepted(2)]
    owners = (await store.load(notes[0])).writers
    assert owners == {client: "ada", 8: "bo"}


@pytest.mark.promise("A3")
async def test_what_is_stale_claims_nothing(store, submission, notes):
    await store.submit([submission(author="ada")])
    stale = submission(author="ada", writers=(9,), after=0)
    assert await store.submit([stale]) == [Stale()]
    assert (await store.load(notes[0])).writers == {}


@pytest.mark.promise("K4")
async def test_what_is_held_is_never_stale(store, submission, notes):
    await store.submit([submission(author="ada", writers=(1,))])
    locked = {"by": PersonId("m"), "why": "", "at": Milliseconds(1), "connection": ConnectionId("")}
    await store.lock(notes[0], **locked)
    outcomes = await store.submit(
        [
            submission(b"late", author="ada", after=0),
            submission(b"asked for", author="ada", after=0, hold=True),
            submission(b"passes", author="ada", after=0, privileged=True),
            submission(b"passes too", author="moderator", after=0, privileged=True),
        ]
    )
    assert [type(one) for one in outcomes] == [Held, Held, Stale, Accepted]
    kept = await store.read(lambda db: held.of_note(db, notes[0]))
    assert [one.data for one in kept] == [b"late", b"asked for"]
    assert (await store.heads(notes))[notes[0]].seq == 3


async def test_a_lock_of_ones_own_makes_nothing_stale(store, submission, notes):
    locked = {"by": PersonId("m"), "why": "", "at": Milliseconds(1), "connection": ConnectionId("")}
    await store.lock(notes[0], **locked)
    passing = submission(author="m", after=0, privileged=True)
    assert await store.submit([passing]) == [Accepted(2)]


async def test_a_batch_of_more_than_one_statement_is_asked_whole(store, submission, day):
    many = [NoteId(f"many{n:06}") for n in range(1100)]

    def make(db: Connection) -> None:
        for note in many:
            catalogue.add_note(db, NoteRef(note, day, None, Milliseconds(1)))

    await store.write(make)
    batch = [submission(note=note, author="ada", writers=(1,), after=0) for note in many]
    assert await store.submit(batch) == [Accepted(1)] * 1100
    again = [one._replace(author=PersonId("bo" if n % 2 else "ada")) for n, one in enumerate(batch)]
    assert await store.submit(again) == [Stale()] * 1100
    heads = await store.heads(many)
    assert {head.seq for head in heads.values()} == {1}


@pytest.mark.promise("L4")
def test_of_two_processes_that_write_for_one_person_at_once_one_is_always_sent_back(
    seeded, database, notes
):
    """Each follows, checks and submits as a server does; every text enters once, in order."""
    told: dict[str, list[bytes]] = {"left": [], "right": []}
    both_have_read = Barrier(2)

    def write(name: str) -> int:
        stale = 0
        with Database.open(seeded) as mine:
            for n in range(60):
                data = f"{name} {n}".encode()
                while True:
                    with mine.read() as db:
                        seen = log.tail(db, notes[0], 0)
                    if n == stale == 0:
                        both_have_read.wait(60)
                    one = Submission(
                        *(notes[0], PersonId("ada"), ConnectionId(name), Milliseconds(n)),
                        # It says how much of the note it was checked against.
                        data + b" after %d" % len(seen),
                        after=len(seen),
                    )
                    with mine.write() as db:
                        (outcome,) = log.append(db, [one])
                    if isinstance(outcome, Accepted):
                        told[name].append(one.data)
                        break
                    stale += 1
        return stale

    with ThreadPoolExecutor(2) as threads:
        sent_back = sum(threads.map(write, told))
    with database.read() as db:
        rows = log.tail(db, notes[0], 0)
        assert verify.verify(db).findings == ()
    assert [row.seq for row in rows] == list(range(1, 121))
    for name, sent in told.items():
        assert [row.data for row in rows if row.connection == name] == sent
    # No row was checked against anything but all rows before it.
    assert [int(row.data.rpartition(b" ")[2]) for row in rows] == list(range(120))
    assert sent_back >= 1


async def test_two_stores_race_for_a_client_id_and_one_has_it(seeded, submission, notes):
    async with (
        await Store.open(seeded, clock=lambda: 1) as left,
        await Store.open(seeded, clock=lambda: 1) as right,
    ):
        for client in range(20):
            outcomes = await asyncio.gather(
                left.submit([submission(author="ada", writers=(client,), after=client)]),
                right.submit([submission(author="bo", writers=(client,), after=client)]),
            )
            kinds = sorted(type(one).__name__ for (one,) in outcomes)
            assert kinds == ["Accepted", "Stale"]
        assert (await left.heads(notes))[notes[0]].seq == 20


async def test_rows_of_the_same_person_that_are_not_in_the_way_stop_nothing(store, submission):
    """Another device of theirs, or somebody else with the same link."""
    await store.submit([submission(b"device 1", author="ada")])
    mine = submission(b"device 2", author="ada", after=0)

    def same(row: bytes) -> bool:
        return row == b"device 1"

    assert await store.submit([mine._replace(meets=lambda row: not same(row))]) == [Accepted(2)]
    assert await store.submit([mine._replace(meets=same)]) == [Stale()]
