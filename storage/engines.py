"""The two engines, SQLite and PostgreSQL, and every setting of theirs with its reason."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from storage.errors import StoreNotSupported
from storage.native import run

READERS = 4
"""Connections that read at once, in the embedded store and in PostgreSQL."""

BUSY_TIMEOUT_MS = 10_000
"""A transaction of another process (the command line beside a server) takes milliseconds; ten
seconds without its end means that it hangs, and that is worth an error."""

WAL_LIMIT_BYTES = 64 * 1024 * 1024
"""The write-ahead file gives its space back above this, once its content is in the database."""

SQLITE_PRAGMAS: dict[str, int | str] = {
    # First, so that the others wait too.
    "busy_timeout": BUSY_TIMEOUT_MS,
    # A commit is one sequential write, readers never wait for the writer. Kept in the file.
    "journal_mode": "WAL",
    # With NORMAL the last commits are lost on power loss; an acknowledged edit must not be (L2).
    "synchronous": "FULL",
    # Deleting a day deletes all that hangs on it (O5).
    "foreign_keys": 1,
    # Copying the write-ahead file into the database inside a commit is the slowest commit of all;
    # the writer does it when it is idle.
    "wal_autocheckpoint": 0,
    "journal_size_limit": WAL_LIMIT_BYTES,
    # What is deleted is overwritten: a deleted day cannot be read from the file (O5).
    "secure_delete": 1,
    # Pages kept in memory by each connection, in KiB when negative.
    "cache_size": -8192,
}


def sqlite_engine(path: Path, *, writes: bool) -> Engine:
    """Connections to the file at `path`; a transaction that writes is BEGIN IMMEDIATE.

    A transaction that begins as a reader and becomes a writer fails when somebody else wrote in
    between; beginning as a writer, it waits instead.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"isolation_level": None, "check_same_thread": False},
        # Values are people's texts, and errors are shown and logged.
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=1 if writes else READERS,
        max_overflow=READERS,
    )
    pragmas = SQLITE_PRAGMAS if writes else {**SQLITE_PRAGMAS, "query_only": 1}
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def _set(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name} = {value}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        run(connection, begin)

    return engine


def postgres_engine(url: URL, *, writes: bool) -> Engine:
    """Connections to the server at `url`; a read sees one moment of the database throughout."""
    options: dict[str, Any] = {"isolation_level": "READ COMMITTED"}
    if not writes:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        return create_engine(
            url,
            execution_options=options,
            hide_parameters=True,
            # A connection that died while it rested in the pool is replaced before it is used.
            pool_pre_ping=True,
            pool_size=2 if writes else READERS,
            max_overflow=READERS,
        )
    except (ImportError, NoSuchModuleError) as error:
        raise StoreNotSupported(
            url.render_as_string(), f"its driver is missing ({error})"
        ) from error


def postgres_lone_engine(url: URL, *, answer_seconds: float) -> Engine:
    """Single connections to the server at `url`, each for one long session without transactions.

    A network or a server that stands still is an error after `answer_seconds`.
    """
    return create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        poolclass=NullPool,
        connect_args={
            "connect_timeout": int(answer_seconds),
            "tcp_user_timeout": int(answer_seconds * 1000),
            "keepalives_idle": int(answer_seconds),
            "keepalives_interval": 1,
            "keepalives_count": 3,
        },
    )
