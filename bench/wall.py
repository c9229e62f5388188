"""What walls cost: a day of 58 notes in each of which somebody types, with and without screens.

    python -m bench.wall [--walls 3] [--words 2000]

The server, and the process in which it reads the notes for the wall, have one core and the load
the other. Prints what typing alone costs, and what it costs with so many walls beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import pycrdt

from bench.crowds import Lag, joined, keystroke, quiet_note
from bench.processes import usage_of_family
from bench.servers import LOAD_CORE, Target, calepin
from server.sync.codec import var_bytes

NOTES = 58
POLL_SECONDS = 2.0
"""As often as the wall's page asks."""


@dataclass
class Asked:
    """What the walls were answered: how long it took in milliseconds, and how many bytes came."""

    milliseconds: list[float] = field(default_factory=list)
    unchanged: int = 0
    size: int = 0


async def fill(target: Target, words: int) -> int:
    """So many words into every note, as one edit each; how many letters that are.

    The client id of a note's writer is its place, so that somebody can go on at the end.
    """
    written = "La cantine de midi et le garage solidaire.\n" * (words // 8) + "Puis"
    for client, url in enumerate(target.urls[1:], 1):
        doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=client)
        text = doc.get("notes", type=pycrdt.Text)
        text += written
        async with joined(url) as writer:
            await writer.send(b"\x00\x02" + var_bytes(doc.get_update()))
            await (await writer.ping())
    return len(written)


async def type_in(url: str, client: int, clock: int, per_second: float) -> None:
    """Type at the end of a note until cancelled."""
    async with joined(url) as socket:

        async def listen() -> None:
            async for _ in socket:
                pass

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(listen())
            await asyncio.sleep(random.random() / per_second)
            while True:
                await socket.send(keystroke(client, clock))
                clock += 1
                await asyncio.sleep(1 / per_second)


async def enter(client: httpx.AsyncClient, target: Target) -> str:
    """Join the day; the address of its wall."""
    origin = str(client.base_url).rstrip("/")
    answer = await client.post(
        f"/join/{target.token}", data={"name": "Mur"}, headers={"origin": origin}
    )
    return f"{answer.headers['location']}/wall.json"


async def watch(client: httpx.AsyncClient, path: str, asked: Asked) -> None:
    """Ask as a wall does, until cancelled."""
    etag = ""
    await asyncio.sleep(random.random() * POLL_SECONDS)
    while True:
        began = time.perf_counter()
        answer = await client.get(path, headers={"if-none-match": etag})
        asked.milliseconds.append((time.perf_counter() - began) * 1000)
        asked.unchanged += answer.status_code == 304
        asked.size = max(asked.size, answer.num_bytes_downloaded)
        etag = answer.headers["etag"]
        await asyncio.sleep(POLL_SECONDS)


async def span(target: Target, seconds: float) -> str:
    """What the server uses in so many seconds, and what somebody who types notices of it."""
    async with quiet_note(target.urls[0]) as waits:
        before, lag = usage_of_family(target.pid), Lag.of(target)
        await asyncio.sleep(seconds)
        after, late = usage_of_family(target.pid), str(lag)
    share = (after.cpu_seconds - before.cpu_seconds) / seconds
    return (
        f"{share:.1%} of a core, {after.memory_mib:.0f} MiB; a letter in another note takes "
        f"{waits.median:.1f} ms; {late}"
    )


async def measure(
    target: Target, walls: int, words: int, per_second: float, seconds: float
) -> None:
    letters = await fill(target, words)
    address = f"http://{urlsplit(target.urls[0]).netloc}"
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
        path = await enter(client, target)
        began = time.perf_counter()
        await client.get(path)
        print(
            f"- the first wall of a day that nobody has open: {time.perf_counter() - began:.2f} s"
        )
        for _ in range(3):
            began = time.perf_counter()
            await client.get(path)
        print(f"- again, where nothing moved: {(time.perf_counter() - began) * 1000:.1f} ms")
        typing = [
            asyncio.create_task(type_in(url, client, letters, per_second))
            for client, url in enumerate(target.urls[1:], 1)
        ]
        await asyncio.sleep(3)
        print(f"- {NOTES} people who type, no wall: {await span(target, seconds)}", flush=True)
        asked = Asked()
        watching = [asyncio.create_task(watch(client, path, asked)) for _ in range(walls)]
        print(f"- with {walls} walls: {await span(target, seconds)}")
        took = sorted(asked.milliseconds)
        print(
            f"  {len(took)} answers ({asked.unchanged} unchanged) of {asked.size} bytes at most: "
            f"{took[len(took) // 2]:.0f} ms in the middle, {took[-1]:.0f} ms at most"
        )
        for task in (*typing, *watching):
            task.cancel()
        await asyncio.gather(*typing, *watching, return_exceptions=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.wall", description=__doc__)
    parser.add_argument("--walls", type=int, default=3)
    parser.add_argument("--words", type=int, default=2_000, help="in each note")
    parser.add_argument("--keys", type=float, default=2.0, help="of each person in a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    random.seed(chosen.seed)
    os.sched_setaffinity(0, {int(LOAD_CORE)})
    with calepin("y-websocket", NOTES + 1) as target:
        asyncio.run(measure(target, chosen.walls, chosen.words, chosen.keys, chosen.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
