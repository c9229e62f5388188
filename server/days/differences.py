"""What a programme from a file would make of a day, before it is done. Values in, values out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from server.days.incoming.gather import NO_SECTION
from server.days.incoming.listing import Incoming
from server.days.matching import Matches, Place
from server.days.programme import ProgrammeItem, ProgrammeSection
from server.days.view import DayView, ItemView, SectionView

FIELDS = ("title", "room", "start", "end", "people", "questions")
"""Of an item, as far as a file speaks of them."""


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item in its place. It is new where `standing` is None; `planned` is None where the file
    does not have it, and it stays."""

    planned: ProgrammeItem | None
    standing: ItemView | None
    changes: Mapping[str, Any]
    is_moved: bool = False
    is_restored: bool = False
    stood_in: str = ""
    """The title of the section that it stood in."""

    @property
    def differing(self) -> list[tuple[str, Any, Any]]:
        """Each field that changes, with what it is and what it becomes."""
        return [(k, getattr(self.standing, k), v) for k, v in self.changes.items()]


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """A section in its place, with its items in theirs; None as for an item."""

    planned: ProgrammeSection | None
    standing: SectionView | None
    changes: Mapping[str, Any]
    items: tuple[PlannedItem, ...]
    is_moved: bool = False

    @property
    def differing(self) -> list[tuple[str, Any, Any]]:
        """As of an item."""
        return [(k, getattr(self.standing, k), v) for k, v in self.changes.items()]

    @property
    def title(self) -> str:
        if self.standing is None:
            return "" if self.planned is None else self.planned.title
        return str(self.changes.get("title", self.standing.title))


@dataclass(frozen=True, slots=True)
class Differences:
    """The day as it would be, in its order."""

    sections: tuple[PlannedSection, ...]

    @property
    def version(self) -> str:
        """Another one whenever something else would be done, or done to something else."""
        said = [
            (
                section.planned if section.standing is None else section.standing.id,
                section.differing,
                section.is_moved,
                [
                    (
                        one.planned if one.standing is None else one.standing.id,
                        one.planned is None,
                        one.differing,
                        one.is_moved,
                        one.is_restored,
                    )
                    for one in section.items
                ],
            )
            for section in self.sections
        ]
        return blake2b(repr(said).encode("utf-8", "backslashreplace"), digest_size=9).hexdigest()

    @property
    def items(self) -> list[tuple[PlannedSection, PlannedItem]]:
        return [(section, item) for section in self.sections for item in section.items]

    @property
    def missing(self) -> list[tuple[PlannedSection, ItemView]]:
        """The items that stand in the day and not in the file."""
        return [
            (section, one.standing)
            for section, one in self.items
            if one.planned is None and one.standing is not None
        ]


def compare(day: DayView, incoming: Incoming) -> Differences:
    """What the day would become, as far as the file speaks of it."""
    return _Comparing(day, incoming, Matches(day, incoming)).differences()


