"""A decision about late text holds for stock clients, which know nothing of it."""

from __future__ import annotations

import asyncio

import pytest

from storage.values import Kind
from tests.peers.driver import Peers, until_same
from tests.protocol.days import Day
from tests.protocol.rows import rows_of

KINDS = ["y-websocket@1.5", "y-websocket@3.1", "hocuspocus@4.0", "hocuspocus@4.8"]


@pytest.mark.promise("K4", "K7", "L7")
@pytest.mark.parametrize("decision", ["keep", "discard"])
@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_not_merged_leaves_its_authors_document(
    kind: str, decision: str, day: Day, peers: Peers
) -> None:
    ada = await day.open(peers, "ada", kind)
    other = await day.open(peers, "other", "hocuspocus@4.8")
    await ada.type("Le marché 😀 est ouvert.", at=0)
    await until_same(ada, other, containing=["ouvert."])
    await day.lock()
    await ada.type("trop tard ", at=3)
    await ada.format(0, 2, {"bold": True})
    await ada.delete(13, 7)
    await day.settled(peers, [ada])
    first, *_ = await day.held()
    await day.decide(first, decision)
    assert await day.held() == [], "all of the connection is decided together"
    await ada.wait(equals="Le marché 😀 est ouvert.\n")
    await ada.disconnect()
    await ada.connect()
    await ada.wait(synced=True)
    await day.unlock()
    await ada.type("Plus tard : ", at=0)
    texts = await until_same(ada, other, containing=["Plus tard : "])
    assert texts == ("Plus tard : Le marché 😀 est ouvert.\n", "\n")
    await ada.wait(unsynced=False)
    assert await other.delta() == [{"insert": texts[0]}]
    updates = [row.data for row in rows_of(day) if row.kind is Kind.UPDATE]
    assert await peers.replay(updates) == texts


@pytest.mark.promise("K4", "K7")
@pytest.mark.parametrize("kind", ["y-websocket@3.1", "hocuspocus@4.8"])
async def test_an_author_who_was_away_comes_back_to_the_decision(
    kind: str, day: Day, peers: Peers
) -> None:
    ada = await day.open(peers, "ada", kind)
    other = await day.open(peers, "other", "y-websocket@3.1")
    await day.lock()
    await ada.type("trop tard ", at=0)
    await day.settled(peers, [ada])
    await ada.disconnect()
    await ada.type("et encore ", at=0)
    await day.unlock()
    await day.decide((await day.held())[0], "discard")
    await ada.connect()
    texts = await until_same(ada, other, containing=["et encore "])
    assert texts == ("et encore \n", "\n"), "what nobody had seen is an edit like any other"


@pytest.mark.promise("K3", "K4", "K7")
@pytest.mark.parametrize("decision", ["merge", "discard"])
async def test_what_was_held_outlives_a_killed_server_and_is_decided_then(
    decision: str, own_day: Day, peers: Peers
) -> None:
    ada = await own_day.open(peers, "ada", "hocuspocus@4.8")
    other = await own_day.open(peers, "other", "y-websocket@3.1")
    await own_day.lock()
    await ada.type("trop tard ", at=0)
    await own_day.settled(peers, [ada])
    await ada.disconnect()
    await asyncio.to_thread(own_day.server.restart)
    (held,) = await own_day.held()
    await own_day.unlock()
    await own_day.decide(held, decision)
    await ada.connect()
    await ada.type("Ensuite. ", at="end")
    texts = await until_same(ada, other, containing=["Ensuite. "])
    assert ("trop tard " in texts[0]) == (decision == "merge")
    await ada.wait(unsynced=False)


@pytest.mark.promise("K1", "K2", "K6", "K7")
async def test_a_day_is_locked_under_its_writers(day: Day, peers: Peers) -> None:
    notes = day.notes[:3]
    typists = [
        await day.open(peers, f"typist {n}", KINDS[n], note=note) for n, note in enumerate(notes)
    ]
    typing = [
        asyncio.create_task(one.type("sans m’arrêter ✍️", at=0, keys_per_second=50))
        for one in typists
    ]
    await typists[0].wait(contains="sa")
    async with day.server.http(day.token("moderator")) as api:
        path = f"/api/days/{day.entrance.day}"
        answer = await api.post(f"{path}/lock", json={"why": "midi"})
        assert answer.is_success, answer.text
        locked = [
            await (await day.open(peers, f"at {n}", "y-websocket@3.1", note=note)).panes()
            for n, note in enumerate(notes)
        ]
        await asyncio.gather(*typing)
        await typists[0].wait(contains="✍️")
        later = [
            await (await day.open(peers, f"later {n}", "y-websocket@3.1", note=note)).panes()
            for n, note in enumerate(notes)
        ]
        assert later == locked
        assert (await api.post(f"{path}/unlock")).is_success
    for n, (one, note) in enumerate(zip(typists, notes, strict=True)):
        reader = await day.open(peers, f"after {n}", "hocuspocus@4.8", note=note, role="reader")
        await until_same(one, reader, containing=["sans m’arrêter ✍️"])
