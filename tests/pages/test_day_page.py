"""The programme and a note's page: everything of it, and to each what their role may do."""

from __future__ import annotations

import pytest

from server.days.access import Role
from server.pages.words import WORDS
from tests.pages.conftest import ORIGIN, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

FR = WORDS["fr"]


async def test_the_programme_has_everything_in_its_order(site: Site) -> None:
    page = (await (await site.enter(Role.READER)).get(site.day)).text
    parts = ("Une journée", "En débat", "Rencontres", "10:30–11:15", "Salle 101", "Le garage")
    parts += ("Ana, Garage du pont", "La cantine", "Combien ?", "Pour qui ?", "Vote")
    parts += (FR["day.no_items"], FR["day.conclusion"])
    at = -1
    for part in parts:
        found = page.find(part, at + 1)
        assert found > at, part
        at = found


@pytest.mark.promise("A1")
async def test_each_role_is_shown_what_it_may_do(site: Site) -> None:
    for role in Role:
        page = (await (await site.enter(role)).get(site.day)).text
        assert ("data-lock-target" in page) == role.may_lock
        assert ("/export?" in page) == role.may_export
        for token in site.entrance.tokens.values():
            assert (token in page) == role.may_organise


@pytest.mark.promise("U3")
async def test_a_locked_note_says_so_before_any_script_runs(site: Site) -> None:
    client = await site.enter(Role.MODERATOR)
    note = site.note.rpartition("/")[2]
    locked = await client.post(
        f"/api/notes/{note}/lock", json={"why": "Fini"}, headers={"origin": ORIGIN}
    )
    assert locked.status_code == 200
    page = (await client.get(site.day)).text
    item = page.partition(f'data-note="{note}"')[2].partition("</li>")[0]
    assert 'data-locked="true"' in item
    assert '"why": "Fini"' in (await client.get(site.note)).text


async def test_a_note_has_its_heading_and_its_data(site: Site) -> None:
    client = await site.enter(Role.WRITER)
    page = (await client.get(site.note)).text
    for part in (
        '<h1 id="note-title">Le garage</h1>',
        "10:30–11:15",
        "Salle 101",
        "Ana, Garage du pont",
    ):
        assert part in page
    assert '"role": "writer"' in page
    assert '"timezone": "Europe/Paris"' in page
    conclusion = site.entrance.day.conclusion.id
    page = (await client.get(f"{site.day}/n/{conclusion}")).text
    assert f'<h1 id="note-title">{FR["day.conclusion"]}</h1>' in page


async def test_what_does_not_exist_is_said_in_both_languages(site: Site) -> None:
    client = await site.enter(Role.WRITER)
    for path in ("/d/nothing", f"{site.day}/n/nothing", "/nothing", "/d/%00"):
        for language in ("fr", "en"):
            answer = await client.get(path, params={"lang": language})
            assert answer.status_code in (401, 404), path
            assert f'<html lang="{language}">' in answer.text
