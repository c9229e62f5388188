"""Nobody is read faster than their bucket fills, on however many sockets (A4)."""

from __future__ import annotations

import random

import pytest

from server.days.access import Role
from server.days.people import Visitor
from server.errors import TooMany
from server.sync.shares import Pace, Shares
from storage.values import DayId, LinkId, PersonId
from tests.sync.conftest import HandSocket

LINK = LinkId("link")


def visitor(person: str) -> Visitor:
    return Visitor(DayId("day"), LINK, PersonId(person), person, Role.WRITER, "#106bc6")


def shares(*, sockets: int = 30, notes: int = 40) -> Shares:
    """Nobody's bucket fills: the clock stands still."""
    return Shares(
        per_second=100.0,
        burst=60.0,
        most_sockets=sockets,
        most_notes=notes,
        monotonic=lambda: 0.0,
    )


@pytest.mark.promise("A4")
def test_thirty_pages_of_one_person_are_read_as_one() -> None:
    table = shares()
    pages = [table.enter(visitor("ana"), HandSocket()).pace for _ in range(30)]
    other = table.enter(visitor("bob"), HandSocket()).pace
    assert [pages[n % 30].take() > 0 for n in range(90)] == [False] * 60 + [True] * 30
    assert not any(other.take() for _ in range(60))


@pytest.mark.promise("A4")
def test_a_link_used_by_programs_counts_for_each_connection() -> None:
    table = shares(sockets=1)
    for _ in range(50):
        pace = table.enter(visitor(LINK), HandSocket()).pace
        assert not any(pace.take() for _ in range(60))
        assert pace.take() > 0


@pytest.mark.promise("A4")
def test_sockets_and_notes_are_counted_for_each_person_and_forgotten() -> None:
    table = shares(sockets=3, notes=4)
    ana, sockets = visitor("ana"), [HandSocket() for _ in range(4)]
    for socket in sockets[:3]:
        table.enter(ana, socket)
    with pytest.raises(TooMany, match="3 times"):
        table.enter(ana, sockets[3])
    table.enter(ana, sockets[0])
    with pytest.raises(TooMany, match="4 notes"):
        table.enter(ana, sockets[0])
    table.enter(visitor("bob"), sockets[3])
    for socket in (*sockets[:3], sockets[0]):
        table.leave(ana, socket)
    table.leave(visitor("bob"), sockets[3])
    assert table.people() == 0
    table.enter(ana, sockets[3])


@pytest.mark.parametrize("seed", range(5))
def test_no_peer_is_read_faster_than_agreed(seed: int) -> None:
    chance = random.Random(seed)
    now = 50.0
    pace = Pace(per_second=100.0, burst=200.0, monotonic=lambda: now)
    began, taken = now, 0
    for _ in range(5_000):
        wait = pace.take()
        taken += 1
        now += wait + chance.choice([0.0, 0.0, 0.001, 0.02])
        # The bucket that it began with, the one it may have saved up, and the message in hand.
        assert taken <= 2 * 200 + (now - began) * 100 + 1, f"seed {seed}"
    assert taken >= (now - began) * 100 * 0.5


def test_who_keeps_below_the_pace_never_waits() -> None:
    now = 0.0
    pace = Pace(per_second=100.0, burst=10.0, monotonic=lambda: now)
    for _ in range(1_000):
        now += 0.011
        assert pace.take() == 0.0
