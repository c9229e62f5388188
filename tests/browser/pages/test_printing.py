"""The HTML export on paper: what belongs together is not left alone at the end of a page."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from server.days.documents import reading_style
from server.export.html_files import day_html
from tests.export.test_day import DAY

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENDS = "all => all.map(one => [one.firstChild.textContent, getComputedStyle(one).breakAfter])"


@pytest.mark.promise("X5")
async def test_a_heading_stays_with_what_is_known_and_with_the_note(browser: Browser) -> None:
    page = await browser.new_page()
    try:
        await page.set_content(day_html(DAY, "all", style=reading_style()))
        await page.emulate_media(media="print")
        ends = dict(await page.locator(":is(h2, h3, h4), .label, .facts li").evaluate_all(ENDS))
    finally:
        await page.close()
    assert {"Rencontres", "Le garage", "Salle\u00a0: 101", "État\u00a0: Ouverte"} <= set(ends)
    # Another item follows this one, and not a note.
    assert {said for said, end in ends.items() if end != "avoid"} == {"État\u00a0: Aucune note"}
