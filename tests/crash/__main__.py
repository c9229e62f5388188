"""`make crash`: a thousand kills, for the record."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.run import Crashes
from tests.peers.driver import PeerProcess, Peers
from tests.running import RunningServer, programme


async def play(folder: Path, cycles: int, seed: int) -> Crashes:
    with PeerProcess() as process, RunningServer(folder, {"drain_ms": "100"}) as server:
        async with Peers(process) as peers:
            run = Crashes(server, peers, server.new_day(programme(3)), seed)
            await run.play(cycles)
            print(server.calepin("verify").strip())
    return run


def main() -> int:
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="calepin-crash-") as folder:
        run = asyncio.run(play(Path(folder), chosen.cycles, chosen.seed))
    words = sum(len(typist.typed) for typist in run.typists)
    print(
        f"{chosen.cycles} kills in {time.monotonic() - began:.0f} s (seed {chosen.seed}): "
        f"{words} words typed by {len(run.typists)} clients, "
        f"{run.lock_requests} locks and unlocks answered."
    )
    for problem in run.problems[:50]:
        print(f"NOT AS PROMISED: {problem}")
    print(f"{len(run.problems)} problems.")
    return 1 if run.problems else 0


if __name__ == "__main__":
    sys.exit(main())
