"""One cluster under one load: what it used and counted for each edit, and how late edits came."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from bench.cluster.running import Cluster
from bench.servers import ROOT


@dataclass(frozen=True, slots=True)
class Load:
    """What people do: so many in each note, of whom some write."""

    notes: int
    writers: int
    keys_per_second: float
    readers: int = 0

    @property
    def people(self) -> int:
        return self.writers + self.readers


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one cluster under one load. Processor time is in microseconds for each edit."""

    load: Load
    seconds: float
    edits: int
    frames: int
    missing: int
    p50_ms: float
    p99_ms: float
    cpu_us: dict[str, float]
    """By family: servers, database, Redis."""
    memory_mib: dict[str, float]
    counted: dict[str, float]
    """How much each counter grew; gauges as they were at the end."""

    @property
    def total_us(self) -> float:
        return sum(self.cpu_us.values())

    @property
    def us_per_delivery(self) -> float:
        """All processor time, for each arrival of an edit at somebody else."""
        return self.total_us / (self.load.people - 1)

    def per_edit(self, counter: str) -> float:
        return self.counted.get(counter, 0.0) / self.edits

    def per_second(self, counter: str) -> float:
        return self.counted.get(counter, 0.0) / self.seconds


_GAUGES = ("connections", "redis_used_memory")


def measure(cluster: Cluster, load: Load, *, seconds: float, seed: int = 1) -> Figures:
    """Load it for so long behind some seconds of warming up."""
    plan = {
        "framing": cluster.framing,
        "urls": cluster.urls,
        "names": cluster.names,
        "token": cluster.token,
        "writers": load.writers,
        "readers": load.readers,
        "cookies": cluster.cookies,
        "keys_per_second": load.keys_per_second,
        "seconds": seconds,
        "seed": seed,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "bench.load", json.dumps(plan)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        told = process.stdout
        _expect(told.readline(), "begin")
        counters, before = cluster.counters(), cluster.usage()
        _expect(told.readline(), "end")
        after = cluster.usage()
        now = cluster.counters()
        found = json.loads(told.readline())
    edits = max(1, found["edits"])
    return Figures(
        load,
        seconds,
        edits,
        found["frames"],
        found["missing"],
        found["p50_ms"],
        found["p99_ms"],
        {
            name: (after[name].cpu_seconds - before[name].cpu_seconds) / edits * 1e6
            for name in after
        },
        {name: used.memory_mib for name, used in after.items()},
        {
            name: value if name in _GAUGES else value - counters.get(name, 0.0)
            for name, value in now.items()
        },
    )


def _expect(line: str, word: str) -> None:
    if line.strip() != word:
        raise RuntimeError(f"the load generator stopped before “{word}”")
