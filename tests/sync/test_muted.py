"""Who is muted reads on; what they send is held, and comes in when they may write again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.bus.messages import Announcement
from server.days.access import Role
from server.sync.announcements import KEPT_MS, MAX_KEPT
from server.sync.room import Room
from storage import muted
from storage.values import DayId, Milliseconds, NoteId, PersonId
from tests.sync.conftest import NOTE, Hall, Peer
from tests.sync.test_taking_back import INÈS, PAUL, all_hear

DAY = DayId("day")


async def mute(hall: Hall, *people: PersonId) -> None:
    """As the store says it; no such person has to have joined here."""
    hall.rooms.mutes = {one: muted.Mute(one, hall.clock(), INÈS) for one in people}
    for room in hall.rooms.live():
        room.follow_mutes(hall.rooms.mutes)


def last_notice(peer: Peer, kind: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [json.loads(one) for one in peer.notices if one.startswith("{")]
    return [one for one in found if one["type"] == kind][-1]


@pytest.mark.parametrize("counts_saved", [True, False])
async def test_what_a_muted_person_sends_is_held_until_they_may_write(
    hall: Hall, counts_saved: bool
) -> None:
    paul = await hall.joined(name=PAUL, counts_saved=counts_saved)
    quentin = await hall.joined(name="quentin")
    if counts_saved:
        paul.hello()
    paul.type("Avant. ")
    await all_hear(hall, paul, quentin)
    await mute(hall, PAUL)
    paul.type("Pendant. ")
    quentin.type("Quentin. ")
    await all_hear(hall, paul, quentin)
    assert quentin.text == "Quentin. Avant. \n" == await hall.stored_text()
    if counts_saved:
        assert last_notice(paul, "state")["muted"]["by"] == INÈS
        assert paul.scopes[-1] == "readonly"
        assert paul.not_saved > 0
    else:
        assert "may not write" in paul.notices[-1]
    await mute(hall)
    await all_hear(hall, paul, quentin)
    assert "Pendant. " in quentin.text
    assert quentin.text == paul.text == await hall.stored_text()
    assert not paul.room.replica.held
    if counts_saved:
        assert last_notice(paul, "state")["muted"] is None
        assert paul.scopes[-1] == "read-write"
        assert paul.saved == 3, "its greeting and both of its texts"


async def test_an_unlock_does_not_give_writing_back(hall: Hall) -> None:
    paul, quentin = await hall.joined(name=PAUL), await hall.joined(name="quentin")
    await mute(hall, PAUL)
    await hall.rooms.lock([NOTE], by=INÈS, why="", drain_seconds=0)
    paul.type("Paul. ")
    quentin.type("Quentin. ")
    await all_hear(hall, paul, quentin)
    await hall.rooms.unlock([NOTE], by=INÈS)
    await all_hear(hall, paul, quentin)
    assert quentin.text == "Quentin. \n" == await hall.stored_text()
    assert paul.scopes[-1] == "readonly"
    await mute(hall)
    await all_hear(hall, paul, quentin)
    assert "Paul. " in quentin.text
    assert quentin.text == paul.text == await hall.stored_text()


async def test_who_comes_while_muted_is_muted_and_who_passes_a_lock_is_not(hall: Hall) -> None:
    await mute(hall, PAUL, INÈS)
    room = await hall.rooms.open(NOTE)
    for name, role, writes in ((PAUL, Role.WRITER, False), (INÈS, Role.MODERATOR, True)):
        peer = await hall.peer(role, name=name)
        room.leave(peer.member)
        hall.rooms.admit(room, peer.member)
        peer.greet()
        peer.type(f"{name}. ")
        await all_hear(hall, peer)
        assert (f"{name}. " in await hall.stored_text()) is writes


def announcement(id: str, *, note: NoteId | None, at: Milliseconds) -> Announcement:
    return Announcement(id, DAY, note, "Inès", at, f"Message {id}.")


def heard(peer: Peer) -> list[str]:
    peer.listen()
    found = [json.loads(one) for one in peer.notices if one.startswith("{")]
    return [one["text"] for one in found if one["type"] == "announcement"]


async def test_an_announcement_reaches_those_who_are_here_and_who_come_soon(hall: Hall) -> None:
    paul = await hall.joined(name=PAUL)
    plain = await hall.joined(name="plain")
    paul.hello()
    told = hall.rooms.announcements
    now = hall.clock()
    rooms: list[Room] = hall.rooms.live()
    told.announce(announcement("1", note=None, at=now), rooms)
    told.announce(announcement("2", note=NOTE, at=now), rooms)
    told.announce(announcement("3", note=NoteId("another"), at=now), rooms)
    told.announce(announcement("4", note=None, at=Milliseconds(now - KEPT_MS)), rooms)
    told.hear(announcement("1", note=None, at=now), rooms)  # said twice
    assert heard(paul) == ["Message 1.", "Message 2.", "Message 4."]
    assert heard(plain) == [], "it has not said that it knows notices"
    late = await hall.joined(name="late")
    late.hello()
    assert heard(late) == ["Message 1.", "Message 2."]
    for number in range(MAX_KEPT):
        told.announce(announcement(f"n{number}", note=NOTE, at=now), rooms)
    later = await hall.joined(name="later")
    later.hello()
    assert len(heard(later)) == MAX_KEPT
