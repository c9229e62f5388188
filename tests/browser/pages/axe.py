"""Somebody's page, as axe-core sees it."""

from __future__ import annotations

from tests.browser.axe import AXE, no_findings
from tests.browser.pages.people import Person

__all__ = ["AXE", "examine"]


async def examine(person: Person, axe: str) -> None:
    """Fail on any violation of the page as it stands. `axe`: the fixture says that it is there."""
    assert axe
    await no_findings(person.page)
