"""The same person, moderator or decision at two servers in the same moment (S6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pycrdt
import pytest
from websockets.asyncio.client import ClientConnection, connect

from storage.values import Kind
from tests.cluster.cluster import Cluster, until
from tests.cluster.crowd import check_rows, crowd
from tests.crash.run import text_of
from tests.peers.driver import Peers, until_same
from tests.protocol.plain_client import UPDATE, new_doc, sync_message
from tests.redis_server import needs_redis
from tests.sync import written

pytestmark = [needs_redis, pytest.mark.asyncio(loop_scope="module")]


@asynccontextmanager
async def sockets(two: Cluster) -> AsyncIterator[list[ClientConnection]]:
    """A connection to the note at each server, by one link, that says what a test says."""
    urls = [
        f"{server.ws_url}/sync/{two.note}?token={two.day.tokens['writer']}"
        for server in two.servers
    ]
    async with (
        connect(urls[0], proxy=None, max_queue=None) as one,
        connect(urls[1], proxy=None, max_queue=None) as other,
    ):
        yield [one, other]


@pytest.mark.promise("S6", "L7", "A3")
async def test_who_says_two_things_at_one_clock_is_heard_once(two: Cluster, peers: Peers) -> None:
    anne, bruno = await two.person(peers, "anne", 0), await two.person(peers, "bruno", 1)
    async with sockets(two) as (one, other):
        for client in range(10, 30):
            lies = [
                written.update([(client, 0, [written.text(f"⟨{client} {what}⟩")])])
                for what in ("vrai", "faux")
            ]
            await asyncio.gather(
                one.send(sync_message(UPDATE, lies[0])), other.send(sync_message(UPDATE, lies[1]))
            )
        for socket in (one, other):
            await (await socket.ping())

        async def all_there() -> bool:
            text = text_of(await asyncio.to_thread(two.rows))
            return all(f"⟨{client} " in text for client in range(10, 30))

        await until(all_there)
    last = await asyncio.to_thread(lambda: text_of(two.rows()))
    await asyncio.gather(anne.wait(equals=last), bruno.wait(equals=last))
    for client in range(10, 30):
        assert (f"⟨{client} vrai⟩" in last) != (f"⟨{client} faux⟩" in last), last
    assert await two.replayed(peers) == last
    check_rows(await asyncio.to_thread(two.rows))


@pytest.mark.promise("S6", "L6", "L7")
async def test_two_tabs_of_one_document_are_one_writer(two: Cluster, peers: Peers) -> None:
    """Tabs share what they type on the device, and each tells its own server."""
    anne, bruno = await two.person(peers, "anne", 0), await two.person(peers, "bruno", 1)
    doc: pycrdt.Doc[pycrdt.Text] = new_doc()
    said: list[bytes] = []
    watching = doc.observe(lambda event: said.append(event.update))
    for number in range(40):
        doc["notes"].insert(0, f"⟨{number}⟩")
    doc.unobserve(watching)
    async with sockets(two) as tabs:

        async def tell(tab: ClientConnection, updates: list[bytes]) -> None:
            for update in updates:
                await tab.send(sync_message(UPDATE, update))
            await (await tab.ping())

        await asyncio.gather(tell(tabs[0], said), tell(tabs[1], said))
        text, _ = await until_same(anne, bruno, containing=[f"⟨{n}⟩" for n in (0, 20, 39)])
    assert text.strip("\n") == "".join(f"⟨{n}⟩" for n in reversed(range(40)))
    assert await two.replayed(peers) == text
    rows = await asyncio.to_thread(two.rows)
    check_rows(rows)
    parts = [row.data for row in rows if row.kind is Kind.UPDATE]
    assert len(set(parts)) == len(parts), "something is in the log twice"


@pytest.mark.promise("S6", "L4", "L7")
async def test_one_person_types_on_two_devices_at_two_servers(two: Cluster, peers: Peers) -> None:
    """Peers by one link are one person: each is overtaken by itself all the time."""
    async with crowd(two, peers, kinds=("hocuspocus@4.8", "hocuspocus@4.0")) as people:
        for _ in range(5):
            await asyncio.gather(*(people.says(one) for one in people.typists))
            await people.crosses()
        assert (
            sum([await two.metric(n, "calepin_updates_checked_again_total") for n in (0, 1)]) > 0
        ), "nobody was overtaken"


@pytest.mark.promise("S6", "K4")
async def test_moderators_decide_the_same_at_both_servers(two: Cluster, peers: Peers) -> None:
    anne, bruno = await two.person(peers, "anne", 0), await two.person(peers, "bruno", 1)
    await two.lock(0)
    await bruno.type("trop tard ", at=0)
    await anne.wait(scope="readonly")
    async with (
        two.servers[0].http(two.day.tokens["moderator"]) as one,
        two.servers[1].http(two.day.tokens["moderator"]) as other,
    ):
        path = f"/api/notes/{two.note}/held"

        async def is_held() -> bool:
            return len((await other.get(path)).json()["held"]) == 1

        await until(is_held)
        (held,) = (await one.get(path)).json()["held"]
        answers = await asyncio.gather(
            one.post(f"{path}/{held['id']}", json={"do": "keep"}),
            other.post(f"{path}/{held['id']}", json={"do": "discard"}),
        )
        assert sorted(answer.is_success for answer in answers) == [False, True], answers
        assert (await other.get(path)).json()["held"] == []
    await two.lock(1, unlock=True)
    await bruno.wait(scope="read-write", unsynced=False)
    await bruno.type("après ", at=0)
    await anne.wait(contains="après ")
    text, _ = await until_same(anne, bruno)
    assert text == await two.replayed(peers) == "après \n"


@pytest.mark.promise("S6", "H3")
async def test_a_note_is_brought_back_at_both_servers_once(two: Cluster, peers: Peers) -> None:
    anne, bruno = await two.person(peers, "anne", 0), await two.person(peers, "bruno", 1)
    await anne.type("dit ", at=0)
    await bruno.wait(contains="dit ", unsynced=False)
    async with (
        two.servers[0].http(two.day.tokens["moderator"]) as one,
        two.servers[1].http(two.day.tokens["moderator"]) as other,
    ):
        for _ in range(5):
            good = len(await asyncio.to_thread(two.rows))
            await bruno.delete(0, len("dit "))
            await anne.wait(equals="\n", unsynced=False)
            path = f"/api/notes/{two.note}/moments/{good}/restore"
            answers = await asyncio.gather(one.post(path), other.post(path))
            codes = sorted(answer.status_code for answer in answers)
            assert codes == [200, 409], [answer.text for answer in answers]
            text, _ = await until_same(anne, bruno, containing=["dit "])
            assert text == await two.replayed(peers) == "dit \n"


@pytest.mark.promise("S6", "A2")
@pytest.mark.parametrize("with_bus", [True, False])
async def test_a_link_withdrawn_at_one_server_ends_connections_at_the_other(
    with_bus: bool, two: Cluster, peers: Peers
) -> None:
    anne = await two.person(peers, "anne", 1)
    bruno = await two.person(peers, "bruno", 1, kind="y-websocket@3.1")
    reader = await two.person(peers, "reader", 1, role="reader")
    if not with_bus:
        await two.ways[0].refuse()
    async with two.servers[0].http(two.day.tokens["organiser"]) as http:
        answer = await http.post(f"/api/days/{two.day.day}/links/writer/renew")
        assert answer.is_success, answer.text
    assert (await anne.event("authenticationFailed"))["reason"].endswith(".")
    await bruno.event("close", code=4401)
    await anne.type("après ", at=0)
    two.day = replace(two.day, tokens={**two.day.tokens, "writer": answer.json()["token"]})
    carla = await two.person(peers, "carla", 1)
    await carla.type("nouveau ", at=0)
    await reader.wait(contains="nouveau ")
    assert await two.replayed(peers) == "nouveau \n"


@pytest.mark.promise("S6", "O5")
async def test_a_day_deleted_at_one_server_ends_its_notes_at_the_other(
    two: Cluster, peers: Peers
) -> None:
    anne = await two.person(peers, "anne", 1)
    await two.person(peers, "bruno", 1, kind="y-websocket@3.1")
    await anne.type("à oublier ", at=0)
    await anne.wait(unsynced=False)
    async with two.servers[0].http(two.day.tokens["organiser"]) as http:
        answer = await http.delete(f"/api/days/{two.day.day}")
        assert answer.is_success, answer.text
    assert "no note" in (await anne.event("authenticationFailed"))["reason"]
    assert await asyncio.to_thread(two.rows) == []
    async with two.servers[1].http(two.day.tokens["organiser"]) as http:
        assert (await http.get(f"/api/days/{two.day.day}")).status_code in (401, 404)
