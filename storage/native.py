"""SQL for the hot path, given to the driver as it is: no statement is built, no result is wrapped.

A commit of ten rows takes 310 µs of processor time through SQLAlchemy's cursors and 140 µs through
the driver's. Transactions, connections and errors stay SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Values = tuple[Any, ...]

_ROWS_A_STATEMENT = 1000
"""PostgreSQL takes 65,535 values in one statement; a row of the log has eight."""


def run(db: Connection, sql: str, values: Values = ()) -> Sequence[Values]:
    """Run one statement, written with `?` for each value; the rows that it returns, if any.

    Raises DBAPIError, as SQLAlchemy's own connections do.
    """
    cursor = db.connection.cursor()
    try:
        cursor.execute(native(db, sql), values)
        found: Sequence[Values] = cursor.fetchall() if cursor.description else []
    except db.dialect.loaded_dbapi.Error as error:
        raise _wrapped(db, sql, error) from error
    finally:
        cursor.close()
    return found


def insert(db: Connection, head: str, rows: Sequence[Values], tail: str = "") -> None:
    """Insert rows: `head` is the statement up to VALUES, `tail` what follows. Raises DBAPIError.

    PostgreSQL's driver would send many rows of values as a pipeline, and end it with a message
    after which the server no longer measures how long a transaction stands still: a process that
    was stopped then would hold its notes for ever. One statement has no such end.
    """
    row = f"({', '.join('?' * len(rows[0]))})"
    if db.dialect.name == "postgresql":
        for start in range(0, len(rows), _ROWS_A_STATEMENT):
            some = rows[start : start + _ROWS_A_STATEMENT]
            sql = f"{head} VALUES {', '.join([row] * len(some))} {tail}"
            run(db, sql, tuple(value for values in some for value in values))
        return
    sql = f"{head} VALUES {row} {tail}"
    cursor = db.connection.cursor()
    try:
        cursor.executemany(native(db, sql), rows)
    except db.dialect.loaded_dbapi.Error as error:
        raise _wrapped(db, sql, error) from error
    finally:
        cursor.close()


def run_script(db: Connection, sql: str) -> None:
    """Run several statements without values in one exchange with PostgreSQL. Raises DBAPIError."""
    driver: Any = db.connection.driver_connection
    try:
        driver.execute(sql, prepare=False).close()
    except db.dialect.loaded_dbapi.Error as error:
        raise _wrapped(db, sql, error) from error


def native(db: Connection, sql: str) -> str:
    """`sql`, written with `?` for each parameter, in the way that this database's driver wants."""
    return sql if db.dialect.paramstyle == "qmark" else _with_percent(sql)


@lru_cache(maxsize=1024)
def _with_percent(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def _wrapped(db: Connection, sql: str, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy's; a connection that it says is dead is used no more."""
    dead = db.dialect.is_disconnect(error, db.connection, None)  # type: ignore[arg-type]
    if dead:
        db.invalidate(error)
    # The values are left out: they are people's texts, and errors are shown and logged.
    return DBAPIError.instance(
        sql,
        None,
        error,
        db.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=dead,
        dialect=db.dialect,
    )
