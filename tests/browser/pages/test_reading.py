"""The published day as people read it: on a screen, a phone and paper, with and without script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browser.axe import no_findings
from tests.browser.pages.people import Person, Site
from tests.running import RunningServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "Anticonstitutionnellement-intergouvernementalisations du garage solidaire de Châteauroux"
NOTE = """\
          # Ce qui s’est dit

          Les salarié·e·s : « un **deuxième** pont »[^1], voir [le site](https://exemple.fr/pont)
          et https://exemple.fr/une/adresse/tres/longue/qui/ne/finit/pas?avec=des&parametres=1.

          | Année | Véhicules réparés | Personnes accueillies | Commentaire | Budget | Source |
          |---|---|---|---|---|---|
          | 2024 | 520 | 1 530 | Stabilisation, et formation | 134 000 € | Rapport |
          | 2025 | 611 | | Une ligne de plus | 150 000 € | Estimation |

          ### À faire

          - [x] un devis
          - [ ] la mairie
            - écrire

          > Une citation.

          ```python
          def pont(largeur, hauteur):  # une ligne de code plus longue que l’écran d’un téléphone
          ```

          [^1]: Deux ponts.
"""
ITEMS = "".join(
    f"      - title: Point {number} de la journée\n        start: '{9 + number // 12:02d}:"
    f"{5 * (number % 12):02d}'\n"
    for number in range(57)
)
PROGRAMME = f"""\
title: Vivre, travailler et décider ensemble dans les territoires ruraux et périurbains
subtitle: "Journée de débats\u00a0: « comment faire\u202f? »"
organiser: L’association
place: Lyon
sections:
  - title: Rencontres
    items:
      - title: {LONG}
        room: "101"
        start: "09:00"
        people: [{{name: Inès Ferrand, organisation: Garage du pont}}]
        questions: ["Combien\u202f?"]
        notes: |
{NOTE}
        conclusions: |
          Continuer ensemble.
{ITEMS}  - title: Vote
"""
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth > innerWidth
  const out = [...document.querySelectorAll("body *")].filter((one) =>
    one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".table, pre"))
  return wide ? ["the page scrolls", ...out.slice(0, 5).map((one) => one.outerHTML)] : []
}"""


@asynccontextmanager
async def published(browser: Browser, server: RunningServer) -> AsyncIterator[Site]:
    """A whole day that everybody may read. No page of it may have complained about anything."""
    site = Site(server, browser, server.new_day(PROGRAMME))
    await choose(site, what="both", names=True)
    yield site
    for person in site.people:
        await person.page.context.close()
    assert [trouble for person in site.people for trouble in person.unexpected()] == []


async def choose(site: Site, **choice: Any) -> None:
    async with site.server.http(site.entrance.tokens["organiser"]) as api:
        answer = await api.put(f"/api/days/{site.entrance.day}/publication", json=choice)
        assert answer.is_success, answer.text


async def reader(site: Site, path: str = "", **options: Any) -> Person:
    """Somebody without any link, at the published day."""
    person = await site.stranger("Lou", **options)
    await person.page.goto(f"{site.day}/read{path}")
    return person


async def look_again(page: Page) -> None:
    """As when the page comes to the front: it asks for what has changed."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def follows(page: Page, text: str) -> None:
    """Wait until the page shows a text, of which nobody has told it."""
    await page.wait_for_function(
        "text => document.dispatchEvent(new Event('visibilitychange'))"
        " && document.querySelector('main').innerText.includes(text)",
        arg=text,
        polling=200,
    )


@pytest.mark.promise("U4")
async def test_nothing_is_found_on_what_is_read(
    browser: Browser, standing_server: RunningServer, tmp_path: Path
) -> None:
    async with published(browser, standing_server) as site:
        lou = await reader(site)
        await no_findings(lou.page, widths=(1280, 390, 320))
        await lou.page.goto(f"{site.day}/read/{site.entrance.notes[0]}")
        await no_findings(lou.page, widths=(1280, 390, 320))
        async with site.server.http(site.entrance.tokens["reader"]) as api:
            answer = await api.get(f"/api/days/{site.entrance.day}/export?format=html")
        exported = tmp_path / "day.html"
        exported.write_bytes(answer.content)
        await lou.page.goto(exported.as_uri())
        # Its own policy lets its style in, and nothing else.
        styled = "getComputedStyle(document.querySelector('main')).display"
        assert await lou.page.evaluate(styled) == "grid"
        await no_findings(lou.page, widths=(1280, 390, 320))


@pytest.mark.promise("U4")
async def test_nothing_is_found_where_an_organiser_chooses(
    browser: Browser, standing_server: RunningServer
) -> None:
    async with published(browser, standing_server) as site:
        ana = await site.person("Ana", "organiser")
        await ana.page.goto(f"{site.day}/publish")
        await no_findings(ana.page, widths=(1280, 390, 320))
        await ana.page.locator("details.exceptions > summary").click()
        await no_findings(ana.page)
        async with ana.page.context.expect_page() as opened:
            await ana.button("Voir l’aperçu").click()
        preview = await opened.value
        await preview.wait_for_load_state()
        await no_findings(preview)


@pytest.mark.promise("U4")
@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_is_wider_than_the_screen_but_a_table_that_scrolls(
    browser: Browser, standing_server: RunningServer, width: int
) -> None:
    async with published(browser, standing_server) as site:
        lou = await reader(site, viewport={"width": width, "height": 800})
        for path in ("", f"/{site.entrance.notes[0]}"):
            await lou.page.goto(f"{site.day}/read{path}")
            assert await lou.page.evaluate(OVERFLOW) == []
            table = lou.page.locator(".table").first
            cells = await table.locator("tr:nth-child(1) td").all()
            assert len(cells) == 6
            tops = {(await cell.bounding_box() or {})["y"] for cell in cells}
            assert len(tops) == 1
            assert min([(await cell.bounding_box() or {})["width"] for cell in cells]) > 90
            scrolls = "table => table.scrollWidth > table.clientWidth"
            assert await table.evaluate(scrolls) == (width < 600)
            await table.focus()
            await lou.page.keyboard.press("ArrowRight")
            if width < 600:
                handle = await table.element_handle()
                await lou.page.wait_for_function("table => table.scrollLeft > 0", arg=handle)


async def test_it_is_read_without_javascript(
    browser: Browser, standing_server: RunningServer
) -> None:
    async with published(browser, standing_server) as site:
        lou = await reader(site, java_script_enabled=False)
        await lou.page.get_by_role("link", name=LONG).first.click()
        assert f"#n-{site.entrance.notes[0]}" in lou.page.url
        for said in ("un deuxième pont", "Continuer ensemble."):
            assert said in await lou.page.inner_text("main")
        await lou.page.get_by_role("link", name="Note de bas de page 1").click()
        await lou.page.get_by_role("link", name="Revenir au texte").click()
        assert lou.page.url.endswith("fnref-1")
        await lou.page.locator("article h3 a").first.click()
        await lou.page.get_by_role("link", name="Point suivant").click()
        assert await lou.page.locator("h1").inner_text() == "Point 0 de la journée"


async def test_by_keyboard_the_text_is_one_step_away(
    browser: Browser, standing_server: RunningServer
) -> None:
    async with published(browser, standing_server) as site:
        lou = await reader(site)
        await lou.page.keyboard.press("Tab")
        assert await lou.page.evaluate("document.activeElement.className") == "skip"
        await lou.page.keyboard.press("Enter")
        await lou.page.wait_for_function("() => document.activeElement.id === 'text'")


async def test_what_is_written_comes_to_the_page_but_never_under_a_selection(
    browser: Browser, standing_server: RunningServer
) -> None:
    async with published(browser, standing_server) as site:
        lou, bob = await reader(site), await site.in_note("Bob")
        asked: list[str] = []
        lou.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        await bob.type("Une phrase de plus", pane="conclusions")
        await bob.sees_state("saved")
        await follows(lou.page, "Une phrase de plus")

        await lou.page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
        asked.clear()
        await look_again(lou.page)
        await lou.page.evaluate("fetch('/health/live')")
        assert asked == ["live"]
        assert await lou.page.evaluate("String(getSelection())") != ""
        await bob.type(", et encore une", pane="conclusions")
        await bob.sees_state("saved")
        await lou.page.evaluate("getSelection().removeAllRanges()")
        await follows(lou.page, "de plus, et encore une")


async def test_what_somebody_reads_stays_where_it_is(
    browser: Browser, standing_server: RunningServer
) -> None:
    async with published(browser, standing_server) as site:
        lou, bob = await reader(site), await site.in_note("Bob")
        item = lou.page.locator(f"#n-{site.entrance.notes[40]}")
        await item.evaluate("item => item.scrollIntoView()")
        before = (await item.bounding_box() or {})["y"]
        await bob.type("\nencore" * 30, pane="conclusions")
        await bob.sees_state("saved")
        await follows(lou.page, "encore")
        assert (await item.bounding_box() or {})["y"] == pytest.approx(before, abs=2)


async def test_what_is_taken_back_leaves_the_screen(
    browser: Browser, standing_server: RunningServer
) -> None:
    async with published(browser, standing_server) as site:
        lou = await reader(site)
        lou.expected.append("404")
        await choose(site, what="nothing")
        await look_again(lou.page)
        await lou.page.get_by_role("heading", name="Cette page n’existe pas").wait_for()


async def test_on_paper_there_is_the_text_and_where_links_lead(
    browser: Browser, standing_server: RunningServer
) -> None:
    async with published(browser, standing_server) as site:
        lou = await reader(site)
        await lou.page.emulate_media(media="print")
        for gone in (".contents", ".skip", ".reading-end a"):
            assert not await lou.page.locator(gone).first.is_visible(), gone
        after = "link => getComputedStyle(link, '::after').content"
        link = lou.page.get_by_role("link", name="le site")
        assert "https://exemple.fr/pont" in await link.evaluate(after)
        bare = lou.page.locator("a.bare").first
        assert await bare.evaluate(after) in ("none", "normal")
        assert (await lou.page.pdf(format="A4")).startswith(b"%PDF")
