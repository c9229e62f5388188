"""Sections of a programme: added, changed, moved, removed, and put back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from server.days import edit
from server.days.edit import Act
from server.days.programme import MAX_SECTIONS
from server.errors import Conflict
from server.sentences import sentence
from storage import catalogue
from storage.records import Section
from storage.values import SectionId


def add(act: Act, id: SectionId, fields: Mapping[str, Any], *, before: str | None) -> Section:
    """Raises Conflict where there are too many."""
    if catalogue.count_sections(act.db, act.day) >= MAX_SECTIONS:
        raise Conflict(
            sentence(
                "The day has had {most} sections, with those that were removed: rename one, or put "
                "a removed one back.",
                most=MAX_SECTIONS,
            )
        )
    there = catalogue.sections(act.db, act.day)
    new = Section(id, act.day, len(there), **fields)
    catalogue.add_section(act.db, new)
    _order(act, edit.put(there, new, before))
    act.write("section_add", new.title)
    return new


def arrange(act: Act, order: Sequence[str], *, moved: Collection[str]) -> None:
    """Put the sections into an order that names them all; `moved` are those of which the journal
    says it."""
    there: dict[str, Section] = {one.id: one for one in catalogue.sections(act.db, act.day)}
    _order(act, [there[id] for id in order])
    for id in moved:
        act.write("section_move", there[id].title)


def change(
    act: Act, id: str, wanted: Mapping[str, Any], *, was: Mapping[str, Any]
) -> tuple[Section, Section]:
    """The section as it was and as it is now. Raises Conflict where it is not as it `was`."""
    found = act.find_section(id)
    edit.refuse_changed(found, was, wanted, by=None)
    changed = replace(found, **wanted)
    if said := edit.told(found, wanted):
        catalogue.change_section(act.db, changed)
        act.write("section_change", said)
    return found, changed


def move(act: Act, id: str, *, before: str | None) -> str | None:
    """Put a section in front of another one, or at the end; what it stood in front of until now."""
    found = act.find_section(id)
    there = catalogue.sections(act.db, act.day)
    stood_before = edit.following(there, found)
    order = edit.put(there, found, before)
    if order != there:
        _order(act, order)
        act.write("section_move", found.title)
    return stood_before


def remove(act: Act, id: str) -> None:
    """Take an empty section out of the programme. Raises Conflict while items are in it."""
    found = act.find_section(id)
    items = len(catalogue.items_of_section(act.db, found.id))
    if items:
        raise Conflict(
            f"“{found.title}” still has {items} items: move or remove them first.", items=items
        )
    catalogue.change_section(act.db, replace(found, removed_at=act.at))
    act.write("section_remove", found.title)


def restore(act: Act, id: str) -> Section:
    """Put a removed section back to where it stood."""
    found = act.find_section(id, removed=True)
    there = catalogue.sections(act.db, act.day)
    standing = replace(found, removed_at=None)
    catalogue.change_section(act.db, standing)
    behind = next((one.id for one in there if one.position >= found.position), None)
    _order(act, edit.put(there, standing, behind))
    act.write("section_restore", found.title)
    return standing


def _order(act: Act, sections: list[Section]) -> None:
    edit.number(
        sections,
        lambda one, position: catalogue.change_section(act.db, replace(one, position=position)),
    )
