"""Stands still in the middle of its first transaction, having appended, until a line comes in.

Arguments: the store, the note. Prints `in` when it stands there, then what became of its row.
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import Connection

from storage import log
from storage.store import Store
from storage.values import ConnectionId, Milliseconds, NoteId, Outcome, PersonId, Submission


async def main(where: str, note: str) -> None:
    tries = 0

    def work(db: Connection) -> list[Outcome]:
        nonlocal tries
        tries += 1
        one = Submission(
            NoteId(note), PersonId("writer"), ConnectionId("c"), Milliseconds(1), b"paused"
        )
        outcomes = log.append(db, [one])
        if tries == 1:
            print("in", flush=True)
            sys.stdin.readline()
        return outcomes

    async with await Store.open(where, clock=lambda: 1) as store:
        (outcome,) = await store.write(work)
        print(outcome)


asyncio.run(main(*sys.argv[1:]))
