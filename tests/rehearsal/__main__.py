"""`make rehearsal DAY=folder`: a rehearsal on one's own day, before the real one.

The folder holds `programme.yml` and the files it names. Without one, the sample day is played.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.chromium import FLAGS, chromium
from tests.peers.driver import PeerProcess, Peers
from tests.rehearsal.run import Outcome, Script, problems, rehearse
from tests.running import RunningServer

SAMPLE = Path(__file__).resolve().parents[2] / "server" / "sample"


async def play(folder: Path, script: Script) -> Outcome:
    with (
        tempfile.TemporaryDirectory(prefix="calepin-rehearsal-") as scratch,
        PeerProcess() as process,
        RunningServer(Path(scratch), {"drain_ms": "500"}) as server,
    ):
        async with Peers(process) as peers, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            outcome = await rehearse(folder, server, peers, browser, script)
            await browser.close()
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(prog="make rehearsal", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0.5, help="how long people type")
    parser.add_argument("--haste", type=float, default=3.0, help="times as fast as in life")
    parser.add_argument("--trace", type=Path, help="a recorded rhythm of typing (.json.gz)")
    parser.add_argument("-o", "--output", type=Path, help="where to keep the day's export")
    chosen = parser.parse_args()
    third = chosen.minutes * 60 / 3
    script = Script(third, third, third, seed=chosen.seed, trace=chosen.trace, haste=chosen.haste)
    outcome = asyncio.run(play(chosen.folder, script))
    if chosen.output is not None:
        chosen.output.write_text(outcome.export, "utf-8")
    sentences = sum(len(typist.typed) for typist in outcome.typists)
    print(
        f"{len(outcome.given)} items, {len(outcome.typists)} people, {sentences} sentences typed, "
        f"{len(outcome.acknowledged)} acknowledged, one kill -9, "
        f"{len(outcome.locked)} notes locked with {outcome.held} late updates kept aside; "
        f"the export has {len(outcome.export.split())} words."
    )
    found = problems(outcome)
    for problem in found:
        print(f"NOT AS PROMISED: {problem}")
    print("Everything is there." if not found else f"{len(found)} problems (seed {chosen.seed}).")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
