"""People look back at what a note was, and a moderator brings it back (H1, H3)."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from playwright.async_api import expect

from tests.browser.axe import no_findings
from tests.browser.pages.people import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

TWO_MINUTES_MS = 120_000


def make_older(site: Site, note: str) -> None:
    """All that the log of a note has now was written two minutes earlier."""
    path = site.server.folder / "data" / "calepin.sqlite"
    with closing(sqlite3.connect(path, timeout=30)) as db:
        db.execute("UPDATE log SET at = at - ? WHERE note = ?", (TWO_MINUTES_MS, note))
        db.commit()


@pytest.mark.promise("H1", "H3")
async def test_a_moderator_looks_back_and_brings_back_while_others_write(site: Site) -> None:
    ana, inès = await site.in_note("Ana"), await site.in_note("Inès", "moderator")
    await ana.type("Ce qui fut dit.")
    await ana.sees_state("saved")
    make_older(site, site.entrance.notes[0])
    await ana.type("\nEt de trop.")
    await ana.sees_state("saved")
    page = inès.page
    await page.locator(".view-menu > summary").click()
    await page.get_by_role("link", name="Revenir en arrière…").click()
    notes = page.get_by_role("region", name="Notes")
    await expect(notes.locator("ins")).to_have_text("Ajouté\u00a0: Et de trop.")
    await expect(page.get_by_role("heading", level=2)).to_contain_text("Ana")
    await page.get_by_role("link", name="Avant").click()
    await expect(notes).not_to_contain_text("Et de trop.")
    await expect(notes).to_contain_text("Ce qui fut dit.")
    await page.get_by_text("Remettre la note dans cet état…").click()
    await no_findings(page, widths=(1280, 390, 320))
    await page.get_by_role("button", name="Remettre dans cet état").click()
    await inès.ready()
    await ana.page.wait_for_function(
        "() => !document.querySelector('[data-pane=notes] .pane').textContent.includes('de trop')"
    )
    await ana.type(" Et la suite.")
    await inès.reads("Ce qui fut dit. Et la suite.")
    assert (await ana.text()).strip() == "Ce qui fut dit. Et la suite."
    # Bringing back is a moment like the others, of who did it.
    await page.goto(f"{site.note()}/past")
    await expect(notes.locator("ins")).to_have_text("Ajouté\u00a0:  Et la suite.")
    await expect(page.get_by_role("heading", level=2)).to_contain_text("Inès")


@pytest.mark.promise("H1")
async def test_a_moderator_comes_from_the_board_and_plays_the_day(site: Site) -> None:
    ana, inès = await site.in_note("Ana"), await site.person("Inès", "moderator")
    for text in ("Un.", "\nDeux.", "\nTrois."):
        await ana.type(text)
        await ana.sees_state("saved")
        make_older(site, site.entrance.notes[0])
    await site.post("lock")
    page = inès.page
    await page.goto(f"{site.day}/board")
    row = page.locator(f"[data-note='{site.entrance.notes[0]}']")
    await row.locator("summary").click()
    await row.get_by_role("link", name="Revenir en arrière…").click()
    moment, notes = page.locator("#moment"), page.get_by_role("region", name="Notes")
    await expect(moment).to_contain_text("a verrouillé la note")
    await expect(notes.locator("ins")).to_have_count(0)
    # By keys along the line, of which each place says what it is.
    line = page.get_by_role("slider", name="Moment")
    last = int(await line.get_attribute("max") or 0)
    assert last >= 4
    await line.press("End")
    await line.press("ArrowLeft")
    await expect(notes.locator("ins")).to_have_text("Ajouté\u00a0: Trois.")
    assert await line.get_attribute("aria-valuetext") == await moment.text_content()
    await expect(line).to_be_focused()
    await line.press("ArrowLeft")
    await expect(notes.locator("ins")).to_have_text("Ajouté\u00a0: Deux.")
    await expect(notes).not_to_contain_text("Trois.")
    # The address is that of what is shown, for who passes it on.
    await page.reload()
    await expect(notes.locator("ins")).to_have_text("Ajouté\u00a0: Deux.")
    later = page.get_by_role("link", name="Après")
    await later.press("Enter")
    await expect(notes.locator("ins")).to_have_text("Ajouté\u00a0: Trois.")
    await expect(page.locator("#said")).to_contain_text("Ana")
    await later.press("Enter")
    await expect(moment).to_contain_text("a verrouillé la note")
    await expect(line).to_be_focused()  # there is no step later
    # Who plays from the end begins at the beginning.
    await page.get_by_role("button", name="Rejouer").click()
    await expect(page.get_by_text("1 sur")).to_be_visible()
    await expect(notes).not_to_contain_text("Deux.")
    await expect(page.get_by_role("button", name="Arrêter")).to_be_visible()
    await expect(moment).to_contain_text("a verrouillé la note", timeout=30_000)
    await expect(notes).to_contain_text("Trois.")
    await page.get_by_role("button", name="Rejouer").click()
    await page.get_by_role("button", name="Arrêter").click()
    await expect(page.get_by_role("button", name="Rejouer")).to_be_visible()


async def test_readers_have_no_way_back(site: Site) -> None:
    reader = await site.in_note("Rose", "reader")
    await reader.page.locator(".view-menu > summary").click()
    await expect(reader.page.locator(".view-menu ul")).not_to_contain_text("Revenir en arrière")
