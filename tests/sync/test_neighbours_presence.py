"""Two processes on one store: who is here, and there (S6)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.sync.codec import var_string, var_uint
from server.sync.messages import Awareness
from server.sync.neighbours import SILENT_SECONDS
from tests.sync.conftest import NOTE, Peer
from tests.sync.two import Two


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    async with Two.open(tmp_path) as found:
        yield found


def presence(client: int, clock: int, state: str) -> Awareness:
    return Awareness(b"\x01" + var_uint(client) + var_uint(clock) + var_string(state))


def told(peer: Peer, state: str) -> bool:
    peer.listen()
    return any(state.encode() in data for data in peer.presence)


@pytest.mark.promise("S6")
async def test_who_is_here_is_shown_there_until_the_process_is_silent(two: Two) -> None:
    anne, bruno = await two.here.joined(name="anne"), await two.there.joined(name="bruno")
    anne.room.receive(anne.member, presence(11, 1, '{"user":"anne"}'))
    two.tick(0.5)
    await two.rest()
    two.tick(0.5)
    assert told(bruno, '{"user":"anne"}')
    assert [one.name for one in two.there.rooms.who(NOTE)] == ["bruno", "anne"]
    bruno.presence.clear()
    two.wire.cut(two.wire.ends[0])  # the process died
    two.now += SILENT_SECONDS + 0.1
    assert two.there.neighbours is not None
    two.there.neighbours.step(two.now)
    two.there.rooms.step(two.now)
    assert told(bruno, "null")
    assert [one.name for one in two.there.rooms.who(NOTE)] == ["bruno"]


@pytest.mark.promise("S6")
async def test_a_process_that_stood_still_is_asked_for_its_people(two: Two) -> None:
    """It does not know that the others have forgotten them, and would not tell by itself."""
    anne, bruno = await two.here.joined(name="anne"), await two.there.joined(name="bruno")
    anne.room.receive(anne.member, presence(11, 5, '{"user":"anne"}'))
    two.tick(0.5)
    await two.rest()
    two.now += SILENT_SECONDS + 0.1
    assert two.there.neighbours is not None
    two.there.neighbours.step(two.now)
    two.there.rooms.step(two.now)
    # At her own clock: peers take what is newer, which the next sign of her is.
    assert told(bruno, presence(11, 5, "null").data.decode())
    two.tick(0.1)
    await two.rest()
    bruno.presence.clear()
    two.tick(0.5)
    assert told(bruno, '{"user":"anne"}')
    assert [one.name for one in two.there.rooms.who(NOTE)] == ["bruno", "anne"]


@pytest.mark.promise("A3")
async def test_nobody_speaks_for_somebody_of_another_process(two: Two) -> None:
    anne, bruno = await two.here.joined(name="anne"), await two.there.joined(name="bruno")
    carla = await two.there.joined(name="carla")
    anne.room.receive(anne.member, presence(11, 1, '{"user":"anne"}'))
    two.tick(0.5)
    await two.rest()
    bruno.room.receive(bruno.member, presence(11, 2, '{"user":"bruno"}'))
    two.tick(0.5)
    await two.rest()
    two.tick(0.5)
    assert told(carla, '{"user":"anne"}')
    assert not told(carla, '{"user":"bruno"}')


async def test_who_goes_over_takes_their_presence_along(two: Two) -> None:
    anne, bruno = await two.here.joined(name="anne"), await two.here.joined(name="bruno")
    anne.room.receive(anne.member, presence(11, 1, '{"user":"anne"}'))
    two.tick(0.5)
    await two.rest()
    again = await two.there.joined(name="anne")
    again.room.receive(again.member, presence(11, 2, '{"user":"anne","there":1}'))
    two.tick(0.5)
    await two.rest()
    anne.room.leave(anne.member)
    two.tick(0.5)
    await two.rest()
    two.tick(0.5)
    assert told(bruno, '"there":1')
    assert not any(b"null" in data for data in bruno.presence)


async def test_a_process_that_begins_asks_who_is_there(two: Two) -> None:
    anne = await two.here.joined(name="anne")
    anne.room.receive(anne.member, presence(11, 1, '{"user":"anne"}'))
    two.tick(0.5)
    two.wire.under_way.clear()  # nobody was there to hear it
    bruno = await two.there.joined(name="bruno")
    assert two.there.neighbours is not None
    two.there.neighbours.up(True)
    two.there.neighbours.listening([NOTE])
    await two.rest()
    two.tick(0.5)
    assert told(bruno, '{"user":"anne"}')
    assert [one.name for one in two.there.rooms.who(NOTE)] == ["bruno", "anne"]
    assert two.here.neighbours is not None
    two.here.neighbours.leave()
    await two.rest()
    assert [one.name for one in two.there.rooms.who(NOTE)] == ["bruno"]


@pytest.mark.promise("S6", "S7")
async def test_who_ends_in_order_is_gone_at_once_and_not_missed_later(two: Two) -> None:
    anne = await two.here.joined(name="anne")
    await two.there.joined(name="bruno")
    two.tick(0.5)
    await two.rest()
    assert two.here.neighbours is not None
    assert two.there.neighbours is not None
    assert two.there.neighbours.processes == 1
    two.here.rooms.close()
    two.here.neighbours.leave()
    anne.room.leave(anne.member)
    two.tick(3.0)  # it still runs, while the rest of it ends
    await two.rest()
    assert two.there.neighbours.processes == 0
    assert [one.name for one in two.there.rooms.who(NOTE)] == ["bruno"]
