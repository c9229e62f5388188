"""What a moderator decides about text that came too late holds, for every client, for ever."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pycrdt
import pytest
from sqlalchemy import Connection

from server.days.access import Role
from server.errors import Conflict, NotFound
from server.sync.held import Decision, decide_held
from storage import held as storage_held
from storage import log as storage_log
from storage.errors import StoreUnavailable
from storage.store import Store
from storage.values import ConnectionId, HeldState, HeldUpdate, Kind, PersonId
from tests.sync.conftest import NOTE, Hall, Peer, open_hall

MODERATOR = PersonId("moderator")
T = TypeVar("T")
NOT_MERGED = [Decision.KEEP, Decision.DISCARD]


async def lock(hall: Hall) -> None:
    await hall.rooms.lock([NOTE], by=MODERATOR, why="", drain_seconds=0)


async def unlock(hall: Hall) -> None:
    await hall.rooms.unlock([NOTE], by=MODERATOR)


async def decide(hall: Hall, decision: Decision, id: int | None = None) -> None:
    """Decide one of what is held, the first when not said."""
    room = await hall.rooms.open(NOTE)
    id = next(iter(room.replica.held)) if id is None else id
    await decide_held(hall.store, hall.pump, room, id, decision, by=MODERATOR, at=hall.clock())


async def kept(hall: Hall) -> list[HeldUpdate]:
    return await hall.store.read(lambda db: storage_held.of_note(db, NOTE))


async def all_hear(hall: Hall, *peers: Peer) -> None:
    for _ in range(3):
        for peer in peers:
            peer.say()
            peer.listen()
        await hall.settled()


async def write_too_late(hall: Hall, anne: Peer) -> None:
    """Write, delete and format in a note that is locked, over what was there before."""
    anne.type("Le marché est ouvert.")
    await all_hear(hall, anne)
    await lock(hall)
    anne.type("trop tard 😀 ", at=3)
    anne.delete(0, 3)
    anne.doc.get("notes", type=pycrdt.Text).format(16, 22, {"bold": True})
    anne.type("et de plus ")
    await all_hear(hall, anne)


@pytest.mark.promise("K4", "K1")
@pytest.mark.parametrize("decision", NOT_MERGED)
@pytest.mark.parametrize("locked", [True, False])
async def test_what_was_not_merged_is_in_nobodys_document(
    hall: Hall, decision: Decision, locked: bool
) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    await write_too_late(hall, anne)
    before = await hall.stored_delta()
    bruno.listen()
    assert bruno.text == "Le marché est ouvert.\n"
    anne.room.leave(anne.member)  # only so that the unlock does not merge it
    if not locked:
        await unlock(hall)
    await decide(hall, decision)
    anne = await hall.joined(name=anne.member.visitor.name, doc=anne.doc)
    await all_hear(hall, anne, bruno)
    assert await hall.stored_delta() == before == anne.delta == bruno.delta
    if locked:
        await unlock(hall)
    anne.type("Plus tard : ")
    await all_hear(hall, anne, bruno)
    text = "Plus tard : Le marché est ouvert.\n"
    assert text == anne.text == bruno.text == await hall.stored_text()
    state = {Decision.KEEP: HeldState.LATE, Decision.DISCARD: HeldState.DISCARDED}[decision]
    assert {(one.state, one.decided_by) for one in await kept(hall)} == {(state, MODERATOR)}
    inside = False
    for row in await hall.store.tail(NOTE, 0):
        inside = row.kind is Kind.LOCK or (inside and row.kind is Kind.UPDATE)
        assert not inside or row.author == MODERATOR


@pytest.mark.promise("K4")
@pytest.mark.parametrize("decision", NOT_MERGED)
@pytest.mark.parametrize("counts_saved", [True, False])
async def test_a_decision_holds_while_its_author_goes_on_writing(
    hall: Hall, decision: Decision, counts_saved: bool
) -> None:
    anne, bruno = await hall.joined(counts_saved=counts_saved), await hall.joined()
    await write_too_late(hall, anne)
    anne.type("encore ", at=5)  # under way while it is decided
    await decide(hall, decision)
    await all_hear(hall, anne, bruno)
    assert bruno.text == "Le marché est ouvert.\n" == await hall.stored_text()
    assert anne.text.replace("encore ", "") == bruno.text
    await unlock(hall)
    await all_hear(hall, anne, bruno)
    assert anne.text == bruno.text == await hall.stored_text()
    assert bruno.text.count("encore ") == 1
    if counts_saved:
        # Its greeting, the first text, four edits that were held, and one more.
        assert anne.saved == 7, "what it counts as unsynced comes to nothing"


@pytest.mark.promise("K4")
async def test_its_author_is_told_who_decided_what(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    for peer in (anne, bruno):
        peer.hello()
    await write_too_late(hall, anne)
    ids = [one.id for one in await kept(hall)]
    await decide(hall, Decision.DISCARD)
    await all_hear(hall, anne, bruno)
    heard = [json.loads(notice) for notice in anne.notices]
    text = "trop tard 😀 \net de plus "
    told = {"type": "decided", "do": "discard", "by": MODERATOR, "held": ids, "text": text}
    assert heard[-1] == told
    assert heard[-2]["held"] == 0
    assert "decided" not in [json.loads(notice)["type"] for notice in bruno.notices]


@pytest.mark.promise("K4")
async def test_text_of_two_connections_of_one_person_is_decided_together(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    await lock(hall)
    anne.type("un ")
    await all_hear(hall, anne)
    anne.room.leave(anne.member)
    again = await hall.joined(name=anne.member.visitor.name, doc=anne.doc)
    again.type("deux ", at=3)
    await all_hear(hall, again)
    again.room.leave(again.member)
    await unlock(hall)
    first, second = await kept(hall)
    assert first.connection != second.connection
    await decide(hall, Decision.MERGE, second.id)
    await all_hear(hall, bruno)
    assert bruno.text == "un deux \n" == await hall.stored_text()
    assert {one.state for one in await kept(hall)} == {HeldState.MERGED}


@pytest.mark.promise("K4")
async def test_two_moderators_at_once_decide_once(hall: Hall) -> None:
    anne = await hall.joined()
    await write_too_late(hall, anne)
    (id, *_) = [one.id for one in await kept(hall)]
    done = await asyncio.gather(
        decide(hall, Decision.DISCARD, id), decide(hall, Decision.KEEP, id), return_exceptions=True
    )
    assert [type(one) for one in done] == [type(None), NotFound]
    assert {one.state for one in await kept(hall)} == {HeldState.DISCARDED}


class Faulty(Store):
    """A store whose writes fail on demand, as on a full disk: nothing of them is kept."""

    failing = False
    meanwhile: Callable[[], None] | None = None
    """Done once, after a write was begun and before it is made."""

    async def write(self, work: Callable[[Connection], T]) -> T:
        def fail_at_the_end(db: Connection) -> T:
            result = work(db)
            if self.failing:
                raise StoreUnavailable(self.database.where, "the disk is full")
            return result

        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        return await super().write(fail_at_the_end)


@pytest.mark.promise("K4")
async def test_what_comes_in_while_it_is_merged_is_there_once(tmp_path: Path) -> None:
    async with open_hall(tmp_path, kind=Faulty) as hall:
        anne, bruno = await hall.joined(), await hall.joined()
        await lock(hall)
        anne.type("trop tard ")
        await all_hear(hall, anne)
        anne.room.leave(anne.member)
        await unlock(hall)
        again = await hall.peer(name=anne.member.visitor.name, doc=anne.doc)
        assert isinstance(hall.store, Faulty)
        hall.store.meanwhile = again.greet
        await decide(hall, Decision.MERGE)
        again.type("et encore ")
        await all_hear(hall, again, bruno)
        assert bruno.text == again.text == "et encore trop tard \n" == await hall.stored_text()


@pytest.mark.promise("K4", "L8")
@pytest.mark.parametrize("decision", list(Decision))
async def test_a_decision_that_was_not_stored_was_not_made(
    tmp_path: Path, decision: Decision
) -> None:
    async with open_hall(tmp_path, kind=Faulty) as hall:
        anne, bruno = await hall.joined(), await hall.joined()
        await write_too_late(hall, anne)
        anne.room.leave(anne.member)
        await unlock(hall)
        rows = await hall.store.tail(NOTE, 0)
        assert isinstance(hall.store, Faulty)
        hall.store.failing = True
        with pytest.raises(StoreUnavailable, match="full"):
            await decide(hall, decision)
        await all_hear(hall, bruno)
        assert bruno.text == "Le marché est ouvert.\n"
        assert await hall.store.tail(NOTE, 0) == rows
        assert {one.state for one in await kept(hall)} == {HeldState.OPEN}
        hall.store.failing = False
        await decide(hall, decision)
        await all_hear(hall, bruno)
        assert bruno.text == await hall.stored_text()
        assert ("trop tard" in bruno.text) == (decision is Decision.MERGE)


@pytest.mark.promise("K1")
async def test_a_merge_meets_a_lock_of_another_process(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    await write_too_late(hall, anne)
    anne.room.leave(anne.member)
    await unlock(hall)
    with hall.store.database.write() as db:
        storage_log.lock(
            db, NOTE, by=MODERATOR, why="", at=hall.clock(), connection=ConnectionId("")
        )
    with pytest.raises(Conflict, match="locked"):
        await decide(hall, Decision.MERGE)
    await all_hear(hall, bruno)
    assert bruno.text == "Le marché est ouvert.\n" == await hall.stored_text()
    assert {one.state for one in await kept(hall)} == {HeldState.OPEN}


async def test_nobody_takes_over_the_client_id_of_what_was_discarded(hall: Hall) -> None:
    anne = await hall.joined()
    await write_too_late(hall, anne)
    await decide(hall, Decision.DISCARD)
    loaded = await hall.store.load(NOTE)
    assert loaded.writers[anne.doc.client_id] == anne.member.visitor.person
    assert MODERATOR in loaded.writers.values(), "whose the taking back is"


async def test_a_moderator_edits_where_held_text_merges_later(hall: Hall) -> None:
    moderator, anne = await hall.joined(Role.MODERATOR), await hall.joined()
    await write_too_late(hall, anne)
    moderator.listen()
    moderator.delete(3, 11)
    moderator.type("Conclusion : ")
    await all_hear(hall, moderator, anne)
    assert moderator.text == "Conclusion : Le est ouvert.\n" == await hall.stored_text()
    await unlock(hall)
    await all_hear(hall, moderator, anne)
    assert moderator.text == anne.text == await hall.stored_text()
    for words in ("Conclusion : ", "trop tard 😀 ", "et de plus "):
        assert moderator.text.count(words) == 1
