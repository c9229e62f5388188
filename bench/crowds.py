"""`make bench-crowds`: what a crowd costs Calepin: connections, arrivals, hours of typing.

The server has one core and the load the other. Each part starts a server of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import platform
import random
import re
import resource
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pycrdt
from websockets.asyncio.client import ClientConnection, connect

from bench.processes import usage
from bench.servers import LOAD_CORE, Target, calepin
from server.sync.codec import var_bytes, var_uint

STEP_1 = b"\x00\x00\x01\x00"
NOTHING_NEW = b"\x00\x01\x02\x00\x00"
_SYNC_STEP_2 = b"\x00\x01"


@dataclass(slots=True)
class Waits:
    """How long a keystroke in a quiet note took to come back, each in milliseconds."""

    milliseconds: list[float]

    @property
    def median(self) -> float:
        return sorted(self.milliseconds)[len(self.milliseconds) // 2]


@dataclass(slots=True)
class Lag:
    """How late the server's loop came to its tick of every tenth of a second, at worst."""

    target: Target
    _before: dict[float, float]

    @classmethod
    def of(cls, target: Target) -> Lag:
        return cls(target, _lags(target))

    def __str__(self) -> str:
        now = _lags(self.target)
        looks = now[math.inf] - self._before[math.inf]
        worst = min(b for b, count in now.items() if count - self._before[b] == looks)
        late = "more than 2,500" if worst == math.inf else f"at most {worst * 1000:.0f}"
        return f"the server's loop was {late} ms late in {looks:.0f} looks"


