"""People who see each other: who is writing, going where somebody is, who wrote what."""

from __future__ import annotations

import pytest

from tests.browser.pages.axe import examine
from tests.browser.pages.people import Person, Site
from tests.browser.pages.test_looking import view

pytestmark = pytest.mark.asyncio(loop_scope="module")

RUNS = """() => [...document.querySelectorAll("[data-pane=notes] .by")]
  .map((run) => [run.title, run.textContent])"""
IN_SIGHT = """text => {
  const line = [...document.querySelectorAll("[data-pane=notes] .line")]
    .find((line) => line.textContent.includes(text))?.getBoundingClientRect()
  return line !== undefined && line.top >= 0 && line.bottom <= innerHeight
}"""


async def long_note(site: Site) -> tuple[Person, Person]:
    ana, bob = await site.in_note("Ana"), await site.in_note("Bob")
    await ana.type("début\n" + "ligne\n" * 80 + "fin")
    await bob.reads("fin")
    return ana, bob


async def test_who_is_writing_is_said_where_they_write_and_only_while(site: Site) -> None:
    bob, ana, cleo = [await site.in_note(name) for name in ("Bob", "Ana", "Cléo")]
    typing = bob.page.locator("#pane-notes .pane-typing")
    await ana.type("a")
    await typing.get_by_text("Ana écrit…").wait_for()
    await cleo.type("c")
    await ana.type("b")
    await typing.get_by_text("Ana et Cléo écrivent…").wait_for()
    assert (await bob.page.locator("#pane-conclusions .pane-typing").inner_text()).strip() == ""
    await bob.page.wait_for_function(
        "() => document.querySelector('#pane-notes .pane-typing').innerText.trim() === ''"
    )
    await bob.type("moi")
    await bob.sees_state("saved")
    assert (await typing.inner_text()).strip() == "", "oneself is not told of"


@pytest.mark.promise("U4")
@pytest.mark.parametrize("end", ["Escape", "wheel", "button"])
async def test_following_goes_along_until_one_does_something_oneself(
    site: Site, axe: str, end: str
) -> None:
    ana, bob = await long_note(site)
    await bob.pane().press("Control+Home")
    await bob.page.evaluate("() => scrollTo(0, 0)")
    await bob.page.locator(".people summary").click()
    await bob.button("Suivre Ana").click()
    await bob.page.wait_for_function(IN_SIGHT, arg="fin")
    await bob.page.locator(".follow-pill", has_text="Vous suivez Ana").wait_for()
    await ana.type("en haut ", at="Control+Home")
    await bob.page.wait_for_function(IN_SIGHT, arg="en haut")
    if end == "button":
        # A name that is fading has no contrast to measure.
        await bob.page.wait_for_function(
            "() => [...document.querySelectorAll('.caret-name')]"
            "  .every((name) => getComputedStyle(name).opacity === '0')"
        )
        await examine(bob, axe)
        await bob.button("Ne plus suivre (Échap)").click()
    elif end == "wheel":
        await bob.page.mouse.move(400, 400)
        await bob.page.mouse.wheel(0, 1)
    else:
        await bob.page.keyboard.press(end)
    await bob.page.locator(".follow-pill span").wait_for(state="detached")
    await ana.type(" en bas")
    await bob.reads("en bas")
    await bob.page.locator("#pane-notes .caret", has_text="Ana").wait_for()
    assert not await bob.page.evaluate(IN_SIGHT, "en bas")


@pytest.mark.promise("U4")
async def test_the_carets_of_others_can_be_hidden(site: Site) -> None:
    ana, bob = await site.in_note("Ana"), await site.in_note("Bob")
    await ana.type("ici")
    caret = bob.page.locator(".caret")
    await caret.wait_for()
    await view(bob, "Curseurs des autres")
    await caret.wait_for(state="hidden")
    await bob.page.reload()
    await bob.ready()
    await ana.type(" encore")
    await caret.wait_for(state="attached")
    assert await caret.is_hidden(), "what was chosen is kept"


@pytest.mark.promise("H2")
async def test_each_passage_shows_who_wrote_it(site: Site, axe: str) -> None:
    ana = await site.in_note("Ana")
    await ana.type("Le début et la fin.")
    await ana.sees_state("saved")
    # Ana wrote twice: another page, another client id, the same person.
    await ana.page.reload()
    await ana.ready()
    await ana.type(" Puis la suite.")
    bob = await site.in_note("Bob")
    await bob.reads("suite.")
    await bob.pane().press("Control+Home")
    for _ in range(len("Le début")):
        await bob.page.keyboard.press("ArrowRight")
    await bob.page.keyboard.type(", le milieu")
    # Splitting and a heading change nothing of who wrote what.
    await bob.page.keyboard.press("Enter")
    await bob.page.keyboard.press("Control+Alt+2")
    eve = await site.in_note("Eve", "reader")
    await eve.reads("milieu")
    await view(eve, "Qui a écrit quoi")
    legend = eve.page.locator(".authors")
    await legend.locator("li").nth(1).wait_for()
    assert await legend.locator("li").all_inner_texts() == ["Ana", "Bob"]
    runs = await eve.page.evaluate(RUNS)
    assert [[name, text] for name, text in runs if text.strip()] == [
        ["Ana", "Le début"],
        ["Bob", ", le milieu"],
        ["Ana", " et la fin."],
        ["Ana", " Puis la suite."],
    ]
    await examine(eve, axe)

    # Somebody who comes later is known, too; and the caret says whose words it stands in.
    await view(bob, "Qui a écrit quoi")
    cleo = await site.in_note("Cléo")
    await cleo.type("Et moi.")
    await bob.page.locator(".authors li", has_text="Cléo").wait_for()
    await bob.pane().press("Control+End")
    await bob.page.locator(".authors").get_by_text("Au curseur : Cléo").wait_for()
    await bob.pane().press("Control+Home")
    await bob.page.keyboard.press("ArrowRight")
    await bob.page.locator(".authors").get_by_text("Au curseur : Ana").wait_for()
    await view(eve, "Qui a écrit quoi")
    await legend.wait_for(state="hidden")
    assert await eve.page.locator(".by").count() == 0
