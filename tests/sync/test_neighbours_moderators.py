"""Two processes on one store: what moderators say and take back in one of them (S6)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.bus.messages import Announcement
from server.errors import Conflict
from server.sync.taking_back import TakingBack
from storage.values import DayId, PersonId
from tests.sync.conftest import NOTE, right_here
from tests.sync.two import Two, saying

MODERATOR = PersonId("moderator")


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    async with Two.open(tmp_path) as found:
        yield found


@pytest.mark.promise("S6")
async def test_an_announcement_is_told_in_every_process_also_to_who_comes_later(two: Two) -> None:
    bruno = await two.there.joined()
    bruno.hello()
    said = Announcement("1", DayId("day"), None, "Inès", two.here.clock(), "Dix minutes.")
    two.here.rooms.announcements.announce(said, two.here.rooms.live())
    two.wire.deliver_all()
    late = await two.there.joined()
    late.hello()
    for peer in (bruno, late):
        peer.listen()
        told = [json.loads(notice) for notice in peer.notices]
        texts = [one["text"] for one in told if one["type"] == "announcement"]
        assert texts == ["Dix minutes."]


@pytest.mark.promise("S6", "H3")
async def test_what_is_taken_back_by_one_process_goes_in_the_other_once(two: Two) -> None:
    anne, bruno = await two.here.joined(name="anne"), await two.there.joined(name="bruno")
    saying(bruno, "Le texte de Bruno. ")
    await two.rest()
    saying(anne, "NUL ")
    saying(bruno, "Et la suite. ")  # not heard by the process that takes back
    halls = (two.here, two.there)
    back = [
        TakingBack(hall.store, hall.pump, hall.rooms, clock=hall.clock, elsewhere=right_here)
        for hall in halls
    ]
    await asyncio.gather(*(hall.settled() for hall in halls))
    done = await asyncio.gather(
        *(one.take_back(NOTE, PersonId("anne"), 10, by=MODERATOR) for one in back),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Conflict) for one in done) == 1, done
    await two.rest()
    anne.listen()
    bruno.listen()
    assert anne.text == "Et la suite. Le texte de Bruno. \n" == bruno.text
    assert bruno.text == await two.here.stored_text() == await two.there.stored_text()
