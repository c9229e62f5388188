"""One transaction after the other, on one connection: each is carried out once, or not at all.

With a database server the connection may be lost at any moment. What was certainly not kept is
tried again for a while (`patience.py`); of what may have been kept, the database is asked
(`batches.py`). The caller hears of neither, unless it takes too long.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import Connection

from storage import batches
from storage.batches import Batch
from storage.database import Database
from storage.durations import Durations, Measured
from storage.errors import (
    StoreBroken,
    StoreContended,
    StoreUnavailable,
    StoreUncertain,
    StoreUnreachable,
    StoreWentBack,
)
from storage.failures import translated
from storage.patience import Patience

T = TypeVar("T")

COMMIT_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Between which the durations of transactions are told apart."""

ATTEMPTS = 3
"""For a transaction that the database undid in favour of another one."""

_SURELY_REMEMBERED_SECONDS = batches.KEPT_DAYS * 86_400 / 2
"""A commit that lies longer behind is not looked for: its name may rightly have been forgotten."""


class Committer:
    """Of one thread. `commits` and `failures` may be read by others."""

    def __init__(
        self,
        database: Database,
        connection: Connection,
        *,
        monotonic: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        new_name: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._database = database
        self._where = database.where
        self._db = connection
        self._monotonic = monotonic
        self._sleep = sleep
        self._patience = Patience(monotonic=monotonic, chance=chance)
        self._writer = new_name() if database.path is None else None
        self._number = 0
        self._kept: Batch | None = None
        self._kept_at = 0.0
        self._is_new_connection = True
        self._durations = Durations(COMMIT_SECONDS)
        self.commits = 0
        self.failures = 0
        self.broken: StoreBroken | None = None
        """Why nothing more is written, once that is so."""

    def durations(self) -> Measured:
        """Of transactions, from BEGIN to the end of COMMIT."""
        return self._durations.measured()

    def connection(self) -> Connection:
        """The connection that writes; a new one when the last one died. Raises StoreUnreachable."""
        if self._db.closed or self._db.invalidated:
            self._drop()
            self._db = self._database.connect_writer()
            self._is_new_connection = True
        return self._db

    def close(self) -> None:
        with suppress(Exception):  # nothing is uncommitted, and there is nobody left to tell
            self._db.close()

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that is durable on return; it may be run more than once.

        When this raises, nothing was kept, but for StoreUncertain.
        """
        if self.broken is not None:
            raise self.broken
        try:
            return self._tried(work)
        except BaseException as error:
            self.failures += 1
            if isinstance(error, StoreBroken):
                # What a failing disk reports as written later may not be: write no more.
                self.broken = error
            raise

    def _tried(self, work: Callable[[Connection], T]) -> T:
        self._patience.begin()
        undone = 0
        while True:
            try:
                result = self._once(work)
            except StoreUncertain:
                raise
            except StoreContended:
                undone += 1
                if undone == ATTEMPTS:
                    raise
            except StoreUnreachable as error:
                self._wait(error)
            else:
                self._patience.end()
                return result

    def _once(self, work: Callable[[Connection], T]) -> T:
        db = self.connection()
        began = self._monotonic()
        self._number += 1
        batch = None if self._writer is None else Batch(self._writer, self._number)
        committing = False
        try:
            with translated(self._where), db.begin():
                if batch is not None and self._is_new_connection:
                    self._look_back(db)
                result = work(db)
                if batch is not None:
                    committing = True
                    batches.commit(db, batch)
        except Exception as error:
            if batch is None or not committing or not self._was_kept(batch, error):
                raise
        self._durations.add(self._monotonic() - began)
        self.commits += 1
        self._kept, self._kept_at = batch, self._monotonic()
        self._is_new_connection = False
        return result

    def _look_back(self, db: Connection) -> None:
        """Through a new connection, see that the last commit is still there."""
        if self._kept is None:
            batches.forget_old(db)
            return
        is_recent = self._monotonic() - self._kept_at < _SURELY_REMEMBERED_SECONDS
        if is_recent and not batches.is_kept(db, self._kept):
            raise StoreWentBack(self._where)

    def _was_kept(self, batch: Batch, error: Exception) -> bool:
        """What became of a COMMIT whose answer was lost. Raises StoreUncertain."""
        self._drop()
        while True:
            try:
                db = self.connection()
                with translated(self._where), db.begin():
                    kept = batches.give_up(db, batch)
            except StoreUnavailable as away:
                try:
                    self._wait(away)
                except StoreUnavailable:
                    raise StoreUncertain(self._where, str(error)) from away
            else:
                return kept

    def _wait(self, error: StoreUnavailable) -> None:
        """Until the next try on a new connection; raises `error` when that takes too long."""
        self._drop()
        pause = self._patience.pause()
        if pause is None:
            raise error
        self._sleep(pause)

    def _drop(self) -> None:
        # Whatever the driver thinks of it: a server that takes no writes any more, as after a
        # failover, has a sound connection too.
        with suppress(Exception):
            self._db.invalidate()
        self.close()
