"""What a store does on a busy day, at once: edits, held ones, locks, checkpoints, a day deleted.

Everything that is asked of the store, and everything that it answers, is said on the tape.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import Connection

from storage import catalogue, log, people
from storage.database import Database
from storage.records import Day, Item, Link, NoteRef, Person, Section
from storage.store import Store
from storage.values import (
    ConnectionId,
    DayId,
    Head,
    ItemId,
    LinkId,
    Milliseconds,
    NoteId,
    Outcome,
    PersonId,
    SectionId,
    Submission,
)
from tests.disk.tape import Tape
from tests.disk.watched import watched

DAY, BRIEF_DAY = DayId("day"), DayId("brief-day")
NOTES = [NoteId(f"note{n}") for n in range(3)]
MODERATOR = PersonId("moderator")
HERE = ConnectionId("here")
AT = Milliseconds(1)

LIVES = 3
"""How often the store is opened and closed again: the write-ahead file is new in each life."""
BATCHES = 40
"""Of each writer in each life. The first tidying comes after 64 commits."""
WRITERS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A batch, a lock (True), an unlock (False) or the deletion of a day, by its number."""

    number: int
    what: list[Submission] | tuple[NoteId, bool] | DayId


@dataclass(frozen=True, slots=True)
class Answered:
    number: int
    outcome: list[Outcome] | Head | None


async def record(folder: Path, chance: Random) -> Tape:
    """The tape of a whole run, from an empty folder on."""
    tape = Tape(folder)
    numbers = itertools.count()
    with watched(tape):
        for life in range(LIVES):
            async with await Store.open(folder, clock=lambda: 1) as store:
                if life == 0:
                    await store.write(_seed)
                    tape.say(Answered(next(numbers), None))
                live = _Life(tape, store, numbers, chance)
                async with asyncio.TaskGroup() as tasks:
                    for _ in range(WRITERS):
                        tasks.create_task(live.write())
                    tasks.create_task(live.lock_and_unlock())
                    tasks.create_task(live.keep_checkpoints())
                    tasks.create_task(asyncio.to_thread(live.write_beside, Random(life)))
                if life == 1:
                    await live.delete()
    return tape


class _Life:
    """From one opening of the store to its closing."""

    def __init__(
        self, tape: Tape, store: Store, numbers: itertools.count[int], chance: Random
    ) -> None:
        self._tape = tape
        self._store = store
        self._numbers = numbers
        self._chance = chance
        self._writers = WRITERS

    async def write(self) -> None:
        for _ in range(BATCHES):
            batch = _batch(next(self._numbers), self._chance)
            number = self._ask(batch)
            self._answer(number, await self._store.submit(batch))
        self._writers -= 1

    async def lock_and_unlock(self) -> None:
        while self._writers:
            note = self._chance.choice(NOTES)
            number = self._ask((note, locks := self._chance.random() < 0.5))
            if locks:
                head = await self._store.lock(
                    note, by=MODERATOR, why=f"{number}", at=AT, connection=HERE
                )
            else:
                head = await self._store.unlock(note, by=MODERATOR, at=AT, connection=HERE)
            self._answer(number, head)

    async def keep_checkpoints(self) -> None:
        while self._writers:
            note = self._chance.choice(NOTES)
            await self._store.checkpoint(note, merge=_joined, covers=_whole)

    def write_beside(self, chance: Random) -> None:
        """As a command does that works on the same store."""
        with Database.open(self._tape.folder) as database:
            for _ in range(5):
                batch = _batch(next(self._numbers), chance)
                number = self._ask(batch)
                with database.write() as db:
                    outcomes = log.append(db, batch)
                self._answer(number, outcomes)

    async def delete(self) -> None:
        number = self._ask(BRIEF_DAY)
        await self._store.delete_day(BRIEF_DAY)
        self._answer(number, None)

    def _ask(self, what: list[Submission] | tuple[NoteId, bool] | DayId) -> int:
        number = next(self._numbers)
        self._tape.say(Asked(number, what))
        return number

    def _answer(self, number: int, outcome: list[Outcome] | Head | None) -> None:
        self._tape.say(Answered(number, outcome))


def _batch(name: int, chance: Random) -> list[Submission]:
    batch = []
    for part in range(chance.choice([1, 1, 1, 2, 5])):
        is_moderator = chance.random() < 0.2
        author = MODERATOR if is_moderator else PersonId("writer")
        text = f"{name} {part} ".encode() + b"." * chance.choice([0, 20, 20, 300, 9000])
        batch.append(
            Submission(
                *(chance.choice(NOTES), author, ConnectionId(f"{name}"), AT, text),
                privileged=is_moderator,
                hold=chance.random() < 0.1,
            )
        )
    return batch


def _seed(db: Connection) -> None:
    for day in (DAY, BRIEF_DAY):
        catalogue.add_day(db, Day(day, "A day", AT))
        section = SectionId(f"section of {day}")
        catalogue.add_section(db, Section(section, day, 0, "Meetings", "meeting"))
        for position, note in enumerate(NOTES if day == DAY else [NoteId("brief")]):
            item = ItemId(f"item of {note}")
            catalogue.add_item(db, Item(item, day, section, position, f"Item {position}"))
            catalogue.add_note(db, NoteRef(note, day, item, AT))
    for role in ("writer", "moderator"):
        link = LinkId(f"link-{role}")
        people.add_link(db, Link(link, DAY, role, f"hash of {role}", AT))
        people.add_person(db, Person(PersonId(role), DAY, link, role, role, "#123456", AT))


async def _joined(parts: Sequence[bytes]) -> bytes:
    return b"".join(parts)


async def _whole(_merged: bytes, _parts: Sequence[bytes]) -> bool:
    return True
