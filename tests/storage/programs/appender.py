"""Submits to notes until it is killed, or until something is held; prints what was acknowledged.

Arguments: the store, a name, the notes. Each line: the note, its position or `held`, the data.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count

from storage.store import Store
from storage.values import Accepted, ConnectionId, Milliseconds, NoteId, PersonId, Submission


async def main(where: str, name: str, *notes: str) -> None:
    async with await Store.open(where, clock=lambda: 1) as store:
        for n in count():
            batch = [
                Submission(
                    NoteId(note),
                    PersonId(name),
                    ConnectionId(name),
                    Milliseconds(n),
                    f"{name} {n} {k}".encode(),
                )
                for k in range(3)
                for note in notes
            ]
            outcomes = await store.submit(batch)
            for one, outcome in zip(batch, outcomes, strict=True):
                told = outcome.seq if isinstance(outcome, Accepted) else "held"
                print(one.note, told, one.data.hex())
            sys.stdout.flush()
            if not all(isinstance(outcome, Accepted) for outcome in outcomes):
                return


asyncio.run(main(*sys.argv[1:]))
