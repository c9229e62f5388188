"""Handshakes of a crowd: one for each turn of the loop, so that the loop turns."""

from __future__ import annotations

import asyncio

import pytest

from server.bounded_http import OneEachTurn


@pytest.mark.promise("S5")
async def test_one_is_run_in_each_turn_and_others_in_between() -> None:
    loop, turns, ran = asyncio.get_running_loop(), OneEachTurn(), list[str]()
    done = asyncio.Event()
    for name in ("first", "second", "third"):
        turns.add(loop, lambda name=name: ran.append(name))  # type: ignore[misc]
    turns.add(loop, done.set)

    def somebody_else() -> None:
        ran.append("·")
        if not done.is_set():
            loop.call_soon(somebody_else)

    loop.call_soon(somebody_else)
    await done.wait()
    assert ran[:6] == ["first", "·", "second", "·", "third", "·"]


async def test_one_that_fails_does_not_end_the_others() -> None:
    loop, turns, failed = asyncio.get_running_loop(), OneEachTurn(), list[object]()
    loop.set_exception_handler(lambda _loop, context: failed.append(context["exception"]))
    done = asyncio.Event()
    wrong = ValueError("no handshake")

    def fail() -> None:
        raise wrong

    turns.add(loop, fail)
    turns.add(loop, done.set)
    await done.wait()
    assert failed == [wrong]
