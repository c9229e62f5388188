"""`make powerloss`: a thousand losses of power, for the record."""

from __future__ import annotations

import argparse
import asyncio
import pickle
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.disk.tape import Tape, Wrote
from tests.power.losses import an_instant, problems_after
from tests.power.work import record

RUNS = 10
"""Recordings that the instants are spread over; what runs at once differs in each."""


def play(number: int, losses: int, seed: int) -> tuple[Tape, list[str]]:
    """Record one run, and lose power so many times."""
    with tempfile.TemporaryDirectory(prefix="calepin-power-") as folder:
        work = record(Path(folder).resolve() / "data", Random(f"{seed} {number}"))
        tape = asyncio.run(work)
    problems = []
    for loss in range(losses):
        name = f"{seed} {number} {loss}"
        chance = Random(name)
        with tempfile.TemporaryDirectory(prefix="calepin-power-") as folder:
            upto = an_instant(tape, chance)
            found = problems_after(tape, upto, Path(folder), chance)
        problems += [f"({name}: after {upto} steps) {problem}" for problem in found]
    return tape, problems


def main() -> int:
    parser = argparse.ArgumentParser(prog="make powerloss", description=__doc__)
    parser.add_argument("--losses", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    began = time.monotonic()
    writes = acknowledged = count = 0
    for number in range(RUNS):
        losses = len(range(number, chosen.losses, RUNS))
        tape, problems = play(number, losses, chosen.seed)
        writes += sum(isinstance(event, Wrote) for event in tape.events)
        acknowledged += len(tape.said(len(tape.events))) // 2
        for problem in problems[:5]:
            print(f"NOT AS PROMISED: {problem}")
        if problems:
            # The threads of a run race: its seed alone does not bring it back.
            kept = Path(tempfile.gettempdir()) / f"calepin-power-{chosen.seed}-{number}.tape"
            kept.write_bytes(pickle.dumps(tape.events))
            print(f"What was recorded is kept in {kept}.")
        count += len(problems)
    print(
        f"{chosen.losses} losses of power in {time.monotonic() - began:.0f} s "
        f"(seed {chosen.seed}): {RUNS} runs with {writes} writes of SQLite, "
        f"{acknowledged} batches, locks and deletions answered."
    )
    print(f"{count} problems.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
