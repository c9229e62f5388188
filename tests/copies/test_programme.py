"""The copies follow a programme that is edited, and lose nothing of what is taken out of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.days import edit_items
from server.days.blank import is_blank, read_written
from server.days.edit import Act
from server.days.view import load_day
from storage.values import ItemId, Milliseconds, NoteId, PersonId
from tests.copies.conftest import House


async def act(house: House, work: Callable[[Act], object]) -> None:
    """An organiser's act."""
    odile = PersonId("odile")
    await house.service.store.write(
        lambda db: work(Act.begin(db, house.day, by=odile, at=Milliseconds(5)))
    )


async def item_of(house: House, note: NoteId) -> ItemId:
    view = await house.service.store.read(lambda db: load_day(db, house.day))
    item = view.item_of(note)
    assert item is not None
    return item.id


async def remove(house: House, note: NoteId) -> None:
    item = await item_of(house, note)
    written = await house.service.store.read(lambda db: read_written(db, note))
    blank = written.seq if is_blank(written) else None
    await act(house, lambda one: edit_items.remove(one, item, blank_seq=blank))


@pytest.mark.promise("X6")
async def test_a_title_and_an_order_that_change_reach_the_copies(house: House) -> None:
    garage, canteen, _ = house.notes
    await house.step(0)
    item = await item_of(house, canteen)
    await act(house, lambda one: edit_items.change(one, item, {"title": "Le midi"}, was={}))
    view = await house.service.store.read(lambda db: load_day(db, house.day))
    section, first = next(view.items())
    await act(house, lambda one: edit_items.move(one, item, section.id, before=first.id))
    await house.step(100)
    assert await house.holds_what_exports_say()
    assert house.copy(canteen).name == f"01-le-midi-{canteen}.md"
    assert house.copy(garage).name == f"02-le-coeur-du-garage-{garage}.md"


@pytest.mark.promise("X6")
async def test_a_removed_note_with_a_text_keeps_its_copy(house: House) -> None:
    garage, canteen, _ = house.notes
    await house.step(0)
    await remove(house, garage)
    await remove(house, canteen)
    await house.step(100)
    assert "un « pont »" in house.copy(garage).read_text("utf-8")
    assert house.copy(garage).read_bytes() == await house.exported(garage)
    assert list(house.folder.glob(f"*-{canteen}.md")) == []
    index = (house.folder / "index.md").read_text("utf-8")
    assert index.index("## Retiré du programme") < index.index(house.copy(garage).name)
    # Somebody still has the page of the other one open.
    writer = await house.join(canteen)
    await house.type(writer, "Après coup.")
    await house.step(200)
    assert "Après coup." in house.copy(canteen).read_text("utf-8")
    assert await house.holds_what_exports_say()
