"""`make bench-cluster`: what several processes on the same notes cost, and where that ends.

Parts: `scenarios` (beside Hocuspocus), `bus` (with Redis and without), `crossing` (from one process
to another), `growth` (processes, notes, people), `polling` (notes in which nothing happens),
`order` (one note's commits), `fanout` (Redis).
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import signal
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.cluster import crossing, running
from bench.cluster.comparing import LEGEND, calepin, compared, hocuspocus, medians
from bench.cluster.fanout import fan_out
from bench.cluster.loads import Load, measure
from bench.cluster.order import rate
from bench.tables import table
from tests.postgres import Postgres


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: `seconds` of each load, `repeats` of it, `times` of what is timed, and
    the largest numbers."""

    seconds: float = 10.0
    repeats: int = 3
    times: int = 60
    notes: int = 500
    idle_notes: int = 1_000
    people: int = 300
    processes: int = 4
    committing: int = 8


SCENARIOS = {
    "100 writers in one note, 2 keys/s": Load(1, 100, 2.0),
    "10 notes of 10 writers, 5 keys/s": Load(10, 10, 5.0),
    "a quiet note: 2 people, 1 key/s": Load(1, 2, 1.0),
    "a crowd: 10 write, 290 read, 1 key/s": Load(1, 10, 1.0, readers=290),
}


def scenarios(postgres: Postgres, size: Size) -> Iterator[str]:
    clusters = {
        "SQLite, 1 process": calepin(1, None),
        "PostgreSQL, 1 process": calepin(1, postgres),
        "PostgreSQL and Redis, 2 processes": calepin(2, postgres),
        "SQLite and Redis, 2 workers": calepin(2, None),
        "Hocuspocus, 1 process": hocuspocus(1),
        "Hocuspocus and Redis, 2 processes": hocuspocus(2),
    }
    yield LEGEND
    try:
        with clusters["SQLite and Redis, 2 workers"](Load(1, 2, 1.0)):
            pass
    except AssertionError:
        del clusters["SQLite and Redis, 2 workers"]
        yield "This version does not serve with several workers: they are left out.\n"
    for title, load in SCENARIOS.items():
        found = medians(clusters, load, seconds=size.seconds, repeats=size.repeats)
        yield compared(title, found)
        beside = found.get("Hocuspocus and Redis, 2 processes")
        if beside is not None:
            of_two = found["PostgreSQL and Redis, 2 processes"]
            one = found["SQLite, 1 process"].total_us
            yield (
                f"Two processes use {of_two.total_us / beside.total_us:.2f} of Hocuspocus's two "
                f"(all processes of each; Calepin's store every edit); one on SQLite uses "
                f"{one / found['Hocuspocus, 1 process'].total_us:.2f} of Hocuspocus's one.\n"
            )


def bus(postgres: Postgres, size: Size) -> Iterator[str]:
    clusters = {
        "2 processes, Redis": calepin(2, postgres),
        "2 processes, polling alone": calepin(2, postgres, bus=False),
    }
    for title, load in list(SCENARIOS.items())[:2]:
        yield compared(title, medians(clusters, load, seconds=size.seconds, repeats=size.repeats))


