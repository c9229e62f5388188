"""What an organiser changes through one process stands above the note in all of them."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from server.sync.headings import LOOK_SECONDS
from tests.peers.driver import Peer, Peers, until_same
from tests.running import programme
from tests.together.conftest import Together


async def heading(peer: Peer, **wanted: Any) -> None:
    """Wait until the programme says this above the note."""
    async with asyncio.timeout(30):
        while True:
            notice: dict[str, Any] = json.loads((await peer.event("stateless"))["payload"])
            if notice["type"] == "heading" and notice | wanted == notice:
                return


@pytest.mark.promise("S6")
async def test_a_note_that_is_open_elsewhere_has_its_new_title_and_room(
    together: Together, peers: Peers
) -> None:
    first, second = together.add(), together.add()
    made = first.new_day(programme(2))
    note = made.notes[0]
    ada = await peers.open("ada", "hocuspocus@4.8", second.ws_url, note, made.tokens["writer"])
    plain = await peers.open("bo", "y-websocket@3.1", second.ws_url, note, made.tokens["writer"])
    await ada.say('{"type":"hello","schema":1}')
    await heading(ada, title="Note 1", room="", removed=False)
    async with first.http(made.tokens["organiser"]) as api:
        day = (await api.get(f"/api/days/{made.day}")).json()
        one, two = (item["item"] for item in day["sections"][0]["items"])
        path = f"/api/days/{made.day}/items"
        began = time.monotonic()
        answer = await api.patch(f"{path}/{one}", json={"title": "Le garage", "room": "101"})
        assert answer.is_success, answer.text
        await heading(ada, title="Le garage", room="101")
        # A slow machine gets three times as long as the look takes at most.
        assert time.monotonic() - began < 3 * (LOOK_SECONDS + 1)
        await api.patch(f"{path}/{two}", json={"room": "102"})
        answer = await api.post(f"{path}/{one}/swap-rooms", json={"with": two})
        assert answer.is_success, answer.text
        await heading(ada, room="102")
        answer = await api.delete(f"{path}/{one}")
        assert answer.is_success, answer.text
        await heading(ada, removed=True)
    # Nobody who does not know of notices is told, and both go on writing.
    await ada.type("Du texte")
    await until_same(ada, plain, containing=["Du texte"])
