"""Looking at a note: finding words, jumping to headings, reading without distraction, the keys."""

from __future__ import annotations

import pytest

from tests.browser.pages.axe import examine
from tests.browser.pages.people import Person, Site
from tests.browser.pages.test_journeys import TOO_SMALL, TOO_WIDE

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("U4")]

NOTE = "# Le marché\nL’été, les Œuvres d’été.\n## Les étés\nUn œuf.\n"
PHONE = {"width": 320, "height": 640}


async def view(person: Person, name: str) -> None:
    """Choose something in the menu of the view."""
    menu = person.page.locator(".view-menu")
    await menu.locator("summary").click()
    choice = menu.locator(".choice", has_text=name)
    await choice.click()
    if await menu.get_attribute("open") is not None:
        await choice.press("Escape")


async def found(person: Person, count: str) -> str:
    """Wait for the count of the search; the text that is looked at then."""
    await person.page.locator(".find-count", has_text=count).wait_for()
    return "".join(await person.page.locator(".found--current").all_inner_texts())


async def test_words_are_found_in_both_panes_whatever_their_accents(site: Site) -> None:
    ana = await site.in_note("Ana", viewport=PHONE)
    await ana.type(NOTE)
    await ana.button("Conclusions").click()
    await ana.type("ETE prochain.", pane="conclusions")
    await ana.pane("conclusions").press("Control+f")
    await ana.page.keyboard.type("ete")
    assert await found(ana, "1 sur 4") == "été"
    shown = "pane => getComputedStyle(pane.closest('.pane-frame')).display !== 'none'"
    assert await ana.pane("notes").evaluate(shown), "the pane of the place is brought to sight"
    await ana.page.keyboard.press("Shift+Enter")
    assert await found(ana, "4 sur 4") == "ETE"
    assert await ana.pane("conclusions").evaluate(shown)
    await ana.page.keyboard.press("Enter")
    await found(ana, "1 sur 4")
    await ana.page.locator("#find").fill("oeu")
    assert await found(ana, "1 sur 2") == "Œu"
    await ana.button("Suivant").click()
    assert await found(ana, "2 sur 2") == "œu"
    await ana.page.locator("#find").fill("d'ete.")
    assert await found(ana, "1 sur 1") == "d’été."
    await ana.page.locator("#find").fill("hiver")
    await ana.page.locator(".find-count", has_text="Rien").wait_for()
    await ana.page.locator("#find").fill("un œuf")
    await found(ana, "1 sur 1")
    # What was found is selected when the bar closes: one writes on there.
    await ana.page.keyboard.press("Escape")
    await ana.page.keyboard.type("Une poule")
    assert (await ana.text()).split("\n")[3] == "Une poule."
    assert await ana.page.locator(".found").count() == 0


async def test_what_others_write_is_found_as_they_write_it(site: Site) -> None:
    eve, ana = await site.in_note("Eve", "reader"), await site.in_note("Ana")
    await eve.button("Chercher dans la note").click()
    await eve.page.keyboard.type("velo")
    await eve.page.locator(".find-count", has_text="Rien").wait_for()
    await ana.type("Le vélo, à vélo.")
    await eve.page.locator(".find-count", has_text="sur 2").wait_for()
    assert await eve.page.locator(".found").all_inner_texts() == ["vélo", "vélo"]


@pytest.mark.parametrize("width", [1280, 320])
async def test_the_outline_follows_the_headings_and_leads_to_them(
    site: Site, axe: str, width: int
) -> None:
    ana = await site.in_note("Ana", viewport={"width": width, "height": 640})
    if width == 320:
        await view(ana, "Plan")
    else:
        await ana.button("Plan").click()
    outline = ana.page.locator("#outline")
    await outline.get_by_text("Les titres de la note apparaîtront ici.").wait_for()
    await ana.type(NOTE + "suite\n" * 60 + "### Fin\n")
    headings = outline.locator("li")
    await headings.nth(2).wait_for()
    assert await headings.all_inner_texts() == ["Le marché", "Les étés", "Fin"]
    assert [await one.get_attribute("data-depth") for one in await headings.all()] == [
        "0",
        "1",
        "2",
    ]
    await outline.get_by_text("71 mots").wait_for()
    await headings.nth(1).locator("button").click()
    await ana.page.wait_for_function(
        "() => { const line = [...document.querySelectorAll('.pane h2.line')].at(-1)"
        "   .getBoundingClientRect();"
        " const bar = document.querySelector('.note-bar').getBoundingClientRect();"
        " return line.top >= bar.bottom - 1 && line.bottom < innerHeight }"
    )
    await ana.page.keyboard.type("Encore : ")
    assert "Encore : Les étés" in await ana.text()
    assert await outline.is_visible() == (width == 1280), "on a phone the sheet is out of the way"
    if width == 320:
        await view(ana, "Plan")
    await examine(ana, axe)


async def test_writing_fills_the_page_and_nothing_else_does(site: Site) -> None:
    ana = await site.in_note("Ana")
    await view(ana, "Écrire en plein écran")
    await ana.page.locator(".note-heading").wait_for(state="hidden")
    await ana.page.locator("#pane-conclusions").wait_for(state="hidden")
    await ana.type("Au calme.")
    await ana.sees_state("saved")
    await view(ana, "Écrire en plein écran")
    await ana.page.locator(".note-heading").wait_for()
    assert await ana.text() == "Au calme."


async def test_the_sheet_of_shortcuts(site: Site, axe: str) -> None:
    ana = await site.in_note("Ana", viewport=PHONE)
    await ana.type("x")
    await ana.page.keyboard.press("Control+/")
    sheet = ana.page.get_by_role("dialog", name="Raccourcis clavier")
    await sheet.get_by_text("Ctrl+Maj+8").wait_for()
    await examine(ana, axe)
    await ana.page.keyboard.press("Escape")
    await sheet.wait_for(state="detached")
    await ana.page.keyboard.type("y")
    assert await ana.text() == "xy", "the caret is where it was"


