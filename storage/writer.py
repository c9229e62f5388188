"""The one thread that writes: a queue, first in first out, and one transaction after the other.

Submissions that wait together are committed together; any other work has a transaction of its
own. There is no timer and no delay: while one transaction is being made durable the next one
gathers. Between transactions, when nothing waits, the write-ahead file is put into the database.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from storage import log
from storage.committer import Committer
from storage.database import Database
from storage.durations import Measured
from storage.errors import (
    StoreBroken,
    StoreBusy,
    StoreClosed,
    StoreUnavailable,
)
from storage.failures import translated
from storage.values import Outcome, Submission

T = TypeVar("T")

MAX_QUEUED = 4096
"""Calls that may wait. Rooms wait for their answer before they submit again, so that only a
database that stands still comes near it."""

IDLE_SECONDS = 1.0
"""How long nothing must have come before the write-ahead file is put into the database."""

PAGES_WITHOUT_REST = 4096
"""After so many pages, 16 MB, it is put there all the same: some 40 ms in which nothing commits."""


@dataclass(frozen=True, slots=True)
class WriterStats:
    """For the metrics."""

    commits: int
    failures: int
    queued: int
    durations: Measured
    """Of transactions, from BEGIN to the end of COMMIT."""


@dataclass(frozen=True, slots=True)
class _Submit:
    batch: Sequence[Submission]
    reply: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Call:
    work: Callable[[Connection], Any]
    reply: asyncio.Future[Any]
    transaction: bool


@dataclass(frozen=True, slots=True)
class _Stop:
    reply: asyncio.Future[Any]


_Job = _Submit | _Call | _Stop
_Answer = tuple[asyncio.Future[Any], Any, BaseException | None]


class Writer:
    """Owned by one event loop; its methods are called there and give futures of that loop.

    A call whose caller is cancelled is carried out all the same.
    """

    def __init__(
        self,
        database: Database,
        connection: Connection,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._database = database
        self._where = database.where
        self._committer = Committer(database, connection)
        self._loop = loop
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._waiting = 0
        self._closed = False
        # Of the thread alone:
        self._untidy = 0
        self._untidy_at_most = 64
        self._thread = Thread(target=self._run, name="calepin-writer", daemon=True)
        self._thread.start()

    def submit(self, batch: Sequence[Submission]) -> asyncio.Future[list[Outcome]]:
        """Append the batch, with whatever else waits, in one transaction."""
        return self._queue(_Submit(batch, self._loop.create_future()))

    def write(self, work: Callable[[Connection], T]) -> asyncio.Future[T]:
        """Run `work` in a transaction of its own."""
        return self._queue(_Call(work, self._loop.create_future(), transaction=True))

    def between(self, work: Callable[[Connection], T]) -> asyncio.Future[T]:
        """Run `work` between two transactions, on the connection that writes."""
        return self._queue(_Call(work, self._loop.create_future(), transaction=False))

    def stats(self) -> WriterStats:
        return WriterStats(
            commits=self._committer.commits,
            failures=self._committer.failures,
            queued=self._waiting,
            durations=self._committer.durations(),
        )

    async def close(self) -> None:
        """Carry out all that waits, then end the thread. Later calls raise StoreClosed."""
        if self._closed:
            return
        self._closed = True
        self._waiting += 1
        stop = _Stop(self._loop.create_future())
        self._jobs.put(stop)
        await stop.reply
        self._thread.join()

    def _queue(self, job: _Submit | _Call) -> asyncio.Future[Any]:
        if self._closed:
            raise StoreClosed(self._where)
        if self._waiting >= MAX_QUEUED:
            raise StoreBusy(self._where, f"{self._waiting} changes wait to be written")
        self._waiting += 1
        self._jobs.put(job)
        return job.reply

    # The thread

    def _run(self) -> None:
        job: _Job | None = None
        while not isinstance(job, _Stop):
            job = self._next()
            if isinstance(job, _Submit):
                together, job = self._gather(job)
                self._answer(self._commit(together))
            if isinstance(job, _Call):
                self._answer([self._call(job)])
            if self._untidy >= self._untidy_at_most:
                self._tidy()
        # Still in this thread: closing the last connection tidies the files, which takes time.
        self._committer.close()
        self._answer([(job.reply, None, None)])

    def _gather(self, first: _Submit) -> tuple[list[_Submit], _Call | _Stop | None]:
        """All submissions that wait one behind the other, and what stands behind them, if any."""
        together = [first]
        with suppress(Empty):
            while isinstance(job := self._jobs.get_nowait(), _Submit):
                together.append(job)
            return together, job
        return together, None

    def _next(self) -> _Job:
        while self._untidy:
            try:
                return self._jobs.get(timeout=IDLE_SECONDS)
            except Empty:
                self._tidy()
        return self._jobs.get()

    def _commit(self, jobs: list[_Submit]) -> list[_Answer]:
        """One transaction for all; if the fault is in one of them, one for each."""
        batch = jobs[0].batch if len(jobs) == 1 else [one for job in jobs for one in job.batch]
        try:
            outcomes = self._transaction(lambda db: log.append(db, batch))
        except (StoreUnavailable, StoreBroken) as error:
            return [(job.reply, None, error) for job in jobs]
        except BaseException as error:  # noqa: BLE001 (the thread must live; the callers hear of it)
            if len(jobs) == 1:
                return [(jobs[0].reply, None, error)]
            return [answer for job in jobs for answer in self._commit([job])]
        answers: list[_Answer] = []
        start = 0
        for job in jobs:
            end = start + len(job.batch)
            answers.append((job.reply, outcomes[start:end], None))
            start = end
        return answers

    def _call(self, job: _Call) -> _Answer:
        try:
            if job.transaction:
                return (job.reply, self._transaction(job.work), None)
            with translated(self._where):
                return (job.reply, job.work(self._committer.connection()), None)
        except BaseException as error:  # noqa: BLE001 (the thread must live; the caller hears of it)
            return (job.reply, None, error)

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        result = self._committer.run(work)
        self._untidy += 1
        return result

    def _answer(self, answers: list[_Answer]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits for an answer any more
            self._loop.call_soon_threadsafe(self._settle, answers)

    def _settle(self, answers: list[_Answer]) -> None:
        """In the loop: wake up the callers."""
        for reply, result, error in answers:
            self._waiting -= 1
            if reply.done():
                continue
            if error is None:
                reply.set_result(result)
            else:
                reply.set_exception(error)

    def _tidy(self) -> None:
        """Put the write-ahead file into the database as far as no reader stands in the way."""
        commits, self._untidy = self._untidy, 0
        if self._database.path is None or self._committer.broken is not None:
            return
        with suppress(sqlite3.Error):  # tried again after the next commits; nothing depends on it
            result = sqlite_connection(self._committer.connection()).execute(
                "PRAGMA wal_checkpoint(PASSIVE)"
            )
            _, pages, _ = result.fetchone()
            # How large the file has become is known only now; the next one is to be as agreed.
            pages_a_commit = max(1, pages // commits)
            self._untidy_at_most = max(1, PAGES_WITHOUT_REST // pages_a_commit)


def sqlite_connection(db: Connection) -> sqlite3.Connection:
    """The driver's own connection, for what must not begin a transaction."""
    return cast(sqlite3.Connection, db.connection.driver_connection)
