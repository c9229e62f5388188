"""`make storm`: drawn faults over a cluster, seed after seed, for the record."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.cluster.cluster import cluster
from tests.cluster.storm import Storm
from tests.peers.driver import PeerProcess, Peers
from tests.postgres import postgres
from tests.redis_server import RedisServer


async def play(folder: Path, seeds: range, seconds: float, servers: int) -> int:
    """Let one storm after the other rage over one cluster; how many ended not as promised."""
    failures = 0
    happened: Counter[str] = Counter()
    with PeerProcess() as process, postgres() as database, RedisServer(folder / "redis") as redis:
        async with cluster(folder, database, redis, servers=servers) as together:
            for seed in seeds:
                await together.new_day()
                async with Peers(process) as peers:
                    storm = Storm(together, peers, seed)
                    try:
                        await storm.rages(seconds)
                    except Exception as error:  # noqa: BLE001 - told, and the next seed is played
                        failures += 1
                        print(f"seed {seed}: NOT AS PROMISED: {_said(error)}", flush=True)
                        await together.mend()
                    else:
                        print(
                            f"seed {seed}: {storm.words} words, {storm.locks} locks and unlocks, "
                            f"{storm.looks} looks; a word crossed in {storm.calm_seconds:.1f} s",
                            flush=True,
                        )
                    happened += storm.happened
            said = await asyncio.to_thread(together.servers[0].calepin, "verify")
            print(said.strip())
    print(", ".join(f"{count} × {name.replace('_', ' ')}" for name, count in happened.items()))
    return failures


def _said(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_said(one) for one in error.exceptions)
    return f"{type(error).__name__}: {str(error)[:2000]} {getattr(error, '__notes__', '')}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make storm", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--servers", type=int, default=3)
    chosen = parser.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="calepin-storm-") as folder:
        failures = asyncio.run(play(Path(folder), seeds, chosen.seconds, chosen.servers))
    print(f"{len(seeds)} storms in {time.monotonic() - began:.0f} s, {failures} not as promised.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
