"""The wall as its page asks for it: every note's tail, and nothing made anew that did not move."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from server.days.access import Role
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
