"""The programme edited in place, by two organisers and the keyboard, while others write."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.axe import no_findings
from tests.browser.pages.people import Person, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

GARAGE, CANTINE = "Le garage", "La cantine"


async def organiser(site: Site, name: str = "Odile", **options: object) -> Person:
    """Somebody who edits the programme."""
    person = await site.person(name, "organiser", **options)
    person.expected += [": 409 ", "status of 409", ": 400 ", "status of 400"]
    await person.page.goto(site.day)
    await person.button("Modifier le programme").click()
    await person.page.locator(".edit-section").first.wait_for()
    return person


def row(page: Page, title: str) -> Locator:
    """An item, or what was removed, as it stands in the list that is edited."""
    return page.locator(".edit-items > li", has=page.locator(".edit-title", has_text=title))


async def change(page: Page, title: str) -> Locator:
    """Open the form of an item."""
    await page.get_by_role("button", name=f"Modifier\u00a0: {title}", exact=True).click()
    form = page.locator(".edit-form")
    await expect(form.get_by_label("Titre", exact=True)).to_be_focused()
    return form


async def titles(page: Page) -> list[str]:
    return await page.locator(".edit-section .edit-title").all_inner_texts()


async def test_a_title_changes_above_people_who_write(site: Site) -> None:
    writer = await site.in_note("Wanda")
    reader = await site.person("Rémi", "reader")
    await reader.page.goto(site.day)
    odile = await organiser(site)
    await writer.type("Avant le changement")
    form = await change(odile.page, GARAGE)
    await form.get_by_label("Titre", exact=True).fill("Le garage solidaire")
    await form.get_by_label("Début").fill("14h30")
    await form.get_by_label("Fin").fill("1515")
    await form.get_by_label("Salle", exact=True).fill("Amphi")
    await form.get_by_label("Questions").fill("Pour qui ?\nComment ?")
    await writer.page.keyboard.type(", pendant")
    await form.get_by_role("button", name="Enregistrer").click()
    await writer.page.keyboard.type(", et après.")
    await expect(writer.page.locator("#note-title")).to_have_text("Le garage solidaire")
    await expect(writer.page.locator("#note-facts")).to_have_text(
        "14:30–15:15 · Amphi · Ana, Garage du pont"
    )
    await expect(writer.page.locator("#note-questions li")).to_have_text(
        ["Pour qui ?", "Comment ?"]
    )
    await expect(writer.page).to_have_title("Le garage solidaire · Une journée")
    await writer.sees_state("saved")
    assert await writer.text() == "Avant le changement, pendant, et après."
    assert writer.page.url == site.note(0)

    # Who only reads the programme sees it without a reload, and so does a page made anew.
    await expect(reader.page.locator("#programme")).to_contain_text("Le garage solidaire")
    await expect(reader.page.locator("#programme")).to_contain_text("14:30–15:15")
    facts = await writer.page.locator("#note-facts").inner_text()
    await writer.page.reload()
    await writer.ready()
    assert await writer.page.locator("#note-facts").inner_text() == facts
    await expect(
        odile.page.get_by_role("button", name="Modifier\u00a0: Le garage solidaire")
    ).to_be_focused()


async def test_the_heading_of_the_day_is_edited_like_its_items(site: Site) -> None:
    reader = await site.person("Rémi", "reader")
    await reader.page.goto(site.day)
    odile, paul = await organiser(site), await organiser(site, "Paul")
    title = await odile.page.locator("#e-day").inner_text()
    form = await change(odile.page, title)
    his = await change(paul.page, title)
    await his.get_by_label("Lieu").fill("Maison des associations")
    await his.get_by_role("button", name="Enregistrer").click()
    await expect(form.get_by_label("Lieu")).to_have_value("Maison des associations")
    await form.get_by_label("Titre", exact=True).fill("Vivre ensemble")
    await form.get_by_label("Date").fill("2027-03-01")
    await form.get_by_role("button", name="Enregistrer").click()
    heading = reader.page.locator("#day-heading")
    await expect(heading.get_by_role("heading")).to_have_text("Vivre ensemble")
    await expect(heading).to_contain_text("lundi 1ᵉʳ mars 2027 · Maison des associations")
    await expect(reader.page).to_have_title("Vivre ensemble · Calepin")
    await odile.button("Annuler le dernier changement").click()
    await expect(heading.get_by_role("heading")).to_have_text(title)
    form = await change(odile.page, title)
    await form.get_by_label("Titre", exact=True).fill("")
    await form.get_by_role("button", name="Enregistrer").click()
    await expect(form.locator(".refusal")).to_contain_text("Il faut un titre")
    await no_findings(odile.page)


async def test_two_rooms_are_swapped_in_one_act(site: Site) -> None:
    writer = await site.in_note("Wanda")
    odile = await organiser(site)
    form = await change(odile.page, CANTINE)
    await form.get_by_label("Salle", exact=True).fill("102")
    await form.get_by_label("Salle", exact=True).press("Enter")
    await expect(form).to_be_hidden()
    form = await change(odile.page, GARAGE)
    await form.get_by_label("Échanger de salle avec").select_option(label=f"Salle 102 · {CANTINE}")
    await form.get_by_role("button", name="Échanger", exact=True).click()
    await expect(row(odile.page, GARAGE)).to_contain_text("Salle 102")
    await expect(row(odile.page, CANTINE)).to_contain_text("Salle 101")
    await expect(form.get_by_label("Salle", exact=True)).to_have_value("102")
    await expect(writer.page.locator("#note-facts")).to_contain_text("Salle 102")
    await odile.button("Annuler le dernier changement").click()
    await expect(row(odile.page, GARAGE)).to_contain_text("Salle 101")
    await expect(writer.page.locator("#note-facts")).to_contain_text("Salle 101")


async def test_of_two_organisers_neither_writes_over_the_other(site: Site) -> None:
    odile, paul = await organiser(site), await organiser(site, "Paul")
    mine, his = await change(odile.page, GARAGE), await change(paul.page, GARAGE)
    # What one has not touched follows; what both have touched is asked about.
    await mine.get_by_label("Titre", exact=True).fill("Celui d’Odile")
    await his.get_by_label("Titre", exact=True).fill("Celui de Paul")
    await his.get_by_label("Salle", exact=True).fill("Préau")
    await his.get_by_role("button", name="Enregistrer").click()
    await expect(mine.get_by_label("Salle", exact=True)).to_have_value("Préau")
    await odile.page.get_by_role("form").get_by_role("button", name="Enregistrer").click()
    conflict = odile.page.locator(".conflict")
    await expect(conflict).to_contain_text(
        "Paul a changé cela entre-temps\u00a0: «\u00a0Celui de Paul\u00a0»."
    )
    title = odile.page.get_by_role("form").get_by_label("Titre", exact=True)
    await expect(title).to_be_focused()
    await expect(title).to_have_value("Celui d’Odile")
    await conflict.get_by_role("button", name="Garder le mien").click()
    await expect(row(paul.page, "Celui d’Odile")).to_contain_text("Préau")
    await expect(odile.page.get_by_role("form")).to_be_hidden()

    # An undo does not take back what somebody else has done since.
    form = await change(paul.page, "Celui d’Odile")
    await form.get_by_label("Titre", exact=True).fill("Encore Paul")
    await form.get_by_role("button", name="Enregistrer").click()
    await expect(row(odile.page, "Encore Paul")).to_be_visible()
    await odile.button("Annuler le dernier changement").click()
    await expect(odile.page.locator(".edit-problem")).to_contain_text("Quelqu’un d’autre")
    assert (await titles(odile.page))[0] == "Encore Paul"
    await expect(odile.button("Annuler le dernier changement")).to_be_hidden()


async def test_undoing_waits_for_a_server_that_does_not_answer(site: Site) -> None:
    odile = await organiser(site)
    odile.expected.append("ERR_FAILED")
    form = await change(odile.page, GARAGE)
    await form.get_by_label("Titre", exact=True).fill("Autre titre")
    await form.get_by_label("Salle", exact=True).fill("Préau")
    await form.get_by_role("button", name="Enregistrer").click()
    await expect(row(odile.page, "Autre titre")).to_contain_text("Préau")
    # Of the two requests that take this back, the second gets no answer.
    asked = 0

    async def second_fails(route: Route) -> None:
        nonlocal asked
        asked += route.request.method == "PATCH"
        await (route.abort() if asked == 2 else route.continue_())

    await odile.page.route("**/api/days/*/items/*", second_fails)
    await odile.button("Annuler le dernier changement").click()
    await expect(odile.page.locator(".edit-problem")).to_contain_text("ne répond pas")
    await odile.button("Annuler le dernier changement").click()
    await expect(row(odile.page, GARAGE)).to_contain_text("Salle 101")
    await odile.button("Rétablir").click()
    await expect(row(odile.page, "Autre titre")).to_contain_text("Préau")


async def test_somebody_who_types_stays_where_they_are(site: Site) -> None:
    odile, paul = await organiser(site), await organiser(site, "Paul")
    form = await change(odile.page, CANTINE)
    title = form.get_by_label("Titre", exact=True)
    await title.fill("La grande cantine")
    await title.press("Home")
    await odile.page.keyboard.type("Ici ")
    await paul.page.get_by_role("button", name=f"Déplacer\u00a0: {CANTINE}", exact=True).click()
    await paul.page.keyboard.press("ArrowUp")
    await paul.page.keyboard.press("Enter")
    await expect(odile.page.locator(".edit-title")).to_have_text([CANTINE, GARAGE])
    await odile.page.keyboard.type("et là ")
    await expect(title).to_be_focused()
    await expect(title).to_have_value("Ici et là La grande cantine")
    # What somebody removes meanwhile takes nothing away from who is changing it.
    await paul.page.get_by_role("button", name=f"Retirer\u00a0: {CANTINE}", exact=True).click()
    await expect(odile.page.locator(".refusal")).to_contain_text("remettez-le")
    await expect(title).to_have_value("Ici et là La grande cantine")
    odile.expected += [": 404 ", "status of 404"]
    await title.press("Enter")
    await expect(odile.page.locator(".edit-problem")).not_to_be_empty()
    await odile.page.get_by_role("button", name=f"Remettre\u00a0: {CANTINE}", exact=True).click()
    await expect(row(paul.page, CANTINE)).to_be_visible()
    await title.press("Enter")
    await expect(row(paul.page, "Ici et là La grande cantine")).to_be_visible()


async def test_the_keyboard_alone_edits_the_programme(site: Site) -> None:
    odile = await organiser(site)
    page, keys = odile.page, odile.page.keyboard
    toggle = odile.button("Terminer")
    await toggle.focus()
    await keys.press("Tab")

    async def tab_to(target: Locator) -> None:
        for _ in range(60):
            if await target.evaluate("element => element === document.activeElement"):
                return
            await keys.press("Tab")
        raise AssertionError("nothing leads there by the keyboard")

    await tab_to(page.locator(".edit-section").first.get_by_role("button", name="Ajouter un point"))
    await keys.press("Enter")
    await keys.type("Le vélo")
    await keys.press("Enter")
    await expect(row(page, "Le vélo")).to_be_visible()
    await expect(page.locator("#adding")).to_be_focused()
    await expect(page.locator("#adding")).to_have_value("")
    await keys.press("Escape")
    assert await titles(page) == [GARAGE, CANTINE, "Le vélo"]

    grip = page.get_by_role("button", name="Déplacer\u00a0: Le vélo", exact=True)
    await grip.focus()
    await keys.press("Enter")
    said = page.locator(".edit-said [role=status]")
    await expect(said).to_contain_text("est pris")
    await keys.press("ArrowUp")
    await expect(said).to_have_text("«\u00a0Le vélo\u00a0»\u00a0: 2 sur 3, dans Rencontres.")
    await expect(grip).to_be_focused()
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await expect(said).to_have_text("«\u00a0Le vélo\u00a0» est déplacé.")
    assert await titles(page) == ["Le vélo", GARAGE, CANTINE]
    await expect(grip).to_be_focused()
    # Up and away, and not after all.
    await keys.press("Enter")
    for _ in range(3):
        await keys.press("ArrowDown")
    await expect(said).to_have_text("«\u00a0Le vélo\u00a0»\u00a0: 1 sur 1, dans Vote.")
    await keys.press("Escape")
    await expect(said).to_have_text("«\u00a0Le vélo\u00a0» reste à sa place.")
    assert await titles(page) == ["Le vélo", GARAGE, CANTINE]

    # Its form: an error stands beside its field, and the focus is there.
    await keys.press("Tab")
    await keys.press("Enter")
    start = page.get_by_role("form").get_by_label("Début")
    await tab_to(start)
    await keys.type("bientôt")
    await keys.press("Enter")
    await expect(start).to_be_focused()
    await expect(start).to_have_attribute("aria-invalid", "true")
    await expect(start).to_have_accessible_description(
        "Par exemple 14h30 ou 1430. Écrivez une heure "
        "comme 14h30 ; le début vient avant la fin.".replace(" ;", "\u202f;")
    )
    await keys.press("Control+A")
    await keys.type("9h")
    await keys.press("Enter")
    await expect(row(page, "Le vélo")).to_contain_text("09:00")
    await expect(
        page.get_by_role("button", name="Modifier\u00a0: Le vélo", exact=True)
    ).to_be_focused()

    # Removed, and back.
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(odile.button("Annuler le dernier changement")).to_be_focused()
    await expect(page.locator("#e-removed")).to_be_visible()
    await keys.press("Enter")
    await expect(page.locator("#e-removed")).to_be_hidden()
    assert await titles(page) == ["Le vélo", GARAGE, CANTINE]
    # What came before can be taken back as well, and done again.
    undo, redo = odile.button("Annuler le dernier changement"), odile.button("Rétablir")
    await expect(undo).to_be_focused()
    await expect(page.get_by_role("status").filter(has_text="Annulé")).to_have_text(
        "Annulé\u00a0: «\u00a0Le vélo\u00a0» est retiré."
    )
    await keys.press("Control+Shift+Z")
    await expect(page.locator("#e-removed")).to_be_visible()
    await keys.press("Control+Z")
    await expect(page.locator("#e-removed")).to_be_hidden()
    await keys.press("Control+Z")
    await expect(row(page, "Le vélo")).not_to_contain_text("09:00")
    await redo.click()
    await expect(row(page, "Le vélo")).to_contain_text("09:00")
    await toggle.focus()
    await keys.press("Enter")
    await expect(page.locator("#programme")).to_contain_text("Le vélo")


async def test_a_note_with_a_text_is_not_removed_without_a_word(site: Site) -> None:
    writer = await site.in_note("Wanda")
    await writer.type("À garder")
    await writer.sees_state("saved")
    odile = await organiser(site)
    await odile.page.get_by_role("button", name=f"Retirer\u00a0: {GARAGE}", exact=True).click()
    dialog = odile.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Rien n’est perdu")
    await dialog.get_by_role("button", name="Annuler").click()
    await expect(odile.page.locator(f"[aria-label='Retirer\u00a0: {GARAGE}']")).to_be_focused()
    await odile.page.keyboard.press("Enter")
    await odile.page.get_by_role("dialog").get_by_role("button", name="Retirer").click()
    await expect(odile.page.locator("#e-removed")).to_be_visible()
    await expect(writer.page.locator("#note-facts")).to_contain_text("Retiré du programme")
    await writer.type(", et encore")
    await writer.sees_state("saved")
    await writer.page.reload()
    await writer.reads("À garder, et encore")
    await odile.button("Terminer").click()
    await odile.page.locator("#programme").get_by_role("link", name=GARAGE).click()
    await odile.reads("À garder, et encore")
    await odile.page.go_back()
    await odile.button("Modifier le programme").click()
    await odile.page.get_by_role("button", name=f"Remettre\u00a0: {GARAGE}", exact=True).click()
    await expect(odile.page.locator("#e-removed")).to_be_hidden()
    assert await titles(odile.page) == [GARAGE, CANTINE]


async def test_an_item_is_dragged_into_another_section(site: Site) -> None:
    odile = await organiser(site, viewport={"width": 1280, "height": 1200})
    page = odile.page
    grip = page.get_by_role("button", name=f"Déplacer\u00a0: {GARAGE}", exact=True)
    below = page.locator(".edit-section").nth(1).locator(".edit-end")
    start, end = await grip.bounding_box(), await below.bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + 10, start["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(start["x"] + 12, start["y"] + 40)
    await page.mouse.move(end["x"] + 20, end["y"] + 4, steps=4)
    await expect(below).to_have_class("edit-end drop-here")
    await page.mouse.up()
    await expect(page.locator(".edit-section").nth(1).locator(".edit-title")).to_have_text(GARAGE)
    await page.keyboard.press("Control+Z")
    await expect(page.locator(".edit-section").nth(0).locator(".edit-title")).to_have_text(
        [GARAGE, CANTINE]
    )


async def test_a_finger_moves_by_buttons(site: Site) -> None:
    odile = await organiser(site, viewport={"width": 320, "height": 640}, has_touch=True)
    page = odile.page
    await page.get_by_role("button", name=f"Déplacer\u00a0: {CANTINE}", exact=True).tap()
    await odile.button("Monter").tap()
    await expect(odile.button("Monter")).to_be_focused()
    await odile.button("Poser ici").tap()
    await expect(page.locator(".edit-title")).to_have_text([CANTINE, GARAGE])


@pytest.mark.promise("U4")
async def test_nothing_is_wrong_with_the_programme_while_it_is_edited(site: Site) -> None:
    odile = await organiser(site, "Paul")
    page = odile.page
    await page.get_by_role("button", name=f"Déplacer\u00a0: {GARAGE}", exact=True).click()
    await no_findings(page)
    await page.keyboard.press("Escape")
    form = await change(page, GARAGE)
    await form.get_by_label("Début").fill("x")
    await form.get_by_role("button", name="Enregistrer").click()
    await page.locator(".refusal").wait_for()
    await page.get_by_role("button", name="Ajouter une partie").click()
    await no_findings(page)
    await page.set_viewport_size({"width": 320, "height": 640})
    wide = await page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 320


async def test_a_programme_serves_again_on_another_date(site: Site) -> None:
    odile = await organiser(site)
    page = odile.page
    await page.get_by_text("Plus…", exact=True).click()
    await page.get_by_text("Reprendre ce programme").click()
    await page.get_by_label("Date de la nouvelle journée").fill("2027-03-01")
    await odile.button("Créer la journée").click()
    await page.get_by_role("link", name="L’ouvrir").click()
    await page.get_by_label("Votre nom").fill("Odile")
    await page.get_by_label("Votre nom").press("Enter")
    await expect(page.locator("#day-heading")).to_contain_text("lundi 1ᵉʳ mars 2027")
    await expect(page.locator("#programme")).to_contain_text(GARAGE)
    assert site.entrance.day not in page.url
