"""What exports of a big day cost, and what somebody who types meanwhile notices of them.

    python -m bench.exports [--items 300] [--words 200000] [--seconds 20]

First each format by itself, in this process. Then somebody types in one note of the day, without
exports and while one after the other is asked for, with the server and its processes on one core
and the load on the other, and with both free to all.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from bench.crowds import Waits, quiet_note
from bench.servers import LOAD_CORE, SERVER_CORE, free_port, running
from server.days.contents import read_contents
from server.days.documents import FORMATS, render
from server.days.publishing import Choice
from server.pages.assets import read_style
from server.pages.site import site
from storage.database import Database
from storage.values import DayId

SECTIONS = 10
SAMPLE = Path(__file__).parents[1] / "server" / "sample" / "notes"


def programme(items: int, words: int, folder: Path) -> str:
    """A day of so many items and words, of the sample's paragraphs: YAML, and files beside it."""
    texts = [path.read_text("utf-8") for path in sorted(SAMPLE.glob("*.md"))]
    paragraphs = "\n\n".join(texts).split("\n\n")
    out = ["title: Big", "sections:"]
    for number in range(items):
        if number % -(-items // SECTIONS) == 0:
            out += [f"  - title: Section {number}", "    items:"]
        taken: list[str] = []
        while sum(len(one.split()) for one in taken) < words // items:
            taken.append(paragraphs[(number + len(taken)) % len(paragraphs)])
        (folder / f"{number}.md").write_text("\n\n".join(taken), "utf-8")
        out += [f"      - title: Item {number}", f"        notes: {number}.md"]
    return "\n".join(out) + "\n"


def make_day(folder: Path, items: int, words: int) -> dict[str, object]:
    """The day in a store of its own, as `calepin new --json` tells it."""
    (folder / "programme.yml").write_text(programme(items, words, folder))
    command = [_command(), "new", folder / "programme.yml", "--data", folder / "store", "--json"]
    made: dict[str, object] = json.loads(subprocess.check_output(command, text=True))
    return made


def time_formats(folder: Path, day: DayId) -> None:
    """Prints a line of a table for each format."""
    with Database.open(folder / "store") as database, database.read() as db:
        began = time.perf_counter()
        contents = read_contents(db, day)
        print(f"| reading the store | {time.perf_counter() - began:.1f} | |")
    for form in FORMATS:
        began = time.perf_counter()
        data = render(contents, day, form, "all").data
        print(f"| {form} | {time.perf_counter() - began:.1f} | {len(data) / 1e6:.1f} |", flush=True)
    began = time.perf_counter()
    files = site(contents, Choice("both"), read_style())
    size = sum(map(len, files.values())) / 1e6
    print(f"| published folder | {time.perf_counter() - began:.1f} | {size:.1f} |", flush=True)


async def type_meanwhile(url: str, export: str, token: str, seconds: float) -> None:
    """Prints how long a letter takes, without exports and with them."""
    async with quiet_note(url) as waits:
        await asyncio.sleep(seconds)
        print(f"  no export: {_said(waits)}")
    made = 0

    async def ask() -> None:
        nonlocal made
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=120) as client:
            while True:
                (await client.get(export)).raise_for_status()
                made += 1

    asking = asyncio.create_task(ask())
    async with quiet_note(url) as waits:
        await asyncio.sleep(seconds)
        print(f"  with exports: {_said(waits)}; {made} finished", flush=True)
    asking.cancel()
    await asyncio.wait([asking])


def _said(waits: Waits) -> str:
    found = sorted(waits.milliseconds)
    p99 = found[int(len(found) * 0.99)]
    return f"p50 {waits.median:.1f} ms, p99 {p99:.1f} ms, worst {found[-1]:.1f} ms of {len(found)}"


def _command() -> Path:
    return Path(sys.executable).with_name("calepin")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.exports", description=__doc__)
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="calepin-bench-") as name:
        folder = Path(name)
        made = make_day(folder, chosen.items, chosen.words)
        day, tokens, items = str(made["day"]), made["tokens"], made["items"]
        assert isinstance(tokens, dict)
        assert isinstance(items, list)
        print("| | s | MB |\n| --- | ---: | ---: |")
        time_formats(folder, DayId(day))
        for core in (SERVER_CORE, None):
            port = free_port()
            if core is not None:
                os.sched_setaffinity(0, {int(LOAD_CORE)})
            else:
                os.sched_setaffinity(0, range(os.cpu_count() or 1))
            serve = [_command(), "serve", "--port", str(port), "--data", folder / "store"]
            print("on one core:" if core else "on all cores:")
            with running(serve, port, core):
                url = f"ws://127.0.0.1:{port}/sync/{items[0]['note']}?token={tokens['writer']}"
                export = f"http://127.0.0.1:{port}/api/days/{day}/export?format=docx"
                asyncio.run(type_meanwhile(url, export, tokens["reader"], chosen.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
