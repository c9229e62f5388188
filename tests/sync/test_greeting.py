"""Whole notes for many who arrive at once: large ones a few at a time, and one frame for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from server.sync.greeting import AT_ONCE, LARGE_BYTES, PATIENCE_SECONDS, Turns, WholeNote
from server.sync.messages import SyncStep1
from server.sync.transport import Pause
from tests.sync.conftest import Hall, HandSocket


class HandLoop:
    """A loop whose calls wait until the test lets time pass."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[tuple[float, Callable[[], None]]] = []

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.calls.append((self.now + seconds, call))

    def run(self, seconds: float) -> None:
        """Run what is due in so many seconds from now, in order."""
        end = self.now + seconds
        while due := [one for one in self.calls if one[0] <= end]:
            first = min(due, key=lambda one: one[0])
            self.calls.remove(first)
            self.now = max(self.now, first[0])
            first[1]()
        self.now = end


def arrivals(count: int) -> tuple[HandLoop, list[HandSocket], list[int]]:
    """So many sockets that each fall behind when they are given the note; who was given it."""
    loop, given = HandLoop(), list[int]()
    turns = Turns(loop.later, lambda: loop.now)
    sockets = [HandSocket() for _ in range(count)]

    def give(number: int) -> Callable[[], None]:
        def write() -> None:
            sockets[number].behind = True
            given.append(number)

        return write

    for number, socket in enumerate(sockets):
        turns.add(socket, give(number))
    return loop, sockets, given


def test_a_few_are_given_it_at_a_time_and_the_next_when_one_has_taken_it() -> None:
    loop, sockets, given = arrivals(AT_ONCE + 3)
    assert given == [], "in the next turn of the loop"
    loop.run(0.1)
    assert given == list(range(AT_ONCE))
    sockets[4].behind = False
    loop.run(0.1)
    assert given == list(range(AT_ONCE + 1))


def test_who_does_not_take_it_holds_up_nobody_for_long() -> None:
    loop, _, given = arrivals(3 * AT_ONCE)
    loop.run(2 * PATIENCE_SECONDS + 0.1)
    assert given == list(range(3 * AT_ONCE))
    assert loop.calls == [], "nothing goes on when nobody waits"


def test_one_frame_serves_all_as_long_as_the_note_is_the_same() -> None:
    whole, full = WholeNote(), bytes(300)
    assert whole.frame(b"", full) is whole.frame(b"", full)
    assert whole.frame(b"\\x01a", full) != whole.frame(b"", full)
    before = whole.frame(b"", full)
    whole.forget()
    assert whole.frame(b"", bytes(bytearray(full))) == before


@pytest.mark.promise("S5")
async def test_a_crowd_that_opens_a_large_note_reads_all_of_it(hall: Hall) -> None:
    anne = await hall.joined()
    anne.type("Le marché, la cantine. " * (LARGE_BYTES // 20))
    anne.say()
    await hall.settled()
    crowd = [await hall.peer() for _ in range(3 * AT_ONCE)]
    for peer in crowd:
        peer.socket.take()
        peer.room.receive(peer.member, SyncStep1(b"\x00"))
        assert peer.socket.pauses == {Pause.TURN}, "nothing more is read of it meanwhile"
    gone = crowd.pop()
    gone.room.leave(gone.member)
    all_had_their_turn = asyncio.Event()
    anne.room.turns.add(HandSocket(), all_had_their_turn.set)
    await all_had_their_turn.wait()
    assert not any(peer.socket.pauses for peer in (*crowd, gone))
    assert len({id(peer.socket.frames[0]) for peer in crowd}) == 1, "built once"
    for peer in crowd:
        peer.listen()
    assert {peer.text for peer in crowd} == {anne.text} == {await hall.stored_text()}
    assert not gone.socket.frames
