"""What a commit of the store takes: batches of ten edits in ten notes, one after the other.

    python -m bench.commits [ADDRESS OF A DATABASE] …

Without an address it measures SQLite in a new folder. A database named here must be empty, and is
left with one day in it that can be deleted. Prints milliseconds: median and 95th percentile.
"""

from __future__ import annotations

import statistics
import sys
import time
from tempfile import TemporaryDirectory

from storage import catalogue
from storage.database import Database
from storage.records import Day, NoteRef
from storage.store import Store
from storage.values import ConnectionId, DayId, Milliseconds, NoteId, PersonId, Submission

DAY = DayId("bench")
NOTES = [NoteId(f"bench{n:05}") for n in range(10)]
COMMITS = 2000


def seed(where: str) -> None:
    with Database.open(where) as database, database.write() as db:
        catalogue.delete_day(db, DAY)
        catalogue.add_day(db, Day(DAY, "A bench", Milliseconds(1)))
        for note in NOTES:
            catalogue.add_note(db, NoteRef(note, DAY, None, Milliseconds(1)))


async def measure(where: str, kind: str) -> None:
    async with await Store.open(where, clock=lambda: 1) as store:
        followed = {note: log_head.seq for note, log_head in (await store.heads(NOTES)).items()}
        taken: list[float] = []
        for n in range(COMMITS):
            batch = [
                Submission(
                    note,
                    PersonId("ada"),
                    ConnectionId("c"),
                    Milliseconds(n),
                    b"a key that was pressed",
                    **({} if kind == "plain" else {"after": followed[note]}),
                )
                for note in NOTES
            ]
            began = time.perf_counter()
            outcomes = await store.submit(batch)
            taken.append((time.perf_counter() - began) * 1000)
            if kind == "checked":
                for note, outcome in zip(NOTES, outcomes, strict=True):
                    followed[note] = outcome.seq
        taken.sort()
        shown = f"{statistics.median(taken):.2f} ms, p95 {taken[int(len(taken) * 0.95)]:.2f} ms"
        print(f"{where.partition('://')[0]:12} {kind:8} {shown}", flush=True)


def main() -> None:
    import asyncio

    with TemporaryDirectory() as folder:
        for where in sys.argv[1:] or [folder]:
            for kind in ("plain", "checked"):
                seed(where)
                asyncio.run(measure(where, kind))


if __name__ == "__main__":
    main()
