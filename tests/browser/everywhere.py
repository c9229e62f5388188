"""What can be asked of any page as it stands: its frame, its keys, its width, its spacing."""

from __future__ import annotations

from playwright.async_api import Page

MOST_STOPS = 250
FRAME = """language => {
  const seen = (found) => [...found].filter((one) => one.checkVisibility())
  const count = (selector) => seen(document.querySelectorAll(selector)).length
  const skip = document.querySelector("a.skip")
  const titles = [...document.querySelectorAll("h1")].filter(
    (one) => !one.closest(".pane, .spread"))
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id)
  return [
    [document.documentElement.lang === language, "the language is not said, or wrongly"],
    [document.title.trim() !== "", "there is no title"],
    [count("main") === 1, `there are ${count("main")} mains`],
    [titles.length === 1, `there are ${titles.length} h1`],
    [skip !== null && document.querySelector(skip.getAttribute("href")) !== null,
      "no link leads to the content"],
    [new Set(ids).size === ids.length, "an id stands twice"],
    [!document.querySelector("[tabindex]:not([tabindex='0']):not([tabindex='-1'])"),
      "a tabindex makes an order of its own"],
  ].filter(([good]) => !good).map(([, what]) => what)
}"""
WALK = """() => {
  const dialog = document.querySelector("dialog[open]")
  const within = dialog?.matches(":modal") ? dialog : document
  const all = "a[href], button, input, select, textarea, summary, [tabindex], " +
    "[contenteditable=true]"
  window.wanted = [...within.querySelectorAll(all)].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0 && !one.disabled &&
    !one.closest("[inert]") && one.parentElement.closest(".pane") === null &&
    !(one.type === "radio" && !one.checked))
  window.stops = new Set()
  document.activeElement?.blur()
}"""
STOP = """() => {
  const at = document.activeElement
  if (at === null || at === document.body || at === document.documentElement) return "outside"
  // A date has a stop for each of its parts.
  if (window.stops.has(at)) return at === window.last && at.type === "date" ? "within" : "again"
  window.last = at
  window.stops.add(at)
  const problems = []
  const name = at.outerHTML.slice(0, 120)
  const pane = at.closest(".pane")
  const ringed = (one) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one)
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none"
  }
  const shown = pane === null || ringed(at) ? at : pane.closest(".pane-frame") ?? pane
  // A box of choice may be drawn on what holds it.
  if (!ringed(shown) && !(at.matches("input") && ringed(at.parentElement))) {
    problems.push(`no focus is seen at ${name}`)
  }
  // For what is wider or higher than the screen, any point of it is enough.
  const { left, right, top, bottom } = at.getBoundingClientRect()
  const points = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.1, 0.9].map((y) =>
    [left + (right - left) * x, top + (bottom - top) * y]))
  const isSeen = points.some(([x, y]) => {
    const there = document.elementFromPoint(x, y)
    return there !== null && (at.contains(there) || there.contains(at) && there !== document.body
      && there !== document.documentElement && there.localName !== "main")
  })
  if (!isSeen) problems.push(`something covers ${name}`)
  return { problems, pane: pane !== null }
}"""
MISSED = """() => window.wanted
  .filter((one) => one.isConnected && !window.stops.has(one) && one.checkVisibility())
  .map((one) => `no key reaches ${one.outerHTML.slice(0, 120)}`)"""
WIDER = """() => {
  const wide = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= wide) return []
  const out = [...document.querySelectorAll("body *")].filter((one) =>
    one.getBoundingClientRect().right > wide + 1 && !one.closest(".visually-hidden, .skip"))
  return [`${document.documentElement.scrollWidth} px at ${wide}`,
    ...out.slice(0, 3).map((one) => one.outerHTML.slice(0, 120))]
}"""
CUT = """() => {
  const cut = (one) => {
    const { overflowX, overflowY } = getComputedStyle(one)
    const hides = (overflow) => overflow === "hidden" || overflow === "clip"
    const isControl = one.matches("button, summary, .button")
    const wide = one.scrollWidth > one.clientWidth + 1 && (hides(overflowX) || isControl)
    const high = one.scrollHeight > one.clientHeight + 1 && hides(overflowY)
    return one.clientWidth > 0 && (wide || high)
  }
  const all = [...document.querySelectorAll("body *")].filter((one) => one instanceof HTMLElement
    && one.checkVisibility() && one.innerText.trim() !== ""
    && !one.closest(".visually-hidden, .skip") && getComputedStyle(one).display !== "inline")
  const before = new Set(all.filter(cut))
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-block-end: 2em !important }`)
  document.adoptedStyleSheets = [sheet]
  const after = all.filter((one) => cut(one) && !before.has(one))
  const found = after.map((one) => `cut: ${one.outerHTML.slice(0, 160)}`)
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) {
    found.push("the page scrolls sideways with more space between letters")
  }
  document.adoptedStyleSheets = []
  return found
}"""


async def well_framed(page: Page, language: str) -> None:
    """Language, title, landmarks, one first heading, a way past what is on every page."""
    assert await page.evaluate(FRAME, language) == []


async def walked_by_keyboard(page: Page) -> None:
    """Tab comes to each control once, shows where it is, is covered by nothing, and comes out."""
    await page.evaluate(WALK)
    found: list[str] = []
    outside = 0
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(STOP)
        if stop == "again":
            break
        if stop == "within":
            continue
        if stop == "outside":
            outside += 1
            if outside > 1:
                break
            continue
        found += stop["problems"]
        if stop["pane"]:
            await page.keyboard.press("Escape")
    else:
        found.append(f"Tab has not come round after {MOST_STOPS} stops")
    found += await page.evaluate(MISSED)
    await page.evaluate("document.activeElement?.blur()")
    assert found == [], "\n".join(found)


async def fits(page: Page) -> None:
    """Nothing scrolls sideways at 320 px, nor at twice the size on a laptop; nothing is cut when
    the reader spaces the text (WCAG 1.4.10, 1.4.4, 1.4.12)."""
    found: list[str] = []
    for width, height in ((320, 640), (640, 400)):
        await page.set_viewport_size({"width": width, "height": height})
        found += await page.evaluate(WIDER)
    for width in (1280, 390):
        await page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width}: {problem}" for problem in await page.evaluate(CUT)]
    assert found == [], "\n".join(found)
