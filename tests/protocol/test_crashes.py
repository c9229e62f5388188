"""The server is killed, or stops in order, while people type in every stock client."""

from __future__ import annotations

import asyncio

import pytest

from tests.peers.driver import KINDS, Peer, Peers, until_same
from tests.protocol.days import Day
from tests.protocol.rows import rows_of


async def typing_everywhere(day: Day, peers: Peers) -> tuple[list[Peer], list[str], Peer]:
    """All kinds of clients with what they are to type, and somebody who only reads."""
    typists = [await day.open(peers, kind, kind) for kind in KINDS]
    words = [f"<{peer.id}: sans s’arrêter 🖊️>" for peer in typists]
    reader = await day.open(peers, "reader", "y-websocket@3.1", role="reader")
    return typists, words, reader


@pytest.mark.promise("L2", "L7")
async def test_a_kill_while_everybody_types_loses_nothing_that_anybody_saw(
    own_day: Day, peers: Peers
) -> None:
    typists, words, reader = await typing_everywhere(own_day, peers)
    async with asyncio.TaskGroup() as typing:
        for peer, word in zip(typists, words, strict=True):
            typing.create_task(peer.type(word, at=0, keys_per_second=40))
        for word in words:
            await reader.wait(contains=word[:4])
        own_day.server.kill()
        # Before anybody comes back with a copy: what was shown to the reader is on disk.
        rows = [row.data for row in rows_of(own_day)]
        assert await peers.replay([*rows, await reader.update()]) == await peers.replay(rows)
        await asyncio.to_thread(own_day.server.start)

    notes, _ = await until_same(*typists, reader, containing=words)
    assert sorted(notes) == sorted("".join(words) + "\n")
    rows = rows_of(own_day)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert (await peers.replay([row.data for row in rows]))[0] == notes


@pytest.mark.promise("S7")
async def test_stopping_in_order_tells_everybody_to_come_back_and_loses_nothing(
    own_day: Day, peers: Peers
) -> None:
    typists, words, reader = await typing_everywhere(own_day, peers)
    async with asyncio.TaskGroup() as typing:
        for peer, word in zip(typists, words, strict=True):
            typing.create_task(peer.type(word, at=0, keys_per_second=40))
        await reader.wait(contains=words[0][:4])
        assert await asyncio.to_thread(own_day.server.stop) == 0
        for peer in (*typists, reader):
            assert (await peer.event("close"))["code"] == 1012
        rows = [row.data for row in rows_of(own_day)]
        assert await peers.replay([*rows, await reader.update()]) == await peers.replay(rows)
        await asyncio.to_thread(own_day.server.start)
    notes, _ = await until_same(*typists, reader, containing=words)
    assert sorted(notes) == sorted("".join(words) + "\n")
    assert not [e for peer in typists for e in peer.events("authenticationFailed")]
