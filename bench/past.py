"""What looking back costs in a note of many edits, and what somebody who types elsewhere notices.

    python -m bench.past [--edits 260000] [--hours 8] [--people 5]

People type in turn in one note, each letter an edit, in runs of forty, now and then a new line; the
log has all of it, and no checkpoint yet: the worst case. Then the list of its moments is asked for,
the page of the first, the middle and the last, the state at a position as Markdown, and a moderator
brings the note back by half. Server, its processes and the load have two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

import httpx
import pycrdt

from bench.crowds import Lag, quiet_note
from bench.exports import make_day
from bench.servers import Target, free_port, running
from storage import log
from storage.database import Database
from storage.values import ConnectionId, Milliseconds, NoteId, PersonId, Submission

RUN = 40
LETTERS = "abcdefghijklmnopqrstuvwxyz   "
ROWS_AT_ONCE = 10_000
SECONDS = 10.0


def typed(edits: int, people: int, rng: random.Random) -> Iterator[tuple[int, bytes]]:
    """Each edit with who typed it: at the end of a line, in the middle of one, or a new line."""
    docs = [pycrdt.Doc(client_id=1_000 + number) for number in range(people)]
    texts = [doc.get("notes", type=pycrdt.Text) for doc in docs]
    made: list[bytes] = []
    listening = [doc.observe(lambda event: made.append(event.update)) for doc in docs]
    left, length, last = edits, 0, 0
    while left > 0:
        who = rng.randrange(people)
        docs[who].apply_update(docs[last].get_update(docs[who].get_state()))
        made.clear()
        at = length if rng.random() < 0.8 else rng.randrange(length + 1)
        for _ in range(min(RUN, left)):
            texts[who].insert(at, rng.choice(LETTERS))
            at += 1
            length += 1
        texts[who].insert(at, "\n")
        length += 1
        yield from ((who, update) for update in made)
        left -= len(made)
        last = who
    for doc, one in zip(docs, listening, strict=True):
        doc.unobserve(one)


def fill(folder: Path, note: NoteId, *, edits: int, hours: float, people: int) -> None:
    """Into the log, evenly over so many hours."""
    start, step = 1_795_420_800_000, hours * 3_600_000 / edits
    rows = (
        Submission(
            note,
            PersonId(f"person{who}"),
            ConnectionId("c"),
            Milliseconds(int(start + number * step)),
            update,
        )
        for number, (who, update) in zip(
            count(), typed(edits, people, random.Random(1)), strict=False
        )
    )
    with Database.open(folder) as database:
        while some := list(islice(rows, ROWS_AT_ONCE)):
            with database.write() as db:
                log.append(db, some)


async def look(target: Target, day: str, token: str) -> None:
    """Print what each request takes, and how long letters take in another note meanwhile."""
    base = target.urls[0].partition("/sync")[0].replace("ws", "http", 1)
    note, headers = target.names[0], {"authorization": f"Bearer {token}", "origin": base}
    async with httpx.AsyncClient(base_url=base, timeout=150, trust_env=False) as client:
        await client.post(f"/join/{token}", data={"name": "Inès"}, headers={"origin": base})
        answer = await client.get(f"/api/notes/{note}/moments", headers=headers)
        moments = answer.json()["moments"]
        first, middle, last = (moments[at]["seq"] for at in (0, len(moments) // 2, -1))
        path = f"/d/{day}/n/{note}/past"
        asked = {
            "the list of moments": f"/api/notes/{note}/moments",
            "the page of the first": f"{path}?at={first}",
            "of the middle": f"{path}?at={middle}",
            "of the last": f"{path}?at={last}",
            "the middle as Markdown": f"/api/notes/{note}/moments/{middle}",
        }
        print(f"{last} edits, {len(moments)} moments")
        async with quiet_note(target.urls[1]) as waits:
            await asyncio.sleep(SECONDS)
            print(f"  nobody looks back: {said(waits.milliseconds)}")
        print("| | first s | again s |\n| --- | ---: | ---: |")
        lag = Lag.of(target)
        async with quiet_note(target.urls[1]) as waits:
            for name, address in asked.items():
                took = [await seconds(client, "GET", address) for _ in range(2)]
                print(f"| {name} | {took[0]:.2f} | {took[1]:.2f} |", flush=True)
            print(f"  meanwhile: {said(waits.milliseconds)}; {lag}")
        # The first opens the note, which nobody has open, from all of its rows.
        for seq, name in ((middle, "bringing it back, first opened"), (last, "and back again")):
            lag = Lag.of(target)
            async with quiet_note(target.urls[1]) as waits:
                address = f"/api/notes/{note}/moments/{seq}/restore"
                took = [await seconds(client, "POST", address, headers=headers)]
                print(f"| {name} | {took[0]:.2f} | |")
                print(f"  meanwhile: {said(waits.milliseconds)}; {lag}")


async def seconds(
    client: httpx.AsyncClient, method: str, path: str, **more: dict[str, str]
) -> float:
    began = time.perf_counter()
    (await client.request(method, path, **more)).raise_for_status()
    return time.perf_counter() - began


def said(found: Sequence[float]) -> str:
    ordered = sorted(found)
    median, worst = ordered[len(ordered) // 2], ordered[-1]
    return f"a letter elsewhere p50 {median:.1f} ms, worst {worst:.0f} ms of {len(ordered)}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.past", description=__doc__)
    parser.add_argument("--edits", type=int, default=260_000)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--people", type=int, default=5)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="calepin-bench-") as name:
        folder = Path(name)
        made = make_day(folder, 2, 20)
        tokens, items = made["tokens"], made["items"]
        assert isinstance(tokens, dict)
        assert isinstance(items, list)
        names = [one["note"] for one in items]
        fill(
            folder / "store",
            NoteId(names[0]),
            edits=chosen.edits,
            hours=chosen.hours,
            people=chosen.people,
        )
        port = free_port()
        command = Path(sys.executable).with_name("calepin")
        serve = [command, "serve", "--port", str(port), "--data", folder / "store"]
        with running(serve, port, None) as pid:
            urls = [f"ws://127.0.0.1:{port}/sync/{one}?token={tokens['writer']}" for one in names]
            target = Target(pid, "y-websocket", urls, names, tokens["writer"])
            asyncio.run(look(target, str(made["day"]), tokens["moderator"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
