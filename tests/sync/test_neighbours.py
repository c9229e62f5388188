"""Two processes on one store: what one commits, the other shows (S6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.errors import Unavailable
from server.sync.messages import Update
from server.sync.settling import MAX_AHEAD, acknowledge, committed
from storage.native import run
from tests.sync import written
from tests.sync.conftest import NOTE
from tests.sync.two import Two, saying


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    async with Two.open(tmp_path) as found:
        yield found


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


@pytest.mark.promise("L7", "S6")
async def test_a_log_that_went_back_is_loaded_anew(two: Two) -> None:
    """As after the promotion of a standby that had not heard the last commit."""
    anne, bruno = await two.here.joined(name="anne"), await two.there.joined(name="bruno")
    saying(anne, "perdu ")
    await two.rest()
    bruno.listen()
    with two.here.store.database.write() as db:
        run(db, "DELETE FROM log WHERE seq = 2")
        run(db, "UPDATE note SET head = 1")
    await two.here.follow_others()
    await two.there.follow_others()
    assert anne.socket.closed is not None
    assert bruno.socket.closed is not None
    again = await two.there.joined(name="anne", doc=anne.doc)  # her provider has it still
    await two.rest()
    assert again.text == "perdu \n" == await two.here.stored_text()
