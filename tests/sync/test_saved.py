"""One "saved" for each change that a provider counts, and none before the change is durable."""

from __future__ import annotations

import pytest

from server.sync.messages import SyncStep1, SyncStep2, Update
from server.sync.settling import acknowledge, committed, take
from storage import log as storage_log
from storage.values import ConnectionId, Milliseconds, PersonId
from tests.sync.conftest import NOTE, Hall, Peer

pytestmark = pytest.mark.promise("W2")


@pytest.mark.promise("L1")
async def test_a_repetition_is_not_acknowledged_before_what_it_repeats_is_durable(
    hall: Hall,
) -> None:
    anne = await hall.joined()
    before = anne.saved
    anne.type("Bonjour")
    (update,) = anne.outbox
    anne.say()
    anne.room.receive(anne.member, Update(update))
    anne.listen()
    assert anne.saved == before, "nothing is committed yet"
    await hall.settled()
    anne.listen()
    assert anne.saved == before + 2


@pytest.mark.promise("L1")
async def test_nor_while_it_is_being_committed(hall: Hall) -> None:
    anne = await hall.joined()
    before = anne.saved
    anne.type("Bonjour")
    (update,) = anne.outbox
    anne.say()
    batch = take(anne.room)  # as the pump does before it commits
    anne.room.receive(anne.member, Update(update))
    anne.listen()
    assert anne.saved == before
    outcomes = await hall.store.submit([queued.submission for queued in batch])
    committed(anne.room, batch, outcomes)
    acknowledge(anne.room, batch, outcomes)
    anne.listen()
    assert anne.saved == before + 2


@pytest.mark.promise("K4")
async def test_a_repetition_of_what_lost_a_race_is_not_acknowledged(hall: Hall) -> None:
    anne = await hall.joined()
    before = anne.saved
    anne.type("trop tard")
    (update,) = anne.outbox
    anne.say()
    anne.room.receive(anne.member, Update(update))
    await hall.store.write(  # another process was first
        lambda db: storage_log.lock(
            db,
            NOTE,
            by=PersonId("moderator"),
            why="",
            at=Milliseconds(1_700_000_000_500),
            connection=ConnectionId(""),
        )
    )
    await hall.settled()
    anne.listen()
    assert anne.saved == before
    await hall.rooms.unlock([NOTE], by=PersonId("moderator"))
    anne.listen()  # it is asked what it has, and answers
    await hall.settled()
    anne.listen()
    assert anne.saved == before + 2
    assert await hall.stored_text() == "trop tard\n"


async def test_what_was_made_offline_is_counted_once_with_the_answer(hall: Hall) -> None:
    """A provider that comes back sends what piled up, and all of it again when it is asked."""
    anne = await hall.peer()
    anne.type("hors ")
    anne.type("ligne ")
    piled_up, anne.outbox = anne.outbox, []
    anne.room.receive(anne.member, SyncStep1(anne.doc.get_state()))
    for update in piled_up:
        anne.room.receive(anne.member, Update(update))
    await hall.settled()
    assert _saved(anne) == 0, "it counts one change: the answer that it has yet to send"
    anne.type("et depuis ")
    anne.say()
    await hall.settled()
    assert _saved(anne) == 1
    anne.room.receive(anne.member, SyncStep2(anne.doc.get_update()))
    await hall.settled()
    assert _saved(anne) == 2


def _saved(peer: Peer) -> int:
    """How many were told so far; its questions are left for the test to answer."""
    peer.answers()
    return peer.saved
