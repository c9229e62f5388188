"""The large screens: a note that is projected, and the wall of all notes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.axe import no_findings
from tests.browser.pages.people import TEXT, Person, Site
from tests.running import RunningServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

HALL = {"width": 1920, "height": 1080}
ITEMS = "".join(
    f"      - title: Point {n}\n        room: '{100 + n}'\n        notes: |\n          Début {n}\n"
    for n in range(58)
)
PROGRAMME = f"title: Une journée\nsections:\n  - title: Débats\n    items:\n{ITEMS}"
SIZE = "pane => parseFloat(getComputedStyle(pane).fontSize)"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hall(browser: Browser, standing_server: RunningServer) -> AsyncIterator[Site]:
    """A day of fifty-eight notes."""
    site = Site(standing_server, browser, standing_server.new_day(PROGRAMME))
    yield site
    for person in site.people:
        await person.page.context.close()
    assert [trouble for person in site.people for trouble in person.unexpected()] == []


async def projected(site: Site, role: str = "reader", number: int = 0) -> Person:
    screen = await site.person("Écran", role, viewport=HALL)
    await screen.page.goto(f"{site.note(number)}/project")
    await screen.page.wait_for_selector("#project[data-ready=true]")
    return screen


async def walled(site: Site, role: str = "reader", **options: object) -> Page:
    screen = await site.person("Mur", role, **{"viewport": HALL, **options})
    await screen.page.goto(f"{site.day}/wall")
    await screen.page.locator(".wall-card").first.wait_for()
    return screen.page


async def test_a_projected_note_follows_and_stays_in_sight(hall: Site) -> None:
    screen, ana = await projected(hall, number=1), await hall.person("Ana")
    await ana.open_note(1)
    await ana.type("\n" + "\n".join(f"ligne {n}" for n in range(60)))
    await ana.type("Retenu", pane="conclusions")
    await screen.reads("Début 1", "ligne 59")
    await screen.reads("Retenu", pane="conclusions")
    await screen.page.wait_for_function(
        """() => {
          const last = [...document.querySelectorAll("[data-pane=notes] .line")].pop()
          const box = last.getBoundingClientRect()
          const pane = last.closest(".project-pane").getBoundingClientRect()
          return last.textContent === "ligne 59" && box.bottom <= pane.bottom && box.top >= pane.top
        }"""
    )
    people = ana.page.locator(".people")
    assert "Écran" not in await people.inner_text()


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", ["reader", "organiser"])
async def test_nobody_writes_on_a_projected_note(hall: Site, role: str) -> None:
    screen, ana = await projected(hall, role, number=2), await hall.person("Ana")
    pane = screen.pane()
    assert await pane.evaluate("pane => pane.isContentEditable") is False
    await pane.click()
    await screen.page.keyboard.type("intrus")
    await screen.page.keyboard.press("Control+b")
    # Even a page that was made to take keys would send what no reader may send.
    await pane.evaluate("pane => pane.setAttribute('contenteditable', 'true')")
    await pane.click()
    await screen.page.keyboard.type("intrus")
    await ana.open_note(2)
    await ana.type(f" vu {role}")
    await screen.reads(f"vu {role}")
    assert "intrus" not in await ana.text()
    async with hall.server.http(hall.entrance.tokens["reader"]) as api:
        note = await api.get(f"/api/notes/{hall.entrance.notes[2]}/export?format=md")
    assert "intrus" not in note.text


async def test_keys_and_buttons_change_what_is_seen(hall: Site) -> None:
    screen = await projected(hall, "organiser", number=3)
    page, pane = screen.page, screen.pane()
    before = await pane.evaluate(SIZE)
    await page.keyboard.press("+")
    await page.keyboard.press("+")
    larger = await pane.evaluate(SIZE)
    await page.keyboard.press("-")
    assert before < await pane.evaluate(SIZE) < larger
    await screen.button("Raccourcis clavier").click()
    await page.keyboard.press("+")
    assert await pane.evaluate(SIZE) < larger
    await screen.button("Raccourcis clavier").click()
    await page.keyboard.press("f")
    await page.wait_for_function("() => document.fullscreenElement !== null")
    await page.keyboard.press("f")
    await page.wait_for_function("() => document.fullscreenElement === null")
    await screen.button("Conclusions").click()
    assert await page.locator(".project-pane:visible").count() == 1
    await screen.button("Les deux").click()
    assert await page.locator(".project-pane:visible").count() == 2
    await screen.button("Code QR").click()
    assert not await page.locator("#qr").is_visible()
    await screen.button("Clair ou sombre").click()
    dark = "() => getComputedStyle(document.body).backgroundColor"
    assert await page.evaluate(dark) == "rgb(20, 23, 29)"


async def test_a_lock_is_said_on_the_screen(hall: Site) -> None:
    screen = await projected(hall)
    await hall.post("lock", {"why": "Fini"})
    await screen.page.locator("#state[data-locked=true]").wait_for()
    assert "verrouill" in (await screen.page.inner_text("#state")).lower()
    await hall.post("unlock")
    await screen.page.locator("#state[data-locked=false]").wait_for(state="attached")


async def test_the_wall_follows_what_somebody_types(hall: Site) -> None:
    wall, ana = await walled(hall), await hall.person("Ana")
    await ana.open_note(4)
    await ana.type("\nUne phrase en direct")
    await ana.type("À retenir", pane="conclusions")
    card = wall.locator(f"[data-note='{hall.entrance.notes[4]}']")
    await card.get_by_text("Une phrase en direct").wait_for()
    await card.locator(".wall-conclusions").get_by_text("À retenir").wait_for()
    # A wall is nobody, and nothing but what was typed is anywhere.
    assert "Mur" not in await ana.page.locator(".people").inner_text()
    assert "Une phrase en direct" in str(await ana.pane().evaluate(TEXT))


async def test_the_wall_turns_its_pages_until_it_is_stopped(hall: Site) -> None:
    page = await walled(hall)
    cards = await page.locator(".wall-card").count()
    assert 8 <= cards < 58
    pages = -(-58 // cards)
    await page.get_by_text(f"Page 1 sur {pages}").wait_for()
    cut = """() => [...document.querySelectorAll(".wall-card")].filter((card) => {
      const box = card.getBoundingClientRect()
      return box.bottom > innerHeight || box.right > innerWidth }).length"""
    assert await page.evaluate(cut) == 0
    await page.get_by_text(f"Page 2 sur {pages}").wait_for()  # by itself
    await page.keyboard.press(" ")
    await page.get_by_role("button", name="Faire défiler les pages").wait_for()
    await page.keyboard.press("ArrowLeft")
    await page.get_by_text(f"Page 1 sur {pages}").wait_for()
    seen: set[str] = set()
    for number in range(1, pages + 1):
        await page.get_by_text(f"Page {number} sur {pages}").wait_for()
        seen.update(await page.locator(".wall-card h2").all_inner_texts())
        await page.get_by_role("button", name="Page suivante").click()
    assert len(seen) == 58


async def test_who_wants_no_motion_turns_the_pages_alone(hall: Site) -> None:
    page = await walled(hall, reduced_motion="reduce")
    await page.get_by_role("button", name="Faire défiler les pages").wait_for()


@pytest.mark.promise("U4")
async def test_nothing_is_found_on_the_screens(hall: Site) -> None:
    screen = await projected(hall, "organiser", number=5)
    wide = "() => document.documentElement.scrollWidth - innerWidth"
    wall = await walled(hall, reduced_motion="reduce")
    for page in (screen.page, wall):
        await no_findings(page, widths=(1920, 1280, 390, 320))
        await page.set_viewport_size({"width": 320, "height": 640})
        await page.wait_for_function(f"() => ({wide})() <= 0")
