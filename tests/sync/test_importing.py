"""A text comes into a live note in pieces, in order, by its person, and never past a lock."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import Any

import pytest

from server.days.access import Role
from server.days.people import Visitor
from server.errors import BadInput, CalepinError, NotAllowed, NoteLocked, TooMany
from server.export.panes import panes
from server.export.reader import read
from server.incoming.edits import edits_of
from server.sync.document import merge
from server.sync.importing import MAX_AT_ONCE, File, Importing, Means
from server.sync.taking_back import TakingBack
from storage.values import ConnectionId, DayId, LinkId, PersonId
from tests.sync.conftest import NOTE, Hall, right_here
from tests.sync.test_muted import mute
from tests.sync.test_taking_back import INÈS, PAUL, all_hear

LINES = [f"Ligne {number} : « l’été », où **tout** va bien" for number in range(800)]
LONG = "\n\n".join(LINES)


def visitor(name: PersonId = PAUL, role: Role = Role.WRITER) -> Visitor:
    return Visitor(DayId("day"), LinkId("link"), name, str(name), role, "#336699")


def file(text: str, name: str = "notes.md") -> File:
    return File(text.encode(), name, None)


@dataclass
class Elsewhere:
    """What a worker does, done here; `done` is called when it has."""

    done: Any = None

    async def __call__(self, work: Any, *values: Any) -> Any:
        found = await right_here(work, *values)
        if self.done is not None:
            await self.done()
        return found


def importing(hall: Hall, elsewhere: Any = right_here) -> Importing:
    ids = itertools.count(1_000_000)
    means = Means(
        hall.store,
        hall.pump,
        hall.rooms,
        hall.clock,
        elsewhere,
        new_client_id=lambda: next(ids),
        new_connection_id=lambda: ConnectionId(f"import {next(ids)}"),
    )
    return Importing(means, monotonic=time.monotonic)


def words(text: str) -> str:
    return text.replace("**", "")


async def test_a_long_text_comes_in_pieces_and_in_order_while_others_type(hall: Hall) -> None:
    quentin = await hall.joined(name="quentin")
    quentin.type("Début.\n")
    quentin.say()
    await hall.settled()
    bringing = asyncio.create_task(importing(hall).bring(NOTE, file(LONG), visitor(), pane="notes"))
    typed = 0
    while not bringing.done():
        quentin.listen()
        quentin.type("x")
        quentin.say()
        typed += 1
        await hall.settled()
    brought = await bringing
    await all_hear(hall, quentin)
    rows = [row for row in await hall.store.tail(NOTE, 0) if row.author == PAUL]
    assert brought.lines == len(LINES)
    assert brought.seq == rows[-1].seq
    assert len(rows) > 8
    assert max(len(row.data) for row in rows) < 16 * 1024
    seqs = [row.seq for row in rows]
    assert seqs != list(range(seqs[0], seqs[0] + len(seqs))), "keys were committed between pieces"
    assert quentin.text == await hall.stored_text()
    assert words(LONG.replace("\n\n", "\n")) in quentin.text
    assert quentin.text.startswith("x" * typed + "Début.\n")
    assert quentin.delta == await hall.stored_delta()


async def test_each_piece_is_shown_with_its_commit(hall: Hall) -> None:
    quentin = await hall.joined(name="quentin")
    seen: list[int] = []
    bringing = asyncio.create_task(importing(hall).bring(NOTE, file(LONG), visitor(), pane="notes"))
    while not bringing.done():
        await hall.settled()
        quentin.listen()
        seen.append(quentin.text.count("\n"))
    await bringing
    growing = sorted({*seen})
    assert seen == sorted(seen)
    assert len(growing) > 8
    assert max(after - before for before, after in itertools.pairwise(growing)) < 200


async def test_what_it_stood_on_may_have_moved_meanwhile(hall: Hall) -> None:
    quentin = await hall.joined(name="quentin")
    quentin.type("Un\nDeux\n")
    await all_hear(hall, quentin)

    async def meanwhile() -> None:
        quentin.delete(0, len("Un\nDeux"))
        quentin.type("Tout autre\n")
        await all_hear(hall, quentin)

    await importing(hall, Elsewhere(meanwhile)).bring(
        NOTE, file("- a\n- b"), visitor(), pane="notes"
    )
    await all_hear(hall, quentin)
    assert quentin.text == await hall.stored_text()
    assert sorted(quentin.text.split()) == sorted(["Tout", "autre", "a", "b"])


@pytest.mark.promise("K1")
async def test_nothing_comes_into_a_locked_note_but_a_moderators(hall: Hall) -> None:
    quentin = await hall.joined(name="quentin")
    await hall.rooms.lock([NOTE], by=INÈS, why="", drain_seconds=0)
    with pytest.raises(NoteLocked, match="locked"):
        await importing(hall).bring(NOTE, file("trop tard"), visitor(), pane="notes")
    room = await hall.rooms.open(NOTE)
    assert not room.replica.held
    assert "trop tard" not in await hall.stored_text()
    moderator = visitor(INÈS, Role.MODERATOR)
    await importing(hall).bring(NOTE, file("relu"), moderator, pane="notes")
    await all_hear(hall, quentin)
    assert "relu" in quentin.text


@pytest.mark.promise("K1")
async def test_a_lock_that_falls_before_the_first_piece_keeps_all_of_it_out(hall: Hall) -> None:
    await hall.joined(name="quentin")

    async def lock() -> None:
        await hall.rooms.lock([NOTE], by=INÈS, why="", drain_seconds=0)

    with pytest.raises(NoteLocked) as refused:
        await importing(hall, Elsewhere(lock)).bring(NOTE, file(LONG), visitor(), pane="notes")
    assert "lines" not in str(refused.value)
    assert "Ligne" not in await hall.stored_text()


async def _stopped_by(hall: Hall, stop: Any) -> CalepinError:
    """What is said of an import that something stopped when a piece of it was in."""
    quentin = await hall.joined(name="quentin")
    bringing = asyncio.create_task(importing(hall).bring(NOTE, file(LONG), visitor(), pane="notes"))
    while "Ligne" not in quentin.text:
        await hall.settled()
        quentin.listen()
    await stop()
    with pytest.raises(CalepinError) as refused:
        await bringing
    await all_hear(hall, quentin)
    there = quentin.text.count("Ligne")
    assert 0 < there < len(LINES)
    assert quentin.text == await hall.stored_text()
    assert refused.value.fields == {"lines_in": there, "lines": len(LINES)}
    assert f"The first {there} of {len(LINES)} lines are in the note" in str(refused.value)
    assert words("\n".join(LINES[:there])) in quentin.text
    assert not (await hall.rooms.open(NOTE)).replica.held
    return refused.value


@pytest.mark.promise("K1")
async def test_a_lock_in_the_middle_says_how_much_is_in_the_note(hall: Hall) -> None:
    async def lock() -> None:
        await hall.rooms.lock([NOTE], by=INÈS, why="", drain_seconds=0)

    assert isinstance(await _stopped_by(hall, lock), NoteLocked)


@pytest.mark.promise("K1")
async def test_a_lock_of_another_process_is_met_in_the_log(hall: Hall) -> None:
    async def lock() -> None:
        await hall.store.lock(
            NOTE, by=INÈS, why="", at=hall.clock(), connection=ConnectionId("other")
        )

    assert isinstance(await _stopped_by(hall, lock), NoteLocked)


async def test_who_is_muted_in_the_middle_brings_no_more(hall: Hall) -> None:
    assert isinstance(await _stopped_by(hall, lambda: mute(hall, PAUL)), NotAllowed)


async def test_what_was_brought_is_taken_back_as_its_persons(hall: Hall) -> None:
    quentin = await hall.joined(name="quentin")
    quentin.type("Avant.\n")
    await all_hear(hall, quentin)
    before = quentin.delta
    await importing(hall).bring(NOTE, file(LONG), visitor(), pane="notes")
    undoing = TakingBack(hall.store, hall.pump, hall.rooms, clock=hall.clock, elsewhere=right_here)
    seq, _ = await undoing.take_back(NOTE, PAUL, 10, by=INÈS)
    await all_hear(hall, quentin)
    assert quentin.delta == before == await hall.stored_delta()
    await undoing.reverse(NOTE, PAUL, seq, by=INÈS)
    await all_hear(hall, quentin)
    assert "Ligne 799" in quentin.text
    assert quentin.delta == await hall.stored_delta()


async def test_one_text_of_a_person_at_a_time_and_a_few_of_all(hall: Hall) -> None:
    one = importing(hall)
    async with one.turn(PAUL):
        with pytest.raises(TooMany, match="of yours"):
            async with one.turn(PAUL):
                pass
    turns = [one.turn(PersonId(str(number))) for number in range(MAX_AT_ONCE)]
    for turn in turns:
        await turn.__aenter__()
    with pytest.raises(TooMany, match="Several"):
        async with one.turn(PAUL):
            pass
    await turns[0].__aexit__(None, None, None)
    async with one.turn(PAUL):
        pass


async def test_a_file_that_is_none_leaves_the_note_as_it_is(hall: Hall) -> None:
    before = await hall.store.tail(NOTE, 0)
    bad = File(b"GIF89a\x00", "a.gif", None)
    with pytest.raises(BadInput, match="Markdown"):
        await importing(hall).bring(NOTE, bad, visitor(), pane="notes")
    assert await hall.store.tail(NOTE, 0) == before


def test_pieces_are_what_the_text_is() -> None:
    found = edits_of(b"\x00\x00", LONG.encode(), "x.md", None, "conclusions", 9)
    assert [piece.lines for piece in found] == sorted({piece.lines for piece in found})
    whole = panes(merge([piece.update for piece in found]))
    assert list(whole.conclusions) == read(LONG)
