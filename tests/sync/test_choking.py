"""A note whose log holds what the document library cannot read, in rooms with people in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage import catalogue, log
from storage.records import NoteRef
from storage.values import ConnectionId, DayId, NoteId, PersonId, Submission
from tests.sync.conftest import NOTE, Hall, first_row, open_hall
from tests.sync.poisons import ID

OTHER = NoteId("note-2")
BAD = {
    "what cannot be read": b"\x01\x01\x05\x00\x1f",
    "what makes the library panic": b"\x01\x01" + ID + b"\x00\x84" + ID + b"\x06\x00\x00",
    "half of a character in an embed": b"\x01\x01\x05\x00\x05\x01\x05notes\x08"
    + rb'"\ud83d"'
    + b"\x00",
}
"""None can enter: a log may be damaged, or of a version that knew less."""


async def damage(hall: Hall, data: bytes) -> None:
    """Put a row into the log, as only a fault could."""
    at = hall.clock()

    def write(db: Connection) -> None:
        log.append(db, [Submission(NOTE, PersonId("nobody"), ConnectionId(""), at, data)])

    await hall.store.write(write)


async def add_other_note(hall: Hall) -> None:
    at = hall.clock()

    def write(db: Connection) -> None:
        catalogue.add_note(db, NoteRef(OTHER, DayId("day"), None, at))
        log.append(
            db, [Submission(OTHER, PersonId("programme"), ConnectionId(""), at, first_row())]
        )

    await hall.store.write(write)


@pytest.mark.promise("S3")
@pytest.mark.parametrize("what", BAD)
async def test_a_note_that_the_library_fails_on_degrades_alone(what: str, tmp_path: Path) -> None:
    async with open_hall(tmp_path) as hall:
        await add_other_note(hall)
        anne = await hall.joined()
        anne.type("avant. ")
        anne.say()
        await hall.settled()
    async with open_hall(tmp_path) as hall:
        await damage(hall, BAD[what])
        anne, bruno = await hall.joined(), await hall.joined()
        elsewhere = await hall.joined(note=OTHER)
        assert anne.text == bruno.text == "avant. \n"
        for number in range(100):
            anne.type(f"{number} ", at=7)
            elsewhere.type(".")
            anne.say()
            elsewhere.say()
            await hall.settled()
        for peer in (anne, bruno, elsewhere):
            peer.listen()
        late, late_elsewhere = await hall.joined(), await hall.joined(note=OTHER)
        assert anne.text == bruno.text == late.text
        assert late.text.startswith("avant. 99 98")
        assert late_elsewhere.text == "." * 100 + "\n"
        assert (anne.saved, elsewhere.saved) == (101, 101)
    async with open_hall(tmp_path) as hall:
        assert (await hall.joined()).text == anne.text
