"""Whatever a programme, a name or a reason holds, a page shows it as text."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser

import pytest

from server.days.access import Role
from tests.pages.conftest import HOSTILE, ORIGIN, Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("A6")]


class Elements(HTMLParser):
    """The elements of a page, its text, and the text of its data block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.said = ""
        self.data = ""
        self._in_data = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self._in_data = tag == "script" and ("type", "application/json") in attrs

    def handle_data(self, data: str) -> None:
        if self._in_data and not self.data:
            self.data = data
        else:
            self.said += data


def programme() -> str:
    field = json.dumps(HOSTILE)
    return f"""\
title: {field}
subtitle: {field}
organiser: {field}
place: {field}
sections:
  - title: {field}
    items:
      - title: {field}
        room: {field}
        people: [{{name: {field}, organisation: {field}}}]
        questions: [{field}]
"""


async def test_a_hostile_programme_and_name_are_text(
    new_site: Callable[[str], Awaitable[Site]],
) -> None:
    site = await new_site(programme())
    client = site.browser()
    joined = await client.post(
        site.join(Role.ORGANISER), data={"name": HOSTILE[:60]}, headers={"origin": ORIGIN}
    )
    assert joined.status_code == 303
    for path in ("/", site.join(Role.WRITER), site.day, site.note):
        page = Elements((await client.get(path)).text)
        assert "img" not in page.names, path
        assert page.names.count("script") <= 3, path
        assert HOSTILE in page.said or HOSTILE[:60] in page.said, path
        if page.data:
            json.loads(page.data)


async def test_a_hostile_name_that_is_refused_is_shown_as_text(site: Site) -> None:
    answer = await site.browser().post(
        site.join(Role.WRITER), data={"name": HOSTILE * 2}, headers={"origin": ORIGIN}
    )
    assert answer.status_code == 400
    assert "img" not in Elements(answer.text).names


async def test_a_hostile_address_is_text(site: Site) -> None:
    answer = await site.browser().get('/"><img src=x onerror=alert(1)>')
    assert answer.status_code == 404
    assert "img" not in Elements(answer.text).names
