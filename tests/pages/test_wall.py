"""The wall as its page asks for it: every note's tail, and nothing made anew that did not move."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio

from server.app import create_app
from server.days.access import Role
from server.days.moments import milliseconds
from server.pages.words import WORDS
from server.service import Service
from server.settings import Settings
from tests.pages.conftest import HOSTILE, ORIGIN, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXTS = f"""\
title: Une journée
date: 2026-11-01
timezone: Europe/Paris
sections:
  - title: Rencontres
    items:
      - title: Le garage
        room: "101"
        start: "10:30"
        end: "11:15"
        notes: |
          - un pont
      - title: La cantine
        conclusions: |
          Continuer.
      - title: Hostile
        notes: |
          {HOSTILE.replace("<", "&lt;")}
  - title: Vote
"""
HOURS = """\
title: Une journée
date: 2026-11-01
timezone: Europe/Paris
sections:
  - title: Rencontres
    items:
      - {title: Passé, room: "101", start: "09:00", end: "10:00"}
      - {title: À venir, room: "101", start: "14:00"}
      - {title: En cours, room: "101", start: "10:30", end: "11:15"}
"""
NewSite = Callable[[str], Awaitable[Site]]


async def test_every_note_is_on_it_with_its_lines(new_site: NewSite) -> None:
    site = await new_site(TEXTS)
    reader = await site.enter(Role.READER)
    answer = await reader.get(f"{site.day}/wall.json")
    assert answer.headers["content-type"] == "application/json"
    garage, cantine, hostile = answer.json()["notes"]
    assert garage == {
        "note": site.note.rpartition("/")[2],
        "title": "Le garage",
        "room": "101",
        "when": "10:30–11:15",
        "on": False,
        "locked": False,
        "readable": True,
        "notes": [["li", "un pont"]],
        "conclusions": [],
    }
    assert (cantine["notes"], cantine["conclusions"]) == ([], [["p", "Continuer."]])
    assert hostile["notes"] == [["p", HOSTILE]]


async def test_what_the_asker_has_is_not_sent_again_and_a_lock_shows(new_site: NewSite) -> None:
    site = await new_site(TEXTS)
    reader = await site.enter(Role.READER)
    first = await reader.get(f"{site.day}/wall.json")
    same = {"if-none-match": first.headers["etag"]}
    again = await reader.get(f"{site.day}/wall.json", headers=same)
    assert (again.status_code, again.content) == (304, b"")
    moderator = await site.enter(Role.MODERATOR)
    note = site.note.rpartition("/")[2]
    locked = await moderator.post(f"/api/notes/{note}/lock", json={}, headers={"origin": ORIGIN})
    assert locked.is_success
    async with asyncio.timeout(20):
        answer = again
        while answer.status_code == 304:
            answer = await reader.get(f"{site.day}/wall.json", headers=same)
    assert [one["locked"] for one in answer.json()["notes"]] == [True, False, False]


@pytest_asyncio.fixture(loop_scope="module")
async def at_eleven(
    tmp_path: Path,
) -> AsyncIterator[tuple[httpx.AsyncClient, str, list[str]]]:
    """Somebody in a day where it is eleven o'clock, in Paris."""
    now = milliseconds(datetime(2026, 11, 1, 11, 0, tzinfo=ZoneInfo("Europe/Paris")))
    settings = Settings(data=tmp_path, drain_ms=0, copies="off")
    async with Service.start(settings, clock=lambda: now) as service:
        entrance = await service.make_day(HOURS.encode())
        transport = httpx.ASGITransport(create_app(service))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            link = f"/join/{entrance.tokens[Role.READER]}"
            await client.post(link, data={"name": "Lou"}, headers={"origin": ORIGIN})
            notes = [item.note.id for _, item in entrance.day.items()]
            yield client, f"/d/{entrance.day.id}", notes


async def test_what_is_on_comes_first(
    at_eleven: tuple[httpx.AsyncClient, str, list[str]],
) -> None:
    client, day, notes = at_eleven
    cards = (await client.get(f"{day}/wall.json")).json()["notes"]
    assert [(card["note"], card["on"]) for card in cards] == [
        (notes[2], True),
        (notes[0], False),
        (notes[1], False),
    ]
    choice = (await client.get(f"{day}/go?q=salle+101")).text
    assert [choice.index(notes[n]) for n in (2, 1, 0)] == sorted(
        choice.index(notes[n]) for n in range(3)
    )
    assert choice.count(WORDS["fr"]["go.on"]) == 1
