"""Arriving as people do it: a code is scanned, a name is given, and there is the note."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.axe import no_findings
from tests.browser.pages.people import KEPT, Site
from tests.running import RunningServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME = "Anne-Gaëlle d’Été 👩🏽‍🌾"
PROGRAMME = """\
title: Vivre ensemble
date: 2026-11-23
timezone: Europe/Paris
language: fr
sections:
  - title: Rencontres
    items:
      - {title: Le garage solidaire, room: "201", start: "09:00", end: "09:45"}
      - {title: La cantine des écoles, room: "202", start: "10:30", end: "11:15"}
      - {title: Réparer, room: "201", start: "10:30", end: "11:15"}
      - title: Un titre qui n’en finit pas de dire tout ce que l’on voudra bien noter ensemble
        room: Salle polyvalente du rez-de-chaussée
        start: "10:30"
        people: [{name: Solène Marchandeau, organisation: Conseil régional de Haute-Brenne}]
"""
MANY = "".join(
    f"      - title: Point {n} — un titre assez long pour tenir sur deux lignes de l’affiche, ou "
    f"presque, selon le papier\n        room: Grande salle\n        start: '{8 + n // 4:02d}:"
    f"{15 * (n % 4):02d}'\n        people: [{{name: Maëlle Courtadon, organisation: Observatoire"
    f" des mobilités et des territoires ruraux}}]\n"
    for n in range(30)
)
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"


@pytest_asyncio.fixture(loop_scope="module")
async def doors(browser: Browser, standing_server: RunningServer) -> AsyncIterator[Site]:
    """A day with several rooms."""
    site = Site(standing_server, browser, standing_server.new_day(PROGRAMME + MANY))
    yield site
    for person in site.people:
        await person.page.context.close()
    assert [trouble for person in site.people for trouble in person.unexpected()] == []


async def test_from_a_scanned_door_to_the_note_in_three_taps(doors: Site) -> None:
    lou = await doors.stranger(NAME, viewport={"width": 390, "height": 844}, has_touch=True)
    await lou.page.goto(f"{doors.link('writer')}?q=201")  # the first tap: on what was scanned
    await lou.page.fill("#name", NAME)
    await lou.page.get_by_role("button", name="Entrer").tap()  # the second
    await lou.page.get_by_role("link", name="Réparer").tap()  # the third
    await lou.ready()
    assert lou.page.url == doors.note(2)
    await lou.type("Bonjour")
    await lou.sees_state("saved")
    # A name is asked once: the next door opens at once.
    await lou.page.goto(f"{doors.link('writer')}?q=salle+202")
    await lou.page.wait_for_url(doors.note(1))
    ana = await doors.person("Ana")
    await ana.open_note(2)
    await ana.reads("Bonjour")


async def test_a_note_is_found_by_what_is_said(doors: Site) -> None:
    ana = await doors.person("Ana")
    await ana.page.goto(doors.day)
    field = ana.page.get_by_label("Trouver une note")
    await field.fill("sale 202")
    await field.press("Enter")
    await ana.page.wait_for_url(doors.note(1))
    await ana.page.goto(doors.day)
    await field.fill("ecoles cantnie")
    await field.press("Enter")
    await ana.page.wait_for_url(doors.note(1))
    await ana.page.goto(doors.day)
    await field.fill("999")
    await field.press("Enter")
    await ana.page.get_by_role("heading", name="Aucune note ne correspond").wait_for()
    await ana.page.get_by_role("link", name="Salle 202").click()
    await ana.page.wait_for_url(doors.note(1))


async def test_the_first_page_knows_the_days_and_forgets_them(doors: Site) -> None:
    ana = await doors.person(NAME)
    await ana.open_note(0)
    await ana.type("gardé")
    await ana.sees_state("saved")
    await ana.kept_on_device("gardé")
    data = "() => JSON.parse(document.getElementById('data').textContent).person.id"
    copy = f"calepin/{doors.entrance.notes[0]}/{await ana.page.evaluate(data)}"
    await ana.page.goto(doors.server.base_url)
    card = ana.page.locator(".known")
    assert "Vivre ensemble" in await card.inner_text()
    assert f"lundi 23 novembre 2026 · {NAME} · écriture" in await card.inner_text()
    await card.get_by_role("link", name="Oublier").click()
    await ana.page.get_by_role("button", name="Oublier").click()
    await ana.page.get_by_text("Cet appareil ne connaît encore aucune journée.").wait_for()
    assert not await ana.page.evaluate(KEPT, [copy, "gardé"])
    ana.expected.append("401")
    answer = await ana.page.goto(doors.day)
    assert answer is not None
    assert answer.status == 401


async def test_a_code_is_made_said_typed_and_ended(doors: Site) -> None:
    ana, lou = await doors.person("Ana", "organiser"), await doors.stranger("Lou")
    await ana.page.goto(f"{doors.day}/doors")
    await ana.button("Créer un code").click()
    code = await ana.page.locator(".sheet-code").first.inner_text()
    await lou.page.goto(doors.server.base_url)
    await lou.page.get_by_label("Tapez le code court").fill(code.lower().replace(" ", "-"))
    await lou.page.keyboard.press("Enter")
    await lou.page.fill("#name", NAME)
    await lou.page.keyboard.press("Enter")
    await lou.page.get_by_text(f"Vous êtes {NAME} · écriture").wait_for()
    await ana.button("Supprimer le code").click()
    await ana.page.wait_for_selector(".sheet-code", state="detached")
    eve = await doors.stranger("Eve")
    eve.expected.append("400")
    await eve.page.goto(doors.server.base_url)
    await eve.page.get_by_label("Tapez le code court").fill(code)
    await eve.page.keyboard.press("Enter")
    await eve.page.get_by_text("Ce code n’ouvre rien.").wait_for()


async def test_without_cookies_there_is_a_sentence(doors: Site) -> None:
    lou = await doors.stranger("Lou")
    lou.expected.append("400")

    async def refuse_cookies(page: Page) -> None:
        """As a browser that is told to keep none."""
        session = await page.context.new_cdp_session(page)
        await session.send("Emulation.setDocumentCookieDisabled", {"disabled": True})
        await page.context.clear_cookies()

    await lou.page.goto(doors.link("writer"))
    await refuse_cookies(lou.page)
    await lou.page.fill("#name", "Lou")
    await lou.page.keyboard.press("Enter")
    await lou.page.get_by_text("Votre navigateur refuse les cookies").wait_for()
    assert await lou.page.input_value("#name") == "Lou"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_each_sheet_is_one_page_of_paper(doors: Site, scheme: str) -> None:
    ana = await doors.person("Ana", "moderator")
    await ana.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await ana.page.goto(f"{doors.day}/doors")
    sheets = await ana.page.locator(".sheet").count()
    assert sheets == 5  # the day, and four rooms, of which one has thirty items
    assert "et 14 de plus" in await ana.page.inner_text("main")
    paper = await ana.page.pdf(prefer_css_page_size=True, print_background=True)
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") == sheets
    await ana.page.emulate_media(media="print")
    cut = await ana.page.evaluate(
        """() => [...document.querySelectorAll(".sheet")].filter(
          (sheet) => sheet.scrollHeight > sheet.clientHeight + 1).length"""
    )
    assert cut == 0
    colours = "sheet => [getComputedStyle(sheet).color, getComputedStyle(sheet).backgroundColor]"
    black_on_white = ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert await ana.page.locator(".sheet").first.evaluate(colours) == black_on_white


@pytest.mark.promise("U4")
async def test_nothing_is_found_on_the_way_in(doors: Site) -> None:
    ana = await doors.person(NAME, "organiser")
    paths = [
        "/",
        f"/forget/{doors.entrance.day}",
        f"/d/{doors.entrance.day}",
        f"/d/{doors.entrance.day}/go?q=201",
        f"/d/{doors.entrance.day}/go?q=rien",
        f"/d/{doors.entrance.day}/doors",
    ]
    for path in paths:
        await ana.page.goto(doors.server.base_url + path)
        await no_findings(ana.page, widths=(1280, 390, 320))
        await ana.page.set_viewport_size({"width": 320, "height": 640})
        assert await ana.page.evaluate(OVERFLOW) <= 0, path


@pytest.mark.promise("U5")
async def test_all_of_it_is_english_too(doors: Site) -> None:
    ana = await doors.stranger(NAME, locale="en-GB")
    await ana.join("organiser")
    await ana.page.goto(doors.server.base_url)
    await ana.page.get_by_role("link", name="Forget Vivre ensemble").wait_for()
    await ana.page.goto(f"{doors.day}/go?q=zzz")
    await ana.page.get_by_text("No note fits “zzz”.").wait_for()
    await ana.page.goto(f"{doors.day}/doors")
    await ana.page.get_by_text("Take notes together").first.wait_for()
    await ana.page.get_by_role("heading", name="Room 201").wait_for()