@dataclass(frozen=True, slots=True)
class _Comparing:
    day: DayView
    incoming: Incoming
    matches: Matches

    def differences(self) -> Differences:
        if "section" not in self.incoming.says:
            return self._without_sections()
        planned = dict(enumerate(self.incoming.programme.sections))
        keys = {n: self._id_of(n) for n in planned}
        numbers = {key: n for n, key in keys.items()}
        standing: dict[str, SectionView] = {one.id: one for one in self.day.sections}
        if "order" in self.incoming.says:
            order = merged(list(keys.values()), list(standing))
        else:
            order = merged(list(standing), list(keys.values()))
        stays = settled(order, list(standing))
        made = []
        for key in order:
            n = numbers.get(key)
            is_moved = key in standing and key not in stays
            made.append(self._section(n, standing.get(key), is_moved=is_moved))
        return Differences(tuple(made))

    def _id_of(self, n: int) -> str:
        """A key of a section: its id in the day, or its place in the file, which is no id."""
        found = self.matches.sections.get(n)
        return f"+{n}" if found is None else found.id

    def _section(
        self, n: int | None, standing: SectionView | None, *, is_moved: bool
    ) -> PlannedSection:
        planned = None if n is None else self.incoming.programme.sections[n]
        places = [] if planned is None else [(n or 0, m) for m in range(len(planned.items))]
        found = self.matches.items
        keys = {(found[p].id if p in found else f"+{p[1]}"): p for p in places}
        elsewhere = {item.id for p, item in found.items() if p not in places}
        there = [] if standing is None else [i for i in standing.items if i.id not in elsewhere]
        here: dict[str, ItemView] = {item.id: item for item in there}
        order = merged(list(keys), list(here))
        stays = settled(order, list(here))
        items = [
            self._item(keys[key], is_moved=key not in stays)
            if key in keys
            else PlannedItem(None, here[key], {})
            for key in order
        ]
        changes: dict[str, Any] = {}
        if planned is not None and standing is not None:
            changes = {"title": planned.title, "kind": planned.kind, "source": planned.source}
            if "kind" not in self.incoming.says:
                del changes["kind"]
            if planned.source in ("", standing.id):
                del changes["source"]
        changes = {k: v for k, v in changes.items() if getattr(standing, k) != v}
        return PlannedSection(planned, standing, changes, tuple(items), is_moved)

    def _item(self, place: Place, *, is_moved: bool) -> PlannedItem:
        planned = self.incoming.programme.sections[place[0]].items[place[1]]
        removed = self.matches.removed.get(place)
        standing = self.matches.items.get(place, removed)
        if standing is None:
            return PlannedItem(planned, None, {})
        stood_in = next((of.title for of, one in self.day.items() if one.id == standing.id), "")
        return PlannedItem(
            planned,
            standing,
            self._changes(planned, standing),
            is_moved=is_moved or removed is not None,
            is_restored=removed is not None,
            stood_in=stood_in,
        )

    def _changes(self, planned: ProgrammeItem, standing: ItemView) -> dict[str, Any]:
        """The fields that the file speaks of, where it says something else."""
        says = self.incoming.says
        wanted = {field: getattr(planned, field) for field in FIELDS if field in says}
        if "people" in wanted and "organisation" not in says:
            known = {one.name: one for one in standing.people}
            wanted["people"] = tuple(known.get(one.name, one) for one in planned.people)
        if planned.source not in ("", standing.id, standing.note.id):
            wanted["source"] = planned.source
        return {k: v for k, v in wanted.items() if getattr(standing, k) != v}

    def _without_sections(self) -> Differences:
        """Where the file knows no sections: each item stays where it is, and new ones are last in
        the section of what has none."""
        places = [
            (n, m)
            for n, section in enumerate(self.incoming.programme.sections)
            for m in range(len(section.items))
        ]
        at = {item.id: place for place, item in self.matches.items.items()}
        new = [self._item(place, is_moved=True) for place in places if place not in at.values()]
        made = []
        home = next((one.id for one in self.day.sections if one.title == NO_SECTION), None)
        for section in self.day.sections:
            items = [
                self._item(at[item.id], is_moved=False)
                if item.id in at
                else PlannedItem(None, item, {})
                for item in section.items
            ]
            added = new if section.id == home else []
            made.append(PlannedSection(None, section, {}, (*items, *added)))
        if new and home is None:
            titled = ProgrammeSection(NO_SECTION, "talk", source=NO_SECTION)
            made.append(PlannedSection(titled, None, {}, tuple(new)))
        return Differences(tuple(made))


def merged(base: Sequence[str], extra: Sequence[str]) -> list[str]:
    """`base`, and what only `extra` has, each behind what it stands behind there."""
    order, there = list(base), set(base)
    for before, key in zip((None, *extra), extra, strict=False):
        if key not in there:
            order.insert(0 if before is None else order.index(before) + 1, key)
    return order


def settled(order: Sequence[str], standing: Sequence[str]) -> set[str]:
    """The most of those that stand somewhere which need not be moved to come into this order."""
    places = {key: place for place, key in enumerate(standing)}
    ends: list[int] = []
    runs: list[list[str]] = []
    for key in order:
        place = places.get(key)
        if place is None:
            continue
        length = bisect_left(ends, place)
        run = [*(runs[length - 1] if length else []), key]
        ends[length : length + 1] = [place]
        runs[length : length + 1] = [run]
    return set(runs[-1]) if runs else set()
