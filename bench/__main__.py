"""`make bench`: every server under every load, one after the other, and how they compare.

The server runs on one core, the load on the other. Figures are CPU microseconds per delivered edit
(all threads, user and system), latency from the key to another client, and memory. Ratios are
against Hocuspocus in the same run; absolute figures of two machines say little.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

from bench.processes import usage
from bench.servers import LOAD_CORE, ROOT, Target, calepin, peer
from bench.tables import keep

REFERENCE = "hocuspocus 4.7.0"


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    notes: int
    writers: int
    keys_per_second: float


SCENARIOS = (
    Scenario("100 writers in one note, 2 keys/s", 1, 100, 2.0),
    Scenario("10 notes of 10 writers, 5 keys/s", 10, 10, 5.0),
    Scenario("a quiet note: 2 people, 1 key/s", 1, 2, 1.0),
)

Start = Callable[[int], AbstractContextManager[Target]]
SERVERS: dict[str, Start] = {
    "calepin": lambda notes: calepin("hocuspocus", notes),
    REFERENCE: lambda notes: peer("hocuspocus.mjs", "hocuspocus", notes),
    "calepin (y-websocket)": lambda notes: calepin("y-websocket", notes),
    "@y/websocket-server 0.1.1": lambda notes: peer("y-websocket.mjs", "y-websocket", notes),
    "ws relay": lambda notes: peer("relay.mjs", "y-websocket", notes),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """One server under one load."""

    scenario: str
    server: str
    cpu_us_per_delivered: float
    cpu_share: float
    memory_mib: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    edits: int
    frames: int
    missing: int
    load_cpu: float


def measure(scenario: Scenario, name: str, *, seconds: float, seed: int) -> Figures:
    """Start the server, load it, read what it used, end it."""
    with SERVERS[name](scenario.notes) as target:
        plan = {
            "framing": target.framing,
            "urls": [[url] for url in target.urls],
            "names": list(target.names),
            "token": target.token,
            "writers": scenario.writers,
            "keys_per_second": scenario.keys_per_second,
            "seconds": seconds,
            "seed": seed,
        }
        load = subprocess.Popen(
            ["taskset", "-c", LOAD_CORE, sys.executable, "-m", "bench.load", json.dumps(plan)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert load.stdout is not None
        _expect(load.stdout.readline(), "begin")
        before = usage(target.pid)
        _expect(load.stdout.readline(), "end")
        after = usage(target.pid)
        found = json.loads(load.stdout.readline())
        load.wait()
    cpu = after.cpu_seconds - before.cpu_seconds
    delivered = found["edits"] * (scenario.writers - 1)
    return Figures(
        scenario.name,
        name,
        cpu / delivered * 1e6,
        cpu / seconds,
        after.memory_mib,
        found["p50_ms"],
        found["p95_ms"],
        found["p99_ms"],
        found["edits"],
        found["frames"],
        found["missing"],
        found["load_cpu"],
    )


def _expect(line: str, word: str) -> None:
    if line.strip() != word:
        raise RuntimeError(f"the load generator stopped before “{word}”")


def table(figures: list[Figures]) -> str:
    """The figures as Markdown, with ratios against the reference of the same scenario."""
    lines: list[str] = []
    for scenario in dict.fromkeys(f.scenario for f in figures):
        rows = [f for f in figures if f.scenario == scenario]
        reference = next((f for f in rows if f.server == REFERENCE), None)
        lines += [
            f"\n### {scenario}\n",
            "| server | CPU µs per delivered edit | ratio | p50 ms | p99 ms | memory MiB "
            "| missing |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        for row in rows:
            ratio = "–"
            if reference is not None:
                ratio = f"{row.cpu_us_per_delivered / reference.cpu_us_per_delivered:.2f}"
            lines.append(
                f"| {row.server} | {row.cpu_us_per_delivered:.1f} | {ratio} | {row.p50_ms:.1f} "
                f"| {row.p99_ms:.1f} | {row.memory_mib:.0f} | {row.missing} |"
            )
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each is measured")
    parser.add_argument("--only", help="only servers whose name contains this")
    parser.add_argument("--scenario", type=int, help="only this one, from 1")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    figures = [
        measure(scenario, name, seconds=chosen.seconds, seed=chosen.seed)
        for number, scenario in enumerate(SCENARIOS, start=1)
        if chosen.scenario in (None, number)
        for name in SERVERS
        if chosen.only is None or chosen.only in name
    ]
    print(table(figures))
    keep([asdict(f) for f in figures])
    return 1 if any(f.missing for f in figures if f.server.startswith("calepin")) else 0


if __name__ == "__main__":
    sys.exit(main())
