"""What the metrics are read from, while people write: states, counts and ages."""

from __future__ import annotations

import pytest

from server.days.access import Role
from server.errors import CalepinError
from server.metrics import STATES, state_of
from storage.values import PersonId
from tests.sync.conftest import NOTE, Hall, Peer

pytestmark = pytest.mark.promise("O3")


async def lock(hall: Hall) -> None:
    await hall.rooms.lock([NOTE], by=PersonId("m"), why="", drain_seconds=0)


def states(*peers: Peer) -> list[str]:
    found = [state_of(peer.member) for peer in peers]
    assert set(found) <= set(STATES)
    return found


async def test_each_connection_is_in_one_state(hall: Hall) -> None:
    new = await hall.peer()
    writer, slow = await hall.joined(), await hall.joined(Role.READER)
    assert states(new, writer, slow) == ["joining", "in_step", "in_step"]

    slow.socket.behind = True
    writer.type("un mot ")
    writer.say()
    await hall.settled()
    assert states(writer, slow) == ["in_step", "behind"]
    slow.socket.behind = False
    assert states(slow) == ["behind"]  # it has drained and not yet got its update
    slow.room.caught_up(slow.member)
    slow.listen()
    assert (states(slow), slow.text) == (["in_step"], "un mot \n")

    await lock(hall)
    writer.type("trop tard ")
    writer.say()
    await hall.settled()
    assert states(writer) == ["resynchronising"]
    assert hall.rooms.tallies.resyncs == 0
    await hall.rooms.unlock([NOTE], by=PersonId("m"))
    assert hall.rooms.tallies.resyncs == 1
    writer.listen()
    await hall.settled()
    slow.listen()
    assert (states(writer), slow.text) == (["in_step"], "trop tard un mot \n")


async def test_the_counts_of_those_who_left_are_kept(hall: Hall) -> None:
    writer = await hall.joined()
    writer.type("un mot")
    writer.say()
    await hall.settled()
    counts = writer.member.session.counts
    assert counts.accepted == 1
    before = counts.received
    writer.room.leave(writer.member)
    writer.room.leave(writer.member)  # twice is once
    assert hall.rooms.tallies.left.received == before
    assert hall.rooms.tallies.left.accepted == 1


async def test_the_age_of_what_is_not_durable_grows_until_it_is(hall: Hall) -> None:
    writer = await hall.joined()
    assert hall.pump.oldest_unsaved_seconds() == 0
    writer.type("un mot")
    writer.say()
    young = hall.pump.oldest_unsaved_seconds()
    assert 0 < young < hall.pump.oldest_unsaved_seconds()
    await hall.settled()
    assert hall.pump.oldest_unsaved_seconds() == 0
    assert "un mot" in await hall.stored_text()


async def test_an_ended_note_counts_for_everybody_in_it(hall: Hall) -> None:
    first, second = await hall.joined(), await hall.joined()
    first.room.end(CalepinError("It ends."))
    assert hall.rooms.tallies.ended == {"error": 2}
    assert (first.socket.closed, second.socket.closed) == ((1011, "It ends."),) * 2
