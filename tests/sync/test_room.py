"""A note, live: commit, then show, then acknowledge; and every text is read back."""

from __future__ import annotations

from pathlib import Path

import pycrdt
import pytest

from server.days.access import Role
from server.errors import UpdateRefused
from server.sync import cadence
from server.sync.cadence import (
    PRESENCE_BUDGET_BYTES,
    PRESENCE_FAST_SECONDS,
    PRESENCE_WAITS_SECONDS,
)
from server.sync.codec import var_bytes, var_uint
from server.sync.intake import MAX_WAITING_BYTES
from server.sync.messages import Awareness, SyncStep2, Update
from server.sync.rooms import MANY_ROWS
from server.sync.transport import Pause
from tests.sync.conftest import NOTE, Hall, Peer, open_hall


async def test_what_one_types_another_reads(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    anne.type("Bonjour")
    anne.say()
    await hall.settled()
    bruno.listen()
    assert bruno.text == "Bonjour\n"
    assert await hall.stored_text() == "Bonjour\n"


@pytest.mark.promise("L1")
async def test_nothing_is_shown_or_saved_before_it_is_committed(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    saved = anne.saved
    anne.type("Bonjour")
    anne.say()
    # The pump has not run: no await since the update arrived.
    anne.listen()
    bruno.listen()
    assert (bruno.text, anne.saved) == ("\n", saved)
    await hall.settled()
    anne.listen()
    assert anne.saved == saved + 1
    assert await hall.stored_text() == "Bonjour\n"


@pytest.mark.promise("L6")
async def test_coming_back_with_nothing_new_appends_nothing(hall: Hall) -> None:
    anne = await hall.joined()
    anne.type("Bonjour 😀")
    anne.delete(0, 3)
    anne.say()
    await hall.settled()
    before = await hall.store.heads([NOTE])
    again = await hall.joined(name=anne.member.visitor.name, doc=anne.doc)
    assert await hall.store.heads([NOTE]) == before
    again.room.receive(again.member, SyncStep2(again.doc.get_update()))
    await hall.settled()
    assert await hall.store.heads([NOTE]) == before
    assert again.saved >= 1, "a no-op is acknowledged"


@pytest.mark.promise("S2")
async def test_a_batch_is_one_frame_for_everybody(hall: Hall) -> None:
    writers = [await hall.joined() for _ in range(5)]
    reader = await hall.joined(Role.READER)
    heard = reader.updates_heard
    for number, writer in enumerate(writers):
        for letter in "abcd":
            writer.type(f"{letter}{number}")
        writer.say()
    await hall.settled()
    reader.listen()
    assert reader.updates_heard == heard + 1
    assert sorted(reader.text) == sorted(await hall.stored_text())
    assert len(reader.text) == 5 * 4 * 2 + 1


async def test_an_author_alone_in_a_batch_does_not_hear_an_echo(hall: Hall) -> None:
    anne = await hall.joined()
    heard = anne.updates_heard
    anne.type("x")
    anne.say()
    await hall.settled()
    anne.listen()
    assert anne.updates_heard == heard


@pytest.mark.promise("L4")
async def test_positions_have_no_gap_and_follow_the_order_of_sending(hall: Hall) -> None:
    anne = await hall.joined()
    for letter in "calepin":
        anne.type(letter, at=len(anne.text.encode()) - 1)
        anne.say()
    await hall.settled()
    rows = await hall.store.tail(NOTE, 0)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert await hall.stored_text() == "calepin\n"


async def test_a_reader_reads_and_what_they_write_is_refused_visibly(hall: Hall) -> None:
    writer, reader = await hall.joined(), await hall.joined(Role.READER)
    assert reader.scopes[-1] == "readonly"
    assert reader.saved == 1, "its greeting brought nothing, and that is saved"
    reader.type("vandale")
    reader.say()
    await hall.settled()
    reader.listen()
    writer.listen()
    assert (reader.not_saved, writer.text) == (1, "\n")


@pytest.mark.promise("A3")
async def test_nobody_writes_under_anothers_client_id(hall: Hall) -> None:
    anne, mallory = await hall.joined(), await hall.joined()
    anne.type("Anne")
    anne.say()
    await hall.settled()
    mallory.listen()
    import pycrdt

    forged: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=anne.doc.client_id)
    forged.apply_update(mallory.doc.get_update())
    before = forged.get_state()
    forged.get("notes", type=pycrdt.Text).insert(0, "pas ")
    with pytest.raises(UpdateRefused):
        mallory.room.receive(mallory.member, Update(forged.get_update(before)))
    await hall.settled()
    assert await hall.stored_text() == "Anne\n"
    assert {row.author for row in await hall.store.tail(NOTE, 1)} == {anne.member.visitor.person}


async def test_what_comes_too_early_heals_by_itself(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    for word in ("un ", "deux ", "trois "):
        anne.type(word, at=len(anne.text.encode()) - 1)
    lost, late, last = anne.outbox
    anne.outbox = [late, last]
    anne.say()
    anne.listen()  # the room asks what is missing, and is answered
    await hall.settled()
    bruno.listen()
    assert bruno.text == "un deux trois \n"
    counts = anne.member.session.counts
    assert (counts.held, counts.received) == (
        2,
        counts.accepted + counts.nothing + counts.held + counts.refused,
    )
    assert lost


@pytest.mark.promise("S1")
async def test_who_reads_slowly_is_skipped_and_then_has_everything(hall: Hall) -> None:
    anne, slow = await hall.joined(), await hall.joined()
    slow.socket.behind = True
    for number in range(50):
        anne.type(f"{number} ")
        anne.say()
        await hall.settled()
    assert not slow.socket.frames
    slow.socket.behind = False
    slow.room.caught_up(slow.member)
    assert len(slow.socket.frames) == 1, "one diff, however much was missed"
    slow.listen()
    assert slow.text == anne.text == await hall.stored_text()


async def test_presence_reaches_the_others_and_newcomers(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    state = var_uint(1) + var_uint(5) + var_uint(1) + var_bytes(b'{"user":{"name":"Anne"}}')
    anne.room.receive(anne.member, Awareness(state))
    cadence.tick(anne.room, 1e9)
    bruno.listen()
    assert b"Anne" in bruno.presence[-1]
    carla = await hall.joined()
    assert b"Anne" in carla.presence[-1]
    anne.room.leave(anne.member)
    cadence.tick(anne.room, 2e9)
    bruno.listen()
    assert bruno.presence[-1].endswith(b"null")


@pytest.mark.promise("S2")
async def test_presence_goes_out_with_edits_that_are_under_way(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    room, state = anne.room, var_uint(1) + var_uint(5) + var_uint(1) + var_bytes(b'{"a":1}')
    anne.type("Bonjour.")
    anne.say()
    room.receive(anne.member, Awareness(state))
    cadence.tick(room, room.presence_due_at + PRESENCE_WAITS_SECONDS / 2)
    assert not bruno.socket.frames, "it waits for the edit"
    await hall.settled()
    bruno.listen()
    assert (bruno.text, len(bruno.presence)) == (anne.text, 1)


@pytest.mark.promise("S2")
async def test_frames_of_presence_are_bounded_whatever_people_do(hall: Hall) -> None:
    peers = [await hall.joined() for _ in range(40)]
    room, now = peers[0].room, 1e6
    for peer in peers:
        peer.socket.take()
    seconds, clock = 2, 1
    for _ in range(seconds * 100):
        clock += 1
        for number, peer in enumerate(peers):
            state = var_bytes(b'{"user":{"name":"%d"},"at":%d}' % (number, clock))
            entry = var_uint(1) + var_uint(1000 + number) + var_uint(clock) + state
            room.receive(peer.member, Awareness(entry))
        now += 0.01
        cadence.tick(room, now)
    for peer in peers:
        frames = peer.socket.take()
        assert 0 < len(frames) <= seconds / PRESENCE_FAST_SECONDS + 1
        assert max(map(len, frames)) <= PRESENCE_BUDGET_BYTES + 200


async def test_presence_does_not_wait_for_a_store_that_hangs(hall: Hall) -> None:
    anne, bruno = await hall.joined(), await hall.joined()
    room, state = anne.room, var_uint(1) + var_uint(5) + var_uint(1) + var_bytes(b'{"a":1}')
    anne.type("Bonjour.")
    anne.say()
    room.receive(anne.member, Awareness(state))
    cadence.tick(room, room.presence_due_at + PRESENCE_WAITS_SECONDS)
    bruno.listen()
    assert len(bruno.presence) == 1


@pytest.mark.promise("W5")
async def test_an_idle_note_is_heard_of_before_a_provider_gives_up(hall: Hall) -> None:
    anne = await hall.joined()
    cadence.tick(anne.room, 1e9)
    assert anne.socket.take()
    cadence.tick(anne.room, 1e9 + 14)
    assert not anne.socket.take()
    cadence.tick(anne.room, 1e9 + 19)
    assert anne.socket.take()


@pytest.mark.promise("L3")
async def test_a_live_note_gets_a_checkpoint_while_people_write(hall: Hall) -> None:
    anne = await hall.joined()
    for word in ("Un ", "deux ", "trois "):
        anne.type(word)
        anne.say()
        await hall.settled()
    await hall.checkpoints.make(anne.room)
    assert anne.room.replica.tail_rows == 0
    anne.type("quatre.")
    anne.say()
    await hall.settled()
    loaded = await hall.store.load(NOTE)
    assert loaded.checkpoint is not None
    assert [row.seq for row in loaded.rows] == [loaded.checkpoint.seq + 1]
    again = Peer(anne.room, anne.member, anne.socket, pycrdt.Doc())
    for part in loaded.parts:
        again.doc.apply_update(part)
    assert again.text == anne.text == await hall.stored_text()


@pytest.mark.promise("L3")
async def test_a_note_of_very_many_rows_is_put_together_elsewhere(hall: Hall) -> None:
    anne = await hall.joined()
    for _ in range(MANY_ROWS + 1):
        anne.type("é")
        anne.say()
    await hall.settled()
    anne.room.leave(anne.member)
    anne.room.failed = True
    bruno = await hall.joined()
    assert bruno.room is not anne.room
    assert bruno.text == anne.text == await hall.stored_text()


async def test_a_note_comes_back_from_its_rows(tmp_path: Path) -> None:
    async with open_hall(tmp_path) as hall:
        anne = await hall.joined()
        anne.type("Écrit hier.")
        anne.say()
        await hall.settled()
    async with open_hall(tmp_path) as hall:
        assert (await hall.joined()).text == "Écrit hier.\n"


@pytest.mark.promise("S5")
async def test_many_who_join_share_one_load_and_one_encoding(hall: Hall) -> None:
    import asyncio

    rooms = await asyncio.gather(*(hall.rooms.open(NOTE) for _ in range(200)))
    assert len(set(map(id, rooms))) == 1
    room = rooms[0]
    assert room.replica.document.full() is room.replica.document.full()


async def test_an_update_elsewhere_is_refused_with_its_root(hall: Hall) -> None:
    import pycrdt

    anne = await hall.joined()
    other: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    other["prosemirror"] = pycrdt.Text("x")
    with pytest.raises(UpdateRefused, match="prosemirror"):
        anne.room.receive(anne.member, Update(other.get_update()))
    assert await hall.stored_text() == "\n"


async def test_a_backlog_is_not_read_on_until_it_is_durable_and_pace_is_another_matter(
    hall: Hall,
) -> None:
    anne = await hall.joined()
    anne.socket.pause(Pause.PACE)
    for _ in range(3):
        anne.type("x" * (MAX_WAITING_BYTES // 2))
    anne.say()
    assert anne.socket.pauses == {Pause.PACE, Pause.BACKLOG}
    await hall.settled()
    assert anne.socket.pauses == {Pause.PACE}
