"""Two processes on one store, with a wire between them that is delivered by hand (S6)."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.bus.messages import Announcement
from server.days.access import Role
from server.errors import Conflict, Unavailable
from server.sync.codec import var_string, var_uint
from server.sync.held import Decision, decide_held
from server.sync.messages import Awareness, Update
from server.sync.neighbours import SILENT_SECONDS
from server.sync.settling import MAX_AHEAD, acknowledge, committed
from server.sync.taking_back import TakingBack
from storage.store import Store
from storage.values import DayId, Milliseconds, PersonId
from tests.sync import written
from tests.sync.conftest import NOTE, Hall, Peer, add_day_with_note, right_here
from tests.sync.wire import Wire

MODERATOR = PersonId("moderator")


@dataclass
class Two:
    """Two halls on one store."""

    here: Hall
    there: Hall
    wire: Wire
    now: float = 0.0

    async def rest(self) -> None:
        """Return when everything that was said has been heard, shown and stored."""
        for _ in range(4):
            for hall in (self.here, self.there):
                await hall.settled()
                await hall.settled()
            self.wire.deliver_all()

    def tick(self, seconds: float) -> None:
        self.now += seconds
        for hall in (self.here, self.there):
            hall.rooms.step(self.now)
            assert hall.neighbours is not None
            hall.neighbours.step(self.now)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    times = itertools.count(1_700_000_000_000)
    connections: itertools.count[int] = itertools.count()
    wire = Wire()

    def clock() -> Milliseconds:
        return Milliseconds(next(times))

    async with (
        await Store.open(tmp_path, clock=clock) as one,
        await Store.open(tmp_path, clock=clock) as other,
    ):
        await one.write(lambda db: add_day_with_note(db, DayId("day"), NOTE, clock()))
        found: list[Two] = []

        def monotonic() -> float:
            return found[0].now if found else 0.0

        here = Hall.on(one, clock, monotonic, wire.end("here"))
        there = Hall.on(other, clock, monotonic, wire.end("there"))
        here._count = there._count = connections
        found.append(Two(here, there, wire))
        running = [asyncio.create_task(hall.pump.run()) for hall in (here, there)]
        yield found[0]
        for hall in (here, there):
            hall.pump.stop()
        await asyncio.gather(*running)


def saying(peer: Peer, words: str) -> None:
    peer.type(words)
    peer.say()


@pytest.mark.promise("S6")
async def test_an_edit_is_shown_by_the_other_process_at_once(two: Two) -> None:
    anne, bruno = await two.here.joined(), await two.there.joined()
    saying(anne, "Bonjour")
    await two.here.settled()
    two.wire.deliver_all()
    await two.there.settled()
    bruno.listen()
    assert bruno.text == "Bonjour\n"
    assert two.there.rooms.tallies.gaps == 0  # the log was not read


@pytest.mark.promise("S6")
async def test_what_comes_together_from_elsewhere_is_shown_in_one_frame(two: Two) -> None:
    anne, bruno = await two.here.joined(), await two.there.joined()
    bruno.listen()
    heard = bruno.updates_heard
    for n in range(5):
        saying(anne, f"a{n} ")
        await two.here.settled()
    saying(bruno, "bruno ")
    two.wire.deliver_all()
    await two.there.settled()
    bruno.listen()
    assert bruno.updates_heard - heard == 1
    assert sorted(bruno.text.split()) == ["a0", "a1", "a2", "a3", "a4", "bruno"]
    assert two.there.rooms.tallies.gaps == 0
    await two.rest()
    anne.listen()
    assert anne.text == bruno.text == await two.here.stored_text()


@pytest.mark.promise("S6", "L7")
async def test_people_of_two_processes_write_at_once_and_read_the_same(two: Two) -> None:
    anne, bruno = await two.here.joined(), await two.there.joined()
    for n in range(20):
        saying(anne, f"a{n} ")
        saying(bruno, f"b{n} ")
        await asyncio.gather(two.here.settled(), two.there.settled())
        if n % 3 == 0:
            two.wire.deliver_all()
        anne.listen()
        bruno.listen()
    await two.rest()
    anne.listen()
    bruno.listen()
    assert anne.text == bruno.text == await two.here.stored_text()
    assert sorted(anne.text.split()) == sorted(f"{who}{n}" for who in "ab" for n in range(20))
    assert (anne.saved, bruno.saved) == (21, 21)


@pytest.mark.promise("S6")
async def test_what_a_lost_message_told_is_read_from_the_log(two: Two) -> None:
    anne, bruno = await two.here.joined(), await two.there.joined()
    saying(anne, "perdu ")
    await two.here.settled()
    two.wire.under_way.clear()
    saying(anne, "entendu ")
    await two.rest()
    bruno.listen()
    assert bruno.text == anne.text
    assert two.there.rooms.tallies.gaps == 1


@pytest.mark.promise("S6")
async def test_without_a_wire_the_store_is_asked(two: Two) -> None:
    anne, bruno = await two.here.joined(), await two.there.joined()
    saying(anne, "Bonjour")
    await two.here.settled()
    two.wire.under_way.clear()
    await two.there.follow_others()
    bruno.listen()
    assert bruno.text == "Bonjour\n"


@pytest.mark.promise("S6", "A3")
async def test_who_goes_over_to_another_process_says_again_what_others_wrote(two: Two) -> None:
    """The other process has heard nothing of it yet, and refuses nobody for it."""
    anne, bruno = await two.here.joined(name="anne"), await two.here.joined(name="bruno")
    await two.there.joined()  # the note is live there
    await two.rest()
    saying(anne, "Anne écrit. ")
    await two.here.settled()
    bruno.listen()
    two.wire.under_way.clear()
    again = await two.there.peer(name="bruno", doc=bruno.doc)
    again.greet()
    saying(again, "Bruno répond. ")
    await two.rest()
    again.listen()
    assert again.socket.closed is None
    assert again.text == await two.here.stored_text() == "Bruno répond. Anne écrit. \n"
    rows = await two.here.store.tail(NOTE, 1)
    assert [row.author for row in rows] == ["anne", "bruno"]


@pytest.mark.promise("S6", "L7")
async def test_one_who_says_two_things_at_one_clock_is_heard_once(two: Two) -> None:
    """A lying client: other text under the same client id and clock, by two processes at once."""
    liar_here = await two.here.joined(name="liar")
    liar_there = await two.there.joined(name="liar")
    anne, bruno = await two.here.joined(), await two.there.joined()
    await two.rest()
    first = written.update([(99, 0, [written.text("vrai")])])
    second = written.update([(99, 0, [written.text("faux")])])
    liar_here.room.receive(liar_here.member, Update(first))
    liar_there.room.receive(liar_there.member, Update(second))
    await asyncio.gather(two.here.settled(), two.there.settled())
    await two.rest()
    anne.listen()
    bruno.listen()
    assert anne.text == bruno.text == await two.here.stored_text()
    assert ("vrai" in anne.text) != ("faux" in anne.text)


@pytest.mark.promise("S6", "W2")
async def test_what_two_tabs_say_at_two_processes_is_called_saved_in_both(two: Two) -> None:
    """Both have one document, as tabs of one browser do. What waits to be thanked for a repetition
    is not forgotten when nothing of the queue is news any more."""
    one, other = await two.here.joined(name="anne"), await two.there.joined(name="anne")
    await two.rest()
    one.type("une fois ")
    (update,) = one.outbox
    one.say()
    await two.here.settled()
    for _ in range(3):
        other.room.receive(other.member, Update(update))
    two.wire.deliver_all()
    await two.rest()
    one.listen()
    other.listen()
    assert (one.saved, other.saved) == (1 + 1, 1 + 3)
    assert other.text == await two.here.stored_text() == "une fois \n"


@pytest.mark.promise("S6", "S4")
async def test_a_note_that_failed_here_and_lives_on_elsewhere_is_let_go(two: Two) -> None:
    anne = await two.here.joined(name="anne")
    end, _ = two.wire.ends
    assert NOTE in end.notes
    anne.room.end(Unavailable("Edits cannot be stored now; they stay with you."))
    two.tick(0.1)
    assert NOTE not in end.notes
    again = await two.here.joined(name="anne", doc=anne.doc)
    assert again.room is not anne.room
    assert NOTE in end.notes


@pytest.mark.promise("K1", "K2", "S6")
async def test_a_lock_of_one_process_holds_in_the_other(two: Two) -> None:
    anne = await two.there.joined(name="anne")
    anne.hello()
    await two.rest()
    anne.listen()
    anne.notices.clear()
    await two.here.rooms.lock([NOTE], by=MODERATOR, why="fin", drain_seconds=0)
    saying(anne, "trop tard")  # before anything is heard of the lock there
    await two.there.settled()
    await two.rest()
    anne.listen()
    assert await two.here.stored_text() == "\n"
    assert any('"why": "fin"' in notice for notice in anne.notices)
    assert anne.room.lock is not None


@pytest.mark.promise("K2")
async def test_people_of_the_other_process_are_warned_of_a_lock_and_waited_for(two: Two) -> None:
    anne = await two.there.joined(name="anne")
    anne.hello()
    two.tick(1.0)
    await two.rest()
    anne.listen()
    anne.notices.clear()
    two.wire.said.clear()
    locking = asyncio.create_task(
        two.here.rooms.lock([NOTE], by=MODERATOR, why="", drain_seconds=0.2)
    )
    await two.wire.said.wait()
    two.wire.deliver_all()
    anne.listen()
    assert any('"type": "locking"' in notice for notice in anne.notices)
    saying(anne, "encore à temps")
    await two.there.settled()
    await locking
    assert await two.here.stored_text() == "encore à temps\n"


@pytest.mark.promise("K4", "S6")
async def test_what_is_held_by_one_process_is_decided_by_the_other_once(two: Two) -> None:
    anne = await two.here.joined(name="anne")
    here = await two.here.joined(Role.MODERATOR, name="moderator")
    there = await two.there.joined(Role.MODERATOR, name="moderator")
    await two.here.rooms.lock([NOTE], by=MODERATOR, why="", drain_seconds=0)
    saying(anne, "trop tard")
    await two.rest()
    assert list(here.room.replica.held) == list(there.room.replica.held) != []
    (id,) = there.room.replica.held

    async def decide(hall: Hall, peer: Peer, decision: Decision) -> None:
        await decide_held(
            hall.store, hall.pump, peer.room, id, decision, by=MODERATOR, at=hall.clock()
        )

    found = await asyncio.gather(
        decide(two.here, here, Decision.KEEP),
        decide(two.there, there, Decision.DISCARD),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in found) in (
        ["NoneType", "NotFound"],
        ["Conflict", "NoneType"],
    ), found
    await two.rest()
    assert not here.room.replica.held
    assert not there.room.replica.held
    assert await two.here.stored_text() == "\n"


# Presence


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


async def test_a_storm_of_commits_is_read_from_the_log(two: Two) -> None:
    anne, bruno = await two.here.joined(), await two.there.joined()
    await two.rest()
    bruno.type("au milieu ")
    bruno.say()
    batch = bruno.room.take_queue()  # a commit that does not come back
    for n in range(MAX_AHEAD + 10):
        saying(anne, f"{n} ")
        await two.here.settled()
    two.wire.deliver_all()
    assert len(bruno.room.ahead) <= MAX_AHEAD
    outcomes = await two.there.store.submit([queued.submission for queued in batch])
    if not committed(bruno.room, batch, outcomes):
        await two.there.pump.follow(bruno.room)
    acknowledge(bruno.room, batch, outcomes)
    await two.rest()
    bruno.listen()
    assert bruno.text == await two.here.stored_text()
    assert "0 " in bruno.text


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
