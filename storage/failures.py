"""What a database driver raises, as the errors of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.errors import (
    StoreBroken,
    StoreBusy,
    StoreContended,
    StoreError,
    StoreForbidden,
    StoreFull,
    StoreNotWritable,
    StoreUnavailable,
    StoreUnreachable,
)

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}

_ROLLED_BACK_BY_THE_SERVER = {"40001", "40P01"}
"""PostgreSQL: serialization_failure, deadlock_detected."""
_FULL = {"53100", "53200"}
"""PostgreSQL: disk_full, out_of_memory."""
_DAMAGED_STATES = {"XX001", "XX002", "58030"}
"""PostgreSQL: data_corrupted, index_corrupted, io_error."""
_AWAY = {
    "25P03": "it ended a transaction that stood still for too long",
    "25P04": "it ended a transaction that took too long",
    "53300": "all connections that it allows are taken",
    "57P01": "it is being stopped, or an administrator ended the connection",
    "57P02": "it crashed and is recovering",
    "57P03": "it is starting or stopping",
    "57P05": "it ended a connection that was not used",
    "25006": "it takes no writes: it is a standby, or was made read-only",
}
"""PostgreSQL: idle_in_transaction_session_timeout, transaction_timeout, too_many_connections,
admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout,
read_only_sql_transaction."""
_SLOW = {
    "55P03": "another process held what this one needs for too long",
    "57014": "a statement took too long and was ended",
}
"""PostgreSQL: lock_not_available, query_canceled."""
_FORBIDDEN = {"42501"}
"""PostgreSQL: insufficient_privilege."""


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Inside, a failure of the database becomes a StoreError; other errors pass unchanged."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreBusy(where, "all its connections are taken") from error
    except DBAPIError as error:
        found = store_error(error, where)
        if found is None:
            raise
        raise found from error
    except StatementError as error:
        # A value that was refused before any database was asked.
        if isinstance(error.orig, StoreError):
            raise error.orig from None
        raise


def store_error(error: DBAPIError, where: str) -> StoreError | None:
    """The StoreError that `error` is, or None when it is the caller's mistake."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return _sqlite_error(original, where)
    reason = next(iter(str(original).strip().splitlines()), "no reason given")
    state = getattr(original, "sqlstate", None)
    if state in _ROLLED_BACK_BY_THE_SERVER:
        return StoreContended(where)
    if state in _FULL:
        return StoreFull(where, reason)
    if state in _AWAY:
        return StoreUnreachable(where, _AWAY[state])
    if state in _SLOW:
        return StoreBusy(where, _SLOW[state])
    if state in _FORBIDDEN:
        return StoreForbidden(where, reason)
    if state in _DAMAGED_STATES:
        return StoreBroken(where, reason)
    if error.connection_invalidated or (state is None and _is_about_the_connection(error)):
        return StoreUnreachable(where, reason)
    if isinstance(error, OperationalError):
        return StoreUnavailable(where, reason)
    return None


def _sqlite_error(error: sqlite3.Error, where: str) -> StoreError | None:
    # Absent when the driver itself raises, before SQLite was asked anything.
    extended: int | None = getattr(error, "sqlite_errorcode", None)
    if extended is None:
        return None
    code = extended & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return StoreFull(where, "the disk is full")
    if extended == sqlite3.SQLITE_IOERR_WRITE:
        # ENOSPC has a code of its own; what is left is a quota or a limit of file size.
        return StoreFull(where, "the system refuses to write more")
    if code in _BUSY:
        return StoreBusy(where, "another process is writing")
    if code in _NOT_WRITABLE:
        return StoreNotWritable(where, str(error))
    if code in _DAMAGED:
        return StoreBroken(where, f"{error} ({error.sqlite_errorname})")
    if isinstance(error, sqlite3.IntegrityError):
        return None
    return StoreUnavailable(where, str(error)) if code == sqlite3.SQLITE_NOMEM else None


def _is_about_the_connection(error: DBAPIError) -> bool:
    return isinstance(error, InterfaceError | OperationalError) and not isinstance(
        error, IntegrityError
    )
