"""The moderators' board beside the pages of the notes, as people have them open at once."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Locator, Page

from tests.browser.axe import no_findings
from tests.browser.pages.people import Person, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def at_board(site: Site, name: str = "Inès", role: str = "moderator") -> Person:
    person = await site.person(name, role, viewport={"width": 1280, "height": 900})
    await person.page.goto(f"{site.day}/board")
    await person.page.locator(".board-row").first.wait_for()
    return person


def row(person: Person, number: int = 0) -> Locator:
    return person.page.locator(f".board-row[data-note={person.site.entrance.notes[number]!r}]")


async def act(person: Person, what: str, number: int = 0) -> None:
    """Choose from the menu of a note."""
    await row(person, number).locator("summary").click()
    await row(person, number).get_by_role("button", name=what, exact=True).click()


async def sees(place: Locator, text: str) -> None:
    await place.get_by_text(text).first.wait_for()


def dialog(page: Page) -> Locator:
    return page.locator("dialog[open]")


async def press(page: Page, name: str) -> None:
    await dialog(page).get_by_role("button", name=name, exact=True).click()


async def test_who_types_is_seen_and_what_is_written_is_counted(site: Site) -> None:
    inès = await at_board(site)
    await sees(row(inès), "Calme")
    await sees(row(inès), "Personne")
    ana = await site.in_note("Ana")
    await ana.type("Un deux trois quatre.")
    await sees(row(inès), "1 personne")
    await sees(row(inès), "modifications")
    await sees(row(inès), "4 mots")
    await sees(row(inès), "Conclusions vides")
    await ana.type("Oui.", pane="conclusions")
    await sees(row(inès), "Conclusions\u00a0: 1 mot")
    edits = int(await row(inès).locator("[data-edits]").get_attribute("data-edits") or 0)
    assert edits >= 10, "a row for each key or two"
    await sees(row(inès, 1), "Calme")
    await inès.page.select_option("select", "activity")
    first = inès.page.locator(".board-row").first
    assert await first.get_attribute("data-note") == site.entrance.notes[0]
    await inès.page.close()


@pytest.mark.promise("U3", "K6")
async def test_a_lock_from_the_board_turns_the_page_of_the_note(site: Site) -> None:
    inès = await at_board(site)
    ana = await site.in_note("Ana")
    await ana.may_write(True)
    await act(inès, "Verrouiller…")
    await inès.page.get_by_label("Motif").fill("On relit.")
    await press(inès.page, "Verrouiller")
    await ana.may_write(False)
    assert "Note verrouillée par Inès" in await ana.banner.inner_text()
    await sees(row(inès), "Verrouillée par Inès")
    await inès.page.get_by_role("button", name="Verrouillées 1").click()
    await inès.page.wait_for_function("() => document.querySelectorAll('.board-row').length === 1")
    await act(inès, "Déverrouiller…")
    await press(inès.page, "Déverrouiller")
    await ana.may_write(True)
    await inès.page.get_by_text("Aucune note ne correspond.").wait_for()
    await inès.page.get_by_role("button", name="Toutes").click()
    await act(inès, "Verrouiller…")
    await inès.page.get_by_label("À quelle heure").fill("23:59")
    await press(inès.page, "Verrouiller")
    await sees(row(inès), "Se ferme")
    await ana.banner.get_by_text("La note se ferme").wait_for()
    await act(inès, "Ne plus fermer à cette heure")
    await sees(row(inès), "Ouverte")
    await ana.banner.wait_for(state="hidden")


async def test_a_message_is_shown_in_the_note_until_it_was_read(site: Site) -> None:
    inès = await at_board(site)
    ana = await site.in_note("Ana")
    await inès.page.get_by_role("button", name="Message à tous…").click()
    await inès.page.get_by_label("Message", exact=True).fill("Il reste dix minutes.")
    await press(inès.page, "Envoyer")
    await ana.banner.get_by_text("Il reste dix minutes.").wait_for()
    assert "Message de Inès" in await ana.banner.inner_text()
    assert await ana.banner.get_attribute("role") == "status"
    late = await site.in_note("Bob")
    await late.banner.get_by_text("Il reste dix minutes.").wait_for()
    await ana.button("J’ai vu").click()
    await ana.banner.wait_for(state="hidden")
    await act(inès, "Envoyer un message…")
    await inès.page.get_by_label("Message", exact=True).fill("Concluez.")
    await press(inès.page, "Envoyer")
    await ana.banner.get_by_text("Concluez.").wait_for()
    await ana.page.reload()
    await ana.ready()
    await ana.banner.get_by_text("Concluez.").wait_for()
    assert "dix minutes" not in await ana.banner.inner_text(), "it was read"
    other = await site.person("Zoé")
    await other.open_note(1)
    await other.banner.get_by_text("Il reste dix minutes.").wait_for()
    assert "Concluez." not in await other.banner.inner_text(), "it was for the first note"


@pytest.mark.promise("U3")
async def test_who_is_muted_reads_and_is_told_why(site: Site) -> None:
    inès = await at_board(site)
    ana, bob = await site.in_note("Ana"), await site.in_note("Bob")
    await ana.type("Avant.")
    await bob.reads("Avant.")
    await inès.page.get_by_role("button", name="Personnes…").click()
    await press(inès.page, "Retirer l’écriture, Ana")
    await ana.may_write(False)
    await ana.banner.get_by_text("Inès vous a retiré l’écriture").wait_for()
    await ana.pane().focus()
    await ana.page.keyboard.type("Pendant.")
    await bob.type(" Bob.")
    await ana.reads("Avant. Bob.")
    assert "Pendant" not in await bob.text() + await ana.text()
    await dialog(inès.page).get_by_text("Sans écriture, par Inès").wait_for()
    await ana.page.reload()
    await ana.ready()
    await ana.may_write(False)
    await press(inès.page, "Rendre l’écriture, Ana")
    await ana.may_write(True)
    await ana.banner.wait_for(state="hidden")
    await ana.type(" Après.")
    await bob.reads("Après.")


@pytest.mark.promise("H3")
async def test_vandalism_is_taken_back_while_another_person_goes_on_typing(site: Site) -> None:
    inès = await at_board(site)
    paul, ana = await site.in_note("Paul"), await site.in_note("Ana")
    await ana.type("Le marché ouvre. ")
    await paul.reads("Le marché ouvre.")
    await paul.type("NUL ", at="Control+Home")
    await paul.type("ZÉRO ")
    await paul.pane().press("Control+Home")
    for _ in range(7):
        await paul.page.keyboard.press("Delete")  # "NUL Le " and so something of Ana's
    await ana.reads("ZÉRO")
    await ana.page.wait_for_function(
        "() => !document.querySelector('[data-pane=notes] .pane').textContent.includes('Le')"
    )
    await act(inès, "Modifications récentes…")
    await press(inès.page, "Voir et reprendre, Paul")
    await dialog(inès.page).get_by_text("Reprendre ce qu’a fait Paul").wait_for()
    assert "ZÉRO" in await dialog(inès.page).get_by_label("Ce qui s’en va").inner_text()
    assert "Le" in await dialog(inès.page).get_by_label("Ce qui revient").inner_text()
    await inès.page.get_by_label("Retirer aussi l’écriture à Paul").check()
    story = "Et Ana continue d’écrire, sans rien remarquer du tout."
    typing = asyncio.create_task(ana.type(story))
    await press(inès.page, "Reprendre")
    await dialog(inès.page).get_by_text("C’est fait pour Paul.").wait_for()
    await typing
    await paul.reads("rien remarquer du tout.")
    assert await ana.text() == f"Le marché ouvre. {story}" == await paul.text()
    await paul.may_write(False)
    await press(inès.page, "Rétablir, Paul")
    await ana.reads("ZÉRO")
    assert story in await ana.text()
    await press(inès.page, "Reprendre de nouveau, Paul")
    await dialog(inès.page).get_by_text("repris par Inès").wait_for()
    await ana.page.wait_for_function(
        "() => !document.querySelector('[data-pane=notes] .pane').textContent.includes('ZÉRO')"
    )
    assert await ana.text() == f"Le marché ouvre. {story}"


async def test_an_organiser_removes_somebody_from_the_board(site: Site) -> None:
    inès = await at_board(site, role="organiser")
    ana = await site.in_note("Ana")
    ana.expected.append("401")
    await inès.page.get_by_role("button", name="Personnes…").click()
    await press(inès.page, "Retirer de la journée…, Ana")
    await press(inès.page, "Retirer Ana pour de bon")
    await ana.banner.get_by_text("Cette note ne s’ouvre pas pour vous.").wait_for()
    await dialog(inès.page).get_by_text("Personne n’a de note ouverte.").wait_for()


@pytest.mark.promise("U4", "U5")
@pytest.mark.parametrize("language", ["fr-FR", "en-GB"])
async def test_the_board_has_no_barriers(site: Site, language: str) -> None:
    ana = await site.in_note("Ana Maria Beauregard")
    await ana.type("Bonjour.")
    await site.post("lock", {"why": "On relit."})
    await ana.may_write(False)
    inès = await site.person("Inès", "organiser", locale=language)
    page = inès.page
    await page.goto(f"{site.day}/board")
    await page.locator(".board-state .icon").first.wait_for()
    await no_findings(page, widths=(1920, 1280, 390, 320))
    for width in (320, 390, 640, 1180, 1190):
        await page.set_viewport_size({"width": width, "height": 800})
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"at {width} px"
    await page.locator(".board-row summary").first.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await no_findings(page)
    for _ in range(2):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await dialog(page).get_by_role("heading").first.wait_for()
    await no_findings(page)
    assert await dialog(page).evaluate("dialog => dialog.contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await dialog(page).wait_for(state="detached")
    await page.locator(".board-acts button").first.click()
    await no_findings(page)
