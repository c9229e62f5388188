"""Reading copies: every note of every day as a file, at most a minute after it changed (X6).

A round finds what has moved since it was last written, reads it from the store in a reader's
transaction and has it written in the process aside. Nothing of the path of an edit is in here,
and no failure leaves it: a copy that cannot be written is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import structlog
from sqlalchemy import Connection

from server.aside import Aside
from server.copies import folder
from server.copies.folder import Written
from server.copies.plan import Planned, folder_ending, folder_name, index_digest, plan
from server.copies.writing import Superseded, claim
from server.days.contents import Contents, read_contents
from server.errors import CalepinError, NotFound
from server.retention import deleted
from storage import checkpoints, versions
from storage import log as stored_log
from storage.errors import NoSuchNote, StoreError
from storage.store import Store
from storage.values import DayId, NoteId
from storage.versions import Version

DUTY = "copies"
ROUND_SECONDS = 10.0
GAP_SECONDS = 30.0
"""Between two copies of one note. With a round it leaves 20 s of the minute for the work itself."""
RETRY_SECONDS = 45.0
"""After one that failed: a disk that has space again is noticed within a minute."""
LAST_SECONDS = 3.0
"""How long the end of the server waits for the last round."""

log = structlog.get_logger("calepin.copies")


class Copies:
    """The copies of a store's days in the folder `root`, which is made when it is needed.

    Of all processes that have the store one writes, into its own folder: the one that `holds` the
    duty. `writer` is who this process is to others with the same folder.
    """

    def __init__(
        self,
        store: Store,
        aside: Aside,
        root: Path,
        *,
        monotonic: Callable[[], float],
        holds: Callable[[], bool],
        writer: str,
    ) -> None:
        self._store = store
        self._aside = aside
        self._root = root
        self._monotonic = monotonic
        self._holds = holds
        self._writer = writer
        self._claimed = False
        self._seen: dict[DayId, Version | None] = {}
        """The days of the last round, with the version that all copies of them are of, if any."""
        self._not_before: dict[NoteId, float] = {}
        self._failing: dict[str, str] = {}
        """What could not be written, by day or note, and why."""
        self._leaving: set[DayId] = set()
        self._writing = asyncio.Lock()
        self._began = False

    async def run(self) -> None:
        """A round now and then, until cancelled."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            if self._holds():
                await self.step(self._monotonic())
            else:
                await self.rest()

    async def last_round(self) -> None:
        """Write what is not written yet, however short ago the last copies are, within a bound."""
        if not self._holds():
            return
        try:
            async with asyncio.timeout(LAST_SECONDS):
                await self.step(self._monotonic(), last=True)
        except TimeoutError:
            log.warning("copies_cut_short")

    async def step(self, now: float, *, last: bool = False) -> None:
        """One round. `now` is in seconds, of any beginning. Raises nothing."""
        try:
            await self._remove_deleted()
            there = await self._store.read(versions.of_days)
            if not self._began:
                await self._name_strangers(there.keys())
            if there and not self._claimed:
                await self._claim()
            for day in self._seen.keys() - there.keys():
                await self._remove(day)
        except Exception as error:  # noqa: BLE001 - the edge: copies may never end the server
            self._failed("", error)
            return
        self._recovered("")
        self._not_before = {note: at for note, at in self._not_before.items() if at > now}
        for day, version in there.items():
            if self._seen.setdefault(day, None) == version or day in self._leaving:
                continue
            try:
                settled = await self._copy_day(day, now, last=last)
            except (NotFound, NoSuchNote):
                continue  # deleted meanwhile
            except Superseded:
                self._claimed = False
                return  # by whoever has the duty now
            except Exception as error:  # noqa: BLE001 - the edge of a day: the others go on
                self._failed(day, error)
                continue
            self._recovered(day)
            self._seen[day] = version if settled else None

    async def rest(self) -> None:
        """In place of a round, while another process writes. What is in this folder is as old as
        it is, but a day that was deleted must not be in it. Raises nothing."""
        self._claimed = False
        self._seen.clear()
        try:
            await self._remove_deleted()
        except Exception as error:  # noqa: BLE001 - the edge: copies may never end the server
            self._failed("", error)
        else:
            self._recovered("")

    @asynccontextmanager
    async def leaving(self, day: DayId) -> AsyncIterator[None]:
        """Delete the copies of a day, and write none while the block deletes the day itself.

        What cannot be deleted is logged, and tried again with each round once the day is gone.
        """
        self._leaving.add(day)
        self._seen[day] = None
        try:
            async with self._writing:  # what is being written now is written
                pass
            try:
                await asyncio.to_thread(folder.remove_day, self._root, day)
            except Exception as error:  # noqa: BLE001 - the day is deleted all the same
                self._failed(day, error)
            yield
        finally:
            self._leaving.discard(day)

    async def _copy_day(self, day: DayId, now: float, *, last: bool) -> bool:
        """Bring a day's copies up to date; False when some must wait."""
        contents = await self._store.read(lambda db: read_contents(db, day, only=()))
        planned = plan(contents)
        name = folder_name(contents.day.title, day)
        record = await asyncio.to_thread(folder.read_record, self._root, day, name)
        notes = {one.note.id for one in planned}
        written = {note: one for note, one in record.notes.items() if note in notes}
        moved = [one for one in planned if not _is_written(one, written)]
        is_settled = True
        # What failed before comes last: the others shall not wait for it.
        for one in sorted(moved, key=lambda one: one.note.id in self._failing):
            id = one.note.id
            too_soon = not last and now < self._not_before.get(id, now)
            # One that is not known to be there is not put off, unless it failed.
            if not (too_soon and (id in written or id in self._failing)):
                found = await self._copy_note(contents, one, name, now)
                if found is not None:
                    written[id] = found
                    continue
            is_settled = False
        states = {note: one.state for note, one in written.items()}
        if written != record.notes or record.index != index_digest(contents.day, planned, states):
            async with self._alone(day):
                await self._aside.run(
                    folder.finish, self._root, self._writer, name, contents.day, planned, written
                )
        return is_settled

    async def _copy_note(
        self, contents: Contents, one: Planned, name: str, now: float
    ) -> Written | None:
        """Write one note's copy; None when that failed, which is then logged."""
        id = one.note.id

        def parts(db: Connection) -> list[bytes]:
            stored_log.head(db, id)  # raises NoSuchNote when it was deleted meanwhile
            return list(checkpoints.parts_at(db, id, one.note.head).parts)

        try:
            async with self._alone(contents.day.id):
                # Rows stay as they are: at its position the note is what it was in `contents`.
                updates = {id: await self._store.read(parts)}
                alone = replace(contents, updates=updates, late={id: contents.late[id]})
                found = await self._aside.run(
                    folder.write_note, self._root, self._writer, name, alone, one
                )
        except (NotFound, NoSuchNote, Superseded):
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a note: the others go on
            self._failed(id, error)
            self._not_before[id] = now + RETRY_SECONDS
            return None
        self._recovered(id)
        self._not_before[id] = now + GAP_SECONDS
        return found

    async def _claim(self) -> None:
        """Begin to be the one who writes here: what others wrote is known from the disk alone."""
        await asyncio.to_thread(claim, self._root, self._writer)
        self._claimed = True
        self._seen.clear()

    async def _remove_deleted(self) -> None:
        """Delete the copies of days that were deleted, wherever: by another process, which may
        have another folder, or while this one was writing."""
        names = [one.name for one in await asyncio.to_thread(folder.folders, self._root)]
        for day in await self._store.read(deleted) if names else ():
            if any(name.endswith(folder_ending(day)) for name in names):
                await self._remove(day)

    async def _remove(self, day: DayId) -> None:
        """Delete the copies of a day that is not in the store any more."""
        try:
            await asyncio.to_thread(folder.remove_day, self._root, day)
        except Exception as error:  # noqa: BLE001 - the edge of a day: it is tried again
            self._failed(day, error)
            return
        self._recovered(day)
        self._seen.pop(day, None)

    async def _name_strangers(self, days: Collection[DayId]) -> None:
        """Say how many folders belong to no day of the store.

        They stay: with a store that was lost, or an old backup in its place, they are what is left.
        """
        found = await asyncio.to_thread(folder.folders, self._root)
        endings = tuple(map(folder_ending, days))
        strangers = sum(not one.name.endswith(endings) for one in found)
        if strangers:
            log.warning("copies_unknown", folders=strangers)
        self._began = True

    @asynccontextmanager
    async def _alone(self, day: DayId) -> AsyncIterator[None]:
        """Write, and nobody else. Raises NotFound when the day is being deleted."""
        async with self._writing:
            if day in self._leaving:
                raise NotFound("The day is being deleted.")
            yield

    def _failed(self, of: str, error: Exception) -> None:
        """Log a failure, but each cause only once for as long as it lasts."""
        cause = _cause(error)
        if cause not in self._failing.values():
            log.warning("copy_failed", of=of, error=cause)
        self._failing[of] = cause

    def _recovered(self, of: str) -> None:
        self._failing.pop(of, None)


def _is_written(one: Planned, written: dict[NoteId, Written]) -> bool:
    found = written.get(one.note.id)
    return found is not None and (found.name, found.digest) == (one.name, one.digest)


def _cause(error: Exception) -> str:
    """What went wrong, without anything of a note."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, CalepinError | StoreError) else type(error).__name__
