"""Ways through the pages: by keyboard alone, in either language, on narrow screens, to a file."""

from __future__ import annotations

import re

import pytest

from tests.browser.pages.people import Person, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOCUSED = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.id"
RINGED = """() => {
  const at = document.activeElement
  if (at.classList.contains("pane")) {
    const frame = getComputedStyle(at.closest(".pane-frame"))
    return frame.boxShadow !== "none"
  }
  const { outlineStyle, outlineWidth } = getComputedStyle(at)
  return outlineStyle === "solid" && parseFloat(outlineWidth) >= 2
}"""
TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth
  const scrolls = (element) => element !== null && element !== document.body &&
    (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement))
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > wide + 1 &&
      !scrolls(element.parentElement) && !element.closest(".visually-hidden, .skip"))
    .map((element) => element.outerHTML.slice(0, 90))
}"""
TOO_SMALL = """least => [...document.querySelectorAll("a, button, summary, select, input")]
  .filter((element) => element.checkVisibility() && !element.closest(".pane, .skip"))
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < least || height < least)
  .map(([element, { width, height }]) => `${width}×${height} ${element.outerHTML.slice(0, 90)}`)"""


async def tab_to(person: Person, wanted: str, *, back: bool = False) -> None:
    """Press Tab until what has the focus is called so; each stop on the way shows its focus."""
    for _ in range(40):
        await person.page.keyboard.press("Shift+Tab" if back else "Tab")
        assert await person.page.evaluate(RINGED), await person.page.evaluate(FOCUSED)
        name = await person.page.evaluate(
            "() => { const at = document.activeElement;"
            " return at.getAttribute('aria-label') ?? (at.labels?.[0] ?? at).innerText.trim() }"
        )
        if re.search(wanted, name):
            return
    raise AssertionError(f"Tab does not come to {wanted}")


@pytest.mark.promise("U4")
async def test_with_the_keyboard_alone(site: Site) -> None:
    ana = await site.stranger("Ana")
    keyboard = ana.page.keyboard
    await ana.page.goto(site.link("moderator"))
    await tab_to(ana, "Votre nom")
    await keyboard.type("Ana")
    await keyboard.press("Enter")
    await ana.page.wait_for_url("**/d/*")
    await tab_to(ana, "^Le garage$")
    await keyboard.press("Enter")
    await ana.page.wait_for_url("**/n/*")
    await ana.ready()
    await tab_to(ana, "^Style de la ligne$")
    await keyboard.press("ArrowRight")
    assert await ana.page.evaluate(FOCUSED) == "Gras"
    await keyboard.press("End")
    assert await ana.page.evaluate(FOCUSED) == "Refaire"
    await tab_to(ana, r"^Notes\.")
    await keyboard.type("- au clavier")
    await keyboard.press("Enter")
    await keyboard.press("Tab")
    await keyboard.type("seul")
    await keyboard.press("Escape")
    await tab_to(ana, r"^Conclusions\.")
    await keyboard.type("Voilà.")
    await ana.sees_state("saved")
    assert await ana.text() == "au clavier\nseul"
    assert await ana.text("conclusions") == "Voilà."

    await tab_to(ana, "^Verrouiller$", back=True)
    await keyboard.press("Enter")
    await keyboard.type("Fini")
    await keyboard.press("Tab")
    await keyboard.press("Enter")
    await ana.banner.get_by_text("Fini").wait_for()
    # The dialog gave the focus back to where it was called.
    assert await ana.page.evaluate("() => document.activeElement.innerText.trim()") in (
        "Verrouiller",
        "Déverrouiller",
    )
    await tab_to(ana, "Programme", back=True)
    await keyboard.press("Enter")
    await ana.page.wait_for_url(re.compile(r"/d/\w+$"))


@pytest.mark.promise("U4")
async def test_escape_gives_up_a_lock_and_closes_what_is_open(site: Site) -> None:
    ana = await site.in_note("Ana", "moderator")
    await ana.button("Verrouiller").press("Enter")
    await ana.page.locator("dialog[open]").wait_for()
    await ana.page.keyboard.press("Escape")
    await ana.page.locator("dialog").wait_for(state="detached")
    await ana.type("Toujours ouverte.")
    await ana.sees_state("saved")
    assert await ana.banner.is_hidden()


@pytest.mark.promise("U4")
async def test_the_line_one_writes_in_is_never_under_the_bar(site: Site) -> None:
    ana = await site.in_note("Ana", viewport={"width": 390, "height": 500})
    for number in range(40):
        await ana.page.keyboard.insert_text(f"ligne {number}") if number else await ana.type("0")
        await ana.page.keyboard.press("Enter")
    await ana.page.keyboard.press("Control+Home")
    await ana.page.evaluate("() => scrollTo(0, 300)")
    await ana.page.keyboard.type("x")
    top, bar = await ana.page.evaluate(
        "() => [document.querySelector('.pane .line').getBoundingClientRect().top,"
        " document.querySelector('.note-bar').getBoundingClientRect().bottom]"
    )
    assert top >= bar - 1
    height = "() => document.querySelector('.note-bar').offsetHeight"
    with_unsaved = []
    for _ in range(5):
        await ana.page.keyboard.type("y")
        with_unsaved.append(await ana.page.evaluate(height))
    await ana.sees_state("saved")
    assert {*with_unsaved, await ana.page.evaluate(height)} == {with_unsaved[0]}, "it jumps"


@pytest.mark.promise("U5")
async def test_the_language_is_the_browsers_until_somebody_chooses(site: Site) -> None:
    ana = await site.stranger("Ana", locale="en-GB")
    language = "() => document.documentElement.lang"
    await ana.page.goto(site.link("writer"))
    assert await ana.page.evaluate(language) == "en"
    await ana.page.get_by_role("link", name="Français").click()
    await ana.page.get_by_label("Votre nom").wait_for()
    await ana.page.get_by_role("link", name="English").click()
    await ana.page.get_by_label("Your name").fill("Ana")
    await ana.page.keyboard.press("Enter")
    await ana.page.get_by_role("link", name="Le garage").click()
    await ana.ready()
    assert await ana.sees_state("saved") == "Saved"
    await ana.page.get_by_role("toolbar", name="Formatting").wait_for()
    await site.post("lock", {"why": "Over"})
    await ana.banner.get_by_text(
        re.compile(r"^Note locked by .+ at \d\d:\d\d: “Over”\.$")
    ).wait_for()
    await ana.page.get_by_role("link", name="Programme").click()
    await ana.page.get_by_role("link", name="Français").click()
    await ana.page.get_by_role("link", name="Le garage").click()
    await ana.banner.get_by_text("Note verrouillée").wait_for()
    assert await ana.page.evaluate(language) == "fr"


@pytest.mark.promise("X5")
async def test_a_note_leaves_as_a_file(site: Site) -> None:
    ana = await site.in_note("Ana")
    await ana.type("# Ce qui compte\nle *train* de 6 h 42")
    await ana.type("À garder.", pane="conclusions")
    await ana.sees_state("saved")
    async with ana.page.expect_download() as coming:
        await ana.page.get_by_role("link", name="Exporter").click()
    download = await coming.value
    assert download.suggested_filename.endswith(".md")
    text = (await download.path()).read_text("utf-8")
    for part in ("Le garage", "# Ce qui compte", "le *train* de 6 h 42", "À garder."):
        assert part in text


@pytest.mark.promise("U4")
@pytest.mark.parametrize(("width", "least"), [(320, 44), (1280, 24)], ids=["phone", "desktop"])
async def test_everything_fits_and_can_be_hit(site: Site, width: int, least: int) -> None:
    size = {"viewport": {"width": width, "height": 800}, "has_touch": width < 1000}
    ana = await site.stranger("Ana Bérénice de la Tour-Montparnasse", **size)
    ana.expected.append("404")
    site_root = site.server.base_url
    for address in (site_root, f"{site_root}/nowhere", site.link("organiser")):
        await ana.page.goto(address)
        assert await ana.page.evaluate(TOO_WIDE) == []
        assert await ana.page.evaluate(TOO_SMALL, least) == []
    await ana.join("organiser")
    await ana.page.goto(site.day)
    for menu in await ana.page.locator("main details > summary").all():
        await menu.click()
    assert await ana.page.evaluate(TOO_WIDE) == []
    assert await ana.page.evaluate(TOO_SMALL, least) == []
    await ana.open_note(1)
    await ana.type("mot" * 60)
    await ana.page.locator(".people summary").click()
    assert await ana.page.evaluate(TOO_WIDE) == []
    assert await ana.page.evaluate(TOO_SMALL, least) == []
    assert (
        await ana.page.evaluate("() => scrollX || document.scrollingElement.scrollWidth") <= width
    )


@pytest.mark.promise("U4")
async def test_nothing_moves_for_who_asked_for_calm(site: Site) -> None:
    ana = await site.in_note("Ana", reduced_motion="reduce")
    bob = await site.in_note("Bob")
    await bob.type("bonjour")
    # A name is drawn anew with each caret, and may be away between two of them.
    await ana.page.wait_for_function(
        """() => {
          const name = document.querySelector(".caret-name")
          return name !== null && getComputedStyle(name).transitionDuration === "0s"
        }"""
    )
    assert await bob.page.evaluate("() => matchMedia('(prefers-reduced-motion)').matches") is False
    assert await ana.page.evaluate("() => document.getAnimations().length") == 0
