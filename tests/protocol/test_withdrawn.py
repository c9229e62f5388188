"""Rights that are taken away end open sockets, of stock clients in both framings (A2)."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.peers.driver import Y_WEBSOCKET, Peer, Peers, until_same
from tests.protocol.days import Day

BOTH = ["y-websocket@3.1", "hocuspocus@4.8"]


async def ended(peer: Peer, kind: str) -> None:
    """The client was told, with the listed code and a sentence, that its part has ended."""
    if kind in Y_WEBSOCKET:
        closed = await peer.event("close", code=4401)
        assert closed["reason"].endswith(".")
    else:
        assert (await peer.event("authenticationFailed"))["reason"].endswith(".")


@pytest.mark.promise("A2")
@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("how", ["api", "command line"])
async def test_a_withdrawn_link_ends_open_sockets_and_the_new_one_opens(
    kind: str, how: str, day: Day, peers: Peers
) -> None:
    ada = await day.open(peers, "ada", kind)
    reader = await day.open(peers, "reader", kind, role="reader")
    moderator = await day.open(peers, "moderator", "hocuspocus@4.8", role="moderator")
    await ada.type("avant ", at=0)
    await moderator.wait(contains="avant ")
    if how == "api":
        async with day.server.http(day.token("organiser")) as api:
            answer = await api.post(f"/api/days/{day.entrance.day}/links/writer/renew")
            assert answer.is_success, answer.text
            token = answer.json()["token"]
    else:
        said = await asyncio.to_thread(
            day.server.calepin, "links", day.entrance.day, "--renew", "writer"
        )
        (line,) = [line for line in said.splitlines() if line.split()[:1] == ["writer"]]
        token = line.rpartition("/")[2]
    await ended(ada, kind)
    await ada.type("après ", at=0)
    # The new link opens; the others stayed open; what was typed before is there, what came later
    # is not, though the client that was put out goes on trying.
    new = await day.open(peers, "new", kind, token=token)
    await new.type("nouveau ", at=0)
    await reader.wait(contains="nouveau ")
    notes, _ = await until_same(new, reader, moderator)
    assert notes == "nouveau avant \n"
    assert not moderator.events("authenticationFailed")
    late = await day.open(peers, "late", kind, synced=False)
    await ended(late, kind)


@pytest.mark.promise("A2")
async def test_many_notes_of_one_socket_end_with_their_link(day: Day, peers: Peers) -> None:
    open_notes = [
        await day.open(peers, f"n{number}", "hocuspocus@4.8", note=note, socket="one")
        for number, note in enumerate(day.notes[:3])
    ]
    reader = await day.open(
        peers, "reading", "hocuspocus@4.8", note=day.notes[3], role="reader", socket="one"
    )
    async with day.server.http(day.token("organiser")) as api:
        path = f"/api/days/{day.entrance.day}/links/writer/renew"
        assert (await api.post(path)).is_success
    for peer in open_notes:
        await ended(peer, "hocuspocus@4.8")
        await peer.type("trop tard ", at=0)
    # A note on the same socket that was opened with another link goes on, and is in order behind.
    moderator = await day.open(
        peers, "moderator", "hocuspocus@4.8", note=day.notes[3], role="moderator"
    )
    await moderator.type("ici ", at=0)
    await reader.wait(contains="ici ")
    await reader.set_presence({"after": "all"})
    await moderator.wait(person={"after": "all"})
    for number, note in enumerate(day.notes[:3]):
        seen = await day.open(peers, f"seen{number}", "hocuspocus@4.8", note=note, role="reader")
        assert (await seen.panes())[0] == "\n"


@pytest.mark.promise("A2")
async def test_a_removed_person_is_put_out_by_the_command_line(own_day: Day) -> None:
    """They joined by name, and open the note with the cookie of their browser."""
    server = own_day.server
    async with httpx.AsyncClient(base_url=server.base_url, trust_env=False) as browser:
        joined = await browser.post(f"/join/{own_day.token('writer')}", data={"name": "Bruno"})
        assert joined.status_code < 400, joined.text
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    with closing(sqlite3.connect(server.data / "calepin.sqlite")) as db:
        ((person,),) = db.execute("SELECT id FROM person WHERE name = 'Bruno'").fetchall()
    url = f"{server.ws_url}/sync/{own_day.note}"
    async with connect(url, proxy=None, additional_headers={"cookie": cookie}) as socket:
        await socket.send(b"\x00\x00\x01\x00")
        assert await socket.recv()
        said = await asyncio.to_thread(server.calepin, "people", own_day.entrance.day)
        assert person in said
        await asyncio.to_thread(server.calepin, "people", own_day.entrance.day, "--remove", person)
        async with asyncio.timeout(15):
            await socket.wait_closed()
    assert socket.close_code == 4401
    assert socket.close_reason
    assert socket.close_reason.endswith(".")
