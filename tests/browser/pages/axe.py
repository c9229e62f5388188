"""What axe-core says of a page: WCAG 2.2 AA, in both colour schemes and at both widths."""

from __future__ import annotations

from pathlib import Path

from tests.browser.pages.people import Person

AXE = Path(__file__).parents[3] / "client" / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN = """async (standards) => {
  const { violations } = await axe.run({ runOnly: standards, resultTypes: ["violations"] })
  return violations.flatMap(({ id, help, nodes }) => nodes.map(
    ({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary}`))
}"""
LOOKS = [(scheme, width) for width in (1280, 390) for scheme in ("light", "dark")]


async def examine(person: Person, axe: str) -> None:
    """Fail on any violation of the page as it stands, in every look of it."""
    found: list[str] = []
    if not await person.page.evaluate("() => 'axe' in window"):
        await person.page.evaluate(axe)
    for scheme, width in LOOKS:
        await person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await person.page.set_viewport_size({"width": width, "height": 800})
        problems = await person.page.evaluate(RUN, STANDARDS)
        found += [f"{scheme} {width}: {problem}" for problem in problems]
    assert found == []
