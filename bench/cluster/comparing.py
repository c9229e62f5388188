"""Clusters side by side: the same load for each, several times in turns, and the medians."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from bench.cluster import running
from bench.cluster.loads import Figures, Load, measure
from bench.cluster.running import Cluster
from bench.tables import table
from tests.postgres import Postgres

Start = Callable[[Load], AbstractContextManager[Cluster]]

COLUMNS = (
    *("servers", "all", "database", "Redis", "commits", "frames", "messages", "Redis commands"),
    *("Redis bytes", "gaps", "again", "p50 ms", "p99 ms", "MiB", "missing"),
)
LEGEND = (
    "Processor time in µs for each edit: of the servers, and of all with database and Redis. "
    "Commits, frames to people, messages on the bus, commands to Redis and bytes through it for "
    "each edit; gaps and updates that were checked again for each 1,000; memory of all servers.\n"
)


def calepin(processes: int, database: Postgres | None, *, bus: bool | None = None) -> Start:
    """So many processes; with Redis where they are several, or as `bus` says."""

    @contextmanager
    def start(load: Load) -> Iterator[Cluster]:
        with ExitStack() as stack:
            has_bus = processes > 1 if bus is None else bus
            redis = stack.enter_context(running.redis()) if has_bus else None
            people = min(load.notes * load.people, 1000)
            yield stack.enter_context(
                running.calepin(
                    processes, load.notes, people=people, database=database, redis=redis
                )
            )

    return start


def hocuspocus(processes: int) -> Start:
    @contextmanager
    def start(load: Load) -> Iterator[Cluster]:
        with ExitStack() as stack:
            redis = stack.enter_context(running.redis()) if processes > 1 else None
            yield stack.enter_context(running.hocuspocus(processes, load.notes, redis))

    return start


def medians(
    clusters: dict[str, Start], load: Load, *, seconds: float, repeats: int
) -> dict[str, Figures]:
    """Of each cluster the run in the middle, by processor time. They take turns, so that what else
    the machine does falls on all of them."""
    found: dict[str, list[Figures]] = {}
    for seed in range(1, repeats + 1):
        for name, start in clusters.items():
            with start(load) as cluster:
                found.setdefault(name, []).append(
                    measure(cluster, load, seconds=seconds, seed=seed)
                )
    return {
        name: sorted(runs, key=lambda run: run.total_us)[len(runs) // 2]
        for name, runs in found.items()
    }


def row(name: str, f: Figures) -> list[object]:
    commands = sum(
        count
        for counter, count in f.counted.items()
        if counter.startswith("cmdstat_") and counter != "cmdstat_info"
    )
    through = "redis_total_net_input_bytes", "redis_total_net_output_bytes"
    return [
        name,
        f.cpu_us["servers"],
        f.total_us,
        f.cpu_us.get("database", 0.0),
        f.cpu_us.get("Redis", 0.0),
        f.per_edit("calepin_commits_total"),
        f.frames / f.edits,
        f.per_edit('calepin_bus_messages_total{outcome="said"}'),
        commands / f.edits,
        sum(map(f.per_edit, through)),
        f.per_edit("calepin_bus_gaps_total") * 1000,
        f.per_edit("calepin_updates_checked_again_total") * 1000,
        f.p50_ms,
        f.p99_ms,
        f.memory_mib["servers"],
        f.missing,
    ]


def compared(title: str, found: dict[str, Figures], *, first: str = "cluster") -> str:
    rows = [row(name, figures) for name, figures in found.items()]
    return f"### {title}\n\n" + table([first, *COLUMNS], rows)
