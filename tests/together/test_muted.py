"""Who is muted through one process does not write through another."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.peers.driver import Peers
from tests.running import RunningServer, programme
from tests.together.conftest import Together


async def board_says(
    server: RunningServer, token: str, day: str, muted: bool, *, of: str = ""
) -> dict[str, Any]:
    """Wait until a process knows whether somebody of the day is muted, and of somebody with this
    role; its board then."""
    async with server.http(token) as api, asyncio.timeout(30):
        while True:
            found: dict[str, Any] = (await api.get(f"/api/days/{day}/board")).json()
            people = found["people"]
            if any(one["muted"] is not None for one in people) is muted and (
                not of or any(one["role"] == of for one in people)
            ):
                return found
            await asyncio.sleep(0.05)  # between two questions, until the deadline


@pytest.mark.promise("S6")
async def test_a_mute_is_heard_by_every_process(together: Together, peers: Peers) -> None:
    first, second = together.add(), together.add()
    made = first.new_day(programme(1))
    (note,) = made.notes
    async with httpx.AsyncClient(base_url=second.base_url, trust_env=False) as browser:
        joined = await browser.post(
            f"/join/{made.tokens['writer']}",
            data={"name": "Ana"},
            headers={"origin": second.base_url},
        )
        assert joined.status_code == 303
    async with first.http(made.tokens["organiser"]) as api:
        (ana,) = (await api.get(f"/api/days/{made.day}/people")).json()["people"]
        path = f"/api/days/{made.day}/people/{ana['person']}"
        assert (await api.post(f"{path}/mute")).is_success
        await board_says(second, made.tokens["moderator"], made.day, True)
        assert (await api.post(f"{path}/unmute")).is_success
        await board_says(second, made.tokens["moderator"], made.day, False)
    # The link itself is a person too, and its programs are held to it.
    writer = await peers.open(
        "writer", "y-websocket@3.1", second.ws_url, note, made.tokens["writer"]
    )
    moderator = await peers.open(
        "moderator", "hocuspocus@4.8", first.ws_url, note, made.tokens["moderator"]
    )
    await writer.type("Avant. ")
    async with first.http(made.tokens["moderator"]) as api:
        path = f"/api/days/{made.day}/people/"
        here = await board_says(second, made.tokens["moderator"], made.day, False, of="writer")
        link = next(one for one in here["people"] if one["role"] == "writer")
        assert (await api.post(f"{path}{link['person']}/mute")).is_success
        await board_says(second, made.tokens["moderator"], made.day, True)
        await writer.type("Pendant. ")
        await writer.printed("may not write")
        shown = (await api.get(f"/api/notes/{note}/export")).text
        assert "Pendant" not in shown
        assert (await api.post(f"{path}{link['person']}/unmute")).is_success
    await moderator.wait(contains="Pendant.")
