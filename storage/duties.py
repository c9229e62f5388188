"""Duties: work that one of the processes which share a store does, so that it is not done twice.

On PostgreSQL a duty is an advisory lock of a session that does nothing else. The server lets go of
it when the session ends, however that comes about: the process ended, its connection or machine
died, the database moved to another server, or nothing was heard for `SILENT_SECONDS`, as of a
process that was paused. On an embedded store it is a lock on a file beside the store, which the
system lets go at any end of the process.

A duty saves work and nothing more. Whoever held one may not know yet that it is over, so all that
is done under a duty stays right when two do it at once.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.errors import StoreError, StoreNotWritable, StoreUnavailable, StoreUnreachable
from storage.failures import translated

CHECK_SECONDS = 1.0
"""How often the database is asked whether what is held still is, and whether what is not is free:
so long, at most, a duty has nobody after its holder ended."""
SILENT_SECONDS = 5.0
"""After so long without a word PostgreSQL (14 or later) ends the session of a holder."""
FOLDER = "duties"
"""Where an embedded store has its locks, beside its file."""

_NAME = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)?")

T = TypeVar("T")


class Session(ABC):
    """Holds duties until it ends. All calls are of one thread."""

    lasts_seconds: float
    """For how long all is surely held that `prove` found to be."""

    def __init__(self) -> None:
        self.held: set[str] = set()

    @abstractmethod
    def prove(self) -> None:
        """Leave in `held` what still is. Raises StoreError when that is nothing."""

    @abstractmethod
    def take(self, name: str) -> bool:
        """Hold a duty unless another process does; whether it is held now. Raises StoreError."""

    @abstractmethod
    def release(self, name: str) -> None:
        """Hold it no more. Raises StoreError when the session ended before."""

    @abstractmethod
    def close(self) -> None:
        """Hold nothing any more."""


class Duties:
    """What this process does for all. Owned by one event loop.

    The duties in `standing` are taken as soon as they are free, and held until the end.
    """

    def __init__(
        self,
        session: Session,
        *,
        standing: Iterable[str] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._monotonic = monotonic
        self._standing = dict.fromkeys(standing, False)
        self._good_until = 0.0
        self._inside: set[str] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="calepin-duties")
        self._closed = False

    @classmethod
    def of(cls, database: Database, *, standing: Iterable[str] = ()) -> Self:
        """The duties of the processes of a store. Nothing is taken yet."""
        if database.path is None:
            return cls(_Advisory(database), standing=standing)
        return cls(_Files(database.path.parent / FOLDER), standing=standing)

    def holds(self, name: str) -> bool:
        """Whether a standing duty is this process's now, as far as it can know without asking."""
        return self._standing[name] and self._monotonic() < self._good_until

    @property
    def standing(self) -> dict[str, bool]:
        """The standing duties, and whether they are held."""
        return {name: self.holds(name) for name in self._standing}

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[bool]:
        """Hold a duty for as long as the block lasts.

        Gives False, at once, when somebody else holds it (also another task of this process, or
        this process as a standing duty), or when the store does not answer.
        """
        if name in self._inside or name in self._standing or self._closed:
            yield False
            return
        self._inside.add(name)
        try:
            yield await self._taken(name)
        finally:
            if not self._closed:
                # In the one thread it comes after the taking, also where nobody waited for that.
                with suppress(StoreError):  # the session ended, and the duty with it
                    await self._call(self._session.release, name)
            self._inside.discard(name)

    async def look(self) -> None:
        """Prove what is held, and take the standing duties that are free."""
        began = self._monotonic()
        try:
            await self._call(self._look)
        except StoreError:  # it is asked again; meanwhile nobody can say who holds what
            found: set[str] = set()
        else:
            found = self._session.held
        self._standing = {name: name in found for name in self._standing}
        self._good_until = began + self._session.lasts_seconds

    async def run(self, told: Callable[[str, bool], None]) -> None:
        """Look again and again, and tell which standing duties were taken (True) and lost (False).
        Until cancelled."""
        known = dict.fromkeys(self._standing, False)
        while True:
            await self.look()
            for name, held in self._standing.items():
                if held != known[name]:
                    told(name, held)
            known = self._standing
            await asyncio.sleep(CHECK_SECONDS)

    async def close(self) -> None:
        """Let go of everything: whoever waits for it has it within `CHECK_SECONDS`."""
        if not self._closed:
            self._closed = True
            self._standing = dict.fromkeys(self._standing, False)
            await self._call(self._session.close)
            self._thread.shutdown()

    async def _taken(self, name: str) -> bool:
        try:
            return await self._call(self._session.take, name)
        except StoreError:
            return False

    def _look(self) -> None:
        self._session.prove()
        for name in self._standing:
            self._session.take(name)

    async def _call(self, work: Callable[..., T], *values: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *values)