def _lags(target: Target) -> dict[float, float]:
    """How often the loop was late by at most so many seconds, from the server's own metrics."""
    address = urlsplit(target.urls[0])
    with urllib.request.urlopen(f"http://{address.netloc}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    found = re.findall(r'calepin_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)', text)
    return {float(bound): float(count) for bound, count in found}


@asynccontextmanager
async def joined(url: str) -> AsyncIterator[ClientConnection]:
    """A y-websocket connection that has the note."""
    async with connect(url, compression=None, max_queue=None, max_size=None, proxy=None) as socket:
        await socket.send(STEP_1)
        async for frame in socket:
            if frame[:2] == _SYNC_STEP_2:
                break
        await socket.send(NOTHING_NEW)
        yield socket


def keystroke(client: int, clock: int) -> bytes:
    """A letter after our own last one (Yjs's encoding, version 1), as a y-websocket message."""
    struct = b"\x04\x01\x05notes\x01a"
    if clock:
        struct = b"\x84" + var_uint(client) + var_uint(clock - 1) + b"\x01a"
    update = b"\x01\x01" + var_uint(client) + var_uint(clock) + struct + b"\x00"
    return b"\x00\x02" + var_bytes(update)


@asynccontextmanager
async def quiet_note(url: str) -> AsyncIterator[Waits]:
    """Meanwhile, one person types in another note and a second one waits for each letter."""
    waits = Waits([])
    async with joined(url) as writer, joined(url) as reader:
        client = random.getrandbits(31)

        async def type_on() -> None:
            clock = 0
            while True:
                began = time.perf_counter()
                await writer.send(keystroke(client, clock))
                clock += 1
                while (await reader.recv())[:2] != b"\x00\x02":
                    pass
                waits.milliseconds.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(0.05)

        typing = asyncio.create_task(type_on())
        await asyncio.sleep(1)
        waits.milliseconds.clear()
        yield waits
        typing.cancel()


async def idle_connections(target: Target, count: int) -> str:
    """So many people who have a note open and do nothing, in ten notes."""
    before = usage(target.pid)
    async with asyncio.TaskGroup() as tasks:
        stop, there = asyncio.Event(), asyncio.Semaphore(0)
        arriving = asyncio.Semaphore(200)

        async def stay(url: str) -> None:
            async with arriving:
                entering = joined(url)
                await entering.__aenter__()
            there.release()
            await stop.wait()
            await entering.__aexit__(None, None, None)

        began = time.perf_counter()
        for number in range(count):
            tasks.create_task(stay(target.urls[1 + number % 10]))
        for _ in range(count):
            await there.acquire()
        arrived = time.perf_counter() - began
        async with quiet_note(target.urls[0]) as waits:
            cpu, lag = usage(target.pid).cpu_seconds, Lag.of(target)
            await asyncio.sleep(20)
            after = usage(target.pid)
            late = str(lag)
        share = (after.cpu_seconds - cpu) / 20
        stop.set()
    each = (after.memory_mib - before.memory_mib) * 1024 / count
    return (
        f"{count} idle connections in ten notes: all there in {arrived:.0f} s, {each:.1f} KiB "
        f"each, {share:.1%} of a core; meanwhile {late}, and a letter in another note took "
        f"{waits.median:.1f} ms in the middle."
    )


async def arrivals(target: Target, count: int, megabytes: int) -> str:
    """So many people who open one large note at the same moment."""
    url = target.urls[1]
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    text = doc.get("notes", type=pycrdt.Text)
    size = 0
    async with joined(url) as writer:
        for number in range(megabytes * 10):
            state = doc.get_state()
            paragraph = f"{number} " + "Le marché, la cantine et le garage. " * 2800 + "\n"
            text += paragraph
            size += len(paragraph.encode())
            await writer.send(b"\x00\x02" + var_bytes(doc.get_update(state)))
        await (await writer.ping())
    async with joined(url):
        pass  # what was sent is committed by now: who joins has all of it
    before, lag = usage(target.pid), Lag.of(target)
    async with quiet_note(target.urls[0]) as waits:
        began = time.perf_counter()

        async def arrive() -> float:
            async with joined(url):
                return time.perf_counter() - began

        took = sorted(await asyncio.gather(*(arrive() for _ in range(count))))
        after = usage(target.pid)
        await asyncio.sleep(2)
    return (
        f"{count} people open a note of {size / 1e6:.1f} MB at once: half have it after "
        f"{took[count // 2]:.1f} s, all after {took[-1]:.1f} s; memory {before.memory_mib:.0f} MiB "
        f"before and {after.memory_mib:.0f} at the end; meanwhile {lag}, and a letter in another "
        f"note took {waits.median:.1f} ms in the middle."
    )


async def hours(target: Target, writers: int, keys: int, per_second: float) -> str:
    """So many writers in ten notes, who type in minutes what takes them an hour."""
    before, lag = usage(target.pid), Lag.of(target)

    async def write(url: str) -> None:
        client = random.getrandbits(31)
        async with joined(url) as socket:

            async def listen() -> None:
                async for _ in socket:
                    pass

            listening = asyncio.create_task(listen())
            due = time.perf_counter() + random.random() / per_second
            for clock in range(keys):
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                due += 1 / per_second
                await socket.send(keystroke(client, clock))
            await (await socket.ping())
            listening.cancel()

    async with quiet_note(target.urls[0]) as waits:
        await asyncio.gather(*(write(target.urls[1 + n % 10]) for n in range(writers)))
        after = usage(target.pid)
    rows = writers * keys
    stored = stored_bytes(Path(target.folder))
    cpu = (after.cpu_seconds - before.cpu_seconds) * 1e6 / rows
    return (
        f"{rows} keys of {writers} writers in ten notes: {cpu:.0f} µs of processor time each, "
        f"memory {before.memory_mib:.0f} MiB before and {after.memory_mib:.0f} afterwards, "
        f"{stored / rows:.0f} bytes in the store for each; meanwhile {lag}, and a letter in "
        f"another note took {waits.median:.1f} ms in the middle."
    )


def stored_bytes(folder: Path) -> int:
    """Of the store's files, the write-ahead file included."""
    return sum(file.stat().st_size for file in folder.glob("calepin.sqlite*"))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.crowds", description=__doc__)
    parser.add_argument("--idle", type=int, default=9_000, help="idle connections")
    parser.add_argument("--arrivals", type=int, default=500, help="people who arrive at once")
    parser.add_argument("--megabytes", type=int, default=5, help="of the note that they open")
    parser.add_argument("--writers", type=int, default=40)
    parser.add_argument("--keys", type=int, default=7_200, help="of each writer")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    random.seed(chosen.seed)
    os.sched_setaffinity(0, {int(LOAD_CORE)})
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(f"{platform.platform()}, seed {chosen.seed}\n", flush=True)
    parts: list[Callable[[Target], asyncio.Future[str]]] = [
        lambda target: asyncio.ensure_future(idle_connections(target, chosen.idle)),
        lambda target: asyncio.ensure_future(arrivals(target, chosen.arrivals, chosen.megabytes)),
        lambda target: asyncio.ensure_future(hours(target, chosen.writers, chosen.keys, 25.0)),
    ]
    for part in parts:
        with calepin("y-websocket", 11) as target:

            async def measure(
                part: Callable[[Target], asyncio.Future[str]] = part, target: Target = target
            ) -> str:
                return await part(target)

            print(f"- {asyncio.run(measure())}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
