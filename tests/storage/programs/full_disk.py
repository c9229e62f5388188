"""Submits until no more can be written, then lets the files grow again and submits once more.

Arguments: the store, the note. Prints the data of what was acknowledged, and `full` in between.
"""

from __future__ import annotations

import asyncio
import resource
import sys

from storage.errors import StoreFull
from storage.store import Store
from storage.values import ConnectionId, Milliseconds, NoteId, PersonId, Submission


async def main(where: str, note: str) -> None:
    async with await Store.open(where, clock=lambda: 1) as store:
        name = PersonId("writer")

        async def submit(data: str) -> None:
            padded = data.encode().ljust(3000, b".")
            one = Submission(NoteId(note), name, ConnectionId("c"), Milliseconds(1), padded)
            await store.submit([one])
            print(data)

        resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, resource.RLIM_INFINITY))
        try:
            for n in range(1000):
                await submit(f"before {n}")
        except StoreFull as error:
            print("full", error)
        failed = store.stats().failures
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await submit(f"after {failed}")


asyncio.run(main(*sys.argv[1:]))
