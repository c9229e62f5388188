"""The process aside: replaced when it dies, gone when the server is."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from server.aside import MOST_AT_ONCE, MOST_WAITING, Aside, Exports
from server.errors import Unavailable

KILLED = """
import asyncio, os, signal
from server.aside import Aside

async def main():
    aside = Aside()
    print(await aside.run(os.getpid), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_work_that_ends_the_process_is_an_error_and_the_next_has_a_new_one() -> None:
    aside = Aside()
    first = await aside.run(os.getpid)
    with pytest.raises(Unavailable):
        await aside.run(os._exit, 1)
    assert await aside.run(os.getpid) not in (first, os.getpid())
    aside.close()


async def test_a_process_that_was_ended_from_outside_is_replaced_unnoticed() -> None:
    aside = Aside()
    first = await aside.run(os.getpid)
    os.kill(first, signal.SIGTERM)
    for _ in range(3):
        assert await aside.run(os.getpid) != os.getpid()
    aside.close()


async def test_the_keyboard_does_not_end_it() -> None:
    aside = Aside()
    first = await aside.run(os.getpid)
    os.kill(first, signal.SIGINT)
    assert await aside.run(os.getpid) == first
    aside.close()


async def test_work_that_is_cancelled_ends_at_once() -> None:
    aside = Aside()
    first = await aside.run(os.getpid)
    for _ in range(2):
        began = asyncio.Event()
        working = asyncio.ensure_future(aside.run(tell_and_sleep, 600.0, told=sets(began)))
        next_one = asyncio.ensure_future(aside.run(os.getpid))
        await began.wait()
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        # What waited goes on, in a process of its own; the one that slept is gone.
        second = await next_one
        assert second != first
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        first = second
    aside.close()


async def test_what_is_cancelled_while_it_waits_disturbs_nobody() -> None:
    aside = Aside()
    told: list[tuple[int, int]] = []
    working = asyncio.ensure_future(
        aside.run(tell_and_sleep, 0.3, told=lambda done, of: told.append((done, of)))
    )
    waiting = asyncio.ensure_future(aside.run(os.getpid))
    await asyncio.sleep(0)  # both have begun
    waiting.cancel()
    assert await working == "slept"
    assert told == [(1, 2), (2, 2)]
    aside.close()


async def test_what_is_closed_ends_its_work_and_takes_no_more() -> None:
    aside, began = Aside(), asyncio.Event()
    working = asyncio.ensure_future(aside.run(tell_and_sleep, 600.0, told=sets(began)))
    await began.wait()
    aside.close()
    for work in (working, aside.run(os.getpid)):
        with pytest.raises(Unavailable):
            await work


async def test_errors_come_back_as_themselves() -> None:
    aside = Aside()
    first = await aside.run(os.getpid)
    with pytest.raises(FileNotFoundError):
        await aside.run(os.stat, "/nowhere")
    with pytest.raises(Unavailable, match="as it is"):
        await aside.run(refuse, "as it is")
    assert await aside.run(os.getpid) == first
    aside.close()


async def test_a_long_export_does_not_keep_the_others_waiting() -> None:
    exports = Exports()
    began = asyncio.Event()

    async def long() -> None:
        async with exports.place() as aside:
            await aside.run(tell_and_sleep, 600.0, told=sets(began))

    async def short() -> int:
        async with exports.place() as aside:
            return await aside.run(os.getpid)

    longest = asyncio.ensure_future(long())
    await began.wait()
    pids = await asyncio.gather(*(short() for _ in range(MOST_WAITING)))
    assert len(set(pids)) == 1
    longest.cancel()
    with pytest.raises(asyncio.CancelledError):
        await longest
    exports.close()


async def test_too_many_exports_are_refused_with_a_sentence_and_the_others_go_on() -> None:
    exports = Exports()
    end, there = asyncio.Event(), 0

    async def stay() -> None:
        nonlocal there
        async with exports.place():
            there += 1
            await end.wait()

    staying = [asyncio.ensure_future(stay()) for _ in range(MOST_AT_ONCE + MOST_WAITING)]
    await asyncio.sleep(0)  # all have asked
    assert there == MOST_AT_ONCE
    with pytest.raises(Unavailable, match="try again"):
        async with exports.place():
            pass
    staying[-1].cancel()  # one that waits goes away: there is room for another
    await asyncio.wait([staying[-1]])
    staying[-1] = asyncio.ensure_future(stay())
    end.set()
    await asyncio.gather(*staying)
    assert there == MOST_AT_ONCE + MOST_WAITING
    exports.close()


def sets(event: asyncio.Event) -> Callable[[int, int], None]:
    """Told of anything, it sets the event."""
    return lambda *_: event.set()


def tell_and_sleep(seconds: float, *, tell: Callable[[int, int], None]) -> str:
    tell(1, 2)
    time.sleep(seconds)
    tell(2, 2)
    return "slept"


def refuse(why: str) -> None:
    raise Unavailable(why)


def test_it_does_not_outlive_a_server_that_was_killed(tmp_path: Path) -> None:
    """It holds the other end of this pipe, too: reading ends when both processes have."""
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert int(done.stdout) > 0
