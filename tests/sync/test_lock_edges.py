"""The lock at its edges: many writers, late answers, races that are over before they are seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from server.days.access import Role
from server.errors import UpdateRefused
from server.sync.intake import MAX_HELD_BYTES
from server.sync.messages import SyncStep1, SyncStep2, Update
from storage import log as storage_log
from storage.store import Store
from storage.values import ConnectionId, Kind, Milliseconds, Outcome, PersonId, Submission
from tests.sync import written
from tests.sync.conftest import NOTE, Hall, Peer, open_hall

MODERATOR = PersonId("moderator")


async def lock(hall: Hall) -> None:
    await hall.rooms.lock([NOTE], by=MODERATOR, why="", drain_seconds=0)


async def unlock(hall: Hall) -> None:
    await hall.rooms.unlock([NOTE], by=MODERATOR)


async def all_hear(hall: Hall, *peers: Peer) -> None:
    for _ in range(3):
        for peer in peers:
            peer.say()
            peer.listen()
        await hall.settled()


@pytest.mark.promise("K1", "K2", "K4", "L4", "L5")
async def test_a_hundred_locks_and_unlocks_under_fifty_writers(hall: Hall) -> None:
    writers = [await hall.joined() for _ in range(50)]
    for cycle in range(100):
        for writer in writers[cycle % 10 :: 10]:
            writer.type(f"{cycle}.")
            writer.say()
        await (unlock if cycle % 2 else lock)(hall)
        for writer in writers[cycle % 7 :: 7]:
            writer.listen()
    await unlock(hall)
    await all_hear(hall, *writers)
    text = await hall.stored_text()
    assert {writer.text for writer in writers} == {text}
    assert sum(text.count(f"{cycle}.") >= 5 for cycle in range(100)) == 100
    inside = False
    rows = await hall.store.tail(NOTE, 0)
    for row in rows:
        assert not (inside and row.kind is Kind.UPDATE)
        inside = row.kind is Kind.LOCK
    for writer in writers:
        counts = writer.member.session.counts
        assert counts.received == counts.accepted + counts.nothing + counts.held
        mine = [row for row in rows if row.connection == writer.member.id]
        assert len(mine) == counts.accepted


@pytest.mark.promise("K4", "K7")
@pytest.mark.parametrize("counts_saved", [True, False])
async def test_a_lock_during_a_large_first_answer(hall: Hall, counts_saved: bool) -> None:
    anne, bruno = await hall.peer(counts_saved=counts_saved), await hall.joined()
    anne.type("écrit hors ligne " * 5_000)
    anne.outbox.clear()
    anne.room.receive(anne.member, SyncStep1(anne.doc.get_state()))
    (answer,) = anne.answers()
    await lock(hall)
    anne.room.receive(anne.member, SyncStep2(answer))
    await all_hear(hall, bruno)
    assert bruno.text == "\n" == await hall.stored_text()
    await unlock(hall)
    await all_hear(hall, anne, bruno)
    assert anne.text == bruno.text == await hall.stored_text()
    assert anne.text.count("écrit hors ligne ") == 5_000


@pytest.mark.promise("K2", "K4")
async def test_a_client_that_never_answers_gets_nothing_in_and_loses_nothing(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    await lock(hall)
    anne.type("pendant ")
    anne.say()
    await unlock(hall)
    for word in ("un ", "deux ", "trois "):
        anne.type(word)
        anne.say()  # and never reads what it is asked
        await hall.settled()
    await all_hear(hall, bruno)
    assert bruno.text == "\n" == await hall.stored_text()
    assert anne.member.session.counts.held == 4
    await all_hear(hall, anne, bruno)
    assert bruno.text == "trois deux un pendant \n" == await hall.stored_text()


class UnlockedMeanwhile(Store):
    """Another process unlocks the note after each batch, before this one has followed the lock."""

    async def submit(self, batch: Sequence[Submission]) -> list[Outcome]:
        outcomes = await super().submit(batch)
        with self.database.write() as db:
            at = Milliseconds(1_700_000_000_000)
            storage_log.unlock(db, NOTE, by=MODERATOR, at=at, connection=ConnectionId(""))
        return outcomes


@pytest.mark.promise("K4", "K1")
async def test_who_lost_a_race_against_a_lock_that_is_over_is_asked_at_once(
    tmp_path: Path,
) -> None:
    async with open_hall(tmp_path, kind=UnlockedMeanwhile) as hall:
        anne, bruno = await hall.joined(), await hall.joined()
        with hall.store.database.write() as db:
            storage_log.lock(
                db, NOTE, by=MODERATOR, why="", at=hall.clock(), connection=ConnectionId("")
            )
        anne.type("perdu de justesse ")
        anne.say()
        await hall.settled()
        await all_hear(hall, anne, bruno)
        assert bruno.text == "perdu de justesse \n" == await hall.stored_text()
        assert anne.saved == 2


class HandsOver(Store):
    """Something happens once while a batch is under way."""

    meanwhile: Callable[[], None] | None = None

    async def submit(self, batch: Sequence[Submission]) -> list[Outcome]:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return await super().submit(batch)


@pytest.mark.promise("K1", "K4")
async def test_what_builds_on_an_edit_that_lost_a_race_is_held_with_it(tmp_path: Path) -> None:
    """The same document on two connections; the server once ended on what the second had sent."""
    async with open_hall(tmp_path, kind=HandsOver) as hall:
        anne, bruno = await hall.joined(), await hall.joined()
        again = await hall.joined(name=anne.member.visitor.name, doc=anne.doc)
        assert isinstance(hall.store, HandsOver)
        with hall.store.database.write() as db:
            storage_log.lock(
                db, NOTE, by=MODERATOR, why="", at=hall.clock(), connection=ConnectionId("")
            )
        anne.type("un ")
        anne.say()
        again.outbox.clear()
        again.type("deux ", at=3)
        anne.outbox.clear()
        hall.store.meanwhile = again.say
        await hall.settled()
        await all_hear(hall, bruno)
        assert bruno.text == "\n" == await hall.stored_text()
        await unlock(hall)
        await all_hear(hall, anne, again, bruno)
        assert anne.text == bruno.text == "un deux \n" == await hall.stored_text()


@pytest.mark.promise("K4")
async def test_above_the_cap_a_plain_client_is_told_once_and_its_text_is_not_lost(
    hall: Hall,
) -> None:
    anne, bruno = await hall.joined(counts_saved=False), await hall.joined()
    await lock(hall)
    for letter in "abc":
        anne.type(letter * (MAX_HELD_BYTES * 2 // 3))
    anne.say()
    await all_hear(hall, anne)
    assert ["kept aside" in notice for notice in anne.notices] == [True, True]
    assert "no more of yours" in anne.notices[1]
    await unlock(hall)
    await all_hear(hall, anne, bruno)
    assert anne.text == bruno.text == await hall.stored_text()
    assert len(bruno.text) > MAX_HELD_BYTES


@pytest.mark.promise("L5")
async def test_every_outcome_is_counted_on_its_connection(hall: Hall) -> None:
    anne, reader = await hall.joined(), await hall.joined(Role.READER)
    anne.type("accepté ")
    again = anne.outbox[0]
    anne.say()
    await hall.settled()
    anne.room.receive(anne.member, Update(again))
    await lock(hall)
    anne.type("retenu ")
    anne.say()
    await hall.settled()
    reader.type("refusé ")
    reader.say()
    cut = written.update([], [(anne.doc.client_id, [(10_000, 1)]), (0, [(0, 1)])])[:-1]
    with pytest.raises(UpdateRefused):
        anne.room.receive(anne.member, Update(cut))
    counts = anne.member.session.counts
    greeting = 1
    assert (counts.accepted, counts.nothing, counts.held, counts.refused) == (1, 1 + greeting, 1, 1)
    assert counts.received == 4 + greeting
    theirs = reader.member.session.counts
    assert (theirs.received, theirs.nothing, theirs.refused) == (2, greeting, 1)
    assert await hall.stored_text() == "accepté \n"
