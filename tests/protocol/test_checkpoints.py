"""A checkpoint is written by another library than the browsers': they must read the same in it."""

from __future__ import annotations

import asyncio

import pytest

from server.sync.document import condense
from tests.peers.driver import KINDS, Peers, until_same
from tests.protocol.days import Day
from tests.protocol.rows import rows_of


@pytest.mark.promise("L3", "L7")
async def test_a_condensed_note_is_the_same_note_in_a_browser(own_day: Day, peers: Peers) -> None:
    typists = [await own_day.open(peers, kind, kind) for kind in KINDS]
    words = [f"<{peer.id} « été »>" for peer in typists]
    async with asyncio.TaskGroup() as typing:
        for peer, word in zip(typists, words, strict=True):
            typing.create_task(peer.type(word, at=0, keys_per_second=60))
    await until_same(*typists, containing=words)
    first, second = typists[0], typists[-1]
    await first.delete(2, 9)
    await second.format(0, 12, {"bold": True})
    await first.type("Barré.", at=1)
    await second.type("Gras.", at=12)
    notes, _ = await until_same(*typists, containing=["Barré.", "Gras."])

    rows = [row.data for row in rows_of(own_day)]
    condensed = condense(rows)
    assert await peers.replay([condensed]) == await peers.replay(rows) == (notes, "\n")

    # What people had before goes on from what was condensed, and the other way round.
    await second.delete(20, 4)
    await second.type("Puis cela 🖊️.", at=20)
    await first.type("Puis ceci.", at=5)
    notes, _ = await until_same(*typists, containing=["Puis ceci.", "Puis cela 🖊️."])
    later = [row.data for row in rows_of(own_day)][len(rows) :]
    assert (await peers.replay([condensed, *later]))[0] == notes
    assert (await peers.replay([*later, condensed]))[0] == notes
