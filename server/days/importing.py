"""Bringing a programme from a file into a day: in one transaction, by the acts of an organiser.

What is done is what was shown. Nothing is taken out but items of which that was said, and of which
nobody would miss the note; a note itself is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.days import edit_items, edit_sections
from server.days.create import Beginning, InitialUpdate
from server.days.differences import FIELDS, Differences, PlannedItem, PlannedSection, compare
from server.days.edit import Act
from server.days.edit_items import NewItem
from server.days.fields import clean_date
from server.days.incoming.listing import Incoming, Wanted
from server.days.programme import ProgrammeItem
from server.days.view import DayView, load_day
from server.errors import Conflict
from server.sentences import sentence
from storage import catalogue
from storage.values import ItemId, NoteId, SectionId


@dataclass(frozen=True, slots=True)
class Making:
    """How new notes begin."""

    new_client_id: Callable[[], int]
    initial_update: InitialUpdate

    def beginning(self, item: ProgrammeItem) -> Beginning:
        client = self.new_client_id()
        return Beginning(
            self.initial_update(item.notes, item.conclusions, client_id=client), client
        )


def wanted_for(day: DayView, date: str) -> Wanted:
    """What is wanted of a file for this day: its own date, where no other one is named, and its
    zone. Raises BadInput for a date that is none."""
    return Wanted(clean_date(date) or day.date, day.title, day.timezone)


def beginnings(incoming: Incoming, making: Making) -> dict[ProgrammeItem, Beginning]:
    """How the notes of all items of a file would begin: to be made before the transaction."""
    return {item: making.beginning(item) for of in incoming.programme.sections for item in of.items}


def bring_in(
    act: Act,
    incoming: Incoming,
    begins: Mapping[ProgrammeItem, Beginning],
    *,
    seen: str | None,
    blank: Mapping[ItemId, int],
    new_id: Callable[[], str],
) -> Differences:
    """Do what the file says, and give what that was.

    `seen` is the version of the differences that were shown, None where nobody looks before.
    `blank` are the items to take out, where the file lacks them, with the position up to which the
    note of each had no text. Raises Conflict where the differences are others now, or where the
    day would have more than it can.
    """
    differences = compare(load_day(act.db, act.day), incoming)
    if seen is not None and seen != differences.version:
        raise Conflict(
            sentence(
                "The programme was changed meanwhile, so the differences are others than you saw: "
                "look at them again."
            ),
            version=differences.version,
        )
    _Bringing(act, begins, blank, new_id).all(differences)
    return differences


@dataclass(frozen=True, slots=True)
class _Bringing:
    act: Act
    begins: Mapping[ProgrammeItem, Beginning]
    blank: Mapping[ItemId, int]
    new_id: Callable[[], str]

    def all(self, differences: Differences) -> None:
        """All is put at an end first, and each section is brought into its order once."""
        sections = [(section, self._section(section)) for section in differences.sections]
        orders = [(section, id, self._items(section, id)) for section, id in sections]
        for section, id, order in orders:
            moved = [
                one.standing.id
                for one in section.items
                if one.standing is not None and one.is_moved and self._is_in(section, one)
            ]
            edit_items.arrange(self.act, id, order, moved=moved)
        stand = [id for _, id in sections]
        for emptied in catalogue.sections(self.act.db, self.act.day):
            # It came back with an item that went on to another section.
            if emptied.id not in stand:
                edit_sections.remove(self.act, emptied.id)
        shifted = [id for section, id in sections if section.is_moved]
        edit_sections.arrange(self.act, stand, moved=shifted)

    def _section(self, section: PlannedSection) -> SectionId:
        if section.standing is not None:
            if section.changes:
                edit_sections.change(self.act, section.standing.id, section.changes, was={})
            return section.standing.id
        planned = section.planned
        assert planned is not None  # noqa: S101 - it is in the file, where it is not in the day
        fields = {"title": planned.title, "kind": planned.kind, "source": planned.source}
        return edit_sections.add(self.act, SectionId(self.new_id()), fields, before=None).id

    def _items(self, section: PlannedSection, id: SectionId) -> list[str]:
        """Bring the items of a section into it; their order, which they are not in yet."""
        order: list[str] = []
        new: list[NewItem] = []
        for item in section.items:
            if item.standing is not None:
                if self._item(section, item, id):
                    order.append(item.standing.id)
            elif item.planned is not None:
                fields = {field: getattr(item.planned, field) for field in (*FIELDS, "source")}
                begins = self.begins[item.planned]
                one = NewItem(ItemId(self.new_id()), NoteId(self.new_id()), fields, begins)
                new.append(one)
                order.append(one.item)
        edit_items.add_all(self.act, id, new)
        return order

    def _item(self, section: PlannedSection, item: PlannedItem, home: SectionId) -> bool:
        """Bring in what is in the day already; whether it stays there."""
        assert item.standing is not None  # noqa: S101 - the caller has looked
        id = item.standing.id
        if item.planned is None and id in self.blank:
            edit_items.remove(self.act, id, blank_seq=self.blank[id])
            return False
        if item.is_restored:
            edit_items.restore(self.act, id)
        if item.changes:
            edit_items.change(self.act, id, item.changes, was={})
        if item.is_moved and not self._is_in(section, item):
            edit_items.move(self.act, id, home, before=None)
        return True

    def _is_in(self, section: PlannedSection, item: PlannedItem) -> bool:
        """Whether an item stands in this section before anything is done."""
        here = () if section.standing is None else section.standing.items
        return any(one is item.standing for one in here)