@asynccontextmanager
async def nobody_else(_: str) -> AsyncIterator[bool]:
    """In place of `Duties.hold` where no other process has the store."""
    yield True


class _Advisory(Session):
    """Locks of one session of a PostgreSQL server, outside of every pool."""

    lasts_seconds = SILENT_SECONDS

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._where = database.where
        self._engine = database.lone_engine(answer_seconds=SILENT_SECONDS)
        self._db: Connection | None = None

    def prove(self) -> None:
        # A standby has locks of its own, which those who write elsewhere do not see.
        if self._ask("SELECT pg_is_in_recovery()"):
            self.close()
            raise StoreUnreachable(self._where, "it is a standby now")

    def take(self, name: str) -> bool:
        # Not once more for one that is held: these locks are counted.
        if name not in self.held and self._ask("SELECT pg_try_advisory_lock(:key)", key=_key(name)):
            self.held.add(name)
        return name in self.held

    def release(self, name: str) -> None:
        if name in self.held:
            self.held.discard(name)
            self._ask("SELECT pg_advisory_unlock(:key)", key=_key(name))

    def close(self) -> None:
        self.held.clear()
        db, self._db = self._db, None
        if db is not None:
            with suppress(DBAPIError):  # what is dead need not be closed
                db.close()
        self._engine.dispose()

    def _ask(self, question: str, **values: int) -> bool:
        """Ask in the session, begun where there is none. One that fails is over, with its locks."""
        try:
            with translated(self._where):
                if self._db is None:
                    self._db = self._begin()
                return bool(self._db.execute(text(question), values).scalar_one())
        except DBAPIError as error:
            self.close()
            raise StoreUnavailable(self._where, type(error.orig).__name__) from error
        except BaseException:
            self.close()
            raise

    def _begin(self) -> Connection:
        db = self._engine.connect()
        if (db.dialect.server_version_info or ()) >= (14,):
            silent = {"ms": str(int(SILENT_SECONDS * 1000))}
            db.execute(text("SELECT set_config('idle_session_timeout', :ms, false)"), silent)
        return db


def _key(name: str) -> int:
    """The number that an advisory lock has in place of a name."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)


class _Files(Session):
    """Locks on files of one folder, each there for as long as it is held."""

    lasts_seconds = inf

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._files: dict[str, int] = {}

    def prove(self) -> None:
        """The system takes no lock from a process that lives."""

    def take(self, name: str) -> bool:
        if name not in self.held:
            path = self._path(name)
            try:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                file = _locked(path)
            except OSError as error:
                raise StoreNotWritable(path, error.strerror or str(error)) from error
            if file is None:
                return False
            self._files[name] = file
            self.held.add(name)
        return True

    def release(self, name: str) -> None:
        if name in self.held:
            self.held.discard(name)
            # Deleted before it is let go: who opened it meanwhile finds that it is not there.
            with suppress(OSError):
                self._path(name).unlink()
            os.close(self._files.pop(name))

    def close(self) -> None:
        for name in list(self.held):
            self.release(name)

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise ValueError(f"no name of a duty: {name!r}")
        return self._folder / f"{name.replace('/', '.')}.lock"


def _locked(path: Path) -> int | None:
    """The descriptor of the locked file of that name; None when another process has it."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Who had it may have deleted it on letting go; then this one locks nothing.
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        except FileNotFoundError:
            pass
        except BlockingIOError:
            os.close(file)
            return None
        except BaseException:
            os.close(file)
            raise
        os.close(file)
