"""The pump, when something it works for is gone: that ends, and nothing else."""

from __future__ import annotations

import pytest

from server.errors import NotFound
from storage import catalogue
from storage.values import DayId, NoteId
from tests.sync.conftest import Hall, add_day_with_note

OTHER_DAY, OTHER_NOTE = DayId("day-2"), NoteId("note-2")


async def add_other(hall: Hall) -> None:
    await hall.store.write(lambda db: add_day_with_note(db, OTHER_DAY, OTHER_NOTE, hall.clock()))


async def delete_other(hall: Hall) -> None:
    await hall.store.write(lambda db: catalogue.delete_day(db, OTHER_DAY))


@pytest.mark.promise("L8")
async def test_a_note_deleted_under_its_writers_ends_alone(hall: Hall) -> None:
    await add_other(hall)
    anne, bruno = await hall.joined(), await hall.joined()
    carla = await hall.joined(note=OTHER_NOTE)
    await delete_other(hall)
    saved = anne.saved, carla.saved
    for peer, words in ((carla, "trop tard"), (anne, "à temps")):
        peer.type(words)
        peer.say()
    await hall.settled()
    for peer in (anne, bruno, carla):
        peer.listen()
    assert (bruno.text, anne.saved) == ("à temps\n", saved[0] + 1)
    assert await hall.stored_text() == "à temps\n"
    assert carla.socket.closed is not None
    assert (carla.socket.closed[0], carla.saved) == (NotFound.close_code, saved[1])
    assert anne.socket.closed is None


async def test_a_note_deleted_elsewhere_ends_for_those_who_only_read(hall: Hall) -> None:
    await add_other(hall)
    carla = await hall.joined(note=OTHER_NOTE)
    await delete_other(hall)
    await hall.follow_others()
    assert carla.socket.closed is not None
    assert carla.socket.closed[0] == NotFound.close_code
    assert hall.rooms.find(OTHER_NOTE) is None
