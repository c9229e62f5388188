"""The lock is honest: what is typed too late is kept, attributed, and never silently lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.days.access import Role
from server.errors import Conflict
from server.sync.held import Decision, decide_held
from server.sync.messages import SyncStep2
from storage import held as storage_held
from storage import log as storage_log
from storage.values import ConnectionId, HeldState, Kind, PersonId
from tests.sync.conftest import NOTE, Hall, open_hall

MODERATOR = PersonId("moderator")


async def lock(hall: Hall, why: str = "Le débat est clos.") -> None:
    await hall.rooms.lock([NOTE], by=MODERATOR, why=why, drain_seconds=0)


async def unlock(hall: Hall) -> None:
    await hall.rooms.unlock([NOTE], by=MODERATOR)


@pytest.mark.promise("K1", "K2")
async def test_nothing_of_a_writer_comes_between_lock_and_unlock(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    anne.type("avant ")
    anne.say()
    await lock(hall)
    for word in ("trop ", "tard "):
        anne.type(word)
        anne.say()
    await hall.settled()
    bruno.listen()
    assert bruno.text == "avant \n" == await hall.stored_text()
    kinds = [row.kind for row in await hall.store.tail(NOTE, 0)]
    assert kinds == [Kind.UPDATE, Kind.UPDATE, Kind.LOCK]


@pytest.mark.promise("K4")
async def test_what_was_typed_while_locked_is_kept_and_merges_on_unlock(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    await lock(hall)
    anne.listen()
    assert anne.scopes[-1] == "readonly"
    anne.type("trop tard")
    anne.say()
    await hall.settled()
    anne.listen()
    assert (anne.not_saved, anne.saved) == (1, 1)
    kept = await hall.store.read(lambda db: storage_held.of_note(db, NOTE))
    assert [held.author for held in kept] == [anne.member.visitor.person]
    await unlock(hall)
    anne.listen()  # it is asked what it has, and answers
    await hall.settled()
    anne.listen()
    bruno.listen()
    assert bruno.text == anne.text == "trop tard\n" == await hall.stored_text()
    assert anne.saved == 2, "its count of unsynced changes comes back to zero"
    assert anne.scopes[-1] == "read-write"
    kept = await hall.store.read(lambda db: storage_held.of_note(db, NOTE))
    assert [held.state for held in kept] == [HeldState.MERGED]


async def test_after_the_unlock_nothing_is_accepted_before_the_answer(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    await lock(hall)
    anne.type("pendant ")
    anne.say()
    await unlock(hall)
    anne.type("apres ")
    anne.say()  # it has not read the question yet
    await hall.settled()
    bruno.listen()
    assert bruno.text == "\n"
    anne.listen()
    await hall.settled()
    bruno.listen()
    assert bruno.text == "apres pendant \n"
    counts = anne.member.session.counts
    assert counts.received == counts.accepted + counts.nothing + counts.held + counts.refused
    assert counts.held == 2


async def test_an_answer_to_an_older_question_does_not_end_the_resync(hall: Hall) -> None:
    anne = await hall.peer()
    anne.greet()  # it has answered the first question; a second is on its way
    await hall.settled()
    anne.room.ask_afresh(anne.member)
    (stale,) = anne.answers()
    anne.type("pendant")
    await lock(hall)
    anne.say()
    await unlock(hall)
    anne.room.receive(anne.member, SyncStep2(stale))
    assert anne.member.session.must_resync
    anne.listen()
    await hall.settled()
    assert await hall.stored_text() == "pendant\n"


@pytest.mark.promise("K7")
async def test_a_plain_client_is_held_too_and_told_once(hall: Hall) -> None:
    anne = await hall.joined(counts_saved=False)
    await lock(hall)
    for word in ("a", "b", "c"):
        anne.type(word)
        anne.say()
    anne.listen()
    assert len(anne.notices) == 1
    assert "locked" in anne.notices[0]
    await unlock(hall)
    anne.listen()
    await hall.settled()
    assert await hall.stored_text() == "cba\n"


async def test_a_moderator_writes_in_a_locked_note(hall: Hall) -> None:
    moderator, anne = await hall.joined(Role.MODERATOR), await hall.joined()
    await lock(hall)
    moderator.type("Conclusion.")
    moderator.say()
    await hall.settled()
    anne.listen()
    assert anne.text == "Conclusion.\n"


@pytest.mark.promise("K3", "K5")
async def test_a_lock_survives_a_restart_with_who_when_and_why(tmp_path: Path) -> None:
    async with open_hall(tmp_path) as hall:
        await lock(hall, "Salle rendue à 12 h")
    async with open_hall(tmp_path) as hall:
        anne = await hall.joined()
        standing = anne.room.lock
        assert standing is not None
        assert (standing.by, standing.why, standing.seq) == (MODERATOR, "Salle rendue à 12 h", 2)
        anne.type("trop tard")
        anne.say()
        await hall.settled()
        assert await hall.stored_text() == "\n"


@pytest.mark.promise("K4")
async def test_offline_text_that_arrives_after_the_lock_is_held(hall: Hall) -> None:
    anne = await hall.joined()
    anne.room.leave(anne.member)
    anne.type("écrit dans le train")
    await lock(hall)
    again = await hall.joined(name=anne.member.visitor.name, doc=anne.doc)
    assert again.not_saved == 1
    assert await hall.stored_text() == "\n"
    await unlock(hall)
    again.listen()
    await hall.settled()
    assert await hall.stored_text() == "écrit dans le train\n"


@pytest.mark.promise("K1")
async def test_a_lock_by_another_process_wins_the_race(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    anne.type("perdu de justesse")
    anne.say()
    # Another process locks while this one still believes that the note is open.
    with hall.store.database.write() as db:
        storage_log.lock(
            db, NOTE, by=MODERATOR, why="", at=hall.clock(), connection=ConnectionId("")
        )
    await hall.settled()
    assert anne.room.lock is not None
    bruno.listen()
    assert bruno.text == "\n" == await hall.stored_text()
    anne.type("et encore ")
    anne.say()
    await hall.settled()
    await unlock(hall)
    anne.listen()
    await hall.settled()
    bruno.listen()
    assert bruno.text == anne.text == "et encore perdu de justesse\n"
    anne.listen()
    assert (anne.saved, anne.not_saved) == (3, 2)


async def test_rows_of_another_process_are_shown_in_order(hall: Hall) -> None:
    anne = await hall.joined()
    other = await hall.joined(name="other")
    other.type("d’ailleurs")
    (update,) = other.outbox
    from storage.values import Submission

    with hall.store.database.write() as db:
        storage_log.append(
            db,
            [Submission(NOTE, PersonId("x"), ConnectionId("x"), hall.clock(), update)],
        )
    anne.type("ici ")
    anne.say()
    await hall.settled()
    anne.listen()
    assert sorted(anne.text) == sorted("ici d’ailleurs\n")
    assert anne.text == await hall.stored_text()


@pytest.mark.promise("K4")
async def test_text_of_somebody_who_left_waits_for_a_named_decision(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    await lock(hall)
    for word in ("parti ", "sans "):
        anne.type(word)
        anne.say()
    await hall.settled()
    anne.room.leave(anne.member)
    room = bruno.room
    first, second = sorted(room.replica.held)

    async def decide(id: int, decision: Decision) -> None:
        await decide_held(hall.store, hall.pump, room, id, decision, by=MODERATOR, at=hall.clock())

    with pytest.raises(Conflict, match="unlock"):
        await decide(first, Decision.MERGE)
    await unlock(hall)
    assert await hall.stored_text() == "\n", "it waits"
    await decide(second, Decision.MERGE)
    bruno.listen()
    assert bruno.text == "sans parti \n" == await hall.stored_text()
    kept = await hall.store.read(lambda db: storage_held.of_note(db, NOTE))
    assert [(held.state, held.decided_by) for held in kept] == [(HeldState.MERGED, MODERATOR)] * 2
    assert not room.replica.held
    author = (await hall.store.tail(NOTE, 0))[-1].author
    assert author == anne.member.visitor.person


async def test_what_one_person_may_have_held_is_capped_visibly(hall: Hall) -> None:
    anne = await hall.joined()
    anne.hello()
    await lock(hall)
    anne.type("x" * 600_000)
    anne.say()
    anne.type("y" * 600_000)
    anne.say()
    await hall.settled()
    anne.listen()
    counts = anne.member.session.counts
    assert (counts.held, counts.refused) == (1, 1)
    assert any('"too_large"' in notice for notice in anne.notices)
    await unlock(hall)
    anne.listen()
    await hall.settled()
    assert len(await hall.stored_text()) == 1_200_001, "the document at hand still has it all"


async def test_a_hundred_locks_under_fire(hall: Hall) -> None:
    writers = [await hall.joined() for _ in range(5)]
    for cycle in range(20):
        for writer in writers:
            writer.type(f"{cycle}.")
            writer.say()
        await (lock if cycle % 2 else unlock)(hall)
        for writer in writers:
            writer.listen()
    await unlock(hall)
    for _ in range(3):
        for writer in writers:
            writer.listen()
        await hall.settled()
    texts = {writer.text for writer in writers}
    assert texts == {await hall.stored_text()}
    assert all(texts.copy().pop().count(f"{cycle}.") >= 5 for cycle in range(20))


@pytest.mark.promise("K4")
async def test_who_comes_back_and_says_it_again_is_kept_once_and_told(hall: Hall) -> None:
    anne = await hall.joined()
    anne.hello()
    await lock(hall)
    anne.listen()
    for word in ("trop ", "tard ", "😀"):
        anne.type(word)
    anne.delete(4, 6)
    anne.say()
    await hall.settled()
    anne.listen()
    assert [json.loads(notice)["held"] for notice in anne.notices][-1] == 4
    again = await hall.joined(name=anne.member.visitor.name, doc=anne.doc)
    assert len(await hall.store.read(lambda db: storage_held.of_note(db, NOTE))) == 4
    again.type("et encore ")
    again.say()
    await hall.settled()
    assert len(await hall.store.read(lambda db: storage_held.of_note(db, NOTE))) == 5
    await unlock(hall)
    again.listen()
    await hall.settled()
    assert await hall.stored_text() == anne.text
    held = await hall.store.read(lambda db: storage_held.of_note(db, NOTE))
    assert {one.state for one in held} == {HeldState.MERGED}
