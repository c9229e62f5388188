"""How many commits a second the store takes from several processes, in one note and in many.

One note's order is the lock of one row, held from the statement that advances the note's head until
the commit is on the disk; that is the limit of one note. Run as a program, it is one of the
processes: `python -m bench.cluster.order ADDRESS SECONDS ROWS NOTE`.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass

from bench.servers import ROOT
from storage import catalogue
from storage.database import Database
from storage.records import Day, NoteRef
from storage.store import Store
from storage.values import ConnectionId, DayId, Milliseconds, NoteId, PersonId, Submission

DAY = DayId("order")


@dataclass(frozen=True, slots=True)
class Rate:
    processes: int
    is_one_note: bool
    rows: int
    """In each commit."""
    commits_per_second: float


def rate(
    where: str, processes: int, *, is_one_note: bool, rows: int = 1, seconds: float = 5.0
) -> Rate:
    """So many processes that commit as fast as they can, in the same note or in one each."""
    notes = [NoteId(f"order{n:05}") for n in range(processes)]
    with Database.open(where) as opened, opened.write() as db:
        catalogue.delete_day(db, DAY)
        catalogue.add_day(db, Day(DAY, "Order", Milliseconds(1)))
        for note in notes:
            catalogue.add_note(db, NoteRef(note, DAY, None, Milliseconds(1)))
    started = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "bench.cluster.order"),
                *(where, str(seconds), str(rows), notes[0] if is_one_note else note),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for note in notes
    ]
    for one in started:
        assert one.stdout is not None
        if one.stdout.readline() != "ready\n":
            raise RuntimeError("a process that should commit did not start")
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    found = [one.communicate()[0] for one in started]
    return Rate(processes, is_one_note, rows, sum(map(int, found)) / seconds)


async def commit(where: str, seconds: float, rows: int, note: NoteId) -> int:
    """How many commits of so many rows there were."""
    async with await Store.open(where, clock=lambda: 1) as store:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        end, commits = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            await store.submit(
                [
                    Submission(
                        note,
                        PersonId("ada"),
                        ConnectionId("c"),
                        Milliseconds(1),
                        b"a key that was pressed",
                    )
                ]
                * rows
            )
            commits += 1
        return commits


if __name__ == "__main__":
    address, length, size, place = sys.argv[1:]
    print(asyncio.run(commit(address, float(length), int(size), NoteId(place))))
