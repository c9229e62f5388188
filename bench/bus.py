"""`python -m bench.bus`: what it costs to carry messages from one process to another through Redis.

Latency from say to hear, and processor time for each message on both sides and in Redis. One
process says, one hears, and Redis has no other client.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import uvloop

from bench.carriers import CARRIERS
from tests.redis_server import RedisServer

LOADS = ((10, 60), (100, 60), (1000, 60), (5000, 60), (1000, 4 * 1024), (100, 64 * 1024))
"""Messages a second, and the bytes of each."""
ROUNDS = 3
"""Of which the medians are told."""
SECONDS = 2.0
SETTLING_SECONDS = 0.3
STAMP_BYTES = 20
LAST = b"!"
"""At the end of the last message: a stream that is cut may have lost some before it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        part, name, port, rate, size, count = arguments.part.split("/")
        work = say if part == "say" else hear
        uvloop.run(work(name, int(port), int(rate), int(size), int(count)))
        return
    names = list(CARRIERS)
    heads = ["a second", "bytes", "carrier", "p50 ms", "p99 ms"]
    heads += ["say µs", "hear µs", "Redis µs", "kept KiB", "lost"]
    print(f"| {' | '.join(heads)} |")
    print(f"| {' | '.join('---:' if head != 'carrier' else '---' for head in heads)} |")
    for rate, size in LOADS:
        rounds = [
            [measured(name, rate, size, arguments.seconds) for name in names] for _ in range(ROUNDS)
        ]
        for name, *those in zip(names, *rounds, strict=True):
            middle = Measured(*map(statistics.median, zip(*those, strict=True)))
            print(f"| {rate} | {size} | {name} | {middle} |", flush=True)


class Measured(NamedTuple):
    """Latency, processor time for each message at three places, and what Redis then keeps."""

    p50_ms: float
    p99_ms: float
    say_us: float
    hear_us: float
    redis_us: float
    kept_kib: float
    lost: float

    def __str__(self) -> str:
        latency = f"{self.p50_ms:.2f} | {self.p99_ms:.2f}"
        return " | ".join([latency, *(f"{figure:.0f}" for figure in self[2:])])


def measured(name: str, rate: int, size: int, seconds: float) -> Measured:
    """Once, with a Redis of its own."""
    count = max(40, int(rate * seconds))
    with tempfile.TemporaryDirectory() as folder, RedisServer(Path(folder)) as redis:
        kept, busy = figures(redis)
        part = f"{name}/{redis.port}/{rate}/{size}/{count}"
        with _started("hear/" + part) as hearing, _started("say/" + part) as saying:
            said = json.loads(saying.communicate()[0].splitlines()[-1])
            heard = json.loads(hearing.communicate(timeout=60)[0].splitlines()[-1])
        kept_after, busy_after = figures(redis)
    return Measured(
        heard["p50"],
        heard["p99"],
        said["cpu"],
        heard["cpu"],
        (busy_after - busy) / count * 1e6,
        max(0, kept_after - kept) / 1024,
        count - heard["count"],
    )


def figures(redis: RedisServer) -> tuple[int, float]:
    """The memory that data takes in Redis, and its processor time in seconds."""
    told = redis.command("INFO", "everything").decode().splitlines()
    values = dict(line.split(":", 1) for line in told if ":" in line)
    cpu = float(values["used_cpu_user"]) + float(values["used_cpu_sys"])
    return int(values["used_memory_dataset"]), cpu


async def say(name: str, port: int, rate: int, size: int, count: int) -> None:
    """So many messages, each at its time; what is due together is said together."""
    carrier = CARRIERS[name](port)
    await carrier.open(None)
    await asyncio.sleep(SETTLING_SECONDS)
    padding = b"x" * (size - STAMP_BYTES - 1)
    cpu, began, said = time.process_time(), time.monotonic(), 0
    while said < count:
        due = min(count, int((time.monotonic() - began) * rate) + 1)
        while said < due:
            said += 1
            stamp = b"%020d" % time.monotonic_ns()
            carrier.say(stamp + padding + (LAST if said == count else b"."))
        carrier.flush()
        await asyncio.sleep(max(0.0, began + said / rate - time.monotonic()))
    cpu = time.process_time() - cpu
    await asyncio.sleep(SETTLING_SECONDS)
    print(json.dumps({"cpu": cpu / count * 1e6}))


async def hear(name: str, port: int, rate: int, size: int, count: int) -> None:
    """Until the last has come; whoever starts this waits for the first line."""
    del rate, size, count
    late: list[int] = []
    done = asyncio.Event()

    def got(data: bytes) -> None:
        late.append(time.monotonic_ns() - int(data[:STAMP_BYTES]))
        if data.endswith(LAST):
            done.set()

    await CARRIERS[name](port).open(got)
    await asyncio.sleep(SETTLING_SECONDS)
    print("listening", flush=True)
    cpu = time.process_time()
    await done.wait()
    cpu = time.process_time() - cpu
    late.sort()
    print(
        json.dumps(
            {
                "count": len(late),
                "p50": late[len(late) // 2] / 1e6,
                "p99": late[len(late) * 99 // 100] / 1e6,
                "cpu": cpu / len(late) * 1e6,
            }
        )
    )


def _started(part: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.bus", "--part", part], stdout=subprocess.PIPE, text=True
    )
    if part.startswith("hear/") and process.stdout is not None:
        process.stdout.readline()
    return process


if __name__ == "__main__":
    main()