async def test_what_a_tool_is_called_and_whether_it_is_on(site: Site) -> None:
    ana = await site.in_note("Ana")
    await ana.type("- un **mot**")
    page = ana.page
    for name, pressed in (("Gras", "false"), ("Liste à puces", "true"), ("Tâche", "false")):
        tool = page.get_by_role("button", name=name, exact=True)
        await page.wait_for_function(
            "([tool, wanted]) => tool.getAttribute('aria-pressed') === wanted",
            arg=[await tool.element_handle(), pressed],
        )
    bold = page.get_by_role("button", name="Gras", exact=True)
    assert await bold.get_attribute("title") == "Gras (Ctrl+B)"
    assert await bold.get_attribute("aria-keyshortcuts") == "Control+B"
    # What only does something is no switch.
    assert await ana.button("Annuler ce que j’ai fait").get_attribute("aria-pressed") is None
    await ana.type("\n\n")
    await ana.button("Tableau").click()
    rows = ana.pane().locator(".line[data-kind=row]")
    for name, typed in (
        ("Ajouter une colonne après", "droite"),
        ("Ajouter une ligne dessous", "dessous"),
        ("Ajouter une colonne avant", "milieu"),
        ("Ajouter une ligne dessus", "dessus"),
    ):
        await ana.button(name).click()
        await ana.page.keyboard.type(typed)
    assert await rows.all_text_contents() == ["droite", "dessus", "milieudessous", ""]
    await ana.button("Supprimer la ligne").click()
    assert await rows.all_text_contents() == ["droite", "milieudessous", ""]
    await ana.button("Supprimer le tableau").click()
    await page.get_by_role("button", name="Supprimer le tableau").wait_for(state="detached")


async def test_questions_stay_folded_and_conclusions_say_what_belongs_in_them(site: Site) -> None:
    ana = await site.person("Ana")
    await ana.open_note(1)
    questions = ana.page.locator("details.questions")
    assert await questions.locator("li").all_inner_texts() == ["Combien ?", "Pour qui ?"]
    await questions.locator("summary").click()
    await ana.page.wait_for_function("() => localStorage['calepin/view']?.includes('questions')")
    await ana.page.reload()
    await ana.ready()
    assert await questions.get_attribute("open") is None
    frame = ana.page.locator("#pane-conclusions")
    await frame.get_by_text("À rapporter en plénière : deux ou trois phrases.").wait_for()
    await ana.type("Oui, deux fois.", pane="conclusions")
    await frame.get_by_text("3 mots").wait_for()
    await ana.pane("conclusions").press("Control+End")
    await ana.page.keyboard.insert_text(" encore" * 150)
    await frame.get_by_text("153 mots\u00a0: plus d’une minute à voix haute").wait_for()


@pytest.mark.parametrize("language", ["fr-FR", "en-GB"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_all_of_it_fits_on_the_narrowest_screen(
    site: Site, language: str, theme: str
) -> None:
    """320 px wide is also what is left of 1280 px at a zoom of 400 %, and more than at 200 %."""
    bob = await site.in_note("Bob Boniface-Lenoir de Montréal")
    ana = await site.in_note(
        "Ana", viewport=PHONE, locale=language, color_scheme=theme, reduced_motion="reduce"
    )
    await ana.type(NOTE)
    await bob.type("moi")
    page = ana.page

    async def fits() -> None:
        assert await page.evaluate(TOO_WIDE) == []
        assert await page.evaluate(TOO_SMALL, 24) == []

    await fits()
    await ana.pane().press("Control+f")
    await page.keyboard.type("ete")
    await page.locator(".found--current").wait_for()
    await fits()
    await page.keyboard.press("Escape")
    menu = page.locator(".view-menu")
    await menu.locator("summary").click()
    await fits()
    await menu.locator(".choice--outline").click()
    await page.locator("#outline li").first.wait_for()
    await fits()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+/")
    await page.locator("dialog[open]").wait_for()
    await fits()
    await page.keyboard.press("Escape")
    await menu.locator("summary").click()
    await menu.get_by_role("switch").first.click()
    await page.locator(".authors li").nth(1).wait_for()
    await menu.locator("summary").click()
    await page.locator(".people summary").click()
    await page.locator(".people-list button").click()
    await page.locator(".follow-pill span").wait_for()
    await fits()


async def choose_file(person: Person, name: str, text: str) -> None:
    async with person.page.expect_file_chooser() as choosing:
        await view(person, "Importer un texte")
    chooser = await choosing.value
    await chooser.set_files({"name": name, "mimeType": "text/plain", "buffer": text.encode()})


async def test_a_text_is_imported_from_the_menu_also_on_a_phone(site: Site, axe: str) -> None:
    ana = await site.in_note("Ana", viewport=PHONE)
    ben = await site.in_note("Ben")
    await ana.type("Avant.\n")
    await choose_file(ana, "suite.html", "<h2>Suite</h2><ul><li>un<li>deux</ul>")
    for person in (ana, ben):
        await person.pane("notes").locator("text=deux").wait_for()
        assert await person.pane("notes").locator("h2").all_inner_texts() == ["Suite"]
    status = ana.page.locator("main [role=status]", has_text="3 lignes sont arrivées")
    await status.first.wait_for(state="attached")
    ana.expected.append("400")  # the browser says so of every refusal
    await choose_file(ana, "photo.gif", "GIF89a")
    await ana.page.locator(".alerts", has_text="Ce fichier ne peut pas être lu ici").wait_for()
    await ana.page.locator(".view-menu summary").click()
    await examine(ana, axe)
