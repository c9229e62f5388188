"""Who may not be in a note any more, as this process has heard: the last question at every door.

A socket that is being opened was asked who it is some moments ago. What was taken away meanwhile is
known here before it joins, as both are steps of one loop (A2).
"""

from __future__ import annotations

from collections.abc import Collection

from server.days.people import Visitor
from server.errors import NotAuthenticated
from storage.values import LinkId, PersonId


class Barred:
    """Withdrawn links and removed people. It only grows: neither is ever taken back."""

    def __init__(self) -> None:
        self._links: set[LinkId] = set()
        self._people: set[PersonId] = set()

    def add(self, links: Collection[LinkId], people: Collection[PersonId]) -> bool:
        """Whether any of them was not known yet."""
        before = len(self._links) + len(self._people)
        self._links.update(links)
        self._people.update(people)
        return len(self._links) + len(self._people) > before

    def refusal(self, visitor: Visitor) -> NotAuthenticated | None:
        """Why this visitor may not stay; None for who may."""
        if visitor.link in self._links:
            return NotAuthenticated("This link was withdrawn: ask the organisers for a new one.")
        if visitor.person in self._people:
            return NotAuthenticated("You were removed from this day by its organisers.")
        return None
