"""The work of the structural check is bounded by the size of what it reads.

Work is counted, not timed: the lines of Python that run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest

from server.errors import UpdateRefused
from server.sync.updates import NoteState, UpdateEarly, check
from tests.sync.written import Written, deleted, gap, text, update


def lines_run(call: Callable[[], object]) -> int:
    """How many lines of Python a call runs: its work, whatever the machine does besides."""
    lines = 0

    def count(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        call()
    finally:
        sys.settrace(before)
    return lines


def attempt(data: bytes) -> None:
    with suppress(UpdateRefused, UpdateEarly):
        check(data, NoteState())


def many_strings(size: int) -> bytes:
    structs = [text("a"), *(text("é", (5, clock)) for clock in range(size - 1))]
    return update([(5, 0, structs)])


def many_clients(size: int) -> bytes:
    return update([(client, 0, [text("a")]) for client in range(size)])


def a_ladder(size: int) -> bytes:
    """Two clients whose structs wait for each other in turn."""
    left: list[Written] = [text("a"), *(text("a", (2, step)) for step in range(size - 1))]
    right = [text("b", (1, step)) for step in range(size)]
    return update([(1, 0, left), (2, 0, right)])


def all_wait_for_one(size: int) -> bytes:
    """Each step of one client lets all others do one, and each of theirs wakes it in turn."""
    steps, others = size // 32, 16
    one = [
        text("a", (2 + step % others, step // others) if step else None) for step in range(steps)
    ]
    runs = [(1, 0, one)]
    for client in range(2, 2 + others):
        runs.append((client, 0, [text("b", (1, step)) for step in range(steps)]))
    return update(runs)


def a_chain_of_clients(size: int) -> bytes:
    """Each waits for the next, so that the worst order finishes one at a time."""
    runs = [(client, 0, [text("a", (client + 1, 0))]) for client in range(size)]
    return update([*runs, (size, 0, [text("z")])])


def many_deletions(size: int) -> bytes:
    letters = text("ab" * size)
    return update([(5, 0, [letters])], [(5, [(2 * place, 1) for place in range(size)])])


def deletions_backwards(size: int) -> bytes:
    letters = text("ab" * size)
    return update([(5, 0, [letters])], [(5, [(2 * place, 1) for place in reversed(range(size))])])


def many_emoji(size: int) -> bytes:
    return update([(5, 0, [text("😀" * size)])])


def many_gaps(size: int) -> bytes:
    return update([(5, 0, [piece for _ in range(size // 2) for piece in (deleted(1), gap(1))])])


WORK = [
    many_strings, many_clients, a_ladder, all_wait_for_one, a_chain_of_clients,
    many_deletions, deletions_backwards, many_emoji, many_gaps,
]  # fmt: skip


@pytest.mark.parametrize("kind", WORK, ids=lambda kind: kind.__name__)
def test_work_grows_with_the_bytes_and_no_faster(kind: Callable[[int], bytes]) -> None:
    """Lines for each byte stay the same when there are eight times as many bytes."""
    few, many = kind(128), kind(1024)
    work = {data: lines_run(lambda data=data: attempt(data)) for data in (few, many)}
    assert work[many] <= 40 * len(many) + 200
    assert work[many] / len(many) <= 1.2 * work[few] / len(few)


def test_an_integer_is_not_read_beyond_its_eighth_byte() -> None:
    """200,000 bytes of one integer took 5 s in another decoder."""
    assert lines_run(lambda: attempt(b"\xff" * 200_000)) < 100