def crossings(postgres: Postgres, size: Size) -> Iterator[str]:
    load = Load(20, 5, 2.0)

    async def timed() -> list[tuple[str, crossing.Waits]]:
        with (
            running.redis() as redis,
            running.calepin(
                2, load.notes + 1, people=load.notes * load.people, database=postgres, redis=redis
            ) as cluster,
        ):
            quiet = [
                await crossing.edits(cluster, size.times),
                await crossing.presence(cluster, size.times),
                await crossing.locks(cluster, size.times),
            ]
            busy = await crossing.under_load(cluster, size.times, load)
            redis.stop()
            without = [
                await crossing.edits(cluster, size.times // 2),
                await crossing.locks(cluster, size.times // 2),
            ]
            redis.start()
        return [
            *((f"{waits.of}, at rest", waits) for waits in quiet),
            *((f"{waits.of}, 100 writers in 20 other notes", waits) for waits in busy),
            *((f"{waits.of}, Redis stopped", waits) for waits in without),
        ]

    rows = [
        [name, len(w.milliseconds), w.share(0.5), w.share(0.99)] for name, w in asyncio.run(timed())
    ]
    yield table(("from one process to another", "times", "p50 ms", "p99 ms"), rows)


def growth(postgres: Postgres, size: Size) -> Iterator[str]:
    given = {"seconds": size.seconds, "repeats": size.repeats}
    counts = [count for count in (1, 2, 4) if count <= size.processes]
    clusters = {f"{count}": calepin(count, postgres) for count in counts}
    for title, load in list(SCENARIOS.items())[:2]:
        yield compared(title, medians(clusters, load, **given), first="processes")
    two = calepin(2, postgres)
    found = {}
    for notes in (1, 10, 100, 500):
        if notes <= size.notes:
            load = Load(notes, 2, max(0.25, 10 / notes))
            found |= medians({f"{notes}": two}, load, **given)
    yield compared("2 processes, 2 writers in each note", found, first="notes")
    found = {}
    for people in (10, 100, 300):
        if people <= size.people:
            load = Load(1, 10, 1.0, readers=people - 10)
            found |= medians({f"{people}": two}, load, **given)
    yield compared("2 processes, 10 write in one note", found, first="people")


def polling(postgres: Postgres, size: Size) -> Iterator[str]:
    """One person in each note, who does nothing."""
    for name, start in {
        "SQLite": calepin(1, None),
        "PostgreSQL": calepin(1, postgres),
        "PostgreSQL and Redis": calepin(1, postgres, bus=True),
    }.items():
        rows = []
        for notes in (1, 100, 500, 1_000):
            if notes <= size.idle_notes:
                load = Load(notes, 0, 1.0, readers=1)
                with start(load) as cluster:
                    measure(cluster, load, seconds=1.0)  # by then all notes are open
                    figures = measure(cluster, load, seconds=size.seconds)
                shares = [
                    figures.cpu_us.get(family, 0.0) / 1e4 / size.seconds
                    for family in ("servers", "database", "Redis")
                ]
                rows.append([f"{notes:,}", *shares, figures.memory_mib["servers"]])
        yield f"{name}, % of a core at rest\n"
        yield table(("notes with one person", "server", "database", "Redis", "MiB"), rows)


def order(postgres: Postgres, size: Size) -> Iterator[str]:
    kinds = {
        "one note": {"is_one_note": True},
        "one note, 10 rows each": {"is_one_note": True, "rows": 10},
        "a note for each process": {"is_one_note": False},
    }
    rows = []
    for processes in (1, 2, 4, 8):
        if processes <= size.committing:
            rates = [
                statistics.median(
                    rate(
                        postgres.url, processes, seconds=size.seconds / 5, **kind
                    ).commits_per_second
                    for _ in range(size.repeats)
                )
                for kind in kinds.values()
            ]
            rows.append([str(processes), *rates])
    yield "Commits per second of all processes together.\n"
    yield table(("processes", *kinds), rows)


def fanouts(_: Postgres, size: Size) -> Iterator[str]:
    with running.redis() as redis:
        messages = int(4_000 * size.seconds)
        found = [fan_out(redis, listeners, messages) for listeners in (0, 1, 2, 4, 8, 16)]
    yield table(
        ("processes that listen", "µs of Redis for a message"),
        [[str(one.listeners), one.us_per_message] for one in found],
    )


PARTS: dict[str, Callable[[Postgres, Size], Iterator[str]]] = {
    "scenarios": scenarios,
    "bus": bus,
    "crossing": crossings,
    "growth": growth,
    "polling": polling,
    "order": order,
    "fanout": fanouts,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.cluster", description=__doc__)
    parser.add_argument("parts", nargs="*", help="which; all of them otherwise")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    size = Size(seconds=chosen.seconds, repeats=chosen.repeats)
    print(f"{platform.platform()}\n", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends first
    for name in chosen.parts or PARTS:
        with running.database() as postgres:
            print(f"## {name}\n", flush=True)
            for told in PARTS[name](postgres, size):
                print(told, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
