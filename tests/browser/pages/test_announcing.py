"""What others do, as it is said to whoever does not see it.

promise: U4, U5
"""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.browser.pages.people import Person, Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("U4", "U5")]

LISTEN = """() => {
  window.said = []
  for (const place of document.querySelectorAll("[data-says]")) {
    new MutationObserver(() => place.textContent && window.said.push(
      [place.dataset.says, place.textContent, performance.now()])
    ).observe(place, { childList: true, characterData: true, subtree: true })
  }
}"""
HEARD = """([where, wanted]) =>
  window.said.some(([place, text]) => place === where && text.includes(wanted))"""


async def listening(site: Site, name: str, **options: str) -> Person:
    """Somebody in the note, of whom we keep what a screen reader is told."""
    person = await site.in_note(name, **options)
    await person.page.evaluate(LISTEN)
    return person


async def hears(person: Person, wanted: str, *, where: str = "others") -> None:
    await person.page.wait_for_function(HEARD, arg=[where, wanted], timeout=40_000)


async def heard(person: Person, where: str = "others") -> list[tuple[str, float]]:
    said = await person.page.evaluate("() => window.said")
    return [(text, at) for place, text, at in said if place == where]


@pytest.mark.parametrize(
    ("locale", "came", "wrote", "lines", "left"),
    [
        (
            "fr-FR",
            "Bruno vient d’arriver.",
            "Bruno écrit dans les conclusions",
            "3 lignes ajoutées",
            "Bruno vient de partir.",
        ),
        pytest.param(
            "en-GB",
            "Bruno has just arrived.",
            "Bruno is writing in the conclusions",
            "3 lines added",
            "Bruno has just left.",
            marks=pytest.mark.slow,
        ),
    ],
)
async def test_others_are_told_of_now_and_then(
    site: Site, locale: str, came: str, wrote: str, lines: str, left: str
) -> None:
    ana = await listening(site, "Ana", locale=locale)
    # Who is there in the first seconds was there before: only then does anything get said at all.
    zoé = await site.in_note("Zoé")
    await zoé.type("Ici.")
    await hears(ana, "Zoé")
    bruno = await listening(site, "Bruno")
    await hears(ana, came)
    await bruno.type("un\ndeux\ntrois\nquatre", pane="conclusions")
    await ana.reads("quatre", pane="conclusions")
    await hears(ana, wrote)
    text = " ".join(text for text, _ in await heard(ana))
    assert sum(int(count) for count in re.findall(r"(\d) li", text)) == int(lines[0])
    await bruno.page.close()
    await hears(ana, left)
    times = [at for _, at in await heard(ana)]
    assert len(times) >= 3
    # A little less than ten seconds: the clock of a page is not that of its timers.
    assert all(after - before > 9_900 for before, after in pairwise(times))


async def test_ones_own_keys_are_never_told_and_quieten_the_rest(site: Site) -> None:
    ana, bruno = await listening(site, "Ana"), await listening(site, "Bruno")
    await ana.type("À moi.")
    await bruno.reads("À moi.")
    await bruno.type(" À lui.")
    await ana.reads("À lui.")
    # She goes on typing for longer than it takes until something would be said.
    started = await ana.page.evaluate("() => performance.now()")
    while await ana.page.evaluate("() => performance.now()") < started + 5_000:
        await ana.page.keyboard.type("e")
    stopped = await ana.page.evaluate("() => performance.now()")
    await hears(ana, "Bruno écrit dans les notes")
    said = await heard(ana)
    assert all(at > stopped + 2_000 for _, at in said)
    assert not any("Ana" in text for text, _ in said)


async def test_it_is_switched_off_for_good(site: Site) -> None:
    ana = await site.in_note("Ana")
    await ana.page.locator(".view-menu summary").click()
    switch = ana.page.get_by_role("switch", name="Dire ce que font les autres")
    assert await switch.get_attribute("aria-checked") == "true"
    await switch.click()
    await ana.page.reload()
    await ana.ready()
    await ana.page.evaluate(LISTEN)
    await ana.page.locator(".view-menu summary").click()
    assert await switch.get_attribute("aria-checked") == "false"
    # Somebody who hears says when it would have been said.
    eve, bruno = await listening(site, "Eve"), await site.in_note("Bruno")
    await bruno.type("Bonjour.")
    await ana.reads("Bonjour.")
    await hears(eve, "Bruno écrit dans les notes")
    assert await heard(ana) == []
    await site.post("lock", {"why": "Fini"})
    await hears(ana, "verrouillée", where="lock")


async def test_a_lock_is_told_at_once(site: Site) -> None:
    ana = await listening(site, "Ana", locale="en-GB")
    await site.post("lock", {"why": "Fini"})
    await hears(ana, "The note is locked by", where="lock")
    assert await ana.page.locator("[data-says=lock]").get_attribute("role") == "alert"
    assert await ana.page.locator("[data-says=others]").get_attribute("role") == "status"
    await site.post("unlock")
    await hears(ana, "The note is open again.", where="lock")
    late = await site.in_note("Zoé")
    assert await late.page.locator("[data-says=lock]").inner_text() == "", "nothing has changed"
