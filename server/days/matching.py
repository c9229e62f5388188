"""Which item of a day an item of a file is. Values in, values out.

By its identifier; else by its title in its section, where exactly one has it and nothing speaks
against it. Never by its room or its times, which are what changes on the eve.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from server.days.incoming.listing import Incoming
from server.days.programme import ProgrammeItem, ProgrammeSection
from server.days.view import DayView, ItemView, SectionView

At = TypeVar("At")
Standing = TypeVar("Standing", ItemView, SectionView)
Place = tuple[int, int]
"""Which section of a programme, and which item of it, from 0 on."""


class Matches:
    """The sections and items of a file, by their places in it, and what of the day each is."""

    def __init__(self, day: DayView, incoming: Incoming) -> None:
        self.sections: dict[int, SectionView] = {}
        self.items: dict[Place, ItemView] = {}
        self.removed: dict[Place, ItemView] = {}
        planned = incoming.programme.sections
        if "section" in incoming.says:
            self._match_sections(day, planned)
        self._match_items(day, planned, is_sectioned="section" in incoming.says)

    def _match_sections(self, day: DayView, planned: Sequence[ProgrammeSection]) -> None:
        known = {id: one for one in reversed(day.sections) for id in (one.id, one.source) if id}
        for index, section in enumerate(planned):
            found = known.get(section.source) if section.source else None
            if found is not None and found not in self.sections.values():
                self.sections[index] = found
        is_foreign = not self.sections
        left = [one for one in day.sections if one not in self.sections.values()]
        pairs = _by_title(
            [(n, one) for n, one in enumerate(planned) if n not in self.sections],
            left,
            is_foreign=is_foreign,
        )
        self.sections.update(pairs)

    def _match_items(
        self, day: DayView, planned: Sequence[ProgrammeSection], *, is_sectioned: bool
    ) -> None:
        known = _known(item for _, item in day.items())
        gone = _known((*day.removed, *day.dropped))
        places = [((n, m), item) for n, of in enumerate(planned) for m, item in enumerate(of.items)]
        taken: set[str] = set()
        for place, item in places:
            found = known.get(item.source) if item.source else None
            if found is not None and found.id not in taken:
                self.items[place] = found
                taken.add(found.id)
        is_foreign = not self.items

        def match(section: int | None, standing: Iterable[ItemView]) -> None:
            left = [
                (place, item)
                for place, item in places
                if place not in self.items and section in (None, place[0])
            ]
            there = [item for item in standing if item.id not in taken]
            self.items.update(_by_title(left, there, is_foreign=is_foreign))

        if is_sectioned:
            for index, section in self.sections.items():
                match(index, section.items)
        else:
            match(None, (item for _, item in day.items()))
        for place, item in places:
            if place not in self.items and item.source in gone:
                self.removed[place] = gone[item.source]


def _known(items: Iterable[ItemView]) -> dict[str, ItemView]:
    """Items by all that they are called: by their source, their own id, and that of their note."""
    found: dict[str, ItemView] = {}
    for item in items:
        for id in (item.source, item.id, item.note.id):
            if id:
                found.setdefault(id, item)
    return found


def _by_title(
    planned: Iterable[tuple[At, ProgrammeItem | ProgrammeSection]],
    standing: Iterable[Standing],
    *,
    is_foreign: bool,
) -> dict[At, Standing]:
    """Those of which exactly one has the title on either side. Two that have identifiers which
    differ are two, unless no identifier of the file is known: then it is of another tool."""
    ours: dict[str, list[Standing]] = {}
    theirs: dict[str, list[tuple[At, ProgrammeItem | ProgrammeSection]]] = {}
    for one in standing:
        ours.setdefault(one.title, []).append(one)
    for place, other in planned:
        theirs.setdefault(other.title, []).append((place, other))
    found: dict[At, Standing] = {}
    for title, those in theirs.items():
        these = ours.get(title, [])
        if len(those) == 1 and len(these) == 1:
            (place, other), one = those[0], these[0]
            if is_foreign or not one.source or not other.source:
                found[place] = one
    return found
