"""A decision about late text holds for stock clients, which know nothing of it."""

from __future__ import annotations

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
