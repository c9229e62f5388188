"""A lock as people see it: who may still write, why not, and what becomes of words too late."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.browser.axe import no_findings
from tests.browser.pages.axe import examine
from tests.browser.pages.people import WITHOUT_SERVER, Person, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEPT_ASIDE = (
    "Ce que vous avez écrit trop tard n’est pas dans la note\u00a0: "
    "c’est gardé de côté, à votre nom."
)


@dataclass
class SlowNetwork:
    """What the server says to a page can be kept waiting; what the page says passes."""

    page: Page
    waits: bool = False
    _waiting: list[tuple[WebSocketRoute, str | bytes]] = field(default_factory=list)

    async def stand_between(self) -> None:
        await self.page.route_web_socket("**/collab", self._connect)

    def let_through(self) -> None:
        self.waits = False
        for socket, message in self._waiting:
            socket.send(message)
        self._waiting.clear()

    def _connect(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if self.waits:
                self._waiting.append((socket, message))
            else:
                socket.send(message)

        server.on_message(pass_on)


async def lock_by_hand(moderator: Person, why: str) -> None:
    await moderator.button("Verrouiller").click()
    await moderator.page.get_by_label("Motif").fill(why)
    await moderator.page.keyboard.press("Enter")


@pytest.mark.promise("U3", "U5", "K5")
async def test_a_lock_turns_other_pages_and_an_unlock_turns_them_back(site: Site) -> None:
    bob = await site.in_note("Bob", "moderator")
    # Far from home: the time that the page tells is the time of the day's own place.
    ana = await site.in_note("Ana", timezone_id="America/New_York")
    await ana.type("Avant le verrou.")
    await bob.reads("Avant le verrou.")
    await lock_by_hand(bob, "Le débat est clos.")
    await ana.may_write(False)
    async with site.server.http(site.entrance.tokens["reader"]) as api:
        lock = (await api.get(f"/api/notes/{site.entrance.notes[0]}")).json()["locked"]
    paris = datetime.fromtimestamp(lock["at"] / 1000, ZoneInfo("Europe/Paris")).strftime("%H:%M")
    sentence = f"Note verrouillée par Bob à {paris}\u00a0: «\u00a0Le débat est clos\u00a0»."
    assert (await ana.banner.locator(".lock-sentence").inner_text()).strip() == sentence
    await ana.page.locator("[role=toolbar]").wait_for(state="detached")
    await ana.pane().focus()
    await ana.page.keyboard.type("Trop tard.")
    assert await ana.text() == "Avant le verrou."

    await bob.banner.get_by_text("Vous pouvez encore y écrire.").wait_for()
    await bob.may_write(True)
    await bob.type(" Relu.")
    assert await ana.reads("Relu.") == "Avant le verrou. Relu."

    await bob.button("Déverrouiller").click()
    await bob.page.locator("dialog").get_by_role("button", name="Déverrouiller").click()
    await ana.may_write(True)
    await ana.banner.wait_for(state="hidden")
    await ana.type(" Après.")
    assert await bob.reads("Après.") == "Avant le verrou. Relu. Après."


@pytest.mark.promise("K4", "U3")
async def test_words_that_came_too_late_are_kept_and_come_in_with_the_unlock(site: Site) -> None:
    ana = await site.person("Ana")
    network = SlowNetwork(ana.page)
    await network.stand_between()
    await ana.open_note()
    bob = await site.in_note("Bob", "moderator")
    await ana.type("À temps. ")
    await bob.reads("À temps. ")
    await ana.sees_state("saved")

    network.waits = True
    await site.post("lock", {"why": "Fini"})
    await bob.banner.get_by_text("Note verrouillée").wait_for()
    await ana.type("é")
    await ana.sees_state("unsaved")
    network.let_through()
    await ana.may_write(False)
    await ana.banner.get_by_text(KEPT_ASIDE).wait_for()
    assert await ana.text() == "À temps. é"
    assert await bob.text() == "À temps. "

    # Neither a reload of the page loses it, nor does it come in by that.
    await ana.kept_on_device("é")
    await ana.page.reload()
    await ana.may_write(False)
    await ana.banner.get_by_text(KEPT_ASIDE).wait_for()
    assert await ana.sees_state("held") == "Gardé de côté"
    # It stands there to be copied, also after the reload.
    kept = ana.banner.locator(".kept-aside")
    assert (await kept.locator("blockquote").inner_text()).strip() == "é"
    await ana.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await kept.get_by_role("button", name="Copier").click()
    await kept.get_by_role("button", name="Copié").wait_for()
    assert await ana.page.evaluate("() => navigator.clipboard.readText()") == "é"
    assert await ana.text() == "À temps. é"
    assert await bob.text() == "À temps. "

    await site.post("unlock")
    for person in (ana, bob):
        assert await person.reads("é") == "À temps. é"
        await person.sees_state("saved")
    await ana.may_write(True)


@pytest.mark.promise("K4", "U2")
async def test_what_was_typed_offline_into_a_note_locked_meanwhile(own_site: Site) -> None:
    ana = await own_site.in_note("Ana")
    ana.expected += WITHOUT_SERVER
    await ana.type("Avant. ")
    await ana.sees_state("saved")
    await asyncio.to_thread(own_site.server.kill)
    await ana.sees_state("offline")
    note = own_site.entrance.notes[0]
    await asyncio.to_thread(own_site.server.calepin, "lock", note, "--why", "Fini")
    await ana.type("Hors ligne.")
    await asyncio.to_thread(own_site.server.start)
    await ana.may_write(False)
    await ana.banner.get_by_text(KEPT_ASIDE).wait_for()
    assert await ana.text() == "Avant. Hors ligne."
    bob = await own_site.in_note("Bob", "moderator")
    assert await bob.text() == "Avant. "
    await own_site.post("unlock")
    await bob.reads("Avant. Hors ligne.")
    await ana.may_write(True)


async def ana_writes_too_late(site: Site, text: str) -> tuple[Person, Person]:
    """Ana, whose words met the lock of Bob, a moderator; both look at the note."""
    ana = await site.person("Ana")
    network = SlowNetwork(ana.page)
    await network.stand_between()
    await ana.open_note()
    bob = await site.in_note("Bob", "moderator")
    await ana.type("À temps.")
    await bob.reads("À temps.")
    await ana.sees_state("saved")
    network.waits = True
    await site.post("lock", {"why": "Fini"})
    await ana.type(text)
    await bob.banner.get_by_text("1 texte est arrivé trop tard.").wait_for()
    network.let_through()
    await ana.may_write(False)
    return ana, bob


@pytest.mark.promise("K4", "U3", "U4")
async def test_a_late_contribution_is_offered_to_the_moderators(site: Site) -> None:
    ana, bob = await site.in_note("Ana"), await site.in_note("Bob", "moderator")
    ana.expected += [": 409 ", "status of 409"]
    await ana.type("À temps.")
    await bob.reads("À temps.")
    await site.post("lock", {"why": "Fini"})
    await ana.may_write(False)
    await ana.banner.get_by_role("button", name="Proposer une contribution tardive…").click()
    dialog = ana.page.locator("dialog")
    await dialog.get_by_label("Votre contribution").fill("Et le vélo ?")
    await no_findings(ana.page)
    # What was typed and not sent is still there.
    await ana.page.keyboard.press("Escape")
    await dialog.wait_for(state="detached")
    await ana.banner.get_by_role("button", name="Proposer une contribution tardive…").click()
    assert await dialog.get_by_label("Votre contribution").input_value() == "Et le vélo ?"
    await site.post("unlock")
    await dialog.get_by_role("button", name="Envoyer").click()
    await dialog.get_by_role("alert").get_by_text("La note est de nouveau ouverte").wait_for()
    await site.post("lock", {"why": "Fini"})
    await dialog.get_by_role("button", name="Envoyer").click()
    await dialog.wait_for(state="detached")
    kept = ana.banner.locator(".kept-aside")
    assert (await kept.locator("blockquote").inner_text()).strip() == "Et le vélo ?"
    assert await ana.text() == "À temps." == await bob.text()

    await bob.banner.get_by_text("1 texte est arrivé trop tard.").wait_for()
    await site.post("unlock")
    await bob.banner.get_by_role("button", name="Décider").click()
    await bob.page.locator("dialog").get_by_role("button", name="Intégrer à la note, Ana").click()
    for person in (ana, bob):
        assert await person.reads("Et le vélo ?") == "À temps.\nEt le vélo ?"
    await kept.wait_for(state="detached")


@pytest.mark.promise("K4", "U4")
@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("Écarter", "Modération n’a pas retenu"),
        ("Garder comme contribution tardive", "a gardé à part, à votre nom,"),
    ],
)
async def test_a_moderator_decides_and_the_author_gets_the_words_back(
    site: Site, axe: str, choice: str, told: str
) -> None:
    ana, bob = await ana_writes_too_late(site, " Trop tard.")
    await bob.button("Décider").click()
    dialog = bob.page.locator("dialog")
    assert (await dialog.locator("blockquote").inner_text()).strip() == "Trop tard."
    assert await dialog.get_by_role("button", name="Intégrer à la note, Ana").is_disabled()
    await examine(bob, axe)
    await dialog.get_by_role("button", name=f"{choice}, Ana").click()
    await dialog.wait_for(state="detached")
    await bob.banner.get_by_text("trop tard").wait_for(state="detached")
    back = ana.banner.locator(".handed-back")
    assert told.replace("Modération", "Bob") in await back.inner_text()
    assert (await back.locator("blockquote").inner_text()).strip() == "Trop tard."
    assert await ana.sees_state("saved") == "Enregistré", "what was decided waits no more"
    await ana.banner.get_by_text(KEPT_ASIDE).wait_for(state="detached")
    await examine(ana, axe)
    assert await ana.text() == await bob.text() == "À temps."
    await back.get_by_role("button", name="J’ai vu").click()
    await back.wait_for(state="detached")
    await site.post("unlock")
    await ana.may_write(True)
    await ana.type(" Après.")
    assert await bob.reads("Après.") == "À temps. Après."


@pytest.mark.promise("K4")
async def test_a_moderator_brings_a_late_text_into_the_open_note(site: Site) -> None:
    ana, bob = await ana_writes_too_late(site, " Trop tard.")
    await ana.page.goto("about:blank")
    await site.post("unlock")
    await bob.banner.get_by_text("1 texte est arrivé trop tard.").wait_for()
    await bob.button("Décider").click()
    dialog = bob.page.locator("dialog")
    await dialog.get_by_role("button", name="Intégrer à la note, Ana").click()
    await dialog.wait_for(state="detached")
    assert await bob.reads("Trop tard.") == "À temps. Trop tard."


@pytest.mark.promise("A1", "U3")
async def test_a_reader_reads_and_cannot_type(site: Site) -> None:
    eve = await site.in_note("Eve", "reader")
    ana = await site.in_note("Ana")
    await ana.type("Pour tout le monde.")
    await eve.reads("Pour tout le monde.")
    await eve.may_write(False)
    reason = "Vous lisez cette note\u00a0: votre lien ne permet pas d’y écrire."
    assert (await eve.banner.inner_text()).strip() == reason
    assert await eve.page.locator("[role=toolbar]").count() == 0
    assert await eve.button("Verrouiller").count() == 0
    await eve.pane().focus()
    await eve.page.keyboard.type("Moi aussi")
    await eve.page.keyboard.press("Control+B")
    await ana.type(" Oui.")
    assert await eve.reads(" Oui.") == "Pour tout le monde. Oui." == await ana.text()


@pytest.mark.promise("K6")
async def test_the_programme_locks_notes_and_shows_what_is_locked(site: Site) -> None:
    bob = await site.person("Bob", "moderator")
    await bob.page.goto(site.day)
    ana = await site.in_note("Ana")
    item = bob.page.locator(f'[data-note="{site.entrance.notes[0]}"]')
    await item.get_by_title("Ana").wait_for()
    assert await item.locator("[data-lock]").is_hidden()
    await bob.button("Verrouiller cette partie Rencontres").click()
    await bob.page.locator("dialog").get_by_role("button", name="Verrouiller").click()
    await item.locator("[data-lock]").wait_for()
    await bob.button("Déverrouiller Le garage").wait_for()
    await bob.button("Déverrouiller cette partie Rencontres").wait_for()
    await ana.may_write(False)
    await bob.button("Déverrouiller Le garage").click()
    await bob.page.locator("dialog").get_by_role("button", name="Annuler").click()
    assert await item.locator("[data-lock]").is_visible()
    await bob.button("Déverrouiller Le garage").click()
    await bob.page.locator("dialog").get_by_role("button", name="Déverrouiller").click()
    await item.locator("[data-lock]").wait_for(state="hidden")
    await ana.may_write(True)


@pytest.mark.promise("K6", "U3")
async def test_the_page_says_when_its_note_closes_until_that_is_cancelled(site: Site) -> None:
    ana = await site.in_note("Ana")
    at = datetime.now(UTC) + timedelta(days=2)
    moment = f"{at.astimezone(ZoneInfo('Europe/Paris')):%H:%M}"
    await site.post("lock", {"at": f"{at:%Y-%m-%dT%H:%M}Z", "why": "Le débat sera clos."})
    await ana.banner.get_by_text("La note se ferme le").wait_for()
    said = await ana.banner.inner_text()
    assert f"à {moment}" in said
    assert "« Le débat sera clos »." in said.replace("\u00a0", " ").replace("\u202f", " ")
    await ana.may_write(True)
    await site.post("unlock")
    await ana.banner.get_by_text("La note se ferme le").wait_for(state="detached")


@pytest.mark.promise("K6", "U3")
async def test_the_last_minutes_before_a_lock_count_down(site: Site) -> None:
    """Also after the server has warned of it, which it does two minutes before."""
    ana = await site.in_note("Ana")
    at = datetime.now(UTC) + timedelta(seconds=68)
    await site.post("lock", {"at": f"{at:%Y-%m-%dT%H:%M:%S}Z", "why": ""})
    await expect(ana.banner.locator(".countdown")).to_have_text(re.compile(r"^\s*5\d\ss\s*$"))
    await ana.banner.get_by_text("La note se ferme bientôt").wait_for()
    await site.post("unlock")
    await ana.banner.wait_for(state="hidden")


LINE_TOP = """text => [...document.querySelectorAll("[data-pane=notes] .line")]
  .find((line) => line.textContent === text).getBoundingClientRect().top"""
SHIFTS = """() => {
  window.shifts = []
  const told = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      for (const { node } of entry.sources)
        if (node?.parentElement?.closest(".pane")) window.shifts.push(entry.value)
  })
  told.observe({ type: "layout-shift", buffered: false })
}"""


@pytest.mark.promise("U3")
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lines", [3, 60])
async def test_a_lock_moves_nothing_of_what_one_reads(site: Site, width: int, lines: int) -> None:
    ana = await site.in_note("Ana", viewport={"width": width, "height": 700})
    await ana.type("\n".join(f"ligne {number}" for number in range(lines)))
    await ana.sees_state("saved")
    await ana.page.evaluate("() => scrollTo(0, document.body.scrollHeight / 3)")
    read = f"ligne {lines // 2}"
    before = await ana.page.evaluate(LINE_TOP, read)
    await ana.page.evaluate(SHIFTS)
    await site.post("lock", {"why": "Le débat est clos, merci à toutes et à tous d’être venus."})
    await ana.may_write(False)
    await ana.banner.get_by_text("Note verrouillée").wait_for()
    await ana.page.locator("[role=toolbar]").wait_for(state="detached")
    assert abs(await ana.page.evaluate(LINE_TOP, read) - before) <= 1
    await site.post("unlock")
    await ana.page.locator("[role=toolbar]").wait_for()
    await ana.banner.wait_for(state="hidden")
    assert abs(await ana.page.evaluate(LINE_TOP, read) - before) <= 1
    assert await ana.page.evaluate("() => window.shifts") == []


@pytest.mark.promise("A2")
async def test_the_page_of_a_removed_person_closes(site: Site) -> None:
    ana, bob = await site.in_note("Ana"), await site.in_note("Bob")
    await ana.type("Avant.")
    await bob.reads("Avant.")
    ana.expected.append("401")
    day = f"/api/days/{site.entrance.day}/people"
    async with site.server.http(site.entrance.tokens["organiser"]) as api:
        people = (await api.get(day)).json()["people"]
        (id,) = [one["person"] for one in people if one["name"] == "Ana"]
        assert (await api.post(f"{day}/{id}/remove")).is_success
    await ana.banner.get_by_text("Cette note ne s’ouvre pas pour vous.").wait_for()
    await ana.may_write(False)
    await bob.type(" Après.")
    assert await bob.text() == "Avant. Après."
    assert await ana.text() == "Avant."
