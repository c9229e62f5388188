"""Holds the duties `work` and `other` of a store whenever they are free, and says so.

Called with what the store is opened with. Prints a line for each that was taken or lost.
"""

from __future__ import annotations

import asyncio
import sys

from storage.database import Database
from storage.duties import Duties


def told(name: str, held: bool) -> None:
    print(f"{'+' if held else '-'}{name}", flush=True)


async def main(where: str) -> None:
    with Database.open(where) as database:
        await Duties.of(database, standing=("work", "other")).run(told)


asyncio.run(main(sys.argv[1]))
