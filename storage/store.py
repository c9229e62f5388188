"""The store as the running server sees it: everything is awaited, nothing blocks the loop.

Reads run in a few threads, each in a transaction that sees one moment; all writes run one after
the other in the one thread of `writer.py`. When a call that writes returns, what it wrote is
durable; when it raises, nothing of it was kept, but for StoreUncertain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection

from storage import catalogue, checkpoints, log
from storage.checkpoints import Covers, Merge
from storage.database import Database
from storage.engines import READERS
from storage.errors import StoreClosed, StoreUnreachable
from storage.values import (
    Checkpoint,
    ConnectionId,
    DayId,
    Head,
    Loaded,
    Milliseconds,
    NoteId,
    Outcome,
    PersonId,
    Row,
    Submission,
)
from storage.writer import Writer, WriterStats, sqlite_connection

T = TypeVar("T")
Clock = Callable[[], int]
"""Now, in UTC milliseconds."""


class Store:
    """An open store, owned by one event loop. Use `open`, then `close` or `async with`."""

    def __init__(self, database: Database, writer: Writer, clock: Clock) -> None:
        self.database = database
        self._writer = writer
        self._clock = clock
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="calepin-reader")
        self._closed = False
        self._data_version: int | None = None

    @classmethod
    async def open(cls, where: str | Path, *, clock: Clock) -> Self:
        """Open and migrate the store in a data folder or at a database's URL; ready on return.

        Raises what `Database.open` raises.
        """
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as opener:
            database, connection = await loop.run_in_executor(opener, _open, where)
        store = cls(database, Writer(database, connection, loop), clock)
        await store.changed_elsewhere()  # from here on
        return store

    async def close(self) -> None:
        """Commit all that is queued, then let go of threads and files. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        self._readers.shutdown(wait=True)  # a read in progress is a few milliseconds at most
        self.database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def submit(self, batch: Sequence[Submission]) -> list[Outcome]:
        """Append one batch in one transaction; each outcome in its place. Durable on return.

        Order in the batch is the order of positions in each note. Raises NoSuchNote, or a
        StoreError that says why the commit failed: nothing of the batch was kept then (L8), but
        for StoreUncertain, where the log tells.
        """
        if not batch:
            return []
        return await self._writer.submit(batch)

    async def load(self, note: NoteId) -> Loaded:
        """All that a room needs to begin, of one moment. Raises NoSuchNote."""
        return await self.read(lambda db: log.load(db, note))

    async def tail(self, note: NoteId, after: int) -> list[Row]:
        """The rows after a position, in order."""
        return await self.read(lambda db: log.tail(db, note, after))

    async def heads(self, notes: Iterable[NoteId]) -> dict[NoteId, Head]:
        """Where the logs of these notes end and which are locked; unknown notes are left out."""
        wanted = list(notes)
        return await self.read(lambda db: log.heads(db, wanted))

    async def lock(
        self,
        note: NoteId,
        *,
        by: PersonId,
        why: str,
        at: Milliseconds,
        connection: ConnectionId,
    ) -> Head:
        """Lock a note, durably, in every process (K1, K3); a locked note stays as it is."""
        return await self.write(
            lambda db: log.lock(db, note, by=by, why=why, at=at, connection=connection)
        )

    async def unlock(
        self, note: NoteId, *, by: PersonId, at: Milliseconds, connection: ConnectionId
    ) -> Head:
        """Unlock a note; an open one stays as it is."""
        return await self.write(
            lambda db: log.unlock(db, note, by=by, at=at, connection=connection)
        )

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a thread, in a transaction that sees one moment and cannot write.

        It may be run a second time, where the connection to a database server died under it.
        """
        if self._closed:
            raise StoreClosed(self.database.where)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of its own, after all that was queued before it."""
        return await self._writer.write(work)

    async def checkpoint(self, note: NoteId, *, merge: Merge, covers: Covers) -> Checkpoint | None:
        """Make a checkpoint at the note's head; None when nothing is new.

        It is written, read back, compared and asked whether it `covers` its parts, and only then
        depended on. Raises NoSuchNote, or StoreBroken when it was read back damaged; one that
        does not cover its parts is deleted again and None is returned.
        """
        parts = await self.read(lambda db: checkpoints.parts_at(db, note, log.head(db, note).seq))
        if parts.seq == parts.since or not parts.parts:
            return None
        data = await merge(parts.parts)
        await self.write(lambda db: checkpoints.write(db, note, parts.seq, data))
        found = await self.read(lambda db: checkpoints.read_back(db, note, parts.seq))
        if found is None:
            return None
        if not await covers(found.data, parts.parts):
            await self.write(lambda db: checkpoints.forget(db, note, parts.seq))
            return None
        await self.write(lambda db: checkpoints.confirm(db, found, at=Milliseconds(self._clock())))
        return found

    async def delete_day(
        self, day: DayId, *, and_write: Callable[[Connection], None] | None = None
    ) -> dict[str, int]:
        """Delete a day for good; how many rows of each table went (O5).

        `and_write` runs in the same transaction where there was such a day.

        Its bytes are overwritten in the database and gone from the write-ahead file on return,
        unless another process is reading: then with that file's next emptying.
        """

        def work(db: Connection) -> dict[str, int]:
            counts = catalogue.delete_day(db, day)
            if and_write is not None and counts["day"]:
                and_write(db)
            return counts

        counts = await self.write(work)
        if self.database.path is not None:
            await self._writer.between(_empty_write_ahead_file)
        return counts

    async def changed_elsewhere(self) -> bool:
        """Whether another connection than this store's writer committed since the last call.

        Cheap, for polling an embedded store. A database server cannot be asked as cheaply: there
        the answer is always True, and the heads of the notes of interest tell the rest.
        """
        if self.database.path is None:
            return True
        version = await self._writer.between(_data_version)
        changed = version != self._data_version
        self._data_version = version
        return changed

    def stats(self) -> WriterStats:
        """How the writer is doing, for the metrics."""
        return self._writer.stats()

    def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            return self._read_once(work)
        except StoreUnreachable:
            # One connection died, and with it the pool gave up all: this one is new.
            return self._read_once(work)

    def _read_once(self, work: Callable[[Connection], T]) -> T:
        with self.database.read() as db:
            return work(db)


def _open(where: str | Path) -> tuple[Database, Connection]:
    database = Database.open(where)
    try:
        return database, database.connect_writer()
    except BaseException:
        database.close()
        raise


def _data_version(db: Connection) -> int:
    # Asked of the connection that writes, it changes with the commits of all others and not
    # with its own.
    (version,) = sqlite_connection(db).execute("PRAGMA data_version").fetchone()
    return int(version)


def _empty_write_ahead_file(db: Connection) -> None:
    sqlite_connection(db).execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
