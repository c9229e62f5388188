"""Items of a programme: added, changed, moved, removed, and put back, each with its note.

An item is never taken out of the store, nor is its note: a removed item whose note has a text
stays reachable at its address, and in the export, as removed (X1).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.days import edit, edit_sections
from server.days.create import Beginning, first_row
from server.days.edit import Act
from server.days.programme import MAX_ITEMS
from server.errors import BadInput, Conflict
from server.sentences import sentence
from storage import catalogue, journal, log
from storage.records import Item, NoteRef
from storage.values import ItemId, NoteId, SectionId

MAX_ROWS = 2 * MAX_ITEMS
"""Items that a day may ever have had: those that were removed stay in the store."""


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item that is not stored yet, with its note and how that begins."""

    item: ItemId
    note: NoteId
    fields: Mapping[str, Any]
    begins: Beginning


def add(
    act: Act,
    section: str,
    item: ItemId,
    note: NoteId,
    fields: Mapping[str, Any],
    begins: Beginning,
    *,
    before: str | None,
) -> Item:
    """Add an item with its note. Raises BadInput for its times, Conflict where there are too many
    items."""
    (new,) = add_all(act, section, [NewItem(item, note, fields, begins)])
    if before is not None:
        _order(act, edit.put(catalogue.items_of_section(act.db, new.section), new, before))
    return new


def add_all(act: Act, section: str, items: Sequence[NewItem]) -> list[Item]:
    """Add items with their notes at the end of a section. Raises as `add`."""
    home = act.find_section(section)
    standing, ever = catalogue.count_items(act.db, act.day)
    if standing + len(items) > MAX_ITEMS or ever + len(items) > MAX_ROWS:
        raise Conflict(
            sentence(
                "The day has {standing} items and had {ever}; at most {most} stand in a programme, "
                "{most_ever} with those that were removed. Make two days of it.",
                standing=standing,
                ever=ever,
                most=MAX_ITEMS,
                most_ever=MAX_ROWS,
            )
        )
    first = len(catalogue.items_of_section(act.db, home.id))
    made = [
        Item(new.item, act.day, home.id, first + index, **new.fields)
        for index, new in enumerate(items)
    ]
    rows = []
    for item, new in zip(made, items, strict=True):
        _check_times(item, "end")
        catalogue.add_item(act.db, item)
        ref = NoteRef(new.note, act.day, item.id, act.at)
        catalogue.add_note(act.db, ref)
        rows.append(first_row(ref, new.begins))
        act.write("item_add", item.title, new.note)
    if rows:
        log.append(act.db, rows)
    return made


def arrange(act: Act, section: SectionId, order: Sequence[str], *, moved: Collection[str]) -> None:
    """Put the items of a section into an order that names them all; `moved` are those of which
    the journal says it."""
    there: dict[str, Item] = {item.id: item for item in catalogue.items_of_section(act.db, section)}
    home = act.find_section(section)
    _order(act, [there[id] for id in order])
    for id in moved:
        item = there[id]
        act.write("item_move", f"“{item.title}” → “{home.title}”", act.note_of(item.id))


def change(
    act: Act, id: str, wanted: Mapping[str, Any], *, was: Mapping[str, Any]
) -> tuple[Item, Item]:
    """The item as it was and as it is now. Raises Conflict where it is not as it `was`, BadInput
    for an end before the start."""
    found = act.find_item(id)
    note = act.note_of(found.id)
    edit.refuse_changed(found, was, wanted, by=journal.newest(act.db, note, "item_change"))
    changed = replace(found, **wanted)
    if said := edit.told(found, wanted):
        _check_times(changed, "start" if "end" not in wanted else "end")
        catalogue.change_item(act.db, changed)
        act.write("item_change", said, note)
    return found, changed


def move(act: Act, id: str, section: str, *, before: str | None) -> tuple[SectionId, str | None]:
    """Put an item into a section, in front of another item or at the end; where it stood."""
    found = act.find_item(id)
    home = act.find_section(section)
    stood_before = edit.following(catalogue.items_of_section(act.db, found.section), found)
    there = catalogue.items_of_section(act.db, home.id)
    moved = replace(found, section=home.id)
    order = edit.put(there, moved, before)
    if order != there:
        catalogue.change_item(act.db, moved)
        _order(act, order)
        act.write("item_move", f"“{found.title}” → “{home.title}”", act.note_of(found.id))
    return found.section, stood_before


def swap_rooms(act: Act, id: str, other: str, *, was: tuple[str, str] | None) -> tuple[str, str]:
    """Give each of two items the room of the other; which rooms they have now.

    Raises Conflict where the two are not in the rooms of `was` any more: somebody may just have
    done the same.
    """
    one, two = act.find_item(id), act.find_item(other)
    if one.id == two.id:
        raise BadInput("An item cannot swap rooms with itself: name another one.", field="with")
    if was is not None and was != (one.room, two.room):
        raise Conflict(
            f"The rooms were changed meanwhile: “{one.title}” is in “{one.room}” and "
            f"“{two.title}” in “{two.room}” now.",
            field="room",
            now=[one.room, two.room],
            by=journal.newest(act.db, act.note_of(one.id), "item_change"),
        )
    for item, room in ((one, two.room), (two, one.room)):
        if said := edit.told(item, {"room": room}):
            catalogue.change_item(act.db, replace(item, room=room))
            act.write("item_change", said, act.note_of(item.id))
    return two.room, one.room


def remove(act: Act, id: str, *, blank_seq: int | None) -> None:
    """Take an item out of the programme. `blank_seq`: its note had no text up to there."""
    found = act.find_item(id)
    catalogue.change_item(act.db, replace(found, removed_at=act.at, blank_seq=blank_seq))
    act.write("item_remove", found.title, act.note_of(found.id))


def restore(act: Act, id: str) -> Item:
    """Put a removed item back to where it stood, with its section where that was removed too."""
    found = act.find_item(id, removed=True)
    home = catalogue.find_section(act.db, found.section)
    if home is not None and home.removed_at is not None:
        edit_sections.restore(act, home.id)
    there = catalogue.items_of_section(act.db, found.section)
    standing = replace(found, removed_at=None, blank_seq=None)
    catalogue.change_item(act.db, standing)
    behind = next((one.id for one in there if one.position >= found.position), None)
    _order(act, edit.put(there, standing, behind))
    act.write("item_restore", found.title, act.note_of(found.id))
    return standing


def _order(act: Act, items: list[Item]) -> None:
    edit.number(
        items,
        lambda one, position: catalogue.change_item(act.db, replace(one, position=position)),
    )


def _check_times(item: Item, field: str) -> None:
    if item.start and item.end and item.end < item.start:
        raise BadInput(
            sentence(
                "It would end at {end}, before it starts ({start}): change both times.",
                end=item.end,
                start=item.start,
            ),
            field=field,
        )
