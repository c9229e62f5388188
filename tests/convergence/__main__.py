"""`make converge`: a thousand drawn fates of a note, for the record."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.convergence.run import End, agree_in_javascript, play
from tests.convergence.two import TwoServers
from tests.convergence.world import World

TOGETHER = 50
"""Seeds whose rows are replayed in one JavaScript process."""


def live(seeds: Iterable[int], steps: int, kind: type[World]) -> tuple[list[End], list[str]]:
    """Play the seeds; what they came to, and the reports of those that failed."""
    ends: list[End] = []
    problems: list[str] = []
    with tempfile.TemporaryDirectory(prefix="calepin-converge-") as name:
        for seed in seeds:
            folder = Path(name) / str(seed)
            folder.mkdir()
            try:
                ends.append(asyncio.run(play(folder, seed, steps, kind)))
            except Exception:  # noqa: BLE001 - it is reported, and the next seed is played
                problems.append(f"seed {seed}: {traceback.format_exc()}")
    try:
        agree_in_javascript(ends)
    except AssertionError as error:
        problems.append(str(error))
    return ends, problems


def main() -> int:
    parser = argparse.ArgumentParser(prog="make converge", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--servers", type=int, choices=(1, 2), default=1)
    parser.add_argument("--steps", type=int, default=150)
    chosen = parser.parse_args()
    began = time.monotonic()
    happened: Counter[str] = Counter()
    rows, problems = 0, []
    last = chosen.first + chosen.seeds
    for first in range(chosen.first, last, TOGETHER):
        seeds = range(first, min(first + TOGETHER, last))
        ends, found = live(seeds, chosen.steps, TwoServers if chosen.servers == 2 else World)
        problems += found
        for problem in found:
            print(f"NOT AS PROMISED: {problem}", flush=True)
        for end in ends:
            happened.update(end.happened)
            rows += len(end.updates)
    told = ", ".join(f"{number} × {name}" for name, number in happened.most_common())
    print(f"{chosen.seeds} seeds in {time.monotonic() - began:.0f} s: {rows} rows; {told}.")
    print(f"{len(problems)} problems.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
