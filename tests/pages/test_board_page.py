"""The page of the moderators' board, as the server makes it."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from server.days.access import Role
from tests.pages.conftest import HOSTILE, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", list(Role))
async def test_moderators_find_the_board_and_others_do_not(site: Site, role: Role) -> None:
    client = await site.enter(role)
    page = await client.get(f"{site.day}/board")
    programme = (await client.get(site.day)).text
    assert (f'href="{site.day}/board"' in programme) is role.may_lock
    if not role.may_lock:
        assert page.status_code == 403
        assert "demande un autre lien" in page.text
        return
    assert page.status_code == 200
    data = data_of(page.text)
    (first, second), _ = (section["items"] for section in data["sections"])
    assert (first["title"], first["room"]) == ("Le garage", "Salle 101")
    assert (first["start"], first["end"], second["start"]) == ("10:30", "11:15", "")
    notes = [note["note"] for note in data["board"]["notes"]]
    assert notes == [first["note"], second["note"], data["conclusion"]["note"]]
    assert (await site.browser().get(f"{site.day}/board")).status_code == 401


@pytest.mark.promise("A6")
async def test_a_hostile_programme_is_text_on_the_board(
    new_site: Callable[[str], Awaitable[Site]],
) -> None:
    field = json.dumps(HOSTILE)
    items = f"[{{title: {field}, room: {field}}}]"
    site = await new_site(f"title: {field}\nsections: [{{title: {field}, items: {items}}}]\n")
    client = await site.enter(Role.MODERATOR)
    page = (await client.get(f"{site.day}/board")).text
    assert "<img" not in page
    assert "<script>" not in page
    data = data_of(page)
    assert data["sections"][0]["items"][0]["title"] == HOSTILE == data["day"]["title"]
