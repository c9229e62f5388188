"""Somebody who joined through one process has their name in all."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.peers.driver import Peer, Peers
from tests.running import programme
from tests.together.conftest import Together


async def locked_by(peer: Peer, name: str) -> None:
    """Wait for the notice of a lock with that name."""
    async with asyncio.timeout(30):
        while True:
            notice: dict[str, Any] = json.loads((await peer.event("stateless"))["payload"])
            if notice["type"] == "state" and (notice["locked"] or {}).get("by") == name:
                return


@pytest.mark.promise("K5")
async def test_a_lock_by_somebody_who_joined_elsewhere_has_their_name(
    together: Together, peers: Peers
) -> None:
    first, second = together.add(), together.add()
    made = first.new_day(programme(2))
    note, other = made.notes
    ada = await peers.open("ada", "hocuspocus@4.8", second.ws_url, note, made.tokens["writer"])
    await ada.say('{"type":"hello","schema":1}')
    async with httpx.AsyncClient(base_url=first.base_url, trust_env=False) as browser:
        origin = {"origin": first.base_url}
        name = {"name": "Zoé Martin"}
        joined = await browser.post(f"/join/{made.tokens['moderator']}", data=name, headers=origin)
        assert joined.status_code == 303
        for one in (note, other):
            answer = await browser.post(f"/api/notes/{one}/lock", json={}, headers=origin)
            assert answer.is_success, answer.text
    await locked_by(ada, "Zoé Martin")
    async with second.http(made.tokens["reader"]) as api:
        shown = (await api.get(f"/api/notes/{other}")).json()
        assert shown["locked"]["by"] == "Zoé Martin"
        programme_shown = (await api.get(f"/api/days/{made.day}")).json()
        items = programme_shown["sections"][0]["items"]
        assert {item["locked"]["by"] for item in items} == {"Zoé Martin"}
