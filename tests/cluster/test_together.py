"""Two servers, one note: what people see who do not know that there are two (S6)."""

from __future__ import annotations

import asyncio

import pytest

from tests.cluster.cluster import Cluster
from tests.peers.driver import Peers, until_same
from tests.redis_server import needs_redis

pytestmark = [needs_redis, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.promise("S6", "L7")
async def test_people_at_two_servers_write_one_note(two: Cluster, peers: Peers) -> None:
    people = [
        await two.person(peers, name, number % 2, kind=kind)
        for number, (name, kind) in enumerate(
            [
                ("anne", "hocuspocus@4.8"),
                ("bruno", "y-websocket@3.1"),
                ("carla", "y-websocket@1.5"),
                ("david", "hocuspocus@4.0"),
            ]
        )
    ]
    words = [f"<{person.id} écrit : été 🎈>" for person in people]
    await asyncio.gather(
        *(
            person.type(word, at=0, keys_per_second=30)
            for person, word in zip(people, words, strict=True)
        )
    )
    text, _ = await until_same(*people, containing=words)
    assert sorted(text.replace("\n", "")) == sorted("".join(words))
    assert await two.replayed(peers) == text
    for person in people[::3]:
        await person.wait(unsynced=False)
    assert [row.seq for row in two.rows()] == list(range(1, len(two.rows()) + 1))


@pytest.mark.promise("S6", "K1", "K2")
async def test_a_lock_by_one_server_holds_at_the_other(two: Cluster, peers: Peers) -> None:
    anne, bruno = await two.person(peers, "anne", 0), await two.person(peers, "bruno", 1)
    await bruno.type("avant ", at=0)
    await anne.wait(contains="avant")
    await two.lock(0, why="fin du débat")
    await bruno.wait(scope="readonly")
    await bruno.type("trop tard ", at=0)
    await bruno.wait(unsynced=True)
    assert await two.replayed(peers) == "avant \n"
    await two.lock(1, unlock=True)
    await anne.wait(contains="trop tard avant")
    await bruno.wait(unsynced=False, scope="read-write")


@pytest.mark.promise("S6")
async def test_who_is_here_is_seen_at_both_and_goes_with_its_server(
    two: Cluster, peers: Peers
) -> None:
    anne, bruno = await two.person(peers, "anne", 0), await two.person(peers, "bruno", 1)
    await anne.set_presence({"user": {"name": "Anne"}})
    await bruno.set_presence({"user": {"name": "Bruno"}})
    await asyncio.gather(anne.wait(people=2), bruno.wait(people=2))
    await asyncio.to_thread(two.servers[0].kill)
    await bruno.wait(people=1, seconds=10)
