"""Stock clients are held to the lock as our own is: nothing gets by, nothing is lost."""

from __future__ import annotations

import asyncio

import pytest

from storage.values import Kind
from tests.peers.driver import KINDS, Peers, until_same
from tests.protocol.days import Day
from tests.protocol.rows import rows_of


@pytest.mark.promise("K1", "K2", "K4", "K7", "L4")
async def test_all_versions_type_through_a_lock_and_its_end(day: Day, peers: Peers) -> None:
    typists = [await day.open(peers, kind, kind) for kind in KINDS]
    words = [f"<{peer.id}: j’écris sans m’arrêter ✍️>" for peer in typists]
    typing = [
        asyncio.create_task(peer.type(word, at=0, keys_per_second=50))
        for peer, word in zip(typists, words, strict=True)
    ]
    await typists[0].wait(contains=words[-1][:3])  # everybody is at it
    await day.lock()
    locked = await (await day.open(peers, "at the lock", "y-websocket@3.1", role="reader")).panes()
    await asyncio.gather(*typing)
    await day.settled(peers, typists)

    still = await (await day.open(peers, "later", "hocuspocus@4.8", role="reader")).panes()
    assert still == locked
    assert await day.held()
    for word in words:
        assert word not in locked[0]

    await day.unlock()
    notes, _ = await until_same(*typists, containing=words)
    late = await day.open(peers, "after", "y-websocket@1.5", role="reader")
    assert (await late.panes())[0] == notes
    for word in words:
        assert notes.count(word) == 1

    rows = rows_of(day)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    kinds = [row.kind for row in rows]
    assert kinds.index(Kind.UNLOCK) == kinds.index(Kind.LOCK) + 1


@pytest.mark.promise("K4", "K7")
@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_held_for_someone_who_left_is_not_lost(
    kind: str, day: Day, peers: Peers
) -> None:
    ada = await day.open(peers, "ada", kind)
    other = await day.open(peers, "other", "hocuspocus@4.8")
    await day.lock()
    await ada.type("avant de partir", at=0)
    await day.settled(peers, [ada])
    assert len(await day.held()) == 1
    await ada.close()
    await day.unlock()
    # Its author has gone: it stays for the moderator to decide, under the author's name.
    (held,) = await day.held()
    await day.decide(held, "merge")
    await other.wait(contains="avant de partir")
    assert await day.held() == []


@pytest.mark.promise("K3", "K7")
@pytest.mark.parametrize("kind", ["y-websocket@3.1", "hocuspocus@4.8"])
async def test_a_lock_outlives_the_server_and_clients_come_back_to_it(
    kind: str, own_day: Day, peers: Peers
) -> None:
    ada = await own_day.open(peers, "ada", kind)
    await ada.type("avant. ", at=0)
    other = await own_day.open(peers, "other", "hocuspocus@4.8")
    await other.wait(contains="avant. ")
    await own_day.lock()
    await asyncio.to_thread(own_day.server.restart)
    await ada.type("pendant. ", at=0)
    await ada.wait(synced=True)
    late = await own_day.open(peers, "late", "hocuspocus@4.8")
    await own_day.settled(peers, [ada])
    assert (await late.panes())[0] == "avant. \n"
    await own_day.unlock()
    await until_same(ada, other, late, containing=["pendant. avant. "])
