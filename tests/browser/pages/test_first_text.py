"""A note's text in its page before the editor has it: read at once, replaced without a jump."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Route

from tests.browser.pages.people import TIMEOUT_MS, Person, Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("U6")]

MARKDOWN = """\
# Ce qui fut dit

Un paragraphe, *souligné*, **gras**, `code` et [un lien](https://example.org/).

- une puce
  - et une autre dessous
1. premier
2. second

> Une citation.

- [x] fait
- [ ] à faire

```
du code
```

Le dernier mot[^1].

[^1]: Une note en bas.

"""
NEGLIGIBLE_PIXELS = 2
SCREENS = [
    pytest.param({"viewport": {"width": 1280, "height": 800}}, id="laptop"),
    pytest.param({"viewport": {"width": 390, "height": 844}}, id="phone"),
]
PLACES = """pane => [...pane.querySelectorAll(".line")].map((line) => {
  const { left, top, width, height } = line.getBoundingClientRect()
  return [line.tagName, line.textContent.trim(), ...[left, top, width, height].map(Math.round)]
})"""
# A browser shows nothing until then, but tells its places to whoever asks.
STYLED = "() => [...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet)"


async def read_without_script(site: Site, name: str, words: str, **screen: Any) -> Person:
    """Somebody whose browser runs no script, and has these words before them."""
    person = await site.person(name, java_script_enabled=False, **screen)
    await person.page.goto(site.note())
    async with asyncio.timeout(TIMEOUT_MS / 1000):
        # Its first drawing waits for a process that has to start, and is a second old at most.
        while words not in await person.page.content():
            await person.page.reload()
    return person


@pytest.mark.parametrize("screen", SCREENS)
async def test_the_editor_takes_the_place_of_the_text_without_a_jump(
    site: Site, screen: dict[str, Any]
) -> None:
    programme = {
        "title": "Une journée",
        "sections": [{"title": "Tout", "items": [{"title": "Le garage", "notes": MARKDOWN}]}],
    }
    site.entrance = site.server.new_day(json.dumps(programme))
    await read_without_script(site, "Bo", "Ce qui fut dit")  # now it is drawn, and kept
    writer = await site.person("Ana", **screen)
    script = asyncio.Event()

    async def hold(route: Route) -> None:
        await script.wait()
        await route.continue_()

    await writer.page.route("**/static/note-*.js", hold)
    await writer.page.goto(site.note(), wait_until="commit")
    await writer.page.locator("#first .line").first.wait_for()
    await writer.page.wait_for_function(STYLED)
    before = await writer.pane().evaluate(PLACES)
    script.set()
    await writer.ready()
    assert await writer.page.locator("#first").count() == 0
    after = await writer.pane().evaluate(PLACES)
    assert [line[:2] for line in before] == [line[:2] for line in after]
    moves = [
        abs(a - b)
        for one, two in zip(before, after, strict=True)
        for a, b in zip(one, two, strict=True)
        if isinstance(a, int)
    ]
    assert max(moves) <= NEGLIGIBLE_PIXELS, (before, after)


async def test_without_scripts_both_panes_are_read_on_a_phone(site: Site) -> None:
    writer = await site.in_note("Ana")
    await writer.type("Une phrase pour tous", pane="conclusions")
    await writer.sees_state("saved")
    reader = await read_without_script(
        site, "Bo", "Une phrase pour tous", viewport={"width": 390, "height": 844}
    )
    assert await reader.pane("conclusions").is_visible()
    assert "Une phrase pour tous" in await reader.pane("conclusions").inner_text()
