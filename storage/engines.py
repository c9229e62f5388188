"""The two engines, SQLite and PostgreSQL, and every setting of theirs with its reason."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from storage.address import shown
from storage.errors import StoreNotSupported
from storage.native import run

READERS = 4
"""Connections that read at once, in the embedded store and in PostgreSQL."""

BUSY_TIMEOUT_MS = 10_000
"""A transaction of another process (the command line beside a server) takes milliseconds; ten
seconds without its end means that it hangs, and that is worth an error."""

WAL_LIMIT_BYTES = 64 * 1024 * 1024
"""The write-ahead file gives its space back above this, once its content is in the database."""

POOL_SECONDS = 10
"""How long a read waits for a connection to PostgreSQL while all are taken by others."""

POSTGRES_CONNECTION: dict[str, str | int] = {
    # What the administrator sees in pg_stat_activity.
    "application_name": "calepin",
    # Of several servers, and of one whose address was moved: the one that takes writes. A standby
    # would also answer reads with what is no longer so.
    "target_session_attrs": "read-write",
    # For each address that is tried. A host that is off answers nothing, not even a refusal.
    "connect_timeout": 3,
    # A server whose machine vanished says nothing either: after 3 + 3 × 2 seconds without a sign
    # of its machine the connection counts as lost, the default being two hours.
    "keepalives": 1,
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    # The same for what was sent and is not acknowledged, in milliseconds; Linux only.
    "tcp_user_timeout": 9_000,
}
"""How connections are made, in the words of libpq."""

POSTGRES_WRITE_BOUNDS_MS = {
    # A process that is stopped in a transaction holds the heads of its notes, and everybody else
    # who writes there waits. Nothing of ours thinks for so long between two statements.
    "idle_in_transaction_session_timeout": 5_000,
    # Longer than the bound above, so that who waits for such a process is served in the end.
    "lock_timeout": 8_000,
    # Longer than both. Deleting the largest day takes a second or two. A COMMIT that waits for a
    # synchronous standby is not bounded by it: that wait may not be cut short (L2).
    "statement_timeout": 15_000,
}
"""For transactions that write, in milliseconds."""

POSTGRES_READ_BOUNDS_MS = {
    # A reader holds up nobody but the server's vacuum. An export works on what it has read.
    "idle_in_transaction_session_timeout": 60_000,
    # `verify` reads the log of a whole note with one statement.
    "statement_timeout": 60_000,
}
"""For transactions that read, in milliseconds."""

MIGRATION_SECONDS = 600
"""For one statement of a migration, and for those who wait while another process migrates."""

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
    """Connections to the server at `url`; a read sees one moment of the database throughout.

    What the address itself says of a bound has precedence.
    """
    options: dict[str, Any] = {"isolation_level": "READ COMMITTED"}
    if not writes:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        engine = create_engine(
            url,
            connect_args=_postgres_arguments(url, writes=writes),
            execution_options=options,
            hide_parameters=True,
            # A connection that died while it rested in the pool is replaced before it is used.
            pool_pre_ping=True,
            pool_size=2 if writes else READERS,
            max_overflow=READERS,
            pool_timeout=POOL_SECONDS,
        )
    except (ImportError, NoSuchModuleError) as error:
        raise StoreNotSupported(shown(url), f"its driver is missing ({error})") from error

    if writes:

        @event.listens_for(engine, "connect")
        def _durable(connection: Any, _: ConnectionPoolEntry) -> None:
            # Whoever set this for the database did not know of L2; more than `on` stays as it is.
            connection.execute(
                "SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') = 'off'"
            )
            connection.commit()

    return engine


def _postgres_arguments(url: URL, *, writes: bool) -> dict[str, str | int]:
    bounds = POSTGRES_WRITE_BOUNDS_MS if writes else POSTGRES_READ_BOUNDS_MS
    # Ours first: of two that set the same, the server takes the last.
    told = [f"-c {name}={milliseconds}" for name, milliseconds in bounds.items()]
    theirs = url.query.get("options", "")
    told += [theirs] if isinstance(theirs, str) else theirs
    own = {name: value for name, value in POSTGRES_CONNECTION.items() if name not in url.query}
    return {**own, "options": " ".join(told).strip()}


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
