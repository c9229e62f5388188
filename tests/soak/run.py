"""People who open a note of a real server, write in it and leave, and what the server has of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from tests.protocol.days import Day
from tests.protocol.plain_client import PlainClient, panes_of, plain_client
from tests.running import Entrance, RunningServer


@dataclass(frozen=True, slots=True)
class Holding:
    """What a process holds now."""

    kilobytes: int
    files: int
    threads: int

    @classmethod
    def of(cls, pid: int) -> Self:
        process = Path("/proc") / str(pid)
        fields = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        return cls(
            int(fields["VmRSS"].split()[0]),
            len(list((process / "fd").iterdir())),
            int(fields["Threads"]),
        )


async def play(server: RunningServer, entrance: Entrance, cycles: int, *, first: int = 0) -> None:
    """So many times, in one note after the other: open, write a word, see it there, close."""
    for number in range(first, first + cycles):
        note = entrance.notes[number % len(entrance.notes)]
        day = Day(server, Entrance(entrance.day, entrance.tokens, [note]))
        async with plain_client(day) as client:
            client.type(f"mot{number} ")
            await client.settled()


async def lost(server: RunningServer, entrance: Entrance, cycles: int) -> set[str]:
    """The words of the first so many cycles that somebody who comes now does not get to see."""
    found: set[str] = set()
    for place, note in enumerate(entrance.notes):
        typed = {f"mot{number}" for number in range(place, cycles, len(entrance.notes))}
        day = Day(server, Entrance(entrance.day, entrance.tokens, [note]))
        async with plain_client(day, role="reader") as client:
            with suppress(TimeoutError):  # the last ones may still be on their way to the log
                await client.until(partial(_shows, client, typed))
            found |= typed - set(panes_of(client.doc)[0].split())
    return found


def _shows(client: PlainClient, words: set[str]) -> bool:
    return words <= set(panes_of(client.doc)[0].split())


async def until(holds: Callable[[Holding], bool], pid: int, *, seconds: float) -> Holding:
    """What the process holds once that is as wanted, or when the time is over."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        now = Holding.of(pid)
        if holds(now) or loop.time() > deadline:
            return now
        await asyncio.sleep(0.1)  # between two looks
