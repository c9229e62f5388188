"""Every page in every state that people meet, in both languages: what a tool finds, what the keys
reach, what fits.

promise: U4, U5
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.axe import no_findings
from tests.browser.everywhere import fits, walked_by_keyboard, well_framed
from tests.browser.pages.people import Person, Site
from tests.browser.pages.steps import (
    Step,
    by_key,
    fill_and_press,
    import_file,
    open_form,
    press,
    type_into,
    without_network,
)
from tests.browser.pages.test_locks import SlowNetwork
from tests.running import RunningServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("U4", "U5")]

LOCALES = {"fr": "fr-FR", "en": "en-GB"}
OPEN, LOCKED, LATE = 0, 1, 2
"""Notes of the day, by what has become of them."""
PROGRAMME = """\
title: Vivre et travailler ensemble dans les territoires
subtitle: En débat
date: 2026-11-23
timezone: Europe/Paris
sections:
  - title: Rencontres
    items:
      - title: Le garage
        room: "101"
        start: "10:30"
        end: "11:15"
        people: [{name: Ana, organisation: Garage du pont}]
        questions: ["Combien ?", "Pour qui ?"]
        notes: |
          # Ce qui s’est dit
          Voir [le site](https://exemple.fr/) et **deux** points.

          ## Chiffres
          | Année | Véhicules réparés | Personnes accueillies | Commentaire | Budget | Source |
          |---|---|---|---|---|---|
          | 2024 | 520 | 1 530 | Stabilisation | 134 000 € | Rapport |

          - [x] un devis
          - [ ] la mairie
        conclusions: |
          Continuer.
      - {title: La cantine, room: "102", start: "11:30"}
      - {title: Le jardin, room: "101", start: "14:00"}
  - title: Vote
"""


@dataclass
class Everywhere:
    """One day for all tests, and one person for each role and language."""

    site: Site
    people: dict[tuple[str, str], Person] = field(default_factory=dict)

    async def page(self, role: str, language: str) -> Page:
        """A new page of somebody with this role; "" for somebody who knows no link."""
        if role == "" or (role, language) not in self.people:
            person = await self.site.stranger("Ana", locale=LOCALES[language])
            # Pages of errors are among those that are looked at.
            person.expected += ["status of 4", ": 400 ", ": 401 ", ": 403 ", ": 404 "]
            if role:
                await person.join(role)
            self.people[role, language] = person
        person = self.people[role, language]
        page = await person.page.context.new_page()
        person.watch(page)
        return page

    async def post(self, path: str, body: dict[str, object], method: str = "POST") -> None:
        async with self.site.server.http(self.site.entrance.tokens["organiser"]) as api:
            answer = await api.request(method, f"/api/{path}", json=body)
            assert answer.is_success, answer.text


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def everywhere(browser: Browser, standing_server: RunningServer) -> AsyncIterator[Everywhere]:
    site = Site(standing_server, browser, standing_server.new_day(PROGRAMME))
    day = Everywhere(site)
    notes = site.entrance.notes
    await day.post(f"days/{site.entrance.day}/publication", {"what": "both", "names": True}, "PUT")
    await day.post(f"notes/{notes[LOCKED]}/lock", {"why": "Le débat est clos."})
    await too_late(site)
    await day.post(f"days/{site.entrance.day}/webhooks", {"url": "https://example.org/a/hook"})
    yield day
    for person in site.people:
        await person.page.context.close()
    assert [trouble for person in site.people for trouble in person.unexpected()] == []


async def too_late(site: Site) -> None:
    """Somebody's words meet the lock of a note, and wait for a decision."""
    ana, bob = await site.person("Ana"), await site.person("Bob", "moderator")
    network = SlowNetwork(ana.page)
    await network.stand_between()
    await ana.open_note(LATE)
    await bob.open_note(LATE)
    await ana.type("À temps.")
    await bob.reads("À temps.")
    network.waits = True
    async with site.server.http(site.entrance.tokens["moderator"]) as api:
        await api.post(f"/api/notes/{site.entrance.notes[LATE]}/lock", json={"why": "Fini"})
    await ana.type("Trop tard.")
    await bob.banner.locator("button").wait_for()
    await ana.page.close()
    await bob.page.close()


@dataclass(frozen=True, slots=True)
class State:
    """A page as somebody meets it. `{day}`, `{token}`, `{0}` to `{2}` in a path are the day's."""

    name: str
    role: str
    path: str
    ready: str = "main"
    step: Step | None = None
    language: str = ""
    """Of the page, where it is not that of whoever reads it."""


NOTE, SAVED, DIALOG = "/d/{day}/n/{0}", ".saving[data-state=saved]", "dialog[open]"
STATES = [
    State("first page", "", "/"),
    State("a code that opens nothing", "", "/", step=type_into("#code", "AAAA")),
    State("joining", "", "/join/{token}", "#name"),
    State("joining without a name", "", "/join/{token}", "#name", type_into("#name", " ")),
    State("not found", "", "/nowhere"),
    State("not come in", "", "/d/{day}"),
    State("not allowed", "writer", "/d/{day}/board"),
    State("not fitting", "organiser", "/d/{day}/doors?role=organiser"),
    State("known days", "writer", "/"),
    State("forgetting", "writer", "/forget/{day}"),
    *(
        State(f"day of a {role}", role, "/d/{day}", "#programme")
        for role in ("reader", "writer", "moderator", "organiser")
    ),
    State(
        "menus of a day",
        "organiser",
        "/d/{day}",
        "#programme",
        press("details.more > summary", "details.links summary"),
    ),
    State(
        "exporting a day",
        "reader",
        "/d/{day}",
        "#programme",
        press("details.menu summary", "details.menu a[download]", ".export p"),
    ),
    State("locking a day", "moderator", "/d/{day}", step=press("[data-lock-target=day]")),
    State(
        "programme that is edited", "organiser", "/d/{day}", step=press("#edit-programme", ".grip")
    ),
    State("form of the day", "organiser", "/d/{day}", step=open_form(".edit-heading")),
    State("form of an item", "organiser", "/d/{day}", step=open_form(".edit-items")),
    State(
        "importing a programme",
        "organiser",
        "/d/{day}",
        step=import_file("Titre;Salle\nLe vélo;102\n", ".differences"),
    ),
    State(
        "importing a file of other dates",
        "organiser",
        "/d/{day}",
        step=import_file("Titre;Date\nLe vélo;01/12/2026\n", "#import-date"),
    ),
    State("finding a room", "writer", "/d/{day}/go?q=101"),
    State("finding nothing", "writer", "/d/{day}/go?q=zzz"),
    State("doors", "organiser", "/d/{day}/doors", ".sheet"),
    State("publishing", "organiser", "/d/{day}/publish", step=press("details.exceptions summary")),
    State(
        "downloading what is published",
        "organiser",
        "/d/{day}/publish",
        step=press("a[download]", ".export p"),
    ),
    State("webhooks", "organiser", "/d/{day}/webhooks", step=press(".hook-removing summary")),
    State(
        "a new webhook",
        "organiser",
        "/d/{day}/webhooks",
        step=fill_and_press("#url", "https://example.org/{n}", "#secret"),
    ),
    State(
        "an address that cannot be told",
        "organiser",
        "/d/{day}/webhooks",
        step=fill_and_press("#url", "http://127.0.0.1/{n}", "[role=alert]"),
    ),
    State("published day", "", "/d/{day}/read", language="fr"),
    State("published note", "", "/d/{day}/read/{0}", language="fr"),
    State("note of a writer", "writer", NOTE, SAVED),
    State("note of a reader", "reader", NOTE, SAVED),
    State("locked note", "writer", "/d/{day}/n/{1}", SAVED),
    State("locked note of a moderator", "moderator", "/d/{day}/n/{1}", SAVED),
    State("late text", "moderator", "/d/{day}/n/{2}", ".lock-banner button"),
    State(
        "deciding on late text",
        "moderator",
        "/d/{day}/n/{2}",
        SAVED,
        press(".lock-banner button", f"{DIALOG} h2"),
    ),
    State("looking back", "writer", "/d/{day}/n/{0}/past"),
    State("note without network", "writer", NOTE, SAVED, without_network),
    State("finding in a note", "writer", NOTE, SAVED, by_key("Control+f", "#find")),
    State("outline", "writer", NOTE, SAVED, press(".outline-button")),
    State("help", "writer", NOTE, SAVED, by_key("Control+/", DIALOG)),
    State("menu of the view", "writer", NOTE, SAVED, press(".view-menu summary")),
    State("authors", "writer", NOTE, SAVED, press(".view-menu summary", ".choice >> nth=1")),
    State("locking a note", "moderator", NOTE, SAVED, press("#tools > button")),
    State("board", "moderator", "/d/{day}/board", ".board-row"),
    State(
        "menu of a row", "moderator", "/d/{day}/board", ".board-row", press(".board-row summary")
    ),
    *(
        State(
            f"dialog {number} of the board",
            "organiser",
            "/d/{day}/board",
            ".board-row",
            press(f".board-acts button >> nth={number}"),
        )
        for number in (0, 1)
    ),
    State("wall", "reader", "/d/{day}/wall", ".wall-card"),
    State("projector", "reader", f"{NOTE}/project", "#project[data-ready=true]"),
]


async def come_to(everywhere: Everywhere, state: State, language: str) -> Page:
    page = await everywhere.page(state.role, language)
    await page.set_viewport_size({"width": 1280, "height": 800})
    entrance = everywhere.site.entrance
    path = state.path.format(*entrance.notes, day=entrance.day, token=entrance.tokens["writer"])
    await page.goto(everywhere.site.server.base_url + path)
    await page.locator(state.ready).first.wait_for()
    if state.step is not None:
        await state.step(page)
    return page


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
async def test_there_is_no_barrier(everywhere: Everywhere, state: State) -> None:
    page = await come_to(everywhere, state, "fr")
    await well_framed(page, "fr")
    await walked_by_keyboard(page)
    await fits(page)
    await no_findings(page, widths=(1280, 390, 320))
    await page.close()


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
async def test_there_is_none_in_english(everywhere: Everywhere, state: State) -> None:
    """Words have other lengths: what the narrowest screen makes of them."""
    page = await come_to(everywhere, state, "en")
    await well_framed(page, state.language or "en")
    await fits(page)
    await no_findings(page, widths=(320,))
    await page.close()


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_each_page_has_a_title_of_its_own(everywhere: Everywhere, language: str) -> None:
    titles: dict[str, str] = {}
    for state in STATES:
        # A path that two roles read is one page; what is published is read by those without note.
        if state.step is not None or "/read" in state.path or state.path in titles.values():
            continue
        page = await come_to(everywhere, state, language)
        title = await page.title()
        assert title not in titles, f"{state.path} is called like {titles[title]}"
        titles[title] = state.path
        await page.close()
    assert len(titles) >= 14


@pytest.mark.parametrize(
    ("role", "path", "ready"),
    [
        ("", "/", "main"),
        ("organiser", "/d/{day}", "#programme"),
        ("moderator", "/d/{day}/board", ".board-row"),
        ("organiser", "/d/{day}/publish", "main"),
        ("writer", NOTE, SAVED),
        ("reader", "/d/{day}/read", "main"),
        ("reader", "/d/{day}/wall", ".wall-card"),
        ("reader", f"{NOTE}/project", "#project[data-ready=true]"),
    ],
)
async def test_the_first_key_leads_to_the_content(
    everywhere: Everywhere, role: str, path: str, ready: str
) -> None:
    page = await come_to(everywhere, State(path, role, path, ready), "fr")
    await page.evaluate("document.activeElement?.blur()")
    await page.keyboard.press("Tab")
    seen = """() => { const at = document.activeElement, box = at.getBoundingClientRect()
      return at.matches(".skip") && box.top >= 0 && box.left >= 0 }"""
    assert await page.evaluate(seen)
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    # Where nothing in the content takes the focus, the keys come round to the first stop again.
    inside = "() => document.querySelector(document.querySelector('.skip').hash)"
    after = f"""() => {{ const main = ({inside})(), at = document.activeElement
      return main.contains(at) || at === document.body || at.matches(".skip") ||
        (main.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 }}"""
    assert await page.evaluate(after), "the content is skipped to, and what precedes it is not met"
    await page.close()


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_text_is_left_by_escape_and_tab_and_says_so(
    everywhere: Everywhere, language: str
) -> None:
    page = await come_to(everywhere, State("note", "writer", NOTE, SAVED), language)
    pane = page.locator("[data-pane=notes] .pane")
    await pane.press("Escape")
    hint = {"fr": "Échap puis Tab pour sortir du texte.", "en": "Escape, then Tab"}[language]
    await page.locator("main > [role=status]", has_text=hint).wait_for()
    # In some browsers the rows of a wide table are stops on the way: no second Escape is needed.
    inside = "pane => pane.contains(document.activeElement)"
    for _ in range(4):
        await page.keyboard.press("Tab")
        if not await pane.evaluate(inside):
            break
    assert not await pane.evaluate(inside)
    assert "Année" in await pane.inner_text(), "Tab wrote nothing"
    await page.close()


async def test_arrows_move_a_wide_table_that_is_only_read(everywhere: Everywhere) -> None:
    page = await come_to(everywhere, State("note", "reader", NOTE, SAVED), "fr")
    await page.set_viewport_size({"width": 390, "height": 800})
    pane = page.locator("[data-pane=notes] .pane")
    moved = """() => [...document.querySelectorAll("[data-kind=row]")].every(
      (row) => row.scrollLeft WANTED)"""
    await pane.focus()
    await page.keyboard.press("ArrowRight")
    await page.wait_for_function(moved.replace("WANTED", ">= 30"))
    await page.keyboard.press("ArrowLeft")
    await page.wait_for_function(moved.replace("WANTED", "=== 0"))
    await page.close()


MOVING = """() => {
  const lasts = (one, what) =>
    getComputedStyle(one)[what].split(", ").some((time) => parseFloat(time) > 0.01)
  return document.getAnimations().length + [...document.querySelectorAll("*")].filter((one) =>
    lasts(one, "transitionDuration") || lasts(one, "animationDuration")).length
}"""


@pytest.mark.parametrize("path", ["/d/{day}", NOTE, "/d/{day}/board", "/d/{day}/wall"])
async def test_nothing_moves_for_who_wants_calm(everywhere: Everywhere, path: str) -> None:
    ready = SAVED if path == NOTE else "main"
    page = await come_to(everywhere, State(path, "moderator", path, ready), "fr")
    await page.emulate_media(reduced_motion="reduce")
    assert await page.evaluate(MOVING) == 0
    await page.close()
