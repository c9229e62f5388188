"""What axe-core says of a page: WCAG 2.2 AA, in both colour schemes and at several widths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "client" / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN = """async (standards) => {
  const { violations } = await axe.run({ runOnly: standards, resultTypes: ["violations"] })
  // The rows of a note's table scroll with the caret, or by the arrows where the note is read.
  const isScrolledByText = ({ id }, { target }) =>
    id === "scrollable-region-focusable" && document.querySelector(target[0])?.closest(".pane")
  return violations.flatMap((found) => found.nodes.filter((node) => !isScrolledByText(found, node))
    .map(({ html, failureSummary }) =>
      `${found.id}: ${found.help}: ${html.slice(0, 200)} ${failureSummary}`))
}"""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def no_findings(page: Page, *, widths: Sequence[int] = (1280, 390)) -> None:
    """Fail on any violation of the page as it stands, in every look of it."""
    if not AXE.exists():
        pytest.fail("axe-core is not installed; `make setup-test` installs it.")
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = []
    for width in widths:
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size({"width": width, "height": 800})
            problems = await page.evaluate(RUN, STANDARDS)
            found += [f"{scheme} {width}: {problem}" for problem in problems]
    assert not found, "\n".join(found)
