"""`make soak`: a thousand times, for the record."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from server.sync.rooms import IDLE_SECONDS
from storage.engines import READERS
from tests.running import RunningServer, programme
from tests.soak.run import Holding, lost, play, until

NOTES = 20
LEAST = 100
"""Cycles before the first look: what a process takes once, for its first people, is no leak."""


async def soak(folder: Path, cycles: int) -> bool:
    with RunningServer(folder) as server:
        entrance = server.new_day(programme(NOTES))
        await play(server, entrance, LEAST)
        await asyncio.sleep(IDLE_SECONDS + 2)  # until every note has left memory
        before = Holding.of(server.pid)
        print(f"before: {before}", flush=True)
        await play(server, entrance, cycles, first=LEAST)
        print(f"behind {cycles} cycles, notes still there: {Holding.of(server.pid)}", flush=True)
        after = await until(
            lambda now: now.kilobytes <= before.kilobytes, server.pid, seconds=IDLE_SECONDS + 5
        )
        print(f"after: {after}, {after.kilobytes / before.kilobytes - 1:+.1%}")
        missing = await lost(server, entrance, LEAST + cycles)
        print(f"{len(missing)} words lost.")
    return (
        not missing
        and after.kilobytes <= before.kilobytes * 1.1
        and after.files <= before.files + 3 * READERS  # threads that read begin on need
        and after.threads <= before.threads + READERS
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--cycles", type=int, default=1000)
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="calepin-soak-") as folder:
        held = asyncio.run(soak(Path(folder), chosen.cycles))
    print(f"{time.monotonic() - began:.0f} s. {'As promised' if held else 'NOT AS PROMISED'}.")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
