"""One database, opened: its migrations done, its transactions, its errors as sentences.

Several processes may have the same store open: a server, and the command line beside it. The
order of their writes is decided by the database, never here.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, inspect, text

from storage import address
from storage.engines import (
    MIGRATION_SECONDS,
    POSTGRES_WRITE_BOUNDS_MS,
    postgres_engine,
    postgres_lone_engine,
    sqlite_engine,
)
from storage.errors import (
    StoreBroken,
    StoreNotSupported,
    StoreNotWritable,
    StoreTooNew,
)
from storage.failures import translated
from storage.migrations import REVISIONS

FILE_NAME = "calepin.sqlite"
"""The store's file in the data folder."""

_SQLITE_NEEDED = (3, 35)
"""The first with RETURNING."""

_MIGRATION_LOCK = 0x43414C45
"""PostgreSQL's advisory lock that lets one process migrate at a time."""


class Database:
    """An open store. Use `open`; close it, or use it as a context manager."""

    def __init__(self, reads: Engine, writes: Engine, *, where: str, path: Path | None) -> None:
        self._reads = reads
        self._writes = writes
        self.where = where
        """For people: the file, or the address without its password."""
        self.path = path
        """The file of an embedded store; None with a database server."""

    @classmethod
    def open(cls, where: str | Path) -> Self:
        """Open the store in a data folder, or at a database's URL, and migrate it to this version.

        Makes the folder and an empty store when there is none. Raises StoreNotWritable,
        StoreTooNew (having touched nothing), StoreNotSupported, StoreBroken or StoreUnavailable.
        """
        if isinstance(where, str) and "://" in where:
            return cls._open_url(where)
        return cls._open_file(Path(where) / FILE_NAME)

    @classmethod
    def _open_file(cls, path: Path) -> Self:
        if sqlite3.sqlite_version_info < _SQLITE_NEEDED:
            needed = ".".join(map(str, _SQLITE_NEEDED))
            raise StoreNotSupported(
                str(path), f"this Python has SQLite {sqlite3.sqlite_version}, {needed} is needed"
            )
        _make_writable(path)
        revision = revision_of_file(path)
        refuse_unknown(revision, str(path))
        database = cls(
            sqlite_engine(path, writes=False),
            sqlite_engine(path, writes=True),
            where=str(path),
            path=path,
        )
        if revision != REVISIONS[-1]:
            database._migrate()
        return database

    @classmethod
    def _open_url(cls, where: str) -> Self:
        url = address.parse(where)
        if url.drivername == "sqlite" and url.database:
            return cls._open_file(Path(url.database))
        database = cls(
            postgres_engine(url, writes=False),
            postgres_engine(url, writes=True),
            where=address.shown(url),
            path=None,
        )
        try:
            database._migrate()
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the store and cannot write."""
        with translated(self.where), self._reads.begin() as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; committed, durable, when the block ends without an error."""
        with translated(self.where), self._writes.begin() as db:
            yield db

    def connect_writer(self) -> Connection:
        """A connection that lives as long as the one thread that writes with it."""
        with translated(self.where):
            return self._writes.connect()

    def lone_engine(self, *, answer_seconds: float) -> Engine:
        """Connections to the database server that are no part of any pool, for what is held as
        long as one lives; no answer within so many seconds is an error."""
        return postgres_lone_engine(self._writes.url, answer_seconds=answer_seconds)

    def sizes(self, db: Connection) -> dict[str, int]:
        """How many bytes the store takes: `database`, and `write_ahead` for what waits there."""
        if self.path is None:
            size = db.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
            return {"database": int(size)}
        files = {"database": self.path, "write_ahead": self.path.with_name(self.path.name + "-wal")}
        return {name: _size(path) for name, path in files.items()}

    def close(self) -> None:
        """Close all connections. The last process to close an embedded store tidies its files."""
        self._reads.dispose()
        self._writes.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _migrate(self) -> None:
        """All missing revisions in one transaction; several processes may try at once."""
        try:
            with self.write() as db:
                if db.dialect.name == "postgresql":
                    for bound in POSTGRES_WRITE_BOUNDS_MS:
                        db.execute(text(f"SET LOCAL {bound} = '{MIGRATION_SECONDS}s'"))
                    db.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _MIGRATION_LOCK})
                revision = _revision(db)
                refuse_unknown(revision, self.where)
                if revision != REVISIONS[-1]:
                    _upgrade(db)
        except BaseException:
            self.close()
            raise


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _upgrade(db: Connection) -> None:
    # Loaded only when there is something to migrate: it takes longer than opening the store.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = db
    command.upgrade(config, "head")


def _revision(db: Connection) -> str | None:
    if not inspect(db).has_table("alembic_version"):
        return None
    found: str | None = db.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def revision_of_file(path: Path) -> str | None:
    """The revision of the store in the file, None for no store; changes nothing on the disk."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    # Without a write-ahead file all is in the database file, and `immutable` reads it without
    # making one. With one, somebody has the store open, or crashed: its content counts too.
    mode = "mode=ro" if path.with_name(path.name + "-wal").exists() else "immutable=1"
    try:
        # An absolute URI: its characters are escaped.
        db = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=10)
    except sqlite3.Error as error:
        raise StoreNotWritable(path, str(error)) from error
    try:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        if "alembic_version" not in tables:
            if tables:
                raise StoreNotSupported(str(path), "it holds something that Calepin did not make")
            return None
        row = db.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])
    except sqlite3.DatabaseError as error:
        raise StoreBroken(str(path), str(error)) from error
    finally:
        db.close()


def refuse_unknown(revision: str | None, where: str) -> None:
    if revision is not None and revision not in REVISIONS:
        raise StoreTooNew(where, revision)


def _make_writable(path: Path) -> None:
    """Make the folder and an empty file where they are missing; prove that both can be written."""
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{path.name}.probe"
        probe.touch(mode=0o600)
        with suppress(FileNotFoundError):  # another process that opens the store at once
            probe.unlink()
    except OSError as error:
        raise StoreNotWritable(folder, error.strerror or str(error)) from error
    try:
        # Its owner's alone; the files that SQLite puts beside it are made likewise.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreNotWritable(path, error.strerror or str(error)) from error
